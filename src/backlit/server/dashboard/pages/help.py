"""What can be typed and pressed: targets, filters, keys; and what the words mean."""

from __future__ import annotations

from typing import Any

from backlit.questions.columns import LISTINGS
from backlit.questions.filter_tests import OFFERED
from backlit.server.dashboard.page import Page
from backlit.server.dashboard.view import View

#: Operators that the language has beside those that the controls offer.
_MORE = {
    "text": ("in (…)", "between … and …", "like"),
    "integer": ("in (…)", "between … and …"),
    "number": ("in (…)", "between … and …"),
    "boolean": (),
    "time": ("between … and …",),
}
EXAMPLES = (
    "follow and placement = content and source_authority >= 40",
    "not hidden and anchor contains guide",
    "source_domain in (a.com, b.org) or rel has sponsored",
    "first_seen = 2026-03 and lost_at is null",
    'anchor matches "(?i)^buy"',
)
KEYS = ("/", "f", "j", "k", "o", "x", "n", "p", "Esc")


def show(view: View) -> dict[str, Any]:
    """The tables of the page, from the same places that the filters are checked against."""
    kinds = [(kind, (*OFFERED[kind], *more)) for kind, more in _MORE.items()]
    return {"kinds": kinds, "listings": LISTINGS, "examples": EXAMPLES, "keys": KEYS}


PAGE = Page(name="help", path="/help", group="index", order=90, show=show, needs="nothing")
