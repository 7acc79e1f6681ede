"""Authority of an index's domains out of a ranked web-graph release: the standing in the public web.

Where a release is there, the rank in the index's own graph of domains is the poorer answer: it knows the pages
that were read. So the score layer is written from the release, and remembers which. A domain that the release
does not know has no authority (NULL), which is another thing than 1, *not reached from the core*. What its links
hand on is unknown too: link equity rests on the ranks of the release and is read on its scale.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from backlit.authority.own import OwnAuthority
from backlit.authority.stored import ranks_of, standings, stored_ranking
from backlit.index.layout import ScoreSource
from backlit.release.buffers import reversed_name
from backlit.release.release import Release, releases


def newest_ranked(index: Path) -> Release | None:
    """The newest domain graph of an index that is ranked, if there is any."""
    for one in releases(index):
        if one.kind == "domain":
            release = Release.open(index / "web" / f"{one.name}-{one.kind}")
            if stored_ranking(release) is not None:
                return release
    return None


def scores_of_release(
    index: Path, edges: pa.Table, own: OwnAuthority
) -> tuple[OwnAuthority, ScoreSource | None]:
    """The score layer of ``own_authority`` with the figures of the newest ranked release, and which that is.

    Authority, PageRank, rank and percentile become those among the nodes of the release, NULL for a domain it does
    not know; counts stay those of the index. Ranks of sources, scale and damping are those of the same ranking.
    Without a ranked release ``own`` comes back, and ``None``.
    """
    release = newest_ranked(index)
    if release is None:
        return own, None
    domains = own.domains
    names = domains["domain"].combine_chunks()
    nodes = release.names.find_many([reversed_name(name) for name in names.to_pylist()])
    found = standings(release, nodes)
    columns: dict[str, npt.NDArray[Any]] = {
        "authority": found.authority,
        "pagerank": found.pagerank,
        "rank": found.position,
        "percentile": found.percentile,
    }
    for name, values in columns.items():
        place = domains.schema.get_field_index(name)
        domains = domains.set_column(place, name, _known(values, nodes))
    sources = edges["source_domain"].combine_chunks().dictionary_encode()
    node_of_source = pc.index_in(sources.dictionary, value_set=names)
    authority, rank = (
        scores.take(node_of_source).take(sources.indices)
        for scores in (domains["authority"].combine_chunks(), _known(ranks_of(release, nodes), nodes))
    )
    ranking, info = stored_ranking(release), release.score_info["authority"]
    assert ranking is not None
    return (
        OwnAuthority(domains, authority, rank, ranking.scale, ranking.damping, ranking.core),
        ScoreSource(
            release=release.title,
            data_date=release.info.data_date,
            nodes=release.nodes,
            score_generation=release.score_generation,
            ranked_at=info.made_at,
            domains=len(nodes),
            known=int(np.count_nonzero(nodes >= 0)),
            says=ranking.says,
        ),
    )


def _known(values: npt.NDArray[Any], nodes: npt.NDArray[np.int64]) -> pa.Array:
    """``values`` of ``nodes``, NULL where one is -1 or has none."""
    return pa.array(values, mask=(nodes < 0) | np.isnan(values))
