"""Staged inputs: what a reader gave, partitioned by bucket, waiting to be published.

Each input has a folder named by its content digest, so that reading it again goes on where
it stopped and never doubles a row. A folder holds numbered parts; a part is a set of Arrow
files, one a table, with one record batch a staging bucket (the high bits of our hash of the
domain the table is bucketed by), and a small JSON file that is written last: a part without
it does not exist. ``done.json`` says that the input was read to its end.

The same partitioned files carry the second orientation from the link buckets to the source
buckets while a generation is built.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from backlit.index.few import code_few, join
from backlit.index.order import radix_order, take
from backlit.index.schema import to_stored, to_stored_pages
from backlit.records import Batch, Problem
from backlit.web.ids import buckets

#: Buckets of staged files: a divisor or multiple of every bucket count an index may have.
STAGING_BUCKETS = 64

#: Problems kept in full for one input; beyond, they are only counted by cause.
MAX_PROBLEMS = 1000

_BUCKETED_BY = {"links": "target_domain", "pages": "domain", "fetches": "domain", "out": "source_domain"}
_STORED: dict[str, Callable[[pa.Table], pa.Table]] = {
    "links": lambda rows: code_few(to_stored(rows)),
    "pages": to_stored_pages,
}
_BUCKETS_KEY = b"buckets"
_WRITE = pa.ipc.IpcWriteOptions(compression="lz4")


class Part(msgspec.Struct, frozen=True):
    """One staged part: how far the input was read, and what was found on the way."""

    number: int
    resume_at: int
    bytes_done: int
    links: int
    pages: int
    tables: list[str]
    problem_count: int
    causes: dict[str, int]
    problems: list[Problem]


#: Made at import: msgspec must not learn a type in two threads at once.
_PART = msgspec.json.Decoder(Part)


class Done(msgspec.Struct, frozen=True):
    """The end of an input."""

    parts: int


class StagedInput:
    """The folder of one input."""

    def __init__(self, staging: Path, key: str) -> None:
        self.folder = staging / key
        self.folder.mkdir(parents=True, exist_ok=True)

    def parts(self) -> list[Part]:
        """The finished parts, in order, without gaps."""
        found: list[Part] = []
        while True:
            path = self.folder / f"{len(found):05d}.json"
            try:
                found.append(_PART.decode(path.read_bytes()))
            except (FileNotFoundError, msgspec.DecodeError):
                return found

    @property
    def done(self) -> bool:
        """Whether the input was read to its end."""
        return (self.folder / "done.json").is_file()

    def write(self, number: int, batch: Batch) -> Part:
        """Stage one batch as part ``number``; whole or not at all."""
        tables = []
        for name in ("links", "pages", "fetches", "hosts", "trusted"):
            table = getattr(batch, name)
            if table is not None and table.num_rows:
                table = _STORED.get(name, _as_it_is)(table)
                write_partitioned(self.folder / f"{number:05d}.{name}.arrow", table, _BUCKETED_BY.get(name))
                tables.append(name)
        causes: dict[str, int] = {}
        for problem in batch.problems:
            causes[problem.cause] = causes.get(problem.cause, 0) + 1
        part = Part(
            number=number,
            resume_at=batch.resume_at,
            bytes_done=batch.bytes_done,
            links=batch.links.num_rows if batch.links is not None else 0,
            pages=batch.pages.num_rows if batch.pages is not None else 0,
            tables=tables,
            problem_count=len(batch.problems),
            causes=causes,
            problems=batch.problems[:MAX_PROBLEMS],
        )
        _write_json(self.folder / f"{number:05d}.json", part)
        return part

    def finish(self, parts: int) -> None:
        """Mark the input as read to its end."""
        _write_json(self.folder / "done.json", Done(parts))

    def files(self, table: str) -> list[Path]:
        """The staged files of one table, in the order they were read."""
        return [self.folder / f"{p.number:05d}.{table}.arrow" for p in self.parts() if table in p.tables]


def write_partitioned(path: Path, table: pa.Table, by: str | None) -> None:
    """Write ``table`` as one record batch a staging bucket of column ``by`` (or as a single one).

    Empty buckets have no batch; the schema's metadata lists the buckets of the batches. Columns
    that are NULL throughout are left out: the reader knows the schema.
    """
    table = table.select([n for n in table.column_names if table[n].null_count < table.num_rows])
    if by is None:
        pieces = {0: table.combine_chunks()}
    else:
        encoded = table[by].combine_chunks().dictionary_encode()
        of_name = buckets(encoded.dictionary.to_pylist(), STAGING_BUCKETS)
        of_row = of_name[encoded.indices.to_numpy()]
        order = radix_order(of_row, STAGING_BUCKETS)
        ordered = take(table, order)
        edges = np.searchsorted(of_row[order], np.arange(STAGING_BUCKETS + 1)).tolist()
        pieces = {n: ordered.slice(a, b - a) for n, (a, b) in enumerate(pairwise(edges)) if b > a}
    schema = table.schema.with_metadata({_BUCKETS_KEY: json.dumps(list(pieces)).encode()})
    temporary = _temporary(path)
    with pa.OSFile(str(temporary), "wb") as sink, pa.ipc.new_file(sink, schema, options=_WRITE) as writer:
        for piece in pieces.values():
            writer.write_batch(piece.replace_schema_metadata(schema.metadata).to_batches()[0])
    os.replace(temporary, path)


def read_bucket(
    paths: list[Path],
    schema: pa.Schema,
    by: str,
    bucket: int,
    count: int,
) -> pa.Table:
    """The staged rows of one of ``count`` index buckets; columns of few values may come coded."""
    batches = []
    for batch in _batches(paths, bucket, count):
        if count > STAGING_BUCKETS:
            encoded = batch[by].dictionary_encode()
            of_row = buckets(encoded.dictionary.to_pylist(), count)[encoded.indices.to_numpy()]
            batch = batch.filter(pa.array(of_row == bucket))
        if batch.num_rows:
            batches.append(batch)
    return _concat(batches, schema)


def read_all(paths: list[Path], schema: pa.Schema) -> pa.Table:
    """Every staged row of an unbucketed table."""
    return _concat(list(_batches(paths, 0, 1)), schema)


def _concat(batches: list[pa.RecordBatch], schema: pa.Schema) -> pa.Table:
    """The rows of staged batches as one table with the columns of ``schema``, some perhaps coded."""
    lengths = [batch.num_rows for batch in batches]
    columns = []
    for field in schema:
        pieces = []
        for batch in batches:
            at = batch.schema.get_field_index(field.name)
            pieces.append(batch.column(at) if at >= 0 else None)
        columns.append(join(pieces, lengths, field.type))
    return pa.table(columns, names=schema.names)


def _batches(paths: list[Path], bucket: int, count: int) -> Iterator[pa.RecordBatch]:
    if count >= STAGING_BUCKETS:
        first = bucket * STAGING_BUCKETS // count
        which = range(first, first + 1)
    else:
        width = STAGING_BUCKETS // count
        which = range(bucket * width, (bucket + 1) * width)
    for path in paths:
        with pa.memory_map(str(path)) as source:
            reader = pa.ipc.open_file(source)
            for batch, of in enumerate(json.loads(reader.schema.metadata[_BUCKETS_KEY])):
                if of in which:
                    yield reader.get_batch(batch).replace_schema_metadata()


def hash_rows(table: pa.Table, column: str) -> pa.Array:
    """A signed 64-bit key of each row from one text column (the page key)."""
    from xxhash import xxh64_intdigest

    values = table[column].to_pylist()
    raw = np.fromiter((xxh64_intdigest(v.encode(), 42) for v in values), dtype=np.uint64, count=len(values))
    return pc.cast(pa.array(raw.view(np.int64)), pa.int64())


def _write_json(path: Path, value: msgspec.Struct) -> None:
    temporary = _temporary(path)
    temporary.write_bytes(msgspec.json.encode(value))
    os.replace(temporary, path)


def _temporary(path: Path) -> Path:
    """A name of this process's own: two workers may stage the same content under two names."""
    return path.with_name(f"{path.name}.{os.getpid()}.tmp")


def _as_it_is(table: pa.Table) -> pa.Table:
    return table
