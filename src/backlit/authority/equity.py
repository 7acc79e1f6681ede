"""Link equity: the rank that one link hands on.

    E(link) = α · R_page(u) · w / Σ_page w            R_page(u) = R_s(u) · share of u in its site

The share of a page is that of ``(1 + ln(1 + links to it from other domains)) · 0.6^depth`` among the known pages of its
site, depth being the levels of its path. This stands in for the rank of pages within a site, which needs the
site's own links, and every figure that rests on it is marked as ``by depth``. A page that gives no weight to
any link hands on nothing; where the site has no known rank, equity is unknown.

Beside E: its ratio to the median link of the same target, and its place on the scale of authority (the score
that the rank E alone would earn).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from backlit.authority.scale import Scale
from backlit.authority.weights import link_weights
from backlit.errors import TableError
from backlit.graph.csr import Float64s
from backlit.index.schema import BY_DEPTH
from backlit.settings import Settings, default

#: From so many addresses on it pays to load compiled loops.
MANY = 10_000

_COLUMNS = ("source_url", "source_domain", "target_domain")


def page_depth(url: str) -> int:
    """The levels of an address's path: 0 for the home page, 1 for ``/a`` and ``/a/``, 2 for ``/a/b``."""
    return sum(1 for part in urlsplit(url).path.split("/") if part)


def page_depths(urls: pa.Array) -> npt.NDArray[np.int64]:
    """``page_depth`` of each canonical address."""
    if len(urls) < MANY:
        return np.fromiter(map(page_depth, urls.to_pylist()), np.int64, len(urls))
    from backlit.web.native import path_levels

    found: npt.NDArray[np.int64] = path_levels(*text_buffer(urls))
    return found


def text_buffer(texts: pa.Array) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int32]]:
    """The bytes of texts, and where in them each begins and the last one ends."""
    _, offsets, data = texts.buffers()
    at = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return np.frombuffer(data, np.uint8), at


def page_shares(
    pages: pa.Array,
    domains: pa.Array,
    external_in: npt.NDArray[Any] | None = None,
    *,
    settings: Settings | None = None,
) -> Float64s:
    """The share of each of some different pages in the rank of its domain, over those pages.

    ``external_in``: the links from other domains to each, NaN or absent where unknown (taken as none).
    """
    decay = (settings or default()).weights.depth_decay
    depth = page_depths(pages).astype(np.float64)
    links = np.zeros(len(depth)) if external_in is None else np.nan_to_num(np.asarray(external_in, float))
    worth = (1 + np.log1p(links)) * decay**depth
    site = domains.dictionary_encode().indices.to_numpy()
    whole = np.bincount(site, weights=worth, minlength=int(site.max(initial=-1)) + 1)
    shares: Float64s = worth / whole[site]
    return shares


def link_equity(
    links: pa.Table,
    source_rank: npt.NDArray[Any],
    *,
    external_in: dict[str, int] | None = None,
    scale: Scale | None = None,
    damping: float | None = None,
    settings: Settings | None = None,
) -> pa.Table:
    """``weight, equity, of_median, on_scale, share_from`` of each link, in order; unknown is null.

    ``links`` are *all* links of the pages in question (internal ones too: they take their part), with the columns of
    ``backlit.authority.weights.link_weights`` and ``source_domain, target_domain``. ``source_rank``: the rank R of each
    link's source domain, NaN where unknown. ``external_in``: links from other domains to a page, by address.
    """
    rules = settings or default()
    for name in _COLUMNS:
        if name not in links.column_names:
            raise TableError(f"The links have no column {name!r}: their equity cannot be told without it.")
    if len(source_rank) != links.num_rows:
        raise TableError(
            f"There are {len(source_rank)} ranks for {links.num_rows} links: they must be as many."
        )
    if links.num_rows == 0:
        return _table(np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0))
    weight = link_weights(links, settings=rules)
    pages = links["source_url"].combine_chunks().dictionary_encode()
    page = pages.indices.to_numpy()
    count = len(pages.dictionary)
    first = np.zeros(count, np.int64)
    first[page[::-1]] = np.arange(links.num_rows)[::-1]
    domain = links["source_domain"].combine_chunks().take(pa.array(first))
    known = None
    if external_in is not None:
        known = np.array([external_in.get(url, 0) for url in pages.dictionary.to_pylist()], float)
    share = page_shares(pages.dictionary, domain, known, settings=rules)
    total = np.bincount(page, weights=weight, minlength=count)
    alpha = rules.authority.damping if damping is None else damping
    rank = np.asarray(source_rank, dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        equity = alpha * rank * share[page] * np.where(total[page] > 0, weight / total[page], 0.0)
    return _table(weight, equity, _of_median(links, equity), None if scale is None else scale.score(equity))


def _of_median(links: pa.Table, equity: Float64s) -> Float64s:
    """Each link's equity over the median of the links from elsewhere to its target that have any."""
    across = pc.fill_null(pc.not_equal(links["source_domain"], links["target_domain"]), False).to_numpy()
    target = links["target_domain"].combine_chunks().dictionary_encode()
    at = pc.fill_null(target.indices, -1).to_numpy()
    found = np.full(len(equity), np.nan)
    counted = np.asarray(across, np.bool_) & (equity > 0) & (at >= 0)
    order = np.lexsort((equity, at))
    order = order[counted[order]]
    if not len(order):
        return found
    starts = np.flatnonzero(np.r_[True, np.diff(at[order]) != 0])
    ends = np.r_[starts[1:], len(order)]
    median = np.full(len(target.dictionary), np.nan)
    low, high = equity[order[(starts + ends - 1) // 2]], equity[order[(starts + ends) // 2]]
    median[at[order[starts]]] = (low + high) / 2
    has = (at >= 0) & np.asarray(across, np.bool_)
    found[has] = equity[has] / median[at[has]]
    return found


def _table(weight: Float64s, equity: Float64s, of_median: Float64s, on_scale: Float64s | None) -> pa.Table:
    def column(values: Float64s) -> pa.Array:
        return pa.array(values, pa.float64(), mask=np.isnan(values))

    score = np.full(len(equity), np.nan) if on_scale is None else np.where(np.isnan(equity), np.nan, on_scale)
    return pa.table(
        {
            "weight": column(weight),
            "equity": column(equity),
            "of_median": column(of_median),
            "on_scale": column(score),
            "share_from": pa.array([BY_DEPTH] * len(equity), pa.string()),
        }
    )
