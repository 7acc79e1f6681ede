"""What verdicts give: audits, one verdict in full, networks."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from backlit.server.mcp.shapes import Address, Answer, Day, Foreign, Id, Page, Shape


class Gap(Shape):
    what: str
    count: int
    of: int
    unit: str
    why: str


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
