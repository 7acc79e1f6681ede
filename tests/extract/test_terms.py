"""The sketch of what a page is about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlit.extract.terms import MOST, read_terms, terms_of


def counts(text: str) -> list[int]:
    sketch = terms_of(text)
    return [] if sketch is None else sorted(read_terms(sketch).counts.tolist())


def test_counts_words_whatever_their_case_and_the_marks_around_them() -> None:
    assert counts("Bread, bread; (BREAD) “bread” flour.") == [1, 4]


def test_leaves_out_common_words_short_ones_and_numbers() -> None:
    assert terms_of("the and of 2026 12 a ab !?") is None
    assert counts("the oven of 1999") == [1]


def test_each_east_asian_character_is_a_word() -> None:
    assert counts("茶道、茶。") == [1, 2]


def test_a_text_without_words_has_no_sketch() -> None:
    assert terms_of("") is None
    assert terms_of(" … — 。 ") is None


def test_equal_words_share_a_hash_in_any_text() -> None:
    one, other = terms_of("zinc copper copper"), terms_of("the copper")
    assert one is not None
    assert other is not None
    assert set(read_terms(other).hashes.tolist()) < set(read_terms(one).hashes.tolist())


def test_keeps_the_most_frequent() -> None:
    text = " ".join(f"wort{i} " * (2 if i < 5 else 1) for i in range(100))
    assert counts(text) == [1] * (MOST - 5) + [2] * 5


def test_counts_stop_at_255() -> None:
    assert counts("copper " * 300) == [255]


def test_bytes_of_another_kind_are_refused() -> None:
    with pytest.raises(ValueError, match="5 bytes a word, and this has 7"):
        read_terms(b"1234567")


@given(st.text(max_size=300))
def test_any_text_gives_a_sketch_in_order(text: str) -> None:
    sketch = terms_of(text)
    if sketch is not None:
        hashes = read_terms(sketch).hashes
        assert len(hashes) <= MOST
        assert (hashes[1:] > hashes[:-1]).all()
