"""The filter language: from JSON to a tree of conditions whose values are read by the type of their field.

    ["rank", ">", 80]
    [["dofollow", "=", true], "and", [["anchor", "ilike", "%shop%"], "or", ["is_lost", "=", true]]]

``and`` binds tighter than ``or``. A condition may stand in any number of brackets. Everything that cannot be meant is
a ``ValueError``; the caller names the parameter.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from backlit.server.dataforseo.dates import read_instant
from backlit.server.dataforseo.fields import Asked, Kind

MOST_CONDITIONS = 8
LONGEST_PATTERN = 1000

_COMPARED = frozenset({"=", "<>", "<", "<=", ">", ">=", "in", "not_in"})
OPERATORS: dict[Kind, frozenset[str]] = {
    "num": _COMPARED,
    "time": _COMPARED,
    "str": frozenset(
        {
            *("=", "<>", "in", "not_in", "like", "not_like", "ilike", "not_ilike"),
            *("regex", "not_regex", "match", "not_match"),
        }
    ),
    "bool": frozenset({"=", "<>"}),
    "array.str": frozenset({"has", "has_not", "=", "in"}),
}

#: What a condition that a null satisfies says no to.
NEGATIVE = {
    "<>": "=",
    "not_in": "in",
    "not_like": "like",
    "not_ilike": "ilike",
    "not_regex": "regex",
    "not_match": "match",
    "has_not": "has",
}

_NUMBER = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)
_WHOLE = re.compile(r"\s*[+-]?\d+\s*", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")
#: The categories of Unicode of which words are made, besides the underline: letters, marks, numbers.
_IN_WORDS = frozenset("LMN")
_LONGEST_WHOLE = 1 << 63


class Condition(NamedTuple):
    """``operator`` is always the positive one; ``negated`` says no to it, and then a null field satisfies."""

    asked: Asked
    operator: str
    value: Any
    negated: bool = False


class Group(NamedTuple):
    """Conditions of which all (``every``) or at least one must hold."""

    every: bool
    members: tuple[Tree, ...]


Tree = Condition | Group
Ask = Callable[[str], Asked | None]


def read_filters(value: Any, ask: Ask) -> Tree | None:
    """The tree of a filter; ``None`` for an empty list, which filters nothing.

    ``ask`` gives the field that a name stands for. Raises ``ValueError``.
    """
    if not isinstance(value, list):
        raise ValueError(value)
    if not value:
        return None
    budget = [MOST_CONDITIONS]
    return _read(value, ask, budget)


def conditions(tree: Tree) -> Iterator[Condition]:
    """Every condition of a tree, from left to right."""
    if isinstance(tree, Condition):
        yield tree
    else:
        for member in tree.members:
            yield from conditions(member)


def conjuncts(tree: Tree) -> tuple[Tree, ...]:
    """The parts of a tree that must all hold."""
    return tree.members if isinstance(tree, Group) and tree.every else (tree,)


def _read(value: Any, ask: Ask, budget: list[int]) -> Tree:
    # Brackets around one thing are taken off without recursion: they may be hundreds deep.
    while isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, list) or not value:
        raise ValueError(value)
    if isinstance(value[0], str):
        budget[0] -= 1
        if budget[0] < 0:
            raise ValueError("too many conditions")
        return _condition(value, ask)
    if len(value) % 2 == 0 or len(value) > 2 * MOST_CONDITIONS:
        raise ValueError(value)
    # Whatever stands beside a list needs a condition of its own, so that the budget bounds the depth as well.
    alternatives: list[list[Tree]] = [[]]
    members, links = value[::2], value[1::2]
    if len(members) > budget[0]:
        raise ValueError("too many conditions")
    for number, member in enumerate(members):
        if number and links[number - 1] not in ("and", "or"):
            raise ValueError(links[number - 1])
        if number and links[number - 1] == "or":
            alternatives.append([])
        others = len(members) - number - 1
        budget[0] -= others
        read = _read(member, ask, budget)
        budget[0] += others
        alternatives[-1].append(read)
    return _group(False, [_group(True, members) for members in alternatives])


def _group(every: bool, members: list[Tree]) -> Tree:
    if len(members) == 1:
        return members[0]
    flat: list[Tree] = []
    for member in members:
        flat.extend(member.members if isinstance(member, Group) and member.every is every else (member,))
    return Group(every, tuple(flat))


def _condition(value: list[Any], ask: Ask) -> Condition:
    if len(value) != 3:
        raise ValueError(value)
    name, operator, wanted = value
    asked = ask(name)
    if asked is None or not isinstance(operator, str) or operator not in OPERATORS[asked.kind]:
        raise ValueError(value)
    positive = NEGATIVE.get(operator, operator)
    return Condition(asked, positive, _read_value(asked.kind, positive, wanted), positive != operator)


def _read_value(kind: Kind, operator: str, value: Any) -> Any:
    if operator == "in":
        if not isinstance(value, list):
            raise ValueError(value)
        return tuple(_READERS[kind](each) for each in value)
    read = _READERS[kind](value)
    if operator in ("regex", "match"):
        if len(read) > LONGEST_PATTERN:
            raise ValueError(value)
        if operator == "match":
            found = words(read)
            if not found:
                raise ValueError(value)
            return found
    return read


def words(text: str) -> tuple[str, ...]:
    """The words of a text: letters of any script with their marks, digits and the underline."""
    kept = (c if c == "_" or unicodedata.category(c)[0] in _IN_WORDS else " " for c in text)
    return tuple("".join(kept).split())


def _text(value: Any) -> str:
    if not isinstance(value, str) or _SURROGATE.search(value):
        raise ValueError(value)
    return value


def _number(value: Any) -> int | float:
    if isinstance(value, str):
        if _WHOLE.fullmatch(value) and len(value) < 40:
            value = int(value)
        elif _NUMBER.fullmatch(value):
            value = float(value)
        else:
            raise ValueError(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(value)
    if isinstance(value, int) and not -_LONGEST_WHOLE <= value < _LONGEST_WHOLE:
        try:
            value = float(value)
        except OverflowError as exc:
            raise ValueError("no number of this world") from exc
    number: int | float = value
    if not math.isfinite(number):
        raise ValueError(value)
    return number


def _flag(value: Any) -> bool:
    if isinstance(value, str):
        value = {"true": True, "false": False}.get(value.strip().lower())
    if not isinstance(value, bool):
        raise ValueError(value)
    return value


def _instant(value: Any) -> datetime:
    # Relations keep times in UTC without saying so.
    return read_instant(value).replace(tzinfo=None)


_READERS: dict[Kind, Callable[[Any], Any]] = {
    "num": _number,
    "str": _text,
    "bool": _flag,
    "time": _instant,
    "array.str": _text,
}
