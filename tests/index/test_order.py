"""Texts as integers: their order, and sorts by them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlit.index.order import coded, radix_order, sort_coded

texts = st.sampled_from(["a.com", "a.com/é", "b.org", "", "z"])


def test_codes_are_in_the_order_of_texts_and_null_is_the_greatest() -> None:
    column = coded(pa.array(["b", None, "a", "b"]))
    assert column.codes.tolist() == [1, 2, 0, 1]
    assert column.values.to_pylist() == ["a", "b"]
    assert column.texts(np.array([0, 2, 1])).to_pylist() == ["a", None, "b"]


def test_a_dictionary_in_any_order_and_with_words_of_no_row_counts_the_same() -> None:
    array = pa.DictionaryArray.from_arrays(pa.array([2, None, 0], pa.int32()), pa.array(["z", "never", "a"]))
    column = coded(array)
    assert column.texts(column.codes).to_pylist() == ["a", None, "z"]
    assert column.equal("z", "other").tolist() == [False, False, True]


@given(st.lists(st.tuples(texts, texts, st.none() | st.integers(-3, 3), st.none() | texts), max_size=20))
def test_sorting_by_texts_and_numbers_is_sorting_of_tuples(rows: list[tuple[str, str, int, str]]) -> None:
    names = ("one", "two", "number", "last")
    columns = [list(c) for c in zip(*rows, strict=True)] or [[], [], [], []]
    kinds = (pa.string(), pa.string(), pa.int64(), pa.string())
    table = pa.table([pa.array(c, k) for c, k in zip(columns, kinds, strict=True)], names=names)
    ordered, known = sort_coded(table, names)
    wanted = sorted(rows, key=lambda r: (r[0], r[1], -9 if r[2] is None else r[2], r[3] is None, r[3] or ""))
    assert list(zip(*(c.to_pylist() for c in ordered.columns), strict=True)) == wanted
    assert list(known) == ["one", "two"]
    for name, column in known.items():
        assert column.texts(column.codes).to_pylist() == ordered[name].to_pylist()


@pytest.mark.parametrize("bound", [1 << 10, 1 << 16, 1 << 20, 1 << 32, 1 << 40])
def test_radix_order_is_the_stable_order(bound: int) -> None:
    codes = np.random.default_rng(1).integers(0, bound, 500)
    codes[100:200] = codes[:100]
    assert radix_order(codes, bound).tolist() == np.argsort(codes, kind="stable").tolist()
