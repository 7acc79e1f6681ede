"""Who links to several targets: one object a referring domain or page, with what each target gets under its number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from backlit.questions.backlinks.intersections import domain_intersection, page_intersection
from backlit.questions.backlinks.selection import selections
from backlit.server.dataforseo.conditions import Sql
from backlit.server.dataforseo.fields import INTERSECTIONS, Order, Table
from backlit.server.dataforseo.listings import (
    check_request_of,
    column_of,
    columns_of,
    scope_of,
)
from backlit.server.dataforseo.paging import Page, Tie, read_page, ties_of_ranks
from backlit.server.dataforseo.requests import Request, asking
from backlit.server.dataforseo.rows import Shape, select_list

if TYPE_CHECKING:
    from backlit.index import Reader


def domains(reader: Reader, request: Request) -> dict[str, Any]:
    """Referring main domains of several targets."""
    return _answer(reader, request, "domain_intersection")


def pages(reader: Reader, request: Request) -> dict[str, Any]:
    """Referring pages of several targets."""
    return _answer(reader, request, "page_intersection")


def _answer(reader: Reader, request: Request, name: str) -> dict[str, Any]:
    check_request_of(request, reader)
    table = request.endpoint.table
    assert table is not None
    keys = list(request.values["targets"])
    scopes = {key: scope_of(request, target) for key, target in request.values["targets"].items()}
    left_out = {
        # Whoever links there at all is left out, whatever filter chooses the links that are counted.
        f"excluded {number}": msgspec.structs.replace(scope_of(request, target), condition=None)
        for number, target in enumerate(request.values["exclude_targets"])
    }
    with selections(reader, {**scopes, **left_out}) as chosen:
        make = domain_intersection if name == "domain_intersection" else page_intersection
        relation = make(
            {key: chosen[key] for key in keys},
            [chosen[key] for key in left_out],
            request.values["intersection_mode"],
        )
        one = chosen[keys[0]]
        columns = columns_of(one, relation)
        selected = [f'"{INTERSECTIONS.name}"']
        for key in keys:
            selected += select_list(table, columns, prefix=f"{key}.", scaled=request.scaled)
            # Whether there is anything of this target in the row.
            selected.append(f'"{key}.type" IS NOT NULL')
        rows = read_page(
            Sql(relation.sql, relation.parameters),
            columns,
            selected,
            _page(request),
            one.fetch,
            column_of(request),
        )
    shape = Shape(table, request.values["internal_list_limit"])
    items = [_item(row, keys, table, shape, name) for row in rows.rows]
    return {
        "targets": {key: request.given["targets"][key] for key in keys},
        "total_count": rows.total,
        "items_count": len(items),
        "items": items,
    }


def _item(row: tuple[Any, ...], keys: list[str], table: Table, shape: Shape, name: str) -> dict[str, Any]:
    width = len(table.fields) + 1
    found: dict[str, Any] = {}
    for number, key in enumerate(keys):
        part = row[1 + number * width : 1 + (number + 1) * width]
        if part[-1]:
            item = shape.item(part)
            found[key] = [item] if name == "page_intersection" else item
    return {name: found, "summary": {INTERSECTIONS.name: row[0]}}


def _page(request: Request) -> Page:
    """Without an order of its own: by how many targets are linked to, then by the ranks for each target in turn."""
    orders = request.orders
    if not orders:
        ask = asking(request.endpoint, request.values)
        wanted = (INTERSECTIONS.name, *(f"{key}.rank" for key in request.values["targets"]))
        orders = tuple(Order(asked, True) for asked in map(ask, wanted) if asked is not None)
    return Page(
        filters=request.filters,
        orders=orders,
        ties=(*ties_of_ranks(orders), Tie("order_key")),
        limit=request.values["limit"],
        offset=request.values["offset"],
    )
