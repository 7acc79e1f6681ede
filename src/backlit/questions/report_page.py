"""A report as one self-contained HTML file: its own words and logo, the sections asked for, an appendix.

Everything that holds of the profile's page holds here (see ``report``). A logo is a data address in an ``img``; the
policy in the page allows such pictures and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from string import Template

from backlit.questions import report_sections as sections
from backlit.questions.profile_data import ProfileData
from backlit.questions.profile_format import plural, score
from backlit.questions.report import asset, foot, keys, long_date, style, verdict
from backlit.questions.report_changes import changes_section
from backlit.questions.report_charts import hatch
from backlit.questions.report_data import ReportData, StrongLink
from backlit.questions.report_evidence import evidence_section
from backlit.questions.report_html import Html, el
from backlit.questions.report_order import SECTIONS
from backlit.questions.report_parts import caption, dated, heads, page_link, section, swatch
from backlit.questions.report_risk import networks_section, risk_section
from backlit.text.visible import visible

_TEXT_CHARACTERS = 120
#: What stands in the list of contents.
_TITLES = {
    "portrait": ("verdict", "Verdict and key figures"),
    "domains": ("sources", "Who links"),
    "links": ("links", "Strongest links"),
    "anchors": ("anchors", "What they say"),
    "pages": ("pages", "What they link to"),
    "origin": ("origin", "Where from"),
    "history": ("movement", "New and lost"),
    "changes": ("changes", "Before and after"),
    "risk": ("risk", "How risky"),
    "networks": ("networks", "Networks"),
    "unknown": ("unknown", "What is unknown"),
    "evidence": ("evidence", "Appendix: evidence"),
}


def report_page(report: ReportData) -> str:
    """The whole page."""
    line = provenance_line(report)
    told = [(name, _told(report, name)) for name in report.order.sections]
    shown = [(name, part) for name, part in told if part]
    main: list[object] = []
    for _, part in shown:
        main += [dated(one, line) for one in part]
    body = [
        hatch(),
        el("header", *_head(report, [name for name, _ in shown])),
        el("main", *main, *_notes(report)),
        foot(report.profile),
    ]
    return Template(asset("report.html")).substitute(
        title=escape(title_of(report)),
        css=f"{style()}\n{asset('report_full.css')}",
        pictures="; img-src data:" if report.order.logo is not None else "",
        body="\n".join(body),
    )


def title_of(report: ReportData) -> str:
    """The name of the report: its own words, or what it is about."""
    own = report.order.title
    return visible(own, 200) if own else f"Backlink report on {visible(report.meta.label, 120)}"


def provenance_line(report: ReportData) -> str:
    """Where every figure comes from, in a line."""
    meta = report.meta
    origins = ", ".join(meta.origins) or "nothing yet"
    return f"Origin: {origins}. Data to {meta.data_date or 'no date'}, generation {meta.generation}."


def footer_words(report: ReportData) -> str:
    """What stands at the foot of every printed page, beside its number."""
    client = report.order.client
    for_whom = f" · for {visible(client, 80)}" if client else ""
    return f"{title_of(report)}{for_whom} · {provenance_line(report)}"


def _head(report: ReportData, shown: list[str]) -> list[Html | None]:
    meta, order = report.meta, report.order
    label = visible(meta.label)
    of_target = el("bdi", label, dir="ltr")
    kind = "Backlink report"
    left = el("p", kind if order.client is None else f"{kind} for {visible(order.client, 200)}")
    right = el("p", f"Data to {long_date(meta.data_date)}" if meta.data_date else "No data yet")
    logo = None
    if order.logo is not None:
        width, height = _fitted(order.logo.width, order.logo.height)
        named = visible(order.client, 200) if order.client else ""
        picture = el("img", src=order.logo.data, alt=named, width=width, height=height)
        logo = el("p", picture, class_="logo")
    name = order.title
    heading = [el("h1", visible(name, 200), class_="long" if len(name) > 48 else None)] if name else [
        el("h1", of_target, class_="long" if len(label) > 48 else None)
    ]  # fmt: skip
    if name:
        heading.append(el("p", of_target, class_="about"))
    if meta.ascii is not None:
        heading.append(el("p", meta.ascii, class_="ascii"))
    links = [el("li", el("a", _TITLES[one][1], href=f"#{_TITLES[one][0]}")) for one in shown]
    contents = (
        el("nav", el("ol", *links), class_="contents", aria_label="Contents") if len(links) > 2 else None
    )
    return [
        logo,
        el("div", left, right, class_="mast"),
        *heading,
        _introduction(order.introduction),
        contents,
    ]


def _fitted(width: float | None, height: float | None) -> tuple[int | None, int | None]:
    """A size with the logo's proportions, within 220 by 64 pixels."""
    if not width or not height:
        return None, None
    scale = min(220 / width, 64 / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _introduction(text: str | None) -> Html | None:
    """Plain text: an empty line ends a paragraph, a line break stays one."""
    if not text:
        return None
    paragraphs: list[list[str]] = [[]]
    for line in text.splitlines():
        if shown := visible(line):
            paragraphs[-1].append(shown)
        elif paragraphs[-1]:
            paragraphs.append([])
    made = []
    for lines in paragraphs:
        parts: list[object] = []
        for at, line in enumerate(lines):
            parts += [el("br"), line] if at else [line]
        if parts:
            made.append(el("p", *parts, dir="auto"))
    return el("div", *made, class_="introduction")


def _told(report: ReportData, name: str) -> list[Html]:
    """The parts of one section; none where there is nothing to tell."""
    profile = report.profile
    if name == "portrait":
        return _portrait(profile)
    if name == "changes":
        return [changes_section(report.changes)] if report.changes is not None else []
    if not profile.found:
        return []
    risk = profile.risk
    if name == "risk":
        return [risk_section(risk, networks="networks" not in report.order.sections)] if risk else []
    if name == "networks":
        return [networks_section(risk)] if risk else []
    if name == "evidence":
        return [evidence_section(report.evidence)] if report.evidence is not None else []
    if profile.totals.links is None:
        made = _OF_GRAPH.get(name)
        part = made(profile) if made else None
        return [part] if part is not None else []
    if name == "links":
        return [_links(report.links or []), sections.manner(profile)]
    part = _OF_PROFILE[name](profile)
    return [part] if part is not None else []


def _portrait(profile: ProfileData) -> list[Html]:
    parts = [verdict(profile)]
    if profile.found:
        parts.append(keys(profile))
        if profile.totals.links is not None:
            parts.append(sections.spread(profile))
    return parts


_OF_PROFILE: dict[str, Callable[[ProfileData], Html | None]] = {
    "domains": sections.sources,
    "anchors": sections.anchors,
    "pages": sections.pages,
    "origin": sections.origin,
    "history": sections.movement,
    "unknown": sections.unknown,
}
_OF_GRAPH: dict[str, Callable[[ProfileData], Html | None]] = {
    "domains": sections.sources,
    "origin": sections.tlds,
    "unknown": sections.unknown,
}


def _links(links: list[StrongLink]) -> Html:
    rows = [
        el(
            "tr",
            el("td", page_link(row.source_url), *_text(row), class_="text"),
            el("td", swatch(row.band), score(row.authority)),
            el("td", {True: "yes", False: "no", None: "unknown"}[row.follow], class_="l"),
            el("td", row.placement or "unknown", class_="l opt"),
            el("td", row.first_seen or "–", class_="opt soft"),
        )
        for row in links
    ]
    columns = heads(
        ("page and text", "l"),
        ("authority", ""),
        ("followed", "l"),
        ("placement", "l opt"),
        ("first seen", "opt"),
    )
    of = f", {plural(len(rows), 'domain')}"
    table = el("table", caption("The best link of the strongest domains", of), columns, el("tbody", *rows))
    note = "One link of each domain: followed before others, in body text before elsewhere."
    return section("links", "Strongest links", note, table)


def _text(row: StrongLink) -> list[object]:
    text = visible(row.anchor or "", _TEXT_CHARACTERS)
    if not text:
        return []
    mark = [el("span", "alt", class_="mark")] if row.image else []
    return [" ", el("span", *mark, el("bdi", text, dir="auto"), class_="soft")]


def _notes(report: ReportData) -> list[Html]:
    missing = [one for one in SECTIONS if one not in report.order.sections and one != "changes"]
    says = list(report.says)
    if missing:
        says.append(f"Left out of this report: {', '.join(_TITLES[one][1].lower() for one in missing)}.")
    if report.order.introduction or report.order.title:
        says.append("The title and the introduction are the sender's own words; everything else is computed.")
    return [el("ul", *(el("li", visible(one)) for one in says), class_="says")] if says else []
