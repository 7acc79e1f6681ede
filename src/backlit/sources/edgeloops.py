"""The compiled loop that reads an edge list; see ``backlit.sources.edgelist``. Needs numba."""

from __future__ import annotations

from typing import Any

import numpy as np

from backlit.graph.loops.jit import compiled


@compiled
def parse(
    text: Any, at: int, source: Any, target: Any, bad: Any, starts: Any, kinds: Any
) -> tuple[int, int, int, int]:
    """Edges of the lines from ``at`` on, until the text or the room for edges or bad lines ends.

    The text ends with a line feed. Returns the number of edges, where it stopped, the lines read and the
    bad ones among them, whose numbers (from 0), beginnings and kinds (0 no edge, 1 a number too large) are in
    ``bad``, ``starts`` and ``kinds``.
    """
    edges, lines, wrong = 0, 0, 0
    length = len(text)
    room = len(source)
    most = np.uint64(4294967295)
    while at < length and edges < room and wrong < len(bad):
        start = at
        c = text[at]
        digit = np.uint64(c) - np.uint64(48)
        first = np.uint64(0)
        while digit < np.uint64(10):
            first = first * np.uint64(10) + digit
            at += 1
            c = text[at]
            digit = np.uint64(c) - np.uint64(48)
        width = at - start
        second = np.uint64(0)
        begin = at
        if c == 9 and width > 0:
            begin = at + 1
            at = begin
            c = text[at]
            digit = np.uint64(c) - np.uint64(48)
            while digit < np.uint64(10):
                second = second * np.uint64(10) + digit
                at += 1
                c = text[at]
                digit = np.uint64(c) - np.uint64(48)
        other = at - begin
        if c == 13 and text[at + 1] == 10:
            at += 1
            c = text[at]
        fits = width < 20 and other < 20
        if c == 10 and other > 0 and fits and first <= most and second <= most:
            source[edges] = first
            target[edges] = second
            edges += 1
        else:
            numbers = c == 10 and other > 0
            while text[at] != 10:
                at += 1
            empty = at == start or (at == start + 1 and text[start] == 13)
            if not empty and text[start] != 35:
                bad[wrong] = lines
                starts[wrong] = start
                kinds[wrong] = 1 if numbers else 0
                wrong += 1
        at += 1
        lines += 1
    return edges, at, lines, wrong
