"""Trust: whether a site's rank comes from the core, and from how far.

* **Relative spam mass** m = 1 − p'/p (``backlit.graph.mass``): the part of a site's uniform rank that the core
  does not lend. It is only as good as the core is wide: where the median of all candidates (rank at least ten
  times the least possible) is above 0.9, honest sites starve too, and the figure is not given.
* **Truncated PageRank** TP_2/p (``backlit.graph.truncated``): the part of rank that comes from further than two
  links away. Farms give theirs over one or two. It needs no core; it is given as a quantile among the candidates.

``trust`` of a site is 1 − m where that is usable, else the quantile; null where the site is no candidate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from backlit.graph.csr import Float64s, Graph
from backlit.graph.mass import spam_mass
from backlit.graph.truncated import truncated_pagerank
from backlit.settings import Settings, default


@dataclass(frozen=True, slots=True, eq=False)
class Trust:
    """Figures of the candidates, kept without those of other nodes, which have none (NaN).

    ``trust``, ``mass``, ``ratio`` and ``quantile`` are made when they are asked for, one number a node.
    """

    source: Literal["spam mass", "truncated rank"]
    #: Median mass of the candidates; None without a core or candidates.
    median_mass: float | None
    candidates: npt.NDArray[np.bool_]
    _mass: Float64s | None
    _ratio: Float64s
    _quantile: Float64s

    @property
    def trust(self) -> Float64s:
        """One minus spam mass, between 0 and 1, where that is usable; else the quantile of TP_2/p."""
        return self._all(self._quantile if self._mass is None else np.clip(1 - self._mass, 0, 1))

    @property
    def mass(self) -> Float64s | None:
        """Relative spam mass, or None where the core is too narrow for it (or there is none)."""
        return None if self._mass is None else self._all(self._mass)

    @property
    def ratio(self) -> Float64s:
        """TP_2/p."""
        return self._all(self._ratio)

    @property
    def quantile(self) -> Float64s:
        """The quantile of TP_2/p among the candidates."""
        return self._all(self._quantile)

    def _all(self, values: Float64s) -> Float64s:
        found = np.full(len(self.candidates), np.nan)
        found[self.candidates] = values
        return found

    @property
    def says(self) -> str:
        """Which figure is used, and why, in a sentence."""
        if self.median_mass is None:
            return "There is no core to measure spam mass with: trust is the quantile of truncated rank."
        if self._mass is None:
            return (
                f"The core is too narrow for spam mass (median {self.median_mass:.2f} of all candidates): trust is "
                "the quantile of truncated rank."
            )
        return f"Trust is one minus spam mass, whose median is {self.median_mass:.2f} among candidates."


def trust(
    graph: Graph, core: npt.NDArray[Any], *, settings: Settings | None = None, threads: int | None = None
) -> Trust:
    """Trust of every node, ``core`` being the core's node numbers (perhaps none)."""
    rules = settings or default()
    rule, damping, tolerance = rules.trust, rules.authority.damping, rules.authority.tolerance
    cut = truncated_pagerank(
        graph, rule.truncated_links, damping=damping, tolerance=tolerance, threads=threads
    )
    least = (1 - damping) / max(graph.nodes, 1)
    # A hair below the factor, as what is exactly at it comes out of a sum.
    candidates = cut.pagerank >= rule.candidate_factor * least * (1 - 1e-9)
    ratio = cut.truncated[candidates]
    ratio /= cut.pagerank[candidates]
    del cut
    ordered = np.sort(ratio)
    quantile = np.searchsorted(ordered, ratio, side="right") / max(len(ordered), 1)
    mass: Float64s | None = None
    median: float | None = None
    if len(core) and len(ordered):
        options: dict[str, Any] = {"damping": damping, "tolerance": tolerance, "threads": threads}
        mass = spam_mass(graph, core, share=rule.core_share, of=candidates, **options).mass
        median = float(np.median(mass))
        if median > rule.usable_median:
            mass = None
    source: Literal["spam mass", "truncated rank"] = "truncated rank" if mass is None else "spam mass"
    return Trust(source, median, candidates, mass, ratio, quantile)
