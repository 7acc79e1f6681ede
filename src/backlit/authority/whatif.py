"""What links would bring or cost: bounds at once, and the exact value from a new solution.

The bounds on the rank come from ``backlit.authority.visits``; they hold by proof as long as nothing else
changes. On top come the own loops of the target (``backlit.authority.engine``), reckoned anew where they are two
links long and in proportion where they are longer, and its harmonic centrality. That is walked exactly where
few enough edges lead to the target; else a link is taken to pass on about as much reach as its source has, and
the settings say how much less and more is allowed for. The core and the scale stay as they are.

``exact`` solves the changed graph from a start with the old ranks (10 to 15 iterations on a web graph), walks back
from the target once for its harmonic centrality, and looks at its own loops again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from backlit.authority.engine import Authority, authority_vector
from backlit.authority.visits import Link, Range, rank_after
from backlit.errors import GraphError
from backlit.graph.contributions import recompute
from backlit.graph.csr import NO_WEIGHTS, Edges, Float64s, Graph
from backlit.settings import Settings, default


class WhatIf(msgspec.Struct, frozen=True, kw_only=True):
    """The answer; ``authority_exact`` is null unless it was asked for."""

    target: int
    authority_now: float
    authority_low: float
    authority_high: float
    authority_exact: float | None = None
    reached_now: bool = True
    #: Sources asked for that change nothing: they link already, or do not.
    already: tuple[int, ...] = ()
    absent: tuple[int, ...] = ()


def what_if(
    graph: Graph,
    found: Authority,
    target: int,
    *,
    gain: Collection[int] = (),
    lose: Collection[int] = (),
    weight: float = 1.0,
    exact: bool = False,
    settings: Settings | None = None,
    threads: int | None = None,
) -> WhatIf:
    """The authority of ``target`` if the nodes ``gain`` linked to it (with ``weight``) and ``lose`` no longer did.

    ``found`` is the authority of ``graph`` as it is.
    """
    rules = settings or default()
    for node in (target, *gain, *lose):
        if not 0 <= node < graph.nodes:
            raise GraphError(f"Node {node} is outside 0..{graph.nodes - 1}.")
    if target in gain or target in lose:
        raise GraphError("A site's links to itself count for nothing: name other sites to gain or lose.")
    if both := set(gain) & set(lose):
        raise GraphError(f"Node {min(both)} is to be both gained and lost: name it once.")
    row, row_weights = graph.in_edges(target)
    place = {int(u): i for i, u in enumerate(row.tolist())}
    links = [Link(u, weight, True) for u in sorted(set(gain)) if u not in place]
    links += [
        Link(u, 1.0 if row_weights is None else float(row_weights[place[u]]), False)
        for u in sorted(set(lose))
        if u in place
    ]
    bounds = _bounds(graph, found, target, links, rules)
    value = _exact(graph, found, target, links, rules, threads) if exact else None
    return WhatIf(
        target=target,
        authority_now=float(found.score[target]),
        authority_low=bounds.low,
        authority_high=bounds.high,
        authority_exact=value,
        reached_now=bool(found.flow[target] > 0),
        already=tuple(u for u in sorted(set(gain)) if u in place),
        absent=tuple(u for u in sorted(set(lose)) if u not in place),
    )


def _bounds(graph: Graph, found: Authority, target: int, links: list[Link], rules: Settings) -> Range:
    if not links:
        now = float(found.score[target])
        return Range(now, now)
    after, sources = rank_after(graph, found.flow, target, links, found.damping, rules.whatif)
    # Of what sources that live on the target send back, a look at each tells how it grows with the target.
    now = float(found.flow[target])
    lost = {link.source for link in links if not link.gained}
    direct = _direct_loops(graph, found, target, lost, rules)
    own = float(found.flow[target] - found.rank[target])
    for link in links:
        if not link.gained:
            part = own_parts(graph, found.flow, graph.flow, np.array([link.source]), target, rules)[0]
            own -= (
                found.damping
                * float(found.flow[link.source])
                * link.weight
                / float(graph.flow[link.source])
                * part
            )
    longer = max(own - direct(now), 0.0) / now if now > 0 else 0.0
    # What sources gained send back that live on the target already.
    extra_low = extra_high = 0.0
    for j, link in enumerate(links):
        if link.gained:
            part = own_parts(graph, found.flow, graph.flow, np.array([link.source]), target, rules)[0]
            passed = found.damping * link.weight / (float(graph.flow[link.source]) + link.weight) * part
            extra_low += passed * float(sources.low[j])
            extra_high += passed * float(sources.high[j])
    rank_low = max(after.low * (1 - longer) - direct(after.low) - extra_high, 0.0)
    rank_high = max(after.high * (1 - longer) - direct(after.high) - extra_low, 0.0)
    rank_high = max(rank_high, rank_low)
    reach = _reach(graph, found, target, links, rules)
    low = found.scale.score(rank_low, None if reach is None else reach.low)
    high = found.scale.score(rank_high, None if reach is None else reach.high)
    # One unit of the last place for the rounding of either.
    return Range(max(round(float(low) - 0.01, 2), 1.0), min(round(float(high) + 0.01, 2), 100.0))


def _direct_loops(
    graph: Graph, found: Authority, target: int, lost: set[int], rules: Settings
) -> Callable[[float], float]:
    """What comes back to the target over sources that it links to, as a function of its rank."""
    rule = rules.authority
    row, weights = graph.in_edges(target)
    carried = np.ones(len(row)) if weights is None else weights.astype(np.float64)
    loops: list[tuple[float, float, float]] = []
    if len(row) <= rules.whatif.loop_sources:
        for s, back in zip(row.tolist(), carried.tolist(), strict=True):
            sources, there = graph.in_edges(s)
            at = int(np.searchsorted(sources, target))
            if s not in lost and at < len(sources) and int(sources[at]) == target:
                weight = 1.0 if there is None else float(there[at])
                given = found.damping * weight / float(graph.flow[target])
                rest = max(float(found.flow[s]) - given * float(found.flow[target]), 0.0)
                loops.append((given, rest, found.damping * back / float(graph.flow[s])))

    def back_at(rank: float) -> float:
        total = 0.0
        for given, rest, passed in loops:
            mine = given * rank
            part = mine / (mine + rest) if mine + rest > 0 else 0.0
            grown = (part - rule.loop_from) / max(rule.loop_full - rule.loop_from, 1e-12)
            total += passed * (mine + rest) * part * min(max(grown, 0.0), 1.0)
        return total

    return back_at


def _reach(graph: Graph, found: Authority, target: int, links: list[Link], rules: Settings) -> Range | None:
    """The range of the target's harmonic centrality afterwards: a point where a look around is enough."""
    if found.harmonic is None or not found.scale.harmonic_max:
        return None
    rule, now = rules.whatif, float(found.harmonic[target])
    ring, _ = _in_links(graph, target, links)
    close = _moved_reach(graph, found, target, ring, rule.look_edges)
    if close is not None:
        return Range(close[0], close[0])
    gained = [float(found.harmonic[link.source]) + 1 for link in links if link.gained]
    lost = {link.source for link in links if not link.gained}
    low = high = now
    if lost:
        row = graph.in_edges(target)[0]
        staying = row[~np.isin(row, list(lost))]
        best = float(np.max(found.harmonic[staying], initial=0.0))
        low = min(now, rule.harmonic_low * best) if len(staying) else 0.0
    if gained:
        best = max(gained)
        low = max(low, rule.harmonic_low * best)
        high = min(now + sum(gained), rule.harmonic_high * max(now, best) + len(gained))
    top = found.scale.harmonic_max
    return Range(min(low, top), min(max(high, low), top))


def _exact(
    graph: Graph, found: Authority, target: int, links: list[Link], rules: Settings, threads: int | None
) -> float:
    if not links:
        return float(found.score[target])
    weighted = graph.weights is not None

    def edges(gained: bool) -> Edges | None:
        some = [link for link in links if link.gained == gained]
        source = np.array([link.source for link in some], np.int64)
        weight = np.array([link.weight for link in some], np.float32) if weighted and gained else None
        return Edges(source, np.full(len(some), target, np.int64), weight) if some else None

    fresh = recompute(
        graph,
        found.flow,
        removed=edges(False),
        added=edges(True),
        jump=authority_vector(found),
        damping=found.damping,
        tolerance=rules.authority.tolerance,
        threads=threads,
    ).scores
    ring, carried = _in_links(graph, target, links)
    moved = _moved_reach(graph, found, target, ring, graph.edges + 1)
    assert moved is not None
    reach, met = moved
    if not met:
        return 1.0
    flow = graph.flow.astype(np.float64)
    for link in links:
        flow[link.source] += link.weight if link.gained else -link.weight
    lives = own_parts(graph, fresh, flow, ring, target, rules)
    given = np.zeros(len(ring))
    some = lives > 0
    given[some] = found.damping * fresh[ring[some]] * carried[some] / flow[ring[some]]
    rank = max(float(fresh[target]) - float((given * lives).sum()), 0.0)
    return float(found.scale.score(rank, None if found.harmonic is None else reach))


def _in_links(
    graph: Graph, target: int, links: list[Link]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """The target's sources and their links' weights, afterwards."""
    row, weights = graph.in_edges(target)
    carried = np.ones(len(row)) if weights is None else weights.astype(np.float64)
    stays = ~np.isin(row, [link.source for link in links if not link.gained])
    new = [link for link in links if link.gained]
    sources = np.concatenate([row[stays].astype(np.int64), np.array([n.source for n in new], np.int64)])
    return sources, np.concatenate([carried[stays], np.array([n.weight for n in new])])


def _moved_reach(
    graph: Graph, found: Authority, target: int, ring: npt.NDArray[np.int64], most_edges: int
) -> tuple[float, bool] | None:
    """The target's harmonic centrality with the in-links ``ring``, and whether the core reaches it.

    It is the estimate at hand, moved by as much as the exact figure moves. None when it would take a
    look at more than ``most_edges`` edges.
    """
    from backlit.authority.loops import look_back

    only = found.harmonic is not None and found.voters == "core"
    core = np.zeros(graph.nodes if len(found.core) else 0, np.bool_)
    core[np.asarray(found.core)] = True
    totals: list[float] = []
    met = False
    for sources in (ring, graph.in_edges(target)[0].astype(np.int64)):
        seen, queue = np.zeros(graph.nodes, np.bool_), np.zeros(graph.nodes, np.int64)
        total, reached, whole = look_back(
            graph.offsets, graph.sources, target, sources, core, only, most_edges, seen, queue
        )
        if not whole:
            return None
        met = bool(reached) if not totals else met
        totals.append(float(total))
    after, before = totals
    if found.harmonic is None or before <= 0:
        return after, met
    return float(found.harmonic[target]) * after / before, met


def own_parts(
    graph: Graph,
    rank: Float64s,
    flow: npt.NDArray[Any],
    sources: npt.NDArray[np.int64],
    target: int,
    rules: Settings,
) -> Float64s:
    """The part of what each of ``sources`` gives ``target`` that is the target's own (``own_loops``)."""
    from backlit.authority.loops import main_of

    rule = rules.authority
    weights = NO_WEIGHTS if graph.weights is None else graph.weights
    parts, found = np.ones(len(sources)), np.zeros(len(sources))
    active, here = np.arange(len(sources)), sources.astype(np.int64)
    for _ in range(rule.loop_steps):
        main, share = np.zeros(len(active), np.int64), np.zeros(len(active))
        main_of(graph.offsets, graph.sources, weights, flow, rank, rule.damping, here, main, share)
        parts[active] *= share
        going = parts[active] > rule.loop_from
        active, here = active[going], main[going]
        home = here == target
        done = active[home]
        grown = (parts[done] - rule.loop_from) / max(rule.loop_full - rule.loop_from, 1e-12)
        found[done] = parts[done] * np.minimum(grown, 1.0)
        active, here = active[~home], here[~home]
        if not len(active):
            break
    return found
