"""Publishing a generation: facts from staged inputs, scores from the facts, then one manifest."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeAlias

import msgspec

from backlit.authority.borrowed import scores_of_release
from backlit.authority.own import OwnAuthority, own_authority
from backlit.authority.parts import Parts
from backlit.index.build import Builder, Snapshot
from backlit.index.files import make_durable
from backlit.index.layout import DataFile, Layout, Manifest, ScoreSource, empty_manifest
from backlit.index.memory import use_system_memory
from backlit.index.scores import SCORE_TABLES, read_edges, read_page_counts, read_trusted, write_scores
from backlit.index.staging import StagedInput
from backlit.settings import Settings
from backlit.version import __version__
from backlit.web.domain import list_date, split_host

#: Scores of the domains and of the sources of the edges, and the release they come from.
Judged: TypeAlias = tuple[OwnAuthority, ScoreSource | None]
Progress = Callable[[str, int, int], None]


def current(layout: Layout) -> Manifest:
    """The manifest to build on: the published one, or an empty one."""
    return layout.read_manifest() if layout.exists() else empty_manifest(4)


def publish(
    layout: Layout,
    inputs: list[StagedInput],
    snapshots: list[Snapshot],
    settings: Settings,
    *,
    threads: int,
    progress: Progress = lambda stage, done, total: None,
    compact: bool = False,
) -> Manifest:
    """Build and publish the next generation. The caller holds the writer lock.

    What was published before stays readable until the last moment, and is what remains if
    anything goes wrong on the way.
    """
    use_system_memory()
    before = current(layout)
    builder = Builder(layout, before, settings, threads, progress)

    parts = Parts(layout, settings, builder.generation)

    def judge(files: list[DataFile]) -> Judged:
        return _judged(layout, files, settings)

    # The graph is complete when the rollups are: its authority is found while the second
    # orientation is still being written.
    with ThreadPoolExecutor(1) as beside:
        judged: list[Future[Judged]] = []
        facts = builder.build(
            inputs,
            snapshots,
            compact=compact,
            counted=lambda files: judged.append(beside.submit(judge, files)),
            weigher=parts,
        )
        progress("authority", 0, 1)
        handed = parts.finish(facts.files, threads)
        facts = msgspec.structs.replace(facts, files=[*facts.files, *handed])
        scored = _scored(layout, facts, judged[0].result(), settings, threads)
    progress("authority", 1, 1)
    manifest = msgspec.structs.replace(scored, code_version=__version__, suffix_list_date=list_date())
    _published(layout, before, manifest)
    return manifest


def publish_scores(layout: Layout, settings: Settings, *, threads: int) -> Manifest:
    """Publish a generation of the same facts with the score layer made anew. The caller holds the writer lock.

    Weights and parts of links are facts: their files stay.
    """
    use_system_memory()
    before = layout.read_manifest()
    facts = msgspec.structs.replace(before, generation=before.generation + 1)
    manifest = _scored(layout, facts, _judged(layout, facts.files, settings), settings, threads)
    _published(layout, before, manifest)
    return manifest


def _judged(layout: Layout, files: list[DataFile], settings: Settings) -> Judged:
    """The scores of the domains: of the newest ranked release, else of the index's own graph."""
    edges = read_edges(layout.data, files)
    trusted = {split_host(host)[0] for host in read_trusted(layout.data, files)}
    own = own_authority(edges, read_page_counts(layout.data, files), settings, trusted=sorted(trusted))
    return scores_of_release(layout.root, edges, own)


def _scored(layout: Layout, facts: Manifest, judged: Judged, settings: Settings, threads: int) -> Manifest:
    """``facts`` with a score layer of their generation, written and not yet published."""
    found, source = judged
    scores = write_scores(
        layout.data,
        facts,
        found.domains,
        found.source_authority,
        generation=facts.generation,
        storage=settings.storage,
        threads=threads,
        source_rank=found.source_rank,
        equity_scale=(found.damping, found.scale.low, found.scale.high, found.trusted),
    )
    kept = [f for f in facts.files if f.table not in SCORE_TABLES]
    return msgspec.structs.replace(
        facts, score_generation=facts.generation, files=kept + scores, scores_from=source
    )


def _published(layout: Layout, before: Manifest, manifest: Manifest) -> None:
    standing = set(before.files)
    make_durable(layout.data, (f for f in manifest.files if f not in standing))
    layout.publish(manifest)
