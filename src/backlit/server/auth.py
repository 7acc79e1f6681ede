"""Who asks: a password (HTTP Basic), a token (Bearer) or the session of a browser that logged in with either.

Secrets are compared in constant time, and failures are slowed down.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import time

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from backlit.server import problems
from backlit.server.browsers import LOGIN, STATIC, is_of_pages, to_login
from backlit.server.metrics import Metrics
from backlit.server.refused import refusal
from backlit.server.sessions import Sessions

#: What needs no password: a balancer asks it, or somebody who wants to log in.
OPEN = frozenset(("/healthz", LOGIN))
_CSRF = "x-csrf-token"
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
        sessions: Sessions | None = None,
    ) -> None:
        self.app = app
        self._sessions = sessions
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
        if scope["type"] != "http" or scope["path"] in OPEN or scope["path"].startswith(STATIC):
            scope.setdefault("state", {})["authenticate"] = self
            await self.app(scope, receive, send)
            return
        given = [value for name, value in scope["headers"] if name == b"authorization"]
        if len(given) == 1 and (who := self.check(given[0])) is not None:
            scope.setdefault("state", {})["user"] = who
            await self.app(scope, receive, send)
            return
        if not given and (who := self._of_session(scope)) is not None:
            scope.setdefault("state", {})["user"] = who
            await self.app(scope, receive, send)
            return
        if not given and self._sessions is not None and (elsewhere := to_login(scope)) is not None:
            await elsewhere(scope, receive, send)
            return
        told = "This needs the user and password of the server (HTTP Basic), or one of its tokens (Bearer)."
        if given:
            told = "The user, the password or the token is wrong."
            if not await self.fail(scope):
                wait = {"retry-after": "5"}
                await refusal(scope, 429, "Too many wrong passwords at once.", wait)(scope, receive, send)
                return
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

    def knows(self, user: str, password: str) -> bool:
        """Whether this is the user with the password, or a token in the place of the password."""
        pair = _digest(f"{user}:{password}".encode("utf-8", "replace"))
        token = _digest(password.encode("utf-8", "replace"))
        hits = [hmac.compare_digest(token, known) for known in self._tokens]
        if self._basic is not None:
            hits.append(hmac.compare_digest(pair, self._basic))
        return any(hits)

    async def fail(self, scope: Scope) -> bool:
        """Make somebody who failed wait; False, at once, where too many wait already."""
        if self._waiting >= self._most_waiting:
            self._metrics.turned_away("failures")
            return False
        await self._slow(str((scope.get("client") or ("",))[0]))
        return True

    def _of_session(self, scope: Scope) -> str | None:
        """Whose session the cookie of a request is; for a change outside the pages a token must come with it."""
        if self._sessions is None:
            return None
        request = Request(scope)
        cookie = request.cookies.get(self._sessions.cookie)
        user = self._sessions.user(cookie)
        if user is None or scope["method"] in ("GET", "HEAD", "OPTIONS") or is_of_pages(scope["path"]):
            return user
        return user if self._sessions.tokens.is_good(cookie, request.headers.get(_CSRF)) else None

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
