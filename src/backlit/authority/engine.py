"""Authority of every site: linear PageRank from the trusted core, on a frozen scale from 1 to 100.

    R  = α Mᵀ R + (1 − α) v         M[u, t] = w(u, t) / Σ w(u, ·)       v uniform on the core
    R' = R − own loops
    A  = 1 + 99 · clip(ln(R' / R_lo) / ln(R_hi / R_lo))                 steadied by harmonic centrality

Nothing is handed on from sites without links (linear PageRank), so rank adds up over links, and what a
site gives it has from the core. R = 0 means *not reached from the core*: A is 1, and it is said so; it is no
word on the site.

**Own loops.** A site that links to sites which live on its links alone, and link back, sends its own rank round:
once more in 1 / (1 − α²) = 3.6. What comes back so is taken out. For each source s of t the main sources of s are
followed back for up to 16 links; if t is met and the share p of the rank of s that came that way is above
0.9, that part of what s gives is left out, between 0.5 and 0.9 in proportion (a step would let one more link
lower a score). With p = 1 (a farm that nobody else links to) R' is to the bit what R would be if t did not link
to the farm at all... up to rounding. Third parties gain nothing by loops, so nothing else need be solved
anew: with a share f of t's links going into the loop, R_t grows to at most R / (1 − α² f), and the rest of its
links carry (1 − f) / (1 − α² f) ≤ 1 of what they would without it.

Costs one solution (``backlit.graph.pagerank``) and two passes over the edges; 8 bytes a node more, and 20 with
out-links.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from backlit.authority.core import Core
from backlit.authority.reach import core_reach
from backlit.authority.scale import Scale, fit_scale
from backlit.errors import GraphError
from backlit.graph.blocks import Run, crew, split_rows
from backlit.graph.csr import NO_WEIGHTS, Float64s, Graph
from backlit.graph.pagerank import pagerank
from backlit.graph.solver import Progress
from backlit.settings import Bands, Settings, default

Band = Literal["excellent", "okay", "weak", "not reached"]

UNIFORM_WORD = (
    "Rank starts from every site alike, as this graph has no trusted core: the score says how central a site is "
    "among the pages that were read, and enough new sites can buy it."
)


class Places(NamedTuple):
    """Of each node: how many have less rank, and its place from 1; equal ones share the best."""

    below: npt.NDArray[np.uint32]
    positions: npt.NDArray[np.uint32]


def places_of(rank: Float64s) -> Places:
    """Where each node stands by rank."""
    from backlit.authority.loops import places

    # Sorted once, as places: a search for each number among the sorted ones takes ten times as long.
    order = np.argsort(rank)
    below, above = np.empty(len(order), np.uint32), np.empty(len(order), np.uint32)
    places(order, rank, below, above)
    above += np.uint32(1)
    return Places(below, above)


def percentile(below: npt.NDArray[np.uint32], nodes: int) -> Float64s:
    """The share of ``nodes`` that lies below, in per cent."""
    return np.round(100 * below.astype(np.int64) / max(nodes, 1), 4)


@dataclass(frozen=True, slots=True, eq=False)
class Authority:
    """Authority of the nodes of one graph, and all that is needed to read it and to do it again."""

    #: R, and R' = R − own loops.
    flow: Float64s
    rank: Float64s
    #: A, rounded to two decimals; 1 where ``rank`` is 0.
    score: Float64s
    scale: Scale
    #: The core's nodes; none when the jump is uniform.
    core: npt.NDArray[np.int64]
    damping: float
    harmonic: npt.NDArray[Any] | None
    #: Whose votes ``harmonic`` counts.
    voters: Literal["core", "all"]
    iterations: int
    error: float

    @property
    def jump(self) -> Literal["core", "uniform"]:
        return "core" if len(self.core) else "uniform"

    @property
    def reached(self) -> npt.NDArray[np.bool_]:
        """The nodes that some way from the core leads to."""
        found: npt.NDArray[np.bool_] = self.flow > 0
        return found

    @property
    def says(self) -> str:
        """What the scores mean, in a sentence."""
        if self.jump == "uniform":
            return UNIFORM_WORD
        return (
            f"Rank starts from {len(self.core):,} trusted sites and reaches {int(self.reached.sum()):,} of "
            f"{len(self.flow):,}; a score of 1 without rank means: not reached from the core."
        )

    def jump_of(self, node: int) -> float:
        """What the jump gives a node: (1 − α) v."""
        if self.jump == "uniform":
            return (1 - self.damping) / len(self.flow)
        return (1 - self.damping) / len(self.core) if node in self.core else 0.0

    def positions(self) -> npt.NDArray[np.int64]:
        """Ranks from 1; equal ones share the best."""
        return places_of(self.rank).positions.astype(np.int64)

    def percentiles(self) -> Float64s:
        """The share of nodes with less rank, in per cent."""
        return percentile(places_of(self.rank).below, len(self.rank))

    def band(self, node: int, bands: Bands | None = None) -> Band:
        """The word for a score; "not reached" is none on the site."""
        if not self.flow[node] > 0:
            return "not reached"
        return band_of(float(self.score[node]), bands)


def band_of(score: float, bands: Bands | None = None) -> Band:
    """The word for the score of a site that is reached."""
    edges = bands or default().bands
    return "excellent" if score >= edges.excellent else "okay" if score >= edges.okay else "weak"


def authority(
    graph: Graph,
    core: Core | npt.NDArray[Any] | None = None,
    *,
    harmonic: npt.NDArray[Any] | Literal["core"] | None = None,
    scale: Scale | None = None,
    settings: Settings | None = None,
    start: Float64s | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
    patch: Any = None,
) -> Authority:
    """Authority of every node.

    ``core``: from ``trusted_core``, or node numbers; None or empty for a uniform jump. ``harmonic`` steadies the
    score: "core" for ``core_reach``, which farms cannot lift, or the plain figure of every node, which k farm
    sites lift by k. ``scale``: a frozen one, of an earlier release; laid over this graph's ranks when absent.
    ``start``: the ``flow`` of a graph much alike.
    """
    rule = (settings or default()).authority
    nodes = np.zeros(0, np.int64)
    if core is not None:
        nodes = np.unique(np.asarray(core.nodes if isinstance(core, Core) else core, dtype=np.int64))
    if len(nodes) and (nodes[0] < 0 or nodes[-1] >= graph.nodes):
        raise GraphError(
            f"The core names a node that is none of the graph's: they are 0 to {graph.nodes - 1}."
        )
    voters: Literal["core", "all"] = "all"
    if isinstance(harmonic, str):
        voters, harmonic = "core", core_reach(graph, nodes, settings=settings, threads=threads)
    if not len(nodes):
        harmonic = None
    if harmonic is not None and len(harmonic) != graph.nodes:
        raise GraphError(
            f"There are {len(harmonic)} harmonic centralities for {graph.nodes} nodes: they must be as many."
        )
    found = pagerank(
        graph,
        jump=jump_vector(nodes, graph.nodes),
        damping=rule.damping,
        tolerance=rule.tolerance,
        start=start,
        threads=threads,
        progress=progress,
        patch=patch,
    )
    flow = found.scores
    own = own_rank(graph, flow, settings=settings, threads=threads)
    rank = np.subtract(flow, own, out=own)  # in place: a release has more nodes than there is room to spare
    if scale is None:
        scale = fit_scale(
            rank,
            low_quantile=rule.low_quantile,
            high_quantile=rule.high_quantile,
            harmonic=harmonic,
            harmonic_share=rule.harmonic_share,
        )
    score = scale.score(rank, harmonic)
    return Authority(
        flow, rank, score, scale, nodes, rule.damping, harmonic, voters, found.iterations, found.error
    )


def authority_vector(found: Authority) -> Float64s | None:
    """The jump vector that ``found`` was made with; None for the uniform one."""
    return jump_vector(np.asarray(found.core), len(found.flow))


def jump_vector(core: npt.NDArray[np.int64], nodes: int) -> Float64s | None:
    """Uniform on the core; None (uniform on all) without one."""
    if not len(core):
        return None
    vector = np.zeros(nodes)
    vector[core] = 1 / len(core)
    return vector


def own_rank(
    graph: Graph, flow: Float64s, *, settings: Settings | None = None, threads: int | None = None
) -> Float64s:
    """The part of each node's rank that is its own, come back through sources that live on it."""
    from backlit.authority.loops import own_loops

    rule = (settings or default()).authority
    own = np.zeros(graph.nodes)
    weights = NO_WEIGHTS if graph.weights is None else graph.weights
    with crew(threads) as run:
        main, share = _main_sources(graph, flow, rule.damping, run)
        strong = np.packbits(share > rule.loop_from, bitorder="little")

        def take(first: int, last: int) -> None:
            system = (graph.offsets, graph.sources, weights, graph.flow, flow, rule.damping)
            limits = (rule.loop_from, rule.loop_full, rule.loop_steps)
            own_loops(*system, main, share, strong, *limits, first, last, own)
            graph.release(first, last)

        run(take, split_rows(graph.offsets, 0, graph.nodes))
    return own


def _main_sources(
    graph: Graph, flow: Float64s, damping: float, run: Run
) -> tuple[npt.NDArray[np.uint32], Float64s]:
    """Who gives each node most, and what share; of nodes with out-links, as others are nobody's source."""
    from backlit.authority.loops import main_sources

    live = graph.live
    main, share, handed = np.zeros(live, np.uint32), np.zeros(live), np.zeros(live)
    np.divide(flow[:live], graph.flow[:live], out=handed, where=graph.flow[:live] > 0)
    weights = NO_WEIGHTS if graph.weights is None else graph.weights

    def look(first: int, last: int) -> None:
        given = (graph.offsets, graph.sources, weights, handed, flow, damping, first, last)
        main_sources(*given, main, share)
        graph.release(first, last)

    run(look, split_rows(graph.offsets, 0, live))
    return main, share
