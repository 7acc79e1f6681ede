"""The measures of all links of a selection together, counted in arrays.

The same measures in SQL (``measures_sql``) are a plan of one pipeline for each distinct count, which costs several
times what the counting does; grouped answers need that plan, an answer in one row does not.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from backlit.questions.backlinks.measures import COUNTS, MAPS, OF_NOFOLLOW
from backlit.questions.backlinks.tables import Chosen

#: What is read of a link. Addresses of pages are read where they are counted alone.
_COLUMNS = (
    "first_seen, is_lost, _lost, backlink_spam_score, is_broken, CASE WHEN is_broken THEN url_to END AS broken_url, "
    "dofollow, tld_from, item_type, attributes, domain_from_platform_type, semantic_location, domain_from_country, "
    "domain_from_ip, _network, _host, _domain, _page, rank, _flow, _link"
)
#: The column that each map counts, and what stands for an unknown value; ``None`` is not counted.
_COUNTED: dict[str, tuple[str, str | None]] = {
    "referring_links_tld": ("tld_from", ""),
    "referring_links_types": ("item_type", ""),
    "referring_links_attributes": ("attributes", None),
    "referring_links_platform_types": ("domain_from_platform_type", "unknown"),
    "referring_links_semantic_locations": ("semantic_location", ""),
    "referring_links_countries": ("domain_from_country", ""),
}
assert tuple(_COUNTED) == tuple(MAPS)


def counted(chosen: Chosen) -> dict[str, Any] | None:
    """Every measure by its name but ``rank``, and ``flow``: the sum that the rank is of. ``None`` where are no links.

    Maps are dicts of counts, ordered by key.
    """
    links = chosen.query(f"SELECT {_COLUMNS} FROM {chosen.table}")
    if not links.num_rows:
        return None
    spam = pc.mean(links["backlink_spam_score"]).as_py()
    found: dict[str, Any] = {
        "flow": pc.sum(links["_flow"]).as_py(),
        "backlinks": links.num_rows,
        "first_seen": pc.min(links["first_seen"]).as_py(),
        "lost_date": pc.max(links["_lost"]).as_py() if pc.all(links["is_lost"]).as_py() else None,
        "backlinks_spam_score": None if spam is None else math.floor(spam + 0.5),
        "broken_backlinks": pc.sum(links["is_broken"]).as_py() or 0,
        "broken_pages": _distinct(links["broken_url"]),
    }
    unfollowed = links.filter(pc.invert(links["dofollow"]))
    for name, column in COUNTS.items():
        found[name] = _distinct(links[column])
        if name in OF_NOFOLLOW:
            found[name + "_nofollow"] = _distinct(unfollowed[column])
    best = _best(links, found["referring_pages"])
    for name, (column, unknown) in _COUNTED.items():
        found[name] = _histogram(best[column], unknown)
    return found


def _distinct(column: pa.ChunkedArray) -> int:
    return int(pc.count_distinct(column, mode="only_valid").as_py())


def _best(links: pa.Table, pages: int) -> pa.Table:
    """The best link of each page, as ``measures.BEST`` orders them."""
    if pages == links.num_rows:
        return links
    page, link = _values(links["_page"]), _values(links["_link"])
    order = np.lexsort((link, -_values(links["_flow"]), -_values(links["rank"]), page))
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = page[order[1:]] != page[order[:-1]]
    return links.take(pa.array(order[first]))


def _values(column: pa.ChunkedArray) -> npt.NDArray[Any]:
    """The values of a column; -1, which is less than all ranks and flows, where they are unknown."""
    values: npt.NDArray[Any] = pc.fill_null(column, -1).to_numpy()
    return values


def _histogram(column: pa.ChunkedArray, unknown: str | None) -> dict[str, int] | None:
    """How often each value, or each element of lists, occurs; ``None`` where nothing is counted."""
    nulls = column.null_count
    column = column.drop_null()
    if pa.types.is_list(column.type):
        column = pc.list_flatten(column)
    counts: Counter[str] = Counter()
    for value in pc.value_counts(column).to_pylist():
        counts[value["values"]] += value["counts"]
    if nulls and unknown is not None:
        counts[unknown] += nulls
    return dict(sorted(counts.items())) or None
