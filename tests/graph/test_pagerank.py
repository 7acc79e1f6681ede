"""PageRank: closed forms, agreement with exact solutions, networkx and scipy, the bound, the bits."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
import scipy.sparse
import scipy.sparse.linalg
from hypothesis import given, settings
from hypothesis import strategies as st

from backlit.errors import GraphError
from backlit.graph.csr import Graph, from_edges
from backlit.graph.ordering import sinks_last
from backlit.graph.pagerank import Dangling, pagerank
from graph.graphs import edge_lists, exact_pagerank, graph_of, random_graph, targets_of

TIGHT = {"tolerance": 1e-12}


@pytest.mark.parametrize("dangling", list(Dangling))
@pytest.mark.parametrize("method", ["gauss-seidel", "power"])
def test_graphs_without_nodes_without_edges_and_of_one_node(dangling: Dangling, method: str) -> None:
    share = 0.15 if dangling is Dangling.LOST else 1.0
    for nodes in (0, 1, 4):
        found = pagerank(graph_of([], nodes), dangling=dangling, method=method)  # type: ignore[arg-type]
        assert found.scores == pytest.approx([share / max(nodes, 1)] * nodes)


def test_a_cycle_shares_everything_equally() -> None:
    assert pagerank(graph_of([(0, 1), (1, 2), (2, 0)], 3), **TIGHT).scores == pytest.approx([1 / 3] * 3)


def test_a_chain_adds_a_power_of_the_damping_a_step() -> None:
    n, a = 6, 0.85
    found = pagerank(graph_of([(i, i + 1) for i in range(n - 1)], n), **TIGHT).scores
    assert found == pytest.approx([(1 - a ** (i + 1)) / n for i in range(n)])


def test_a_star_linked_back_is_the_bound_of_link_spam_alliances() -> None:
    # Gyongyi & Garcia-Molina 2005: p_t = (1 - a)/N (1 + a k) / (1 - a^2)
    k, n, a = 7, 8, 0.85
    graph = graph_of([(u, 0) for u in range(1, n)] + [(0, u) for u in range(1, n)], n)
    assert pagerank(graph, **TIGHT).scores[0] == pytest.approx((1 - a) / n * (1 + a * k) / (1 - a * a))


def test_a_clique_joined_to_a_cycle_by_one_link() -> None:
    # Clique of k nodes 0..k-1, cycle of p nodes; node 0 also links to the cycle's first. Linear, base b:
    # other clique nodes c = b + a (x0/k + (k-2) c/(k-1)), x0 = b + a c; along the cycle y_i = b + a y_{i-1},
    # and y_0 = b + a y_{p-1} + a x0/k.
    k, p, a = 5, 4, 0.85
    clique = [(i, j) for i in range(k) for j in range(k) if i != j]
    cycle = [(k + i, k + (i + 1) % p) for i in range(p)]
    b = (1 - a) / (k + p)
    c = b * (1 + a / k) / (1 - a * (k - 2) / (k - 1) - a * a / k)
    x0 = b + a * c
    gain = a * x0 / k
    first = b / (1 - a) + gain / (1 - a**p)
    ring = [b / (1 - a) + (first - b / (1 - a)) * a**i for i in range(p)]
    found = pagerank(graph_of([*clique, *cycle, (0, k)], k + p), **TIGHT).scores
    assert found == pytest.approx([x0] + [c] * (k - 1) + ring)


def test_weights_divide_what_a_node_passes_on() -> None:
    found = pagerank(graph_of([(0, 1), (0, 2)], 3, [3.0, 1.0])).scores
    assert found == pytest.approx([0.05, 0.05 + 0.85 * 0.05 * 0.75, 0.05 + 0.85 * 0.05 * 0.25])


@settings(max_examples=100, deadline=None)
@given(
    edge_lists,
    st.floats(0.0, 0.95),
    st.sampled_from(list(Dangling)),
    st.sampled_from(["gauss-seidel", "power"]),
    st.booleans(),
    st.booleans(),
)
def test_every_variant_is_within_its_bound_of_the_exact_solution(
    edges: tuple[int, list[tuple[int, int]]],
    damping: float,
    dangling: Dangling,
    method: str,
    weighted: bool,
    personal: bool,
) -> None:
    nodes, pairs = edges
    weight = [1.0 + (3 * u + t) % 4 for u, t in pairs] if weighted else None
    graph = graph_of(pairs, nodes, weight, simplify=False)
    jump = (np.arange(nodes) + 1.0) / (nodes * (nodes + 1) / 2) if personal else None
    found = pagerank(graph, dangling=dangling, method=method, damping=damping, jump=jump)  # type: ignore[arg-type]
    exact = exact_pagerank(graph, jump=jump, dangling=dangling, damping=damping)
    assert np.abs(found.scores - exact).sum() <= found.error + 1e-13
    assert found.error <= 1e-9


@pytest.mark.parametrize("seed", [1, 2])
def test_agrees_with_networkx(seed: int) -> None:
    graph = random_graph(seed, 300, 1500, weighted=True)
    peer = nx.DiGraph()
    peer.add_nodes_from(range(graph.nodes))
    assert graph.weights is not None
    peer.add_weighted_edges_from(
        zip(graph.sources.tolist(), targets_of(graph).tolist(), graph.weights.tolist(), strict=True)
    )
    jump = np.zeros(graph.nodes)
    jump[:10] = 0.1
    sizes = {"tol": 1e-14, "max_iter": 1000}
    uniform = dict.fromkeys(range(graph.nodes), 1.0)
    personal = dict(enumerate(jump))
    for ours, theirs in (
        (pagerank(graph, dangling="to-jump"), nx.pagerank(peer, **sizes)),
        (
            pagerank(graph, dangling="to-jump", jump=jump),
            nx.pagerank(peer, personalization=personal, **sizes),
        ),
        (
            pagerank(graph, dangling="to-all", jump=jump),
            nx.pagerank(peer, personalization=personal, dangling=uniform, **sizes),
        ),
    ):
        assert ours.scores == pytest.approx([theirs[i] for i in range(graph.nodes)], abs=1e-8)
        assert ours.scores.sum() == pytest.approx(1)


def large() -> Graph:
    """Large enough for 64 blocks."""
    rng = np.random.default_rng(5)
    nodes, edges = 60_000, 500_000
    source, target = rng.integers(0, nodes // 2, edges), (rng.random(edges) ** 2 * nodes).astype(np.int64)
    return from_edges(source, (target * 7919) % nodes, nodes)


@pytest.fixture(scope="module")
def large_graph() -> Graph:
    return large()


def test_agrees_with_scipys_direct_solver_on_a_graph_of_many_blocks(large_graph: Graph) -> None:
    graph = large_graph
    flow = np.where(graph.out_degree > 0, 1 / np.maximum(graph.out_degree, 1), 0)
    matrix = scipy.sparse.csr_array(
        (flow[graph.sources], graph.sources.astype(np.int32), graph.offsets.astype(np.int32)),
        shape=(graph.nodes, graph.nodes),
    )
    base = np.full(graph.nodes, 0.15 / graph.nodes)
    exact = base.copy()
    for _ in range(250):
        exact = base + 0.85 * (matrix @ exact)
    found = pagerank(graph)
    assert np.abs(found.scores - exact).sum() <= 1e-9
    assert np.abs(pagerank(graph, method="power").scores - exact).sum() <= 1e-9


def test_the_bits_do_not_depend_on_the_number_of_threads(large_graph: Graph) -> None:
    one, two, five = (pagerank(large_graph, threads=t).scores.tobytes() for t in (1, 2, 5))
    assert one == two == five


def test_any_order_of_nodes_gives_the_same_scores_within_the_bound(large_graph: Graph) -> None:
    graph = large_graph
    names = np.random.default_rng(1).permutation(graph.nodes)
    mixed = from_edges(names[graph.sources], names[targets_of(graph)], graph.nodes)
    order = sinks_last(mixed.out_degree)
    put = from_edges(order.new_of_old[mixed.sources], order.new_of_old[targets_of(mixed)], graph.nodes)
    assert put.live == np.count_nonzero(graph.out_degree)
    scores = pagerank(graph).scores
    assert np.abs(pagerank(mixed).scores[names] - scores).sum() < 2e-9
    assert np.abs(order.to_old(pagerank(put).scores)[names] - scores).sum() < 2e-9


@pytest.mark.parametrize("dangling", list(Dangling))
def test_a_start_with_the_answer_takes_few_iterations(large_graph: Graph, dangling: Dangling) -> None:
    first = pagerank(large_graph, dangling=dangling)
    again = pagerank(large_graph, dangling=dangling, start=first.scores)
    assert again.iterations <= 2 < first.iterations
    assert np.abs(again.scores - first.scores).sum() < 2e-9


def test_progress_can_stop_a_run_and_hears_of_every_iteration() -> None:
    heard: list[tuple[int, float]] = []
    found = pagerank(random_graph(3, 100, 500), progress=lambda i, e: heard.append((i, e)))
    assert [i for i, _ in heard] == list(range(1, found.iterations + 1))
    assert heard[-1][1] == found.error

    def stop(iteration: int, _: float) -> None:
        if iteration == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pagerank(random_graph(3, 100, 500), progress=stop)


def test_when_iterations_run_out_the_bound_says_so() -> None:
    graph = random_graph(4, 100, 500)
    found = pagerank(graph, max_iterations=3)
    assert found.iterations == 3
    assert found.error > 1e-9
    assert np.abs(found.scores - exact_pagerank(graph)).sum() <= found.error


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"damping": 1.0}, "below 1"),
        ({"tolerance": 0.0}, "above 0"),
        ({"max_iterations": 0}, "at least one"),
        ({"jump": np.ones(2)}, "one number for each of 3 nodes"),
        ({"jump": np.array([1.0, -0.5, 0.5])}, "negative or no number"),
        ({"jump": np.array([1.0, 1.0, 0.0])}, "sums to 2.0"),
        ({"jump": np.array([0.5, 0.0, 0.0]), "dangling": "to-jump"}, "sums to 0.5"),
        ({"start": np.array([np.nan, 0, 0])}, "vector of earlier scores"),
        ({"method": "magic"}, "no method 'magic'"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(options: dict[str, object], words: str) -> None:
    with pytest.raises(GraphError, match=words):
        pagerank(graph_of([(0, 1)], 3), **options)  # type: ignore[arg-type]
