"""What an index holds: counts, harvests, versions and sizes."""

from __future__ import annotations

from typing import Any

import msgspec

from backlit.index import Index, Reader
from backlit.questions.listing import provenance, reading
from backlit.questions.result import Result


class TableSize(msgspec.Struct, frozen=True):
    """One table of the index on disk."""

    table: str
    files: int
    rows: int
    bytes: int


class Info(msgspec.Struct, frozen=True):
    """An index in figures. ``snapshots`` has one row an input."""

    path: str
    generation: int
    layout: int
    created: str
    code_version: str
    settings_digest: str
    suffix_list_date: str
    data_date: str | None
    origins: list[str]
    links: int
    pages: int
    source_domains: int
    target_domains: int
    buckets: int
    bytes: int
    tables: list[TableSize]
    snapshots: list[dict[str, Any]]


def info(index: Index | Reader) -> Info:
    """What ``index`` holds and what made it."""
    with reading(index) as reader:
        manifest = reader.manifest
        domains = reader.query(
            "SELECT count(*) FILTER (linked_domains > 0) AS sources, "
            "count(*) FILTER (referring_domains > 0) AS targets "
            f"FROM {reader.domains_sql()} AS domains"
        ).to_pylist()[0]
        names = sorted({f.table for f in manifest.files})
        sizes = [
            TableSize(n, len(files), sum(f.rows for f in files), sum(f.bytes for f in files))
            for n in names
            for files in [manifest.table(n)]
        ]
        return Info(
            path=str(reader.layout.root),
            generation=manifest.generation,
            layout=manifest.layout,
            created=manifest.created,
            code_version=manifest.code_version,
            settings_digest=manifest.settings_digest,
            suffix_list_date=manifest.suffix_list_date,
            data_date=manifest.data_date,
            origins=reader.origins,
            links=manifest.links,
            pages=manifest.pages,
            source_domains=domains["sources"],
            target_domains=domains["targets"],
            buckets=manifest.buckets,
            bytes=sum(size.bytes for size in sizes),
            tables=sizes,
            snapshots=snapshots(reader).rows(),
        )


def snapshots(index: Index | Reader) -> Result:
    """The inputs an index was made of, in order of date."""
    with reading(index) as reader:
        found = reader.query(f"SELECT * FROM {reader.snapshots_sql()} AS s ORDER BY date, input, digest")
        return Result(found, provenance(reader), total=found.num_rows)
