"""Networks: footprints that sites linking to one target share beyond chance.

For a target with n linking domains whose footprint of some kind is known, and a footprint borne by c of them and by
z of all N domains: expected are ``e = (n - 1) z / N`` others, found are ``x = c - 1``, and the surprise is
``G = x ln(x/e) - x + e``, told in bits and weighted by kind. It is evidence from ``least_shared`` others on. A
domain is counted once, however many sites it has, so that tenants of a platform are no network. Footprints that many
bear (shared hosts, networks that deliver for others) are left out, and so are links of the target's own
organisation, footprints that the target itself bears (a family, or a maker who hosts its clients), and themes most of
whose bearers link to the target (the theme's own credit). N is the number of domains whose footprint of that kind is
known.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from backlit.settings import Settings
from backlit.signals.ground import FOOTPRINTS, INSTITUTION, TRUSTED, Flags, Ground, Ints, Longs, Measures
from backlit.signals.groups import distinct, rows_of
from backlit.signals.organisation import organisations
from backlit.signals.signal import Measure, Signal

#: What goes together: an address fixes its network, and the strongest of a group speaks for it.
GROUPS = {
    "accounts": ("analytics", "ads"),
    "servers": ("address", "network", "nameserver", "asn"),
    "makeup": ("theme", "registration"),
}

SIGNALS: tuple[Signal, ...] = (
    Signal(
        "network_accounts", "network", 1, "pair", "L3",
        "It shares an analytics or advertising account with others that link here, far beyond chance "
        "({value} bits of surprise; usual: {usual}).",
        2, 40, "log", "bits", ("analytics_id", "adsense_id"),
    ),
    Signal(
        "network_servers", "network", 1, "pair", "L3",
        "It shares an address, a network or name servers with others that link here, far beyond chance "
        "({value} bits of surprise; usual: {usual}).",
        2, 40, "log", "bits", ("ip", "nameserver", "asn"),
    ),
    Signal(
        "network_makeup", "network", 1, "pair", "L3",
        "It shares its theme, or registrar and week of registration, with others that link here, beyond chance "
        "({value} bits of surprise; usual: {usual}).",
        2, 40, "log", "bits", ("theme", "registrar", "registered"),
    ),
    Signal(
        "network_size", "network", 1, "pair", "L3",
        "{value} other domains that link here bear the same footprint (usual: {usual}).",
        1, 15, "log", "count", ("ip", "nameserver", "analytics_id", "adsense_id"), True,
    ),
    Signal(
        "network_unproven", "network", 1, "pair", None,
        "{value} of the sites that share the footprint and link here are neither trusted nor of okay authority "
        "(usual: {usual}).",
        0.5, 1, "linear", "share", ("ip", "nameserver", "analytics_id", "adsense_id"), True,
    ),
)  # fmt: skip


class Shared(NamedTuple):
    """What each pair's source shares with other linkers of its target."""

    #: Weighted surprise in bits, a column a group.
    strength: Measures
    #: Number of the footprint with the greatest surprise (``Footprints.value``); -1 without one.
    key: Ints
    #: Other domains with that footprint among the linkers.
    others: Ints


class Network(NamedTuple):
    """Sites that bear one footprint and link to the same targets."""

    kind: str
    value: int
    #: Numbers of sites, in order.
    members: Ints
    targets: Ints
    #: The greatest surprise of a pair, in bits.
    surprise: float


def shared(ground: Ground, owner: Ints, settings: Settings) -> Shared:
    """The footprints that the linkers of each target share beyond chance."""
    from backlit.signals.loops.footprints import shared_footprints

    rule = settings.relations.networks
    prints, pairs, sites = ground.footprints, ground.pairs, ground.sites
    values = int(prints.value.max()) + 1 if len(prints.value) else 0
    bearers, usable = _bearers(ground, settings)
    of_kind = distinct(prints.kind, sites.domain[prints.site])[0]
    known = np.maximum(np.bincount(of_kind, minlength=len(FOOTPRINTS)), rule.least_sites)
    group = np.array([next(g for g, kinds in enumerate(GROUPS.values()) if k in kinds) for k in FOOTPRINTS])
    weight = np.array([rule.weights[kind] for kind in FOOTPRINTS])
    by_target = rows_of(pairs.target, len(sites))
    held = rows_of(prints.site, len(sites))
    most = bearers.copy()
    theme = np.unique(prints.value[prints.kind == FOOTPRINTS.index("theme")])
    most[theme] = np.maximum(rule.credit_share * bearers[theme], rule.common_least)
    strength = np.zeros((len(pairs), len(GROUPS)))
    key, others = np.full(len(pairs), -1, np.int32), np.zeros(len(pairs), np.int32)
    if values and len(pairs):
        shared_footprints(
            by_target.begin, by_target.order, pairs.source, owner, sites.domain,
            held.begin, prints.value[held.order], prints.kind[held.order], group, weight,
            bearers, known, usable, most, rule.least_shared, strength, key, others,
        )  # fmt: skip
    return Shared((strength / np.log(2)).astype(np.float32), key, others)


def networks(ground: Ground, found: Shared, least_bits: float) -> tuple[Network, ...]:
    """Networks with a surprise from ``least_bits`` on, the most surprising first."""
    rows = np.flatnonzero((found.key >= 0) & (found.strength.max(axis=1, initial=0) >= least_bits))
    rows = rows[np.argsort(found.key[rows], kind="stable")]
    kind_of = np.zeros(int(ground.footprints.value.max(initial=-1)) + 1, np.int8)
    kind_of[ground.footprints.value] = ground.footprints.kind
    cuts = np.flatnonzero(np.diff(found.key[rows])) + 1
    cases = [
        Network(
            FOOTPRINTS[kind_of[found.key[some[0]]]],
            int(found.key[some[0]]),
            np.unique(ground.pairs.source[some]),
            np.unique(ground.pairs.target[some]),
            float(found.strength[some].max()),
        )
        for some in (np.split(rows, cuts) if len(rows) else [])
    ]
    return tuple(sorted(cases, key=lambda case: (-case.surprise, case.value)))


def members(ground: Ground, found: Shared, pair: int) -> Ints:
    """The sites that share the pair's strongest footprint and link to its target, itself included."""
    pairs, prints = ground.pairs, ground.footprints
    bearing = prints.site[prints.value == found.key[pair]]
    linking = pairs.source[pairs.target == pairs.target[pair]]
    return np.intersect1d(bearing, linking).astype(np.int32)


def weak_sites(ground: Ground, settings: Settings) -> Flags:
    """Sites known to be of low authority that nobody vouches for."""
    sites = ground.sites
    vouched = (sites.flags & (TRUSTED | INSTITUTION)) != 0
    weak: Flags = (sites.authority < settings.bands.okay) & ~vouched
    return weak


def measure(ground: Ground, settings: Settings) -> dict[str, Measure]:
    """Bits of surprise and sizes, by pair: 0 where nothing is shared, NaN where no footprint is known."""
    return measures(ground, organisations(ground, settings), settings)


def measures(ground: Ground, owner: Ints, settings: Settings) -> dict[str, Measure]:
    """``measure``, with the owners of sites given."""
    found = shared(ground, owner, settings)
    out = {}
    for number, (name, kinds) in enumerate(GROUPS.items()):
        bears = np.zeros(len(ground.sites), np.bool_)
        some = np.isin(ground.footprints.kind, [FOOTPRINTS.index(kind) for kind in kinds])
        bears[ground.footprints.site[some]] = True
        value = np.where(bears[ground.pairs.source], found.strength[:, number], np.nan)
        out[f"network_{name}"] = Measure("pair", value.astype(np.float32))
    bearing = np.zeros(len(ground.sites), np.bool_)
    bearing[ground.footprints.site] = True
    known = bearing[ground.pairs.source]
    out["network_size"] = Measure("pair", np.where(known, found.others, np.nan).astype(np.float32))
    out["network_unproven"] = Measure("pair", _unproven(ground, found, settings))
    return out


def _bearers(ground: Ground, settings: Settings) -> tuple[Longs, Flags]:
    """Domains with each footprint, and whether they are few enough to mean anything."""
    rule = settings.relations.networks
    prints, domain = ground.footprints, ground.sites.domain
    values = int(prints.value.max(initial=-1)) + 1
    bearers = np.bincount(distinct(prints.value, domain[prints.site])[0], minlength=values)
    domains = len(np.unique(domain))
    usable = bearers <= max(rule.common_share * domains, rule.common_least)
    return bearers.astype(np.int64), usable


def _unproven(ground: Ground, found: Shared, settings: Settings) -> Measures:
    rows = np.flatnonzero(found.key >= 0)
    out = np.full(len(found.key), np.nan, np.float32)
    weak = weak_sites(ground, settings)[ground.pairs.source[rows]]
    most = int(found.key.max(initial=-1)) + 1
    _, group = np.unique(
        ground.pairs.target[rows].astype(np.int64) * most + found.key[rows], return_inverse=True
    )
    share = np.bincount(group, weak) / np.maximum(np.bincount(group), 1)
    out[rows] = share[group]
    return out
