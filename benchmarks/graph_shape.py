"""A made-up web graph with the shape of a real one, for the graph benchmarks.

Nodes are numbered as domains are in a release: by name, sinks among the others. A share of ``sinks``
has no out-links, of some communities more and of others fewer; the out-degrees of the rest follow a power law.
Nodes lie in communities, runs of neighbouring numbers whose sizes follow a power law too; an edge stays
within its community with a chance that differs by community (which is what slows PageRank down), and else goes
to a node of the whole graph, popular ones far more often. Edges come by source, as releases have them. The same
arguments give the same graph.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numba import njit


@njit(nogil=True)
def _mix(x: Any) -> Any:
    """splitmix64: a random number from any number."""
    x = (x + np.uint64(0x9E3779B97F4A7C15)) & np.uint64(0xFFFFFFFFFFFFFFFF)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@njit(nogil=True)
def _fraction(x: Any) -> float:
    return (_mix(x) >> np.uint64(11)) * (1.0 / (1 << 53))


@njit(nogil=True)
def _fill(degrees: Any, begins: Any, community: Any, stay: Any, seed: Any, source: Any, target: Any) -> None:
    nodes = len(degrees)
    at = 0
    for u in range(nodes):
        c = community[u]
        first, size = begins[c], begins[c + 1] - begins[c]
        local = stay[c] * min(1.0, size / (8.0 * degrees[u])) if degrees[u] else 0.0
        for _ in range(degrees[u]):
            key = np.uint64(seed) ^ (np.uint64(at) << np.uint64(2))
            if _fraction(key) < local:
                t = first + np.int64(size * _fraction(key + np.uint64(1)) ** 1.5)
            else:
                rank = np.uint64(nodes * _fraction(key + np.uint64(1)) ** 4)
                t = np.int64(_mix(rank) % np.uint64(nodes))
            source[at] = u
            target[at] = min(t, nodes - 1)
            at += 1


def make(folder: Path, edges: int, sinks: float = 0.65, per_node: int = 10, seed: int = 1) -> tuple[int, int]:
    """Write ``source.npy`` and ``target.npy`` (uint32) to ``folder``; returns nodes and edges."""
    rng = np.random.default_rng(seed)
    nodes = max(edges // per_node, 10)
    sizes = np.minimum((rng.pareto(1.3, nodes // 20 + 1) * 12).astype(np.int64) + 4, nodes // 10 + 4)
    begins = np.concatenate([[0], np.cumsum(sizes)])
    begins = np.concatenate([begins[begins < nodes], [nodes]])
    stay = rng.beta(4, 2, len(begins) - 1)
    community = np.repeat(np.arange(len(begins) - 1), np.diff(begins))
    # Sinks are many in some communities and few in others.
    share = rng.beta(2 * sinks, 2 * (1 - sinks), len(begins) - 1)[community]
    degrees = (rng.pareto(1.2, nodes) + 0.2) * (rng.random(nodes) >= share)
    degrees = np.minimum(degrees * (edges / degrees.sum()), 50_000)
    counts = np.floor(degrees * (edges / degrees.sum()) + rng.random(nodes)).astype(np.int64)
    counts[(degrees > 0) & (counts == 0)] = 1
    counts[degrees == 0] = 0
    total = int(counts.sum())
    folder.mkdir(parents=True, exist_ok=True)
    arrays = [
        np.lib.format.open_memmap(folder / f"{name}.npy", "w+", np.uint32, (total,))
        for name in ("source", "target")
    ]
    _fill(counts, begins, community, stay, seed, *arrays)
    for array in arrays:
        array.flush()
    return nodes, total
