"""Footprints that the linkers of one target share."""

from __future__ import annotations

from math import log

import msgspec
import numpy as np
import pytest

from backlit.settings import Settings, default
from backlit.signals import networks
from backlit.signals.ground import Ground
from backlit.signals.load import ground_of
from relation_grounds import alone, link, owned, told

SITES = [f"s{i}.test" for i in range(8)]


def ground(shared: dict[str, dict[str, str]], **more: object) -> Ground:
    """Eight sites link to t.test; each has an account of its own but for what is given."""
    hosts = [{"host": site, "adsense_id": f"ca-pub-{site}", **shared.get(site, {})} for site in SITES]
    return ground_of([link(f"{site}/a", "t.test/") for site in SITES], (), hosts, **more)  # type: ignore[arg-type]


def bits(x: float, e: float, weight: float) -> float:
    return round(weight * (x * log(x / e) - x + e) / log(2), 2)


def test_a_shared_account_is_told_in_bits_beyond_chance() -> None:
    three = ground({site: {"adsense_id": "ca-pub-1"} for site in SITES[:3]})
    found = networks.measures(three, alone(three), default())
    # Seven other linkers, three of a thousand domains bear it: 0.021 others by chance.
    assert told(three, found["network_accounts"]) == {
        f"{site} t.test": bits(2, 7 * 3 / 1000, 2) if site in SITES[:3] else 0.0 for site in SITES
    }
    assert told(three, found["network_size"]) == {
        f"{site} t.test": 2.0 if site in SITES[:3] else 0.0 for site in SITES
    }
    assert told(three, found["network_servers"]) == {f"{site} t.test": None for site in SITES}


def test_two_domains_with_one_account_are_no_network() -> None:
    two = ground({site: {"adsense_id": "ca-pub-1"} for site in SITES[:2]})
    found = networks.shared(two, alone(two), default())
    assert found.key.tolist() == [-1] * 8
    assert not found.strength.any()


def test_an_address_and_its_network_count_once() -> None:
    three = ground({site: {"ip": "192.0.2.7"} for site in SITES[:3]})
    found = networks.measures(three, alone(three), default())["network_servers"]
    # The kind is known of three linkers alone.
    assert told(three, found)["s0.test t.test"] == bits(2, 2 * 3 / 1000, 1)
    assert told(three, found)["s3.test t.test"] is None


def test_tenants_of_one_platform_are_one_domain() -> None:
    tenants = [f"{name}.github.io" for name in "abc"]
    hosts = [{"host": site, "ip": "192.0.2.7"} for site in tenants]
    found = ground_of([link(f"{site}/a", "t.test/") for site in tenants], (), hosts)
    assert not networks.shared(found, alone(found), default()).strength.any()


def test_what_many_bear_says_nothing() -> None:
    rules: Settings = default()
    few = msgspec.structs.replace(rules.relations.networks, common_least=2)
    rules = msgspec.structs.replace(rules, relations=msgspec.structs.replace(rules.relations, networks=few))
    three = ground({site: {"adsense_id": "ca-pub-1"} for site in SITES[:3]})
    assert networks.shared(three, alone(three), default()).strength.any()
    assert not networks.shared(three, alone(three), rules).strength.any()


def test_sites_of_the_targets_owner_neither_count_nor_are_accused() -> None:
    four = ground({site: {"adsense_id": "ca-pub-1"} for site in SITES[:4]})
    found = networks.shared(four, owned(four, ("t.test", "s0.test", "s1.test")), default())
    assert found.key.tolist() == [-1] * 8
    found = networks.shared(four, owned(four, ("t.test", "s0.test")), default())
    assert found.others.tolist() == [0, 2, 2, 2, 0, 0, 0, 0]


def test_members_without_merit_are_a_factor() -> None:
    authority = {"s0.test": 5.0, "s1.test": 80.0}
    four = ground(
        {s: {"adsense_id": "ca-pub-1"} for s in SITES[:4]}, trusted=["s2.test"], authority=authority
    )
    found = networks.measures(four, alone(four), default())["network_unproven"]
    assert told(four, found) == {f"{s} t.test": 0.25 if s in SITES[:4] else None for s in SITES}


def test_networks_are_told_with_members_and_targets() -> None:
    rows = [link(f"{site}/a", f"{target}/") for site in SITES[:3] for target in ("t.test", "u.test")]
    hosts = [{"host": site, "adsense_id": "ca-pub-1"} for site in SITES[:3]]
    both = ground_of([*rows, link("s9.test/a", "t.test/")], (), hosts)
    found = networks.shared(both, alone(both), default())
    (case,) = networks.networks(both, found, 4)
    names = both.sites.name.to_pylist()
    assert (case.kind, [names[i] for i in case.members], [names[i] for i in case.targets]) == (
        "ads", SITES[:3], ["t.test", "u.test"],
    )  # fmt: skip
    assert case.surprise == pytest.approx(bits(2, 2 * 3 / 1000, 2), abs=0.01)
    assert networks.members(both, found, 0).tolist() == [0, 1, 2]
    assert networks.networks(both, found, 100) == ()


def test_without_footprints_nothing_is_known() -> None:
    bare = ground_of([link(f"{site}/a", "t.test/") for site in SITES])
    found = networks.measures(bare, alone(bare), default())
    assert {name: np.isnan(m.value).all() for name, m in found.items()} == dict.fromkeys(found, True)


def test_what_the_target_bears_too_is_its_family_or_its_clients() -> None:
    rows = [link(f"{site}/a", "t.test/") for site in SITES[:4]]
    hosts = [{"host": site, "ip": "192.0.2.7"} for site in SITES[:4]]
    apart, together = (
        ground_of(rows, (), hosts),
        ground_of(rows, (), [*hosts, {"host": "t.test", "ip": "192.0.2.7"}]),
    )
    assert networks.shared(apart, alone(apart), default()).strength.all(axis=0).tolist() == [
        False,
        True,
        False,
    ]
    assert not networks.shared(together, alone(together), default()).strength.any()


def test_a_themes_own_credit_is_no_network() -> None:
    def makeup(others: int) -> float | None:
        """Twelve bearers of a theme link to t.test, and so many to other sites."""
        rows = [link(f"s{i}.test/a", "t.test/") for i in range(12)]
        rows += [link(f"x{i}.test/a", f"y{i}.test/") for i in range(others)]
        hosts = [{"host": row["source_url"][8:].split("/")[0], "theme": "astra"} for row in rows]
        credit = ground_of(rows, (), hosts)
        return told(credit, networks.measures(credit, alone(credit), default())["network_makeup"])[
            "s0.test t.test"
        ]

    assert makeup(3) == 0
    assert makeup(20) == 0  # more than a fifteenth of all bear it
