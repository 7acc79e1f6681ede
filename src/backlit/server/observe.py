"""Around every request: its number, its line in the log, its place in the figures, and what no answer lacks.

Nothing gets past this layer: a fault of ours is an answer with a sentence, and its trace goes to standard error.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backlit.server import problems
from backlit.server.accesslog import AccessLog
from backlit.server.metrics import Metrics

LOG = logging.getLogger("backlit.server")
#: On every answer. Pages that want more freedom say so themselves and keep what they say.
HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"no-referrer",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    b"cross-origin-resource-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
    b"cache-control": b"no-store",
}
_STRICT_TRANSPORT = (b"strict-transport-security", b"max-age=31536000")
UNKNOWN_ROUTE = "(none)"
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


class Stalled(Exception):
    """A client did not take what it was sent."""


class Observe:
    """The outermost layer; ``generation`` tells which one is served."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        metrics: Metrics,
        log: AccessLog,
        generation: Callable[[], int | None],
        explain: Callable[[Exception], tuple[int, str] | None],
        write_seconds: float,
        origins: tuple[str, ...] = (),
    ) -> None:
        self.app = app
        self._metrics = metrics
        self._log = log
        self._generation = generation
        self._explain = explain
        self._write_seconds = write_seconds
        self._shared = bool(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.monotonic()
        number = secrets.token_hex(8)
        seen: dict[str, Any] = {"status": 0, "bytes": 0}
        added = [*HEADERS.items(), (b"x-request-id", number.encode())]
        if scope.get("scheme") == "https":
            added.append(_STRICT_TRANSPORT)
        if self._shared:
            added = [pair for pair in added if pair[0] != b"cross-origin-resource-policy"]

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
                given = {name.lower() for name, _ in message.get("headers", ())}
                extra = [pair for pair in added if pair[0] not in given]
                message = {**message, "headers": [*message.get("headers", ()), *extra]}
            elif message["type"] == "http.response.body":
                seen["bytes"] += len(message.get("body", b""))
            try:
                async with asyncio.timeout(self._write_seconds):
                    await send(message)
            except TimeoutError:
                raise Stalled from None

        self._metrics.began()
        try:
            await self._guarded(scope, receive, sending, seen)
        finally:
            seconds = time.monotonic() - began
            route = route_of(scope)
            method = scope["method"] if scope["method"] in _METHODS else "OTHER"
            self._metrics.ended(method, route, seen["status"], seconds)
            self._log.write(
                {
                    "time": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                    "id": number,
                    "client": (scope.get("client") or (None,))[0],
                    "user": scope.get("state", {}).get("user"),
                    "method": scope["method"],
                    "path": scope["path"],
                    "parameters": parameter_names(scope),
                    "route": route,
                    "status": seen["status"],
                    "bytes": seen["bytes"],
                    "seconds": round(seconds, 4),
                    "generation": self._generation(),
                }
            )

    async def _guarded(self, scope: Scope, receive: Receive, send: Send, seen: dict[str, Any]) -> None:
        try:
            await self.app(scope, receive, send)
        except Stalled:
            LOG.info("A client of %s took too long to read its answer.", scope["path"])
            abort = scope.get("extensions", {}).get("backlit.abort")
            if abort is not None:
                abort()
        except Exception as error:
            known = self._explain(error)
            status, told = known or (500, None)
            LOG.error(
                "The request %s %s failed: %s",
                scope["method"],
                scope["path"],
                told or error,
                exc_info=None if known else error,
            )
            if not seen["status"]:
                await problems.answer(scope["path"], status, told)(scope, receive, send)
                return
            # The answer had begun: the connection is cut, so that no client takes it for whole.
            if (abort := scope.get("extensions", {}).get("backlit.abort")) is not None:
                abort()


def route_of(scope: Scope) -> str:
    """The template of the route that answered, never the path that was asked for."""
    # A router that was taken into another knows its path below that only; the framework keeps the whole one.
    context = scope.get("fastapi", {}).get("effective_route_context")
    path = getattr(context, "path", None) or getattr(scope.get("route"), "path", None)
    return str(path) if path else UNKNOWN_ROUTE


def parameter_names(scope: Scope) -> list[str]:
    """The names of the parameters in a query: values may be secrets."""
    query = scope.get("query_string", b"")
    if not query:
        return []
    try:
        pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True, max_num_fields=100)
    except ValueError:
        return ["…"]
    return sorted({name[:40] for name, _ in pairs})
