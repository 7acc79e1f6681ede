"""Words of texts in any language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlit.text.tokens import fold, has_run, runs, words


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Read  MORE…", ["read", "more"]),
        ("Straße", ["strasse"]),
        ("ＡＢＣ　ｄｅｆ", ["abc", "def"]),
        ("don't, won’t", ["don't", "won't"]),
        ("acme-widgets_2024", ["acme", "widgets", "2024"]),
        ("点击 here", ["点", "击", "here"]),
        ("Cafe\u0301", ["café"]),
        ("किताब", ["किताब"]),
        ("→ »", []),
        ("", []),
    ],
)
def test_words(text: str, tokens: list[str]) -> None:
    assert words(text) == tokens


def test_runs_are_all_neighbours_up_to_a_length() -> None:
    assert list(runs(["a", "b", "c"], 2)) == [("a",), ("a", "b"), ("b",), ("b", "c"), ("c",)]


def test_has_run_needs_order_and_no_gap() -> None:
    assert has_run(["the", "acme", "widgets"], ("acme", "widgets"))
    assert not has_run(["acme", "blue", "widgets"], ("acme", "widgets"))
    assert not has_run(["acme"], ("acme", "widgets"))
    assert not has_run(["acme"], ())


@given(st.text())
def test_words_hold_no_blank_and_fold_is_stable(text: str) -> None:
    assert not any(" " in word or not word for word in words(text))
    assert fold(fold(text)) == fold(text)
