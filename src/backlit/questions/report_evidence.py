"""The appendix of a report: links called risky or review, each with every point of its toxicity."""

from __future__ import annotations

from typing import Any

from backlit.questions.profile_format import number, plural
from backlit.questions.report_data import Evidence, EvidenceLink
from backlit.questions.report_html import Html, el
from backlit.questions.report_parts import heads, page_link, section, swatch
from backlit.text.visible import visible

_TEXT_CHARACTERS = 160


def evidence_section(found: Evidence) -> Html:
    """Link after link, the worst and weightiest first; what is left out is said first."""
    note = (
        "Points of toxicity, 0 to 100, that add up to the score of a link. Toxicity is likeness to link schemes on "
        "generated worlds; no search engine was asked."
    )
    if not found.links:
        told = "No link is called risky or review, so there is no evidence to show."
        return section("evidence", "Appendix: evidence", note, el("p", told, class_="say"))
    return section(
        "evidence",
        "Appendix: evidence",
        note,
        el("p", scope(found), class_="say"),
        *(_entry(at, link) for at, link in enumerate(found.shown, 1)),
    )


def scope(found: Evidence) -> str:
    """How many links speak, how many of them are told of, and where the rest is."""
    be = "is" if found.links == 1 else "are"
    text = (
        f"{plural(found.links, 'link')} from {plural(found.domains, 'domain')} {be} called risky "
        f"({number(found.risky)}) or review ({number(found.review)})."
    )
    if not found.left_out:
        return f"{text} All are told of here."
    text += (
        f" {plural(len(found.shown), 'link')} from {plural(found.covered, 'domain')} "
        f"{'is' if len(found.shown) == 1 else 'are'} told of here, at most {number(found.per_domain)} of one domain; "
        f"left out {'is' if found.left_out == 1 else 'are'} {number(found.left_out)}"
    )
    if found.domains > found.covered:
        text += f", among them all of {plural(found.domains - found.covered, 'domain')}"
    return f"{text}. The audit lists every one (backlit audit)."


def _entry(at: int, link: EvidenceLink) -> Html:
    name = f"evidence-{at}"
    quality = "unknown" if link.quality is None else f"{link.quality:g}"
    anchor = visible(link.anchor or "", _TEXT_CHARACTERS)
    rel = "unknown" if link.rel is None else visible(link.rel, 60) or "none"
    facts = [
        ("text", el("bdi", anchor, dir="auto") if anchor else "unknown" if link.anchor is None else "none"),
        ("rel", rel),
        ("placement", link.placement or "unknown"),
        ("seen", f"{link.first_seen or 'unknown'} to {link.last_seen or 'unknown'}"),
        ("page", _place(link)),
    ]
    if link.network:
        facts.append(("network", link.network))
    if link.decision:
        facts.append(("decided", link.decision))
    counted = "It may count" if link.counts == "counts" else f"It does not count: {link.counts}"
    cells = [el("div", el("dt", key), el("dd", value)) for key, value in facts]
    return el(
        "article",
        el(
            "h3",
            el("span", f"{number(at)}", class_="soft"),
            " ",
            swatch(link.verdict),
            f"{link.verdict}, toxicity {link.toxicity:g}, quality {quality}",
            id=name,
        ),
        el("p", page_link(link.source_url), " → ", page_link(link.target_url), class_="from-to"),
        el("p", f"{link.reason[:1].upper()}{link.reason[1:]}. {counted}.", class_="soft"),
        el("dl", *cells, class_="facts"),
        _points(link),
        class_="evidence",
        aria_labelledby=name,
    )


def _place(link: EvidenceLink) -> str:
    if link.archive_file is None:
        return "the index knows no archive that holds it"
    offset = "" if link.archive_offset is None else f", offset {link.archive_offset}"
    return f"{visible(link.archive_file, 120)}{offset}"


def _points(link: EvidenceLink) -> Html:
    rows = [
        el(
            "tr",
            el("td", points(item["points"])),
            el("td", visible(item["sentence"], 300), _clause(item), class_="text"),
            el("td", value(item.get("value")), class_="opt soft"),
            el("td", value(item.get("usual")), class_="opt soft"),
        )
        for item in link.items
    ]
    rows.append(
        el(
            "tr",
            el("td", f"{link.toxicity:g}"),
            el("td", "toxicity", class_="text"),
            el("td", class_="opt"),
            el("td", class_="opt"),
            class_="sum",
        )
    )
    columns = heads(("points", ""), ("why", "l"), ("value", "opt"), ("usual", "opt"))
    title = el("caption", "Points of toxicity", class_="vh")
    return el("table", title, columns, el("tbody", *rows), class_="points")


def points(given: float) -> str:
    """Points with their sign."""
    return f"{given:+.2f}".replace("-", "\u2212")


def value(given: Any) -> str:
    """A value that was measured, as people read it."""
    if given is None:
        return "–"
    if isinstance(given, bool):
        return "yes" if given else "no"
    if isinstance(given, (int, float)):
        return f"{given:,.2f}".rstrip("0").rstrip(".")
    return visible(str(given), 60)


def _clause(item: dict[str, Any]) -> Html | None:
    return el("span", f" {item['clause']}", class_="soft") if item.get("clause") else None
