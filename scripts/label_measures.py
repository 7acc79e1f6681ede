"""How well scores tell labelled sites apart: folds and intervals by registrable domain.

Sites of one domain are alike, and lists of labels hold many of them: cases of one domain are never divided between
fitting and reporting, and an interval draws domains, not cases. Models are fitted with scikit-learn, which is one of
the packages of ``requirements/bench.txt`` and none of backlit's own; nothing else here needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from backlit.worlds.scoring import auc, average_precision, cut_at

Doubles = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Longs = npt.NDArray[np.int64]

FOLDS = 5
DRAWS = 500
SEED = 0


class Figures(NamedTuple):
    """Four figures of one score; NaN where a class is empty, or where a figure was not asked for."""

    auc: float
    average_precision: float
    #: Share of the bad cases above the cut that at most 1 % (5 %) of the others are above.
    recall_at_1: float
    recall_at_5: float


class Measured(NamedTuple):
    """The figures of one score and the bounds of each: 95 % of the draws lie between them."""

    name: str
    cases: int
    bad: int
    figures: Figures
    low: Figures
    high: Figures


def figures(score: Doubles, bad: Flags) -> Figures:
    """The figures of a score that is higher for bad cases; unknown (NaN) scores count as the lowest."""
    if not bad.any() or bad.all():
        return Figures(*[float("nan")] * 4)
    known = np.where(np.isnan(score), -np.inf, score)
    found = auc(known, bad), average_precision(known, bad)
    recalls = (float((known[bad] > cut_at(known, bad, share)).mean()) for share in (0.01, 0.05))
    return Figures(*(float("nan") if v is None else v for v in found), *recalls)


def numbered(groups: Sequence[str]) -> Longs:
    """The number of each case's group, in the order of names."""
    return np.unique(np.asarray(groups, np.str_), return_inverse=True)[1].astype(np.int64)


def grouped_folds(groups: Sequence[str], folds: int = FOLDS) -> Longs:
    """The fold of each case: whole groups, the largest first, each into the fold that has the fewest cases yet.

    Equal groups come in the order of their names, equal folds in the order of their numbers.
    """
    of = numbered(groups)
    sizes = np.bincount(of)
    filled = np.zeros(folds, np.int64)
    fold = np.zeros(len(sizes), np.int64)
    for group in np.argsort(-sizes, kind="stable").tolist():
        fold[group] = int(filled.argmin())
        filled[fold[group]] += sizes[group]
    return fold[of] if len(of) else of


def drawn_rows(of: Longs, rng: np.random.Generator) -> Longs:
    """The rows of as many groups as there are, drawn with replacement: a group drawn twice comes twice, whole."""
    groups = int(of.max()) + 1
    times = np.bincount(rng.integers(groups, size=groups), minlength=groups)
    return np.repeat(np.arange(len(of)), times[of])


def bootstrap(
    groups: Sequence[str],
    compute: Callable[[Longs], tuple[float, ...]],
    *,
    draws: int = DRAWS,
    seed: int = SEED,
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Between which bounds 95 % of the draws of groups lie, for each figure that ``compute`` gives of some rows.

    The percentile bootstrap (Efron 1979), on groups. Draws in which a figure is NaN do not count for it.
    """
    of, rng = numbered(groups), np.random.default_rng(seed)
    found = np.array([compute(drawn_rows(of, rng)) for _ in range(draws)])
    bounds = [
        np.percentile(c[~np.isnan(c)], (2.5, 97.5)) if (~np.isnan(c)).any() else (np.nan,) * 2
        for c in found.T
    ]
    return tuple(float(b[0]) for b in bounds), tuple(float(b[1]) for b in bounds)


def measured(name: str, groups: Sequence[str], score: npt.NDArray[Any], bad: Flags) -> Measured:
    """The figures of a score with their bounds."""
    score = np.asarray(score, np.float64)
    low, high = bootstrap(groups, lambda rows: figures(score[rows], bad[rows]))
    return Measured(name, len(bad), int(bad.sum()), figures(score, bad), Figures(*low), Figures(*high))


def auc_within(strata: Longs, score: Doubles, bad: Flags) -> float:
    """The chance that a bad case scores higher than another of the same stratum, ties counted by half.

    All such couples count alike; NaN without any.
    """
    order = np.lexsort([score, strata])
    group, value, is_bad = strata[order], score[order], bad[order]
    new_group = np.diff(group, prepend=group[:1] - 1) != 0
    begin = np.maximum.accumulate(np.where(new_group, np.arange(len(group)), 0))
    level = np.cumsum(new_group | (np.diff(value, prepend=value[:1]) != 0)) - 1
    size = np.bincount(level)
    rank = (np.cumsum(size) - (size - 1) / 2)[level] - begin
    of = np.cumsum(new_group) - 1
    worse = np.bincount(of, weights=is_bad)
    couples = worse * (np.bincount(of) - worse)
    if not couples.sum():
        return float("nan")
    above = np.bincount(of, weights=rank * is_bad) - worse * (worse + 1) / 2
    return float(above.sum() / couples.sum())


def measured_within(name: str, groups: Sequence[str], strata: Longs, score: Doubles, bad: Flags) -> Measured:
    """The AUC within strata, with its bounds; the other figures are not asked for."""
    low, high = bootstrap(groups, lambda rows: (auc_within(strata[rows], score[rows], bad[rows]),))
    rest = (float("nan"),) * 3
    found = Figures(auc_within(strata, score, bad), *rest)
    return Measured(name, len(bad), int(bad.sum()), found, Figures(low[0], *rest), Figures(high[0], *rest))


def additive() -> Any:
    """Logistic regression on standardised columns; an unknown value counts as the mean."""
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(
        SimpleImputer(keep_empty_features=True), StandardScaler(), LogisticRegression(max_iter=1000)
    )


def trees() -> Any:
    """Boosted trees as scikit-learn ships them: nothing is tuned."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(random_state=SEED)


def out_of_fold(make: Callable[[], Any], columns: Doubles, bad: Flags, groups: Sequence[str]) -> Doubles:
    """The probability of each case by a model that has seen none of its domain."""
    fold = grouped_folds(groups)
    score = np.full(len(bad), np.nan)
    for held in range(FOLDS):
        out = fold == held
        if out.any():
            score[out] = make().fit(columns[~out], bad[~out]).predict_proba(columns[out])[:, 1]
    return score


def table(lines: Sequence[Measured], first: str) -> str:
    """A table in Markdown: each figure with its bounds."""
    head = f"| {first} | AUC | average precision | recall at 1 % | recall at 5 % |\n| --- | --- | --- | --- | --- |\n"
    return head + "".join(
        f"| {line.name} | " + " | ".join(map(cell, line.figures, line.low, line.high)) + " |\n"
        for line in lines
    )


def cell(value: float, low: float, high: float) -> str:
    """A figure with its bounds; empty where it is unknown."""
    return "" if np.isnan(value) else f"{value:.3f} ({low:.3f}–{high:.3f})"


def show(title: str, found: Sequence[Measured], bad: str, other: str, groups: Sequence[str]) -> None:
    """One table, headed by its counts."""
    line = found[0]
    print(
        f"\n**{title}**: {line.bad:,} {bad}, {line.cases - line.bad:,} {other}, {len(set(groups)):,} domains.\n"
    )
    print(table(found, "measure"), flush=True)
