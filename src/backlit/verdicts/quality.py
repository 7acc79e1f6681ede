"""Quality of a link, 0-100: what it is worth to the site it leads to, if nothing is wrong with it.

    Q = gate · 100 · Σ c_i f_i / Σ c_i        over the terms that are known; confidence = Σ c_i known / Σ c_i

    authority  A / 100 of the source's domain                                    30
    relevance  of page and site (``backlit.signals.relevance``)                  25
    editorial  placement × prose × not on every page                             15
    trust      one less its spam mass, else the quantile of truncated rank           12
    dilution   1 / (1 + ln(1 + external links of the page) / 3)                   8
    anchor     the target's name, address or title 1, unknown kind 0.6,
               "read more" or an image 0.5, a keyword 0.3                         5
    page       alive, indexable, not thin                                         5

    gate       hidden 0; a qualified link (nofollow, ugc, sponsored) at most 60; a redirect × 0.9;
               a page that is not indexed or answers with an error × 0.2

Unknown terms drop out and the rest is rescaled, so missing data is held against nobody; the confidence says how much
was known. Toxicity is another question and never enters.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from backlit.records import KINDS, PLACEMENTS
from backlit.settings import Quality, Settings
from backlit.signals.ground import NOFOLLOW, SPONSORED, UGC, Ground, Measures
from backlit.signals.signal import Measure
from backlit.signals.table import of_links

TERMS = ("authority", "relevance", "editorial", "trust", "dilution", "anchor", "page")
_REDIRECT = KINDS.index("redirect")

#: Why a link counts, or does not, in the order in which they are looked for.
COUNTS = (
    *("hidden", "source answers with an error", "source is not indexed"),
    *("nofollow", "sponsored", "ugc", "not followed", "counts", "follow is unknown"),
)


class Qualities(NamedTuple):
    """One row a link: points of each term before the gate (NaN unknown), the gate's share, and the result."""

    points: Measures
    gate: Measures
    most: Measures
    score: Measures
    confidence: Measures
    #: Place in ``COUNTS``.
    counts: npt.NDArray[np.int8]


def quality(
    ground: Ground,
    measures: dict[str, Measure],
    settings: Settings,
    rows: slice | npt.NDArray[np.int64],
    relevance: Measures | None = None,
) -> Qualities:
    """Quality of the links of ``rows``; ``relevance`` (0-1, NaN unknown) replaces that of pages and sites."""
    rule, links, pages = settings.quality, ground.links, ground.pages
    page = links.page[rows]
    if relevance is None:
        relevance = 1 - of_links(ground, measures["irrelevant"], rows)
    status, noindex = pages.status[page], pages.noindex[page]
    error = (status >= 400) & (status < 600)
    terms = np.stack(
        [
            ground.sites.authority[links.source[rows]] / 100,
            relevance,
            _editorial(ground, measures, settings, rows),
            _trust(ground, measures, rows),
            _dilution(pages.external_links[page]),
            _anchor(ground, measures, rows),
            _page(pages.words[page], error, noindex, rule),
        ],
        axis=1,
    ).astype(np.float64)
    most = np.array([getattr(rule, name) for name in TERMS], np.float64)
    known = ~np.isnan(terms)
    weight = np.where(known, most, 0).sum(axis=1)
    points = terms * most * (most.sum() / np.maximum(weight, 1e-9))[:, None] * (100 / most.sum())
    plain = np.nansum(points, axis=1)
    gate = np.where(links.hidden[rows] == 1, 0.0, 1.0)
    gate = gate * np.where(links.kind[rows] == _REDIRECT, rule.redirect, 1)
    gate = gate * np.where(error | (noindex == 1), rule.unindexed, 1)
    qualified = links.follow[rows] == 0
    ceiling = np.where(qualified, rule.qualified_most, 100.0)
    score = np.where(weight > 0, np.minimum(plain * gate, ceiling), np.nan)
    return Qualities(
        points.astype(np.float32),
        gate.astype(np.float32),
        ceiling.astype(np.float32),
        score.astype(np.float32),
        (weight / most.sum()).astype(np.float32),
        _counts(ground, rows, error, noindex == 1),
    )


def _editorial(
    ground: Ground, measures: dict[str, Measure], settings: Settings, rows: slice | npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """The placement's weight, less what a link on most pages of its site loses."""
    weights = settings.weights.placement
    by_place = np.array([*(weights[name] for name in PLACEMENTS), np.nan])
    place = by_place[ground.links.placement[rows]]
    share = np.nan_to_num(of_links(ground, measures["sitewide"], rows))
    return np.asarray(place * (1 - 0.8 * np.clip(share, 0, 1)))


def _trust(
    ground: Ground, measures: dict[str, Measure], rows: slice | npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """One less spam mass where it is usable, else the quantile of rank that comes from far off."""
    mass, near = (of_links(ground, measures[name], rows) for name in ("spam_mass", "near_rank"))
    return np.asarray(1 - np.where(np.isnan(mass), near, mass), np.float64)


def _dilution(external: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
    return np.where(external < 0, np.nan, 1 / (1 + np.log1p(np.maximum(external, 0)) / 3))


def _anchor(
    ground: Ground, measures: dict[str, Measure], rows: slice | npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    natural, generic, keyword = (
        of_links(ground, measures[name], rows)
        for name in ("anchor_natural", "anchor_generic", "anchor_keyword")
    )
    found = np.select([natural == 1, generic == 1, keyword == 1], [1.0, 0.5, 0.3], 0.6)
    return np.where(np.isnan(natural), np.nan, found)


def _page(
    words: npt.NDArray[np.int32], error: npt.NDArray[np.bool_], noindex: npt.NDArray[np.int8], rule: Quality
) -> npt.NDArray[np.float64]:
    full = np.where(words < 0, np.nan, np.clip(words / max(rule.thin_words, 1), 0, 1))
    return np.where(error | (noindex == 1), 0.0, full)


def _counts(
    ground: Ground,
    rows: slice | npt.NDArray[np.int64],
    error: npt.NDArray[np.bool_],
    noindex: npt.NDArray[np.bool_],
) -> npt.NDArray[np.int8]:
    links = ground.links
    rel, follow = links.rel[rows], links.follow[rows]
    return np.select(
        [
            links.hidden[rows] == 1,
            error,
            noindex,
            (rel & NOFOLLOW) > 0,
            (rel & SPONSORED) > 0,
            (rel & UGC) > 0,
            follow == 0,
            follow == 1,
        ],
        range(8),
        8,
    ).astype(np.int8)
