"""The sections of the HTML report, each a function of the profile."""

from __future__ import annotations

from backlit.questions.profile_data import Anchors, Facet, ProfileData
from backlit.questions.profile_format import number, part, percent, plural, score
from backlit.questions.profile_show import (
    FACET_TITLES,
    anchor_text,
    band_edges,
    classes_by_links,
    last_months,
    shown_bands,
    unknown_sentence,
    value_name,
)
from backlit.questions.report_charts import Segment, bar, movement_chart, stacked, two_bars
from backlit.questions.report_html import Html, el
from backlit.questions.report_parts import caption, domain_link, heads, page_link, section, swatch

_MONTHS = 36
_FACET_ROWS = 8
_ANCHOR_CHARACTERS = 160


def sources(profile: ProfileData) -> Html:
    bands = shown_bands(profile.bands)
    chart = stacked(
        [
            Segment(band.name, f"{band.name} {band_edges(band)}".strip(), band.referring_domains)
            for band in bands
        ],
        "bands",
        "Referring domains by authority band",
    )
    rows = []
    for band in bands:
        unknown = band.name == "unknown"
        share = f"of {number(profile.totals.referring_domains)}" if unknown else percent(band.share)
        rows.append(
            el(
                "tr",
                el("th", swatch(band.name), band.name, scope="row", class_="l"),
                el("td", band_edges(band) or "not ranked", class_="l soft"),
                el("td", number(band.referring_domains)),
                el("td", share, class_="soft" if unknown else None),
                el("td", number(band.links), class_="opt"),
            )
        )
    columns = heads(("band", "l"), ("authority", "l"), ("domains", ""), ("of known", ""), ("links", "opt"))
    bands_table = el(
        "table", el("caption", "Referring domains by authority", class_="vh"), columns, el("tbody", *rows)
    )
    return section(
        "sources",
        "Who links",
        "A few links from strong domains are worth more than many from weak ones. "
        "A low authority is weak, it is not bad.",
        chart,
        bands_table,
        _concentration(profile),
        _domains(profile),
    )


def _concentration(profile: ProfileData) -> Html | None:
    found = profile.concentration
    if found.top_1_share is None or found.top_domain is None or profile.totals.referring_domains < 2:
        return None
    gini = "" if found.gini is None else f" Gini of links over domains: {found.gini:.2f}."
    return el(
        "p",
        "The largest source, ",
        domain_link(found.top_domain),
        f", holds {percent(found.top_1_share)} of the links and "
        f"the ten largest {percent(found.top_10_share)}; "
        f"{plural(found.half_from or 0, 'domain')} hold{'s' if found.half_from == 1 else ''} half.{gini}",
        class_="say",
    )


def _domains(profile: ProfileData) -> Html:
    rows = [
        el(
            "tr",
            el("td", domain_link(row.domain), class_="text"),
            el("td", swatch(row.band), row.band, class_="l"),
            el("td", score(row.authority)),
            el("td", number(row.links)),
            el("td", number(row.follow_links), class_="opt"),
            el("td", number(row.content_links), class_="opt"),
            el("td", row.first_seen or "–", class_="opt soft"),
        )
        for row in profile.referring_domains
    ]
    columns = heads(
        ("domain", "l"), ("band", "l"), ("authority", ""), ("links", ""), ("followed", "opt"),
        ("in content", "opt"),
        ("first seen", "opt"),
    )  # fmt: skip
    of = f", {number(len(rows))} of {number(profile.totals.referring_domains)}"
    return el("table", caption("Strongest referring domains", of), columns, el("tbody", *rows))


def anchors(profile: ProfileData) -> Html:
    anchors = profile.anchors
    title = "What they say"
    note = (
        "The text of the links. Classes describe a text and accuse nobody; "
        "a keyword class is given only on evidence, and there is no universal limit for any share."
    )
    if not anchors.known:
        return section("anchors", title, note, el("p", "The text of no link is known.", class_="say"))
    rows = [
        el(
            "tr",
            el("td", _anchor(row.text, row.image, anchor_text(row, _ANCHOR_CHARACTERS)), class_="text"),
            el("td", row.cls, class_="l cls"),
            el("td", number(row.referring_domains)),
            el("td", number(row.links)),
            el("td", percent(row.share), class_="opt"),
        )
        for row in anchors.top
    ]
    columns = heads(("text", "l"), ("class", "l"), ("domains", ""), ("links", ""), ("of links", "opt"))
    of = f", {number(len(rows))} of {number(anchors.distinct)}"
    texts = el("table", caption("Most used anchors", of), columns, el("tbody", *rows))
    return section("anchors", title, note, _classes(anchors), texts)


def _anchor(text: str, image: bool, shown: str) -> list[Html]:
    if not shown:
        return [el("span", "(image without alt)" if image else "(no text)", class_="soft")]
    mark = [el("span", "alt", class_="mark")] if image else []
    return [*mark, el("bdi", shown, dir="auto")]


def _classes(anchors: Anchors) -> Html:
    classes = classes_by_links(anchors.classes)
    most = max(cls.share for cls in classes)
    rows = [
        el(
            "tr",
            el("th", cls.name, scope="row"),
            el("td", bar(cls.share / most), class_="graph"),
            el("td", number(cls.links)),
            el("td", percent(cls.share)),
            el("td", number(cls.sites), class_="opt"),
            el("td", percent(cls.site_share)),
        )
        for cls in classes
    ]
    columns = heads(
        ("class", "l"), ("", ""), ("links", ""), ("of links", ""), ("sites", "opt"), ("of sites", "")
    )
    of = f", {plural(anchors.classified, 'link')}; each site counts once a class"
    return el("table", caption("Classes of anchors", of), columns, el("tbody", *rows), class_="bars")


def manner(profile: ProfileData) -> Html:
    hidden = profile.facets["hidden"]
    if profile.hidden_links is None:
        hidden_text = "Whether links are hidden is unknown for all of them."
    elif profile.hidden_links:
        hidden_text = f"{part(profile.hidden_links, hidden.known)} links looked at are hidden from readers."
    else:
        hidden_text = f"None of {plural(hidden.known, 'link')} looked at is hidden from readers."
    return section(
        "manner",
        "How they link",
        "Where on the page a link stands, and what it is. Shares are of links for which it is known.",
        el(
            "div",
            *(_facet(profile.facets[name], name) for name in ("placement", "kind", "rel")),
            class_="three",
        ),
        el("p", hidden_text, class_="say"),
    )


def origin(profile: ProfileData) -> Html:
    facets = (_facet(profile.facets[name], name) for name in ("language", "tld", "depth"))
    return section(
        "origin",
        "Where from",
        "The pages that link: their language, their top-level domain, and how deep they were seen.",
        el("div", *facets, class_="three"),
    )


def tlds(profile: ProfileData) -> Html | None:
    if not profile.facets["tld"].values:
        return None
    note = "The top-level domains of those that link."
    return section(
        "origin", "Where from", note, el("div", _facet(profile.facets["tld"], "tld"), class_="three")
    )


def _facet(facet: Facet, name: str) -> Html:
    shown = facet.values[:_FACET_ROWS]
    most = max((value.share for value in shown), default=1.0)
    rows = [
        el(
            "tr",
            el("th", el("bdi", value_name(facet, value)), scope="row", title=value_name(facet, value)),
            el("td", bar(value.share / most), class_="graph"),
            el("td", number(value.referring_domains if value.links is None else value.links)),
            el("td", percent(value.share)),
        )
        for value in shown
    ]
    unit = "domain" if shown and shown[0].links is None else "link"
    if facet.distinct > len(shown):
        more = f"{number(facet.distinct - len(shown))} more"
        rows.append(_plain_row(more, ""))
    if facet.unknown:
        rows.append(_plain_row("unknown", number(facet.unknown)))
    title = dict(FACET_TITLES)[name]
    return el(
        "table", caption(title, f", {plural(facet.known, unit)}"), el("tbody", *rows), class_="bars narrow"
    )


def _plain_row(name: str, figure: str) -> Html:
    return el("tr", el("th", name, scope="row"), el("td"), el("td", figure), el("td"), class_="soft")


def pages(profile: ProfileData) -> Html:
    rows = [
        el(
            "tr",
            el("td", page_link(row.url), class_="text"),
            el("td", number(row.referring_domains)),
            el("td", number(row.links)),
            el("td", percent(row.share), class_="opt"),
            el("td", number(row.follow_links), class_="opt"),
            el("td", number(row.lost_links), class_="opt"),
        )
        for row in profile.target_pages
    ]
    columns = heads(
        ("page", "l"),
        ("domains", ""),
        ("links", ""),
        ("of links", "opt"),
        ("followed", "opt"),
        ("lost", "opt"),
    )
    of = f", {number(len(rows))} of {number(profile.totals.target_pages)}"
    table = el("table", caption("Pages linked to", of), columns, el("tbody", *rows))
    return section(
        "pages", "What they link to", "Pages of the target, those with most referring domains first.", table
    )


def movement(profile: ProfileData) -> Html:
    found = profile.movement
    title, note = (
        "New and lost",
        (
            "New is first seen by this index or by the tool that told it. "
            "Lost is only what a later look at the page "
            "did not find, or whose page is gone."
        ),
    )
    if found.start is None or found.end is None:
        return section("movement", title, note, el("p", "No link carries a date.", class_="say"))
    if found.new_links is None:
        new = "what is new cannot be told; the section on what is unknown says why."
    else:
        new = f"{plural(found.new_links, 'new link')} and {plural(found.new_domains or 0, 'new domain')}."
    domains = plural(found.lost_domains or 0, "domain")
    lost = f"{plural(found.lost_links or 0, 'link')} lost, {domains} lost with all links."
    span = f"In {found.window_days} days, {found.start} to {found.end}: "
    parts: list[Html] = [el("p", span, new, " ", lost, class_="say")]
    months = last_months(found, _MONTHS)
    if len(months) > 1:
        most = max(max(month.new_links or 0, month.lost_links) for month in months)
        legend = el(
            "ul",
            el("li", swatch("new"), "new links, above the line"),
            el("li", swatch("lost"), "lost links, below it"),
            el("li", swatch("unknown"), "first look, cannot tell") if months[0].new_links is None else None,
            el("li", f"highest month {number(most)}"),
            class_="legend",
        )
        ends = el("p", el("span", months[0].period), el("span", months[-1].period), class_="ends")
        size = f"timeline size-{min(3, (len(months) + 8) // 9)}"
        chart = el(
            "div", legend, el("div", movement_chart(months, "New and lost links by month"), ends, class_=size)
        )
        rows = [
            el(
                "tr",
                el("th", month.period, scope="row", class_="l"),
                el("td", "unknown" if month.new_links is None else number(month.new_links)),
                el("td", number(month.lost_links)),
                el("td", "unknown" if month.new_domains is None else number(month.new_domains)),
                el("td", number(month.lost_domains)),
            )
            for month in months
        ]
        columns = heads(("month", "l"), ("new links", ""), ("lost", ""), ("new domains", ""), ("lost", ""))
        table = el("table", el("caption", "New and lost by month", class_="vh"), columns, el("tbody", *rows))
        parts += [chart, el("details", el("summary", "Figures by month"), table)]
    return section("movement", title, note, *parts)


def spread(profile: ProfileData) -> Html:
    rows = []
    for found in profile.diversity:
        effective = found.effective or 0.0
        rows.append(
            el(
                "tr",
                el("th", found.name, scope="row"),
                el("td", two_bars(1.0, effective / found.distinct) if found.distinct else "", class_="graph"),
                el("td", number(found.distinct)),
                el("td", "–" if found.effective is None else f"{found.effective:,.1f}"),
                el("td", number(found.unknown) if found.unknown else "–", class_="opt soft"),
            )
        )
    columns = heads(("", "l"), ("", ""), ("number", ""), ("effective", ""), ("links unknown", "opt"))
    table = el("table", caption("Diversity", ", by links"), columns, el("tbody", *rows), class_="bars")
    return section(
        "diversity",
        "How varied",
        "The effective number says how many equally frequent ones would be as varied: "
        "much below the number itself, a few dominate.",
        table,
    )


def unknown(profile: ProfileData) -> Html | None:
    if not profile.unknown:
        return None
    entries = [(el("dt", gap.what), el("dd", unknown_sentence(gap))) for gap in profile.unknown]
    return section(
        "unknown",
        "What is unknown",
        "Unknown counts for nothing and against nobody.",
        el("dl", *entries, class_="gaps"),
    )


#: All sections, in the order of the page.
ALL = (sources, anchors, manner, origin, pages, movement, spread, unknown)
#: Those that say something where only domains are known.
OF_DOMAINS = (sources, tlds, unknown)
