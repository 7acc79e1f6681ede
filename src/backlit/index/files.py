"""Writing and reading the index's Parquet files: deterministic bytes, a check sum each."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
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
    tables give equal files.
    """
    middle = f"-{bucket:03d}" if bucket >= 0 else ""
    file_name = f"{name}{middle}-{part}-g{generation:06d}.parquet"
    temporary = folder / (file_name + ".tmp")
    pq.write_table(
        table,
        temporary,
        compression="zstd",
        compression_level=storage.zstd_level,
        row_group_size=storage.row_group_rows,
        data_page_version="2.0",
        write_statistics=[c for c in table.column_names if c in _STATISTICS],
        store_schema=False,
        column_encoding={c: _ENCODINGS[c] for c in table.column_names if c in _ENCODINGS},
        use_dictionary=[c for c in table.column_names if c not in _ENCODINGS],
    )
    digest, size = _sum(temporary)
    os.replace(temporary, folder / file_name)
    return DataFile(name, file_name, table.num_rows, size, digest, bucket, part)


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

#: Columns whose values hardly repeat: a dictionary would only be built to be thrown away.
_ENCODINGS = {
    "link_id": "PLAIN",
    "pair_id": "PLAIN",
    "source_rest": "PLAIN",
    "text_before": "PLAIN",
    "text_after": "PLAIN",
    "text_digest": "PLAIN",
    "url": "PLAIN",
    "title": "PLAIN",
    "first_seen": "DELTA_BINARY_PACKED",
    "last_seen": "DELTA_BINARY_PACKED",
    "lost_at": "DELTA_BINARY_PACKED",
    "fetched_at": "DELTA_BINARY_PACKED",
}


def read_table(folder: Path, file: DataFile, columns: list[str] | None = None) -> pa.Table:
    """Read one of the index's files (or some of its columns) into memory."""
    return pq.ParquetFile(folder / file.name).read(columns=columns, use_threads=False)


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


def sort_table(table: pa.Table, keys: tuple[str, ...]) -> pa.Table:
    """``table`` in the order of ``keys``.

    Texts are ranked once a distinct value, and neighbouring text keys become one number: a
    sort by three domains and addresses is a sort by one integer.
    """
    if table.num_rows < 2:
        return table
    arrays: list[npt.NDArray[np.int64]] = []
    room = 1  # how many values the last array can have, if it stands for texts
    for key in keys:
        column = table[key].combine_chunks()
        if not pa.types.is_string(column.type):
            values = pc.fill_null(column.cast(pa.int64()), np.iinfo(np.int64).min)
            arrays.append(values.to_numpy())
            room = 1
            continue
        encoded = column.dictionary_encode()
        size = len(encoded.dictionary) + 1
        rank = np.zeros(size, dtype=np.int64)  # NULL, the last code, ranks before all
        rank[np.asarray(pc.array_sort_indices(encoded.dictionary))] = np.arange(1, size)
        codes = rank[pc.fill_null(encoded.indices, size - 1).to_numpy()]
        if room > 1 and room * size < 1 << 62:
            arrays[-1] = arrays[-1] * size + codes
            room *= size
        else:
            arrays.append(codes)
            room = size
    return table.take(pa.array(np.lexsort(arrays[::-1])))


def _sum(path: Path) -> tuple[str, int]:
    state = xxhash.xxh3_128()
    size = 0
    with open(path, "rb") as handle:
        while chunk := handle.read(1 << 20):
            state.update(chunk)
            size += len(chunk)
        os.fsync(handle.fileno())
    return state.hexdigest(), size
