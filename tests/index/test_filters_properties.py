"""Properties of the filter language, on random trees, rows and texts."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backlit.errors import FilterError
from backlit.index.filter_tree import And, Condition, Not, Or, write
from backlit.index.filters import OPERATORS, Column, Filter, read_filter, read_sort
from backlit.index.periods import Period, read_period

COLUMNS = {
    column.name: column
    for column in (
        Column("anchor", "text"),
        Column("placement", "text", ("content", "nav")),
        Column("follow", "boolean"),
        Column("authority", "number"),
        Column("links", "integer"),
        Column("seen", "time"),
    )
}
#: Letters whose lower case is one letter, so that ILIKE means the same in both evaluators.
LETTERS = st.text("abAB é%_\"'", max_size=4)
TIMES = st.datetimes(datetime(2023, 12, 30), datetime(2024, 3, 2)).map(lambda t: t.replace(microsecond=0))
DATES = st.one_of(
    st.sampled_from(["2023", "2024", "2024-01", "2024-02"]),
    TIMES.map(lambda t: t.strftime("%Y-%m-%d")),
    TIMES.map(lambda t: t.strftime("%Y-%m-%dT%H:%M:%S")),
).map(read_period)
PATTERNS = st.sampled_from(["a", "^a", "b$", "a|b", "[ab]+", ".", "é", "^$"])


def _values(column: Column, op: str) -> st.SearchStrategy:
    if column.choices and op in ("=", "!=", "in"):
        return st.sampled_from(column.choices)
    if op == "matches":
        return PATTERNS
    return {
        "text": LETTERS,
        "boolean": st.booleans(),
        "number": st.sampled_from([-1.5, 0.0, 1.0, 1e22, 3.25]),
        "integer": st.integers(-3, 3),
        "time": DATES,
    }[column.kind]


@st.composite
def conditions(draw):
    column = draw(st.sampled_from(list(COLUMNS.values())))
    op = draw(st.sampled_from(OPERATORS[column.kind]))
    least, most = {"null": (0, 0), "true": (0, 0), "between": (2, 2), "in": (1, 3)}.get(op, (1, 1))
    return Condition(
        column.name, op, tuple(draw(st.lists(_values(column, op), min_size=least, max_size=most)))
    )


def _branches(parts):
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(parts.map(Not), several.map(And), several.map(Or))


TREES = st.recursive(conditions(), _branches, max_leaves=8)
ROWS = st.tuples(
    st.none() | LETTERS,
    st.none() | st.sampled_from(["content", "nav"]),
    st.none() | st.booleans(),
    st.none() | st.sampled_from([-1.5, 0.0, 1.0, 3.25]),
    st.none() | st.integers(-3, 3),
    st.none() | TIMES,
)


def truth(node, row):
    """The three-valued truth of ``node`` for ``row``: True, False or None."""
    if isinstance(node, Condition):
        return _condition(node, row)
    if isinstance(node, Not):
        part = truth(node.part, row)
        return None if part is None else not part
    deciding = isinstance(node, Or)
    parts = [truth(part, row) for part in node.parts]
    if deciding in parts:
        return deciding
    return None if None in parts else not deciding


def _condition(node, row):
    value, op = row[node.column], node.op
    if op == "null":
        return value is None
    if value is None:
        return None
    if op == "true":
        return value
    if isinstance(node.values[0], Period):
        return _period(op, value, node.values)
    first = node.values[0]
    if op == "in":
        return value in node.values
    if op == "between":
        return first <= value <= node.values[1]
    return {
        "=": lambda: value == first,
        "!=": lambda: value != first,
        "<": lambda: value < first,
        "<=": lambda: value <= first,
        ">": lambda: value > first,
        ">=": lambda: value >= first,
        "like": lambda: _like(first, value),
        "ilike": lambda: _like(first.lower(), value.lower()),
        "contains": lambda: first in value,
        "startswith": lambda: value.startswith(first),
        "endswith": lambda: value.endswith(first),
        "has": lambda: f" {first} " in f" {value} ",
        "matches": lambda: re.search(first.replace("$", r"\Z"), value) is not None,
    }[op]()


def _like(pattern, value):
    parts = {"%": ".*", "_": "."}
    return re.fullmatch("".join(parts.get(c, re.escape(c)) for c in pattern), value, re.DOTALL) is not None


def _period(op, value, periods):
    first, last = periods[0], periods[-1]
    within = first.start <= value < first.end
    return {
        "=": within,
        "!=": not within,
        "<": value < first.start,
        "<=": value < first.end,
        ">": value >= first.end,
        ">=": value >= first.start,
        "between": first.start <= value < last.end,
    }[op]


@pytest.fixture(scope="module")
def con():
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE t (id BIGINT, anchor VARCHAR, placement VARCHAR, follow BOOLEAN,"
            " authority DOUBLE, links INTEGER, seen TIMESTAMP)"
        )
        yield connection


@given(TREES)
def test_writing_a_filter_and_reading_it_again_is_the_identity(tree):
    assert read_filter(write(tree), COLUMNS).tree == tree


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(TREES, st.lists(ROWS, min_size=1, max_size=12))
def test_the_compiled_filter_agrees_with_three_valued_logic(con, tree, rows):
    con.execute("DELETE FROM t")
    con.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?)", [(n, *row) for n, row in enumerate(rows)])
    sql, parameters = Filter(tree).sql("t")
    found = [n for (n,) in con.execute(f"SELECT id FROM t WHERE {sql} ORDER BY id", parameters).fetchall()]
    assert found == [n for n, row in enumerate(rows) if truth(tree, dict(zip(COLUMNS, row, strict=True)))]


_LANGUAGE = "and or not ( ) , = != < in is null known like between has matches 3 -1.5 2024-01 true content"
_ODD = ("'a'", '"', "'", "!", "\\", "[", "\x00", ";", "--")
WORDS = st.sampled_from([*COLUMNS, *_LANGUAGE.split(), *_ODD])
ANY_TEXT = (
    st.text(max_size=60)
    | st.lists(WORDS, max_size=14).map(" ".join)
    | st.text("\ud800\udfff\x00a='", max_size=9)
)


@settings(deadline=None, max_examples=400)
@given(ANY_TEXT)
def test_any_text_gives_a_filter_that_runs_or_a_filter_error(con, text):
    try:
        read = read_filter(text, COLUMNS)
    except FilterError:
        return
    sql, parameters = read.sql()
    con.execute(f"SELECT count(*) FROM t WHERE {sql}", parameters).fetchall()
    assert read_filter(read.text, COLUMNS) == read


@given(ANY_TEXT)
def test_any_text_gives_a_sort_or_a_filter_error(text):
    try:
        sort = read_sort(text, COLUMNS)
    except FilterError:
        return
    assert read_sort(sort.text, COLUMNS) == sort


@given(TIMES, st.integers(0, 2))
def test_a_time_lies_in_the_periods_that_name_it(time, cut):
    text = time.strftime(("%Y", "%Y-%m", "%Y-%m-%d")[cut])
    period = read_period(text)
    assert period is not None
    assert period.start <= time < period.end
    assert period.end - period.start <= timedelta(days=366)
