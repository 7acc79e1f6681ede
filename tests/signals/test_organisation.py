"""Which sites have one owner."""

from __future__ import annotations

from typing import Any

from backlit.settings import default
from backlit.signals.ground import Ground
from backlit.signals.load import ground_of
from backlit.signals.organisation import measure, organisations
from signal_grounds import plain


def owners(ground: Ground) -> list[list[str]]:
    """The names of the sites of each owner with more than one."""
    names = ground.sites.name.to_pylist()
    groups: dict[int, list[str]] = {}
    for name, owner in zip(names, organisations(ground).tolist(), strict=True):
        groups.setdefault(owner, []).append(name)
    return [group for group in groups.values() if len(group) > 1]


def link(source: str, target: str, **more: Any) -> dict[str, Any]:
    return {
        "source_url": f"https://{source}/",
        "target_url": f"https://{target}/",
        "last_seen": "2026-01-01",
    } | more


def crowd(count: int, target: str = "t.test") -> list[dict[str, Any]]:
    return [link(f"crowd{i}.test", target) for i in range(count)]


def test_an_account_that_few_sites_bear_tells_their_owner() -> None:
    hosts = [{"host": f"{s}.test", "adsense_id": "ca-pub-1"} for s in ("a", "b")]
    hosts += [
        {"host": "www.b.test", "analytics_id": "G-ABCDEFGH1"},
        {"host": "c.test", "analytics_id": "G-ABCDEFGH1"},
    ]
    ground = ground_of([link("a.test", "c.test"), link("b.test", "t.test"), *crowd(3)], hosts=hosts)
    assert owners(ground) == [["a.test", "b.test", "c.test"]]
    found = measure(ground, default())["same_organisation"]
    assert (found.level, plain(found.value)) == ("pair", [1.0, 0.0, 0.0, 0.0, 0.0])


def test_an_account_that_many_sites_bear_tells_nothing() -> None:
    hosts = [{"host": f"crowd{i}.test", "analytics_id": "G-ABCDEFGH1"} for i in range(4)]
    assert owners(ground_of(crowd(40), hosts=hosts)) == []
    assert owners(ground_of(crowd(80), hosts=hosts)) == [
        ["crowd0.test", "crowd1.test", "crowd2.test", "crowd3.test"]
    ]


def test_addresses_and_name_servers_tell_no_owner() -> None:
    hosts = [
        {"host": f"{s}.test", "ip": "192.0.2.1", "nameserver": "ns.test", "theme": "x"} for s in ("a", "b")
    ]
    assert owners(ground_of([link("a.test", "b.test")], hosts=hosts)) == []


def test_the_account_of_a_platform_is_not_that_of_its_tenants() -> None:
    hosts = [{"host": f"{s}.github.io", "analytics_id": "G-ABCDEFGH1"} for s in ("a", "b")]
    links = [link("a.github.io", "t.test"), link("b.github.io", "t.test"), *crowd(40)]
    assert owners(ground_of(links, hosts=hosts)) == []


FAMILY = [
    link("daily-news.test", "weekly-post.test", anchor="Weekly Post", placement="footer"),
    link("weekly-post.test", "daily-news.test", alt="daily-news.test", placement="nav"),
]
OLD = [{"host": f"{name}.test", "registered": "2001-01-01"} for name in ("daily-news", "weekly-post")]


def test_old_sites_that_name_each_other_have_one_owner() -> None:
    links = [*FAMILY, *crowd(3, "daily-news.test"), *crowd(3, "weekly-post.test")]
    ground = ground_of(links, hosts=OLD)
    assert owners(ground) == [["daily-news.test", "weekly-post.test"]]
    names = ground.sites.name.to_pylist()
    found = measure(ground, default())["name_each_other"].value
    named = [
        (names[s], names[t])
        for s, t, v in zip(ground.pairs.source, ground.pairs.target, found, strict=True)
        if v == 1
    ]
    assert named == [("weekly-post.test", "daily-news.test"), ("daily-news.test", "weekly-post.test")]


def test_sites_that_name_each_other_stay_apart_while_they_are_young_or_alone() -> None:
    young = [host | {"registered": "2025-06-01"} for host in OLD]
    known = [*crowd(3, "daily-news.test"), *crowd(3, "weekly-post.test")]
    assert owners(ground_of([*FAMILY, *known], hosts=young)) == []
    assert owners(ground_of([*FAMILY, *known])) == []
    assert owners(ground_of(FAMILY, hosts=OLD)) == []


def test_a_site_that_was_linked_to_long_ago_is_old() -> None:
    known = [*crowd(3, "daily-news.test"), *crowd(3, "weekly-post.test")]
    early = [row | {"first_seen": "2023-01-01"} for row in known]
    assert owners(ground_of([*FAMILY, *early])) == [["daily-news.test", "weekly-post.test"]]


def test_links_in_the_text_or_by_keyword_are_no_sign_of_an_owner() -> None:
    known = [*crowd(3, "daily-news.test"), *crowd(3, "weekly-post.test")]
    in_text = [row | {"placement": "content"} for row in FAMILY]
    assert owners(ground_of([*in_text, *known], hosts=OLD)) == []
    keyword = [FAMILY[0] | {"anchor": "cheap loans"}, FAMILY[1]]
    assert owners(ground_of([*keyword, *known], hosts=OLD)) == []
