"""The benches as tables: every attack a row; every scheme and kind of a generated world a row."""

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
from backlit.worlds.tables import FULL_SIZE, iso, write_world
from backlit.worlds.webarchive import write_pages

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


WORLD_SCHEMA = pa.schema(
    [
        ("scheme_or_kind", pa.string()),
        ("toxic", pa.bool_()),
        ("campaigns", pa.int64()),
        ("site_pairs", pa.int64()),
        ("links", pa.int64()),
    ]
)


def world_bench(
    folder: Path, seed: int, *, sites: int = FULL_SIZE, form: str = "csv", archive: bool = False
) -> Result:
    """Write a generated world into a folder (``archive``: its pages as WARC, too) and say what is in it."""
    world = write_world(folder, seed, sites=sites, form=form)
    notes = [
        f"{len(world.sites):,} sites, {len(world.pages):,} pages and {world.links:,} links are in {folder}."
    ]
    if archive:
        notes.append(f"The pages are in {write_pages(world, folder)}.")
    notes.append("truth.csv is for evaluation alone: do not add it to an index.")
    links: dict[tuple[bool, str], int] = {}
    pairs: dict[tuple[bool, str], set[tuple[str, str]]] = {}
    campaigns: dict[tuple[bool, str], set[str]] = {}
    for page in world.pages:
        for link in page.links:
            key = (link.label.toxic, link.label.what)
            links[key] = links.get(key, 0) + 1
            pairs.setdefault(key, set()).add((page.site.key, link.target.key))
            campaigns.setdefault(key, set()).add(link.label.campaign)
    rows = [
        {
            "scheme_or_kind": what,
            "toxic": toxic,
            "campaigns": len(campaigns[toxic, what] - {""}),
            "site_pairs": len(pairs[toxic, what]),
            "links": links[toxic, what],
        }
        for toxic, what in sorted(links, key=lambda key: (not key[0], key[1]))
    ]
    return Result(
        pa.Table.from_pylist(rows, schema=WORLD_SCHEMA),
        Provenance((f"generated world, seed {seed}",), iso(world.end), 0),
        total=len(rows),
        notes=notes,
    )
