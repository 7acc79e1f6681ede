"""A directed graph as three arrays: who links to each node, and how often each node links.

    offsets     int64    nodes + 1   the in-list of node t is sources[offsets[t]:offsets[t + 1]]
    sources     uint32   edges       the nodes that link to t, ascending
    out_degree  uint32   nodes       how many edges leave a node
    weights     float32  edges       weight of each edge, beside ``sources``; or none
    out_weight  float64  nodes       sum of the weights that leave a node; or none

It is the **transpose** that is stored (compressed sparse rows by target), since all that flows
along links is gathered at its target. Nodes are numbers below 2**32, edges are counted in 64 bits:
4 bytes an edge and 12 a node. The arrays may lie in memory-mapped files far larger than memory.

``from_edges`` builds a graph in memory: a counting sort, two passes over the edges, 4 bytes an
edge beside the input. ``backlit.graph.build`` does it on disk.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from backlit.errors import GraphError

Integers = npt.NDArray[np.integer[Any]]
Float32s = npt.NDArray[np.float32]
Float64s = npt.NDArray[np.float64]

#: Node numbers are unsigned 32-bit.
MOST_NODES = 2**32 - 1
NO_WEIGHTS: Float32s = np.zeros(0, np.float32)
_PAGE = mmap.PAGESIZE
#: Smaller files may stay in memory, where the next pass finds them.
_WORTH_RELEASING = 1 << 30


class Edges(NamedTuple):
    """A run of edges: ``source[e]`` links to ``target[e]``, with ``weight[e]`` if there are weights."""

    source: Integers
    target: Integers
    weight: Float32s | None = None


class Mapped(NamedTuple):
    """The private maps of the files with the ``offsets``, and with ``sources`` and ``weights``."""

    offsets: mmap.mmap
    edges: tuple[mmap.mmap, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """In-lists, out-degrees and perhaps weights; see the module for shapes and types."""

    offsets: npt.NDArray[np.int64]
    sources: npt.NDArray[np.uint32]
    out_degree: npt.NDArray[np.uint32]
    weights: Float32s | None = None
    out_weight: Float64s | None = None
    #: The files behind the arrays, if they are on disk.
    mapped: Mapped | None = field(default=None, repr=False)
    #: ``live``, where it is known.
    known_live: int | None = field(default=None, repr=False)

    @property
    def nodes(self) -> int:
        return len(self.out_degree)

    @property
    def edges(self) -> int:
        return len(self.sources)

    @property
    def live(self) -> int:
        """One more than the last node with out-links: rows from here on feed no other row.

        In an order that puts sinks last it is the number of nodes that are no sinks.
        """
        if self.known_live is not None:
            return self.known_live
        for end in range(self.nodes, 0, -(1 << 20)):
            begin = max(end - (1 << 20), 0)
            found = np.flatnonzero(self.out_degree[begin:end])
            if len(found):
                return begin + int(found[-1]) + 1
        return 0

    @property
    def flow(self) -> npt.NDArray[np.uint32] | Float64s:
        """What a node's score is divided by on its way out: out-weight, or out-degree."""
        return self.out_degree if self.out_weight is None else self.out_weight

    def in_edges(self, node: int) -> tuple[npt.NDArray[np.uint32], Float32s | None]:
        """The sources that link to ``node``, and the weights of those links."""
        row = slice(int(self.offsets[node]), int(self.offsets[node + 1]))
        return self.sources[row], None if self.weights is None else self.weights[row]

    def chunks(self, edges: int = 1 << 22) -> Iterator[Edges]:
        """All edges, by target, in runs of at most about ``edges`` (a longer row comes whole)."""
        row = 0
        while row < self.nodes:
            last = int(np.searchsorted(self.offsets, self.offsets[row] + edges, side="right")) - 1
            last = min(max(last, row + 1), self.nodes)
            begin, end = int(self.offsets[row]), int(self.offsets[last])
            lengths = np.diff(self.offsets[row : last + 1])
            yield Edges(
                self.sources[begin:end],
                np.repeat(np.arange(row, last, dtype=np.uint32), lengths),
                None if self.weights is None else self.weights[begin:end],
            )
            self.release(row, last)
            row = last

    def release(self, first: int, last: int) -> None:
        """Let go of the memory behind the in-lists of some rows; the system keeps a copy of the files.

        It keeps resident memory small when a mapped graph is streamed, and costs page faults when
        the rows are read again. Nothing happens to graphs in memory and to small ones.
        """
        if self.mapped is None or self.edges * 4 < _WORTH_RELEASING or not hasattr(mmap, "MADV_DONTNEED"):
            return
        begin, end = int(self.offsets[first]), int(self.offsets[last])
        _let_go(self.mapped.offsets, first * 8, last * 8)
        for edges in self.mapped.edges:
            _let_go(edges, begin * 4, end * 4)


def _let_go(mapped: mmap.mmap, begin: int, end: int) -> None:
    first = -(-begin // _PAGE) * _PAGE
    length = end // _PAGE * _PAGE - first
    if length > 0:
        mapped.madvise(mmap.MADV_DONTNEED, first, length)


def check_edges(
    source: Integers, target: Integers, weight: Float32s | None, nodes: int, first: int = 0
) -> None:
    """Refuse edges that name unknown nodes, and weights that are no positive numbers.

    ``first`` is the number of the first edge, for the message.
    """
    from backlit.graph.loops.rows import out_of_range

    if len(source) != len(target):
        raise GraphError(f"There are {len(source)} sources and {len(target)} targets: they must be as many.")
    for name, array in (("source", source), ("target", target)):
        if array.ndim != 1 or array.dtype.kind not in "iu":
            raise GraphError(f"The {name}s must be a flat array of integers, and are {array.dtype}.")
    bad = out_of_range(source, target, nodes)
    if bad >= 0:
        raise GraphError(
            f"Edge {first + bad:,} goes from node {source[bad]} to node {target[bad]}, and the nodes are "
            f"{f'0 to {nodes - 1}' if nodes else 'none'}: give the right number of nodes, or leave the edge out."
        )
    if weight is not None:
        if len(weight) != len(source):
            raise GraphError(
                f"There are {len(weight)} weights for {len(source)} edges: they must be as many."
            )
        wrong = np.flatnonzero(~((weight > 0) & np.isfinite(weight)))
        if len(wrong):
            raise GraphError(
                f"Edge {first + wrong[0]:,} has the weight {weight[wrong[0]]}: weights are positive numbers; "
                "an edge without weight is no edge, leave it out."
            )


def check_nodes(nodes: int) -> None:
    if not 0 <= nodes <= MOST_NODES:
        raise GraphError(f"A graph has 0 to {MOST_NODES:,} nodes, and {nodes:,} were asked for.")


def from_edges(
    source: Integers,
    target: Integers,
    nodes: int,
    weight: npt.NDArray[Any] | None = None,
    *,
    simplify: bool = True,
) -> Graph:
    """A graph in memory from edges in any order.

    ``simplify`` leaves out self-links and repeats (of which the greatest weight stays); without
    it, repeats count as often as they come. The same set of edges gives the same arrays, in
    whatever order they come.
    """
    from backlit.graph.loops import rows

    check_nodes(nodes)
    source, target = np.ascontiguousarray(source), np.ascontiguousarray(target)
    weights = None if weight is None else np.ascontiguousarray(weight, dtype=np.float32)
    check_edges(source, target, weights, nodes)
    given = NO_WEIGHTS if weights is None else weights
    starts = np.zeros(nodes + 1, np.int64)
    rows.count_targets(source, target, 0, not simplify, starts[1:])
    longest = int(starts.max(initial=0))
    np.cumsum(starts, out=starts)
    kept = int(starts[-1])
    sources = np.empty(kept, np.uint32)
    placed = np.empty(kept if weights is not None else 0, np.float32)
    rows.place(source, target, given, 0, not simplify, starts[:-1].copy(), sources, placed)
    lengths = np.zeros(nodes + 1, np.int64)
    spare = np.empty(longest, np.uint32), np.empty(longest if weights is not None else 0, np.float32)
    kept = rows.tidy(starts, sources, placed, *spare, simplify, lengths[1:])
    offsets = np.cumsum(lengths, out=lengths)
    if kept < len(sources):
        sources, placed = sources[:kept].copy(), placed[:kept].copy()
    return with_degrees(offsets, sources, None if weights is None else placed)


def with_degrees(
    offsets: npt.NDArray[np.int64], sources: npt.NDArray[np.uint32], weights: Float32s | None
) -> Graph:
    """The graph of these in-lists, its out-degrees counted."""
    from backlit.graph.loops import rows

    nodes = len(offsets) - 1
    out_degree = np.zeros(nodes, np.uint32)
    rows.count_sources(sources, out_degree)
    out_weight = None
    if weights is not None:
        out_weight = np.zeros(nodes)
        rows.sum_sources(sources, weights, out_weight)
    return Graph(offsets, sources, out_degree, weights, out_weight)


def transpose(graph: Graph) -> Graph:
    """The graph with every edge turned round, in memory: 4 bytes an edge more (8 with weights).

    For a graph too large for that, give ``backlit.graph.build`` its ``chunks`` with source
    and target exchanged.
    """
    from backlit.graph.loops import rows

    offsets = np.zeros(graph.nodes + 1, np.int64)
    np.cumsum(graph.out_degree, out=offsets[1:])
    targets = np.empty(graph.edges, np.uint32)
    weights = np.empty(graph.edges if graph.weights is not None else 0, np.float32)
    given = NO_WEIGHTS if graph.weights is None else graph.weights
    rows.transpose_rows(graph.offsets, graph.sources, given, offsets[:-1].copy(), targets, weights)
    return with_degrees(offsets, targets, None if graph.weights is None else weights)
