"""Disavow files on disk: checked, repaired, merged, compared."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from backlit.authority.names import sections
from backlit.errors import InputError, SourceError, TargetError
from backlit.settings import Settings, default
from backlit.web.disavow import check as _check
from backlit.web.disavow import sets
from backlit.web.disavow.file import Decoded, DisavowFile, decode, parse
from backlit.web.target import Target

#: Sections of the list of platforms whose hosts carry pages of many people.
_TENANTED = (
    "social",
    "free hosting",
    "shorteners",
    "search stores and mail",
    "fonts tags and content delivery",
)

Report = _check.Report
Diff = sets.Diff
Change = sets.Change


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was put together: its text, what it holds, and what was done for it."""

    text: str
    lines: int
    entries: int
    bytes: int
    changes: list[Change]
    fits: bool
    says: list[str]


class DiffReport(msgspec.Struct, frozen=True, kw_only=True):
    """A comparison of two files, and what of them could not be compared."""

    before: str
    after: str
    diff: Diff
    says: list[str]


class Upload(NamedTuple):
    """A file that came without a place on disk: what it is called, and its bytes."""

    name: str
    data: bytes

    def __str__(self) -> str:
        return self.name


def read_disavow_file(path: Path | Upload, settings: Settings | None = None) -> tuple[DisavowFile, Decoded]:
    """The file at ``path``, and how it was encoded. Raises ``SourceError`` when it cannot be read."""
    rules = (settings or default()).disavow
    if isinstance(path, Upload):
        found = decode(path.data, path.name, rules.max_read_bytes)
        return parse(found.text), found
    try:
        with open(path, "rb") as handle:
            data = handle.read(rules.max_read_bytes + 1)
    except OSError as exc:
        raise SourceError(f"{path} cannot be read: {exc.strerror}.") from exc
    found = decode(data, str(path), rules.max_read_bytes)
    return parse(found.text), found


def check_file(path: Path | Upload, *, own: Collection[str] = (), settings: Settings | None = None) -> Report:
    """Everything that is wrong with the file at ``path``; ``own`` are domains that must not be in it."""
    file, decoded = read_disavow_file(path, settings)
    return _check.check(file, decoded, path.name, limits(settings), own=own_hosts(own), platforms=platforms())


def repair_file(
    path: Path | Upload, *, own: Collection[str] = (), settings: Settings | None = None
) -> Written:
    """The file at ``path`` with its faults put right, each change told."""
    file, _ = read_disavow_file(path, settings)
    return _written(sets.repair(file, limits(settings), own=own_hosts(own), platforms=platforms()), [])


def merge_files(
    paths: Sequence[Path | Upload], *, own: Collection[str] = (), settings: Settings | None = None
) -> Written:
    """The union of files, in their order, with comments over their entries and nothing twice."""
    if len(paths) < 2:
        raise InputError("A merge needs at least two files.")
    files = [read_disavow_file(path, settings)[0] for path in paths]
    merged = sets.merge(files, limits(settings), own=own_hosts(own), platforms=platforms())
    return _written(
        merged, [f"{len(paths)} files with {sum(len(f.meant) for f in files):,} entries were merged."]
    )


def diff_files(
    before: Path | Upload, after: Path | Upload, *, settings: Settings | None = None
) -> DiffReport:
    """What the file ``after`` changes against ``before``, both as a search engine reads them."""
    says = []
    files = []
    for path in (before, after):
        file, _ = read_disavow_file(path, settings)
        files.append(file)
        faulty = sum(line.kind == "faulty" for line in file.lines)
        if faulty:
            word = "line that is" if faulty == 1 else "lines that are"
            says.append(f"{path.name} has {faulty:,} {word} not read: see `backlit disavow check`.")
    return DiffReport(before=str(before), after=str(after), diff=sets.diff(*files), says=says)


def limits(settings: Settings | None = None) -> _check.Limits:
    """Google's limits as the settings have them."""
    rule = (settings or default()).disavow
    return _check.Limits(lines=rule.max_lines, bytes=rule.max_bytes, bytes_strict=rule.max_bytes_strict)


def own_hosts(names: Collection[str]) -> frozenset[str]:
    """The hosts of names that a user called own; an address stands for its host."""
    found = set()
    for name in names:
        try:
            target = Target.parse(name)
        except TargetError as exc:
            raise InputError(f"{name!r} is no domain of yours that could be left out: {exc}") from exc
        found.add((target.host or target.domain).removeprefix("www."))
    return frozenset(found)


@cache
def platforms() -> frozenset[str]:
    """Hosts whose pages belong to many, by the shipped list."""
    listed = sections("platforms.txt")
    return frozenset(entry for name in _TENANTED for entry in listed.get(name, ()))


def _written(merged: sets.Merged, says: list[str]) -> Written:
    text = merged.file.text
    entries = len(merged.file.entries)
    said = [*says, f"The file has {entries:,} {'entry' if entries == 1 else 'entries'}."]
    if not merged.fits:
        said.append(
            "It is still over the limits of 100,000 lines and 2 MB: no further entries can be folded safely."
        )
    return Written(
        text=text,
        lines=len(merged.file.lines),
        entries=entries,
        bytes=len(text.encode()),
        changes=merged.changes,
        fits=merged.fits,
        says=said,
    )
