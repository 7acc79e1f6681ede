"""Records out of the bytes of a WARC, WAT or ARC file, whatever state the file is in.

Both formats are a heading that states a length, a body, and blank lines. The stated length
is believed only when a heading (or the end) follows the body, or it is properly closed and holds no heading; otherwise
the body reaches to the next heading and the record is given as hurt. Bytes that belong to no record are skipped
to the next heading. So one bad record costs itself at most.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import NamedTuple, Protocol

from backlit.sources.inflate import Damage, Piece

_LOOK_AHEAD = 64
#: A resume point has room for files of a terabyte, and for eight million records a member.
_OFFSET_BITS = 40
_OFFSETS = (1 << _OFFSET_BITS) - 1
_LONGEST_HEADING = 1 << 18
_not_blank = re.compile(rb"[^\r\n]").search


class RawRecord(NamedTuple):
    """One record as it stands in the file.

    ``offset`` and ``length`` are the bytes of the file that hold it, with ``length`` ``None``
    when it shares its member with others and so cannot be read on its own. ``resume_at`` is
    where reading can go on after it, for ``resume_point``; ``read_to`` how much of the file
    had been read by then. ``whole`` is false when the record was hurt.
    """

    heading: bytes
    body: bytes
    offset: int
    length: int | None
    resume_at: int
    read_to: int
    number: int
    whole: bool


def resume_point(resume_at: int) -> tuple[int, int]:
    """The offset of a member and how many of its records are done.

    Both share one number, which is the plain offset where a member is done with.
    """
    return resume_at & _OFFSETS, resume_at >> _OFFSET_BITS


class Grammar(Protocol):
    """How the headings of one format look."""

    def begins(self, text: bytes) -> bool:
        """Whether a member that opens with this text begins a record."""

    def starts(self, text: bytes | bytearray, at: int) -> bool:
        """Whether a heading stands at ``at``."""

    def next(self, text: bytes | bytearray, at: int) -> int:
        """Where the next heading stands, from ``at`` on; -1 for none."""

    def heading_end(self, text: bytes | bytearray, at: int) -> int:
        """Where the body begins of the record whose heading is at ``at``; -1 for not yet."""

    def body_length(self, heading: bytes) -> int | None:
        """The length that a heading states."""

    def closes(self, text: bytes | bytearray, at: int) -> bool:
        """Whether a body that ends at ``at`` is closed as its format wants it."""

    def only_body(self, text: bytes) -> int:
        """Where the body begins when the text is one faultless record and no more; else -1."""


class WarcGrammar:
    """``WARC/1.0`` headings: lines, then an empty one (ISO 28500)."""

    _heading = re.compile(rb"WARC/[01]\.\d{1,2}[ \t]*\r?\n(?=[\w-]+:)")
    _empty_line = re.compile(rb"\r?\n\r?\n")
    _length = re.compile(rb"^content-length[ \t]*:[ \t]*(\d{1,18})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)

    def begins(self, text: bytes) -> bool:
        return text.startswith(b"WARC/") or text.lstrip(b"\r\n").startswith(b"WARC/")

    def starts(self, text: bytes | bytearray, at: int) -> bool:
        return text.startswith(b"WARC/", at)

    def next(self, text: bytes | bytearray, at: int) -> int:
        found = self._heading.search(text, at)
        return -1 if found is None else found.start()

    def heading_end(self, text: bytes | bytearray, at: int) -> int:
        found = self._empty_line.search(text, at)
        return -1 if found is None else found.end()

    def body_length(self, heading: bytes) -> int | None:
        found = self._length.search(heading)
        return None if found is None else int(found[1])

    def closes(self, text: bytes | bytearray, at: int) -> bool:
        return text.startswith((b"\r\n\r\n", b"\n\n"), at)

    def only_body(self, text: bytes) -> int:
        body = text.find(b"\r\n\r\n") + 4
        field = text.find(b"\nContent-Length: ", 0, body) + 17
        if body < 4 or field < 17 or not text.startswith(b"WARC/") or not text.endswith(b"\r\n\r\n"):
            return -1
        stated = text[field : text.find(b"\r", field)]
        return body if stated.isdigit() and body + int(stated) + 4 == len(text) else -1


class ArcGrammar:
    """ARC headings: one line of URL, IP address, date, type and length (and more in version 2)."""

    _pattern = (
        rb"(?:(?:https?|ftp|gopher|nntp|whois|filedesc|metadata|warcinfo|screenshot)://?|(?:dns|mailto):)"
        rb"[^\r\n]{0,16384}? [0-9A-Fa-f.:]{2,45} \d{8,17} [^\r\n]{0,1024}?\d{1,18}[ \t]*\r?\n"
    )
    _line = re.compile(_pattern)
    _line_start = re.compile(rb"(?<![^\n])" + _pattern)

    def begins(self, text: bytes) -> bool:
        return self._line.match(text.lstrip(b"\r\n")) is not None

    def starts(self, text: bytes | bytearray, at: int) -> bool:
        return self._line.match(text, at) is not None

    def next(self, text: bytes | bytearray, at: int) -> int:
        found = self._line_start.search(text, at)
        return -1 if found is None else found.start()

    def heading_end(self, text: bytes | bytearray, at: int) -> int:
        return text.find(b"\n", at) + 1 or -1

    def body_length(self, heading: bytes) -> int | None:
        last = heading.split()[-1:]
        return int(last[0]) if last and last[0].isdigit() else None

    def closes(self, text: bytes | bytearray, at: int) -> bool:
        return False  # one line end, which also stands anywhere in a page, proves nothing

    def only_body(self, text: bytes) -> int:
        return -1


class _Member:
    """The inflated text of one member, as far as it has been read."""

    def __init__(self, pieces: Iterator[Piece], first: Piece, grammar: Grammar, plain: bool) -> None:
        self.start = first.start
        self.end = first.end
        self.text: bytes | bytearray = first.data
        self.final = first.last
        self.damage = first.damage
        self.records = 0
        #: Whether a record of it lies across the border of two members.
        self.joined = False
        #: A piece of the next member, when one was read too far.
        self.left_over: Piece | None = None
        self._pieces = pieces
        self._grammar = grammar
        self._plain = plain

    def pull(self, at: int) -> int:
        """Read on, forgetting what is before ``at``; returns where ``at`` is now."""
        piece = next(self._pieces, None)
        if piece is None:
            self.final = True
            return at
        text = bytearray(memoryview(self.text)[at:]) if isinstance(self.text, bytes) else self.text
        if text is self.text:
            del text[:at]
        text += piece.data
        self.text = text
        if self._plain:
            self.start += at
        self.end, self.final, self.damage = piece.end, piece.last, piece.damage
        return 0

    def runs_on(self) -> bool:
        """Whether the next member goes on where this one stopped, in the middle of a record.

        Some compressors cut their members anywhere. If so, the next is joined to this one.
        """
        if not self.final or self.damage is not None or self._plain:
            return False
        if self.left_over is None:
            self.left_over = next(self._pieces, None)
        piece = self.left_over
        if piece is None or not piece.data or self._grammar.begins(piece.data):
            return False
        self.left_over = None
        self.text = bytearray(self.text) + piece.data
        self.end, self.final, self.damage = piece.end, piece.last, piece.damage
        self.joined = True
        return True


def read_records(
    pieces: Iterator[Piece],
    grammar: Grammar,
    *,
    plain: bool,
    longest: int,
    done: int = 0,
    wanted: Callable[[bytes], bool] | None = None,
) -> Iterator[RawRecord | Damage]:
    """Every record of the pieces, and each damage met, in the order of the file.

    The first ``done`` records, and what was wrong up to there, were given in an earlier
    reading and are left out. Members that came in one piece and of which ``wanted`` says no are passed over unread.
    ``longest`` bounds a record: of a longer one nothing is given.
    """
    number = 0
    ahead: Iterator[Piece] | None = pieces
    while ahead is not None:
        rest, ahead = ahead, None
        for piece in rest:
            text = piece.data
            number += piece.skipped
            if not plain and piece.last and piece.damage is None:
                if wanted is not None and not wanted(text):
                    number += 1
                    continue
                body = grammar.only_body(text)
                if body >= 0 and len(text) - body <= longest:
                    start, end = piece.start, piece.end
                    yield RawRecord(text[:body], text[body:-4], start, end - start, end, end, number, True)
                    number += 1
                    continue
            member = _Member(pieces, piece, grammar, plain)
            for found in _records_of(member, grammar, plain, longest):
                if isinstance(found, RawRecord):
                    number += 1
                    if number > done:
                        yield found._replace(number=number - 1)
                elif number >= done:
                    yield found
            if member.damage is not None:
                yield member.damage
            if member.left_over is not None:
                ahead = chain([member.left_over], pieces)
                break


def _records_of(member: _Member, grammar: Grammar, plain: bool, longest: int) -> Iterator[RawRecord | Damage]:
    at = 0
    while True:
        at = _skip_blank(member, at)
        if at >= len(member.text):
            return
        place = member.start + at if plain else member.start
        if not grammar.starts(member.text, at):
            at, skipped = _skip_to_heading(member, grammar, at)
            if member.damage is None or not member.final:
                message = f"{skipped:,} bytes at offset {place} belong to no record; they were skipped."
                yield Damage(place, "garbage", message)
            continue
        body = grammar.heading_end(member.text, at)
        while body < 0 and len(member.text) - at < _LONGEST_HEADING:
            if member.final and not member.runs_on():
                break
            if not member.final:
                at = member.pull(at)
            body = grammar.heading_end(member.text, at)
        if body < 0:
            if member.damage is None:
                yield Damage(place, "truncated", f"The heading of the record at offset {place} breaks off.")
            at = grammar.next(member.text, at + 1)
            if at < 0:
                if member.final:
                    return
                at = len(member.text)
            continue
        heading = bytes(member.text[at:body])
        stated = grammar.body_length(heading)
        if stated is not None and stated > longest:
            message = f"The record at offset {place} is {stated:,} bytes long; it was skipped."
            yield Damage(place, "too-large", message)
            at, _ = _skip_to_heading(member, grammar, body)
            continue
        at, body = _load(member, at, body, stated or 0)
        end, after, hurt = _body_end(member, grammar, body, stated, place, longest)
        content = bytes(member.text[body:end])
        offset = member.start + at if plain else member.start
        yield from _give(member, heading, content, offset, after, hurt, plain)
        at = after


def _give(
    member: _Member, heading: bytes, content: bytes, offset: int, after: int, hurt: Damage | None, plain: bool
) -> Iterator[RawRecord | Damage]:
    done = member.final and after >= len(member.text)
    member.records += 1
    length: int | None = None
    if plain:
        length, resume_at = member.start + after - offset, member.start + after
    elif done:
        resume_at = member.end
        if member.records == 1 and member.damage is None and not member.joined:
            length = member.end - offset
    else:
        resume_at = member.start | member.records << _OFFSET_BITS
    whole = hurt is None and not (done and member.damage is not None)
    yield RawRecord(heading, content, offset, length, resume_at, member.end, 0, whole)
    if hurt is not None:
        yield hurt


def _load(member: _Member, at: int, body: int, stated: int) -> tuple[int, int]:
    """Read until the body of the stated length is in memory with a little more, if there is."""
    while len(member.text) < body + stated + _LOOK_AHEAD:
        if not member.final:
            moved = at - member.pull(at)
            at, body = at - moved, body - moved
        elif len(member.text) >= body + stated or not member.runs_on():
            break
    return at, body


def _body_end(
    member: _Member, grammar: Grammar, body: int, stated: int | None, place: int, longest: int
) -> tuple[int, int, Damage | None]:
    """Where the body ends, where the next record begins, and what is wrong, if anything."""
    text = member.text
    if stated is not None and body + stated <= len(text):
        end = body + stated
        found = _not_blank(text, end)
        after = found.start() if found is not None else len(text)
        known = after == len(text) or grammar.starts(text, after) or _may_start(member, after)
        # A wrong length may end at the blank line behind the next record's heading, as if that closed it.
        if known or (grammar.closes(text, end) and not body <= grammar.next(text, body) < end):
            return end, after, None
    # The length is wrong, or the file is: the next heading ends the record.
    following = grammar.next(text, body)
    while following < 0 and not member.final and len(member.text) - body < longest:
        seen = max(body, len(member.text) - _LONGEST_HEADING)
        member.pull(0)
        following = grammar.next(member.text, seen)
    text = member.text
    after = following if following >= 0 else len(text)
    end = after
    for _ in range(4):
        if end > body and text[end - 1] in b"\r\n":
            end -= 1
    if member.damage is not None and following < 0:
        return end, after, None  # the damage of the member says it all
    if stated is None:
        message = f"The record at offset {place} states no length; it was read to the next heading."
        return end, after, Damage(place, "bad-length", message)
    if following < 0 and body + stated > len(text):
        cause, where = "truncated", "the file ends" if member.left_over is None else "its member ends"
    else:
        cause, where = "bad-length", "the next heading comes"
    message = f"The record at offset {place} states {stated:,} bytes, but {where} after {end - body:,}."
    return end, after, Damage(place, cause, message)


def _may_start(member: _Member, after: int) -> bool:
    """Whether what follows is too short as yet to be told from a heading."""
    return not member.final and len(member.text) - after < _LOOK_AHEAD


def _skip_blank(member: _Member, at: int) -> int:
    """Where the next byte that is no line end stands, with enough text behind it to judge."""
    while True:
        found = _not_blank(member.text, at)
        at = found.start() if found is not None else len(member.text)
        if len(member.text) - at >= _LOOK_AHEAD or member.final:
            return at
        at = member.pull(at)


def _skip_to_heading(member: _Member, grammar: Grammar, at: int) -> tuple[int, int]:
    """Where the next heading stands, reading on as needed, and how many bytes were skipped."""
    skipped = 0
    while True:
        found = grammar.next(member.text, at)
        if found >= 0:
            return found, skipped + found - at
        if member.final:
            return len(member.text), skipped + len(member.text) - at
        keep = max(at, len(member.text) - _LONGEST_HEADING)
        skipped += keep - at
        at = member.pull(keep)
