"""Referring domains."""

from __future__ import annotations

from typing import Any

from backlit.questions.columns import WEB_REFERRING
from backlit.questions.result import Result
from backlit.server.dashboard.listing import Asked, Listing, listed
from backlit.server.dashboard.page import Page
from backlit.server.dashboard.view import View


def _ask(view: View, asked: Asked) -> Result:
    from backlit.questions.domains import domains

    return domains(view.index_or_release(), view.target, *asked[:4], status=asked.status or "live")


LISTING = Listing(
    name="domains",
    table=WEB_REFERRING,
    ask=_ask,
    shown=(
        "source_domain",
        "source_authority",
        "links",
        "follow_links",
        "content_links",
        "pages",
        "first_seen",
        "last_seen",
    ),
    sort="source_authority desc, links desc",
    statuses=("live", "lost", "all"),
    api="/domains",
)


def show(view: View) -> dict[str, Any] | Any:
    """The listing."""
    return {"listed": listed(view, LISTING)}


PAGE = Page(name="domains", path="/domains", group="profile", order=20, show=show, example="?target=shop.com")
