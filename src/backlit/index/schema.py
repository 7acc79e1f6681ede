"""How records lie in the index: rows in memory while merging, and what is written of them.

In memory a stored link row has the ``LINKS`` columns, except that

* ``pair_mix`` stands for ``pair_id`` (``pair_id = link_id XOR pair_mix``): the mix is zero for
  nearly all rows, so it costs nothing where a second 64-bit id would be 8 bytes a row;
* ``source_host`` is left out (the reader cuts it out of ``source_url``);
* ``source_site`` and ``target_site`` are NULL where they equal the domain;
* ``provenance`` holds the ranks of the column groups of rows put together from several
  observations (see ``backlit.index.merge``), and is NULL for all others.

On disk, besides,

* ``source_url`` is cut into ``source_prefix`` (``https://www.``), the domain that stands beside
  it, and ``source_rest``; where the cut does not fit, the prefix is NULL and the rest is all;
* times are whole seconds, and ``last_seen`` is NULL where it equals ``first_seen``.

Measured on ten million generated links: 15 bytes a row less than the plain columns.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from backlit.index.few import FEW_VALUED, settled
from backlit.records import LINKS, PAGES

_PROVENANCE = pa.field("provenance", pa.binary())

STORED_LINKS = pa.schema(
    [pa.field("pair_mix", pa.int64()) if f.name == "pair_id" else f for f in LINKS if f.name != "source_host"]
    + [_PROVENANCE]
)

STORED_PAGES = pa.schema([*PAGES, _PROVENANCE])

#: The columns of a link row that change when it is merely seen again, or lost.
STATE_COLUMNS = (
    "first_seen",
    "last_seen",
    "lost_at",
    "lost_reason",
    "snapshot",
    "origin",
    "depth",
    "provenance",
)

STATE_SCHEMA = pa.schema([f for f in STORED_LINKS if f.name in ("link_id", "target_domain", *STATE_COLUMNS)])

#: The narrow second orientation. ``flags``: 1 follow, 2 not follow, 4 hidden, 8 lost, 16 not a plain anchor.
OUT = pa.schema(
    [
        ("source_domain", pa.string()),
        ("target_domain", pa.string()),
        ("pair_id", pa.int64()),
        ("flags", pa.int8()),
    ]
)

#: Rows are always in this order inside a file. Links of one target page lie together by source
#: domain: copies of a sitewide link then share their texts, which the compression sees.
SORT_KEYS = {
    "links": ("target_domain", "target_url", "source_domain", "link_id"),
    "state": ("target_domain", "link_id"),
    "pages": ("domain", "url"),
    "fetches": ("domain", "url", "fetched_at", "outcome"),
    "out": ("source_domain", "target_domain", "pair_id", "flags"),
}

_TIMES = ("first_seen", "last_seen", "lost_at")


_Bytes = npt.NDArray[np.uint8]
_Longs = npt.NDArray[np.int64]


def _on_disk(schema: pa.Schema) -> pa.Schema:
    fields: list[pa.Field] = []
    for field in schema:
        if field.name == "source_url":
            fields += [pa.field("source_prefix", pa.string()), pa.field("source_rest", pa.string())]
        elif field.name in _TIMES:
            fields.append(pa.field(field.name, pa.int64()))
        else:
            fields.append(field)
    return pa.schema(fields)


DISK_LINKS = _on_disk(STORED_LINKS)
DISK_STATE = _on_disk(STATE_SCHEMA)

_URL = (
    "CASE WHEN {a}source_prefix IS NULL THEN {a}source_rest "
    "ELSE {a}source_prefix || {a}source_domain || {a}source_rest END"
)
_EXPRESSIONS = {
    "pair_id": "xor({a}link_id, {a}pair_mix)",
    "source_url": _URL,
    "source_host": rf"regexp_extract({_URL}, '^https?://(\[[^\]]*\]|[^/:?#]*)', 1)",
    "source_site": "coalesce({a}source_site, {a}source_domain)",
    "target_site": "coalesce({a}target_site, {a}target_domain)",
    "first_seen": "make_timestamp({a}first_seen * 1000000)",
    "last_seen": "make_timestamp(coalesce({a}last_seen, {a}first_seen) * 1000000)",
    "lost_at": "make_timestamp({a}lost_at * 1000000)",
}


#: How the share of a page in its site was found: by the levels of its path and the links to it from elsewhere.
BY_DEPTH = "by depth"

#: What a link hands on, beside the columns of a link.
EQUITY_COLUMNS = ("equity", "equity_score", "source_share")


def link_columns(alias: str) -> str:
    """The SQL select list that turns rows on disk into ``LINKS`` columns, in their order."""
    return ", ".join(
        _EXPRESSIONS[name].replace("{a}", alias + ".") + f" AS {name}"
        if name in _EXPRESSIONS
        else f"{alias}.{name}"
        for name in LINKS.names
    )


def to_stored(links: pa.Table) -> pa.Table:
    """``STORED_LINKS`` rows from ``LINKS`` rows; rows that are stored ones already stay as they are."""
    if "pair_mix" in links.column_names:
        return links
    mix = links["link_id"].to_numpy() ^ links["pair_id"].to_numpy()
    columns = []
    for field in STORED_LINKS:
        if field.name == "pair_mix":
            columns.append(pa.chunked_array([pa.array(mix)]))
        elif field.name == "provenance":
            columns.append(pa.chunked_array([pa.nulls(links.num_rows, pa.binary())]))
        elif field.name in ("source_site", "target_site"):
            domain = links[field.name.replace("site", "domain")]
            same = pc.equal(links[field.name], domain)
            columns.append(pc.if_else(same, pa.scalar(None, pa.string()), links[field.name]))
        elif field.name == "last_seen":  # a link first seen at some time was seen at that time
            columns.append(pc.coalesce(links["last_seen"], links["first_seen"]))
        else:
            columns.append(links[field.name])
    return pa.table(columns, schema=STORED_LINKS)


def to_stored_pages(pages: pa.Table) -> pa.Table:
    """``STORED_PAGES`` rows from ``PAGES`` rows."""
    if "provenance" in pages.column_names:
        return pages
    return pages.append_column("provenance", pa.nulls(pages.num_rows, pa.binary())).cast(STORED_PAGES)


def pack(rows: pa.Table) -> pa.Table:
    """Rows as they are written: ``DISK_LINKS`` of stored links, ``DISK_STATE`` of state rows.

    Columns of few values are dictionary-coded, which the file shows to no reader.
    """
    columns: dict[str, pa.ChunkedArray | pa.Array] = {}
    seconds = {name: _seconds(rows[name]) for name in _TIMES}
    for name in rows.column_names:
        if name == "source_url":
            columns["source_prefix"], columns["source_rest"] = _cut(rows)
        elif name == "last_seen":
            same = pc.equal(seconds["last_seen"], seconds["first_seen"])
            columns[name] = pc.if_else(pc.fill_null(same, False), pa.scalar(None, pa.int64()), seconds[name])
        elif name in FEW_VALUED:
            columns[name] = settled(rows[name])
        else:
            columns[name] = seconds.get(name, rows[name])
    return pa.table(columns)


def on_disk(names: Sequence[str]) -> list[str]:
    """The columns to read for ``unpack`` to give those of these names."""
    found = dict.fromkeys(
        part
        for name in names
        for part in (("source_prefix", "source_rest") if name == "source_url" else (name,))
    )
    if "source_url" in names:
        found["source_domain"] = None
    if "last_seen" in names:
        found["first_seen"] = None
    return list(found)


def unpack(rows: pa.Table) -> pa.Table:
    """What ``pack`` was given."""
    columns: dict[str, pa.ChunkedArray | pa.Array] = {}
    for name in rows.column_names:
        column = rows[name]
        if name == "source_prefix":
            whole = pc.binary_join_element_wise(column, rows["source_domain"], rows["source_rest"], "")
            columns["source_url"] = pc.coalesce(whole, rows["source_rest"])
        elif name in _TIMES:
            seconds = pc.coalesce(column, rows["first_seen"]) if name == "last_seen" else column
            columns[name] = pc.multiply(seconds, 1_000_000).cast(pa.timestamp("us"))
        elif name != "source_rest":
            columns[name] = column
    return pa.table(columns)


def _seconds(times: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.divide(times.cast(pa.int64()), 1_000_000)


def _cut(rows: pa.Table) -> tuple[pa.Array, pa.Array]:
    """``source_url`` before and after its domain; prefix NULL where the host does not end in it."""
    urls = rows["source_url"].combine_chunks()
    if len(urls) == 0:
        return pa.array([], pa.string()), pa.array([], pa.string())
    data, begin, end, _, host_end = _spans(urls)
    domain = pc.binary_length(rows["source_domain"]).combine_chunks().to_numpy()
    prefix_end = np.maximum(host_end - domain, begin)
    prefix = _slices(data, begin, prefix_end)
    rest = _slices(data, host_end, end)
    fits = pc.equal(
        pc.binary_join_element_wise(prefix, rows["source_domain"].combine_chunks(), rest, ""), urls
    )
    if pc.all(fits).as_py():
        return prefix, rest
    return pc.if_else(fits, prefix, pa.scalar(None, pa.string())), pc.if_else(fits, rest, urls)


def hosts_of(urls: pa.Array) -> pa.Array:
    """The host of each canonical address, without port; several times faster than a pattern."""
    if len(urls) == 0:
        return urls
    data, begin, end, scheme, host_end = _spans(urls)
    hosts = _slices(data, begin + scheme, np.minimum(host_end, end))
    if pc.any(pc.match_substring(hosts, ":")).as_py():  # ports and IPv6: rare
        return pc.struct_field(pc.extract_regex(hosts, r"^(?P<host>\[[^\]]*\]|[^:]*)"), "host")
    return hosts


def _spans(urls: pa.Array) -> tuple[_Bytes, _Longs, _Longs, _Longs, _Longs]:
    """The bytes of addresses; where each begins and ends, how long its scheme is, where its host ends."""
    offsets = np.frombuffer(urls.buffers()[1], dtype=np.int32)[urls.offset : urls.offset + len(urls) + 1]
    longs = offsets.astype(np.int64)
    data = np.frombuffer(urls.buffers()[2], dtype=np.uint8)
    begin, end = longs[:-1], longs[1:]
    fourth = data[np.minimum(begin + 4, len(data) - 1)]
    scheme = np.where(fourth == ord("s"), 8, 7).astype(np.int64)
    slashes = np.append(np.flatnonzero(data == ord("/")), len(data))
    host_end = np.minimum(slashes[np.searchsorted(slashes, begin + scheme)], end)
    return data, begin, end, scheme, host_end


def _slices(data: _Bytes, begin: _Longs, end: _Longs) -> pa.Array:
    """A string array of the byte ranges ``begin`` to ``end`` of ``data``, which are in order and apart."""
    offsets = np.zeros(len(begin) + 1, dtype=np.int32)
    np.cumsum(end - begin, out=offsets[1:])
    # The ranges are in order and apart: runs of bytes to drop and to keep take turns, and
    # a mask of them is many times faster than a gather of every byte.
    runs = np.empty(2 * len(begin) + 1, dtype=np.int64)
    runs[1::2] = end - begin
    runs[0] = begin[0]
    runs[2:-1:2] = begin[1:] - end[:-1]
    runs[-1] = len(data) - end[-1]
    keep = np.repeat(np.arange(len(runs)) % 2 == 1, runs)
    return pa.Array.from_buffers(
        pa.string(), len(begin), [None, pa.py_buffer(offsets), pa.py_buffer(data[keep])]
    )
