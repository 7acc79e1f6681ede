"""The loops that pass over a whole release, held to plain Python: reach, main sources, own loops, places."""

from __future__ import annotations

from collections import deque

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as checks
from hypothesis import strategies as st

from authority.webs import graph_of
from backlit.authority.engine import authority, own_rank, percentile, places_of
from backlit.authority.reach import core_reach
from backlit.graph.csr import Graph
from backlit.settings import default

EDGES = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=40)


def distances(graph: Graph, origin: int) -> dict[int, int]:
    """Links from ``origin`` to each node it reaches."""
    found, queue = {origin: 0}, deque([origin])
    while queue:
        at = queue.popleft()
        for t in range(graph.nodes):
            if t not in found and at in graph.in_edges(t)[0]:
                found[t] = found[at] + 1
                queue.append(t)
    return found


@checks(max_examples=60, deadline=None)
@given(EDGES, st.sets(st.integers(0, 11), max_size=6))
def test_reach_is_the_sum_of_inverse_distances_from_the_core(
    edges: list[tuple[int, int]], core: set[int]
) -> None:
    graph = graph_of(12, *edges)
    wanted = np.zeros(12)
    for origin in core:
        for t, links in distances(graph, origin).items():
            wanted[t] += 1 / links if links else 0
    assert core_reach(graph, np.array(sorted(core), np.int64)) == pytest.approx(wanted)


def test_an_origin_that_leads_nowhere_does_not_keep_others_from_arriving() -> None:
    # 0 ends at 1 at once; 2 walks on along a chain, of which 6 is an end, and comes to 3 by a second way late.
    graph = graph_of(8, (0, 1), (2, 3), (3, 4), (4, 5), (5, 6), (5, 3), (0, 7), (6, 7))
    assert core_reach(graph, np.array([0, 2])) == pytest.approx([0, 1, 0, 1, 1 / 2, 1 / 3, 1 / 4, 1 + 1 / 5])


def test_reach_of_more_origins_than_a_word_has_bits() -> None:
    graph = graph_of(72, *((n, 70) for n in range(70)), (70, 71))
    reach = core_reach(graph, np.arange(70))
    assert (reach[70], reach[71], reach[:70].max()) == (70, pytest.approx(35), 0)


def plain_own_rank(graph: Graph, flow: np.ndarray, damping: float) -> np.ndarray:
    """``own_loops`` as its words have it."""
    rule = default().authority
    main, share = list(range(graph.nodes)), np.zeros(graph.nodes)
    for t in range(graph.nodes):
        best = 0.0
        for u in graph.in_edges(t)[0].tolist():
            if flow[u] / graph.out_degree[u] > best:
                best, main[t] = flow[u] / graph.out_degree[u], u
        share[t] = min(damping * best / flow[t], 1.0) if flow[t] > 0 else 0.0
    own = np.zeros(graph.nodes)
    for t in range(graph.nodes):
        for s in graph.in_edges(t)[0].tolist():
            part, here = 1.0, s
            for _ in range(rule.loop_steps):
                part *= share[here]
                if part <= rule.loop_from:
                    break
                here = main[here]
                if here == t:
                    grown = (part - rule.loop_from) / (rule.loop_full - rule.loop_from)
                    own[t] += damping * flow[s] / graph.out_degree[s] * part * min(grown, 1.0)
                    break
    return own


@checks(max_examples=60, deadline=None)
@given(EDGES)
def test_own_rank_is_what_the_rule_says_to_the_bit(edges: list[tuple[int, int]]) -> None:
    graph = graph_of(12, (0, 1), *edges)
    flow = authority(graph, np.array([0])).flow
    assert own_rank(graph, flow).tolist() == plain_own_rank(graph, flow, 0.85).tolist()


@checks(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 5), max_size=20))
def test_equal_ranks_share_the_best_place(ranks: list[int]) -> None:
    found = places_of(np.array(ranks, np.float64))
    assert found.below.tolist() == [sum(other < one for other in ranks) for one in ranks]
    assert found.positions.tolist() == [1 + sum(other > one for other in ranks) for one in ranks]


def test_percentiles_are_shares_of_all_nodes_to_four_places() -> None:
    assert percentile(np.array([0, 1, 2], np.uint32), 3).tolist() == [0, 33.3333, 66.6667]
    # 100 times that many is beyond 32 bits.
    assert percentile(np.array([100_000_000], np.uint32), 200_000_000).tolist() == [50]
