"""PageRank by power iteration in plain NumPy: the reference, and enough for small graphs.

    x = α Mᵀ x + (1 − α) v,     M[u, t] = w(u, t) / Σ w(u, ·)

with no redistribution from nodes without out-links (Del Corso, Gullì & Romani 2005; the form
whose scores add up over contributions). The mass of such nodes leaves the system, so the sum
of ``x`` is at most 1; the order is that of Brin & Page's (1998) with uniform redistribution,
to which ``x / Σx`` is equal when ``v`` is uniform.

Each step multiplies the error by at most α, so it stops after about ln(tolerance) / ln(α) steps
(170 for 1e-12). A step is a gather and a sequential sum by target, in the order of the edges: the
result is the same to the bit on any machine. It needs about 40 bytes an edge, and nothing compiled;
``backlit.graph.pagerank`` is for all that is large.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from backlit.errors import GraphError


class PowerResult(NamedTuple):
    """``scores``: float64, one a node; ``iterations`` made; ``residual``: last L1 change."""

    scores: npt.NDArray[np.float64]
    iterations: int
    residual: float


def power_pagerank(
    source: npt.NDArray[np.integer[Any]],
    target: npt.NDArray[np.integer[Any]],
    nodes: int,
    *,
    weight: npt.NDArray[Any] | None = None,
    jump: npt.NDArray[np.float64] | None = None,
    damping: float = 0.85,
    tolerance: float = 1e-12,
    max_iterations: int = 1000,
    start: npt.NDArray[np.float64] | None = None,
) -> PowerResult:
    """Linear PageRank of a graph given as edges; repeats count as often as they come.

    ``source`` and ``target`` are equal-length integer arrays of node numbers below ``nodes``;
    ``weight`` positive weights an edge (1 when absent); ``jump`` the vector ``v``, summing to
    1 (uniform when absent). Stops when the L1 change falls below ``tolerance``; the error is
    then at most ``tolerance · α / (1 − α)``.
    """
    if len(source) != len(target):
        raise GraphError(f"There are {len(source)} sources and {len(target)} targets: they must be as many.")
    if len(source) and (min(source.min(), target.min()) < 0 or max(source.max(), target.max()) >= nodes):
        raise GraphError(f"An edge names a node outside 0..{nodes - 1}.")
    if nodes == 0:
        return PowerResult(np.zeros(0), 0, 0.0)
    order = np.argsort(target, kind="stable")
    source, target = source[order], target[order]
    weights = np.ones(len(source)) if weight is None else weight[order].astype(np.float64)
    share = weights / np.bincount(source, weights=weights, minlength=nodes)[source]
    base = np.full(nodes, (1 - damping) / nodes) if jump is None else (1 - damping) * jump
    x = base.copy() if start is None else start
    residual = np.inf
    steps = 0
    while steps < max_iterations and residual > tolerance:
        fresh = base + damping * np.bincount(target, weights=x[source] * share, minlength=nodes)
        residual = float(np.abs(fresh - x).sum())
        x = fresh
        steps += 1
    return PowerResult(x, steps, residual)
