"""How much is let in: requests a minute and at once, and how long one may take until its answer begins.

Work in a thread cannot be stopped from outside. A request over its time is answered 504, and its work goes on
unseen until it ends; it keeps its place among the requests at once until then, so that such work cannot pile up.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backlit.server.browsers import UPLOAD
from backlit.server.metrics import Metrics
from backlit.server.refused import refusal

LOG = logging.getLogger("backlit.server")
#: What must be answered however busy the server is.
FREE = frozenset(("/healthz", "/metrics"))
_REMEMBERED = 10_000


class _Over(Exception):
    """What would be sent comes too late: whoever makes it may stop."""


class Buckets:
    """A rate a client: a bucket of a minute's tokens that fills steadily."""

    def __init__(self, per_minute: int) -> None:
        self._rate = per_minute / 60.0
        self._most = float(max(1, per_minute))
        self._of: dict[str, tuple[float, float]] = {}

    def take(self, client: str, now: float) -> float:
        """Take a token: 0 where there is one, else the seconds until there is."""
        left, at = self._of.pop(client, (self._most, now))
        left = min(self._most, left + (now - at) * self._rate)
        if len(self._of) >= _REMEMBERED:
            # Who was not seen for longest has a full bucket again, or will soon.
            del self._of[next(iter(self._of))]
        enough = left >= 1.0
        self._of[client] = (left - 1.0 if enough else left, now)
        return 0.0 if enough else (1.0 - left) / self._rate


class Limit:
    """The layer that bounds rate, number and time of requests; 0 is no bound."""

    def __init__(
        self, app: ASGIApp, *, per_minute: int, at_once: int, seconds: float, metrics: Metrics
    ) -> None:
        self.app = app
        self._buckets = Buckets(per_minute) if per_minute else None
        self._at_once = at_once
        self._seconds = seconds
        self._metrics = metrics
        self._unseen: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] != "http" or scope["path"] in FREE:
            await self.app(scope, receive, send)
            return
        if self._buckets is not None:
            wait = self._buckets.take(str((scope.get("client") or ("",))[0]), time.monotonic())
            if wait:
                await self._refuse("rate", wait, scope, receive, send)
                return
        if self._at_once and self._metrics.working >= self._at_once:
            await self._refuse("concurrency", 1.0, scope, receive, send)
            return
        await self._timed(scope, receive, send)

    async def _refuse(self, why: str, wait: float, scope: Scope, receive: Receive, send: Send) -> None:
        self._metrics.turned_away(why)
        told = {
            "rate": "There were too many requests in a minute: wait as long as Retry-After says.",
            "concurrency": "Too many requests are being answered: wait as long as Retry-After says.",
        }[why]
        headers = {"retry-after": str(max(1, math.ceil(wait)))}
        await refusal(scope, 429, told, headers=headers)(scope, receive, send)

    def _time(self, scope: Scope) -> float | None:
        """How long an answer may take to begin; that to a file begins when all of it has arrived."""
        return None if scope["path"] == UPLOAD else self._seconds or None

    async def _timed(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = asyncio.Event()
        over = False

        async def sending(message: Message) -> None:
            if over:
                raise _Over
            started.set()
            await send(message)

        self._metrics.working += 1
        task = asyncio.ensure_future(self.app(scope, receive, sending))
        task.add_done_callback(self._ended)
        beginning = asyncio.ensure_future(started.wait())
        try:
            await asyncio.wait(
                {task, beginning}, timeout=self._time(scope), return_when=asyncio.FIRST_COMPLETED
            )
            if started.is_set() or task.done():
                await task
                return
        except asyncio.CancelledError:
            task.cancel()
            raise
        finally:
            beginning.cancel()
        over = True
        self._metrics.turned_away("time")
        self._metrics.abandoned += 1
        self._unseen.add(task)
        task.add_done_callback(self._forgotten)
        told = (
            f"This took longer than {self._seconds:g} seconds. Ask for fewer rows, or make it a job: "
            "POST /api/v1/jobs."
        )
        await refusal(scope, 504, told)(scope, receive, send)

    def _ended(self, task: asyncio.Future[None]) -> None:
        self._metrics.working -= 1

    def _forgotten(self, task: asyncio.Future[None]) -> None:
        self._metrics.abandoned -= 1
        self._unseen.discard(task)  # type: ignore[arg-type]
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, _Over):
            LOG.info("Work over its time ended with: %s", error)
