"""One verdict in full: every point of both scores, the words around the link, where it stands, and the decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from backlit.errors import InputError
from backlit.questions.report_html import el
from backlit.server.dashboard import deciding, judging
from backlit.server.dashboard.page import Page
from backlit.server.dashboard.view import View

#: Parts of a page, where they usually stand: x, y, width and height on a picture of 136 by 154.
_PARTS = {
    "header": (4, 4, 128, 22),
    "nav": (4, 29, 128, 14),
    "content": (4, 46, 88, 52),
    "list": (4, 101, 42, 12),
    "comment": (49, 101, 43, 12),
    "sidebar": (95, 46, 37, 67),
    "footer": (4, 116, 128, 34),
}


def show(view: View) -> dict[str, Any]:
    """The panel; 404 where there is no such judged link."""
    from backlit.questions.audit_queue import audit_row
    from backlit.questions.explain import explain
    from backlit.questions.listing import provenance

    name = view.path("link")
    if not name.removeprefix("-").isdecimal() or len(name) > 20:
        raise InputError(f"{name[:40]!r} is no link_id: open the evidence from the audit.")
    judged = judging.links(view)
    if judged.links is None:
        return judged.page
    row = audit_row(view.reader, view.target, judged.links, int(name), view.settings)
    if row is None:
        return {"status": 404, "template": "no_evidence.html"}
    [one] = explain(view.index, int(name), view.target.domain, settings=view.settings)
    history = deciding.log(view)
    of_row = [("link", str(row["pair_id"])), *(("domain", host) for host in _hosts(row["source_host"]))]
    if row["network"]:
        of_row.append(("network", row["network"]))
    return {
        "one": one,
        "row": row,
        "toxicity": _items(one.evidence, "up"),
        "toxicity_sum": sum(item["points"] for item in one.evidence),
        "quality": _items(one.quality_terms, "worth"),
        "quality_sum": sum(item["points"] for item in one.quality_terms if item["points"] is not None),
        "page_picture": page_picture(one.placement),
        "place": where_stands(view, one.source_url, row["source_domain"]),
        "history": [entry for entry in reversed(history) if (entry["scope"], entry["key"]) in of_row],
        "scopes": [(scope, f"{scope}:{key}") for scope, key in _scopes(row)],
        "signed": signed,
        "source_of": provenance(view.reader),
        **deciding.about(view),
        **judging.shown(),
    }


def signed(points: float) -> str:
    """Points with their sign."""
    return f"{points:+.2f}".replace("-", "\u2212")


def _items(items: Sequence[Mapping[str, Any]], css: str) -> list[dict[str, Any]]:
    """Items with the bar of their points, one after the other: each begins where the one before ended."""
    sums = [0.0]
    for item in items:
        sums.append(sums[-1] + (item["points"] or 0.0))
    low, high = min(sums), max(100.0, *sums)
    return [
        {**item, "bar": None if item["points"] is None else _bar(at, item["points"], css, low, high)}
        for item, at in zip(items, sums, strict=False)
    ]


def _bar(at: float, points: float, css: str, least: float, most: float) -> Markup:
    """A step of a stair: from the sum before an item to the sum with it, on a scale of all sums; a line at 0."""
    scale = 100 / (most - least)
    low, high = sorted(((at - least) * scale, (at + points - least) * scale))
    kind = css if points > 0 else "down"
    return Markup(
        el(
            "svg",
            el("path", d=f"M{round(-least * scale, 2)} 0V20", class_="zero-line"),
            el("rect", x=round(low, 2), y=4, width=max(round(high - low, 2), 0.8), height=12, class_=kind),
            view_box="0 0 100 20",
            preserve_aspect_ratio="none",
            aria_hidden="true",
            focusable="false",
        )
    )


def page_picture(placement: str | None) -> Markup:
    """A page with its parts, and the one the link stands in filled; none of them where that is unknown."""
    parts = []
    for name, (x, y, width, height) in _PARTS.items():
        on = "on" if name == placement else None
        parts.append(el("rect", x=x, y=y, width=width, height=height, class_=on))
        parts.append(el("text", name, x=x + width / 2, y=y + height / 2 + 3, class_=on))
    return Markup(
        el("svg", parts, class_="page-picture", view_box="0 0 136 154", aria_hidden="true", focusable="false")
    )


def where_stands(view: View, url: str, domain: str) -> dict[str, Any]:
    """What is known of the page the link stands on: its title, and how many links it has; None what is not."""
    rows = view.reader.query(
        f"SELECT title, external_links, internal_links FROM {view.reader.pages_sql(domain)} WHERE url = ? LIMIT 1",
        [url],
    ).to_pylist()
    return rows[0] if rows else dict.fromkeys(("title", "external_links", "internal_links"))


def _hosts(host: str) -> list[str]:
    labels = host.split(".")
    return [".".join(labels[at:]) for at in range(len(labels))]


def _scopes(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    found = [("link", str(row["link_id"])), ("domain", row["source_domain"])]
    if row["source_host"] not in (row["source_domain"], f"www.{row['source_domain']}"):
        found.insert(1, ("domain", row["source_host"]))
    if row["network"]:
        found.append(("network", row["network"]))
    return found


PAGE = Page(
    name="evidence", path="/audit/links/{link}", group="risk", order=12, show=show, act=deciding.decide, nav=False,
)  # fmt: skip
