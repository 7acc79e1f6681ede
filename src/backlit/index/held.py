"""Rows of pages that were read lately, held in memory: the pages of a domain lie together in a few row groups.

What is asked of single links needs a few pages each of many domains, and so a little of many files; decoding that
anew for every target is most of the work. Row groups are held by file. Files are never written twice, so that what
is held serves every generation that has the file. All together stays below a limit in bytes; what was used longest
ago goes first.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from backlit.records import PAGES

#: The columns that are held.
HELD = pa.schema(
    [
        PAGES.field(name)
        for name in (
            "url", "domain", "status", "title", "language", "encoding", "words", "external_links",
            "internal_links", "noindex", "canonical", "ad_slots", "ip", "first_seen", "fetched_at",
        )
    ]
)  # fmt: skip

#: A file by its path and what changes if another takes its place.
_File = tuple[str, int, int, int]


class _Footer(NamedTuple):
    """What is known of a file before it is read: the first and last domain of each row group, and its size."""

    spans: list[tuple[str | None, str | None]]
    bytes: list[int]


class _Group(NamedTuple):
    """The rows of a row group (columns that are unknown throughout are left out), and where those of a domain are."""

    rows: pa.Table
    places: dict[str, tuple[int, int]]
    bytes: int


class HeldPages:
    """Row groups of pages in memory, up to ``limit`` bytes. Thread-safe."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.bytes = 0
        self._lock = threading.Lock()
        self._footers: OrderedDict[_File, _Footer] = OrderedDict()
        self._groups: OrderedDict[tuple[_File, int], _Group] = OrderedDict()

    def pages_of(self, domains: Mapping[str, Sequence[str]]) -> pa.Table | None:
        """The pages (``HELD``) of domains, which are given by the files to look for them in.

        ``None`` where more would have to be read than may be held.
        """
        wanted: list[tuple[_File, int, list[str]]] = []
        size = 0
        for path, names in domains.items():
            stat = os.stat(path)
            file = (path, stat.st_ino, stat.st_mtime_ns, stat.st_size)
            footer = self._footer(file)
            for number, (low, high) in enumerate(footer.spans):
                inside = [
                    name for name in names if (low is None or low <= name) and (high is None or name <= high)
                ]
                if inside:
                    size += footer.bytes[number]
                    wanted.append((file, number, inside))
        if size > self.limit:
            return None
        parts = []
        for file, number, names in wanted:
            group = self._group(file, number)
            places = sorted(group.places[name] for name in names if name in group.places)
            if places:
                parts.append(_rows(group.rows, places))
        return pa.table(
            [
                pa.chunked_array(
                    [
                        part[field.name].combine_chunks().cast(field.type)
                        if field.name in part.column_names
                        else pa.nulls(part.num_rows, field.type)
                        for part in parts
                    ],
                    field.type,
                )
                for field in HELD
            ],
            schema=HELD,
        ).combine_chunks()

    def _footer(self, file: _File) -> _Footer:
        with self._lock:
            found = self._footers.get(file)
            if found is not None:
                self._footers.move_to_end(file)
                return found
        from pyarrow import parquet

        metadata = parquet.read_metadata(file[0])
        at = metadata.schema.names.index("domain")
        spans: list[tuple[str | None, str | None]] = []
        sizes = []
        for number in range(metadata.num_row_groups):
            group = metadata.row_group(number)
            told = group.column(at).statistics
            spans.append((told.min, told.max) if told is not None and told.has_min_max else (None, None))
            columns = (group.column(place) for place in range(group.num_columns))
            sizes.append(sum(c.total_uncompressed_size for c in columns if c.path_in_schema in HELD.names))
        found = _Footer(spans, sizes)
        with self._lock:
            self._footers[file] = found
            while len(self._footers) > _FOOTERS:
                self._footers.popitem(last=False)
        return found

    def _group(self, file: _File, number: int) -> _Group:
        key = (file, number)
        with self._lock:
            found = self._groups.get(key)
            if found is not None:
                self._groups.move_to_end(key)
                return found
        found = _read_group(file[0], number)
        with self._lock:
            if key not in self._groups:
                self._groups[key] = found
                self.bytes += found.bytes
            while self.bytes > self.limit and self._groups:
                _, gone = self._groups.popitem(last=False)
                self.bytes -= gone.bytes
        return found


#: Columns of few values: they are decoded to places in a list of these.
_CODED = ("domain", "language", "encoding", "ip")

#: Files whose footers are kept.
_FOOTERS = 2048


def _read_group(path: str, number: int) -> _Group:
    from pyarrow import parquet

    with parquet.ParquetFile(path, read_dictionary=list(_CODED)) as source:
        names = [name for name in HELD.names if name in source.schema_arrow.names]
        rows = source.read_row_group(number, columns=names, use_threads=False).combine_chunks()
    domains = rows["domain"].combine_chunks().dictionary_encode()
    codes = domains.indices.to_numpy(zero_copy_only=False)
    begins = np.flatnonzero(np.append(True, codes[1:] != codes[:-1])) if len(codes) else codes
    ends = np.append(begins[1:], len(codes)).tolist()
    order = domains.dictionary.take(domains.indices.take(pa.array(begins))).to_pylist()
    places = dict(zip(order, zip(begins.tolist(), ends, strict=True), strict=True))
    known = rows.select([name for name in names if rows[name].null_count < rows.num_rows])
    return _Group(known, places, known.nbytes + 200 * len(places))


def _rows(rows: pa.Table, places: list[tuple[int, int]]) -> pa.Table:
    """The rows from and up to some places."""
    if len(places) == 1:
        ((begin, end),) = places
        return rows.slice(begin, end - begin)
    return rows.take(pa.array(np.concatenate([np.arange(begin, end) for begin, end in places])))


_HELD: HeldPages | None = None
_LOCK = threading.Lock()


def held_pages(limit: int) -> HeldPages:
    """What this process holds; the first caller says how much that may be."""
    global _HELD
    with _LOCK:
        if _HELD is None:
            _HELD = HeldPages(limit)
        return _HELD
