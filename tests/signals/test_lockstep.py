"""Sources that link to the same rare targets."""

from __future__ import annotations

from math import log

import msgspec
import numpy as np
import pytest

from backlit.settings import default
from backlit.signals import lockstep
from backlit.signals.load import ground_of
from relation_grounds import alone, link, owned, told


def world(edges: dict[str, str]):
    """Sources and the letters of the targets they link to."""
    return ground_of([link(f"{s}.test/p", f"{t}.test/") for s, ts in edges.items() for t in ts])


def test_likeness_leaves_out_the_target_itself() -> None:
    ground = world({"s1": "abc", "s2": "abc", "s3": "a", "s4": "d"})
    found = told(ground, lockstep.measures(ground, alone(ground), default())["lockstep"], 4)
    two, three = 1 / log(7) ** 2, 1 / log(8) ** 2  # b and c have two linkers, a has three
    for_a = 2 * two / (2 * two + 0.4)
    for_b = (two + three) / (two + three + 0.4)
    assert found == {
        "s1.test a.test": round(for_a / 5, 4),
        "s1.test b.test": round(for_b / 5, 4),
        "s1.test c.test": round(for_b / 5, 4),
        "s2.test a.test": round(for_a / 5, 4),
        "s2.test b.test": round(for_b / 5, 4),
        "s2.test c.test": round(for_b / 5, 4),
        "s3.test a.test": 0.0,
        "s4.test d.test": 0.0,
    }


def test_sites_of_one_owner_are_no_lockstep() -> None:
    ground = world({"s1": "abc", "s2": "abc"})
    steps = lockstep.lockstep_of_pairs(ground, owned(ground, ("s1.test", "s2.test")), default())
    assert not steps.any()


def test_an_owner_of_many_likes_counts_once() -> None:
    ground = world({"s1": "abc", "s2": "abc", "s3": "abc"})
    apart = lockstep.lockstep_of_pairs(ground, alone(ground), default())
    joined = lockstep.lockstep_of_pairs(ground, owned(ground, ("s2.test", "s3.test")), default())
    assert joined[0] < apart[0]
    assert joined[0] > 0


def test_common_links_to_popular_sites_prove_nothing() -> None:
    rules = default()
    few = msgspec.structs.replace(rules.relations.lockstep, most_indegree=2)
    rules = msgspec.structs.replace(rules, relations=msgspec.structs.replace(rules.relations, lockstep=few))
    ground = world({f"s{i}": "abc" for i in range(4)})
    assert lockstep.lockstep_of_pairs(ground, alone(ground), default()).all()
    assert not lockstep.lockstep_of_pairs(ground, alone(ground), rules).any()


def test_a_popular_target_asks_the_likest_and_finds_the_same() -> None:
    """What is found by the short way is what is found by asking all."""
    rules = default()
    edges = {f"s{i}": "a" + "bcde"[i % 4] + "fghi"[i % 3] for i in range(9)}
    ground = world(edges)
    names = ground.sites.name.to_pylist()
    few = msgspec.structs.replace(rules.relations.lockstep, most_indegree=8)  # a.test has nine
    short = msgspec.structs.replace(rules, relations=msgspec.structs.replace(rules.relations, lockstep=few))
    steps = lockstep.lockstep_of_pairs(ground, alone(ground), short)
    of_a = ground.pairs.target == names.index("a.test")
    # By hand for s0 (a, b, f): s4 and s8 share b, s3 and s6 share f; a has no weight any more.
    b, f = 1 / log(8) ** 2, 1 / log(8) ** 2
    one_b, one_f = b / (b + f + 0.4), f / (b + f + 0.4)
    c = {i: 1 / log(5 + len([j for j in range(9) if j % 4 == i])) ** 2 for i in range(4)}
    expected = sum(
        b / (np.sqrt((b + f) * (c[j % 4] + f)) + 0.4)
        if j % 4 == 0
        else f / (np.sqrt((b + f) * (c[j % 4] + f)) + 0.4)
        for j in (4, 8, 3, 6)
    )
    assert one_b == one_f
    first = int(np.flatnonzero(of_a & (ground.pairs.source == names.index("s0.test")))[0])
    assert steps[first] == pytest.approx(expected / 5, rel=1e-6)


def test_a_dense_block_is_found_with_its_members_and_targets() -> None:
    edges = {f"s{i}": "abc" for i in range(6)} | {f"x{i}": "a" + "mnopq"[i] for i in range(5)}
    ground = world(edges)
    steps = lockstep.lockstep_of_pairs(ground, alone(ground), default())
    (block,) = lockstep.blocks(ground, alone(ground), steps, default())
    names = ground.sites.name.to_pylist()
    assert [names[i] for i in block.members] == [f"s{i}.test" for i in range(6)]
    assert [names[i] for i in block.targets] == ["a.test", "b.test", "c.test"]
    # Eleven organisations link to a, six to b and c.
    assert block.density == pytest.approx(6 * (1 / log(16) + 2 / log(11)) / 9)
    dense = told(ground, lockstep.measures(ground, alone(ground), default())["dense_block"], 4)
    assert {pair for pair, value in dense.items() if value} == {
        f"s{i}.test {t}.test" for i in range(6) for t in "abc"
    }


def test_few_sources_or_one_target_are_no_block() -> None:
    ground = world({f"s{i}": "abcdef" for i in range(4)})
    steps = lockstep.lockstep_of_pairs(ground, alone(ground), default())
    assert steps.min() > 0.1
    assert lockstep.blocks(ground, alone(ground), steps, default()) == ()


def test_peeling_finds_the_densest_part() -> None:
    from backlit.signals.groups import rows_of
    from backlit.signals.loops.lockstep import peel

    # A square of four nodes, all joined, with a tail of three.
    edges = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3), (3, 4), (4, 5), (5, 6)]
    one, other = np.array(edges).T
    ends, others = np.concatenate([one, other]), np.concatenate([other, one])
    rows = rows_of(ends, 7)
    left = np.zeros(7, np.bool_)
    alive = np.ones(18, np.bool_)
    assert peel(rows.begin, others[rows.order], np.ones(18), alive, left) == 1.5
    assert left.tolist() == [True] * 4 + [False] * 3
    assert peel(rows.begin, others[rows.order], np.ones(18), ~alive, left) == 0
    assert not left.any()


def test_friends_are_no_lockstep() -> None:
    """Who links to another site says openly what they have in common."""
    ground = world({"s1": "abc", "s2": "abc", "s3": "abc"})
    friends = ground_of(
        [link(f"{s}.test/p", f"{t}.test/") for s in ("s1", "s2", "s3") for t in "abc"]
        + [link("s1.test/p", "s2.test/")]
    )
    before = told(ground, lockstep.measures(ground, alone(ground), default())["lockstep"], 4)
    after = told(friends, lockstep.measures(friends, alone(friends), default())["lockstep"], 4)
    assert after["s1.test a.test"] == after["s2.test a.test"] < before["s1.test a.test"]
    assert after["s3.test a.test"] == before["s3.test a.test"]
