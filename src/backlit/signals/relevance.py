"""Topical relevance of a link: how alike the words of its page and site are to those of the page and site it leads to.

Words are the sketches of pages (``backlit.extract.terms``), weighed by TF-IDF: ``(1 + ln count) · ln(N / pages with
the word)`` over the N pages of the index that have a sketch; likeness is the cosine. A site's words are those of its
pages together. Cosines mean different things in different collections, so each is put on a scale by its quantile
among random pairs of the collection: the 95th percentile of these is 0.5, the 50th 0, and 1 is the likeness of a page
to others of its own site (median).

``relevance = .65 page + .35 site`` where both are known, else the one that is. (The words around a link are weighed
in where a link is judged alone, ``backlit.verdicts.quality``.)
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from backlit.compiled import compiled
from backlit.settings import Settings
from backlit.signals.ground import Ground, Longs, Measures
from backlit.signals.signal import Measure, Signal

SIGNALS = (
    Signal(
        "irrelevant", "relevance", 1, "link", None,
        "Page and site share hardly a telling word with what they link to (relevance {value}, usual {usual}).",
        0, 1, "linear", "share", ("terms",),
    ),
)  # fmt: skip

#: Fewer pages with words than this say nothing of how rare a word is.
FEWEST_PAGES = 30
#: Pages of a site that its words are taken from, at most: those with the lowest numbers.
_PAGES_A_SITE = 64
_RANDOM_PAIRS = 4000
_PAGE, _SITE = 0.65, 0.35


class Vectors:
    """Sparse unit vectors, one a row: ``term[begin[i]:begin[i + 1]]`` ascending, and their weights."""

    def __init__(self, begin: Longs, term: npt.NDArray[np.int32], weight: Measures) -> None:
        self.begin, self.term, self.weight = begin, term, weight

    def __len__(self) -> int:
        return len(self.begin) - 1

    def cosines(self, left: npt.NDArray[np.integer], right: npt.NDArray[np.integer]) -> Measures:
        """The likeness of row ``left[i]`` with row ``right[i]``; NaN where either is -1 or has no words."""
        return self.cosines_between(left, self, right)

    def cosines_between(
        self, left: npt.NDArray[np.integer], others: Vectors, right: npt.NDArray[np.integer]
    ) -> Measures:
        """The likeness of row ``left[i]`` with row ``right[i]`` of other vectors over the same words."""
        out = np.empty(len(left), np.float32)
        _cosines(
            *(self.begin, self.term, self.weight, others.begin, others.term, others.weight),
            *(left.astype(np.int64), right.astype(np.int64), out),
        )
        return out


@compiled
def _cosines(
    begin: Longs,
    term: npt.NDArray[np.int32],
    weight: Measures,
    begin2: Longs,
    term2: npt.NDArray[np.int32],
    weight2: Measures,
    left: Longs,
    right: Longs,
    out: Measures,
) -> None:
    for i in range(len(left)):
        a, b = left[i], right[i]
        if a < 0 or b < 0 or begin[a] == begin[a + 1] or begin2[b] == begin2[b + 1]:
            out[i] = np.nan
            continue
        p, q, total = begin[a], begin2[b], 0.0
        while p < begin[a + 1] and q < begin2[b + 1]:
            if term[p] == term2[q]:
                total += weight[p] * weight2[q]
                p += 1
                q += 1
            elif term[p] < term2[q]:
                p += 1
            else:
                q += 1
        out[i] = min(total, 1.0)


def page_vectors(ground: Ground) -> Vectors | None:
    """A vector for each row of ``ground``'s sketches; ``None`` where these are too few to weigh words."""
    rows = len(ground.term_begin) - 1
    if rows < FEWEST_PAGES:
        return None
    distinct, term = np.unique(ground.term_hash, return_inverse=True)
    row = np.repeat(np.arange(rows), np.diff(ground.term_begin))
    pages_with = np.bincount(term, minlength=len(distinct))
    rarity = np.log(rows / pages_with)
    return _unit(row, term, (1 + np.log(ground.term_count)) * rarity[term], rows)


def site_vectors(ground: Ground, pages: Vectors) -> Vectors:
    """The vector of each site: the sum of those of its pages (at most 64), brought to unit length."""
    with_words = np.flatnonzero(ground.pages.terms >= 0)
    site = ground.pages.site[with_words]
    order = np.argsort(site, kind="stable")
    with_words, site = with_words[order], site[order]
    place = np.arange(len(site)) - np.searchsorted(site, site)
    with_words, site = with_words[place < _PAGES_A_SITE], site[place < _PAGES_A_SITE]
    rows = ground.pages.terms[with_words]
    lengths = np.diff(pages.begin)[rows]
    at = np.repeat(pages.begin[rows] - np.cumsum(lengths) + lengths, lengths) + np.arange(int(lengths.sum()))
    owner = np.repeat(site.astype(np.int64), lengths)
    key = owner << 32 | pages.term[at]
    distinct, inverse = np.unique(key, return_inverse=True)
    weight = np.bincount(inverse, weights=pages.weight[at], minlength=len(distinct))
    return _unit(distinct >> 32, distinct & 0xFFFFFFFF, weight, len(ground.sites))


def _unit(row: Longs, term: npt.NDArray[np.int64], weight: npt.NDArray[Any], rows: int) -> Vectors:
    begin = np.zeros(rows + 1, np.int64)
    np.cumsum(np.bincount(row, minlength=rows), out=begin[1:])
    length = np.sqrt(np.bincount(row, weights=weight * weight, minlength=rows))
    scaled = weight / np.maximum(length[row], 1e-12)
    return Vectors(begin, term.astype(np.int32), scaled.astype(np.float32))


class Scale:
    """From cosines to 0-1, by what random pairs of the collection have: median 0, 95th percentile 0.5."""

    def __init__(self, vectors: Vectors, alike: Measures) -> None:
        rng = np.random.default_rng(0)
        drawn = rng.integers(0, max(len(vectors), 1), (2, _RANDOM_PAIRS))
        random = vectors.cosines(drawn[0], drawn[1])
        random = random[~np.isnan(random) & (drawn[0] != drawn[1])]
        usual, high = np.quantile(random, [0.5, 0.95]) if len(random) else (0.0, 0.0)
        alike = alike[~np.isnan(alike)]
        top = float(np.median(alike)) if len(alike) else 0.0
        self.knots = (float(usual), max(float(high), usual + 1e-3), max(top, float(high) * 2, usual + 2e-3))

    def __call__(self, cosines: Measures) -> Measures:
        return np.interp(cosines, self.knots, (0.0, 0.5, 1.0)).astype(np.float32) + 0 * cosines


def relevance(ground: Ground) -> Measures:
    """0-1 of each link; NaN where neither the pages nor the sites have words in common to compare."""
    links = ground.links
    unknown = np.full(len(links), np.nan, np.float32)
    vectors = page_vectors(ground)
    if vectors is None or not len(links):
        return unknown
    terms = np.append(ground.pages.terms, np.int32(-1))  # the last stands for an address without a page
    pages = vectors.cosines(terms[links.page], terms[ground.address_page[links.to]])
    first = _first_page(ground)
    own = vectors.cosines(terms[first[ground.pages.site]], ground.pages.terms)
    own[ground.pages.terms == terms[first[ground.pages.site]]] = np.nan
    page = Scale(vectors, own)(pages)
    sites = site_vectors(ground, vectors)
    likeness = sites.cosines(ground.pairs.source, ground.pairs.target)
    site = Scale(sites, np.zeros(0, np.float32))(likeness)[links.pair]
    both = np.where(np.isnan(page), site, np.where(np.isnan(site), page, _PAGE * page + _SITE * site))
    return both.astype(np.float32)


def _first_page(ground: Ground) -> npt.NDArray[np.int32]:
    """Of each site the first page with words, -1 without one."""
    first = np.full(len(ground.sites), -1, np.int32)
    with_words = np.flatnonzero(ground.pages.terms >= 0)[::-1]
    first[ground.pages.site[with_words]] = with_words
    return first


def measure(ground: Ground, settings: Settings) -> dict[str, Measure]:
    """The values of ``SIGNALS``."""
    return {"irrelevant": Measure("link", 1 - relevance(ground))}
