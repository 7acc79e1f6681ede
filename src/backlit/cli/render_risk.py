"""The risk of a target on the terminal, as parts of its profile."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from backlit.questions.profile_format import number, percent, plural
from backlit.questions.report_risk import quality_edges
from backlit.questions.risk_data import QualityMonth, Risk
from backlit.text.visible import visible

_VERDICTS = {"risky": "bold red", "review": "yellow", "worthless": "dim", "fine": "green"}
_LEVELS = {"high": "bold red", "medium": "yellow", "low": "", "none": "dim"}
_YEARS = 6


def risk_parts(risk: Risk, width: int) -> list[RenderableType]:
    """Verdicts, quality, clauses, networks and what could not be judged."""
    parts = [_verdicts(risk), _quality(risk), _clauses(risk)]
    if risk.networks:
        parts.append(_networks(risk, width))
    if risk.unjudged:
        parts.append(_unjudged(risk))
    return parts


def _verdicts(risk: Risk) -> RenderableType:
    shares = risk.weight
    grid = _grid(10, -9, -9, -14)
    grid.add_row("", _dim("domains"), _dim("links"), _dim("of weight"))
    for row in risk.verdicts:
        grid.add_row(
            Text(row.verdict, style=_VERDICTS[row.verdict]),
            number(row.referring_domains),
            number(row.links),
            percent(getattr(shares, row.verdict)),
        )
    return _titled("Verdicts", grid, f"of {plural(risk.judged_links, 'link')}; {risk.basis}")


def _quality(risk: Risk) -> RenderableType:
    grid = _grid(10, 9, -9, -9)
    for band in risk.quality:
        if band.band == "unknown" and not band.referring_domains:
            continue
        grid.add_row(
            band.band,
            _dim(quality_edges(band.low, band.high)),
            number(band.referring_domains),
            percent(band.share),
        )
    lines: list[RenderableType] = [Text(risk.summary), grid]
    years = by_year(risk.quality_months)[-_YEARS:]
    if years:
        table = _grid(10, *(-9 for _ in years))
        table.add_row(_dim("first seen"), *(_dim(year.month) for year in years))
        for name in ("excellent", "okay", "weak", "unknown"):
            counts = [getattr(year, name) for year in years]
            if any(counts):
                table.add_row(name, *(number(count) for count in counts))
        lines.append(table)
    return _titled("Quality of links", Group(*lines), "a domain counts by its best link")


def by_year(months: list[QualityMonth]) -> list[QualityMonth]:
    """The same by year, in ``month`` the year; years without a new domain are left out."""
    found: dict[str, QualityMonth] = {}
    for month in months:
        year = month.month[:4]
        sums = {
            name: getattr(month, name) + getattr(found.get(year), name, 0)
            for name in ("excellent", "okay", "weak", "unknown")
        }
        found[year] = QualityMonth(month=year, **sums)
    return list(found.values())


def _clauses(risk: Risk) -> RenderableType:
    grid = _grid(7, 10, -8, -7, -8, None)
    grid.add_row(_dim("level"), _dim("clause"), _dim("domains"), _dim("links"), _dim("weight"), "")
    for row in risk.clauses:
        if row.level in (None, "none"):
            continue
        grid.add_row(
            Text(row.level or "", style=_LEVELS[row.level or "none"]),
            row.clause,
            number(row.referring_domains),
            number(row.links),
            percent(row.weight_share),
            row.about,
        )
    none = [row.clause for row in risk.clauses if row.level == "none"]
    unmeasured = [row.clause for row in risk.clauses if row.level is None]
    lines: list[RenderableType] = [grid] if grid.row_count > 1 else []
    if none:
        lines.append(_dim(f"No risky or doubtful link under {', '.join(none)}."))
    if unmeasured:
        lines.append(_dim(f"Not told apart by what is measured: {', '.join(unmeasured)}."))
    return _titled("Risk by clause of the link-spam policy", Group(*lines))


def _networks(risk: Risk, width: int) -> RenderableType:
    grid = _grid(14, -7, -7, -9, None)
    grid.add_row(_dim("network"), _dim("sites"), _dim("links"), _dim("weight"), "")
    for row in risk.networks:
        said = " ".join(row.proofs) or row.examples
        grid.add_row(
            row.network,
            number(row.sites),
            number(row.links),
            percent(row.weight_share),
            visible(said, max(20, width - 45)),
        )
    return _titled("Networks", grid, f"the {len(risk.networks)} with most weight of {risk.network_count}")


def _unjudged(risk: Risk) -> RenderableType:
    grid = _grid(max(len(gap.what) for gap in risk.unjudged), None)
    for gap in risk.unjudged:
        grid.add_row(gap.what, _dim(f"{number(gap.count)} of {number(gap.of)} {gap.unit}: {gap.why}"))
    return _titled("What could not be judged, and why", grid)


def _dim(text: str) -> Text:
    return Text(text, style="dim")


def _titled(title: str, body: RenderableType, note: str | None = None) -> RenderableType:
    head = Text(title, style="bold")
    if note:
        head.append(f"  {note}", style="dim not bold")
    return Group(head, body)


def _grid(*widths: int | None) -> Table:
    """Columns of these widths, those of negative width set to the right."""
    grid = Table.grid(padding=(0, 1, 0, 0), pad_edge=False)
    for width in widths:
        right = width is not None and width < 0
        grid.add_column(width=None if width is None else abs(width), justify="right" if right else "left")
    return grid
