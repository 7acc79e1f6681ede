"""The shared reader: one a generation, pinned while a request runs, gone with the index and back with it."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest

from backlit.errors import IndexDamaged, IndexNotFound
from backlit.server.serving import Serving
from index_rows import crawl, link, publish_batches

DAYS = ("2026-01-01", "2026-02-01")


def publish(folder: Path, number: int) -> None:
    day = DAYS[number]
    rows = [link(f"https://s{number}.com/1", "https://shop.com/", day)]
    publish_batches(folder, [crawl(rows, day)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    publish(tmp_path / "index", 0)
    return tmp_path / "index"


def test_requests_of_one_generation_share_a_reader(folder: Path) -> None:
    opened = []
    with Serving(folder, opened=opened.append) as serving:
        assert serving.generation is None
        with serving.reader() as first, serving.reader() as second:
            assert first is second
        with serving.reader() as third:
            assert third is first
        assert (serving.generation, serving.path) == (1, folder)
        assert opened == [first]


def test_a_new_generation_is_taken_up_and_the_old_one_ends_with_its_last_request(folder: Path) -> None:
    with Serving(folder) as serving:
        with serving.reader() as before:
            publish(folder, 1)
            with serving.reader() as after:
                assert (before.generation, after.generation) == (1, 2)
            assert before.query(f"SELECT count(*) AS n FROM ({before.links_sql()[0]})")["n"].to_pylist() == [
                1
            ]
            assert before._pin is not None
        assert before._pin is None
        assert after._pin is not None
    assert after._pin is None


def test_no_index_is_a_sentence_until_there_is_one(tmp_path: Path) -> None:
    with Serving(tmp_path / "index") as serving:
        with pytest.raises(IndexNotFound, match="There is no index at"), serving.reader():
            pass
        publish(tmp_path / "index", 0)
        with serving.reader() as reader:
            assert reader.generation == 1


def test_an_index_that_is_taken_away_is_not_served_from_memory(folder: Path, tmp_path: Path) -> None:
    with Serving(folder) as serving:
        with serving.reader() as before:
            folder.rename(tmp_path / "away")
            with pytest.raises(IndexNotFound), serving.reader():
                pass
            assert serving.generation is None
        (tmp_path / "away").rename(folder)
        with serving.reader() as reader:
            assert reader is not before
        shutil.rmtree(folder)
        publish(folder, 1)
        with serving.reader() as reader:  # of the same number, yet another index
            assert (reader.generation, reader.data_date) == (1, "2026-02-01")
        (folder / "manifest.json").write_text("{")
        with pytest.raises(IndexDamaged), serving.reader():
            pass


def test_many_threads_open_one_reader(folder: Path) -> None:
    opened, found = [], []
    with Serving(folder, opened=opened.append) as serving:
        start = threading.Barrier(8)

        def ask() -> None:
            start.wait()
            with serving.reader() as reader:
                found.append(reader.generation)

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (len(opened), found) == (1, [1] * 8)


def test_a_request_that_runs_while_the_server_closes_keeps_its_reader(folder: Path) -> None:
    serving = Serving(folder)
    with serving.reader() as reader:
        serving.close()
        assert reader.query("SELECT 1 AS n")["n"].to_pylist() == [1]
    assert reader._pin is None
