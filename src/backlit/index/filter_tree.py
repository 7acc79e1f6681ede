"""A filter as a tree: how it is written out and how it becomes SQL.

Values never enter the SQL text: each becomes a parameter. Identifiers come from the table of
columns the tree was read with, and are quoted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from backlit.index.periods import Period

Value: TypeAlias = str | int | float | bool | Period


class Condition(NamedTuple):
    """One test of one column; ``null`` ("is null") and ``true`` (the bare column) take no value."""

    column: str
    op: str
    values: tuple[Value, ...] = ()


class Not(NamedTuple):
    """True where its part is false; unknown where it is unknown."""

    part: Node


class And(NamedTuple):
    """True where all parts are."""

    parts: tuple[Node, ...]


class Or(NamedTuple):
    """True where any part is."""

    parts: tuple[Node, ...]


Node: TypeAlias = Condition | Not | And | Or

#: SQL of the operators that take one value, ``{}`` standing for the column.
_SQL = {
    **{op: f"{{}} {op} ?" for op in ("=", "!=", "<", "<=", ">", ">=")},
    "like": "{} LIKE ?",
    "ilike": "{} ILIKE ?",
    "contains": "contains({}, ?)",
    "startswith": "starts_with({}, ?)",
    "endswith": "ends_with({}, ?)",
    "has": "contains(' ' || {} || ' ', ' ' || ? || ' ')",
    "matches": "regexp_matches({}, ?)",
}


def conditions(node: Node) -> Iterator[Condition]:
    """All tests of a tree."""
    if isinstance(node, Condition):
        yield node
    elif isinstance(node, Not):
        yield from conditions(node.part)
    else:
        for part in node.parts:
            yield from conditions(part)


def identifier(name: str) -> str:
    """``name`` as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def compile_tree(node: Node, prefix: str, parameters: list[object]) -> str:
    """The SQL of ``node``; its values are appended to ``parameters`` in order."""
    if isinstance(node, Condition):
        return _compile_condition(node, prefix + identifier(node.column), parameters)
    if isinstance(node, Not):
        return f"(NOT {compile_tree(node.part, prefix, parameters)})"
    word = " AND " if isinstance(node, And) else " OR "
    return "(" + word.join(compile_tree(part, prefix, parameters) for part in node.parts) + ")"


def _compile_condition(condition: Condition, column: str, parameters: list[object]) -> str:
    op, values = condition.op, condition.values
    if op == "null":
        return f"({column} IS NULL)"
    if op == "true":
        return column
    if values and isinstance(values[0], Period):
        return _compile_period(op, column, values, parameters)
    parameters.extend(values)
    if op == "in":
        return f"({column} IN ({', '.join('?' * len(values))}))"
    if op == "between":
        return f"({column} BETWEEN ? AND ?)"
    return f"({_SQL[op].format(column)})"


def _compile_period(op: str, column: str, values: tuple[Value, ...], parameters: list[object]) -> str:
    """Comparisons with a stretch of time, as ranges, so that files can be skipped by them."""
    first, last = values[0], values[-1]
    assert isinstance(first, Period) and isinstance(last, Period)  # noqa: PT018
    if op in ("=", "between"):
        parameters.extend((first.start, last.end))
        return f"({column} >= ? AND {column} < ?)"
    if op == "!=":
        parameters.extend((first.start, last.end))
        return f"({column} < ? OR {column} >= ?)"
    parameters.append(first.start if op in ("<", ">=") else first.end)
    return f"({column} {'<' if op in ('<', '<=') else '>='} ?)"


def write(node: Node) -> str:
    """``node`` in the filter language; reading it again gives the same tree."""
    if isinstance(node, Condition):
        return _write_condition(node, "")
    if isinstance(node, Not):
        part = node.part
        if isinstance(part, Condition) and part.op == "null":
            return f"{part.column} is known"
        if isinstance(part, Condition) and part.op not in ("true", "=", "!=", "<", "<=", ">", ">="):
            return _write_condition(part, "not ")
        return f"not {_write_inner(part)}"
    word = " and " if isinstance(node, And) else " or "
    return word.join(_write_inner(part) for part in node.parts)


def _write_inner(node: Node) -> str:
    return f"({write(node)})" if isinstance(node, And | Or) else write(node)


def _write_condition(condition: Condition, negation: str) -> str:
    if condition.op == "true":
        return condition.column
    if condition.op == "null":
        return f"{condition.column} is null"
    values = [_write_value(value) for value in condition.values]
    if condition.op == "in":
        return f"{condition.column} {negation}in ({', '.join(values)})"
    return f"{condition.column} {negation}{condition.op} {' and '.join(values)}"


def _write_value(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Period):
        return f'"{value.text}"'
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    return repr(value)
