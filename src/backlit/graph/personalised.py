"""Linear PageRank for up to 16 jump vectors at once, for little more than the price of two.

    x_k = α Mᵀ x_k + (1 − α) v_k        k = 1 … 16, no redistribution from nodes without out-links

Trust from a core, topics, one rank with and one without some sites: what differs is only ``v``, so the
graph is read once for all. A table row is the values of one node, 128 bytes for 16 vectors: an edge costs
two cache lines, asked for in advance, and two additions of whole registers.

The system, the blocks and the bound are those of ``backlit.graph.solver``: Gauss-Seidel in 64 fixed blocks,
the same bits on any number of threads, ``error[k] = α δ_k / (1 − α)`` bounding the L1 error of vector k. All are
iterated until the last has got there. Batches of 2, 4, 8 and 16 have loops of their own; others are
filled up. A vector has the same bits in a batch of any size only if it takes as many iterations there.

**Memory**: 9 bytes a node with out-links for each vector (rounded up to a batch), 8 a node for each result;
``out`` may be an array in a mapped file. Jump vectors are sparse: what they cost is their entries.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from backlit.errors import GraphError
from backlit.graph.blocks import crew, rounds, split_rows
from backlit.graph.csr import NO_WEIGHTS, Float64s, Graph
from backlit.graph.solver import Progress, check_numbers

MOST_VECTORS = 16
_WIDTHS = (2, 4, 8, 16)


class Jump(NamedTuple):
    """A jump vector: ``mass[i]`` on ``nodes[i]``, nothing elsewhere; at most 1 in all.

    ``nodes`` of None spreads ``mass`` (one number) over all nodes.
    """

    nodes: npt.NDArray[Any] | None
    mass: npt.NDArray[Any] | float


class Batch(NamedTuple):
    """``scores[k, t]``: vector k's score of node t; the bound on each vector's L1 error."""

    scores: Float64s
    iterations: int
    error: Float64s


def uniform(mass: float = 1.0) -> Jump:
    """The jump that goes to every node alike."""
    return Jump(None, mass)


def core(nodes: npt.NDArray[Any], mass: float = 1.0) -> Jump:
    """The jump that goes to each of ``nodes`` alike; a node named twice counts once."""
    chosen = np.unique(nodes)
    if not len(chosen):
        raise GraphError("The core is empty: name at least one node that the jump may go to.")
    return Jump(chosen, np.full(len(chosen), mass / len(chosen)))


def personalised(
    graph: Graph,
    jumps: Sequence[Jump],
    *,
    damping: float = 0.85,
    tolerance: float = 1e-9,
    max_iterations: int = 1000,
    out: Float64s | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Batch:
    """The scores of every node under each of 1 to 16 jump vectors.

    ``out``: float64, (vectors, nodes), filled and returned as ``scores``. ``progress`` receives the
    largest bound.
    """
    check_numbers(damping, tolerance, max_iterations)
    if not 1 <= len(jumps) <= MOST_VECTORS:
        raise GraphError(f"{len(jumps)} jump vectors were given: a batch has 1 to {MOST_VECTORS}.")
    width = next(w for w in _WIDTHS if w >= len(jumps))
    base, entries = _sparse(jumps, graph.nodes, width, 1 - damping)
    if out is None:
        out = np.empty((len(jumps), graph.nodes))
    elif out.shape != (len(jumps), graph.nodes) or out.dtype != np.float64 or not out.flags.c_contiguous:
        raise GraphError(
            f"The array for the scores must be float64 and of the shape {(len(jumps), graph.nodes)}."
        )
    error = np.zeros(width)
    if graph.nodes == 0:
        return Batch(out, 0, error[: len(jumps)])

    from backlit.graph.loops.batches import settle_batch, sweep_batch

    live = graph.live
    weights = NO_WEIGHTS if graph.weights is None else graph.weights
    flow, shape = graph.flow, (0,) * width
    parts = rounds(split_rows(graph.offsets, 0, live), live)
    end = max((place + last - first for spans in parts for first, last, place in spans), default=0)
    table = np.zeros((max(live, end), width))

    def block(first: int, last: int, place: int) -> Float64s:
        table[place : place + last - first] = table[first:last]
        change = np.empty(width)
        sweep_batch(
            *(graph.offsets, graph.sources, weights, flow, base, *entries, damping),
            *(table, first, last, place, shape, change),
        )
        graph.release(first, last)
        return change

    def settle(first: int, last: int) -> None:
        settle_batch(
            *(graph.offsets, graph.sources, weights, flow, live, base, *entries, damping),
            *(table, first, last, shape, out),
        )
        graph.release(first, last)

    iterations = 0
    with crew(threads) as run:
        while live and iterations < max_iterations:
            change = np.zeros(width)
            for spans in parts:
                for moved in run(block, spans):
                    change += moved
                for first, last, place in spans:
                    table[first:last] = table[place : place + last - first]
            iterations += 1
            error = damping * change / (1 - damping)
            if progress is not None:
                progress(iterations, float(error.max()))
            if error.max() <= tolerance:
                break
        run(settle, split_rows(graph.offsets, 0, graph.nodes))
    return Batch(out, iterations, error[: len(jumps)].copy())


def _sparse(
    jumps: Sequence[Jump], nodes: int, width: int, share: float
) -> tuple[Float64s, tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Float64s]]:
    """What every row gets, and the entries beyond it by row: row, column, value; all times ``share``."""
    base = np.zeros(width)
    rows, columns, values = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros(0)]
    for k, jump in enumerate(jumps):
        mass = np.asarray(jump.mass, dtype=np.float64)
        if not np.isfinite(mass).all() or (mass < 0).any() or float(mass.sum()) > 1 + 1e-9:
            raise GraphError(f"Jump vector {k} must have finite masses of at least 0 that sum to at most 1.")
        if jump.nodes is None:
            base[k] = share * float(mass) / max(nodes, 1)
            continue
        chosen = np.asarray(jump.nodes).astype(np.int64)
        if len(chosen) and (chosen.min() < 0 or chosen.max() >= nodes):
            raise GraphError(f"Jump vector {k} names a node outside 0..{nodes - 1}.")
        rows.append(chosen)
        columns.append(np.full(len(chosen), k, np.int64))
        values.append(share * np.broadcast_to(mass, chosen.shape))
    row, column, value = np.concatenate(rows), np.concatenate(columns), np.concatenate(values)
    order = np.lexsort((column, row))
    return base, (row[order], column[order], value[order])
