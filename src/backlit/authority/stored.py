"""Authority of a release as it is kept with it (by ``backlit.authority.ranking``), opened without being read.

Scores that people ask for (``SCORES``) are kept by the release's numbers of nodes. What explanations and
what-ifs calculate with (flow, rank, reach, the core) is kept in the order of the graph, so that it is mapped and used
as it lies. All are published together, with the scale, the core's rule and the digest of the settings.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from backlit.authority.engine import Authority
from backlit.authority.scale import Scale
from backlit.errors import BacklitError
from backlit.release.release import Release

#: Scores by node, as ``web export`` gives them.
SCORES = ("pagerank", "harmonic_centrality", "trust", "authority", "percentile")
#: Kept in the order of the graph.
FLOW, RANK, REACH, CORE = "graph_flow", "graph_rank", "graph_reach", "graph_core"
#: Place by rank from 1, by node; equal ones share the best.
POSITION = "position"
#: Up to here ranks by topic are computed: they are twenty vectors more.
MOST_NODES_FOR_TOPICS = 5_000_000


class Ranking(msgspec.Struct, frozen=True, kw_only=True):
    """What a release's scores rest on."""

    jump: str
    core: int
    core_by: dict[str, int]
    core_rule: str
    reached: int
    scale: Scale
    voters: str
    damping: float
    iterations: int
    error: float
    settings: str
    trust_source: str
    trust_rule: str
    says: str
    harmonic_deviation: float
    harmonic_complete: bool
    topics: list[str]
    topics_left_out: list[str]


def names_in_graph_order(release: Release) -> Any:
    """A function from the graph's numbers to names."""
    order = release.stored.old_of_new

    def names(nodes: npt.NDArray[np.int64]) -> list[str]:
        return release.names_of(nodes if order is None else order[nodes].astype(np.int64))

    return names


def stored_ranking(release: Release) -> Ranking | None:
    """What the scores of a release rest on; ``None`` when it was not ranked."""
    info = release.score_info.get("authority")
    if info is None or FLOW not in release.score_info:
        return None
    return msgspec.convert(info.about, Ranking)


def stored_authority(release: Release) -> Authority:
    """The authority of a ranked release, mapped from its files."""
    ranking = stored_ranking(release)
    if ranking is None:
        raise BacklitError(
            f"The release {release.title} has no authority yet: compute it with `backlit web rank {release.info.name}`."
        )
    flow, rank, core = (release.score(name) for name in (FLOW, RANK, CORE))
    assert flow is not None
    assert rank is not None
    assert core is not None
    reach = release.score(REACH)
    return Authority(
        flow=np.asarray(flow, np.float64),
        rank=np.asarray(rank, np.float64),
        score=_Scored(rank, reach, ranking.scale),  # type: ignore[arg-type]
        scale=ranking.scale,
        core=_CoreNodes(core, ranking.core),  # type: ignore[arg-type]
        damping=ranking.damping,
        harmonic=reach,
        voters="core" if ranking.voters == "core" else "all",
        iterations=ranking.iterations,
        error=ranking.error,
    )


class Standings(NamedTuple):
    """Where nodes stand in a ranked release; -1 is no node, and its figures are NaN or 0."""

    authority: npt.NDArray[np.float64]
    pagerank: npt.NDArray[np.float64]
    percentile: npt.NDArray[np.float64]
    #: Places from 1; equal ones share the best.
    position: npt.NDArray[np.int64]

    def row(self, place: int) -> dict[str, float | int]:
        """One of them as a record."""
        return {
            "authority": float(self.authority[place]),
            "rank": int(self.position[place]),
            "percentile": float(self.percentile[place]),
        }


def standings(release: Release, nodes: npt.NDArray[np.int64]) -> Standings:
    """Where ``nodes`` of a ranked release stand, -1 among them being none. Nothing but their figures is read."""
    there = nodes >= 0

    def figures(name: str) -> npt.NDArray[np.float64]:
        values = np.full(len(nodes), np.nan)
        known = release.scores_of(name, nodes[there])
        if known is not None:
            values[there] = known
        return values

    position = np.zeros(len(nodes), np.int64)
    places = release.scores_of(POSITION, nodes[there])
    position[there] = _counted_positions(release, nodes[there]) if places is None else places
    return Standings(figures("authority"), figures("pagerank"), figures("percentile"), position)


def ranks_of(release: Release, nodes: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """The rank R' of nodes of a ranked release, on which its scale lies; NaN where one is -1."""
    ranks = np.full(len(nodes), np.nan)
    there = nodes >= 0
    known = release.scores_of(RANK, release.graph_ids(nodes[there])) if there.any() else None
    if known is not None:
        ranks[there] = known
    return ranks


def _counted_positions(release: Release, nodes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Places in a release that was ranked before places were kept: one pass over all ranks."""
    ranks = release.score(RANK)
    assert ranks is not None
    if not len(nodes):
        return np.zeros(0, np.int64)
    wanted = ranks[release.graph_ids(nodes)]
    steps = np.unique(wanted)
    above = np.zeros(len(steps) + 1, np.int64)
    for first in range(0, len(ranks), 1 << 22):
        piece = np.asarray(ranks[first : first + (1 << 22)])
        if len(steps) == 1:
            above[1] += np.count_nonzero(piece > steps[0])
        else:
            above += np.bincount(np.searchsorted(steps, piece, side="left"), minlength=len(steps) + 1)
    # A rank found at place k is above the first k of the steps.
    better = np.cumsum(above[::-1])[::-1]
    found: npt.NDArray[np.int64] = better[np.searchsorted(steps, wanted) + 1] + 1
    return found


def topic_shares(release: Release, node: int) -> dict[str, float]:
    """A node's topics (by the graph's number) as shares of its topical rank, strongest first."""
    ranking = stored_ranking(release)
    found = {}
    for name in ranking.topics if ranking is not None else ():
        values = release.score(topic_array(name))
        if values is not None and values[node] > 0:
            found[name] = float(values[node])
    total = sum(found.values())
    return {
        name: value / total for name, value in sorted(found.items(), key=lambda item: (-item[1], item[0]))
    }


class _Scored:
    """Scores of single nodes, made from rank and reach when they are asked for."""

    def __init__(self, rank: Any, reach: Any, scale: Scale) -> None:
        self._rank, self._reach, self._scale = rank, reach, scale

    def __len__(self) -> int:
        return len(self._rank)

    def __getitem__(self, nodes: Any) -> Any:
        return self._scale.score(self._rank[nodes], None if self._reach is None else self._reach[nodes])


class _CoreNodes:
    """The nodes of a core, told by marks on all nodes: these are read whole only where all of them are wanted."""

    def __init__(self, marks: Any, count: int) -> None:
        self._marks, self._count = marks, count

    def __len__(self) -> int:
        return self._count

    def __contains__(self, node: int) -> bool:
        return bool(self._marks[node] > 0)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> npt.NDArray[Any]:
        return np.flatnonzero(np.asarray(self._marks) > 0).astype(dtype or np.int64, copy=False)


def topic_array(name: str) -> str:
    """What the ranks of a topic are kept as."""
    return "graph_topic_" + "".join(c if c.isalnum() else "_" for c in name.lower())
