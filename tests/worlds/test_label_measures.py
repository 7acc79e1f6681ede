"""Folds, intervals and scores by which real labels are reported, on cases small enough to reckon by hand."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


@pytest.fixture(scope="module")
def measures() -> Any:
    return script("label_measures")


def script(name: str) -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(SCRIPTS))
        return importlib.import_module(name)


def test_folds_take_whole_groups_largest_first(measures: Any) -> None:
    fold = measures.grouped_folds(["b", "a", "a", "c", "c", "d"], 2)
    # a and c have two cases and come first, one a fold; b and d fill up.
    assert fold.tolist() == [0, 0, 0, 1, 1, 1]
    assert measures.grouped_folds(["x"] * 3, 5).tolist() == [0, 0, 0]
    assert measures.grouped_folds([]).tolist() == []


@given(st.lists(st.sampled_from("abcdefgh"), min_size=1), st.integers(2, 6))
def test_no_group_is_in_two_folds_and_folds_differ_by_one_group_at_most(
    groups: list[str], folds: int
) -> None:
    fold = script("label_measures").grouped_folds(groups, folds).tolist()
    assert len(set(zip(groups, fold, strict=True))) == len(set(groups))
    sizes = [fold.count(n) for n in range(folds)]
    assert max(sizes) - min(sizes) <= max(groups.count(g) for g in groups)


def test_models_are_asked_about_groups_that_they_have_not_seen(measures: Any) -> None:
    class Remembers:
        def fit(self, columns: Any, bad: Any) -> Any:
            self.seen = set(columns[:, 0].tolist())
            return self

        def predict_proba(self, columns: Any) -> Any:
            known = np.array([c in self.seen for c in columns[:, 0].tolist()], float)
            return np.column_stack([1 - known, known])

    groups = [f"g{n}" for n in (0, 0, 0, 1, 2, 2, 3, 4, 5, 6)]
    columns = np.array([[float(g[1:])] for g in groups])
    score = measures.out_of_fold(Remembers, columns, np.zeros(10, bool), groups)
    assert score.tolist() == [0.0] * 10
    one_each = [str(n) for n in range(10)]  # the same cases, were their groups not known
    assert measures.out_of_fold(Remembers, columns, np.zeros(10, bool), one_each).tolist() != [0.0] * 10


def test_a_group_that_is_drawn_twice_comes_twice_and_whole(measures: Any) -> None:
    class Draws:
        def integers(self, most: int, size: int) -> Any:
            assert (most, size) == (3, 3)
            return np.array([0, 2, 0])

    assert measures.drawn_rows(np.array([0, 1, 1, 2, 0]), Draws()).tolist() == [0, 0, 3, 4, 4]


def test_bounds_of_a_mean_of_two_groups(measures: Any) -> None:
    value = np.array([0.0, 1.0, 1.0])

    def mean(rows: Any) -> tuple[float, ...]:
        return float(value[rows].mean()), 7.0, float("nan")

    low, high = measures.bootstrap(["a", "b", "b"], mean)
    # A draw is aa (0), ab or ba (2/3), or bb (1), each far more often than one in forty.
    assert low[:2] == (0.0, 7.0)
    assert high[:2] == (1.0, 7.0)
    assert np.isnan([low[2], high[2]]).all()
    assert measures.bootstrap(["a", "a", "a"], mean)[0][0] == pytest.approx(
        2 / 3
    )  # one group, one possible draw


def test_draws_without_a_figure_do_not_count_for_it(measures: Any) -> None:
    value = np.array([3.0, np.nan])
    low, high = measures.bootstrap(["a", "b"], lambda rows: (float(value[rows].mean()),))
    assert (low, high) == ((3.0,), (3.0,))


def test_figures_of_four_cases(measures: Any) -> None:
    score, bad = np.array([0.9, 0.8, 0.7, 0.1]), np.array([True, False, True, False])
    assert measures.figures(score, bad) == pytest.approx((3 / 4, (1 + 2 / 3) / 2, 1 / 2, 1 / 2))
    unknown = measures.figures(np.array([0.9, 0.8, np.nan, 0.1]), bad)
    assert unknown == pytest.approx((1 / 2, (1 + 2 / 4) / 2, 1 / 2, 1 / 2))
    assert np.isnan(measures.figures(score, np.ones(4, bool))).all()


def test_within_strata_only_cases_of_one_stratum_are_compared(measures: Any) -> None:
    strata = np.array([7, 7, 2, 2, 2, 9])
    score = np.array([1.0, 2.0, 5.0, 5.0, 3.0, 99.0])
    bad = np.array([False, True, True, False, False, False])
    # 2 over 1; 5 even with 5 and over 3; 99 has nobody to be compared with.
    assert measures.auc_within(strata, score, bad) == pytest.approx((1 + 0.5 + 1) / 3)
    assert np.isnan(measures.auc_within(strata, score, np.zeros(6, bool)))


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), st.booleans()), min_size=1))
def test_within_strata_agrees_with_counting_couples(cases: list[tuple[int, int, bool]]) -> None:
    won = [
        (a > b) + (a == b) / 2 for s, a, bad in cases if bad for t, b, other in cases if s == t and not other
    ]
    strata, score, bad = (np.array(column) for column in zip(*cases, strict=True))
    found = script("label_measures").auc_within(strata, score.astype(float), bad)
    assert found == pytest.approx(np.mean(won)) if won else np.isnan(found)


def test_a_table_leaves_out_what_was_not_asked_for(measures: Any) -> None:
    nan = float("nan")
    of = [measures.Figures(v, nan, 0.5, nan) for v in (0.75, 0.5, 1.0)]
    text = measures.table([measures.Measured("size", 4, 2, *of)], "measure")
    assert text.splitlines()[2] == "| size | 0.750 (0.500–1.000) |  | 0.500 (0.500–0.500) |  |"


def test_names_of_sites_and_their_patterns() -> None:
    names = script("label_names")
    assert names.names_of(["www.a-b-c9.co.uk", "192.0.2.1"]).traits.tolist()[0] == [2, 1, 6, 2, 0]
    assert np.isnan(names.names_of(["192.0.2.1"]).traits).all()
    assert names.names_of(["192.0.2.1", "anna.example"]).ours.tolist() == [0, 0]
    assert [names.family(s) for s in ("one-two-three.test", "one-two-four.test", "one-two.test")] == [
        "one-two",
        "one-two",
        "one-two.test",
    ]


def test_sources_have_the_means_over_their_links_to_the_targets() -> None:
    graphs = script("label_graphs")
    judged = graphs.Judged(
        ["a", "a", "b", "c"],
        ["t", "u", "t", "far"],
        np.array([10.0, 30, 50, 99]),
        {"f": np.array([1.0, 2, 3, 4])},
    )
    found = graphs.by_source(judged, {"t", "u"})
    assert found.names == ["a", "b"]
    assert found.links.tolist() == [2, 1]
    assert found.toxicity.tolist() == [20, 50]
    assert found.families["f"].tolist() == [1.5, 3]
    assert (found.source.tolist(), found.target.tolist()) == ([0, 0, 1], [0, 1, 0])
    assert found.of_link.tolist() == [10, 30, 50]


def test_places_of_equal_scores_are_equal() -> None:
    assert script("label_graphs").placed(np.array([5.0, 1.0, 5.0])).tolist() == [0.75, 0, 0.75]
