"""What is wrong with a disavow file: every rule it must keep, and what its entries do to one another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

import msgspec

from backlit.web.disavow.entry import Cover, Entry, is_within
from backlit.web.disavow.file import Decoded, DisavowFile, Line
from backlit.web.disavow.part import Severity
from backlit.web.script import quoted

#: How much of a line a finding shows.
_SHOWN = 300


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Google's limits; ``bytes`` and ``bytes_strict`` are the two readings of "2 MB"."""

    lines: int
    bytes: int
    bytes_strict: int


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing found. ``line`` counts from 1, null where it is about the whole file; ``entry`` is that line."""

    line: int | None
    severity: Severity
    code: str
    message: str
    entry: str | None = None
    suggestion: str | None = None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The findings about a file. ``entries`` counts those a search engine reads; ``ok``: there is no error."""

    file: str
    bytes: int
    encoding: str
    lines: int
    entries: int
    domains: int
    urls: int
    comments: int
    blank: int
    faulty: int
    errors: int
    warnings: int
    notes: int
    codes: dict[str, int]
    findings: list[Finding]
    ok: bool


def check(
    file: DisavowFile,
    decoded: Decoded,
    name: str,
    limits: Limits,
    *,
    own: Collection[str] = (),
    platforms: Collection[str] = (),
) -> Report:
    """Every finding, those about the file first, then in the order of its lines.

    ``name`` is the file's name, ``own`` hosts that must not be disavowed, ``platforms`` hosts whose pages
    belong to many (the private section of the Public Suffix List is known without).
    """
    findings = _about_file(decoded, name, len(file.lines), limits)
    findings += _about_lines(file.lines, frozenset(own), frozenset(platforms))
    entries = file.entries
    if not entries:
        sentence = "The file holds no entry: uploading it would take back every earlier one."
        findings.insert(0, Finding(line=None, severity="warning", code="no-entries", message=sentence))
    kinds = Counter(line.kind for line in file.lines)
    severities = Counter(finding.severity for finding in findings)
    return Report(
        file=name,
        bytes=decoded.size,
        encoding=_encoding_word(decoded),
        lines=len(file.lines),
        entries=len(entries),
        domains=sum(entry.kind == "domain" for entry in entries),
        urls=sum(entry.kind == "url" for entry in entries),
        comments=kinds["comment"],
        blank=kinds["blank"],
        faulty=kinds["faulty"],
        errors=severities["error"],
        warnings=severities["warning"],
        notes=severities["note"],
        codes=dict(sorted(Counter(finding.code for finding in findings).items())),
        findings=findings,
        ok=severities["error"] == 0,
    )


def own_conflict(entry: Entry, own: Collection[str]) -> str | None:
    """The own host that an entry would disavow, itself, a part of it, or together with others."""
    host = entry.host
    for name in own:
        if is_within(host, name) or (entry.kind == "domain" and is_within(name, host)):
            return name
    return None


def _about_file(decoded: Decoded, name: str, lines: int, limits: Limits) -> list[Finding]:
    found: list[Finding] = []

    def say(severity: Severity, code: str, message: str, suggestion: str | None = None) -> None:
        found.append(Finding(line=None, severity=severity, code=code, message=message, suggestion=suggestion))

    bare = name.replace("\\", "/").rpartition("/")[2]
    if decoded.gzip:
        say("error", "compressed", "The file is compressed: only plain text is taken, so unpack it.")
        bare = bare.removesuffix(".gz")
    if not bare.lower().endswith(".txt"):
        stem = bare.rpartition(".")[0] or bare
        say(
            "error",
            "not-txt",
            f"The name {quoted(bare)} does not end in .txt: rename the file.",
            f"{stem}.txt",
        )
    if decoded.encoding.startswith(("utf-16", "utf-32")):
        word = decoded.encoding.upper()[:6]
        say(
            "error",
            "encoding-utf16",
            f"The file is in {word}, as spreadsheet programs write it: save it in UTF-8.",
        )
    elif decoded.encoding in ("cp1252", "latin-1"):
        word = _encoding_word(decoded)
        say("error", "encoding-latin1", f"The file is no UTF-8; it was read as {word}: save it in UTF-8.")
    elif decoded.bom:
        say(
            "warning",
            "bom",
            "A byte order mark begins the file, and may spoil its first line: save it without.",
        )
    if "�" in decoded.text:
        say("error", "undecodable", "Some bytes are no text in the file's encoding: save it anew in UTF-8.")
    if "cr" in decoded.endings:
        say(
            "warning", "cr", "Some lines end in a carriage return alone, which may join them: use line feeds."
        )
    if "crlf" in decoded.endings:
        say("note", "crlf", "Lines end in CR LF, as Windows writes them, which is read all the same.")
    if lines > limits.lines:
        say(
            "error",
            "too-many-lines",
            f"There are {lines:,} lines; {limits.lines:,} are taken, blank ones and comments included.",
        )
    if decoded.size > limits.bytes:
        say(
            "error",
            "too-large",
            f"The file has {decoded.size:,} bytes; 2 MB are taken ({limits.bytes:,} bytes).",
        )
    elif decoded.size > limits.bytes_strict:
        say(
            "warning",
            "size-unclear",
            f"The file has {decoded.size:,} bytes, which is 2 MB by one reading and more by another.",
        )
    return found


def _about_lines(lines: Collection[Line], own: frozenset[str], platforms: frozenset[str]) -> list[Finding]:
    """Findings line by line; what covers what is only known at the end."""
    cover, first = Cover(), dict[tuple[str, str], int]()
    for line in lines:
        for entry in line.entries:
            cover.add(entry)
            first.setdefault(entry.key, line.number)
    found: list[Finding] = []
    for line in lines:
        if not line.faults and not line.entries:
            continue
        shown = line.raw if len(line.raw) <= _SHOWN else line.raw[: _SHOWN - 1] + "…"

        def say(
            severity: Severity,
            code: str,
            message: str,
            suggestion: str | None = None,
            at: int = line.number,
            text: str = shown,
        ) -> None:
            found.append(
                Finding(
                    line=at, severity=severity, code=code, message=message, entry=text, suggestion=suggestion
                )
            )

        for fault in line.faults:
            say(*fault)
        here: set[tuple[str, str]] = set()
        for entry in line.entries:
            if (mine := own_conflict(entry, own)) is not None:
                say("error", "own-domain", f"The entry disavows {mine}, which is your own: remove it.")
            if entry.kind == "domain" and entry.value.removeprefix("www.") in platforms:
                say(
                    "warning",
                    "platform",
                    f"On {entry.value} anybody may have pages: the entry disavows all of them. Name the pages.",
                )
            if first[entry.key] != line.number or entry.key in here:
                say("warning", "duplicate", f"The entry stands in line {first[entry.key]} already.")
            elif (wide := cover.wider(entry)) is not None:
                say(
                    "note",
                    "covered",
                    f"{quoted(wide.text)} in line {first[wide.key]} covers the entry already.",
                )
            here.add(entry.key)
    return found


def _encoding_word(decoded: Decoded) -> str:
    word = {"ascii": "ASCII", "cp1252": "Windows-1252", "latin-1": "Latin-1"}.get(
        decoded.encoding, decoded.encoding.upper()
    )
    return f"{word} with byte order mark" if decoded.bom else word
