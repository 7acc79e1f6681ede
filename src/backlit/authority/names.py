"""Names of nodes in batches, and lists of names to compare them with.

Names are domain or host names, forward (``www.example.com``). They come as a sequence, or as a function from an
array of node numbers to their names: a release has more of them than fit in memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

#: The names of the nodes by number.
Names = Sequence[str] | Callable[[npt.NDArray[np.int64]], Sequence[str] | pa.Array]

_BATCH = 1 << 18
_MOST_LABELS = 4


def names_of(names: Names, nodes: npt.NDArray[Any]) -> list[str]:
    """The names of some nodes."""
    wanted = np.asarray(nodes, dtype=np.int64)
    if callable(names):
        found: Any = names(wanted)
        return found.to_pylist() if isinstance(found, pa.Array) else list(found)
    return [names[i] for i in wanted.tolist()]


def name_batches(names: Names, nodes: int, batch: int = _BATCH) -> Iterator[tuple[int, pa.Array]]:
    """All names in order, in Arrow arrays, each with the number of its first node."""
    for first in range(0, nodes, batch):
        last = min(first + batch, nodes)
        if callable(names):
            found: Any = names(np.arange(first, last))
        else:
            found = names[first:last]
        yield first, found if isinstance(found, pa.Array) else pa.array(found, pa.string())


class NameSet:
    """Names that match themselves and every name below them."""

    def __init__(self, entries: Iterable[str]) -> None:
        self._by_labels: dict[int, list[str]] = {}
        for entry in entries:
            self._by_labels.setdefault(entry.count(".") + 1, []).append(entry)

    def matches(self, names: pa.Array) -> npt.NDArray[np.bool_]:
        """Which of ``names`` are in the set or below a name of it."""
        found = np.zeros(len(names), np.bool_)
        for labels, entries in sorted(self._by_labels.items()):
            ends = last_labels(names, labels)
            found |= pc.fill_null(pc.is_in(ends, pa.array(entries, pa.string())), False).to_numpy(
                zero_copy_only=False
            )
        return found


def last_labels(names: pa.Array, labels: int) -> pa.Array:
    """The last so many labels of each name; the name itself when it has fewer."""
    one = r"[^.]*"
    return pc.replace_substring_regex(names, r"^.*\.(" + r"\.".join([one] * labels) + ")$", r"\1")


def matching(names: pa.Array, pattern: str) -> npt.NDArray[np.bool_]:
    """Which names match a regular expression; none for the empty one."""
    if not pattern:
        return np.zeros(len(names), np.bool_)
    found: npt.NDArray[np.bool_] = pc.fill_null(pc.match_substring_regex(names, pattern), False).to_numpy(
        zero_copy_only=False
    )
    return found


@cache
def sections(file: str) -> dict[str, tuple[str, ...]]:
    """A shipped list by its sections: ``[name]`` lines, an entry a line, ``#`` begins a comment."""
    text = (resources.files("backlit") / "data" / file).read_text("utf-8")
    return read_sections(text)


def read_sections(text: str) -> dict[str, tuple[str, ...]]:
    """The sections of a list's text; entries before the first belong to the section ''."""
    found: dict[str, list[str]] = {}
    section = ""
    for line in text.splitlines():
        line = line.partition("#")[0].strip().lower()
        if match := re.fullmatch(r"\[(.+)\]", line):
            section = match[1]
            found.setdefault(section, [])
        elif line:
            found.setdefault(section, []).append(line)
    return {name: tuple(entries) for name, entries in found.items()}
