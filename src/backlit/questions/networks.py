"""The networks among the sites that link to a target: one decision for each, not one for each link."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from backlit.index import Index, Reader
from backlit.questions.columns import NETWORKS
from backlit.questions.judging import judge_of
from backlit.questions.listing import Request, as_target, provenance, reading, select_list
from backlit.questions.result import Result
from backlit.settings import Settings, default
from backlit.verdicts.judge import Judge
from backlit.web.target import Target

DEFAULT_ORDER = "weight_share desc, follow_links desc, links desc"
_EXAMPLES = 8


def networks(
    index: Index | Reader,
    target: Target | str,
    where: str | None = None,
    sort: str | None = None,
    limit: int | None = None,
    offset: int = 0,
    *,
    settings: Settings | None = None,
    progress: Callable[[str], None] | None = None,
) -> Result:
    """Networks with a live link to ``target``, those that carry most of its followed weight first."""
    rules = settings or default()
    request = Request(where, sort, limit, offset)
    with reading(index) as reader:
        judge = judge_of(reader, rules, progress)
        sql, parameters = reader.links_sql(as_target(target), with_authority=False)
        ids = reader.query(f"SELECT link_id FROM ({sql}) WHERE lost_at IS NULL", parameters)
        rows = judge.rows(ids["link_id"].to_numpy())
        table = _table(judge, rows[rows >= 0])
        with contextlib.closing(reader.con.cursor()) as cursor:
            cursor.register("listed_networks", table)
            chosen = request.rows("SELECT * FROM listed_networks", [], NETWORKS, DEFAULT_ORDER, ["network"])
            names = [name for name, _, _ in NETWORKS]
            found_sql, values = chosen.select(f"{select_list(names)}, count(*) OVER () AS _total")
            found = cursor.sql(found_sql, params=values).to_arrow_table()
        total = int(found["_total"][0].as_py()) if found.num_rows else 0
        return Result(found.drop_columns(["_total"]), provenance(reader), total=total)


def _table(judge: Judge, rows: np.ndarray[Any, np.dtype[np.int64]]) -> pa.Table:
    links, sites = judge.ground.links, judge.ground.sites
    weight = judge.weight(rows)
    whole = float(weight.sum())
    toxicity = judge.toxicity.score[rows]
    pair = links.pair[rows]
    listed: dict[str, list[Any]] = {name: [] for name, _, _ in NETWORKS}
    of_pair = np.full(len(judge.ground.pairs), -1, np.int32)
    for number, case in enumerate(judge.cases):
        of_pair[case.pairs] = number
    number_of = of_pair[pair]
    for number in np.unique(number_of[number_of >= 0]).tolist():
        case, own = judge.cases[number], number_of == number
        source = np.unique(links.source[rows[own]])
        names = sites.name.take(pa.array(source)).to_pylist()
        row = {
            "network": case.id,
            "sites": len(source),
            "domains": len(np.unique(sites.domain[source])),
            "targets": len(case.targets),
            "links": int(own.sum()),
            "follow_links": int((links.follow[rows[own]] == 1).sum()),
            "toxicity": round(float(toxicity[own].mean()), 1),
            "weight_share": round(float(weight[own].sum()) / whole, 4) if whole else None,
            "examples": ", ".join(names[:_EXAMPLES]) + (" …" if len(names) > _EXAMPLES else ""),
            "proofs": msgspec.json.encode([proof._asdict() for proof in case.proofs]).decode(),
        }
        for name, value in row.items():
            listed[name].append(value)
    types = {"integer": pa.int64(), "number": pa.float64(), "text": pa.string()}
    return pa.table({name: pa.array(listed[name], types[kind]) for name, kind, _ in NETWORKS})
