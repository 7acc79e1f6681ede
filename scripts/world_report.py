"""How hard generated worlds are: sizes, single traits and the marker baseline, over some seeds.

scripts/world_report.py [--seeds 1,2,3] [--sites 5800]
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np

from backlit.worlds.markers import markers, read_pairs
from backlit.worlds.scoring import auc, average_precision, cut_at, recall
from backlit.worlds.tables import FULL_SIZE, write_world
from backlit.worlds.truth import read_truth


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--sites", type=int, default=FULL_SIZE)
    parser.add_argument("--schemes", action="store_true", help="also each scheme and each kind of look-alike")
    given = parser.parse_args()
    seeds = [int(seed) for seed in given.seeds.split(",")]
    rows: dict[str, list[tuple[float, ...]]] = {}
    sizes, found, flagged = [], {}, {}
    for seed in seeds:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            world = write_world(folder, seed, sites=given.sites)
            pairs = read_pairs(folder)
            truth = read_truth(folder, pairs)
        total = markers(pairs)
        toxic, versus = truth.toxic, truth.toxic | truth.hard
        sizes.append(
            (
                seed,
                len(world.sites),
                world.links,
                int(toxic.sum()),
                int((~toxic).sum()),
                int(truth.hard.sum()),
            )
        )
        for name, score in ({"MARKERS": total} | pairs.traits).items():
            rows.setdefault(name, []).append(
                (
                    auc(score, toxic),
                    auc(score[versus], toxic[versus]),
                    average_precision(score, toxic),
                    recall(score, toxic),
                )
            )
        cut = cut_at(total, toxic)
        what = np.array(truth.what)
        for name in Counter(truth.what):
            for bad, table in ((True, found), (False, flagged)):
                here = (what == name) & (toxic == bad)
                if here.any():
                    table.setdefault(name, []).append((int(here.sum()), float((total[here] > cut).mean())))
    print(
        "| seed | sites | links | toxic pairs | honest pairs | of these hard |\n|---:|---:|---:|---:|---:|---:|"
    )
    for row in sizes:
        print("| " + " | ".join(f"{value:,}" for value in row) + " |")
    for title, column in (("AUC", 0), ("AUC vs hard", 1), ("average precision", 2), ("recall at 1 % FPR", 3)):
        print(f"\n| {title} | " + " | ".join(f"seed {seed}" for seed in seeds) + " | mean |")
        print("|---|" + "---:|" * (len(seeds) + 1))
        for name, values in rows.items():
            figures = [value[column] for value in values]
            print(f"| {name} | " + " | ".join(f"{x:.3f}" for x in [*figures, float(np.mean(figures))]) + " |")
    if given.schemes:
        for title, table in (("scheme: found at 1 % FPR", found), ("honest kind: flagged", flagged)):
            print(f"\n| {title} | pairs | share |\n|---|---:|---:|")
            for name, values in sorted(table.items()):
                print(f"| {name} | {sum(n for n, _ in values):,} | {np.mean([x for _, x in values]):.2f} |")


if __name__ == "__main__":
    main()
