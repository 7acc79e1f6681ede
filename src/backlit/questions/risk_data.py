"""What the risk of a target is made of: frozen records with stable names, the same in JSON and in code."""

from __future__ import annotations

import msgspec


class VerdictCount(msgspec.Struct, frozen=True, kw_only=True):
    """Judged links with a verdict, and domains whose worst followed link has it (of domains without a followed
    link: whose worst link)."""

    verdict: str
    links: int
    referring_domains: int


class QualityBand(msgspec.Struct, frozen=True, kw_only=True):
    """Referring domains whose best link has a quality in ``[low, high)``; ``share`` is of those known."""

    band: str
    low: float | None
    high: float | None
    referring_domains: int
    share: float | None


class QualityMonth(msgspec.Struct, frozen=True, kw_only=True):
    """Domains first seen in a month (``2026-03``), by the quality of their best link."""

    month: str
    excellent: int
    okay: int
    weak: int
    unknown: int


class ClauseRisk(msgspec.Struct, frozen=True, kw_only=True):
    """Links called risky or review whose evidence speaks to one clause of the link-spam policy or its neighbours.

    ``weight_share`` is of the weight of all followed links, ``None`` where these have none. ``level`` is ``none``,
    ``low``, ``medium`` or ``high``. All are ``None`` where no signal that counts speaks to the clause.
    """

    clause: str
    about: str
    links: int | None
    referring_domains: int | None
    weight_share: float | None
    level: str | None


class RiskNetwork(msgspec.Struct, frozen=True, kw_only=True):
    """One of the networks that carry most followed weight."""

    network: str
    sites: int
    referring_domains: int
    links: int
    toxicity: float
    weight_share: float | None
    examples: str
    proofs: list[str]


class WeightShares(msgspec.Struct, frozen=True, kw_only=True):
    """How the weight of followed links divides among verdicts, 0 to 1; ``None`` where there is none."""

    risky: float | None
    review: float | None
    worthless: float | None
    fine: float | None


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """Something that could not be judged, of how many ``unit``, and why."""

    what: str
    count: int
    of: int
    unit: str
    why: str


class Risk(msgspec.Struct, frozen=True, kw_only=True):
    """What the verdicts on a target's live links come to. Counts are of judged links unless a name says otherwise."""

    target: str
    generation: int
    data_date: str | None
    origins: list[str]
    settings: str
    basis: str
    #: Quality and quantity in one sentence.
    summary: str
    live_links: int
    judged_links: int
    referring_domains: int
    verdicts: list[VerdictCount]
    quality: list[QualityBand]
    quality_months: list[QualityMonth]
    clauses: list[ClauseRisk]
    weight: WeightShares
    networks: list[RiskNetwork]
    network_count: int
    #: What could not be judged.
    unjudged: list[Gap]


# msgspec must not learn a type in two threads at once.
msgspec.json.Decoder(Risk)
