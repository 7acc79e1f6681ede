"""Columns with few values: carried dictionary-coded from staging to disk.

A third of the columns of a link row (its kind, rel, placement, origin, …) say one of a
handful of words. A row then moves as an integer, not as a text, each time it is partitioned,
sorted or counted. It is a matter of speed alone: every such column may as well be plain, and
is when one part of it has too many values.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from backlit.index.order import coded

#: The columns of stored link rows that may be dictionary-coded in memory and when staged.
FEW_VALUED = (
    "source_language",
    "kind",
    "rel",
    "placement",
    "placement_rule",
    "semantic_location",
    "hidden_rule",
    "lost_reason",
    "snapshot",
    "origin",
)

#: A staged part repeats its dictionary for every reader of a bucket, so it must be small.
_MOST_STAGED = 1000

#: A file on disk repeats it in every row group.
_MOST_WRITTEN = 256

_CODED = pa.dictionary(pa.int32(), pa.string())


def code_few(table: pa.Table) -> pa.Table:
    """``table`` with its columns of few values dictionary-coded."""
    for name in FEW_VALUED:
        at = table.schema.get_field_index(name)
        if at >= 0 and not pa.types.is_dictionary(table.schema.field(at).type):
            encoded = table.column(at).combine_chunks().dictionary_encode()
            if len(encoded.dictionary) <= _MOST_STAGED:
                table = table.set_column(at, name, encoded)
    return table


def plain(table: pa.Table) -> pa.Table:
    """``table`` without dictionary-coded columns."""
    for at, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            table = table.set_column(at, field.name, table.column(at).cast(pa.string()))
    return table


def alike(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """A plain ``table`` with the columns dictionary-coded that are so in ``schema``."""
    for at, field in enumerate(schema):
        if pa.types.is_dictionary(field.type):
            table = table.set_column(at, field, table.column(at).combine_chunks().dictionary_encode())
    return table


def join(pieces: Sequence[pa.Array | None], lengths: Sequence[int], kind: pa.DataType) -> pa.Array:
    """One array of the ``pieces`` of a column, some perhaps coded; ``None`` is NULL throughout."""
    present = [piece for piece in pieces if piece is not None]
    if not present:
        return pa.nulls(sum(lengths), kind)
    if pa.types.is_dictionary(present[0].type) or len({p.type for p in present}) > 1:
        if all(pa.types.is_dictionary(p.type) for p in present):
            kind = _CODED
        else:
            pieces = [p.cast(kind) if p is not None and p.type != kind else p for p in pieces]
    chunks = [
        piece if piece is not None else pa.nulls(length, kind)
        for piece, length in zip(pieces, lengths, strict=True)
    ]
    joined = pa.chunked_array(chunks, kind).combine_chunks()
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined


def settled(column: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
    """A column of few values as it is written: its bytes depend on its rows alone.

    Coded by the values that occur, in their order; plain where those are many.
    """
    if column.null_count == len(column):
        return pa.nulls(len(column), pa.string())
    codes, values = coded(column)
    counts = np.bincount(codes, minlength=len(values) + 1)
    used = np.flatnonzero(counts[:-1])
    if len(used) > _MOST_WRITTEN:
        return column.cast(pa.string())
    place = np.zeros(len(values) + 1, dtype=np.int32)
    place[used] = np.arange(len(used))
    unknown = codes == len(values) if counts[-1] else None
    return pa.DictionaryArray.from_arrays(pa.array(place[codes], mask=unknown), values.take(pa.array(used)))
