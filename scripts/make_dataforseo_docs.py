"""Write docs/dataforseo-fields.md from the tables of fields and endpoints.

python scripts/make_dataforseo_docs.py [--check]
"""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

from backlit.server.dataforseo.endpoints import ENDPOINTS, Endpoint
from backlit.server.dataforseo.fields import NEVER_KNOWN, PLAIN, SORTED, Field, Table

PAGE = Path(__file__).resolve().parent.parent / "docs" / "dataforseo-fields.md"

_INTRODUCTION = """# Fields of the API that is like DataForSEO's

This page is written by `scripts/make_dataforseo_docs.py`; a test fails when it is stale. What the API is and how to
point a client here: [dataforseo.md](dataforseo.md).

Any field may be null, and null always means that it is not known. `filter` is the type that `available_filters` gives;
entries of counted maps are filtered by their key (`referring_links_types.anchor`). Fields of intersections are asked
for with the number of their target in front (`2.backlinks`). Ranks stand on the scale that `rank_scale` asks for.
"""

_KINDS = {"map.num": "object of counts", "map.str": "object of texts", "objects": "list of objects"}


def cells(field: Field, listed: bool) -> list[str]:
    """What the table tells of a field; of an endpoint without filters less."""
    filtered = field.kind if field.filtered and field.kind in PLAIN else "by key" if field.filtered else ""
    sorts = "yes" if field.filtered and field.kind in SORTED else ""
    notes = ["on the scale asked for"] if field.rank else []
    notes += ["always null"] if field.name in NEVER_KNOWN else []
    return [
        f"`{field.name}`",
        _KINDS.get(field.kind, field.kind),
        *([filtered, sorts] if listed else []),
        ", ".join(notes),
    ]


def line(texts: list[str]) -> str:
    """A line of a table."""
    return "| " + " | ".join(texts) + " |"


def table_of(endpoint: Endpoint, table: Table) -> str:
    """The part of an endpoint: what it takes, and the fields of its items."""
    listed = "filters" in endpoint.known
    taken = [
        f"`{parameter.name}`{' (required)' if parameter.required else ''}"
        for parameter in endpoint.parameters
    ]
    head = ["field", "type", *(["filter", "sorts"] if listed else []), "note"]
    lines = [line(head), line(["---"] * len(head)), *(line(cells(field, listed)) for field in table.fields)]
    parts = [
        f"## {endpoint.path.removeprefix('backlinks/')}",
        textwrap.fill(f"Takes {', '.join(taken)}.", 118, break_long_words=False),
        *([f"`type` is `{table.type}`."] if table.type else []),
        "\n".join(lines),
    ]
    return "\n\n".join(parts) + "\n"


def page() -> str:
    """The whole page."""
    parts = [table_of(endpoint, endpoint.table) for endpoint in ENDPOINTS if endpoint.table is not None]
    return "\n".join([_INTRODUCTION, *parts])


def main() -> int:
    if "--check" in sys.argv[1:]:
        return 0 if PAGE.read_text("utf-8") == page() else 1
    PAGE.write_text(page(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
