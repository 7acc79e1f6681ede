"""Tables that people and tools export: links, pages, hosts and trusted hosts.

A table is CSV, TSV, JSON lines, Parquet or a plain list, compressed or not. Rows are read
in blocks; a bad cell costs its value, a bad row itself, and either is a problem with its
place. ``resume_at`` of a batch is the number of rows read so far.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

import pyarrow as pa

from backlit import settings
from backlit.records import Batch
from backlit.sources import columns as column_names
from backlit.sources.blocks import json_rows, list_rows, parquet_rows
from backlit.sources.columns import Columns
from backlit.sources.csvrows import Block, Layout, read_rows
from backlit.sources.lines import read_lines
from backlit.sources.linkrows import LinkRows
from backlit.sources.otherrows import HostRows, PageRows, TrustedRows
from backlit.sources.problems import Place, ProblemLog
from backlit.sources.source import digest_file
from backlit.sources.streams import ByteStream


class TableForm(NamedTuple):
    """What a table file is, as detection found it.

    ``format`` is ``csv``, ``jsonl``, ``parquet`` or ``list``; ``names`` are its columns, in
    order. ``delimiter`` and ``heading_row`` (non-empty rows above the first one of data, less
    one) are those of CSV.
    """

    format: str
    names: list[str]
    delimiter: str = ","
    heading_row: int = 0


class TableSource:
    """One table file."""

    origin = "table"

    def __init__(self, path: Path, kind: str, form: TableForm, snapshot: str) -> None:
        self.path = path
        self.kind = kind
        self.form = form
        self.snapshot = snapshot
        self.total_bytes = path.stat().st_size
        #: Which column is which; raises ``TableError`` when one that is needed is missing.
        self.columns: Columns = column_names.match(kind, form.names)

    def digest(self) -> str:
        """The digest of the file's bytes."""
        return digest_file(self.path)

    def read(self, resume_at: int = 0) -> Iterator[Batch]:
        """The batches after the first ``resume_at`` rows."""
        limits = settings.default().tables
        log = ProblemLog(self.path, limits.problems_in_full)
        if resume_at == 0 and self.columns.extra:
            shown = column_names.found_names(self.columns.extra)
            log.note(
                "heading", "extra-columns", f"Columns of no use for {self.kind} were passed over: {shown}."
            )
        rows = _Rows(self.kind, self.snapshot, log)
        done = 0
        for block in self._blocks(log, resume_at):
            count = block.table.num_rows
            skip = min(max(resume_at - done, 0), count)
            if skip:
                rows.replay(block.table.slice(0, skip))
                if skip == count:
                    log.take()
            if skip < count:
                rows.add(block.table.slice(skip), lambda row, skip=skip, place=block.place: place(row + skip))  # type: ignore[misc]
            done += count
            if rows.held >= settings.default().storage.batch_links:
                yield rows.take(done, min(block.position, self.total_bytes))
        if done == 0:
            log.note("end", "no-rows", "The table has no rows below its heading.")
        yield rows.take(done, self.total_bytes)

    def _blocks(self, log: ProblemLog, known: int) -> Iterator[Block]:
        limits = settings.default().tables
        form = self.form
        if form.format == "parquet":
            return parquet_rows(self.path, form.names, self.columns, log, self.total_bytes, known)
        lines = read_lines(ByteStream(self.path), log, limits.block_bytes, limits.max_row_bytes)
        if form.format == "jsonl":
            return json_rows(lines, form.names, self.columns, log)
        if form.format == "list":
            return list_rows(lines)
        layout = Layout(form.delimiter, form.names, form.heading_row)
        return read_rows(lines, layout, self.columns, log, limits.max_row_bytes)


class _Converter(Protocol):
    def read(self, block: pa.Table, place: Place) -> pa.Table: ...


_OTHERS: dict[str, Callable[[str, ProblemLog], _Converter]] = {
    "pages": PageRows,
    "hosts": HostRows,
    "trusted": TrustedRows,
}


class _Rows:
    """Rows converted and not yet given."""

    def __init__(self, kind: str, snapshot: str, log: ProblemLog) -> None:
        self._kind = kind
        self._log = log
        self._links = LinkRows(snapshot, log) if kind == "links" else None
        self._others = None if kind == "links" else _OTHERS[kind](snapshot, log)
        self._tables: dict[str, list[pa.Table]] = {}
        self.held = 0

    def replay(self, block: pa.Table) -> None:
        """Take note of rows that were read before."""
        if self._links is not None:
            self._links.replay(block)

    def add(self, block: pa.Table, place: Place) -> None:
        """Convert a block and keep what it gives."""
        tables: dict[str, pa.Table] = {}
        if self._links is not None:
            tables["links"], tables["pages"] = self._links.read(block, place)
        if self._others is not None:
            tables[self._kind] = self._others.read(block, place)
        for name, table in tables.items():
            if table.num_rows:
                self._tables.setdefault(name, []).append(table)
        self.held += block.num_rows

    def take(self, resume_at: int, bytes_done: int) -> Batch:
        """All that was kept, as one batch."""
        if self._links is not None and self._links.same_site:
            rows = "1 row links" if self._links.same_site == 1 else f"{self._links.same_site:,} rows link"
            self._log.note(
                f"rows to {resume_at}",
                "same-site",
                f"{rows} pages of one site with each other; these are no backlinks and were left out.",
            )
            self._links.same_site = 0
        tables = {name: pa.concat_tables(parts) for name, parts in self._tables.items()}
        self._tables = {}
        self.held = 0
        return Batch(
            links=tables.get("links"),
            pages=tables.get("pages"),
            fetches=None,
            hosts=tables.get("hosts"),
            trusted=tables.get("trusted"),
            problems=self._log.take(),
            resume_at=resume_at,
            bytes_done=bytes_done,
        )
