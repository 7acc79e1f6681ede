"""The charts of a report as single SVG files for slides: a title, the chart, its words and figures, and its origin.

They are the shapes of the page (``report_charts``) with literal colours and generic fonts, so that presentation
programs, which know no style sheets from elsewhere and no variables, show them as they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from backlit.questions.profile_format import number, percent, plural
from backlit.questions.profile_show import band_edges, classes_by_links, last_months, shown_bands
from backlit.questions.report import asset
from backlit.questions.report_changes import bands_chart, headline
from backlit.questions.report_charts import Segment, bar, hatch_pattern, movement_chart, stacked
from backlit.questions.report_data import ReportData
from backlit.questions.report_html import Html, el
from backlit.questions.report_page import provenance_line
from backlit.questions.report_risk import quality_chart
from backlit.text.visible import visible

WIDTH, _SIDE, _TOP = 1280, 64, 150
_MONTHS = 36
_FONT = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


class Slide(NamedTuple):
    """One chart: its height in pixels (its width is ``WIDTH``), and its text."""

    svg: str
    height: int


class _Entry(NamedTuple):
    """A line of words below or beside a chart."""

    kind: str
    name: str
    figures: tuple[str, ...]


def slides(report: ReportData) -> dict[str, Slide]:
    """The charts of which there is something to show, by their name."""
    profile, found = report.profile, dict[str, Slide]()
    sections = report.order.sections
    if profile.found and "domains" in sections:
        bands = shown_bands(profile.bands)
        segments = [Segment(band.name, band.name, band.referring_domains) for band in bands]
        entries = [
            _Entry(
                band.name,
                f"{band.name} {band_edges(band)}".strip(),
                (
                    plural(band.referring_domains, "domain"),
                    f"{percent(band.share)} of known" if band.share is not None else "",
                ),
            )
            for band in bands
        ]
        title = f"{plural(profile.totals.referring_domains, 'referring domain')} by authority"
        found["bands"] = _stacked(report, title, segments, "bands", entries)
    if profile.found and "anchors" in sections and profile.anchors.classes:
        classes = classes_by_links(profile.anchors.classes)
        rows = [(cls.name, cls.share, (number(cls.links), percent(cls.share))) for cls in classes]
        found["anchors"] = _bars(report, f"What {plural(profile.anchors.classified, 'link')} say", rows)
    if profile.found and "links" in sections and profile.totals.links is not None:
        facet = profile.facets["placement"]
        rows = [(v.value, v.share, (number(v.links), percent(v.share))) for v in facet.values[:8]]
        if rows:
            found["placement"] = _bars(report, f"Where on the page {plural(facet.known, 'link')} stand", rows)
    months = last_months(profile.movement, _MONTHS)
    if profile.found and "history" in sections and len(months) > 1:
        new, lost = sum(m.new_links or 0 for m in months), sum(m.lost_links for m in months)
        entries = [_Entry("new", "new links", (number(new),)), _Entry("lost", "lost links", (number(lost),))]
        if months[0].new_links is None:
            entries.append(_Entry("unknown", "first look, cannot tell", ()))
        most = max(max(m.new_links or 0, m.lost_links) for m in months)
        entries.append(_Entry("none", f"highest month {number(most)}", ()))
        chart = movement_chart(months, "New and lost links by month")
        title = "New and lost links by month"
        found["history"] = _timeline(report, title, chart, months[0].period, months[-1].period, entries)
    risk = profile.risk
    if risk is not None and risk.judged_links and "risk" in sections:
        segments = [Segment(row.verdict, row.verdict, row.referring_domains) for row in risk.verdicts]
        entries = [
            _Entry(
                row.verdict, row.verdict, (plural(row.referring_domains, "domain"), plural(row.links, "link"))
            )
            for row in risk.verdicts
        ]
        title = f"{plural(risk.referring_domains, 'referring domain')} by verdict"
        found["verdicts"] = _stacked(report, title, segments, "verdicts", entries)
        quality = risk.quality_months[-_MONTHS:]
        if len(quality) > 1:
            bands_of = ("excellent", "okay", "weak", "unknown")
            entries = [
                _Entry(name, name, (number(sum(getattr(m, name) for m in quality)),)) for name in bands_of
            ]
            title = "New referring domains by quality of their best link"
            found["quality"] = _timeline(
                report, title, quality_chart(quality), quality[0].month, quality[-1].month, entries
            )
    if report.changes is not None and (slide := _changes(report)) is not None:
        found["changes"] = slide
    return found


def _changes(report: ReportData) -> Slide | None:
    changes = report.changes
    assert changes is not None
    chart = bands_chart(changes.bands, legend=False)
    if chart is None:
        return None
    shown = [band for band in changes.bands if band.gained or band.lost]
    step, left = 84, 260
    parts: list[Html] = [_placed(chart, left, _TOP + 40, WIDTH - left - _SIDE, step * len(shown))]
    for at, band in enumerate(shown):
        y = _TOP + 40 + at * step + step / 2
        parts += [
            _text(_SIDE, y + 8, band.name, "name"),
            _text(_SIDE, y + 36, f"+{band.gained:,}  \u2212{band.lost:,}", "note"),
        ]
    legend = _legend(
        [_Entry("lost", "lost, to the left", ()), _Entry("new", "gained, to the right", ())], _TOP
    )
    title = f"{changes.before} to {changes.after}: referring domains gained and lost"
    return _slide(report, title, headline(changes), [*legend, *parts], _TOP + 40 + step * len(shown) + 30)


def _stacked(
    report: ReportData, title: str, segments: Sequence[Segment], name: str, entries: Sequence[_Entry]
) -> Slide:
    chart = _placed(stacked(segments, name, title), _SIDE, _TOP, WIDTH - 2 * _SIDE, 96)
    top = _TOP + 96 + 56
    lines = _lines(entries, top)
    return _slide(report, title, None, [chart, *lines], top + 46 * len(entries))


def _bars(report: ReportData, title: str, rows: Sequence[tuple[str, float, tuple[str, ...]]]) -> Slide:
    most = max(share for _, share, _ in rows) or 1
    parts: list[Html] = []
    for at, (name, share, figures) in enumerate(rows):
        y = _TOP + 52 * at
        parts += [
            _text(_SIDE, y + 25, visible(name, 26), "name"),
            _placed(bar(share / most), 380, y, 560, 34),
            *(_text(1060 + 156 * i, y + 25, figure, "figure") for i, figure in enumerate(figures)),
        ]
    return _slide(report, title, None, parts, _TOP + 52 * len(rows) + 10)


def _timeline(
    report: ReportData, title: str, chart: Html, first: str, last: str, entries: Sequence[_Entry]
) -> Slide:
    width = WIDTH - 2 * _SIDE
    parts = [
        *_legend(entries, _TOP),
        _placed(chart, _SIDE, _TOP + 40, width, 300),
        _text(_SIDE, _TOP + 372, first, "note"),
        _text(WIDTH - _SIDE, _TOP + 372, last, "note end"),
    ]
    return _slide(report, title, None, parts, _TOP + 400)


def _lines(entries: Sequence[_Entry], top: float) -> list[Html]:
    parts: list[Html] = []
    for at, entry in enumerate(entries):
        y = top + 46 * at
        parts += [
            el("rect", x=_SIDE, y=y - 19, width=22, height=22, class_=f"fill-{entry.kind}"),
            _text(_SIDE + 38, y, entry.name, "name"),
            *(_text(720 + 260 * i, y, figure, "figure") for i, figure in enumerate(entry.figures)),
        ]
    return parts


def _legend(entries: Sequence[_Entry], y: float) -> list[Html]:
    parts: list[Html] = []
    left = float(_SIDE)
    for entry in entries:
        words = " ".join((entry.name, *entry.figures))
        if entry.kind != "none":
            parts.append(el("rect", x=left, y=y - 16, width=18, height=18, class_=f"fill-{entry.kind}"))
            left += 28
        parts.append(_text(left, y, words, "note"))
        left += 11.5 * len(words) + 36
    return parts


def _slide(report: ReportData, title: str, note: str | None, parts: Sequence[Html], height: float) -> Slide:
    whole = round(height + 66)
    label = visible(report.meta.label, 90)
    about = label if note is None else f"{label}: {note}"
    svg = el(
        "svg",
        el("title", title),
        el("style", Html(_style())),
        el("defs", hatch_pattern()),
        el("rect", x=0, y=0, width=WIDTH, height=whole, class_="paper"),
        _text(_SIDE, 72, visible(title, 74), "title"),
        _text(_SIDE, 108, visible(about, 120), "note"),
        *parts,
        _text(_SIDE, whole - 26, provenance_line(report), "origin"),
        xmlns="http://www.w3.org/2000/svg",
        width=WIDTH,
        height=whole,
        view_box=f"0 0 {WIDTH} {whole}",
        role="img",
    )
    return Slide(f'<?xml version="1.0" encoding="UTF-8"?>\n{svg}\n', whole)


def _text(x: float, y: float, words: str, css: str) -> Html:
    return el("text", words, x=x, y=y, class_=css)


def _placed(chart: Html, x: float, y: float, width: float, height: float) -> Html:
    """A chart of the page put at a place of the slide."""
    where = f'<svg x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"'
    return Html(chart.replace("<svg", where, 1))


@cache
def _style() -> str:
    """The colours of the page in the light, as they are, and the sizes of the words."""
    css = asset("charts.css")
    light = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{3,6});", asset("report.css").partition("}")[0]))
    rules = re.findall(
        r"^\.(fill-[a-z-]+|hatch-[a-z]+)((?:, \.[a-z-]+)*) \{ fill: ([^;]+); \}$", css, re.MULTILINE
    )
    shapes = [
        f".{name}{more} {{ fill: {re.sub(r'var[(]--([a-z]+)[)]', lambda m: light[m[1]], fill)}; }}"
        for name, more, fill in rules
    ]
    ink, soft = light["ink"], light["soft"]
    return "\n".join(
        [
            "",
            f".paper {{ fill: {light['paper']}; }}",
            f".axis {{ stroke: {soft}; stroke-width: 1.5; vector-effect: non-scaling-stroke; }}",
            f"text {{ font-family: {_FONT}; fill: {ink}; }}",
            ".title { font-size: 30px; font-weight: 600; }",
            ".name { font-size: 24px; }",
            ".figure { font-size: 24px; text-anchor: end; }",
            f".note {{ font-size: 21px; fill: {soft}; }}",
            ".end { text-anchor: end; }",
            f".origin {{ font-size: 17px; fill: {soft}; }}",
            *shapes,
            "",
        ]
    )
