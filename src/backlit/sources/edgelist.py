"""Edge lists: two numbers a line, a tab between them, plain or compressed; the form of web-graph releases.

    12<TAB>345
    12<TAB>777

Lines may end in ``\\r\\n``, and the last one in nothing. Empty lines and lines that begin with ``#`` say
nothing. Any other line that is not two numbers below 2**32 is a problem, located by its number, and costs no
line but itself. Of a damaged or cut file everything before the damage is read; the last line before it is given
up unless its end was read too, since half a number is another number.

The bytes are gunzipped by isal and read by a compiled loop, several times as fast as general readers of
CSV. Nothing is kept but one run of edges: memory does not depend on the size of the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from backlit.records import Problem
from backlit.sources.problems import ProblemLog
from backlit.sources.streams import ByteStream

#: Edges in a run, at most.
RUN = 1 << 20
#: Bad lines of a run whose numbers are kept; the others are counted.
_LOCATED = 1000
#: A line that is longer has no two numbers in it.
_LONGEST_LINE = 1 << 16
_SHOWN = 60


class EdgeRun(NamedTuple):
    """Some edges in the order of the file: ``source[e]`` links to ``target[e]``.

    ``lines`` is how many lines were read up to the end of this run, ``bytes_done`` how many bytes of the
    file itself. A run without edges may bring problems.
    """

    source: npt.NDArray[np.uint32]
    target: npt.NDArray[np.uint32]
    problems: list[Problem]
    lines: int
    bytes_done: int


def read_edges(path: Path, *, in_full: int = 20) -> Iterator[EdgeRun]:
    """All edges of a file; of each kind of problem the first ``in_full`` are named, the rest counted."""
    from backlit.sources.edgeloops import parse

    stream = ByteStream(path)
    log = ProblemLog(path, in_full)
    source, target = np.empty(RUN, np.uint32), np.empty(RUN, np.uint32)
    bad, kinds = np.empty(_LOCATED, np.int64), np.empty(_LOCATED, np.uint8)
    starts = np.empty(_LOCATED, np.int64)
    lines = 0
    rest = b""
    skipping = False

    def take(text: npt.NDArray[np.uint8]) -> Iterator[EdgeRun]:
        """The edges of whole lines."""
        nonlocal lines
        at = 0
        while at < len(text):
            edges, at, read, wrong = parse(text, at, source, target, bad, starts, kinds)
            for i in range(min(wrong, _LOCATED)):
                _note(log, lines + int(bad[i]) + 1, int(kinds[i]), text[int(starts[i]) :])
            lines += read
            yield EdgeRun(source[:edges].copy(), target[:edges].copy(), log.take(), lines, stream.position)

    for piece in stream.pieces():
        if skipping:
            end = piece.find(b"\n")
            if end < 0:
                continue
            piece, skipping = piece[end + 1 :], False
            lines += 1
        begin = 0
        if rest:  # its line alone is put together, so that the piece need not be copied
            begin = piece.find(b"\n") + 1
            rest += piece[:begin] if begin else piece
            if begin:
                yield from take(np.frombuffer(rest, np.uint8))
                rest = b""
        text = np.frombuffer(piece, np.uint8)
        if begin or not rest:
            end = piece.rfind(b"\n") + 1
            if end > begin:
                yield from take(text[begin:end])
            rest = piece[max(begin, end) :]
        if len(rest) > _LONGEST_LINE:
            _note(log, lines + 1, 0, np.frombuffer(rest, np.uint8))
            rest, skipping = b"", True
    if stream.damage is not None:
        log.note(f"byte {stream.position}", "damaged", f"{stream.damage} The lines before it were read.")
        rest = b""
    if skipping:
        lines += 1
    if rest:
        yield from take(np.frombuffer(rest + b"\n", np.uint8))
    if problems := log.take():
        yield EdgeRun(source[:0].copy(), target[:0].copy(), problems, lines, stream.position)


def _note(log: ProblemLog, line: int, kind: int, text: npt.NDArray[np.uint8]) -> None:
    shown = text[:_SHOWN].tobytes().split(b"\n")[0].rstrip(b"\r").decode("utf-8", "replace")
    why = "has a number of 2**32 or more" if kind == 1 else "is not two numbers with a tab between them"
    cause = "number-too-large" if kind == 1 else "bad-line"
    log.add(f"line {line}", cause, f"The line {shown!r} {why}; it was left out.")
