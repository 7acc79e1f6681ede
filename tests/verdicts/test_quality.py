"""Quality: terms, what drops out, what holds it down, and why a link counts."""

from __future__ import annotations

import numpy as np
import pytest

from backlit.settings import default
from backlit.signals.load import ground_of
from backlit.signals.table import measure_all
from backlit.verdicts.quality import COUNTS, TERMS, Qualities, quality
from backlit.verdicts.words import REASONS, WORDS, words

SETTINGS = default()
SOURCE, TARGET = "https://news.test/a", "https://shop.example/"


def judged(
    link: dict[str, object], page: dict[str, object] | None = None, authority: float | None = None
) -> Qualities:
    """The quality of one link with these columns."""
    ground = ground_of(
        [{"source_url": SOURCE, "target_url": TARGET} | link],
        [{"url": SOURCE} | page] if page else (),
        authority=None if authority is None else {"news.test": authority},
    )
    return quality(ground, measure_all(ground, SETTINGS), SETTINGS, slice(None))


def points(found: Qualities) -> dict[str, float | None]:
    return {
        name: None if np.isnan(value) else round(float(value), 1)
        for name, value in zip(TERMS, found.points[0], strict=True)
    }


def test_only_known_terms_count_and_the_rest_is_rescaled() -> None:
    found = judged({"placement": "content", "rel": ""}, authority=50)
    assert points(found) == {
        "authority": 33.3, "relevance": None, "editorial": 33.3, "trust": None, "dilution": None, "anchor": None,
        "page": None,
    }  # fmt: skip
    assert found.score[0] == pytest.approx(66.7, abs=0.1)
    assert found.confidence[0] == pytest.approx(0.45)
    assert COUNTS[found.counts[0]] == "counts"


def test_a_link_of_which_nothing_is_known_has_no_quality() -> None:
    found = judged({})
    assert np.isnan(found.score[0])
    assert found.confidence[0] == 0
    assert COUNTS[found.counts[0]] == "follow is unknown"


@pytest.mark.parametrize(
    ("link", "page", "score", "counts"),
    [
        ({"rel": "nofollow"}, None, 60, "nofollow"),
        ({"rel": "ugc"}, None, 60, "ugc"),
        ({"hidden": True, "rel": ""}, None, 0, "hidden"),
        ({"rel": ""}, {"status": 404}, 18.0, "source answers with an error"),
        ({"kind": "redirect", "rel": ""}, None, 90, "counts"),
    ],
)
def test_what_holds_quality_down(
    link: dict[str, object], page: dict[str, object] | None, score: float, counts: str
) -> None:
    found = judged({"placement": "content"} | link, page, authority=100)
    assert found.score[0] == pytest.approx(score, abs=0.3)
    assert COUNTS[found.counts[0]] == counts


def test_a_small_relevant_site_can_reach_60_without_authority() -> None:
    rule = SETTINGS.quality
    assert rule.relevance + rule.editorial + rule.dilution + rule.trust >= 60
    assert sum(getattr(rule, name) for name in TERMS) == 100


@pytest.mark.parametrize(
    ("toxicity", "quality_", "counts", "acted", "word", "reason"),
    [
        (80, 50, "counts", True, "risky", "a reviewer could act on"),
        (80, 50, "counts", False, "worthless", "ignore such sources"),
        (80, 50, "nofollow", True, "worthless", "passes nothing"),
        (80, 0, "hidden", True, "risky", "a reviewer could act on"),
        (45, 50, "counts", True, "review", "does not suffice"),
        (45, 50, "sponsored", True, "worthless", "passes nothing"),
        (10, 50, "counts", False, "fine", "nothing speaks against"),
        (10, float("nan"), "follow is unknown", False, "fine", "nothing speaks against"),
        (10, 5, "counts", False, "worthless", "hardly anything"),
        (10, 0, "hidden", False, "worthless", "nobody sees it"),
        (10, 30, "source is not indexed", False, "worthless", "not looked at"),
        (10, 50, "nofollow", False, "fine", "nothing speaks against"),
    ],
)
def test_the_table_of_words(
    toxicity: float, quality_: float, counts: str, acted: bool, word: str, reason: str
) -> None:
    found = words(
        np.array([toxicity]),
        np.array([quality_]),
        np.array([COUNTS.index(counts)], np.int8),
        np.array([acted]),
        SETTINGS,
    )
    assert WORDS[found.word[0]] == word
    assert reason in REASONS[found.reason[0]]
