"""Whole columns as CSV cells: as ``for_csv`` writes each, but each distinct value once where values repeat."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from backlit.cli.cells import for_csv

#: A column of which fewer than this share of the first values are distinct is written by distinct values.
_REPEATED = 0.5
_LOOKED_AT = 1024


def csv_rows(batch: pa.RecordBatch) -> Iterator[tuple[str, ...]]:
    """The rows of ``batch``, each value a cell."""
    return zip(*(csv_cells(column) for column in batch.columns), strict=True)


def csv_cells(column: pa.Array) -> list[str]:
    """The cells of one column."""
    if pa.types.is_integer(column.type):
        return ["" if value is None else str(value) for value in column.to_pylist()]
    if _repeats(column):
        encoded = column.dictionary_encode()
        texts = [for_csv(value) for value in encoded.dictionary.to_pylist()]
        return ["" if place is None else texts[place] for place in encoded.indices.to_pylist()]
    return [for_csv(value) for value in column.to_pylist()]


def _repeats(column: pa.Array) -> bool:
    if pa.types.is_boolean(column.type) or pa.types.is_timestamp(column.type):
        return True
    if not (pa.types.is_string(column.type) or pa.types.is_floating(column.type)):
        return False
    step = max(1, len(column) // _LOOKED_AT)
    looked = column.take(pa.array(range(0, len(column), step), pa.int64()))
    return bool(len(looked.unique()) < _REPEATED * len(looked))
