"""Verdicts that are computed beside the requests: once a generation and target, and kept within bounds."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backlit.errors import InputError
from backlit.index import Index, Reader
from backlit.server.judged import Asked, Judged
from backlit.server.serving import Serving
from backlit.settings import default
from backlit.web.target import Target
from index_rows import crawl, link, publish_batches

TARGETS = [Target.parse(f"t{at}.com") for at in range(4)]
SHOP = Target.parse("shop.com")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Serving]:
    rows = [link(f"https://a.com/{at}", f"https://t{at}.com/", "2026-01-05") for at in range(4)]
    rows += [
        link("https://a.com/1", "https://shop.com/", "2026-01-05"),
        link("https://a.com/2", "https://shop.com/", "2026-01-05", follow=False, rel="nofollow"),
        link("https://b.org/1", "https://shop.com/", "2026-01-05", anchor="", alt=None),
    ]
    publish_batches(tmp_path / "index", [crawl(rows, "2026-01-05")])
    with Serving(tmp_path / "index") as serving:
        yield serving


def judged_of(serving: Serving, most_bytes: int = 1 << 28, most_waiting: int = 20) -> Judged:
    return Judged(serving, default(), most_bytes=most_bytes, most_waiting=most_waiting)


def test_verdicts_are_there_after_a_while_and_say_the_same_as_the_audit(served: Serving) -> None:
    from backlit.questions.audit import audit, judged_listing
    from backlit.questions.listing import Request

    judged = judged_of(served)
    with served.reader() as reader:
        assert judged.ask(reader, SHOP).pending
        found = judged.ask(reader, SHOP, wait=60)
        assert found.state == "ready"
        judgement = found.value
        assert judgement is not None
        assert judgement.links is not None
        assert (judgement.risk.judged_links, judgement.generation) == (3, 1)
        assert {name: one.judged for name, one in judgement.domains.items()} == {"a.com": 2, "b.org": 1}
        names = ["link_id", "verdict", "toxicity", "decision"]
        kept = judged_listing(reader, SHOP, judgement.links, Request(limit=10), names, default())
        assert kept.rows() == audit(reader, SHOP, limit=10, columns=names).rows()
        assert judged.ask(reader, SHOP).value is judgement
    judged.stop()


def test_a_later_generation_is_judged_anew(served: Serving) -> None:
    judged = judged_of(served)
    with served.reader() as reader:
        judged.ask(reader, SHOP, wait=60)
    publish_batches(
        served.path, [crawl([link("https://c.net/1", "https://shop.com/", "2026-02-05")], "2026-02-05")]
    )
    with served.reader() as reader:
        assert judged.ask(reader, SHOP).pending
        found = judged.ask(reader, SHOP, wait=60).value
        assert found is not None
        assert (found.generation, found.risk.judged_links) == (2, 4)
    assert [one.generation for one in judged.kept] == [2]
    judged.stop()


def test_an_index_made_anew_is_judged_anew_though_it_counts_from_one_again(served: Serving) -> None:
    judged = judged_of(served)
    with served.reader() as reader:
        assert judged.ask(reader, SHOP, wait=60).state == "ready"
    shutil.rmtree(served.path)
    publish_batches(
        served.path, [crawl([link("https://c.net/1", "https://shop.com/", "2026-02-05")], "2026-02-05")]
    )
    with served.reader() as reader:
        found = judged.ask(reader, SHOP, wait=60).value
        assert found is not None
        assert (found.generation, found.risk.judged_links) == (1, 1)
    judged.stop()


def test_what_was_not_asked_for_longest_is_dropped(served: Serving) -> None:
    judged = judged_of(served)
    with served.reader() as reader:
        for target in TARGETS[:2]:
            judged.ask(reader, target, wait=60)
        size = judged.bytes // 2
        judged = judged_of(served, most_bytes=int(size * 2.5))
        for target in [TARGETS[0], TARGETS[1], TARGETS[0], TARGETS[2]]:
            assert judged.ask(reader, target, wait=60).state == "ready"
        assert [one.target for one in judged.kept] == [TARGETS[0], TARGETS[2]]
        assert judged.bytes <= size * 2.5
    judged.stop()


def test_rows_that_are_too_large_are_not_kept_but_what_they_come_to(served: Serving) -> None:
    judged = judged_of(served, most_bytes=10)
    with served.reader() as reader:
        found = judged.ask(reader, SHOP, wait=60).value
        assert found is not None
        assert found.links is None
        assert found.risk.judged_links == 3
    judged.stop()


def test_a_failure_is_told_and_tried_again_later(served: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise InputError("It cannot be judged.")

    judged = judged_of(served)
    monkeypatch.setattr(judged, "_compute", fail)
    with served.reader() as reader:
        found = judged.ask(reader, SHOP, wait=60)
        assert (found.state, found.said, found.pending) == ("failed", "It cannot be judged.", False)
        assert judged.ask(reader, SHOP).state == "failed"
        monkeypatch.undo()
        monkeypatch.setattr(judged._beside, "_again_seconds", 0.0)
        assert judged.ask(reader, SHOP, wait=60).state == "ready"
    judged.stop()


def test_one_at_a_time_and_no_more_wait_than_may(served: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    go, begun, order = threading.Event(), threading.Event(), []
    judged = judged_of(served, most_waiting=2)

    def slow(key: Asked) -> None:
        order.append(key.target)
        begun.set()
        assert go.wait(60)
        raise InputError("enough")

    monkeypatch.setattr(judged, "_compute", slow)
    with served.reader() as reader:
        assert judged.ask(reader, TARGETS[0]).state == "waiting"
        assert begun.wait(60)
        assert judged.busy
        assert judged.ask(reader, TARGETS[0]).state == "working"
        states = [judged.ask(reader, target).state for target in (*TARGETS[1:], TARGETS[1])]
        assert states == ["waiting", "waiting", "busy", "waiting"]
        assert judged.ask(reader, TARGETS[3], start=False).state == "busy"
        go.set()
        judged.ask(reader, TARGETS[2], wait=60)
    assert order == TARGETS[:3]
    judged.stop()
    with Index.open(served.path).reader() as reader:
        assert judged.ask(reader, SHOP).state == "busy"


def test_a_target_that_nobody_links_to_has_an_empty_verdict(served: Serving) -> None:
    judged = judged_of(served)
    with served.reader() as reader:
        found = judged.ask(reader, Target.parse("nobody.example"), wait=60).value
        assert found is not None
        assert (found.domains, found.risk.live_links) == ({}, 0)
        assert isinstance(reader, Reader)
    judged.stop()
