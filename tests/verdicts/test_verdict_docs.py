"""The page on verdicts says what the code and the shipped settings do."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from backlit.settings import default
from backlit.verdicts.quality import COUNTS, TERMS
from backlit.verdicts.words import REASONS, WORDS, words

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "verdicts.md").read_text("utf-8")
ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in PAGE.splitlines()
    if re.match(r"\| (toxic|below toxic|review|fine) \|", line)
]
SCORES = {"toxic": 80.0, "below toxic": 10.0, "review": 45.0, "fine": 10.0}


def link(said: str) -> tuple[str, float, bool]:
    """Why it counts, its quality, and whether a family shows an act."""
    if said.startswith("qualified"):
        return "nofollow", 50.0, True
    if said == "hidden":
        return "hidden", 0.0, True
    if said.startswith("its page"):
        return "source is not indexed", 30.0, False
    if said.startswith("quality below"):
        return "counts", 5.0, False
    return "counts", 50.0, "somebody did" in said


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}: {row[1][:20]}")
def test_each_row_of_the_table_of_words_holds(row: tuple[str, ...]) -> None:
    counts, quality, acted = link(row[1])
    found = words(
        np.array([SCORES[row[0]]]),
        np.array([quality]),
        np.array([COUNTS.index(counts)], np.int8),
        np.array([acted]),
        default(),
    )
    assert (WORDS[found.word[0]], REASONS[found.reason[0]]) == row[2:]


def test_the_table_has_every_word_and_every_reason() -> None:
    assert len(ROWS) == 9
    assert {row[2] for row in ROWS} == set(WORDS)
    assert {row[3] for row in ROWS} == set(REASONS)


def test_edges_and_terms_in_the_page_are_the_shipped_ones() -> None:
    settings = default()
    assert f"`judging.toxic` ({settings.judging.toxic:g})" in PAGE
    assert f"`judging.review` ({settings.judging.review:g})" in PAGE
    assert f"`worthless` ({settings.quality.worthless:g})" in PAGE
    assert f"`risk.high_share` ({settings.risk.high_share:g})" in PAGE
    assert f"`risk.medium_share` ({settings.risk.medium_share:g})" in PAGE
    assert f"at most {settings.quality.qualified_most:g}" in PAGE
    assert [name for name in TERMS if f"`{name}`" not in PAGE] == []
