"""One line of a disavow file: what it says, what is wrong with it, and how it would be right.

A line is read twice over. ``entries`` is what it means without a change of scope, ``fixed`` what a
repair writes instead. A line with an *error* is not read by the search engine at all; a *warning*
is read and probably means something else than its writer thinks; a *note* changes nothing.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from backlit.web.disavow.entry import Entry
from backlit.web.disavow.part import Fault, hostlike, looks_like_entry, of_host, read_entry
from backlit.web.script import quoted

LineKind = Literal["blank", "comment", "entry", "faulty"]

#: A line that is right, but for what its host is.
_plain = re.compile(
    r"domain:((?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9])"
).fullmatch
#: Characters that show nothing: controls, zero-width ones, directions, the byte order mark.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
_BLANKS = re.compile(r"[^\S ]")
_QUOTES = "\"'`“”„‘’«»"
_spaced_prefix = re.compile(r"\b(domains?)(\s*)([:=])(\s+)(?=\S)|\b(domains?)(\s+)([:=])(?=\S)", re.I)
#: A comma, semicolon or bar that parts two entries, and not one inside an address.
_parting = re.compile(r"\s+|[,;|]+(?=\s|domain\s*:|https?:|$)", re.I)


class Reading(NamedTuple):
    """What a line says. ``comment`` is the text that a repair puts before its entries, without ``#``."""

    kind: LineKind
    entries: tuple[Entry, ...] = ()
    faults: tuple[Fault, ...] = ()
    fixed: tuple[Entry, ...] = ()
    comment: str | None = None


def without_controls(text: str) -> str:
    """A text without the characters that cannot be seen."""
    return _CONTROLS.sub("", text)


def read_line(raw: str) -> Reading:
    """Read one line, without its line ending."""
    if (plain := _plain(raw)) is not None and "--" not in raw and len(raw) <= 260:
        return _finish(raw, *of_host(plain[1], raw), comment=None)
    faults: list[Fault] = []
    text = raw
    if _CONTROLS.search(text):
        text = without_controls(text)
        faults.append(
            Fault(
                "error",
                "control-characters",
                "The line holds characters that cannot be seen: remove them.",
                text.strip(),
            )
        )
    text = _BLANKS.sub(" ", text)
    line = text.strip()
    if not line:
        return Reading("blank", faults=tuple(faults))
    if line[0] == "#":
        if text[0] != "#":
            faults.append(
                Fault(
                    "note",
                    "indented-comment",
                    "A comment begins with # in the first place of its line.",
                    line,
                )
            )
        return Reading("comment", faults=tuple(faults), comment=line)
    return _content(text, line, faults)


def _content(text: str, line: str, faults: list[Fault]) -> Reading:
    """A line that is neither blank nor a comment."""
    if text != line:
        faults.append(
            Fault("note", "surrounding-space", "There are blanks around the entry: remove them.", line)
        )
    if line[0] in ";!%" or (
        line.startswith(("//", "--")) and not hostlike.fullmatch(line[2:].partition("/")[0])
    ):
        said = line.lstrip(";!%/-").strip()
        faults.append(
            Fault(
                "error",
                "comment-mark",
                "Comments begin with #; any other mark is read as an entry.",
                f"# {said}",
            )
        )
        return Reading("faulty", faults=tuple(faults), comment=f"# {said}")
    comment = None
    if found := re.search(r"\s+#\s*", line):
        comment, line = "# " + line[found.end() :], line[: found.start()]
        faults.append(
            Fault(
                "error",
                "inline-comment",
                "A comment needs a line of its own: put it above the entry.",
                f"{comment}\n{line}",
            )
        )
    if any(mark in _QUOTES for mark in (line[0], line[-1])):
        line = line.strip(_QUOTES + " ")
        faults.append(
            Fault("error", "quoted", "There are quotation marks around the entry: remove them.", line or None)
        )
    if _spaced_prefix.search(line):
        line = _spaced_prefix.sub(lambda m: f"{m[1] or m[5]}{m[3] or m[7]}", line)
        faults.append(
            Fault(
                "error",
                "space-after-colon",
                "There is a blank beside the colon: write domain: and the host without one.",
                line,
            )
        )
    parts = [part for part in _parting.split(line) if part]
    if not parts:
        faults.append(Fault("error", "not-an-entry", "The line names nothing: remove it.", None))
        return Reading("faulty", faults=tuple(faults), comment=f"# {line}")
    if parts != [line]:
        if len(parts) == 1:
            faults.append(
                Fault("error", "stray-mark", "A comma, semicolon or bar ends the line: remove it.", parts[0])
            )
        elif all(map(looks_like_entry, parts)):
            faults.append(
                Fault(
                    "error",
                    "several-entries",
                    f"There are {len(parts)} entries on one line: give each its own.",
                    "\n".join(parts),
                )
            )
        elif re.match(r"https?://", line, re.I) and not any(map(looks_like_entry, parts[1:])):
            joined = re.sub(r"\s", "%20", line)
            faults.append(
                Fault("error", "space-in-url", "There is a blank in the address: write it as %20.", joined)
            )
            parts = [joined]
        else:
            faults.append(
                Fault(
                    "error",
                    "not-an-entry",
                    f"{quoted(line)} is neither an address, a domain nor a comment.",
                    f"# {line}",
                )
            )
            return Reading("faulty", faults=tuple(faults), comment=f"# {line}")
    entries: list[Entry] = []
    fixed: list[Entry] = []
    for part in parts:
        meant, right, wrong = read_entry(part)
        entries += meant
        fixed += right
        faults += wrong
        if not meant and len(parts) > 1:  # a name that a blank cut in two would leave a stranger's host
            return Reading("faulty", faults=tuple(faults))
    return _finish(line, entries, fixed, faults, comment=comment)


def _finish(
    line: str, entries: list[Entry], fixed: list[Entry], faults: list[Fault], *, comment: str | None
) -> Reading:
    bad = any(fault.severity == "error" for fault in faults)
    # What would be refused for a wildcard when it is read again is no repair.
    sound = tuple(entry for entry in fixed if "*" not in entry.text)
    return Reading("faulty" if bad else "entry", tuple(entries), tuple(faults), sound, comment)
