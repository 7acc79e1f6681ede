"""Aged domains: names given up by one owner, with the links they had earned, and used by another to link.

Told by dates: a domain registered after several organisations began to link to it, or a site silent for months or
years after that. Told by words: the anchors and titles with which the old links came, against the site's own titles and
anchors since; 1 - the share of words in common, weighted by rarity (``ln(texts / texts with the word)``).

All is said of the links that the site gives *since*, by pair of sites; its old links stay what they were.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from backlit.settings import Settings
from backlit.signals.anchors import anchor_classes
from backlit.signals.ground import Ground, Ints, Measures, Small
from backlit.signals.groups import first_of_linker, first_of_pair, linkers, rows_of
from backlit.signals.organisation import organisations
from backlit.signals.signal import Measure, Signal
from backlit.signals.tallies import any_of_pair, followed_pairs, ratio
from backlit.text.anchor_words import COMMON
from backlit.text.anchors import CLASSES
from backlit.text.tokens import words

Array = npt.NDArray[Any]
_COMMERCIAL = (CLASSES.index("exact commercial"),)
_TOPICAL = tuple(CLASSES.index(name) for name in ("exact commercial", "partial keyword", "title", "other"))

SIGNALS: tuple[Signal, ...] = (
    Signal(
        "registered_again", "aged", 1, "pair", "expired",
        "The linking domain was registered {value} days after links to it were first seen (usual: {usual}).",
        30, 1500, "log", "days", ("registered", "first_seen"),
    ),
    Signal(
        "long_silence", "aged", 1, "pair", "expired",
        "The linking site was silent for {value} days after others linked to it, and has linked since "
        "(usual: {usual}).",
        180, 1500, "log", "days", ("first_seen",), True,
    ),
    Signal(
        "topic_broken", "aged", 1, "pair", "expired",
        "What the linking site writes since has little in common with what its old links say "
        "(distance {value} of 1; usual: {usual}).",
        0.7, 1, "linear", "score", ("anchor", "title", "first_seen"), True,
    ),
    Signal(
        "sells_since", "aged", 1, "pair", "expired",
        "{value} of the sites that the linking site links to since are linked with commercial words (usual: {usual}).",
        0.1, 0.7, "linear", "share", ("anchor", "first_seen"), True,
    ),
)  # fmt: skip


class Breaks(NamedTuple):
    """Of each site: the day from which it is somebody else's or speaks again (-1 never), the days between the old
    links and its registration, and its days of silence (NaN unknown)."""

    since: Ints
    late: Measures
    silent: Measures


def breaks(ground: Ground, owner: Ints, settings: Settings) -> Breaks:
    """Where the life of each site broke off."""
    rule, sites = settings.relations.aged, ground.sites
    first = first_of_pair(ground.links.first_day, ground.pairs)
    old = _old_days(ground, owner, first, rule.old_organisations)
    known = (old >= 0) & (sites.registered >= 0)
    late = np.where(known, np.maximum(sites.registered - old, 0), np.nan)
    resumed, silent = _silence(ground, first, old)
    gap = silent >= rule.least_gap_days
    since = np.where(late > 0, sites.registered, np.where(gap, resumed, -1))
    return Breaks(since.astype(np.int32), late.astype(np.float32), silent.astype(np.float32))


def measure(ground: Ground, settings: Settings) -> dict[str, Measure]:
    """Days and shares by pair, of links first seen since; 0 for older ones, NaN where nothing is known."""
    return measures(ground, organisations(ground, settings), anchor_classes(ground), settings)


def measures(ground: Ground, owner: Ints, classes: Small, settings: Settings) -> dict[str, Measure]:
    """``measure``, with the owners of sites and the classes of anchors given."""
    pairs = ground.pairs
    found = breaks(ground, owner, settings)
    first = first_of_pair(ground.links.first_day, pairs)
    since = found.since[pairs.source]
    broken = since >= 0
    after = broken & (first >= since)
    distance = np.full(len(ground.sites), np.nan, np.float32)
    _distances(ground, owner, classes, found.since, np.unique(pairs.source[after]), distance, settings)
    sold = any_of_pair(np.isin(classes, _COMMERCIAL), pairs) & followed_pairs(ground)
    new = np.bincount(pairs.source[after], minlength=len(ground.sites))
    selling = np.bincount(pairs.source[after & sold], minlength=len(ground.sites))
    sells = ratio(selling, new, settings.relations.duplicates.least_organisations)

    def of_new(value: Measures) -> Measure:
        spread = np.where(
            first < 0, np.nan, np.where(after | np.isnan(value[pairs.source]), value[pairs.source], 0)
        )
        return Measure("pair", spread.astype(np.float32))

    return {
        "registered_again": of_new(found.late),
        "long_silence": of_new(found.silent),
        "topic_broken": of_new(distance),
        "sells_since": of_new(sells),
    }


def _old_days(ground: Ground, owner: Ints, first: Ints, number: int) -> Ints:
    """The day by which ``number`` organisations linked to each site; -1 when fewer are known to."""
    rows = linkers(ground, owner)
    days = first_of_linker(first, rows)
    known = np.flatnonzero(days >= 0)
    target, day = rows.target[known], days[known]
    order = np.lexsort((day, target))
    begin = rows_of(target, len(ground.sites)).begin
    enough = np.diff(begin) >= number
    out = np.full(len(ground.sites), -1, np.int32)
    out[enough] = day[order][begin[:-1][enough] + number - 1]
    return out


def _silence(ground: Ground, first: Ints, old: Ints) -> tuple[Ints, Array]:
    """The end and the length in days of each site's longest silence that begins after its old links.

    A site speaks when a page or an out-link of it is first seen; between its old links and the first of these it is
    silent too. NaN without old links or without a sign of life after them.
    """
    pages, links = ground.pages, ground.links
    site = np.concatenate([pages.site, links.source, np.arange(len(ground.sites), dtype=np.int32)])
    day = np.concatenate([pages.first_day, links.first_day, old])
    use = (day >= 0) & (old[site] >= 0) & (day >= old[site])
    site, day = site[use], day[use]
    order = np.lexsort((day, site))
    site, day = site[order], day[order]
    gap = np.diff(day)
    same = np.diff(site) == 0
    longest = np.full(len(ground.sites), np.nan)
    resumed = np.full(len(ground.sites), -1, np.int32)
    rows = np.flatnonzero(same)
    by_gap = rows[np.argsort(gap[rows], kind="stable")]
    longest[site[by_gap]] = gap[by_gap]
    resumed[site[by_gap]] = day[by_gap + 1]
    return resumed, longest


def _distances(
    ground: Ground, owner: Ints, classes: Small, since: Ints, wanted: Ints, out: Measures, settings: Settings
) -> None:
    """Fill in 1 - common words of old in-links and of the present, for the sites wanted."""
    links, pages = ground.links, ground.pages
    chosen = np.zeros(len(ground.sites), np.bool_)
    chosen[wanted] = True
    title = np.append(pages.title, -1)[links.page]
    topical = np.isin(classes, _TOPICAL) & (links.anchor >= 0)
    day = links.first_day
    told = (owner[links.source] != owner[links.target]) & (day >= 0)
    before = np.flatnonzero(told & chosen[links.target] & (day < since[links.target]))
    after = np.flatnonzero(told & chosen[links.source] & (day >= since[links.source]))
    new_pages = np.flatnonzero(
        chosen[pages.site] & (pages.title >= 0) & (pages.first_day >= since[pages.site])
    )
    old = _texts(
        len(chosen),
        (links.target[before][topical[before]], links.anchor[before][topical[before]]),
        (links.target[before], title[before]),
    )
    new = _texts(
        len(chosen),
        (links.source[after][topical[after]], links.anchor[after][topical[after]]),
        (links.source[after], title[after]),
        (pages.site[new_pages], pages.title[new_pages]),
    )
    names: dict[int, frozenset[str]] = {}
    for texts in (*old.values(), *new.values()):
        for number in texts:
            if number not in names:
                names[number] = frozenset(words(ground.texts[number].as_py())) - COMMON
    seen: dict[str, int] = {}
    for tokens in names.values():
        for token in tokens:
            seen[token] = seen.get(token, 0) + 1
    total = len(names)
    least = settings.relations.aged.least_words
    for site in old.keys() & new.keys():
        one = frozenset().union(*(names[number] for number in old[site]))
        other = frozenset().union(*(names[number] for number in new[site]))
        if min(len(one), len(other)) >= least:
            weight = {word: float(np.log((1 + total) / seen[word])) for word in one | other}
            smaller = min(sum(weight[w] for w in sorted(one)), sum(weight[w] for w in sorted(other)))
            out[site] = 1 - sum(weight[w] for w in sorted(one & other)) / smaller if smaller else np.nan


def _texts(sites: int, *columns: tuple[Array, Array]) -> dict[int, list[int]]:
    """The distinct texts of each site, in order."""
    site = np.concatenate([column[0] for column in columns]).astype(np.int64)
    text = np.concatenate([column[1] for column in columns]).astype(np.int64)
    keys = np.unique(text[text >= 0] * max(sites, 1) + site[text >= 0])
    out: dict[int, list[int]] = {}
    for key in keys.tolist():
        out.setdefault(key % sites, []).append(key // sites)
    return out
