"""The table ``venn`` (see ``backlit.questions.venn``) of a web-graph release: of nodes, without counts of links."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from backlit.questions.web_reader import WebReader
from backlit.questions.web_referring import AUTHORITY, array_of, database
from backlit.web.target import Target

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

Ids = npt.NDArray[np.int64]

#: What tells the sources of a release apart, in the order of their reversed names.
WEB_KEY = "node"


@contextlib.contextmanager
def web_table(reader: WebReader, targets: Sequence[Target]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A cursor that sees ``venn``, of the sources of ``targets`` in the release; ``source_domain`` is not in it."""
    with contextlib.closing(database().cursor()) as cursor:
        nodes = [reader.release.id_of(target.domain) for target in targets]
        own = [-1 if node is None else int(node) for node in nodes]
        cursor.register("given", _rows(reader, targets, own))
        counts = ", ".join(
            f"CAST(NULL AS BIGINT) AS {name}" for name in ("links", "follow_links", "content_links")
        )
        none = ", ".join(f"CASE WHEN NOT h{i} THEN 0 END AS l{i}" for i in range(len(targets)))
        cursor.execute(
            f"CREATE TEMP TABLE venn AS SELECT *, {counts}, CAST(NULL AS DATE) AS first_seen, "
            f"CAST(NULL AS DATE) AS last_seen, {none}, CASE WHEN {WEB_KEY} = {own[0]} THEN 'target' "
            f"WHEN {WEB_KEY} IN ({', '.join(map(str, own))}) THEN 'rival' ELSE 'other' END AS source_role FROM given"
        ).fetchall()
        cursor.unregister("given")
        yield cursor


def _rows(reader: WebReader, targets: Sequence[Target], own: list[int]) -> pa.Table:
    import pyarrow as pa

    sets = [reader.referring(target.domain).nodes for target in targets]
    sets = [nodes[nodes != node] for nodes, node in zip(sets, own, strict=True)]
    every = np.unique(np.concatenate(sets))
    there = [_mark(every, nodes) for nodes in sets]
    rivals = np.zeros(len(every), np.int64)
    for marks in there[1:]:
        rivals += marks
    columns: dict[str, Any] = {WEB_KEY: array_of(every), "rivals": array_of(rivals)}
    values = reader.release.scores_of("authority", every) if reader.authority_release else None
    columns[AUTHORITY] = pa.nulls(len(every), pa.float64()) if values is None else array_of(values)
    columns |= {f"h{i}": pa.array(marks) for i, marks in enumerate(there)}
    return pa.table(columns)


def _mark(every: Ids, nodes: Ids) -> npt.NDArray[np.bool_]:
    marks = np.zeros(len(every), np.bool_)
    marks[np.searchsorted(every, nodes)] = True
    return marks
