"""The links to a target."""

from __future__ import annotations

from typing import Any

from backlit.questions.columns import LINKS
from backlit.questions.result import Result
from backlit.server.dashboard.listing import Asked, Listing, listed
from backlit.server.dashboard.page import Page
from backlit.server.dashboard.view import View


def _ask(view: View, asked: Asked) -> Result:
    from backlit.questions.links import links

    # Alternative texts and kinds are shown in the place of anchors, so they are asked for as well.
    wanted = (
        list(dict.fromkeys([*asked.columns, "alt", "kind"])) if "anchor" in asked.columns else asked.columns
    )
    return links(view.index, view.target, *asked[:4], status=asked.status, columns=wanted)


LISTING = Listing(
    name="links",
    table=LINKS,
    ask=_ask,
    shown=(
        "source_url",
        "source_authority",
        "anchor",
        "follow",
        "placement",
        "target_url",
        "first_seen",
    ),
    sort="source_authority desc",
    statuses=("live", "lost", "all"),
    api="/links",
    whole=False,
)


def show(view: View) -> dict[str, Any]:
    """The listing."""
    return {"listed": listed(view, LISTING)}


PAGE = Page(name="links", path="/links", group="profile", order=30, show=show, example="?target=shop.com")
