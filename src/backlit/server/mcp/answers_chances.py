"""What chances give: the link gap, rivals, targets side by side, broken pages."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from backlit.server.mcp.shapes import Address, Answer, Authority, Band, Day, Page, Shape


class RivalLinks(Shape):
    rival: str
    links: int | None


class GapRow(Shape):
    domain: str
    authority: Authority
    band: Band
    rivals: Annotated[int, Field(description="To how many of the rivals it links.")]
    rival_links: list[RivalLinks]
    target_links: int | None
    follow_links: int | None
    content_links: int | None
    last_seen: Day


class RivalCells(Shape):
    rival: str
    sources: int
    shared: int
    missing: int


class LinkGap(Page):
    """Who links to rivals and not here; the cells count domains whatever the filter of the rows."""

    rivals: list[RivalCells]
    missing: Annotated[int, Field(description="Domains that link to a rival and not to the target.")]
    shared: int
    only: Annotated[int, Field(description="Domains that link to the target and to no rival.")]
    rows: list[GapRow]


class Rival(Shape):
    domain: str
    score: Annotated[
        float, Field(description="0 to 100: how much its referring domains are those of the target.")
    ]
    shared: int
    share: Annotated[float | None, Field(description="Of the target's referring domains, 0 to 1.")]
    referring_domains: int
    authority: Authority
    band: Band


class Rivals(Page):
    rows: list[Rival]


class Side(Shape):
    target: str
    authority: Authority
    band: Band
    referring_domains: int
    links: int | None
    follow_share: float | None
    content_share: float | None
    excellent_domains: int | None
    okay_domains: int | None
    weak_domains: int | None
    unranked_domains: int | None
    new_domains: int | None
    lost_domains: int | None
    shared_domains: Annotated[int | None, Field(description="Also linking to the first target.")]


class Comparison(Answer):
    window_days: int
    rows: list[Side]


class BrokenPage(Shape):
    target_url: Address
    state: str
    status: int | None
    cause: str | None
    checked_at: Day
    links: int | None
    follow_links: int | None
    referring_domains: int | None
    strongest_source: str | None
    strongest_authority: Authority
    strongest_page: Address
    redirects_to: Address


class Broken(Page):
    """Linked pages by what is known of them."""

    linked_pages: Annotated[int, Field(description="Addresses of the target with a live link.")]
    broken: int
    redirects: int
    fine: int
    unknown: Annotated[int, Field(description="Never asked for here: not known to be broken.")]
    rows: list[BrokenPage]
