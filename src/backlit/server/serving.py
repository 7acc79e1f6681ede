"""The index as a server sees it: one reader shared by all requests, of the newest generation.

A request pins the generation it began with. When the manifest changes, the next request opens the new
generation, and the reader of the old one is closed when the last request on it ends: no request ever
sees two generations, and none waits for a writer. An index that is gone is a sentence for each request
until it is back.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from backlit.errors import BacklitError
from backlit.index import Index

if TYPE_CHECKING:
    from backlit.index import Reader

#: What tells one manifest file from the next: it is replaced as a whole, so its inode changes.
_Mark = tuple[int, int, int, int]


class _Pinned:
    """A reader and the number of requests that use it."""

    def __init__(self, reader: Reader, mark: _Mark) -> None:
        self.reader = reader
        self.mark = mark
        self.users = 0
        self.retired = False


class Serving:
    """An index directory that is served. Opening nothing itself, it can be made before there is an index.

    Thread-safe. ``opened`` is called with each new reader.
    """

    def __init__(self, path: Path, *, opened: Callable[[Reader], None] | None = None) -> None:
        self.path = path
        self._opened = opened
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._current: _Pinned | None = None
        self._closed = False

    def index(self) -> Index:
        """The index. Raises ``IndexNotFound``, ``IndexTooNew``, ``IndexTooOld`` or ``IndexDamaged``."""
        return Index.open(self.path)

    @property
    def generation(self) -> int | None:
        """The generation that was read last; None before the first request and while there is no index."""
        current = self._current
        return None if current is None else current.reader.generation

    def state(self) -> tuple[int | None, BacklitError | None]:
        """The generation that stands now, and why none can be read if so: a look at one small file."""
        mark = self._mark()
        with self._lock:
            if mark is not None and self._current is not None and self._current.mark == mark:
                return self._current.reader.generation, None
        try:
            return self.index().manifest.generation, None
        except BacklitError as error:
            return None, error

    def peek(self) -> Reader | None:
        """The reader that is open, without pinning it: to look at what it keeps, not to ask it anything."""
        current = self._current
        return None if current is None else current.reader

    @contextlib.contextmanager
    def reader(self) -> Iterator[Reader]:
        """The reader of the newest generation, pinned until the block ends.

        Raises what ``Index.open`` does when there is no index, or none that can be read.
        """
        pinned = self._take()
        try:
            yield pinned.reader
        finally:
            self._give_back(pinned)

    def close(self) -> None:
        """Let go of the index; requests that still run keep their readers until they end."""
        self._closed = True
        self._replace(None)

    def __enter__(self) -> Serving:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _mark(self) -> _Mark | None:
        try:
            found = os.stat(self.path / "manifest.json")
        except OSError:
            return None
        return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size

    def _take(self) -> _Pinned:
        pinned = self._join(self._mark())
        if pinned is not None:
            return pinned
        # Opening may take a while; requests on a generation that is open do not wait for it.
        with self._opening:
            mark = self._mark()
            pinned = self._join(mark)
            if pinned is not None:
                return pinned
            try:
                reader = self.index().reader()
            except BaseException:
                # Not to be read now; what was read before is not served as if it were there.
                self._replace(None)
                raise
            if self._opened is not None:
                self._opened(reader)
            # Had the manifest changed since it was looked at, the mark would only be out of date:
            # the next request opens the index again.
            pinned = _Pinned(reader, mark or (0, 0, 0, 0))
            pinned.users = 1
            self._replace(pinned)
            return pinned

    def _join(self, mark: _Mark | None) -> _Pinned | None:
        """The current reader with one user more, if it is of the manifest that stands."""
        if mark is None:
            return None
        with self._lock:
            current = self._current
            if current is None or current.mark != mark:
                return None
            current.users += 1
            return current

    def _give_back(self, pinned: _Pinned) -> None:
        with self._lock:
            pinned.users -= 1
            over = pinned.retired and pinned.users == 0
        if over:
            pinned.reader.close()

    def _replace(self, pinned: _Pinned | None) -> None:
        with self._lock:
            before, self._current = self._current, pinned
            if pinned is not None and self._closed:
                # Closed while it was opened: its one user is the last.
                self._current, pinned.retired = None, True
            over = before is not None and before.users == 0
            if before is not None:
                before.retired = True
        if over and before is not None:
            before.reader.close()
