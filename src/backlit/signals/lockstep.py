"""Lockstep: sources that link to the same rare targets, and the dense blocks they form.

Likeness of two sources i and j as linkers of t, without t itself, over targets of 2 to ``most_indegree``
organisations:

    w(x) = 1 / ln²(5 + organisations linking to x)
    like(i, j; t) = sum of w over common targets but t / (sqrt(W_i W_j) + prior),   W = sum of w over own targets but t

The value of a pair (i, t) is the mean over the five likest organisations that link to t, absent ones counting 0. Left
out are those that i links to or that link to i: friends and families say openly what they have in common.
Column weights after FRAUDAR (Hooi et al. 2016): links to popular sites, the camouflage of a network, add nothing.

*Blocks*: among pairs of some lockstep, the part of greatest ``f(S) / |S|`` with f the sum of ``1 / ln(5 + d)`` over
its edges, found by greedy peeling (at least half of the greatest), then the next without those edges, and so on.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from backlit.settings import Settings
from backlit.signals.ground import PLATFORM, Ground, Ints, Longs, Measures
from backlit.signals.groups import distinct, linkers, rows_of
from backlit.signals.organisation import organisations
from backlit.signals.signal import Measure, Signal

SIGNALS: tuple[Signal, ...] = (
    Signal(
        "lockstep", "network", 1, "pair", "L3",
        "It links to the same little-known sites as others that link here (likeness {value} of 1; usual: {usual}).",
        0.1, 0.6, "linear", "score", ("source_url", "target_url"),
    ),
    Signal(
        "dense_block", "network", 1, "pair", "L3",
        "It is part of a block of sites that all link to the same targets (density {value}; usual: {usual}).",
        0.4, 1.5, "linear", "score", ("source_url", "target_url"),
    ),
)  # fmt: skip


class Block(NamedTuple):
    """Organisations that nearly all link to the same targets."""

    #: Sites of these organisations that link to a target of the block, and the targets; numbers in order.
    members: Ints
    targets: Ints
    #: Pairs of the block, and f(S) / |S|.
    pairs: Longs
    density: float


def lockstep_of_pairs(ground: Ground, owner: Ints, settings: Settings) -> Measures:
    """The lockstep of each pair, 0 to 1."""
    from backlit.signals.loops.lockstep import lockstep

    rule = settings.relations.lockstep
    pairs, sites = ground.pairs, len(ground.sites)
    result = np.zeros(len(pairs))
    if not len(pairs):
        return result.astype(np.float32)
    degree = np.diff(linkers(ground, owner).begin)
    # In a small sample of the web a platform looks rare, and that many link to it says nothing.
    platform = (ground.sites.flags & PLATFORM) != 0
    rare = (degree >= 2) & (degree <= rule.most_indegree) & ~platform
    weight = np.where(rare, 1 / np.log(rule.damping + degree) ** 2, 0)
    apart = owner[pairs.source] != owner[pairs.target]
    norm = np.bincount(pairs.source[apart], weight[pairs.target[apart]], minlength=sites)
    by_target = np.argsort(pairs.target, kind="stable")
    by_source = by_target[np.argsort(pairs.source[by_target], kind="stable")]
    out_begin = rows_of(pairs.source, sites).begin
    in_begin = rows_of(pairs.target, sites).begin
    lockstep(
        out_begin, by_source, pairs.target[by_source], in_begin, pairs.source[by_target], owner,
        weight, norm, rule.most_indegree, rule.prior, rule.partners, rule.most_partners, result,
    )  # fmt: skip
    return result.astype(np.float32)


def blocks(ground: Ground, owner: Ints, steps: Measures, settings: Settings) -> tuple[Block, ...]:
    """Dense blocks among the pairs of some lockstep, the densest first."""
    from backlit.signals.loops.lockstep import peel

    rule, pairs = settings.relations.lockstep, ground.pairs
    rows = np.flatnonzero(
        (steps >= rule.block_lockstep)
        & (owner[pairs.source] != owner[pairs.target])
        & ((ground.sites.flags[pairs.target] & PLATFORM) == 0)
    )
    if not len(rows):
        return ()
    degree = np.diff(linkers(ground, owner).begin)
    source, target = distinct(owner[pairs.source[rows]], pairs.target[rows])
    owners, left = np.unique(source, return_inverse=True)
    targets, right = np.unique(target, return_inverse=True)
    right = right + len(owners)
    ends, others = np.concatenate([left, right]), np.concatenate([right, left])
    weight = 1 / np.log(rule.damping + degree[target])
    by_end = rows_of(ends, len(owners) + len(targets))
    neighbour, weights = others[by_end.order], np.tile(weight, 2)[by_end.order]
    edge = np.tile(np.arange(len(source)), 2)[by_end.order]
    alive = np.ones(len(source), np.bool_)
    inside = np.zeros(len(owners) + len(targets), np.bool_)
    row_of_owner = np.searchsorted(owners, owner[pairs.source[rows]])
    row_of_target = np.searchsorted(targets, pairs.target[rows]) + len(owners)
    found: list[Block] = []
    # Parts too small to be a block are taken away too; they may be many, so the attempts are bounded.
    for _ in range(4 * rule.most_blocks):
        density = peel(by_end.begin, neighbour, weights, alive[edge], inside)
        if density == 0 or len(found) == rule.most_blocks:
            break
        taken = alive & inside[left] & inside[right]
        alive &= ~taken
        if (
            inside[: len(owners)].sum() < rule.least_sources
            or inside[len(owners) :].sum() < rule.least_targets
        ):
            continue
        some = rows[inside[row_of_owner] & inside[row_of_target]]
        found.append(
            Block(
                np.unique(pairs.source[some]), np.unique(pairs.target[some]), some.astype(np.int64), density
            )
        )
    return tuple(found)


def measure(ground: Ground, settings: Settings) -> dict[str, Measure]:
    """Likeness 0 to 1, and the density of the densest block around each pair, by pair."""
    return measures(ground, organisations(ground, settings), settings)


def measures(ground: Ground, owner: Ints, settings: Settings) -> dict[str, Measure]:
    """``measure``, with the owners of sites given."""
    steps = lockstep_of_pairs(ground, owner, settings)
    dense = np.zeros(len(ground.pairs), np.float32)
    for block in blocks(ground, owner, steps, settings):
        dense[block.pairs] = np.maximum(dense[block.pairs], block.density)
    return {"lockstep": Measure("pair", steps), "dense_block": Measure("pair", dense)}
