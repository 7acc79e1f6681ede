"""One judge for each generation and settings, kept while its reader's generation is asked."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable

from backlit.index import Reader
from backlit.settings import Settings
from backlit.verdicts.judge import Judge

_LOCK = threading.Lock()
_KEPT: dict[tuple[str, int, str, str, str], Judge] = {}


def judge_of(reader: Reader, settings: Settings, progress: Callable[[str], None] | None = None) -> Judge:
    """The judge of ``reader``'s generation under ``settings``; the last one asked for is kept."""
    manifest = reader.manifest
    # An index that was deleted and made anew begins to count again: its files tell it from the one before.
    files = hashlib.blake2b(" ".join(file.digest for file in manifest.files).encode()).hexdigest()
    root = str(reader.layout.root.resolve())
    key = (root, manifest.generation, manifest.created, files, settings.digest)
    with _LOCK:
        found = _KEPT.get(key)
        if found is None:
            found = Judge.of(reader, settings, progress)
            _KEPT.clear()
            _KEPT[key] = found
        return found
