"""The rows of one part of a build: read its records, place them, sort them, drop repeats.

A part's records lie in a file in the order they came. They are counted by row first, so that each piece of
consecutive rows that fits the memory can be placed where it belongs at once; usually a part is one piece.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from backlit.errors import GraphError, ResourceError

_READ_BYTES = 1 << 22


class Sorted(NamedTuple):
    """Rows in their new order: the first ``front`` are of nodes with out-links, the others of sinks.

    ``lengths`` of each row; their ``sources`` one after another, with ``weights``.
    """

    front: int
    lengths: npt.NDArray[np.int64]
    sources: npt.NDArray[np.uint32]
    weights: npt.NDArray[np.float32]


class PartSorter:
    """Sorts parts, a piece at a time, in ``room`` bytes."""

    def __init__(self, new_of_old: npt.NDArray[np.uint32], live: int, room: int, weighted: bool) -> None:
        self._new_of_old, self._live, self._weighted = new_of_old, live, weighted
        self._columns = 3 if weighted else 2
        self._edge = 8 if weighted else 4
        self._read = max(min(_READ_BYTES, room // 8) // (4 * self._columns), 1) * self._columns
        self._room = room - 8 * self._read
        self._longest = max(self._room // (2 * self._edge), 1)

    def pieces(self, path: Path, edges: int, first: int, last: int) -> Iterator[Sorted]:
        """The rows of the targets from ``first`` to ``last``, whose records are in ``path``."""
        from backlit.graph.loops.rows import count_records

        counts = np.zeros(last - first, np.int64)
        for records in self._records(path, edges):
            count_records(records, first, counts)
        begin = 0
        while begin < last - first:
            ends = np.cumsum(counts[begin:])
            row = int(counts[begin])
            # Sources of the piece, and room for sorting its longest row.
            most = self._room // self._edge - int(min(counts[begin:].max(), self._longest))
            size = int(np.searchsorted(ends, most, side="right"))
            if size == 0:
                needed = 2 * row * self._edge
                raise ResourceError(
                    f"Node {first + begin} has {row:,} in-links, which need {needed:,} bytes of memory to sort, and "
                    f"{self._room:,} are left of what was allowed: allow {needed - self._room:,} bytes more."
                )
            end = min(begin + size, last - first)
            yield self._piece(path, edges, first + begin, first + end, counts[begin:end])
            begin = end

    def _piece(self, path: Path, edges: int, first: int, last: int, counts: npt.NDArray[np.int64]) -> Sorted:
        from backlit.graph.loops.rows import place_records, tidy

        new = self._new_of_old[first:last]
        feeds = new < self._live
        front = int(np.count_nonzero(feeds))
        slots = np.empty(last - first, np.int64)
        slots[feeds] = np.arange(front)
        slots[~feeds] = np.arange(front, last - first)
        starts = np.zeros(last - first + 1, np.int64)
        starts[1:][slots] = counts
        longest = int(counts.max(initial=0))
        np.cumsum(starts, out=starts)
        total = int(starts[-1])
        sources = np.empty(total, np.uint32)
        bits = np.empty(total if self._weighted else 0, np.uint32)
        cursor = starts[:-1].copy()
        for records in self._records(path, edges):
            place_records(records, first, slots, self._new_of_old, cursor, sources, bits)
        del cursor
        lengths = np.zeros(last - first, np.int64)
        weights = bits.view(np.float32)
        spare = np.empty(longest, np.uint32), np.empty(longest if self._weighted else 0, np.float32)
        kept = tidy(starts, sources, weights, *spare, True, lengths)
        return Sorted(front, lengths, sources[:kept], weights[:kept])

    def _records(self, path: Path, edges: int) -> Iterator[npt.NDArray[Any]]:
        left = edges * self._columns
        with path.open("rb") as file:
            while left:
                numbers = np.fromfile(file, np.uint32, min(self._read, left))
                if not len(numbers):
                    raise GraphError(
                        f"{path} is shorter than when it was written: remove its folder, build again."
                    )
                left -= len(numbers)
                yield numbers.reshape(-1, self._columns)
