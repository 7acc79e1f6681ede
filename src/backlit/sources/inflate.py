"""The bytes of an archive: gzip members, zstd frames or a plain file, as pieces.

Archives are compressed a record at a time: a ``.warc.gz`` is a row of gzip *members*, each
of which can be read on its own. That is what makes them survive damage, so the members are
kept apart here: whatever is wrong with one of them, reading goes on with the next that
holds the beginning of a record, and all that could be inflated before the damage is given.

Members are found by their first bytes and inflated in one call when small, which is as fast
as a compiled reader; large ones (a whole file may be one member) come in several pieces.
Nothing here trusts a length that the file states.
"""

from __future__ import annotations

import os
import struct
import zlib
from bisect import bisect_right
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import zstandard
from isal import igzip_lib

#: Bytes read from the file, and given as one piece, at a time.
BLOCK = 1 << 20
PIECE = 1 << 20
_CHUNK = 1 << 16
#: A member up to this size is inflated in one call: deflate grows it 1,032-fold at most.
_SMALL = 1 << 16
_GZIP_MAGIC = b"\x1f\x8b\x08"
_PAIR = int.from_bytes(_GZIP_MAGIC[:2], "little")
_trailer = struct.Struct("<I")
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
#: What a plain archive holds early on, and compressed bytes do not.
_PLAIN_SIGNS = (b"WARC/1.", b"WARC/0.", b"HTTP/1.", b"filedesc:")
_ZSTD_DICTIONARY = 0x184D2A5D
_ZSTD_LARGEST_WINDOW = 1 << 27


_IsalError: type[Exception] = igzip_lib.IsalError  # type: ignore[assignment]


class Damage(NamedTuple):
    """What is wrong with the file at one place: a slug to count by and a sentence."""

    offset: int
    cause: str
    message: str


class Piece(NamedTuple):
    """Some bytes of one member.

    ``start`` is where in the file the member begins (in a plain file: the piece itself),
    ``end`` how far the file has been read, ``last`` whether the member ends here. A member
    that was hurt carries the ``damage`` on its last piece. ``skipped`` whole members before it
    were not wanted.
    """

    data: bytes
    start: int
    end: int
    last: bool
    damage: Damage | None = None
    skipped: int = 0


def compression(path: Path) -> str:
    """``"gzip"``, ``"zstd"`` or ``"plain"``, told from the first bytes of the file.

    Where these are damaged, what comes after them tells.
    """
    with path.open("rb") as file:
        start = file.read(BLOCK)
    if start.startswith(_GZIP_MAGIC[:2]):
        return "gzip"
    if start.startswith(_ZSTD_MAGIC) or _is_skippable(start[:4]):
        return "zstd"
    if not any(text in start for text in _PLAIN_SIGNS):
        if _GZIP_MAGIC in start:
            return "gzip"
        if _ZSTD_MAGIC in start:
            return "zstd"
    return "plain"


def read_pieces(
    path: Path, start: int, begins: Callable[[bytes], bool], wanted: Callable[[bytes], bool] | None = None
) -> Iterator[Piece]:
    """All pieces of a file from the offset ``start`` on, which must be that of a member.

    ``begins`` says whether inflated bytes look like the beginning of a record: after damage
    that is where reading takes up again. Faultless small gzip members of which ``wanted`` says no
    are left out and counted: most of a targeted scan is telling so.
    """
    kind = compression(path)
    with path.open("rb", buffering=0) as file:
        window = _Window(file.fileno())
        if kind == "gzip":
            yield from _gzip(window, start, begins, wanted)
        elif kind == "zstd":
            yield from _zstd(window, start, begins)
        else:
            yield from _plain(window, start)


class _Window:
    """A block of the file in memory, with the places where gzip members may begin."""

    def __init__(self, descriptor: int) -> None:
        self.size = os.fstat(descriptor).st_size
        self.base = 0
        self.block = memoryview(b"")
        self._edges: list[int] = []
        self._descriptor = descriptor

    def view(self, offset: int, length: int) -> memoryview:
        """The bytes from ``offset``: fewer than asked for at the end of the file only."""
        here = offset - self.base
        if here < 0 or here + length > len(self.block):
            self._fill(offset, length)
            here = offset - self.base
        return self.block[here : here + length]

    def edges(self, offset: int) -> list[int]:
        """Where, after ``offset``, members may begin, as far as the block goes; the file's end too.

        The bytes from ``offset`` to the last of these places are in ``block``. None at all
        means that a member is longer than a block.
        """
        if self.base <= offset:
            edges = self._edges[bisect_right(self._edges, offset) :]
            if edges:
                return edges
        self._fill(offset, BLOCK)
        return self._edges[bisect_right(self._edges, offset) :]

    def next_edge(self, offset: int) -> int:
        """The next place after ``offset`` where a member may begin, or the file's end."""
        while offset < self.size:
            edges = self.edges(offset)
            if edges:
                return edges[0]
            # Two bytes back, for magic that lies across the border of two blocks.
            offset = max(offset + 1, self.base + len(self.block) - 2)
            if self.view(offset, 3) == _GZIP_MAGIC:
                return offset
        return self.size

    def _fill(self, offset: int, length: int) -> None:
        data = os.pread(self._descriptor, max(length, BLOCK), offset)
        if len(data) < max(length, BLOCK):  # the end, also of a file that shrank meanwhile
            self.size = offset + len(data)
        self.base = offset
        self.block = memoryview(data)
        self._edges = _magic_places(data, offset)
        if offset + len(data) >= self.size:
            self._edges.append(self.size)


def _magic_places(data: bytes, offset: int) -> list[int]:
    """The offsets of all gzip magic, looked for two bytes at a time from even and odd places."""
    even = np.frombuffer(data, dtype="<u2", count=len(data) // 2)
    odd = np.frombuffer(memoryview(data)[1:], dtype="<u2", count=max(len(data) - 1, 0) // 2)
    pairs = np.concatenate([np.flatnonzero(even == _PAIR) * 2, np.flatnonzero(odd == _PAIR) * 2 + 1])
    pairs.sort()
    return [offset + at for at in pairs.tolist() if data[at + 2 : at + 3] == _GZIP_MAGIC[2:]]


def _plain(window: _Window, start: int) -> Iterator[Piece]:
    while True:
        data = bytes(window.view(start, PIECE))
        end = start + len(data)
        last = end >= window.size
        yield Piece(data, start, end, last)
        if last or not data:
            return
        start = end


def _gzip(
    window: _Window, start: int, begins: Callable[[bytes], bool], wanted: Callable[[bytes], bool] | None
) -> Iterator[Piece]:
    skipped = 0
    inflate, gzip_header, trailer = igzip_lib.decompress, igzip_lib.DECOMP_GZIP, _trailer.unpack_from
    while start < window.size:
        edges = window.edges(start)
        block, base = window.block, window.base
        for end in edges:
            length = end - start
            if not 18 <= length <= _SMALL:
                break
            # A trailer that states the true size proves that the member ends right here.
            [stated] = trailer(block, end - base - 4)
            if stated > length * 1032:
                break
            try:
                data = inflate(block[start - base : end - base], gzip_header, 15, stated or 1)
            except _IsalError:
                break
            if len(data) != stated:
                break
            if wanted is not None and not wanted(data):
                skipped += 1
            else:
                yield Piece(data, start, end, True, None, skipped)
                skipped = 0
            start = end
        else:
            if edges:
                continue
        if window.view(start, 3) == _GZIP_MAGIC:
            start = yield from _gzip_member(window, start, begins)
        else:
            start = yield from _stray_bytes(window, start, _next_gzip_record(window, start, begins))


def _gzip_member(window: _Window, start: int, begins: Callable[[bytes], bool]) -> Generator[Piece, None, int]:
    """One member in pieces; returns where to go on."""
    decompressor = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
    at, given = start, 0
    while True:
        chunk: bytes | memoryview = b""
        if decompressor.needs_input:
            chunk = window.view(at, _CHUNK)
            if not chunk:
                if _next_gzip_record(window, start, begins) < window.size:
                    return (yield from _salvage(window, start, given, begins))  # it ran over others
                yield Piece(b"", start, window.size, True, _cut(start))
                return window.size
            at += len(chunk)
        try:
            data = decompressor.decompress(chunk, PIECE)
        except _IsalError:
            return (yield from _salvage(window, start, given, begins))
        given += len(data)
        if decompressor.eof:
            end = at - len(decompressor.unused_data)
            yield Piece(data, start, end, True)
            return end
        if data:
            yield Piece(data, start, at, False)


def _salvage(
    window: _Window, start: int, given: int, begins: Callable[[bytes], bool]
) -> Generator[Piece, None, int]:
    """What is left before the damage of a member of which ``given`` bytes were read already.

    The fast decompressor drops all of a call that fails; zlib, fed in crumbs, drops only the
    last crumb. The member is therefore inflated again, and what is known is skipped. It ends
    at the latest where the next member begins: what damaged bits make of that is not its text.
    """
    decompressor = zlib.decompressobj(31)
    border = _next_gzip_record(window, start, begins)
    at = start
    kept = bytearray()
    seen = 0
    damage = Damage(
        start, "damaged", f"The compressed member at offset {start} is damaged; it was read up to there."
    )
    try:
        while not decompressor.eof:
            crumb = window.view(at, min(32, border - at))
            if not crumb:
                break
            data = decompressor.decompress(crumb)
            at += len(crumb)
            seen += len(data)
            kept += data[-(seen - given) :] if seen > given else b""
            given = max(given, seen)
            if len(kept) >= PIECE:
                yield Piece(bytes(kept), start, at, False)
                kept.clear()
        else:  # zlib finds nothing wrong
            end = at - len(decompressor.unused_data)
            yield Piece(bytes(kept), start, end, True)
            return end
    except zlib.error:
        pass
    yield Piece(bytes(kept), start, border, True, damage)
    return border


def _next_gzip_record(window: _Window, offset: int, begins: Callable[[bytes], bool]) -> int:
    """The next member after ``offset`` that holds the beginning of a record, or the file's end."""
    while True:
        offset = window.next_edge(offset)
        if offset >= window.size:
            return window.size
        try:
            probe = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
            if begins(probe.decompress(window.view(offset, _CHUNK), 4096)):
                return offset
        except _IsalError:
            continue


def _stray_bytes(window: _Window, start: int, end: int) -> Generator[Piece, None, int]:
    """Report what lies between two members. Zeros are padding, which many tools write."""
    at = start
    while at < end:
        chunk = window.view(at, min(_CHUNK, end - at))
        if not chunk or bytes(chunk).strip(b"\0"):
            message = f"{end - start:,} bytes at offset {start} belong to no record; they were skipped."
            yield Piece(b"", start, end, True, Damage(start, "garbage", message))
            break
        at += len(chunk)
    return end


def _cut(start: int) -> Damage:
    return Damage(
        start,
        "truncated",
        f"The file ends in the middle of the compressed member at offset {start}; it was read up to there.",
    )


def _is_skippable(magic: bytes | memoryview) -> bool:
    return len(magic) == 4 and magic[0] & 0xF0 == 0x50 and bytes(magic[1:]) == b"\x2a\x4d\x18"


def _zstd(window: _Window, start: int, begins: Callable[[bytes], bool]) -> Iterator[Piece]:
    dictionary = _zstd_dictionary(window)
    while start < window.size:
        magic = window.view(start, 4)
        if _is_skippable(magic):
            start += 8 + int.from_bytes(window.view(start + 4, 4), "little")
        elif magic == _ZSTD_MAGIC:
            start = yield from _zstd_frame(window, start, dictionary, begins)
        else:
            after = _next_zstd_record(window, start, dictionary, begins)
            start = yield from _stray_bytes(window, start, after)


def _zstd_decompressor(dictionary: zstandard.ZstdCompressionDict | None) -> zstandard.ZstdDecompressionObj:
    return zstandard.ZstdDecompressor(dictionary, max_window_size=_ZSTD_LARGEST_WINDOW).decompressobj()


def _zstd_frame(
    window: _Window,
    start: int,
    dictionary: zstandard.ZstdCompressionDict | None,
    begins: Callable[[bytes], bool],
) -> Generator[Piece, None, int]:
    """One frame in pieces; returns where to go on."""
    decompressor = _zstd_decompressor(dictionary)
    at = start
    damage: Damage | None = None
    while True:
        # A few bytes of zstd can mean megabytes, and the library gives all that a call
        # brings: small steps keep one call within bounds.
        chunk = window.view(at, 4096)
        broken = not chunk
        try:
            data = decompressor.decompress(chunk)
        except zstandard.ZstdError:
            broken = True
        if broken:
            end = _next_zstd_record(window, start, dictionary, begins)
            if chunk or end < window.size:
                message = f"The zstd frame at offset {start} is damaged; it was read up to there."
                damage = Damage(start, "damaged", message)
            else:
                damage = _cut(start)
            break
        at += len(chunk)
        if decompressor.eof:
            end = at - len(decompressor.unused_data)
            yield Piece(data, start, end, True)
            return end
        if data:
            yield Piece(data, start, at, False)
    yield Piece(b"", start, end, True, damage)
    return end


def _next_zstd_record(
    window: _Window,
    offset: int,
    dictionary: zstandard.ZstdCompressionDict | None,
    begins: Callable[[bytes], bool],
) -> int:
    while offset < window.size:
        block = bytes(window.view(offset, BLOCK))
        found = block.find(_ZSTD_MAGIC, 1)
        if found < 0:
            offset += max(len(block) - 3, 1) if len(block) == BLOCK else len(block)
            continue
        offset += found
        try:
            if begins(_zstd_decompressor(dictionary).decompress(window.view(offset, 4096))[:4096]):
                return offset
        except zstandard.ZstdError:
            continue
    return window.size


def _zstd_dictionary(window: _Window) -> zstandard.ZstdCompressionDict | None:
    """The dictionary that a ``.warc.zst`` may open with, in a frame readers skip.

    (IIPC, "WARC file compression with Zstandard": the frame's content is the dictionary, or
    that compressed with zstd itself.)
    """
    head = window.view(0, 8)
    if len(head) < 8 or int.from_bytes(head[:4], "little") != _ZSTD_DICTIONARY:
        return None
    content = bytes(window.view(8, min(int.from_bytes(head[4:], "little"), BLOCK)))
    if content.startswith(_ZSTD_MAGIC):
        try:
            content = zstandard.ZstdDecompressor().decompress(content, max_output_size=BLOCK)
        except zstandard.ZstdError:
            return None
    return zstandard.ZstdCompressionDict(content)
