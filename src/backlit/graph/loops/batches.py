"""The steps of ``loops.sweeps`` for several vectors at once: a table row is one node's values.

A row of the table is loaded once for all its vectors, in whole vector registers. ``width`` is a
tuple as long as a row.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from backlit.compiled import compiled
from backlit.graph.loops.vector import add_rows, add_rows_weighted


@compiled
def sweep_batch(
    offsets: Any,
    sources: Any,
    weights: Any,
    flow: Any,
    base: Any,
    jump_rows: Any,
    jump_columns: Any,
    jump_values: Any,
    damping: float,
    table: Any,
    first: int,
    last: int,
    place: int,
    width: Any,
    change: Any,
) -> None:
    """Solve the rows from ``first`` to ``last``, each with its block's newest values.

    ``x[t] = base + jump[t] + damping · Σ w · z[u]``; ``change`` receives the L1 change of each column.
    The block's newest values stand in ``table`` from row ``place`` on, where the last ones must be before.
    The jump vectors' own entries are sparse, rows ascending: entry i adds ``jump_values[i]`` to column
    ``jump_columns[i]`` of row ``jump_rows[i]``.
    """
    columns = len(base)
    stop = offsets[last]
    size = last - first
    shift = place - first
    total = np.zeros(columns)
    start = np.zeros(columns)
    entry = np.searchsorted(jump_rows, first)
    change[:] = 0.0
    for row in range(first, last):
        start[:] = base
        while entry < len(jump_rows) and jump_rows[entry] == row:
            start[jump_columns[entry]] += jump_values[entry]
            entry += 1
        carried = np.float64(flow[row])
        if carried == 0.0:
            table[row + shift, :] = 0.0
            continue
        if len(weights):
            add_rows_weighted(
                *(
                    table,
                    sources,
                    weights,
                    offsets[row],
                    offsets[row + 1],
                    stop,
                    first,
                    size,
                    shift,
                    width,
                    total,
                )
            )
        else:
            add_rows(table, sources, offsets[row], offsets[row + 1], stop, first, size, shift, width, total)
        for k in range(columns):
            z = (start[k] + damping * total[k]) / carried
            change[k] += abs(z - table[row + shift, k]) * carried
            table[row + shift, k] = z


@compiled
def settle_batch(
    offsets: Any,
    sources: Any,
    weights: Any,
    flow: Any,
    live: int,
    base: Any,
    jump_rows: Any,
    jump_columns: Any,
    jump_values: Any,
    damping: float,
    table: Any,
    first: int,
    last: int,
    width: Any,
    scores: Any,
) -> None:
    """``scores[k, t] = x_k[t]`` for the rows from ``first`` to ``last``, once ``table`` is settled."""
    stop = offsets[last]
    total = np.zeros(len(base))
    entry = np.searchsorted(jump_rows, first)
    for row in range(first, last):
        if row < live and flow[row] > 0:
            while entry < len(jump_rows) and jump_rows[entry] == row:
                entry += 1
            for k in range(len(scores)):
                scores[k, row] = table[row, k] * flow[row]
            continue
        if len(weights):
            add_rows_weighted(
                *(table, sources, weights, offsets[row], offsets[row + 1], stop, 0, 0, 0, width, total)
            )
        else:
            add_rows(table, sources, offsets[row], offsets[row + 1], stop, 0, 0, 0, width, total)
        for k in range(len(scores)):
            scores[k, row] = base[k] + damping * total[k]
        while entry < len(jump_rows) and jump_rows[entry] == row:
            k = jump_columns[entry]
            if k < len(scores):
                scores[k, row] += jump_values[entry]
            entry += 1
