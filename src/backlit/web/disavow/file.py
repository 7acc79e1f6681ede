"""A disavow file as a value: from bytes to lines, groups and back, with nothing lost on the way.

``parse(file.text)`` equals ``file`` for any text: comments, blank lines and lines that are wrong all
stay. A *group* is a run of comment lines with the entries below it, up to the next comment or the
next entries behind a blank line; that is how such files say why their entries are there.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from backlit.errors import SourceError
from backlit.web.disavow.entry import Entry
from backlit.web.disavow.line import LineKind, Reading, read_line, without_controls
from backlit.web.disavow.part import Fault

#: Beginnings of files that are no text, and what they are.
_CONTAINERS = (
    (b"PK\x03\x04", "an office document or ZIP archive (.xlsx, .docx, .ods)"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document (.xls, .doc)"),
    (b"%PDF-", "a PDF"),
    (b"{\\rtf", "a rich-text document (.rtf)"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
)
_ENDING = re.compile(r"\r\n|\n|\r")

Ending = Literal["lf", "crlf", "cr"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its number from 1, its text as found, and what it says."""

    number: int
    raw: str
    kind: LineKind
    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]
    fixed: tuple[Entry, ...]
    comment: str | None

    @property
    def meant(self) -> tuple[Entry, ...]:
        """Its entries, put right where they are wrong, and else in the scope that they have."""
        return self.entries if self.kind == "entry" else self.fixed


class Group(NamedTuple):
    """Comment lines and the entries they stand over; either may be missing."""

    comments: tuple[str, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class DisavowFile:
    """The lines of a disavow file."""

    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """The file, each line as it was found, ended by a line feed."""
        return "".join(f"{line.raw}\n" for line in self.lines)

    @property
    def entries(self) -> list[Entry]:
        """The entries a search engine reads: those of lines without an error."""
        return [entry for line in self.lines if line.kind == "entry" for entry in line.entries]

    @property
    def meant(self) -> list[Entry]:
        """The entries that are meant, in order: those of faulty lines too, where they can be told."""
        return [entry for line in self.lines for entry in line.meant]

    @property
    def groups(self) -> list[Group]:
        """The entries that are meant, under the comments they belong to."""
        return list(_groups(self.lines))


class Decoded(NamedTuple):
    """A file's text and how it was written: ``encoding`` as Python names it, ``bom`` a byte order mark."""

    text: str
    encoding: str
    bom: bool
    gzip: bool
    endings: frozenset[Ending]
    #: Bytes of the file itself, unpacked.
    size: int


def decode(data: bytes, name: str, most_bytes: int) -> Decoded:
    """The text of a file's bytes; ``name`` is for messages.

    UTF-8, UTF-16 and UTF-32 are told by their mark or by their zeros; what is none of them is taken as
    Windows-1252. Raises ``SourceError`` for documents that are no text, and above ``most_bytes`` unpacked.
    """
    gzip = data[:2] == b"\x1f\x8b"
    if gzip:
        data = _unpacked(data, name, most_bytes)
    if len(data) > most_bytes:
        raise SourceError(
            f"{name} has {len(data):,} bytes: a disavow file has 2 MB at most, so it was not read."
        )
    for magic, what in _CONTAINERS:
        if data.startswith(magic):
            raise SourceError(f"{name} is {what}: save it as plain text in UTF-8, its name ending in .txt.")
    encoding, bom = _encoding(data)
    text = data[bom:].decode(encoding, "replace" if encoding.startswith("utf-") else "strict")
    found = set(_ENDING.findall(text))
    names: dict[str, Ending] = {"\n": "lf", "\r\n": "crlf", "\r": "cr"}
    return Decoded(text, encoding, bom > 0, gzip, frozenset(names[mark] for mark in found), len(data))


def parse(text: str) -> DisavowFile:
    """The lines of a text; a line feed at the end begins no further line."""
    raws = _ENDING.split(text)
    if raws[-1] == "":
        raws.pop()
    return DisavowFile(tuple(_line(number, raw) for number, raw in enumerate(raws, 1)))


def from_groups(groups: Iterable[Group]) -> DisavowFile:
    """A file of groups, a blank line between them."""
    lines: list[str] = []
    for group in groups:
        if not group.comments and not group.entries:
            continue
        if lines:
            lines.append("")
        lines += group.comments
        lines += [entry.text for entry in group.entries]
    return parse("".join(f"{line}\n" for line in lines))


def comment_lines(text: str) -> list[str]:
    """A text as comment lines, whatever line breaks it holds."""
    return [f"# {' '.join(without_controls(part).split())}".rstrip() for part in _ENDING.split(text)]


def _line(number: int, raw: str) -> Line:
    found: Reading = read_line(raw)
    return Line(number, raw, found.kind, found.entries, found.faults, found.fixed, found.comment)


def _groups(lines: Iterable[Line]) -> Iterator[Group]:
    comments: list[str] = []
    entries: list[Entry] = []
    blank = False
    for line in lines:
        if line.kind == "blank":
            blank = True
            continue
        # A blank line below comments alone still leaves them over what follows.
        if entries and (line.comment is not None or blank):
            yield Group(tuple(comments), tuple(entries))
            comments, entries = [], []
        if line.comment is not None:
            comments.append(line.comment)
        entries += line.meant
        blank = False
    if comments or entries:
        yield Group(tuple(comments), tuple(entries))


def _encoding(data: bytes) -> tuple[str, int]:
    """The encoding, and the length of the byte order mark."""
    for mark, name in (
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe\x00\x00", "utf-32-le"),
        (b"\x00\x00\xfe\xff", "utf-32-be"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
    ):
        if data.startswith(mark):
            return name, len(mark)
    head = data[: 1 << 16]
    half = max(len(head) // 2, 1)
    if head[1::2].count(0) > 0.4 * half and head[::2].count(0) < 0.1 * half:
        return "utf-16-le", 0
    if head[::2].count(0) > 0.4 * half and head[1::2].count(0) < 0.1 * half:
        return "utf-16-be", 0
    if data.isascii():
        return "ascii", 0
    for name in ("utf-8", "cp1252"):
        try:
            data.decode(name)
        except UnicodeDecodeError:
            continue
        return name, 0
    return "latin-1", 0


def _unpacked(data: bytes, name: str, most_bytes: int) -> bytes:
    found = zlib.decompressobj(wbits=31)
    try:
        text = found.decompress(data, most_bytes + 1)
    except zlib.error as exc:
        raise SourceError(f"{name} is a damaged gzip file ({exc}): unpack it, or get it anew.") from exc
    if not found.eof and len(text) <= most_bytes:
        raise SourceError(f"{name} is a gzip file that is cut off: get it anew.")
    return text
