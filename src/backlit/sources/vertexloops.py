"""The compiled loop that reads vertices of a web graph; see ``backlit.sources.webgraph``. Needs numba."""

from __future__ import annotations

from typing import Any

import numpy as np

from backlit.compiled import compiled

OK, NO_VERTEX, WRONG_ID = 0, 1, 2


@compiled
def _digits(text: Any, at: int) -> tuple[Any, int]:
    """The number at ``at`` (up to 2**32 - 1) and where it ends."""
    value = np.uint64(0)
    begin = at
    while 48 <= text[at] <= 57 and at - begin < 11:
        value = value * np.uint64(10) + np.uint64(text[at] - 48)
        at += 1
    return value, at


@compiled
def parse_vertices(
    text: Any, at: int, expected: int, hosted: bool, names: Any, offsets: Any, hosts: Any
) -> tuple[int, int, int]:
    """Vertices of the lines from ``at`` on: ``id<TAB>name`` with ``<TAB>hosts`` behind it if ``hosted``.

    Names go to ``names`` and ``offsets``. Ids must be ``expected`` and those that follow. Stops at the first line
    that is not so. Returns the number of vertices, where it stopped, and why.
    """
    count = 0
    out = 0
    offsets[0] = 0
    length = len(text)
    most = np.uint64(4294967295)
    while at < length and count < len(hosts):
        start = at
        if text[at] == 10:
            at += 1
            continue
        number, at = _digits(text, at)
        if at == start or text[at] != 9:
            return count, start, NO_VERTEX
        begin = at + 1
        at = begin
        while text[at] != 9 and text[at] != 10:
            at += 1
        end = at
        many = np.uint64(0)
        if hosted:
            if text[at] != 9:
                return count, start, NO_VERTEX
            first = at + 1
            many, at = _digits(text, first)
            if at == first:
                return count, start, NO_VERTEX
        elif text[end - 1] == 13:
            end -= 1
        if text[at] == 13:
            at += 1
        if text[at] != 10 or end == begin or number > most or many > most:
            return count, start, NO_VERTEX
        if number != np.uint64(expected + count):
            return count, start, WRONG_ID
        for k in range(begin, end):
            names[out] = text[k]
            out += 1
        count += 1
        offsets[count] = out
        hosts[count - 1] = many
        at += 1
    return count, at, OK
