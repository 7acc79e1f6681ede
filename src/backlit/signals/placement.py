"""Placement: on how much of a site a link stands, in which part of its pages, and how far down.

Honest links stand in footers and on every page too (who made the site, who owns it), so none of this convicts: the
values are factors of others.
"""

from __future__ import annotations

import numpy as np

from backlit.records import PLACEMENTS
from backlit.settings import Settings
from backlit.signals.ground import CREDIT, Ground, Measures
from backlit.signals.signal import Measure, Signal
from backlit.signals.tallies import TEMPLATE, UNKNOWN, ratio

_FAMILY = "placement"

SIGNALS: tuple[Signal, ...] = (
    Signal(
        "sitewide", _FAMILY, 1, "pair", "L9",
        "{value} of the linking site's known pages link to the target (usual: {usual}).",
        0.2, 0.9, "linear", "share", (), True,
    ),
    Signal(
        "linking_pages", _FAMILY, 1, "pair", "L9",
        "{value} pages of the linking site link to the target (usual: {usual}).",
        3, 100, "log", "count", (), True,
    ),
    Signal(
        "only_in_template", _FAMILY, 1, "pair", "L9",
        "{value} of the site's links to the target stand in menus, headers, footers or sidebars (usual: {usual}).",
        0.5, 1, "linear", "share", ("placement",), True,
    ),
    Signal(
        "in_footer", _FAMILY, 1, "link", "L9", "The link stands in the footer.",
        0, 1, "linear", "flag", ("placement",), True,
    ),
    Signal(
        "in_sidebar", _FAMILY, 1, "link", "L8", "The link stands in a sidebar.",
        0, 1, "linear", "flag", ("placement",), True,
    ),
    Signal(
        "in_menu", _FAMILY, 1, "link", "L9", "The link stands in the menu or header.",
        0, 1, "linear", "flag", ("placement",), True,
    ),
    Signal(
        "in_comment", _FAMILY, 1, "link", "L10", "The link stands in a visitor's comment or post.",
        0, 1, "linear", "flag", ("placement",), True,
    ),
    Signal(
        "in_list", _FAMILY, 1, "link", "L7", "The link is an item of a list of links.",
        0, 1, "linear", "flag", ("placement",), True,
    ),
    Signal(
        "maker_credit", _FAMILY, -1, "link", None,
        "The words beside the link name its target as the maker of the site, in a part that all pages share.",
        0, 1, "linear", "flag", ("text_before", "placement"),
    ),
    Signal(
        "far_down", _FAMILY, 1, "link", None, "{value} of the page's links come before it (usual: {usual}).",
        0.7, 1, "linear", "share", ("position", "source_external_links", "source_internal_links"), True,
    ),
)  # fmt: skip

_PARTS = {
    "in_footer": ("footer",),
    "in_sidebar": ("sidebar",),
    "in_menu": ("nav", "header"),
    "in_comment": ("comment",),
    "in_list": ("list",),
}


def measure(ground: Ground, settings: Settings) -> dict[str, Measure]:
    """Shares of pairs and places of links. A share of pages is unknown where fewer than ``least_pages`` are known."""
    rule, links, pairs = settings.traits.placement, ground.links, ground.pairs
    count = len(pairs)
    # Links lie by pair: distinct pages of a pair.
    pages = max(len(ground.pages), 1)
    distinct = np.unique(links.pair.astype(np.int64) * pages + links.page)
    carrying = np.bincount(distinct // pages, minlength=count)
    told = np.bincount(links.pair[links.placement >= 0], minlength=count)
    framed = np.bincount(links.pair[np.isin(links.placement, TEMPLATE)], minlength=count)
    values: dict[str, Measures] = {
        "sitewide": ratio(carrying, ground.sites.pages[pairs.source], rule.least_pages),
        "linking_pages": carrying.astype(np.float32),
        "only_in_template": ratio(framed, told),
        "maker_credit": _credit(ground, rule.most_makers),
        "far_down": _depth(ground, rule.least_links),
    }
    for name, parts in _PARTS.items():
        inside = np.isin(links.placement, [PLACEMENTS.index(part) for part in parts])
        values[name] = np.where(links.placement < 0, UNKNOWN, inside).astype(np.float32)
    return {signal.id: Measure(signal.level, values[signal.id]) for signal in SIGNALS}


def _credit(ground: Ground, most: int) -> Measures:
    """1 for credits of makers in the frame of a page, of sites that give them to few."""
    links = ground.links
    said = ((links.words & CREDIT) != 0) & np.isin(links.placement, TEMPLATE)
    size = max(len(ground.sites), 1)
    credits = np.unique(links.source[said].astype(np.int64) * size + links.target[said])
    given = np.bincount(credits // size, minlength=size)
    found: Measures = (said & (given[links.source] <= most)).astype(np.float32)
    return found


def _depth(ground: Ground, least: int) -> Measures:
    """The share of a page's other links that come before each link."""
    links, pages = ground.links, ground.pages
    counted = np.where(
        (pages.external_links >= 0) & (pages.internal_links >= 0),
        pages.external_links + pages.internal_links,
        0,
    )
    # A count that a link stands beyond is no count of all of them.
    np.maximum.at(counted, links.page, links.position + 1)
    whole = counted[links.page]
    known = (links.position >= 0) & (whole >= least)
    return np.where(known, links.position / np.maximum(whole - 1, 1), UNKNOWN).astype(np.float32)
