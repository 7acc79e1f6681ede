"""Rings of links, and pages of partners."""

from __future__ import annotations

from math import log

import msgspec
import pytest

from backlit.settings import default
from backlit.signals import exchange
from backlit.signals.load import ground_of
from relation_grounds import alone, classed, link, owned, told, unheard


def world(*edges: str, **more: object):
    """Links ``ab`` from a.test to b.test."""
    return ground_of([link(f"{s}.test/p", f"{t}.test/", **more) for s, t in edges])


def bits(x: float, e: float) -> float:
    return round((x * log(x / e) - x + e) / log(2), 2)


def test_a_ring_of_three_is_told_beyond_what_degrees_explain() -> None:
    ground = world("ab", "bc", "ca", "ad", "ed")
    rings = exchange.rings(ground, alone(ground), default())
    found = exchange.measures(ground, alone(ground), unheard(ground), default())
    # Five edges; a: one in, two out; b, c: one and one; so c = (2 + 1 + 1) / 5.
    expected = {
        "a.test b.test": 1 * 1 / 5 * 0.8,
        "b.test c.test": 1 * 1 / 5 * 0.8,
        "c.test a.test": 2 * 1 / 5 * 0.8,
    }
    names = told(ground, found["cycles_of_three"])
    assert names == {"a.test d.test": 0.0, "e.test d.test": 0.0} | {
        p: bits(1, e) for p, e in expected.items()
    }
    assert rings.three.sum() == 3
    assert rings.four.sum() == 0


def test_a_ring_of_four_and_a_link_in_return() -> None:
    ground = world("ab", "bc", "cd", "da", "ae", "ea")
    rings = exchange.rings(ground, alone(ground), default())
    assert told(ground, exchange.measures(ground, alone(ground), unheard(ground), default())["reciprocal"]) == {
        "a.test b.test": 0, "a.test e.test": 1, "b.test c.test": 0, "c.test d.test": 0, "d.test a.test": 0,
        "e.test a.test": 1,
    }  # fmt: skip
    assert rings.four.sum() == 4
    assert rings.three.sum() == 0


def test_ends_of_one_owner_unfollowed_links_and_platforms_close_no_ring() -> None:
    ring = world("ab", "bc", "ca")
    assert exchange.rings(ring, alone(ring), default()).three.tolist() == [1, 1, 1]
    family = exchange.rings(ring, owned(ring, ("a.test", "b.test")), default())
    assert sorted(family.three.tolist()) == [-1, 0, 0]
    nofollow = world("ab", "bc", "ca", rel="nofollow")
    assert exchange.rings(nofollow, alone(nofollow), default()).three.tolist() == [-1, -1, -1]
    rows = [link("a.test/p", "facebook.com/"), link("facebook.com/p", "c.test/"), link("c.test/p", "a.test/")]
    social = ground_of(rows)
    assert sorted(exchange.rings(social, alone(social), default()).three.tolist()) == [-1, -1, 0]


def test_a_family_counts_once_on_the_way() -> None:
    ground = world("ab", "bx", "by", "xa", "ya")
    apart = exchange.rings(ground, alone(ground), default())
    joined = exchange.rings(ground, owned(ground, ("x.test", "y.test")), default())
    assert apart.three.max() == 2
    assert joined.three.max() == 1


def test_nothing_is_said_of_sites_with_many_links() -> None:
    rules = default()
    few = msgspec.structs.replace(rules.relations.exchange, most_links=1)
    rules = msgspec.structs.replace(rules, relations=msgspec.structs.replace(rules.relations, exchange=few))
    ground = world("ab", "bc", "ca", "ad")
    found = told(ground, exchange.measures(ground, alone(ground), unheard(ground), rules)["cycles_of_three"])
    assert found == {"a.test b.test": None, "a.test d.test": None, "b.test c.test": 0, "c.test a.test": None}


@pytest.mark.parametrize(
    ("path", "title", "external", "value"),
    [
        ("links.html", None, 40, 40),
        ("x", "Our Partners | Blue Shop", 16, 16),
        ("x", "Nos partenaires", 40, 40),
        ("x", "友情链接大全", 40, 40),
        ("links.html", None, 15, 0),
        ("x", "Linkspartei gewinnt", 40, 0),
        ("links.html", None, None, None),
    ],
)
def test_pages_of_partners(path: str, title: str | None, external: int | None, value: float | None) -> None:
    ground = ground_of(
        [link(f"a.test/{path}", "t.test/", source_title=title, source_external_links=external)]
    )
    assert list(
        told(
            ground, exchange.measures(ground, alone(ground), unheard(ground), default())["partner_page"]
        ).values()
    ) == [value]


def test_both_directions_within_days() -> None:
    many = [link(f"m{i}.test/p", f"n{i}.test/", first_seen=f"20{i + 10}-01-01") for i in range(10)]
    rows = [
        link("a.test/p", "b.test/", first_seen="2015-05-01"),
        link("b.test/p", "a.test/", first_seen="2015-05-20"),
        link("c.test/p", "d.test/", first_seen="2013-05-01"),
        link("d.test/p", "c.test/", first_seen="2016-05-20"),
        link("e.test/p", "f.test/", first_seen="2016-05-20"),
        link("f.test/p", "e.test/"),
    ]
    ground = ground_of(rows + many)
    found = told(
        ground, exchange.measures(ground, alone(ground), unheard(ground), default())["returned_soon"]
    )
    assert {pair: value for pair, value in found.items() if pair[0] in "abcdef"} == {
        "a.test b.test": 1, "b.test a.test": 1, "c.test d.test": 0, "d.test c.test": 0,
        "e.test f.test": None, "f.test e.test": None,
    }  # fmt: skip
    assert {value for pair, value in found.items() if pair[0] == "m"} == {None}


def test_one_crawl_in_which_all_is_new_says_nothing() -> None:
    ground = world("ab", "ba", "cd", "dc", first_seen="2026-01-01")
    found = told(
        ground, exchange.measures(ground, alone(ground), unheard(ground), default())["returned_soon"]
    )
    assert set(found.values()) == {None}


def test_rings_of_commercial_words_are_counted() -> None:
    ring = [link(f"{s}.test/p", f"{t}.test/", anchor="buy pills") for s, t in ("ab", "bc", "ca", "ba")]
    friends = [link(f"{s}.test/p", f"{t}.test/", anchor="acme") for s, t in ("de", "ed", "ad")]
    ground = ground_of([*ring, *friends, link("f.test/p", "a.test/")])
    classes = classed(ground, acme="brand", buy="exact commercial")
    found = told(ground, exchange.measures(ground, alone(ground), classes, default())["commercial_rings"])
    assert found == {
        "a.test b.test": 2, "b.test a.test": 1, "b.test c.test": 1, "c.test a.test": 1,
        "d.test e.test": 0, "e.test d.test": 0, "a.test d.test": 0, "f.test a.test": None,
    }  # fmt: skip
