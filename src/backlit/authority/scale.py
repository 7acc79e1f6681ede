"""The 1-100 scale of authority.

    A = 1 + 99 · clip((ln R − ln R_lo) / (ln R_hi − ln R_lo), 0, 1)

``R_lo`` and ``R_hi`` are low and high quantiles of the positive ranks (settings). They are *frozen* with the
ranks they were taken from and stored beside them: another release, or a what-if, is read on the same scale, so
that a score moves only when a rank does. Scores are rounded to two decimals: logarithms may differ in
the last bit between processors, and no reader needs more.
"""

from __future__ import annotations

import math
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

#: Ranks scored in one go, so that a release needs little memory beside its scores.
_AT_ONCE = 1 << 22


class Scale(msgspec.Struct, frozen=True):
    """A frozen scale. Without two different ranks to lay it over, ``low`` equals ``high`` and all score 1."""

    low: float
    high: float
    #: The part of the score above 1 that harmonic centrality steadies, and its greatest value; None: unknown.
    harmonic_share: float = 0.0
    harmonic_max: float | None = None

    @property
    def points_per_factor(self) -> float:
        """Points that a rank e times as high is worth."""
        return 99 / math.log(self.high / self.low) if self.high > self.low > 0 else 0.0

    def plain(self, rank: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Scores of ranks alone, not rounded; 1 where the rank is zero."""
        values = np.asarray(rank, dtype=np.float64)
        scores = np.ones(values.shape)
        positive = values > 0
        if self.high > self.low > 0 and positive.any():
            low, high = math.log(self.low), math.log(self.high)
            scores[positive] = 1 + 99 * np.clip((np.log(values[positive]) - low) / (high - low), 0, 1)
        return scores

    def score(self, rank: npt.ArrayLike, harmonic: npt.ArrayLike | None = None) -> npt.NDArray[np.float64]:
        """Scores of ranks, steadied by harmonic centrality where it is known; rounded.

        A = 1 + (A_R − 1)(1 − h + h · H / H_max): what the core does not reach stays at 1, however well one link
        connects it, and h = 0.3 of the score at most depends on reach.
        """
        ranks = np.asarray(rank, dtype=np.float64)
        if ranks.size > _AT_ONCE:
            parts = [slice(at, at + _AT_ONCE) for at in range(0, ranks.size, _AT_ONCE)]
            reach = None if harmonic is None else np.asarray(harmonic)
            whole = np.empty(ranks.size)
            for part in parts:
                whole[part] = self.score(ranks[part], None if reach is None else reach[part])
            return whole
        scores = self.plain(ranks)
        if harmonic is not None and self.harmonic_max:
            reach = np.clip(np.asarray(harmonic, dtype=np.float64) / self.harmonic_max, 0, 1)
            scores = 1 + (scores - 1) * (1 - self.harmonic_share + self.harmonic_share * reach)
        rounded: npt.NDArray[np.float64] = np.round(scores, 2)
        return rounded


def fit_scale(
    rank: npt.NDArray[np.float64],
    *,
    low_quantile: float,
    high_quantile: float,
    harmonic: npt.NDArray[Any] | None = None,
    harmonic_share: float = 0.0,
) -> Scale:
    """The scale of these ranks, to be kept with them."""
    positive = rank[rank > 0]
    low = high = 0.0
    if len(positive):
        wanted = [low_quantile, high_quantile]
        # ``positive`` is a copy already, and may be put in any order.
        found = np.quantile(positive, wanted, method="inverted_cdf", overwrite_input=True)
        low, high = map(float, found)
    top = float(np.max(harmonic, initial=0.0)) if harmonic is not None else 0.0
    return Scale(low, high, harmonic_share if top > 0 else 0.0, top if top > 0 else None)


def authority_scale(
    rank: npt.NDArray[np.float64], *, low_quantile: float, high_quantile: float
) -> npt.NDArray[np.float64]:
    """Scores 1-100 of ranks; 1 where the rank is zero, and for all when no two ranks differ."""
    return fit_scale(rank, low_quantile=low_quantile, high_quantile=high_quantile).score(rank)
