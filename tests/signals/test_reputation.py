"""What a site's place among sites, its name and its age say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from backlit.settings import default
from backlit.signals.hostnames import name_traits
from backlit.signals.load import ground_of
from backlit.signals.organisation import organisations
from backlit.signals.reputation import SIGNALS, measure, standing


def link(source: str, target: str, **more: Any) -> dict[str, Any]:
    return {
        "source_url": f"https://{source}.test/",
        "target_url": f"https://{target}.test/",
        "last_seen": "2026-01-11",
    } | more


def values(links: list[dict[str, Any]], signal: str, **more: Any) -> dict[str, float | None]:
    ground = ground_of(links, **more)
    found = measure(ground, default())[signal].value
    return {
        name.removesuffix(".test"): None if np.isnan(value) else round(float(value), 4)
        for name, value in zip(ground.sites.name.to_pylist(), found, strict=True)
    }


def test_every_signal_has_values_at_its_level_even_without_links() -> None:
    for ground in (ground_of([]), ground_of([link("a", "b")])):
        found = measure(ground, default())
        assert list(found) == [signal.id for signal in SIGNALS]
        assert {len(m.value) for m in found.values()} == {len(ground.sites)}
        assert [m.level for m in found.values()] == [signal.level for signal in SIGNALS]


def test_linkers_are_organisations_and_followed() -> None:
    links = [
        link("a", "t"),
        link("b", "t"),
        link("c", "t", rel="nofollow"),
        link("d", "t", hidden=True),
        link("t", "a"),
        *[link(f"x{i}", "z") for i in range(30)],
    ]
    hosts = [{"host": f"{s}.test", "adsense_id": "pub-1"} for s in "ab"]
    ground = ground_of(links, hosts=hosts)
    found = standing(ground, organisations(ground))
    counts = dict(
        zip(ground.sites.name.to_pylist(), zip(found.linkers, found.targets, strict=True), strict=True)
    )
    assert {name: counts[f"{name}.test"] for name in "abcdtz"} == {
        "a": (1, 1),
        "b": (0, 1),
        "c": (0, 0),
        "d": (0, 0),
        "t": (1, 1),
        "z": (30, 0),
    }


def test_trust_falls_with_the_distance_from_trusted_sites() -> None:
    links = [link("good", "near"), link("near", "far"), link("lost", "alone")]
    assert values(links, "trusted_source", trusted=["good.test"]) == {
        "good": 1.0,
        "near": 0.8,
        "far": 0.6,
        "lost": 0.0,
        "alone": 0.0,
    }
    assert values(links, "trusted_target", trusted=["good.test"])["near"] == 0.8
    assert values(links, "far_from_trust", trusted=["good.test"])["far"] == pytest.approx(0.4)
    assert set(values(links, "trusted_source").values()) == {None}


FARM = [link(f"farm{i}", "money") for i in range(30)]
#: Everybody on two circles links to the next ones: rank that comes from afar.
WEB = [link(f"w{i}", f"w{(i + step) % 40}") for i in range(40) for step in range(1, 12)]
CHAIN = [link(f"w{i}", "star") for i in range(40)]


def test_rank_from_near_neighbours_is_told_from_rank_that_comes_from_afar() -> None:
    found = values([*FARM, *WEB, *CHAIN], "near_rank")
    assert (found["money"], found["star"], found["farm0"]) == (0.5, 0.0, None)
    assert values([*FARM, *WEB, *CHAIN], "target_near_rank") == found


def test_spam_mass_is_the_part_of_rank_that_the_trusted_do_not_lend() -> None:
    found = values([*FARM, *WEB, *CHAIN], "spam_mass", trusted=[f"w{i}.test" for i in range(40)])
    assert (found["money"], found["star"], found["farm0"]) == (1.0, 0.0, None)


def test_a_site_that_links_where_nobody_else_does_stands_out() -> None:
    links = [link(f"s{i}", "popular") for i in range(9)]
    links += [
        link("s0", "known"),
        link("s1", "known"),
        link("s2", "obscure1"),
        link("s2", "obscure2"),
        link("s3", "x"),
    ]
    found = values(links, "links_to_the_obscure")
    assert {name: found[name] for name in ("s0", "s1", "s2", "s3", "s4")} == {
        "s0": 0.5,
        "s1": 0.5,
        "s2": 1.0,
        "s3": 0.75,
        "s4": None,
    }


def test_many_targets_for_few_linkers() -> None:
    links = [link("seller", f"t{i}") for i in range(6)] + [link("a", "seller"), link("b", "seller")]
    assert values(links, "many_targets")["seller"] == 6
    found = values(links, "out_to_in")
    assert (found["seller"], found["a"], found["t0"]) == (3.0, None, None)
    assert values(links, "unlinked_source")["a"] == 1
    assert values(links, "few_linkers")["seller"] == 2


def test_age_is_counted_to_the_last_day_seen_and_may_be_unknown() -> None:
    found = values([link("a", "b")], "young_source", hosts=[{"host": "a.test", "registered": "2026-01-01"}])
    assert found == {"a": 10.0, "b": None}
    assert values([link("a", "b")], "weak_source", authority={"a.test": 12.5}) == {"a": 12.5, "b": None}


def test_few_linkers_are_stronger_than_many() -> None:
    signal = next(signal for signal in SIGNALS if signal.id == "few_linkers")
    assert signal.strength(np.array([0, 20, 50])).tolist() == [1, 0, 0]
    assert np.isnan(signal.strength(np.array([np.nan]))).all()


@pytest.mark.parametrize(
    ("name", "hyphens", "digits", "length", "run", "trade"),
    [
        ("example.com", 0, 0, 7, 3, 0),
        ("best-cheap-loans-24.com", 3, 2, 19, 3, 1),
        ("onlinecasino77.net", 0, 2, 14, 2, 1),
        ("buy-it.test", 1, 0, 6, 3, 1),
        ("buyit.test", 0, 0, 5, 4, 0),
        ("xkqzrtbw.info", 0, 0, 8, 8, 0),
        ("slotted.test", 0, 0, 7, 2, 0),
    ],
)
def test_names_are_read_by_their_first_label(
    name: str, hyphens: int, digits: int, length: int, run: int, trade: int
) -> None:
    found = name_traits(pa.array([name]))
    assert [column.tolist() for column in found] == [[hyphens], [digits], [length], [run], [trade]]


def test_names_of_other_scripts_and_addresses_are_not_read() -> None:
    assert np.isnan(np.array(name_traits(pa.array(["xn--mnchen-3ya.de", "192.0.2.1"])))).all()
