"""Charts as inline SVG: shapes only, so that they stretch; words and figures are HTML beside them.

Each chart that says something of its own has a ``title`` and a ``desc``; bars that repeat a
figure of the same table row are hidden from screen readers. Colours are classes, which the
style sheet gives for light, dark and print.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from backlit.questions.profile_data import Period
from backlit.questions.report_html import Html, el


class Segment(NamedTuple):
    """A part of a stacked bar: its class of colour, its word and its size."""

    kind: str
    word: str
    size: int


def stacked(segments: Sequence[Segment], name: str, title: str) -> Html:
    """One bar of all segments, in order, with gaps between them. ``name`` makes its ids."""
    total = sum(segment.size for segment in segments) or 1
    gap = 4.0
    present = [segment for segment in segments if segment.size]
    room = 1000 - gap * (len(present) - 1)
    shapes: list[Html] = []
    left = 0.0
    for segment in present:
        width = room * segment.size / total
        shapes.append(
            el("rect", x=left, y=0, width=max(width, 1.5), height=20, class_=f"fill-{segment.kind}")
        )
        left += width + gap
    words = ", ".join(f"{segment.word} {segment.size:,}" for segment in segments)
    return el(
        "svg",
        el("title", title, id=f"{name}-title"),
        el("desc", f"{words}.", id=f"{name}-desc"),
        *shapes,
        class_="stacked",
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
        view_box="0 0 1000 20",
        preserve_aspect_ratio="none",
    )


def bar(share: float, kind: str = "plain") -> Html:
    """A bar of ``share`` of its cell, at least a sliver; the figure stands beside it."""
    width = 0.0 if share <= 0 else max(0.8, min(share, 1.0) * 100)
    return el(
        "svg",
        el("rect", x=0, y=0, width=width, height=8, class_=f"fill-{kind}"),
        class_="bar",
        aria_hidden="true",
        focusable="false",
        view_box="0 0 100 8",
        preserve_aspect_ratio="none",
    )


def two_bars(whole: float, part: float) -> Html:
    """A light bar and a strong one over it: a raw count and its effective number."""
    return el(
        "svg",
        el("rect", x=0, y=0, width=max(0.8, whole * 100), height=8, class_="fill-ghost"),
        el("rect", x=0, y=0, width=max(0.8, part * 100), height=8, class_="fill-plain") if part > 0 else None,
        class_="bar",
        aria_hidden="true",
        focusable="false",
        view_box="0 0 100 8",
        preserve_aspect_ratio="none",
    )


def movement_chart(periods: Sequence[Period], title: str) -> Html:
    """New links above a line and lost ones below it, a column a period, one scale for both."""
    most_new = max((period.new_links or 0 for period in periods), default=0)
    most_lost = max((period.lost_links for period in periods), default=0)
    scale = (most_new + most_lost) or 1
    line = 100 * most_new / scale
    step, column = 10.0, 7.0
    shapes: list[Html] = []
    for at, period in enumerate(periods):
        left = at * step + (step - column) / 2
        new_word = "new unknown" if period.new_links is None else f"{period.new_links:,} new"
        told = el("title", f"{period.period}: {new_word}, {period.lost_links:,} lost")
        if period.new_links is None:
            shapes.append(
                el("rect", told, x=left, y=max(line - 3, 0), width=column, height=3, class_="fill-unknown")
            )
        elif period.new_links:
            height = max(100 * period.new_links / scale, 0.8)
            shapes.append(
                el("rect", told, x=left, y=line - height, width=column, height=height, class_="fill-new")
            )
        if period.lost_links:
            height = max(100 * period.lost_links / scale, 0.8)
            shapes.append(el("rect", told, x=left, y=line, width=column, height=height, class_="fill-lost"))
    width = step * len(periods)
    shapes.append(el("line", x1=0, y1=line, x2=width, y2=line, class_="axis"))
    new = sum(period.new_links or 0 for period in periods)
    lost = sum(period.lost_links for period in periods)
    return el(
        "svg",
        el("title", title, id="movement-title"),
        el("desc", f"{new:,} new and {lost:,} lost in {len(periods)} months.", id="movement-desc"),
        *shapes,
        class_="movement",
        role="img",
        aria_labelledby="movement-title movement-desc",
        view_box=f"0 -1 {width:g} 102",
        preserve_aspect_ratio="none",
    )


def hatch() -> Html:
    """The pattern for what is unknown, defined once for the page."""
    return el(
        "svg",
        el("defs", hatch_pattern()),
        class_="defs",
        aria_hidden="true",
        focusable="false",
        width=0,
        height=0,
    )


def hatch_pattern() -> Html:
    """The pattern itself."""
    return el(
        "pattern",
        el("rect", width=6, height=20, class_="hatch-ground"),
        el("rect", width=2.5, height=20, class_="hatch-line"),
        id="hatch",
        width=6,
        height=20,
        patternUnits="userSpaceOnUse",
    )
