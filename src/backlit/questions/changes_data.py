"""What came and went between two dates: frozen records with stable names, the same in JSON and in code."""

from __future__ import annotations

import msgspec


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """Links (pairs of pages) or referring domains, by whether they stood on the two dates.

    Of links ``before`` = ``stayed`` + ``lost``, and ``after`` = ``stayed`` + ``gained`` + those that stand on the
    second date and of which it is unknown whether they stood on the first. ``passed`` came after the first date and
    were gone by the second. Of ``unknown`` it cannot be told whether they stood on one of the dates;
    ``unknown_gone`` of these were lost in between.
    """

    before: int
    after: int
    stayed: int
    gained: int
    lost: int
    passed: int
    unknown: int
    unknown_gone: int


class BandMoved(msgspec.Struct, frozen=True, kw_only=True):
    """Referring domains of one authority band, by the authority they have today."""

    name: str
    low: float | None
    high: float | None
    before: int
    after: int
    gained: int
    lost: int


class AnchorMoved(msgspec.Struct, frozen=True, kw_only=True):
    """One text, and how many links (pairs of pages) with it were gained and lost."""

    text: str
    gained: int
    lost: int


class PageMoved(msgspec.Struct, frozen=True, kw_only=True):
    """One page of the target, and how many links to it were gained and lost."""

    url: str
    gained: int
    lost: int


class DomainMoved(msgspec.Struct, frozen=True, kw_only=True):
    """A referring domain that was gained or lost, with its links that came or went.

    ``day`` is when its first link of those was seen, or its last one missed. ``reason`` is that of the last loss:
    ``removed`` from a page that is still there, or the page is ``gone``.
    """

    domain: str
    authority: float | None
    band: str
    links: int
    follow_links: int | None
    day: str | None
    reason: str | None


class LinkLost(msgspec.Struct, frozen=True, kw_only=True):
    """A link (pair of pages) that stood on the first date and no longer on the second."""

    source_url: str
    source_domain: str
    target_url: str
    anchor: str | None
    follow: bool | None
    placement: str | None
    authority: float | None
    band: str
    lost_at: str
    reason: str | None


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What came and went between the ends of two days. Lists are the first few, the numbers beside them are of all."""

    target: str
    before: str
    after: str
    data_date: str | None
    origins: list[str]
    generation: int
    links: Moved
    domains: Moved
    #: Why it is unknown of links whether they stood on one of the dates.
    undated_links: int
    first_look_links: int
    #: The first day whose first sightings are news; None: every day's, or no day's (``says`` tells which).
    new_since: str | None
    bands: list[BandMoved]
    gained_domains: list[DomainMoved]
    lost_domains: list[DomainMoved]
    anchors: list[AnchorMoved]
    anchors_changed: int
    pages: list[PageMoved]
    pages_changed: int
    #: Followed links lost from domains that are at least okay: those whose loss can be felt.
    mattered_links: int
    mattered_domains: int
    mattered: list[LinkLost]
    #: Sentences on what the figures leave open.
    says: list[str]


# msgspec must not learn a type in two threads at once.
msgspec.json.Decoder(Changes)
