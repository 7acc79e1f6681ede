"""What decisions give: disavow drafts, and what was decided."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from backlit.server.mcp.shapes import Address, Answer, Authority, Foreign, Shape


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
