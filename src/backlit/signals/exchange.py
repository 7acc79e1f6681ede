"""Exchanges: cycles of followed links beyond what degrees explain, and pages made of partners' links.

Sites of one organisation are one node, platforms are left out, and an edge is a followed link. With E edges, in- and
out-degrees i and o, and ``c = sum of i o / E``, a random graph of the same degrees has through the edge s -> t

    cycles of three   o(t) i(s) c / E        cycles of four   o(t) i(s) c² / E

on average; told is the surprise (``groups.surprise``) of those found. Rings are worth nothing in themselves, friends
and associations form them as well: they are factors only. A ring whose links all have commercial words is not made of
friends.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pyarrow.compute as pc

from backlit.settings import Settings
from backlit.signals.anchors import anchor_classes
from backlit.signals.ground import PLATFORM, Flags, Ground, Ints, Longs, Measures, Small
from backlit.signals.groups import first_of_linker, first_of_pair, linkers, rows_of, surprise
from backlit.signals.organisation import organisations
from backlit.signals.signal import Measure, Signal
from backlit.signals.tallies import any_of_pair
from backlit.text.anchors import CLASSES

_COMMERCIAL = (CLASSES.index("exact commercial"), CLASSES.index("partial keyword"))

SIGNALS: tuple[Signal, ...] = (
    Signal(
        "reciprocal", "exchange", 1, "pair", "L2",
        "The two sites link to each other.",
        0, 1, "linear", "flag", ("source_url", "target_url"), True,
    ),
    Signal(
        "cycles_of_three", "exchange", 1, "pair", "L2",
        "More sites than chance explains close a ring of three with these two "
        "({value} bits of surprise; usual: {usual}).",
        2, 30, "log", "bits", ("source_url", "target_url"), True,
    ),
    Signal(
        "cycles_of_four", "exchange", 1, "pair", "L2",
        "More rings of four sites than chance explains run through this link "
        "({value} bits of surprise; usual: {usual}).",
        2, 60, "log", "bits", ("source_url", "target_url"), True,
    ),
    Signal(
        "commercial_rings", "exchange", 1, "pair", "L2",
        "The link is part of {value} rings of two to four sites that link to one another with commercial words "
        "(usual: {usual}).",
        0, 6, "log", "count", ("anchor",),
    ),
    Signal(
        "partner_page", "exchange", 1, "page", "L2",
        "The page is one of partners or links, with {value} links to other sites (usual: {usual}).",
        15, 100, "log", "count", ("title", "source_external_links"),
    ),
    Signal(
        "returned_soon", "exchange", 1, "pair", "L2",
        "The links in both directions were first seen within days of each other.",
        0, 1, "linear", "flag", ("first_seen",), True,
    ),
)  # fmt: skip

#: Words that pages of partners are called by, in titles and paths; whole words, but for scripts without blanks.
PARTNER_WORDS = (
    "partners", "partner", "our-partners", "links", "link-exchange", "linkexchange", "link-partners", "linkpartners",
    "exchange", "friends", "blogroll", "partenaires", "liens", "amis", "echange", "enlaces", "socios", "colaboradores",
    "intercambio", "parceiros", "collegamenti", "scambio", "partnerzy", "linki", "linktausch", "freunde", "vrienden",
    "länkar", "lenker", "linkit", "odkazy", "partneri", "partnerek", "linkek", "linkuri", "parteneri", "bağlantılar",
    "ссылки", "партнеры", "партнёры", "друзья", "посилання", "партнери", "σύνδεσμοι",
)  # fmt: skip
PARTNER_RUNS = ("友情链接", "友情連結", "リンク集", "相互リンク", "링크", "合作伙伴", "روابط")


class Rings(NamedTuple):
    """Cycles through each pair of sites; -1 where nothing is said."""

    two: Longs
    three: Longs
    four: Longs
    expected_three: Measures
    expected_four: Measures


def rings(ground: Ground, owner: Ints, settings: Settings, among: Flags | None = None) -> Rings:
    """Cycles of organisations through each pair, and those that degrees explain.

    ``among`` says which pairs are edges; else those with a link that is not known to be unfollowed. A hidden one is
    returned as well: showing it must not turn it into an exchange.
    """
    from backlit.signals.loops.cycles import cycles

    rule, pairs, sites = settings.relations.exchange, ground.pairs, ground.sites
    source, target = owner[pairs.source], owner[pairs.target]
    platform = (sites.flags & PLATFORM) != 0
    usable = (source != target) & ~platform[pairs.source] & ~platform[pairs.target]
    rows = np.flatnonzero(usable & (_given(ground) if among is None else among))
    nodes = int(owner.max(initial=-1)) + 1
    edges, edge = np.unique(source[rows].astype(np.int64) * nodes + target[rows], return_inverse=True)
    of, to = edges // max(nodes, 1), edges % max(nodes, 1)
    out_begin = np.searchsorted(of, np.arange(nodes + 1)).astype(np.int64)
    into = rows_of(to, nodes)
    found = np.zeros((3, len(edges)), np.int64)
    cycles(out_begin, to, into.begin, of[into.order], rule.most_links, found[0], found[1], found[2])
    outs, ins = np.diff(out_begin), np.diff(into.begin)
    few = outs <= rule.most_links
    all_edges = max(int(outs[few].sum()), 1)
    through = float((ins[few] * outs[few]).sum()) / all_edges
    expected = outs[to] * ins[of] / all_edges
    expected_four = expected * through
    return Rings(
        *(_of_pairs(values, rows, edge, -1, len(pairs), np.int64) for values in found),
        *(
            _of_pairs(x * through, rows, edge, np.nan, len(pairs), np.float32)
            for x in (expected, expected_four)
        ),
    )


def _given(ground: Ground) -> Flags:
    return any_of_pair(ground.links.follow != 0, ground.pairs)


def _of_pairs(values: Any, rows: Any, edge: Any, unknown: float, size: int, kind: Any) -> Any:
    out = np.full(size, unknown, kind)
    out[rows] = values[edge]
    return out


def measure(ground: Ground, settings: Settings) -> dict[str, Measure]:
    """Flags and bits by pair, external links by page; NaN where nothing is known."""
    return measures(ground, organisations(ground, settings), anchor_classes(ground), settings)


def measures(ground: Ground, owner: Ints, classes: Small, settings: Settings) -> dict[str, Measure]:
    """``measure``, with the owners of sites and the classes of anchors given."""
    found = rings(ground, owner, settings)
    known = found.two >= 0
    three = np.where(known, surprise(found.three, found.expected_three), np.nan)
    four = np.where(known, surprise(found.four, found.expected_four), np.nan)
    return {
        "reciprocal": Measure("pair", np.where(known, found.two, np.nan).astype(np.float32)),
        "cycles_of_three": Measure("pair", three.astype(np.float32)),
        "cycles_of_four": Measure("pair", four.astype(np.float32)),
        "commercial_rings": Measure("pair", _commercial_rings(ground, owner, classes, settings)),
        "partner_page": Measure("page", _partner_pages(ground, settings)),
        "returned_soon": Measure("pair", _returned_soon(ground, owner, settings)),
    }


def _commercial_rings(ground: Ground, owner: Ints, classes: Small, settings: Settings) -> Measures:
    """Rings of links that are all followed and commercial; NaN where a pair's anchors are unknown."""
    links, pairs = ground.links, ground.pairs
    sold = np.isin(classes, _COMMERCIAL) & (links.follow != 0) & (links.hidden != 1)
    found = rings(ground, owner, settings, any_of_pair(sold, pairs))
    number = np.maximum(found.two, 0) + np.maximum(found.three, 0) + np.maximum(found.four, 0)
    return np.where(any_of_pair(classes >= 0, pairs), number, np.nan).astype(np.float32)


def partner_texts(ground: Ground) -> Flags:
    """Texts that hold a word for partners or links; one false more, for -1."""
    if not len(ground.texts):
        return np.zeros(1, np.bool_)
    whole = r"(?i)(?:^|[^\pL\pM])(?:" + "|".join(PARTNER_WORDS) + r")(?:$|[^\pL\pM])"
    pattern = whole + "|" + "|".join(PARTNER_RUNS)
    return np.append(np.asarray(pc.match_substring_regex(ground.texts, pattern)), False)


def _partner_pages(ground: Ground, settings: Settings) -> Measures:
    """External links of pages called so, when these are many; NaN where the links or both names are unknown."""
    pages, named = ground.pages, partner_texts(ground)
    called = named[pages.title] | named[pages.path]
    many = pages.external_links > settings.relations.exchange.partner_links
    known = (pages.external_links >= 0) & ((pages.title >= 0) | (pages.path >= 0))
    return np.where(known, np.where(called & many, pages.external_links, 0), np.nan).astype(np.float32)


def _returned_soon(ground: Ground, owner: Ints, settings: Settings) -> Measures:
    """1 where both directions came within days; NaN without both days, or where many links came in those days."""
    rule, pairs = settings.relations.exchange, ground.pairs
    day = first_of_pair(ground.links.first_day, pairs)
    rows = linkers(ground, owner)
    nodes = int(owner.max(initial=-1)) + 1
    # First day of each directed couple of organisations.
    of, to = rows.owner.astype(np.int64), owner[rows.target].astype(np.int64)
    couples, couple = np.unique(of * nodes + to, return_inverse=True)
    first = np.full(len(couples), np.iinfo(np.int32).max, np.int64)
    days = first_of_linker(day, rows)
    np.minimum.at(first, couple[days >= 0], days[days >= 0])
    here = owner[pairs.source].astype(np.int64) * nodes + owner[pairs.target]
    there = owner[pairs.target].astype(np.int64) * nodes + owner[pairs.source]
    at, back = np.searchsorted(couples, here), np.searchsorted(couples, there)
    late = np.iinfo(np.int32).max
    one, other = np.full(len(pairs), late, np.int64), np.full(len(pairs), late, np.int64)
    apart = rows.of_pair >= 0
    one[apart] = first[at[apart]]
    returned = apart & (back < len(couples))
    returned[returned] = couples[back[returned]] == there[returned]
    other[returned] = first[back[returned]]
    known = (one < late) & (other < late)
    ordered = np.sort(day[day >= 0])
    if not len(ordered):
        return np.full(len(pairs), np.nan, np.float32)
    span = np.searchsorted(ordered, one + rule.together_days, "right") - np.searchsorted(
        ordered, one - rule.together_days, "left"
    )
    telling = known & (span <= rule.together_chance * len(ordered))
    soon = np.abs(one - other) <= rule.together_days
    return np.where(telling, soon, np.nan).astype(np.float32)
