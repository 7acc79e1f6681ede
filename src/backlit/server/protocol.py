"""HTTP/1.1 as uvicorn speaks it, with a bound on how long the head of a request may take.

Without it a client that opens connections and says nothing, or a letter now and then, holds them for ever.
"""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol


def protocol(seconds: float) -> type[asyncio.Protocol]:
    """The protocol, with ``seconds`` for a head."""

    class Patient(H11Protocol):
        """One connection."""

        _waiting: asyncio.TimerHandle | None = None

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._wait()

        def connection_lost(self, exc: Exception | None) -> None:
            self._no_longer()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            before = self.cycle
            super().data_received(data)
            if self.cycle is not before or self._is_answering():
                self._no_longer()
            elif self._waiting is None:
                self._wait()  # the next request on this connection has begun

        def handle_events(self) -> None:
            super().handle_events()
            if self.scope is not None:
                # Whoever finds that nobody reads the answer can end the connection at once.
                extensions: Any = self.scope.setdefault("extensions", {})
                extensions["backlit.abort"] = self._abort

        def _abort(self) -> None:
            self.transport.abort()

        def _is_answering(self) -> bool:
            return self.cycle is not None and not self.cycle.response_complete

        def _wait(self) -> None:
            self._waiting = self.loop.call_later(seconds, self._too_slow)

        def _no_longer(self) -> None:
            if self._waiting is not None:
                self._waiting.cancel()
                self._waiting = None

        def _too_slow(self) -> None:
            self._waiting = None
            if self._is_answering() or self.transport.is_closing():
                return
            if self.conn.our_state is h11.IDLE:
                text = b"The head of this request took too long."
                head = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
                head.append((b"content-length", str(len(text)).encode()))
                for event in (
                    h11.Response(status_code=408, headers=head, reason=b"Request Timeout"),
                    h11.Data(data=text),
                    h11.EndOfMessage(),
                ):
                    self.transport.write(self.conn.send(event))
            self.transport.close()

    return Patient
