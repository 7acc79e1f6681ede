"""Organisations: which sites have one owner, so that an owner's opinion counts once.

Sites belong together

* by an **account** for analytics or advertising that few sites bear: not more than 1/15 of all, and not more than
  a hundred. What more of them bear is a hoster's, a platform's or an agency's, and what only tenants of one
  platform bear is the platform's.
* by **naming each other**: each has the other's name (or address) in a menu, header, footer or sidebar, both are
  old (or trusted), and others link to both. A young ring that does the same stays apart.

Hosts of one site are one already: a site is what the suffix list says. Two tenants of one private suffix are
strangers, and addresses, networks and name servers, which strangers share, make no owner.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

import numpy as np

from backlit.settings import Settings, default
from backlit.signals.ground import FOOTPRINTS, PLATFORM, TRUSTED, Flags, Ground, Ints
from backlit.signals.naming import ADDRESS, BRAND, classes_of
from backlit.signals.signal import Measure, Signal
from backlit.signals.tallies import TEMPLATE, any_of_pair, components, last_day, numbered

SIGNALS: tuple[Signal, ...] = (
    Signal(
        "same_organisation", "organisation", -1, "pair", None,
        "Both sites have one owner: they share an account, or name each other on their pages.",
        0, 1, "linear", "flag", ("analytics_id", "adsense_id", "placement", "anchor"),
    ),
    Signal(
        "name_each_other", "organisation", -1, "pair", None,
        "Each site has the other's name in its menu, footer or sidebar.",
        0, 1, "linear", "flag", ("placement", "anchor"),
    ),
    Signal(
        "to_a_platform", "organisation", -1, "target", None,
        "The target is a platform or service that everybody links to: profiles, sharing, maps, applications.",
        0, 1, "linear", "flag", ("target_url",),
    ),
)  # fmt: skip

_ACCOUNTS = (FOOTPRINTS.index("analytics"), FOOTPRINTS.index("ads"))
_found: WeakKeyDictionary[Ground, dict[str, Ints]] = WeakKeyDictionary()


def organisations(ground: Ground, settings: Settings | None = None) -> Ints:
    """The number of the owner of each site, from 0 in the order of their first sites.

    It is kept as long as the ground is.
    """
    rules = settings or default()
    kept = _found.setdefault(ground, {})
    key = rules.digest
    if key not in kept:
        bearers, account = _accounts(ground, rules)
        one, other = _sisters(ground, rules)
        # Every bearer is joined with the first of its account.
        first = np.unique(account, return_index=True)[1]
        lead = bearers[first][numbered(account)] if len(account) else bearers
        sites = len(ground.sites)
        kept[key] = numbered(components(sites, np.append(bearers, one), np.append(lead, other)))
    return kept[key]


def measure(ground: Ground, settings: Settings) -> dict[str, Measure]:
    """Whether each pair has one owner, and whether its sites name each other."""
    owner, pairs = organisations(ground, settings), ground.pairs
    same = owner[pairs.source] == owner[pairs.target]
    mutual = _mutual(ground, settings)
    return {
        "same_organisation": Measure("pair", same.astype(np.float32)),
        "name_each_other": Measure("pair", mutual.astype(np.float32)),
        "to_a_platform": Measure("target", ((ground.sites.flags & PLATFORM) != 0).astype(np.float32)),
    }


def _accounts(ground: Ground, settings: Settings) -> tuple[Ints, Ints]:
    """Sites and the accounts they bear, of accounts that tell an owner."""
    rule, rows, sites = settings.traits.organisation, ground.footprints, ground.sites
    mine = np.isin(rows.kind, _ACCOUNTS) & (sites.flags[rows.site] & PLATFORM == 0)
    site, value = rows.site[mine], rows.value[mine]
    account = numbered(value)
    count = np.bincount(account)
    few = count <= max(2, min(rule.account_most, int(rule.account_share * len(sites))))
    # Tenants of one platform bear its accounts.
    domain = sites.domain[site]
    most, least = np.zeros(len(count), np.int32), np.full(len(count), np.iinfo(np.int32).max, np.int32)
    np.maximum.at(most, account, domain)
    np.minimum.at(least, account, domain)
    tells = (few & (count > 1) & (most > least))[account]
    return site[tells], account[tells]


def _sisters(ground: Ground, settings: Settings) -> tuple[Ints, Ints]:
    """Pairs of sites that name each other and are what they seem."""
    rule, sites, pairs = settings.traits.organisation, ground.sites, ground.pairs
    trusted = sites.flags & TRUSTED > 0
    since = _since(ground)
    old = trusted | ((since >= 0) & (since <= last_day(ground) - rule.old_days))
    mutual = _mutual(ground, settings)
    others = np.bincount(pairs.target[~mutual], minlength=len(sites))
    sound = old & (trusted | (others >= rule.least_linkers)) & (sites.flags & PLATFORM == 0)
    chosen = mutual & sound[pairs.source] & sound[pairs.target]
    return pairs.source[chosen], pairs.target[chosen]


def _since(ground: Ground) -> Ints:
    """The day each site was there at the latest: registered, or seen in a link; -1 unknown."""
    links, sites = ground.links, ground.sites
    late = np.iinfo(np.int32).max
    since = np.where(sites.registered < 0, late, sites.registered).astype(np.int32)
    dated = links.first_day >= 0
    for end in (links.source, links.target):
        np.minimum.at(since, end[dated], links.first_day[dated])
    return np.where(since == late, -1, since).astype(np.int32)


def _mutual(ground: Ground, settings: Settings) -> Flags:
    """Pairs whose sites have each other's name in parts that all pages share."""
    links, pairs = ground.links, ground.pairs
    shared = np.isin(links.placement, TEMPLATE) & (links.anchor >= 0) & (links.hidden != 1)
    both = _both_ways(any_of_pair(shared, pairs), ground)
    rows = np.flatnonzero(shared & both[links.pair])
    named = np.zeros(len(links), np.bool_)
    classes = classes_of(ground, links.target[rows], links.anchor[rows], settings.traits.organisation.titles)
    named[rows] = (classes == BRAND) | (classes == ADDRESS)
    return _both_ways(any_of_pair(named, pairs), ground)


def _both_ways(flags: Flags, ground: Ground) -> Flags:
    """Pairs that have a flag, and whose opposite has it too."""
    pairs, size = ground.pairs, len(ground.sites)
    key = pairs.source.astype(np.int64) * size + pairs.target
    opposite = pairs.target.astype(np.int64) * size + pairs.source
    found: Flags = flags & np.isin(opposite, key[flags])
    return found
