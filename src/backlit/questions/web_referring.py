"""The referring domains of one domain in a release, as numbers: chosen, ordered and counted before any is named.

Naming is what takes time, since names lie in compressed blocks: a domain of a million referring domains is asked for
a hundred of them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from backlit.index.filter_tree import compile_tree, identifier
from backlit.index.filters import read_filter, read_sort
from backlit.questions.columns import WEB_REFERRING, columns
from backlit.questions.listing import Request, paging
from backlit.questions.web_filter import NAME, NUMBER, asks_for_names, over_numbers, without_names
from backlit.release.release import Ids, Release

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

Floats = npt.NDArray[np.float64]

AUTHORITY = "source_authority"
#: Columns that are scores of the release.
_SCORES = {AUTHORITY: "authority", "source_pagerank": "pagerank", "source_trust": "trust"}
_DEGREE, _HOSTS = "source_referring_domains", "source_hosts"
_SQL_TYPES = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "time": "DATE",
}
#: Fewer than so many are sorted outright.
_FEW = 4096


class ReferringNodes:
    """The nodes that link to one node (none for ``None``), ascending, with the columns that are asked for."""

    def __init__(self, release: Release, node: int | None, *, ranked: bool) -> None:
        self.release = release
        self.nodes: Ids = np.zeros(0, np.int64) if node is None else release.referring(node)
        self._ranked = ranked

    def __len__(self) -> int:
        return len(self.nodes)

    def authority(self) -> Floats | None:
        """The authority of each, NaN where one has none; ``None`` in a release that is not ranked."""
        return self.release.scores_of("authority", self.nodes) if self._ranked else None

    def strongest(self, limit: int | None, offset: int = 0) -> Ids:
        """The nodes by authority, equal ones in the order of their numbers."""
        values = self.authority()
        if values is None:
            return self.nodes[offset : None if limit is None else offset + limit]
        return self.nodes[_largest(values, limit, offset)]

    def chosen(self, request: Request) -> tuple[Ids, int]:
        """The nodes that pass the filter of ``request``, in its order and of its page, and how many pass."""
        known = columns(WEB_REFERRING)
        tree = None if request.where is None else read_filter(request.where, known).tree
        order = read_sort(request.sort or f"{AUTHORITY} desc", known)
        if tree is None and order.keys == ((AUTHORITY, True),):
            return self.strongest(request.limit, request.offset), len(self)
        with contextlib.closing(database().cursor()) as con:
            nodes = self.nodes
            if tree is not None:
                tree = over_numbers(tree, self.release.names)
                if asks_for_names(tree) and (first := without_names(tree)) is not None:
                    nodes = self._select(con, nodes, first, "")
                nodes = self._select(con, nodes, tree, "")
            clause = f"ORDER BY {order.sql([NUMBER])}{paging(request.limit, request.offset)}"
            return self._select(con, nodes, None, clause), len(nodes)

    def _select(self, con: Any, nodes: Ids, tree: Any, clause: str) -> Ids:
        """The ``nodes`` for which ``tree`` holds, in their order or that of ``clause``."""
        values: list[object] = []
        condition = "true" if tree is None else compile_tree(tree, "", values)
        asked = {name for name, _, _ in WEB_REFERRING if identifier(name) in condition + clause}
        con.register("given", self._columns(nodes, asked))
        nothing = [
            f"CAST(NULL AS {_SQL_TYPES[kind]}) AS {identifier(name)}"
            for name, kind, _ in WEB_REFERRING
            if name in asked and not _is_known(name)
        ]
        relation = f"SELECT {', '.join(['*', *nothing])} FROM given"
        sql = f"SELECT {NUMBER} FROM ({relation}) WHERE {condition} {clause}"
        found: Ids = con.execute(sql, values).fetchnumpy()[NUMBER]
        con.unregister("given")
        return found

    def _columns(self, nodes: Ids, asked: Iterable[str]) -> pa.Table:
        import pyarrow as pa

        return pa.table(
            {
                NUMBER: array_of(nodes),
                **{name: self._column(name, nodes) for name in asked if _is_known(name)},
            }
        )

    def _column(self, name: str, nodes: Ids) -> pa.Array:
        """One column that a release can know; NULL where it does not."""
        import pyarrow as pa

        if name == NAME:
            return self.release.texts_of(nodes).cast(pa.string())
        if name == _DEGREE:
            return array_of(self.release.in_degrees(nodes))
        if name == _HOSTS:
            hosts = self.release.hosts_of(nodes)
            return pa.nulls(len(nodes), pa.int64()) if hosts is None else array_of(hosts)
        values = self.release.scores_of(_SCORES[name], nodes) if self._ranked else None
        return pa.nulls(len(nodes), pa.float64()) if values is None else array_of(values)

    def table(self, nodes: Ids) -> pa.Table:
        """Rows of the listing for ``nodes``, in their order; what a web graph does not know is NULL."""
        import pyarrow as pa

        types = {"integer": pa.int64(), "time": pa.date32()}
        return pa.table(
            {
                name: self._column(name, nodes) if _is_known(name) else pa.nulls(len(nodes), types[kind])
                for name, kind, _ in WEB_REFERRING
            }
        )

    def tlds(self) -> dict[str | None, int]:
        """How many of them lie below each TLD; ``None`` counts those without one (addresses, bare labels)."""
        found: dict[str | None, int] = {}
        for label, count in self.release.names.first_labels(self.nodes).items():
            told = None if label is None or label.isdigit() else label.decode("utf-8", "backslashreplace")
            found[told] = found.get(told, 0) + count
        return found


@cache
def database() -> duckdb.DuckDBPyConnection:
    """An empty database that can read nothing; arrays are shown to a cursor of it for one question."""
    import duckdb

    con = duckdb.connect(":memory:", config={"autoinstall_known_extensions": "false"})
    con.execute("SET enable_external_access = false")
    return con


def array_of(values: npt.NDArray[Any]) -> pa.Array:
    """Numbers as an Arrow array, NaN as NULL: of buffers, as ``pa.array`` imports pandas to look at numbers."""
    import pyarrow as pa

    if values.dtype.kind != "f":
        return pa.Array.from_buffers(pa.int64(), len(values), [None, pa.py_buffer(values.astype(np.int64))])
    known = np.packbits(~np.isnan(values), bitorder="little")
    buffers = [pa.py_buffer(known), pa.py_buffer(values.astype(np.float64))]
    return pa.Array.from_buffers(pa.float64(), len(values), buffers)


def _is_known(name: str) -> bool:
    return name in (NAME, _DEGREE, _HOSTS) or name in _SCORES


def _largest(values: Floats, limit: int | None, offset: int) -> Ids:
    """Places of the largest values, of equal ones the first first, without sorting all where few are wanted."""
    falling = -np.nan_to_num(values, nan=-np.inf)
    end = len(falling) if limit is None else min(offset + limit, len(falling))
    if len(falling) <= _FEW or end > len(falling) // 4:
        return np.argsort(falling, kind="stable")[offset:end]
    if end <= offset:
        return np.zeros(0, np.int64)
    least = np.partition(falling, end - 1)[end - 1]
    above = np.flatnonzero(falling < least)
    equal = np.flatnonzero(falling == least)[: end - len(above)]
    places = np.concatenate([above[np.argsort(falling[above], kind="stable")], equal])
    return places[offset:]
