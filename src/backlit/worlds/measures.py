"""How well a score tells toxic pairs from honest ones, against the truth of a world."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from backlit.errors import InputError
from backlit.worlds.markers import Pairs, read_table

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

#: Kinds of honest links that are no look-alikes.
PLAIN = frozenset({"base", "old-honest", "camouflage", "stray"})


class Truth(NamedTuple):
    """What is true of each pair: toxic when one of its links is, ``hard`` when honest and a look-alike's."""

    toxic: Flags
    hard: Flags
    #: The scheme of a toxic pair, the kind of an honest one.
    what: list[str]
    campaign: list[str]


def read_truth(folder: Path, pairs: Pairs) -> Truth:
    """The truth of the pairs of the same folder's links.

    Raises ``InputError`` when the truth is not about the same rows.
    """
    table = read_table(folder, "truth")
    if table.num_rows != len(pairs.of_row):
        raise InputError(
            f"The truth in {folder} has {table.num_rows:,} rows and the links {len(pairs.of_row):,}: "
            "write the world anew."
        )
    number = len(pairs.sources)
    toxic = np.zeros(number, np.bool_)
    what, campaign = [""] * number, [""] * number
    rank = [-1] * number
    for at, bad, kind, case in zip(
        pairs.of_row.tolist(),
        *(table[name].to_pylist() for name in ("toxic", "scheme_or_kind", "campaign")),
        strict=True,
    ):
        height = 2 if bad else int(kind not in PLAIN)
        if height > rank[at]:
            rank[at], what[at], campaign[at] = height, kind, case or ""
            toxic[at] = bool(bad)
    hard = np.array([r == 1 for r in rank], np.bool_)
    return Truth(toxic, hard, what, campaign)


def auc(score: Floats, toxic: Flags) -> float:
    """The chance that a toxic pair scores above an honest one, ties counted by half."""
    good, bad = int((~toxic).sum()), int(toxic.sum())
    if not good or not bad:
        raise InputError("An AUC needs toxic and honest pairs.")
    order = np.argsort(score, kind="stable")
    _, starts, counts = np.unique(score[order], return_index=True, return_counts=True)
    ranks = np.repeat(starts + (counts + 1) / 2, counts)
    below = ranks[toxic[order]].sum() - bad * (bad + 1) / 2
    return float(below / (good * bad))


def average_precision(score: Floats, toxic: Flags) -> float:
    """The mean precision over the toxic pairs, from the highest score down; ties in one step."""
    order = np.argsort(-score, kind="stable")
    hits = np.cumsum(toxic[order])
    last = np.append(np.flatnonzero(np.diff(score[order])), len(order) - 1)
    gained = np.diff(np.concatenate([[0], hits[last]]))
    return float((gained * hits[last] / (last + 1)).sum() / max(hits[-1], 1))


def cut_at(score: Floats, toxic: Flags, share: float = 0.01) -> float:
    """The lowest score above which at most this share of the honest pairs lies."""
    honest = np.sort(score[~toxic])[::-1]
    return float(honest[min(int(share * len(honest)), len(honest) - 1)])


def recall(score: Floats, toxic: Flags, share: float = 0.01) -> float:
    """The share of toxic pairs above the cut that this share of the honest ones passes."""
    return float((score[toxic] > cut_at(score, toxic, share)).mean())
