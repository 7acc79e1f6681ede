"""Filters on the names of a web graph as ranges of its nodes, so that few names need be read.

A node's number is its place among the reversed names. So *ends with ".co.uk"* is one range of numbers, a name is one
number, and either is found by a search in the dictionary. What no range says (``contains``, ``matches`` …) is
asked of the names themselves, but only of nodes that everything else in the filter lets through.
"""

from __future__ import annotations

from collections.abc import Iterator

from backlit.index.filter_tree import And, Condition, Node, Not, Or, conditions
from backlit.release.buffers import reversed_name
from backlit.release.names import Names

#: The column of names, and that of numbers.
NAME, NUMBER = "source_domain", "node"


def over_numbers(tree: Node, names: Names) -> Node:
    """``tree`` with every test of the name that is a range of nodes written as one; it holds for the same rows."""
    if isinstance(tree, Not):
        return Not(over_numbers(tree.part, names))
    if isinstance(tree, And | Or):
        return type(tree)(tuple(over_numbers(part, names) for part in tree.parts))
    if tree.column != NAME:
        return tree
    return _ranged(tree, names)


def without_names(tree: Node) -> Node | None:
    """The part of ``tree`` that can be asked without a name, and that every row must pass; ``None``: none."""
    parts = tuple(part for part in _conjuncts(tree) if not asks_for_names(part))
    return (parts[0] if len(parts) == 1 else And(parts)) if parts else None


def asks_for_names(tree: Node) -> bool:
    """Whether any test of ``tree`` looks at the name itself."""
    return any(condition.column == NAME for condition in conditions(tree))


def _conjuncts(tree: Node) -> Iterator[Node]:
    if isinstance(tree, And):
        for part in tree.parts:
            yield from _conjuncts(part)
    else:
        yield tree


def _ranged(test: Condition, names: Names) -> Node:
    op, values = test.op, [str(value) for value in test.values]
    if any("\\" in value for value in values):  # how bytes that are no text are shown: only the names tell
        return test
    if op == "like" and not set("%_") & set(values[0].removeprefix("%")):
        op = "endswith" if values[0].startswith("%") else "="
        values = [values[0].removeprefix("%")]
    if op in ("=", "in"):
        nodes = tuple(names.find(reversed_name(value)) for value in values)
        return Condition(NUMBER, "in", nodes)
    if op == "!=":
        return Not(Condition(NUMBER, "in", (names.find(reversed_name(values[0])),)))
    if op == "endswith" and "." in values[0]:
        label, _, below = values[0].partition(".")
        nodes_below = names.below(reversed_name(below))
        inside = Condition(NUMBER, "between", (nodes_below.start, nodes_below.stop - 1))
        return And((inside, test)) if label else inside
    return test
