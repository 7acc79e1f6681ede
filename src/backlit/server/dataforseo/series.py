"""What a target's links were over time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from backlit.questions.backlinks.scope import Scope
from backlit.questions.backlinks.selection import selection
from backlit.server.dataforseo.listings import items_of
from backlit.server.dataforseo.requests import Request

if TYPE_CHECKING:
    from backlit.index import Reader

_RELATIONS = {
    "history": "history",
    "timeseries_summary": "timeseries_summary",
    "timeseries_new_lost_summary": "timeseries_new_lost",
}


def over_time(reader: Reader, request: Request) -> dict[str, Any]:
    """One item a month, or a period of the range that is asked for, in the order of time."""
    values, table = request.values, request.endpoint.table
    assert table is not None
    ranged = {"group_range": values["group_range"]} if "group_range" in values else {}
    scope = Scope(
        target=request.target, include_subdomains=values.get("include_subdomains", True), status="all"
    )
    with selection(reader, scope) as chosen:
        name = _RELATIONS[request.endpoint.function]
        relation = chosen.relation(
            name,
            date_from=values["date_from"],
            date_to=values["date_to"],
            **ranged,
        )
        items = items_of(chosen, name, relation, table, request, '"date"')
    return {
        "target": request.given["target"],
        "date_from": values["date_from"].isoformat(),
        "date_to": values["date_to"].isoformat(),
        **ranged,
        "items_count": len(items),
        "items": items,
    }
