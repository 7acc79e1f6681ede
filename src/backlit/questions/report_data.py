"""What a report is made of: frozen records with stable names, the same in JSON and in code."""

from __future__ import annotations

from typing import Any

import msgspec

from backlit.questions.changes_data import Changes
from backlit.questions.profile_data import Meta, ProfileData
from backlit.questions.report_order import Order


class StrongLink(msgspec.Struct, frozen=True, kw_only=True):
    """The best live link of one referring domain: followed before others, in body text before elsewhere."""

    source_url: str
    source_domain: str
    target_url: str
    anchor: str | None
    image: bool
    follow: bool | None
    placement: str | None
    authority: float | None
    band: str
    first_seen: str | None


class EvidenceLink(msgspec.Struct, frozen=True, kw_only=True):
    """A link called risky or review, with every point of its toxicity (``items`` add up to it)."""

    link_id: int
    source_url: str
    source_domain: str
    target_url: str
    anchor: str | None
    rel: str | None
    placement: str | None
    first_seen: str | None
    last_seen: str | None
    verdict: str
    reason: str
    toxicity: float
    quality: float | None
    counts: str
    network: str | None
    decision: str | None
    items: list[dict[str, Any]]
    archive_file: str | None
    archive_offset: int | None


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """The appendix: ``shown`` of ``links`` from ``domains``, and how many are left out.

    At most ``per_domain`` are shown of one referring domain, the worst and weightiest first; ``covered`` domains are
    among those shown.
    """

    links: int
    risky: int
    review: int
    domains: int
    covered: int
    per_domain: int
    shown: list[EvidenceLink]

    @property
    def left_out(self) -> int:
        """How many links it does not tell of."""
        return self.links - len(self.shown)


class ReportData(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a report says. ``links``, ``changes`` and ``evidence`` are None where they were not asked for."""

    order: Order
    profile: ProfileData
    links: list[StrongLink] | None
    changes: Changes | None
    evidence: Evidence | None
    #: Sentences on sections that were asked for and cannot be told.
    says: list[str]

    @property
    def meta(self) -> Meta:
        """Where every figure comes from."""
        return self.profile.meta


# msgspec must not learn a type in two threads at once.
msgspec.json.Decoder(ReportData)
