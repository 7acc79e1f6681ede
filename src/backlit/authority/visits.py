"""What a few new or lost links do to a rank, from a look around the nodes concerned instead of a new solution.

Write G[x, y] for how often a walk from x is expected to stand on y, each step taken with chance α (G is
(I − α M)⁻¹, so R = (1 − α) Gᵀ v). A column G[·, y] is found by *backward push* (Andersen et al. 2007): it starts at y
and goes back along in-links as far as it matters, and what it leaves out is at most max(left) / (1 − α).

Changing the out-links of nodes u_j so that each gains or loses a link to t changes the rows of M by
γ_j (e_t − row_j), with γ = w / (W + w) for a link gained and −w / (W − w) for one lost. Then, exactly,

    r_x  = R_x + Σ_j r_j γ_j (α G[t, x] − G[u_j, x] + [x = u_j])          r_j = rank of u_j afterwards
    ΔR_t = Σ_j r_j γ_j (α G[t, t] − G[u_j, t])

(Sherman, Morrison and Woodbury), where the second G drops out for a node that loses its only link (γ = −1). It
is a system of as many unknowns as there are links. Solved in interval arithmetic with the bounds that push
gives, it yields bounds on the new rank of t that hold, not an estimate.

The plain formula ΔR_t = α R_u w / (W_u + w) · g with g between 1 and 1 / (1 − α²) is this with G[u, t] left out
and G[t, t] between its extremes; since G[u, t] ≤ α² G[t, t] where u did not link to t, g ≥ (1 − α) always.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from backlit.graph.csr import NO_WEIGHTS, Float64s, Graph
from backlit.settings import WhatIf


class Range(NamedTuple):
    """Bounds, both included; numbers or arrays of one shape."""

    low: Any
    high: Any


class Link(NamedTuple):
    """A link of ``source`` to the target that is gained (or, of ``weight`` as it is, lost)."""

    source: int
    weight: float
    gained: bool


def visits(graph: Graph, nodes: npt.NDArray[np.int64], damping: float, rule: WhatIf) -> Range:
    """Bounds on G[x, y] for all x and y of ``nodes``: as arrays [x, y]."""
    from backlit.authority.loops import push_back

    many = len(nodes)
    low, high = np.zeros((many, many)), np.zeros((many, many))
    # Zeroed memory that is never written to costs nothing.
    count, left = np.zeros(graph.nodes), np.zeros(graph.nodes)
    waiting, queue = np.zeros(graph.nodes, np.bool_), np.zeros(graph.nodes, np.int64)
    touched = np.zeros(graph.nodes, np.int64)
    weights = NO_WEIGHTS if graph.weights is None else graph.weights
    loop = 1 / (1 - damping * damping)
    for column, y in enumerate(nodes.tolist()):
        given: tuple[Any, ...] = (graph.offsets, graph.sources, weights, graph.flow, y, damping)
        limits: tuple[Any, ...] = (rule.push_error * (1 - damping), rule.push_edges)
        room: tuple[Any, ...] = (count, left, queue, waiting, touched)
        met, _ = push_back(*given, *limits, *room)
        where = touched[:met]
        gap = float(left[where].max(initial=0.0)) / (1 - damping)
        low[:, column] = count[nodes]
        low[column, column] = max(low[column, column], 1.0)
        most = np.minimum(low[:, column] + gap, damping * loop)
        most[column] = min(low[column, column] + gap, loop)
        high[:, column] = np.maximum(most, low[:, column])
        count[where], left[where], waiting[where] = 0.0, 0.0, False
    return Range(low, high)


def rank_after(
    graph: Graph, flow: Float64s, target: int, links: list[Link], damping: float, rule: WhatIf
) -> tuple[Range, Range]:
    """Bounds on the rank of ``target`` after the links came and went, and on that of each link's source."""
    sources = np.array([link.source for link in links], np.int64)
    every = np.append(sources, target)
    seen = visits(graph, every, damping, rule)
    at, many = len(sources), len(sources)
    gamma, emptied = np.zeros(many), np.zeros(many, np.bool_)
    for j, link in enumerate(links):
        carried = float(graph.flow[link.source])
        if link.gained:
            gamma[j] = link.weight / (carried + link.weight)
        else:
            emptied[j] = int(graph.out_degree[link.source]) == 1
            gamma[j] = -1.0 if emptied[j] else -link.weight / (carried - link.weight)
    # factor[j, x] = γ_j (α G[t, x] − (G[u_j, x] − [u_j = x])), bounds for every x of the nodes
    back_low = np.where(emptied[:, None], 0.0, seen.low[:many] - np.eye(many, many + 1))
    back_high = np.where(emptied[:, None], 0.0, seen.high[:many] - np.eye(many, many + 1))
    one = gamma[:, None] * (damping * seen.low[at] - back_high)
    other = gamma[:, None] * (damping * seen.high[at] - back_low)
    factor = Range(np.minimum(one, other), np.maximum(one, other))
    start = flow[sources]
    after = _enclose(start, Range(factor.low[:, :many], factor.high[:, :many]))
    given = _times(after, Range(factor.low[:, many], factor.high[:, many]))
    now = float(flow[target])
    least = max(now + float(given.low.sum()), 0.0)
    return Range(least, max(now + float(given.high.sum()), least)), after


def _times(a: Range, b: Range) -> Range:
    products = (a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high)
    return Range(np.minimum.reduce(products), np.maximum.reduce(products))


def _enclose(start: Float64s, factor: Range) -> Range:
    """Bounds on the r ≥ 0 with r = start + Kᵀ r for every K within ``factor``.

    A guess is blown up until the map takes it into itself; then a solution lies in it (Brouwer), and going
    round again only narrows it.
    """
    many = len(start)
    if many == 0:
        return Range(start, start)
    middle = (factor.low + factor.high) / 2
    guess = np.maximum(np.linalg.lstsq(np.eye(many) - middle.T, start, rcond=None)[0], 0.0)
    slack = max(float(guess.max()), 1e-300)

    def again(found: Range) -> Range:
        low, high = start.copy(), start.copy()
        for j in range(many):
            part = _times(Range(found.low[j], found.high[j]), Range(factor.low[j], factor.high[j]))
            low, high = low + part.low, high + part.high
        return Range(np.maximum(low, 0.0), np.maximum(high, 0.0))

    width = 1e-9
    while width < 8:
        more = 1e-6 * width * slack
        box = Range(np.maximum(guess * (1 - width) - more, 0.0), guess * (1 + width) + more)
        image = again(box)
        if (image.low >= box.low).all() and (image.high <= box.high).all():
            for _ in range(4):
                image = again(image)
            return image
        width *= 4
    # No box was found: the source's rank at worst grows by every loop, or falls by as much.
    return Range(guess * 0.25, guess * 4)
