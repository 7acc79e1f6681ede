"""Small graphs for the tests of the kernels, and exact answers for them."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from backlit.graph.csr import Graph, from_edges


def graph_of(
    edges: list[tuple[int, int]], nodes: int, weight: list[float] | None = None, **more: bool
) -> Graph:
    pairs = np.array(edges, dtype=np.int64).reshape(-1, 2)
    weights = None if weight is None else np.array(weight, dtype=np.float32)
    return from_edges(pairs[:, 0], pairs[:, 1], nodes, weights, **more)


def random_graph(seed: int, nodes: int, edges: int, *, sinks: float = 0.5, weighted: bool = False) -> Graph:
    rng = np.random.default_rng(seed)
    source = rng.integers(0, max(int(nodes * (1 - sinks)), 1), edges)
    target = (rng.random(edges) ** 2 * nodes).astype(np.int64)
    names = rng.permutation(nodes)
    weight = rng.random(edges).astype(np.float32) + np.float32(0.1) if weighted else None
    return from_edges(names[source], names[target], nodes, weight)


def targets_of(graph: Graph) -> np.ndarray:
    return np.repeat(np.arange(graph.nodes), np.diff(graph.offsets))


def exact_pagerank(
    graph: Graph, *, jump: np.ndarray | None = None, dangling: str = "lost", damping: float = 0.85
) -> np.ndarray:
    """By solving the dense system."""
    n = graph.nodes
    matrix = np.zeros((n, n))
    weights = np.ones(graph.edges) if graph.weights is None else graph.weights
    np.add.at(matrix, (targets_of(graph), graph.sources), weights)
    out = matrix.sum(axis=0)
    matrix[:, out > 0] /= out[out > 0]
    v = np.full(n, 1 / n) if jump is None else jump
    if dangling == "to-jump":
        matrix[:, out == 0] = v[:, None]
    elif dangling == "to-all":
        matrix[:, out == 0] = 1 / n
    return np.linalg.solve(np.eye(n) - damping * matrix, (1 - damping) * v)


#: (nodes, edges) of small graphs, with repeats and self-links.
edge_lists = st.integers(1, 12).flatmap(
    lambda n: st.tuples(
        st.just(n), st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=60)
    )
)
