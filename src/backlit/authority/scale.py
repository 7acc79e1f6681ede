"""The 1-100 scale of authority.

    A = 1 + 99 · clip((ln R − ln R_lo) / (ln R_hi − ln R_lo), 0, 1)

``R_lo`` and ``R_hi`` are low and high quantiles of the positive ranks (settings). Scores are
rounded to two decimals: logarithms may differ in the last bit between processors, and no
reader needs more.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def authority_scale(
    rank: npt.NDArray[np.float64], *, low_quantile: float, high_quantile: float
) -> npt.NDArray[np.float64]:
    """Scores 1-100 of ranks; 1 where the rank is zero, and for all when no two ranks differ."""
    scores = np.ones(len(rank))
    positive = rank > 0
    if not positive.any():
        return scores
    low, high = np.log(np.quantile(rank[positive], [low_quantile, high_quantile], method="inverted_cdf"))
    if high <= low:
        return scores
    scores[positive] = 1 + 99 * np.clip((np.log(rank[positive]) - low) / (high - low), 0, 1)
    return np.round(scores, 2)
