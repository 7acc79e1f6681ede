"""What each source gives, and ranks after links came and went."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings

from backlit.errors import GraphError
from backlit.graph.contributions import contributions, recompute
from backlit.graph.csr import Edges, Graph, from_edges
from backlit.graph.pagerank import pagerank
from graph.graphs import edge_lists, exact_pagerank, graph_of, random_graph, targets_of


def edges(*pairs: tuple[int, int], weight: list[float] | None = None) -> Edges:
    both = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return Edges(both[:, 0], both[:, 1], None if weight is None else np.array(weight, dtype=np.float32))


def test_sources_come_greatest_first_and_equal_ones_by_number() -> None:
    graph = graph_of([(0, 3), (1, 3), (2, 3), (2, 1), (4, 2)], 5)
    scores = pagerank(graph).scores
    found = contributions(graph, scores, 3)
    assert found.sources.tolist() == [1, 0, 2]
    assert found.amounts == pytest.approx([0.85 * scores[1], 0.85 * scores[0], 0.85 * scores[2] / 2])
    assert contributions(graph, scores, 0).sources.tolist() == []


@pytest.mark.parametrize("weighted", [False, True])
def test_a_score_is_its_jump_and_the_sum_of_its_contributions(weighted: bool) -> None:
    graph = random_graph(3, 50, 300, weighted=weighted)
    scores = pagerank(graph, tolerance=1e-13).scores
    for target in range(50):
        total = 0.15 / 50 + contributions(graph, scores, target).amounts.sum()
        assert scores[target] == pytest.approx(total, abs=1e-13)


def test_repeats_of_an_edge_are_one_entry() -> None:
    graph = graph_of([(0, 2), (0, 2), (0, 1)], 3, simplify=False)
    found = contributions(graph, np.array([0.3, 0.1, 0.1]), 2)
    assert (found.sources.tolist(), found.amounts.tolist()) == ([0], [pytest.approx(0.85 * 0.3 * 2 / 3)])


def changed(graph: Graph, removed: set[tuple[int, int]], added: dict[tuple[int, int], float]) -> Graph:
    weights = np.ones(graph.edges) if graph.weights is None else graph.weights
    left = dict(
        zip(zip(graph.sources.tolist(), targets_of(graph).tolist(), strict=True), weights, strict=True)
    )
    left = {pair: w for pair, w in left.items() if pair not in removed} | added
    pairs = np.array(sorted(left), dtype=np.int64).reshape(-1, 2)
    given = None if graph.weights is None else np.array([left[tuple(p)] for p in pairs.tolist()], np.float32)
    return from_edges(pairs[:, 0], pairs[:, 1], graph.nodes, given)


@settings(max_examples=150, deadline=None)
@given(edge_lists, edge_lists)
def test_changed_links_give_what_the_changed_graph_gives(
    before: tuple[int, list[tuple[int, int]]], after: tuple[int, list[tuple[int, int]]]
) -> None:
    nodes = max(before[0], after[0])
    for weight in (None, [1.0 + (u + t) % 3 for u, t in before[1]]):
        graph = graph_of(before[1], nodes, weight)
        old, new = ({p for p in pairs if p[0] != p[1]} for pairs in (before[1], after[1]))
        gone = sorted(p for i, p in enumerate(sorted(old - new)) if i % 2)
        come = sorted(new - old)
        weights = None if weight is None else [0.5 + u % 2 for u, _ in come]
        target = changed(graph, set(gone), dict(zip(come, weights or [1.0] * len(come), strict=True)))
        for kind in ("lost", "to-jump"):
            variant: Literal["lost", "to-jump"] = kind  # type: ignore[assignment]
            first = pagerank(graph, dangling=variant).scores
            found = recompute(
                graph, first, removed=edges(*gone), added=edges(*come, weight=weights), dangling=variant
            )
            exact = exact_pagerank(target, dangling=kind)
            assert np.abs(found.scores - exact).sum() <= found.error + 1e-13
            assert found.error <= 1e-9


def test_a_small_change_to_a_graph_of_many_blocks_takes_few_iterations_and_keeps_its_bits() -> None:
    rng = np.random.default_rng(3)
    nodes = 40_000
    graph = from_edges(rng.integers(0, nodes // 2, 400_000), rng.integers(0, nodes, 400_000), nodes)
    first = pagerank(graph)
    row = graph.in_edges(123)[0]
    removed = edges((int(row[0]), 123), (int(row[1]), 123))
    added = edges((nodes - 1, 123), (5, nodes - 1))
    one, two = (recompute(graph, first.scores, removed=removed, added=added, threads=t) for t in (1, 2))
    assert one.scores.tobytes() == two.scores.tobytes()
    assert one.iterations < first.iterations
    whole = changed(
        graph, {(int(row[0]), 123), (int(row[1]), 123)}, {(nodes - 1, 123): 1.0, (5, nodes - 1): 1.0}
    )
    assert np.abs(one.scores - pagerank(whole).scores).sum() < 2e-9
    assert graph.in_edges(123)[0].tolist() == row.tolist()


@pytest.mark.parametrize(
    ("removed", "added", "words"),
    [
        ([(1, 0)], [], "The edge from 1 to 0 is not there to be removed"),
        ([], [(0, 1)], "The edge from 0 to 1 is there already"),
        ([], [(2, 2)], "Node 2 is to have a link to itself added"),
        ([(0, 1), (0, 1)], [], "from 0 to 1 is to be removed twice"),
        ([], [(0, 7)], "Edge 0 goes from node 0 to node 7"),
    ],
)
def test_changes_that_cannot_be_made_are_refused(
    removed: list[tuple[int, int]], added: list[tuple[int, int]], words: str
) -> None:
    graph = graph_of([(0, 1), (1, 2)], 3)
    with pytest.raises(GraphError, match=words):
        recompute(graph, None, removed=edges(*removed), added=edges(*added))


def test_weights_are_asked_for_exactly_where_there_are_some() -> None:
    with pytest.raises(GraphError, match="weights exactly where"):
        recompute(graph_of([(0, 1)], 3), None, added=edges((1, 2), weight=[1.0]))
    with pytest.raises(GraphError, match="weights exactly where"):
        recompute(graph_of([(0, 1)], 3, [1.0]), None, added=edges((1, 2)))


def test_wrong_targets_and_scores_are_refused() -> None:
    graph = graph_of([(0, 1)], 3)
    with pytest.raises(GraphError, match=r"outside 0\.\.2"):
        contributions(graph, np.zeros(3), 3)
    with pytest.raises(GraphError, match="2 scores for 3 nodes"):
        contributions(graph, np.zeros(2), 0)
