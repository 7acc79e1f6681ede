"""Vertices that do not come in the order of their names: sorted on disk and numbered anew.

Graphs of hosts since the spring of 2026 keep a leading ``www``; here ``com.example.www`` is the node ``com.example``,
as in the releases before, and that upsets the order. DuckDB sorts, in bounded memory.
Two vertices that differ by ``www`` only become one node; the same name twice in one form is refused.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from backlit.errors import ResourceError, SourceError
from backlit.release.buffers import NameBuffer, forward_name

#: The sort gets what the rest of the import leaves, and no less than it can work in.
_REST, _LEAST_MEMORY = 320 << 20, 128 << 20
_ROWS = 1 << 18


class Given(NamedTuple):
    """Vertices as they came: names, hosts or ``None``, and 1 where a leading ``www`` was taken off."""

    first: int
    names: NameBuffer
    hosts: npt.NDArray[np.uint32] | None
    stripped: npt.NDArray[np.uint8]


class Renumbered(NamedTuple):
    """New nodes in order, and for each vertex of this piece its old number and its new one."""

    names: NameBuffer
    hosts: npt.NDArray[np.uint32]
    given: npt.NDArray[np.uint32]
    node: npt.NDArray[np.uint32]


def strip_www(names: NameBuffer) -> tuple[NameBuffer, npt.NDArray[np.uint8]]:
    """Names without the leading ``www.``, and where there was one."""
    from backlit.release.loops.names import pick, without_www

    stripped = np.zeros(names.count, np.uint8)
    without_www(names.text, names.offsets, stripped)
    if not stripped.any():
        return names, stripped
    offsets = np.zeros(names.count + 1, np.int64)
    np.cumsum(np.diff(names.offsets) - 4 * stripped.astype(np.int64), out=offsets[1:])
    text = np.empty(int(offsets[-1]), np.uint8)
    pick(names.text, names.offsets, np.arange(names.count), text, offsets)
    return NameBuffer(text, offsets), stripped


def renumber(vertices: Iterable[Given], folder: Path, memory: int, threads: int) -> Iterator[Renumbered]:
    """The vertices by name. ``folder`` is for what does not fit into ``memory`` and is removed again."""
    import duckdb
    import pyarrow as pa

    schema = pa.schema(
        [
            ("name", pa.large_binary()),
            ("given", pa.uint32()),
            ("hosts", pa.uint32()),
            ("stripped", pa.uint8()),
        ]
    )

    failed: list[BaseException] = []

    def batches() -> Iterator[Any]:
        try:
            yield from made()
        except BaseException as exc:  # DuckDB would tell it in words of its own
            failed.append(exc)
            raise

    def made() -> Iterator[Any]:
        for run in vertices:
            begin = int(run.names.offsets[0])
            text = run.names.text[begin : int(run.names.offsets[-1])]
            names = pa.Array.from_buffers(
                pa.large_binary(),
                run.names.count,
                [None, pa.py_buffer(run.names.offsets - begin), pa.py_buffer(np.ascontiguousarray(text))],
            )
            given = np.arange(run.first, run.first + run.names.count, dtype=np.uint32)
            hosts = np.zeros(run.names.count, np.uint32) if run.hosts is None else run.hosts
            columns = [names, pa.array(given), pa.array(hosts), pa.array(run.stripped)]
            yield pa.record_batch(columns, schema=schema)

    folder.mkdir(parents=True, exist_ok=True)
    limit = max((memory - _REST) * 3 // 4, _LEAST_MEMORY) >> 20
    connection = duckdb.connect(
        ":memory:",
        config={
            "autoload_known_extensions": "false",
            "autoinstall_known_extensions": "false",
            "memory_limit": f"{limit}MiB",
            "threads": threads,
            "temp_directory": str(folder / "spill"),
        },
    )
    try:
        source = pa.RecordBatchReader.from_batches(schema, batches())
        connection.register("vertices", source)
        sorted_ = connection.sql("SELECT * FROM vertices ORDER BY name, given").to_arrow_reader(_ROWS)
        yield from _numbered(sorted_)
    except duckdb.OutOfMemoryException as exc:
        if failed:
            raise failed[0] from None
        raise ResourceError(
            f"Sorting the names needs more memory than was allowed: give more. ({exc})"
        ) from exc
    except duckdb.Error as exc:
        if failed:
            raise failed[0] from None
        if "No space left" in str(exc):
            raise ResourceError(
                f"The disk that holds {folder} is full: make room, then run it again."
            ) from exc
        raise
    finally:
        connection.close()
        shutil.rmtree(folder, ignore_errors=True)


def _numbered(batches: Iterable[Any]) -> Iterator[Renumbered]:
    """Sorted vertices with equal names made one node."""
    import pyarrow as pa

    count = 0
    last: tuple[bytes, int, int] | None = None  # name, given number, whether it was stripped
    for batch in batches:
        if not batch.num_rows:
            continue
        column = batch.column(0).cast(pa.large_binary())
        offsets = np.frombuffer(column.buffers()[1], np.int64)[column.offset :][: len(column) + 1]
        names = NameBuffer(np.array(np.frombuffer(column.buffers()[2], np.uint8)), offsets.copy())
        given = batch.column(1).to_numpy()
        hosts = batch.column(2).to_numpy()
        stripped = batch.column(3).to_numpy()
        fresh = _differs(names)
        if last is not None:
            fresh[0] = names[0] != last[0]
        for k in np.flatnonzero(~fresh).tolist():
            before = (
                (int(given[k - 1]), int(stripped[k - 1])) if k else (last[1], last[2]) if last else (0, 0)
            )
            if before[1] == stripped[k]:
                raise SourceError(
                    f"The vertices {before[0]:,} and {int(given[k]):,} have the same name, {forward_name(names[k])}: "
                    "each node must have a name of its own. The file is not that of a release."
                )
        node = np.cumsum(fresh) + count - 1
        count += int(np.count_nonzero(fresh))
        last = names[names.count - 1], int(given[-1]), int(stripped[-1])
        kept = np.flatnonzero(fresh)
        yield Renumbered(names.take(kept), hosts[kept], given, node.astype(np.uint32))


def _differs(names: NameBuffer) -> npt.NDArray[np.bool_]:
    """Whether each name is another than the one before it; the first always is."""
    from backlit.release.loops.names import differs

    out = np.ones(names.count, np.bool_)
    differs(names.text, names.offsets, out)
    return out
