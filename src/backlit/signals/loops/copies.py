"""Near copies among digests that share a band."""

from __future__ import annotations

from typing import Any

import numpy.typing as npt

from backlit.compiled import compiled

Array = npt.NDArray[Any]


@compiled
def _root(parent: Array, node: int) -> int:
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


@compiled
def join_band(digests: Array, order: Array, band: Array, least: int, compared: int, parent: Array) -> None:
    """Unite digests that agree in at least ``least`` places, among those with an equal value of ``band``.

    ``order`` sorts ``band``, equal ones by number. Each is held against the first ``compared`` of its bucket and the
    one before it. A set's root is its lowest number.
    """
    first = 0
    for at in range(1, len(order)):
        if band[order[at]] != band[order[first]]:
            first = at
            continue
        one = order[at]
        for k in range(compared + 1):
            other = order[first + k] if k < compared else order[at - 1]
            if k < compared and first + k >= at:
                continue
            a, b = _root(parent, one), _root(parent, other)
            if a == b:
                continue
            same = 0
            for i in range(digests.shape[1]):
                if digests[one, i] == digests[other, i]:
                    same += 1
            if same >= least:
                parent[max(a, b)] = min(a, b)


@compiled
def roots(parent: Array) -> None:
    """Replace each parent by the root of its set."""
    for node in range(len(parent)):
        parent[node] = _root(parent, node)
