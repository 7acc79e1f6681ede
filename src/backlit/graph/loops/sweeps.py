"""One step of a rank vector along the links: Gauss-Seidel over a block of rows, sums of rows.

A *table* holds ``z = x / flow``: what a node passes on along an edge of weight 1. Its first entries
are the rows that feed others; behind them lies room where a block writes its newest values, so that
blocks that run side by side never see each other's. ``place`` is where the block's first row
has its newest value.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from backlit.compiled import compiled
from backlit.graph.loops.vector import prefetch

_AHEAD = 32


@compiled
def sweep(
    offsets: Any,
    sources: Any,
    weights: Any,
    flow: Any,
    base: float,
    jump: Any,
    damping: float,
    patched: Any,
    patch_offsets: Any,
    patch_sources: Any,
    patch_weights: Any,
    table: Any,
    first: int,
    last: int,
    place: int,
) -> tuple[float, float]:
    """Solve the rows from ``first`` to ``last``, each with its block's newest values.

    ``x[t] = base · jump[t] + damping · Σ w · z[u]``; without ``jump`` it counts as 1. The in-lists of the
    rows in ``patched`` stand in the arrays beside it. Returns the L1 change in ``x`` and
    its sum.
    """
    change = 0.0
    whole = 0.0
    size = np.uint64(last - first)
    shift = place - first
    stop = offsets[last] - 1
    next_patch = np.searchsorted(patched, first)
    for row in range(first, last):
        carried = np.float64(flow[row])
        if next_patch < len(patched) and patched[next_patch] == row:
            total = 0.0
            for e in range(patch_offsets[next_patch], patch_offsets[next_patch + 1]):
                j = np.int64(patch_sources[e])
                j += shift if np.uint64(j - first) < size else 0
                total += table[j] * patch_weights[e]
            next_patch += 1
        elif carried == 0.0:
            continue
        elif len(weights):
            total = 0.0
            for e in range(offsets[row], offsets[row + 1]):
                k = np.int64(sources[min(e + _AHEAD, stop)])
                k += shift if np.uint64(k - first) < size else 0
                prefetch(table, k)
                j = np.int64(sources[e])
                j += shift if np.uint64(j - first) < size else 0
                total += table[j] * weights[e]
        else:
            total = 0.0
            for e in range(offsets[row], offsets[row + 1]):
                k = np.int64(sources[min(e + _AHEAD, stop)])
                k += shift if np.uint64(k - first) < size else 0
                prefetch(table, k)
                j = np.int64(sources[e])
                j += shift if np.uint64(j - first) < size else 0
                total += table[j]
        if carried == 0.0:
            table[row + shift] = 0.0
            continue
        start = base * jump[row] if len(jump) else base
        z = (start + damping * total) / carried
        change += abs(z - table[row + shift]) * carried
        whole += z * carried
        table[row + shift] = z
    return change, whole


@compiled
def settle(
    offsets: Any,
    sources: Any,
    weights: Any,
    flow: Any,
    live: int,
    base: float,
    jump: Any,
    damping: float,
    patched: Any,
    patch_offsets: Any,
    patch_sources: Any,
    patch_weights: Any,
    table: Any,
    first: int,
    last: int,
    scores: Any,
) -> None:
    """``scores[t - first] = x[t]`` for the rows from ``first`` to ``last``.

    Rows below ``live`` that pass something on have their ``x`` in the table; that of all others is
    summed up from their in-links.
    """
    stop = offsets[last] - 1
    next_patch = np.searchsorted(patched, first)
    for row in range(first, last):
        here = next_patch < len(patched) and patched[next_patch] == row
        if here:
            next_patch += 1
        if row < live and flow[row] > 0:
            scores[row - first] = table[row] * flow[row]
            continue
        total = 0.0
        if here:
            for e in range(patch_offsets[next_patch - 1], patch_offsets[next_patch]):
                total += table[patch_sources[e]] * patch_weights[e]
        elif len(weights):
            for e in range(offsets[row], offsets[row + 1]):
                prefetch(table, np.int64(sources[min(e + _AHEAD, stop)]))
                total += table[sources[e]] * weights[e]
        else:
            for e in range(offsets[row], offsets[row + 1]):
                prefetch(table, np.int64(sources[min(e + _AHEAD, stop)]))
                total += table[sources[e]]
        start = base * jump[row] if len(jump) else base
        scores[row - first] = start + damping * total
