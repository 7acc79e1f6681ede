"""Columns written whole say the very cells that values say one by one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlit.cli.cells import for_csv
from backlit.cli.csvcolumns import csv_cells, csv_rows

KINDS: dict[str, tuple[pa.DataType, list[Any]]] = {
    "text": (pa.string(), ["=1+1", "a,b", 'say "hi"', "", None, "plain", " blank ", "-5"]),
    "integer": (pa.int64(), [0, -3, None, 4611686018427387904]),
    "number": (pa.float64(), [0.0, -2.5, None, float("nan"), 1e-7, 60.0]),
    "boolean": (pa.bool_(), [True, False, None]),
    "time": (pa.timestamp("us"), [datetime(2026, 1, 31), None, datetime(2026, 1, 31, 12, 0, 1)]),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_column_is_written_as_its_values_are(kind: str) -> None:
    type_, values = KINDS[kind]
    for some in (values, values * 50, [None, None], []):
        assert csv_cells(pa.array(some, type_)) == [for_csv(value) for value in some]


@given(st.lists(st.one_of(st.none(), st.text(max_size=5)), max_size=20))
def test_texts_of_any_kind_are_written_as_their_values_are(values: list[str | None]) -> None:
    values = [v for v in values if v is None or v.encode("utf-8", "ignore").decode() == v]
    assert csv_cells(pa.array(values * 3, pa.string())) == [for_csv(value) for value in values * 3]


def test_rows_are_put_together_in_the_order_of_columns() -> None:
    batch = pa.record_batch({"a": ["x", "x", "x"], "n": [1, None, 3]})
    assert list(csv_rows(batch)) == [("x", "1"), ("x", ""), ("x", "3")]
