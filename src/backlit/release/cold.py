"""Files read here and there, when hardly any of it will be in memory.

A map of a file reads far ahead at each page it lacks (megabytes, on some systems, for the four bytes that were
wanted), which is right for a pass over the file and costs milliseconds for a look at one place. So single places
are read with ``pread``, and what is searched is mapped with the advice that accesses are random: a tenth
of a millisecond each from a disk that was never looked at.
"""

from __future__ import annotations

import mmap
import os
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from backlit.graph.storage import map_file


class Places:
    """A file to be read at single places."""

    def __init__(self, path: Path, kind: Any) -> None:
        self._kind = np.dtype(kind)
        self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self._close = weakref.finalize(self, os.close, self._file)

    def read(self, first: int, last: int) -> npt.NDArray[Any]:
        """The numbers from place ``first`` up to ``last``, in memory."""
        size = self._kind.itemsize
        return np.frombuffer(self.bytes(first * size, last * size), self._kind)

    def bytes(self, first: int, last: int) -> bytes:
        """The bytes from ``first`` up to ``last``."""
        parts = []
        while first < last and (part := os.pread(self._file, last - first, first)):
            parts.append(part)
            first += len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)


def searched(path: Path, kind: Any) -> npt.NDArray[Any]:
    """A file as an array that will be looked at here and there."""
    array, mapped = map_file(path, kind)
    if mapped is not None and hasattr(mmap, "MADV_RANDOM"):
        mapped.madvise(mmap.MADV_RANDOM)
    return array
