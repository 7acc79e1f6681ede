"""Many names as one buffer of bytes and offsets into it; how they come, go and are turned round.

The graph's names are reversed (``com.example.www``), people's are not; labels are turned round here and
nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pyarrow as pa

Bytes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class NameBuffer:
    """Name i is ``text[offsets[i]:offsets[i + 1]]``."""

    text: Bytes
    offsets: Offsets

    @property
    def count(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, place: int) -> bytes:
        return self.text[int(self.offsets[place]) : int(self.offsets[place + 1])].tobytes()

    def part(self, first: int, last: int) -> NameBuffer:
        """Names ``first`` to ``last``, of the same bytes."""
        return NameBuffer(self.text, self.offsets[first : last + 1])

    def to_list(self) -> list[bytes]:
        """Each name."""
        raw = self.text.tobytes()
        ends = self.offsets.tolist()
        return [raw[begin:end] for begin, end in pairwise(ends)]

    def texts(self) -> pa.Array:
        """The names as an Arrow array, as they stand; bytes that are no UTF-8 are shown as escapes."""
        import pyarrow as pa

        raw = pa.Array.from_buffers(
            pa.large_binary(), self.count, [None, pa.py_buffer(self.offsets), pa.py_buffer(self.text)]
        )
        try:
            return raw.cast(pa.large_string())
        except pa.ArrowInvalid:
            shown = [name.decode("utf-8", "backslashreplace") for name in self.to_list()]
            return pa.array(shown, pa.large_string())

    def take(self, places: npt.NDArray[np.int64]) -> NameBuffer:
        """The names at ``places``, in that order."""
        from backlit.release.loops.names import pick

        offsets = np.zeros(len(places) + 1, np.int64)
        np.cumsum(np.diff(self.offsets)[places], out=offsets[1:])
        text = np.empty(int(offsets[-1]), np.uint8)
        pick(self.text, self.offsets, places, text, offsets)
        return NameBuffer(text, offsets)

    def turned(self) -> NameBuffer:
        """Each name with its labels in the other direction."""
        from backlit.release.loops.names import turn

        begin = int(self.offsets[0])
        offsets = self.offsets - begin
        text = np.ascontiguousarray(self.text[begin : int(self.offsets[-1])])
        out = np.empty(len(text), np.uint8)
        turn(text, offsets, out)
        return NameBuffer(out, offsets)


def buffer_of(names: Iterable[bytes]) -> NameBuffer:
    """A buffer with these names."""
    kept = list(names)
    offsets = np.zeros(len(kept) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, kept), np.int64, len(kept)), out=offsets[1:])
    return NameBuffer(np.frombuffer(bytearray(b"".join(kept)), np.uint8), offsets)


def reversed_name(name: str) -> bytes:
    """``www.example.com`` as ``com.example.www``."""
    return ".".join(reversed(name.split("."))).encode("utf-8", "surrogateescape")


def forward_name(name: bytes) -> str:
    """``com.example.www`` as ``www.example.com``; bytes that are no UTF-8 are shown as escapes."""
    return ".".join(reversed(name.decode("utf-8", "backslashreplace").split(".")))
