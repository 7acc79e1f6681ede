"""The company a link is in: what the organisations that link to its target are like, and how they link.

Shares are of linking organisations (each counts once, however many sites or links it has). There is no universal
limit for shares of anchors or followed links: they are given as places, 0 to 1, among targets with a like number of
linking organisations. Targets with few of them say nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from backlit.settings import Settings
from backlit.signals.anchors import anchor_classes
from backlit.signals.ground import INSTITUTION, TRUSTED, Ground, Ints, Measures, Small
from backlit.signals.groups import (
    Linkers,
    any_of_linker,
    distinct,
    first_of_linker,
    linkers,
    peer_quantile,
    surprise,
)
from backlit.signals.networks import shared
from backlit.signals.organisation import organisations
from backlit.signals.signal import Measure, Signal
from backlit.signals.tallies import any_of_pair, ratio
from backlit.signals.velocity import authority_of_owners
from backlit.text.anchors import CLASSES

Array = npt.NDArray[Any]
_EXACT, _PARTIAL = CLASSES.index("exact commercial"), CLASSES.index("partial keyword")
_KEYWORDS = (_PARTIAL, _EXACT, CLASSES.index("other"))
_NAMES = tuple(CLASSES.index(name) for name in ("brand", "bare address", "title"))

SIGNALS: tuple[Signal, ...] = (
    Signal(
        "target_weak_linkers", "target", 1, "target", None,
        "{value} of the organisations that link to the target are among the weakest (usual: {usual}).",
        0.3, 0.95, "linear", "share", ("source_url", "target_url"),
    ),
    Signal(
        "target_networked_linkers", "target", 1, "target", "L3",
        "{value} of the organisations that link to the target share footprints with others that do "
        "(usual: {usual}).",
        0.05, 0.6, "linear", "share", ("ip", "nameserver", "analytics_id", "adsense_id"),
    ),
    Signal(
        "target_linkers_born_together", "target", 1, "target", "L3",
        "More of the domains that link to the target were registered in the same weeks than chance explains "
        "({value} bits of surprise; usual: {usual}).",
        4, 60, "log", "bits", ("registered",),
    ),
    Signal(
        "target_commercial_anchors", "target", 1, "target", "L1",
        "Commercial words link to the target more often than to {value} of targets with as many linkers "
        "(usual: {usual}).",
        0.7, 1, "linear", "share", ("anchor",),
    ),
    Signal(
        "target_few_anchors", "target", 1, "target", "L1",
        "The keywords that link to the target repeat more than those of {value} of targets with as many "
        "(usual: {usual}).",
        0.7, 1, "linear", "share", ("anchor",),
    ),
    Signal(
        "target_follow_share", "target", 1, "target", None,
        "More of the linkers give followed links than for {value} of targets with as many linkers (usual: {usual}).",
        0.7, 1, "linear", "share", ("rel",), True,
    ),
    Signal(
        "target_links_a_linker", "target", 1, "target", "L9",
        "Each organisation that links to the target has {value} links to it (usual: {usual}).",
        3, 100, "log", "count", ("source_url",), True,
    ),
    Signal(
        "target_few_linkers", "target", 1, "target", None,
        "{value} organisations link to the target (usual: {usual}).",
        50, 0, "log", "count", ("source_url", "target_url"), True,
    ),
    Signal(
        "target_trusted_linkers", "target", -1, "target", None,
        "{value} of the organisations that link to the target are trusted (usual: {usual}).",
        0.02, 0.3, "linear", "share", ("source_url",),
    ),
    Signal(
        "target_named_by_linkers", "target", -1, "target", None,
        "{value} of the organisations that link to the target do so by its name, address or title (usual: {usual}).",
        0.3, 0.9, "linear", "share", ("anchor",),
    ),
)  # fmt: skip


def measure(ground: Ground, settings: Settings) -> dict[str, Measure]:
    """Shares, places among peers, counts and bits, by target site; NaN where too little is known."""
    return measures(ground, organisations(ground, settings), anchor_classes(ground), settings)


def measures(ground: Ground, owner: Ints, classes: Small, settings: Settings) -> dict[str, Measure]:
    """``measure``, with the owners of sites and the classes of anchors given."""
    rule, links, pairs = settings.relations.around, ground.links, ground.pairs
    rows = linkers(ground, owner)
    number = np.diff(rows.begin)
    least = rule.least_organisations

    def linked(flags: Array) -> Array:
        return any_of_linker(any_of_pair(flags, pairs), rows)

    def count(flags: Array) -> Array:
        return np.bincount(rows.target[flags], minlength=len(number))

    heard = linked(classes >= 0)
    commercial = ratio(count(linked(np.isin(classes, (_EXACT, _PARTIAL)))), count(heard), least)
    follow = ratio(count(linked(links.follow == 1)), count(linked(links.follow >= 0)), least)
    all_links = np.bincount(links.target[rows.of_pair[links.pair] >= 0], minlength=len(number))
    anchors, spoken = _anchors(ground, rows, classes)
    weak, known = _weak(ground, owner, rows, rule.weak_quantile)
    good = np.zeros(int(owner.max(initial=-1)) + 1, np.bool_)
    good[owner[(ground.sites.flags & (TRUSTED | INSTITUTION)) != 0]] = True
    anchors[spoken < least] = np.nan
    values = {
        "target_weak_linkers": ratio(count(weak), count(known), least),
        "target_networked_linkers": _networked(ground, owner, rows, settings),
        "target_linkers_born_together": _born_together(ground, rows, rule.created_days, least),
        "target_commercial_anchors": peer_quantile(commercial, number, rule.least_peers),
        "target_few_anchors": 1 - peer_quantile(anchors, spoken, rule.least_peers),
        "target_follow_share": peer_quantile(follow, number, rule.least_peers),
        "target_links_a_linker": ratio(all_links, number, least),
        "target_few_linkers": np.where(number > 0, number, np.nan).astype(np.float32),
        "target_trusted_linkers": ratio(count(good[rows.owner]), number, least),
        "target_named_by_linkers": ratio(count(linked(np.isin(classes, _NAMES))), count(heard), least),
    }
    return {name: Measure("target", value) for name, value in values.items()}


def _weak(ground: Ground, owner: Ints, rows: Linkers, quantile: float) -> tuple[Array, Array]:
    """Linkers of low authority among all linking organisations, and those whose authority is known."""
    authority = authority_of_owners(ground, owner)
    all_known = authority[np.unique(rows.owner)]
    all_known = all_known[~np.isnan(all_known)]
    here = authority[rows.owner]
    if not len(all_known):
        return np.zeros(len(rows), np.bool_), np.zeros(len(rows), np.bool_)
    edge = np.quantile(all_known, quantile, method="lower")
    if (all_known <= edge).mean() > 2 * quantile:
        # A table of links to a few targets: most linkers have no known linker of their own, and none is weaker.
        return np.zeros(len(rows), np.bool_), np.zeros(len(rows), np.bool_)
    return here <= edge, ~np.isnan(here)


def _networked(ground: Ground, owner: Ints, rows: Linkers, settings: Settings) -> Measures:
    """Share of the linkers with a known footprint that share one beyond chance."""
    rule = settings.relations.around
    bears = np.zeros(len(ground.sites), np.bool_)
    bears[ground.footprints.site] = True
    strong = shared(ground, owner, settings).strength.max(axis=1, initial=0) >= rule.networked_bits
    size = len(ground.sites)
    known = np.bincount(rows.target[any_of_linker(bears[ground.pairs.source], rows)], minlength=size)
    found = np.bincount(rows.target[any_of_linker(strong, rows)], minlength=size)
    return ratio(found, known, rule.least_organisations)


def _born_together(ground: Ground, rows: Linkers, days: int, least: int) -> Measures:
    """Greatest surprise, in bits, at the linkers registered in one window; windows overlap by half."""
    born = first_of_linker(ground.sites.registered[ground.pairs.source], rows)
    some = np.flatnonzero(born >= 0)
    target, who, day = rows.target[some], rows.owner[some], born[some]
    known = np.bincount(target, minlength=len(ground.sites))
    out = np.zeros(len(known))
    for shift in (0, days // 2):
        window = (day + shift) // days
        here, when = distinct(target, window)
        _, group = np.unique(
            target.astype(np.int64) * (int(window.max(initial=0)) + 1) + window, return_inverse=True
        )
        found = np.bincount(group, minlength=len(here))
        everywhere = np.bincount(distinct(window, who)[0])
        owners = max(len(np.unique(who)), 1)
        gain = surprise(found - 1, (known[here] - 1) * everywhere[when] / owners)
        np.maximum.at(out, here, np.where(found > 2, gain, 0))
    return np.where(known >= least, out, np.nan).astype(np.float32)


def _anchors(ground: Ground, rows: Linkers, classes: Small) -> tuple[Measures, Array]:
    """The effective number ``exp(entropy)`` of keyword anchors over organisations, for each target; and how many
    organisations use one."""
    links, size = ground.links, len(ground.sites)
    linker = rows.of_pair[links.pair]
    some = np.isin(classes, _KEYWORDS) & (links.anchor >= 0) & (linker >= 0)
    target, text, _ = distinct(links.target[some], links.anchor[some], linker[some])
    uses = np.bincount(target, minlength=size)
    speaking = np.bincount(rows.target[np.unique(linker[some])], minlength=size)
    out = np.full(size, np.nan)
    if len(target):
        cuts = np.flatnonzero(np.append(True, (np.diff(target) != 0) | (np.diff(text) != 0)))
        part = np.diff(np.append(cuts, len(target))) / uses[target[cuts]]
        entropy = np.bincount(target[cuts], -part * np.log(part), minlength=size)
        out = np.where(uses > 0, np.exp(entropy), np.nan)
    return out.astype(np.float32), speaking
