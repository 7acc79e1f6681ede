"""A real server on this machine, for tests of the API that is like DataForSEO's."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import uvicorn

from backlit.server.app import create_app
from backlit.server.config import Config

LOGIN, PASSWORD = "me@example.com", "secret"


@contextlib.contextmanager
def serving(index: Path) -> Iterator[str]:
    """A server on a free port of this machine; gives where it is."""
    app = create_app(Config(index=index, user=LOGIN, password=PASSWORD))
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, ws="none", lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)
        listening.close()
