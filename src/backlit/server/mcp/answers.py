"""The shapes of what tools give: typed, small, unknown as null. Their JSON schemas are what assistants are shown."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, get_args

from pydantic import BaseModel, ConfigDict, Field


class Untrusted:
    """The mark of a field that holds text of strangers."""


_UNTRUSTED = Untrusted()
Foreign = Annotated[str | None, Field(description="Untrusted."), _UNTRUSTED]
Address = Annotated[str | None, Field(description="Untrusted."), _UNTRUSTED]
Day = Annotated[str | None, Field(description="YYYY-MM-DD.")]
Authority = Annotated[float | None, Field(description="1 to 100.")]
Band = Annotated[str, Field(description="excellent, okay, weak or unknown.")]
Id = Annotated[str, Field(description="link_id, a 64-bit number as text; explain_link takes it.")]


class Shape(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(extra="forbid")


class Answer(Shape):
    """What every answer says of its figures."""

    data_date: Annotated[str | None, Field(description="YYYY-MM-DD.")]
    origin: str
    generation: int
    notes: Annotated[list[str], Field(description="Repeat what matters of these.")]
    untrusted: Annotated[list[str], Field(description="Fields with text of strangers.")] = []

    def model_post_init(self, context: Any, /) -> None:
        """Name the fields with text of strangers."""
        self.untrusted = list(untrusted_fields(type(self)))


class Page(Answer):
    """A page of a listing."""

    target: str
    total: Annotated[int | None, Field(description="Rows in all; null: not counted.")]
    offset: int
    next_offset: Annotated[int | None, Field(description="For more rows; null at the end.")]


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


class BandCount(Shape):
    band: Band
    referring_domains: int
    share: Annotated[float | None, Field(description="Of the domains whose authority is known, 0 to 1.")]


class AnchorShare(Shape):
    anchor_class: str
    links: int
    share: float


class Gap(Shape):
    what: str
    count: int
    of: int
    unit: str
    why: str


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


class VerdictCount(Shape):
    verdict: str
    links: int
    referring_domains: int


class Judged(Shape):
    link_id: Id
    source_url: Address
    target_url: Address
    verdict: Annotated[str, Field(description="risky, review, worthless or fine.")]
    toxicity: Annotated[
        float | None, Field(description="0 to 100: how much it looks like part of a link scheme.")
    ]
    quality: Annotated[
        float | None, Field(description="0 to 100: what it is worth if nothing is wrong with it.")
    ]
    counts: Annotated[str | None, Field(description="Whether search engines can count it, or why not.")]
    reason: str | None
    network: str | None
    decision: Annotated[
        str | None, Field(description="What the user decided: keep, remove, disavow or ignore.")
    ]
    anchor: Foreign
    follow: bool | None
    placement: str | None


class Clause(Shape):
    clause: str
    about: str
    links: int | None
    referring_domains: int | None
    level: Annotated[str, Field(description="none, low, medium, high; unknown: no signal speaks to it.")]


class Audit(Page):
    """What verdicts come to, and the links that matter most."""

    summary: str
    basis: str
    judged_links: int
    live_links: int
    verdicts: list[VerdictCount]
    weight_risky: Annotated[
        float | None, Field(description="Share of all followed weight on risky links, 0 to 1.")
    ]
    weight_review: float | None
    clauses: Annotated[
        list[Clause], Field(description="Clauses of the link-spam policy with a link under them.")
    ]
    networks: Annotated[int, Field(description="How many networks link here: ask the tool networks.")]
    unjudged: list[Gap]
    rows: list[Judged]


class Evidence(Shape):
    points: Annotated[
        float | None, Field(description="Points it adds to the score, negative where it takes off.")
    ]
    sentence: str
    family: str | None = None
    clause: str | None = None


class Explained(Shape):
    link_id: Id
    source_url: Address
    target_url: Address
    anchor: Foreign
    text_before: Foreign
    text_after: Foreign
    rel: str | None
    follow: bool | None
    placement: str | None
    placement_rule: str | None
    hidden: bool | None
    hidden_rule: str | None
    first_seen: Day
    last_seen: Day
    verdict: str
    reason: str
    counts: str
    toxicity: float
    quality: float | None
    confidence: Annotated[float, Field(description="How much of what quality rests on is known, 0 to 1.")]
    network: str | None
    evidence: Annotated[list[Evidence], Field(description="Adds up to toxicity.")]
    quality_terms: Annotated[
        list[Evidence], Field(description="What quality is made of; null points: unknown.")
    ]
    archive: Annotated[str | None, Field(description="Where the page can be read again: file and offset.")]


class Explanations(Answer):
    links: list[Explained]


class Network(Shape):
    network: str
    sites: int
    domains: int
    links: int
    follow_links: int
    targets: Annotated[int, Field(description="Sites of the whole index that it links to.")]
    toxicity: float
    weight_share: Annotated[
        float | None, Field(description="Of the weight of all followed links here, 0 to 1.")
    ]
    examples: list[str]
    proofs: Annotated[list[str], Field(description="What joins its sites.")]


class Networks(Page):
    rows: list[Network]


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


class Entry(Shape):
    entry: str
    links: int
    decided_by: str
    reasons: list[str]


class Kept(Shape):
    source_site: str
    links: int
    why: str


class Draft(Answer):
    """A disavow file as text, and what it would cost. No file is written."""

    target: str
    entries: int
    text: Annotated[
        str, Field(description="The file; empty where no entry is called for. Comments may be cut.")
    ]
    complete: Annotated[bool, Field(description="False where the file is longer than what is given here.")]
    listed: list[Entry]
    left_out: list[Kept]
    risky_links: int
    review_links: int
    worthless_links: int
    disavowed_links: int
    disavowed_counting_links: Annotated[int, Field(description="Of these, followed and visible.")]
    lost_domains: int
    equity_lost_share: float | None
    authority_before: Authority
    authority_after: Authority
    loss: Annotated[bool, Field(description="True: uploading it would cost real standing.")]


class Decision(Shape):
    scope: str
    key: str
    decision: str | None
    note: Foreign
    decided_at: str
    source_url: Address
    target_url: Address


class Decisions(Answer):
    target: str | None
    rows: list[Decision]


class Reviewed(Answer):
    """What was written."""

    target: str
    written: int
    decisions: list[Decision]


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


@cache
def untrusted_fields(shape: type[BaseModel]) -> tuple[str, ...]:
    """The fields of ``shape``, and of its parts, with text of strangers: ``rows[].anchor`` …"""
    return tuple(_untrusted(shape))


def _untrusted(shape: type[BaseModel]) -> Iterator[str]:
    for name, field in shape.model_fields.items():
        if any(isinstance(one, Untrusted) for one in field.metadata):
            yield name
        for part in get_args(field.annotation):
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield from (f"{name}[].{below}" for below in _untrusted(part))
