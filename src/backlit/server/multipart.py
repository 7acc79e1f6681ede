"""A form with files, read piece by piece: nothing of a file is kept in memory longer than its piece.

``Parts.feed`` takes the body as it arrives and gives what it holds: the head of a part, its content, its end. Bounds
are on what is kept: the head of a part, and the number of parts.
"""

from __future__ import annotations

import email.message
import email.parser
import email.policy
from typing import NamedTuple

from backlit.errors import InputError

_MOST_HEAD = 16_384
_MOST_PARTS = 50
_CUT = "The form that was sent is cut off or cannot be read: send it again from its page."


class Head(NamedTuple):
    """A part begins: the field's name, and the file's name where it is one."""

    name: str
    file: str | None


class Content(NamedTuple):
    """Some bytes of the part that began last."""

    data: bytes


class End(NamedTuple):
    """The part that began last is whole."""


Event = Head | Content | End


def boundary_of(content_type: str) -> bytes:
    """The mark between the parts of a form. Raises ``InputError`` for what is no form with parts."""
    message = email.message.Message()
    message["content-type"] = content_type
    boundary = message.get_param("boundary")
    if message.get_content_type() != "multipart/form-data" or not isinstance(boundary, str):
        raise InputError("What was sent is no form with a file: use the page it belongs to.")
    if not 0 < len(boundary) <= 200 or not boundary.isascii():
        raise InputError(_CUT)
    return boundary.encode("ascii")


class Parts:
    """The parts of one body. ``feed`` all of it, then ``close``."""

    def __init__(self, boundary: bytes) -> None:
        self._mark = b"\r\n--" + boundary
        # A body begins with the mark, whose line break is not there.
        self._kept = b"\r\n"
        self._state = "before"
        self._parts = 0

    def feed(self, data: bytes) -> list[Event]:
        """What ``data`` brings. Raises ``InputError`` where it is no form."""
        self._kept += data
        found: list[Event] = []
        while self._step(found):
            pass
        return found

    def close(self) -> None:
        """Raise ``InputError`` unless the form came to its end."""
        if self._state != "over":
            raise InputError(_CUT)

    def _step(self, found: list[Event]) -> bool:
        """Take one thing from what is kept; False where more must arrive first."""
        if self._state in ("before", "content"):
            return self._to_mark(found)
        if self._state == "mark":
            if len(self._kept) < 2:
                return False
            if self._kept.startswith(b"--"):
                self._state, self._kept = "over", b""
                return False
            if not self._kept.startswith(b"\r\n"):
                raise InputError(_CUT)
            self._kept, self._state = self._kept[2:], "head"
            return True
        if self._state == "head":
            end = self._kept.find(b"\r\n\r\n")
            if end < 0:
                if len(self._kept) > _MOST_HEAD:
                    raise InputError(_CUT)
                return False
            self._parts += 1
            if self._parts > _MOST_PARTS or end > _MOST_HEAD:
                raise InputError(_CUT)
            found.append(_head(self._kept[: end + 4]))
            self._kept, self._state = self._kept[end + 4 :], "content"
            return True
        self._kept = b""  # what comes behind the end is nothing to us
        return False

    def _to_mark(self, found: list[Event]) -> bool:
        at = self._kept.find(self._mark)
        if at >= 0:
            if self._state == "content":
                if at:
                    found.append(Content(self._kept[:at]))
                found.append(End())
            self._kept, self._state = self._kept[at + len(self._mark) :], "mark"
            return True
        # The mark may begin within the last bytes.
        if self._state == "content" and len(self._kept) >= len(self._mark):
            cut = len(self._kept) - len(self._mark) + 1
            found.append(Content(self._kept[:cut]))
            self._kept = self._kept[cut:]
        elif len(self._kept) > _MOST_HEAD:
            raise InputError(_CUT)
        return False


def _head(raw: bytes) -> Head:
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(raw)
    name = message.get_param("name", header="content-disposition")
    if not isinstance(name, str):
        raise InputError(_CUT)
    return Head(name, message.get_filename())
