"""Answers that take longer than a page may: computed beside the requests, and the latest ones kept.

A page asks with a key that names everything the answer depends on (generation, target, decisions, options).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

from backlit.server.beside import Beside, Outcome

Answer = Outcome[Any]
Prepared = Beside[Hashable, Any]

#: Answers kept, and waiting; after a failure it is tried again no sooner than this.
KEPT = 12
_WAITING = 20
_AGAIN_SECONDS = 30.0
_LOCK = threading.Lock()


def _trim(kept: OrderedDict[Hashable, Any]) -> None:
    while len(kept) > KEPT:
        kept.popitem(last=False)


def prepared() -> Prepared:
    """A keeper of answers."""
    return Beside("prepared", most_waiting=_WAITING, again_seconds=_AGAIN_SECONDS, trim=_trim)


def prepared_of(app: Any) -> Prepared:
    """The answers of the server ``app``."""
    with _LOCK:
        if not hasattr(app.state, "prepared"):
            app.state.prepared = prepared()
        found: Prepared = app.state.prepared
        return found
