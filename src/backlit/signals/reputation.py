"""Reputation: what a site's place in the graph of sites, its name and its age say of it.

The graph has an edge for every pair of sites with a link that is not known to be unfollowed or hidden, without
pairs of one organisation. On it

* **trust** is the site's place by PageRank that starts from the trusted sites of the index (Gyöngyi,
  Garcia-Molina & Pedersen 2004), and relative **spam mass**, where the trusted are wide enough (``authority.trust``);
* the **truncated ratio** TP_2/p is low where rank comes from over one or two links (Becchetti et al. 2006), which
  needs no trusted sites;
* **inverse rank a link** (PageRank along the links backwards, over the out-degree) is high for a site whose links
  go where few others do.

Being young, small or little linked to is no fault: such values are factors of others and nothing alone.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from backlit.authority.trust import trust
from backlit.graph.csr import from_edges
from backlit.graph.personalised import core, personalised
from backlit.graph.truncated import inverse_pagerank
from backlit.settings import Settings
from backlit.signals.ground import TRUSTED, Ground, Ints, Longs, Measures
from backlit.signals.hostnames import name_traits
from backlit.signals.organisation import organisations
from backlit.signals.signal import Measure, Signal
from backlit.signals.tallies import any_of_pair, followed, known, last_day, quantiles

_FAMILY = "reputation"

SIGNALS: tuple[Signal, ...] = (
    Signal(
        "trusted_source", _FAMILY, -1, "source", None,
        "Rank from trusted sites puts the linking site before {value} of all (usual: {usual}).",
        0.5, 0.98, "linear", "share", ("trusted",),
    ),
    Signal(
        "far_from_trust", _FAMILY, 1, "source", None,
        "{value} of all sites are nearer to trusted ones than the linking site (usual: {usual}).",
        0.4, 1, "linear", "share", ("trusted",), True,
    ),
    Signal(
        "spam_mass", _FAMILY, 1, "source", None,
        "{value} of the linking site's rank does not come from trusted sites (usual: {usual}).",
        0.7, 1, "linear", "share", ("trusted",),
    ),
    Signal(
        "target_spam_mass", _FAMILY, 1, "target", None,
        "{value} of the target's rank does not come from trusted sites (usual: {usual}).",
        0.7, 1, "linear", "share", ("trusted",),
    ),
    Signal(
        "trusted_target", _FAMILY, -1, "target", None,
        "Rank from trusted sites puts the target before {value} of all (usual: {usual}).",
        0.5, 0.98, "linear", "share", ("trusted",),
    ),
    Signal(
        "near_rank", _FAMILY, 1, "source", None,
        "The linking site's rank comes from its near neighbours more than that of {value} of all (usual: {usual}).",
        0.5, 1, "linear", "share", (),
    ),
    Signal(
        "target_near_rank", _FAMILY, 1, "target", None,
        "The target's rank comes from its near neighbours more than that of {value} of all (usual: {usual}).",
        0.5, 1, "linear", "share", (),
    ),
    Signal(
        "links_to_the_obscure", _FAMILY, 1, "source", None,
        "The linking site links to sites that few others link to, more than {value} of all (usual: {usual}).",
        0.5, 1, "linear", "share", (), True,
    ),
    Signal(
        "few_linkers", _FAMILY, 1, "source", None,
        "{value} organisations link to the linking site (usual: {usual}).",
        20, 0, "log", "count", (), True,
    ),
    Signal(
        "unlinked_source", _FAMILY, 1, "source", None,
        "Nobody is known to link to the linking site.",
        0, 1, "linear", "flag", (), True,
    ),
    Signal(
        "many_targets", _FAMILY, 1, "source", None,
        "The linking site links to {value} organisations (usual: {usual}).",
        20, 500, "log", "count", ("follow",), True,
    ),
    Signal(
        "out_to_in", _FAMILY, 1, "source", None,
        "The linking site links to {value} organisations for each that links to it (usual: {usual}).",
        2, 50, "log", "score", ("follow",),
    ),
    Signal(
        "weak_source", _FAMILY, 1, "source", None,
        "The linking site's authority is {value} (usual: {usual}).",
        40, 1, "linear", "score", (), True,
    ),
    Signal(
        "young_source", _FAMILY, 1, "source", None,
        "The linking site's domain was registered {value} days before it was last seen (usual: {usual}).",
        1500, 30, "log", "days", ("registered",), True,
    ),
    Signal(
        "hyphens_in_name", _FAMILY, 1, "source", None,
        "The linking site's name has {value} hyphens (usual: {usual}).", 1, 4, "linear", "count", (),
    ),
    Signal(
        "digits_in_name", _FAMILY, 1, "source", None,
        "The linking site's name has {value} digits (usual: {usual}).", 1, 5, "linear", "count", (),
    ),
    Signal(
        "long_name", _FAMILY, 1, "source", None,
        "The linking site's name has {value} characters (usual: {usual}).", 16, 35, "linear", "count", (),
    ),
    Signal(
        "unspeakable_name", _FAMILY, 1, "source", None,
        "The linking site's name has {value} consonants or vowels in a row (usual: {usual}).",
        4, 8, "linear", "count", (),
    ),
    Signal(
        "trade_in_name", _FAMILY, 1, "source", None,
        "The linking site's name has a word of trades that buy links in it.", 0, 1, "linear", "flag", (),
    ),
)  # fmt: skip


class Standing(NamedTuple):
    """How the sites of a ground stand: edges between sites, and organisations counted once."""

    source: Ints
    target: Ints
    #: Organisations that link to each site by followed links, and that it links to so, its own left out.
    linkers: Longs
    targets: Longs


def standing(ground: Ground, owner: Ints) -> Standing:
    """The graph of sites that is measured on."""
    pairs, sites = ground.pairs, len(ground.sites)
    kept = any_of_pair(followed(ground), pairs) & (owner[pairs.source] != owner[pairs.target])
    source, target = pairs.source[kept], pairs.target[kept]
    return Standing(
        source, target, _distinct(target, owner[source], sites), _distinct(source, owner[target], sites)
    )


def _distinct(site: Ints, owner: Ints, sites: int) -> Longs:
    """How many different owners each site is with."""
    found = np.unique(site.astype(np.int64) * max(sites, 1) + owner)
    return np.bincount(found // max(sites, 1), minlength=sites).astype(np.int64)


def measure(ground: Ground, settings: Settings) -> dict[str, Measure]:
    """All values of the family: one a site, for its links or for links to it as each signal's level says."""
    rule, sites = settings.traits.reputation, ground.sites
    place = standing(ground, organisations(ground, settings))
    values = _ranks(ground, place, settings)
    traits = name_traits(sites.name)
    age = np.where(sites.registered < 0, -1, np.maximum(last_day(ground) - sites.registered, 0))
    linkers = place.linkers.astype(np.float32)
    linking = place.targets >= rule.least_targets
    values |= {
        "few_linkers": linkers,
        "unlinked_source": (place.linkers == 0).astype(np.float32),
        "many_targets": place.targets.astype(np.float32),
        "out_to_in": np.where(linking, place.targets / np.maximum(place.linkers, 1), np.nan).astype(
            np.float32
        ),
        "weak_source": sites.authority,
        "young_source": known(age),
        "hyphens_in_name": traits.hyphens,
        "digits_in_name": traits.digits,
        "long_name": traits.length,
        "unspeakable_name": traits.run,
        "trade_in_name": traits.trade,
    }
    return {signal.id: Measure(signal.level, values[signal.id]) for signal in SIGNALS}


def _ranks(ground: Ground, place: Standing, settings: Settings) -> dict[str, Measures]:
    """The values that ranks give; NaN where the graph, or the trusted, are too small to tell."""
    count = len(ground.sites)
    unknown = np.full(count, np.nan, np.float32)
    found = dict.fromkeys(
        ("trusted_source", "far_from_trust", "spam_mass", "near_rank", "links_to_the_obscure"), unknown
    )
    if len(place.source):
        rule = settings.traits.reputation
        damping, tolerance = settings.authority.damping, settings.authority.tolerance
        graph = from_edges(place.source, place.target, count)
        seeds = np.flatnonzero(ground.sites.flags & TRUSTED)
        if len(seeds):
            rank = personalised(graph, [core(seeds)], damping=damping, tolerance=tolerance).scores[0]
            before = quantiles(np.round(rank, 15), np.ones(count, np.bool_))
            found["trusted_source"] = np.where(rank > 0, before, 0).astype(np.float32)
            found["far_from_trust"] = 1 - found["trusted_source"]
        verdict = trust(graph, seeds, settings=settings)
        if verdict.mass is not None:
            found["spam_mass"] = np.clip(verdict.mass, 0, 1).astype(np.float32)
        told = place.linkers >= rule.least_linkers
        found["near_rank"] = (1 - np.where(told, verdict.quantile, np.nan)).astype(np.float32)
        backwards = inverse_pagerank(graph, damping=damping, tolerance=tolerance).scores
        # Without its own jump, which has nothing to do with where it links to.
        a_link = (backwards - (1 - damping) / count) / np.maximum(graph.out_degree, 1)
        linking = place.targets >= rule.least_targets
        found["links_to_the_obscure"] = quantiles(np.round(a_link, 15), linking)
    return found | {
        "trusted_target": found["trusted_source"],
        "target_spam_mass": found["spam_mass"],
        "target_near_rank": found["near_rank"],
    }
