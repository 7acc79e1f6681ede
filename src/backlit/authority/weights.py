"""What a link weighs: the chance that a reader chooses it, by where and how it stands (reasonable surfer).

    w = w_kind · w_place · w_rel · w_vis · w_pos · w_rep

    place  content 1, list .7, header .35, sidebar .3, nav .25, comment .25, footer .12
    rel    followed 1; nofollow, ugc or sponsored 0 (0.1 where expected visits are asked for)
    vis    hidden 0; an image without alt text .6
    pos    1 / (1 + ln(1 + ordinal) / 4)
    rep    a second link to the same address on a page 0

(After US patents 7,716,225 and 9,305,099; every number is in the settings.) What is unknown weighs as the
ordinary case, content and followed: missing data counts against nobody. A pair of domains has the weight of its
best link, not the sum: a link on every page of a site counts once. Pairs of weight 0 are left out, as they are
no edges.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from backlit.errors import TableError
from backlit.graph.csr import Float64s
from backlit.settings import Settings, default

_QUALIFIED = r"(?:^|\s)(?:nofollow|ugc|sponsored)(?:\s|$)"


def link_weights(links: pa.Table, *, visits: bool = False, settings: Settings | None = None) -> Float64s:
    """The weight of each link of a table with any of the columns ``kind, placement, follow, rel, hidden, position,
    alt, source_url, target_url``; a column that is not there is unknown. ``visits``: qualified links count a little."""
    rule = (settings or default()).weights
    weight = np.ones(links.num_rows)
    if "kind" in links.column_names:
        weight *= _by_word(links["kind"], rule.kind, 1.0)
    if "placement" in links.column_names:
        weight *= _by_word(links["placement"], rule.placement, 1.0)
    qualified = np.zeros(links.num_rows, np.bool_)
    if "follow" in links.column_names:
        qualified |= _true(pc.invert(links["follow"]))
    if "rel" in links.column_names:
        qualified |= _true(pc.match_substring_regex(links["rel"], _QUALIFIED, ignore_case=True))
    weight[qualified] *= rule.qualified_visits if visits else rule.qualified
    if "hidden" in links.column_names:
        weight[_true(links["hidden"])] *= rule.hidden
    if "kind" in links.column_names and "alt" in links.column_names:
        # An empty alt is said to be none; an unknown one (null) is not held against the link.
        no_alt = pc.and_(
            pc.equal(links["kind"], "image"), pc.equal(pc.utf8_trim_whitespace(links["alt"]), "")
        )
        weight[_true(no_alt)] *= rule.no_alt
    if "position" in links.column_names:
        ordinal = links["position"].to_numpy().astype(np.float64)
        known = np.isfinite(ordinal) & (ordinal > 0)
        weight[known] /= 1 + np.log1p(ordinal[known]) / rule.position_divisor
    weight[_repeats(links)] *= rule.repeat
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


def _by_word(column: Any, weights: dict[str, float], unknown: float) -> Float64s:
    words = pa.array(list(weights), pa.string())
    at = pc.fill_null(pc.index_in(column.cast(pa.string()), value_set=words), len(weights)).to_numpy()
    found: Float64s = np.array([*weights.values(), unknown])[at]
    return found


def _repeats(links: pa.Table) -> npt.NDArray[np.bool_]:
    """Which links are not the first on their page to their address; by position, else in the table's order."""
    size = links.num_rows
    if not {"source_url", "target_url"} <= set(links.column_names) or size == 0:
        return np.zeros(size, np.bool_)
    page = links["source_url"].combine_chunks().dictionary_encode()
    address = links["target_url"].combine_chunks().dictionary_encode()
    known = pc.and_(pc.is_valid(page), pc.is_valid(address)).to_numpy(zero_copy_only=False)
    first = pc.fill_null(page.indices, 0).to_numpy().astype(np.int64)
    second = pc.fill_null(address.indices, 0).to_numpy().astype(np.int64)
    pair = first * max(len(address.dictionary), 1) + second
    known = np.asarray(known, np.bool_)
    pair[~known] = -1 - np.flatnonzero(~known)  # what is unknown repeats nothing
    order = np.arange(size)
    if "position" in links.column_names:
        place = np.nan_to_num(links["position"].to_numpy().astype(np.float64), nan=np.inf)
        order = np.lexsort((order, place))
    order = order[np.argsort(pair[order], kind="stable")]
    repeated = np.zeros(size, np.bool_)
    repeated[order[1:]] = pair[order[1:]] == pair[order[:-1]]
    return repeated
