"""One step of all balls along the links, as HyperLogLog counters (see ``backlit.graph.hyperball``).

A counter is a row of ``width`` bytes; the union of two balls is the greater of each byte. Which rows
moved in a step is kept in bits, eight rows a byte: a block begins at a multiple of eight rows, so no two
blocks write the same byte.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from backlit.compiled import compiled
from backlit.graph.loops.vector import greatest_rows, inverse_powers


@compiled
def begin_counters(counters: Any, first: int, last: int, bits: int, seed: Any) -> None:
    """Each row from ``first`` to ``last`` as the counter of its own node alone."""
    for row in range(first, last):
        x = np.uint64(row) + seed * np.uint64(0xD1342543DE82EF95)
        x = (x + np.uint64(0x9E3779B97F4A7C15)) & np.uint64(0xFFFFFFFFFFFFFFFF)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        x = x ^ (x >> np.uint64(31))
        register = x & np.uint64((1 << bits) - 1)
        x = x >> np.uint64(bits)
        rank = 1
        while rank <= 64 - bits and not x & np.uint64(1):
            x = x >> np.uint64(1)
            rank += 1
        counters[row, :] = 0
        counters[row, register] = rank


@compiled
def _size(counters: Any, row: int, width: Any, scale: float, zero_terms: Any) -> Any:
    """Ertl's estimate of how many nodes a counter has seen."""
    powers, zeros = inverse_powers(counters, row, width)
    return scale / (powers - zeros + zero_terms[np.int64(zeros)])


@compiled
def grow(
    offsets: Any,
    sources: Any,
    now: Any,
    after: Any,
    width: Any,
    first: int,
    last: int,
    moved: Any,
    moving: Any,
    sizes: Any,
    harmonic: Any,
    later: Any,
    distance: int,
    share: float,
    sparse: bool,
    scale: float,
    zero_terms: Any,
) -> int:
    """The counters of rows ``first`` to ``last`` one step on; returns how many moved.

    Of ``after``, rows that did not move in the last step hold what ``now`` holds. ``sparse`` reads the
    bits of ``moved`` and unites with those only.
    """
    moving[first >> 3 : (last + 7) >> 3] = 0
    count = 0
    stop = offsets[last]
    for row in range(first, last):
        begin, end = offsets[row], offsets[row + 1]
        changed = False
        if sparse:
            if (moved[row >> 3] >> np.uint8(row & 7)) & np.uint8(1):
                after[row, :] = now[row, :]
            for e in range(begin, end):
                u = np.int64(sources[e])
                if (moved[u >> 3] >> np.uint8(u & 7)) & np.uint8(1):
                    changed |= greatest_rows(now, sources, e, e + 1, e + 1, width, after, row, after, row)
        else:
            changed = greatest_rows(now, sources, begin, end, stop, width, now, row, after, row)
        if changed:
            count += 1
            moving[row >> 3] |= np.uint8(1) << np.uint8(row & 7)
        if distance == 1:
            size = 1.0 + (end - begin)
        elif changed:
            size = _size(after, row, width, scale, zero_terms)
        else:
            continue
        gain = (size - sizes[row]) * share
        harmonic[row] += gain / distance
        later[row] += gain / (distance + 1)
        sizes[row] = size
    return count


@compiled
def reach(
    offsets: Any,
    sources: Any,
    now: Any,
    width: Any,
    first: int,
    last: int,
    moved: Any,
    sizes: Any,
    harmonic: Any,
    distance: int,
    share: float,
    sparse: bool,
    scale: float,
    zero_terms: Any,
) -> None:
    """The balls of rows that feed nobody, which have no counter, one step on; ``sizes`` from ``first`` on.

    Rows with one in-link are left out: they follow from their source (``follow``).
    """
    ball = np.zeros((2, now.shape[1]), np.uint8)
    stop = offsets[last]
    for row in range(first, last):
        begin, end = offsets[row], offsets[row + 1]
        if end - begin < 2:
            continue
        if distance == 1:
            size = 1.0 + (end - begin)
        else:
            if sparse:
                e = begin
                while e < end:
                    u = np.int64(sources[e])
                    if (moved[u >> 3] >> np.uint8(u & 7)) & np.uint8(1):
                        break
                    e += 1
                if e == end:
                    continue
            greatest_rows(now, sources, begin, end, stop, width, ball, 0, ball, 1)
            size = 1.0 + _size(ball, 1, width, scale, zero_terms)
        harmonic[row] += (size - sizes[row - first]) * share / distance
        sizes[row - first] = size


@compiled
def follow(
    offsets: Any, sources: Any, later: Any, share: float, first: int, last: int, harmonic: Any
) -> None:
    """Rows with a single in-link, which reach what their source reaches, a step later."""
    for row in range(first, last):
        if offsets[row + 1] - offsets[row] == 1:
            harmonic[row] += share + later[sources[offsets[row]]]
