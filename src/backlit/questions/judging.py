"""One judge for each generation and settings, kept while its reader's generation is asked."""

from __future__ import annotations

import threading
from collections.abc import Callable

from backlit.index import Reader
from backlit.settings import Settings
from backlit.verdicts.judge import Judge

_LOCK = threading.Lock()
_KEPT: dict[tuple[str, str, str], Judge] = {}


def judge_of(reader: Reader, settings: Settings, progress: Callable[[str], None] | None = None) -> Judge:
    """The judge of ``reader``'s generation under ``settings``; the last one asked for is kept."""
    key = (str(reader.layout.root.resolve()), reader.identity, settings.digest)
    with _LOCK:
        found = _KEPT.get(key)
        if found is None:
            found = Judge.of(reader, settings, progress)
            _KEPT.clear()
            _KEPT[key] = found
        return found
