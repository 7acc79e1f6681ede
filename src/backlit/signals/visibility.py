"""Visibility: links that readers are not meant to see, and pages that a site's owner does not know of.

Hidden links are seen in the page itself (``backlit.extract.visibility``). A hacked site shows otherwise: links for a
trade on a page of an institution, pages in folders where no pages belong, pages in one small folder that speak
of other things, or in another language, than the rest of the site.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from backlit.records import KINDS
from backlit.settings import Settings
from backlit.signals.ground import INSTITUTION, Flags, Ground, Measures
from backlit.signals.hostnames import name_traits
from backlit.signals.naming import EXACT, PARTIAL, classes_of
from backlit.signals.signal import Measure, Signal
from backlit.signals.subjects import folders_of, unlike_rest
from backlit.signals.tallies import UNKNOWN, flags

_FAMILY = "visibility"

SIGNALS: tuple[Signal, ...] = (
    Signal(
        "hidden", _FAMILY, 1, "link", "hidden", "Readers of the page cannot see the link.",
        0, 1, "linear", "flag", ("hidden",),
    ),
    Signal(
        "one_character", _FAMILY, 1, "link", "hidden", "The link's text is one small character.",
        0, 1, "linear", "flag", ("anchor",),
    ),
    Signal(
        "empty_link", _FAMILY, 1, "link", "hidden", "The link has neither text nor image.",
        0, 1, "linear", "flag", ("anchor",),
    ),
    Signal(
        "trade_on_institution", _FAMILY, 1, "link", "hacked",
        "The link is for a trade, with commercial words, and stands on a page of an institution.",
        0, 1, "linear", "flag", ("anchor",),
    ),
    Signal(
        "page_in_system_folder", _FAMILY, 1, "page", "hacked",
        "The page lies in a folder for images, uploads or parts of the site's system, where no pages belong.",
        0, 1, "linear", "flag", (),
    ),
    Signal(
        "odd_folder", _FAMILY, 1, "page", "hacked",
        "The pages of this small folder have {value} of their words unlike the rest of the site (usual: {usual}).",
        0.7, 1, "linear", "share", ("text",),
    ),
    Signal(
        "foreign_page", _FAMILY, 1, "page", "hacked",
        "The page is in another language than the rest of its site.",
        0, 1, "linear", "flag", ("source_lang",),
    ),
)  # fmt: skip

#: Folders of files and of the insides of common systems; a page (no file of another kind) in one is out of place.
_SYSTEM = (
    r"(?i)^/(?:[^?]*/)?(?:wp-content|wp-includes|wp-admin|administrator|uploads?|cache|te?mp|images?|img|css|js|fonts|"
    r"modules|plugins|components|templates|includes|vendor|node_modules|cgi-bin|\.well-known)/"
    r"(?:[^?.]*|[^?]*\.(?:php\d?|html?|aspx?|jsp))(?:\?.*)?$"
)


def measure(ground: Ground, settings: Settings) -> dict[str, Measure]:
    """Flags of links and pages. Pages of too small a site, or without words that are known, are unknown."""
    rule, links, pages = settings.traits.visibility, ground.links, ground.pages
    plain = (links.kind == KINDS.index("anchor")) & (links.anchor >= 0)
    single, empty = _short(ground.texts)
    system = pc.match_substring_regex(ground.texts, _SYSTEM).to_numpy(zero_copy_only=False)
    values = {
        "hidden": flags(links.hidden),
        "one_character": _of_text(single, ground, plain),
        "empty_link": _of_text(empty, ground, plain),
        "trade_on_institution": _trade(ground, settings),
        "page_in_system_folder": system[pages.path].astype(np.float32)
        if len(system)
        else np.zeros(0, np.float32),
        "odd_folder": unlike_rest(ground, folders_of(ground), rule),
        "foreign_page": _foreign(ground, rule.folder_pages),
    }
    return {signal.id: Measure(signal.level, values[signal.id]) for signal in SIGNALS}


def _short(texts: pa.Array) -> tuple[Flags, Flags]:
    """Which texts are one character of a script that does not write words in one, and which are blank."""
    trimmed = pc.utf8_trim_whitespace(texts)
    length = pc.utf8_length(trimmed).to_numpy(zero_copy_only=False)
    word = pc.match_substring_regex(trimmed, r"^[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]$")
    return (length == 1) & ~word.to_numpy(zero_copy_only=False), length == 0


def _of_text(flag: Flags, ground: Ground, plain: Flags) -> Measures:
    """A flag of texts as one of links; unknown where the text is."""
    anchor = ground.links.anchor
    told = flag[anchor] if len(flag) else np.zeros(len(anchor), np.bool_)
    return np.where(anchor < 0, UNKNOWN, told & plain).astype(np.float32)


def _trade(ground: Ground, settings: Settings) -> Measures:
    """Links of institutions with commercial words, or to a site with a word of a trade in its name."""
    links, sites = ground.links, ground.sites
    found = np.zeros(len(links), np.float32)
    rows = np.flatnonzero(sites.flags[links.source] & INSTITUTION)
    if len(rows):
        target = links.target[rows]
        wanted, place = np.unique(target, return_inverse=True)
        trade = name_traits(sites.name.take(pa.array(wanted))).trade[place.reshape(-1)] > 0
        outside = sites.flags[target] & INSTITUTION == 0
        classes = classes_of(ground, target, links.anchor[rows], settings.traits.organisation.titles)
        found[rows] = outside & ((classes == EXACT) | (trade & (classes == PARTIAL)))
    return found


def _foreign(ground: Ground, least: int) -> Measures:
    """Pages whose language is not that of most of their site's pages; unknown in sites of few."""
    pages, sites = ground.pages, ground.sites
    told = pages.language >= 0
    spoken = np.bincount(pages.site[told], minlength=len(sites))
    other = pages.language != sites.language[pages.site]
    return np.where(told & (spoken[pages.site] >= least), other, UNKNOWN).astype(np.float32)
