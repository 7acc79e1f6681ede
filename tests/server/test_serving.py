"""The shared reader: one a generation, pinned while a request runs, gone with the index and back with it."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from backlit.errors import IndexDamaged, IndexNotFound
from backlit.index import Reader
from backlit.server.serving import Ready, Serving
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


# -- a busy server ----------------------------------------------------------------------------------


class Slow:
    """A new generation that is made ready when it is told to be; remembers what was made of what."""

    def __init__(self, seconds: float = 60, *, worth: bool = True) -> None:
        self.begun, self.over = threading.Event(), threading.Event()
        self.made: list[tuple[int, int]] = []
        self.ready = Ready(lambda reader: worth, self.make, seconds, 2, 60.0)

    def make(self, old: Reader, new: Reader, go_on: Callable[[], bool]) -> None:
        self.made.append((old.generation, new.generation))
        self.begun.set()
        while go_on() and not self.over.wait(0.01):
            pass


def ask(serving: Serving) -> int:
    with serving.reader() as reader:
        return reader.generation


def until(serving: Serving, generation: int) -> None:
    """Wait until requests read a generation."""
    for _ in range(2000):
        if ask(serving) == generation:
            return
        time.sleep(0.01)
    raise AssertionError(f"generation {generation} never came")


def test_a_busy_server_reads_the_generation_before_until_the_next_is_ready(folder: Path) -> None:
    slow = Slow()
    with Serving(folder, ready=slow.ready) as serving:
        assert [ask(serving), ask(serving)] == [1, 1]
        publish(folder, 1)
        assert ask(serving) == 1
        assert slow.begun.wait(60)
        assert [ask(serving), serving.state()] == [1, (2, None)]
        with serving.reader() as before:
            slow.over.set()
            until(serving, 2)
            assert before._pin is not None
        assert before._pin is None
        assert slow.made == [(1, 2)]


def test_nobody_waits_longer_than_allowed_or_where_it_is_worth_nothing(folder: Path, tmp_path: Path) -> None:
    own = Path(shutil.copytree(folder, tmp_path / "own"))
    short, nothing = Slow(0.05), Slow(worth=False)
    with Serving(folder, ready=short.ready) as serving:
        assert [ask(serving), ask(serving)] == [1, 1]
        publish(folder, 1)
        until(serving, 2)
        assert short.made == [(1, 2)]
    with Serving(own, ready=nothing.ready) as serving:
        assert [ask(serving), ask(serving)] == [1, 1]
        publish(own, 1)
        assert ask(serving) == 2
        assert nothing.made == []


def test_a_quiet_server_reads_every_generation_at_once(folder: Path) -> None:
    slow = Slow()
    with Serving(folder, ready=slow.ready._replace(requests=3)) as serving:
        assert ask(serving) == 1
        publish(folder, 1)
        assert ask(serving) == 2
        assert slow.made == []


def test_an_index_made_anew_is_read_as_it_is(folder: Path, tmp_path: Path) -> None:
    publish(folder, 1)
    publish(tmp_path / "anew", 0)
    slow = Slow()
    with Serving(folder, ready=slow.ready) as serving:
        assert [ask(serving), ask(serving)] == [2, 2]
        folder.rename(tmp_path / "away")
        (tmp_path / "anew").rename(folder)
        until(serving, 1)
        assert slow.made == []


def test_what_cannot_be_made_ready_is_read_as_it_is(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    def fail(old: Reader, new: Reader, go_on: Callable[[], bool]) -> None:
        raise MemoryError("no room")

    with Serving(folder, ready=Ready(lambda reader: True, fail, 60, 2, 60.0)) as serving:
        assert [ask(serving), ask(serving)] == [1, 1]
        publish(folder, 1)
        until(serving, 2)
    assert "could not be made ready" in caplog.text


def test_a_server_that_closes_ends_what_it_makes_ready(folder: Path) -> None:
    slow = Slow()
    serving = Serving(folder, ready=slow.ready)
    assert [ask(serving), ask(serving)] == [1, 1]
    publish(folder, 1)
    ask(serving)
    assert slow.begun.wait(60)
    (thread,) = (each for each in threading.enumerate() if each.name == "next")
    serving.close()
    thread.join(60)
    assert not thread.is_alive()
    publish(folder, 0)  # nothing holds a generation any more
    assert len(list((folder / "generations").glob("*.json"))) <= 2
