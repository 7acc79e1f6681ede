"""How answers look in a notebook: small tables of HTML in which foreign text can be nothing but text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from backlit.questions.profile_format import decimal, number, percent, plural
from backlit.questions.report_html import Html, el, join
from backlit.text.visible import visible

if TYPE_CHECKING:
    from backlit.questions.profile_data import ProfileData
    from backlit.questions.result import Result

#: Characters of a cell; the whole of it is in the rows.
_CELL = 60
_NUMBER = "text-align:right"
_TEXT = "text-align:left"
_UNKNOWN = "text-align:left;opacity:.55"


def listing_html(title: str, answer: Result, most: int) -> str:
    """The first ``most`` rows of ``answer`` under their columns; what is unknown says so."""
    rows = list(_first(answer, most))
    head = el("tr", [el("th", name, style=_TEXT, scope="col") for name in answer.columns])
    body = [el("tr", [_cell(value) for value in row]) for row in rows]
    # A first page of rows says nothing of how many there are; where that was not counted, nor is it said.
    many = plural(answer.total, "row") if answer.total is not None else f"{plural(len(rows), 'row')} shown"
    shown = (
        f", the first {len(rows):,} shown" if answer.total is not None and len(rows) < answer.total else ""
    )
    return el(
        "div",
        el("p", el("strong", visible(title)), f": {many}{shown}"),
        el("table", el("thead", head), el("tbody", body)),
        [el("p", note) for note in answer.notes],
        el("p", answer.provenance.line, style="opacity:.75"),
    )


def _first(answer: Result, most: int) -> Iterable[Sequence[Any]]:
    for at, row in enumerate(answer.tuples()):
        if at == most:
            return
        yield row


def _cell(value: Any) -> Html:
    if value is None:
        return el("td", "unknown", style=_UNKNOWN)
    if isinstance(value, bool):
        return el("td", "yes" if value else "no", style=_TEXT)
    if isinstance(value, int):
        return el("td", str(value), style=_NUMBER)
    if isinstance(value, float):
        return el("td", decimal(value, 2), style=_NUMBER)
    if isinstance(value, datetime):
        return el(
            "td",
            value.date().isoformat() if value.time().isoformat() == "00:00:00" else str(value),
            style=_TEXT,
        )
    if isinstance(value, date):
        return el("td", value.isoformat(), style=_TEXT)
    return el("td", visible(str(value), _CELL), style=_TEXT)


def profile_html(found: ProfileData) -> str:
    """A profile in a dozen lines: verdict, key figures, and where they come from."""
    totals, follow, meta = found.totals, found.follow, found.meta
    figures = [
        ("Referring domains", number(totals.referring_domains)),
        ("Links", number(totals.links)),
        ("Followed", f"{percent(follow.share)} of {follow.follow_links + follow.nofollow_links:,} known"),
        ("Lost links", number(totals.lost_links)),
        ("Authority", "unknown" if found.authority.authority is None else
         f"{found.authority.authority:.0f} ({found.authority.band})"),
    ]  # fmt: skip
    origin = ", ".join(meta.origins) or "none"
    return el(
        "div",
        el("p", el("strong", visible(meta.label)), ": ", visible(found.verdict.headline)),
        el("ul", [el("li", visible(finding.text)) for finding in found.verdict.findings]),
        el("table", [el("tr", el("th", name, style=_TEXT, scope="row"), el("td", value, style=_NUMBER))
                     for name, value in figures]),
        el("p", f"Origin: {origin} · data of {meta.data_date or 'unknown date'} · generation {meta.generation}",
           style="opacity:.75"),
    )  # fmt: skip


def record_html(title: str, fields: Iterable[tuple[str, Any]]) -> str:
    """A record as a table of its plain fields."""
    rows = [el("tr", el("th", name, style=_TEXT, scope="row"), _cell(value)) for name, value in fields]
    return el("div", el("p", el("strong", visible(title))), el("table", join(rows)))
