"""What each source gives a target, and ranks after links came or went.

By linear PageRank the score of a node is a sum over its in-links, and each term is known exactly:

    x[t] = (1 − α) v[t] + Σ_{u → t} c(u, t)          c(u, t) = α · x[u] · w(u, t) / W(u)

``contributions`` reads one row and sorts it. What a link *brings* differs from what it gives: without
it, u would give more to its other targets, and t less to its own; ``recompute`` solves the changed graph,
from a start with the old scores, so that 10 to 20 iterations do. The graph's arrays stay as they are: rows that
change are laid over them, and so are the out-degrees of their sources. A source that had no out-links
before is solved beside the iterated rows; one that loses all of them becomes a sink.

Results have the same bits on any number of threads, and the same bound on the error as a fresh run; they are
not the bits of a fresh run, since the start differs.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from backlit.errors import GraphError
from backlit.graph.csr import Edges, Float64s, Graph, check_edges
from backlit.graph.pagerank import PageRank, pagerank
from backlit.graph.solver import Patch


class Contributions(NamedTuple):
    """The sources of one target, greatest contribution first (equal ones by number)."""

    sources: npt.NDArray[np.uint32]
    amounts: Float64s


def contributions(
    graph: Graph, scores: npt.NDArray[Any], target: int, *, damping: float = 0.85
) -> Contributions:
    """``c(u, target)`` of every source u, exact for linear PageRank ``scores``.

    Repeats of an edge are one entry. Of the other variants the amounts are the same share of the target's
    score that comes over links, if sinks hand on nothing.
    """
    if len(scores) != graph.nodes:
        raise GraphError(f"There are {len(scores)} scores for {graph.nodes} nodes: they must be as many.")
    if not 0 <= target < graph.nodes:
        raise GraphError(f"Node {target} is outside 0..{graph.nodes - 1}.")
    row, weights = graph.in_edges(target)
    weight = np.ones(len(row)) if weights is None else weights.astype(np.float64)
    sources, which = np.unique(row, return_inverse=True)
    carried = np.bincount(which, weights=weight, minlength=len(sources))
    amounts = damping * np.asarray(scores, dtype=np.float64)[sources] * carried / graph.flow[sources]
    order = np.lexsort((sources, -amounts))
    return Contributions(sources[order], amounts[order])


def recompute(
    graph: Graph,
    scores: npt.NDArray[Any] | None,
    *,
    removed: Edges | None = None,
    added: Edges | None = None,
    **options: Any,
) -> PageRank:
    """PageRank after taking out and putting in edges, from a start with the ``scores`` of before.

    ``options`` are those of ``pagerank``; they must be those that ``scores`` were made with. To change a weight,
    name the edge in both. An edge to be removed must be there, one to be added must not.
    """
    patch = overlay(graph, removed, added)
    return pagerank(graph, start=scores, patch=patch, **options)


def overlay(graph: Graph, removed: Edges | None = None, added: Edges | None = None) -> Patch:
    """The changes as a patch for the solver; costs the rows that change."""
    live = graph.live
    less, more = _by_target(graph, removed, "removed"), _by_target(graph, added, "added")
    flow: dict[int, float] = {}
    rows: list[tuple[int, npt.NDArray[np.int64], Float64s]] = []
    for target in sorted(less.keys() | more.keys()):
        row, weights = graph.in_edges(target)
        links: dict[int, float] = dict.fromkeys(row.tolist(), 1.0)
        if weights is not None:
            links = dict(zip(row.tolist(), weights.astype(np.float64).tolist(), strict=True))
        if len(links) != len(row):
            raise GraphError(
                f"Node {target} has repeated in-links: build the graph without repeats to change it."
            )
        for u in less.get(target, {}):
            if u not in links:
                raise GraphError(f"The edge from {u} to {target} is not there to be removed.")
            flow[u] = flow.get(u, float(graph.flow[u])) - links.pop(u)
        for u, weight in more.get(target, {}).items():
            if u in links:
                raise GraphError(
                    f"The edge from {u} to {target} is there already: remove it too, or leave it out."
                )
            flow[u] = flow.get(u, float(graph.flow[u])) + weight
            links[u] = weight
        sources = np.array(sorted(links), dtype=np.int64)
        rows.append((target, sources, np.array([links[u] for u in sources.tolist()])))
    woken = np.array(sorted(u for u in flow if u >= live), dtype=np.int64)
    flows = np.concatenate([graph.flow[:live], np.zeros(len(woken), graph.flow.dtype)])
    gone = _without_links(graph, less, more)
    for u, carried in flow.items():
        place = u if u < live else live + int(np.searchsorted(woken, u))
        flows[place] = 0 if u in gone else carried
    lengths = [len(sources) for _, sources, _ in rows]
    sources = np.concatenate([s for _, s, _ in rows]) if rows else np.zeros(0, np.int64)
    sources = np.where(sources < live, sources, live + np.searchsorted(woken, sources))
    return Patch(
        np.array([t for t, _, _ in rows], dtype=np.int64),
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        sources.astype(np.uint32),
        np.concatenate([w for _, _, w in rows]) if rows else np.zeros(0),
        woken,
        flows,
    )


def _by_target(graph: Graph, edges: Edges | None, word: str) -> dict[int, dict[int, float]]:
    """target -> source -> weight of the edges to be changed, each named once and no self-link."""
    found: dict[int, dict[int, float]] = {}
    if edges is None:
        return found
    source, target = np.asarray(edges.source), np.asarray(edges.target)
    given = None if edges.weight is None else np.asarray(edges.weight, dtype=np.float32)
    check_edges(source, target, given, graph.nodes)
    if word == "added" and (given is None) != (graph.weights is None):
        raise GraphError("Added edges have weights exactly where the graph's edges have.")
    weights = np.ones(len(source)) if given is None else given.astype(np.float64)
    for u, t, w in zip(source.tolist(), target.tolist(), weights.tolist(), strict=True):
        if u == t:
            raise GraphError(f"Node {u} is to have a link to itself {word}: self-links count for nothing.")
        if u in found.setdefault(t, {}):
            raise GraphError(f"The edge from {u} to {t} is to be {word} twice.")
        found[t][u] = w
    return found


def _without_links(
    graph: Graph, less: dict[int, dict[int, float]], more: dict[int, dict[int, float]]
) -> set[int]:
    """The sources that have no out-link left (told by number: weights may not cancel to zero)."""
    balance: dict[int, int] = {}
    for changes, sign in ((less, -1), (more, 1)):
        for sources in changes.values():
            for u in sources:
                balance[u] = balance.get(u, 0) + sign
    return {u for u, by in balance.items() if int(graph.out_degree[u]) + by == 0}
