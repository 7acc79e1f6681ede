"""One mapping of rank to 0..1000, for domains, pages, links and whatever links are grouped by.

    rank(f) = ceil(1000 · ln(1 + f/ε) / ln(1 + (R_hi − R_lo)/ε))        ε = R_lo / 10

``f`` is an inflow of rank: of a domain R − R_lo, where R_lo is what a domain without links has (the rank that scores
1 as authority; R_hi scores 100), so that a domain of authority 1 has rank 0 and one of 100 has 1000. Of a link it is
E = damping · R(source) · part, and of a group of links their sum. Whatever passes anything has at least 1; what passes
nothing, as a link that is not followed does, has 0.

The links to a domain are read on its own scale: their E is multiplied so that all its links together (live, from
elsewhere, indirect ones too) make the inflow its authority stands for. So a domain's rank is that of its authority
while all links count, and falls with those that a condition takes away.
"""

from __future__ import annotations

import math
from typing import NamedTuple

#: Inflows are measured against this part of the rank of a domain without links.
_GRAIN = 0.1
#: Two sums of the same inflows differ by less.
_SLACK = 1e-6


class Ranks(NamedTuple):
    """Damping, and the ranks that score 1 and 100 as authority.

    Where they are one, no two domains differ and all have rank 0; without a scale they are 0 and all ranks unknown.
    """

    damping: float
    low: float
    high: float

    @property
    def known(self) -> bool:
        """Whether there is a scale at all."""
        return 0 < self.low <= self.high

    @property
    def flat(self) -> bool:
        """Whether no two domains differ."""
        return self.low == self.high

    def inflow(self, authority: float | None) -> float | None:
        """The inflow that an authority stands for."""
        if authority is None or not self.known:
            return None
        return float(self.low * ((self.high / self.low) ** ((authority - 1) / 99) - 1))

    def inflow_sql(self, authority: str) -> str:
        """The same of a SQL expression."""
        if not self.known:
            return "CAST(NULL AS DOUBLE)"
        return f"({self.low!r} * (pow({self.high / self.low!r}, ({authority} - 1) / 99) - 1))"

    def rank(self, inflow: float | None) -> int | None:
        """The rank of an inflow."""
        if inflow is None or not self.known:
            return None
        if inflow <= 0 or self.flat:
            return 0
        whole = math.log1p((self.high - self.low) / (self.low * _GRAIN))
        place = 1000 * math.log1p(inflow / (self.low * _GRAIN)) / whole
        return min(max(math.ceil(place - _SLACK), 1), 1000)

    def sql(self, inflow: str) -> str:
        """The rank of a SQL expression that is an inflow; INTEGER."""
        if not self.known:
            return "CAST(NULL AS INTEGER)"
        if self.flat:
            return f"CASE WHEN {inflow} IS NOT NULL THEN 0 END"
        grain = self.low * _GRAIN
        whole = math.log1p((self.high - self.low) / grain)
        place = f"ceil(ln(1 + {inflow} / {grain!r}) * {1000 / whole!r} - {_SLACK!r})"
        return (
            f"CASE WHEN {inflow} IS NULL THEN NULL WHEN {inflow} <= 0 THEN 0 "
            f"ELSE least(greatest(CAST({place} AS INTEGER), 1), 1000) END"
        )

    def scale(self, own: float | None, total: float | None) -> float:
        """What E of links to a domain is multiplied by: its own inflow over the ``total`` of its links."""
        if own is None or not total:
            return 1.0
        return own / total


def on_scale(rank: str, scale: str) -> str:
    """A SQL rank of 0..1000 on the scale asked for (``one_hundred``: round(sin(rank / 636.62) · 100))."""
    if scale == "one_hundred":
        return f"CAST(round(sin({rank} / 636.62) * 100) AS INTEGER)"
    return rank
