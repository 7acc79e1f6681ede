"""Writing a result: table, CSV, JSON, JSON lines or Parquet, to the screen or to a file.

A file appears under its name only when it is complete. Batches are written as they come, so
a listing of any size needs little memory; only a table on the screen looks at all its rows,
to align them.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from backlit.cli.cells import for_csv, for_json, for_table, for_terminal
from backlit.cli.options import Format
from backlit.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa

    from backlit.questions.result import Result

_BY_ENDING = {
    ".csv": Format.csv,
    ".json": Format.json,
    ".jsonl": Format.jsonl,
    ".ndjson": Format.jsonl,
    ".parquet": Format.parquet,
    ".txt": Format.table,
}


def choose_format(format_: Format | None, out: Path | None) -> Format:
    """The format asked for, else the one ``out`` is named for, else a table."""
    if format_ is not None:
        return format_
    return _BY_ENDING.get(out.suffix.lower(), Format.table) if out else Format.table


def write_result(result: Result, format_: Format, out: Path | None, columns: Sequence[str] = ()) -> None:
    """Write ``result`` as ``format_`` to ``out`` or standard output, only ``columns`` if given."""
    unknown = [name for name in columns if name not in result.columns]
    if unknown:
        raise InputError(
            f"There is no column {unknown[0]!r} here; the columns are {', '.join(result.columns)}."
        )
    names = list(columns) or result.columns
    if format_ is Format.parquet:
        if out is None and sys.stdout.isatty():
            raise InputError("Parquet is not for the screen: name a file with --out FILE.")
        with _binary(out) as sink:
            _write_parquet(result, names, sink)
    else:
        with _text(out) as sink:
            _WRITERS[format_](result, names, sink)
    if format_ is not Format.table:
        _remark(result.provenance.line)
    for note in result.notes:
        _remark(note)


def first_rows(result: Result, limit: int | None) -> Result:
    """At most ``limit`` rows of a streaming result, with a note when there were more."""
    if limit is None:
        return result
    import pyarrow as pa

    from backlit.questions.result import Result as Answer

    kept: list[pa.RecordBatch] = []
    room = limit + 1
    with contextlib.closing(result.batches()) as batches:
        for batch in batches:
            kept.append(batch.slice(0, room))
            room -= kept[-1].num_rows
            if room == 0:
                break
    rows = pa.Table.from_batches(kept, schema=result.schema)
    more = [f"There are more rows than {limit:,}: see them with --limit, or --format and --out."]
    notes = [*result.notes, *(more if rows.num_rows > limit else [])]
    return Answer(rows.slice(0, limit), result.provenance, notes=notes)


def write_text(text: str, out: Path | None) -> None:
    """Write a text (a report, a JSON document) to ``out`` or standard output."""
    with _text(out) as sink:
        sink.write(text if text.endswith("\n") else text + "\n")


def _rows(result: Result, names: list[str]) -> Iterator[list[Any]]:
    for batch in _batches(result, names):
        yield from map(list, zip(*(batch.column(name).to_pylist() for name in names), strict=True))


def _batches(result: Result, names: list[str]) -> Iterator[pa.RecordBatch]:
    with contextlib.closing(result.batches()) as batches:
        for batch in batches:
            yield batch if batch.schema.names == names else batch.select(names)


def _write_csv(result: Result, names: list[str], sink: IO[str]) -> None:
    on_screen = sink.isatty()
    sink.write(",".join(map(for_csv, names)) + "\r\n")
    for row in _rows(result, names):
        cells = [for_csv(value) for value in row]
        line = ",".join(map(for_terminal, cells) if on_screen else cells)
        # One column with an unknown value would be an empty line, which readers skip.
        sink.write((line or '""' if len(names) == 1 and row[0] is not None else line) + "\r\n")


def _write_json(result: Result, names: list[str], sink: IO[str]) -> None:
    meta = {
        "origins": list(result.origins),
        "data_date": result.data_date,
        "generation": result.generation,
        "total": result.total,
        "columns": names,
        "notes": list(result.notes),
    }
    sink.write('{"meta": ' + for_json(meta) + ', "rows": [')
    separator = "\n"
    for row in _rows(result, names):
        sink.write(separator + for_json(dict(zip(names, row, strict=True))))
        separator = ",\n"
    sink.write("\n]}\n")


def _write_jsonl(result: Result, names: list[str], sink: IO[str]) -> None:
    for row in _rows(result, names):
        sink.write(for_json(dict(zip(names, row, strict=True))) + "\n")


def _write_parquet(result: Result, names: list[str], sink: IO[bytes]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    about = {"origins": list(result.origins), "data_date": result.data_date, "generation": result.generation}
    schema = pa.schema([result.schema.field(name) for name in names]).with_metadata(
        {"backlit": for_json(about)}
    )
    with pq.ParquetWriter(sink, schema, compression="zstd") as writer:
        for batch in _batches(result, names):
            if batch.num_rows:
                writer.write_batch(batch.replace_schema_metadata(schema.metadata))


def _write_table(result: Result, names: list[str], sink: IO[str]) -> None:
    """On a terminal a table as wide as it; elsewhere aligned columns, nothing cut or coloured."""
    rows = [list(map(for_table, row)) for row in _rows(result, names)]
    right = [_is_number(result.schema.field(name).type) for name in names]
    if sink.isatty():
        _write_rich(names, rows, right, sink)
    else:
        _write_plain(names, rows, right, sink)
    of = "" if result.total is None else f" of {result.total:,}"
    many = len(rows) if result.total is None else result.total
    sink.write(f"{len(rows):,}{of} {'row' if many == 1 else 'rows'} · {result.provenance.line}\n")


def _write_rich(names: list[str], rows: list[list[str]], right: list[bool], sink: IO[str]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for name, is_number in zip(names, right, strict=True):
        # Numbers and names of columns stay whole; long texts share what width is left.
        table.add_column(
            Text(name), justify="right" if is_number else "left", overflow="ellipsis", no_wrap=True
        )
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console(file=sink, highlight=False, emoji=False, markup=False).print(table)


def _write_plain(names: list[str], rows: list[list[str]], right: list[bool], sink: IO[str]) -> None:
    from rich.cells import cell_len

    widths = [max(map(cell_len, column)) for column in zip(names, *rows, strict=True)]
    for row in (names, ["-" * width for width in widths], *rows):
        cells = []
        for cell, width, is_right in zip(row, widths, right, strict=True):
            blanks = " " * (width - cell_len(cell))
            cells.append(blanks + cell if is_right else cell + blanks)
        sink.write("  ".join(cells).rstrip() + "\n")


_WRITERS: dict[Format, Callable[[Result, list[str], IO[str]], None]] = {
    Format.table: _write_table,
    Format.csv: _write_csv,
    Format.json: _write_json,
    Format.jsonl: _write_jsonl,
}


def _is_number(type_: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_integer(type_) or pa.types.is_floating(type_) or pa.types.is_decimal(type_))


def _remark(sentence: str) -> None:
    sys.stderr.write(for_terminal(sentence) + "\n")


@contextlib.contextmanager
def _text(out: Path | None) -> Iterator[IO[str]]:
    if out is None:
        yield sys.stdout
        sys.stdout.flush()
        return
    with _binary(out) as raw:
        import io

        sink = io.TextIOWrapper(raw, encoding="utf-8", errors="backslashreplace", newline="")
        yield sink
        sink.flush()
        sink.detach()


@contextlib.contextmanager
def _binary(out: Path | None) -> Iterator[IO[bytes]]:
    """A sink that becomes ``out`` when everything was written, and leaves nothing otherwise."""
    if out is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if out.exists() and not out.is_file():
        # A pipe, a terminal or /dev/null is written to; only a file can be replaced.
        with _opened(out, "wb") as sink:
            yield sink
        return
    try:
        handle, name = tempfile.mkstemp(prefix=f".{out.name}.", suffix=".tmp", dir=out.parent)
    except OSError as exc:
        raise InputError(f"{out} cannot be written: {exc.strerror}.") from exc
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as sink:
            yield sink
            sink.flush()
            os.fsync(sink.fileno())
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(out)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _opened(out: Path, mode: str) -> IO[Any]:
    try:
        return open(out, mode)
    except OSError as exc:
        raise InputError(f"{out} cannot be written: {exc.strerror}.") from exc


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
