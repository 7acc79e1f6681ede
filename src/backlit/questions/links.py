"""The links to a target, one row a link."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from backlit import records
from backlit.errors import InputError
from backlit.index import Index, Reader
from backlit.index.filters import read_filter
from backlit.index.schema import EQUITY_COLUMNS
from backlit.questions.columns import LINKS
from backlit.questions.columns import columns as columns_of
from backlit.questions.listing import (
    Request,
    as_target,
    choose,
    count,
    fetch,
    reading,
    scored_provenance,
    select_list,
    stream,
)
from backlit.questions.result import Result
from backlit.questions.score_source import not_in_release
from backlit.web.target import Target

DEFAULT_ORDER = "source_authority desc"
EQUITY = frozenset(EQUITY_COLUMNS)
STATUSES = {"live": "lost_at IS NULL", "lost": "lost_at IS NOT NULL", "all": "true"}
#: Columns that are no facts of the link: they are made while rows are sorted.
_SCORES = {
    "source_authority": pa.float64(),
    "equity": pa.float64(),
    "equity_score": pa.float64(),
    "source_share": pa.string(),
}
_SCHEMA = pa.schema([*records.LINKS, *_SCORES.items()])
#: Up to this many rows it pays to sort narrow columns first and fetch the wide ones by id.
_FETCH_BY_ID = 2000


def links(
    index: Index | Reader,
    target: Target | str,
    where: str | None = None,
    sort: str | None = None,
    limit: int | None = None,
    offset: int = 0,
    *,
    status: str | None = None,
    columns: Sequence[str] | None = None,
) -> Result:
    """The links to ``target``, by default the strongest sources first, then by ``link_id``.

    ``status`` is ``live``, ``lost`` or ``all``; left out it is ``live``, or ``all`` when the
    filter asks about ``lost_at`` or ``lost_reason``. Without a limit the result streams.
    """
    status = status or _status_of(where)
    if status not in STATUSES:
        raise InputError(f"The status of links is live, lost or all, not {status!r}.")
    names = choose(LINKS, columns)
    request = Request(where, sort, limit, offset)
    with_equity = bool(EQUITY & {*names, *request.named(LINKS, DEFAULT_ORDER)})
    with reading(index) as reader:
        asked = as_target(target)
        sql, parameters = reader.links_sql(asked, with_equity=with_equity)
        listed = request.rows(sql, parameters, LINKS, DEFAULT_ORDER, ["link_id"], STATUSES[status])
        if limit is None or limit > _FETCH_BY_ID:
            return stream(index, *listed.select(select_list(names)), total=count(reader, listed), scored=True)
        scores = [name for name in names if name in _SCORES]
        narrow = select_list(["link_id", *scores])
        # Equity is found for all links of the target: once, with their number.
        counted = with_equity and where is not None
        chosen = fetch(reader, *listed.select(narrow + (", count(*) OVER ()" if counted else "")))
        total = listed.offset + len(chosen)
        if counted and chosen:
            total = int(chosen[0][-1])
        elif len(chosen) == limit or (listed.offset and not chosen):
            plain = where is None and status == "live" and asked.kind == "domain"
            total = _live_links(reader, asked) if plain else count(reader, listed)
        schema = pa.schema([_SCHEMA.field(name) for name in names])
        rows = _wide(reader, asked, chosen, scores, names)
        return Result(
            rows, scored_provenance(reader), schema=schema, total=total, notes=not_in_release(reader)
        )


def _status_of(where: str | None) -> str:
    if where is None:
        return "live"
    return "all" if read_filter(where, columns_of(LINKS)).columns & {"lost_at", "lost_reason"} else "live"


def _live_links(reader: Reader, target: Target) -> int:
    """The number of live links to a domain, which is counted already."""
    sql, parameters = reader.rollup_sql("totals", target)
    counted = fetch(reader, f"SELECT links FROM ({sql})", parameters)
    return int(counted[0][0]) if counted else 0


def _wide(
    reader: Reader, target: Target, chosen: list[tuple[Any, ...]], scores: list[str], names: list[str]
) -> list[tuple[Any, ...]]:
    """The columns ``names`` of the ``chosen`` links (id and ``scores``), in their order."""
    if not chosen:
        return []
    sql, parameters = reader.links_sql(target, with_authority=False)
    stored = [name for name in names if name not in _SCORES]
    found = fetch(
        reader,
        f"SELECT {select_list(['link_id', *stored])} FROM ({sql}) AS listed "
        "WHERE link_id IN (SELECT unnest(?::BIGINT[]))",
        [*parameters, [row[0] for row in chosen]],
    )
    facts = {row[0]: row[1:] for row in found}
    given = [*stored, *scores]
    at = [given.index(name) for name in names]
    return [tuple((*facts[row[0]], *row[1:])[i] for i in at) for row in chosen]
