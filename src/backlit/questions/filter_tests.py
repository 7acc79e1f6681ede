"""A filter put together and taken to pieces, for faces that offer its tests one by one."""

from __future__ import annotations

from typing import NamedTuple

from backlit.index.filter_tree import And, Node, write
from backlit.index.filters import OPERATORS, read_filter, read_sort
from backlit.questions.columns import CHOICES, Table, columns

#: Operators that are offered for a kind of column, the usual one first; all but ``is …`` take a value.
OFFERED: dict[str, tuple[str, ...]] = {
    "text": (
        "contains",
        "=",
        "!=",
        "startswith",
        "endswith",
        "ilike",
        "has",
        "matches",
        "is known",
        "is null",
    ),
    "integer": (">=", "<=", "=", "!=", ">", "<", "is known", "is null"),
    "number": (">=", "<=", "=", "!=", ">", "<", "is known", "is null"),
    "boolean": ("is true", "is false", "is known", "is null"),
    "time": (">=", "<=", "=", ">", "<", "is known", "is null"),
}
#: Every operator that is offered for any kind.
ALL_OFFERED = tuple(dict.fromkeys(op for ops in OFFERED.values() for op in ops))


class Field(NamedTuple):
    """A column that can be filtered by: its name, kind, meaning, and its values where there are only a few."""

    name: str
    kind: str
    says: str
    choices: tuple[str, ...]


def fields(table: Table) -> list[Field]:
    """The columns of a listing that can be filtered by."""
    return [Field(n, kind, says, CHOICES.get(n, ())) for n, kind, says in table if kind in OPERATORS]


def tests_of(where: str, table: Table) -> list[str]:
    """The tests of a filter that all must hold, each written out. Raises ``FilterError``."""
    tree = read_filter(where, columns(table)).tree
    return [_inner(part) for part in tree.parts] if isinstance(tree, And) else [_inner(tree)]


def _inner(node: Node) -> str:
    return write(node)


def joined(tests: list[str]) -> str:
    """One filter that asks for all of ``tests``, as they were written."""
    return tests[0] if len(tests) == 1 else " and ".join(_bracketed(test) for test in tests)


def _bracketed(test: str) -> str:
    return f"({test})" if " or " in test.lower() else test


def one_test(column: str, operator: str, value: str, table: Table) -> str:
    """One test, from the three controls of a form. Raises ``FilterError`` for one that cannot be read."""
    word = operator if operator in ALL_OFFERED else "="
    test = f"{column} {word}"
    if not word.startswith("is "):
        quoted = value.replace('"', '""')
        test = f'{column} {word} "{quoted}"' if _is_text(column, table) else f"{column} {word} {value or '…'}"
    return read_filter(test, columns(table)).text


def _is_text(column: str, table: Table) -> bool:
    return any(name == column and kind in ("text", "time") for name, kind, _ in table)


def check_filter(where: str, table: Table) -> None:
    """Raise the ``FilterError`` that a listing would raise for a filter."""
    read_filter(where, columns(table))


def keys_of(sort: str, table: Table) -> list[tuple[str, bool]]:
    """The columns of an order, each with whether it is descending. Raises ``FilterError``."""
    return list(read_sort(sort, columns(table)).keys)
