"""Many names against many lists at once: which lists does a name, or a name above it, stand in?

The names of a release are more than a hundred million, so most are ruled out by sums over their bytes, in a compiled
loop; those that remain are compared letter by letter, since a sum can be met on purpose.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

#: Fewer names than this are compared one by one, and nothing is compiled.
_FEW = 20_000
_START, _FACTOR, _ALL = 14695981039346656037, 1099511628211, (1 << 64) - 1


class Tails:
    """Lists of names by a bit each; an entry stands for itself and for every name below it."""

    def __init__(self, lists: dict[int, Iterable[str]]) -> None:
        self._bits: dict[str, int] = {}
        for bit, entries in lists.items():
            for entry in entries:
                self._bits[entry] = self._bits.get(entry, 0) | bit
        self._table: npt.NDArray[np.uint64] | None = None
        self._powers = 0

    def bits_of(self, name: str) -> int:
        """The bits of all lists that the name is in or below."""
        found = 0
        while name:
            found |= self._bits.get(name, 0)
            name = name.partition(".")[2]
        return found

    def look(self, names: pa.Array) -> tuple[npt.NDArray[np.uint8], Counter[str]]:
        """The bits of each name, and how many names there are under each last label."""
        bits = np.zeros(len(names), np.uint8)
        if len(names) < _FEW:
            texts = [name or "" for name in names.to_pylist()]
            bits[:] = [self.bits_of(name) for name in texts]
            return bits, Counter(name.rpartition(".")[2] for name in texts)
        from backlit.authority.loops import tail_hits

        plain = names.fill_null("").cast(pa.large_string())
        buffers: list[Any] = plain.buffers()
        offsets = np.frombuffer(buffers[1], np.int64)[plain.offset : plain.offset + len(plain) + 1]
        text = np.frombuffer(buffers[2], np.uint8) if buffers[2] is not None else np.zeros(0, np.uint8)
        hit, last = np.zeros(len(plain), np.bool_), np.zeros(len(plain), np.uint64)
        tail_hits(offsets, text, self._sums(), self._powers, hit, last)
        some = np.flatnonzero(hit)
        bits[some] = [self.bits_of(name) for name in plain.take(pa.array(some)).to_pylist()]
        _, first, counts = np.unique(last, return_index=True, return_counts=True)
        labels = [name.rpartition(".")[2] for name in plain.take(pa.array(first)).to_pylist()]
        found: Counter[str] = Counter()
        for label, count in zip(labels, counts.tolist(), strict=True):
            found[label] += count
        return bits, found

    def _sums(self) -> npt.NDArray[np.uint64]:
        """The open table of the entries' sums, at most a quarter full."""
        if self._table is None:
            self._powers = max(len(self._bits) * 4, 16).bit_length()
            table = [0] * (1 << self._powers)
            for entry in self._bits:
                sum_ = _START
                for byte in reversed(entry.encode()):
                    sum_ = ((sum_ ^ byte) * _FACTOR) & _ALL
                place = sum_ & (len(table) - 1)
                while table[place]:
                    place = (place + 1) & (len(table) - 1)
                table[place] = sum_
            self._table = np.array(table, np.uint64)
        return self._table
