"""The arithmetic of diversity against values worked out by hand."""

from __future__ import annotations

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlit.text.diversity import (
    effective_number,
    effective_of_sizes,
    fewest_for_share,
    gini,
    gini_of_sizes,
    top_share,
)


def test_equal_groups_count_fully() -> None:
    assert effective_number([5, 5, 5, 5]) == pytest.approx(4)
    assert gini([5, 5, 5, 5]) == 0


def test_one_group_counts_as_one() -> None:
    assert effective_number([7]) == pytest.approx(1)
    assert gini([7]) == 0


def test_nothing_to_count_is_unknown() -> None:
    assert effective_number([]) is None
    assert effective_number([0, 0]) is None
    assert gini([]) is None
    assert top_share([], 1) is None
    assert fewest_for_share({}, 0.5) is None


def test_three_unequal_groups() -> None:
    entropy = -(3 / 6 * math.log(3 / 6) + 2 / 6 * math.log(2 / 6) + 1 / 6 * math.log(1 / 6))
    assert effective_number([1, 2, 3]) == pytest.approx(math.exp(entropy))
    # ((2·1-4)·1 + (2·2-4)·2 + (2·3-4)·3) / (3·6) = 4/18
    assert gini([3, 1, 2]) == pytest.approx(4 / 18)


def test_zeros_are_no_groups() -> None:
    assert effective_number([4, 0, 4]) == pytest.approx(2)
    assert gini([0, 4, 4]) == 0


def test_top_share_takes_the_largest() -> None:
    assert top_share([1, 2, 3, 4], 1) == pytest.approx(0.4)
    assert top_share([1, 2, 3, 4], 2) == pytest.approx(0.7)
    assert top_share([1, 2, 3, 4], 10) == 1


@pytest.mark.parametrize(
    ("counts", "share", "needed"),
    [([10], 0.5, 1), ([5, 5], 0.5, 1), ([4, 3, 3], 0.5, 2), ([1] * 10, 0.5, 5), ([6, 1, 1], 0.9, 3)],
)
def test_fewest_groups_for_a_share(counts: list[int], share: float, needed: int) -> None:
    assert fewest_for_share(Counter(counts), share) == needed


@given(st.lists(st.integers(min_value=1, max_value=10**6), min_size=1, max_size=50))
def test_histogram_and_counts_agree_and_stay_in_bounds(counts: list[int]) -> None:
    effective = effective_number(counts)
    assert effective is not None
    assert 1 - 1e-9 <= effective <= len(counts) * (1 + 1e-9)
    assert effective == effective_of_sizes(Counter(counts))
    value = gini(counts)
    assert value is not None
    assert 0 <= value < 1
    number, total = len(counts), sum(counts)
    plain = sum((2 * at - number - 1) * count for at, count in enumerate(sorted(counts), 1)) / (
        number * total
    )
    assert value == pytest.approx(plain)
    assert gini_of_sizes(Counter(counts)) == value
    needed = fewest_for_share(Counter(counts), 0.5)
    assert needed is not None
    held = sorted(counts, reverse=True)
    assert 2 * sum(held[:needed]) >= total
    assert needed == 1 or 2 * sum(held[: needed - 1]) < total
