"""What a source does with its *other* links: how many it gives with commercial words, to whom, and how.

All is said of a pair by the source's links to organisations other than the pair's, so that no link is evidence against
itself; an organisation linked to counts once. Sites with few other targets have no shares.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from backlit.records import PLACEMENTS
from backlit.settings import Settings
from backlit.signals.anchors import anchor_classes
from backlit.signals.ground import AUTHOR, OFFERED, Ground, Ints, Longs, Measures, Small
from backlit.signals.groups import distinct
from backlit.signals.organisation import organisations
from backlit.signals.signal import Measure, Signal
from backlit.signals.tallies import any_of_pair, ratio
from backlit.text.anchors import CLASSES

Array = npt.NDArray[Any]
_COMMERCIAL = (CLASSES.index("exact commercial"),)
_NAMES = tuple(CLASSES.index(name) for name in ("brand", "bare address", "title"))
_CONTENT = PLACEMENTS.index("content")

SIGNALS: tuple[Signal, ...] = (
    Signal(
        "source_money_targets", "source", 1, "pair", "L1",
        "It gives followed links with commercial words to {value} other organisations (usual: {usual}).",
        1, 30, "log", "count", ("anchor",),
    ),
    Signal(
        "source_commercial_share", "source", 1, "pair", "L1",
        "{value} of the other organisations it links to get commercial words (usual: {usual}).",
        0.1, 0.7, "linear", "share", ("anchor",),
    ),
    Signal(
        "source_sells_once", "source", 1, "pair", "L6",
        "{value} of the other organisations it links to have one link in its texts, with commercial words "
        "(usual: {usual}).",
        0.05, 0.5, "linear", "share", ("anchor", "placement"),
    ),
    Signal(
        "source_sells_openly", "source", 1, "pair", "L1",
        "Beside followed links to {value} of the other organisations it links to stand words of an offer or of a "
        "guest author (usual: {usual}).",
        0.05, 0.5, "linear", "share", ("text_before", "text_after"),
    ),
    Signal(
        "source_money_pages", "source", 1, "source", "L11",
        "{value} of its known pages have a single link to another site, followed and with commercial words "
        "(usual: {usual}).",
        0.05, 0.6, "linear", "share", ("source_external_links", "anchor"),
    ),
    Signal(
        "source_hidden_share", "source", 1, "pair", "hidden",
        "{value} of its other links cannot be seen by a reader (usual: {usual}).",
        0.02, 0.4, "linear", "share", ("hidden",),
    ),
    Signal(
        "source_names_its_targets", "source", -1, "pair", None,
        "{value} of the other organisations it links to are linked by name, address or title (usual: {usual}).",
        0.5, 0.95, "linear", "share", ("anchor",),
    ),
)  # fmt: skip


class Given(NamedTuple):
    """One row a source site and an organisation, not its own, that it links to; ``of_pair`` is -1 within one."""

    source: Ints
    of_pair: Longs


def given(ground: Ground, owner: Ints) -> Given:
    """To whom each source links."""
    pairs = ground.pairs
    apart = owner[pairs.source] != owner[pairs.target]
    most = int(owner.max(initial=0)) + 1
    keys, row = np.unique(
        pairs.source[apart].astype(np.int64) * most + owner[pairs.target[apart]], return_inverse=True
    )
    of_pair = np.full(len(pairs), -1, np.int64)
    of_pair[apart] = row
    return Given((keys // most).astype(np.int32), of_pair)


def measure(ground: Ground, settings: Settings) -> dict[str, Measure]:
    """Counts and shares by pair and by source site; NaN where too little is known."""
    return measures(ground, organisations(ground, settings), anchor_classes(ground), settings)


def measures(ground: Ground, owner: Ints, classes: Small, settings: Settings) -> dict[str, Measure]:
    """``measure``, with the owners of sites and the classes of anchors given."""
    links, pairs, rule = ground.links, ground.pairs, settings.relations.around
    rows = given(ground, owner)
    least = rule.least_organisations
    visible = (links.follow != 0) & (links.hidden != 1)
    commercial = np.isin(classes, _COMMERCIAL) & visible
    in_text = commercial & ((links.placement == _CONTENT) | (links.placement < 0))
    offered = visible & ((links.words & (OFFERED | AUTHOR)) != 0)
    heard = classes >= 0

    def others(flags: Array) -> Array:
        return _others(rows, _any_given(rows, any_of_pair(flags, pairs)))

    known = others(heard)
    once = _any_given(rows, any_of_pair(in_text, pairs)) & (_pages(ground, rows) == 1)
    money = np.where(rows.of_pair >= 0, others(commercial), np.nan)
    values = {
        "source_money_targets": np.where(known > 0, money, np.nan).astype(np.float32),
        "source_commercial_share": ratio(others(commercial), known, least),
        "source_sells_once": ratio(_others(rows, once), known, least),
        "source_sells_openly": ratio(others(offered), others(np.ones(len(links), np.bool_)), least),
        "source_hidden_share": _hidden(ground, rows, least),
        "source_names_its_targets": ratio(others(np.isin(classes, _NAMES)), known, least),
    }
    out = {name: Measure("pair", value) for name, value in values.items()}
    out["source_money_pages"] = Measure("source", _money_pages(ground, owner, commercial, rule.least_pages))
    return out


def _any_given(rows: Given, flags: Array) -> Array:
    out = np.zeros(len(rows.source), np.bool_)
    out[rows.of_pair[flags & (rows.of_pair >= 0)]] = True
    return out


def _others(rows: Given, flags: Array) -> Longs:
    """For each pair, the rows of its source with the flag, but for the pair's own; 0 within one organisation."""
    number = np.bincount(rows.source[flags], minlength=int(rows.source.max(initial=-1)) + 1)
    left = number[rows.source] - flags
    return np.append(left, 0)[rows.of_pair].astype(np.int64)


def _pages(ground: Ground, rows: Given) -> Longs:
    """Pages with a link to each organisation."""
    row = rows.of_pair[ground.links.pair]
    some = row >= 0
    return np.bincount(distinct(row[some], ground.links.page[some])[0], minlength=len(rows.source))


def _hidden(ground: Ground, rows: Given, least: int) -> Measures:
    """Share of hidden links among those to other organisations of which it is known."""
    links = ground.links
    row = rows.of_pair[links.pair]
    some = (row >= 0) & (links.hidden >= 0)
    size = int(rows.source.max(initial=-1)) + 1
    counts = []
    for wanted in (some & (links.hidden == 1), some):
        own = np.bincount(row[wanted], minlength=len(rows.source))
        whole = np.bincount(rows.source, own, minlength=size)
        counts.append(np.append(whole[rows.source] - own, 0)[rows.of_pair])
    return ratio(counts[0], counts[1], least)


def _money_pages(ground: Ground, owner: Ints, commercial: Array, least: int) -> Measures:
    """Share of each site's pages with known external links, at least one, that have exactly one, which is such."""
    links, pages = ground.links, ground.pages
    apart = owner[links.source] != owner[links.target]
    money = np.zeros(len(pages), np.bool_)
    money[links.page[commercial & apart]] = True
    linking = pages.external_links >= 1
    single = money & (pages.external_links == 1)
    size = len(ground.sites)
    known = np.bincount(pages.site[linking], minlength=size)
    return ratio(np.bincount(pages.site[single], minlength=size), known, least)
