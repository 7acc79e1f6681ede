"""The pages of a target, by the links to them."""

from __future__ import annotations

from typing import Any

from backlit.questions.columns import TARGET_PAGES
from backlit.questions.result import Result
from backlit.server.dashboard.listing import Asked, Listing, listed
from backlit.server.dashboard.page import Page
from backlit.server.dashboard.view import View

#: What a status asks for, as a filter beside the user's own.
_STANDING = {"all": None, "live": "links > 0", "lost": "links = 0"}


def _ask(view: View, asked: Asked) -> Result:
    from backlit.questions.pages import pages

    standing = _STANDING[asked.status or "all"]
    where = asked.where
    if standing is not None:
        where = standing if where is None else f"({where}) and {standing}"
    return pages(view.index, view.target, where, *asked[1:4])


LISTING = Listing(
    name="pages",
    table=TARGET_PAGES,
    ask=_ask,
    shown=(
        "target_url",
        "referring_domains",
        "links",
        "follow_links",
        "lost_links",
        "first_seen",
        "last_seen",
    ),
    sort="referring_domains desc, links desc",
    statuses=("all", "live", "lost"),
    api="/pages",
)


def show(view: View) -> dict[str, Any]:
    """The listing."""
    return {"listed": listed(view, LISTING)}


PAGE = Page(name="pages", path="/pages", group="profile", order=50, show=show, example="?target=shop.com")
