"""Fit the weights of toxicity on generated worlds, and write them to src/backlit/settings/fitted.toml.

    scripts/fit_verdicts.py --work FOLDER [--fit 1-6] [--calibrate 11-13] [--together 24] [--honest INDEX …]

Worlds are made once and kept in FOLDER with the strengths of all signals; delete it when a signal changes. Shapes
are fitted by logistic regression with bounds (L-BFGS-B): each signal has three steps that can only raise (or only
lower) toxicity. Signals named together are then chosen one after the other by how fast they would lower the loss.
Neighbours' parts are chosen on the calibration worlds, and the calibration (Platt's) fitted there. ``--honest`` names
indexes of real pages whose links are taken to be honest look-alikes (as nearly all of the web's are): generated worlds
alone know nothing of folded menus, sharing tools and the like.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from sklearn.ensemble import HistGradientBoostingRegressor

from backlit import settings
from backlit.index import Index
from backlit.settings import Judging, Settings
from backlit.signals.load import load
from backlit.signals.table import measure_all, signals, strengths
from backlit.verdicts.toxicity import (
    ABSENT,
    FORMS,
    TOGETHER,
    Model,
    bad_among_others,
    factors,
    formed,
    may_be_absent,
    product,
)
from backlit.worlds.judged import Judged, Truth, read_world

HARD_WEIGHT = 2.0
#: Of ordinary honest pairs one in so many is fitted on.
KEEP_ONE_IN = 6
RIDGE = 2e-6
#: Most signals that are taken together.
MOST_TOGETHER = 3
#: Trees a round whose paths are looked at.
TREES = 20
#: Signals together that add less than this to the log-odds at their strongest are left out.
LEAST = 0.05
#: A round that lowers the loss by less has brought nothing; after three such the choosing ends.
FRUITLESS = 1e-5
Array = npt.NDArray[Any]


class World(NamedTuple):
    """What is kept of a world: strengths a link, and the truth."""

    names: list[str]
    strength: Array
    pair: Array
    begin: Array
    source: Array
    target: Array
    toxic: Array
    kind: Array
    campaign: Array


def make(seed: int, work: Path, without: tuple[str, ...] = (), sites: int | None = None) -> Path:
    """The kept world of a seed, made if it is not there."""
    from backlit.worlds.tables import write_world

    known = hashlib.sha256(repr(sorted(signals().values())).encode()).hexdigest()[:8]
    kept = work / f"world-{seed}{''.join('-' + w for w in without)}-{known}.npz"
    if kept.exists():
        return kept
    tables = work / f"tables-{seed}"
    if not (tables / "truth.csv").exists():
        tables.mkdir(parents=True, exist_ok=True)
        write_world(tables, seed)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(dir=work) as folder:
        world = read_world(tables, Path(folder) / "index", without=without)
    keep(kept, world)
    print(f"world {seed}: {len(world.ground.links):,} links, {time.monotonic() - began:.0f} s", flush=True)
    return kept


def make_honest(index: Path, work: Path) -> Path:
    """Keep an index of real pages, all of whose links are taken to be honest."""
    kept = work / f"honest-{index.name}.npz"
    if not kept.exists():
        rules = settings.default()
        with Index.open(index).reader() as reader:
            ground = load(reader, rules)
        links = len(ground.links)
        truth = Truth(np.zeros(links, np.bool_), np.full(links, "real"), np.full(links, ""))
        keep(kept, Judged(ground, measure_all(ground, rules), truth))
        print(f"{index.name}: {links:,} links", flush=True)
    return kept


def keep(path: Path, world: Judged) -> None:
    """Write what is kept of a world."""
    ground = world.ground
    np.savez_compressed(
        path, names=np.array(list(world.measures)),
        strength=strengths(ground, world.measures, slice(None)).astype(np.float16),
        pair=ground.links.pair, begin=ground.pairs.begin, source=ground.pairs.source, target=ground.pairs.target,
        toxic=world.truth.toxic, kind=world.truth.kind, campaign=world.truth.campaign,
    )  # fmt: skip


def read(kept: Path) -> World:
    """A kept world."""
    with np.load(kept) as d:
        return World(d["names"].tolist(), *(d[name] for name in World._fields[1:]))


class Data(NamedTuple):
    """Rows to fit on: distinct strengths of each pair, with weights that add up to one a pair."""

    strength: Array
    toxic: Array
    weight: Array


def rows_of(worlds: list[World], names: list[str]) -> Data:
    """Rows of all worlds, one a link that differs from the others of its pair; of ordinary honest ones a part."""
    parts = []
    for world in worlds:
        assert world.names == names
        coded = np.column_stack([world.pair.astype(np.float32), np.nan_to_num(world.strength, nan=-1)])
        _, first = np.unique(np.round(coded, 2), axis=0, return_index=True)
        pair = world.pair[first]
        weight = 1 / np.bincount(pair, minlength=len(world.begin))[pair]
        ordinary = ~world.toxic[first] & (world.kind[first] == "")
        kept = ~ordinary | (pair % KEEP_ONE_IN == 0)
        weight = weight * np.where(ordinary, KEEP_ONE_IN, np.where(world.toxic[first], 1, HARD_WEIGHT))
        parts.append(
            Data(world.strength[first][kept].astype(np.float32), world.toxic[first][kept], weight[kept])
        )
    return Data(*(np.concatenate([p[i] for p in parts]) for i in range(3)))


def steps(x: Array) -> Array:
    """Three columns for a strength: how much of each third it has."""
    return np.clip(x[:, None] * 3 - np.arange(3, dtype=np.float32), 0, 1).astype(np.float32)


class Fit:
    """Sums of steps by family with caps, and their loss."""

    def __init__(self, data: Data, rules: Settings, names: list[str]) -> None:
        table = signals()
        self.data, self.names, self.rules = data, names, rules
        #: Signals together that were tried and came to nothing.
        self.refused: set[str] = set()
        self.keys: list[str] = [n for n in names if not table[n].only_factor]
        self.families = list(rules.judging.caps)
        self.caps = np.array([rules.judging.caps[f] for f in self.families])
        self.columns = [steps(np.nan_to_num(data.strength[:, names.index(k)], nan=0.0)) for k in self.keys]
        self.signs = [table[k].sign for k in self.keys]
        self.family = [self.families.index(table[k].family) for k in self.keys]
        self.solution = np.concatenate([[-4.0], np.zeros(3 * len(self.keys))])

    def add(self, key: str) -> None:
        """Take signals together into the fit."""
        self.keys.append(key)
        self.columns.append(steps(self.product(key)))
        self.signs.append(1)
        self.family.append(self.families.index(TOGETHER))
        self.solution = np.concatenate([self.solution, np.zeros(3)])

    def product(self, key: str, rows: Array | slice = slice(None)) -> Array:
        columns = [self.names.index(name) for name, _ in factors(key)]
        strength = np.stack([self.data.strength[rows, column] for column in columns], axis=1)
        return product(strength, tuple((i, word) for i, (_, word) in enumerate(factors(key))))

    def pack(self) -> None:
        """Put the steps of each family side by side, signed, so that a sum is one product of matrices."""
        self.places = [
            np.concatenate(
                [np.arange(1 + 3 * i, 4 + 3 * i) for i, f in enumerate(self.family) if f == number]
            )
            if number in self.family
            else np.zeros(0, np.int64)
            for number in range(len(self.families))
        ]
        self.blocks = [
            np.concatenate(
                [self.signs[i] * self.columns[i] for i, f in enumerate(self.family) if f == number], axis=1
            )
            if number in self.family
            else np.zeros((len(self.data.toxic), 0), np.float32)
            for number in range(len(self.families))
        ]

    def loss(self, solution: Array) -> tuple[float, Array]:
        y, w = self.data.toxic, self.data.weight
        z = np.full(len(y), solution[0])
        free = []
        for cap, places, block in zip(self.caps, self.places, self.blocks, strict=True):
            total = block @ solution[places].astype(np.float32)
            free.append(np.abs(total) <= cap)
            z += np.clip(total, -cap, cap)
        whole = w.sum()
        value = float((w * (np.logaddexp(0, z) - y * z)).sum() / whole)
        chance = 1 / (1 + np.exp(-z))
        self.pull = w * (chance - y) / whole
        self.curve = w * chance * (1 - chance) / whole
        slope = np.empty_like(solution)
        slope[0] = self.pull.sum()
        for inside, places, block in zip(free, self.places, self.blocks, strict=True):
            slope[places] = (self.pull * inside).astype(np.float32) @ block
        slope[1:] += 2 * RIDGE * solution[1:]
        return value + RIDGE * float((solution[1:] ** 2).sum()), slope

    def run(self, most: int = 120) -> float:
        self.pack()
        bounds = [(None, None), *[(0.0, 4.0)] * (len(self.solution) - 1)]
        found = minimize(
            self.loss, self.solution, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": most}
        )
        self.solution = found.x
        return float(found.fun)

    def best(self, number: int) -> list[str]:
        """Signals that together would lower the loss fastest: pairs, and one more for those already together.

        The gain of a candidate is taken as g² / h of one step with a weight of its own (g: slope, h: its spread),
        for strengths and for their absence alike.
        """
        table = signals()
        self.loss(self.solution)
        # Screening on a part of the rows: all toxic ones and every third of the others.
        part = np.flatnonzero(self.data.toxic | (np.arange(len(self.data.toxic)) % 3 == 0))
        scale = np.where(self.data.toxic[part], 1, 3).astype(np.float32)
        pull, curve = (scale * v[part].astype(np.float32) for v in (self.pull, self.curve))
        strength = self.data.strength[part]
        words = ["", *FORMS]
        every = np.concatenate([np.nan_to_num(formed(strength, w), nan=0.0) for w in words], axis=1)
        labels = [f"{w} {n}".strip() for w in words for n in self.names]
        # What is present must speak against; the absence of some only may.
        allowed = np.array(
            [may_be_absent(table[n]) if w in ABSENT else table[n].sign > 0 for w in words for n in self.names]
        )
        gains: dict[str, float] = {}

        def look(left: Array, names: list[str]) -> None:
            slope = (left * pull[:, None]).T @ every
            spread = (left**2 * curve[:, None]).T @ every**2
            gain = np.where((slope < 0) & allowed, slope**2 / (spread + 1e-6), 0)
            for i, j in np.argwhere(gain > np.quantile(gain, 0.98)).tolist():
                parts = [*names[i].split(" & "), labels[j]]
                key = together(set(parts)) if len(set(parts)) == len(parts) else None
                if key is not None:
                    gains[key] = max(gains.get(key, 0.0), float(gain[i, j]))

        look(every[:, allowed], [n for n, fine in zip(labels, allowed.tolist(), strict=True) if fine])
        grown = [key for key in self.keys if 1 <= key.count("&") < MOST_TOGETHER - 1]
        if grown:
            look(np.stack([self.product(key)[part] for key in grown], axis=1), grown)
        for key in self.paths(part, pull, curve):
            if key not in gains:
                column = self.product(key, part)
                slope, spread = float(column @ pull), float(column**2 @ curve)
                gains[key] = slope**2 / (spread + 1e-6) if slope < 0 else 0.0
        found: list[str] = []
        used: dict[str, int] = {}
        forms: dict[frozenset[str], int] = {}
        for key in self.keys:
            forms[named(key)] = forms.get(named(key), 0) + 1
        for key in sorted(gains, key=lambda k: (-gains[k], k)):
            if len(found) == number or gains[key] <= 0:
                break
            same = named(key)
            if key in self.keys or key in self.refused or any(used.get(n, 0) > 2 for n in same):
                continue
            # One form of the same signals at a time, and two at most: others would say it again.
            if same in map(named, found) or forms.get(same, 0) > 1:
                continue
            found.append(key)
            for n in same:
                used[n] = used.get(n, 0) + 1
        return found

    def paths(self, part: Array, pull: Array, curve: Array) -> list[str]:
        """Signals that stand on one path of small trees which are fitted to what the sum leaves unsaid, and may only
        rise: what pays together, though no two of them would."""
        table, strength = signals(), self.data.strength[part]
        columns: list[Array] = []
        labels: list[tuple[str, bool]] = []
        for i, name in enumerate(self.names):
            if table[name].sign > 0:
                columns.append(np.nan_to_num(strength[:, i], nan=0.0))
                labels.append((name, True))
            if may_be_absent(table[name]):
                columns.append(np.nan_to_num(1 - strength[:, i], nan=0.0))
                labels.append((name, False))
        trees = HistGradientBoostingRegressor(
            max_iter=TREES, max_depth=MOST_TOGETHER, learning_rate=0.3, min_samples_leaf=40, max_bins=32,
            monotonic_cst=[1] * len(labels), early_stopping=False, random_state=0,
        )  # fmt: skip
        step = np.clip(-pull / np.maximum(curve, 1e-12), -5, 5)
        trees.fit(np.column_stack(columns), step, sample_weight=curve / curve.mean())
        found: dict[str, None] = {}
        for (tree,) in trees._predictors:
            waiting: list[tuple[int, dict[tuple[str, bool], float]]] = [(0, {})]
            while waiting:
                at, passed = waiting.pop()
                node = tree.nodes[at]
                key = together({formed_at(*label, edge) for label, edge in passed.items()})
                if key is not None:
                    found[key] = None
                if not node["is_leaf"]:
                    label, edge = labels[int(node["feature_idx"])], float(node["num_threshold"])
                    waiting.append((int(node["left"]), passed))
                    waiting.append((int(node["right"]), passed | {label: max(edge, passed.get(label, 0.0))}))
        return list(found)

    def prune(self, least: float) -> None:
        """Take out signals together that came to nothing, and do not try them again."""
        totals = self.solution[1:].reshape(-1, 3).sum(axis=1)
        kept = [i for i, key in enumerate(self.keys) if "&" not in key or totals[i] >= least]
        self.refused |= {key for i, key in enumerate(self.keys) if i not in set(kept)}
        for name in ("keys", "columns", "signs", "family"):
            setattr(self, name, [getattr(self, name)[i] for i in kept])
        places = [np.arange(1 + 3 * i, 4 + 3 * i) for i in kept]
        self.solution = self.solution[np.concatenate([np.zeros(1, np.int64), *places])]
        self.pack()

    def shapes(self) -> dict[str, tuple[float, float, float]]:
        """Log-odds at the three knots."""
        return {
            key: tuple(np.round(self.signs[i] * np.cumsum(self.solution[1 + 3 * i : 4 + 3 * i]), 3).tolist())
            for i, key in enumerate(self.keys)
        }


def formed_at(name: str, present: bool, edge: float) -> str:
    """A signal with the word that comes nearest to "above this edge"."""
    if not present:
        return f"{'hardly' if edge > 2 / 3 else 'no'} {name}"
    return f"{'some ' if edge < 1 / 6 else 'much ' if edge > 2 / 3 else ''}{name}"


def together(parts: set[str]) -> str | None:
    """The key of some signals together; ``None`` where they are too few, of one family, or all absences."""
    table = signals()
    plain = [part.split()[-1] for part in parts]
    if len(set(plain)) < max(len(plain), 2) or all(part.split()[0] in ABSENT for part in parts):
        return None
    if len({table[name].family for name in plain}) < 2:
        return None
    return " & ".join(sorted(parts, key=lambda part: (part.split()[0] in ABSENT, part)))


def named(key: str) -> frozenset[str]:
    """The signals a key names, whatever word stands before them."""
    return frozenset(name for name, _ in factors(key))


def own(world: World, rules: Judging) -> Array:
    """``z`` of each link without neighbours."""
    return Model(rules, tuple(world.names)).own(world.strength.astype(np.float32))


def neighbours(world: World, z: Array, rules: Judging) -> tuple[Array, Array, Array]:
    """Of each pair: its highest ``z``, and how many of its source's and target's other pairs look bad."""
    worst = np.maximum.reduceat(z, world.begin)
    return worst, bad_among_others(worst, world.source, rules), bad_among_others(worst, world.target, rules)


def spread(text: str) -> list[int]:
    first, _, last = text.partition("-")
    return list(range(int(first), int(last or first) + 1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--fit", type=spread, default=spread("1-6"))
    parser.add_argument("--calibrate", type=spread, default=spread("11-13"))
    parser.add_argument("--together", type=int, default=24)
    parser.add_argument(
        "--honest", type=Path, nargs="*", default=[], help="indexes of real pages, taken to be honest"
    )
    parser.add_argument("--processes", type=int, default=1)
    chosen = parser.parse_args()
    chosen.work.mkdir(parents=True, exist_ok=True)
    seeds = [*chosen.fit, *chosen.calibrate]
    with multiprocessing.get_context("spawn").Pool(chosen.processes) as pool:
        kept = dict(zip(seeds, pool.starmap(make, [(seed, chosen.work) for seed in seeds]), strict=True))
    rules = settings.default()
    names = read(kept[chosen.fit[0]]).names
    real = [read(make_honest(index, chosen.work)) for index in chosen.honest]
    data = rows_of([*(read(kept[s]) for s in chosen.fit), *real], names)
    fit = Fit(data, rules, names)
    loss, fruitless = fit.run(), 0
    print(f"{len(data.toxic):,} rows, {len(fit.keys)} signals: loss {loss:.5f}", flush=True)
    while (done := len(fit.keys) - sum(1 for k in fit.keys if "&" not in k)) < chosen.together:
        found = fit.best(min(12, chosen.together - done))
        if not found:
            break
        for key in found:
            fit.add(key)
        before, loss = loss, fit.run(40)
        fit.prune(LEAST)
        print(f"{sum('&' in k for k in fit.keys)} together: loss {loss:.5f}", flush=True)
        fruitless = fruitless + 1 if before - loss < FRUITLESS else 0
        if fruitless > 2:
            break
    print(f"at last: loss {fit.run(150):.5f}", flush=True)
    shapes, base = fit.shapes(), round(float(fit.solution[0]), 3)
    shapes = {k: v for k, v in shapes.items() if max(abs(x) for x in v) >= 0.01}
    others = [read(kept[s]) for s in chosen.calibrate]
    judging = msgspec.structs.replace(
        rules.judging,
        base=base,
        signals={k: v for k, v in shapes.items() if "&" not in k},
        together={k: v for k, v in shapes.items() if "&" in k},
    )
    found = [(w, *neighbours(w, own(w, judging), judging)) for w in others]
    y = np.concatenate([np.logical_or.reduceat(w.toxic, w.begin) for w, *_ in found])
    worst, by_source, by_target = (np.concatenate([f[i] for f in found]) for i in (1, 2, 3))
    cap = rules.judging.neighbours_cap
    best: tuple[float, float, float, float, float] | None = None
    for s in np.arange(0, 1.51, 0.25):
        for t in np.arange(0, 2.01, 0.25):
            z = worst + np.clip(s * by_source, -cap, cap) + np.clip(t * by_target, -cap, cap)
            line = minimize(platt, [1.0, 0.0], args=(z, y), method="L-BFGS-B", bounds=[(0.05, 3), (-6, 6)])
            if best is None or line.fun < best[0]:
                best = (float(line.fun), s, t, *line.x)
    assert best is not None
    loss, s, t, a, b = best
    print(
        f"neighbours {s:.1f} of the source, {t:.1f} of the target; calibration {a:.3f} z + {b:.3f}; loss {loss:.5f}"
    )
    write(base, s, t, [(-30.0, -30 * a + b), (30.0, 30 * a + b)], shapes)


def platt(line: Array, z: Array, y: Array) -> float:
    v = line[0] * z + line[1]
    return float(np.mean(np.logaddexp(0, v) - y * v))


def write(base: float, s: float, t: float, line: list[tuple[float, float]], shapes: dict[str, Any]) -> None:
    """The fitted settings, in the order of the table of signals."""
    text = [
        "# Fitted on generated worlds by scripts/fit_verdicts.py; written by it, and readable: log-odds at a third,",
        "# two thirds and the whole of each signal's strength.",
        "[judging]",
        f"base = {base}",
        f"source_neighbours = {s:.2f}",
        f"target_neighbours = {t:.2f}",
        f"calibration = [{', '.join(f'[{x:.1f}, {y:.3f}]' for x, y in line)}]",
        "",
        "[judging.signals]",
        *(f"{k} = {list(v)}" for k, v in shapes.items() if "&" not in k),
        "",
        "[judging.together]",
        *(f'"{k}" = {list(v)}' for k, v in shapes.items() if "&" in k),
        "",
    ]
    settings.FITTED_FILE.write_text("\n".join(text))


if __name__ == "__main__":
    sys.exit(main())
