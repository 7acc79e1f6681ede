"""Authority of every domain of an index, from the index's own domain graph.

An edge is a pair of domains with a live link that weighs anything (``backlit.authority.weights``), and it weighs as
much as the best of them; many links of a pair are one edge. The jump is uniform, so on a small index this says how
central a domain is *among the pages that were read*, and nothing of the web at large: it is
always shown with that word. Where the user has named trusted sites and some of them are in the graph,
rank starts from these alone, as from the core of a release (``backlit.authority.engine``); a domain
that they do not reach scores 1.

The rank is that of power iteration in plain NumPy, so that a small index needs nothing compiled; the
scale is that of releases.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from backlit.authority.engine import UNIFORM_WORD, jump_vector
from backlit.authority.names import NameSet
from backlit.authority.scale import Scale, fit_scale
from backlit.graph.power import power_pagerank
from backlit.settings import Settings


def own_word(trusted: int) -> str:
    """What authority of an index's own graph says, in a sentence, with so many trusted domains in it."""
    if not trusted:
        return UNIFORM_WORD
    domains = "one trusted domain" if trusted == 1 else f"{trusted:,} trusted domains"
    return (
        f"Rank starts from the {domains} of this index and follows the links of the pages that were "
        "read; it says nothing of the web at large."
    )


class OwnAuthority(NamedTuple):
    """``domains`` (columns of ``backlit.index.scores.DOMAINS``), sorted by name; authority and rank of the source of
    each edge, in the order of the edges; the scale, the damping, and how many trusted domains rank started from
    (0: uniform)."""

    domains: pa.Table
    source_authority: pa.Array
    source_rank: pa.Array
    scale: Scale
    damping: float
    trusted: int


def own_authority(
    edges: pa.Table, page_counts: pa.Table, settings: Settings, *, trusted: Collection[str] = ()
) -> OwnAuthority:
    """Authority of every domain of ``edges`` and ``page_counts``.

    ``edges``: ``source_domain, target_domain, links, weight`` (of the best live link; 0 passes nothing);
    ``page_counts``: ``domain, pages``. ``trusted``: names of trusted sites; the jump is uniform if none of them is
    in the graph.
    """
    sources = edges["source_domain"].combine_chunks().dictionary_encode()
    targets = edges["target_domain"].combine_chunks().dictionary_encode()
    known = page_counts["domain"].combine_chunks()
    names = pc.unique(pa.chunked_array([sources.dictionary, targets.dictionary, known], pa.string()))
    names = names.take(pc.array_sort_indices(names))
    source, target = (
        pc.index_in(column.dictionary, value_set=names).to_numpy()[column.indices.to_numpy()]
        for column in (sources, targets)
    )
    live = edges["links"].to_numpy() > 0
    weight = edges["weight"].to_numpy()
    passing = (weight > 0) & (source != target)
    n = len(names)
    rule = settings.authority
    core = np.flatnonzero(NameSet(trusted).matches(names)) if trusted else np.zeros(0, np.int64)
    ranks = power_pagerank(
        *(source[passing], target[passing], n),
        weight=weight[passing],
        jump=jump_vector(core, n),
        damping=rule.damping,
        tolerance=rule.tolerance,
    ).scores
    by_rank = np.lexsort([np.arange(n), -ranks])
    place = np.empty(n, dtype=np.int64)
    place[by_rank] = np.arange(1, n + 1)
    ordered = np.sort(ranks)
    below = np.searchsorted(ordered, ranks, side="left")
    across = live & (source != target)
    pages = pc.index_in(names, value_set=page_counts["domain"].combine_chunks())
    scale = fit_scale(ranks, low_quantile=rule.low_quantile, high_quantile=rule.high_quantile)
    authority = scale.score(ranks)
    domains = pa.table(
        {
            "domain": names,
            "authority": authority,
            "pagerank": ranks,
            "rank": place,
            "percentile": np.round(100 * below / max(n, 1), 4),
            "referring_domains": np.bincount(target[across], minlength=n).astype(np.int64),
            "referring_links": np.bincount(
                target[across], weights=edges["links"].to_numpy()[across], minlength=n
            ).astype(np.int64),
            "linked_domains": np.bincount(source[across], minlength=n).astype(np.int64),
            "pages": pc.fill_null(page_counts["pages"].combine_chunks().take(pages), 0),
        }
    )
    of_source, rank_of_source = pa.array(authority[source]), pa.array(ranks[source])
    return OwnAuthority(domains, of_source, rank_of_source, scale, rule.damping, len(core))
