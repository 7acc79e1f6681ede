"""The links to a target, one row a link."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from backlit.errors import InputError
from backlit.index import Index, Reader
from backlit.index.filters import read_filter
from backlit.questions.columns import LINKS
from backlit.questions.columns import columns as columns_of
from backlit.questions.listing import (
    Request,
    Rows,
    as_target,
    choose,
    count,
    provenance,
    reading,
    select_list,
    stream,
)
from backlit.questions.result import Result
from backlit.web.target import Target

DEFAULT_ORDER = "source_authority desc"
STATUSES = {"live": "lost_at IS NULL", "lost": "lost_at IS NOT NULL", "all": "true"}
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
    with reading(index) as reader:
        asked = as_target(target)
        sql, parameters = reader.links_sql(asked)
        rows = request.rows(sql, parameters, LINKS, DEFAULT_ORDER, ["link_id"], STATUSES[status])
        if limit is not None and limit <= _FETCH_BY_ID:
            found, total = _page(reader, rows, names)
            return Result(found, provenance(reader), total=total)
        total = count(reader, rows)
    return stream(index, *rows.select(select_list(names)), total=total)


def _status_of(where: str | None) -> str:
    if where is None:
        return "live"
    return "all" if read_filter(where, columns_of(LINKS)).columns & {"lost_at", "lost_reason"} else "live"


def _page(reader: Reader, rows: Rows, names: list[str]) -> tuple[pa.Table, int]:
    """One page: ids in order from narrow columns, then the wide columns of just those rows."""
    chosen = _ids(reader.query(*rows.select("link_id")))
    if len(chosen) < (rows.limit or 0) and (len(chosen) or not rows.offset):
        total = rows.offset + len(chosen)
    else:
        total = count(reader, rows)
    return _fetch(reader, rows, chosen, names), total


def _fetch(reader: Reader, rows: Rows, ids: list[int], names: list[str]) -> pa.Table:
    extra = [] if "link_id" in names else ["link_id"]
    condition = f"link_id IN ({', '.join('?' * len(ids))})" if ids else "false"
    found = reader.query(
        f"SELECT {select_list([*names, *extra])} FROM ({rows.relation}) AS listed WHERE {condition}",
        [*rows.parameters, *ids],
    )
    place = {link_id: number for number, link_id in enumerate(ids)}
    order = sorted(range(found.num_rows), key=[place[i] for i in _ids(found)].__getitem__)
    return found.take(pa.array(order, pa.int64())).select(names)


def _ids(table: pa.Table) -> list[int]:
    return [row["link_id"] for row in table.select(["link_id"]).to_pylist()]
