"""One bucket of links: reading what stands, folding in what is new, writing what changed.

A bucket is a base file, and beside it at most one *delta* (whole rows that are new or whose
words changed) and one *state* file (rows that were merely seen again, or lost: narrow). A
reader takes the base without the delta's ids, the delta, and puts the state over both. When
delta and state together grow past a share of the base, everything becomes a new base.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from backlit.index.few import plain
from backlit.index.files import read_table, write_table
from backlit.index.layout import DataFile, Manifest
from backlit.index.lost import Refetches, mark_lost
from backlit.index.merge import LINK_MERGE, merge
from backlit.index.order import Coded, sort_coded, sort_table
from backlit.index.schema import SORT_KEYS, STATE_COLUMNS, STATE_SCHEMA, STORED_LINKS, on_disk, pack, unpack
from backlit.settings import Storage


class BucketResult(NamedTuple):
    """A bucket after folding: its files, all its rows in order, and the pairs whose rows changed.

    ``known`` has the texts that ``rows`` are sorted by as integers.
    """

    files: list[DataFile]
    rows: pa.Table
    known: dict[str, Coded]
    changed_pairs: np.ndarray | None  # type: ignore[type-arg]


def read_bucket_links(
    data: Path, manifest: Manifest, bucket: int, columns: Sequence[str] = tuple(STORED_LINKS.names)
) -> pa.Table:
    """All rows of a bucket as they stand, delta and state applied; or some ``columns``, ``link_id`` among them."""
    base, delta, state = _parts(data, manifest, bucket, columns)
    return _combine(base, delta, state)


def _parts(
    data: Path, manifest: Manifest, bucket: int, columns: Sequence[str] = tuple(STORED_LINKS.names)
) -> tuple[pa.Table, pa.Table, pa.Table]:
    links, states = (
        pa.schema([schema.field(name) for name in columns if name in schema.names])
        for schema in (STORED_LINKS, STATE_SCHEMA)
    )
    tables = {"base": links.empty_table(), "delta": links.empty_table(), "state": states.empty_table()}
    for file in manifest.table("links", bucket):
        schema = states if file.part == "state" else links
        tables[file.part] = unpack(read_table(data, file, on_disk(schema.names))).cast(schema)
    return tables["base"], tables["delta"], tables["state"]


def _combine(base: pa.Table, delta: pa.Table, state: pa.Table) -> pa.Table:
    if delta.num_rows:
        base = base.filter(pc.invert(pc.is_in(base["link_id"], value_set=delta["link_id"].combine_chunks())))
    rows = pa.concat_tables([base, delta]).combine_chunks()
    if state.num_rows == 0:
        return rows
    at = pc.index_in(rows["link_id"], value_set=state["link_id"].combine_chunks())
    covered = pc.is_valid(at)
    for name in state.column_names:
        if name not in STATE_COLUMNS:
            continue
        value = pc.if_else(covered, state[name].take(at), rows[name])
        rows = rows.set_column(rows.schema.get_field_index(name), name, value)
    return rows.combine_chunks()


def fold(
    data: Path,
    old: Manifest | None,
    bucket: int,
    new: pa.Table,
    refetches: Refetches,
    *,
    generation: int,
    storage: Storage,
    compact: bool = False,
) -> BucketResult:
    """Fold ``new`` stored rows and what ``refetches`` tell into a bucket, and write it.

    ``old`` is the generation to build on, or ``None`` when the bucket starts empty.
    """
    if old is None:
        base, delta, state = (
            STORED_LINKS.empty_table(),
            STORED_LINKS.empty_table(),
            STATE_SCHEMA.empty_table(),
        )
    else:
        base, delta, state = _parts(data, old, bucket)
    standing = _combine(base, delta, state)
    if standing.num_rows:
        new = plain(new)
        affected = _affected(standing, new, refetches)
        touched = pa.concat_tables([standing.filter(pa.array(affected)), new]).combine_chunks()
        rest = standing.filter(pa.array(~affected))
        merged = mark_lost(merge(touched, touched["link_id"].to_numpy(), LINK_MERGE), refetches)
        rows = pa.concat_tables([rest, merged]).combine_chunks()
    else:
        rows = merged = mark_lost(merge(new, new["link_id"].to_numpy(), LINK_MERGE), refetches)
    rows, known = sort_coded(rows, SORT_KEYS["links"])

    def write(table: pa.Table, part: str) -> list[DataFile]:
        if not table.num_rows:
            return []
        if part != "base":
            table = sort_table(table, SORT_KEYS["state" if part == "state" else "links"])
        return [
            write_table(
                data,
                pack(table),
                name="links",
                generation=generation,
                storage=storage,
                bucket=bucket,
                part=part,
            )
        ]

    pairs = merged["link_id"].to_numpy() ^ merged["pair_mix"].to_numpy()
    if not compact and base.num_rows >= storage.delta_min_rows:
        new_delta, new_state = _split(base, delta, state, merged)
        if new_delta.num_rows + new_state.num_rows <= storage.delta_share * base.num_rows:
            assert old is not None
            files = old.table("links", bucket, "base") + write(new_delta, "delta") + write(new_state, "state")
            return BucketResult(files, rows, known, np.unique(pairs))
    return BucketResult(write(rows, "base"), rows, known, np.unique(pairs) if standing.num_rows else None)


def _affected(standing: pa.Table, new: pa.Table, refetches: Refetches) -> np.ndarray:  # type: ignore[type-arg]
    """Which standing rows the fold may change: seen again, or on a page that was looked at again.

    All rows of a pair go together, because a pair is lost as one.
    """
    pairs = standing["link_id"].to_numpy() ^ standing["pair_mix"].to_numpy()
    new_pairs = new["link_id"].to_numpy() ^ new["pair_mix"].to_numpy()
    hit = np.isin(pairs, new_pairs)
    if refetches.times:
        hit |= pc.is_in(standing["source_url"], value_set=refetches.urls).to_numpy()
    return hit


def _split(base: pa.Table, delta: pa.Table, state: pa.Table, merged: pa.Table) -> tuple[pa.Table, pa.Table]:
    """The new delta and state: what ``merged`` changes of the base, and what stood there before."""
    ids = merged["link_id"].combine_chunks()
    at = pc.index_in(ids, value_set=base["link_id"].combine_chunks())
    in_base = pc.is_valid(at).to_numpy(zero_copy_only=False)
    known = merged.filter(pa.array(in_base))
    before = base.take(at.drop_null())
    same = np.ones(known.num_rows, dtype=bool)
    for name in STORED_LINKS.names:
        if name not in STATE_COLUMNS:
            same &= _equal(known[name], before[name])
    only_state = known.filter(pa.array(same)).select(STATE_SCHEMA.names)
    whole = pa.concat_tables([merged.filter(pa.array(~in_base)), known.filter(pa.array(~same))])
    keep_delta = delta.filter(pc.invert(pc.is_in(delta["link_id"], value_set=ids)))
    keep_state = state.filter(pc.invert(pc.is_in(state["link_id"], value_set=ids)))
    return (
        pa.concat_tables([keep_delta, whole]).combine_chunks(),
        pa.concat_tables([keep_state, only_state]).combine_chunks(),
    )


def _equal(left: pa.ChunkedArray, right: pa.ChunkedArray) -> np.ndarray:  # type: ignore[type-arg]
    left, right = left.combine_chunks(), right.combine_chunks()
    same = pc.fill_null(pc.equal(left, right), False)
    return np.asarray(pc.or_(same, pc.and_(pc.is_null(left), pc.is_null(right))))
