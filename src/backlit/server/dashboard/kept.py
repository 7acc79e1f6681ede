"""Answers that are the same for a whole generation, kept for those who look at a page again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

Answer = TypeVar("Answer")


class Kept:
    """At most ``most`` answers; the one that was not asked for longest goes first. Thread-safe."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()

    def get(
        self, key: Hashable, make: Callable[[], Answer], keep: Callable[[Answer], bool] = lambda _: True
    ) -> Answer:
        """The answer of ``key``, made where there is none, and kept if ``keep`` says so."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                found: Answer = self._answers[key]
                return found
        # Made outside of the lock: two who ask at once may make it twice, and nobody waits for another's.
        found = make()
        if keep(found):
            with self._lock:
                self._answers[key] = found
                while len(self._answers) > self._most:
                    self._answers.popitem(last=False)
        return found
