"""One small index, and one real server over it, for all tests of this folder."""

from __future__ import annotations

import contextlib
import importlib.util
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from backlit.server.app import create_app
from backlit.server.config import Config

LOGIN, PASSWORD = "me@example.com", "secret"


def load(name: str) -> Any:
    """A helper module of this folder."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[name]


@contextlib.contextmanager
def serving(index: Path) -> Iterator[str]:
    """A server on a free port of this machine; gives where it is."""
    import uvicorn

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


@pytest.fixture(scope="session")
def small_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("dataforseo") / "index"
    load("small_web").make(folder)
    return folder


@pytest.fixture(scope="session")
def host(small_index: Path) -> Iterator[str]:
    with serving(small_index) as address:
        yield address


@pytest.fixture(scope="session")
def http(host: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{host}/v3/", auth=(LOGIN, PASSWORD), timeout=60) as client:
        yield client


Ask = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def task(http: httpx.Client) -> Ask:
    """Sends one task to an endpoint of backlinks and gives the task of the answer."""

    def ask(path: str, **parameters: Any) -> dict[str, Any]:
        answer = http.post(f"backlinks/{path}", json=[parameters])
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
        body: dict[str, Any] = answer.json()
        assert body["status_code"] == 20000
        found: dict[str, Any] = body["tasks"][0]
        return found

    return ask


@pytest.fixture(scope="session")
def result(task: Ask) -> Ask:
    """As ``task``, and gives the one result of a task that succeeded."""

    def ask(path: str, **parameters: Any) -> dict[str, Any]:
        found = task(path, **parameters)
        assert (found["status_code"], found["status_message"]) == (20000, "Ok.")
        assert found["result_count"] == len(found["result"]) == 1
        answer: dict[str, Any] = found["result"][0]
        return answer

    return ask
