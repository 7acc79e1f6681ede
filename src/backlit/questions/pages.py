"""The pages of a target, by the links to them."""

from __future__ import annotations

from backlit.index import Index, Reader
from backlit.questions.columns import TARGET_PAGES
from backlit.questions.listing import Request, rollup_listing
from backlit.questions.result import Result
from backlit.web.target import Target


def pages(
    index: Index | Reader,
    target: Target | str,
    where: str | None = None,
    sort: str | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> Result:
    """The pages of ``target`` that were ever linked to, those with most referring domains first.

    A page that lost all its links is listed with zero live ones: it may be worth mending.
    """
    return rollup_listing(
        index,
        target,
        "target_pages",
        TARGET_PAGES,
        Request(where, sort, limit, offset),
        default_order="referring_domains desc, links desc",
        tie_break=["target_url"],
        always="true",
    )
