"""A face that is made at its first request: what is heavy and seldom used must not delay the start."""

from __future__ import annotations

import threading
from collections.abc import Callable

from anyio import to_thread
from starlette.types import ASGIApp, Receive, Scope, Send


class Later:
    """An application that ``make`` gives, made in a thread at its first request. It can have no lifespan."""

    def __init__(self, make: Callable[[], ASGIApp]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        app = self._app
        if app is None:
            app = await to_thread.run_sync(self._made)
        await app(scope, receive, send)

    def _made(self) -> ASGIApp:
        with self._lock:
            if self._app is None:
                self._app = self._make()
            return self._app
