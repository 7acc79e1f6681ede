"""One value as text: what a stranger wrote must not steer terminal, spreadsheet or JSON."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlit.cli.cells import as_text, for_csv, for_json, for_terminal, simple


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("", ""),
        (True, True),
        (3, 3),
        (1.5, 1.5),
        (float("nan"), None),
        (float("inf"), None),
        (datetime(2024, 1, 31, 12), "2024-01-31T12:00:00Z"),
        (datetime(2024, 1, 31, 12, 0, 0, 5), "2024-01-31T12:00:00.000005Z"),
        (datetime(2024, 1, 31, 12, tzinfo=UTC), "2024-01-31T12:00:00Z"),
        (datetime(2024, 1, 31, 12, tzinfo=timezone(timedelta(hours=2))), "2024-01-31T10:00:00Z"),
        (date(2024, 1, 31), "2024-01-31"),
        (Decimal("12"), 12),
        (Decimal("1.5"), 1.5),
        (b"\x00\xff", "00ff"),
        ([1, None], [1, None]),
        ({"a": date(2024, 1, 1)}, {"a": "2024-01-01"}),
        (timedelta(days=1), "1 day, 0:00:00"),
    ],
)
def test_values_as_json_knows_them(value, expected):
    assert simple(value) == expected


def test_values_as_people_read_them():
    values = [None, True, False, "x", 3, datetime(2024, 1, 1), [1, "é"]]
    assert [as_text(v) for v in values] == ["", "true", "false", "x", "3", "2024-01-01T00:00:00Z", '[1, "é"]']


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 日本 😀", "plain é 日本 😀"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("\x9b31m", "\\x9b31m"),
        ("two\nlines\tand\r", "two lines and "),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("a\u2066b\u200fc\u061cd", "a\\u2066b\\u200fc\\u061cd"),
        ("\U000e0041", "\\U000e0041"),
        ("\ud800", "\\ud800"),
        ("bell\x07 del\x7f", "bell\\x07 del\\x7f"),
    ],
)
def test_nothing_steers_the_terminal(text, shown):
    assert for_terminal(text) == shown


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        ("", '""'),
        ("a,b", '"a,b"'),
        ('say "hi"', '"say ""hi"""'),
        ("two\nlines", '"two\nlines"'),
        (" blank", '" blank"'),
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+49 30 1234", "'+49 30 1234"),
        ("-x", "'-x"),
        ("\t=1", "'\t=1"),
        ("\n=1", '"\'\n=1"'),
        ("＝1", "'＝1"),
        ("-1.5", "-1.5"),
        ("+3", "+3"),
        (-1.5, "-1.5"),
        ("a=b", "a=b"),
        (True, "true"),
        (datetime(2024, 1, 1), "2024-01-01T00:00:00Z"),
    ],
)
def test_csv_cells(value, cell):
    assert for_csv(value) == cell


@given(st.lists(st.text(), min_size=2, max_size=4))
def test_a_csv_line_reads_back_as_it_was_but_for_the_guard(texts):
    line = ",".join(for_csv(text) for text in texts) + "\r\n"
    (row,) = csv.reader(io.StringIO(line, newline=""), strict=True)
    assert [a.removeprefix("'") for a in row] == [b.removeprefix("'") for b in texts]


@given(st.text())
def test_a_csv_cell_never_begins_a_formula(text):
    (row,) = csv.reader(io.StringIO(for_csv(text) + ",x", newline=""), strict=True)
    if row[0][:1] in ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"):
        float(row[0])


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_json_keeps_every_character_and_prints_safely(value):
    text = for_json(value)
    assert json.loads(text) == value
    assert for_terminal(text) == text


def test_json_escapes_half_characters_and_tags():
    assert for_json("\ud800\U000e0041") == '"\\ud800\\udb40\\udc41"'
