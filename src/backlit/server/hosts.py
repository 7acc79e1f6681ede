"""By which names a server may be called, and which web sites may make a browser ask it.

A page of a stranger can give its own name the address of this machine and then ask its server as if it were
its own (DNS rebinding): so the name in a request must be one that the server knows. And a browser may send a form
of a strange page here: so a request that changes something must not come from another site.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from backlit.server.refused import refusal

_READING = frozenset(("GET", "HEAD", "OPTIONS"))
_HOST = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9_.\-]*))(?::[0-9]{1,5})?")


class KnownHosts:
    """The layer that looks at ``Host`` and ``Origin``; ``any_address``: any IP address may be named."""

    def __init__(
        self, app: ASGIApp, *, hosts: tuple[str, ...], any_address: bool, origins: tuple[str, ...]
    ) -> None:
        self.app = app
        self._hosts = frozenset(name for name in hosts if not name.startswith("*."))
        self._below = tuple(name[1:] for name in hosts if name.startswith("*."))
        self._any_address = any_address
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = [value for name, value in scope["headers"] if name == b"host"]
        name = host_name(given[0].decode("latin-1")) if len(given) == 1 else None
        if name is None or not self.knows(name):
            told = (
                "The Host of this request is not one that this server knows: it answers to its own address and to "
                "localhost, and to further names given with --allow-host."
            )
            await refusal(scope, 400, told)(scope, receive, send)
            return
        if scope["method"] not in _READING and self._is_foreign(scope, name):
            told = "This request changes something and comes from a page of another site: it is not let in."
            await refusal(scope, 403, told)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def knows(self, name: str) -> bool:
        """Whether the server may be called ``name``."""
        if name in self._hosts or name.endswith(self._below):
            return True
        if not self._any_address:
            return False
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True

    def _is_foreign(self, scope: Scope, name: str) -> bool:
        headers = dict(scope["headers"])
        origin = headers.get(b"origin")
        if origin is None:
            return headers.get(b"sec-fetch-site") == b"cross-site"
        text = origin.decode("latin-1")
        if text in self._origins:
            return False
        try:
            host = urlsplit(text).hostname
        except ValueError:
            return True
        return host is None or (host.lower() != name and not self.knows(host.lower()))


def host_name(header: str) -> str | None:
    """The name in a ``Host`` header, without its port, in lower case; None if it cannot be read."""
    match = _HOST.fullmatch(header)
    if match is None:
        return None
    return (match[1] or match[2] or "").lower().rstrip(".") or None
