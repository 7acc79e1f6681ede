"""Answers about disavow files as text for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from backlit.cli.cells import for_terminal

if TYPE_CHECKING:
    from backlit.questions.disavow_files import DiffReport, Report, Written

#: Findings of one kind, or changes, that are shown one by one; JSON has all.
_SHOWN = 20


def told_check(found: Report) -> str:
    """A check, findings of one kind together after the first of them."""
    lines = [
        f"{for_terminal(found.file)}: {found.lines:,} lines, {found.entries:,} entries ({found.domains:,} domains, "
        f"{found.urls:,} addresses), {found.comments:,} comments, {found.encoding}",
        f"  {_many(found.errors, 'error')}, {_many(found.warnings, 'warning')}, {_many(found.notes, 'note')}",
    ]
    shown: dict[str, int] = {}
    for finding in found.findings:
        shown[finding.code] = shown.get(finding.code, 0) + 1
        if shown[finding.code] > _SHOWN:
            continue
        place = "file" if finding.line is None else f"line {finding.line:,}"
        lines.append(f"{place}: {finding.severity} {finding.code}: {for_terminal(finding.message)}")
        if finding.entry is not None:
            lines.append(f"    {for_terminal(finding.entry)}")
        if finding.suggestion is not None:
            lines += [f"  → {for_terminal(part)}" for part in finding.suggestion.split("\n")]
    for code, many in shown.items():
        if many > _SHOWN:
            lines.append(f"… and {many - _SHOWN:,} more of {code}: see them with --format json.")
    lines.append("The file can be uploaded." if found.ok else "The file should not be uploaded as it is.")
    return "\n".join(lines)


def told_changes(written: Written) -> str:
    """What was done for a file that was written."""
    lines = [for_terminal(sentence) for sentence in written.says]
    for change in written.changes[:_SHOWN]:
        place = "" if change.line is None else f"line {change.line:,}: "
        now = "left out" if change.now is None else change.now.replace("\n", " and ")
        lines.append(f"  {place}{for_terminal(change.was)} → {for_terminal(now)}: {for_terminal(change.why)}")
    return "\n".join(lines + _more(written.changes))


def told_diff(found: DiffReport) -> str:
    """A comparison, ``+`` added, ``-`` removed, ``>`` widened, ``<`` narrowed."""
    diff = found.diff
    lines = [
        f"{len(diff.added):,} added, {len(diff.removed):,} removed, {len(diff.widened):,} widened, "
        f"{len(diff.narrowed):,} narrowed, {diff.kept:,} kept"
    ]
    lines += [f"+ {for_terminal(entry)}" for entry in diff.added]
    lines += [f"- {for_terminal(entry)}" for entry in diff.removed]
    lines += [f"> {for_terminal(was)} → {for_terminal(now)}" for was, now in diff.widened]
    lines += [f"< {for_terminal(was)} → {for_terminal(', '.join(now))}" for was, now in diff.narrowed]
    return "\n".join(lines + [for_terminal(sentence) for sentence in found.says])


def _many(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def _more(items: Sequence[object]) -> list[str]:
    return (
        [f"  … and {len(items) - _SHOWN:,} more: see them with --format json."] if len(items) > _SHOWN else []
    )
