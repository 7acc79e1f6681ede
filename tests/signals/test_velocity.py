"""Weeks of many new linkers."""

from __future__ import annotations

from datetime import date, timedelta
from math import log, sqrt

import numpy as np
import pytest

from backlit.settings import default
from backlit.signals import velocity
from backlit.signals.load import ground_of
from backlit.signals.loops.bursts import medians, weekly
from relation_grounds import alone, classed, link, owned, told

START = date(2025, 1, 1)


def day(week: int, weekday: int = 0) -> str:
    return str(START + timedelta(days=7 * week + weekday))


#: Old links between others: the index begins with them, and a link a week makes every week alike.
CALM = [link(f"m{i}.test/p", f"n{i}.test/", first_seen=day(i)) for i in range(40)]
KINDS = {"buy": "exact commercial", "acme": "brand", "blue": "other"}


def bits(x: float, usual: float) -> float:
    return round((x * log(x / usual) - x + usual) / log(2), 2)


def measured(rows, family=(), **more):
    ground = ground_of(CALM + rows, **more)
    owner = owned(ground, family) if family else alone(ground)
    found = velocity.measures(ground, owner, classed(ground, **KINDS), default())
    return {
        name: {pair: value for pair, value in told(ground, m).items() if pair.endswith(" t.test")}
        for name, m in found.items()
    }


def test_a_week_is_held_against_the_weeks_before() -> None:
    rows = [link("a.test/p", "t.test/", first_seen=day(10))]
    rows += [link(f"b{i}.test/p", "t.test/", first_seen=day(20, i % 7)) for i in range(8)]
    found = measured(rows)["burst"]
    # The first falls on a mean of .5, which is surprised by one; the mean is below .5 again by week 20.
    assert found == {"a.test t.test": bits(1, 0.5)} | {f"b{i}.test t.test": bits(8, 0.5) for i in range(8)}


def test_a_steady_stream_is_no_burst() -> None:
    rows = [link(f"b{w}x{i}.test/p", "t.test/", first_seen=day(w)) for w in range(1, 40) for i in range(4)]
    found = measured(rows)["burst"]
    assert found["b1x0.test t.test"] == bits(4, 0.5)
    assert found["b39x0.test t.test"] < 0.1


def test_an_owner_counts_in_the_week_of_its_first_site() -> None:
    rows = [link("a.test/p", "t.test/", first_seen=day(10)), link("b.test/p", "t.test/", first_seen=day(20))]
    assert measured(rows, ("a.test", "b.test"))["burst"] == {
        "a.test t.test": bits(1, 0.5), "b.test t.test": bits(1, 0.5),
    }  # fmt: skip


def test_the_first_week_and_links_without_a_day_say_nothing() -> None:
    rows = [link(f"a{i}.test/p", "t.test/", first_seen=day(0, i)) for i in range(7)]
    rows += [link("b.test/p", "t.test/")]
    found = measured(rows)
    assert sorted(found) == sorted(signal.id for signal in velocity.SIGNALS)
    assert [value for values in found.values() for value in values.values() if value is not None] == []


def test_a_crawl_that_finds_all_targets_new_links_is_no_burst() -> None:
    rows = [link(f"a{i}.test/p", "t.test/", first_seen=day(20)) for i in range(8)]
    crawl = [link(f"x{i}.test/p", f"y{i}.test/", first_seen=day(20)) for i in range(100)]
    assert measured(rows + crawl)["burst"] == {f"a{i}.test t.test": 0 for i in range(8)}


def test_a_burst_of_weak_sites_with_one_anchor_for_one_page() -> None:
    rows = [link(f"old{i}.test/p", "t.test/", first_seen=day(2 * i + 1), anchor="acme") for i in range(6)]
    rows += [link(f"b{i}.test/p", "t.test/shop", first_seen=day(30), anchor="buy pills") for i in range(6)]
    rows += [link(f"c{i}.test/p", "t.test/", first_seen=day(30), anchor="acme") for i in range(2)]
    authority = {f"old{i}.test": 40.0 + i for i in range(6)} | {f"b{i}.test": 3.0 for i in range(6)}
    found = measured(rows, authority=authority, trusted=["c1.test"])
    new = [f"b{i}.test t.test" for i in range(6)] + [f"c{i}.test t.test" for i in range(2)]
    old = [f"old{i}.test t.test" for i in range(6)]
    for name, value in (
        ("burst_of_weak_sites", 39.5), ("burst_of_one_anchor", 0.75), ("burst_for_one_page", 0.75),
        ("burst_of_trusted_sites", 0.12),
    ):  # fmt: skip
        assert found[name] == dict.fromkeys(old) | dict.fromkeys(new, value), name


def test_a_success_has_many_words_and_no_shop() -> None:
    rows = [link(f"b{i}.test/p", "t.test/story", first_seen=day(30), anchor="acme") for i in range(6)]
    rows += [link(f"c{i}.test/p", "t.test/story", first_seen=day(30), anchor=f"blue {i}") for i in range(4)]
    found = measured(rows)
    assert set(found["burst_of_one_anchor"].values()) == {0.1}
    assert set(found["burst_for_one_page"].values()) == {0}
    assert set(found["burst_of_weak_sites"].values()) == {None}


def test_a_swell_of_several_weeks_adds_up() -> None:
    target, week = np.zeros(3, np.int32), np.array([5, 6, 20], np.int32)
    gain, swell = np.zeros(3), np.zeros(3)
    weekly(target, week, np.array([3, 3, 1]), np.full(30, 3.0), 3.0, 0.1, 0.5, gain, swell)
    first = 3 - 0.5 - 0.5 * sqrt(0.5)
    usual = 0.5 + 0.1 * (3 - 0.5)
    second = first + 3 - usual - 0.5 * sqrt(usual)
    assert swell[:2] == pytest.approx([first / sqrt(0.5), second / sqrt(usual)])
    assert gain[:2] == pytest.approx([3 * log(6) - 2.5, 3 * log(3 / usual) - 3 + usual])
    assert swell[2] < swell[0]


def test_medians_pass_over_what_is_unknown() -> None:
    out = np.full(4, np.nan)
    medians(np.array([0, 0, 0, 1, 3, 3]), np.array([1.0, 2.0, np.nan, np.nan, 5.0, 6.0]), out)
    assert [None if np.isnan(v) else v for v in out] == [1.5, None, None, 5.5]
