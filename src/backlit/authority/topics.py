"""Topical trust: the same rank, started from the core's sites of one topic (Haveliwala 2002).

    R_k = α Mᵀ R_k + (1 − α) v_k        v_k uniform on the core's sites of topic k

Which core sites belong to a topic is told by ``backlit/data/topics.txt``, from their names alone; a site may
belong to several. Only sites of the core are looked at, so a name buys nothing. A topic with too few sites is
left out: its figures are unknown, not zero. Up to 16 topics are solved in one batch, at about the price of two.

``share`` reads a site's topical ranks as shares of their sum; a site that no topic reaches has none.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from backlit.authority.names import Names, NameSet, matching, names_of, sections
from backlit.graph.csr import Float64s, Graph
from backlit.graph.personalised import MOST_VECTORS, core, personalised
from backlit.settings import Settings, default


class Topics(NamedTuple):
    """``rank[k, t]``: the rank of node t by topic ``names[k]``, which starts from ``seeds[k]``."""

    names: tuple[str, ...]
    rank: Float64s
    seeds: tuple[npt.NDArray[np.int64], ...]
    #: Topics of the list with too few core sites here.
    left_out: tuple[str, ...]

    def shares(self, node: int) -> dict[str, float]:
        """The node's topics, strongest first, as shares of its topical rank; none if no topic reaches it."""
        values = self.rank[:, node]
        total = float(values.sum())
        if not total > 0:
            return {}
        order = np.argsort(-values, kind="stable")
        return {self.names[k]: float(values[k]) / total for k in order.tolist() if values[k] > 0}


def topic_names() -> tuple[str, ...]:
    """The topics of the shipped list."""
    return tuple(sections("topics.txt"))


def topic_seeds(names: Names, nodes: npt.NDArray[Any]) -> dict[str, npt.NDArray[np.int64]]:
    """Which of ``nodes`` (the core's) belong to each topic."""
    chosen = np.asarray(nodes, dtype=np.int64)
    texts = pa.array(names_of(names, chosen), pa.string())
    return {topic: chosen[_members(texts, entries)] for topic, entries in sections("topics.txt").items()}


def _members(texts: pa.Array, entries: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    words = [re.escape(e[1:]) for e in entries if e.startswith("~")]
    endings = [re.escape(e) for e in entries if e.startswith(".")]
    listed = NameSet(e for e in entries if e[0] not in "~.")
    found = listed.matches(texts)
    if words:
        # In the part before the last label: a word that is a whole top-level domain is no topic.
        found |= matching(texts, rf"(?:^|[.-])(?:{'|'.join(words)})[^.]*\.")
    if endings:
        found |= matching(texts, rf"(?:{'|'.join(endings)})$")
    return found


def topical_trust(
    graph: Graph,
    core_nodes: npt.NDArray[Any],
    names: Names,
    *,
    settings: Settings | None = None,
    threads: int | None = None,
) -> Topics:
    """Every node's rank by each topic that has enough sites in the core."""
    rule = (settings or default()).authority
    members = topic_seeds(names, core_nodes)
    used = [topic for topic, seeds in members.items() if len(seeds) >= rule.topic_least_seeds]
    rank = np.zeros((len(used), graph.nodes))
    for first in range(0, len(used), MOST_VECTORS):
        jumps = [core(members[topic]) for topic in used[first : first + MOST_VECTORS]]
        rank[first : first + len(jumps)] = personalised(
            graph, jumps, damping=rule.damping, tolerance=rule.tolerance, threads=threads
        ).scores
    left_out = tuple(topic for topic in members if topic not in used)
    return Topics(tuple(used), rank, tuple(members[topic] for topic in used), left_out)
