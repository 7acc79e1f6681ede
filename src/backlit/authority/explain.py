"""Where a site's authority comes from, and why it moved.

By linear PageRank the rank of a site is a sum, and every term is known exactly:

    R'_t = (1 − α) v_t + Σ_u (c(u, t) − own(u, t))        c(u, t) = α · R_u · w(u, t) / W(u)

own(u, t) is what t itself sent round over u (``backlit.authority.engine``). A *share* is a term over R'_t; the
shares of all sources and of the jump add up to 1.

``movement`` splits the change of a score between two releases, in points that add up to it: links lost, links
gained, sources changed (those that link in both, but have more or less rank or more or fewer links), core
(the jump), scale (R_lo, R_hi laid anew), reach (harmonic centrality). The parts are taken one after the other in
this order, as the scale is not linear.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from backlit.authority.engine import Authority, band_of
from backlit.authority.scale import Scale
from backlit.authority.whatif import own_parts
from backlit.errors import GraphError
from backlit.graph.contributions import contributions
from backlit.graph.csr import Float64s, Graph
from backlit.settings import Settings, default


class Carriers(NamedTuple):
    """The sources of a site, strongest first: ``amounts`` are what each gives, own loops left out."""

    sources: npt.NDArray[np.int64]
    amounts: Float64s
    #: The part of the rank that each amount is; NaN where the site has no rank.
    shares: Float64s
    #: What each sent round for the site itself; not in ``amounts``.
    own: Float64s


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """A score taken to pieces; null is unknown."""

    node: int
    authority: float
    band: str
    reached: bool
    #: The score of rank alone, and the points that harmonic centrality takes off it.
    authority_of_rank: float
    steadied_by: float | None
    rank: float
    position: int | None
    percentile: float | None
    #: Shares of the rank: from the jump (a site of the core) and from links; null without rank.
    from_core: float | None
    from_links: float | None
    #: Rank left out as the site's own, as a share of all that arrives.
    own_loops: float | None
    referring: int
    #: How few sources give half of what links give.
    half_from: int | None


def carriers(graph: Graph, found: Authority, target: int, *, settings: Settings | None = None) -> Carriers:
    """All sources of a node with what they give it."""
    given = contributions(graph, found.flow, target, damping=found.damping)
    sources = given.sources.astype(np.int64)
    lives = own_parts(graph, found.flow, graph.flow, sources, target, settings or default())
    own = given.amounts * lives
    amounts = given.amounts - own
    order = np.lexsort((sources, -amounts))
    rank = float(found.rank[target])
    shares = amounts / rank if rank > 0 else np.full(len(amounts), np.nan)
    return Carriers(sources[order], amounts[order], shares[order], own[order])


def parts(
    graph: Graph,
    found: Authority,
    node: int,
    *,
    position: int | None = None,
    percentile: float | None = None,
    settings: Settings | None = None,
) -> Parts:
    """The score of one node and what it is made of; ``position`` and ``percentile`` where the caller has them."""
    if not 0 <= node < graph.nodes:
        raise GraphError(f"Node {node} is outside 0..{graph.nodes - 1}.")
    rules = settings or default()
    given = carriers(graph, found, node, settings=rules)
    rank, flow = float(found.rank[node]), float(found.flow[node])
    score, plain = float(found.score[node]), round(float(found.scale.plain(rank)), 2)
    summed = np.cumsum(given.amounts)
    half = int(np.searchsorted(summed, summed[-1] / 2)) + 1 if len(summed) and summed[-1] > 0 else None
    return Parts(
        node=node,
        authority=score,
        band=found.band(node, rules.bands),
        reached=flow > 0,
        authority_of_rank=plain,
        steadied_by=None if found.harmonic is None else round(plain - score, 2),
        rank=rank,
        position=position,
        percentile=percentile,
        from_core=found.jump_of(node) / rank if rank > 0 else None,
        from_links=float(given.amounts.sum()) / rank if rank > 0 else None,
        own_loops=float(given.own.sum()) / flow if flow > 0 else None,
        referring=len(given.sources),
        half_from=half,
    )


class Standing(msgspec.Struct, frozen=True):
    """What one release says of one site: enough to compare it with another release, by names."""

    #: What each source gives, own loops left out, by the source's name.
    amounts: Mapping[str, float]
    #: What the jump gives.
    jump: float
    scale: Scale
    harmonic: float | None = None

    @property
    def rank(self) -> float:
        """R'."""
        return self.jump + sum(self.amounts.values())


class Movement(msgspec.Struct, frozen=True, kw_only=True):
    """Points of the change of a score by what caused them; they add up to ``after - before``."""

    before: float
    after: float
    links_lost: float
    links_gained: float
    sources_changed: float
    core_changed: float
    scale_changed: float
    reach_changed: float
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    band_before: str
    band_after: str


def standing(
    graph: Graph, found: Authority, target: int, names: Any, *, settings: Settings | None = None
) -> Standing:
    """The standing of a node in one release."""
    from backlit.authority.names import names_of

    given = carriers(graph, found, target, settings=settings)
    amounts = dict(zip(names_of(names, given.sources), given.amounts.tolist(), strict=True))
    harmonic = None if found.harmonic is None else float(found.harmonic[target])
    return Standing(amounts, found.jump_of(target), found.scale, harmonic)


def movement(before: Standing, after: Standing, *, settings: Settings | None = None) -> Movement:
    """Why a score moved between two releases."""
    lost = [name for name in before.amounts if name not in after.amounts]
    gained = [name for name in after.amounts if name not in before.amounts]
    old, new = before.amounts, after.amounts

    def score(rank: float, scale: Scale, harmonic: float | None) -> float:
        return float(scale.score(max(rank, 0.0), harmonic))

    # Each step replaces one cause of the old release by the new one's.
    staying = sum(amount for name, amount in old.items() if name in new)
    arrived = sum(new[name] for name in gained)
    changed = sum(amount for name, amount in new.items() if name in old)
    ranks = [before.rank, before.jump + staying, before.jump + staying + arrived]
    ranks += [before.jump + changed + arrived, after.rank]
    steps = [score(rank, before.scale, before.harmonic) for rank in ranks]
    steps.append(score(after.rank, after.scale, _on(before, after)))
    steps.append(score(after.rank, after.scale, after.harmonic))
    lost_by, gained_by, sources_by, core_by, scale_by, reach_by = np.round(np.diff(steps), 2).tolist()
    bands = (settings or default()).bands
    return Movement(
        before=steps[0],
        after=steps[-1],
        links_lost=lost_by,
        links_gained=gained_by,
        sources_changed=sources_by,
        core_changed=core_by,
        scale_changed=scale_by,
        reach_changed=reach_by,
        gained=tuple(sorted(gained, key=lambda name: (-new[name], name))),
        lost=tuple(sorted(lost, key=lambda name: (-old[name], name))),
        band_before=band_of(steps[0], bands) if before.rank > 0 else "not reached",
        band_after=band_of(steps[-1], bands) if after.rank > 0 else "not reached",
    )


def _on(before: Standing, after: Standing) -> float | None:
    """The old harmonic centrality in proportion, on the new release's scale."""
    if before.harmonic is None or not before.scale.harmonic_max or not after.scale.harmonic_max:
        return after.harmonic if before.harmonic is None else before.harmonic
    return before.harmonic / before.scale.harmonic_max * after.scale.harmonic_max
