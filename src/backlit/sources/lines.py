"""Whole lines of a text file, valid UTF-8 whatever the file was written in, in large chunks.

Files of other people's tools mix encodings line by line: a line that is no UTF-8 is read as
Windows-1252 and reported. UTF-16 is recognised by its mark or its zero bytes. Zero bytes are
taken out; a lone carriage return in a file of line feeds becomes a blank; lines longer than
any row can be are emptied (so that line numbers stay true). Chunks end with a line feed.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple

from backlit.sources.problems import ProblemLog
from backlit.sources.streams import ByteStream
from backlit.sources.values import windows_1252

_lone_return = re.compile(rb"\r(?!\n)")


class Lines(NamedTuple):
    """A run of whole lines, the number of the first, and the file's bytes read up to here."""

    data: bytes
    first: int
    position: int


def utf16_of(start: bytes) -> str | None:
    """``utf-16-le`` or ``utf-16-be`` when a file starts so, by its mark or its zero bytes."""
    if start.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if start.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    sample = start[:200]
    if len(sample) >= 8:
        pairs = len(sample) // 2
        even, odd = sample[0::2].count(0), sample[1::2].count(0)
        if odd > 0.8 * pairs and even < 0.1 * pairs:
            return "utf-16-le"
        if even > 0.8 * pairs and odd < 0.1 * pairs:
            return "utf-16-be"
    return None


def read_lines(stream: ByteStream, log: ProblemLog, chunk_bytes: int, longest: int) -> Iterator[Lines]:
    """All lines of ``stream`` in chunks of about ``chunk_bytes``; no line is over ``longest`` bytes."""
    held: list[bytes] = []
    size = 0
    line = 1
    skipping = False  # inside a line that is too long
    for piece in _sliced(_utf8ish(stream), chunk_bytes):
        if skipping:
            end = piece.find(b"\n")
            if end < 0:
                continue
            piece, skipping = piece[end:], False
        held.append(piece)
        size += len(piece)
        if size < chunk_bytes:
            continue
        data = b"".join(held)
        end = data.rfind(b"\n") + 1
        ready, rest = data[:end], data[end:]
        if ready:
            yield Lines(_clean(ready, line, log, longest), line, stream.position)
            line += ready.count(b"\n")
        if len(rest) > longest:
            _too_long(log, line, longest)
            rest, skipping = b"", True
        held, size = [rest], len(rest)
    data = b"".join(held)
    if data:
        yield Lines(
            _clean(data if data.endswith(b"\n") else data + b"\n", line, log, longest), line, stream.position
        )
    if stream.damage is not None:
        log.note(f"byte {stream.position}", "damaged", f"{stream.damage} What came before it was read.")


def _sliced(pieces: Iterator[bytes], longest: int) -> Iterator[bytes]:
    for piece in pieces:
        if len(piece) <= longest:
            yield piece
        else:
            yield from (piece[at : at + longest] for at in range(0, len(piece), longest))


def _utf8ish(stream: ByteStream) -> Iterator[bytes]:
    """The pieces with UTF-16 turned to UTF-8, the byte order mark gone, and old line ends made new."""
    pieces = stream.pieces()
    start = b""
    for piece in pieces:
        start += piece
        if len(start) >= 1 << 16:
            break
    encoding = utf16_of(start)
    returns = False
    if encoding is None:
        start = start.removeprefix(codecs.BOM_UTF8)
        returns = b"\r" in start and b"\n" not in start
        yield start.replace(b"\r", b"\n") if returns else start
        for piece in pieces:
            yield piece.replace(b"\r", b"\n") if returns else piece
        return
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    text = decoder.decode(start).removeprefix("\ufeff")
    returns = "\r" in text and "\n" not in text
    while True:
        yield (text.replace("\r", "\n") if returns else text).encode(errors="replace")
        piece_ = next(pieces, None)
        if piece_ is None:
            yield decoder.decode(b"", final=True).encode(errors="replace")
            return
        text = decoder.decode(piece_)


def _clean(data: bytes, first: int, log: ProblemLog, longest: int) -> bytes:
    """Whole lines as valid UTF-8 without zero bytes or lone carriage returns; their number is kept."""
    if b"\0" in data:
        for number, raw in enumerate(data.split(b"\n"), start=first):
            if b"\0" in raw:
                log.add(f"line {number}", "zero-bytes", "The line holds zero bytes; they were taken out.")
        data = data.replace(b"\0", b"")
    if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
        data = _lone_return.sub(b" ", data)
    try:
        data.decode()
    except UnicodeDecodeError:
        data = _as_utf8(data, first, log)
    if len(data) > longest and _has_long_line(data, longest):
        rows = data.split(b"\n")
        for number, raw in enumerate(rows):
            if len(raw) > longest:
                _too_long(log, first + number, longest)
                rows[number] = b""
        data = b"\n".join(rows)
    return data


def _as_utf8(data: bytes, first: int, log: ProblemLog) -> bytes:
    rows = data.split(b"\n")
    for i, raw in enumerate(rows):
        try:
            raw.decode()
        except UnicodeDecodeError:
            rows[i] = windows_1252(raw).encode()
            log.add(f"line {first + i}", "encoding", "The line is not UTF-8; it was read as Windows-1252.")
    return b"\n".join(rows)


def _has_long_line(data: bytes, longest: int) -> bool:
    at = 0
    while len(data) - at > longest:
        end = data.rfind(b"\n", at, at + longest + 1)
        if end < 0:
            return True
        at = end + 1
    return False


def _too_long(log: ProblemLog, line: int, longest: int) -> None:
    log.add(f"line {line}", "line-too-long", f"The line is longer than {longest:,} bytes and was left out.")
