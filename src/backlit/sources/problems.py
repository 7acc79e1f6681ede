"""Problems of one table, in bounded memory: the first of a cause in full, the rest as a count.

A row-level problem names its place and says what was wrong. A file can have millions of
them, so from each cause only the first ones are kept; at the end of a batch what came after
is one more problem that gives the number. Nothing is lost when a long import is stopped
between two batches, because each batch brings its own counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from backlit.records import Problem

Place = Callable[[int], str]


class ProblemLog:
    """Collects the problems of one file and hands them out a batch at a time."""

    def __init__(self, path: Path, in_full: int) -> None:
        self._file = str(path)
        self._in_full = in_full
        self._kept: dict[str, int] = {}
        self._problems: list[Problem] = []
        self._more: dict[str, tuple[int, str, str]] = {}

    def add(self, place: str, cause: str, message: str) -> None:
        """One problem at ``place``."""
        if self._room(cause):
            self._problems.append(Problem(self._file, place, cause, message))
        else:
            self._count(cause, 1, place, place)

    def add_rows(self, rows: Iterable[int], place: Place, cause: str, message: Callable[[int], str]) -> None:
        """One problem a row; messages are only made for those kept in full."""
        rest = list(rows)
        full = 0
        while full < len(rest) and self._room(cause):
            row = rest[full]
            self._problems.append(Problem(self._file, place(row), cause, message(row)))
            full += 1
        rest = rest[full:]
        if rest:
            self._count(cause, len(rest), place(rest[0]), place(rest[-1]))

    def note(self, place: str, cause: str, message: str) -> None:
        """Something to say that is not counted against the limit."""
        self._problems.append(Problem(self._file, place, cause, message))

    def take(self) -> list[Problem]:
        """What came since the last time, counts at the end."""
        problems, self._problems = self._problems, []
        for cause, (number, first, last) in self._more.items():
            rows = "1 more place has" if number == 1 else f"{number:,} more places have"
            where = str(first) if first == last else f"{first} to {last}"
            problems.append(Problem(self._file, where, cause, f"{rows} the same problem ({cause})."))
        self._more = {}
        return problems

    def _room(self, cause: str) -> bool:
        kept = self._kept.get(cause, 0)
        if kept >= self._in_full:
            return False
        self._kept[cause] = kept + 1
        return True

    def _count(self, cause: str, number: int, first: str, last: str) -> None:
        before, earliest, _ = self._more.get(cause, (0, first, last))
        self._more[cause] = (before + number, earliest, last)
