"""PageRank: answers known in closed form, then agreement with a dense linear solver."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backlit.graph.power import power_pagerank


def ranks(edges: list[tuple[int, int]], nodes: int, **more: float) -> np.ndarray:
    pairs = np.array(edges, dtype=np.int64).reshape(-1, 2)
    return power_pagerank(pairs[:, 0], pairs[:, 1], nodes, **more).scores


def test_a_graph_without_nodes_and_one_without_edges() -> None:
    assert ranks([], 0).tolist() == []
    assert ranks([], 4) == pytest.approx([0.15 / 4] * 4)


def test_a_cycle_shares_everything_equally() -> None:
    assert ranks([(0, 1), (1, 2), (2, 0)], 3) == pytest.approx([1 / 3] * 3)


def test_a_chain_adds_a_power_of_the_damping_a_step() -> None:
    base = 0.15 / 3
    assert ranks([(0, 1), (1, 2)], 3) == pytest.approx([base, base * 1.85, base * (1 + 0.85 * 1.85)])


def test_a_star_linked_back_is_the_bound_of_link_spam_alliances() -> None:
    # Gyongyi & Garcia-Molina 2005: p_t = (1 - a)/N (1 + a k) / (1 - a^2)
    k, n, a = 7, 8, 0.85
    edges = [(u, 0) for u in range(1, n)] + [(0, u) for u in range(1, n)]
    assert ranks(edges, n)[0] == pytest.approx((1 - a) / n * (1 + a * k) / (1 - a * a))


def test_weights_divide_what_a_node_passes_on() -> None:
    source, target = np.array([0, 0]), np.array([1, 2])
    result = power_pagerank(source, target, 3, weight=np.array([3.0, 1.0])).scores
    base = 0.05
    assert result == pytest.approx([base, base + 0.85 * base * 0.75, base + 0.85 * base * 0.25])


def test_the_jump_decides_where_rank_comes_from() -> None:
    result = power_pagerank(np.array([0]), np.array([1]), 3, jump=np.array([1.0, 0.0, 0.0])).scores
    assert result == pytest.approx([0.15, 0.15 * 0.85, 0.0])


def test_the_order_of_the_edges_of_other_targets_changes_no_bit() -> None:
    rng = np.random.default_rng(1)
    source, target = rng.integers(0, 50, 400), rng.integers(0, 50, 400)
    one = power_pagerank(source, target, 50).scores
    two = power_pagerank(source, target, 50).scores
    assert one.tobytes() == two.tobytes()


def test_an_edge_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match=r"outside 0\.\.2"):
        ranks([(0, 3)], 3)
    with pytest.raises(ValueError, match="they must be as many"):
        power_pagerank(np.array([0]), np.array([], dtype=np.int64), 1)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 12).flatmap(
        lambda n: st.tuples(
            st.just(n), st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=40)
        )
    ),
    st.floats(0.1, 0.95),
)
def test_agrees_with_a_dense_solver(graph: tuple[int, list[tuple[int, int]]], damping: float) -> None:
    nodes, edges = graph
    matrix = np.zeros((nodes, nodes))
    for u, t in edges:
        matrix[t, u] += 1
    out = matrix.sum(axis=0)
    matrix[:, out > 0] /= out[out > 0]
    exact = np.linalg.solve(np.eye(nodes) - damping * matrix, np.full(nodes, (1 - damping) / nodes))
    assert ranks(edges, nodes, damping=damping) == pytest.approx(exact, abs=1e-10)
