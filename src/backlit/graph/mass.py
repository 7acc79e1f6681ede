"""Relative spam mass: how much of a node's rank does not come from a trusted core.

    m = 1 − p' / p      p  = α Mᵀ p  + (1 − α) u         u = 1/n everywhere
                        p' = α Mᵀ p' + (1 − α) γ c       c = 1/|core| on the core

(Gyöngyi, Berkhin, Garcia-Molina & Pedersen 2006.) Both are linear PageRanks, with nothing redistributed from
nodes without out-links: only then is p' the part of the rank that the core lends. γ = 0.85 is the share of
the web that is held to be good, the mass of the core's jump. m is near 1 for a node that the core does not
reach, and negative for the core itself and what it favours.

The figure is only as good as the core is wide, and only means something where p is well above its least
value, (1 − α) / n: look at nodes with p at least ten times that.

Cost: one batch of two vectors. Error: p and p' are each within ``error`` in L1, so the error of m at a node
is at most ``error · (1 + |1 − m|) / p`` there.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from backlit.graph.csr import Float64s, Graph
from backlit.graph.personalised import core as core_jump
from backlit.graph.personalised import personalised, uniform


class SpamMass(NamedTuple):
    """``mass``: m of each node; ``pagerank``: p; ``trusted``: p'; ``error``: bound on the L1 error of each."""

    mass: Float64s
    pagerank: Float64s
    trusted: Float64s
    iterations: int
    error: float


def spam_mass(
    graph: Graph,
    core: npt.NDArray[Any],
    *,
    share: float = 0.85,
    of: npt.NDArray[np.bool_] | None = None,
    **options: Any,
) -> SpamMass:
    """Relative spam mass of every node, given the numbers of the ``core``'s nodes.

    ``share`` is γ. ``of`` marks the nodes whose figures are given, one after another; all when None.
    ``options`` are those of ``personalised``: damping, tolerance, threads and so on.
    """
    batch = personalised(graph, [uniform(), core_jump(core, share)], **options)
    whole, trusted = batch.scores if of is None else batch.scores[:, of]
    # p is at least (1 − α) / n, so it divides.
    return SpamMass(1 - trusted / whole, whole, trusted, batch.iterations, float(np.max(batch.error)))
