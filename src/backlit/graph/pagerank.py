"""PageRank of a graph of any size, in three variants and two methods.

With ``v`` the jump vector (Σv = 1; uniform when absent), ``d`` marking the sinks, α the damping:

    LOST     x = α Mᵀ x + (1 − α) v                      what reaches a sink leaves the system
    TO_JUMP  y = α (Mᵀ y + (d·y) v) + (1 − α) v          sinks jump as everybody does; Σy = 1
    TO_ALL   y = α (Mᵀ y + (d·y) u) + (1 − α) v          sinks jump anywhere, u = 1/n; Σy = 1

``LOST`` is linear PageRank (Del Corso, Gullì & Romani 2005; the pseudorank of Boldi, Santini & Vigna):
scores add up over contributions, and a score changes by what is gained, nothing else. ``TO_JUMP`` is
the classic (strongly preferential) PageRank and, without ``v``, Brin & Page's. ``TO_ALL`` is weakly
preferential.

All come from the linear system ``x = α Mᵀ x + b`` (see ``backlit.graph.solver``): ``TO_JUMP`` is
``y = x / Σx``, since redistribution only adds a multiple of ``v``; and ``TO_ALL`` is
``y = x + (α d·x / (1 − α d·q)) q`` with ``q = (I − α Mᵀ)⁻¹ u``, a second solution unless ``v`` is uniform.

**Cost**: about 35 to 60 iterations at 1e-9 on the web, each one random read an edge *between nodes that have
out-links*, and one last pass over all edges. **Memory**: 9 bytes a node with out-links, 8 a node for the
result, 16 with ``v``; the graph may stay on disk. **Error**: ``error`` bounds the L1 distance to
the true scores, as ``tolerance`` asks: α δ / (1 − α) for ``LOST`` with δ the last change, twice that over Σx
for ``TO_JUMP`` (where dividing by Σx can double it), and 1 / (1 − α) times
the bounds of both solutions for ``TO_ALL``. Power iteration
(``method="power"``) is the reference: plain NumPy, in memory, slower.

Results have the same bits on any number of threads.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from backlit.errors import GraphError
from backlit.graph.blocks import crew
from backlit.graph.csr import Float64s, Graph
from backlit.graph.power import power_pagerank
from backlit.graph.solver import Enough, Patch, Progress, System, check_numbers, check_vector


class Dangling(StrEnum):
    """Where what reaches a node without out-links goes; see the module."""

    LOST = "lost"
    TO_JUMP = "to-jump"
    TO_ALL = "to-all"


class PageRank(NamedTuple):
    """``scores``: float64, one a node; ``iterations`` made; ``error``: the bound on their L1 error."""

    scores: Float64s
    iterations: int
    error: float


def pagerank(
    graph: Graph,
    *,
    dangling: Dangling | Literal["lost", "to-jump", "to-all"] = Dangling.LOST,
    jump: npt.NDArray[Any] | None = None,
    damping: float = 0.85,
    tolerance: float = 1e-9,
    max_iterations: int = 1000,
    start: npt.NDArray[Any] | None = None,
    method: Literal["gauss-seidel", "power"] = "gauss-seidel",
    threads: int | None = None,
    progress: Progress | None = None,
    patch: Patch | None = None,
) -> PageRank:
    """The PageRank of every node, its L1 error at most ``tolerance`` unless the iterations run out.

    ``jump``: the vector ``v``, numbers of at least 0 whose sum is 1 (less is allowed for ``LOST``,
    as spam mass asks). ``start``: earlier scores of the same variant, to begin with. ``threads``: all
    processors when None. ``progress(iteration, bound)`` is called after each iteration and may raise to
    stop. ``patch`` comes from ``backlit.graph.recompute``.
    """
    kind = Dangling(dangling)
    check_numbers(damping, tolerance, max_iterations)
    if jump is not None:
        jump = check_vector(jump, graph.nodes, "jump vector")
        total = float(jump.sum())
        if total > 1 + 1e-9 or (kind is not Dangling.LOST and total < 1 - 1e-9):
            raise GraphError(f"The jump vector sums to {total}: it must sum to 1; divide it by its sum.")
    if start is not None:
        start = check_vector(start, graph.nodes, "vector of earlier scores")
    if graph.nodes == 0:
        return PageRank(np.zeros(0), 0, 0.0)
    if method not in ("gauss-seidel", "power"):
        raise GraphError(f"There is no method {method!r}: choose gauss-seidel or power.")
    if method == "power" and patch is not None:
        raise GraphError("Power iteration works on whole graphs: build the changed graph for it.")
    with crew(threads) as run:
        system = System(graph, damping, run, patch) if method == "gauss-seidel" else None
        if start is not None and kind is not Dangling.LOST:
            # The linear solution that the redistributed scores belong to.
            held = float(start[_sinks(graph, system)].sum())
            start = start * ((1 - damping) / (1 - damping + damping * held))

        def solve(vector: Float64s | None, enough: Enough, begin: Float64s | None = None) -> PageRank:
            if system is None:
                return _power(graph, vector, damping, enough(1 - damping), max_iterations, begin)
            base = (1 - damping) / graph.nodes if vector is None else 1 - damping
            most = max_iterations
            return PageRank(
                *system.solve(base, vector, enough, max_iterations=most, start=begin, progress=progress)
            )

        if kind is Dangling.LOST:
            return solve(jump, lambda _: tolerance, start)
        if kind is Dangling.TO_JUMP or jump is None:
            found = solve(jump, lambda least: tolerance * least / 2, start)
            whole = float(found.scores.sum())
            scores = np.divide(found.scores, whole, out=found.scores)  # in place: 8 bytes a node less
            return PageRank(scores, found.iterations, 2 * found.error / whole)
        # y = x + g q with g = α d·y <= α. Errors e of x and f of q make one of at most
        # (e + g f) / (1 − α) in y: Δg is at most α (e + g f) / (1 − α d·q), and ‖q‖₁ (1 − α) is 1 − α d·q.
        share = tolerance * (1 - damping) / 2
        first = solve(jump, lambda _: share, start)
        second = solve(None, lambda _: share * (1 - damping))  # (1 − α) q
        spread = second.scores / (1 - damping)
        sinks = _sinks(graph, system)
        again = damping * float(first.scores[sinks].sum()) / (1 - damping * float(spread[sinks].sum()))
        error = (first.error + again * second.error / (1 - damping)) / (1 - damping)
        return PageRank(first.scores + again * spread, first.iterations + second.iterations, error)


def _sinks(graph: Graph, system: System | None) -> npt.NDArray[np.bool_]:
    sinks: npt.NDArray[np.bool_] = graph.out_degree == 0
    if system is not None and system.patch.rows.size:
        sinks[: system.live] = system.patch.flow[: system.live] == 0
        sinks[system.patch.woken] = False
    return sinks


def _power(
    graph: Graph, jump: Float64s | None, damping: float, tolerance: float, most: int, start: Float64s | None
) -> PageRank:
    target = np.repeat(np.arange(graph.nodes), np.diff(graph.offsets))
    found = power_pagerank(
        *(graph.sources, target, graph.nodes),
        weight=graph.weights,
        jump=jump,
        damping=damping,
        # α δ / (1 − α) is what bounds the error; rounding sets a floor under δ.
        tolerance=max(tolerance * (1 - damping) / max(damping, 1e-9), 1e-15),
        max_iterations=most,
        start=start,
    )
    return PageRank(found.scores, found.iterations, found.residual * damping / (1 - damping))
