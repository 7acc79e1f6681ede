"""How much two sources have in common, and greedy peeling of a graph to its densest part."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from backlit.compiled import compiled

Array = npt.NDArray[Any]


@compiled
def _push(top: Array, who: Array, value: float, owner: int) -> None:
    """Keep ``value`` among the greatest, one for each owner: the owner's greatest."""
    least = 0
    for i in range(len(top)):
        if who[i] == owner:
            if value > top[i]:
                top[i] = value
            return
        if top[i] < top[least]:
            least = i
    if value > top[least]:
        top[least] = value
        who[least] = owner


@compiled
def _links(to: Array, first: int, last: int, t: int) -> bool:
    while first < last:
        middle = (first + last) // 2
        if to[middle] < t:
            first = middle + 1
        else:
            last = middle
    return first < len(to) and to[first] == t


@compiled
def lockstep(
    out_begin: Array, out_pair: Array, to: Array, in_begin: Array, sources: Array, owner: Array,
    weight: Array, norm: Array, most: int, prior: float, partners: int, most_partners: int, result: Array,
) -> None:  # fmt: skip
    """``result[pair]``: mean likeness of its source with the ``partners`` likest organisations linking to its target.

    ``to`` holds the targets of each source in ascending order, ``out_pair`` their pairs; ``sources`` the sources of
    each target. ``weight`` is by target, 0 where it is not rare, ``norm`` its sum over each source's targets.
    Organisations that source i links to, or that link to it, are left out.
    A target with more than ``most`` sources is asked only for the ``most_partners`` likest.
    """
    sites = len(out_begin) - 1
    common = np.zeros(sites)
    stamp = np.full(sites, -1, np.int64)
    touched = np.empty(sites, np.int64)
    friend = np.full(np.int64(owner.max()) + 1 if sites else 1, -1, np.int64)
    top, who = np.zeros(partners), np.full(partners, -1, np.int64)
    for i in range(sites):
        n = 0
        for a in range(out_begin[i], out_begin[i + 1]):
            friend[owner[to[a]]] = i
        for a in range(in_begin[i], in_begin[i + 1]):
            friend[owner[sources[a]]] = i
        for a in range(out_begin[i], out_begin[i + 1]):
            t = to[a]
            if weight[t] == 0 or owner[t] == owner[i]:
                continue
            for b in range(in_begin[t], in_begin[t + 1]):
                j = sources[b]
                if owner[j] == owner[i] or owner[j] == owner[t] or friend[owner[j]] == i:
                    continue
                if stamp[j] != i:
                    stamp[j] = i
                    common[j] = 0.0
                    touched[n] = j
                    n += 1
                common[j] += weight[t]
        if n == 0:
            continue
        likest = np.empty(0, np.int64)
        for a in range(out_begin[i], out_begin[i + 1]):
            t = to[a]
            if owner[t] == owner[i]:
                continue
            top[:] = 0.0
            who[:] = -1
            w = weight[t]
            if in_begin[t + 1] - in_begin[t] <= most:
                for b in range(in_begin[t], in_begin[t + 1]):
                    j = sources[b]
                    if stamp[j] == i and owner[j] != owner[t]:
                        rest = common[j] - w
                        if rest > 1e-9:
                            size = np.sqrt((norm[i] - w) * (norm[j] - w)) + prior
                            _push(top, who, rest / size, owner[j])
            else:
                if len(likest) == 0:
                    # Sorted by number first, so that equal likeness is decided by it.
                    order = np.sort(touched[:n])
                    likeness = np.empty(n)
                    for k in range(n):
                        likeness[k] = -common[order[k]] / (np.sqrt(norm[i] * norm[order[k]]) + prior)
                    likest = order[np.argsort(likeness, kind="mergesort")[:most_partners]]
                for j in likest:
                    if owner[j] != owner[t] and _links(to, out_begin[j], out_begin[j + 1], t):
                        rest = common[j] - w
                        if rest > 1e-9:
                            size = np.sqrt((norm[i] - w) * (norm[j] - w)) + prior
                            _push(top, who, rest / size, owner[j])
            result[out_pair[a]] = top.sum() / partners


@compiled
def _down(heap: Array, place: Array, degree: Array, at: int, size: int) -> None:
    node = heap[at]
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        right = child + 1
        if right < size and (
            degree[heap[right]] < degree[heap[child]]
            or (degree[heap[right]] == degree[heap[child]] and heap[right] < heap[child])
        ):
            child = right
        below = heap[child]
        if degree[below] < degree[node] or (degree[below] == degree[node] and below < node):
            heap[at] = below
            place[below] = at
            at = child
        else:
            break
    heap[at] = node
    place[node] = at


@compiled
def _up(heap: Array, place: Array, degree: Array, at: int) -> None:
    node = heap[at]
    while at > 0:
        parent = (at - 1) // 2
        above = heap[parent]
        if degree[node] < degree[above] or (degree[node] == degree[above] and node < above):
            heap[at] = above
            place[above] = at
            at = parent
        else:
            break
    heap[at] = node
    place[node] = at


@compiled
def peel(begin: Array, neighbour: Array, weight: Array, alive: Array, left: Array) -> float:
    """Take away the node of least weighted degree, again and again; ``left[node]`` of the densest state met.

    Edges with ``alive`` false do not count. Density is total weight / nodes that have an edge; returned is the
    greatest. Each edge stands twice, once with either end, with the same weight and life.
    """
    nodes = len(begin) - 1
    degree = np.zeros(nodes)
    heap, place = np.empty(nodes, np.int64), np.full(nodes, -1, np.int64)
    size, total = 0, 0.0
    for u in range(nodes):
        for e in range(begin[u], begin[u + 1]):
            if alive[e]:
                degree[u] += weight[e]
        if degree[u] > 0:
            heap[size] = u
            place[u] = size
            size += 1
            total += degree[u]
    total /= 2
    for at in range(size // 2 - 1, -1, -1):
        _down(heap, place, degree, at, size)
    gone = np.full(nodes, -1, np.int64)
    best, when, step, many = 0.0, 0, 0, size
    while size:
        if total / size > best + 1e-12:
            best, when = total / size, step
        u = heap[0]
        size -= 1
        gone[u] = step
        step += 1
        last = heap[size]
        place[u] = -1
        if size:
            heap[0] = last
            place[last] = 0
            _down(heap, place, degree, 0, size)
        for e in range(begin[u], begin[u + 1]):
            v = neighbour[e]
            if alive[e] and place[v] >= 0:
                degree[v] -= weight[e]
                total -= weight[e]
                _up(heap, place, degree, place[v])
    for u in range(nodes):
        left[u] = many > 0 and gone[u] >= when
    return best
