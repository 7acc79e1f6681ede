"""What tells how a target stands: its profile, its authority, what-ifs, and what the index holds."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from backlit.server.mcp.answers_listings import Domain
from backlit.server.mcp.answers_verdicts import Gap
from backlit.server.mcp.shapes import Answer, Authority, Band, Day, Shape


class BandCount(Shape):
    band: Band
    referring_domains: int
    share: Annotated[float | None, Field(description="Of the domains whose authority is known, 0 to 1.")]


class AnchorShare(Shape):
    anchor_class: str
    links: int
    share: float


class Profile(Answer):
    """The portrait of a target's links."""

    target: str
    found: Annotated[
        bool, Field(description="False: nothing here links to it. That is no word on the web at large.")
    ]
    verdict: Annotated[str, Field(description="Quality or quantity, in one sentence.")]
    findings: list[str]
    near: Annotated[list[str], Field(description="Names in this index to try instead.")]
    authority: Authority
    band: Band
    percentile: Annotated[float | None, Field(description="Percent of ranked domains below it.")]
    authority_basis: Annotated[str, Field(description="Which graph authority was reckoned in.")]
    referring_domains: int
    links: int | None
    lost_links: int | None
    lost_domains: int | None
    follow_share: Annotated[float | None, Field(description="Of links of known rel, 0 to 1.")]
    follow_known: int
    hidden_links: int | None
    content_share: Annotated[
        float | None, Field(description="Links in content or lists, of known placement, 0 to 1.")
    ]
    bands: list[BandCount]
    anchor_classes: list[AnchorShare]
    strongest: Annotated[list[Domain], Field(description="Strongest referring domains.")]
    new_links: int | None
    new_domains: int | None
    lost_links_lately: int | None
    window_days: int
    window_end: Day
    top_domain_share: Annotated[
        float | None, Field(description="Share of the links of the domain with most links.")
    ]
    unknown: Annotated[list[Gap], Field(description="What this data cannot say, and why.")]


class Carrier(Shape):
    domain: str
    share: Annotated[
        float | None, Field(description="Share of the asked domain's rank that comes from it, 0 to 1.")
    ]
    authority: Authority
    band: Band


class Standing(Shape):
    domain: str
    found: bool
    authority: Authority
    band: Band
    position: Annotated[int | None, Field(description="Place by rank, 1 the first.")]
    of_domains: int
    percentile: float | None
    trust: Annotated[float | None, Field(description="0 to 1, where a release was ranked.")]
    referring_domains: int | None
    carriers: list[Carrier]
    says: list[str]


class Authorities(Answer):
    domains: list[Standing]


class WhatIf(Answer):
    """Bounds of an authority with other links."""

    target: str
    gain: list[str]
    lose: list[str]
    authority_now: float
    authority_low: float
    authority_high: float
    authority_exact: Annotated[float | None, Field(description="Only with exact.")]
    already: Annotated[list[str], Field(description="Named as gain, but linking already.")]
    absent: Annotated[list[str], Field(description="Named as loss, but not linking.")]


class Snapshot(Shape):
    date: Day
    origin: str | None
    links: int | None
    pages: int | None


class Release(Shape):
    name: str
    kind: str
    data_date: Day
    domains: int
    ranked: bool


class Info(Answer):
    """What is here to be asked."""

    links: int | None
    pages: int | None
    source_domains: int | None
    target_domains: int | None
    snapshots: Annotated[list[Snapshot], Field(description="The harvests, latest first, at most ten.")]
    snapshot_count: int
    releases: Annotated[
        list[Release], Field(description="Web graphs: domains of the public web, no single links.")
    ]
    authority_basis: str
    most_linked: Annotated[list[str], Field(description="Some domains with most referring domains here.")]
