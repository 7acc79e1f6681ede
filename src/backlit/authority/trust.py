"""Trust: whether a site's rank comes from the core, and from how far.

* **Relative spam mass** m = 1 − p'/p (``backlit.graph.mass``): the part of a site's uniform rank that the core
  does not lend. It is only as good as the core is wide: where the median of all candidates (rank at least ten
  times the least possible) is above 0.9, honest sites starve too, and the figure is not given.
* **Truncated PageRank** TP_2/p (``backlit.graph.truncated``): the part of rank that comes from further than two
  links away. Farms give theirs over one or two. It needs no core; it is given as a quantile among the candidates.

``trust`` of a site is 1 − m where that is usable, else the quantile; null where the site is no candidate.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from backlit.graph.csr import Float64s, Graph
from backlit.graph.mass import spam_mass
from backlit.graph.truncated import truncated_pagerank
from backlit.settings import Settings, default


class Trust(NamedTuple):
    """A figure a node; NaN where unknown."""

    trust: Float64s
    source: Literal["spam mass", "truncated rank"]
    #: Relative spam mass, or None where the core is too narrow for it (or there is none).
    mass: Float64s | None
    #: Median mass of the candidates; None without a core or candidates.
    median_mass: float | None
    #: TP_2/p of the candidates, and its quantile among them.
    ratio: Float64s
    quantile: Float64s
    candidates: npt.NDArray[np.bool_]

    @property
    def says(self) -> str:
        """Which figure is used, and why, in a sentence."""
        if self.median_mass is None:
            return "There is no core to measure spam mass with: trust is the quantile of truncated rank."
        if self.mass is None:
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
    ratio = np.where(candidates, cut.ratio(), np.nan)
    quantile = np.full(graph.nodes, np.nan)
    ordered = np.sort(ratio[candidates])
    if len(ordered):
        quantile[candidates] = np.searchsorted(ordered, ratio[candidates], side="right") / len(ordered)
    mass: Float64s | None = None
    median: float | None = None
    if len(core) and len(ordered):
        every = spam_mass(
            graph, core, share=rule.core_share, damping=damping, tolerance=tolerance, threads=threads
        ).mass
        median = float(np.median(every[candidates]))
        if median <= rule.usable_median:
            mass = np.where(candidates, every, np.nan)
    if mass is not None:
        return Trust(np.clip(1 - mass, 0, 1), "spam mass", mass, median, ratio, quantile, candidates)
    return Trust(quantile, "truncated rank", None, median, ratio, quantile, candidates)
