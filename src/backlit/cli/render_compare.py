"""A comparison for people: a column a target, a line a figure, and what each two have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from backlit.cli.cells import for_terminal

if TYPE_CHECKING:
    from backlit.questions.compare import Overlap
    from backlit.questions.result import Result
    from backlit.settings import Bands

_UNKNOWN = "–"
_UNRANKED = "  of unknown authority"


def told_comparison(result: Result, bands: Bands, width: int | None = None) -> str:
    """The figures side by side, the overlaps below them.

    Where ``width`` is too narrow for all targets they come in blocks, one below the other.
    """
    rows = result.rows()
    overlap: Overlap = result.summary  # type: ignore[assignment]
    names = [str(row["target"]) for row in rows]
    figures = [(label, [told(row) for row in rows]) for label, told in _lines(bands)]
    figures = [(label, cells) for label, cells in figures if label != _UNRANKED or set(cells) != {"0"}]
    blocks = _blocks(figures, names, width)
    lines = [line for block in blocks for line in [*block, ""]]
    lines += _shared(overlap, names, width)
    if overlap.window_end is not None:
        lines += [
            "",
            f"New and lost: {overlap.window_days} days, {overlap.window_start} to {overlap.window_end}.",
        ]
    lines += [for_terminal(note) for note in result.notes]
    return "\n".join([*lines, for_terminal(result.provenance.line)])


def _count(name: str) -> Callable[[dict[str, Any]], str]:
    return lambda row: _UNKNOWN if row[name] is None else f"{row[name]:,}"


def _number(name: str) -> Callable[[dict[str, Any]], str]:
    return lambda row: _UNKNOWN if row[name] is None else f"{row[name]:.0f}"


def _percent(name: str) -> Callable[[dict[str, Any]], str]:
    return lambda row: percent(row[name])


def percent(share: float | None) -> str:
    """A share as people read it: nothing rounds to 0 % or 100 % that is neither."""
    if share is None:
        return _UNKNOWN
    if 0 < share < 0.01:
        return "< 1%"
    if 0.99 < share < 1:
        return "> 99%"
    return f"{100 * share:.0f}%"


def _lines(bands: Bands) -> list[tuple[str, Callable[[dict[str, Any]], str]]]:
    excellent, okay = f"{bands.excellent:g}", f"{bands.okay:g}"
    return [
        ("authority", _number("authority")),
        ("referring domains", _count("referring_domains")),
        (f"  excellent, {excellent} to 100", _count("excellent_domains")),
        (f"  okay, from {okay}", _count("okay_domains")),
        (f"  weak, below {okay}", _count("weak_domains")),
        (_UNRANKED, _count("unranked_domains")),
        ("  new", _count("new_domains")),
        ("  lost", _count("lost_domains")),
        ("referring sites", _count("referring_sites")),
        ("links", _count("links")),
        ("  followed", _percent("follow_share")),
        ("  in content", _percent("content_share")),
    ]


def _blocks(figures: Sequence[tuple[str, list[str]]], names: list[str], width: int | None) -> list[list[str]]:
    """The lines of each block: as many columns beside each other as fit."""
    from rich.cells import cell_len

    head = max(cell_len(label) for label, _ in figures)
    shown = [for_terminal(name) for name in names]
    widths = [
        max(cell_len(name), *(cell_len(cells[i]) for _, cells in figures)) for i, name in enumerate(shown)
    ]
    blocks = []
    for begin, end in _cuts(widths, None if width is None else width - head):
        lines = [_line("", shown[begin:end], head, widths[begin:end])]
        lines += [_line(label, cells[begin:end], head, widths[begin:end]) for label, cells in figures]
        blocks.append(lines)
    return blocks


def _cuts(widths: list[int], room: int | None) -> list[tuple[int, int]]:
    """Runs of columns that fit into ``room``, at least one each."""
    if room is None:
        return [(0, len(widths))]
    cuts, begin, used = [], 0, 0
    for i, width in enumerate(widths):
        if i > begin and used + width + 2 > room:
            cuts.append((begin, i))
            begin, used = i, 0
        used += width + 2
    return [*cuts, (begin, len(widths))]


def _line(label: str, cells: Sequence[str], head: int, widths: Sequence[int]) -> str:
    from rich.cells import cell_len

    padded = (" " * (width - cell_len(cell)) + cell for cell, width in zip(cells, widths, strict=True))
    return "  ".join([label + " " * (head - cell_len(label)), *padded]).rstrip()


def _shared(overlap: Overlap, names: list[str], width: int | None) -> list[str]:
    """Two targets in a sentence each way; more of them as a square of shared domains."""
    total = f"{overlap.union:,} domains link to any of them, {overlap.in_all:,} to all."
    if len(names) == 2:
        [pair] = overlap.pairs
        a, b = (for_terminal(name) for name in names)
        return [
            f"{overlap.union:,} domains link to any of them: {pair.shared:,} to both "
            f"(Jaccard {percent(pair.jaccard)}), {pair.a_only:,} to {a} only, {pair.b_only:,} to {b} only."
        ]
    by_pair = {(pair.a, pair.b): pair for pair in overlap.pairs}

    def cell(row: str, column: str) -> str:
        pair = by_pair.get((row, column)) or by_pair.get((column, row))
        return "·" if pair is None else f"{pair.shared:,} {percent(pair.jaccard):>4}"

    square = [(for_terminal(row), [cell(row, column) for column in names]) for row in names]
    lines = ["Shared referring domains, and Jaccard (shared over those that link to either)"]
    for block in _blocks(square, names, width):
        lines += [*block, ""]
    return [*lines[:-1], total]
