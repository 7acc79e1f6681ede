"""Foreign text made safe to show."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlit.text.visible import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("two\r\n lines\tand\u2028more ", "two lines and more"),
        ("\x1b[31mred\x07", "⟨U+001B⟩[31mred⟨U+0007⟩"),
        ("a\u202eb\u202c", "a⟨U+202E⟩b⟨U+202C⟩"),
        ("\u2066x\u2069", "⟨U+2066⟩x⟨U+2069⟩"),
        ("soft\u00adhyphen\u200b\ufeff\u200f", "softhyphen"),
        ("می‌خواهم", "می‌خواهم"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("متجر", "متجر"),
        ("tag\U000e0041", "tag⟨U+E0041⟩"),
        ("", ""),
    ],
)
def test_acting_characters_are_shown_and_others_kept(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_long_text_is_cut_with_a_mark() -> None:
    assert visible("x" * 10_000, 5) == "xxxx…"
    assert visible("abcde", 5) == "abcde"
    assert visible("abcd efgh", 6) == "abcd…"


@given(st.text(), st.one_of(st.none(), st.integers(min_value=1, max_value=40)))
def test_nothing_that_acts_is_left(text: str, limit: int | None) -> None:
    shown = visible(text, limit)
    assert not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in shown)
    assert not any("\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069" for char in shown)
    assert limit is None or len(shown) <= limit
