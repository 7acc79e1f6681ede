"""Near copies: the same text, title or path on the pages of organisations that have nothing to do with each other.

*Text*: MinHash of 64 values in 16 bands of 4 (a pair of pages with half of their word triples in common meets in a
band with a chance of 64 %, in a group of ten nearly always); pages that agree in half of the values are united, and
united pages are a group. *Title, path*: equal texts, where more organisations link to the target with it than its
commonness explains (the surprise of ``groups.surprise`` is above 0).

A link by the target's name, address or title is passed on with a text by mirrors, translations and papers: copies of
links count by other anchors alone.

A group is a *news story*, and no evidence, when most of its pages were first seen within a few days and part of its
organisations is trusted, or when most of them are trusted. A title that the target itself bears is quoted, not copied.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from backlit.settings import Settings
from backlit.signals.anchors import anchor_classes
from backlit.signals.ground import INSTITUTION, TRUSTED, Flags, Ground, Ints, Longs, Measures, Small
from backlit.signals.groups import distinct, surprise
from backlit.signals.organisation import organisations
from backlit.signals.signal import Measure, Signal
from backlit.signals.tallies import ratio
from backlit.text.anchors import CLASSES

Array = npt.NDArray[Any]
_BANDS = 16
_NAMES = tuple(CLASSES.index(name) for name in ("brand", "bare address", "title"))

SIGNALS: tuple[Signal, ...] = (
    Signal(
        "copied_text", "duplicates", 1, "page", "L3",
        "Nearly the same text stands on pages of {value} other organisations (usual: {usual}).",
        0, 10, "log", "count", ("text_digest",), True,
    ),
    Signal(
        "copied_for_target", "duplicates", 1, "link", "L3",
        "Pages of {value} other organisations with nearly the same text link to the same site (usual: {usual}).",
        0, 8, "log", "count", ("text_digest",),
    ),
    Signal(
        "copied_by_known", "duplicates", -1, "link", None,
        "Of the other organisations whose copies of the text link to the same site, {value} have linkers of their own "
        "(usual: {usual}).",
        0.3, 0.95, "linear", "share", ("text_digest",),
    ),
    Signal(
        "copied_title", "duplicates", 1, "link", "L11",
        "Pages of {value} other organisations with the same title link to the same site (usual: {usual}).",
        1, 10, "log", "count", ("title",),
    ),
    Signal(
        "copied_path", "duplicates", 1, "link", "L3",
        "Pages with the same path on {value} other domains link to the same site (usual: {usual}).",
        1, 10, "log", "count", ("source_url",),
    ),
)  # fmt: skip


def text_groups(ground: Ground, settings: Settings) -> Ints:
    """The group of each page: its lowest row of ``Ground.digests``; -1 where the text is unknown or short."""
    from backlit.signals.loops.copies import join_band, roots

    rule, pages = settings.relations.duplicates, ground.pages
    digests = np.ascontiguousarray(ground.digests)
    parent = np.arange(len(digests))
    long_enough = (pages.words < 0) | (pages.words >= rule.least_words)
    usable = (pages.digest >= 0) & long_enough & ~(pages.status >= 400)
    rows = np.unique(pages.digest[usable])
    least = int(np.ceil(rule.similarity * digests.shape[1])) if len(digests) else 0
    bands = digests.view(np.uint64) if len(digests) else np.zeros((0, _BANDS), np.uint64)
    for number in range(bands.shape[1]):
        band = np.ascontiguousarray(bands[:, number])
        join_band(digests, rows[np.argsort(band[rows], kind="stable")], band, least, rule.compared, parent)
    roots(parent)
    out = np.full(len(pages), -1, np.int32)
    out[usable] = parent[pages.digest[usable]]
    return out


def vouched_owners(ground: Ground, owner: Ints, settings: Settings) -> Flags:
    """Organisations with a site that is trusted, an institution, or of excellent authority."""
    sites = ground.sites
    good = (sites.flags & (TRUSTED | INSTITUTION)) != 0
    good |= sites.authority >= settings.bands.excellent
    out = np.zeros(int(owner.max(initial=-1)) + 1, np.bool_)
    out[owner[good]] = True
    return out


def others_in_groups(
    group: Array, owner: Array, day: Array, vouched: Flags, settings: Settings
) -> npt.NDArray[np.int64]:
    """For each row the other organisations in its group; 0 where the group is a news story. Groups number from 0."""
    rule = settings.relations.duplicates
    groups = int(group.max(initial=-1)) + 1
    of_group, who = distinct(group, owner)
    size = np.bincount(of_group, minlength=groups)
    trusted = np.bincount(of_group, vouched[who], minlength=groups) / np.maximum(size, 1)
    known = day >= 0
    late = np.iinfo(np.int32).max
    first = np.full(groups, late, np.int64)
    np.minimum.at(first, group[known], day[known])
    soon = known & (day <= first[group] + rule.story_days)
    dated = np.bincount(group[known], minlength=groups)
    together = np.bincount(group[soon], minlength=groups) >= rule.story_share * np.maximum(dated, 1)
    story = (trusted >= rule.trusted_share) | (together & (trusted >= rule.story_trusted))
    return np.where(story, 0, size - 1)[group]


def measure(ground: Ground, settings: Settings) -> dict[str, Measure]:
    """Other organisations, by page and by link; NaN where the text, title or path is unknown or says nothing."""
    return measures(ground, organisations(ground, settings), anchor_classes(ground), settings)


def measures(ground: Ground, owner: Ints, classes: Small, settings: Settings) -> dict[str, Measure]:
    """``measure``, with the owners of sites and the classes of anchors given."""
    rule, links, pages = settings.relations.duplicates, ground.links, ground.pages
    vouched = vouched_owners(ground, owner, settings)
    day = _page_days(ground)
    groups = text_groups(ground, settings)
    text = np.full(len(pages), np.nan, np.float32)
    rows = np.flatnonzero(groups >= 0)
    if len(rows):
        text[rows] = others_in_groups(groups[rows], owner[pages.site[rows]], day[rows], vouched, settings)
    source, target = owner[links.source], owner[links.target]
    apart = source != target
    same, known = np.full(len(links), np.nan, np.float32), np.full(len(links), np.nan, np.float32)
    rows = np.flatnonzero(apart & (groups[links.page] >= 0))
    if len(rows):
        _, group = np.unique(_joined(links.target[rows], groups[links.page[rows]]), return_inverse=True)
        same[rows] = others_in_groups(group, source[rows], day[links.page[rows]], vouched, settings)
        known[rows] = _known_others(group, source[rows], _known_owners(ground, owner, rule.known_linkers))
    title = np.where(_telling_titles(ground, rule.least_title_words)[pages.title], pages.title, -1)
    title = title[links.page] if len(pages) else title
    title[_quoted(ground, title)] = -1
    path = np.where(_long_texts(ground, rule.least_path_characters)[pages.path], pages.path, -1)
    path = path[links.page] if len(pages) else path
    named = np.isin(classes, _NAMES)
    of_links = {
        "copied_for_target": same,
        "copied_title": _repeated(ground, owner, title, day, vouched, settings),
        "copied_path": _repeated(ground, owner, path, day, vouched, settings),
    }
    out = {"copied_text": Measure("page", text), "copied_by_known": Measure("link", known)}
    for name, value in of_links.items():
        out[name] = Measure("link", np.where(named & ~np.isnan(value), np.float32(0), value))
    return out


def _known_owners(ground: Ground, owner: Ints, least: int) -> Flags:
    """Organisations that so many others link to."""
    pairs = ground.pairs
    apart = owner[pairs.source] != owner[pairs.target]
    linked_to, _ = distinct(owner[pairs.target[apart]], owner[pairs.source[apart]])
    found: Flags = np.bincount(linked_to, minlength=int(owner.max(initial=-1)) + 1) >= least
    return found


def _known_others(group: Array, owner: Array, known: Flags) -> Measures:
    """For each row the share of the other organisations in its group that are known; NaN where it is alone."""
    of_group, who = distinct(group, owner)
    size = np.bincount(of_group)
    count = np.bincount(of_group, weights=known[who])
    others = size[group] - 1
    return ratio(count[group] - known[owner], others)


def _repeated(
    ground: Ground, owner: Ints, text: Ints, day: Ints, vouched: Flags, settings: Settings
) -> Measures:
    """Other organisations that link to each link's target with its text, where these are more than chance brings."""
    rule, links = settings.relations.duplicates, ground.links
    source = owner[links.source]
    out = np.full(len(links), np.nan, np.float32)
    rows = np.flatnonzero((text >= 0) & (source != owner[links.target]))
    if not len(rows):
        return out
    bearers = np.bincount(distinct(text[rows], source[rows])[0])
    all_owners = len(np.unique(source[rows]))
    usable = bearers <= max(
        settings.relations.networks.common_share * all_owners, settings.relations.networks.common_least
    )
    here = np.bincount(distinct(links.target[rows], source[rows])[0])
    keys, group = np.unique(_joined(links.target[rows], text[rows]), return_inverse=True)
    size = np.bincount(distinct(group, source[rows])[0], minlength=len(keys))
    first = np.zeros(len(keys), np.int64)
    first[group] = np.arange(len(rows))
    of_text, of_target = text[rows][first], links.target[rows][first]
    of_all = max(all_owners, settings.relations.networks.least_sites)
    expected = (here[of_target] - 1) * bearers[of_text] / of_all
    evident = (size >= rule.least_organisations) & usable[of_text] & (surprise(size - 1, expected) > 0)
    others = others_in_groups(group, source[rows], day[links.page[rows]], vouched, settings)
    out[rows] = np.where(evident[group], others, 0)
    return out


def _page_days(ground: Ground) -> Ints:
    """The day each page, or else the first of its links, was first seen; -1 unknown."""
    links = ground.links
    late = np.iinfo(np.int32).max
    day = np.where(ground.pages.first_day >= 0, ground.pages.first_day, late).astype(np.int32)
    missing = day == late
    known = (links.first_day >= 0) & missing[links.page]
    np.minimum.at(day, links.page[known], links.first_day[known])
    return np.where(day == late, -1, day).astype(np.int32)


def _joined(one: Array, other: Array) -> Longs:
    return one.astype(np.int64) * (int(other.max(initial=0)) + 1) + other


def _telling_titles(ground: Ground, least_words: int) -> Flags:
    """Texts of some words (or, where a script sets no blanks, some length); one false more, for -1."""
    texts = ground.texts
    if not len(texts):
        return np.zeros(1, np.bool_)
    blanks = np.asarray(pc.count_substring(texts, " "))
    characters = np.asarray(pc.utf8_length(texts)).astype(np.int64)
    wide = np.asarray(pc.binary_length(texts)) >= 2.5 * characters
    telling = (blanks >= least_words - 1) | (wide & (characters >= 3 * least_words))
    return np.append(telling, False)


def _long_texts(ground: Ground, least: int) -> Flags:
    if not len(ground.texts):
        return np.zeros(1, np.bool_)
    return np.append(np.asarray(pc.utf8_length(ground.texts)) >= least, False)


def _quoted(ground: Ground, title: Ints) -> Flags:
    """Links whose page bears the title of a page of their target."""
    links, pages = ground.links, ground.pages
    most = len(ground.texts) + 1
    own = np.unique(pages.site.astype(np.int64)[pages.title >= 0] * most + pages.title[pages.title >= 0])
    return (title >= 0) & np.isin(links.target.astype(np.int64) * most + title, own)
