"""Answers that take longer than a page may: computed beside the requests by one thread, and the latest ones kept.

A page asks with a key that names everything the answer depends on (generation, target, decisions, options); so an
answer is never out of date, only no longer asked for.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Literal

from backlit.errors import BacklitError

LOG = logging.getLogger("backlit.server")
#: Answers kept, and waiting; after a failure it is tried again no sooner than this.
KEPT = 12
_WAITING = 20
_AGAIN_SECONDS = 30.0
_LOCK = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """How far an answer is: ``value`` once it is ready, ``said`` why it failed."""

    state: Literal["ready", "working", "waiting", "busy", "failed"]
    value: Any = None
    said: str | None = None
    stage: str | None = None
    seconds: float = 0.0

    @property
    def pending(self) -> bool:
        """Whether it is worth asking again soon."""
        return self.state in ("working", "waiting", "busy")


class Prepared:
    """The answers of one server. Thread-safe."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._kept: OrderedDict[Hashable, Answer] = OrderedDict()
        self._failed_at: dict[Hashable, float] = {}
        self._queue: OrderedDict[Hashable, Callable[[], Any]] = OrderedDict()
        self._at_work: Hashable = None
        self._begun = 0.0
        self._thread: threading.Thread | None = None

    def ask(self, key: Hashable, make: Callable[[], Any], *, wait: float = 0.0) -> Answer:
        """The answer of ``key``, made by ``make``; waits for it no longer than ``wait`` seconds."""
        until = time.monotonic() + wait
        with self._changed:
            while (answer := self._ask(key, make)).pending and (left := until - time.monotonic()) > 0:
                self._changed.wait(left)
        return answer

    def _ask(self, key: Hashable, make: Callable[[], Any]) -> Answer:
        found = self._kept.get(key)
        if found is not None:
            again = found.state == "failed" and time.monotonic() - self._failed_at[key] > _AGAIN_SECONDS
            if not again:
                self._kept.move_to_end(key)
                return found
            del self._kept[key]
        if key == self._at_work:
            return Answer(state="working", seconds=time.monotonic() - self._begun)
        if key not in self._queue:
            if len(self._queue) >= _WAITING:
                return Answer(state="busy")
            self._queue[key] = make
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="prepared", daemon=True)
                self._thread.start()
        return Answer(state="waiting")

    def _work(self) -> None:
        while True:
            with self._changed:
                if not self._queue:
                    # Nothing to do: the next one that asks begins anew.
                    self._thread = None
                    return
                key, make = self._queue.popitem(last=False)
                self._at_work, self._begun = key, time.monotonic()
            try:
                made = Answer(state="ready", value=make())
            except BacklitError as error:
                made = Answer(state="failed", said=str(error))
            except Exception as error:
                LOG.error("An answer for a page could not be computed: %s", error, exc_info=error)
                made = Answer(state="failed", said="The log of the server says more.")
            with self._changed:
                self._at_work = None
                self._kept[key] = made
                self._failed_at[key] = time.monotonic()
                while len(self._kept) > KEPT:
                    gone, _ = self._kept.popitem(last=False)
                    del self._failed_at[gone]
                self._changed.notify_all()


def prepared_of(app: Any) -> Prepared:
    """The answers of the server ``app``."""
    with _LOCK:
        if not hasattr(app.state, "prepared"):
            app.state.prepared = Prepared()
        found: Prepared = app.state.prepared
        return found
