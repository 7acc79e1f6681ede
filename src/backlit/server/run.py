"""Running a server until it is told to stop.

SIGTERM or Ctrl-C: nothing new is accepted, running requests may finish for some seconds, then the process ends (0
after SIGTERM, 130 after Ctrl-C). A second Ctrl-C ends it at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, NoReturn

import uvicorn

from backlit.errors import InputError
from backlit.server.app import create_app, serving_of
from backlit.server.config import Config, listen, tls
from backlit.server.protocol import protocol

LOG = logging.getLogger("backlit.server")


class _Server(uvicorn.Server):
    """uvicorn's, with exit codes of ours, and an end that a thread at work cannot put off."""

    code = 0
    ready: Callable[[], None] | None = None

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take SIGINT and SIGTERM for ourselves while the server runs."""
        signals = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self.handle_exit) for number in signals}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop in an orderly way; at the second time at once."""
        if self.should_exit:
            os._exit(130 if sig == signal.SIGINT else 143)
        self.should_exit = True
        self.code = 130 if sig == signal.SIGINT else 0

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept, then say so."""
        await super().startup(sockets)
        if self.ready is not None and self.started:
            self.ready()


def run(config: Config, say: Callable[[str], None]) -> NoReturn:
    """Serve until told to stop, and end the process with its exit code.

    ``say`` gets the line that tells where and what.
    Raises ``InputError`` for what cannot be served, and for an address that cannot be had.
    """
    config.check()
    secure = tls(config)
    serving = serving_of(config)
    # Said before the port is taken; an index that comes later is served then.
    generation, fault = serving.state()
    listening = listen(config)
    _log_to_stderr()
    app = create_app(config, serving)
    rules = config.rules
    server = _Server(
        uvicorn.Config(
            app,
            http=protocol(rules.header_seconds),
            ws="none",
            loop="asyncio",
            lifespan="on",
            interface="asgi3",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=rules.idle_seconds,
            timeout_graceful_shutdown=rules.stop_seconds,
            h11_max_incomplete_event_size=rules.max_head_bytes,
            ssl_context_factory=None if secure is None else (lambda _config, _default: secure),
        )
    )
    what = f"generation {generation}" if fault is None else str(fault)
    at = url(config, listening)
    server.ready = lambda: say(f"backlit serves {config.index} at {at} — {what}")

    async def serve() -> None:
        await server.serve(sockets=[listening])
        if app.state.metrics.working or app.state.judged.busy:
            _end(server.code)  # threads whose answers nobody waits for any more would keep the process

    with contextlib.closing(listening):
        asyncio.run(serve())
    if not server.started:
        raise InputError("The server could not start; what it wrote before says why.")
    # All is closed. A thread that still loads modules for questions nobody will ask must not meet the end
    # of the interpreter, which libraries of compiled code answer with an abort.
    _end(server.code)


def _end(code: int) -> NoReturn:
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def url(config: Config, listening: socket.socket) -> str:
    """Where the server is, as one types it."""
    port = listening.getsockname()[1]
    host = f"[{config.host}]" if ":" in config.host else config.host or "0.0.0.0"
    return f"{'https' if config.certificate else 'http'}://{host}:{port}/"


def _log_to_stderr() -> None:
    """Faults of ours and of uvicorn's, a line each with the time; requests have a log of their own."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    for name in ("backlit.server", "uvicorn.error", "asyncio"):
        logger: Any = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(logging.WARNING)
