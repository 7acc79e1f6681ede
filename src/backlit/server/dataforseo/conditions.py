"""Filters and sort rules as SQL: values are parameters, names are those of our own tables."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from backlit.server.dataforseo.fields import Asked, Field, Kind
from backlit.server.dataforseo.filters import Condition, Group, Tree

if TYPE_CHECKING:
    import duckdb

#: From the scale of 0 to 1000 to that of 0 to 100, as the service has published it.
ONE_HUNDRED = "CAST(round(sin({} / 636.62) * 100) AS INTEGER)"

_BEFORE, _AFTER = r"(?i)(?:^|[^\p{L}\p{M}\p{N}_])", r"(?:$|[^\p{L}\p{M}\p{N}_])"


class Sql(NamedTuple):
    """An expression and the values of its question marks, in their order."""

    sql: str
    parameters: tuple[Any, ...] = ()


#: What a column that a relation does not have is taken for.
_TYPES: dict[Kind, str] = {
    "num": "BIGINT",
    "str": "VARCHAR",
    "bool": "BOOLEAN",
    "time": "TIMESTAMP",
    "array.str": "VARCHAR[]",
    "map.num": "MAP(VARCHAR, BIGINT)",
    "map.str": "MAP(VARCHAR, VARCHAR)",
    "objects": "VARCHAR[]",
}


def absent(field: Field) -> str:
    """A column of nulls of the field's type."""
    return f"CAST(NULL AS {_TYPES[field.kind]})"


#: Gives the column, as SQL, that holds what is asked.
Column = Callable[[Asked], str]


def quoted(name: str) -> str:
    """A name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'


def plain_column(asked: Asked) -> str:
    """The column as the relation has it."""
    return quoted(asked.column)


def hundred_column(asked: Asked) -> str:
    """The column, ranks brought from the scale of a thousand to that of a hundred."""
    column = quoted(asked.column)
    return ONE_HUNDRED.format(column) if asked.field.rank else column


def absent_as_null(column: Column, columns: Collection[str]) -> Column:
    """As ``column``, and a null of its type for what the relation does not have."""
    return lambda asked: column(asked) if asked.column in columns else absent(asked.field)


def value_of(asked: Asked, column: Column = plain_column) -> Sql:
    """What is asked, as one value: a column, or an entry of a map."""
    sql = column(asked)
    if asked.entry is not None:
        return Sql(f"map_extract_value({sql}, ?)", (asked.entry,))
    if asked.kind == "time":
        # Answers show whole seconds, and those are compared.
        return Sql(f"date_trunc('second', {sql})")
    return Sql(sql)


def to_sql(tree: Tree, column: Column = plain_column) -> Sql:
    """A tree as an expression that is true or false and never null."""
    if isinstance(tree, Condition):
        return _condition(tree, column)
    return _joined(" AND " if tree.every else " OR ", [to_sql(member, column) for member in tree.members])


def _joined(word: str, parts: list[Sql]) -> Sql:
    return Sql(
        "(" + word.join(part.sql for part in parts) + ")",
        tuple(value for part in parts for value in part.parameters),
    )


def _condition(condition: Condition, column: Column) -> Sql:
    positive = _positive(condition, value_of(condition.asked, column))
    if condition.negated:
        return Sql(f"coalesce(NOT ({positive.sql}), TRUE)", positive.parameters)
    return Sql(f"coalesce({positive.sql}, FALSE)", positive.parameters)


def _positive(condition: Condition, field: Sql) -> Sql:
    operator, value = condition.operator, condition.value
    if condition.asked.kind == "array.str":
        return _of_array(operator, value, field)
    match operator:
        case "in":
            if not value:
                return Sql("FALSE")
            return Sql(f"{field.sql} IN ({_marks(value)})", (*field.parameters, *value))
        case "like":
            return Sql(f"{field.sql} LIKE ? ESCAPE '\\'", (*field.parameters, _pattern(value)))
        case "ilike":
            return Sql(f"lower({field.sql}) LIKE lower(?) ESCAPE '\\'", (*field.parameters, _pattern(value)))
        case "regex":
            return Sql(f"regexp_matches({field.sql}, ?)", (*field.parameters, value))
        case "match":
            # A word has no sign that means something in a pattern.
            return _joined(
                " AND ",
                [
                    Sql(
                        f"regexp_matches({field.sql}, ?)",
                        (*field.parameters, f"{_BEFORE}{word}{_AFTER}"),
                    )
                    for word in value
                ],
            )
        case _:
            return Sql(f"{field.sql} {operator} ?", (*field.parameters, value))


def _of_array(operator: str, value: Any, field: Sql) -> Sql:
    wanted = value if operator == "in" else (value,)
    if not wanted:
        return Sql("FALSE")
    return Sql(
        f"list_has_any({field.sql}, CAST([{_marks(wanted)}] AS VARCHAR[]))", (*field.parameters, *wanted)
    )


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" for _ in values)


def _pattern(value: str) -> str:
    """The pattern of LIKE in which only ``%`` means something."""
    return value.replace("\\", "\\\\").replace("_", "\\_")


def check_patterns(tree: Tree, cursor: duckdb.DuckDBPyConnection) -> None:
    """Raise ``ValueError`` when a regular expression of the filter is none."""
    import duckdb

    for condition in _patterns(tree):
        try:
            cursor.execute("SELECT regexp_matches('', ?)", [condition.value]).fetchall()
        except duckdb.Error as exc:
            raise ValueError(condition.value) from exc


def _patterns(tree: Tree) -> list[Condition]:
    if isinstance(tree, Group):
        return [condition for member in tree.members for condition in _patterns(member)]
    return [tree] if tree.operator == "regex" else []
