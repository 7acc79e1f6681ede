"""The classes of some anchors (``backlit.text.anchors``), for families that look at a few links only."""

from __future__ import annotations

import numpy as np

from backlit.signals.ground import Ground, Small
from backlit.signals.tallies import Array
from backlit.text.anchors import CLASSES, AnchorContext, classify

BRAND, ADDRESS, TITLE, EXACT = map(CLASSES.index, ("brand", "bare address", "title", "exact commercial"))
PARTIAL, OTHER = map(CLASSES.index, ("partial keyword", "other"))


def classes_of(ground: Ground, target: Array, anchor: Array, titles: int) -> Small:
    """The place in ``CLASSES`` of each anchor to its target site; -1 where the text is unknown.

    Each distinct anchor of a target is looked at once, against the name of the site and up to ``titles`` of its
    pages' titles.
    """
    size = len(ground.texts) + 1
    keys, row = np.unique(target.astype(np.int64) * size + anchor + 1, return_inverse=True)
    sites, pages = ground.sites, ground.pages
    begin = np.searchsorted(pages.site, np.arange(len(sites) + 1))
    found = np.full(len(keys), -1, np.int8)
    context, known = None, -1
    for at, key in enumerate(keys.tolist()):
        site, text = divmod(key, size)
        if site != known:
            known = site
            named = np.unique(pages.title[begin[site] : begin[site + 1]])
            chosen = named[named >= 0][:titles].tolist()
            words = [ground.texts[i].as_py() for i in chosen]
            context = AnchorContext.of(sites.name[site].as_py(), (), words)
        if text and context is not None:
            what = classify(ground.texts[text - 1].as_py(), False, context)
            found[at] = -1 if what is None else CLASSES.index(what.name)
    return found[row.reshape(-1)]
