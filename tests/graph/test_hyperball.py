"""HyperBall against exact distances, within its stated error; exact distances against networkx."""

from __future__ import annotations

import gzip
import math
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from scipy.stats import spearmanr

from backlit.errors import GraphError
from backlit.graph.csr import Graph, from_edges
from backlit.graph.hyperball import harmonic, hyperball
from backlit.graph.ordering import sinks_last
from graph.graphs import graph_of, random_graph, targets_of


def spread(seed: int, nodes: int, edges: int) -> Graph:
    """Communities in a row, joined by few links, with many sinks of one or more in-links; ordered."""
    rng = np.random.default_rng(seed)
    source = rng.integers(0, nodes // 2, edges) * 2
    near = (source + rng.integers(-40, 40, edges)) % nodes
    target = np.where(rng.random(edges) < 0.97, near, (rng.random(edges) ** 3 * nodes).astype(np.int64))
    order = sinks_last(np.bincount(source, minlength=nodes))
    return from_edges(order.new_of_old[source], order.new_of_old[target], nodes)


def test_a_chain_has_the_harmonic_numbers() -> None:
    found = harmonic(graph_of([(i, i + 1) for i in range(5)], 6))
    assert found == pytest.approx([sum(1 / k for k in range(1, i + 1)) for i in range(6)])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_exact_distances_agree_with_networkx(seed: int) -> None:
    graph = random_graph(seed, 80, 200)
    peer = nx.DiGraph()
    peer.add_nodes_from(range(80))
    peer.add_edges_from(zip(graph.sources.tolist(), targets_of(graph).tolist(), strict=True))
    theirs = nx.harmonic_centrality(peer)
    assert harmonic(graph) == pytest.approx([theirs[i] for i in range(80)])
    some = np.array([7, 3])
    assert harmonic(graph, some, threads=1) == pytest.approx([theirs[7], theirs[3]])


def test_small_neighbourhoods_are_nearly_exact() -> None:
    empty = hyperball(graph_of([], 3))
    assert (empty.scores.tolist(), empty.steps, empty.complete) == ([0.0] * 3, (0, 0), True)
    assert hyperball(graph_of([], 0)).scores.tolist() == []
    star = hyperball(graph_of([(i, 9) for i in range(9)], 10))
    assert star.scores.tolist() == [0.0] * 9 + [9.0]
    # A sink with one in-link follows from its source; one in the midst of others has a counter.
    chain = hyperball(graph_of([(0, 2), (2, 1), (1, 3)], 4), bits=6)
    assert chain.scores == pytest.approx([0, 1.5, 1, 1 + 1 / 2 + 1 / 3], rel=0.05)


@pytest.mark.parametrize(("bits", "seeds"), [(4, 4), (6, 2)])
def test_estimates_lie_within_the_stated_error(bits: int, seeds: int) -> None:
    graph = spread(1, 6000, 12_000)
    assert 0 < graph.live < graph.nodes
    exact = harmonic(graph)
    found = hyperball(graph, bits=bits, seeds=seeds)
    assert found.complete
    assert found.deviation == pytest.approx(1.04 / math.sqrt(2**bits * seeds))
    error = np.abs(found.scores - exact) / (exact + 1)
    assert error.max() < 3 * found.deviation


def test_ranks_are_those_of_exact_values_at_the_default_precision() -> None:
    graph = spread(2, 6000, 15_000)
    found = hyperball(graph)
    assert spearmanr(found.scores, harmonic(graph)).statistic > 0.995


def test_the_bits_do_not_depend_on_the_number_of_threads_but_on_the_seed() -> None:
    graph = spread(3, 60_000, 200_000)
    one, two = (hyperball(graph, bits=4, seeds=1, threads=t) for t in (1, 2))
    assert one.scores.tobytes() == two.scores.tobytes()
    other = hyperball(graph, bits=4, seeds=1, first_seed=1)
    assert other.scores.tobytes() != one.scores.tobytes()


def test_any_order_of_nodes_gives_estimates_within_the_error() -> None:
    graph = spread(4, 3000, 8000)
    names = np.random.default_rng(1).permutation(graph.nodes)
    mixed = from_edges(names[graph.sources], names[targets_of(graph)], graph.nodes)
    found = hyperball(mixed)
    exact = harmonic(graph)
    assert (np.abs(found.scores[names] - exact) / (exact + 1)).max() < 3 * found.deviation


def test_a_greatest_distance_leaves_the_rest_out_and_says_so() -> None:
    graph = graph_of([(i, i + 1) for i in range(9)], 10)
    heard: list[tuple[int, int, int]] = []
    found = hyperball(graph, bits=6, seeds=1, max_distance=2, progress=lambda *at: heard.append(at))
    assert not found.complete
    assert found.steps == (2,)
    assert found.scores[5] == pytest.approx(1.5, rel=0.05)
    assert [at[:2] for at in heard] == [(0, 1), (0, 2)]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"bits": 3}, "bits are 4 to 8"),
        ({"seeds": 0}, "at least one is needed"),
        ({"max_distance": 0}, "at least 1"),
    ],
)
def test_what_cannot_be_counted_with_is_refused(options: dict[str, int], words: str) -> None:
    with pytest.raises(GraphError, match=words):
        hyperball(graph_of([(0, 1)], 2), **options)  # type: ignore[arg-type]
    with pytest.raises(GraphError, match=r"outside 0\.\.1"):
        harmonic(graph_of([(0, 1)], 2), np.array([2]))


def test_ranks_on_a_real_web_graph_are_those_of_exact_values(shared_data: Path) -> None:
    path = shared_data / "graphs" / "web-NotreDame.txt.gz"
    if not path.is_file():
        pytest.skip(f"the web graph of Notre Dame is not at {path}")
    with gzip.open(path) as file:
        edges = np.loadtxt(file, dtype=np.int64, comments="#")
    nodes = int(edges.max()) + 1
    assert nodes > 300_000
    order = sinks_last(np.bincount(edges[:, 0], minlength=nodes))
    graph = from_edges(order.new_of_old[edges[:, 0]], order.new_of_old[edges[:, 1]], nodes)
    some = np.random.default_rng(1).choice(nodes, 1000, replace=False)
    found, exact = hyperball(graph), harmonic(graph, some)
    assert spearmanr(found.scores[some], exact).statistic > 0.995
    assert (np.abs(found.scores[some] - exact) / (exact + 1)).max() < 3 * found.deviation
