"""A web-graph release in the index: names, edges and scores of every domain (or host) of the public web.

A node's number is its place among the reversed names in the order of their bytes. The stored graph has an order
of its own, sinks last, within each of its two parts that of the numbers; so one number is turned into the
other by a search, and nothing of the size of the graph is loaded.
"""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import numpy.typing as npt
from ada_url import idna_to_ascii

from backlit.errors import IndexLocked, IndexNotFound
from backlit.graph.csr import Graph
from backlit.graph.ordering import Ordering
from backlit.graph.storage import StoredGraph, map_file, open_graph
from backlit.release.buffers import buffer_of, forward_name, reversed_name
from backlit.release.cold import searched
from backlit.release.draft import Draft
from backlit.release.manifest import MANIFEST, ReleaseInfo, read_info
from backlit.release.names import FEW, Names
from backlit.release.neighbours import Neighbours
from backlit.release.scores import Floats, ScoreInfo, ScoreSet, map_array, read_arrays

if TYPE_CHECKING:
    import pyarrow as pa

Ids = npt.NDArray[np.int64]

#: The publisher's ranks, a folder of the data.
RANKS = "ranks"


class Release:
    """An open release. Opening maps its files and reads none of them."""

    def __init__(self, folder: Path, info: ReleaseInfo) -> None:
        self.folder = folder
        self.info = info
        self._data = folder / f"data-{info.data:06d}"
        self.names = Names(self._data / "names")
        self._scores = ScoreSet(folder, info.data, info.nodes)

    @classmethod
    def open(cls, folder: Path) -> Release:
        """The release in ``folder``."""
        info = read_info(folder)
        try:
            return cls(folder, info)
        except Exception:
            again = read_info(folder)  # a writer may have replaced it between the two looks
            if again.data == info.data:
                raise
            return cls(folder, again)

    @property
    def title(self) -> str:
        """Its name with its kind, as its folder is called."""
        return f"{self.info.name}-{self.info.kind}"

    @property
    def nodes(self) -> int:
        return self.info.nodes

    # -- names -----------------------------------------------------------------------------------

    def id_of(self, name: str) -> int | None:
        """The node of a name: capitals, a trailing dot, IDN in either form, with or without ``www.``."""
        for spelling in spellings(name):
            node = self.names.find(spelling)
            if node >= 0:
                return node
        return None

    def ids_of(self, names: Sequence[str]) -> Ids:
        """The node of each name, or -1."""
        found = np.full(len(names), -1, np.int64)
        open_ = list(range(len(names)))
        ways = [spellings(name) for name in names]
        turn = 0
        while open_ := [i for i in open_ if len(ways[i]) > turn]:
            found[open_] = self.names.find_many([ways[i][turn] for i in open_])
            open_ = [i for i in open_ if found[i] < 0]
            turn += 1
        return found

    def names_of(self, ids: Iterable[int] | npt.NDArray[Any]) -> list[str]:
        """The name of each node, as people write it."""
        wanted = ids if isinstance(ids, np.ndarray) else list(ids)
        return [forward_name(name) for name in self.names.get_many(wanted).to_list()]

    def texts_of(self, ids: npt.NDArray[Any]) -> pa.Array:
        """The name of each node as an Arrow array, as people write it."""
        found = self.names.get_many(ids)
        if found.count < FEW:  # no compiled code for a page of a listing
            return buffer_of(b".".join(name.split(b".")[::-1]) for name in found.to_list()).texts()
        return found.turned().texts()

    def ids_below(self, name: str) -> range:
        """The nodes that lie below a name (``blog.example.com`` below ``example.com``), without itself."""
        return self.names.below(spellings(name)[0])

    # -- the graph -------------------------------------------------------------------------------

    @cached_property
    def stored(self) -> StoredGraph:
        """The graph as it is stored, by target, in its own order."""
        return open_graph(self._data / "graph")

    @property
    def graph(self) -> Graph:
        """In-lists in the graph's own order; ``ordering`` leads there and back."""
        return self.stored.graph

    @cached_property
    def ordering(self) -> Ordering:
        """Number of a node here (old) and in the graph (new), both ways, in memory: 8 bytes a node."""
        return self.stored.ordering()

    def graph_ids(self, ids: npt.NDArray[Any]) -> Ids:
        """The graph's own numbers of nodes, by search: nothing is loaded."""
        return self._neighbours.rows(np.asarray(ids))

    def referring(self, node: int) -> Ids:
        """The nodes that link to ``node``, ascending."""
        return self._neighbours.sources(node)

    def linked(self, node: int) -> Ids | None:
        """The nodes that ``node`` links to, ascending; ``None`` if edges are stored by target only."""
        if self._linked is None:
            return None
        return self._linked.graph.in_edges(node)[0].astype(np.int64)

    def degrees(self, ids: npt.NDArray[Any]) -> tuple[Ids, Ids]:
        """How many nodes link to each of ``ids``, and how many each of them links to."""
        rows = self.graph_ids(ids)
        offsets = self.graph.offsets
        return offsets[rows + 1] - offsets[rows], self.graph.out_degree[rows].astype(np.int64)

    def in_degrees(self, ids: npt.NDArray[Any]) -> Ids:
        """How many nodes link to each of ``ids``; of few nodes only their places are read."""
        return self._neighbours.in_degrees(np.asarray(ids))

    def hosts_of(self, ids: npt.NDArray[Any]) -> Ids | None:
        """How many hosts each of ``ids`` has; ``None`` for a graph of hosts."""
        if self.hosts is None:
            return None
        hosts = searched(self._data / "hosts.u32", np.uint32) if len(ids) < FEW else self.hosts
        found: Ids = hosts[np.asarray(ids)].astype(np.int64)
        return found

    @cached_property
    def hosts(self) -> npt.NDArray[np.uint32] | None:
        """How many hosts each domain has; ``None`` for a graph of hosts."""
        path = self._data / "hosts.u32"
        return map_file(path, np.uint32)[0] if path.exists() else None

    @cached_property
    def _neighbours(self) -> Neighbours:
        return Neighbours(self._data / "graph", self.stored.manifest.live)

    @cached_property
    def _linked(self) -> StoredGraph | None:
        return open_graph(self._data / "linked") if self.info.linked else None

    # -- scores ----------------------------------------------------------------------------------

    def score(self, name: str) -> Floats | None:
        """An array of scores by node, NaN where a node has none; ``None`` if nobody computed it."""
        found = self._scores.get(name)
        if found is None and (one := self._given.get(name)) is not None:
            return map_array(self._data / RANKS, one, self.nodes)
        return found

    def scores_of(self, name: str, ids: npt.NDArray[Any]) -> npt.NDArray[Any] | None:
        """The computed scores of some nodes, NaN where one has none; ``None`` if nobody computed them."""
        return self._scores.take(name, np.asarray(ids, np.int64))

    @property
    def score_info(self) -> dict[str, ScoreInfo]:
        """What scores there are, and what made them."""
        return self._given | self._scores.info()

    @cached_property
    def _given(self) -> dict[str, ScoreInfo]:
        """The publisher's own ranks, which are part of the data."""
        folder = self._data / RANKS
        return read_arrays(folder) if folder.exists() else {}

    @property
    def score_generation(self) -> int:
        """The number of the current scores; 0 when there are none."""
        return self._scores.generation

    def put_scores(self, arrays: Mapping[str, Floats], info: Mapping[str, Any]) -> None:
        """Add scores by node, or replace those of the same name, in one step; ``info`` is kept with each."""
        with writer(self.folder):
            self._scores.put(arrays, info)

    @contextmanager
    def draft(self, key: str) -> Iterator[Draft]:
        """A draft of scores, for work that ``key`` names; the release is held for writing meanwhile.

        The key need not name the release's data: they are added here.
        """
        with writer(self.folder):
            whole = hashlib.sha256(msgspec.json.encode((key, self.info))).hexdigest()
            yield Draft(self.folder / f"ranking-{self.info.data:06d}", whole, self.nodes)

    def adopt(self, draft: Draft, info: Mapping[str, Any]) -> None:
        """Make all arrays of a draft part of the scores, in one step, and remove it; inside ``with draft``."""
        self._scores.adopt(draft.folder, draft.arrays, info)
        draft.remove()


def spellings(name: str) -> list[bytes]:
    """The reversed names that a name may be stored under, likeliest first."""
    bare = name.strip().rstrip(".").lower()
    ascii_ = bare
    if not bare.isascii():
        try:
            ascii_ = idna_to_ascii(bare).decode() or bare
        except ValueError:
            ascii_ = bare
    found = []
    for form in dict.fromkeys((ascii_, bare, name.strip())):
        found.append(form)
        if form.startswith("www.") and form.count(".") >= 2:
            found.append(form[4:])
    return [reversed_name(form) for form in found]


@contextmanager
def writer(folder: Path) -> Iterator[None]:
    """Hold a release for writing; a second writer gets ``IndexLocked`` at once."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "writer.lock").open("a+b") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise IndexLocked(
                f"Another backlit is writing to {folder}: wait until it ends, then run this again."
            ) from None
        yield


def releases(index: Path) -> list[ReleaseInfo]:
    """The releases of an index, newest data first; those of unknown date come last."""
    found = [read_info(path.parent) for path in sorted((index / "web").glob(f"*/{MANIFEST}"))]
    found.sort(key=lambda one: (one.data_date or "", one.imported_at, one.kind == "domain"), reverse=True)
    return found


def open_release(index: Path, name: str | None = None) -> Release:
    """A release of an index by its name (with ``-domain`` or ``-host`` where both are there); else the newest.

    Of two kinds of the same name, and of the same date, the domain graph is taken.
    """
    found = releases(index)
    for one in sorted(found, key=lambda one: one.kind != "domain") if name else found:
        if name is None or name in (one.name, f"{one.name}-{one.kind}"):
            kinds = [o for o in found if o.data_date == one.data_date and o.kind == "domain"]
            chosen = one if name or one.kind == "domain" or not kinds else kinds[0]
            return Release.open(index / "web" / f"{chosen.name}-{chosen.kind}")
    there = ", ".join(f"{one.name}-{one.kind}" for one in found)
    raise IndexNotFound(
        f"There is no release {name} in {index}; there are: {there}."
        if name and found
        else f"There is no web-graph release in {index}: bring one in with `backlit web import` or `backlit web pull`."
    )
