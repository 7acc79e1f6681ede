"""Answers about disavow files as text for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from backlit.cli.cells import for_terminal

if TYPE_CHECKING:
    from pathlib import Path

    from backlit.questions.disavow_dossier import Dossier
    from backlit.questions.disavow_files import DiffReport, Report, Written
    from backlit.questions.disavow_plan import Plan
    from backlit.questions.disavow_simulate import Simulation

#: Findings of one kind, or changes, that are shown one by one; JSON has all.
_SHOWN = 20


def told_check(found: Report) -> str:
    """A check, findings of one kind together after the first of them."""
    entries = f"{found.entries:,} {'entry' if found.entries == 1 else 'entries'}"
    lines = [
        f"{for_terminal(found.file)}: {_many(found.lines, 'line')}, {entries} ({_many(found.domains, 'domain')}, "
        f"{found.urls:,} by address), {_many(found.comments, 'comment')}, {found.encoding}",
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


def told_plan(plan: Plan, out: Path) -> str:
    """A plan: its entries, what was left out and why."""
    many = len(plan.entries)
    lines = [
        f"{for_terminal(plan.target)}: {_many(plan.links, 'pair')} of pages, {plan.risky_links:,} risky, "
        f"{plan.review_links:,} to review, {plan.worthless_links:,} worthless, {plan.fine_links:,} fine, "
        f"{plan.unjudged_links:,} not judged"
    ]
    for one in plan.entries[:_SHOWN]:
        why = one.note or "; ".join(one.reasons) or one.decided_by
        lines.append(
            f"+ {for_terminal(one.entry)}  {_many(one.links, 'link')}, {one.decided_by}: {for_terminal(why)}"
        )
        if one.why_no_wider:
            lines.append(f"    no wider, as {for_terminal(one.why_no_wider)}")
    lines += _more(plan.entries)
    for left in plan.left_out[:_SHOWN]:
        lines.append(f"- {for_terminal(left.source_site)}  {_many(left.links, 'link')}: {left.why}")
    lines += _more(plan.left_out)
    lines += [f"! {for_terminal(sentence)}" for sentence in plan.conflicts]
    lines += [for_terminal(sentence) for sentence in plan.says]
    if many:
        lines.append(f"They went to {for_terminal(str(out))}, every reason to the .json beside it.")
    return "\n".join([*lines, _origin(plan)])


def told_simulation(found: Simulation, notes: Sequence[str]) -> str:
    """Before and after, then losses by band."""
    lines = [
        f"{for_terminal(found.target)}: {found.entries:,} {'entry' if found.entries == 1 else 'entries'}",
        f"  links              {found.links:,}, {found.disavowed_links:,} disavowed "
        f"({found.disavowed_counting_links:,} of them followed and visible)",
        f"  referring domains  {found.referring_domains:,}, {found.lost_domains:,} lost",
        f"  equity             {_known(found.equity_before)} → {_known(found.equity_after)}",
        f"  authority          {_known(found.authority_before)} → {_known(found.authority_after)}  (own graph)",
    ]
    if found.release is not None:
        effect = found.release
        lines += [
            f"  authority          {_known(effect.authority_before)} → {_known(effect.authority_after)}  "
            f"(web graph {for_terminal(effect.release)}, {effect.lost:,} of {effect.sources:,} sources out)",
            f"  trust              {_known(effect.trust_before)} → {_known(effect.trust_after)}",
        ]
    for band in found.bands:
        if band.links:
            lines.append(
                f"  {band.band:<18} {band.domains:,} domains, {band.lost_domains:,} lost; "
                f"{band.links:,} links, {band.lost_links:,} lost"
            )
    for word, entries in (("matches no link", found.dead), ("matches nothing that counts", found.pointless)):
        lines += [f"  {word}: {for_terminal(entry)}" for entry in entries[:_SHOWN]] + _more(entries)
    lines += [for_terminal(sentence) for sentence in (*found.says, *notes)]
    return "\n".join([*lines, _origin(found)])


def told_dossier(found: Dossier) -> str:
    """A dossier, in Markdown."""
    lines = [f"# Links to {for_terminal(found.target)}: facts for a manual action, {found.date}", ""]
    lines += [f"* {for_terminal(fact)}" for fact in found.facts]
    if found.pointless:
        lines += ["", "## Why a disavow file would be pointless", ""]
        lines += [f"* {for_terminal(sentence)}" for sentence in found.pointless]
    if found.operators:
        lines += ["", "## Evidence by operator", ""]
    for one in found.operators:
        kind = "Network" if one.is_network else "Site"
        lines.append(
            f"* {kind} {for_terminal(one.name)}: {_many(one.links, 'link')}, {one.counting_links:,} that count"
        )
        lines += [f"  * {for_terminal(reason)}" for reason in one.reasons]
        lines += [f"  * seen on {for_terminal(page)}" for page in one.examples]
        lines += [f"  * entry `{for_terminal(entry)}`" for entry in one.entries]
    if found.requests:
        lines += ["", "## Requests sent", ""]
    for asked in found.requests:
        way = f" by {for_terminal(asked.way)}" if asked.way else ""
        last = f", the last on {asked.last_removed}" if asked.last_removed else ""
        gone = f"{asked.removed_links:,} gone since{last}"
        note = f" ({for_terminal(asked.note)})" if asked.note else ""
        live = f"{asked.live_links:,} live{note}"
        lines.append(f"* {asked.sent_at} to {for_terminal(asked.domain)}{way}: {gone}; {live}")
    if found.unasked:
        lines += ["", "## Listed and not asked yet", ""]
        lines += [f"* {for_terminal(site)}" for site in found.unasked]
    lines += ["", *(for_terminal(sentence) for sentence in found.says), "", _origin(found)]
    return "\n".join(lines)


def _known(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.4g}"


def _origin(found: Plan | Simulation | Dossier) -> str:
    return (
        f"Origin: {for_terminal(found.origin)} · data of {found.data_date or 'unknown date'} · "
        f"generation {found.generation}"
    )
