"""How often a 64-bit key was seen before, exactly, for tens of millions of keys.

Keys live in sorted arrays with their counts, each array at least twice as long as the next
one, so a block of new keys is looked up in a handful of binary searches. Memory is 12 bytes
for each distinct key.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.int64]


class Occurrences:
    """Counts keys in the order they come."""

    def __init__(self) -> None:
        self._levels: list[tuple[Keys, npt.NDArray[np.int32]]] = []

    def number(self, keys: Keys) -> npt.NDArray[np.int32]:
        """For each key how many equal ones came before it, in this call and all earlier ones."""
        if not len(keys):
            return np.empty(0, np.int32)
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
        counts = np.diff(np.r_[starts, len(keys)]).astype(np.int32)
        before = self._count(ordered[starts], counts)
        ordinals = np.arange(len(keys)) - np.repeat(starts, counts) + np.repeat(before, counts)
        out = np.empty(len(keys), np.int32)
        out[order] = ordinals
        return out

    def _count(self, distinct: Keys, counts: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        before = np.zeros(len(distinct), np.int32)
        for known, seen in self._levels:
            at = np.minimum(np.searchsorted(known, distinct), len(known) - 1)
            hit = known[at] == distinct
            if hit.any():
                places = at[hit]
                before[hit] = seen[places]
                seen[places] += counts[hit]
        new = before == 0
        if new.any():
            self._levels.append((distinct[new], counts[new]))
            while len(self._levels) > 1 and len(self._levels[-2][0]) < 2 * len(self._levels[-1][0]):
                self._merge()
        return before

    def _merge(self) -> None:
        (keys, counts), (more_keys, more_counts) = self._levels[-2:]
        all_keys = np.concatenate([keys, more_keys])
        order = np.argsort(all_keys, kind="stable")
        self._levels[-2:] = [(all_keys[order], np.concatenate([counts, more_counts])[order])]
