"""Visibility: links that readers are not meant to see, and pages that a site's owner does not know of.

Hidden links are seen in the page itself (``backlit.extract.visibility``). Most hidden links of the real web are honest:
folded menus, tabs, sharing tools. So only those that stand outside menus and headers, lead to no platform and have
a keyword for their text count by themselves. A hacked site shows otherwise: links for a
trade on a page of an institution, pages in folders where no pages belong, pages in one small folder that speak
of other things, or in another language, than the rest of the site.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from backlit.records import KINDS, PLACEMENTS
from backlit.settings import Settings
from backlit.signals.anchors import anchor_classes
from backlit.signals.ground import INSTITUTION, PLATFORM, TRUSTED, Flags, Ground, Measures
from backlit.signals.hostnames import name_traits
from backlit.signals.naming import EXACT, OTHER, PARTIAL, classes_of
from backlit.signals.signal import Measure, Signal
from backlit.signals.subjects import folders_of, unlike_rest
from backlit.signals.tallies import UNKNOWN, flags

_FAMILY = "visibility"
_KEYWORDS = (EXACT, PARTIAL, OTHER)

SIGNALS: tuple[Signal, ...] = (
    Signal(
        "hidden", _FAMILY, 1, "link", "hidden",
        "Readers of the page cannot see the link, which is no part of a menu and calls its target by a keyword.",
        0, 1, "linear", "flag", ("hidden",),
    ),
    Signal(
        "hidden_somehow", _FAMILY, 1, "link", "hidden",
        "Readers of the page do not see the link at first: folded menus and sharing tools are hidden too.",
        0, 1, "linear", "flag", ("hidden",), True,
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
        "trade_on_trusted_site", _FAMILY, 1, "link", "L1",
        "The link is for a trade, with commercial words, and stands on a trusted site.",
        0, 1, "linear", "flag", ("anchor", "trusted"),
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
    flagged = ground.sites.flags
    values = {
        "hidden": _hidden(ground),
        "hidden_somehow": flags(links.hidden),
        "one_character": _of_text(single, ground, plain),
        "empty_link": _of_text(empty, ground, plain),
        "trade_on_institution": _trade(ground, flagged & INSTITUTION > 0, settings),
        "trade_on_trusted_site": _trade(ground, flagged & (INSTITUTION | TRUSTED) == TRUSTED, settings),
        "page_in_system_folder": system[pages.path].astype(np.float32)
        if len(system)
        else np.zeros(0, np.float32),
        "odd_folder": unlike_rest(ground, folders_of(ground), rule),
        "foreign_page": _foreign(ground, rule.folder_pages),
    }
    return {signal.id: Measure(signal.level, values[signal.id]) for signal in SIGNALS}


def _hidden(ground: Ground) -> Measures:
    """Hidden links with a keyword, outside menus and headers, to no platform; unknown where visibility is."""
    links = ground.links
    folded = np.isin(links.placement, [PLACEMENTS.index("nav"), PLACEMENTS.index("header")])
    platform = (ground.sites.flags[links.target] & PLATFORM) != 0
    named = np.isin(anchor_classes(ground), _KEYWORDS)
    found = (links.hidden == 1) & ~folded & ~platform & named
    return np.where(links.hidden < 0, UNKNOWN, found).astype(np.float32)


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


def _trade(ground: Ground, of: Flags, settings: Settings) -> Measures:
    """Links of these sites to others with commercial words, or to a site with a word of a trade in its name."""
    links, sites = ground.links, ground.sites
    found = np.zeros(len(links), np.float32)
    rows = np.flatnonzero(of[links.source])
    if len(rows):
        target = links.target[rows]
        wanted, place = np.unique(target, return_inverse=True)
        trade = name_traits(sites.name.take(pa.array(wanted))).trade[place.reshape(-1)] > 0
        outside = ~of[target]
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
