"""The section of a report on what came and went between two dates."""

from __future__ import annotations

from collections.abc import Sequence

from backlit.questions.changes_data import BandMoved, Changes, DomainMoved, LinkLost, Moved
from backlit.questions.profile_format import number, plural, score
from backlit.questions.report_html import Html, el
from backlit.questions.report_parts import caption, domain_link, heads, page_link, section, swatch
from backlit.text.visible import visible

_TEXT_CHARACTERS = 120
_REASONS = {"removed": "removed from the page", "gone": "page is gone"}


def changes_section(found: Changes) -> Html:
    """Counts, bands, what was lost that mattered, domains, anchors and pages."""
    note = (
        f"What stood at the end of {found.before}, and what at the end of {found.after}. "
        "Bands are by today's authority."
    )
    return section(
        "changes",
        "Before and after",
        note,
        el("p", headline(found), class_="say"),
        _counts(found),
        _bands(found.bands),
        _mattered(found),
        _domains("Strongest domains gained", "first link", found.gained_domains, found.domains.gained, "+"),
        _domains("Strongest domains lost", "lost on", found.lost_domains, found.domains.lost, "\u2212"),
        _values("Anchors that changed most", "text", _anchor_rows(found), found.anchors_changed),
        _values("Pages that changed most", "page", _page_rows(found), found.pages_changed),
        el("ul", *(el("li", said) for said in found.says), class_="says"),
    )


def headline(found: Changes) -> str:
    """Gained and lost in a sentence."""
    links, domains = found.links, found.domains
    text = (
        f"{plural(domains.gained, 'referring domain')} and {plural(links.gained, 'link')} gained, "
        f"{plural(domains.lost, 'domain')} and {plural(links.lost, 'link')} lost."
    )
    if links.unknown:
        text += f" Of {plural(links.unknown, 'more link')} it cannot be told."
    if links.passed:
        text += f" {plural(links.passed, 'link')} came and went in between."
    return text


def _counts(found: Changes) -> Html:
    rows = [_moved("domains", found.domains), _moved("links", found.links)]
    columns = heads(
        ("", "l"), ("before", ""), ("gained", ""), ("lost", ""), ("after", ""), ("stayed", "opt"),
        ("unknown", ""),
    )  # fmt: skip
    title = el("caption", "Links and referring domains before and after", class_="vh")
    return el("table", title, columns, el("tbody", *rows))


def _moved(name: str, moved: Moved) -> Html:
    return el(
        "tr",
        el("th", name, scope="row", class_="l"),
        el("td", number(moved.before)),
        el("td", signed(moved.gained, "+")),
        el("td", signed(moved.lost, "\u2212")),
        el("td", number(moved.after)),
        el("td", number(moved.stayed), class_="opt"),
        el("td", number(moved.unknown), class_="soft"),
    )


def signed(count: int, sign: str) -> str:
    """A count with its sign, none at zero."""
    return f"{sign}{count:,}" if count else "0"


def _bands(bands: Sequence[BandMoved]) -> Html:
    rows = [
        el(
            "tr",
            el("th", swatch(band.name), band.name, scope="row", class_="l"),
            el("td", number(band.before)),
            el("td", signed(band.gained, "+")),
            el("td", signed(band.lost, "\u2212")),
            el("td", number(band.after)),
        )
        for band in bands
        if band.name != "unknown" or band.before or band.after or band.gained or band.lost
    ]
    columns = heads(("band", "l"), ("before", ""), ("gained", ""), ("lost", ""), ("after", ""))
    chart = bands_chart(bands)
    table = el("table", caption("Referring domains by authority band", ""), columns, el("tbody", *rows))
    return el("div", chart, table) if chart is not None else table


def bands_chart(bands: Sequence[BandMoved], *, legend: bool = True) -> Html | None:
    """Gained to the right of a line and lost to the left of it, a bar a band, one scale for all.

    With a ``legend`` the names stand beside it, in HTML.
    """
    shown = [band for band in bands if band.gained or band.lost]
    most_lost = max((band.lost for band in shown), default=0)
    most = most_lost + max((band.gained for band in shown), default=0)
    if not most:
        return None
    line = 200 * most_lost / most
    shapes: list[Html] = []
    for at, band in enumerate(shown):
        top = at * 12.0 + 1
        for count, kind in ((band.lost, "lost"), (band.gained, "new")):
            if count:
                width = max(200 * count / most, 0.6)
                left = line - width if kind == "lost" else line
                shapes.append(el("rect", x=left, y=top, width=width, height=10, class_=f"fill-{kind}"))
    height = 12 * len(shown)
    shapes.append(el("line", x1=line, y1=0, x2=line, y2=height, class_="axis"))
    words = "; ".join(f"{band.name} {band.gained:,} gained, {band.lost:,} lost" for band in shown)
    chart = el(
        "svg",
        el("title", "Referring domains gained and lost by authority band", id="moved-title"),
        el("desc", f"{words}.", id="moved-desc"),
        *shapes,
        class_=f"moved rows-{len(shown)}",
        role="img",
        aria_labelledby="moved-title moved-desc",
        view_box=f"0 0 200 {height}",
        preserve_aspect_ratio="none",
    )
    if not legend:
        return chart
    names = [el("li", swatch(band.name), band.name) for band in shown]
    key = el(
        "ul", el("li", swatch("lost"), "lost, to the left"), el("li", swatch("new"), "gained, to the right"),
        class_="legend",
    )  # fmt: skip
    return el("div", key, el("div", el("ul", *names, class_="beside"), chart, class_="with-names"))


def _mattered(found: Changes) -> Html:
    if not found.mattered_links:
        return el(
            "p",
            "No followed link of a domain that is at least okay was lost between the two dates, as far as is known.",
            class_="say",
        )
    rows = [_lost(row) for row in found.mattered]
    columns = heads(("page and text", "l"), ("authority", ""), ("lost on", ""), ("how", "l opt"))
    of = f", {number(len(rows))} of {number(found.mattered_links)} from {plural(found.mattered_domains, 'domain')}"
    return el(
        "table",
        caption("Lost that mattered: followed, from a domain that is at least okay", of),
        columns,
        el("tbody", *rows),
    )


def _lost(row: LinkLost) -> Html:
    text = visible(row.anchor or "", _TEXT_CHARACTERS)
    said = [" ", el("span", el("bdi", text, dir="auto"), class_="soft")] if text else []
    return el(
        "tr",
        el("td", page_link(row.source_url), *said, class_="text"),
        el("td", swatch(row.band), score(row.authority)),
        el("td", row.lost_at),
        el("td", _REASONS.get(row.reason or "", "unknown"), class_="l soft opt"),
    )


def _domains(title: str, day: str, rows: Sequence[DomainMoved], count: int, sign: str) -> Html | None:
    if not rows:
        return None
    cells = [
        el(
            "tr",
            el("td", domain_link(row.domain), class_="text"),
            el("td", swatch(row.band), row.band, class_="l"),
            el("td", score(row.authority)),
            el("td", signed(row.links, sign)),
            el("td", number(row.follow_links), class_="opt"),
            el("td", row.day or "–", class_="soft opt"),
        )
        for row in rows
    ]
    columns = heads(
        ("domain", "l"), ("band", "l"), ("authority", ""), ("links", ""), ("followed", "opt"), (day, "opt")
    )
    of = f", {number(len(rows))} of {number(count)}"
    return el("table", caption(title, of), columns, el("tbody", *cells))


def _anchor_rows(found: Changes) -> list[tuple[object, int, int]]:
    rows: list[tuple[object, int, int]] = []
    for row in found.anchors:
        text = visible(row.text, _TEXT_CHARACTERS)
        shown = el("bdi", text, dir="auto") if text else el("span", "(no text)", class_="soft")
        rows.append((shown, row.gained, row.lost))
    return rows


def _page_rows(found: Changes) -> list[tuple[object, int, int]]:
    return [(page_link(row.url), row.gained, row.lost) for row in found.pages]


def _values(title: str, name: str, rows: Sequence[tuple[object, int, int]], count: int) -> Html | None:
    if not rows:
        return None
    cells = [
        el(
            "tr",
            el("td", value, class_="text"),
            el("td", signed(gained, "+")),
            el("td", signed(lost, "\u2212")),
        )
        for value, gained, lost in rows
    ]
    of = f", {number(len(rows))} of {number(count)}"
    columns = heads((name, "l"), ("gained", ""), ("lost", ""))
    return el("table", caption(title, of), columns, el("tbody", *cells))
