"""Distances from all nodes to one, exactly: breadth first along the in-links."""

from __future__ import annotations

from typing import Any

import numpy as np

from backlit.compiled import compiled


@compiled
def harmonic_of(offsets: Any, sources: Any, targets: Any, results: Any) -> None:
    """``results[i] = Σ 1/d(x, targets[i])`` over all x that reach the target."""
    nodes = len(offsets) - 1
    seen = np.full(nodes, -1, np.int64)
    queue = np.empty(nodes, np.uint32)
    for i in range(len(targets)):
        seen[targets[i]] = i
        queue[0] = targets[i]
        head, tail, distance = 0, 1, 0
        total = 0.0
        while head < tail:
            distance += 1
            level = tail
            while head < level:
                row = queue[head]
                head += 1
                for e in range(offsets[row], offsets[row + 1]):
                    u = sources[e]
                    if seen[u] != i:
                        seen[u] = i
                        queue[tail] = u
                        tail += 1
            total += (tail - level) / distance
        results[i] = total
