"""New organisations a week against what was usual, target by target."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from backlit.compiled import compiled

Array = npt.NDArray[Any]


@compiled
def weekly(
    target: Array, week: Array, count: Array, all_new: Array, median: float, smoothing: float, prior: float,
    gain: Array, sum_: Array,
) -> None:  # fmt: skip
    """Surprise in nats, and CUSUM over its alarm's unit, of each week with new organisations.

    Rows are by target, then week (from 1). The usual number is an exponentially weighted mean, never below ``prior``,
    times how busy the week was in the whole index without this target (``all_new`` over ``median``, at least 1).
    """
    mean, s, before = 0.0, 0.0, 0
    for r in range(len(target)):
        if r == 0 or target[r] != target[r - 1]:
            mean, s = prior, 0.0
        else:
            for w in range(before + 1, week[r]):
                mean *= 1 - smoothing
                usual = max(mean, prior)
                s = max(0.0, s - usual - 0.5 * np.sqrt(usual))
                if s == 0 and mean < prior:
                    mean *= (1 - smoothing) ** (week[r] - 1 - w)
                    break
        busy = max((all_new[week[r]] - count[r]) / median, 1.0)
        usual = max(mean, prior) * busy
        x = float(count[r])
        gain[r] = x * np.log(x / usual) - x + usual if x > usual else 0.0
        s = max(0.0, s + x - usual - 0.5 * np.sqrt(usual))
        sum_[r] = s / np.sqrt(usual)
        mean += smoothing * (x / busy - mean)
        before = week[r]


@compiled
def medians(group: Array, value: Array, out: Array) -> None:
    """The median of each group's values that are known; rows are by group, then value (NaN last)."""
    first = 0
    while first < len(group):
        last = first
        known = 0
        while last < len(group) and group[last] == group[first]:
            if not np.isnan(value[last]):
                known += 1
            last += 1
        if known:
            out[group[first]] = (value[first + (known - 1) // 2] + value[first + known // 2]) / 2
        first = last
