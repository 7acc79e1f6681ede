"""Report how well toxicity tells schemes from honest links, over worlds that nothing was fitted on.

    scripts/report_verdicts.py --work FOLDER [--worlds 21-25] [--trees 1-4] [--without]

Prints the mean and the worst of every figure. ``--trees`` fits boosted trees on the strengths of some worlds and
reports them beside; ``--without`` reports again for worlds read without hosts, texts or dates. Worlds are kept in
FOLDER as scripts/fit_verdicts.py keeps them.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from backlit import settings
from backlit.verdicts.toxicity import Model, enough_witnesses, hold_back, neighbours_of_pairs
from backlit.worlds.judged import Cases, Truth, cases
from backlit.worlds.markers import markers, read_pairs
from backlit.worlds.scoring import Report, report
from backlit.worlds.truth import read_truth
from fit_verdicts import World, make, read, spread

Array = npt.NDArray[Any]
FIGURES = (
    *(
        "auc",
        "average_precision",
        "auc_hard",
        "recall",
        "honest_flagged",
        "recall_at_toxic",
        "precision_at_toxic",
    ),
    *("brier", "calibration_error"),
)
LOWER_IS_BETTER = {"honest_flagged", "brier", "calibration_error"}


def cases_of(world: World, score: Array) -> Cases:
    """The pairs of a kept world."""
    return cases(world.pair, world.begin, Truth(world.toxic, world.kind, world.campaign), score)


def scores(world: World) -> Array:
    """The product's own scores of each link."""
    rules = settings.default().judging
    model = Model(rules, tuple(world.names))
    strength = world.strength.astype(np.float32)
    capped = np.clip(model.by_family(model.log_odds(strength)), -model.caps, model.caps)
    own = rules.base + capped.sum(axis=1)
    worst = np.maximum.reduceat(own, world.begin)
    near = sum(neighbours_of_pairs(worst, world.source, world.target, rules))
    score = 100 * model.probability(own + near[world.pair])
    marked = np.nan_to_num(strength[:, world.names.index("qualified")]) > 0
    return hold_back(score, enough_witnesses(model, capped) & ~marked, rules)[1]


def features(world: World) -> Array:
    """Highest strength of each signal in each pair; -1 unknown."""
    return np.asarray(
        np.maximum.reduceat(np.nan_to_num(world.strength.astype(np.float32), nan=-1), world.begin, axis=0)
    )


def marked(folder: Path) -> Report:
    """What hand-weighted markers find in a world's tables."""
    pairs = read_pairs(folder)
    truth = read_truth(folder, pairs)
    kind = np.where(truth.toxic | truth.hard, np.array(truth.what), "")
    score = markers(pairs)
    return report(100 * score / max(float(score.max()), 1e-9), truth.toxic, kind, np.array(truth.campaign))


def table(name: str, reports: list[Report], baselines: list[Report] | None = None) -> None:
    """Mean and worst of each figure, and the schemes and look-alikes one by one."""
    print(f"\n{name}: {len(reports)} worlds, {sum(r.cases for r in reports):,} pairs, "
          f"{sum(r.toxic for r in reports):,} toxic, {sum(r.hard for r in reports):,} look-alikes")  # fmt: skip
    for figure in FIGURES:
        values = [v for r in reports if (v := getattr(r, figure)) is not None]
        if values:
            worst = max(values) if figure in LOWER_IS_BETTER else min(values)
            print(f"  {figure.replace('_', ' '):20} mean {np.mean(values):.3f}   worst {worst:.3f}")
    for title, field, last in (
        ("recall at 1 % of", "recall_of", min),
        ("flagged at 60 of", "flagged_of", max),
    ):
        for kind in sorted({k for r in reports for k in getattr(r, field)}):
            values = [getattr(r, field)[kind] for r in reports if kind in getattr(r, field)]
            print(f"  {title} {kind:18} mean {np.mean(values):.3f}   worst {last(values):.3f}")
    for r in reports:
        if r.worst_campaign:
            print(f"  worst campaign {r.worst_campaign[0]}: {r.worst_campaign[1]:.2f}")
    for low, high, n, mean, real in reports[0].reliability:
        print(
            f"  scores {100 * low:3.0f}-{100 * high:3.0f}: {n:7,} pairs, mean {100 * mean:5.1f}, "
            f"toxic {100 * real:5.1f} %"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--worlds", type=spread, default=spread("21-25"))
    parser.add_argument("--trees", type=spread, default=[])
    parser.add_argument("--without", action="store_true")
    chosen = parser.parse_args()
    worlds = [read(make(seed, chosen.work)) for seed in chosen.worlds]
    table("toxicity", [report(*cases_of(w, scores(w))) for w in worlds])
    table("hand-weighted markers", [marked(chosen.work / f"tables-{seed}") for seed in chosen.worlds])
    if chosen.trees:
        from sklearn.ensemble import HistGradientBoostingClassifier

        known = [read(make(seed, chosen.work)) for seed in chosen.trees]
        trees = HistGradientBoostingClassifier(max_iter=300, learning_rate=0.08, random_state=0)
        trees.fit(
            np.concatenate([features(w) for w in known]),
            np.concatenate([np.logical_or.reduceat(w.toxic, w.begin) for w in known]),
        )
        found = []
        for world in worlds:
            true = cases_of(world, np.zeros(len(world.pair)))
            found.append(report(*true._replace(score=100 * trees.predict_proba(features(world))[:, 1])))
        table("boosted trees on the same strengths", found)
    if chosen.without:
        for lack in ("hosts", "texts", "dates"):
            poorer = [read(make(seed, chosen.work, (lack,))) for seed in chosen.worlds]
            table(f"without {lack}", [report(*cases_of(w, scores(w))) for w in poorer])


if __name__ == "__main__":
    sys.exit(main())
