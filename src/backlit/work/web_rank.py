"""Ranking a web-graph release: PageRank, harmonic centrality, trusted core, authority, trust, topics."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from backlit.authority.ranking import memory_for, rank_release
from backlit.authority.stored import Ranking, stored_ranking
from backlit.errors import IndexLocked, IndexNotFound, InputError, Interrupted, ResourceError
from backlit.index import Index
from backlit.index.layout import Layout
from backlit.release.manifest import Step
from backlit.release.release import Release, open_release
from backlit.release.steps import Steps
from backlit.settings import Settings, default
from backlit.web.domain import split_host
from backlit.work.disk import told_when_full
from backlit.work.publish import publish_scores

__all__ = ["RankSummary", "Step", "web_rank"]


class RankSummary(msgspec.Struct, kw_only=True):
    """What a ranking computed, and what it cost."""

    release: str
    nodes: int
    edges: int
    data_date: str | None
    ranking: Ranking
    steps: list[Step]
    #: The generation of the index whose listings show the authority of its newest ranked release from now on;
    #: ``None``: the index has no links, or another writer holds it and will take the scores along.
    index_generation: int | None = None


def web_rank(
    index: str | Path,
    name: str | None = None,
    *,
    trust: Sequence[str] = (),
    distrust: Sequence[str] = (),
    scale_of: str | None = None,
    memory: int | None = None,
    threads: int | None = None,
    settings: Settings | None = None,
    on_step: Callable[[Step], None] | None = None,
) -> RankSummary:
    """Compute all scores of the release ``name`` (else the newest) and keep them with it.

    ``trust`` and ``distrust`` name domains to put into the trusted core and to keep out of it; the trusted sites that
    were added to the index count like those. ``scale_of`` names
    another ranked release whose scale is used, so that scores of both can be compared point by point.

    If the index has links of its own, its score layer is written anew, as a new generation.
    """
    root = Path(index)
    release = open_release(root, name)
    _check_memory(release, memory)
    scale = None
    if scale_of is not None:
        other = open_release(root, scale_of)
        ranking = stored_ranking(other)
        if ranking is None:
            raise InputError(f"{other.title} has no authority yet: rank it first.")
        scale = ranking.scale
    steps = Steps(on_step)
    try:
        with told_when_full(root):
            ranking = rank_release(
                release,
                settings or default(),
                steps,
                add=sorted({*trust, *_trusted_in(root)} - set(distrust)),
                remove=distrust,
                scale=scale,
                threads=threads,
            )
            with steps.step("listings"):
                generation = _rescored(root, settings or default(), threads)
    except KeyboardInterrupt:
        raise Interrupted(
            "Stopped. The release has the scores it had before, or the new ones if they were finished; the same "
            "command goes on behind the last step that ended."
        ) from None
    return RankSummary(
        release=release.title,
        nodes=release.nodes,
        edges=release.info.edges,
        data_date=release.info.data_date,
        ranking=ranking,
        steps=steps.done,
        index_generation=generation,
    )


def _rescored(root: Path, settings: Settings, threads: int | None) -> int | None:
    """Let the listings of an index with links show the scores of its releases."""
    layout = Layout(root)
    if not layout.exists() or not layout.read_manifest().links:
        return None
    try:
        with layout.writer():
            layout.clean()
            manifest = publish_scores(layout, settings, threads=threads or os.cpu_count() or 1)
            layout.clean()
    except IndexLocked:
        return None
    return manifest.generation


def _trusted_in(root: Path) -> list[str]:
    """The domains of the trusted sites that were added to the index, if there is one."""
    try:
        index = Index.open(root)
    except IndexNotFound:
        return []
    with index.reader() as reader:
        hosts = reader.query(f"SELECT DISTINCT host FROM {reader.trusted_sql()} AS t")["host"].to_pylist()
    return sorted({split_host(host)[0] for host in hosts})


def _check_memory(release: Release, memory: int | None) -> None:
    need = memory_for(release.nodes, release.nodes - release.info.dangling)
    if memory is not None and memory < need:
        raise ResourceError(
            f"Ranking {release.title} needs about {need / 1e9:,.1f} GB ({release.nodes:,} nodes), "
            f"and {memory / 1e9:,.1f} GB were allowed: allow more with --memory."
        )
