"""Putting observations of one thing together, so that the order they come in never matters.

A row is an observation: a link (or page) seen by something, at some time, so deep. Its
columns fall into *groups* that a source gives together (the anchor and its alt text; the
placement and its rule). Each group of a row has a *rank*: 0 when the source could not say,
else, from the strongest down, whether it was our own look at the page (own looks always
outrank tables that other tools exported), when, and how deep it saw. Merging keeps, group by
group, the value with the greatest rank, and of equal ranks the greatest value. The earliest
``first_seen``, the latest ``last_seen`` and ``snapshot`` and the union of the origins are kept.

All of these are maxima of something, so merging is associative, commutative and idempotent:
the same inputs give the same rows in any order, in any number of steps, after any crash.

A merged row remembers the ranks of its groups in ``provenance`` unless they are what its own
``depth``, ``last_seen`` and ``snapshot`` imply, which is so for all rows of one observation.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from backlit.index.few import alike, plain
from backlit.records import DEPTH_WAT

Int64 = npt.NDArray[np.int64]

_OBSERVED = 1 << 60


class MergeSpec(NamedTuple):
    """How one table merges: the column that says when a row was seen, and the groups of columns."""

    seen: str
    groups: tuple[tuple[str, ...], ...]


LINK_MERGE = MergeSpec(
    seen="last_seen",
    groups=(
        ("anchor", "alt"),
        ("rel", "follow"),
        ("placement", "placement_rule", "semantic_location"),
        ("hidden", "hidden_rule"),
        ("position",),
        ("text_before", "text_after"),
        ("source_language",),
    ),
)

PAGE_MERGE = MergeSpec(
    seen="fetched_at",
    groups=(
        ("status",),
        ("title", "canonical", "noindex", "nofollow"),
        ("language", "encoding"),
        ("words", "text_digest", "terms", "template_digest"),
        ("external_links", "internal_links"),
        ("author", "published"),
        ("analytics_ids", "ad_ids", "ad_slots"),
        ("ip",),
        ("archive_file", "archive_offset", "archive_length"),
    ),
)


def merge(table: pa.Table, keys: Int64, spec: MergeSpec) -> pa.Table:
    """One row a key from all observations in ``table``, in no particular order.

    ``keys`` is the int64 key of each row; ``table`` has the columns that ``spec`` names and
    ``first_seen``, ``depth``, ``snapshot``, ``origin``, ``provenance``; other columns are
    taken from the leading observation. Cost: a sort of the keys, and for repeated keys a
    sort a group. Rows whose key is unique are passed through untouched.
    """
    order = np.argsort(keys, kind="stable")
    sorted_keys = keys[order]
    starts = np.flatnonzero(np.r_[True, sorted_keys[1:] != sorted_keys[:-1]]) if len(keys) else order
    if len(starts) == len(keys):
        return table
    counts = np.diff(np.r_[starts, len(keys)])
    repeated = order[np.repeat(counts > 1, counts)]
    single = np.ones(len(keys), dtype=bool)
    single[repeated] = False
    merged = _merge_repeated(plain(table.take(pa.array(repeated))), keys[repeated], spec)
    merged = alike(merged, table.schema)
    return pa.concat_tables([table.filter(pa.array(single)), merged]).combine_chunks()


def implied_rank(table: pa.Table, spec: MergeSpec) -> Int64:
    """The rank that a row's own depth, time and snapshot imply."""
    depth = table["depth"].to_numpy().astype(np.int64)
    seen = _seconds(table, spec)
    rank: Int64 = np.where(depth >= DEPTH_WAT, _OBSERVED, 0) + (seen << 4) + depth
    return rank


def _seconds(table: pa.Table, spec: MergeSpec) -> Int64:
    """Seconds since 1970 at which a row was seen; the snapshot's day where the row has no time."""
    seen = pc.cast(table[spec.seen], pa.int64())
    if seen.null_count:
        day = pc.strptime(table["snapshot"], format="%Y-%m-%d", unit="us", error_is_null=True)
        seen = pc.fill_null(pc.coalesce(seen, pc.cast(day, pa.int64())), 0)
    seconds: Int64 = np.maximum(seen.to_numpy() // 1_000_000, 0)
    return seconds


def _ranks(table: pa.Table, spec: MergeSpec) -> Int64:
    """Ranks of each row, shape (1 + groups, rows): the leading one first, then one a group."""
    lead = implied_rank(table, spec)
    ranks = np.empty((1 + len(spec.groups), table.num_rows), dtype=np.int64)
    ranks[0] = lead
    for g, group in enumerate(spec.groups, start=1):
        known = np.zeros(table.num_rows, dtype=bool)
        for column in group:
            known |= pc.is_valid(table[column]).to_numpy()
        ranks[g] = np.where(known, lead, 0)
    stored = table["provenance"]
    if stored.null_count < table.num_rows:
        rows = np.flatnonzero(pc.is_valid(stored).to_numpy())
        packed = b"".join(stored.take(pa.array(rows)).to_pylist())
        ranks[:, rows] = np.frombuffer(packed, dtype="<i8").reshape(len(rows), -1).T
    return ranks


def _merge_repeated(table: pa.Table, keys: Int64, spec: MergeSpec) -> pa.Table:
    """``table`` sorted by key, every key at least twice."""
    table = table.combine_chunks()
    ranks = _ranks(table, spec)
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
    everything = [
        name
        for name in table.column_names
        if name not in ("first_seen", spec.seen, "provenance", "origin", "snapshot")
    ]
    grouped = {column for group in spec.groups for column in group}
    lead = _best(table, keys, ranks[0], starts, ("depth",))
    columns: dict[str, pa.ChunkedArray | pa.Array] = {}
    for name in everything:
        if name not in grouped:
            columns[name] = table[name].take(pa.array(lead))
    out_ranks = np.empty((ranks.shape[0], len(starts)), dtype=np.int64)
    out_ranks[0] = ranks[0][lead]
    for g, group in enumerate(spec.groups, start=1):
        best = _best(table, keys, ranks[g], starts, group)
        out_ranks[g] = ranks[g][best]
        for column in group:
            columns[column] = table[column].take(pa.array(best))
    columns["first_seen"] = _extreme(table["first_seen"], starts, np.minimum, np.iinfo(np.int64).max)
    columns[spec.seen] = _extreme(table[spec.seen], starts, np.maximum, np.iinfo(np.int64).min)
    columns["snapshot"] = _greatest_text(table["snapshot"], starts)
    columns["origin"] = _union(table["origin"], starts, len(keys))
    columns["provenance"] = pa.nulls(len(starts), pa.binary())
    merged = pa.table({name: columns[name] for name in table.column_names}, schema=table.schema)
    implied = implied_rank(merged, spec)
    plain = np.all((out_ranks == implied) | (out_ranks == 0), axis=0) & (out_ranks[0] == implied)
    packed = np.ascontiguousarray(out_ranks.T).astype("<i8")
    provenance = pa.array([None if ok else packed[i].tobytes() for i, ok in enumerate(plain)], pa.binary())
    return merged.set_column(merged.schema.get_field_index("provenance"), "provenance", provenance)


def _best(table: pa.Table, keys: Int64, rank: Int64, starts: Int64, group: tuple[str, ...]) -> Int64:
    """For each key the row with the greatest rank; of equal ranks the one with the greatest values."""
    ends = np.r_[starts[1:], len(keys)]
    greatest = np.repeat(np.maximum.reduceat(rank, starts), ends - starts)
    leading = np.flatnonzero(rank == greatest)
    first = np.searchsorted(leading, starts)
    if len(leading) == len(starts):
        return leading
    tied = keys[leading]
    many = np.isin(tied, tied[1:][tied[1:] == tied[:-1]])
    rows = leading[many]
    subset = table.take(pa.array(rows))
    sort_keys: list[Int64] = [_dense_rank(subset[column]) for column in reversed(group)]
    order = np.lexsort([*sort_keys, keys[rows]])
    ranked = rows[order]
    last = np.flatnonzero(np.r_[keys[ranked][1:] != keys[ranked][:-1], True])
    best = leading[first]
    best[np.searchsorted(keys[starts], keys[ranked[last]])] = ranked[last]
    return best


def _dense_rank(column: pa.ChunkedArray) -> Int64:
    """Integers in the order of a column's values; NULL is the least."""
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.int8())
    elif pa.types.is_fixed_size_binary(column.type):
        column = column.cast(pa.binary())
    ranks = np.asarray(pc.rank(column, tiebreaker="dense")).astype(np.int64)
    return np.where(pc.is_null(column).to_numpy(), -1, ranks)


def _extreme(column: pa.ChunkedArray, starts: Int64, reduce: np.ufunc, neutral: int) -> pa.Array:
    values = pc.fill_null(pc.cast(column, pa.int64()), neutral).to_numpy()
    out = reduce.reduceat(values, starts)
    return pa.array(out, mask=out == neutral).cast(column.type)


def _greatest_text(column: pa.ChunkedArray, starts: Int64) -> pa.Array:
    values = column.combine_chunks().dictionary_encode()
    names = values.dictionary.to_pylist()
    by_name = sorted(range(len(names)), key=lambda i: names[i])
    position = np.empty(len(names) + 1, dtype=np.int64)
    position[by_name] = np.arange(len(names))
    position[len(names)] = -1
    codes = pc.fill_null(values.indices, len(names)).to_numpy()
    greatest = np.maximum.reduceat(position[codes], starts)
    ordered = pa.array([names[i] for i in by_name] or [None], pa.string())
    return ordered.take(pa.array(np.maximum(greatest, 0), mask=greatest < 0))


def _union(column: pa.ChunkedArray, starts: Int64, rows: int) -> pa.Array:
    """Comma-joined sorted union of the origins of each run."""
    values = column.combine_chunks().dictionary_encode()
    names = [set(name.split(",")) for name in values.dictionary.to_pylist()]
    codes = values.indices.to_numpy()
    ends = np.r_[starts[1:], rows]
    seen: dict[tuple[int, ...], str] = {}
    out: list[str] = []
    low, high = np.minimum.reduceat(codes, starts), np.maximum.reduceat(codes, starts)
    for start, end, a, b in zip(starts.tolist(), ends.tolist(), low.tolist(), high.tolist(), strict=True):
        which = (a,) if a == b else tuple(sorted(set(codes[start:end].tolist())))
        text = seen.get(which)
        if text is None:
            text = seen[which] = ",".join(sorted(set().union(*(names[i] for i in which))))
        out.append(text)
    return pa.array(out, pa.string())
