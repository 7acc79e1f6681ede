"""In-lists from edges: against NumPy on any edges, refusals, turning round, order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backlit.errors import GraphError
from backlit.graph.csr import Edges, Graph, from_edges, transpose
from backlit.graph.ordering import given_order, sinks_last
from graph.graphs import edge_lists, graph_of, random_graph, targets_of


def rows(graph: Graph) -> list[list[int]]:
    return [graph.in_edges(t)[0].tolist() for t in range(graph.nodes)]


def test_rows_are_the_sources_in_order_without_repeats_and_self_links() -> None:
    graph = graph_of([(3, 1), (0, 1), (3, 1), (1, 1), (2, 0)], 4)
    assert rows(graph) == [[2], [0, 3], [], []]
    assert graph.out_degree.tolist() == [1, 0, 1, 1]
    assert (graph.nodes, graph.edges, graph.live) == (4, 3, 4)


def test_repeats_and_self_links_stay_if_asked() -> None:
    graph = graph_of([(3, 1), (0, 1), (3, 1), (1, 1)], 4, simplify=False)
    assert rows(graph) == [[], [0, 1, 3, 3], [], []]
    assert graph.out_degree.tolist() == [1, 1, 0, 2]


def test_of_repeated_edges_the_greatest_weight_stays() -> None:
    graph = graph_of([(0, 1), (2, 1), (0, 1), (0, 2)], 3, [0.5, 1.0, 2.0, 0.25])
    assert graph.weights is not None
    assert graph.weights.tolist() == [2.0, 1.0, 0.25]
    assert graph.out_weight is not None
    assert graph.out_weight.tolist() == [2.25, 0.0, 1.0]


def test_graphs_without_edges_and_without_nodes() -> None:
    assert (graph_of([], 3).offsets.tolist(), graph_of([], 3).live) == ([0, 0, 0, 0], 0)
    assert (graph_of([], 0).offsets.tolist(), graph_of([], 0).live) == ([0], 0)


@settings(max_examples=200, deadline=None)
@given(edge_lists, st.booleans(), st.randoms(use_true_random=False))
def test_any_edges_in_any_order_give_what_numpy_gives(
    graph: tuple[int, list[tuple[int, int]]], weighted: bool, random: object
) -> None:
    nodes, edges = graph
    weight = [1.0 + (7 * u + t) % 5 + i % 3 for i, (u, t) in enumerate(edges)] if weighted else None
    built = graph_of(edges, nodes, weight)
    best: dict[tuple[int, int], float] = {}
    for i, (u, t) in enumerate(edges):
        if u != t:
            best[t, u] = max(best.get((t, u), 0.0), weight[i] if weight else 1.0)
    keys = sorted(best)
    assert list(zip(targets_of(built).tolist(), built.sources.tolist(), strict=True)) == keys
    if weight:
        assert built.weights is not None
        assert built.weights.tolist() == [best[k] for k in keys]
    order = list(range(len(edges)))
    random.shuffle(order)  # type: ignore[attr-defined]
    again = graph_of([edges[i] for i in order], nodes, weight and [weight[i] for i in order])
    assert again.sources.tobytes() == built.sources.tobytes()


def test_long_rows_in_the_worst_orders_are_sorted() -> None:
    n = 5000
    ids = np.arange(1, n)
    for source in (ids[::-1], np.concatenate([ids[::2], ids[1::2][::-1]]), np.concatenate([ids] * 3)):
        graph = from_edges(source, np.zeros(len(source), np.int64), n)
        assert graph.sources.tolist() == ids.tolist()


@pytest.mark.parametrize(
    ("source", "target", "weight", "words"),
    [
        ([0, 5], [1, 1], None, "Edge 1 goes from node 5 to node 1, and the nodes are 0 to 4"),
        ([0], [-1], None, "from node 0 to node -1"),
        ([0, 1], [1], None, "2 sources and 1 targets"),
        ([0.5], [1], None, "flat array of integers, and are float64"),
        ([0], [1], [0.0], "Edge 0 has the weight 0.0: weights are positive"),
        ([0], [1], [float("nan")], "weights are positive"),
        ([0], [1], [1.0, 1.0], "2 weights for 1 edges"),
    ],
)
def test_what_makes_no_graph_is_refused(
    source: list[float], target: list[int], weight: list[float] | None, words: str
) -> None:
    with pytest.raises(GraphError, match=words):
        from_edges(np.array(source), np.array(target), 5, None if weight is None else np.array(weight))


def test_more_nodes_than_numbers_are_refused() -> None:
    with pytest.raises(GraphError, match="4,294,967,295 nodes"):
        from_edges(np.zeros(0, np.int64), np.zeros(0, np.int64), 2**32)


def test_turning_round_twice_changes_nothing() -> None:
    for weighted in (False, True):
        graph = random_graph(1, 60, 300, weighted=weighted)
        turned = transpose(graph)
        assert turned.out_degree.tolist() == np.diff(graph.offsets).tolist()
        again = transpose(turned)
        assert again.sources.tobytes() == graph.sources.tobytes()
        assert again.offsets.tobytes() == graph.offsets.tobytes()
        if graph.weights is not None and again.weights is not None:
            assert again.weights.tobytes() == graph.weights.tobytes()


def test_chunks_are_all_edges_by_target() -> None:
    graph = random_graph(2, 50, 400)
    for size in (1, 7, 1000):
        parts: list[Edges] = list(graph.chunks(size))
        assert np.concatenate([p.source for p in parts]).tolist() == graph.sources.tolist()
        assert np.concatenate([p.target for p in parts]).tolist() == targets_of(graph).tolist()


def test_nodes_with_links_come_first_and_keep_their_order() -> None:
    order = sinks_last(np.array([0, 2, 0, 1, 5]))
    assert order.old_of_new.tolist() == [1, 3, 4, 0, 2]
    assert order.new_of_old.tolist() == [3, 0, 4, 1, 2]
    assert order.live == 3
    values = np.array([10, 11, 12, 13, 14])
    assert order.to_new(values).tolist() == [11, 13, 14, 10, 12]
    assert order.to_old(order.to_new(values)).tolist() == values.tolist()
    same = given_order(order.old_of_new, order.live)
    assert same.new_of_old.tolist() == order.new_of_old.tolist()


def test_an_order_that_is_none_is_refused() -> None:
    with pytest.raises(GraphError, match="leaves out node 1"):
        given_order(np.array([0, 0, 2]), 1)
    with pytest.raises(GraphError, match=r"outside 0\.\.2"):
        given_order(np.array([0, 1, 3]), 1)
