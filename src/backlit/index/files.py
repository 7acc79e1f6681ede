"""Writing and reading the index's Parquet files: deterministic bytes, a check sum each."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import xxhash

from backlit.index.layout import DataFile
from backlit.settings import Storage


def write_table(
    folder: Path,
    table: pa.Table,
    *,
    name: str,
    generation: int,
    storage: Storage,
    bucket: int = -1,
    part: str = "base",
) -> DataFile:
    """Write one table as ``name-bucket-part-generation.parquet``, whole or not at all.

    The bytes depend on the rows alone (one thread, fixed encodings, no times), so equal
    tables give equal files. They survive a loss of power only after ``make_durable``.
    """
    middle = f"-{bucket:03d}" if bucket >= 0 else ""
    file_name = f"{name}{middle}-{part}-g{generation:06d}.parquet"
    temporary = folder / (file_name + ".tmp")
    encodings = _ENCODINGS | _OWN_ENCODINGS.get(name, {})
    pq.write_table(
        table,
        temporary,
        compression="zstd",
        compression_level={c: storage.zstd_level + (c in _LONG_TEXTS) for c in table.column_names},
        row_group_size=storage.row_group_rows,
        data_page_version="2.0",
        write_statistics=[c for c in table.column_names if c in _STATISTICS],
        store_schema=False,
        column_encoding={c: encodings[c] for c in table.column_names if c in encodings},
        use_dictionary=[c for c in table.column_names if c not in encodings],
    )
    digest, size = _sum(temporary)
    os.replace(temporary, folder / file_name)
    return DataFile(name, file_name, table.num_rows, size, digest, bucket, part)


#: The texts that are a third of all bytes: one level more saves half a byte a link, for 2 % more time.
_LONG_TEXTS = frozenset({"text_before", "text_after"})
#: Columns that row groups are skipped by. Least and greatest of the long texts would only
#: make every footer larger.
_STATISTICS = frozenset(
    {
        "target_domain",
        "target_host",
        "target_url",
        "source_domain",
        "link_id",
        "domain",
        "host",
        "url",
        "facet",
        "day",
    }
)

#: Columns whose values hardly repeat: a dictionary would only be built to be thrown away. Texts
#: with their lengths apart compress better, 2 bytes a link on ten million generated ones, and are
#: written and read no slower. (Without what neighbours have in common it would be one more, but a
#: page of such texts can only be read from its beginning: a listing of few rows takes longer.)
_ENCODINGS = {
    "link_id": "PLAIN",
    "pair_id": "PLAIN",
    "source_rest": "DELTA_LENGTH_BYTE_ARRAY",
    "text_before": "DELTA_LENGTH_BYTE_ARRAY",
    "text_after": "DELTA_LENGTH_BYTE_ARRAY",
    "text_digest": "PLAIN",
    "terms": "PLAIN",
    "url": "PLAIN",
    "title": "PLAIN",
    "first_seen": "DELTA_BINARY_PACKED",
    "last_seen": "DELTA_BINARY_PACKED",
    "lost_at": "DELTA_BINARY_PACKED",
    "fetched_at": "DELTA_BINARY_PACKED",
}

#: Columns of one table that differ from that: names in order that share beginnings, numbers of
#: which hardly two are equal.
_OWN_ENCODINGS = {
    "domains": {"domain": "DELTA_BYTE_ARRAY", "pagerank": "PLAIN", "rank": "DELTA_BINARY_PACKED"},
    "out": {"target_domain": "DELTA_LENGTH_BYTE_ARRAY"},
    "link_parts": {"part": "BYTE_STREAM_SPLIT"},
    "target_pages": {"target_url": "DELTA_BYTE_ARRAY"},
}


def read_table(
    folder: Path, file: DataFile, columns: list[str] | None = None, *, coded: Sequence[str] = ()
) -> pa.Table:
    """Read one of the index's files (or some of its columns) into memory.

    The texts of the columns ``coded`` are not written out for every row: they come
    dictionary-coded.
    """
    source = pq.ParquetFile(folder / file.name, read_dictionary=list(coded))
    return source.read(columns=columns, use_threads=False)


def make_durable(folder: Path, files: Iterable[DataFile]) -> None:
    """Wait until ``files`` lie on the disk itself; at once where they do already."""
    for file in files:
        handle = os.open(folder / file.name, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def verify(folder: Path, file: DataFile) -> str | None:
    """What is wrong with a file, in a sentence, or ``None``."""
    path = folder / file.name
    if not path.is_file():
        return f"{file.name} is missing."
    digest, size = _sum(path)
    if size != file.bytes:
        return f"{file.name} has {size} bytes, and the manifest says {file.bytes}."
    if digest != file.digest:
        return f"{file.name} has changed since it was written (its check sum differs)."
    return None


def _sum(path: Path) -> tuple[str, int]:
    state = xxhash.xxh3_128()
    size = 0
    with open(path, "rb") as handle:
        while chunk := handle.read(1 << 20):
            state.update(chunk)
            size += len(chunk)
    return state.hexdigest(), size
