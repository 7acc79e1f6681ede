"""HTTP responses as archives keep them: status, headers, and the page's own bytes.

Archives differ in what they undo. Some keep chunked transfer and compression as they came,
some undo them and leave the headers, some rename the headers. So each step is tried where
its header says so and skipped where the bytes plainly are not what the header says.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from typing import NamedTuple

import zstandard

try:
    import brotli
except ImportError:  # an optional package: without it, pages in brotli are reported
    brotli = None

_status_line = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?!\d)").match
_headers_end = re.compile(rb"\r?\n[ \t]*\r?\n").search
_chunk_size = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r?\n").match
_charset = re.compile(r"charset[ \t]*=[ \t]*[\"']?([^\s\"';,]+)", re.IGNORECASE).search
_looks_html = re.compile(
    rb"(?:\xef\xbb\xbf|\s|<!--.{0,4096}?-->|<\?xml[^>]{0,500}\?>){0,20}"
    rb"<(?:!doctype[ \t]+html|html|head|title|body|meta|script|style|div|table|h1|a|p|font|iframe|br)[\s>/]",
    re.IGNORECASE | re.DOTALL,
).match

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml"})
_LISTS = {"content-encoding": ", ", "link": ", ", "transfer-encoding": ", ", "x-robots-tag": "\n"}
#: A small page may well be 10,000 equal bytes: below this size nothing is called a bomb.
_HARMLESS = 1 << 20


class HttpResponse(NamedTuple):
    """What one response says. Header names are lower case.

    Of a repeated header the first stands, but those that are lists are joined (``X-Robots-Tag`` by line
    ends, because its values have commas of their own).
    """

    status: int
    headers: dict[str, str]
    body: bytes


class Decoded(NamedTuple):
    """A body without transfer and content codings.

    ``whole`` is false when some of it is missing; ``problem`` is a cause and the rest of a
    sentence about the page, or ``None``.
    """

    body: bytes
    whole: bool
    problem: tuple[str, str] | None


def parse_response(block: bytes) -> HttpResponse | None:
    """Split an HTTP response into status, headers and body; ``None`` when it is not one."""
    status = _status_line(block)
    if status is None:
        return None
    end = block.find(b"\r\n\r\n")
    if end >= 0:
        body = end + 4
    elif (found := _headers_end(block)) is not None:
        end, body = found.span()
    else:
        end = body = len(block)
    headers: dict[str, str] = {}
    name = ""
    for line in _text(block[:end]).split("\n")[1:]:
        if line[:1] in (" ", "\t") and name:  # a folded header goes on
            headers[name] = f"{headers[name]} {line.strip()}"
            continue
        name, colon, value = line.partition(":")
        name = name.strip().lower()
        if not colon:
            name = ""
            continue
        value = value.strip()
        if name not in headers:
            headers[name] = value
        elif name in _LISTS:
            headers[name] = f"{headers[name]}{_LISTS[name]}{value}"
    return HttpResponse(int(status[1]), headers, block[body:])


def _text(octets: bytes) -> str:
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return octets.decode("latin-1")


def media_type(content_type: str | None) -> str:
    """The type of a ``Content-Type`` without its parameters, in lower case; empty for none."""
    return (content_type or "").partition(";")[0].partition(",")[0].strip().lower()


def charset_of(content_type: str | None) -> str | None:
    """The charset that a ``Content-Type`` names."""
    found = _charset(content_type) if content_type else None
    return None if found is None else found[1]


def is_html(content_type: str | None, body: bytes) -> bool:
    """Whether a body is a page: by its type or, when it has none, by its first tags."""
    kind = media_type(content_type)
    if kind in HTML_TYPES:
        return True
    return (not kind or "/" not in kind) and _looks_html(body[:8192]) is not None


def decode_body(response: HttpResponse, *, most: int, ratio: int) -> Decoded:
    """The body as the browser saw it.

    At most ``most`` bytes are given. A body that inflates past that, or more than
    ``ratio``-fold, is a bomb and nothing of it is given.
    """
    body, headers = response.body, response.headers
    whole = True
    codings = _codings(headers.get("content-encoding"))
    if "chunked" in _codings(headers.get("transfer-encoding")):
        dechunked = dechunk(body)
        if dechunked is not None:
            body, whole = dechunked
    elif not codings and (stated := headers.get("content-length", "")).isdigit():
        whole = len(body) >= int(stated[:18])
    problem: tuple[str, str] | None = None
    for coding in reversed(codings):
        packed = len(body)
        unpacked = _unpack(coding, body, most)
        if unpacked is None:
            if body[:512].lstrip()[:1] == b"<":
                continue  # the archive undid the coding and kept the header
            return Decoded(
                b"", False, ("bad-encoding", f"its body is not in the stated coding {coding[:40]!r}")
            )
        body, ended = unpacked
        if len(body) > most or (len(body) > _HARMLESS and len(body) > packed * ratio):
            return Decoded(b"", False, ("bomb", f"{packed:,} bytes inflate to {len(body):,} and more"))
        whole = whole and ended
    if len(body) > most:
        body, whole = body[:most], False
        problem = ("too-large", f"its HTML was read up to {most:,} bytes only")
    return Decoded(body, whole, problem)


def dechunk(body: bytes) -> tuple[bytes, bool] | None:
    """Undo chunked transfer: the bytes, and whether the last chunk was there.

    ``None`` when the body is not chunked at all, as where an archive undid it already.
    """
    parts: list[bytes] = []
    at = 0
    while True:
        head = _chunk_size(body, at)
        if head is None:
            break
        size = int(head[1], 16)
        at = head.end()
        if size == 0:
            return b"".join(parts), True
        part = body[at : at + size]
        parts.append(part)
        at += size
        if len(part) < size:
            break
        if body.startswith(b"\r\n", at):
            at += 2
        elif body.startswith(b"\n", at):
            at += 1
        elif len(parts) == 1:
            return None  # a first line that only looked like a size
    return (b"".join(parts), False) if parts else None


def _codings(header: str | None) -> list[str]:
    if not header:
        return []
    return [
        name for part in header.split(",") if (name := part.strip().lower()) not in ("", "identity", "none")
    ]


def _unpack(coding: str, body: bytes, most: int) -> tuple[bytes, bool] | None:
    """Inflate up to a little more than ``most`` bytes; ``None`` when the body is not so coded."""
    if not body:
        return b"", True
    if coding in ("gzip", "x-gzip"):
        return _inflate(body, 31, most)
    if coding == "deflate":
        return _inflate(body, 15, most) or _inflate(body, -15, most)
    if coding == "br" and brotli is not None:
        reader = brotli.Decompressor()
        return _in_steps(reader.process, reader.is_finished, body, most, brotli.error)
    if coding == "zstd":
        zstd = zstandard.ZstdDecompressor().decompressobj()
        return _in_steps(zstd.decompress, lambda: zstd.eof, body, most, zstandard.ZstdError)
    return None


def _inflate(body: bytes, window: int, most: int) -> tuple[bytes, bool] | None:
    decompressor = zlib.decompressobj(window)
    try:
        data = decompressor.decompress(body, most + 1)
        return data, decompressor.eof
    except zlib.error:
        pass
    # Damaged somewhere: go again in small steps and keep what comes before the damage.
    decompressor = zlib.decompressobj(window)
    parts: list[bytes] = []
    size = 0
    try:
        for at in range(0, len(body), 64):
            parts.append(decompressor.decompress(body[at : at + 64]))
            size += len(parts[-1])
            if size > most:
                break
    except zlib.error:
        pass
    return (b"".join(parts), False) if size else None


def _in_steps(
    step: Callable[[bytes], bytes],
    ended: Callable[[], bool],
    body: bytes,
    most: int,
    error: type[Exception],
) -> tuple[bytes, bool] | None:
    """Small steps, because these libraries give all that a call brings."""
    parts: list[bytes] = []
    size = 0
    try:
        for at in range(0, len(body), 1024):
            parts.append(step(body[at : at + 1024]))
            size += len(parts[-1])
            if size > most:
                return b"".join(parts), False
        return b"".join(parts), ended()
    except error:
        return (b"".join(parts), False) if size else None
