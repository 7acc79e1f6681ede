"""The filter language of every listing: read, checked against the columns, compiled to SQL.

    follow and placement = content and source_authority >= 40
    and anchor ilike "%guide%" and not hidden
    and (rel != "nofollow" or first_seen > 2024-01-01) and source_domain in (a.com, b.org)

Grammar (words in any case; ``docs/filters.md`` explains it to users)::

    filter := conjunction ("or" conjunction)*
    conjunction := negation ("and" negation)*
    negation := "not" negation | "(" filter ")" | test
    test := column                                    a yes/no column, standing for "is true"
          | column ("=" | "!=" | "<" | "<=" | ">" | ">=") value
          | column ["not"] ("like" | "ilike" | "contains" | "startswith" | "endswith"
                            | "has" | "matches") value
          | column ["not"] "in" "(" value ("," value)* ")"
          | column ["not"] "between" value "and" value
          | column "is" ["not"] ("null" | "unknown" | "known" | "true" | "false")

The tree is small (``Condition``, ``Not``, ``And``, ``Or``), typed while it is read, and turned into
SQL with **every value a parameter** and every identifier from the table of columns. Its logic
is SQL's: a test on an unknown value is neither true nor false, so such a row is in neither
``placement = content`` nor ``placement != content``.

Length, depth and counts are bounded by ``[filters]`` of the settings, so that text from a
stranger can exhaust nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, NoReturn, TypeAlias

from backlit.errors import FilterError
from backlit.index.filter_text import Place, Token, nearest, refuse, tokens
from backlit.index.filter_tree import (
    And,
    Condition,
    Node,
    Not,
    Or,
    Value,
    compile_tree,
    conditions,
    identifier,
    write,
)
from backlit.index.periods import read_period
from backlit.settings import Filters, default

if TYPE_CHECKING:
    import duckdb


class Column(NamedTuple):
    """A column a listing can be filtered and sorted by.

    ``kind`` is ``text``, ``integer``, ``number``, ``boolean`` or ``time``; ``choices`` are the
    only values a text column can hold, where there is such a list.
    """

    name: str
    kind: str
    choices: tuple[str, ...] = ()


Columns: TypeAlias = Mapping[str, Column]

_ORDER = ("=", "!=", "<", "<=", ">", ">=")
_TEXT = ("like", "ilike", "contains", "startswith", "endswith", "has", "matches")

#: Operators by kind of column. ``null`` is written ``is null``, ``true`` as the bare column.
OPERATORS: dict[str, tuple[str, ...]] = {
    "text": (*_ORDER, "in", "between", *_TEXT, "null"),
    "integer": (*_ORDER, "in", "between", "null"),
    "number": (*_ORDER, "in", "between", "null"),
    "boolean": ("true", "=", "!=", "null"),
    "time": (*_ORDER, "between", "null"),
}
_WORD_OPERATORS = ("in", "between", *_TEXT)
_RESERVED = frozenset({"and", "or", "not", "is", "null", *_WORD_OPERATORS})
_EXAMPLE = {"text": "…", "integer": "3", "number": "40", "time": "2024-01-31"}
_INTEGER = re.compile(r"[+-]?[0-9]{1,40}\Z")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?\Z")
_NUMBER_NAME = {"integer": "a whole number", "number": "a number"}


class Filter(NamedTuple):
    """A filter that has been read: its tree over the columns it was checked against."""

    tree: Node

    @property
    def text(self) -> str:
        """The filter written out again; reading it gives the same tree."""
        return write(self.tree)

    @property
    def columns(self) -> frozenset[str]:
        """The columns the filter looks at."""
        return frozenset(condition.column for condition in conditions(self.tree))

    def sql(self, qualifier: str = "") -> tuple[str, list[object]]:
        """A boolean SQL expression and its parameters, columns optionally of table ``qualifier``."""
        parameters: list[object] = []
        prefix = f"{identifier(qualifier)}." if qualifier else ""
        return compile_tree(self.tree, prefix, parameters), parameters


def read_filter(text: str, columns: Columns, limits: Filters | None = None) -> Filter:
    """Read ``text`` as a filter over ``columns``; raises ``FilterError`` pointing at the place."""
    limits = limits or default().filters
    return Filter(_Reader(text, columns, limits).read())


class Sort(NamedTuple):
    """An order of rows: columns with their direction (True: descending). Unknown always last."""

    keys: tuple[tuple[str, bool], ...]

    @property
    def text(self) -> str:
        """The order written out again."""
        return ", ".join(f"{name} desc" if descending else name for name, descending in self.keys)

    def sql(self, tie_break: Sequence[str], qualifier: str = "") -> str:
        """An ``ORDER BY`` list; ``tie_break`` (columns unique together) makes paging stable."""
        prefix = f"{identifier(qualifier)}." if qualifier else ""
        named = {name for name, _ in self.keys}
        keys = [*self.keys, *((name, False) for name in tie_break if name not in named)]
        return ", ".join(
            f"{prefix}{identifier(name)} {'DESC' if descending else 'ASC'} NULLS LAST"
            for name, descending in keys
        )


def read_sort(text: str, columns: Columns, limits: Filters | None = None) -> Sort:
    """Read ``"source_authority desc, first_seen"``; raises ``FilterError`` pointing at the place."""
    limits = limits or default().filters
    place = Place(text)
    items = tokens(text, limits.max_characters)
    keys: list[tuple[str, bool]] = []
    while True:
        name = next(items)
        column = _column(place, name, columns)
        if any(known == column.name for known, _ in keys):
            refuse(place, name, f'The sort names "{column.name}" twice.')
        if len(keys) == limits.max_sort_columns:
            refuse(place, name, f"A sort may name at most {limits.max_sort_columns} columns.")
        after = next(items)
        descending = False
        if after.kind == "word" and after.text.lower() in ("asc", "desc"):
            descending = after.text.lower() == "desc"
            after = next(items)
        keys.append((column.name, descending))
        if after.kind == "end":
            return Sort(tuple(keys))
        if after.kind != ",":
            refuse(place, after, f'Here "asc", "desc" or a comma was expected, not {after.label}.')


class _Reader:
    """Recursive descent over the tokens of one filter."""

    def __init__(self, text: str, columns: Columns, limits: Filters) -> None:
        self.place = Place(text)
        self.columns = columns
        self.limits = limits
        self.items = tokens(text, limits.max_characters)
        self.token = next(self.items)
        self.depth = 0
        self.tests = 0

    def read(self) -> Node:
        if self.token.kind == "end":
            raise FilterError("The filter is empty. Leave it out, or write a test such as: follow")
        tree = self.disjunction()
        if self.token.kind != "end":
            self.refuse(f'Here "and", "or" or the end of the filter was expected, not {self.token.label}.')
        return tree

    def disjunction(self) -> Node:
        parts = [self.conjunction()]
        while self.word("or"):
            parts.append(self.conjunction())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def conjunction(self) -> Node:
        parts = [self.negation()]
        while self.word("and"):
            parts.append(self.negation())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def negation(self) -> Node:
        self.depth += 1
        if self.depth > self.limits.max_depth:
            self.refuse(f"The filter is nested more than {self.limits.max_depth} deep.")
        node: Node
        if self.word("not"):
            node = Not(self.negation())
        elif self.token.kind == "(":
            self.advance()
            node = self.disjunction()
            self.expect(")", "A bracket is still open here; close it with )")
        else:
            node = self.test()
        self.depth -= 1
        return node

    def test(self) -> Node:
        self.tests += 1
        if self.tests > self.limits.max_tests:
            self.refuse(f"A filter may hold at most {self.limits.max_tests} tests.")
        column = _column(self.place, self.token, self.columns)
        name = self.advance()
        if self.token.kind == "operator":
            return self.values(column, self.advance())
        if self.word("is"):
            return self.state(column)
        if self.token.kind == "word":
            word = self.token.text.lower()
            if word in _WORD_OPERATORS:
                return self.values(column, self.advance())
            if word == "not":
                self.advance()
                if self.token.kind == "word" and self.token.text.lower() in _WORD_OPERATORS:
                    return Not(self.values(column, self.advance()))
                self.refuse(f'After "not" comes one of: {", ".join(_WORD_OPERATORS)}.')
            if word not in ("and", "or"):
                guess = nearest(word, (*_WORD_OPERATORS, "is", "and", "or"))
                self.refuse(f"Here an operator was expected, not {self.token.label}.{guess}")
        elif self.token.kind not in ("end", ")"):
            self.refuse(f"Here an operator was expected, not {self.token.label}.")
        if column.kind != "boolean":
            example = f"{column.name} = {column.choices[0] if column.choices else _EXAMPLE[column.kind]}"
            refuse(self.place, name, f'"{column.name}" is no yes/no column; say what it should be: {example}')
        return Condition(column.name, "true")

    def state(self, column: Column) -> Node:
        negated = self.word("not")
        word = self.token.text.lower() if self.token.kind == "word" else ""
        node: Node
        if word in ("null", "unknown"):
            node = Condition(column.name, "null")
        elif word == "known":
            node = Not(Condition(column.name, "null"))
        elif word in ("true", "false") and column.kind == "boolean":
            node = Condition(column.name, "=", (word == "true",))
        else:
            self.refuse(f'After "is" comes "known", "unknown" or "null", not {self.token.label}.')
        self.advance()
        return Not(node) if negated else node

    def values(self, column: Column, operator: Token) -> Condition:
        op = operator.text.lower()
        if op not in OPERATORS[column.kind]:
            possible = ", ".join(o for o in OPERATORS[column.kind] if o not in ("true", "null"))
            refuse(
                self.place,
                operator,
                f'"{op}" is not for "{column.name}", which is of kind {column.kind}. '
                f"Possible are: {possible}, is null, is known.",
            )
        if op == "between":
            low = self.value(column, op)
            if not self.word("and"):
                self.refuse(f'Between two values of "between" comes "and", not {self.token.label}.')
            return Condition(column.name, op, (low, self.value(column, op)))
        if op != "in":
            return Condition(column.name, op, (self.value(column, op),))
        self.expect("(", 'After "in" comes a list in brackets, such as: in (a.com, b.org)')
        found = [self.value(column, op)]
        while self.token.kind == ",":
            self.advance()
            if len(found) == self.limits.max_values:
                self.refuse(f"A list may hold at most {self.limits.max_values} values.")
            found.append(self.value(column, op))
        self.expect(")", "A list in brackets goes on with a comma or ends with )")
        return Condition(column.name, op, tuple(found))

    def value(self, column: Column, op: str) -> Value:
        token = self.token
        if token.kind not in ("word", "text"):
            self.refuse(f"Here a value was expected, not {token.label}.")
        if token.kind == "word" and token.text.lower() in _RESERVED:
            hint = f'write "{column.name} is null"' if token.text.lower() == "null" else "put it in quotes"
            self.refuse(f'"{token.text}" is a word of the language; if it is meant as a value, {hint}.')
        self.advance()
        if column.kind == "text":
            return self.text_value(column, op, token)
        if column.kind == "boolean":
            if token.text.lower() not in ("true", "false"):
                refuse(self.place, token, f'"{column.name}" is true or false, not {token.label}.')
            return token.text.lower() == "true"
        if column.kind == "time":
            period = read_period(token.text)
            if period is None:
                refuse(
                    self.place,
                    token,
                    f"{token.label} is not a date; write 2024, 2024-01, 2024-01-31 or 2024-01-31T12:00:00.",
                )
            return period
        return self.number(column, token)

    def number(self, column: Column, token: Token) -> int | float:
        pattern = _INTEGER if column.kind == "integer" else _NUMBER
        if not pattern.match(token.text):
            refuse(self.place, token, f'"{column.name}" is {_NUMBER_NAME[column.kind]}, not {token.label}.')
        if column.kind == "integer":
            whole = int(token.text)
            if not -(2**63) <= whole < 2**63:
                refuse(self.place, token, f"{token.label} is too large.")
            return whole
        number = float(token.text)
        if not math.isfinite(number):
            refuse(self.place, token, f"{token.label} is too large.")
        return number

    def text_value(self, column: Column, op: str, token: Token) -> str:
        if column.choices and op in ("=", "!=", "in") and token.text not in column.choices:
            guess = nearest(token.text, column.choices)
            known = f" It is one of: {', '.join(column.choices)}."
            refuse(self.place, token, f'"{column.name}" is never {token.label}.{guess}{known}')
        if op == "matches":
            if len(token.text) > self.limits.max_pattern_characters:
                refuse(
                    self.place,
                    token,
                    f"The regular expression is longer than {self.limits.max_pattern_characters} characters.",
                )
            wrong = _pattern_error(token.text)
            if wrong:
                refuse(self.place, token, f"{token.label} is not a regular expression (RE2): {wrong}.")
        return token.text

    def advance(self) -> Token:
        token = self.token
        if token.kind != "end":
            self.token = next(self.items)
        return token

    def word(self, word: str) -> bool:
        """Step over ``word`` if it is next."""
        if self.token.kind == "word" and self.token.text.lower() == word:
            self.advance()
            return True
        return False

    def expect(self, kind: str, sentence: str) -> None:
        if self.token.kind != kind:
            self.refuse(f"{sentence} (found {self.token.label}).")
        self.advance()

    def refuse(self, sentence: str) -> NoReturn:
        refuse(self.place, self.token, sentence)


def _column(place: Place, token: Token, columns: Columns) -> Column:
    """The column that ``token`` names, or an error with the nearest known one."""
    if token.kind != "word" or token.text.lower() in _RESERVED:
        refuse(place, token, f"Here the name of a column was expected, not {token.label}.")
    column = columns.get(token.text.lower())
    if column is None:
        guess = nearest(token.text, columns) or f" Known are: {', '.join(columns)}."
        refuse(place, token, f"There is no column {token.label} here.{guess}")
    return column


@cache
def _patterns() -> duckdb.DuckDBPyConnection:
    """An empty database to try regular expressions on."""
    import duckdb

    return duckdb.connect(":memory:", config={"enable_external_access": "false", "threads": 1})


def _pattern_error(pattern: str) -> str | None:
    """What is wrong with an RE2 pattern, in its reader's words, or ``None``."""
    import duckdb

    try:
        _patterns().cursor().execute("SELECT regexp_matches('', ?)", [pattern]).fetchall()
    except duckdb.Error as exc:
        return str(exc).splitlines()[0].removeprefix("Invalid Input Error: ").rstrip(".")[:200]
    return None
