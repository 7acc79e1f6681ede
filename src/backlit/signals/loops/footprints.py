"""Counts of shared footprints among the linkers of each target."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from backlit.compiled import compiled

Array = npt.NDArray[Any]


@compiled
def shared_footprints(
    begin: Array, pair: Array, source: Array, owner: Array, domain: Array,
    held: Array, value: Array, kind: Array, group: Array, weight: Array,
    bearers: Array, known: Array, usable: Array, most: Array, least: int,
    strength: Array, key: Array, others: Array,
) -> None:  # fmt: skip
    """Fills ``strength[pair, group]`` in nats, ``key[pair]`` and ``others[pair]`` (see ``networks.shared``).

    ``pair[begin[t]:begin[t + 1]]`` are the pairs of target t; ``value[held[s]:held[s + 1]]`` the footprints of
    site s, of ``kind``; ``bearers``, ``usable`` and ``most`` are by value, ``known``, ``group`` and ``weight`` by kind.
    What more than ``most`` of the linkers bear, or the target itself bears, says nothing.
    """
    domains = np.int64(domain.max()) + 1 if len(domain) else np.int64(1)
    kinds, groups = len(known), strength.shape[1]
    gain = np.zeros(len(bearers))
    count = np.zeros(len(bearers), np.int64)
    stamp = np.full(len(bearers), -1, np.int64)
    seen = np.full((kinds, domains), -1, np.int64)
    mine = np.full(len(bearers), -1, np.int64)
    here = np.zeros(kinds, np.int64)
    best = np.zeros(kinds)
    for t in range(len(begin) - 1):
        first, last = begin[t], begin[t + 1]
        if last - first <= least:
            continue
        total = 0
        for at in range(first, last):
            s = source[pair[at]]
            if owner[s] != owner[t]:
                total += held[s + 1] - held[s]
        if total == 0:
            continue
        for f in range(held[t], held[t + 1]):
            mine[value[f]] = t
        entries = np.empty(total, np.int64)
        here[:] = 0
        n = 0
        for at in range(first, last):
            s = source[pair[at]]
            if owner[s] == owner[t]:
                continue
            for f in range(held[s], held[s + 1]):
                k = kind[f]
                if seen[k, domain[s]] != t:
                    seen[k, domain[s]] = t
                    here[k] += 1
                if usable[value[f]] and mine[value[f]] != t:
                    entries[n] = value[f] * domains + domain[s]
                    n += 1
        entries = np.sort(entries[:n])
        for i in range(n):
            if i and entries[i] == entries[i - 1]:
                continue
            v = entries[i] // domains
            if stamp[v] != t:
                stamp[v] = t
                count[v] = 0
                gain[v] = -1.0
            count[v] += 1
        for at in range(first, last):
            s = source[pair[at]]
            if owner[s] == owner[t]:
                continue
            best[:] = 0.0
            top = 0.0
            for f in range(held[s], held[s + 1]):
                v, k = value[f], kind[f]
                if not usable[v] or mine[v] == t or count[v] - 1 < least or count[v] > most[v]:
                    continue
                if gain[v] < 0:
                    x, e = float(count[v] - 1), (here[k] - 1) * bearers[v] / known[k]
                    gain[v] = weight[k] * (x * np.log(x / e) - x + e) if x > e else 0.0
                if gain[v] > best[k]:
                    best[k] = gain[v]
                if gain[v] > top:
                    top = gain[v]
                    key[pair[at]] = v
                    others[pair[at]] = count[v] - 1
            for g in range(groups):
                # Kinds of one group go together (an address fixes its network): the strongest speaks.
                strongest = 0.0
                for k in range(kinds):
                    if group[k] == g and best[k] > strongest:
                        strongest = best[k]
                strength[pair[at], g] = strongest
