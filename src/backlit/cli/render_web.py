"""Web-graph releases in words, for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from backlit.cli.cells import for_terminal
from backlit.cli.progress import clock

if TYPE_CHECKING:
    from backlit.questions.web_info import DomainChange, WebChanges, WebRelease
    from backlit.work.web_export import ExportSummary
    from backlit.work.web_import import ImportSummary
    from backlit.work.web_pull import Listed, Plan, PullSummary
    from backlit.work.web_rank import RankSummary, Step

_SHOWN_PROBLEMS = 5


def told_listing(listed: Sequence[Listed]) -> str:
    """The publisher's releases, a line each."""

    def millions(count: int | None, unit: int, word: str) -> str:
        return "–" if count is None else f"{count / unit:,.1f} {word}"

    rows = [("release", "data of", "domains", "edges", "hosts", "edges")]
    rows += [
        (
            for_terminal(one.name),
            one.data_date or "unknown",
            millions(one.domain_nodes, 10**6, "M"),
            millions(one.domain_edges, 10**9, "G"),
            millions(one.host_nodes, 10**6, "M"),
            millions(one.host_edges, 10**9, "G"),
        )
        for one in listed
    ]
    return _aligned(rows)


def told_plan(plan: Plan) -> str:
    """What would be fetched."""
    there = f", {_size(plan.bytes_there)} of it there already" if plan.bytes_there else ""
    ranks = "" if plan.ranks else " The publisher's ranks are not there (yet)."
    what = f"{plan.name} ({plan.kind}s): {len(plan.files)} files, {_size(plan.bytes)}{there}"
    return f"{what}, into {for_terminal(plan.folder)}.{ranks}"


def told_pull(summary: PullSummary) -> str:
    """What a pull did."""
    if summary.state == "declined" or summary.imported is None:
        return "Nothing was fetched."
    fetched = next((step for step in summary.steps if step.name == "download"), None)
    took = f" in {clock(fetched.wall_seconds)}" if fetched else ""
    return f"Fetched {_size(summary.plan.bytes_to_fetch)}{took}.\n{told_import(summary.imported)}"


def told_import(summary: ImportSummary) -> str:
    """What an import did."""
    one = summary.release
    title = f"{one.name}-{one.kind}"
    if summary.state == "skipped":
        return f"{title} is in the index already; nothing was changed."
    lines = [
        f"{title}: {one.nodes:,} {one.kind}s, {one.edges:,} edges, data of {one.data_date or 'unknown date'}.",
        f"Left out: {one.duplicates:,} repeated edges, {one.self_loops:,} to themselves, {one.unknown_ids:,} "
        "to unknown nodes.",
        f"Names: {one.idn_names:,} IDN, {one.invalid_names:,} that no host could have (kept as nodes).",
    ]
    if one.renumbered:
        lines.append(
            f"Vertices were not in order of their names and were numbered anew; {one.merged:,} became one with"
        )
        lines[-1] += " another of the same name without www."
    if one.ranks_read is not None:
        lines.append(f"Ranks: {one.ranks_matched:,} of {one.ranks_read:,} rows name a node.")
    if summary.problem_count:
        lines.append(f"{summary.problem_count:,} problems:")
        lines += [
            f"  {for_terminal(p.file)}, {for_terminal(p.place)}: {for_terminal(p.message)}"
            for p in summary.problems[:_SHOWN_PROBLEMS]
        ]
    return "\n".join([*lines, *_steps(one.steps)])


def _steps(steps: Sequence[object]) -> list[str]:
    rows = [("step", "seconds", "CPU seconds", "peak memory")]
    for step in steps:
        name, wall, cpu, peak = (
            getattr(step, field) for field in ("name", "wall_seconds", "cpu_seconds", "peak_bytes")
        )
        rows.append((name, f"{wall:,.1f}", f"{cpu:,.1f}", _size(peak)))
    return _aligned(rows).splitlines()


def told_releases(found: Sequence[WebRelease]) -> str:
    """All releases, a line each."""
    if not found:
        return "There is no web-graph release here: bring one in with `backlit web pull` or `backlit web import`."
    rows = [("release", "data of", "nodes", "edges", "on disk", "scores")]
    rows += [
        (
            one.title,
            one.info.data_date or "unknown",
            f"{one.info.nodes:,}",
            f"{one.info.edges:,}",
            _size(one.bytes),
            ", ".join(score.name for score in one.scores) or "none",
        )
        for one in found
    ]
    return _aligned(rows)


def told_release(one: WebRelease) -> str:
    """One release in full."""
    info = one.info
    facts = {
        "release": one.title,
        "data of": info.data_date or "unknown",
        "imported": f"{info.imported_at} by backlit {info.backlit_version}",
        "nodes": f"{info.nodes:,}, {info.dangling:,} of them without links out",
        "edges": f"{info.edges:,} of {info.edges_read:,} read; {info.duplicates:,} repeats, {info.self_loops:,} to "
        f"themselves, {info.unknown_ids:,} to unknown nodes",
        "by source": "stored too" if info.linked else "not stored (import with --linked)",
        "names": f"{info.idn_names:,} IDN, {info.invalid_names:,} invalid, {info.merged:,} merged without www",
        "on disk": _size(one.bytes),
    }
    lines = [f"{name:<10} {for_terminal(value)}" for name, value in facts.items()]
    for score in one.scores:
        share = one.coverage[score.name]
        lines.append(f"{'score':<10} {score.name}, of {share:.1%} of the nodes, made {score.made_at}")
    for file in info.inputs:
        lines.append(f"{file.role:<10} {for_terminal(file.name)}, {file.bytes:,} bytes, xxh3 {file.digest}")
    return "\n".join([*lines, "", *_steps(info.steps)])


def told_changes(found: WebChanges) -> str:
    """Two releases side by side."""
    a, b = found.before.info, found.after.info
    rows = [
        ("", found.before.title, found.after.title, "change"),
        ("data of", a.data_date or "unknown", b.data_date or "unknown", ""),
        *(
            (what, f"{x:,}", f"{y:,}", f"{y - x:+,}")
            for what, x, y in (
                ("nodes", a.nodes, b.nodes),
                ("edges", a.edges, b.edges),
                ("without links", a.dangling, b.dangling),
            )
        ),
    ]
    lines = [
        _aligned(rows),
        f"{found.nodes_both:,} nodes are in both; {found.nodes_new:,} came, {found.nodes_gone:,} went.",
    ]
    return "\n".join([*lines, *(line for one in found.domains for line in _told_domain(one))])


def _told_domain(one: DomainChange) -> list[str]:
    def count(value: int | None) -> str:
        return "not there" if value is None else f"{value:,} referring domains"

    name = for_terminal(one.domain)
    lines = ["", f"{name}: {count(one.referring_before)} before, {count(one.referring_after)} after."]
    for word, many, apart, names in (
        ("gained", one.gained_count, f"{one.gained_new:,} of them new to the graph", one.gained),
        ("lost", one.lost_count, f"{one.lost_gone:,} of them gone from the graph", one.lost),
    ):
        if many:
            shown = ", ".join(for_terminal(n) for n in names) + (" …" if many > len(names) else "")
            lines.append(f"  {word} {many:,} ({apart}): {shown}")
    return lines


def told_export(summary: ExportSummary) -> str:
    """What an export wrote."""
    scores = ", ".join(summary.scores) or "none yet: their columns are empty"
    return (
        f"{for_terminal(summary.file)}: {summary.rows:,} rows of {summary.release}, {_size(summary.bytes)}. "
        f"Scores: {scores}."
    )


def _size(count: int) -> str:
    for unit, word in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if count >= unit:
            return f"{count / unit:,.1f} {word}"
    return f"{count:,} bytes"


def _aligned(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def told_step(step: Step) -> str:
    """One step of a long job, when it is done."""
    return f"{step.name}: {clock(step.wall_seconds)}, {step.cpu_seconds:,.1f} s of processor, {_size(step.peak_bytes)}"


def told_rank(summary: RankSummary) -> str:
    """What a ranking rests on."""
    found = summary.ranking
    lines = [
        f"{for_terminal(summary.release)}: {summary.nodes:,} nodes, {summary.edges:,} edges, "
        f"data of {summary.data_date or 'unknown date'}.",
        f"Core: {found.core_rule}",
        found.says,
        found.trust_rule,
        f"Authority: {found.iterations} iterations, L1 error below {found.error:.1e}. "
        f"Harmonic centrality: about {100 * found.harmonic_deviation:.0f} % standard deviation.",
    ]
    if found.topics:
        lines.append(f"Topics: {', '.join(found.topics)}.")
    if found.topics_left_out:
        lines.append(f"With too few core sites for a topic of their own: {', '.join(found.topics_left_out)}.")
    if summary.index_generation is not None:
        lines.append(
            f"The listings of this index show the authority of its newest ranked release, from generation "
            f"{summary.index_generation:,} on."
        )
    return "\n".join(lines)
