"""Cycles of links through each edge of a graph of organisations."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from backlit.compiled import compiled

Array = npt.NDArray[Any]


@compiled
def cycles(
    out_begin: Array,
    to: Array,
    in_begin: Array,
    sources: Array,
    most: int,
    two: Array,
    three: Array,
    four: Array,
) -> None:
    """Cycles of 2, 3 and 4 different nodes through each edge; -1 where an end has more than ``most`` out-edges.

    Edges are numbered by source, then target. Nodes on the way with more out-edges are passed over.
    """
    nodes = len(out_begin) - 1
    back = np.full(nodes, -1, np.int64)
    for s in range(nodes):
        if out_begin[s + 1] == out_begin[s]:
            continue
        if out_begin[s + 1] - out_begin[s] > most:
            for e in range(out_begin[s], out_begin[s + 1]):
                two[e] = three[e] = four[e] = -1
            continue
        for e in range(in_begin[s], in_begin[s + 1]):
            y = sources[e]
            if out_begin[y + 1] - out_begin[y] <= most:
                back[y] = s
        for e in range(out_begin[s], out_begin[s + 1]):
            t = to[e]
            if out_begin[t + 1] - out_begin[t] > most:
                two[e] = three[e] = four[e] = -1
                continue
            two[e] = 1 if back[t] == s else 0
            for a in range(out_begin[t], out_begin[t + 1]):
                x = to[a]
                if x == s or out_begin[x + 1] - out_begin[x] > most:
                    continue
                if back[x] == s:
                    three[e] += 1
                for b in range(out_begin[x], out_begin[x + 1]):
                    y = to[b]
                    if y not in (s, t) and back[y] == s:
                        four[e] += 1
