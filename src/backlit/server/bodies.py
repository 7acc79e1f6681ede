"""What a request may carry: a body no larger, no slower and no deeper nested than it must be."""

from __future__ import annotations

import asyncio
import contextlib
import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backlit.server import problems
from backlit.server.browsers import UPLOAD
from backlit.server.refused import refusal

_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
_NO_BRACKET = bytes(set(range(256)) - set(b"[]{}"))
_CLOSE = {"connection": "close"}
#: Of a body that is too large so many times the most that is taken is read and dropped before the answer.
_DROPPED = 32
_DROP_SECONDS = 10.0


class _Gone(Exception):
    """The client went away before its request was whole."""


class Bodies:
    """The layer that reads the body of a request, within bounds, before anything else looks at it."""

    def __init__(self, app: ASGIApp, *, most_bytes: int, seconds: float, most_depth: int) -> None:
        self.app = app
        self._most_bytes = most_bytes
        self._seconds = seconds
        self._most_depth = most_depth

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] != "http" or scope["path"] == UPLOAD:
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        length = headers.get(b"content-length")
        if length is None and b"transfer-encoding" not in headers:
            await self.app(scope, receive, send)
            return
        if length is not None and length.isdigit() and int(length[:20]) > self._most_bytes:
            await self._too_large(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._seconds):
                body = await self._read(receive)
        except TimeoutError:
            told = f"The body of this request did not arrive within {self._seconds:g} seconds."
            await refusal(scope, 408, told, headers=_CLOSE)(scope, receive, send)
            return
        except _Gone:
            return
        if body is None:
            await self._too_large(scope, receive, send)
            return
        # The face of DataForSEO takes filters of any depth, and has its own word for what no parser reads.
        deep = not scope["path"].startswith(problems.DATAFORSEO) and is_deeper(body, self._most_depth)
        if deep and b"json" in headers.get(b"content-type", b"json").lower():
            told = f"The JSON of this request is nested deeper than {self._most_depth} levels."
            await refusal(scope, 400, told)(scope, receive, send)
            return
        given = False

        async def again() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, again, send)

    async def _read(self, receive: Receive) -> bytes | None:
        """The whole body; None when it is too large: what has come until then is dropped."""
        parts, size = [], 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _Gone
            part = message.get("body", b"")
            size += len(part)
            if size > self._most_bytes:
                return None
            parts.append(part)
            if not message.get("more_body", False):
                return b"".join(parts)

    async def _too_large(self, scope: Scope, receive: Receive, send: Send) -> None:
        # A client reads nothing before it has sent all, and an end of the line in between would lose it the answer.
        # So what is still to come is taken and dropped, within bounds.
        left = _DROPPED * self._most_bytes
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(self._seconds, _DROP_SECONDS)):
                more = True
                while more and left > 0:
                    message = await receive()
                    more = message["type"] == "http.request" and message.get("more_body", False)
                    left -= len(message.get("body", b""))
        told = f"The body of this request is larger than the {self._most_bytes:,} bytes that are taken."
        await refusal(scope, 413, told, headers=_CLOSE)(scope, receive, send)


def is_deeper(body: bytes, most: int) -> bool:
    """Whether JSON is nested deeper than ``most`` levels; of what is no JSON, whether it may look so."""
    if body.count(b"[") + body.count(b"{") <= most:
        return False
    brackets = _STRING.sub(b"", body).translate(None, _NO_BRACKET)
    if not brackets:
        return False
    import numpy as np

    marks = np.frombuffer(brackets, np.uint8)
    opening = (marks == ord("[")) | (marks == ord("{"))
    return bool(np.cumsum(np.where(opening, 1, -1)).max() > most)
