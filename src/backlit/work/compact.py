"""Compacting: one base file a bucket, the number of buckets that the size asks for."""

from __future__ import annotations

import os
from pathlib import Path

from backlit.index.layout import Layout, Manifest
from backlit.settings import Settings, default
from backlit.work.disk import told_when_full
from backlit.work.publish import Progress, publish


def compact(
    index_path: str | Path,
    *,
    settings: Settings | None = None,
    threads: int | None = None,
    progress: Progress = lambda stage, done, total: None,
) -> Manifest:
    """Fold all deltas into their bases and bring the buckets to the number the size asks for."""
    layout = Layout(Path(index_path))
    layout.read_manifest()
    with told_when_full(layout.root), layout.writer():
        layout.clean()

        manifest = publish(
            layout,
            [],
            [],
            settings or default(),
            threads=threads or os.cpu_count() or 1,
            progress=progress,
            compact=True,
        )
        layout.clean()
    return manifest
