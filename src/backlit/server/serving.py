"""The index as a server sees it: one reader shared by all requests, of the newest generation.

A request pins the generation it began with. When the manifest changes, the next request opens the new
generation, and the reader of the old one is closed when the last request on it ends: no request ever
sees two generations, and none waits for a writer. An index that is gone is a sentence for each request
until it is back.

While a server is busy (``Ready``), the new generation is first made ready beside the requests, which go on
reading the one before for at most some seconds: else every request at that moment would read anew, all at
once, what was kept for them. Each answer says which generation it is of.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from backlit.errors import BacklitError
from backlit.index import Index

if TYPE_CHECKING:
    from backlit.index import Reader

LOG = logging.getLogger("backlit.server")

#: Threads of one question. Requests at once keep the processors busy; most questions are too small to be cut in pieces.
_QUESTION_THREADS = 1

#: How much the thread that makes a generation ready lets others go first; less than a writer does.
_BEHIND_REQUESTS = 5

#: What tells one manifest file from the next: it is replaced as a whole, so its inode changes.
_Mark = tuple[int, int, int, int]


class Ready(NamedTuple):
    """How a new generation is made ready while others are asked: ``make(old, new, go_on)`` does for the new reader
    what the old one has done already, if that is ``worth(old)`` anything, until ``go_on()`` is false. Only a server
    with ``requests`` in the last ``within`` seconds waits for it, and ``seconds`` at most."""

    worth: Callable[[Reader], bool]
    make: Callable[[Reader, Reader, Callable[[], bool]], None]
    seconds: float
    requests: int
    within: float = 5.0


class _Pinned:
    """A reader and the number of requests that use it."""

    def __init__(self, reader: Reader, mark: _Mark) -> None:
        self.reader = reader
        self.mark = mark
        self.users = 0
        self.retired = False


class Serving:
    """An index directory that is served. Opening nothing itself, it can be made before there is an index.

    Thread-safe. ``opened`` is called with each new reader. Without ``ready`` every new generation is read at once.
    """

    def __init__(
        self, path: Path, *, opened: Callable[[Reader], None] | None = None, ready: Ready | None = None
    ) -> None:
        self.path = path
        self._opened = opened
        self._ready = ready
        #: The manifest that is made ready, and until when requests wait for it.
        self._coming: tuple[_Mark, float] | None = None
        self._asked: deque[float] = deque(maxlen=max(ready.requests, 1) if ready else 1)
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
        self._asked.append(time.monotonic())
        mark = self._mark()
        pinned = self._join(mark) or self._meanwhile(mark)
        if pinned is not None:
            return pinned
        # Opening may take a while; requests on a generation that is open do not wait for it.
        with self._opening:
            mark = self._mark()
            pinned = self._join(mark)
            if pinned is not None:
                return pinned
            try:
                reader = self.index().reader(_QUESTION_THREADS)
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

    def _meanwhile(self, mark: _Mark | None) -> _Pinned | None:
        """The current reader with one user more, while that of a later manifest is made ready; None if it is not."""
        ready, now = self._ready, time.monotonic()
        if mark is None or ready is None or ready.seconds <= 0:
            return None
        with self._lock:
            current = self._current
            if current is None or self._closed:
                return None
            if self._coming is None:
                busy = len(self._asked) == self._asked.maxlen and now - self._asked[0] <= ready.within
                if not busy or not ready.worth(current.reader):
                    return None
                self._coming = mark, now + ready.seconds
                current.users += 1  # that of the thread
                threading.Thread(
                    target=self._make_ready, args=(ready, current, mark), name="next", daemon=True
                ).start()
            elif now > self._coming[1]:
                return None
            current.users += 1
            return current

    def _make_ready(self, ready: Ready, current: _Pinned, mark: _Mark) -> None:
        """Open the generation of a manifest, do for it what was done for the current one, and serve it."""
        until = time.monotonic() + ready.seconds
        if sys.platform == "linux":  # where priorities are those of threads
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _BEHIND_REQUESTS)

        def go_on() -> bool:
            return not self._closed and time.monotonic() < until

        try:
            reader = self.index().reader(_QUESTION_THREADS)
            try:
                if reader.generation > current.reader.generation:  # else it is of an index that was made anew
                    ready.make(current.reader, reader, go_on)
                if self._opened is not None:
                    self._opened(reader)
            except BaseException:
                reader.close()
                raise
            self._replace(_Pinned(reader, mark))
        except BacklitError:
            # The next request opens it itself, and is told what is wrong.
            self._replace(None)
        except Exception:
            LOG.exception("A new generation could not be made ready; it is read as it is.")
            self._replace(None)
        finally:
            with self._lock:
                self._coming = None
            self._give_back(current)

    def _give_back(self, pinned: _Pinned) -> None:
        with self._lock:
            pinned.users -= 1
            over = pinned.retired and pinned.users == 0
        if over:
            pinned.reader.close()

    def _replace(self, pinned: _Pinned | None) -> None:
        with self._lock:
            before, self._current = self._current, pinned
            unused = False
            if pinned is not None and self._closed:
                # Closed while it was opened: its one user, if there is one, is the last.
                self._current, pinned.retired = None, True
                unused = pinned.users == 0
            over = before is not None and before.users == 0
            if before is not None:
                before.retired = True
        if over and before is not None:
            before.reader.close()
        if unused and pinned is not None:
            pinned.reader.close()
