"""The section of the HTML report on verdicts and risk."""

from __future__ import annotations

from collections.abc import Sequence

from backlit.questions.profile_format import number, percent, plural
from backlit.questions.report_charts import Segment, stacked
from backlit.questions.report_html import Html, el
from backlit.questions.report_parts import caption, heads, section, swatch
from backlit.questions.risk_data import QualityMonth, Risk
from backlit.text.visible import visible

_BANDS = ("excellent", "okay", "weak", "unknown")
_MONTHS = 36
_ABOUT = {
    "risky": "looks like part of a scheme that a reviewer could act on",
    "review": "the evidence does not suffice",
    "worthless": "passes nothing; do nothing about it",
    "fine": "nothing speaks against it",
}


def risk_section(risk: Risk, *, networks: bool = True) -> Html:
    """Verdicts, quality over time, clauses and (where they have no section of their own) networks."""
    return section(
        "risk",
        "How risky",
        f"{risk.basis[:1].upper()}{risk.basis[1:]}. Worthless is not risky: search engines ignore such links.",
        *_verdicts(risk),
        el("p", risk.summary, class_="say"),
        *_quality(risk),
        _clauses(risk),
        _networks(risk) if networks else None,
        _unjudged(risk),
    )


def networks_section(risk: Risk) -> Html:
    """The networks that carry most weight, each with what ties it together."""
    note = "Sites that belong together by what they share. A network is judged as one, and one decision is enough."
    if not risk.networks:
        told = el("p", "No network links to this target, as far as this index can tell.", class_="say")
        return section("networks", "Networks", note, told)
    proofs = [
        (
            el("dt", row.network),
            el("dd", "; ".join(visible(proof, 300) for proof in row.proofs) or "no proof is told"),
        )
        for row in risk.networks
    ]
    ties = el("div", el("p", "What ties them together:", class_="say"), el("dl", *proofs, class_="gaps"))
    return section("networks", "Networks", note, _networks(risk), ties)


def _verdicts(risk: Risk) -> list[Html]:
    chart = stacked(
        [Segment(row.verdict, row.verdict, row.referring_domains) for row in risk.verdicts],
        "verdicts",
        "Referring domains by verdict",
    )
    rows = [
        el(
            "tr",
            el("th", swatch(row.verdict), row.verdict, scope="row", class_="l"),
            el("td", _ABOUT[row.verdict], class_="l soft opt"),
            el("td", number(row.referring_domains)),
            el("td", number(row.links)),
            el("td", percent(getattr(risk.weight, row.verdict))),
        )
        for row in risk.verdicts
    ]
    columns = heads(("verdict", "l"), ("", "opt"), ("domains", ""), ("links", ""), ("of weight", ""))
    title = el("caption", "Links and referring domains by verdict", class_="vh")
    return [chart, el("table", title, columns, el("tbody", *rows))]


def _quality(risk: Risk) -> list[Html]:
    bands = [band for band in risk.quality if band.band != "unknown" or band.referring_domains]
    rows = [
        el(
            "tr",
            el("th", swatch(band.band), band.band, scope="row", class_="l"),
            el("td", quality_edges(band.low, band.high), class_="l soft"),
            el("td", number(band.referring_domains)),
            el("td", percent(band.share)),
        )
        for band in bands
    ]
    columns = heads(("quality", "l"), ("score", "l"), ("domains", ""), ("of known", ""))
    table = el(
        "table",
        caption("Quality of links", ", a domain by its best link"),
        columns,
        el("tbody", *rows),
    )
    months = risk.quality_months[-_MONTHS:]
    if len(months) < 2:
        return [table]
    legend = el(
        "ul", *(el("li", swatch(name), name) for name in _BANDS if any(getattr(m, name) for m in months)),
        class_="legend",
    )  # fmt: skip
    ends = el("p", el("span", months[0].month), el("span", months[-1].month), class_="ends")
    size = f"timeline size-{min(3, (len(months) + 8) // 9)}"
    chart = el(
        "div",
        el("p", "New referring domains by month first seen; months without any are left out.", class_="say"),
        legend,
        el("div", quality_chart(months), ends, class_=size),
    )
    return [table, chart]


def quality_edges(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return "unknown"
    top = high if high == 100 else high - 1
    return f"below {high:g}" if low <= 0 else f"{low:g}–{top:g}"


def quality_chart(months: Sequence[QualityMonth]) -> Html:
    """Columns of new domains, a month each, stacked by quality."""
    most = max((sum(getattr(month, name) for name in _BANDS) for month in months), default=0) or 1
    step, column = 10.0, 7.0
    shapes: list[Html] = []
    for at, month in enumerate(months):
        top = 100.0
        for name in _BANDS:
            height = 100 * getattr(month, name) / most
            if height:
                top -= height
                left = at * step + (step - column) / 2
                shapes.append(el("rect", x=left, y=top, width=column, height=height, class_=f"fill-{name}"))
    width = step * len(months)
    shapes.append(el("line", x1=0, y1=100, x2=width, y2=100, class_="axis"))
    every = sum(getattr(month, name) for month in months for name in _BANDS)
    return el(
        "svg",
        el("title", "New referring domains by month and quality", id="quality-title"),
        el("desc", f"{every:,} domains in {len(months)} months, at most {most:,} in one.", id="quality-desc"),
        *shapes,
        class_="movement",
        role="img",
        aria_labelledby="quality-title quality-desc",
        view_box=f"0 -1 {width:g} 102",
        preserve_aspect_ratio="none",
    )


def _clauses(risk: Risk) -> Html:
    rows = [
        el(
            "tr",
            el("th", row.clause, " ", el("span", row.about, class_="soft"), scope="row", class_="text"),
            el("td", swatch(row.level or "unknown"), row.level or "not told", class_="l"),
            el("td", number(row.referring_domains)),
            el("td", number(row.links), class_="opt"),
            el("td", percent(row.weight_share), class_="opt"),
        )
        for row in risk.clauses
    ]
    columns = heads(("clause", "l"), ("risk", "l"), ("domains", ""), ("links", "opt"), ("of weight", "opt"))
    of = ", of links called risky or review"
    return el("table", caption("By clause of the link-spam policy", of), columns, el("tbody", *rows))


def _networks(risk: Risk) -> Html | None:
    if not risk.networks:
        return None
    rows = [
        el(
            "tr",
            el(
                "th",
                row.network,
                el("br"),
                " ".join(row.proofs),
                el("br"),
                el("bdi", visible(row.examples, 200), class_="soft"),
                scope="row",
                class_="text",
            ),
            el("td", number(row.sites)),
            el("td", number(row.links), class_="opt"),
            el("td", percent(row.weight_share)),
        )
        for row in risk.networks
    ]
    columns = heads(("network", "l"), ("sites", ""), ("links", "opt"), ("of weight", ""))
    of = f", {number(len(rows))} of {number(risk.network_count)}"
    return el("table", caption("Networks with most weight", of), columns, el("tbody", *rows))


def _unjudged(risk: Risk) -> Html | None:
    if not risk.unjudged:
        return None
    entries = [
        (
            el("dt", gap.what),
            el("dd", f"{number(gap.count)} of {number(gap.of)} {gap.unit}: {gap.why}"),
        )
        for gap in risk.unjudged
    ]
    return el(
        "div",
        el("p", f"What could not be judged, of {plural(risk.live_links, 'live link')}:", class_="say"),
        el("dl", *entries, class_="gaps"),
    )
