"""One signal: what it is called, what it says, where it comes from, and how its value is read.

A signal has a *value* in natural units (a share, a count, a number of days). ``strength`` maps it to 0-1: 0 at
``low`` and below, 1 at ``high`` and above, evenly between, on the value or on ``ln(1 + value)``. What a strength
is worth in log-odds is fitted (``backlit.verdicts``) and stands in the settings. Unknown (NaN) stays NaN and counts
as nothing: missing data never counts against a link. ``clause`` names the category of the link-spam policy (L1-L11, in
``docs/signals.md``) or a neighbouring policy.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from backlit.signals.ground import Measures

Level = Literal["link", "page", "pair", "source", "target"]


class Measure(NamedTuple):
    """The values of one signal: one a link, page, pair or site, as ``level`` says. NaN is unknown."""

    level: Level
    value: Measures


class Signal(NamedTuple):
    """One row of the table."""

    id: str
    family: str
    #: 1: raises toxicity; -1: lowers it.
    sign: int
    level: Level
    clause: str | None
    #: What a user reads; ``{value}`` and ``{usual}`` are put in, formatted by ``unit``.
    sentence: str
    low: float
    high: float
    scale: Literal["linear", "log"]
    unit: Literal["share", "count", "days", "score", "flag", "bits"]
    #: Columns without which it says nothing, as in ``docs/schema.md``.
    needs: tuple[str, ...]
    #: Only a factor of interactions, worth nothing alone.
    only_factor: bool = False

    def strength(self, value: npt.NDArray[np.floating]) -> Measures:
        """0-1 of each value; NaN where it is unknown, which counts as 0 and as 0 of its absence."""
        v = np.asarray(value, np.float64)
        low, high = self.low, self.high
        if self.scale == "log":
            v, low, high = np.log1p(np.maximum(v, 0)), float(np.log1p(low)), float(np.log1p(high))
        return np.clip((v - low) / (high - low), 0, 1).astype(np.float32)
