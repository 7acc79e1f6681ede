"""Figures of many targets at once: one item a target, in the order they were sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from backlit.questions.backlinks import bulk
from backlit.questions.backlinks.scope import Scope
from backlit.questions.backlinks.selection import selection
from backlit.server.dataforseo.envelope import TIME_FORMAT
from backlit.server.dataforseo.fields import Field, Table
from backlit.server.dataforseo.listings import single_item
from backlit.server.dataforseo.requests import Request
from backlit.server.dataforseo.rows import Shape
from backlit.web.target import Target

if TYPE_CHECKING:
    from backlit.index import Reader

#: Gives a table of Arrow with a row a target.
_Count = Callable[["Reader", Sequence[Target], Request], Any]

_COUNTS: dict[str, _Count] = {
    "bulk_ranks": lambda reader, targets, request: bulk.bulk_ranks(
        reader, targets, request.values["rank_scale"]
    ),
    "bulk_backlinks": lambda reader, targets, request: bulk.bulk_backlinks(reader, targets),
    "bulk_spam_score": lambda reader, targets, request: bulk.bulk_spam_score(reader, targets),
    "bulk_referring_domains": lambda reader, targets, request: bulk.bulk_referring_domains(reader, targets),
    "bulk_new_lost_backlinks": lambda reader, targets, request: bulk.bulk_new_lost(
        reader, targets, request.values["date_from"]
    ),
    "bulk_new_lost_referring_domains": lambda reader, targets, request: bulk.bulk_new_lost(
        reader, targets, request.values["date_from"]
    ),
    "bulk_pages_summary": lambda reader, targets, request: bulk.bulk_pages_summary(
        reader, targets, request.values["rank_scale"]
    ),
}
_FEWEST_ENTRIES = 10


def many(reader: Reader, request: Request) -> dict[str, Any]:
    """The items of all targets; each repeats its target as it was sent."""
    table, targets = request.endpoint.table, request.values["targets"]
    assert table is not None
    shape = Shape(table, _FEWEST_ENTRIES)
    counted = _COUNTS[request.endpoint.function](reader, targets, request).to_pylist()
    found = [shape.item([_value(field, row.get(field.name)) for field in table.fields]) for row in counted]
    pages = request.endpoint.function == "bulk_pages_summary"
    if pages and not request.values["include_subdomains"]:
        found = [
            _without_subdomains(reader, request, table, target, item)
            for target, item in zip(targets, found, strict=True)
        ]
    name = "url" if pages else "target"
    items = [_named(item, name, sent) for item, sent in zip(found, request.given["targets"], strict=True)]
    total = {"total_count": len(items)} if pages else {}
    return {**total, "items_count": len(items), "items": items}


def _without_subdomains(
    reader: Reader, request: Request, table: Table, target: Target, item: dict[str, Any]
) -> dict[str, Any]:
    """The summary of one host alone; addresses have nothing below them that could be left out."""
    if target.kind == "url":
        return item
    with selection(reader, Scope(target, include_subdomains=False)) as chosen:
        alone = single_item(chosen, "summary", table, request)
    return {**alone, "main_domain_rank": item["main_domain_rank"]}


def _named(item: dict[str, Any], name: str, sent: str) -> dict[str, Any]:
    kind = {"type": item["type"]} if "type" in item else {}
    return {**kind, name: sent, **item}


def _value(field: Field, value: Any) -> Any:
    if value is None:
        return None
    match field.kind:
        case "time":
            assert isinstance(value, datetime)
            return value.strftime(TIME_FORMAT)
        case "map.num":
            return dict(value)
        case _:
            return value
