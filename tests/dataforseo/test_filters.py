"""The filter language, against a second reading of its rules in plain Python."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backlit.server.dataforseo.conditions import check_patterns, hundred_column, to_sql
from backlit.server.dataforseo.fields import Field, Table
from backlit.server.dataforseo.filters import read_filters

TABLE = Table(
    None,
    [
        Field("n"),
        Field("rank", rank=True),
        Field("s", "str"),
        Field("b", "bool"),
        Field("t", "time"),
        Field("a", "array.str"),
        Field("m", "map.num"),
    ],
    key=("n",),
)
TEXTS = [
    "",
    "a",
    "A",
    "ab",
    "a_b",
    "a b",
    "aXb",
    "Über alles",
    "über",
    "a\\b",
    "50%",
    "x\ny",
    "naïve café",
    "a.b",
]
MOMENTS = [
    datetime(2020, 1, 1),
    datetime(2020, 1, 1, 12, 30, 5),
    datetime(2020, 1, 1, 12, 30, 5, 400_000),
    datetime(2021, 6, 7, 1),
]
ROWS: list[dict[str, Any]] = [
    {
        "n": None if i % 7 == 6 else i * 3 - 9,
        "rank": None if i % 5 == 4 else i * 71 % 1001,
        "s": None if i % 6 == 5 else TEXTS[i % len(TEXTS)],
        "b": [True, False, None][i % 3],
        "t": None if i % 8 == 7 else MOMENTS[i % len(MOMENTS)],
        "a": None if i % 4 == 3 else [[], ["nofollow"], ["ugc", "nofollow"]][i % 3],
        "m": None if i % 9 == 8 else {"anchor": i, "co.uk": 1} if i % 2 else {"image": 2},
    }
    for i in range(40)
]
SCHEMA = {
    "n": "BIGINT", "rank": "INTEGER", "s": "VARCHAR", "b": "BOOLEAN", "t": "TIMESTAMP", "a": "VARCHAR[]",
    "m": "MAP(VARCHAR, INTEGER)",
}  # fmt: skip


@pytest.fixture(scope="module")
def table() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute(
        f"CREATE TABLE rows (i INTEGER, {', '.join(f'{name} {kind}' for name, kind in SCHEMA.items())})"
    )
    for i, row in enumerate(ROWS):
        con.execute("INSERT INTO rows VALUES (?, ?, ?, ?, ?, ?, ?, ?)", [i, *row.values()])
    return con


def picked(con: duckdb.DuckDBPyConnection, value: Any) -> list[int]:
    tree = read_filters(value, TABLE.ask)
    assert tree is not None
    sql = to_sql(tree)
    return [
        i for (i,) in con.execute(f"SELECT i FROM rows WHERE {sql.sql} ORDER BY i", sql.parameters).fetchall()
    ]


# The second reading: straight from the rules, with no tree and no SQL.


def holds(row: dict[str, Any], value: Any) -> bool:
    if isinstance(value[0], str):
        return condition_holds(row, *value)
    alternatives = [[value[0]]]
    for word, member in zip(value[1::2], value[2::2], strict=True):
        if word == "or":
            alternatives.append([])
        alternatives[-1].append(member)
    return any(all(holds(row, member) for member in members) for members in alternatives)


def condition_holds(row: dict[str, Any], field: str, operator: str, wanted: Any) -> bool:
    if operator in ("<>", "has_not") or operator.startswith("not_"):
        positive = {"<>": "=", "has_not": "has"}.get(operator, operator.removeprefix("not_"))
        return not condition_holds(row, field, positive, wanted)
    have = (row["m"] or {}).get(field[2:]) if field.startswith("m.") else row[field]
    if have is None:
        return False
    if isinstance(have, list):
        return bool(set(have) & set(wanted if operator == "in" else [wanted]))
    if operator == "in":
        return any(condition_holds(row, field, "=", each) for each in wanted)
    if isinstance(have, datetime):
        have, wanted = have.replace(microsecond=0), instant(wanted)
    elif isinstance(have, bool):
        wanted = {"true": True, "false": False}.get(wanted, wanted)
    elif isinstance(have, int):
        wanted = float(wanted)
    match operator:
        case "=":
            return have == wanted
        case "<":
            return have < wanted
        case "<=":
            return have <= wanted
        case ">":
            return have > wanted
        case ">=":
            return have >= wanted
        case "like":
            return like(wanted, have)
        case "ilike":
            return like(wanted.lower(), have.lower())
        case "regex":
            return re.search(wanted, have) is not None
        case "match":
            there = [word.lower() for word in re.findall(r"\w+", have)]
            return all(word.lower() in there for word in re.findall(r"\w+", wanted))
    raise AssertionError(operator)


def like(pattern: str, text: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split("%"))), text, re.DOTALL) is not None


def instant(text: str) -> datetime:
    if len(text) == 10:
        return datetime.fromisoformat(text)
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S %z").astimezone(UTC).replace(tzinfo=None)


numbers = st.one_of(
    st.integers(-12, 110), st.floats(-12, 110, width=16), st.integers(-12, 110).map(str), st.just("1e2")
)
texts = st.one_of(st.sampled_from(TEXTS), st.text("aAbB_%x\\ \n.ü", max_size=4))
words = st.sampled_from(["a", "B", "über", "ÜBER ALLES", "café", "a b", "x"])
patterns = st.sampled_from(["^a", "b$", "a.b", "[A-Z]", "a|ü", "", r"\d+", r"a\\b", "(?i)x"])
moments = st.one_of(
    st.sampled_from(["2020-01-01", "2021-06-07", "2020-01-01 12:30:05 +00:00", "2021-06-07 03:00:00 +02:00"]),
    st.integers(0, 500).map(lambda d: (datetime(2020, 1, 1) + timedelta(d)).strftime("%Y-%m-%d")),
)
attributes = st.sampled_from(["nofollow", "ugc", "sponsored", ""])


def compared(field: st.SearchStrategy[str], values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    single = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
    many = st.sampled_from(["in", "not_in"])
    return st.one_of(
        st.tuples(field, single, values).map(list),
        st.tuples(field, many, st.lists(values, max_size=4)).map(list),
    )


def of(field: str, operators: list[str], values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.tuples(st.just(field), st.sampled_from(operators), values).map(list)


single = st.one_of(
    compared(st.sampled_from(["n", "rank", "m.anchor", "m.co.uk", "m.nothing"]), numbers),
    compared(st.just("t"), moments),
    of("s", ["=", "<>", "like", "not_like", "ilike", "not_ilike"], texts),
    of("s", ["in", "not_in"], st.lists(texts, max_size=3)),
    of("s", ["regex", "not_regex"], patterns),
    of("s", ["match", "not_match"], words),
    of("b", ["=", "<>"], st.sampled_from([True, False, "true", "false"])),
    of("a", ["has", "has_not", "="], attributes),
    of("a", ["in"], st.lists(attributes, max_size=3)),
)


def joined(members: list[Any], links: list[str]) -> list[Any]:
    value = [members[0]]
    for link, member in zip(links, members[1:], strict=False):
        value += [link, member]
    return value


grouped = st.recursive(
    single,
    lambda inner: st.builds(
        joined, st.lists(inner, min_size=1, max_size=3), st.lists(st.sampled_from(["and", "or"]), min_size=2)
    ),
    max_leaves=8,
)


@settings(max_examples=400)
@given(value=grouped)
def test_a_filter_picks_the_rows_that_the_rules_say(value: Any, table: duckdb.DuckDBPyConnection) -> None:
    assert picked(table, value) == [i for i, row in enumerate(ROWS) if holds(row, value)]


def test_and_binds_tighter_than_or(table: duckdb.DuckDBPyConnection) -> None:
    value = [["n", "=", 0], "or", ["n", "=", 3], "and", ["b", "=", True], "or", ["n", "=", -6]]
    assert picked(table, value) == [1, 3]


def test_a_condition_stands_bare_or_in_any_number_of_brackets(table: duckdb.DuckDBPyConnection) -> None:
    value: Any = ["n", ">=", 102]
    for _ in range(300):
        value = [value]
    assert picked(table, value) == picked(table, ["n", ">=", 102]) == [37, 38, 39]


def test_a_rank_is_read_on_the_scale_of_a_hundred(table: duckdb.DuckDBPyConnection) -> None:
    tree = read_filters(["rank", "=", 89], TABLE.ask)
    assert tree is not None
    sql = to_sql(tree, hundred_column)
    ranks = {694: True, 695: True, 690: False, 500: False, 1000: False, None: False}
    query = f"WITH r AS (SELECT ?::INTEGER AS rank) SELECT {sql.sql} FROM r"
    found = {rank: table.execute(query, [rank, *sql.parameters]).fetchall()[0][0] for rank in ranks}
    assert found == ranks


def test_text_in_a_filter_is_never_sql(table: duckdb.DuckDBPyConnection) -> None:
    for text in ("' OR 1=1 --", '"; DROP TABLE rows; --', "?", "\0", "%' ESCAPE 'x"):
        assert picked(table, ["s", "=", text]) == []
        assert picked(table, [f"m.{text}", "=", 1]) == []
    assert table.execute("SELECT count(*) FROM rows").fetchone() == (len(ROWS),)


WRONG: list[Any] = [
    {"n": 1},
    "n",
    1,
    True,
    [[]],
    [["n", "=", 1], "and"],
    ["and", ["n", "=", 1]],
    [["n", "=", 1], "xor", ["n", "=", 2]],
    [["n", "=", 1], ["n", "=", 2]],
    [["n", "=", 1], None, ["n", "=", 2]],
    [["n", "=", 1], "and", []],
    [["n", "=", 1], "and", "or"],
    ["n", "="],
    ["n", "=", 1, 2],
    ["x", "=", 1],
    ["m", "=", 1],
    ["n; DROP", "=", 1],
    ["n", "==", 1],
    ["n", "like", "1"],
    ["n", ["="], 1],
    [1, "=", 1],
    ["n", "=", "abc"],
    ["n", "=", ""],
    ["n", "=", True],
    ["n", "=", None],
    ["n", "=", [1]],
    ["n", "=", "1e999"],
    ["n", "=", 10**400],
    ["n", "in", 1],
    ["n", "in", [1, "x"]],
    ["s", "=", 1],
    ["s", "=", None],
    ["s", ">", "a"],
    ["s", "in", "a"],
    ["s", "has", "a"],
    ["s", "=", "\ud800"],
    ["s", "regex", "a" * 1001],
    ["s", "match", "..."],
    ["b", "=", "yes"],
    ["b", "=", 1],
    ["b", ">", True],
    ["t", "=", "2020-02-30"],
    ["t", "=", "yesterday"],
    ["t", ">", "2020-01-01T00:00:00Z"],
    ["t", ">", 1577836800],
    ["a", "like", "%x%"],
    ["a", "has", ["ugc"]],
    [["n", "=", 1], *["and", ["n", "=", 1]] * 8],
    [[["n", "=", 1], *["or", ["n", "=", 1]] * 4], "and", [["n", "=", 1], *["or", ["n", "=", 1]] * 3]],
]


@pytest.mark.parametrize("value", WRONG, ids=repr)
def test_a_filter_that_cannot_be_meant_is_refused(value: Any) -> None:
    with pytest.raises(ValueError):
        read_filters(value, TABLE.ask)


def test_eight_conditions_may_stand_in_one_filter() -> None:
    assert read_filters([["n", "=", 1], *["and", ["n", "=", 1]] * 7], TABLE.ask) is not None
    left: Any = ["n", "=", 1]
    for _ in range(7):
        left = [left, "or", ["n", "=", 1]]
    assert read_filters(left, TABLE.ask) is not None
    with pytest.raises(ValueError):
        read_filters([left, "or", ["n", "=", 1]], TABLE.ask)


def test_an_empty_filter_filters_nothing() -> None:
    assert read_filters([], TABLE.ask) is None


@pytest.mark.parametrize("pattern", ["(", "a{2000}", r"\1", "(?<=a)b", "[z-a]", "*"])
def test_a_pattern_that_is_no_regular_expression_is_refused(
    pattern: str, table: duckdb.DuckDBPyConnection
) -> None:
    tree = read_filters([["n", "=", 1], "or", ["s", "not_regex", pattern]], TABLE.ask)
    assert tree is not None
    with pytest.raises(ValueError):
        check_patterns(tree, table)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


@given(value=json_values)
def test_whatever_is_sent_is_read_or_refused(value: Any) -> None:
    try:
        read_filters(value, TABLE.ask)
    except ValueError:
        return
    assert value == []
