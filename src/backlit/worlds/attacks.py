"""Attacks on a graph: link farms of many shapes and sizes, and what each measure would sell them.

A farm is k new sites that nobody in the core knows, put up for one target:

    star         each farm site links to the target
    linked back  the same, and the target links to each of them
    alliance     five farms with a leader each; leaders link to one another and to the target, which links to them
    ring         each farm site links to the target and to the next; the target links to the first

With *stolen* links (comments, hacked pages), sites that the core reaches link to the target as well. For each
attack the same measures are taken before and after, on a scale laid over the graph before: the score of uniform
PageRank, harmonic centrality (exact), our authority, whether a plain cut of the harmonic ranking would let
the target in, and who got into the trusted core.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from backlit.authority.core import Core, trusted_core
from backlit.authority.engine import Authority, authority
from backlit.authority.scale import Scale, fit_scale
from backlit.authority.seeds import Seeds
from backlit.errors import GraphError
from backlit.graph.csr import Float64s, Graph, from_edges
from backlit.graph.hyperball import harmonic, hyperball
from backlit.graph.pagerank import pagerank
from backlit.settings import Settings, default

Shape = Literal["star", "linked back", "alliance", "ring"]
SHAPES: tuple[Shape, ...] = ("star", "linked back", "alliance", "ring")
_LEADERS = 5

Ids = npt.NDArray[np.int64]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One attack. ``*_before`` and ``*_after`` are of the target, ``entered`` of the whole graph."""

    shape: str
    farm_sites: int
    stolen_links: int
    target: int
    #: The target's percentile by uniform PageRank before.
    target_percentile: float
    uniform_before: float
    uniform_after: float
    harmonic_before: float
    harmonic_after: float
    authority_before: float
    authority_after: float
    #: In the top of the plain harmonic ranking, which is as many sites before and after.
    plain_cut_before: bool
    plain_cut_after: bool
    core_before: bool
    core_after: bool
    #: Owners in the core that linked to the target before, counted up to those needed.
    sponsors_before: int
    #: Sites in the core that were not, and those among them that did not stand near it before.
    entered: int
    entered_from_afar: int


class Attacked(NamedTuple):
    """The graph with a farm: the farm's sites have the last numbers."""

    graph: Graph
    farm: Ids
    thieves: Ids


def attack(graph: Graph, target: int, shape: Shape, sites: int, stolen: Ids) -> Attacked:
    """``graph`` with a farm of ``sites`` for ``target``; the nodes ``stolen`` link to the target too."""
    if not 0 <= target < graph.nodes or sites < 0:
        raise GraphError(
            f"A farm of {sites} sites for node {target} cannot be put up in {graph.nodes} nodes."
        )
    farm = np.arange(graph.nodes, graph.nodes + sites)
    pairs: list[tuple[Any, Any]] = [(stolen, np.full(len(stolen), target))]
    here = np.full(sites, target)
    if shape in ("star", "linked back"):
        pairs.append((farm, here))
        if shape == "linked back":
            pairs.append((here, farm))
    elif shape == "ring":
        pairs += [(farm, here), (farm, np.roll(farm, -1)), (here[:1], farm[:1])]
    elif shape == "alliance":
        leaders = farm[:_LEADERS]
        leader = leaders[np.arange(sites) % max(len(leaders), 1)] if sites else farm
        leaves = farm[_LEADERS:]
        own = leader[_LEADERS:]
        pairs += [
            (leaves, own),
            (own, leaves),
            (leaders, here[: len(leaders)]),
            (here[: len(leaders)], leaders),
        ]
        pairs.append((np.repeat(leaders, len(leaders)), np.tile(leaders, len(leaders))))
    else:
        raise GraphError(f"There is no attack of the shape {shape!r}: choose one of {', '.join(SHAPES)}.")
    rows = np.repeat(np.arange(graph.nodes), np.diff(graph.offsets))
    source = np.concatenate([graph.sources.astype(np.int64), *(np.asarray(a, np.int64) for a, _ in pairs)])
    to = np.concatenate([rows, *(np.asarray(b, np.int64) for _, b in pairs)])
    weight = None
    if graph.weights is not None:
        weight = np.concatenate([graph.weights, np.ones(len(source) - graph.edges, np.float32)])
    return Attacked(from_edges(source, to, graph.nodes + sites, weight), farm, stolen)


class Ground:
    """A graph with all measures taken, ready to be attacked."""

    def __init__(
        self,
        graph: Graph,
        seeds: Seeds | Ids,
        *,
        settings: Settings | None = None,
        threads: int | None = None,
    ) -> None:
        self.graph, self.seeds, self.threads = graph, seeds, threads
        self.rules = settings or default()
        rule = self.rules.authority
        self.core: Core = trusted_core(graph, seeds=seeds, settings=self.rules, threads=threads)
        self.harmonic: Float64s = hyperball(graph, threads=threads).scores
        self.authority: Authority = authority(
            graph, self.core, harmonic="core", settings=self.rules, threads=threads
        )
        self.uniform: Float64s = pagerank(graph, damping=rule.damping, threads=threads).scores
        self.uniform_scale: Scale = fit_scale(
            self.uniform, low_quantile=rule.low_quantile, high_quantile=rule.high_quantile
        )
        size = max(int(graph.nodes * self.rules.core.plain_share), 1)
        self.plain_cut = float(np.partition(self.harmonic, -size)[-size]) if graph.nodes else 0.0

    def target_at(self, percentile: float) -> int:
        """A site at a percentile of uniform rank that the core reaches and that is not in it."""
        order = np.argsort(self.uniform, kind="stable")
        fit = self.authority.reached.copy()
        fit[self.core.nodes] = False
        if not fit.any():
            fit[:] = True
        begin = min(int(len(order) * percentile / 100), len(order) - 1)
        for place in (*range(begin, len(order)), *range(begin - 1, -1, -1)):
            if fit[order[place]]:
                return int(order[place])
        raise GraphError("The graph has no site to attack for.")

    def thieves(self, number: int, target: int, seed: int) -> Ids:
        """Sites whose links are stolen: drawn among those that link and that the core reaches."""
        row = self.graph.in_edges(target)[0]
        fit = (self.graph.out_degree > 0) & self.authority.reached
        fit[row] = False
        fit[target] = False
        some = np.flatnonzero(fit)
        rng = np.random.default_rng(seed)
        return np.sort(rng.choice(some, min(number, len(some)), replace=False)).astype(np.int64)

    def extended_seeds(self, nodes: int) -> Seeds | Ids:
        """The seeds in a graph with more nodes, none of which is one."""
        if not isinstance(self.seeds, Seeds):
            return self.seeds
        more = np.zeros(nodes - self.graph.nodes, np.bool_)
        return self.seeds._replace(
            named=np.concatenate([self.seeds.named, more]), barred=np.concatenate([self.seeds.barred, more])
        )

    def run(self, target: int, shape: Shape, sites: int, stolen: int, *, seed: int = 0) -> Row:
        """One attack, measured."""
        taken = self.thieves(stolen, target, seed)
        attacked = attack(self.graph, target, shape, sites, taken)
        after, rule = attacked.graph, self.rules.authority
        more = np.zeros(sites)
        core = trusted_core(
            after, seeds=self.extended_seeds(after.nodes), settings=self.rules, threads=self.threads
        )
        start = np.concatenate([self.uniform * (self.graph.nodes / after.nodes), more])
        uniform = pagerank(after, damping=rule.damping, start=start, threads=self.threads).scores
        # Both are shares of the whole, so the new sites' jump dilutes them: put on the footing of before.
        uniform_after = float(uniform[target]) * after.nodes / self.graph.nodes
        reach = harmonic(self.graph, np.array([target]), threads=1)[0]
        reach_after = harmonic(after, np.array([target]), threads=1)[0]
        estimate = np.concatenate([self.harmonic, more])
        estimate[target] *= reach_after / reach if reach > 0 else 1.0
        found = authority(
            after,
            core,
            harmonic="core",
            scale=self.authority.scale,
            settings=self.rules,
            start=np.concatenate([self.authority.flow, more]),
            threads=self.threads,
        )
        fresh = np.setdiff1d(core.nodes, self.core.nodes)
        before = np.concatenate([self.core.sponsors, np.zeros(sites, np.uint8)])
        needed = np.full(after.nodes, core.needed)
        if isinstance(self.seeds, Seeds):
            needed[: self.graph.nodes][self.seeds.named] = self.rules.core.named_sponsors
        afar = fresh[before[fresh].astype(np.int64) + len(taken) < needed[fresh]]
        below = int((self.uniform < self.uniform[target]).sum())
        return Row(
            shape=shape,
            farm_sites=sites,
            stolen_links=len(taken),
            target=target,
            target_percentile=round(100 * below / self.graph.nodes, 2),
            uniform_before=float(self.uniform_scale.score(self.uniform[target])),
            uniform_after=float(self.uniform_scale.score(uniform_after)),
            harmonic_before=round(float(reach), 1),
            harmonic_after=round(float(reach_after), 1),
            authority_before=float(self.authority.score[target]),
            authority_after=float(found.score[target]),
            plain_cut_before=bool(self.harmonic[target] >= self.plain_cut),
            plain_cut_after=bool(estimate[target] >= self.plain_cut),
            core_before=target in self.core,
            core_after=target in core,
            sponsors_before=int(self.core.sponsors[target]),
            entered=len(fresh),
            entered_from_afar=len(afar),
        )

    def runs(
        self,
        *,
        shapes: Sequence[Shape] = SHAPES,
        sizes: Sequence[int] = (10, 100, 1_000, 10_000),
        stolen: Sequence[int] = (0, 5),
        percentiles: Sequence[float] = (50, 90, 99),
        seed: int = 0,
        progress: Callable[[int, int], None] | None = None,
    ) -> Iterator[Row]:
        """All attacks, one after the other."""
        targets = [self.target_at(percentile) for percentile in percentiles]
        whole = len(targets) * len(shapes) * len(sizes) * len(stolen)
        done = 0
        for target in targets:
            for shape in shapes:
                for number in stolen:
                    for sites in sizes:
                        yield self.run(target, shape, sites, number, seed=seed)
                        done += 1
                        if progress is not None:
                            progress(done, whole)


def stand_in_seeds(graph: Graph, share: float = 0.01, *, seed: int = 0) -> Ids:
    """Seeds for a graph without names: some nodes with in- and out-links, drawn by chance, so that attacks can be
    tried on it. They stand for what suffixes and lists give where there are names, and say nothing of merit."""
    fit = np.flatnonzero((graph.out_degree > 0) & (np.diff(graph.offsets) > 0))
    rng = np.random.default_rng(seed)
    return np.sort(rng.choice(fit, min(max(int(graph.nodes * share), 1), len(fit)), replace=False)).astype(
        np.int64
    )
