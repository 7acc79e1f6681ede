"""Rows of a graph in blocks, and threads that share them: always the same blocks.

The blocks are laid out by the graph alone, never by the number of threads. Blocks run in *rounds*:
within a round they run side by side and see the values of the rounds before it, so whatever
thread takes which block, and in whatever order, each result has the same bits.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

#: Blocks of a large graph, and how many of them run side by side in a round.
BLOCKS = 64
ROUND = 8
#: What a row costs beside its edges, in edges.
_ROW = 4
#: Graphs that cost less than this are one block.
_ONE_BLOCK = 1 << 18

Span = tuple[int, int]
#: ``run(function, arguments)``: the function's results for each tuple of arguments, in order.
Run = Callable[[Callable[..., Any], Sequence[tuple[Any, ...]]], list[Any]]


def split_rows(offsets: npt.NDArray[np.int64], first: int, last: int, blocks: int = BLOCKS) -> list[Span]:
    """The rows from ``first`` to ``last`` in at most ``blocks`` spans of about equal cost."""
    if last <= first:
        return []

    def cost(row: int) -> int:
        return int(offsets[row]) + _ROW * row

    begin, end = cost(first), cost(last)
    if end - begin < _ONE_BLOCK:
        return [(first, last)]
    edges = {first, last}
    for k in range(1, blocks):
        wanted = begin + (end - begin) * k // blocks
        low, high = first, last
        while low < high:  # the first row whose cost reaches what is wanted
            middle = (low + high) // 2
            low, high = (middle + 1, high) if cost(middle) < wanted else (low, middle)
        edges.add(low)
    marks = sorted(edges)
    return list(pairwise(marks))


def rounds(spans: list[Span], size: int) -> list[list[tuple[int, int, int]]]:
    """The spans, ``ROUND`` at a time and far apart, each with the place of its newest values.

    Neighbouring blocks share communities. Side by side they would not see each other's newest values,
    and a community that lies across them would take twice the iterations. The newest values stand
    behind the ``size`` rows of the table, one span's after another's.
    """
    number = -(-len(spans) // ROUND)
    found = []
    for k in range(number):
        place, row = size, []
        for first, last in spans[k::number]:
            row.append((first, last, place))
            place += last - first
        found.append(row)
    return found


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def crew(threads: int | None) -> Iterator[Run]:
    """A way to run a function on many arguments.

    ``threads`` of None means all processors. With one, everything runs where it is called.
    """
    number = cores() if threads is None else threads
    if number <= 1:
        yield lambda function, arguments: [function(*a) for a in arguments]
        return
    with ThreadPoolExecutor(number) as pool:

        def run(function: Callable[..., Any], arguments: Sequence[tuple[Any, ...]]) -> list[Any]:
            if len(arguments) == 1:
                return [function(*arguments[0])]
            return list(pool.map(lambda a: function(*a), arguments))

        yield run
