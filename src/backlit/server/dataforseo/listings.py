"""The listings of one target: rows of a relation, filtered, sorted and cut to a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from backlit.questions.backlinks.scope import Condition, Relation, Scope
from backlit.questions.backlinks.selection import Selection, selection
from backlit.server.dataforseo.conditions import (
    Column,
    Sql,
    check_patterns,
    hundred_column,
    plain_column,
    quoted,
    to_sql,
)
from backlit.server.dataforseo.fields import Table
from backlit.server.dataforseo.paging import (
    Grouping,
    Page,
    Rows,
    first_order,
    keys_of,
    read_page,
    ties_of,
)
from backlit.server.dataforseo.requests import Request, naming
from backlit.server.dataforseo.rows import Shape, select_list
from backlit.server.dataforseo.tokens import make_token, read_token
from backlit.web.target import Target

if TYPE_CHECKING:
    import duckdb

    from backlit.index import Reader

_GROUPS = {"one_per_domain": "domain", "one_per_anchor": "anchor"}


def scope_of(request: Request, target: Target, **more: Any) -> Scope:
    """The links that a request is about. Ranks are read on one scale; the other is made of it in the answer."""
    values = request.values
    return Scope(
        target=target,
        include_subdomains=values.get("include_subdomains", True),
        include_indirect=values.get("include_indirect_links", True),
        exclude_internal=values.get("exclude_internal_backlinks", True),
        status=values.get("backlinks_status_type", "live"),
        condition=condition_of(request),
        **more,
    )


def condition_of(request: Request) -> Condition | None:
    """The filter of single links as SQL."""
    if request.backlinks_filters is None:
        return None
    sql = to_sql(request.backlinks_filters, column_of(request))
    return Condition(sql.sql, sql.parameters)


def check_request(request: Request, cursor: duckdb.DuckDBPyConnection) -> None:
    """Refuse regular expressions that are none; only the database can tell."""
    for name, tree in (("filters", request.filters), ("backlinks_filters", request.backlinks_filters)):
        if tree is not None:
            with naming(name):
                check_patterns(tree, cursor)


def check_request_of(request: Request, reader: Reader) -> None:
    """``check_request`` with a cursor of its own."""
    cursor = reader.con.cursor()
    try:
        check_request(request, cursor)
    finally:
        cursor.close()


#: The columns of relations by their names; they are the same whatever they are asked about.
_COLUMNS: dict[str, frozenset[str]] = {}


def columns_of(chosen: Selection, relation: Relation, name: str | None = None) -> frozenset[str]:
    """The columns of a relation; those of one with a name are kept."""
    found = None if name is None else _COLUMNS.get(name)
    if found is None:
        cursor = chosen.cursor.execute(f"SELECT * FROM ({relation.sql}) LIMIT 0", list(relation.parameters))
        found = frozenset(column[0] for column in cursor.description)
        if name is not None:
            _COLUMNS[name] = found
    return found


def summary(reader: Reader, request: Request) -> dict[str, Any]:
    """The whole of the links in one object."""
    check_request_of(request, reader)
    assert request.endpoint.table is not None
    with selection(reader, scope_of(request, request.target)) as chosen:
        item = single_item(chosen, "summary", request.endpoint.table, request)
    return {"target": request.given["target"], **item}


def single_item(chosen: Selection, name: str, table: Table, request: Request) -> dict[str, Any]:
    """The one row of the relation of a name as an item."""
    return items_of(chosen, name, chosen.relation(name), table, request)[0]


def items_of(
    chosen: Selection, name: str, relation: Relation, table: Table, request: Request, order: str = "1"
) -> list[dict[str, Any]]:
    """Every row of a relation as an item, by ``order``, columns in SQL."""
    selected = select_list(table, columns_of(chosen, relation, name), scaled=request.scaled)
    rows = chosen.fetch(
        f"SELECT {', '.join(selected)} FROM ({relation.sql}) ORDER BY {order}", relation.parameters
    )
    shape = Shape(table, request.values.get("internal_list_limit", 10))
    return [shape.item(row) for row in rows]


def listing(reader: Reader, request: Request) -> dict[str, Any]:
    """A page of one of the listings of a target."""
    check_request_of(request, reader)
    table = request.endpoint.table
    assert table is not None
    page = page_of(request, table)
    with selection(reader, scope_of(request, request.target)) as chosen:
        relation = chosen.relation(request.endpoint.function, **_more(request))
        rows = _rows(chosen, relation, table, request, page)
    shape = Shape(table, request.values.get("internal_list_limit", 10))
    items = [shape.item(row) for row in rows.rows]
    # The service's model of competitors has no target.
    named = request.endpoint.function != "competitors"
    answer = {"target": request.given["target"]} if named else {}
    if request.endpoint.function == "backlinks":
        answer |= {"mode": request.values["mode"], "custom_mode": request.values["custom_mode"]}
    answer |= {"total_count": rows.total, "items_count": len(items), "items": items}
    if request.endpoint.function == "backlinks":
        answer["search_after_token"] = None if rows.last is None else make_token(request.digest, rows.last)
    return answer


def _rows(chosen: Selection, relation: Relation, table: Table, request: Request, page: Page) -> Rows:
    columns = columns_of(chosen, relation, request.endpoint.function)
    return read_page(
        Sql(relation.sql, relation.parameters),
        columns,
        select_list(table, columns, scaled=request.scaled),
        page,
        chosen.fetch,
        column_of(request),
    )


def column_of(request: Request) -> Column:
    """Where filters and sort rules find what they name, ranks on the scale of the request."""
    return hundred_column if request.scaled else plain_column


def page_of(request: Request, table: Table) -> Page:
    """What a request wants of the rows of its relation. Raises ``TaskError`` for a token that is not its own."""
    orders = request.orders or first_order(table)
    page = Page(
        filters=request.filters,
        orders=orders,
        ties=ties_of(table, orders),
        limit=request.values["limit"],
        offset=request.values["offset"],
        grouping=_grouping(request),
    )
    token = request.values.get("search_after_token")
    if token is None:
        return page
    with naming("search_after_token"):
        place = read_token(token, request.digest, keys_of(page))
    # The place is behind all rows that were given, those of the offset too.
    return page._replace(place=place, offset=0)


def _grouping(request: Request) -> Grouping | None:
    custom = request.values.get("custom_mode")
    if custom is not None:
        by, most = custom["field"], custom["value"]
    elif request.values.get("mode") in _GROUPS:
        by, most = _GROUPS[request.values["mode"]], 1
    else:
        return None
    return Grouping('"url_from"', quoted(f"_group_{by}"), most, '"rank" DESC NULLS LAST, "url_from"')


def _more(request: Request) -> dict[str, Any]:
    """What a relation is told besides the scope."""
    names: Sequence[tuple[str, str]] = (
        ("network_address_type", "network"),
        ("main_domain", "main_domain"),
        ("exclude_large_domains", "exclude_large_domains"),
    )
    return {
        argument: request.values[parameter] for parameter, argument in names if parameter in request.values
    }
