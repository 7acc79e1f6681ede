"""Who asks: a password (HTTP Basic) or a token (Bearer), compared in constant time, with failures slowed down."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import time

from starlette.types import ASGIApp, Receive, Scope, Send

from backlit.server import problems
from backlit.server.metrics import Metrics

#: What needs no password: a balancer asks it.
OPEN = frozenset(("/healthz",))
_CHALLENGE = {"www-authenticate": 'Basic realm="backlit", charset="UTF-8", Bearer realm="backlit"'}
_FORGOTTEN_SECONDS = 300.0
_REMEMBERED = 10_000


class Authenticate:
    """The layer that lets in who knows the password or a token.

    Each failure of an address makes its next one wait twice as long, up to a bound; an address that asks without
    any credentials, as browsers do first, is told at once.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        user: str,
        password: str | None,
        tokens: tuple[str, ...],
        metrics: Metrics,
        first_seconds: float,
        most_seconds: float,
        most_waiting: int,
    ) -> None:
        self.app = app
        self._basic = None if password is None else _digest(f"{user}:{password}".encode())
        self._user = user
        self._tokens = tuple(_digest(token.encode()) for token in tokens)
        self._metrics = metrics
        self._first_seconds = first_seconds
        self._most_seconds = most_seconds
        self._most_waiting = most_waiting
        self._waiting = 0
        self._failures: dict[str, tuple[int, float]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] != "http" or scope["path"] in OPEN:
            await self.app(scope, receive, send)
            return
        given = [value for name, value in scope["headers"] if name == b"authorization"]
        if len(given) == 1 and (who := self.check(given[0])) is not None:
            scope.setdefault("state", {})["user"] = who
            await self.app(scope, receive, send)
            return
        told = "This needs the user and password of the server (HTTP Basic), or one of its tokens (Bearer)."
        if given:
            told = "The user, the password or the token is wrong."
            if self._waiting >= self._most_waiting:
                self._metrics.turned_away("failures")
                refused = problems.answer(
                    scope["path"], 429, "Too many wrong passwords at once.", headers={"retry-after": "5"}
                )
                await refused(scope, receive, send)
                return
            await self._slow(str((scope.get("client") or ("",))[0]))
        await problems.answer(scope["path"], 401, told, headers=_CHALLENGE)(scope, receive, send)

    def check(self, header: bytes) -> str | None:
        """Who an ``Authorization`` header speaks for; None for nobody we know."""
        scheme, _, rest = header.partition(b" ")
        rest = rest.strip()
        if scheme.lower() == b"bearer":
            # Every token is compared, so that time tells nothing about which is like it.
            digest = _digest(rest)
            hits = [hmac.compare_digest(digest, token) for token in self._tokens]
            return "token" if any(hits) else None
        if scheme.lower() == b"basic" and self._basic is not None:
            try:
                pair = base64.b64decode(rest, validate=True)
            except (binascii.Error, ValueError):
                return None
            return self._user if hmac.compare_digest(_digest(pair), self._basic) else None
        return None

    async def _slow(self, client: str) -> None:
        now = time.monotonic()
        count, last = self._failures.pop(client, (0, now))
        count = 0 if now - last > _FORGOTTEN_SECONDS else count
        while len(self._failures) >= _REMEMBERED:
            del self._failures[next(iter(self._failures))]
        self._failures[client] = (count + 1, now)
        self._waiting += 1
        try:
            await asyncio.sleep(min(self._most_seconds, self._first_seconds * 2 ** min(count, 20)))
        finally:
            self._waiting -= 1


def _digest(secret: bytes) -> bytes:
    """Digests are of one length, so that comparing them tells nothing of the secret's."""
    return hashlib.sha256(secret).digest()
