"""Truncated PageRank: the part of a node's rank that comes from further than T links away.

    p    = Σ_{i ≥ 0} t_i            t_0 = (1 − α) v,  t_{i+1} = α Mᵀ t_i
    TP_T = Σ_{i > T} t_i            (Becchetti, Castillo, Donato, Leonardi & Baeza-Yates 2006)

``t_i`` is what reaches a node over paths of exactly i links, by linear PageRank: nothing is redistributed
from nodes without out-links. A farm gives its target much rank over one or two links and little from beyond, so
a low ``TP_2 / p`` is a sign of one, and it needs no seeds.

TP_T is not got as a difference, which would leave nothing but rounding where it is small: it solves
``x = α Mᵀ x + t_{T+1}`` in its own right, and ``p`` is that plus the first terms, at no further cost. The
error bound is the solver's, on TP_T and on p alike; entries that no long path reaches are exactly 0.
Cost: T + 1 passes over all edges and one solution. Memory: 24 bytes a node, and 9 a node with out-links.

``inverse_pagerank`` is PageRank on the graph turned round: how well a node reaches others (a way to find
seeds for trust; and, per out-link, the best single sign of spam in WEBSPAM-UK2006).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from backlit.errors import GraphError
from backlit.graph.blocks import crew
from backlit.graph.csr import Float64s, Graph, transpose
from backlit.graph.pagerank import PageRank, pagerank
from backlit.graph.solver import Progress, System, check_numbers, check_vector


class Truncated(NamedTuple):
    """``truncated``: TP_T of every node; ``pagerank``: p; ``error``: the bound on the L1 error of either."""

    truncated: Float64s
    pagerank: Float64s
    iterations: int
    error: float

    def ratio(self) -> Float64s:
        """``TP_T / p``, between 0 and 1; NaN where p is 0."""
        with np.errstate(invalid="ignore"):
            return self.truncated / np.where(self.pagerank > 0, self.pagerank, np.nan)


def truncated_pagerank(
    graph: Graph,
    longest: int = 2,
    *,
    jump: npt.NDArray[Any] | None = None,
    damping: float = 0.85,
    tolerance: float = 1e-9,
    max_iterations: int = 1000,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Truncated:
    """Rank without what came over paths of up to ``longest`` links (T), and the whole rank."""
    check_numbers(damping, tolerance, max_iterations)
    if longest < 0:
        raise GraphError(f"Paths cannot be left out up to {longest} links: T is at least 0.")
    nodes = graph.nodes
    if nodes == 0:
        return Truncated(np.zeros(0), np.zeros(0), 0, 0.0)
    if jump is None:
        term = np.full(nodes, (1 - damping) / nodes)
    else:
        term = (1 - damping) * check_vector(jump, nodes, "jump vector")
    with crew(threads) as run:
        system = System(graph, damping, run)
        near = np.zeros(nodes)
        for _ in range(longest + 1):
            near += term
            term = system.step(term)
        far = system.solve(1.0, term, lambda _: tolerance, max_iterations=max_iterations, progress=progress)
    return Truncated(far.scores, np.add(far.scores, near, out=near), far.iterations, far.error)


def inverse_pagerank(graph: Graph, reverse: Graph | None = None, **options: Any) -> PageRank:
    """PageRank along the links backwards; ``options`` are those of ``pagerank``.

    ``reverse``: the transposed graph, if it is at hand (for a graph larger than memory it has to be
    built on disk); else it is made.
    """
    turned = transpose(graph) if reverse is None else reverse
    if turned.nodes != graph.nodes or turned.edges != graph.edges:
        raise GraphError(
            f"The reverse graph has {turned.nodes:,} nodes and {turned.edges:,} edges, the graph {graph.nodes:,} "
            f"and {graph.edges:,}: they must be as many."
        )
    return pagerank(turned, **options)
