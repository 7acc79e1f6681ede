"""Who links to one node of a stored graph, read from where it lies.

The graph has an order of its own: nodes with links out first, each part in the order of the numbers. So a node's
place in it is found by a search in ``old_of_new``; then two offsets and one row are read. Four or five reads of
a page for a node nobody asked for yet, whatever the size of the graph.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from backlit.graph.storage import map_file
from backlit.release.cold import Places, searched

Ids = npt.NDArray[np.int64]

#: Up to so many places of an array are read page by page; for more the system may read ahead.
_FEW = 1000


class Neighbours:
    """The rows of the graph in ``folder`` of which the first ``live`` have links out."""

    def __init__(self, folder: Path, live: int) -> None:
        self._offsets = Places(folder / "offsets.i64", np.int64)
        self._sources = Places(folder / "sources.u32", np.uint32)
        self._order = searched(folder / "old_of_new.u32", np.uint32)
        self._whole_order = map_file(folder / "old_of_new.u32", np.uint32)[0]
        self._looked_at = searched(folder / "offsets.i64", np.int64)
        self._whole_offsets = map_file(folder / "offsets.i64", np.int64)[0]
        self._live = live

    def rows(self, ids: npt.NDArray[Any]) -> Ids:
        """The graph's own numbers of nodes."""
        order = self._order if len(ids) <= _FEW else self._whole_order
        front, back = order[: self._live], order[self._live :]
        wanted = np.asarray(ids).astype(np.uint32)
        at = np.searchsorted(front, wanted)
        live = at < len(front)
        live[live] = front[at[live]] == wanted[live]
        found: Ids = at.astype(np.int64)
        if not live.all():
            found[~live] = len(front) + np.searchsorted(back, wanted[~live])
        return found

    def sources(self, node: int) -> Ids:
        """The nodes that link to ``node``, ascending."""
        [row] = self.rows(np.array([node])).tolist()
        begin, end = self._offsets.read(row, row + 2).tolist()
        sources = self._sources.read(begin, end)
        order = self._order if len(sources) <= _FEW else self._whole_order
        return np.asarray(order[sources], np.int64)

    def in_degrees(self, ids: npt.NDArray[Any]) -> Ids:
        """How many nodes link to each of ``ids``."""
        rows = self.rows(ids)
        offsets = self._looked_at if len(rows) <= _FEW else self._whole_offsets
        found: Ids = offsets[rows + 1] - offsets[rows]
        return found
