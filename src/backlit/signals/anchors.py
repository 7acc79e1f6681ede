"""Anchors: what the link texts of a target are, and how many owners use the same one.

The class of a text (``backlit.text.anchors``) is told against the target's own names and titles: title first, then
brand, so that a headline many quote and a name that is a keyword accuse nobody. Each owner
(``backlit.signals.organisation``) counts a text once.

``repetition(a) = share of the target's owners that use a · ln(1 + their number)``, only of texts of at most five
words that are a keyword or nothing known (never a name, a title, an address or "read more").
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from backlit.records import KINDS
from backlit.settings import Settings
from backlit.signals.ground import Ground, Ints, Small
from backlit.signals.organisation import organisations
from backlit.signals.signal import Measure, Signal
from backlit.text.anchors import CLASSES, LONGEST_KEYWORD, AnchorContext, classify
from backlit.text.tokens import words

_IMAGE = KINDS.index("image")
_MOST_TITLES = 500
_MOST_HOSTS = 50
_TITLE, _BRAND, _ADDRESS, _GENERIC, _IMAGE_CLASS, _PARTIAL, _EXACT, _OTHER, _EMPTY = (
    CLASSES.index(name)
    for name in (
        *("title", "brand", "bare address", "generic", "image"),
        *("partial keyword", "exact commercial", "other", "empty"),
    )
)

_KEPT: WeakKeyDictionary[Ground, Classed] = WeakKeyDictionary()

SIGNALS = (
    Signal(
        "anchor_repeated", "anchors", 1, "link", "L6",
        "The text “{text}” comes back among the owners of sites that link here (their share × ln(1 + their number) is "
        "{value}; usual {usual}).",
        0.05, 2.5, "log", "score", ("anchor",),
    ),
    Signal(
        "anchor_commercial", "anchors", 1, "link", "L6",
        "The text “{text}” names an offer or a trade that buys links.",
        0, 1, "linear", "flag", ("anchor",),
    ),
    Signal(
        "anchor_off_trade", "anchors", 1, "link", "L6",
        "The text “{text}” names an offer that the target's own titles never mention.",
        0, 1, "linear", "flag", ("anchor", "target titles"),
    ),
    Signal(
        "anchor_keyword", "anchors", 1, "link", "L6",
        "The text “{text}” is a keyword: neither the target's name nor a title of it.",
        0, 1, "linear", "flag", ("anchor",), only_factor=True,
    ),
    Signal(
        "anchor_compound", "anchors", 1, "link", "L6",
        "The text “{text}” is the target's name beside an offer.",
        0, 1, "linear", "flag", ("anchor",), only_factor=True,
    ),
    Signal(
        "anchor_same_throughout", "anchors", 1, "pair", "L6",
        "One keyword is the text of {value} of this site's links to the target.",
        0.5, 1, "linear", "share", ("anchor",), only_factor=True,
    ),
    Signal(
        "anchor_natural", "anchors", -1, "link", None,
        "The text is the target's name, its address or the title of a page of it.",
        0, 1, "linear", "flag", ("anchor",),
    ),
    Signal(
        "anchor_generic", "anchors", -1, "link", None,
        "The text says nothing of where it leads, or is an image.",
        0, 1, "linear", "flag", ("anchor",),
    ),
)  # fmt: skip


class Classed(NamedTuple):
    """Of each link: the class of its text (place in ``CLASSES``; -1 unknown), whether the target's own titles speak
    of its offer, and whether it is the target's name beside an offer (a compound)."""

    of: Small
    in_trade: npt.NDArray[np.bool_]
    compound: npt.NDArray[np.bool_]


def classed(ground: Ground) -> Classed:
    """The classes of all links; kept as long as the ground lives."""
    found = _KEPT.get(ground)
    if found is None:
        found = _KEPT[ground] = _classed(ground)
    return found


def _classed(ground: Ground) -> Classed:
    links = ground.links
    image = links.kind == _IMAGE
    key = (links.target.astype(np.int64) << 33) | ((links.anchor.astype(np.int64) + 1) << 1) | image
    distinct, inverse = np.unique(key, return_inverse=True)
    target, text = distinct >> 33, ((distinct >> 1) & 0xFFFFFFFF) - 1
    class_of = np.full(len(distinct), -1, np.int8)
    in_trade, compound = np.zeros(len(distinct), np.bool_), np.zeros(len(distinct), np.bool_)
    bounds = np.flatnonzero(np.diff(target, prepend=-1))
    titles, front, hosts = _titles(ground), _titles(ground, front=True), _hosts(ground)
    all_texts = ground.texts
    for begin, end in pairwise([*bounds.tolist(), len(distinct)]):
        site = int(target[begin])
        own = titles.get(site, [])
        context = AnchorContext.of(
            ground.sites.name[site].as_py(), hosts.get(site, []), own, front.get(site, [])
        )
        spoken = {word for title in own for word in words(title)}
        for row in range(begin, end):
            value = None if text[row] < 0 else all_texts[int(text[row])].as_py()
            found = classify(value, bool(distinct[row] & 1), context)
            if found is None:
                continue
            class_of[row] = CLASSES.index(found.name)
            compound[row] = found.rule.startswith("the name beside")
            if class_of[row] in (_EXACT, _PARTIAL) and value:
                in_trade[row] = any(word in spoken for word in words(value))
    return Classed(class_of[inverse], in_trade[inverse], compound[inverse])


def anchor_classes(ground: Ground) -> Small:
    """The class of each link's text, as its place in ``text.anchors.CLASSES``; -1 unknown. A compound counts as a name:
    what many call a site by its name and trade is no keyword that was agreed upon."""
    found = classed(ground)
    return np.where(found.compound, np.int8(_BRAND), found.of)


def commercial(classes: Small) -> npt.NDArray[np.float32]:
    """1 for an exact commercial text, 0.5 for a partial keyword, 0 for others, NaN unknown."""
    worth = np.zeros(len(CLASSES) + 1, np.float32)
    worth[_EXACT], worth[_PARTIAL], worth[-1] = 1, 0.5, np.nan
    return worth[classes]


def natural(classes: Small) -> npt.NDArray[np.bool_]:
    """Texts that are a name, an address or a title of the target."""
    return np.isin(classes, (_BRAND, _ADDRESS, _TITLE))


def keyword_like(ground: Ground, classes: Small) -> npt.NDArray[np.bool_]:
    """Texts that may be keywords: of at most five words, and no name, title, address or empty phrase."""
    short = np.zeros(len(ground.texts) + 1, np.bool_)
    used = np.unique(ground.links.anchor[np.isin(classes, (_PARTIAL, _EXACT, _OTHER))])
    for number in used.tolist():
        if number >= 0:
            short[number] = 0 < len(words(ground.texts[number].as_py()[:200])) <= LONGEST_KEYWORD
    return np.isin(classes, (_PARTIAL, _EXACT, _OTHER)) & short[ground.links.anchor]


class Uses:
    """How many owners use each keyword-like text of a target, and how many link to the target."""

    def __init__(self, ground: Ground, keyword: npt.NDArray[np.bool_], owner: Ints) -> None:
        links = ground.links
        of = owner[links.source].astype(np.int64)
        target = links.target.astype(np.int64)
        both = np.unique((target << 32) | of)
        self.owners_of_target = np.bincount(both >> 32, minlength=len(ground.sites))
        text = (target << 32) | (links.anchor.astype(np.int64) + 1)
        self.texts, inverse = np.unique(text, return_inverse=True)
        pairs = np.unique((inverse.astype(np.int64) << 32) | of)
        counts = np.bincount(pairs >> 32, minlength=len(self.texts))
        self.users = np.where(keyword, counts[inverse], 0)
        self.share = self.users / np.maximum(self.owners_of_target[links.target], 1)


def measure(ground: Ground, settings: Settings) -> dict[str, Measure]:
    """The values of ``SIGNALS``."""
    links = ground.links
    found = classed(ground)
    classes, in_trade = anchor_classes(ground), found.in_trade
    keyword = keyword_like(ground, classes)
    known = classes >= 0
    uses = Uses(ground, keyword, organisations(ground))
    nan = np.float32(np.nan)
    # One owner alone repeats nothing: the share of a target with one linker is always 1.
    repeated = np.where(uses.users >= 2, uses.share * np.log1p(uses.users), 0)
    money = commercial(found.of)
    titled = np.zeros(len(ground.sites), np.bool_)
    titled[list(_titles(ground))] = True
    off = np.where(titled[links.target], money * ~in_trade, nan)
    return {
        "anchor_repeated": Measure("link", np.where(known, repeated, nan).astype(np.float32)),
        "anchor_commercial": Measure("link", money),
        "anchor_off_trade": Measure("link", off.astype(np.float32)),
        "anchor_keyword": Measure("link", np.where(known, keyword, nan).astype(np.float32)),
        "anchor_same_throughout": Measure("pair", _same_throughout(ground, keyword)),
        "anchor_natural": Measure("link", np.where(known, natural(found.of), nan).astype(np.float32)),
        "anchor_compound": Measure("link", np.where(known, found.compound, nan).astype(np.float32)),
        "anchor_generic": Measure(
            "link",
            np.where(known, np.isin(classes, (_GENERIC, _IMAGE_CLASS, _EMPTY)), nan).astype(np.float32),
        ),
    }


def _same_throughout(ground: Ground, keyword: npt.NDArray[np.bool_]) -> npt.NDArray[np.float32]:
    """Of each pair, the share of its links that have its commonest keyword; 0 of pairs with fewer than three."""
    links, pairs = ground.links, len(ground.pairs)
    chosen = np.flatnonzero(keyword)
    key = (links.pair[chosen].astype(np.int64) << 32) | links.anchor[chosen]
    distinct, counts = np.unique(key, return_counts=True)
    most = np.zeros(pairs, np.int64)
    np.maximum.at(most, distinct >> 32, counts)
    every = (ground.pairs.end - ground.pairs.begin).astype(np.int64)
    return np.where(every >= 3, most / np.maximum(every, 1), 0).astype(np.float32)


def _titles(ground: Ground, *, front: bool = False) -> dict[int, list[str]]:
    """Titles of the known pages (or front pages) of each site that is linked to, at most 500, in order."""
    pages = ground.pages
    wanted = np.zeros(len(ground.sites), np.bool_)
    wanted[ground.links.target] = True
    fine = (pages.title >= 0) & pages.known & wanted[pages.site]
    fine &= (pages.status < 0) | ((pages.status >= 200) & (pages.status < 300))
    if front:
        fine &= pages.path == pc.index(ground.texts, "/").as_py()
    rows = np.unique((pages.site[fine].astype(np.int64) << 32) | pages.title[fine])
    found: dict[int, list[str]] = {}
    for site, title in zip((rows >> 32).tolist(), (rows & 0xFFFFFFFF).tolist(), strict=True):
        own = found.setdefault(site, [])
        if len(own) < _MOST_TITLES and (text := ground.texts[title].as_py()):
            own.append(text)
    return {site: sorted(own) for site, own in found.items() if own}


def _hosts(ground: Ground) -> dict[int, list[str]]:
    """Hosts below each site that links lead to, at most 50: a project's host bears its name."""
    if not len(ground.links):
        return {}
    name = pc.extract_regex(ground.addresses, r"^https?://(?:www\.)?(?P<host>[^/:?#]+)")
    host = pc.struct_field(name, "host").fill_null("").dictionary_encode()
    number = host.indices.to_numpy()
    rows = np.unique((ground.links.target.astype(np.int64) << 32) | number[ground.links.to])
    found: dict[int, list[str]] = {}
    for site, which in zip((rows >> 32).tolist(), (rows & 0xFFFFFFFF).tolist(), strict=True):
        own = found.setdefault(site, [])
        if len(own) < _MOST_HOSTS:
            own.append(host.dictionary[which].as_py())
    return found
