"""What is true of the pairs of a generated world."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from backlit.errors import InputError
from backlit.worlds.markers import Pairs, read_table

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
