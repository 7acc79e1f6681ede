"""What a link weighs: the chance that a reader chooses it, by where and how it stands (reasonable surfer).

    w = w_kind · w_place · w_rel · w_vis · w_pos · w_rep

    place  content 1, list .7, header .35, sidebar .3, nav .25, comment .25, footer .12
    rel    followed 1; nofollow, ugc or sponsored 0 (0.1 where expected visits are asked for)
    vis    hidden 0; an image without alt text .6
    pos    1 / (1 + ln(1 + ordinal) / 4)
    rep    a second link to the same address on a page 0

(After US patents 7,716,225 and 9,305,099; every number is in the settings.) What is unknown weighs as the
ordinary case, content and followed: missing data counts against nobody. A lost link weighs nothing. Of several
links to one address on a page the first *that weighs anything* counts: a hidden or nofollow link before it takes
nothing from it. A pair of domains has the weight of its best link, not the sum: a link on every page of a site
counts once. Pairs of weight 0 are left out, as they are no edges.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from backlit.errors import TableError
from backlit.graph.csr import Float64s
from backlit.settings import Settings, default

Ints = npt.NDArray[np.int64]

#: The columns of stored rows that ``link_weights`` reads.
STORED_COLUMNS = (
    "link_id", "pair_mix", "kind", "nth", "alt", "rel", "follow", "placement", "hidden", "position", "lost_at",
)  # fmt: skip

_QUALIFIED = re.compile(r"(?:^|\s)(?:nofollow|ugc|sponsored)(?:\s|$)", re.IGNORECASE)


def link_weights(links: pa.Table, *, visits: bool = False, settings: Settings | None = None) -> Float64s:
    """The weight of each link of a table with any of the columns ``kind, placement, follow, rel, hidden, position,
    alt, lost_at, source_url, target_url``; a column that is not there is unknown. ``visits``: qualified links count a
    little. Texts may be dictionary-coded. Stored rows of an index have their pairs told by ``link_id, pair_mix``."""
    rule = (settings or default()).weights
    names = links.column_names
    weight = np.ones(links.num_rows)
    for name, words in (("kind", rule.kind), ("placement", rule.placement)):
        if name in names:
            weight *= _by_value(links[name], partial(_weighed, words), 1.0)
    qualified = np.zeros(links.num_rows, np.bool_)
    if "follow" in names:
        qualified |= _true(pc.invert(links["follow"]))
    if "rel" in names:
        qualified |= _by_value(links["rel"], _qualified, 0.0) > 0
    weight[qualified] *= rule.qualified_visits if visits else rule.qualified
    if "hidden" in names:
        weight[_true(links["hidden"])] *= rule.hidden
    if "kind" in names and "alt" in names:
        images = np.flatnonzero(_by_value(links["kind"], lambda values: [v == "image" for v in values], 0.0))
        if len(images):
            # An empty alt is said to be none; an unknown one (null) is not held against the link.
            alt = links["alt"].take(pa.array(images))
            weight[images[_true(pc.equal(pc.utf8_trim_whitespace(alt), ""))]] *= rule.no_alt
    if "position" in names:
        ordinal = links["position"].to_numpy().astype(np.float64)
        known = np.isfinite(ordinal) & (ordinal > 0)
        weight[known] /= 1 + np.log1p(ordinal[known]) / rule.position_divisor
    if "lost_at" in names:
        weight[np.asarray(pc.is_valid(links["lost_at"]))] = 0
    weight[_repeats(links, weight)] *= rule.repeat
    return weight


def pair_weights(links: pa.Table, *, settings: Settings | None = None) -> pa.Table:
    """``source_domain, target_domain, weight`` of every pair of domains with a link that weighs anything."""
    for name in ("source_domain", "target_domain"):
        if name not in links.column_names:
            raise TableError(
                f"The links have no column {name!r}: pairs of domains cannot be weighed without it."
            )
    table = pa.table(
        {
            "source_domain": links["source_domain"],
            "target_domain": links["target_domain"],
            "weight": pa.array(link_weights(links, settings=settings)),
        }
    )
    across = pc.and_(
        pc.not_equal(table["source_domain"], table["target_domain"]), pc.greater(table["weight"], 0.0)
    )
    best = table.filter(across).group_by(["source_domain", "target_domain"]).aggregate([("weight", "max")])
    return best.rename_columns(["source_domain", "target_domain", "weight"]).sort_by(
        [("source_domain", "ascending"), ("target_domain", "ascending")]
    )


def _true(column: Any) -> npt.NDArray[np.bool_]:
    """A boolean column with unknown as false."""
    values: npt.NDArray[np.bool_] = np.asarray(pc.fill_null(column, False).to_numpy(), dtype=np.bool_)
    return values


def _by_value(column: Any, of_values: Callable[[list[str]], list[Any]], unknown: float) -> Float64s:
    """A number for each row of a text column, from one for each distinct value."""
    array = column.combine_chunks()
    coded = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    of_value = np.array([*of_values(coded.dictionary.to_pylist()), unknown], np.float64)
    found: Float64s = of_value[pc.fill_null(coded.indices, len(of_value) - 1).to_numpy()]
    return found


def _weighed(weights: dict[str, float], values: list[str]) -> list[float]:
    return [weights.get(value, 1.0) for value in values]


def _qualified(values: list[str]) -> list[bool]:
    return [_QUALIFIED.search(value) is not None for value in values]


def _repeats(links: pa.Table, weight: Float64s) -> Ints:
    """The links that are not the first on their page to their address; by position, else in the order of their ids
    or of the table. Links of weight 0 are not counted."""
    if {"link_id", "pair_mix"} <= set(links.column_names):
        pair, rows = _stored_pairs(links)
        tie = links["link_id"].to_numpy()[rows]
    elif {"source_url", "target_url"} <= set(links.column_names):
        pair, rows = _address_pairs(links)
        tie = rows
    else:
        return np.zeros(0, np.int64)
    counted = weight[rows] > 0
    pair, rows, tie = pair[counted], rows[counted], tie[counted]
    keys = [tie]
    for name in ("nth", "position"):
        if name in links.column_names:
            place = links[name].take(pa.array(rows)).to_numpy().astype(np.float64)
            keys.append(np.nan_to_num(place, nan=np.inf))
    order = np.lexsort((*keys, pair))
    again = pair[order[1:]] == pair[order[:-1]]
    found: Ints = rows[order[1:][again]]
    return found


def _stored_pairs(links: pa.Table) -> tuple[Ints, Ints]:
    """The pairs and the rows of those links whose pair has several: the mix of a single link is mostly zero."""
    mix, ids = links["pair_mix"].to_numpy(), links["link_id"].to_numpy()
    mixed = np.flatnonzero(mix)
    if not len(mixed):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    shared = np.asarray(pc.is_in(links["link_id"], value_set=pa.array(ids[mixed] ^ mix[mixed])))
    shared[mixed] = True
    rows = np.flatnonzero(shared)
    return ids[rows] ^ mix[rows], rows


def _address_pairs(links: pa.Table) -> tuple[Ints, Ints]:
    """A number of the pair of each link with two known addresses, and the rows of these links."""
    page = links["source_url"].combine_chunks().dictionary_encode()
    address = links["target_url"].combine_chunks().dictionary_encode()
    known = pc.and_(pc.is_valid(page), pc.is_valid(address)).to_numpy(zero_copy_only=False)
    first, second = (pc.fill_null(c.indices, 0).to_numpy().astype(np.int64) for c in (page, address))
    rows = np.flatnonzero(known)
    return (first * max(len(address.dictionary), 1) + second)[rows], rows
