"""The compiled loops over names in buffers; see ``backlit.release.names`` for the form of a block. Needs numba.

Many names are one buffer of bytes and an int64 array of ``count + 1`` offsets into it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from backlit.compiled import compiled


@compiled
def compare(a: Any, a0: int, a1: int, b: Any, b0: int, b1: int) -> int:
    """Negative, zero or positive, as ``a[a0:a1]`` comes before ``b[b0:b1]`` in the order of bytes, or is it."""
    width = min(a1 - a0, b1 - b0)
    for i in range(width):
        if a[a0 + i] != b[b0 + i]:
            return -1 if a[a0 + i] < b[b0 + i] else 1
    return (a1 - a0) - (b1 - b0)


@compiled
def first_disorder(text: Any, offsets: Any, last: Any, begun: bool) -> int:
    """The first name that does not come after the one before it (``last`` before the first, once begun), or -1."""
    if len(offsets) < 2:
        return -1
    if begun and compare(last, 0, len(last), text, offsets[0], offsets[1]) >= 0:
        return 0
    for i in range(1, len(offsets) - 1):
        if compare(text, offsets[i - 1], offsets[i], text, offsets[i], offsets[i + 1]) >= 0:
            return i
    return -1


@compiled
def encode(text: Any, offsets: Any, first: int, last: int, restart: int, out: Any) -> int:
    """Names ``first`` to ``last`` as one block in ``out``; returns its length."""
    count = last - first
    at = 3 * count
    for i in range(first, last):
        begin, end = offsets[i], offsets[i + 1]
        shared = 0
        if (i - first) % restart:
            before = offsets[i - 1]
            most = min(begin - before, end - begin, 255)
            while shared < most and text[before + shared] == text[begin + shared]:
                shared += 1
        length = end - begin - shared
        out[i - first] = shared
        out[count + i - first] = length & 255
        out[2 * count + i - first] = length >> 8
        for k in range(begin + shared, end):
            out[at] = text[k]
            at += 1
    return at


@compiled
def decoded_length(block: Any, count: int) -> Any:
    """Bytes of all names of a block."""
    total: Any = 0
    for i in range(count):
        total += np.int64(block[i]) + np.int64(block[count + i]) + (np.int64(block[2 * count + i]) << 8)
    return total


@compiled
def decode(block: Any, count: int, text: Any, at: int, offsets: Any) -> int:
    """All names of a block to ``text`` from ``at`` on; ends of names to ``offsets``. Returns where it ended."""
    read = 3 * count
    before = at
    for i in range(count):
        shared = np.int64(block[i])
        length = np.int64(block[count + i]) + (np.int64(block[2 * count + i]) << 8)
        start = at
        for k in range(shared):
            text[at] = text[before + k]
            at += 1
        for _ in range(length):
            text[at] = block[read]
            at += 1
            read += 1
        offsets[i] = at
        before = start
    return at


@compiled
def lengths_at(blocks: Any, begins: Any, held: Any, wanted: Any, places: Any, out: Any) -> None:
    """Length of the name at each of ``places`` of blocks one behind the other; ``wanted`` bounds those of each."""
    for b in range(len(held)):
        at, count = begins[b], held[b]
        for k in range(wanted[b], wanted[b + 1]):
            i = at + places[k]
            out[k] = (
                np.int64(blocks[i]) + np.int64(blocks[i + count]) + (np.int64(blocks[i + 2 * count]) << 8)
            )


@compiled
def names_at(
    blocks: Any,
    begins: Any,
    held: Any,
    wanted: Any,
    places: Any,
    restart: int,
    work: Any,
    text: Any,
    offsets: Any,
) -> None:
    """The names that ``lengths_at`` measured, to ``text``; ``places`` ascend in each block.

    Only stretches of ``restart`` names in which one is wanted are put together, in ``work``.
    """
    for b in range(len(held)):
        at, count = begins[b], held[b]
        place, read = 0, at + 3 * count
        for k in range(wanted[b], wanted[b + 1]):
            whole = places[k] - places[k] % restart
            while place <= places[k]:
                shared = np.int64(blocks[at + place])
                length = np.int64(blocks[at + count + place]) + (
                    np.int64(blocks[at + 2 * count + place]) << 8
                )
                if place >= whole:
                    for j in range(length):
                        work[shared + j] = blocks[read + j]
                read += length
                place += 1
            for j in range(offsets[k + 1] - offsets[k]):
                text[offsets[k] + j] = work[j]


@compiled
def blocks_of(firsts: Any, first_offsets: Any, text: Any, offsets: Any, order: Any, found: Any) -> None:
    """For each name, in ``order``: the last block whose first name is not after it, or -1."""
    blocks = len(first_offsets) - 1
    for k in range(len(order)):
        i = order[k]
        low, high = 0, blocks
        while low < high:
            middle = (low + high) // 2
            after = compare(
                firsts, first_offsets[middle], first_offsets[middle + 1], text, offsets[i], offsets[i + 1]
            )
            if after <= 0:
                low = middle + 1
            else:
                high = middle
        found[k] = low - 1


@compiled
def match(
    names: Any,
    name_offsets: Any,
    base: int,
    text: Any,
    offsets: Any,
    order: Any,
    begin: int,
    end: int,
    out: Any,
) -> None:
    """Merge names ``order[begin:end]`` with a decoded block: ``out[i]`` is where name i is, if there."""
    at, count = 0, len(name_offsets) - 1
    for k in range(begin, end):
        i = order[k]
        while at < count:
            c = compare(names, name_offsets[at], name_offsets[at + 1], text, offsets[i], offsets[i + 1])
            if c >= 0:
                if c == 0:
                    out[i] = base + at
                break
            at += 1


@compiled
def pick(text: Any, offsets: Any, places: Any, out: Any, out_offsets: Any) -> None:
    """The names at ``places`` one behind the other; ``out_offsets`` are known."""
    for k in range(len(places)):
        begin = offsets[places[k]]
        at = out_offsets[k]
        for j in range(out_offsets[k + 1] - at):
            out[at + j] = text[begin + j]


@compiled
def turn(text: Any, offsets: Any, out: Any) -> None:
    """Each name with its labels in the other direction, at the same place: ``com.example`` is ``example.com``."""
    for i in range(len(offsets) - 1):
        begin, end = offsets[i], offsets[i + 1]
        label = begin
        while label <= end:
            stop = label
            while stop < end and text[stop] != 46:
                stop += 1
            to = begin + (end - stop)
            for k in range(stop - label):
                out[to + k] = text[label + k]
            if stop < end:
                out[to - 1] = 46
            label = stop + 1


@compiled
def common(a: Any, a_offsets: Any, b: Any, b_offsets: Any) -> tuple[int, int, int]:
    """Merge two sorted runs until one ends: names read of each, and those in both."""
    i = j = both = 0
    while i < len(a_offsets) - 1 and j < len(b_offsets) - 1:
        c = compare(a, a_offsets[i], a_offsets[i + 1], b, b_offsets[j], b_offsets[j + 1])
        if c == 0:
            both += 1
        i += c <= 0
        j += c >= 0
    return i, j, both


@compiled
def kinds_of(text: Any, offsets: Any, out: Any) -> None:
    """Of each reversed name: bit 1 if a label is punycode, bit 2 if no host could be called so."""
    for i in range(len(offsets) - 1):
        begin, end = offsets[i], offsets[i + 1]
        bad = end - begin > 253 or end == begin
        idn = False
        labels = 0
        label = begin
        while label <= end and not bad:
            stop = label
            while stop < end and text[stop] != 46:
                c = text[stop]
                fits = (97 <= c <= 122) or (48 <= c <= 57) or c == 45 or c == 95
                if not fits:
                    bad = True
                stop += 1
            width = stop - label
            if width == 0 or width > 63 or text[label] == 45 or text[stop - 1] == 45:
                bad = True
            elif width > 4 and text[label] == 120 and text[label + 1] == 110:
                idn = idn or (text[label + 2] == 45 and text[label + 3] == 45)
            labels += 1
            label = stop + 1
        out[i] = np.uint8(idn) | (np.uint8(bad or labels < 2) << 1)


@compiled
def without_www(text: Any, offsets: Any, stripped: Any) -> None:
    """1 where a reversed name ends in the label ``www`` and two labels would remain."""
    for i in range(len(offsets) - 1):
        begin, end = offsets[i], offsets[i + 1]
        stripped[i] = 0
        if end - begin < 7:
            continue
        if text[end - 4] != 46 or text[end - 3] != 119 or text[end - 2] != 119 or text[end - 1] != 119:
            continue
        for k in range(begin, end - 4):
            if text[k] == 46:
                stripped[i] = 1
                break


@compiled
def differs(text: Any, offsets: Any, out: Any) -> None:
    """Whether each name but the first is another than the one before it."""
    for i in range(1, len(offsets) - 1):
        c = compare(text, offsets[i - 1], offsets[i], text, offsets[i], offsets[i + 1])
        out[i] = c != 0
