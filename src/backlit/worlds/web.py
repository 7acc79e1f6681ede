"""A small web of sites, made by rule: the ground for attacks when no real graph is at hand.

Sites belong to communities and link mostly to popular sites, some to neighbours; some are institutions, which
are linked to more; over half have no known links of their own, as in real web graphs. It is a test ground with
the right coarse shape, not a model of the web: figures measured on it say how measures compare, no more.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from backlit.graph.csr import Graph, from_edges

_COMMUNITIES = 40
_INSTITUTIONS = 0.01
_LINKING = 0.45


class Web(NamedTuple):
    """A graph of sites, their names, and which of them are institutions."""

    graph: Graph
    names: list[str]
    institutions: npt.NDArray[np.int64]


def generated_web(sites: int = 20_000, *, seed: int = 1) -> Web:
    """The same web for the same numbers, on any machine."""
    rng = np.random.default_rng(seed)
    fame = 1 / (1 + rng.permutation(sites)) ** 0.75
    institutions = np.sort(rng.choice(sites, max(int(sites * _INSTITUTIONS), 1), replace=False))
    fame[institutions] *= 8
    fame /= fame.sum()
    community = rng.integers(0, min(_COMMUNITIES, sites), sites)
    order = np.argsort(community, kind="stable")
    starts = np.searchsorted(community[order], np.arange(_COMMUNITIES + 1))
    links = np.where(rng.random(sites) < _LINKING, np.ceil(rng.lognormal(2.2, 1.0, sites)), 0)
    links[institutions] = np.ceil(rng.lognormal(4.0, 0.8, len(institutions)))
    links = np.minimum(links, sites // 4).astype(np.int64)
    source = np.repeat(np.arange(sites), links)
    famous = np.minimum(np.searchsorted(np.cumsum(fame), rng.random(len(source))), sites - 1)
    home = community[source]
    room = starts[home + 1] - starts[home]
    near = order[starts[home] + (rng.random(len(source)) * room).astype(np.int64)]
    target = np.where(rng.random(len(source)) < 0.75, famous, near)
    graph = from_edges(source, target, sites)
    named = set(institutions.tolist())
    names = [f"{'institution' if i in named else 'site'}-{i}.test" for i in range(sites)]
    return Web(graph, names, institutions)
