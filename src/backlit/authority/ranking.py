"""Ranking a release: each step's scores go to disk as soon as they are known, and memory holds one step at a time.

The steps and the arrays they hold at most, in bytes, with n nodes of which m have out-links (the graph is mapped and
streamed, and what the system maps it can take back):

    pagerank              12 n +   9 m
    harmonic centrality   12 n + 133 m      mostly the counters of HyperBall, twice 64 a node
    core                   5 n
    reach                 16 n +  16 m
    authority             28 n +  20 m
    trust                 28 n +  20 m

What an ended step wrote stays in the release's draft until all are published together, so a ranking that was stopped
goes on with the step it was in, provided that release, settings, trusted sites and version are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from backlit.authority.core import Core, trusted_core
from backlit.authority.engine import authority, percentile, places_of
from backlit.authority.reach import core_reach
from backlit.authority.scale import Scale
from backlit.authority.stored import (
    CORE,
    FLOW,
    MOST_NODES_FOR_TOPICS,
    POSITION,
    RANK,
    REACH,
    Ranking,
    topic_array,
)
from backlit.authority.topics import topical_trust
from backlit.authority.trust import trust
from backlit.graph.hyperball import hyperball
from backlit.graph.pagerank import pagerank
from backlit.release.draft import Draft, in_pieces
from backlit.release.release import Release
from backlit.release.steps import Steps
from backlit.settings import Settings
from backlit.version import __version__

#: Links away that harmonic centrality still counts. What lies further adds next to nothing, and a chain of a
#: hundred thousand sites would cost as many passes over all edges.
_FURTHEST = 64
#: Bytes beside the arrays: the interpreter, the libraries, names in batches, pages of the graph in use.
_BESIDE = 400 << 20
#: Raised when a step finds something else than before, or keeps it in another way.
_FORM = 1

Found = dict[str, Any]


def rank_release(
    release: Release,
    settings: Settings,
    steps: Steps,
    *,
    add: Collection[str] = (),
    remove: Collection[str] = (),
    scale: Scale | None = None,
    threads: int | None = None,
) -> Ranking:
    """Compute and publish all scores of ``release``.

    ``add`` and ``remove`` are the user's changes to the trusted core, ``scale`` a frozen one of another release.
    """
    given = (_FORM, __version__, settings.digest, sorted(set(add)), sorted(set(remove)), scale)
    with release.draft(msgspec.json.encode(given).decode()) as draft:
        work = _Work(release, settings, draft, threads)

        def once(name: str, step: Callable[[], Found]) -> Found:
            known = draft.found(name)
            if known is not None:
                steps.taken(next(one for one in draft.steps if one.name == name))
                return known
            with steps.step(name):
                found = step()
            draft.end(name, found, steps.done[-1])
            return found

        once("pagerank", work.pagerank)
        near = once("harmonic centrality", work.harmonic)
        once("core", lambda: work.core(add, remove))
        core = work.stored_core()
        if len(core):
            once("reach", lambda: work.reach(core))
        scored = once("authority", lambda: work.authority(core, scale))
        trusted = once("trust", lambda: work.trust(core))
        topics: Found = {"topics": [], "topics_left_out": []}
        if len(core) and release.nodes <= MOST_NODES_FOR_TOPICS:
            topics = once("topics", lambda: work.topics(core))
        about = {"core": len(core), "core_by": core.counts(), "core_rule": core.rule}
        whole = about | near | scored | trusted | topics | {"settings": settings.digest}
        ranking = msgspec.convert(whole, Ranking)
        with steps.step("publish"):
            release.adopt(draft, msgspec.to_builtins(ranking))
    return ranking


def memory_for(nodes: int, live: int) -> int:
    """Bytes of memory that ranking takes: ``nodes``, of which ``live`` have out-links; see the module."""
    return max(12 * nodes + 133 * live, 28 * nodes + 20 * live) + _BESIDE


class _Work:
    """The steps. Each writes its arrays to the draft and returns what is to be said of them."""

    def __init__(self, release: Release, settings: Settings, draft: Draft, threads: int | None) -> None:
        self._release, self._settings, self._draft, self._threads = release, settings, draft, threads
        self._graph = release.graph

    def pagerank(self) -> Found:
        damping = self._settings.authority.damping
        found = pagerank(self._graph, dangling="to-all", damping=damping, threads=self._threads)
        self._by_node({"pagerank": found.scores})
        return {}

    def harmonic(self) -> Found:
        found = hyperball(self._graph, max_distance=_FURTHEST, threads=self._threads)
        self._by_node({"harmonic_centrality": found.scores})
        return {"harmonic_deviation": found.deviation, "harmonic_complete": found.complete}

    def core(self, add: Collection[str], remove: Collection[str]) -> Found:
        core = trusted_core(
            self._graph, self._names, add=add, remove=remove, settings=self._settings, threads=self._threads
        )
        marks = np.zeros(self._graph.nodes, np.uint8)
        marks[core.nodes] = core.how
        self._draft.write(CORE, np.float32, in_pieces(marks))
        return {"needed": core.needed}

    def stored_core(self) -> Core:
        """The core as it was written, without what only its reports need."""
        found = self._draft.found("core")
        assert found is not None
        marks = self._draft.array(CORE)
        nodes = np.flatnonzero(marks)
        return Core(nodes, marks[nodes].astype(np.uint8), np.zeros(0, np.uint8), found["needed"])

    def reach(self, core: Core) -> Found:
        reach = core_reach(self._graph, core.nodes, settings=self._settings, threads=self._threads)
        self._draft.write(REACH, np.float64, in_pieces(reach))
        return {}

    def authority(self, core: Core, scale: Scale | None) -> Found:
        draft = self._draft
        found = authority(
            self._graph,
            core,
            harmonic=draft.array(REACH) if len(core) else None,
            scale=scale,
            settings=self._settings,
            threads=self._threads,
        )
        draft.write(FLOW, np.float64, in_pieces(found.flow))
        draft.write(RANK, np.float64, in_pieces(found.rank))
        said = {
            "jump": found.jump,
            "reached": int(np.count_nonzero(found.flow > 0)),
            "scale": msgspec.to_builtins(found.scale),
            "voters": "core" if len(core) else "all",
            "damping": found.damping,
            "iterations": found.iterations,
            "error": found.error,
            "says": found.says,
        }
        self._by_node({"authority": found.score})
        rank = found.rank
        del found
        places = places_of(rank)
        del rank
        self._by_node({POSITION: places.positions})
        shares = (percentile(piece, self._graph.nodes) for piece in in_pieces(places.below, self._order()))
        draft.write("percentile", np.float64, shares)
        return said

    def trust(self, core: Core) -> Found:
        found = trust(self._graph, core.nodes, settings=self._settings, threads=self._threads)
        self._by_node({"trust": found.trust})
        return {"trust_source": found.source, "trust_rule": found.says}

    def topics(self, core: Core) -> Found:
        found = topical_trust(
            self._graph, core.nodes, self._names, settings=self._settings, threads=self._threads
        )
        for name, rank in zip(found.names, found.rank, strict=True):
            self._draft.write(topic_array(name), np.float32, in_pieces(rank))
        return {"topics": list(found.names), "topics_left_out": list(found.left_out)}

    def _by_node(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        """Write arrays in the order of the graph as scores, in that of the release's nodes."""
        order = self._order()
        for name, values in arrays.items():
            self._draft.write(name, values.dtype, in_pieces(values, order))

    def _order(self) -> npt.NDArray[np.uint32]:
        """Where the graph has each node of the release: made anew for each step, as few need it."""
        return self._release.stored.ordering().new_of_old

    def _names(self, nodes: npt.NDArray[np.int64]) -> pa.Array:
        """The names of nodes by the graph's numbers."""
        order = self._release.stored.old_of_new
        return self._release.texts_of(nodes if order is None else order[nodes].astype(np.int64))
