"""The quick search for words in any case finds what ``re.IGNORECASE`` finds."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlit.extract.measures import any_case

ALTERNATIVES = [
    "©",
    r"\(c\)\s*20\d\d",
    "site by",
    "see",
    "impressum",
    "kaikki",
    "web ?design(?:ed)? by",
    "все права",
]
CREDITS = any_case(ALTERNATIVES)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("© 2024", "©"),
        ("(C) 2011 by", "(C) 2011"),
        ("(c) 1999", None),
        ("A Site By us", "Site By"),
        ("ſite by us", "ſite by"),
        ("IMPRESSUM", "IMPRESSUM"),
        ("\u212aAIKKI", "\u212aAIKKI"),
        ("WebDesigned by", "WebDesigned by"),
        ("ВСЕ ПРАВА защищены", "ВСЕ ПРАВА"),
        ("nothing of the kind", None),
    ],
)
def test_words_are_found_in_any_case(text: str, found: str | None) -> None:
    match = CREDITS.search(text)
    assert (match and match[0]) == found


@given(
    st.lists(
        st.sampled_from(
            [
                "©",
                "(c) ",
                "2011",
                "ite by",
                "mpressum",
                "aikki",
                "се права",
                " ",
                *"sSſkK\u212aiIİıвВ\u1c80xe",
            ]
        )
    )
)
def test_the_quick_search_is_that_of_the_plain_pattern(pieces: list[str]) -> None:
    text = "".join(pieces)
    plain = re.compile("|".join(ALTERNATIVES), re.IGNORECASE)
    assert [found.span() for found in CREDITS.finditer(text)] == [
        found.span() for found in plain.finditer(text)
    ]
