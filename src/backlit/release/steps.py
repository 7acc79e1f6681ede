"""The steps of a long job, measured: seconds on the clock, seconds of processor, the most memory held.

The system keeps the greatest memory of the whole process only. Where a step raises that, the step's peak is
exact; where it stays below what an earlier step held, the peak is the greatest of samples taken twenty times a second.
Memory means resident pages: mapped files count as far as they are in memory, and can be taken away.
"""

from __future__ import annotations

import os
import resource
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from backlit.release.manifest import Step

_EVERY = 0.05


class Steps:
    """Measures the steps of a job, one after the other; ``done`` has those that ended well."""

    def __init__(self, tell: Callable[[Step], None] | None = None, done: list[Step] | None = None) -> None:
        self.done: list[Step] = list(done or [])
        self._tell = tell

    def taken(self, step: Step) -> None:
        """A step that an earlier run ended, with what it cost then."""
        self.done.append(step)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure what is done inside; a step that fails is not kept.

        A step that an earlier run began is measured anew: the times are of this run.
        """
        before = _greatest()
        wall, cpu = time.monotonic(), time.process_time()
        with _sampled() as seen:
            yield
        greatest = _greatest()
        step = Step(
            name=name,
            wall_seconds=round(time.monotonic() - wall, 3),
            cpu_seconds=round(time.process_time() - cpu, 3),
            peak_bytes=greatest if greatest > before else min(max(seen), greatest),
        )
        self.done.append(step)
        if self._tell is not None:
            self._tell(step)


@contextmanager
def _sampled() -> Iterator[list[int]]:
    """A list that has, at the end, the greatest of some samples of the memory held."""
    seen = [_held()]
    ended = threading.Event()

    def sample() -> None:
        while not ended.wait(_EVERY):
            seen[0] = max(seen[0], _held())

    thread = threading.Thread(target=sample, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        ended.set()
        thread.join()
        seen[0] = max(seen[0], _held())


def _held() -> int:
    """Bytes of memory the process holds now, where the system says so; else the greatest so far."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return _greatest()


def _greatest() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
