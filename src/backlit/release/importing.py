"""Making a release from runs of vertices, edges and ranks: what is on disk, and how it becomes a release.

The work lies in ``importing/`` until everything is there. Names are written in one go; edges go on from where
they were; the publisher's ranks are joined by name. Publishing renames the folder to the next ``data-…``
and then replaces the manifest; what it said before is removed after that.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from backlit.errors import IndexDamaged, ResourceError, SourceError
from backlit.graph.build import GraphBuild, least_memory
from backlit.graph.storage import MANIFEST as GRAPH_MANIFEST
from backlit.graph.storage import Manifest, StoredGraph, open_graph
from backlit.graph.workfolder import write_all
from backlit.release.buffers import NameBuffer
from backlit.release.draft import PATTERN
from backlit.release.manifest import MANIFEST, ReleaseInfo, Step, sync_folder, write_durably
from backlit.release.names import Names
from backlit.release.namewriter import NamesWriter, joined
from backlit.release.release import RANKS
from backlit.release.renumber import Given, renumber, strip_www
from backlit.release.scores import POINTER, Floats, write_arrays

#: Memory of the interpreter, its libraries and the buffers of the readers.
BASE_MEMORY = 320 << 20
#: More edges to unknown nodes than one in so many are those of another graph.
_UNKNOWN_ONE_IN = 1000
_JUDGED_AFTER = 1_000_000
#: Fewer names of a ranks file than this share are nodes: it is of another release.
_LEAST_MATCHED = 0.99

#: Ranks are joined so many at a time: each time most of the dictionary is gone through.
_RANK_MEMORY, _LEAST_RANKS, _MOST_RANKS = 512, 1 << 17, 1 << 22

Progress = Callable[[int, int], None]
Ranks = tuple[NameBuffer, npt.NDArray[np.float64], npt.NDArray[np.float64]]


class Found(msgspec.Struct, kw_only=True):
    """What an import has learned so far; kept, so that it can go on."""

    key: str
    nodes: int = 0
    given: int = 0
    idn_names: int = 0
    invalid_names: int = 0
    renumbered: bool = False
    named: bool = False
    unknown_ids: int = 0
    highest_id: int = -1
    ranks_read: int | None = None
    ranks_matched: int | None = None
    steps: list[Step] = []


class OutOfOrder(Exception):
    """The vertices have to be sorted; the reading begins anew."""


class Importing:
    """The folder of one import, which may have been begun before. The caller holds the writer's lock."""

    def __init__(self, folder: Path, key: str) -> None:
        self.release = folder
        self.folder = folder / "importing"
        found = self._read()
        if found is None or found.key != key:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True)
            found = Found(key=key)
        self.found = found

    def _read(self) -> Found | None:
        try:
            return msgspec.json.decode((self.folder / "state.json").read_bytes(), type=Found)
        except (OSError, msgspec.DecodeError):
            return None

    def keep(self) -> None:
        """Make what was learned safe."""
        write_durably(self.folder / "state.json", self.found)

    # -- names -----------------------------------------------------------------------------------

    def write_names(
        self, vertices: Callable[[], Iterable[Given]], hosts: bool, memory: int, threads: int
    ) -> None:
        """Write names and hosts; ``vertices`` begins the reading, a second time if they must be sorted.

        ``hosts`` says that names may lose a leading ``www``.
        """
        if self.found.named:
            return
        try:
            self._write_sorted(vertices(), hosts)
        except OutOfOrder:
            self._write_unsorted(vertices(), hosts, memory, threads)
        self.found.named = True
        self.keep()

    def _write_sorted(self, vertices: Iterable[Given], hosts: bool) -> None:
        from backlit.release.loops.names import first_disorder

        last, begun = np.zeros(0, np.uint8), False
        self._begin()
        with NamesWriter(self.folder / "names") as names, (self.folder / "hosts.u32").open("wb", 0) as counts:
            for run in vertices:
                if first_disorder(run.names.text, run.names.offsets, last, begun) >= 0:
                    raise OutOfOrder
                if hosts and strip_www(run.names)[1].any():
                    raise OutOfOrder
                names.add(run.names)
                last, begun = np.frombuffer(bytearray(run.names[run.names.count - 1]), np.uint8), True
                self._count(run.names)
                if run.hosts is not None:
                    write_all(counts, run.hosts)
            os.fsync(counts.fileno())
            self.found.given = self.found.nodes = names.count
        self._drop_hosts(hosts)

    def _write_unsorted(self, vertices: Iterable[Given], hosts: bool, memory: int, threads: int) -> None:
        self._begin()
        self.found.renumbered = True
        seen = 0

        def given() -> Iterator[Given]:
            nonlocal seen
            for run in vertices:
                seen += run.names.count
                if hosts:
                    names, stripped = strip_www(run.names)
                    run = Given(run.first, names, run.hosts, stripped)
                yield run

        pieces = renumber(given(), self.folder / "sorting", memory, threads)
        path = self.folder / "node_of_given.u32"
        table = np.zeros(0, np.uint32)
        with NamesWriter(self.folder / "names") as names, (self.folder / "hosts.u32").open("wb", 0) as counts:
            for piece in pieces:
                if not len(table):
                    table = np.memmap(path, np.uint32, "w+", shape=(seen,))
                table[piece.given] = piece.node
                names.add(piece.names)
                self._count(piece.names)
                write_all(counts, piece.hosts)
            os.fsync(counts.fileno())
            self.found.nodes, self.found.given = names.count, seen
        if isinstance(table, np.memmap):
            table.flush()
        self._drop_hosts(hosts)

    def _begin(self) -> None:
        self.found.idn_names = self.found.invalid_names = 0

    def _drop_hosts(self, hosts: bool) -> None:
        if hosts:
            (self.folder / "hosts.u32").unlink()

    def _count(self, names: NameBuffer) -> None:
        from backlit.release.loops.names import kinds_of

        kinds = np.zeros(names.count, np.uint8)
        kinds_of(names.text, names.offsets, kinds)
        self.found.idn_names += int(np.count_nonzero(kinds & 1))
        self.found.invalid_names += int(np.count_nonzero(kinds & 2))

    # -- edges -----------------------------------------------------------------------------------

    def check_memory(self, memory: int) -> int:
        """The bytes a build of the graph may use, or the error that says how many it needs."""
        needed = least_memory(self.found.nodes) + BASE_MEMORY
        if memory < needed:
            raise ResourceError(
                f"A release of {self.found.nodes:,} nodes needs {_megabytes(needed)} of memory to import, and "
                f"{_megabytes(memory)} were allowed: give --memory {_megabytes(needed).replace(' ', '')} or more. "
                "What was read so far is kept."
            )
        return memory - BASE_MEMORY

    def edges_built(self) -> bool:
        """Whether the graph is there already."""
        return (self.folder / "graph" / GRAPH_MANIFEST).exists()

    def write_graph(
        self,
        edges: Iterable[tuple[Path, npt.NDArray[np.uint32], npt.NDArray[np.uint32]]],
        memory: int,
        progress: Progress | None = None,
    ) -> StoredGraph:
        """Build the graph by target from all edges; an earlier run's are passed over."""
        path = self.folder / "graph"
        if self.edges_built():
            return open_graph(path)
        node_of_given = self._node_of_given()
        self.found.unknown_ids, self.found.highest_id = 0, -1
        read = seen = 0
        with GraphBuild(path, self.found.nodes, memory=memory) as build:
            for file, source, target in edges:
                read += len(source)
                source, target = self._known(file, source, target, read)
                skip = min(max(build.taken - seen, 0), len(source))
                seen += len(source)
                source, target = source[skip:], target[skip:]
                if len(source):
                    if node_of_given is not None:
                        source, target = node_of_given[source], node_of_given[target]
                    build.add(source, target)
            self._judge(read, None)
            stored = build.finish(progress)
        self.keep()
        return stored

    def _known(
        self, file: Path, source: npt.NDArray[np.uint32], target: npt.NDArray[np.uint32], read: int
    ) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
        """The edges whose ends are vertices; the others are counted."""
        if not len(source):
            return source, target
        highest = max(int(source.max()), int(target.max()))
        self.found.highest_id = max(self.found.highest_id, highest)
        if highest < self.found.given:
            return source, target
        good = (source < self.found.given) & (target < self.found.given)
        self.found.unknown_ids += int(np.count_nonzero(~good))
        if read > _JUDGED_AFTER:
            self._judge(read, file)
        return source[good], target[good]

    def _judge(self, read: int, file: Path | None) -> None:
        if self.found.unknown_ids * _UNKNOWN_ONE_IN > read:
            where = f" up to here in {file}" if file else ""
            raise SourceError(
                f"{self.found.unknown_ids:,} of {read:,} edges{where} begin or end in nodes that are not there: the "
                f"vertices are 0 to {self.found.given - 1:,}, and the edges name {self.found.highest_id:,}. They are "
                "the edges of another graph; nothing was imported."
            )

    def _node_of_given(self) -> npt.NDArray[np.uint32] | None:
        path = self.folder / "node_of_given.u32"
        if not self.found.renumbered:
            return None
        if not path.exists() or path.stat().st_size != 4 * self.found.given:
            raise IndexDamaged(f"{path} is missing: remove {self.folder} and import again.")
        return np.memmap(path, np.uint32, "r")

    def write_linked(self, memory: int, progress: Progress | None = None) -> None:
        """Build the graph by source too, from the one by target."""
        path = self.folder / "linked"
        if (path / GRAPH_MANIFEST).exists():
            return
        stored = open_graph(self.folder / "graph")
        order = stored.old_of_new
        assert order is not None
        with GraphBuild(path, self.found.nodes, memory=memory, order="given") as build:
            seen = 0
            for run in stored.graph.chunks():
                skip = min(max(build.taken - seen, 0), len(run.source))
                seen += len(run.source)
                if skip < len(run.source):
                    build.add(order[run.target[skip:]], order[run.source[skip:]])
            build.finish(progress)

    def drop_linked(self) -> None:
        """Remove what an earlier run made of the graph by source."""
        for name in ("linked", "linked.building"):
            shutil.rmtree(self.folder / name, ignore_errors=True)

    # -- ranks -----------------------------------------------------------------------------------

    def write_ranks(self, ranks: Iterable[Ranks], hosts: bool, memory: int) -> None:
        """Join the publisher's ranks by name. A node of two rows keeps the greater numbers."""
        folder = self.folder / RANKS
        if (folder / POINTER).exists():
            return
        folder.mkdir(exist_ok=True)
        names = Names(self.folder / "names")
        harmonic, pagerank = (
            _unknown(self.folder / f"joining.{name}", kind, self.found.nodes)
            for name, kind in (("f32", np.float32), ("f64", np.float64))
        )
        read = matched = 0
        rows = min(max(memory // _RANK_MEMORY, _LEAST_RANKS), _MOST_RANKS)
        for given, centrality, rank in _gathered(ranks, rows):
            if hosts:
                given = strip_www(given)[0]
            ids = names.find_many(given)
            there = ids >= 0
            read += len(ids)
            matched += int(np.count_nonzero(there))
            if matched < _LEAST_MATCHED * read:
                raise SourceError(
                    f"Of the first {read:,} rows of the ranks only {matched:,} name a node: they are the ranks of "
                    "another release or of the other kind of graph. Nothing was imported; give the right file or none."
                )
            np.fmax.at(harmonic, ids[there], centrality[there].astype(np.float32))
            np.fmax.at(pagerank, ids[there], rank[there])
        self.found.ranks_read, self.found.ranks_matched = read, matched
        about = {"origin": "publisher", "rows": read, "matched": matched}
        write_arrays(folder, {"cc_harmonic": harmonic, "cc_pagerank": pagerank}, about)
        del harmonic, pagerank
        for name in ("f32", "f64"):
            (self.folder / f"joining.{name}").unlink()
        self.keep()

    # -- the release -----------------------------------------------------------------------------

    def graph_manifest(self) -> Manifest:
        """What came of the edges."""
        return open_graph(self.folder / "graph").manifest

    def publish(self, make: Callable[[int], ReleaseInfo]) -> ReleaseInfo:
        """Make the work the release; ``make`` gives the manifest for a number of the data."""
        for name in ("state.json", "node_of_given.u32"):
            (self.folder / name).unlink(missing_ok=True)
        numbers = [int(p.name[5:]) for p in self.release.glob("data-[0-9]*") if p.name[5:].isdigit()]
        number = max(numbers, default=0) + 1
        info = make(number)
        data = self.release / f"data-{number:06d}"
        sync_folder(self.folder)
        os.rename(self.folder, data)
        sync_folder(self.release)
        write_durably(self.release / MANIFEST, info)
        clean(self.release, number)
        return info


def _gathered(ranks: Iterable[Ranks], rows: int) -> Iterator[Ranks]:
    """The same rows, at least so many at a time."""
    waiting: list[Ranks] = []
    for run in ranks:
        waiting.append(run)
        if sum(names.count for names, _, _ in waiting) >= rows:
            yield _together(waiting)
            waiting = []
    if waiting:
        yield _together(waiting)


def _together(runs: list[Ranks]) -> Ranks:
    values = [np.concatenate([run[i] for run in runs]) for i in (1, 2)]
    return joined(*(run[0] for run in runs)), values[0], values[1]


def clean(folder: Path, data: int) -> None:
    """Remove what belongs to other data than ``data``. Only the writer calls this."""
    for path in folder.glob("data-[0-9]*"):
        if path.name != f"data-{data:06d}":
            shutil.rmtree(path, ignore_errors=True)
    for path in folder.glob(PATTERN):
        if path.name != f"ranking-{data:06d}":
            shutil.rmtree(path, ignore_errors=True)
    for path in folder.glob("*.tmp"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    pointer = folder / POINTER
    if pointer.exists() and msgspec.json.decode(pointer.read_bytes(), type=_OfData).data != data:
        pointer.unlink()
        for path in folder.glob("scores-[0-9]*"):
            shutil.rmtree(path, ignore_errors=True)


class _OfData(msgspec.Struct):
    data: int


def _unknown(path: Path, kind: Any, nodes: int) -> Floats:
    """An array on disk that says of every node that nothing is known."""
    array: Floats = np.memmap(path, kind, "w+", shape=(max(nodes, 1),))
    for first in range(0, nodes, 1 << 22):
        array[first : first + (1 << 22)] = np.nan
    return array[:nodes]


def _megabytes(size: int) -> str:
    return f"{-(-size // 1_000_000)} MB"
