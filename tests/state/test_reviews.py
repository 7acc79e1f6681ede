"""Reviews in state.sqlite: what is kept, which decision holds, and several processes at once."""

from __future__ import annotations

import sqlite3
import subprocess
import sys

import pytest

from backlit.errors import IndexDamaged, IndexNotFound, IndexTooNew
from backlit.state.requests import Request, add_requests, all_requests
from backlit.state.reviews import Review, Reviews, add_reviews, all_reviews, standing_reviews
from backlit.state.store import FILE, STEPS, open_state


def review(key, decision, day="2026-01-01", scope="domain", target="shop.com", **more):
    return Review(
        target=target, scope=scope, key=key, decision=decision, decided_at=f"{day}T00:00:00Z", **more
    )


def kept(root, *reviews):
    with open_state(root, write=True) as state:
        return add_reviews(state, reviews)


def test_reviews_are_kept_and_the_same_one_is_kept_once(tmp_path):
    one = review("a.com", "disavow", note="bought")
    assert kept(tmp_path, one, one) == (1, [])
    assert kept(tmp_path, one) == (0, [])
    with open_state(tmp_path, write=False) as state:
        assert all_reviews(state) == [one]
        assert standing_reviews(state, "other.com") == []


def test_the_later_decision_stands_and_the_earlier_is_told(tmp_path):
    first, second = review("a.com", "keep"), review("a.com", "disavow", "2026-02-01")
    assert kept(tmp_path, first) == (1, [])
    assert kept(tmp_path, second) == (1, [first])
    with open_state(tmp_path, write=False) as state:
        assert standing_reviews(state) == [second]
        assert all_reviews(state) == [first, second]


def test_an_earlier_decision_that_comes_later_changes_nothing(tmp_path):
    late, early = review("a.com", "keep", "2026-02-01"), review("a.com", "disavow")
    kept(tmp_path, late)
    kept(tmp_path, early)
    with open_state(tmp_path, write=False) as state:
        assert standing_reviews(state) == [late]


def test_a_withdrawn_decision_stands_no_more(tmp_path):
    kept(tmp_path, review("a.com", "keep"), review("a.com", None, "2026-02-01"))
    with open_state(tmp_path, write=False) as state:
        assert standing_reviews(state) == []
        assert len(all_reviews(state)) == 2


def test_the_narrower_decision_holds_and_what_it_overrules_is_told():
    link = review("7", "keep", scope="link")
    host = review("blog.a.com", "ignore")
    domain = review("a.com", "disavow")
    network = review("n1", "disavow", scope="network")
    reviews = Reviews([link, host, domain, network])
    assert reviews.of(7, "blog.a.com", "n1") == (link, (host, domain, network))
    assert reviews.of(8, "blog.a.com", None) == (host, (domain,))
    assert reviews.of(8, "x.a.com", "n1") == (domain, ())
    assert reviews.of(8, "b.com", "n1") == (network, ())
    assert reviews.of(8, "nota.com", None) is None


def test_decisions_within_one_another_that_differ_are_said():
    said = Reviews(
        [review("blog.a.com", "keep"), review("a.com", "disavow"), review("b.com", "keep")]
    ).contradictions()
    assert said == [
        "blog.a.com is decided keep (2026-01-01) and a.com disavow (2026-01-01): the narrower holds for blog.a.com."
    ]


def test_without_a_file_there_are_no_reviews_and_none_is_made(tmp_path):
    with open_state(tmp_path, write=False) as state:
        assert all_reviews(state) == []
    assert list(tmp_path.iterdir()) == []


def test_a_state_of_a_later_version_is_refused_and_not_touched(tmp_path):
    kept(tmp_path, review("a.com", "keep"))
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    connection.close()
    for write in (True, False):
        with pytest.raises(IndexTooNew, match="update backlit"):
            open_state(tmp_path, write=write)


def test_a_damaged_state_is_named(tmp_path):
    (tmp_path / FILE).write_bytes(b"no database" * 100)
    with pytest.raises(IndexDamaged, match="move it away"):
        open_state(tmp_path, write=True)


def test_without_the_directory_there_is_no_state(tmp_path):
    with pytest.raises(IndexNotFound):
        open_state(tmp_path / "none", write=True)


def test_a_failed_write_leaves_nothing(tmp_path):
    good = review("a.com", "keep")
    with open_state(tmp_path, write=True) as state, pytest.raises(AttributeError):
        add_reviews(state, [review("b.com", "keep"), None])
    kept(tmp_path, good)
    with open_state(tmp_path, write=False) as state:
        assert all_reviews(state) == [good]


_WRITER = """
import sys
from pathlib import Path
from backlit.state.reviews import Review, add_reviews
from backlit.state.store import open_state
for number in range(20):
    with open_state(Path(sys.argv[1]), write=True) as state:
        add_reviews(state, [Review(target="shop.com", scope="domain", key=f"{sys.argv[2]}{number}.com",
                                   decision="keep", decided_at="2026-01-01T00:00:00Z")])
"""


def test_two_processes_write_at_once_and_nothing_is_lost(tmp_path):
    running = [subprocess.Popen([sys.executable, "-c", _WRITER, str(tmp_path), name]) for name in "ab"]
    assert [process.wait() for process in running] == [0, 0]
    with open_state(tmp_path, write=False) as state:
        assert len(standing_reviews(state)) == 40


def test_a_reader_never_waits_for_a_writer(tmp_path):
    kept(tmp_path, review("a.com", "keep"))
    with open_state(tmp_path, write=True) as writer, writer.writing() as connection:
        connection.execute("DELETE FROM reviews")
        with open_state(tmp_path, write=False) as state:
            assert len(all_reviews(state)) == 1


def test_requests_are_kept_in_the_order_of_their_days(tmp_path):
    late = Request(target="shop.com", domain="b.com", sent_at="2026-03-01", way="form")
    early = Request(target="shop.com", domain="a.com", sent_at="2026-01-01")
    with open_state(tmp_path, write=True) as state:
        assert add_requests(state, [late, early, late]) == 2
    with open_state(tmp_path, write=False) as state:
        assert all_requests(state, "shop.com") == [early, late]
        assert all_requests(state, "other.com") == []
