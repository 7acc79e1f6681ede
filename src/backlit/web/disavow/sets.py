"""Disavow files as sets of entries: repaired, put within the limits, merged and compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import msgspec

from backlit.web.disavow.check import Limits, own_conflict
from backlit.web.disavow.entry import Cover, Entry
from backlit.web.disavow.file import DisavowFile, Group, Line, comment_lines, from_groups, parse
from backlit.web.domain import suffix_section

#: How much of a line that could not be repaired its comment keeps.
_KEPT = 300


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One thing done to an entry: what it was, what it became (null: left out), and why."""

    line: int | None
    was: str
    now: str | None
    why: str


class Folded(NamedTuple):
    """Groups that keep the limits, what was done to them, and whether it was enough."""

    groups: list[Group]
    changes: list[Change]
    fits: bool


class Merged(NamedTuple):
    """The file of a union and what was done for it."""

    file: DisavowFile
    changes: list[Change]
    fits: bool


class Diff(msgspec.Struct, frozen=True, kw_only=True):
    """What a later file changes. A pair of ``widened`` and ``narrowed`` is what was there and what is there now."""

    added: list[str]
    removed: list[str]
    widened: list[tuple[str, str]]
    narrowed: list[tuple[str, list[str]]]
    kept: int


def repair(
    file: DisavowFile, limits: Limits, *, own: Collection[str] = (), platforms: Collection[str] = ()
) -> Merged:
    """The file with every fault put right that can be, and the rest turned into comments that say so.

    Own domains, duplicates and entries covered by wider ones go. Nothing is widened beyond the host that
    a line names, but for a ``www.`` entry, which becomes its site.
    """
    changes: list[Change] = []
    lines: list[str] = []
    fixed = {line.number: [] if _reaches_strangers(line, platforms) else line.fixed for line in file.lines}
    cover = Cover(entry for some in fixed.values() for entry in some if own_conflict(entry, own) is None)
    seen: set[tuple[str, str]] = set()
    for line in file.lines:
        if line.kind in ("blank", "comment"):
            lines.append(line.comment or "")
            if line.comment is not None and line.comment != line.raw:
                changes.append(
                    Change(
                        line=line.number, was=line.raw[:_KEPT], now=line.comment, why=line.faults[0].message
                    )
                )
            continue
        right = fixed[line.number]
        if line.comment is not None and right:
            lines.append(line.comment)  # it stood behind the entry
        if not right:
            why = next(
                (f.message for f in line.faults if f.severity == "error"), "It says nothing that can be read."
            )
            prose = line.comment or f"# left out: {line.raw.strip()[:_KEPT]} ({why})"
            lines += comment_lines(prose.removeprefix("#").strip())
            changes.append(Change(line=line.number, was=line.raw[:_KEPT], now=None, why=why))
            continue
        kept: list[str] = []
        for entry in right:
            mine = own_conflict(entry, own)
            why_not = (
                f"It disavows {mine}, which is your own."
                if mine is not None
                else "It is there already."
                if entry.key in seen
                else f"{wide.text} covers it."
                if (wide := cover.wider(entry)) is not None
                else None
            )
            if why_not is not None:
                changes.append(Change(line=line.number, was=line.raw[:_KEPT], now=None, why=why_not))
                continue
            seen.add(entry.key)
            kept.append(entry.text)
        lines += kept
        now = "\n".join(kept)
        if kept and now != line.raw:
            why = line.faults[0].message if line.faults else "It was put in order."
            changes.append(Change(line=line.number, was=line.raw[:_KEPT], now=now, why=why))
    text = "".join(f"{line}\n" for line in lines)
    whole = parse(text)
    if _fits(len(whole.lines), len(text.encode()), limits):
        return Merged(whole, changes, True)
    done = fit(whole.groups, limits, own=own, platforms=platforms)
    return Merged(_written(done.groups, compact=True), changes + done.changes, done.fits)


def merge(
    files: Sequence[DisavowFile],
    limits: Limits,
    *,
    own: Collection[str] = (),
    platforms: Collection[str] = (),
) -> Merged:
    """The union of files: groups in the order of the files, comments over their entries, nothing twice.

    A group whose comments an earlier one has joins that one. Entries that a wider one covers are folded
    into it. Addresses become domains only where the limits demand it.
    """
    changes: list[Change] = []
    fixed = [entry for file in files for entry in file.meant]
    cover = Cover(entry for entry in fixed if own_conflict(entry, own) is None)
    seen: set[tuple[str, str]] = set()
    by_comments: dict[tuple[str, ...], list[Entry]] = {}
    for file in files:
        changes += [
            Change(line=line.number, was=line.raw[:_KEPT], now=None, why=line.faults[-1].message)
            for line in file.lines
            if line.kind == "faulty" and not line.fixed and line.faults
        ]
        for group in file.groups:
            kept = by_comments.setdefault(group.comments, [])
            for entry in group.entries:
                mine = own_conflict(entry, own)
                if mine is not None:
                    changes.append(
                        Change(
                            line=None, was=entry.text, now=None, why=f"It disavows {mine}, which is your own."
                        )
                    )
                elif (wide := cover.wider(entry)) is not None:
                    changes.append(
                        Change(line=None, was=entry.text, now=wide.text, why="A wider entry covers it.")
                    )
                elif entry.key not in seen:
                    seen.add(entry.key)
                    kept.append(entry)
    groups = [Group(comments, tuple(entries)) for comments, entries in by_comments.items()]
    done = fit(groups, limits, own=own, platforms=platforms)
    return Merged(_written(done.groups, compact=bool(done.changes)), changes + done.changes, done.fits)


def fit(
    groups: Sequence[Group], limits: Limits, *, own: Collection[str] = (), platforms: Collection[str] = ()
) -> Folded:
    """Groups that keep the limits: blank lines and comments go first, then addresses become their hosts.

    Hosts with the most addresses are folded first, and only as many as are needed. Platforms, public
    suffixes and own hosts are never made an entry.
    """
    if _fits(*_size(groups), limits):
        return Folded(list(groups), [], True)
    changes = [
        Change(
            line=None,
            was=f"{sum(len(group.comments) for group in groups):,} comment lines and the blank lines",
            now=None,
            why="The file was over its limits; comments and blank lines count, so they were dropped first.",
        )
    ]
    bare = [Group((), group.entries) for group in groups]
    entries = [entry for group in bare for entry in group.entries]
    count = len(entries)
    size = sum(len(entry.text.encode()) + 1 for entry in entries)
    per_host: Counter[str] = Counter()
    bytes_of: Counter[str] = Counter()
    for entry in entries:
        if entry.kind == "url":
            per_host[entry.host] += 1
            bytes_of[entry.host] += len(entry.text.encode()) + 1
    folded: set[str] = set()
    for host, many in sorted(per_host.items(), key=lambda item: (-item[1], -bytes_of[item[0]], item[0])):
        if _fits(count, size, limits):
            break
        wide = Entry("domain", host)
        if (
            not host
            or host.removeprefix("www.") in platforms
            or suffix_section(host)
            or own_conflict(wide, own)
        ):
            continue
        if many == 1 and bytes_of[host] <= len(wide.text) + 1:
            continue
        folded.add(host)
        count += 1 - many
        size += len(wide.text) + 1 - bytes_of[host]
        changes.append(
            Change(
                line=None,
                was=f"{many:,} addresses on {host}",
                now=wide.text,
                why="The file was over its limits.",
            )
        )
    written: set[str] = set()
    done: list[Group] = []
    for group in bare:
        kept: list[Entry] = []
        for entry in group.entries:
            host = entry.host if entry.kind == "url" else ""
            if host not in folded or not host:
                kept.append(entry)
            elif host not in written:
                written.add(host)
                kept.append(Entry("domain", host))
        done.append(Group((), tuple(kept)))
    return Folded(done, changes, _fits(count, size, limits))


def diff(before: DisavowFile, after: DisavowFile) -> Diff:
    """What ``after`` adds, takes away, widens and narrows; both are read as a search engine reads them."""
    old, new = Cover(before.entries), Cover(after.entries)
    gone = [entry for key, entry in old.entries.items() if key not in new.entries]
    come = [entry for key, entry in new.entries.items() if key not in old.entries]
    widened = [(entry, wide) for entry in gone if (wide := new.wider(entry)) is not None]
    gone_keys = {entry.key for entry in gone}
    parts: dict[tuple[str, str], list[Entry]] = {}
    for entry in come:
        wide = old.wider(entry)
        if wide is not None and wide.key in gone_keys and new.wider(wide) is None:
            parts.setdefault(wide.key, []).append(entry)
    used = {wide.key for _, wide in widened} | {entry.key for some in parts.values() for entry in some}
    changed = {entry.key for entry, _ in widened} | set(parts)
    return Diff(
        added=sorted(entry.text for entry in come if entry.key not in used),
        removed=sorted(entry.text for entry in gone if entry.key not in changed),
        widened=sorted((entry.text, wide.text) for entry, wide in widened),
        narrowed=sorted((old.entries[key].text, sorted(e.text for e in some)) for key, some in parts.items()),
        kept=len(old.entries) - len(gone),
    )


def _reaches_strangers(line: Line, platforms: Collection[str]) -> bool:
    """Whether putting a faulty line right would disavow a platform or an ending that it perhaps did not mean."""
    return line.kind == "faulty" and any(
        entry.kind == "domain"
        and (entry.value.removeprefix("www.") in platforms or suffix_section(entry.value) is not None)
        for entry in line.fixed
    )


def _written(groups: Iterable[Group], *, compact: bool) -> DisavowFile:
    if not compact:
        return from_groups(groups)
    return parse("".join(f"{entry.text}\n" for group in groups for entry in group.entries))


def _size(groups: Sequence[Group]) -> tuple[int, int]:
    """Lines and bytes of the file of ``groups``."""
    filled = [group for group in groups if group.comments or group.entries]
    texts = [text for group in filled for text in (*group.comments, *(entry.text for entry in group.entries))]
    blanks = max(len(filled) - 1, 0)
    return len(texts) + blanks, sum(len(text.encode()) + 1 for text in texts) + blanks


def _fits(lines: int, size: int, limits: Limits) -> bool:
    return lines <= limits.lines and size <= limits.bytes_strict
