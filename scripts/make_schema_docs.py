"""Write docs/schema.md from the tables of columns, or with --check say whether it is stale.

python scripts/make_schema_docs.py [--check]
"""

from __future__ import annotations

import sys
from pathlib import Path

import pyarrow as pa

from backlit import records
from backlit.questions import chance_columns, columns

PAGE = Path(__file__).resolve().parent.parent / "docs" / "schema.md"

_INTRODUCTION = """# Views, listings and their columns

This page is written by `scripts/make_schema_docs.py`; a test fails when it is stale.

NULL always means that the source could not say. An empty text and a zero are observations.
Times are UTC, to the second. Kinds of columns, as filters know them: `text`, `integer`,
`number`, `boolean`, `time`; `bytes` and `list` cannot be filtered.
"""

_VIEWS = """## Views of `backlit sql`

```sql
select source_url, target_url, anchor, rel, follow, placement, hidden
from links where target_domain = 'example.com' and lost_at is null
```

`links` and `pages` hold one row a link and a page address, lost links included
(`lost_at is null` keeps the live ones). A link is lost only when its page was fetched again
without it, or is gone.
"""

_LISTINGS = """## Listings

The columns that `--where`, `--sort` and `--columns` of a listing know.
"""

#: SQL types of view columns that are in no record.
_SQL_TYPES = {
    "source_authority": "DOUBLE",
    "equity": "DOUBLE",
    "equity_score": "DOUBLE",
    "source_share": "VARCHAR",
    "authority": "DOUBLE",
    "pagerank": "DOUBLE",
    "percentile": "DOUBLE",
    "rank": "BIGINT",
    "referring_domains": "BIGINT",
    "referring_links": "BIGINT",
    "linked_domains": "BIGINT",
    "pages": "BIGINT",
    "domain": "VARCHAR",
}
_OF_ARROW = {
    pa.string(): "VARCHAR",
    pa.bool_(): "BOOLEAN",
    pa.int8(): "TINYINT",
    pa.int16(): "SMALLINT",
    pa.int32(): "INTEGER",
    pa.int64(): "BIGINT",
    pa.timestamp("us"): "TIMESTAMP",
    pa.binary(128): "BLOB",
    pa.binary(): "BLOB",
}
_RECORDS = {
    "links": records.LINKS,
    "pages": records.PAGES,
    "hosts": records.HOSTS,
    "snapshots": records.SNAPSHOTS,
    "domains": pa.schema([]),
}


def sql_type(view: str, name: str) -> str:
    """The SQL type of a view's column."""
    schema = _RECORDS[view]
    return _OF_ARROW[schema.field(name).type] if name in schema.names else _SQL_TYPES[name]


def page() -> str:
    """The page: the views with SQL types, then the listings with kinds."""
    parts = [_INTRODUCTION, _VIEWS]
    for view, table in columns.VIEWS.items():
        rows = [(f"`{n}`", sql_type(view, n), kind, meaning + _choices(n)) for n, kind, meaning in table]
        parts.append(f"### {view}\n\n" + _table(("column", "SQL type", "kind", "meaning"), rows))
    parts.append(_LISTINGS)
    for listing, table in columns.LISTINGS.items():
        if table is columns.VIEWS.get(listing):
            parts.append(f"### backlit {listing}\n\nThe columns of the view `{listing}`.\n")
            continue
        short = [(f"`{n}`", kind, meaning) for n, kind, meaning in table]
        parts.append(f"### backlit {listing}\n\n" + _table(("column", "kind", "meaning"), short))
    for listing, table in chance_columns.CHANCES.items():
        short = [(f"`{n}`", kind, meaning) for n, kind, meaning in table]
        parts.append(f"### backlit {listing}\n\n" + _table(("column", "kind", "meaning"), short))
    return "\n".join(parts)


def _choices(name: str) -> str:
    choices = columns.CHOICES.get(name)
    return f" ({', '.join(choices)})" if choices and name != "lost_reason" else ""


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *rows)]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the page, or check it."""
    text = page()
    if "--check" in sys.argv[1:]:
        if not PAGE.is_file() or PAGE.read_text("utf-8") != text:
            sys.exit(f"{PAGE.name} is stale: run python scripts/make_schema_docs.py")
    else:
        PAGE.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
