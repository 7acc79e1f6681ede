"""Publishing a generation: facts from staged inputs, scores from the facts, then one manifest."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import msgspec

from backlit.authority.own import OwnAuthority, own_authority
from backlit.authority.parts import Parts
from backlit.index.build import Builder, Snapshot
from backlit.index.files import make_durable
from backlit.index.layout import DataFile, Layout, Manifest, empty_manifest
from backlit.index.memory import use_system_memory
from backlit.index.scores import SCORE_TABLES, read_edges, read_page_counts, read_trusted, write_scores
from backlit.index.staging import StagedInput
from backlit.settings import Settings
from backlit.version import __version__
from backlit.web.domain import list_date, split_host

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

    def judge(files: list[DataFile]) -> OwnAuthority:
        edges = read_edges(layout.data, files)
        trusted = {split_host(host)[0] for host in read_trusted(layout.data, files)}
        return own_authority(edges, read_page_counts(layout.data, files), settings, trusted=sorted(trusted))

    # The graph is complete when the rollups are: its authority is found while the second
    # orientation is still being written.
    with ThreadPoolExecutor(1) as beside:
        judged: list[Future[OwnAuthority]] = []
        facts = builder.build(
            inputs,
            snapshots,
            compact=compact,
            counted=lambda files: judged.append(beside.submit(judge, files)),
            weigh=parts.bucket,
        )
        progress("authority", 0, 1)
        handed = parts.finish(facts.files, threads)
        own = judged[0].result()
    scores = write_scores(
        layout.data,
        facts,
        own.domains,
        own.source_authority,
        generation=facts.generation,
        storage=settings.storage,
        threads=threads,
        source_rank=own.source_rank,
        equity_scale=(settings.authority.damping, own.scale.low, own.scale.high, own.trusted),
    )
    progress("authority", 1, 1)
    kept = [f for f in facts.files if f.table not in SCORE_TABLES]
    manifest = msgspec.structs.replace(
        facts,
        score_generation=facts.generation,
        code_version=__version__,
        suffix_list_date=list_date(),
        files=kept + handed + scores,
    )
    standing = set(before.files)
    make_durable(layout.data, (f for f in manifest.files if f not in standing))
    layout.publish(manifest)
    return manifest
