"""Targets side by side, and what they share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from markupsafe import Markup

from backlit.errors import InputError
from backlit.questions.chance_columns import COMPARISON
from backlit.questions.report_charts import bar
from backlit.server.dashboard import format as shown
from backlit.server.dashboard import versus
from backlit.server.dashboard.cells import authority
from backlit.server.dashboard.listing import Choice, label
from backlit.server.dashboard.page import Page
from backlit.server.dashboard.pages.gap import found_rivals
from backlit.server.dashboard.strings import text_or
from backlit.server.dashboard.view import View, address

#: The rows of the table, in parts; the first column of each part is drawn against the largest of its row.
PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("reach", ("referring_domains", "referring_sites", "links", "authority")),
    ("strength", ("excellent_domains", "okay_domains", "weak_domains", "unranked_domains")),
    ("kind", ("follow_share", "follow_links", "nofollow_links", "content_share", "content_links")),
    ("movement", ("new_domains", "lost_domains")),
    ("common", ("shared_domains", "shared_share", "jaccard")),
)
_SHARES = frozenset(("follow_share", "content_share", "shared_share", "jaccard"))
_OFFERED = 10


class Row(NamedTuple):
    """One figure of all targets: its name, its meaning, and a cell and a bar for each."""

    name: str
    label: str
    says: str
    cells: list[tuple[Markup | str, Markup | None]]


def show(view: View) -> dict[str, Any]:
    """The table; without others than the target the ways to name some."""
    from backlit.questions.compare import compare

    names = versus.rivals_of(view)
    about: dict[str, Any] = {
        "rivals": versus.shown(view, names),
        "kept": versus.kept(view, names), "most": view.settings.gap.most_rivals, "problem": None, "found": None,
        "sides": None,
    }  # fmt: skip
    if not names:
        return about | {"found": found_rivals(view, _OFFERED)}
    days = view.whole("days", view.settings.profile.new_lost_days, 100_000)
    try:
        versus.read(names)
        answer = compare(view.index_or_release(), [view.target, *names], days=days, settings=view.settings)
    except InputError as error:
        return about | {"problem": str(error), "status": 400}
    rows = answer.rows()
    return about | {
        "sides": [row["target"] for row in rows],
        "figures": [(name, [_row(view, column, rows) for column in columns]) for name, columns in PARTS],
        "overlap": answer.summary,
        "matrix": _matrix(answer.summary),
        "notes": answer.notes,
        "provenance_of": answer.provenance,
        "files": _files(view, names, days),
        "days": days,
    }


def _row(view: View, column: str, rows: list[dict[str, Any]]) -> Row:
    [says] = [says for name, _, says in COMPARISON if name == column]
    values = [row[column] for row in rows]
    most = (
        1.0
        if column in _SHARES
        else 100.0
        if column == "authority"
        else max((v or 0 for v in values), default=0)
    )
    written: Callable[[Any], Any] = shown.percent if column in _SHARES else shown.number
    if column == "authority":
        written = lambda value: authority(view, value, {})  # noqa: E731
    cells = [
        (shown.unknown(), None)
        if value is None
        else (written(value), Markup(bar(value / most)) if most else None)
        for value in values
    ]
    return Row(column, text_or(f"compare.row.{column}", label(column)), says, cells)


def _matrix(overlap: Any) -> list[tuple[str, list[tuple[int | None, float | None, int]]]]:
    """Every two targets: how many link to both, their overlap, and its shade from 0 to 4."""
    by_pair = {(pair.a, pair.b): pair for pair in overlap.pairs}
    matrix = []
    for one in overlap.targets:
        line: list[tuple[int | None, float | None, int]] = []
        for other in overlap.targets:
            pair = by_pair.get((one, other)) or by_pair.get((other, one))
            if pair is None:
                line.append((None, None, 0))
            else:
                line.append((pair.shared, pair.jaccard, min(4, int((pair.jaccard or 0) * 10))))
        matrix.append((one, line))
    return matrix


def _files(view: View, names: list[str], days: int) -> list[Choice]:
    every = versus.joined([view.target.label if view.kind else view.target_text or "", *names])
    return [
        Choice(f, word, address("/api/v1/compare", {"target": every, "days": days, "format": f}), False)
        for f, word in (("csv", "CSV"), ("parquet", "Parquet"), ("json", "JSON"))
    ]


PAGE = Page(
    name="compare", path="/compare", group="chances", order=14, show=show,
    example="?target=shop.com&versus=other.com",
)  # fmt: skip
