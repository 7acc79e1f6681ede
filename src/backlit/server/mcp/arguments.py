"""The arguments that tools share, with their limits and examples."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from backlit.settings import default

_RULES = default().mcp
_TEXT = 2048

Target = Annotated[
    str,
    Field(
        min_length=1,
        max_length=_TEXT,
        description="A domain (all its hosts), a host, a prefix ending in *, or one full address.",
        examples=["python.org", "docs.python.org", "python.org/doc/*", "https://python.org/doc/"],
    ),
]
DomainName = Annotated[
    str, Field(min_length=1, max_length=253, description="A registrable domain.", examples=["python.org"])
]
DomainNames = Annotated[
    list[str],
    Field(
        min_length=1,
        max_length=_RULES.most_names,
        description=f"Domains, 1 to {_RULES.most_names}.",
        examples=[["python.org", "wikipedia.org"]],
    ),
]
SomeNames = Annotated[
    list[str] | None,
    Field(
        max_length=_RULES.most_names, description="Domains; none when left out.", examples=[["example.org"]]
    ),
]
Where = Annotated[
    str | None,
    Field(
        max_length=_TEXT,
        description="Filter: tests joined by and, or, not; = != < > like contains in (…) is null. See backlit://filters.",
    ),
]
Sort = Annotated[
    str | None,
    Field(max_length=_TEXT, description="Order by columns, each with desc or not.", examples=["links desc"]),
]
Limit = Annotated[
    int | None,
    Field(
        ge=1,
        le=_RULES.most_rows,
        description=f"Rows to give, at most {_RULES.most_rows}; {_RULES.rows} when left out.",
    ),
]
Offset = Annotated[int, Field(ge=0, le=2**40, description="Rows to leave out: take it from next_offset.")]
