"""The texts that link to a target."""

from __future__ import annotations

from typing import Any

from backlit.questions.columns import ANCHORS
from backlit.questions.result import Result
from backlit.server.dashboard.listing import Asked, Listing, listed
from backlit.server.dashboard.page import Page
from backlit.server.dashboard.view import View


def _ask(view: View, asked: Asked) -> Result:
    from backlit.questions.anchors import anchors

    return anchors(view.index, view.target, *asked[:4], settings=view.settings)


LISTING = Listing(
    name="anchors",
    table=ANCHORS,
    ask=_ask,
    shown=("anchor", "class", "referring_domains", "links", "follow_links", "first_seen", "last_seen"),
    sort="referring_domains desc, links desc",
    api="/anchors",
)


def show(view: View) -> dict[str, Any]:
    """The listing."""
    return {"listed": listed(view, LISTING)}


PAGE = Page(name="anchors", path="/anchors", group="profile", order=40, show=show, example="?target=shop.com")
