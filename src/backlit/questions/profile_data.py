"""What a profile is made of: frozen records with stable names, the same in JSON and in code.

Rules that hold for every figure: counts are of *live* links unless the name says ``lost``;
a share is a part of what is *known*, between 0 and 1, beside the number known; ``None`` is
unknown, and ``Profile.unknown`` says why. Origin, data date and generation are in ``meta``.
"""

from __future__ import annotations

import msgspec

from backlit.questions.risk_data import Risk


class Meta(msgspec.Struct, frozen=True, kw_only=True):
    """Where every figure of the profile comes from."""

    target: str
    kind: str
    domain: str
    label: str
    ascii: str | None
    index: str | None
    generation: int
    data_date: str | None
    origins: list[str]
    snapshots: int | None
    first_snapshot: str | None
    domains_in_index: int | None
    settings: str
    backlit: str
    authority_basis: str
    authority_release: str | None


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """Who links, how often, and how much of it is gone."""

    referring_domains: int
    referring_sites: int | None
    referring_hosts: int | None
    referring_pages: int | None
    links: int | None
    lost_links: int | None
    lost_domains: int | None
    target_pages: int | None
    links_per_domain: float | None
    first_seen: str | None
    last_seen: str | None


class Follow(msgspec.Struct, frozen=True, kw_only=True):
    """Links that pass endorsement, of the links whose follow is known."""

    follow_links: int
    nofollow_links: int
    unknown_links: int
    share: float | None
    follow_domains: int | None
    domain_share: float | None


class TargetAuthority(msgspec.Struct, frozen=True, kw_only=True):
    """Standing of the target's domain, in ``Meta.authority_release`` or this index; ``None`` where it has none.

    ``percentile`` is the percentage of ranked domains below it, 0 to 100.
    """

    domain: str
    authority: float | None
    band: str
    rank: int | None
    percentile: float | None
    ranked_domains: int | None


class Band(msgspec.Struct, frozen=True, kw_only=True):
    """Referring domains whose authority lies in ``[low, high)``; ``share`` of those known."""

    name: str
    low: float | None
    high: float | None
    referring_domains: int
    links: int | None
    share: float | None


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """One value of a facet: how many links and domains have it, and its share of those known."""

    value: str
    links: int | None
    referring_domains: int
    share: float


class Facet(msgspec.Struct, frozen=True, kw_only=True):
    """How the links divide by one property, most frequent value first.

    ``distinct`` values and their ``effective`` number are of all values, ``values`` may be
    the first few. Counted are links, or domains where the number of links is unknown (web graphs).
    """

    name: str
    known: int
    unknown: int
    distinct: int
    effective: float | None
    values: list[Value]


class AnchorClass(msgspec.Struct, frozen=True, kw_only=True):
    """Links of one class of anchor; ``sites`` counts each referring site once."""

    name: str
    links: int
    share: float
    sites: int | None
    site_share: float | None


class Anchor(msgspec.Struct, frozen=True, kw_only=True):
    """One text that links to the target. ``rule`` is the reason for its class."""

    text: str
    image: bool
    cls: str = msgspec.field(name="class")
    rule: str
    links: int
    follow_links: int | None
    referring_domains: int
    share: float
    first_seen: str | None
    last_seen: str | None


class Anchors(msgspec.Struct, frozen=True, kw_only=True):
    """The anchors: classes, the most used texts, and how much of them was classified."""

    known: int
    unknown: int
    classified: int
    distinct: int
    effective: float | None
    sites: int | None
    classes: list[AnchorClass]
    top: list[Anchor]
    brands: list[str]
    titles_known: int


class TargetPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of the target and what links to it."""

    url: str
    links: int
    referring_domains: int
    follow_links: int | None
    lost_links: int
    share: float
    first_seen: str | None
    last_seen: str | None


class ReferringDomain(msgspec.Struct, frozen=True, kw_only=True):
    """One domain that links to the target."""

    domain: str
    label: str
    authority: float | None
    band: str
    links: int | None
    pages: int | None
    follow_links: int | None
    content_links: int | None
    first_seen: str | None
    last_seen: str | None


class Concentration(msgspec.Struct, frozen=True, kw_only=True):
    """How unevenly the links are spread over the referring domains."""

    top_domain: str | None
    top_1_share: float | None
    top_10_share: float | None
    half_from: int | None
    gini: float | None


class EquityPart(msgspec.Struct, frozen=True, kw_only=True):
    """What the links of one placement, or of one domain, hand on; ``share`` of all that is handed on."""

    value: str | None
    links: int
    share: float


class Equity(msgspec.Struct, frozen=True, kw_only=True):
    """Which links hand on rank. ``share_from`` says how a page's share of its site's rank was found."""

    known: int
    unknown: int
    passing: int
    share_from: str | None
    placements: list[EquityPart]
    sources: list[EquityPart]


class Diversity(msgspec.Struct, frozen=True, kw_only=True):
    """Raw count and effective number ``exp(entropy)`` of one property, by links."""

    name: str
    distinct: int
    effective: float | None
    known: int
    unknown: int


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """Links and domains first seen and lost in a day (``2026-03-01``) or month (``2026-03``)."""

    period: str
    new_links: int | None
    lost_links: int
    new_domains: int | None
    lost_domains: int


class Movement(msgspec.Struct, frozen=True, kw_only=True):
    """New and lost within the window, by day, and over all time by month.

    ``new_*`` are ``None`` for times at which nothing could be new: everything a first look
    finds is seen for the first time. ``new_since`` is the first day that can tell.
    """

    window_days: int
    start: str | None
    end: str | None
    new_since: str | None
    new_links: int | None
    lost_links: int | None
    new_domains: int | None
    lost_domains: int | None
    days: list[Period]
    months: list[Period]


class Unknown(msgspec.Struct, frozen=True, kw_only=True):
    """One thing the index cannot say, of how many ``unit`` (links or domains), and why."""

    what: str
    count: int
    of: int
    unit: str
    why: str


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One sentence of the verdict and the documented rule that wrote it."""

    rule: str
    text: str


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """Quality or quantity, in words. ``kind`` is stable, ``headline`` is for people."""

    kind: str
    headline: str
    findings: list[Finding]


class ProfileData(msgspec.Struct, frozen=True, kw_only=True):
    """The portrait of a target's links."""

    meta: Meta
    found: bool
    near: list[str]
    verdict: Verdict
    totals: Totals
    follow: Follow
    authority: TargetAuthority
    bands: list[Band]
    facets: dict[str, Facet]
    hidden_links: int | None
    anchors: Anchors
    target_pages: list[TargetPage]
    referring_domains: list[ReferringDomain]
    concentration: Concentration
    equity: Equity | None
    diversity: list[Diversity]
    movement: Movement
    unknown: list[Unknown]
    #: Only of a profile with an audit.
    risk: Risk | None = None

    def to_json(self, indent: int | None = 2) -> str:
        """The profile as JSON; names as in ``docs/profile.md``, unknown as ``null``."""
        data = msgspec.json.encode(self)
        return (data if indent is None else msgspec.json.format(data, indent=indent)).decode()
