"""Addresses of the target that are linked to and broken, and what is lost with them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from markupsafe import Markup

from backlit.questions.chance_columns import BROKEN
from backlit.questions.report_charts import Segment, stacked
from backlit.questions.report_html import el
from backlit.questions.result import Result
from backlit.server.dashboard import format as shown
from backlit.server.dashboard.listing import Asked, Choice, Listing, listed
from backlit.server.dashboard.page import Page
from backlit.server.dashboard.strings import text
from backlit.server.dashboard.view import View

#: The states of an address, with the colour of each; the usual one first.
STATES = (("broken", "risky"), ("redirect", "plain"), ("fine", "okay"), ("unknown", "unknown"))
_WORDS = (*(state for state, _ in STATES), "all")
_SIZES = {"broken": "broken", "redirect": "redirects", "fine": "fine", "unknown": "unknown", "all": "linked"}
_VALUE = ("links", "referring_domains", "equity", "strongest_source", "strongest_authority")
_SHOWN = {
    "broken": ("target_url", "status", "cause", *_VALUE, "checked_at"),
    "redirect": ("target_url", "status", "redirects_to", *_VALUE, "checked_at"),
    "fine": ("target_url", "status", *_VALUE, "checked_at"),
    "unknown": ("target_url", *_VALUE, "last_seen"),
    "all": ("target_url", "state", "status", *_VALUE, "checked_at"),
}


def _state(view: View) -> str:
    return view.choice("state", _WORDS, "broken")


def _ask(view: View, asked: Asked) -> Result:
    from backlit.questions.broken import broken

    state: Any = _state(view)
    return broken(view.index, view.target, *asked[:4], state=state, settings=view.settings)


def _source(view: View, value: Any, row: Any) -> Markup:
    """The strongest source, and a page of it with the link."""
    if value is None:
        return shown.unknown()
    page = row["strongest_page"]
    out = shown.outward(page, str(text("broken.to_page"))) if page else Markup("")
    return shown.host(value, view.domain_url(value)) + out


def _word(view: View, value: Any, row: Any) -> Markup:
    kind = dict(STATES).get(value, "unknown")
    return Markup(el("span", text(f"broken.state.{value}"), class_=f"state state-{kind}"))


LISTING = Listing(
    name="broken",
    table=BROKEN,
    ask=_ask,
    shown=_SHOWN["broken"],
    sort="equity desc, authority_sum desc, referring_domains desc, links desc",
    api="/broken",
    carry=("state",),
    cells={
        "strongest_source": _source,
        "strongest_page": lambda view, value, row: shown.address(value),
        "redirects_to": lambda view, value, row: (
            shown.unknown(str(text("broken.redirect_unknown"))) if value is None else shown.address(value)
        ),
        "status": lambda view, value, row: shown.unknown() if value is None else str(value),
        "state": _word,
    },
)


def show(view: View) -> dict[str, Any]:
    """The listing, and how many addresses there are in each state."""
    answers: list[Result] = []

    def ask(view: View, asked: Asked) -> Result:
        answers.append(_ask(view, asked))
        return answers[-1]

    state = _state(view)
    table = listed(view, replace(LISTING, shown=_SHOWN[state], ask=ask))
    if not answers:  # a filter that cannot be read does not hide the counts
        ask(view, Asked(None, None, 0, 0, None, []))
    checked: Any = answers[-1].summary
    segments = [
        Segment(kind, str(text(f"broken.state.{name}")), getattr(checked, _SIZES[name]))
        for name, kind in STATES
    ]
    return {
        "listed": table,
        "checked": checked,
        "state": state,
        "states": [
            (
                Choice(
                    name,
                    text(f"broken.state.{name}"),
                    view.here(state=None if name == "broken" else name, offset=None, sort=None, columns=None),
                    name == state,
                ),
                getattr(checked, _SIZES[name]),
            )
            for name in _WORDS
        ],
        "bar": Markup(stacked(segments, "states", str(text("broken.bar")))) if checked.linked else "",
        "segments": segments,
    }


PAGE = Page(name="broken", path="/broken", group="chances", order=20, show=show, example="?target=shop.com")
