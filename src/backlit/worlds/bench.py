"""The attack bench as a table: every attack a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import pyarrow as pa

from backlit.errors import InputError
from backlit.questions.result import Provenance, Result
from backlit.settings import Settings
from backlit.worlds.attacks import Ground
from backlit.worlds.grounds import generated, read_field

SCHEMA = pa.schema(
    [
        ("shape", pa.string()),
        ("farm_sites", pa.int64()),
        ("stolen_links", pa.int64()),
        ("target", pa.int64()),
        ("target_percentile", pa.float64()),
        *((f"{name}_{when}", pa.float64())
          for name in ("uniform", "harmonic", "authority") for when in ("before", "after")),
        ("plain_cut_before", pa.bool_()),
        ("plain_cut_after", pa.bool_()),
        ("core_before", pa.bool_()),
        ("core_after", pa.bool_()),
        ("sponsors_before", pa.int64()),
        ("entered", pa.int64()),
        ("entered_from_afar", pa.int64()),
    ]
)  # fmt: skip


def attack_bench(
    edges: Path | None = None,
    *,
    sizes: Sequence[int] = (10, 100, 1_000, 10_000),
    stolen: Sequence[int] = (0, 5),
    percentiles: Sequence[float] = (50, 90, 99),
    settings: Settings | None = None,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Every shape of farm, at every size, with so many stolen links, for targets at these percentiles."""
    if any(not 0 <= p <= 100 for p in percentiles):
        raise InputError("Percentiles of targets lie between 0 and 100.")
    field = generated() if edges is None else read_field(edges)
    ground = Ground(field.graph, field.seeds, settings=settings, threads=threads)
    rows = [
        msgspec.structs.asdict(row)
        for row in ground.runs(sizes=sizes, stolen=stolen, percentiles=percentiles, progress=progress)
    ]
    notes = [field.says, f"The core: {ground.core.rule}", ground.authority.says]
    origin = "generated web" if edges is None else edges.name
    return Result(
        pa.Table.from_pylist(rows, schema=SCHEMA),
        Provenance((origin,), None, 0),
        total=len(rows),
        notes=notes,
    )
