"""Velocity: weeks in which more organisations began to link to a target than is usual for it.

A target's new organisations x of a week are held against the number l usual for it: an exponentially weighted mean of
its weeks before, at least ``prior``, times how busy the week was in the rest of the index (a crawl of that week
makes all links new). The surprise is ``x ln(x/l) - x + l``, in bits. CUSUM ``S = max(0, S + x - l - .5 sqrt(l))`` tells
a long swell; it is given in multiples of ``sqrt(l)``.

A burst is only a question, every success has one. It is an answer beside a *factor*: linkers weaker than the target's
usual ones, one anchor for all, one page sold. Those are given for weeks of some surprise alone. Pairs without a day,
and those of the index's first week, in which everything is new, say nothing.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from backlit.settings import Settings
from backlit.signals.anchors import anchor_classes
from backlit.signals.ground import INSTITUTION, TRUSTED, Ground, Ints, Longs, Measures, Small
from backlit.signals.groups import (
    DAYS_A_WEEK,
    Linkers,
    distinct,
    first_of_linker,
    first_of_pair,
    linkers,
)
from backlit.signals.organisation import organisations
from backlit.signals.signal import Measure, Signal
from backlit.text.anchors import CLASSES

Array = npt.NDArray[Any]
_EXACT, _PARTIAL = CLASSES.index("exact commercial"), CLASSES.index("partial keyword")
_KEYWORDS = (_PARTIAL, _EXACT, CLASSES.index("other"))

SIGNALS: tuple[Signal, ...] = (
    Signal(
        "burst", "velocity", 1, "pair", "L3",
        "It began to link in a week of unusually many new linkers ({value} bits of surprise; usual: {usual}).",
        4, 60, "log", "bits", ("first_seen",), True,
    ),
    Signal(
        "swell", "velocity", 1, "pair", "L3",
        "It began to link during a swell of new linkers ({value} times the usual spread; usual: {usual}).",
        5, 40, "log", "score", ("first_seen",), True,
    ),
    Signal(
        "burst_of_weak_sites", "velocity", 1, "pair", "L3",
        "The sites that began to link in that burst have {value} points less authority than the target's other "
        "linkers (usual: {usual}).",
        2, 25, "linear", "score", ("first_seen",), True,
    ),
    Signal(
        "burst_of_one_anchor", "velocity", 1, "pair", "L3",
        "{value} of the sites that began to link in that burst use the same words, which are not a name or a title "
        "(usual: {usual}).",
        0.2, 0.8, "linear", "share", ("first_seen", "anchor"), True,
    ),
    Signal(
        "burst_for_one_page", "velocity", 1, "pair", "L3",
        "{value} of the sites that began to link in that burst link to the same page with commercial words "
        "(usual: {usual}).",
        0.2, 0.8, "linear", "share", ("first_seen", "anchor"), True,
    ),
    Signal(
        "burst_of_trusted_sites", "velocity", -1, "pair", None,
        "{value} of the sites that began to link in that burst are trusted (usual: {usual}).",
        0.05, 0.5, "linear", "share", ("first_seen",),
    ),
)  # fmt: skip


class Weeks(NamedTuple):
    """One row a target and a week with new organisations: bits of surprise, and CUSUM over ``sqrt(l)``."""

    target: Ints
    week: Ints
    new: Longs
    surprise: Measures
    cusum: Measures
    #: The row of each linking organisation; -1 without one.
    of_linker: Longs


def weeks(ground: Ground, rows: Linkers, settings: Settings) -> Weeks:
    """The weeks of all targets in which organisations began to link."""
    from backlit.signals.loops.bursts import weekly

    rule = settings.relations.velocity
    days = first_of_linker(first_of_pair(ground.links.first_day, ground.pairs), rows)
    known = ground.links.first_day[ground.links.first_day >= 0]
    start = int(known.min()) if len(known) else 0
    week = np.where(days >= 0, (days - start) // DAYS_A_WEEK, 0)
    some = np.flatnonzero(week > 0)
    span = int(week.max(initial=0)) + 1
    keys, row = np.unique(rows.target[some].astype(np.int64) * span + week[some], return_inverse=True)
    count = np.bincount(row, minlength=len(keys)).astype(np.int64)
    of_linker = np.full(len(rows), -1, np.int64)
    of_linker[some] = row
    target, of_week = (keys // span).astype(np.int32), (keys % span).astype(np.int32)
    all_new = np.bincount(of_week, count, minlength=span)
    median = float(np.median(all_new[all_new > 0])) if len(keys) else 1.0
    gain, cusum = np.zeros(len(keys)), np.zeros(len(keys))
    weekly(target, of_week, count, all_new, median, rule.smoothing, rule.prior, gain, cusum)
    return Weeks(
        target, of_week, count, (gain / np.log(2)).astype(np.float32), cusum.astype(np.float32), of_linker
    )


def measure(ground: Ground, settings: Settings) -> dict[str, Measure]:
    """Bits, points and shares by pair; NaN outside bursts, and where no day is known."""
    return measures(ground, organisations(ground, settings), anchor_classes(ground), settings)


def measures(ground: Ground, owner: Ints, classes: Small, settings: Settings) -> dict[str, Measure]:
    """``measure``, with the owners of sites and the classes of anchors given."""
    rule = settings.relations.velocity
    rows = linkers(ground, owner)
    found = weeks(ground, rows, settings)
    burst = (found.surprise >= rule.burst) & (found.new >= rule.least_organisations)
    anchor, page = _same_words(ground, rows, found, classes)
    per_week = {
        "burst": found.surprise,
        "swell": np.where(found.cusum >= rule.alarm, found.cusum, 0),
        "burst_of_weak_sites": _weaker(ground, owner, rows, found, burst, settings),
        "burst_of_one_anchor": anchor,
        "burst_for_one_page": page,
        "burst_of_trusted_sites": _trusted(ground, owner, rows, found),
    }
    of_pair = np.full(len(ground.pairs), -1, np.int64)
    apart = rows.of_pair >= 0
    of_pair[apart] = found.of_linker[rows.of_pair[apart]]
    out = {}
    for name, values in per_week.items():
        value = values if name in ("burst", "swell") else np.where(burst, values, np.nan)
        spread = np.append(value, np.nan)[of_pair].astype(np.float32)
        out[name] = Measure("pair", spread)
    return out


def authority_of_owners(ground: Ground, owner: Ints) -> Measures:
    """The greatest known authority of each organisation's sites; NaN unknown."""
    out = np.full(int(owner.max(initial=-1)) + 1, np.nan, np.float32)
    np.fmax.at(out, owner, ground.sites.authority)
    return out


def _weaker(
    ground: Ground, owner: Ints, rows: Linkers, found: Weeks, burst: Array, settings: Settings
) -> Measures:
    """Median authority of the target's linkers outside bursts minus that of the week's; never below 0.

    A target with few others is held against the median of all linking organisations.
    """
    from backlit.signals.loops.bursts import medians

    authority = authority_of_owners(ground, owner)[rows.owner]
    of_week = np.full(len(found.target), np.nan)
    some = found.of_linker >= 0
    group, value = found.of_linker[some], authority[some]
    order = np.lexsort((value, group))
    medians(group[order], value[order], of_week)
    calm = ~some | ~np.append(burst, False)[found.of_linker]
    group, value = rows.target[calm], authority[calm]
    order = np.lexsort((value, group))
    usual = np.full(len(ground.sites), np.nan)
    medians(group[order].astype(np.int64), value[order], usual)
    few = (
        np.bincount(group[~np.isnan(value)], minlength=len(ground.sites))
        < settings.relations.around.least_organisations
    )
    known = authority[~np.isnan(authority)]
    usual[few] = np.median(known) if len(known) else np.nan
    weaker: Measures = np.maximum(usual[found.target] - of_week, 0).astype(np.float32)
    return weaker


def _trusted(ground: Ground, owner: Ints, rows: Linkers, found: Weeks) -> Measures:
    good = np.zeros(int(owner.max(initial=-1)) + 1, np.bool_)
    good[owner[(ground.sites.flags & (TRUSTED | INSTITUTION)) != 0]] = True
    some = found.of_linker >= 0
    trusted = np.bincount(found.of_linker[some], good[rows.owner[some]], minlength=len(found.target))
    return (trusted / np.maximum(found.new, 1)).astype(np.float32)


def _same_words(ground: Ground, rows: Linkers, found: Weeks, classes: Small) -> tuple[Measures, Measures]:
    """Shares of each week's new organisations: with its commonest keyword anchor, and with commercial anchors to
    its commonest page of these. NaN where no anchor is known."""
    links = ground.links
    linker = rows.of_pair[links.pair]
    week = np.where(linker >= 0, np.append(found.of_linker, -1)[linker], -1)
    inside = (week >= 0) & (classes >= 0)
    heard = np.bincount(distinct(week[inside], linker[inside])[0], minlength=len(found.target))
    out = []
    for wanted, what in (
        (np.isin(classes, _KEYWORDS) & (links.anchor >= 0), links.anchor),
        (np.isin(classes, (_EXACT, _PARTIAL)), links.to),
    ):
        some = inside & wanted
        groups, texts, _ = distinct(week[some], what[some], linker[some])
        most = np.zeros(len(found.target), np.int64)
        if len(groups):
            cuts = np.flatnonzero(np.append(True, (np.diff(groups) != 0) | (np.diff(texts) != 0)))
            np.maximum.at(most, groups[cuts], np.diff(np.append(cuts, len(groups))))
        value = np.full(len(most), np.nan)
        np.divide(most, heard, out=value, where=heard > 0)
        out.append(value.astype(np.float32))
    return out[0], out[1]
