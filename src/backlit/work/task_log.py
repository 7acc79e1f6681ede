"""The log of the API's tasks: written behind the answers, complete for whoever reads it.

A task waits in memory until a second has passed or many wait, then all are written at once; reading writes
first. Where the index directory is not to be written to, the newest stay in memory alone.
"""

from __future__ import annotations

import atexit
import json
import logging
import threading
import weakref
import zlib
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from backlit import settings
from backlit.errors import BacklitError
from backlit.state.store import open_state
from backlit.state.tasks import Task, Wanted, add_tasks, find_tasks

_log = logging.getLogger(__name__)

__all__ = ["Task", "TaskLog", "Wanted", "asked_of", "packed"]


def packed(asked: Mapping[str, Any]) -> bytes | None:
    """The parameters of a task as the log keeps them; ``None`` when they are too long."""
    text = json.dumps(asked, separators=(",", ":"))
    if len(text) > settings.default().tasks.asked_bytes:
        return None
    return zlib.compress(text.encode("ascii"), 1)


def asked_of(task: Task) -> dict[str, Any] | None:
    """The parameters of a task; ``None`` where they were not kept."""
    if task.asked is None:
        return None
    found: dict[str, Any] = json.loads(zlib.decompress(task.asked))
    return found


class TaskLog:
    """The log of one index. Its methods may be called from many threads."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._rules = settings.default().tasks
        self._waiting: list[Task] = []
        self._kept: deque[Task] = deque(maxlen=self._rules.waiting)
        self._timer: threading.Timer | None = None
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._told = False
        atexit.register(_last, weakref.ref(self))

    def add(self, task: Task) -> None:
        """Log a task. Never waits for the disk unless very many tasks wait already."""
        with self._lock:
            self._waiting.append(task)
            many = len(self._waiting) >= self._rules.waiting
            if self._timer is None and not many:
                self._timer = threading.Timer(self._rules.write_seconds, self.flush)
                self._timer.daemon = True
                self._timer.start()
        if many:
            self.flush()

    def find(self, wanted: Wanted) -> list[Task]:
        """The tasks that are wanted; every task that was added before is among what is looked at."""
        self.flush()
        if not self._kept:
            try:
                with open_state(self._root, write=False) as state:
                    return find_tasks(state, wanted)
            except BacklitError as exc:
                self._tell(exc)
        return _find(list(self._kept), wanted)

    def flush(self) -> None:
        """Write what waits."""
        with self._writing:
            with self._lock:
                tasks, self._waiting = self._waiting, []
                timer, self._timer = self._timer, None
            if timer is not None:
                timer.cancel()
            if tasks:
                self._write(tasks)

    def _write(self, tasks: list[Task]) -> None:
        # What could not be written before goes first, so that nothing is out of order once it can.
        tasks = [*self._kept, *tasks]
        try:
            with open_state(self._root, write=True) as state:
                add_tasks(state, tasks, rows=self._rules.rows, asked_rows=self._rules.asked_rows)
            self._kept.clear()
        except BacklitError as exc:
            self._kept.clear()
            self._kept.extend(tasks)
            self._tell(exc)

    def _tell(self, exc: BacklitError) -> None:
        if not self._told:
            self._told = True
            _log.warning("The log of tasks stays in memory and ends with this server: %s", exc)


def _last(log: Callable[[], TaskLog | None]) -> None:
    found = log()
    if found is not None:
        found.flush()


def _find(tasks: list[Task], wanted: Wanted) -> list[Task]:
    """As ``find_tasks``, of tasks in memory."""
    found = [
        task
        for task in tasks
        if wanted.first <= task.posted < wanted.end
        and (task.failed or not wanted.failed)
        and (task.function in wanted.functions or not wanted.functions)
        and task.function not in wanted.without
    ]
    # Sorting is stable both ways: of tasks of the same moment the later one comes last, or first.
    found.sort(key=lambda task: task.posted)
    if wanted.descending:
        found.reverse()
    return found[wanted.offset : wanted.offset + wanted.limit]
