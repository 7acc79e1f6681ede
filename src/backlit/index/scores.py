"""The score layer: what depends on authority, kept apart from the facts.

``domains`` has one row a domain of the index's graph. ``referring_scores`` stands beside
each file of the ``referring`` rollup, row by row: authority and rank of the referring domain. So a
question about one target never touches the table of all domains, and a new authority rewrites
these files and nothing else. ``equity_scale`` is one row: what turns the rank of a link into a score.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa

from backlit.index.files import read_table, write_table
from backlit.index.layout import DataFile, Manifest
from backlit.index.order import sort_table
from backlit.settings import Storage

#: One row a domain; ``rank`` counts from 1, ``percentile`` is the share of domains below.
DOMAINS = pa.schema(
    [
        ("domain", pa.string()),
        ("authority", pa.float64()),
        ("pagerank", pa.float64()),
        ("rank", pa.int64()),
        ("percentile", pa.float64()),
        ("referring_domains", pa.int64()),
        ("referring_links", pa.int64()),
        ("linked_domains", pa.int64()),
        ("pages", pa.int64()),
    ]
)

#: The tables of the score layer.
SCORE_TABLES = ("domains", "referring_scores", "equity_scale")


def read_edges(data: Path, files: list[DataFile]) -> pa.Table:
    """All domain edges: ``source_domain, target_domain, links, weight``; domains dictionary-coded.

    They are the ``referring`` rollup, which is in the order of targets; ``out`` has the same
    pairs in the order of sources. ``weight`` is that of the best live link, from ``referring_weights``.
    """
    domains = ["source_domain", "target_domain"]
    weights = {f.bucket: f for f in files if f.table == "referring_weights"}
    tables = [
        read_table(data, f, [*domains, "links"], coded=domains).append_column(
            "weight", read_table(data, weights[f.bucket])["weight"]
        )
        for f in files
        if f.table == "referring"
    ]
    if not tables:
        text = pa.string()
        return pa.table(
            [pa.array([], text), pa.array([], text), pa.array([], pa.int64()), pa.array([], pa.float64())],
            names=["source_domain", "target_domain", "links", "weight"],
        )
    return pa.concat_tables(tables).combine_chunks()


def read_page_counts(data: Path, files: list[DataFile]) -> pa.Table:
    """Known pages of each domain: ``domain, pages``."""
    tables = [read_table(data, f, ["domain"]) for f in files if f.table == "pages"]
    if not tables:
        return pa.table([pa.array([], pa.string()), pa.array([], pa.int64())], names=["domain", "pages"])
    counts = pa.concat_tables(tables).group_by("domain", use_threads=False).aggregate([([], "count_all")])
    return counts.rename_columns(["domain", "pages"])


def read_trusted(data: Path, files: list[DataFile]) -> list[str]:
    """The hosts that the user calls trusted, in order."""
    hosts = {
        h for f in files if f.table == "trusted" for h in read_table(data, f, ["host"])["host"].to_pylist()
    }
    return sorted(hosts - {None})


def write_scores(
    data: Path,
    manifest: Manifest,
    domains: pa.Table,
    source_authority: pa.Array,
    *,
    generation: int,
    storage: Storage,
    threads: int,
    source_rank: pa.Array | None = None,
    equity_scale: tuple[float, float, float, int] | None = None,
) -> list[DataFile]:
    """Write the score layer for the facts of ``manifest``.

    ``domains`` has the ``DOMAINS`` columns; ``source_authority`` is that of the source of each
    row of ``read_edges``, in its order, which is that of the ``referring`` files; so is ``source_rank``, NULL where
    it is unknown. ``equity_scale``: damping, the ranks that score 1 and 100, and the number of trusted domains.
    Without these two the equity of links is unknown.
    """
    if domains.num_rows == 0:
        return []
    domains = sort_table(domains, ("domain",))
    files = [write_table(data, domains, name="domains", generation=generation, storage=storage)]
    if equity_scale is not None:
        names = ["damping", "low", "high", "trusted"]
        scale = pa.table([pa.array([value]) for value in equity_scale], names=names)
        files.append(write_table(data, scale, name="equity_scale", generation=generation, storage=storage))
    referring = manifest.table("referring")
    ranks = pa.nulls(len(source_authority), pa.float64()) if source_rank is None else source_rank
    begins = np.cumsum([0, *(f.rows for f in referring)]).tolist()

    def one(file: DataFile, begin: int) -> DataFile:
        return write_table(
            data,
            pa.table(
                [scores.slice(begin, file.rows) for scores in (source_authority, ranks)],
                names=["source_authority", "source_rank"],
            ),
            name="referring_scores",
            generation=generation,
            storage=storage,
            bucket=file.bucket,
        )

    with ThreadPoolExecutor(threads) as pool:
        files += list(pool.map(one, referring, begins[:-1]))
    return files
