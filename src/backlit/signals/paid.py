"""Paid links: words of disclosure and of offers near a link, authors' boxes, and pages that do not fit their site.

A link that is disclosed *and* qualified (nofollow, sponsored, ugc) is what search engines ask for, and says nothing
here. A page far from the topic of its own site is only a factor: with a keyword that leads to an unrelated target it
is what a bought guest post looks like. Well-made guest posts cannot be told from links alone.
"""

from __future__ import annotations

import numpy as np

from backlit.settings import Settings
from backlit.signals.ground import AUTHOR, DISCLOSED, OFFERED, Ground, Measures
from backlit.signals.relevance import page_vectors, site_vectors
from backlit.signals.signal import Measure, Signal

#: A site with fewer pages that have words says nothing of what fits it.
_FEWEST_PAGES = 6

SIGNALS = (
    Signal(
        "paid_undisclosed_rel", "paid", 1, "link", "L1",
        "Words beside the link or in the page's title call it paid or a partner's, and the link is followed.",
        0, 1, "linear", "flag", ("text_before", "text_after", "rel"),
    ),
    Signal(
        "paid_offers", "paid", 1, "source", "L1",
        "{value} of this site's pages that link out invite posts or sell them (usual {usual}).",
        0.02, 0.5, "linear", "share", ("text_before", "text_after", "source_title"),
    ),
    Signal(
        "paid_author_box", "paid", 1, "link", "L6",
        "The link stands in words about a guest author.",
        0, 1, "linear", "flag", ("text_before", "text_after"), only_factor=True,
    ),
    Signal(
        "paid_topic_apart", "paid", 1, "page", "L6",
        "The page is {value} less like its own site than the site's pages usually are.",
        0.3, 0.9, "linear", "share", ("terms",), only_factor=True,
    ),
)  # fmt: skip


def measure(ground: Ground, settings: Settings) -> dict[str, Measure]:
    """The values of ``SIGNALS``."""
    links = ground.links
    followed = links.follow != 0
    disclosed = ((links.words & DISCLOSED) > 0) & followed & (links.rel == 0)
    pages = len(ground.pages)
    linking = np.zeros(pages, np.bool_)
    linking[links.page] = True
    offering = np.zeros(pages, np.bool_)
    offering[links.page[(links.words & OFFERED) > 0]] = True
    sites = len(ground.sites)
    every = np.bincount(ground.pages.site[linking], minlength=sites)
    some = np.bincount(ground.pages.site[offering], minlength=sites)
    share = np.where(every > 0, some / np.maximum(every, 1), np.nan)
    return {
        "paid_undisclosed_rel": Measure("link", disclosed.astype(np.float32)),
        "paid_offers": Measure("source", share.astype(np.float32)),
        "paid_author_box": Measure("link", ((links.words & AUTHOR) > 0).astype(np.float32)),
        "paid_topic_apart": Measure("page", _topic_apart(ground)),
    }


def _topic_apart(ground: Ground) -> Measures:
    """By how much a page's likeness to its site falls short of the site's median; NaN where it cannot be told."""
    unknown = np.full(len(ground.pages), np.nan, np.float32)
    vectors = page_vectors(ground)
    if vectors is None:
        return unknown
    told = np.flatnonzero(ground.pages.terms >= 0)
    site = ground.pages.site[told]
    many = np.bincount(site, minlength=len(ground.sites)) >= _FEWEST_PAGES
    told, site = told[many[site]], site[many[site]]
    if not len(told):
        return unknown
    alike = vectors.cosines_between(ground.pages.terms[told], site_vectors(ground, vectors), site)
    order = np.lexsort([alike, site])
    begin = np.flatnonzero(np.diff(site[order], prepend=-1))
    count = np.diff(np.append(begin, len(order)))
    median = np.zeros(len(ground.sites), np.float32)
    median[site[order[begin]]] = alike[order[begin + count // 2]]
    unknown[told] = np.clip(1 - alike / np.maximum(median[site], 1e-6), 0, 1)
    return unknown
