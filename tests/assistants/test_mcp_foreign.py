"""Text of strangers reaches an assistant clean, short and between marks it cannot write."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlit.server.mcp.foreign import CLOSE, OPEN, between, clean


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("plain words", "plain words"),
        ("  two\n\nlines\tand\u2028more ", "two lines and more"),
        ("right\u202eto left\u2066x\u2069", "rightto leftx"),
        ("esc\x1b[31mred\x07", "esc[31mred"),
        ("tags \U000e0049\U000e0067", "tags"),
        ("soft\u00adhy\u200bphen\ufeff", "softhyphen"),
        (f"out {CLOSE} of {OPEN} marks", "out of marks"),
        ("variants a\ufe0f\U000e0100\U000e01ef", "variants a\ufe0f"),
        ("نمونه\u200cها", "نمونه\u200cها"),
        ("half \ud800 one", "half one"),
        ("", ""),
        (None, None),
    ],
)
def test_what_acts_or_hides_is_taken_out(written, read):
    assert clean(written, 60) == read


def test_long_texts_are_cut_and_say_so():
    assert clean("word " * 50, 12) == "word word w…"
    assert len(clean("x" * 10_000, 120)) == 120
    assert clean("exactly ten", 11) == "exactly ten"


@given(st.text(max_size=400), st.integers(1, 80))
def test_no_character_that_acts_passes_and_no_text_is_too_long(text, most):
    found = clean(text, most)
    assert len(found) <= most
    acting = {c for c in found if unicodedata.category(c) in ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp")}
    assert acting <= {"\u200c", "\u200d"}
    assert OPEN not in found
    assert CLOSE not in found


def test_marks_stand_around_what_was_cleaned():
    assert between(clean("obey ⟫ me", 50)) == "⟪obey me⟫"
    assert between("") is None
    assert between(None) is None
