"""The loops over in-lists that authority needs beside the graph's kernels.

Each works on a run of rows, ``first`` to ``last``, and writes only there, so that runs may be shared out
to threads and the result is the same.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from backlit.compiled import compiled
from backlit.graph.loops.vector import prefetch

Array = npt.NDArray[Any]
#: How many edges ahead of its use a number is asked for.
_AHEAD = 32


@compiled
def count_sponsors(
    offsets: Array, sources: Array, trusted: Array, owner: Array, need: int, first: int, last: int, out: Array
) -> None:
    """``out[t]``: how many different owners of trusted nodes link to t, counted up to ``need``.

    ``owner`` numbers the owner of a trusted node; empty when each is its own.
    """
    seen = np.empty(need, np.int64)
    for t in range(first, last):
        found = 0
        for e in range(offsets[t], offsets[t + 1]):
            u = sources[e]
            if not trusted[u] or u == t:
                continue
            who = np.int64(owner[u]) if len(owner) else np.int64(u)
            known = False
            for i in range(found):
                if seen[i] == who:
                    known = True
                    break
            if not known:
                seen[found] = who
                found += 1
                if found == need:
                    break
        out[t] = found


@compiled
def _main(
    offsets: Array, sources: Array, weights: Array, flow: Array, rank: Array, damping: float, t: int
) -> tuple[int, float]:
    best, who = 0.0, int(t)
    for e in range(offsets[t], offsets[t + 1]):
        u = sources[e]
        given = rank[u] / flow[u]
        if len(weights):
            given *= weights[e]
        if given > best:
            best, who = given, int(u)
    return who, min(damping * best / rank[t], 1.0) if rank[t] > 0 else 0.0


@compiled
def main_sources(
    offsets: Array, sources: Array, weights: Array, handed: Array, rank: Array, damping: float,
    first: int, last: int, main: Array, share: Array,
) -> None:  # fmt: skip
    """The source that gives each node most of its rank, and the share of the rank that it gives.

    ``handed`` is what a node hands on over a link of weight 1: its rank over its flow.
    """
    stop = offsets[last] - 1
    for t in range(first, last):
        best, who = 0.0, np.int64(t)
        for e in range(offsets[t], offsets[t + 1]):
            prefetch(handed, np.int64(sources[min(e + _AHEAD, stop)]))
            u = np.int64(sources[e])
            given = handed[u]
            if len(weights):
                given *= weights[e]
            if given > best:
                best, who = given, u
        main[t] = who
        share[t] = min(damping * best / rank[t], 1.0) if rank[t] > 0 else 0.0


@compiled
def own_loops(
    offsets: Array, sources: Array, weights: Array, flow: Array, rank: Array, damping: float,
    main: Array, share: Array, strong: Array, low: float, full: float, steps: int,
    first: int, last: int, out: Array,
) -> None:  # fmt: skip
    """``out[t]``: the part of t's rank that is its own, sent round through sources that live on it.

    From a source s the main sources are followed back for at most ``steps`` links, as long as more than
    ``low`` of the rank of s has come that way; when t is met, that part of what s gives to t is t's own, whole
    from ``full`` on and in proportion before. ``strong`` marks, eight a byte, the nodes whose share is above
    ``low``: they alone are followed, and the marks fit a cache.
    """
    stop = offsets[last] - 1
    for t in range(first, last):
        total = 0.0
        for e in range(offsets[t], offsets[t + 1]):
            k = np.int64(sources[min(e + _AHEAD, stop)])
            if (strong[k >> 3] >> np.uint8(k & 7)) & np.uint8(1):
                prefetch(share, k)
                prefetch(main, k)
            s = np.int64(sources[e])
            if not (strong[s >> 3] >> np.uint8(s & 7)) & np.uint8(1):
                continue
            part, here = 1.0, s
            for _ in range(steps):
                part *= share[here]
                if part <= low:
                    break
                here = np.int64(main[here])
                if here == t:
                    given = damping * rank[s] / flow[s]
                    if len(weights):
                        given *= weights[e]
                    grown = (part - low) / (full - low) if full > low else 1.0
                    total += given * part * min(grown, 1.0)
                    break
        out[t] = total


@compiled
def places(order: Array, values: Array, below: Array, above: Array) -> None:
    """How many of ``values`` are less, and how many greater, than each; ``order`` is one that sorts them."""
    size = len(order)
    less = 0
    for k in range(size):
        if k > 0 and values[order[k]] != values[order[k - 1]]:
            less = k
        below[order[k]] = less
    greater = 0
    for k in range(size - 1, -1, -1):
        if k < size - 1 and values[order[k]] != values[order[k + 1]]:
            greater = size - 1 - k
        above[order[k]] = greater


@compiled
def push_back(
    offsets: Array, sources: Array, weights: Array, flow: Array, target: int, damping: float,
    tolerance: float, most_edges: int, visits: Array, left: Array, queue: Array, waiting: Array, touched: Array,
) -> tuple[int, int]:  # fmt: skip
    """How often a walk from each node comes to ``target``: G[·, target], from below, by backward push.

    ``visits`` and ``left`` are all zero before; the nodes written to are listed in ``touched``, so that
    they can be cleared. Returns how many these are, and the edges looked at. What is missing from
    ``visits`` at any node is at most max(left) / (1 − damping).
    """
    size = len(queue)
    head, tail, edges, many = 0, 0, 0, 0
    left[target] = 1.0
    queue[tail] = target
    tail += 1
    waiting[target] = True
    touched[many] = target
    many += 1
    while head != tail and edges < most_edges:
        t = queue[head]
        head = (head + 1) % size
        waiting[t] = False
        amount = left[t]
        left[t] = 0.0
        visits[t] += amount
        for e in range(offsets[t], offsets[t + 1]):
            u = sources[e]
            edges += 1
            step = damping * amount / flow[u]
            if len(weights):
                step *= weights[e]
            if left[u] == 0.0 and visits[u] == 0.0:
                touched[many] = u
                many += 1
            left[u] += step
            if left[u] > tolerance and not waiting[u]:
                waiting[u] = True
                queue[tail] = u
                tail = (tail + 1) % size
    return many, edges


@compiled
def main_of(
    offsets: Array, sources: Array, weights: Array, flow: Array, rank: Array, damping: float,
    nodes: Array, main: Array, share: Array,
) -> None:  # fmt: skip
    """``main_sources`` of some nodes only."""
    for i in range(len(nodes)):
        main[i], share[i] = _main(offsets, sources, weights, flow, rank, damping, nodes[i])


@compiled
def look_back(
    offsets: Array, sources: Array, target: int, ring: Array, core: Array, only_core: bool, most_edges: int,
    seen: Array, queue: Array,
) -> tuple[float, bool, bool]:  # fmt: skip
    """Σ 1 / d(x, target) over all x (of the core if ``only_core``), whether any is of the core, whether all were seen.

    ``ring`` links to the target; it stops after about ``most_edges`` edges.
    """
    seen[target] = True
    met = bool(core[target]) if len(core) else True
    tail = 0
    for i in range(len(ring)):
        u = ring[i]
        if not seen[u]:
            seen[u] = True
            queue[tail] = u
            tail += 1
    head, distance, total, edges = 0, 1, 0.0, 0
    while head < tail:
        end = tail
        if not only_core:
            total += (end - head) / distance
        for i in range(head, end):
            t = queue[i]
            if len(core) and core[t]:
                met = True
                if only_core:
                    total += 1 / distance
            edges += offsets[t + 1] - offsets[t]
            if edges > most_edges:
                return total, met, False
            for e in range(offsets[t], offsets[t + 1]):
                u = sources[e]
                if not seen[u]:
                    seen[u] = True
                    queue[tail] = u
                    tail += 1
        head = end
        distance += 1
    return total, met, True


@compiled
def bits_in(word: np.uint64) -> int:
    """How many bits of a word are set."""
    w = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    w = (w & np.uint64(0x3333333333333333)) + ((w >> np.uint64(2)) & np.uint64(0x3333333333333333))
    w = (w + (w >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int((w * np.uint64(0x0101010101010101)) >> np.uint64(56))


@compiled
def spread(
    offsets: Array, sources: Array, now: Array, after: Array, ends: Array, moving: np.uint64, each: float,
    first: int, last: int, reach: Array,
) -> np.uint64:  # fmt: skip
    """One step of a search from up to 64 origins at once, a bit each: who has come to each node.

    Nodes with out-links have their bits in ``now``, and get those of the next step in ``after``; those of the
    others are in ``ends``. ``reach[t]`` grows by ``each`` for every origin that comes to t with this step. ``moving``
    are the bits that came to any node of ``now`` with the last step; a node that has all of them is done for good.
    Returns the bits that moved now.
    """
    live = len(now)
    nothing = np.uint64(0)
    moved = nothing
    stop = offsets[last] - 1
    for t in range(first, last):
        before = now[t] if t < live else ends[t - live]
        word = before
        if moving & ~word:
            for e in range(offsets[t], offsets[t + 1]):
                prefetch(now, np.int64(sources[min(e + _AHEAD, stop)]))
                word |= now[sources[e]]
                if not moving & ~word:
                    break
        if t < live:
            after[t] = word
            moved |= word & ~before
        else:
            ends[t - live] = word
        if word != before:
            reach[t] += bits_in(word & ~before) * each
    return moved


@compiled
def tail_hits(
    offsets: Array, text: Array, hashes: Array, powers: int, hit: Array, last_label: Array
) -> None:  # fmt: skip
    """Which names may end, at a label, in one of the tails whose sums are in the open table ``hashes``.

    ``last_label`` receives the sum of each name's last label. Sums may coincide: hits are to be looked at again.
    """
    mask = np.uint64((1 << powers) - 1)
    for i in range(len(offsets) - 1):
        sum_ = np.uint64(14695981039346656037)
        first_dot = True
        for at in range(offsets[i + 1] - 1, offsets[i] - 2, -1):
            byte = text[at] if at >= offsets[i] else np.uint8(46)
            if byte == 46:
                if first_dot:
                    last_label[i] = sum_
                    first_dot = False
                place = sum_ & mask
                while hashes[place] != 0:
                    if hashes[place] == sum_:
                        hit[i] = True
                        break
                    place = (place + np.uint64(1)) & mask
            sum_ = (sum_ ^ np.uint64(byte)) * np.uint64(1099511628211)
