"""Page: what the page that a link stands on is like: thin, full of links or ads, dead, parked, made for its link.

Each of these has honest owners: bibliographies are full of links, galleries are thin. What tells is a page *about the
link's words*: its title or its address is the anchor, and the anchor is neither the target's name nor a title of it.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from backlit.settings import Settings
from backlit.signals.ground import Ground, Ints, Measures
from backlit.signals.naming import EXACT, OTHER, PARTIAL, classes_of
from backlit.signals.signal import Measure, Signal
from backlit.signals.tallies import UNKNOWN, known, ratio

_FAMILY = "page"

SIGNALS: tuple[Signal, ...] = (
    Signal(
        "thin_page", _FAMILY, 1, "page", "L11", "The page has {value} words (usual: {usual}).",
        250, 20, "log", "count", ("source_words",),
    ),
    Signal(
        "many_external_links", _FAMILY, 1, "page", "L7", "The page has {value} links to other sites (usual: {usual}).",
        20, 300, "log", "count", ("source_external_links",), True,
    ),
    Signal(
        "link_density", _FAMILY, 1, "page", "L7",
        "The page has {value} links to other sites for each hundred words (usual: {usual}).",
        3, 40, "log", "score", ("source_external_links", "source_words"),
    ),
    Signal(
        "mostly_external", _FAMILY, 1, "page", "L7",
        "{value} of the page's links lead to other sites (usual: {usual}).",
        0.4, 0.95, "linear", "share", ("source_external_links", "source_internal_links"), True,
    ),
    Signal(
        "many_ads", _FAMILY, 1, "page", "L11", "The page has {value} places for advertisements (usual: {usual}).",
        2, 10, "linear", "count", ("source_ads",),
    ),
    Signal(
        "dead_page", _FAMILY, -1, "page", None, "The page was not there when it was last asked for (status {value}).",
        399, 400, "linear", "score", ("source_status",),
    ),
    Signal(
        "not_indexed", _FAMILY, -1, "page", None, "The page asks search engines to leave it out.",
        0, 1, "linear", "flag", ("noindex",),
    ),
    Signal(
        "parked_page", _FAMILY, 1, "page", "expired", "The page's title says that the domain is parked or for sale.",
        0, 1, "linear", "flag", ("source_title",),
    ),
    Signal(
        "generated_address", _FAMILY, 1, "page", "scaled",
        "The page's address is one that programs make: a short parameter with a long number, or random letters.",
        0, 1, "linear", "flag", (), True,
    ),
    Signal(
        "voucher_page", _FAMILY, 1, "page", "reputation", "The page's address or title offers discount codes.",
        0, 1, "linear", "flag", ("source_title",), True,
    ),
    Signal(
        "other_language", _FAMILY, 1, "link", None, "The page is in another language than the target's pages.",
        0, 1, "linear", "flag", ("source_lang",), True,
    ),
    Signal(
        "page_for_the_link", _FAMILY, 1, "link", "L11",
        "The page's title or address is the link's text, which is neither the target's name nor a title of it.",
        0, 1, "linear", "flag", ("anchor", "source_title"),
    ),
)  # fmt: skip

_PARKED = (
    r"(?i)domain (?:name )?(?:is |may be )?(?:for sale|parked|available)|buy this domain|parked (?:domain|page)|"
    r"domain (?:steht )?zum verkauf|domaine? (?:est )?à vendre|dominio (?:está )?en venta|dominio in vendita|"
    r"domein te koop|domena na sprzedaż|домен продается|this (?:website|site) is for sale|account suspended"
)
_VOUCHERS = (
    r"(?i)(?:^|[^\pL])(?:coupons?|vouchers?|(?:discount|promo|coupon|voucher)[ -]?codes?|discounts|deals|gutscheine?"
    r"|rabatt-?codes?|codes?[ -]promo|(?:codici|codice)[ -]sconto|cup(?:o|ó)n(?:es)?|kortingscodes?|kody[ -]rabatowe)"
    r"(?:[^\pL]|$)"
)
_GENERATED = (
    r"(?i)[?&][a-z]{1,2}=\d{5,}(?:&|$)|/[a-z]{1,3}\d{6,}(?:\.\w+)?/?$|[?&=/](?:[0-9a-f]{2}){8,}(?:\W|$)"
)


def measure(ground: Ground, settings: Settings) -> dict[str, Measure]:
    """The page's figures as they are known, and flags."""
    pages, links, sites = ground.pages, ground.links, ground.sites
    external, internal, words = pages.external_links, pages.internal_links, pages.words
    counted = (external >= 0) & (internal >= 0)
    spoken = sites.language[links.target]
    language = pages.language[links.page]
    values: dict[str, Measures] = {
        "thin_page": known(words),
        "many_external_links": known(external),
        "link_density": ratio(100 * np.maximum(external, 0), np.where(external < 0, -1, words)),
        "mostly_external": ratio(external, np.where(counted, external + internal, -1)),
        "many_ads": known(pages.ad_slots),
        "dead_page": known(pages.status),
        "not_indexed": known(pages.noindex),
        "parked_page": _matching(ground, pages.title, _PARKED),
        "generated_address": _matching(ground, pages.path, _GENERATED),
        "voucher_page": np.fmax(
            _matching(ground, pages.path, _VOUCHERS), _matching(ground, pages.title, _VOUCHERS)
        ),
        "other_language": np.where((spoken < 0) | (language < 0), UNKNOWN, spoken != language).astype(
            np.float32
        ),
        "page_for_the_link": _for_the_link(ground, settings),
    }
    return {signal.id: Measure(signal.level, values[signal.id]) for signal in SIGNALS}


def _matching(ground: Ground, text: Ints, pattern: str) -> Measures:
    """1 where a text of a page matches, 0 where not, unknown where there is none."""
    if not len(ground.texts):
        return np.full(len(text), UNKNOWN, np.float32)
    wanted, row = np.unique(text, return_inverse=True)
    found = pc.match_substring_regex(ground.texts.take(pa.array(np.maximum(wanted, 0))), pattern)
    flag = np.where(wanted < 0, UNKNOWN, found.to_numpy(zero_copy_only=False)).astype(np.float32)
    return flag[row.reshape(-1)]


def _for_the_link(ground: Ground, settings: Settings) -> Measures:
    """Links whose text, of two words or more, is the page's title or the last part of its path."""
    links, pages = ground.links, ground.pages
    found = np.where(links.anchor < 0, UNKNOWN, 0).astype(np.float32)
    if not len(links) or not len(ground.texts):
        return found
    titles = pc.replace_substring_regex(ground.texts, r"\s+[|–—·•»:-]\s+.*$", "")
    # The last part of a path without its ending, its query and numbers at its end.
    slugs = pc.replace_substring_regex(
        ground.texts, r"(?s)^/(?:[^?]*/)?([^/?]+?)[-_]?\d*(?:\.\w{1,5})?/?(?:\?.*)?$", r"\1"
    )
    forms = pa.chunked_array([_folded(ground.texts), _folded(titles), _folded(slugs)]).combine_chunks()
    number = forms.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    count = len(ground.texts)
    plain, title, slug = number[:count], number[count : 2 * count], number[2 * count :]
    phrase = pc.match_substring(_folded(ground.texts), " ").to_numpy(zero_copy_only=False)
    anchor = links.anchor
    page_title, path = pages.title[links.page], pages.path[links.page]
    same = (page_title >= 0) & ((title[page_title] == plain[anchor]) | (plain[page_title] == plain[anchor]))
    same |= slug[path] == plain[anchor]
    rows = np.flatnonzero((anchor >= 0) & phrase[anchor] & same)
    classes = classes_of(ground, links.target[rows], anchor[rows], settings.traits.organisation.titles)
    found[rows] = np.isin(classes, (EXACT, PARTIAL, OTHER))
    return found


def _folded(texts: pa.Array) -> pa.Array:
    """Lower case, words apart by one blank, nothing else."""
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(pc.utf8_lower(texts), r"[^\pL\pN]+", " "))
