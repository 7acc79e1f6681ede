"""Answers in the format asked for; rows go out as they come, so an answer of any size needs little memory."""

from __future__ import annotations

import contextlib
import io
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec
from anyio import CancelScope, to_thread
from starlette.responses import Response, StreamingResponse
from starlette.types import Send

from backlit.cli.cells import for_csv, for_json, json_safe, simple
from backlit.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa

    from backlit.questions.result import Provenance, Result

MEDIA_TYPES = {
    "json": "application/json",
    "jsonl": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "arrow": "application/vnd.apache.arrow.stream",
    "html": "text/html; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
}
_ALSO = {
    "application/jsonl": "jsonl",
    "application/jsonlines": "jsonl",
    "application/ndjson": "jsonl",
    "application/vnd.apache.arrow.file": "arrow",
    "application/x-parquet": "parquet",
}
#: Pieces that are sent are about this large.
_PIECE_BYTES = 1 << 16
_ROWS_AT_ONCE = 2048
#: A report is one page with its own style and nothing else: whatever were in it could do nothing.
REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; sandbox; "
    "frame-ancestors 'none'"
)


class NotAcceptable(InputError):
    """None of the formats that the client takes is one that the route has."""


def negotiated(accept: str | None, formats: Sequence[str]) -> str:
    """The format that an ``Accept`` header wants most; the first where all are welcome. Raises ``NotAcceptable``."""
    if not accept or not accept.strip():
        return formats[0]
    own = {MEDIA_TYPES[name].partition(";")[0]: name for name in formats}
    own |= {media: name for media, name in _ALSO.items() if name in formats}
    best: tuple[float, int, str] | None = None
    for entry in accept.split(","):
        media, *arguments = (part.strip().lower() for part in entry.split(";"))
        weight = 1.0
        for argument in arguments:
            if argument.startswith("q="):
                with contextlib.suppress(ValueError):
                    weight = float(argument[2:])
        if not weight > 0:
            continue
        kind = media.partition("/")[0]
        if media in own:
            name, exact = own[media], 2
        elif media == "*/*":
            name, exact = formats[0], 0
        elif media.endswith("/*"):
            # Of a kind of media the usual format comes first.
            fitting = [name for name in formats if MEDIA_TYPES[name].startswith(kind + "/")]
            if not fitting:
                continue
            name, exact = fitting[0], 1
        else:
            continue
        if best is None or (weight, exact) > best[:2]:
            best = (weight, exact, name)
    if best is None:
        raise NotAcceptable(
            f"This answers in {', '.join(formats)}: name one with format=, or its media type in Accept."
        )
    return best[2]


def rows_response(
    result: Result, format_: str, columns: Sequence[str], held: ExitStack, name: str
) -> Response:
    """The rows of ``result`` as a response; it closes ``held`` when the last piece was sent or given up."""
    unknown = [one for one in columns if one not in result.columns]
    if unknown:
        raise InputError(
            f"There is no column {unknown[0]!r} here; the columns are {', '.join(result.columns)}."
        )
    names = list(dict.fromkeys(columns)) or result.columns
    headers = {**provenance_headers(result.provenance), **_disposition(name, format_)}
    if result.total is not None:
        headers["x-backlit-total"] = str(result.total)
    if format_ == "parquet":
        return _parquet_response(result, names, held, headers)
    pieces = _grouped(WRITERS[format_](result, names))
    # What fails, fails before the answer begins; and most answers are one piece, which needs no streaming.
    first = next(pieces, b"")
    second = next(pieces, None)
    if second is None:
        held.close()
        return Response(first, headers=headers, media_type=MEDIA_TYPES[format_])

    def rest() -> Iterator[bytes]:
        yield first
        yield second
        yield from pieces

    return _streaming(rest(), pieces.close, held, headers, MEDIA_TYPES[format_])  # type: ignore[attr-defined]


class Pieces(StreamingResponse):
    """Pieces made in threads, one at a time; ``end`` is called when they were sent, or given up for any reason."""

    def __init__(
        self, pieces: Iterator[bytes], end: Callable[[], None], headers: Mapping[str, str], media: str
    ) -> None:
        self._end = end

        async def give() -> AsyncIterator[bytes]:
            while (piece := await to_thread.run_sync(next, pieces, None)) is not None:
                yield piece

        super().__init__(give(), headers=dict(headers), media_type=media)

    async def stream_response(self, send: Send) -> None:
        """Send all pieces. Who fails to take them leaves nothing open behind."""
        try:
            await super().stream_response(send)
        finally:
            with CancelScope(shield=True):
                await to_thread.run_sync(self._end)


def _streaming(
    pieces: Iterator[bytes],
    close: Callable[[], None],
    held: ExitStack,
    headers: Mapping[str, str],
    media: str,
) -> Pieces:
    def end() -> None:
        with held:
            close()

    return Pieces(pieces, end, headers, media)


def _grouped(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Parts joined to pieces that are worth a packet."""
    kept, size = [], 0
    for part in parts:
        kept.append(part)
        size += len(part)
        if size >= _PIECE_BYTES:
            yield b"".join(kept)
            kept, size = [], 0
    if kept:
        yield b"".join(kept)


def _json_rows(result: Result, names: list[str]) -> Iterator[list[bytes]]:
    """Some rows at a time, each a JSON object."""
    for rows in _dictionaries(result, names):
        yield [json_safe(msgspec.json.encode(row)) for row in rows]


def _dictionaries(result: Result, names: list[str]) -> Iterator[list[dict[str, Any]]]:
    if not result.columnar:
        rows = [dict(zip(names, map(simple, row), strict=True)) for row in result.tuples(names)]
        yield from (rows[at : at + _ROWS_AT_ONCE] for at in range(0, len(rows), _ROWS_AT_ONCE))
        return
    with contextlib.closing(result.batches()) as batches:
        for batch in batches:
            for begin in range(0, batch.num_rows, _ROWS_AT_ONCE):
                part = batch.slice(begin, _ROWS_AT_ONCE)
                columns = [_column(part.column(name)) for name in names]
                yield [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _column(column: pa.Array) -> list[Any]:
    import pyarrow as pa

    values: list[Any] = column.to_pylist()
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return values
    return [simple(value) for value in values]


def _write_json(result: Result, names: list[str]) -> Iterator[bytes]:
    yield b'{"data":['
    first = True
    for rows in _json_rows(result, names):
        if rows:
            yield (b"\n" if first else b",\n") + b",\n".join(rows)
            first = False
    about: dict[str, Any] = {
        "total": result.total,
        "provenance": provenance_of(result.provenance),
        "notes": list(result.notes),
    }
    if result.summary is not None:
        about["summary"] = msgspec.to_builtins(result.summary)
    yield b"]," + for_json(about).encode()[1:] + b"\n"


def _write_jsonl(result: Result, names: list[str]) -> Iterator[bytes]:
    for rows in _json_rows(result, names):
        yield b"".join(row + b"\n" for row in rows)


def _write_csv(result: Result, names: list[str]) -> Iterator[bytes]:
    from backlit.cli.csvcolumns import csv_rows

    yield (",".join(map(for_csv, names)) + "\r\n").encode()
    if not result.columnar:
        for row in result.tuples(names):
            yield (",".join(map(for_csv, row)) + "\r\n").encode("utf-8", "replace")
        return
    with contextlib.closing(result.batches()) as batches:
        for batch in batches:
            for begin in range(0, batch.num_rows, _ROWS_AT_ONCE):
                part = batch.slice(begin, _ROWS_AT_ONCE).select(names)
                text = "".join(",".join(cells) + "\r\n" for cells in csv_rows(part))
                yield text.encode("utf-8", "replace")


def _write_arrow(result: Result, names: list[str]) -> Iterator[bytes]:
    import pyarrow as pa

    schema = _schema(result, names)
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, schema) as writer, contextlib.closing(result.batches()) as batches:
        for batch in batches:
            writer.write_batch(batch.select(names).replace_schema_metadata(schema.metadata))
            yield sink.getvalue()
            sink.seek(0)
            sink.truncate()
    yield sink.getvalue()


def write_parquet(result: Result, names: list[str], sink: IO[bytes]) -> int:
    """Write ``result`` as Parquet, a batch at a time; gives the number of rows."""
    import pyarrow.parquet as pq

    schema = _schema(result, names)
    written = 0
    with (
        pq.ParquetWriter(sink, schema, compression="zstd") as writer,
        contextlib.closing(result.batches()) as batches,
    ):
        for batch in batches:
            if batch.num_rows:
                writer.write_batch(batch.select(names).replace_schema_metadata(schema.metadata))
                written += batch.num_rows
    return written


def _schema(result: Result, names: list[str]) -> pa.Schema:
    import pyarrow as pa

    fields = [result.schema.field(name) for name in names]
    return pa.schema(fields).with_metadata({"backlit": for_json(provenance_of(result.provenance))})


#: What writes rows piece by piece, by format.
WRITERS: dict[str, Callable[[Result, list[str]], Iterator[bytes]]] = {
    "json": _write_json,
    "jsonl": _write_jsonl,
    "csv": _write_csv,
    "arrow": _write_arrow,
}


def _parquet_response(
    result: Result, names: list[str], held: ExitStack, headers: Mapping[str, str]
) -> Response:
    """Parquet has its table of contents at its end: it is written to a nameless file first, then sent."""
    sink = tempfile.TemporaryFile(prefix="backlit-")  # noqa: SIM115 (sent after this returns)
    try:
        write_parquet(result, names, sink)
        size = sink.tell()
        sink.seek(0)
    except BaseException:
        sink.close()
        raise
    held.close()
    pieces = iter(lambda: sink.read(_PIECE_BYTES), b"")
    sized = {**headers, "content-length": str(size)}
    return _streaming(pieces, sink.close, held, sized, MEDIA_TYPES["parquet"])


def file_response(path: Path, format_: str, name: str) -> Response:
    """A file that is there, sent piece by piece."""
    try:
        handle = open(path, "rb")  # noqa: SIM115 (sent after this returns)
    except OSError as exc:
        raise InputError("The file of this job is no longer there: run the job again.") from exc
    size = path.stat().st_size
    headers = {**_disposition(name, format_), "content-length": str(size)}
    pieces = iter(lambda: handle.read(_PIECE_BYTES), b"")
    return _streaming(pieces, handle.close, ExitStack(), headers, MEDIA_TYPES[format_])


def record_response(found: Any, format_: str, name: str, about: Mapping[str, Any]) -> Response:
    """A report as a response; ``about`` tells where it comes from if it does not say so itself."""
    if format_ == "html":
        headers = {"content-security-policy": REPORT_POLICY}
        return Response(found.to_html(), headers=headers, media_type=MEDIA_TYPES["html"])
    if format_ == "txt":
        return Response(found.text, headers=_disposition(name, "txt"), media_type=MEDIA_TYPES["txt"])
    first = found[0] if isinstance(found, list) and found else found
    source = {key: value for key, value in _source_of(first).items() if value is not None}
    document = {
        "data": msgspec.to_builtins(found),
        "provenance": {**about, **source},
        "notes": _notes(found),
    }
    return Response(for_json(document), media_type=MEDIA_TYPES["json"])


def _source_of(record: Any) -> dict[str, Any]:
    """What a record itself says of where it comes from."""
    told = getattr(record, "meta", record)
    origin = getattr(told, "origin", None)
    origins = getattr(told, "origins", None) or (origin.split(", ") if origin and origin != "none" else None)
    return {
        "origins": list(origins) if origins else None,
        "data_date": getattr(told, "data_date", None),
        "generation": getattr(told, "generation", None),
        "authority": getattr(told, "authority_basis", None),
    }


def _notes(found: Any) -> list[str]:
    records = found if isinstance(found, list) else [found]
    return list(dict.fromkeys(str(one) for record in records for one in getattr(record, "says", None) or ()))


def provenance_of(source: Provenance) -> dict[str, Any]:
    """Where figures come from, as every answer tells it."""
    return {
        "origins": list(source.origins),
        "data_date": source.data_date,
        "generation": source.generation,
        "authority": source.authority,
    }


def provenance_headers(source: Provenance) -> dict[str, str]:
    """The same for formats that have no place for it."""
    return {
        "x-backlit-generation": str(source.generation),
        "x-backlit-data-date": quote(source.data_date or "", safe="-"),
        "x-backlit-origins": quote(", ".join(source.origins), safe=", "),
    }


def _disposition(name: str, format_: str) -> dict[str, str]:
    """The name under which a browser keeps a file; JSON and pages are shown."""
    if format_ in ("json", "html"):
        return {}
    plain = "".join(mark if mark.isascii() and (mark.isalnum() or mark in ".-_") else "-" for mark in name)[
        :100
    ]
    return {"content-disposition": f'attachment; filename="{plain or "answer"}.{format_}"'}
