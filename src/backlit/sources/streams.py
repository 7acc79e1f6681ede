"""Bytes of a file, decompressed when it is gzip or Zstandard, in pieces of bounded size.

A damaged or cut compressed file gives what can still be read; ``damage`` then says in a
sentence what was wrong, for the reader to report as a problem.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import zstandard
from isal import isal_zlib

from backlit.errors import SourceError

GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"

_READ = 1 << 18
_MAX_PIECE = 1 << 22
#: Zstandard can grow input 30,000-fold and its decompressor cannot be told to stop, so it
#: is fed in small bites.
_ZSTD_BITE = 2048


class ByteStream:
    """The decompressed bytes of one file, once, from start to end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        #: Bytes of the file itself that were read so far.
        self.position = 0
        #: What was wrong with the compressed data; ``None`` while all is well.
        self.damage: str | None = None
        try:
            with path.open("rb") as file:
                magic = file.read(4)
        except OSError as exc:
            raise SourceError(f"The file {path} cannot be read: {exc.strerror or exc}.") from exc
        self.compression = (
            "gzip" if magic.startswith(GZIP_MAGIC) else "zstd" if magic.startswith(ZSTD_MAGIC) else None
        )

    def pieces(self) -> Iterator[bytes]:
        """Pieces of content, each at most a few megabytes (Zstandard: 64)."""
        if self.compression == "gzip":
            return self._gzip()
        if self.compression == "zstd":
            return self._zstd()
        return self._raw()

    def _raw(self) -> Iterator[bytes]:
        try:
            with self.path.open("rb") as file:
                while chunk := file.read(_READ):
                    self.position += len(chunk)
                    yield chunk
        except OSError as exc:
            self.damage = f"The file could not be read any further: {exc.strerror or exc}."

    def _gzip(self) -> Iterator[bytes]:
        member = None
        for chunk in self._raw():
            while chunk:
                if member is None:
                    if not chunk.strip(b"\0"):  # padding after the last member
                        break
                    member = isal_zlib.decompressobj(wbits=31)
                try:
                    piece = member.decompress(chunk, _MAX_PIECE)
                except isal_zlib.error as exc:  # type: ignore[misc]
                    self.damage = f"The gzip data is damaged: {exc}."
                    return
                if piece:
                    yield piece
                if member.eof:
                    chunk, member = member.unused_data, None
                else:
                    chunk = member.unconsumed_tail
        if member is not None and self.damage is None:
            self.damage = "The gzip data ends too early; the file was cut short."

    def _zstd(self) -> Iterator[bytes]:
        frame = None
        decompressor = zstandard.ZstdDecompressor(max_window_size=1 << 31)
        for whole in self._raw():
            for at in range(0, len(whole), _ZSTD_BITE):
                chunk = whole[at : at + _ZSTD_BITE]
                while chunk:
                    if frame is None:
                        frame = decompressor.decompressobj()
                    try:
                        piece = frame.decompress(chunk)
                    except zstandard.ZstdError as exc:
                        self.damage = f"The Zstandard data is damaged: {exc}."
                        return
                    if piece:
                        yield piece
                    if frame.eof:
                        chunk, frame = frame.unused_data, None
                    else:
                        chunk = b""
        if frame is not None and self.damage is None:
            self.damage = "The Zstandard data ends too early; the file was cut short."


def peek(path: Path, size: int) -> tuple[bytes, str | None]:
    """The first ``size`` decompressed bytes (fewer when there are no more), and the damage met so far."""
    stream = ByteStream(path)
    found = bytearray()
    for piece in stream.pieces():
        found += piece
        if len(found) >= size:
            break
    return bytes(found[:size]), stream.damage
