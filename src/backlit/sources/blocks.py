"""Blocks of rows out of the formats that are no CSV: JSON lines, Parquet and plain lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from backlit.errors import SourceError
from backlit.sources.columns import Columns
from backlit.sources.csvrows import Block
from backlit.sources.lines import Lines
from backlit.sources.linkrows import IDENTIFYING
from backlit.sources.problems import ProblemLog
from backlit.sources.values import text_of

_ROWS = 65536
_LIST_HEADINGS = frozenset(["host", "hosts", "hostname", "domain", "domains", "site", "sites", "website"])


def json_rows(lines: Iterator[Lines], names: list[str], columns: Columns, log: ProblemLog) -> Iterator[Block]:
    """The objects of a JSON lines file; a line that is no object is a problem."""
    fields = list(columns.places)
    keys = {field: names[place] for field, place in columns.places.items()}
    shape = msgspec.defstruct("Row", [(field, Any, None) for field in fields], rename=keys, gc=False)
    decoder = msgspec.json.Decoder(shape)
    for data, first, position in lines:
        numbers: list[int] | None = None
        try:
            rows = decoder.decode_lines(data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            rows = None
        if rows is None or len(rows) != data.count(b"\n"):
            rows, numbers = _line_by_line(data, first, decoder, log)
        if rows:
            yield Block(
                pa.table({field: _column([getattr(row, field) for row in rows]) for field in fields}),
                _line_place(first, numbers),
                position,
            )


def _line_by_line(
    data: bytes, first: int, decoder: msgspec.json.Decoder[Any], log: ProblemLog
) -> tuple[list[Any], list[int]]:
    rows: list[Any] = []
    numbers: list[int] = []
    for number, raw in enumerate(data.split(b"\n"), start=first):
        if not raw.strip():
            continue
        try:
            rows.append(decoder.decode(raw))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
            log.add(f"line {number}", "bad-json", f"The line is no JSON object and was left out: {exc}.")
        else:
            numbers.append(number)
    return rows, numbers


def _line_place(first: int, numbers: list[int] | None) -> Callable[[int], str]:
    if numbers is None:
        return lambda row: f"line {first + row}"
    return lambda row: f"line {numbers[row]}"


def _column(values: list[Any]) -> pa.Array:
    """Python values as one column; as text where they are of several types."""
    try:
        column = pa.array(values)
    except (pa.ArrowException, TypeError, OverflowError, ValueError):
        return pa.array([text_of(value) for value in values], pa.string())
    return column


def parquet_names(path: Path) -> list[str]:
    """The columns of a Parquet file; a ``SourceError`` when it cannot be opened."""
    try:
        with pq.ParquetFile(path) as file:
            return list(file.schema_arrow.names)
    except (pa.ArrowException, OSError, ValueError) as exc:
        raise SourceError(
            f"The file {path} begins like Parquet but cannot be opened ({_first_line(exc)}); it may be cut."
        ) from exc


def parquet_rows(
    path: Path, names: list[str], columns: Columns, log: ProblemLog, size: int, known: int
) -> Iterator[Block]:
    """The rows of a Parquet file; damage further in ends the reading with a problem.

    Of row groups that lie within the first ``known`` rows, which were read before, only the
    columns that links are counted by are read.
    """
    done = 0
    with pq.ParquetFile(path) as file:
        total = max(file.metadata.num_rows, 1)
        for places, groups in _runs(file.metadata, columns.places, known):
            wanted = [names[place] for place in places.values()]
            batches = file.iter_batches(_ROWS, row_groups=groups, columns=wanted, use_threads=False)
            while True:
                try:
                    batch = next(batches, None)
                except (pa.ArrowException, OSError, ValueError) as exc:
                    log.note(
                        f"row {done + 1}",
                        "damaged",
                        f"The file is damaged from here on ({_first_line(exc)}); what came before was read.",
                    )
                    return
                if batch is None:
                    break
                read = batch.schema.names
                begin = done + 1
                table = pa.table(
                    {
                        field: _as_utf8(batch.column(read.index(names[place])), field, begin, log)
                        for field, place in places.items()
                    }
                )
                done += batch.num_rows
                if batch.num_rows:
                    yield Block(table, partial(_row_place, begin), size * done // total)


def _as_utf8(column: pa.Array, name: str, begin: int, log: ProblemLog) -> pa.Array:
    """A column whose texts are UTF-8: Parquet writers promise that, and not all keep it."""
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return column
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        cells = column.cast(pa.binary()).to_pylist()
        texts = [None if cell is None else cell.decode("utf-8", "replace") for cell in cells]
        for row, text in enumerate(texts):
            if text is not None and "\ufffd" in text:
                log.add(
                    f"row {begin + row}", "encoding", f"The {name} is not UTF-8; bad bytes were replaced."
                )
        return pa.array(texts, pa.string())
    return column


def _runs(
    metadata: pq.FileMetaData, places: dict[str, int], known: int
) -> Iterator[tuple[dict[str, int], list[int]]]:
    """The row groups that are read narrow, then those that are read in full."""
    ends = np.cumsum([metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)])
    narrow = int(np.count_nonzero(ends <= known))
    if narrow:
        yield {f: p for f, p in places.items() if f in IDENTIFYING} or places, list(range(narrow))
    if narrow < len(ends):
        yield places, list(range(narrow, len(ends)))


def _row_place(begin: int, row: int) -> str:
    return f"row {begin + row}"


def list_rows(lines: Iterator[Lines]) -> Iterator[Block]:
    """The entries of a list, one a line, without comments, blank lines and a heading."""
    heading = True
    for data, first, position in lines:
        hosts: list[str] = []
        numbers: list[int] = []
        for number, raw in enumerate(data.decode().split("\n"), start=first):
            entry = list_entry(raw)
            if not entry:
                continue
            if heading and entry.lower() in _LIST_HEADINGS:
                heading = False
                continue
            heading = False
            hosts.append(entry)
            numbers.append(number)
        if hosts:
            yield Block(
                pa.table({"host": pa.array(hosts, pa.string())}), _line_place(first, numbers), position
            )


def list_entry(line: str) -> str:
    """What a line of a list says: its first cell, without the comment."""
    line = re.sub(r"(?:^|\s)#.*", "", line).strip()
    return re.split(r"[\s,;]", line, maxsplit=1)[0].strip("\"'")


def _first_line(exc: BaseException) -> str:
    return (str(exc).splitlines() or [type(exc).__name__])[0][:200].rstrip(".")
