"""The audit as a queue: verdicts gathered by network, else by referring domain, what matters most first.

A group comes by its worst verdict, then by the followed weight of its links that pass the filter. Of each group the
first links are given, with their evidence; the others are asked for with a filter on the group.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import msgspec

from backlit.index import Reader
from backlit.questions.audit import LONG
from backlit.questions.columns import AUDIT
from backlit.questions.decisions import Decisions
from backlit.questions.judging import judge_of
from backlit.questions.listing import Request, provenance, select_list
from backlit.questions.result import Provenance
from backlit.settings import Settings
from backlit.verdicts.words import WORDS
from backlit.web.target import Target

if TYPE_CHECKING:
    import pyarrow as pa

Tab = Literal["open", "decided", "all"]
#: What waits for a person: links called risky or review that nothing was decided about.
TABS: dict[Tab, str] = {
    "open": "severity >= 2 AND decision IS NULL",
    "decided": "decision IS NOT NULL",
    "all": "true",
}
_GROUP = "coalesce(network, source_domain)"


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Links of one network, or of one referring domain, to the target.

    ``verdicts`` counts its links by word, the worst first. ``weight_share`` is its part of the weight of all
    followed links to the target, None where that is 0. ``rows`` are its first links, with the columns of an audit;
    their ``evidence`` is decoded.
    """

    key: str
    is_network: bool
    verdict: str
    links: int
    follow_links: int
    domains: int
    verdicts: list[tuple[str, int]]
    weight_share: float | None
    toxicity: float
    authority: float | None
    decided: int
    rows: list[dict[str, Any]]

    @property
    def scope(self) -> Literal["network", "domain"]:
        """The scope of a decision about all of it."""
        return "network" if self.is_network else "domain"


class Count(NamedTuple):
    """How many links have a verdict, from how many domains, with what part of the followed weight (None: of 0)."""

    verdict: str
    links: int
    domains: int
    weight_share: float | None
    open: int


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """One page of the queue. ``counts`` and ``tabs`` are of all judged links, whatever the filter."""

    groups: list[Group]
    total: int
    links: int
    counts: list[Count]
    tabs: dict[str, int]
    judged: int
    provenance: Provenance


def audit_queue(
    reader: Reader,
    target: Target,
    judged: pa.Table,
    *,
    where: str | None = None,
    tab: Tab = "open",
    limit: int = 20,
    offset: int = 0,
    rows: int = 4,
    settings: Settings,
) -> Queue:
    """Groups of ``judged`` links (those of ``judged_links``), ``rows`` links of each.

    Raises ``FilterError`` for a filter that cannot be read.
    """
    request = Request(where, None, None, 0)
    request.check_columns(AUDIT)
    if not judged.num_rows:
        return Queue(
            groups=[], total=0, links=0, counts=[Count(word, 0, 0, None, 0) for word in reversed(WORDS)],
            tabs=dict.fromkeys(TABS, 0), judged=0, provenance=provenance(reader),
        )  # fmt: skip
    judged = with_decisions(reader, target, judged)
    if any(name in (where or "") for name in LONG):
        judged = _with_long(reader, judged, settings)
    with contextlib.closing(reader.con.cursor()) as cursor:
        cursor.register("judged", judged)
        counts, whole = _counts(cursor)
        tabs = _tabs(cursor)
        chosen = request.rows(f"SELECT * FROM judged WHERE {TABS[tab]}", [], AUDIT, "place", ["place"])
        passing, values = chosen.select("*", counting=True)
        groups = cursor.execute(
            f"SELECT {_GROUP} AS name, network IS NOT NULL AS is_network, max(severity), count(*), "
            "count(*) FILTER (follow), count(DISTINCT source_domain), CAST(sum(weight) AS DOUBLE), max(toxicity), "
            f"max(source_authority), count(decision), {_by_word()}, count(*) OVER (), "
            "CAST(sum(count(*)) OVER () AS BIGINT) "
            f"FROM ({passing}) GROUP BY ALL ORDER BY 3 DESC, 7 DESC, name LIMIT {int(limit)} OFFSET {int(offset)}",
            values,
        ).fetchall()
        names = [row[0] for row in groups]
        first = (
            f"SELECT *, {_GROUP} AS group_name FROM ({passing}) WHERE {_GROUP} IN (SELECT unnest(?::VARCHAR[])) "
            f"QUALIFY row_number() OVER (PARTITION BY {_GROUP} ORDER BY place) <= {int(rows)}"
        )
        shown = [name for name, _, _ in AUDIT if name not in LONG]
        table = cursor.sql(
            f"SELECT {select_list([*shown, 'row', 'group_name'])} FROM ({first}) ORDER BY place",
            params=[*values, names],
        ).to_arrow_table()
    of_group: dict[str, list[dict[str, Any]]] = {}
    for row in with_evidence(reader, table, settings):
        of_group.setdefault(row["group_name"], []).append(row)
    return Queue(
        groups=[_group(row, whole, of_group[row[0]]) for row in groups],
        total=int(groups[0][-2]) if groups else 0,
        links=int(groups[0][-1]) if groups else 0,
        counts=counts,
        tabs=tabs,
        judged=judged.num_rows,
        provenance=provenance(reader),
    )


def with_evidence(reader: Reader, table: pa.Table, settings: Settings) -> list[dict[str, Any]]:
    """The rows of ``table`` with their evidence, decoded."""
    rows: list[dict[str, Any]] = table.to_pylist()
    if rows:
        judge = judge_of(reader, settings)
        numbers = table["row"].to_numpy()
        for row, items in zip(rows, judge.evidence(numbers, judge.verdicts(numbers)), strict=True):
            row["evidence"] = items
    return rows


def with_decisions(reader: Reader, target: Target, judged: pa.Table) -> pa.Table:
    """``judged`` with the decisions that stand now."""
    for name, column in Decisions.of(reader, target.domain).columns(judged).items():
        judged = judged.set_column(judged.column_names.index(name), name, column)
    return judged


def audit_row(
    reader: Reader, target: Target, judged: pa.Table, link_id: int, settings: Settings
) -> dict[str, Any] | None:
    """The row of one link, its decision and its evidence, and the links before and behind it in the queue; None where
    it is not among ``judged``."""
    import pyarrow.compute as pc

    found = judged.filter(pc.equal(judged["link_id"], link_id)) if judged.num_rows else judged
    if not found.num_rows:
        return None
    row = with_evidence(reader, with_decisions(reader, target, found.slice(0, 1)), settings)[0]
    for word, at in (("before", row["place"] - 1), ("behind", row["place"] + 1)):
        near = judged.filter(pc.equal(judged["place"], at))["link_id"]
        row[word] = near[0].as_py() if len(near) else None
    return row


def _with_long(reader: Reader, judged: pa.Table, settings: Settings) -> pa.Table:
    """``judged`` with evidence and terms of quality as JSON, for filters on them."""
    import pyarrow as pa

    judge = judge_of(reader, settings)
    rows = judged["row"].to_numpy()
    verdicts = judge.verdicts(rows)
    texts = (judge.evidence_texts(rows, verdicts), judge.quality_texts(verdicts))
    for name, column in zip(LONG, texts, strict=True):
        judged = judged.append_column(name, pa.array(column, pa.string()))
    return judged


def _by_word() -> str:
    return ", ".join(f"count(*) FILTER (severity = {n})" for n in reversed(range(len(WORDS))))


def _counts(cursor: Any) -> tuple[list[Count], float]:
    rows = cursor.execute(
        "SELECT severity, count(*), count(DISTINCT source_domain), CAST(sum(weight) AS DOUBLE), "
        "count(*) FILTER (decision IS NULL) FROM judged GROUP BY severity"
    ).fetchall()
    whole = sum(row[3] for row in rows)
    of = {row[0]: row for row in rows}
    nothing = (None, 0, 0, 0.0, 0)
    counts = []
    for severity, word in reversed(list(enumerate(WORDS))):
        _, links, domains, weight, waiting = of.get(severity, nothing)
        counts.append(Count(word, links, domains, weight / whole if whole else None, waiting))
    return counts, whole


def _tabs(cursor: Any) -> dict[str, int]:
    tests = ", ".join(f"count(*) FILTER ({test})" for test in TABS.values())
    found = cursor.execute(f"SELECT {tests} FROM judged").fetchone()
    return dict(zip(TABS, found or (), strict=True))


def _group(row: tuple[Any, ...], whole: float, rows: list[dict[str, Any]]) -> Group:
    name, is_network, severity, links, follow, domains, weight, toxicity, authority, decided, *more = row
    counts = zip(reversed(WORDS), more[: len(WORDS)], strict=True)
    return Group(
        key=name,
        is_network=is_network,
        verdict=WORDS[severity],
        links=links,
        follow_links=follow,
        domains=domains,
        verdicts=[(word, count) for word, count in counts if count],
        weight_share=weight / whole if whole else None,
        toxicity=toxicity,
        authority=authority,
        decided=decided,
        rows=rows,
    )
