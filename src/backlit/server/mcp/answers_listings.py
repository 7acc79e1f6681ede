"""What the listings give: links, domains, anchors, pages, and what came and went."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from backlit.server.mcp.shapes import Address, Authority, Band, Day, Foreign, Id, Page, Shape


class Link(Shape):
    link_id: Id
    source_url: Address
    source_domain: str
    source_authority: Authority
    source_band: Band
    target_url: Address
    anchor: Foreign
    alt: Foreign
    kind: str | None
    rel: str | None
    follow: bool | None
    placement: str | None
    hidden: bool | None
    first_seen: Day
    last_seen: Day
    lost_at: Day
    lost_reason: str | None


class Links(Page):
    rows: list[Link]


class Domain(Shape):
    domain: str
    authority: Authority
    band: Band
    links: int | None
    follow_links: int | None
    content_links: int | None
    lost_links: int | None
    pages: int | None
    first_seen: Day
    last_seen: Day
    lost_at: Day


class Domains(Page):
    rows: list[Domain]


class Anchor(Shape):
    anchor: Foreign
    alt: Foreign
    image: bool | None
    anchor_class: Annotated[
        str | None, Field(description="brand, exact, partial, generic, url, image, other …")
    ]
    links: int | None
    referring_domains: int | None
    follow_links: int | None
    first_seen: Day
    last_seen: Day


class Anchors(Page):
    rows: list[Anchor]


class LinkedPage(Shape):
    target_url: Address
    links: int | None
    referring_domains: int | None
    follow_links: int | None
    lost_links: int | None
    first_seen: Day
    last_seen: Day


class LinkedPages(Page):
    rows: list[LinkedPage]


class Period(Shape):
    period: Annotated[str, Field(description="A day, month or year.")]
    new_links: int | None
    lost_links: int | None
    links: int | None
    new_domains: int | None
    lost_domains: int | None
    referring_domains: int | None


class History(Page):
    rows: list[Period]
