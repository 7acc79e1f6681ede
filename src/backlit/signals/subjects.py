"""Subjects of pages within one site: folders whose pages use other words than the rest."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc

from backlit.settings.traits import Visibility
from backlit.signals.ground import Ground, Longs, Measures
from backlit.signals.tallies import UNKNOWN


def folders_of(ground: Ground) -> Longs:
    """A number for the folder of each page: its site with its path up to the last slash but query and file."""
    pages = ground.pages
    if not len(pages):
        return np.zeros(0, np.int64)
    folder = pc.replace_substring_regex(
        ground.texts, r"^(/(?:[^?/]*/)*)[^/]*(?:\?.*)?$", r"\1"
    ).dictionary_encode()
    codes = folder.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    key = pages.site.astype(np.int64) * (len(folder.dictionary) + 1) + codes[pages.path]
    return np.unique(key, return_inverse=True)[1].reshape(-1).astype(np.int64)


def unlike_rest(ground: Ground, folder: Longs, rule: Visibility) -> Measures:
    """One minus the cosine between the words of each page's folder and those of the rest of its site.

    Words (``Ground.term_hash``) count by how many pages have them. Unknown where the folder holds more than
    ``folder_share`` of the site's pages with words, where these are fewer than ``folder_pages``, or the folder's
    different words fewer than ``least_words``.
    """
    pages = ground.pages
    out = np.full(len(pages), UNKNOWN, np.float32)
    rows = np.flatnonzero(pages.terms >= 0)
    if not len(rows):
        return out
    lengths = np.diff(ground.term_begin)[pages.terms[rows]]
    starts = ground.term_begin[pages.terms[rows]]
    at = np.repeat(starts - np.append(0, np.cumsum(lengths)[:-1]), lengths) + np.arange(int(lengths.sum()))
    term = np.unique(ground.term_hash[at], return_inverse=True)[1].reshape(-1).astype(np.int64)
    size = int(term.max()) + 1
    of_folder = np.repeat(folder[rows], lengths)
    of_site = np.repeat(pages.site[rows].astype(np.int64), lengths)
    key, count = np.unique(of_folder * size + term, return_counts=True)
    whole_key, whole = np.unique(of_site * size + term, return_counts=True)
    group, word = key // size, key % size
    site = np.zeros(int(folder.max()) + 1, np.int64)
    site[folder] = pages.site
    rest = whole[np.searchsorted(whole_key, site[group] * size + word)] - count
    groups, sites = len(site), len(ground.sites)
    dot = np.bincount(group, count * rest, minlength=groups)
    mine = np.bincount(group, count.astype(np.float64) ** 2, minlength=groups)
    # |rest|^2 = |site|^2 - 2 site.folder + |folder|^2, and site.folder = rest.folder + |folder|^2
    all_squared = np.bincount(whole_key // size, whole.astype(np.float64) ** 2, minlength=sites)[site]
    others = all_squared - 2 * dot - mine
    with np.errstate(invalid="ignore", divide="ignore"):
        unlike = 1 - dot / np.sqrt(mine * others)
    held = np.bincount(folder[rows], minlength=groups)
    of_all = np.bincount(pages.site[rows], minlength=sites)[site]
    words = np.bincount(group, minlength=groups)
    fits = (held <= rule.folder_share * of_all) & (of_all >= rule.folder_pages) & (words >= rule.least_words)
    fits &= (mine > 0) & (others > 0)
    out[rows] = np.where(fits, unlike, UNKNOWN)[folder[rows]]
    return out
