"""One small index, and one real server over it, for all tests of this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from dataforseo_server import LOGIN, PASSWORD, serving
from dataforseo_web import make


@pytest.fixture(scope="session")
def small_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("dataforseo") / "index"
    make(folder)
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
