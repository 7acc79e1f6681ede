"""Edges into rows by target: counting, placing, sorting, dropping repeats.

A row is the list of the sources that link to one target. Edges are placed by a counting sort,
which keeps their order; rows that do not come out ascending are sorted by insertion when short
and by radix when long, so that no input, however nasty, takes more than linear time in its bytes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from backlit.compiled import compiled

#: Rows up to this length are sorted by insertion.
_SHORT = 32


@compiled
def out_of_range(source: Any, target: Any, nodes: int) -> int:
    """The place of the first edge that names a node outside ``0..nodes-1``, or -1."""
    for e in range(len(source)):
        if source[e] < 0 or target[e] < 0 or source[e] >= nodes or target[e] >= nodes:
            return e
    return -1


@compiled
def count_targets(source: Any, target: Any, first: int, keep_loops: bool, counts: Any) -> int:
    """``counts[t - first]`` += the edges into each ``t`` of a range; returns the self-links left out.

    Edges whose target lies outside the range of ``counts`` are passed over.
    """
    loops = 0
    for e in range(len(target)):
        row = np.int64(target[e]) - first
        if 0 <= row < len(counts):
            if not keep_loops and np.int64(source[e]) == np.int64(target[e]):
                loops += 1
            else:
                counts[row] += 1
    return loops


@compiled
def place(
    source: Any,
    target: Any,
    weight: Any,
    first: int,
    keep_loops: bool,
    cursor: Any,
    sources: Any,
    weights: Any,
) -> None:
    """Each edge into its row: ``sources[cursor[t - first]++] = source``, weights likewise."""
    for e in range(len(target)):
        row = np.int64(target[e]) - first
        if 0 <= row < len(cursor) and (keep_loops or np.int64(source[e]) != np.int64(target[e])):
            at = cursor[row]
            cursor[row] = at + 1
            sources[at] = source[e]
            if len(weight):
                weights[at] = weight[e]


@compiled
def _ascending(sources: Any, begin: int, end: int) -> bool:
    i = begin + 1
    while i < end and sources[i] >= sources[i - 1]:
        i += 1
    return i >= end


@compiled
def _insert(sources: Any, weights: Any, begin: int, end: int) -> None:
    weighted = len(weights) > 0
    for i in range(begin + 1, end):
        source = sources[i]
        weight = weights[i] if weighted else np.float32(0)
        j = i - 1
        while j >= begin and sources[j] > source:
            sources[j + 1] = sources[j]
            if weighted:
                weights[j + 1] = weights[j]
            j -= 1
        sources[j + 1] = source
        if weighted:
            weights[j + 1] = weight


@compiled
def _radix(sources: Any, weights: Any, begin: int, end: int, spare: Any, spare_weights: Any) -> None:
    weighted = len(weights) > 0
    length = end - begin
    counts = np.zeros(256, np.int64)
    for shift in range(0, 32, 8):
        counts[:] = 0
        for i in range(begin, end):
            counts[(sources[i] >> np.uint32(shift)) & np.uint32(255)] += 1
        if counts[(sources[begin] >> np.uint32(shift)) & np.uint32(255)] == length:
            continue
        total = 0
        for digit in range(256):
            total, counts[digit] = total + counts[digit], total
        for i in range(begin, end):
            key = (sources[i] >> np.uint32(shift)) & np.uint32(255)
            at = counts[key]
            counts[key] = at + 1
            spare[at] = sources[i]
            if weighted:
                spare_weights[at] = weights[i]
        sources[begin:end] = spare[:length]
        if weighted:
            weights[begin:end] = spare_weights[:length]


@compiled
def tidy(
    starts: Any, sources: Any, weights: Any, spare: Any, spare_weights: Any, simplify: bool, lengths: Any
) -> int:
    """Each row ascending and, if asked to ``simplify``, without repeats; rows close up.

    ``starts`` has where each row begins, and the end of the last. Of repeats the greatest weight
    stays, so that the order in which edges came does not matter. ``lengths`` receives the length
    of each row; the sources stand at the front of ``sources`` afterwards. ``spare`` is room for the
    longest row. Returns how many edges are left.
    """
    weighted = len(weights) > 0
    write = 0
    for row in range(len(starts) - 1):
        begin, end = starts[row], starts[row + 1]
        if not _ascending(sources, begin, end):
            if end - begin <= _SHORT:
                _insert(sources, weights, begin, end)
            else:
                _radix(sources, weights, begin, end, spare, spare_weights)
        first = write
        for i in range(begin, end):
            if simplify and write > first and sources[write - 1] == sources[i]:
                if weighted and weights[i] > weights[write - 1]:
                    weights[write - 1] = weights[i]
                continue
            sources[write] = sources[i]
            if weighted:
                weights[write] = weights[i]
            write += 1
        lengths[row] = write - first
    return write


@compiled
def count_sources(sources: Any, out_degree: Any) -> None:
    """``out_degree[u]`` += the edges that leave ``u``."""
    for e in range(len(sources)):
        out_degree[sources[e]] += np.uint32(1)


@compiled
def sum_sources(sources: Any, weights: Any, out_weight: Any) -> None:
    """``out_weight[u]`` += the weights of the edges that leave ``u``, in the order of the edges."""
    for e in range(len(sources)):
        out_weight[sources[e]] += weights[e]


@compiled
def split(
    source: Any, target: Any, weight: Any, rows_each: int, begins: Any, records: Any, has_out: Any
) -> int:
    """One chunk of edges into parts by target, self-links left out; returns how many those were.

    Part ``p`` has the targets from ``p * rows_each`` on. ``records`` receives, part after part, an
    edge's source, target and (where there are weights) the bits of its weight; ``begins`` where
    each part begins, and the end. ``has_out[u]`` becomes 1 for each source.
    """
    parts = len(begins) - 1
    counts = np.zeros(parts + 1, np.int64)
    loops = 0
    for e in range(len(target)):
        if source[e] == target[e]:
            loops += 1
        else:
            counts[np.int64(target[e]) // rows_each + 1] += 1
    for p in range(parts):
        counts[p + 1] += counts[p]
    begins[:] = counts
    for e in range(len(target)):
        if source[e] != target[e]:
            part = np.int64(target[e]) // rows_each
            at = counts[part]
            counts[part] = at + 1
            records[at, 0] = source[e]
            records[at, 1] = target[e]
            if len(weight):
                records[at, 2] = weight[e]
            has_out[source[e]] = 1
    return loops


@compiled
def count_records(records: Any, first: int, counts: Any) -> None:
    """``counts[t - first]`` += the records whose target is t."""
    for e in range(len(records)):
        counts[np.int64(records[e, 1]) - first] += 1


@compiled
def place_records(
    records: Any, first: int, slots: Any, new_of_old: Any, cursor: Any, sources: Any, weights: Any
) -> None:
    """Records into rows: that of target t is ``slots[t - first]``; other targets are passed over.

    Sources get their new numbers on the way.
    """
    for e in range(len(records)):
        row = np.int64(records[e, 1]) - first
        if 0 <= row < len(slots):
            at = cursor[slots[row]]
            cursor[slots[row]] = at + 1
            sources[at] = new_of_old[records[e, 0]]
            if len(weights):
                weights[at] = records[e, 2]


@compiled
def number_nodes(feeds: Any, live: int, new_of_old: Any, old_of_new: Any) -> None:
    """Nodes that feed others from 0 on, the rest from ``live`` on, each group in the given order."""
    front, back = 0, live
    for node in range(len(feeds)):
        if feeds[node]:
            new_of_old[node] = front
            old_of_new[front] = node
            front += 1
        else:
            new_of_old[node] = back
            old_of_new[back] = node
            back += 1


@compiled
def transpose_rows(
    offsets: Any, sources: Any, weights: Any, cursor: Any, targets: Any, new_weights: Any
) -> None:
    """The out-lists of a graph given by its in-lists; they come out ascending."""
    for row in range(len(offsets) - 1):
        for e in range(offsets[row], offsets[row + 1]):
            u = sources[e]
            at = cursor[u]
            cursor[u] = at + 1
            targets[at] = row
            if len(weights):
                new_weights[at] = weights[e]
