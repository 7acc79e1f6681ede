"""How records lie in the index's files: what differs from ``backlit.records``, and why.

* ``pair_mix`` stands for ``pair_id`` (``pair_id = link_id XOR pair_mix``): the mix is zero for
  nearly all rows, so it costs nothing where a second 64-bit id would be 8 bytes a row.
* ``source_host`` is not stored: the reader cuts it out of ``source_url``.
* ``source_site``/``target_site`` are stored only where they differ from the domain.
* ``provenance`` holds the ranks of the field groups of rows put together from several
  observations (see ``backlit.index.merge``), and is NULL for all others.
"""

from __future__ import annotations

import pyarrow as pa

from backlit.records import LINKS, PAGES

_PROVENANCE = pa.field("provenance", pa.binary())

STORED_LINKS = pa.schema(
    [
        pa.field("pair_mix", pa.int64()) if f.name == "pair_id" else f
        for f in LINKS
        if f.name != "source_host"
    ]
    + [_PROVENANCE]
)

STORED_PAGES = pa.schema([*PAGES, _PROVENANCE])

#: The columns of a link row that change when it is merely seen again, or lost.
STATE_COLUMNS = ("first_seen", "last_seen", "lost_at", "lost_reason", "snapshot", "origin", "depth", "provenance")

#: The narrow second orientation. ``flags``: 1 follow, 2 not follow, 4 hidden, 8 lost, 16 not a plain anchor.
OUT = pa.schema(
    [
        ("source_domain", pa.string()),
        ("target_domain", pa.string()),
        ("pair_id", pa.int64()),
        ("flags", pa.int8()),
    ]
)

#: Rows are always in this order inside a file.
SORT_KEYS = {
    "links": ("target_domain", "target_url", "link_id"),
    "pages": ("domain", "url"),
    "fetches": ("domain", "url", "fetched_at", "outcome"),
    "out": ("source_domain", "target_domain", "pair_id", "flags"),
    "hosts": ("host",),
    "trusted": ("host",),
}

#: SQL that gives ``backlit.records.LINKS`` columns from stored ones.
LINK_EXPRESSIONS = {
    "pair_id": "xor(link_id, pair_mix)",
    "source_host": r"regexp_extract(source_url, '^https?://(\[[^\]]*\]|[^/:?#]*)', 1)",
    "source_site": "coalesce(source_site, source_domain)",
    "target_site": "coalesce(target_site, target_domain)",
}


def link_columns(alias: str = "") -> str:
    """The select list that turns stored link rows into ``LINKS`` columns, in their order."""
    prefix = f"{alias}." if alias else ""
    parts = []
    for name in LINKS.names:
        expression = LINK_EXPRESSIONS.get(name)
        if expression is None:
            parts.append(f"{prefix}{name}")
        else:
            for column in ("link_id", "pair_mix", "source_url", "source_site", "source_domain", "target_site", "target_domain"):
                if prefix:
                    expression = _qualify(expression, column, prefix)
            parts.append(f"{expression} AS {name}")
    return ", ".join(parts)


def _qualify(expression: str, column: str, prefix: str) -> str:
    import re

    return re.sub(rf"\b{column}\b", f"{prefix}{column}", expression)
