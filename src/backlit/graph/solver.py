"""The linear system behind every rank: ``x = α Mᵀ x + c·v``, by blocked Gauss-Seidel.

    M[u, t] = w(u, t) / W(u)      W(u) = Σ_t w(u, t); without weights 1 / out-degree
    x[t]    = c·v[t] + α Σ_{u → t} w(u, t) · z[u]      z[u] = x[u] / W(u)

Nothing is handed on from nodes without out-links (*sinks*): the variants of ``pagerank`` that do so
are got from this system's solution by scaling.

**Order of work.** Only nodes with out-links feed others, so only they are iterated; the sinks (two
thirds of the web's domains) are solved once, at the end, in one pass. The iterated rows lie in 64
blocks of equal cost, eight to a round, far apart. A row uses the newest values of its own block and of earlier
rounds, and the last iteration's values of the blocks beside and after it. The blocks depend on the graph alone,
so the result has the same bits on any number of threads. An iteration costs one random read
of 8 bytes an edge; the tables hold 8 bytes a node with out-links, and an eighth more.

**What the stopping number bounds.** Let δ = ‖x' − x‖₁ be the change made by an iteration. The
residual of the new x' has only terms where a row used an old value, so ‖r‖₁ ≤ α δ; the columns of
(I − α Mᵀ)⁻¹ sum to at most 1 / (1 − α), hence

    ‖x' − x*‖₁ ≤ α δ / (1 − α)

over *all* nodes, the sinks included (solved exactly, their residual is 0). Rounding adds about
1e-16 times the sum of x.

**Patches.** A ``Patch`` replaces the in-lists of some rows and the flow of some nodes without touching the
graph's arrays: that is how ``recompute`` adds and removes edges.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from backlit.errors import GraphError
from backlit.graph.blocks import Run, rounds, split_rows
from backlit.graph.csr import NO_WEIGHTS, Float64s, Graph

#: Called after each iteration with its number and the bound on the L1 error; may raise to stop.
Progress = Callable[[int, float], None]

#: The L1 error that will do, given a number that the sum of the scores will not be less than.
Enough = Callable[[float], float]


class Patch(NamedTuple):
    """Rows whose in-lists differ from the graph's, and what that changes.

    ``rows`` ascending; ``sources[offsets[i]:offsets[i + 1]]`` link to ``rows[i]``, with ``weights``.
    Sources count as in the table: a node below ``live`` is itself, ``live + i`` is ``woken[i]``, a
    sink that has got an out-link. ``flow`` is that of the table's entries.
    """

    rows: npt.NDArray[np.int64]
    offsets: npt.NDArray[np.int64]
    sources: npt.NDArray[np.uint32]
    weights: Float64s
    woken: npt.NDArray[np.int64]
    flow: npt.NDArray[Any]


class Solution(NamedTuple):
    """``scores`` of all nodes, ``iterations`` made, ``error``: the bound on their L1 error."""

    scores: Float64s
    iterations: int
    error: float


_no_rows = np.zeros(0, np.int64)
_no_jump = np.zeros(0)


def no_patch(graph: Graph, live: int) -> Patch:
    return Patch(
        _no_rows, np.zeros(1, np.int64), np.zeros(0, np.uint32), np.zeros(0), _no_rows, graph.flow[:live]
    )


def check_numbers(damping: float, tolerance: float, max_iterations: int) -> None:
    if not 0 <= damping < 1:
        raise GraphError(f"The damping is {damping}: it must be at least 0 and below 1.")
    if not tolerance > 0:
        raise GraphError(f"The tolerance is {tolerance}: it must be above 0.")
    if max_iterations < 1:
        raise GraphError(f"{max_iterations} iterations were allowed: at least one is needed.")


def check_vector(vector: npt.NDArray[Any], nodes: int, name: str) -> Float64s:
    """``vector`` as float64, if it has a finite number of at least 0 for each node."""
    found: Float64s = np.ascontiguousarray(vector, dtype=np.float64)
    if found.shape != (nodes,):
        raise GraphError(
            f"The {name} has the shape {found.shape}: it needs one number for each of {nodes} nodes."
        )
    if not np.isfinite(found).all() or (found < 0).any():
        raise GraphError(f"The {name} has an entry that is negative or no number.")
    return found


class System:
    """One graph, perhaps patched, ready to be solved for several ``v``.

    ``run`` comes from ``backlit.graph.blocks.crew``.
    """

    def __init__(self, graph: Graph, damping: float, run: Run, patch: Patch | None = None) -> None:
        self.graph = graph
        self.damping = damping
        self.live = graph.live
        self.patch = no_patch(graph, self.live) if patch is None else patch
        self._run = run
        self._weights = NO_WEIGHTS if graph.weights is None else graph.weights
        self._size = self.live + len(self.patch.woken)
        self._rounds = rounds(split_rows(graph.offsets, 0, self.live), self._size)
        end = max((place + last - first for row in self._rounds for first, last, place in row), default=0)
        self._table = np.zeros(max(self._size, end))

    def solve(
        self,
        base: float,
        jump: Float64s | None,
        enough: Enough,
        *,
        max_iterations: int,
        start: Float64s | None = None,
        progress: Progress | None = None,
    ) -> Solution:
        """``x = α Mᵀ x + base · jump`` (``jump`` of None: 1 for each node), until the error is ``enough``.

        ``start``: scores to begin with; they change the number of iterations and, within the bound, the
        result.
        """
        vector = _no_jump if jump is None else jump
        if start is None:
            self._table[: self._size] = 0.0
        else:
            self._load(start)
        woken = self.patch.woken
        if jump is None:
            rest = base * (self.graph.nodes - self._size)
        else:
            rest = base * (float(jump[self.live :].sum()) - float(jump[woken].sum()))
        iterations, error = 0, 0.0
        while self._size:
            change, total = self._iterate(base, vector)
            iterations += 1
            error = self.damping * change / (1 - self.damping)
            if progress is not None:
                progress(iterations, error)
            if error <= enough(total + rest) or iterations >= max_iterations:
                break
        return Solution(self._finish(base, vector), iterations, error)

    def step(self, x: Float64s) -> Float64s:
        """``α Mᵀ x``: what flows along every link once."""
        self._load(x)
        found = np.empty(self.graph.nodes)

        def block(first: int, last: int) -> None:
            found[first:last] = self.settle(first, last, 0, 0.0, _no_jump)

        self._run(block, split_rows(self.graph.offsets, 0, self.graph.nodes))
        return found

    def _load(self, x: Float64s) -> None:
        """The table of the scores ``x``."""
        live, flow, woken = self.live, self.patch.flow, self.patch.woken
        self._table[:live] = 0.0
        np.divide(x[:live], flow[:live], out=self._table[:live], where=flow[:live] > 0)
        self._table[live : self._size] = x[woken] / flow[live:]

    def _iterate(self, base: float, jump: Float64s) -> tuple[float, float]:
        """One iteration: the L1 change in the scores of the iterated rows, and their sum."""
        from backlit.graph.loops.sweeps import sweep

        change = total = 0.0
        graph, patch, table = self.graph, self.patch, self._table
        system: Any = (graph.offsets, graph.sources, self._weights, patch.flow)
        patches: Any = (patch.rows, patch.offsets, patch.sources, patch.weights)

        def block(first: int, last: int, place: int) -> tuple[float, float]:
            table[place : place + last - first] = table[first:last]
            given = (*system, base, jump, self.damping, *patches, table, first, last, place)
            found: tuple[float, float] = sweep(*given)
            graph.release(first, last)
            return found

        for spans in self._rounds:
            for moved, part in self._run(block, spans):
                change += moved
                total += part
            for first, last, place in spans:
                table[first:last] = table[place : place + last - first]
        for i, row in enumerate(patch.woken.tolist()):
            carried = float(patch.flow[self.live + i])
            x = self.settle(row, row + 1, 0, base, jump)[0]
            change += abs(x - table[self.live + i] * carried)
            total += x
            table[self.live + i] = x / carried
        return change, total

    def settle(self, first: int, last: int, live: int, base: float, jump: Float64s) -> Float64s:
        """The scores of some rows; of those below ``live`` that have out-links, the iterated ones."""
        from backlit.graph.loops.sweeps import settle

        patch, graph = self.patch, self.graph
        scores = np.empty(last - first)
        settle(
            *(graph.offsets, graph.sources, self._weights, patch.flow, live, base, jump, self.damping),
            *(patch.rows, patch.offsets, patch.sources, patch.weights, self._table, first, last, scores),
        )
        graph.release(first, last)
        return scores

    def _finish(self, base: float, jump: Float64s) -> Float64s:
        """The scores of all nodes: those iterated, and the others from them."""
        graph, patch = self.graph, self.patch
        scores = np.empty(graph.nodes)

        def block(first: int, last: int) -> None:
            scores[first:last] = self.settle(first, last, self.live, base, jump)

        self._run(block, split_rows(graph.offsets, 0, graph.nodes))
        scores[patch.woken] = self._table[self.live : self._size] * patch.flow[self.live :]
        return scores
