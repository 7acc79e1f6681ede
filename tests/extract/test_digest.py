"""Digests: near copies are told from other texts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from backlit.extract.digest import digest_similarity, text_digest, words_of


def text(start: int, count: int) -> str:
    return " ".join(f"word{number * 7919 % 10007}" for number in range(start, start + count))


def digest(content: str) -> bytes:
    made = words_of(content).digest
    assert made is not None
    assert len(made) == 128
    return made


def test_the_same_words_have_the_same_digest_whatever_is_between_them() -> None:
    assert digest("One two  three\nfour") == digest("one TWO three four")
    assert digest("one two three\u00a0four") == digest("one two three four")


def test_too_few_words_have_none() -> None:
    assert [words_of(content) for content in ("", "one", "one two")] == [(0, None), (1, None), (2, None)]


def test_similarity_follows_the_share_of_common_triples() -> None:
    base = text(0, 1000)
    assert digest_similarity(digest(base), digest(base)) == 1.0
    assert digest_similarity(digest(base), digest(text(5000, 1000))) < 0.1
    half = digest_similarity(digest(base), digest(text(0, 667) + " " + text(6000, 333)))
    assert 0.3 < half < 0.7
    assert digest_similarity(digest(base), digest(base + " one more line of words")) > 0.9


def test_short_texts_that_differ_are_told_apart() -> None:
    assert digest_similarity(digest("a b c d"), digest("e f g h")) < 0.1
    assert digest_similarity(digest("a b c d"), digest("a b c e")) > 0.1


def test_order_of_words_counts() -> None:
    assert digest_similarity(digest(text(0, 300)), digest(" ".join(reversed(text(0, 300).split())))) < 0.1


def test_words_given_singly_have_the_same_digest() -> None:
    assert text_digest([b"One", b"zwei", b"drei"]) == digest("one zwei drei")
    assert text_digest([]) is None


def test_languages_without_blanks_have_words_too() -> None:
    one, other = "今天天气很好我们去公园玩吧" * 3, "明日は雨が降るので家で本を読みます" * 3
    assert words_of(one).number == 20
    assert digest_similarity(digest(one), digest(one + "再见")) > 0.8
    assert digest_similarity(digest(one), digest(other)) < 0.2


def test_the_digest_is_fixed_for_all_time() -> None:
    """Digests are kept in indexes: another value here makes every stored one worthless."""
    assert digest("one two three four five")[:8].hex() == FIXED


FIXED = "55eebd2655eed977"


@given(st.text(max_size=200))
def test_any_text_has_a_count_and_a_digest(content: str) -> None:
    number, made = words_of(content)
    assert number >= 0
    assert made is None or len(made) == 128
