"""What links would bring: bounds that hold, and an exact value that is the full recomputation's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from authority.webs import Ranked, edges_of, graph_of, real_web, slices, small_web
from backlit.authority.engine import authority
from backlit.authority.visits import Link, rank_after, visits
from backlit.authority.whatif import what_if
from backlit.errors import GraphError
from backlit.graph.csr import from_edges
from backlit.settings import default

A = 0.85


def case(web: Ranked, rng: np.random.Generator) -> tuple[int, list[int], list[int]]:
    """A random reached target with up to three links to gain and two to lose, at least one of either."""
    reached = np.flatnonzero(web.found.reached)
    live = np.flatnonzero((web.graph.out_degree > 0) & web.found.reached)
    target = int(rng.choice(reached))
    row = web.graph.in_edges(target)[0]
    free = np.setdiff1d(live, np.append(row, target))
    gain = rng.choice(free, rng.integers(0, 4), replace=False).tolist()
    lose = rng.choice(row, min(len(row), rng.integers(0, 3)), replace=False).tolist()
    return target, gain or ([] if lose else [int(free[0])]), lose


def changed(web: Ranked, target: int, gain: list[int], lose: list[int]):
    """The graph with the links gained and lost, built anew."""
    source, to = edges_of(web.graph)
    stays = ~((to == target) & np.isin(source, lose))
    source, to = np.append(source[stays], gain), np.append(to[stays], [target] * len(gain))
    return from_edges(source.astype(np.int64), to.astype(np.int64), web.graph.nodes)


def held(web: Ranked, cases: int) -> tuple[float, float]:
    """The share of random cases whose interval holds the exact value, and the median width."""
    rng = np.random.default_rng(7)
    inside, widths = 0, []
    for _ in range(cases):
        target, gain, lose = case(web, rng)
        found = what_if(web.graph, web.found, target, gain=gain, lose=lose, exact=True)
        assert found.authority_exact is not None
        inside += found.authority_low <= found.authority_exact <= found.authority_high
        widths.append(found.authority_high - found.authority_low)
    return inside / cases, float(np.median(widths))


def test_visits_are_those_of_the_inverse_matrix() -> None:
    graph = graph_of(4, (0, 1), (1, 0), (1, 2), (2, 0), (3, 0))
    steps = np.array([[0, 1, 0, 0], [0.5, 0, 0.5, 0], [1, 0, 0, 0], [1, 0, 0, 0]])
    exact = np.linalg.inv(np.eye(4) - A * steps)
    found = visits(graph, np.arange(4), A, default().whatif)
    assert (found.low <= exact + 1e-12).all()
    assert (exact <= found.high + 1e-12).all()
    assert (found.high - found.low).max() < 1e-5


@pytest.mark.parametrize("seed", range(8))
def test_bounds_on_the_rank_hold_on_a_web(seed: int) -> None:
    web = small_web()
    target, gain, lose = case(web, np.random.default_rng(seed))
    links = [Link(u, 1.0, True) for u in gain] + [Link(u, 1.0, False) for u in lose]
    bounds, sources = rank_after(web.graph, web.found.flow, target, links, A, default().whatif)
    fresh = authority(changed(web, target, gain, lose), web.core).flow
    assert bounds.low - 1e-11 <= fresh[target] <= bounds.high + 1e-11
    assert (sources.low - 1e-11 <= fresh[[*gain, *lose]]).all()
    assert (fresh[[*gain, *lose]] <= sources.high + 1e-11).all()


@pytest.mark.parametrize("seed", range(4))
def test_exact_is_the_full_recomputation(seed: int) -> None:
    web = small_web()
    target, gain, lose = case(web, np.random.default_rng(100 + seed))
    found = what_if(web.graph, web.found, target, gain=gain, lose=lose, exact=True)
    fresh = authority(changed(web, target, gain, lose), web.core, harmonic="core", scale=web.found.scale)
    assert found.authority_exact == pytest.approx(fresh.score[target], abs=0.06)


def test_a_site_that_loses_all_its_links_is_not_reached() -> None:
    graph = graph_of(4, (0, 1), (1, 2), (2, 1), (0, 3))
    found = authority(graph, np.array([0]))
    lost = what_if(graph, found, 1, lose=[0], exact=True)
    assert lost.authority_exact == 1
    assert lost.authority_low == 1


def test_a_link_from_a_site_that_lives_on_the_target_brings_nothing() -> None:
    graph = graph_of(3, (0, 1), (1, 2))
    found = authority(graph, np.array([0]))
    assert what_if(graph, found, 1, gain=[2], exact=True).authority_exact == found.score[1]


def test_what_changes_nothing_is_said() -> None:
    graph = graph_of(4, (0, 1), (0, 2))
    found = authority(graph, np.array([0]))
    answer = what_if(graph, found, 1, gain=[0], lose=[3], exact=True)
    assert (answer.already, answer.absent) == ((0,), (3,))
    assert answer.authority_low == answer.authority_exact == answer.authority_high == answer.authority_now
    for wrong in ({"gain": [1]}, {"gain": [9]}, {"gain": [3], "lose": [3]}):
        with pytest.raises(GraphError):
            what_if(graph, found, 1, **wrong)


def test_intervals_hold_on_a_generated_web() -> None:
    inside, width = held(small_web(), 100)
    assert inside >= 0.95
    assert width <= 5


@pytest.mark.parametrize("file", ["cc-domain-slices-edges.tsv.gz", "ukwa-1996-host-links.tsv.gz"])
def test_intervals_hold_on_real_webs(shared_data: Path, file: str) -> None:
    path = shared_data / "graphs" / file
    web = slices(path)[0] if file.startswith("cc") else real_web(path)
    inside, width = held(web, 200)
    assert inside >= 0.95
    assert width <= 5
