"""Writing a dictionary of names from a stream of them, in the memory of one run.

Names come sorted, each once; a run may be of any length. The files are those of ``backlit.release.names``;
``names.json`` is written last, so a folder without it was not finished.
"""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec
import numpy as np
import zstandard

from backlit.errors import GraphError
from backlit.graph.workfolder import write_all
from backlit.release.buffers import NameBuffer
from backlit.release.names import BLOCK, FORMAT, RESTART, NamesManifest

#: Beyond it neither speed nor size changes much: 5.6 bytes a name at 3, 5.3 at 9, 5.1 at 19.
_LEVEL = 9
_LONGEST = (1 << 16) - 1


class NamesWriter:
    """Writes the names of ``folder``; ``add`` runs of names, then leave the ``with``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0
        self._last = np.zeros(0, np.uint8)
        self._rest = NameBuffer(np.zeros(0, np.uint8), np.zeros(1, np.int64))
        self._compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=False)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "names.json").unlink(missing_ok=True)
        self._files: dict[str, Any] = {
            name: (folder / name).open("wb", buffering=0)
            for name in ("blocks.bin", "blocks.i64", "firsts.bin", "firsts.i64")
        }
        self._at = {"blocks": 0, "firsts": 0}
        for name in ("blocks.i64", "firsts.i64"):
            write_all(self._files[name], np.zeros(1, np.int64))

    def add(self, names: NameBuffer) -> None:
        """Take names that come after all taken before; raises ``GraphError`` for the first that does not."""
        from backlit.release.loops.names import first_disorder

        if not names.count:
            return
        text = np.ascontiguousarray(names.text)
        wrong = first_disorder(text, names.offsets, self._last, self.count > 0)
        if wrong >= 0:
            before = names[wrong - 1] if wrong else self._last.tobytes()
            raise GraphError(
                f"Name {self.count + wrong:,}, {_shown(names[wrong])}, does not come after the one before it, "
                f"{_shown(before)}: names must be sorted byte by byte, each once."
            )
        if int(np.diff(names.offsets).max()) > _LONGEST:
            raise GraphError(f"A name is longer than {_LONGEST:,} bytes: that is no name of a host.")
        self._last = np.frombuffer(bytearray(names[names.count - 1]), np.uint8)
        self.count += names.count
        taken = joined(self._rest, names) if self._rest.count else NameBuffer(text, names.offsets)
        whole = taken.count // BLOCK * BLOCK
        self._write(taken, whole)
        rest = taken.part(whole, taken.count)
        begin, end = int(rest.offsets[0]), int(rest.offsets[-1])
        self._rest = NameBuffer(rest.text[begin:end].copy(), rest.offsets - begin)

    def _write(self, names: NameBuffer, whole: int) -> None:
        from backlit.release.loops.names import encode

        if not whole:
            return
        longest = int(np.diff(names.offsets[: whole + 1]).max())
        room = np.empty(BLOCK * (longest + 3), np.uint8)
        blocks, firsts = [], []
        for first in range(0, whole, BLOCK):
            last = min(first + BLOCK, whole)
            length = encode(names.text, names.offsets, first, last, RESTART, room)
            blocks.append(self._compressor.compress(room[:length].data))
            firsts.append(names[first])
        self._append("blocks", blocks)
        self._append("firsts", firsts)

    def _append(self, what: str, parts: list[bytes]) -> None:
        ends = np.cumsum(np.fromiter(map(len, parts), np.int64, len(parts))) + self._at[what]
        self._at[what] = int(ends[-1])
        write_all(self._files[f"{what}.bin"], np.frombuffer(b"".join(parts), np.uint8))
        write_all(self._files[f"{what}.i64"], ends)

    def finish(self) -> None:
        """Write what is left, and the manifest."""
        self._write(self._rest, self._rest.count)
        for file in self._files.values():
            os.fsync(file.fileno())
            file.close()
        sizes = {name: (self.folder / name).stat().st_size for name in self._files}
        manifest = NamesManifest(format=FORMAT, count=self.count, block=BLOCK, restart=RESTART, bytes=sizes)
        with (self.folder / "names.json").open("wb") as out:
            out.write(msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n")
            out.flush()
            os.fsync(out.fileno())

    def __enter__(self) -> NamesWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.finish()
        for file in self._files.values():
            file.close()


def joined(*buffers: NameBuffer) -> NameBuffer:
    """The names of some buffers, one after the other."""
    texts, ends, at = [], [np.zeros(1, np.int64)], 0
    for one in buffers:
        begin, end = int(one.offsets[0]), int(one.offsets[-1])
        texts.append(one.text[begin:end])
        ends.append(one.offsets[1:] - begin + at)
        at += end - begin
    return NameBuffer(np.concatenate(texts), np.concatenate(ends))


def _shown(name: bytes) -> str:
    return repr(name[:80].decode("utf-8", "backslashreplace"))
