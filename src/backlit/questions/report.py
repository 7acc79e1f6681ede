"""A profile as one self-contained HTML file: no script, no request, print and dark styles.

The page is made of sections with their heading in a margin column. Everything written by
strangers goes through ``visible`` (acting characters shown) and through ``el`` (markup
escaped), stands in a ``bdi`` so that its direction stays its own, and is linked only when it
is an http address, with a ``rel`` that passes nothing on.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from html import escape
from importlib import resources
from string import Template

from backlit.questions import report_sections as sections
from backlit.questions.profile_data import ProfileData
from backlit.questions.profile_format import number, percent, percentile, plural, score
from backlit.questions.profile_unknown import ranked_graph
from backlit.questions.report_charts import hatch
from backlit.questions.report_html import Html, el
from backlit.questions.report_risk import risk_section
from backlit.text.visible import visible

_ASSETS = "report_assets"
_MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
#: What a kind of target covers.
_COVERS = {
    "domain": "all hosts of the domain",
    "host": "the host and those below it",
    "prefix": "all addresses that start so",
    "url": "one address",
}


def html_report(profile: ProfileData) -> str:
    """The whole page."""
    main = [verdict(profile)]
    if profile.found:
        main.append(keys(profile))
        shown = sections.ALL if profile.totals.links is not None else sections.OF_DOMAINS
        parts = [part for part in (section(profile) for section in shown) if part is not None]
        if profile.risk is not None:
            parts.insert(1, risk_section(profile.risk))
        main += parts
    body = [hatch(), el("header", *_head(profile)), el("main", *main), foot(profile)]
    return Template(asset("report.html")).substitute(
        title=escape(f"Backlink profile of {visible(profile.meta.label, 120)}"),
        css=style(),
        pictures="",
        body="\n".join(body),
    )


@cache
def asset(name: str) -> str:
    """A file of the style of reports."""
    return resources.files("backlit.questions").joinpath(_ASSETS, name).read_text("utf-8").rstrip()


def style() -> str:
    """The style sheet of a report; charts come first, so that what stands in print and on phones wins."""
    return f"{asset('charts.css')}\n{asset('report.css')}"


def _head(profile: ProfileData) -> list[Html]:
    meta = profile.meta
    label = visible(meta.label)
    name = [el("h1", el("bdi", label, dir="ltr"), class_="long" if len(label) > 48 else None)]
    if meta.ascii is not None:
        name.append(el("p", meta.ascii, class_="ascii"))
    dated = f"Data to {long_date(meta.data_date)}" if meta.data_date else "No data yet"
    return [
        el(
            "div",
            el("p", f"Backlink profile: {_COVERS.get(meta.kind, meta.kind)}"),
            el("p", dated),
            class_="mast",
        ),
        *name,
    ]


def verdict(profile: ProfileData) -> Html:
    """The headline and what it rests on."""
    findings = [el("li", visible(finding.text)) for finding in profile.verdict.findings]
    return el(
        "section",
        el("h2", "Verdict", id="verdict", class_="vh"),
        el("p", visible(profile.verdict.headline), class_="headline"),
        el("ul", *findings) if findings else None,
        class_="verdict",
        aria_labelledby="verdict",
    )


def keys(profile: ProfileData) -> Html:
    """The four key figures."""
    totals, follow, authority = profile.totals, profile.follow, profile.authority
    known = follow.follow_links + follow.nofollow_links
    if authority.authority is None:
        standing = f"not in the {ranked_graph(profile.meta.authority_release)}"
    else:
        standing = f"{authority.band}; rank {number(authority.rank)} of {number(authority.ranked_domains)}"
        if authority.percentile is not None:
            standing += f", above {percentile(authority.percentile)}"
    hosts = (
        "of unknown rel and kind"
        if totals.links is None
        else f"{plural(totals.referring_hosts or 0, 'host')}, {plural(totals.referring_sites or 0, 'site')}"
    )
    cells = [
        (
            "Referring domains",
            number(totals.referring_domains),
            f"{hosts}; {number(totals.lost_domains)} lost",
        ),
        (
            "Backlinks",
            number(totals.links),
            f"on {plural(totals.referring_pages or 0, 'page')}; {number(totals.lost_links)} lost"
            if totals.links is not None
            else "a web graph knows none",
        ),
        (
            "Followed",
            percent(follow.share),
            f"of {plural(known, 'link')} of known rel" if known else "rel is known of no link",
        ),
        ("Authority in this index", score(authority.authority), standing),
    ]
    blocks = [
        el("div", el("dt", name), el("dd", figure, class_="big"), el("dd", note, class_="note"))
        for name, figure, note in cells
    ]
    return el(
        "section",
        el("h2", "Key figures", id="keys", class_="vh"),
        el("dl", *blocks, class_="keys"),
        aria_labelledby="keys",
    )


def foot(profile: ProfileData) -> Html:
    """Where the figures come from."""
    meta = profile.meta
    snapshots = plural(meta.snapshots or 0, "snapshot")
    if meta.first_snapshot and meta.first_snapshot != meta.data_date:
        snapshots += f", {meta.first_snapshot} to {meta.data_date}"
    elif meta.data_date:
        snapshots += f" of {meta.data_date}"
    facts = [
        ("Data", f"{snapshots}; from {', '.join(meta.origins) or 'nothing yet'}"),
        ("Index", f"generation {meta.generation}; {plural(meta.domains_in_index or 0, 'domain')}"),
        ("Made by", f"backlit {meta.backlit}, settings {meta.settings}"),
        ("Authority", f"{meta.authority_basis}."),
    ]
    entries = [(el("dt", name), el("dd", text)) for name, text in facts]
    return el(
        "footer",
        el("dl", *entries),
        el(
            "p",
            "All figures are of live links unless they are called lost, "
            "and of this index, not of the whole web.",
        ),
    )


def long_date(day: str) -> str:
    """``2026-06-20`` as ``20 June 2026``."""
    try:
        found = date.fromisoformat(day)
    except ValueError:
        return day
    return f"{found.day} {_MONTH_NAMES[found.month - 1]} {found.year}"
