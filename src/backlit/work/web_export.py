"""Giving a release out: one Parquet row a node, in the order of the reversed names."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from backlit.errors import InputError
from backlit.release.buffers import NameBuffer
from backlit.release.manifest import Step
from backlit.release.release import Release, open_release
from backlit.release.steps import Steps
from backlit.work.disk import told_when_full

#: The columns that are scores, which are NULL where a node has none.
SCORES = ("pagerank", "harmonic_centrality", "trust", "authority", "percentile")
COLUMNS = ("domain", "hosts", "indegree", "outdegree", *SCORES)
_BLOCKS_OF_NAMES = 256


class ExportSummary(msgspec.Struct, kw_only=True):
    """What an export wrote."""

    release: str
    file: str
    rows: int
    bytes: int
    #: The scores that the release has; the other columns are NULL.
    scores: list[str]
    steps: list[Step]


def web_export(
    index: str | Path,
    out: Path,
    name: str | None = None,
    *,
    on_rows: Callable[[int, int], None] | None = None,
) -> ExportSummary:
    """Write the release ``name`` (else the newest) to the Parquet file ``out``, whole or not at all.

    Columns: ``domain`` as people write it, ``hosts`` (NULL in a graph of hosts), ``indegree`` and ``outdegree`` in
    other domains, then ``SCORES``. ``on_rows`` is told rows done and rows in all.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    release = open_release(Path(index), name)
    scores = {score: release.score(score) for score in SCORES}
    schema = pa.schema(
        [
            ("domain", pa.string()),
            ("hosts", pa.uint32()),
            ("indegree", pa.int64()),
            ("outdegree", pa.int64()),
            *((score, pa.float64()) for score in SCORES),
        ],
        metadata={"backlit": msgspec.json.encode(_about(release)).decode()},
    )
    if not out.parent.is_dir():
        raise InputError(f"{out} cannot be written: there is no folder {out.parent}.")
    temporary = out.with_name(f".{out.name}.{os.getpid()}.tmp")
    steps = Steps()
    try:
        with told_when_full(out), steps.step("export"):
            with pq.ParquetWriter(
                temporary, schema, compression="zstd", write_statistics=["domain"]
            ) as writer:
                first = 0
                for names in release.names.pieces(blocks=_BLOCKS_OF_NAMES):
                    last = first + names.count
                    writer.write_batch(_rows(release, names, first, last, scores, schema))
                    first = last
                    if on_rows is not None:
                        on_rows(first, release.nodes)
            os.replace(temporary, out)
    finally:
        temporary.unlink(missing_ok=True)
    return ExportSummary(
        release=release.title,
        file=str(out),
        rows=release.nodes,
        bytes=out.stat().st_size,
        scores=[score for score, values in scores.items() if values is not None],
        steps=steps.done,
    )


def _rows(
    release: Release, names: NameBuffer, first: int, last: int, scores: dict[str, Any], schema: Any
) -> Any:
    import pyarrow as pa

    incoming, outgoing = release.degrees(np.arange(first, last))
    hosts = release.hosts
    columns = [
        _texts(names.turned()),
        pa.nulls(last - first, pa.uint32()) if hosts is None else pa.array(hosts[first:last]),
        pa.array(incoming),
        pa.array(outgoing),
    ]
    for values in scores.values():
        if values is None:
            columns.append(pa.nulls(last - first, pa.float64()))
        else:
            columns.append(pa.array(values[first:last].astype(np.float64), from_pandas=True))
    return pa.record_batch(columns, schema=schema)


def _texts(names: NameBuffer) -> Any:
    """Names as texts; bytes that are no UTF-8 are written as escapes."""
    import pyarrow as pa

    offsets = names.offsets.astype(np.int32)
    array = pa.Array.from_buffers(
        pa.binary(), names.count, [None, pa.py_buffer(offsets), pa.py_buffer(names.text)]
    )
    try:
        return array.cast(pa.string())
    except pa.ArrowInvalid:
        return pa.array([name.decode("utf-8", "backslashreplace") for name in names.to_list()], pa.string())


def _about(release: Release) -> dict[str, Any]:
    return {
        "release": release.title,
        "data_date": release.info.data_date,
        "data": release.info.data,
        "scores": release.score_generation,
        "made_by": {name: one.about for name, one in release.score_info.items() if name in SCORES},
    }
