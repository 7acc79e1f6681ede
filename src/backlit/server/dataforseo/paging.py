"""A page of a listing: the relation filtered, grouped, sorted and cut, as two statements."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from backlit.server.dataforseo.conditions import (
    Column,
    Sql,
    absent_as_null,
    plain_column,
    quoted,
    to_sql,
    value_of,
)
from backlit.server.dataforseo.fields import Kind, Order, Table
from backlit.server.dataforseo.filters import Group, Tree, conditions, conjuncts
from backlit.server.dataforseo.tokens import Key, behind

#: Gives the rows of a statement.
Fetch = Callable[[str, tuple[Any, ...]], list[tuple[Any, ...]]]

GROUP_COUNT = "group_count"


class Grouping(NamedTuple):
    """At most ``most`` rows of each value of a column: those that come first by ``first``. Columns are SQL.

    ``key`` is the column that tells rows apart.
    """

    key: str
    column: str
    most: int
    first: str


class Tie(NamedTuple):
    """A column that sorts rows which are otherwise equal."""

    name: str
    kind: Kind = "str"
    descending: bool = False


class Page(NamedTuple):
    """What is asked of a relation: which rows, in which order, from where on.

    ``ties`` make the order of equal rows certain. ``place`` are the sort values of the row behind which the page
    begins.
    """

    filters: Tree | None
    orders: tuple[Order, ...]
    ties: tuple[Tie, ...]
    limit: int
    offset: int = 0
    grouping: Grouping | None = None
    place: list[Any] | None = None


class Rows(NamedTuple):
    """The rows of a page, how many there are in all, and the sort values of the last row if more follow."""

    rows: list[tuple[Any, ...]]
    total: int
    last: list[Any] | None


def first_order(table: Table) -> tuple[Order, ...]:
    """The order of a listing when none is asked for."""
    if table.first is None:
        return ()
    asked = table.ask(table.first)
    assert asked is not None
    return (Order(asked, True),)


def ties_of(table: Table, orders: tuple[Order, ...]) -> tuple[Tie, ...]:
    """What makes an order certain: ranks as they are before they are rounded, then what tells rows apart."""
    return (*ties_of_ranks(orders), *(Tie(name) for name in table.key))


def ties_of_ranks(orders: tuple[Order, ...]) -> tuple[Tie, ...]:
    """The ranks that are sorted by, before they are rounded to a scale: they part what rounding made equal."""
    return tuple(
        Tie(order.asked.column, "num", order.descending) for order in orders if order.asked.field.rank
    )


def keys_of(page: Page) -> list[Key]:
    """The sort keys of a page's rows, the ties last."""
    rules: list[Key] = [(order.asked.kind, order.descending) for order in page.orders]
    return rules + [(tie.kind, tie.descending) for tie in page.ties]


def read_page(
    relation: Sql,
    columns: Collection[str],
    selected: list[str],
    page: Page,
    fetch: Fetch,
    column: Column = plain_column,
) -> Rows:
    """The rows of a page, each with the ``selected`` expressions. ``columns`` are those that the relation has."""
    column = absent_as_null(column, columns)
    kept = _kept(relation, page, column)
    total = fetch(f"WITH {kept.sql} SELECT count(*) FROM kept", kept.parameters)[0][0]
    sorts = [value_of(order.asked, column) for order in page.orders] + [
        Sql(quoted(tie.name)) for tie in page.ties
    ]
    names = [f"_sort_{number}" for number in range(len(sorts))]
    keys = keys_of(page)
    where = Sql("TRUE") if page.place is None else behind(page.place, keys, names)
    order = [
        f"{name} {'DESC' if down else 'ASC'} NULLS LAST" for name, (_, down) in zip(names, keys, strict=True)
    ]
    aliased = "".join(f", {sort.sql} AS {name}" for sort, name in zip(sorts, names, strict=True))
    by = ", ".join(order) or "1"
    # What rows look like is worked out for those of the page alone.
    rows = fetch(
        f"WITH {kept.sql}, sorted AS (SELECT *{aliased} FROM kept), "
        f"page AS (SELECT * FROM sorted WHERE {where.sql} ORDER BY {by} LIMIT ? OFFSET ?) "
        f"SELECT {', '.join([*selected, *names])} FROM page ORDER BY {by}",
        (
            *kept.parameters,
            *(value for sort in sorts for value in sort.parameters),
            *where.parameters,
            page.limit + 1,
            page.offset,
        ),
    )
    more = len(rows) > page.limit
    rows = rows[: page.limit]
    return Rows(rows, int(total), list(rows[-1][len(selected) :]) if more and rows else None)


def _kept(relation: Sql, page: Page, column: Column) -> Sql:
    """The rows that are left when all is filtered and grouped, as common table expressions that end in ``kept``."""
    before, after = _divided(page)
    first = (
        f"whole AS NOT MATERIALIZED ({relation.sql}), "
        f"filtered AS NOT MATERIALIZED (SELECT * FROM whole{_where(before, column)})"
    )
    parameters = relation.parameters + (to_sql(before, column).parameters if before else ())
    group = page.grouping
    if group is None:
        return Sql(f"{first}, kept AS (SELECT * FROM filtered)", parameters)
    # Only what tells groups and rows apart is numbered, and then joined: whole rows are wide.
    places = (
        f"SELECT {group.key} AS _row, count(*) OVER (PARTITION BY {group.column}) AS _count, "
        f"row_number() OVER (PARTITION BY {group.column} ORDER BY {group.first}) AS _place FROM filtered"
    )
    grouped = (
        f"SELECT f.* REPLACE (p._count AS {GROUP_COUNT}) FROM filtered f "
        f"JOIN places p ON p._row = f.{group.key} WHERE p._place <= ?"
    )
    return Sql(
        f"{first}, places AS ({places}), grouped AS ({grouped}), "
        f"kept AS (SELECT * FROM grouped{_where(after, column)})",
        (*parameters, group.most, *(to_sql(after, column).parameters if after else ())),
    )


def _where(tree: Tree | None, column: Column, word: str = " WHERE ") -> str:
    return "" if tree is None else word + to_sql(tree, column).sql


def _divided(page: Page) -> tuple[Tree | None, Tree | None]:
    """What of a filter is asked of single rows, and what of the groups: only these know how many rows they have."""
    if page.filters is None or page.grouping is None:
        return page.filters, None
    of_groups = [part for part in conjuncts(page.filters) if _counts_groups(part)]
    of_rows = [part for part in conjuncts(page.filters) if not _counts_groups(part)]
    return _all_of(of_rows), _all_of(of_groups)


def _counts_groups(tree: Tree) -> bool:
    return any(condition.asked.field.name == GROUP_COUNT for condition in conditions(tree))


def _all_of(trees: list[Tree]) -> Tree | None:
    return Group(True, tuple(trees)) if trees else None
