"""A small index and clients that ask a server over it without a socket."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from backlit.server.app import create_app
from backlit.server.config import Config
from index_rows import crawl, link, publish_batches

DAY, LATER = "2026-01-05", "2026-02-05"
#: Modules share indexes, but no log.
LOGS = itertools.count()


def small_index(folder: Path) -> Path:
    """Links of four sites to shop.com, one of them lost a month later."""
    rows = [
        link("https://a.com/1", "https://shop.com/", DAY, anchor="Shop"),
        link("https://a.com/2", "https://shop.com/x", DAY, anchor="=1+1", placement="nav"),
        link(
            "https://b.org/1", "https://shop.com/", DAY, anchor="\x9bred\u202e", follow=False, rel="nofollow"
        ),
        link("https://c.net/1", "https://shop.com/gone", DAY, anchor="gone"),
    ]
    later = [link("https://d.com/1", "https://shop.com/", LATER, anchor="late")]
    publish_batches(folder, [crawl(rows, DAY), crawl(later, LATER, also=("https://c.net/1",))])
    return folder


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_index(tmp_path_factory.mktemp("served") / "index")


@pytest.fixture(scope="module")
def make() -> Iterator[Callable[..., TestClient]]:
    """A client of a server with the given options."""
    with ExitStack() as stack:

        def client(index: Path, **options: Any) -> TestClient:
            options.setdefault("hosts", ("testserver",))
            options.setdefault("access_log", index.parent / f"access-{next(LOGS)}.log")
            app = create_app(Config(index=index, **options))
            found = stack.enter_context(TestClient(app, raise_server_exceptions=False))
            found.log = options["access_log"]  # type: ignore[attr-defined]
            return found

        yield client


@pytest.fixture(scope="module")
def ask(folder: Path, make: Callable[..., TestClient]) -> TestClient:
    """A client of a server that only reads."""
    return make(folder)
