"""Harmonic centrality of every node of a large graph, estimated with HyperBall.

    H(t) = Σ_{x ≠ t} 1 / d(x, t) = Σ_{k ≥ 1} (N_k(t) − N_{k−1}(t)) / k

d(x, t) is the number of links on the shortest way from x to t (1/∞ = 0), N_k(t) how many nodes are within
k links of t, t itself included (Boldi & Vigna 2013, 2014). ``N_k`` is kept as a HyperLogLog counter of
m = 2**bits registers of one byte; one step on, a counter is the union of its own and its in-neighbours'
(the greater of each register), for all nodes at once, until none moves.

**Sinks** have no counter: nobody reads it. A sink is never in the ball of another node, so its size is that of
the union of its in-neighbours' balls, plus 1 exactly, and is worked out on the fly. A sink with a single
in-link reaches what its source reaches, one step later: that takes no union at all.

**Frontier.** While most counters move, all edges are united; once fewer than a quarter moved in the last step,
a bit a node tells which in-neighbours moved, and only those are read.

**Error.** Sizes are by Ertl's estimator (2017), whose relative standard deviation is η = 1.04 / √m; N_0 and N_1 are
exact. By summation by parts H + 1 is a positive combination of the N_k, so the standard deviation of an
estimate of H is at most η (H + 1); averaged over independent ``seeds``, at most η / √seeds. ``deviation`` says
this number; all but 0.3 % of errors lie within three times it. Within one seed, the errors of nodes that reach the
same part of the graph are nearly the same, so ranks are far better than values.

**Cost**: a step reads m bytes an edge (two thirds of them from memory at m = 64), and a web graph takes 20 to 50
steps, half of them with a small frontier. **Memory**: 2 m + 8 bytes a node with out-links, 4 a sink, 8 a node for the
result. With the default of 64 registers a release of 121 M domains (44 M with out-links) takes 7.3 GB; 32
registers 4.5 GB.

The graph must be simple (as ``from_edges`` and ``build`` make it). Results have the same bits on any number
of threads. ``harmonic`` is the exact value, breadth first from each node asked for.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from backlit.errors import GraphError
from backlit.graph.blocks import BLOCKS, Span, cores, crew, split_rows
from backlit.graph.csr import Float64s, Graph

#: Registers of a counter, as a power of two, and independent runs that are averaged.
BITS = 6
SEEDS = 2
_FEWEST_BITS, _MOST_BITS = 4, 8
#: The frontier is used once fewer than one in this many counters moved.
_FEW = 4


class Harmonic(NamedTuple):
    """``scores``: H of every node; ``deviation``: the greatest relative standard deviation; ``steps`` of each
    run (one less is the greatest finite distance met); ``complete``: whether all ran until nothing moved."""

    scores: Float64s
    deviation: float
    steps: tuple[int, ...]
    complete: bool


def hyperball(
    graph: Graph,
    *,
    bits: int = BITS,
    seeds: int = SEEDS,
    first_seed: int = 0,
    max_distance: int | None = None,
    threads: int | None = None,
    progress: Callable[[int, int, int], None] | None = None,
) -> Harmonic:
    """An estimate of every node's harmonic centrality.

    ``bits`` from 4 to 8: 16 to 256 registers. ``max_distance`` leaves out what lies further away, and with
    it the last steps, which change little. ``progress(run, step, moved)`` is called after each step and may
    raise to stop.
    """
    if not _FEWEST_BITS <= bits <= _MOST_BITS:
        raise GraphError(f"Counters of 2**{bits} registers were asked for: bits are 4 to 8.")
    if seeds < 1 or first_seed < 0:
        raise GraphError(
            f"{seeds} runs from seed {first_seed} were asked for: at least one is needed, from 0 on."
        )
    if max_distance is not None and max_distance < 1:
        raise GraphError(f"A greatest distance of {max_distance} was asked for: it is at least 1.")
    scores = np.zeros(graph.nodes)
    steps, complete = [], True
    with crew(threads) as run:
        balls = _Balls(graph, bits, scores, run, 1 / seeds)
        for number in range(seeds):
            balls.begin(first_seed + number)
            distance = 0
            while balls.moved:
                if distance == max_distance:
                    complete = False
                    break
                distance += 1
                balls.step(distance)
                if progress is not None:
                    progress(number, distance, balls.moved)
            balls.end()
            steps.append(distance)
    return Harmonic(scores, 1.04 / math.sqrt((1 << bits) * seeds), tuple(steps), complete)


class _Balls:
    """The counters of one run, and what is summed up over the runs."""

    def __init__(self, graph: Graph, bits: int, scores: Float64s, run: Any, share: float) -> None:
        registers = 1 << bits
        self.moved = 0
        self._graph, self._bits, self._scores, self._run, self._share = graph, bits, scores, run, share
        self._live = graph.live
        self._width = (0,) * registers
        self._now = np.empty((self._live, registers), np.uint8)
        self._after = np.empty((self._live, registers), np.uint8)
        self._bits_now = np.zeros((self._live + 7) // 8, np.uint8)
        self._bits_after = np.zeros((self._live + 7) // 8, np.uint8)
        self._sizes = np.empty(graph.nodes, np.float32)
        self._later = np.empty(self._live, np.float32)
        self._rows = _by_eight(split_rows(graph.offsets, 0, self._live, BLOCKS), self._live)
        self._sinks = split_rows(graph.offsets, self._live, graph.nodes, BLOCKS)
        # Ertl: N = m² / (2 ln 2) / (Σ over non-zero registers of 2**-r + m σ(zeros / m))
        self._scale = registers * registers / (2 * math.log(2))
        self._zero_terms = np.array([registers * _sigma(z / registers) for z in range(registers + 1)])

    def begin(self, seed: int) -> None:
        """Every ball is its own node."""
        from backlit.graph.loops.counters import begin_counters

        self._run(
            lambda first, last: begin_counters(self._now, first, last, self._bits, np.uint64(seed)),
            self._rows,
        )
        self._bits_now[:] = 255
        self._sizes[:] = 1.0
        self._later[:] = 0.0
        self.moved = self._live

    def step(self, distance: int) -> None:
        """Every ball is one link wider."""
        from backlit.graph.loops.counters import grow, reach

        graph = self._graph
        sparse = self.moved * _FEW < self._live and distance > 1
        ends: Any = (distance, self._share, sparse, self._scale, self._zero_terms)

        def rows(first: int, last: int) -> int:
            state: Any = (self._bits_now, self._bits_after, self._sizes, self._scores, self._later)
            front: Any = (graph.offsets, graph.sources, self._now, self._after, self._width, first, last)
            count: int = grow(*front, *state, *ends)
            graph.release(first, last)
            return count

        def sinks(first: int, last: int) -> None:
            front: Any = (graph.offsets, graph.sources, self._now, self._width, first, last)
            given: Any = (*front, self._bits_now, self._sizes[first:last], self._scores, *ends)
            reach(*given)
            graph.release(first, last)

        self.moved = sum(self._run(rows, self._rows))
        self._run(sinks, self._sinks)
        self._now, self._after = self._after, self._now
        self._bits_now, self._bits_after = self._bits_after, self._bits_now

    def end(self) -> None:
        """What follows from the others: sinks with one in-link."""
        from backlit.graph.loops.counters import follow

        graph = self._graph
        for first, last in self._sinks:
            follow(graph.offsets, graph.sources, self._later, self._share, first, last, self._scores)
            graph.release(first, last)


def _by_eight(spans: list[Span], end: int) -> list[Span]:
    """The spans with borders at multiples of eight."""
    marks = sorted({first // 8 * 8 for first, _ in spans} | {end}) if spans else []
    return list(pairwise(marks))


def _sigma(x: float) -> float:
    """Ertl's σ(x) = x + Σ x**(2**k) · 2**(k − 1)."""
    if x == 1.0:
        return math.inf
    total, power, factor = x, x, 1.0
    while True:
        power *= power
        before, total = total, total + power * factor
        factor *= 2
        if total == before:
            return total


def harmonic(
    graph: Graph, targets: npt.NDArray[Any] | None = None, *, threads: int | None = None
) -> Float64s:
    """The exact harmonic centrality of ``targets`` (of all nodes when None), breadth first.

    A target costs a look at every edge that leads to it over any way: a reference for small graphs, or
    for some nodes of a larger one. 12 bytes a node and thread.
    """
    from backlit.graph.loops.distances import harmonic_of

    wanted = np.arange(graph.nodes) if targets is None else np.asarray(targets).astype(np.int64)
    if len(wanted) and (wanted.min() < 0 or wanted.max() >= graph.nodes):
        raise GraphError(f"A target lies outside 0..{graph.nodes - 1}.")
    results = np.zeros(len(wanted))
    number = cores() if threads is None else threads
    marks = [len(wanted) * k // number for k in range(number + 1)]
    with crew(threads) as run:
        run(
            lambda a, b: harmonic_of(graph.offsets, graph.sources, wanted[a:b], results[a:b]),
            list(pairwise(marks)),
        )
    return results
