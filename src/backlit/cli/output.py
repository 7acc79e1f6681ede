"""Writing a result: table, CSV, JSON, JSON lines or Parquet, to the screen or to a file.

A file appears under its name only when it is complete. Batches are written as they come, so
a listing of any size needs little memory; only a table on the screen looks at all its rows,
to align them.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from backlit.cli.cells import for_csv, for_json, for_table, for_terminal
from backlit.cli.formats import Format
from backlit.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa

    from backlit.questions.result import Result

#: No column of texts is cut to less than this.
_LEAST_TEXT = 10
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


def write_bytes(content: bytes, out: Path) -> None:
    """Write a file that is no text (a PDF, a picture), whole or not at all."""
    with _binary(out) as sink:
        sink.write(content)


def _batches(result: Result, names: list[str]) -> Iterator[pa.RecordBatch]:
    with contextlib.closing(result.batches()) as batches:
        for batch in batches:
            yield batch if batch.schema.names == names else batch.select(names)


def _write_csv(result: Result, names: list[str], sink: IO[str]) -> None:
    on_screen = sink.isatty()
    sink.write(",".join(map(for_csv, names)) + "\r\n")
    for cells in _csv_rows(result, names):
        sink.write(",".join(map(for_terminal, cells) if on_screen else cells) + "\r\n")


def _csv_rows(result: Result, names: list[str]) -> Iterator[Sequence[str]]:
    if not result.columnar:
        yield from ([for_csv(value) for value in row] for row in result.tuples(names))
        return
    from backlit.cli.csvcolumns import csv_rows

    for batch in _batches(result, names):
        yield from csv_rows(batch)


def _write_json(result: Result, names: list[str], sink: IO[str]) -> None:
    import msgspec

    meta: dict[str, Any] = {
        "origins": list(result.origins),
        "data_date": result.data_date,
        "generation": result.generation,
        "authority": result.provenance.authority,
        "total": result.total,
        "columns": names,
        "notes": list(result.notes),
    }
    if result.summary is not None:
        meta["summary"] = msgspec.to_builtins(result.summary)
    sink.write('{"meta": ' + for_json(meta) + ', "rows": [')
    separator = "\n"
    for row in result.tuples(names):
        sink.write(separator + for_json(dict(zip(names, row, strict=True))))
        separator = ",\n"
    sink.write("\n]}\n")


def _write_jsonl(result: Result, names: list[str], sink: IO[str]) -> None:
    for row in result.tuples(names):
        sink.write(for_json(dict(zip(names, row, strict=True))) + "\n")


def _write_parquet(result: Result, names: list[str], sink: IO[bytes]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    about = {"origins": list(result.origins), "data_date": result.data_date, "generation": result.generation}
    if result.provenance.authority is not None:
        about["authority"] = result.provenance.authority
    schema = pa.schema([result.schema.field(name) for name in names]).with_metadata(
        {"backlit": for_json(about)}
    )
    with pq.ParquetWriter(sink, schema, compression="zstd") as writer:
        for batch in _batches(result, names):
            if batch.num_rows:
                writer.write_batch(batch.replace_schema_metadata(schema.metadata))


def _write_table(result: Result, names: list[str], sink: IO[str]) -> None:
    """Aligned columns; on a terminal no wider than it, elsewhere whole and without colour."""
    from rich.cells import cell_len

    rows = [list(map(for_table, row)) for row in result.tuples(names)]
    types = [result.schema.field(name).type for name in names]
    widths = [max(map(cell_len, column)) for column in zip(names, *rows, strict=True)]
    if sink.isatty():
        widths = fit_widths(widths, [_is_text(type_) for type_ in types], shutil.get_terminal_size().columns)
    right = [_is_number(type_) for type_ in types]
    head = _line(names, widths, right)
    sink.write(f"\x1b[1m{head}\x1b[0m\n" if sink.isatty() and not os.environ.get("NO_COLOR") else head + "\n")
    sink.write("  ".join("-" * width for width in widths) + "\n")
    for row in rows:
        sink.write(_line(row, widths, right) + "\n")
    of = "" if result.total is None else f" of {result.total:,}"
    many = len(rows) if result.total is None else result.total
    sink.write(f"{len(rows):,}{of} {'row' if many == 1 else 'rows'} · {result.provenance.line}\n")


def _line(cells: list[str], widths: list[int], right: list[bool]) -> str:
    from rich.cells import cell_len

    parts = []
    for cell, width, is_right in zip(cells, widths, right, strict=True):
        if cell_len(cell) > width:
            cell = _cut(cell, width)
        blanks = " " * (width - cell_len(cell))
        parts.append(blanks + cell if is_right else cell + blanks)
    return "  ".join(parts).rstrip()


def _cut(cell: str, width: int) -> str:
    """``cell`` in ``width`` columns: texts lose their end, addresses their scheme and middle."""
    from rich.cells import cell_len, set_cell_size

    address = re.match(r"https?://(.*)", cell)
    tail = ""
    if address and address[1].isascii():
        cell = address[1]
        if cell_len(cell) <= width:
            return cell
        tail = cell[-(width // 3) :]
    return set_cell_size(cell, max(0, width - 1 - len(tail))).rstrip() + "…" + tail


def fit_widths(widths: list[int], is_text: list[bool], room: int) -> list[int]:
    """Widths that fit in ``room``: texts share what numbers, times and yes/no columns leave.

    Short texts stay whole, long ones are cut to the same width, and none to less than
    ``_LEAST_TEXT``: a terminal too narrow for that wraps.
    """
    room -= 2 * (len(widths) - 1) + sum(w for w, text in zip(widths, is_text, strict=True) if not text)
    fitted = list(widths)
    waiting = sorted((i for i, text in enumerate(is_text) if text), key=lambda i: widths[i])
    for place, i in enumerate(waiting):
        fitted[i] = min(widths[i], max(_LEAST_TEXT, room // (len(waiting) - place)))
        room -= fitted[i]
    return fitted


_WRITERS: dict[Format, Callable[[Result, list[str], IO[str]], None]] = {
    Format.table: _write_table,
    Format.csv: _write_csv,
    Format.json: _write_json,
    Format.jsonl: _write_jsonl,
}


def _is_text(type_: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(type_) or pa.types.is_large_string(type_))


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
