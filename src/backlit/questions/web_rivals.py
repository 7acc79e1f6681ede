"""What the sources of a domain link to besides it, in a web-graph release: the candidates of ``rivals``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from backlit.errors import InputError
from backlit.questions.web_reader import WebReader
from backlit.questions.web_referring import array_of
from backlit.release.release import Release
from backlit.settings import Settings
from backlit.web.target import Target

if TYPE_CHECKING:
    import duckdb

Ids = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

#: Edges gathered at a time.
_CHUNK = 1 << 22


def candidates_in(
    reader: WebReader, target: Target, cursor: duckdb.DuckDBPyConnection, settings: Settings
) -> tuple[int, float, list[str]]:
    """Make the table ``found`` (see ``backlit.questions.rivals``) in ``cursor``: sources used, their weight, notes.

    Raises ``InputError`` for a large release whose edges are stored by target only.
    """
    import pyarrow as pa

    release, chosen = reader.release, settings.rivals
    own = release.id_of(target.domain)
    sources = _speakers(reader, target, settings)
    linked = release.degrees(sources)[1]
    weights = 1 / np.log2(1 + linked)
    nodes, shared, weight = _shared(release, sources, weights, chosen.most_edges_unsorted)
    keep = (shared >= chosen.least_shared) & (nodes != (-1 if own is None else own))
    nodes, shared, weight = nodes[keep], shared[keep], weight[keep]
    values = release.scores_of("authority", nodes) if reader.authority_release else None
    cursor.register(
        "gathered",
        pa.table(
            {
                "domain": release.texts_of(nodes).cast(pa.string()),
                "shared": array_of(shared),
                "weight": array_of(weight),
                "referring_domains": array_of(release.in_degrees(nodes)),
                "authority": pa.nulls(len(nodes), pa.float64()) if values is None else array_of(values),
            }
        ),
    )
    cursor.execute(
        f"CREATE TEMP TABLE found AS SELECT *, {max(len(sources), 1)} AS sources FROM gathered"
    ).fetchall()
    cursor.unregister("gathered")
    return len(sources), float(np.sum(weights)), []


def _speakers(reader: WebReader, target: Target, settings: Settings) -> Ids:
    """The sources that are looked at: not those that link to everybody, and of many the strongest."""
    referring = reader.referring(target.domain)
    nodes = referring.nodes
    if len(nodes) == 0:
        return nodes
    linked = reader.release.degrees(nodes)[1]
    chosen = settings.rivals
    nodes = nodes[(linked >= 1) & (linked <= chosen.most_linked)]
    if len(nodes) > chosen.most_sources:
        strongest = referring.strongest(None)
        nodes = np.sort(strongest[np.isin(strongest, nodes)][: chosen.most_sources])
    return nodes


def _shared(release: Release, sources: Ids, weights: Floats, most: int) -> tuple[Ids, Ids, Floats]:
    """Every node that one of ``sources`` links to, how many of them do, and the sum of their weights."""
    total: tuple[Ids, Ids, Floats] = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
    runs = (
        _by_source(release, sources, weights)
        if release.info.linked
        else _by_target(release, sources, weights, most)
    )
    for nodes, values in runs:
        found, place = np.unique(nodes, return_inverse=True)
        counts = np.bincount(place, minlength=len(found)).astype(np.int64)
        sums = np.bincount(place, values, minlength=len(found)).astype(np.float64)
        total = _added(total, (found, counts, sums))
    return total


def _added(a: tuple[Ids, Ids, Floats], b: tuple[Ids, Ids, Floats]) -> tuple[Ids, Ids, Floats]:
    nodes, place = np.unique(np.concatenate([a[0], b[0]]), return_inverse=True)
    counts, weights = np.zeros(len(nodes), np.int64), np.zeros(len(nodes))
    for one, at in ((a, place[: len(a[0])]), (b, place[len(a[0]) :])):
        counts[at] += one[1]
        weights[at] += one[2]
    return nodes, counts, weights


def _by_source(release: Release, sources: Ids, weights: Floats) -> Iterator[tuple[Ids, Floats]]:
    """What each source links to, with its weight, in runs."""
    rows: list[Ids] = []
    values: list[Floats] = []
    waiting = 0
    for node, weight in zip(sources.tolist(), weights.tolist(), strict=True):
        linked = release.linked(node)
        assert linked is not None
        rows.append(linked)
        values.append(np.full(len(linked), weight))
        waiting += len(linked)
        if waiting >= _CHUNK:
            yield np.concatenate(rows), np.concatenate(values)
            rows, values, waiting = [], [], 0
    if rows:
        yield np.concatenate(rows), np.concatenate(values)


def _by_target(release: Release, sources: Ids, weights: Floats, most: int) -> Iterator[tuple[Ids, Floats]]:
    """The same from edges that are stored by target: all of them are looked at."""
    if release.info.edges > most:
        raise InputError(
            f"The edges of {release.title} are stored by target only, and {release.info.edges:,} are too many to look "
            "through: import it again with `backlit web import --linked`."
        )
    weight_of = np.zeros(release.nodes)
    weight_of[release.graph_ids(sources)] = weights
    order = release.stored.old_of_new
    for run in release.graph.chunks(_CHUNK):
        values = weight_of[run.source]
        hit = values > 0
        targets = run.target[hit]
        yield (targets if order is None else order[targets]).astype(np.int64), values[hit]
