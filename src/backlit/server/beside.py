"""Work that takes longer than an answer may: done beside the requests by one thread, its outcomes kept.

Who asks gives a key that names everything the outcome depends on, and gets what there is: the outcome, that it is
worked on, or why it failed. So an outcome is never out of date, only no longer asked for. One thread works, on one key
after the other; it ends when there is nothing to do, and the next one who asks begins it anew.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from backlit.errors import BacklitError

LOG = logging.getLogger("backlit.server")
_STOP_SECONDS = 2.0

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, kw_only=True)
class Outcome(Generic[V]):
    """How far a work is: ``value`` once it is ready, ``said`` why it failed, ``stage`` what is being done."""

    state: Literal["ready", "working", "waiting", "busy", "failed"]
    value: V | None = None
    said: str | None = None
    stage: str | None = None
    seconds: float = 0.0

    @property
    def pending(self) -> bool:
        """Whether it is worth asking again soon."""
        return self.state in ("working", "waiting", "busy")


class Beside(Generic[K, V]):
    """The works of one kind, by their keys. Thread-safe.

    At most ``most_waiting`` keys wait for the thread, and as many failures are remembered; a failed key is tried again
    no sooner than after ``again_seconds``. ``trim`` drops what need not be kept, the one not asked for longest first,
    after each outcome; it is called with the lock held.
    """

    def __init__(
        self, name: str, *, most_waiting: int, again_seconds: float, trim: Callable[[OrderedDict[K, V]], None]
    ) -> None:
        self._name = name
        self._most_waiting = most_waiting
        self._again_seconds = again_seconds
        self._trim = trim
        self._changed = threading.Condition()
        self._kept: OrderedDict[K, V] = OrderedDict()
        self._failed: OrderedDict[K, tuple[float, str]] = OrderedDict()
        self._queue: OrderedDict[K, Callable[[], V]] = OrderedDict()
        self._at_work: K | None = None
        self._stage: str | None = None
        self._begun = 0.0
        self._thread: threading.Thread | None = None
        self._stopping = False

    @property
    def busy(self) -> bool:
        """Whether the thread is at work: it cannot be stopped before it is done with a key."""
        return self._at_work is not None

    @property
    def kept(self) -> dict[K, V]:
        """What is kept, the one not asked for longest first."""
        with self._changed:
            return dict(self._kept)

    def heard(self, stage: str) -> None:
        """What the work at hand has come to, for those who ask."""
        self._stage = stage

    def ask(self, key: K, make: Callable[[], V], *, wait: float = 0.0, start: bool = True) -> Outcome[V]:
        """The outcome of ``key``, made by ``make`` if told to ``start``; waits for it up to ``wait`` seconds."""
        until = time.monotonic() + wait
        with self._changed:
            while (found := self._ask(key, make, start)).pending and (left := until - time.monotonic()) > 0:
                self._changed.wait(left)
        return found

    def stop(self) -> None:
        """Work on nothing more."""
        with self._changed:
            self._stopping = True
            self._queue.clear()
            self._changed.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(_STOP_SECONDS)

    def _ask(self, key: K, make: Callable[[], V], start: bool) -> Outcome[V]:
        if key in self._kept:
            self._kept.move_to_end(key)
            return Outcome(state="ready", value=self._kept[key])
        if key == self._at_work:
            return Outcome(state="working", stage=self._stage, seconds=time.monotonic() - self._begun)
        if key in self._failed:
            at, said = self._failed[key]
            if time.monotonic() - at < self._again_seconds or not start:
                return Outcome(state="failed", said=said)
            del self._failed[key]
        if key not in self._queue:
            if len(self._queue) >= self._most_waiting or not start or self._stopping:
                return Outcome(state="busy")
            self._queue[key] = make
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
                self._thread.start()
        return Outcome(state="waiting")

    def _work(self) -> None:
        while True:
            with self._changed:
                if not self._queue:
                    self._thread = None
                    return
                key, make = self._queue.popitem(last=False)
                self._at_work, self._stage, self._begun = key, None, time.monotonic()
            made: list[V] = []
            said = "The log of the server says more."
            try:
                made.append(make())
            except BacklitError as error:
                said = str(error)
            except Exception as error:
                LOG.error("Work beside the requests (%s) failed: %s", self._name, error, exc_info=error)
            with self._changed:
                self._at_work = None
                if made:
                    self._kept[key] = made[0]
                    self._trim(self._kept)
                else:
                    self._failed[key] = (time.monotonic(), said)
                    while len(self._failed) > self._most_waiting:
                        self._failed.popitem(last=False)
                self._changed.notify_all()
