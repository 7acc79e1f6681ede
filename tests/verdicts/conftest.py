"""A small generated world, judged once for all tests of verdicts."""

from __future__ import annotations

from pathlib import Path

import pytest

from backlit.index import Index
from backlit.settings import default
from backlit.verdicts.judge import Judge
from backlit.work.add import add
from backlit.worlds.tables import write_world

TABLES = ("links.csv", "pages.csv", "hosts.csv", "trusted.txt")


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of a world of 400 sites."""
    folder = tmp_path_factory.mktemp("world")
    write_world(folder / "tables", 7, sites=400)
    add(folder / "index", [folder / "tables" / name for name in TABLES], workers=1)
    return folder / "index"


@pytest.fixture(scope="session")
def judge(world: Path) -> Judge:
    """Its judge."""
    with Index.open(world).reader() as reader:
        return Judge.of(reader, default())
