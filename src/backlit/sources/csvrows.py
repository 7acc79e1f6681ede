"""Rows of CSV and TSV files, in blocks: fast where the file is sound, exact where it is not.

A block ends where a row ends: a line feed with an even number of quotes before it, if every
quote opens, closes or is doubled in a quoted cell (RFC 4180), which is looked up in one go
over the whole block. Such a block is parsed by Arrow. Any other block (stray or unclosed
quotes, rows with too few or too many cells) goes through the slow reader, which takes what
it can of every row and says what was wrong:

* a quote inside an unquoted cell is a character like any other;
* a quoted cell that is never closed, or that closes on another line in the middle of a
  cell, was not meant to be quoted: its line is read without quoting;
* missing cells are unknown; of a row with more cells than columns only the cells a row
  cannot do without are used, for nobody can say where the extra one came in.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv

from backlit.sources.columns import REQUIRED, Columns
from backlit.sources.lines import Lines
from backlit.sources.problems import ProblemLog

_LF, _CR, _QUOTE = 10, 13, 34


class Block(NamedTuple):
    """Some rows of a table: a column a field, where each row stands, and the bytes read so far."""

    table: pa.Table
    place: Callable[[int], str]
    position: int


class Layout(NamedTuple):
    """How a CSV file is laid out: its delimiter, the columns' names, and the row that names them."""

    delimiter: str
    names: list[str]
    heading_row: int


class _Row(NamedTuple):
    start: int
    end: int
    #: The line has a quote that opens nothing: split it at every delimiter.
    literal: bool


def read_rows(
    lines: Iterator[Lines], layout: Layout, columns: Columns, log: ProblemLog, longest: int
) -> Iterator[Block]:
    """The rows below the heading, in blocks, as text columns named by field."""
    reader = _Reader(layout, columns, log, longest)
    for data, first, position, final in _with_last(lines):
        yield from reader.feed(data, first, position, final)


def _with_last(lines: Iterator[Lines]) -> Iterator[tuple[bytes, int, int, bool]]:
    held: Lines | None = None
    for chunk in lines:
        if held is not None:
            yield held.data, held.first, held.position, False
        held = chunk
    if held is not None:
        yield held.data, held.first, held.position, True


class _Reader:
    def __init__(self, layout: Layout, columns: Columns, log: ProblemLog, longest: int) -> None:
        self.delimiter = layout.delimiter.encode()
        self.columns = columns
        self.width = len(layout.names)
        self.fields = list(columns.places)
        self.log = log
        self.longest = longest
        self.rest = b""
        self.rest_line = 1
        self.to_skip = layout.heading_row + 1
        self.needed = [columns.places[f] for f in REQUIRED[columns.kind]]
        d = re.escape(layout.delimiter).encode()
        self.quoted = re.compile(rb'"([^"]*+(?:""[^"]*+)*+)"([^' + d + rb"\n]*)")
        self.bare = re.compile(rb"[^" + d + rb"\n]*")

    def feed(self, data: bytes, first: int, position: int, final: bool) -> Iterator[Block]:
        if self.rest:
            data, first = self.rest + data, self.rest_line
        self.rest = b""
        feeds = np.flatnonzero(np.frombuffer(data, np.uint8) == _LF)
        ends, sound = sound_row_ends(data, feeds, self.delimiter)
        rows: list[_Row] | None = None
        if not sound or (final and (not len(ends) or ends[-1] != len(data) - 1)):
            rows = self._scan(data, first, final)
            ends = np.array([row.end for row in rows], dtype=np.int64)
        used = int(ends[-1]) + 1 if len(ends) else 0
        self.rest = data[used:]
        if rows is None and len(self.rest) > self.longest:  # a quoted cell that may never close
            rows = self._scan(data, first, final)
            used = rows[-1].end + 1 if rows else 0
            self.rest = data[used:]
        self.rest_line = first + int(np.searchsorted(feeds, used))
        starts = (
            np.r_[0, ends[:-1] + 1] if rows is None else np.array([r.start for r in rows], dtype=np.int64)
        )
        ends = ends if rows is None else np.array([r.end for r in rows], dtype=np.int64)
        view = np.frombuffer(data, np.uint8)
        filled = ends - starts > 1
        short = np.flatnonzero(ends - starts == 1)
        filled[short] = view[starts[short]] != _CR
        if self.to_skip:
            skipped = np.flatnonzero(filled)[: self.to_skip]
            filled[skipped] = False
            self.to_skip -= len(skipped)
            begin = int(ends[skipped[-1]]) + 1 if len(skipped) else 0
        else:
            begin = 0
        keep = np.flatnonzero(filled)
        if not len(keep):
            return
        starts = starts[keep]
        place = _places(feeds, starts, first)
        table = self._fast(data[begin:used], len(keep)) if rows is None else None
        if table is None:
            chosen = [rows[i] for i in keep] if rows is not None else None
            if chosen is None:
                chosen = [
                    _Row(s, e, False) for s, e in zip(starts.tolist(), ends[keep].tolist(), strict=True)
                ]
            table = self._slow(data, chosen, place)
        yield Block(table, place, position)

    def _fast(self, data: bytes, rows: int) -> pa.Table | None:
        ragged = False

        def skip(_: object) -> str:
            nonlocal ragged
            ragged = True
            return "skip"

        names = [f"c{i}" for i in range(self.width)]
        wanted = [f"c{i}" for i in self.columns.places.values()]
        try:
            table = pyarrow.csv.read_csv(
                io.BytesIO(data),
                pyarrow.csv.ReadOptions(use_threads=False, block_size=len(data) + 1, column_names=names),
                pyarrow.csv.ParseOptions(
                    delimiter=self.delimiter.decode(), newlines_in_values=True, invalid_row_handler=skip
                ),
                pyarrow.csv.ConvertOptions(
                    check_utf8=False,
                    column_types={name: pa.string() for name in wanted},
                    include_columns=wanted,
                    strings_can_be_null=False,
                ),
            )
        except pa.ArrowInvalid:
            return None
        if ragged or table.num_rows != rows:
            return None
        return table.rename_columns(self.fields)

    def _slow(self, data: bytes, rows: list[_Row], place: Callable[[int], str]) -> pa.Table:
        places = list(self.columns.places.values())
        needed = set(self.needed)
        out: list[list[str | None]] = [[] for _ in places]
        for number, row in enumerate(rows):
            cells = self._cells(data, row)
            if len(cells) > self.width and any(cell.strip() for cell in cells[self.width :]):
                self.log.add(
                    place(number),
                    "too-many-cells",
                    f"The row has {len(cells)} cells and the heading {self.width}, so only addresses count.",
                )
                cells = [cell if i in needed else None for i, cell in enumerate(cells)]  # type: ignore[misc]
            elif len(cells) < self.width:
                self.log.add(
                    place(number),
                    "too-few-cells",
                    f"The row has {len(cells)} cells and the heading {self.width}; the rest is unknown.",
                )
            have = len(cells)
            for column, at in zip(out, places, strict=True):
                column.append(cells[at] if at < have else None)
        return pa.table(
            {f: pa.array(column, pa.string()) for f, column in zip(self.fields, out, strict=True)}
        )

    def _cells(self, data: bytes, row: _Row) -> list[str]:
        raw = data[row.start : row.end].removesuffix(b"\r")
        if row.literal or b'"' not in raw:
            return raw.decode().split(self.delimiter.decode())
        cells: list[str] = []
        at = 0
        while True:
            quoted = self.quoted.match(raw, at) if raw[at : at + 1] == b'"' else None
            if quoted is not None:
                cells.append((quoted[1].replace(b'""', b'"') + quoted[2]).decode())
                at = quoted.end()
            else:
                bare = self.bare.match(raw, at)
                end = bare.end() if bare else len(raw)
                cells.append(raw[at:end].decode())
                at = end
            if at >= len(raw):
                return cells
            at += 1

    def _scan(self, data: bytes, first: int, final: bool) -> list[_Row]:
        """The rows of a block, cell by cell; what is no whole row yet is left at the end."""
        rows: list[_Row] = []
        at = counted = 0
        while at < len(data):
            line_end = data.find(b"\n", at)
            if line_end < 0:
                break
            if data.find(b'"', at, line_end) < 0:
                rows.append(_Row(at, line_end, False))
                at = line_end + 1
                continue
            end = self._row_end(data, at, line_end, final)
            if end is None:
                break
            if end < 0:
                first += data.count(b"\n", counted, at)
                counted = at
                self.log.add(
                    f"line {first}",
                    "stray-quote",
                    "A cell opens with a quote that is not closed; the line was read without quoting.",
                )
                end = line_end
                rows.append(_Row(at, end, True))
            else:
                rows.append(_Row(at, end, False))
            at = end + 1
        return rows

    def _row_end(self, data: bytes, at: int, line_end: int, final: bool) -> int | None:
        """Where the row that begins at ``at`` ends; ``None`` not yet known, -1 when a quote is stray."""
        start = at
        while True:
            if data[at : at + 1] == b'"':
                cell = self.quoted.match(data, at)
                if cell is None:
                    return -1 if final or len(data) - start > self.longest else None
                if cell.end() > line_end and (
                    cell.end() - start > self.longest or (b"\n" in cell[1] and cell[2].rstrip(b"\r"))
                ):
                    return -1
                at = cell.end()
            else:
                bare = self.bare.match(data, at)
                at = bare.end() if bare else len(data)
            if at >= len(data):
                return None
            if data[at] == _LF:
                return at
            at += 1


def sound_row_ends(
    data: bytes, feeds: npt.NDArray[np.int64], delimiter: bytes
) -> tuple[npt.NDArray[np.int64], bool]:
    """Which line feeds of ``data`` end a row, and whether all quoting is by the book.

    ``data`` begins with a row; ``feeds`` are the places of its line feeds.
    """
    view = np.frombuffer(data, np.uint8)
    if b'"' not in data:
        return feeds, True
    quotes = np.flatnonzero(view == _QUOTE)
    ends = feeds[np.searchsorted(quotes, feeds) % 2 == 0]
    last = ends[-1] if len(ends) else -1
    quotes = quotes[quotes < last]
    opening, closing = quotes[0::2], quotes[1::2]
    before = view[np.maximum(opening - 1, 0)]
    after = view[closing + 1]
    d = delimiter[0]
    opens = (before == d) | (before == _LF) | (before == _QUOTE) | (opening == 0)
    closes = (after == d) | (after == _LF) | (after == _CR) | (after == _QUOTE)
    return ends, bool(opens.all() and closes.all())


def _places(feeds: npt.NDArray[np.int64], starts: npt.NDArray[np.int64], first: int) -> Callable[[int], str]:
    return lambda row: f"line {first + int(np.searchsorted(feeds, starts[row]))}"
