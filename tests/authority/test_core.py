"""The trusted core: who is a seed, who is let in, and who cannot buy it."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as checks
from hypothesis import strategies as st

from authority.webs import edges_of, graph_of, small_web
from backlit.authority.core import Core, count_sponsors, trusted_core
from backlit.authority.names import NameSet, read_sections, sections
from backlit.authority.seeds import ADDED, LISTED, SUFFIX, VOUCHED, find_seeds
from backlit.graph.csr import from_edges
from backlit.settings import Settings, default


def asking_for(sponsors: int, named: int = 1, rounds: int = 3) -> Settings:
    shipped = default()
    core = msgspec.structs.replace(shipped.core, sponsors=sponsors, named_sponsors=named, rounds=rounds)
    return msgspec.structs.replace(shipped, core=core)


def seeds_of(*names: str, **more: list[str]) -> dict[str, int]:
    found = find_seeds(list(names), len(names), **more)
    return {names[i]: int(how) for i, how in zip(found.nodes, found.how, strict=True)}


def test_suffixes_that_not_everybody_can_register_make_seeds() -> None:
    names = (
        "x.edu",
        "a.gov",
        "ox.ac.uk",
        "x.gov.au",
        "usp.edu.br",
        "x.gob.mx",
        "un.int",
        "army.mil",
        "open.gov.uk",
    )
    assert seeds_of(*names) == dict.fromkeys(names, SUFFIX)


@pytest.mark.parametrize(
    "name", ["edu.com", "gov.example.com", "notgov", "xac.uk", "shop.edu.pl", "ac.example.com"]
)
def test_names_that_only_look_so_make_none(name: str) -> None:
    assert seeds_of(name) == {}


def test_the_list_the_user_and_platforms() -> None:
    assert seeds_of("wikipedia.org", "de.wikipedia.org", "facebook.com", "me.wordpress.com", "mine.test") == {
        "wikipedia.org": LISTED,
        "de.wikipedia.org": LISTED,
    }
    theirs = {"add": ["Mine.test ", "facebook.com"], "remove": ["wikipedia.org"]}
    assert seeds_of("wikipedia.org", "mine.test", "facebook.com", **theirs) == {
        "mine.test": ADDED,
        "facebook.com": ADDED,
    }


def test_names_in_a_function_are_asked_for_in_batches() -> None:
    names = ["a.gov", "b.com", "c.edu"]
    found = find_seeds(lambda ids: [names[i] for i in ids], 3)
    assert found.nodes.tolist() == [0, 2]
    assert found.by_tld == {"gov": 1, "com": 1, "edu": 1}


def test_the_shipped_lists_are_sound() -> None:
    listed = [e for entries in sections("trusted-core.txt").values() for e in entries]
    platforms = [e for entries in sections("platforms.txt").values() for e in entries]
    assert len(listed) == len(set(listed)) > 400
    assert len(platforms) == len(set(platforms)) > 200
    assert not set(listed) & set(platforms)
    assert all(e == e.strip().lower() and "." in e for e in [*listed, *platforms])
    assert 16 <= len(sections("topics.txt")) <= 30


def test_sections_are_read_with_comments() -> None:
    assert read_sections("x\n[a b]\n# c\nY # d\n\n[e]\n") == {"": ("x",), "a b": ("y",), "e": ()}


def test_a_name_set_matches_what_lies_below() -> None:
    import pyarrow as pa

    names = pa.array(["b.org", "a.b.org", "xb.org", "org", None])
    assert NameSet(["b.org"]).matches(names).tolist() == [True, True, False, False, False]


def test_sponsors_let_in_round_by_round_and_no_further() -> None:
    # 0 and 1 are seeds; both link to 2; 1 and 2 link to 3; 2 and 3 link to 4; 0 alone links to 5.
    graph = graph_of(6, (0, 2), (1, 2), (1, 3), (2, 3), (2, 4), (3, 4), (0, 5))
    core = trusted_core(graph, seeds=np.array([0, 1]), settings=asking_for(2, rounds=2))
    assert core.nodes.tolist() == [0, 1, 2, 3]
    assert core.how.tolist() == [ADDED, ADDED, VOUCHED, VOUCHED + 1]
    assert core.sponsors.tolist() == [0, 0, 2, 2, 2, 1]
    assert core.counts() == {"user": 2, "vouched 1": 1, "vouched 2": 1}


def test_platforms_and_removed_sites_are_not_let_in_and_named_ones_need_fewer() -> None:
    names = ["a.gov", "b.gov", "facebook.com", "out.test", "uni-x.de", "shop-x.de"]
    graph = graph_of(6, *((u, t) for u in (0, 1) for t in (2, 3)), (0, 4), (0, 5))
    core = trusted_core(graph, names, remove=["out.test"], settings=asking_for(2))
    assert [names[i] for i in core.nodes] == ["a.gov", "b.gov", "uni-x.de"]


def test_hosts_of_one_owner_are_one_sponsor() -> None:
    graph = graph_of(4, (0, 3), (1, 3), (2, 3))
    trusted = np.array([True, True, True, False])
    assert count_sponsors(graph, trusted, 9, owners=np.array([7, 7, 8, 0])).tolist() == [0, 0, 0, 2]
    assert count_sponsors(graph, trusted, 2).tolist() == [0, 0, 0, 2]


def test_without_seeds_there_is_no_core_and_it_says_so() -> None:
    core = trusted_core(graph_of(3, (0, 1)), ["a.com", "b.com", "c.com"])
    assert len(core) == 0
    assert "no trusted core" in core.rule
    assert len(trusted_core(graph_of(2, (0, 1)))) == 0


def test_coverage_counts_by_domain_and_language() -> None:
    names = ["a.gov", "b.de", "spiegel.de", "c.com"]
    core = trusted_core(graph_of(4, (0, 1)), names)
    rows = {r["tld"]: r for r in core.coverage(names, np.array([True, True, False, False])).to_pylist()}
    assert rows["de"] == {
        "tld": "de",
        "sites": 2,
        "core": 1,
        "core_share": 0.5,
        "reached": 1,
        "reached_share": 0.5,
    }
    assert core.language_coverage().to_pylist()[0]["language"] == "de"
    known = core.language_coverage(["en", "de", "de", None]).to_pylist()
    assert [(r["language"], r["sites"], r["core"]) for r in known] == [("de", 2, 1), ("en", 1, 1)]


def farmed(seed: int, sites: int, stolen: int, target: int) -> tuple[Core, Core]:
    """A web's core before and after a farm of random links, with stolen ones from anywhere."""
    rng = np.random.default_rng(seed)
    graph, before, _ = small_web()
    source, to = edges_of(graph)
    farm = np.arange(graph.nodes, graph.nodes + sites)
    within = rng.choice(farm, (2, 5 * sites))
    out = rng.choice(farm, 3 * sites), rng.integers(0, graph.nodes, 3 * sites)
    aims = np.append(farm[:1], target)
    taken = rng.choice(np.flatnonzero(graph.out_degree), stolen), rng.choice(aims, stolen)
    source = np.concatenate([source, within[0], out[0], farm, np.full(sites, target), taken[0]])
    to = np.concatenate([to, within[1], out[1], np.full(sites, target), farm, taken[1]])
    seeds = before.nodes[before.how == ADDED]
    return before, trusted_core(from_edges(source, to, graph.nodes + sites), seeds=seeds)


@checks(max_examples=25, deadline=None)
@given(st.integers(0, 999), st.integers(1, 3000), st.integers(0, 11), st.integers(0, 3999))
def test_no_farm_of_any_size_gets_in_and_its_target_only_from_near(seed: int, k: int, s: int, t: int) -> None:
    if t in small_web().core:
        return
    before, after = farmed(seed, k, s, t)
    assert not (after.nodes >= 4000).any()
    fresh = np.setdiff1d(after.nodes, before.nodes)
    # Whoever came in had all but the stolen sponsors, or was vouched for by one who had.
    if t not in after:
        assert not len(fresh)
    elif s == 0:
        raise AssertionError("a farm without stolen links carried its target in")
    else:
        assert int(before.sponsors[t]) + s >= before.needed


def test_many_names_are_told_as_few_are() -> None:
    import pyarrow as pa

    from backlit.authority.tails import Tails

    tails = Tails({1: ["gov", "a.org"], 2: ["org"]})
    some = ["x.gov", "gov", "a.org", "b.a.org", "xa.org", "govx", "", None, "a.gov.x", ".org"]
    few, labels = tails.look(pa.array(some))
    assert few.tolist() == [1, 1, 3, 3, 2, 0, 0, 0, 0, 2]
    assert labels["org"] == 4
    many, counted = tails.look(pa.array(some * 3000))
    assert many.tolist() == few.tolist() * 3000
    assert counted == {label: count * 3000 for label, count in labels.items()}
