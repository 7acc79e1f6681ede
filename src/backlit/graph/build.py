"""Builds a graph on disk from edges in any order, in bounded memory.

1. **Split.** Edges are taken in runs, checked, self-links left out, and written to one of up to 256 part
   files by their target. 8 bytes an edge on disk (12 with weights).
2. **Sort.** Each part is read (twice: count, then place), its rows sorted, repeats dropped, and appended
   to the graph: rows of nodes that have out-links to one file, the other rows to a second. A part too
   large for the memory allowed is read once for each piece of it that fits.
3. **Join.** The second file is appended to the first, and the folder is renamed into place.

With ``order="sinks-last"`` nodes are renumbered on the way (see ``backlit.graph.ordering``); with ``"given"``
they keep their numbers. Input sorted by source comes out of the split so, and saves the sort of rows.

**Memory**: at most ``memory`` bytes beside the interpreter's own 150 MB and the caller's arrays: 13 bytes a node, and
the rest is room to sort in. **Disk**: 12 bytes an edge read while sorting (20 with weights). **Cost**: linear in the
edges, whatever their order; no pass needs more than one part in memory.

**Stopping.** Work in progress lies in ``<folder>.building``. After a crash at any instant, a ``GraphBuild`` on
the same folder goes on: ``taken`` says how many edges it has, and the caller gives those that follow. The finished
folder holds the same bytes as if nothing had happened. Two builds of one folder at a time are refused.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import RawIOBase
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

import msgspec
import numpy as np
import numpy.typing as npt

from backlit.errors import GraphError, ResourceError
from backlit.graph.csr import NO_WEIGHTS, Integers, check_edges, check_nodes
from backlit.graph.ordering import sinks_last
from backlit.graph.sorting import PartSorter, Sorted
from backlit.graph.storage import FORMAT, MANIFEST, Manifest, StoredGraph, files_of, open_graph
from backlit.graph.workfolder import WorkFolder, is_full, sync, write_all

#: Bytes a node that are always needed: whether it has out-links, its new number, its old one, its out-degree.
NODE_BYTES = 13
#: Bytes a row of the part at work.
ROW_BYTES = 56
_PARTS = 256
_SMALLEST_PART = 4096
_LEAST_ROOM = 1 << 20
_LONGEST_RUN = 1 << 20
#: Edges after which the split is made safe against a crash.
_SAFE_EVERY = 1 << 28


class _State(msgspec.Struct, kw_only=True):
    """How far a build has got: what is on disk beyond it is cut off when it goes on."""

    nodes: int
    weighted: bool
    ordered: bool
    parts: int
    phase: Literal["split", "sort", "join"] = "split"
    taken: int = 0
    self_links: int = 0
    part_edges: list[int] = []
    done: int = 0
    front_edges: int = 0
    back_edges: int = 0


def least_memory(nodes: int) -> int:
    """The bytes of memory that a build of so many nodes cannot do without."""
    return NODE_BYTES * nodes + ROW_BYTES * _rows_each(nodes) + _LEAST_ROOM


def _rows_each(nodes: int) -> int:
    return max(-(-nodes // _PARTS), min(_SMALLEST_PART, max(nodes, 1)))


class GraphBuild:
    """One graph being built in ``folder``, which must not exist yet; to be used in a ``with``.

    ``add`` edges from number ``taken`` on, then ``finish``. Leaving the ``with`` early keeps what was done.
    """

    def __init__(
        self,
        folder: Path,
        nodes: int,
        *,
        memory: int,
        weighted: bool = False,
        order: Literal["sinks-last", "given"] = "sinks-last",
    ) -> None:
        check_nodes(nodes)
        if order not in ("sinks-last", "given"):
            raise GraphError(f"There is no order {order!r}: choose sinks-last or given.")
        if memory < least_memory(nodes):
            raise ResourceError(
                f"A graph of {nodes:,} nodes needs at least {least_memory(nodes):,} bytes of memory to build, and "
                f"{memory:,} were allowed: allow more."
            )
        self.folder = folder
        self._room = memory - least_memory(nodes) + _LEAST_ROOM
        self._run = min(max(self._room // 64, 1024), _LONGEST_RUN)
        self._rows = _rows_each(nodes)
        self._files: list[RawIOBase] = []
        if folder.exists():
            if (folder / MANIFEST).exists():  # all that is left is what a crash kept from being removed
                WorkFolder(folder).remove()
            raise GraphError(f"{folder} exists already: build into a new folder, or remove it first.")
        parts = max(-(-nodes // self._rows), 1)
        fresh = _State(
            nodes=nodes, weighted=weighted, ordered=order == "sinks-last", parts=parts, part_edges=[0] * parts
        )
        with self._disk():
            self._work = WorkFolder(folder)
            try:
                self._state = self._known_state(fresh)
            except GraphError:
                self._work.close()
                raise
            self._has_out = np.zeros(nodes, np.uint8)
            if self._state.taken or self._state.phase != "split":
                packed = np.fromfile(self._work.path / f"has_out-{self._state.taken}", np.uint8)
                self._has_out = np.unpackbits(packed, count=nodes)
            if self._state.phase == "split":
                self._open_parts()

    # -- taking edges ----------------------------------------------------------------------------

    @property
    def taken(self) -> int:
        """How many edges are in; after a crash, the number of the edge to go on with."""
        return self._state.taken

    def add(self, source: Integers, target: Integers, weight: npt.NDArray[Any] | None = None) -> None:
        """Take edges: ``source[e]`` links to ``target[e]``; numbers are checked, nothing is kept in memory."""
        from backlit.graph.loops.rows import split

        state = self._state
        if state.phase != "split":
            raise GraphError(f"The build of {self.folder} has all its edges already: call finish.")
        if (weight is not None) != state.weighted:
            raise GraphError(
                f"The graph is built {'with' if state.weighted else 'without'} weights: keep to that."
            )
        weights = None if weight is None else np.ascontiguousarray(weight, dtype=np.float32)
        check_edges(source, target, weights, state.nodes, state.taken)
        begins = np.zeros(state.parts + 1, np.int64)
        columns = 3 if state.weighted else 2
        for first in range(0, len(source), self._run):
            run = slice(first, first + self._run)
            records = np.empty((len(source[run]), columns), np.uint32)
            bits = NO_WEIGHTS.view(np.uint32) if weights is None else weights[run].view(np.uint32)
            u, t = (np.ascontiguousarray(a[run], dtype=np.uint32) for a in (source, target))
            loops = split(u, t, bits, self._rows, begins, records, self._has_out)
            with self._disk():
                for part in np.flatnonzero(np.diff(begins)).tolist():
                    write_all(self._files[part], records[begins[part] : begins[part + 1]])
            state.self_links += loops
            state.part_edges = [n + int(k) for n, k in zip(state.part_edges, np.diff(begins), strict=True)]
            before, state.taken = state.taken, state.taken + len(u)
            if before // _SAFE_EVERY != state.taken // _SAFE_EVERY:
                self.keep()

    def keep(self) -> None:
        """Make what was taken safe against a crash."""
        if self._state.phase != "split":
            return
        with self._disk():
            for file in self._files:
                os.fsync(file.fileno())
            self._work.write(f"has_out-{self._state.taken}", np.packbits(self._has_out))
            self._work.write_state(self._state)
            for path in self._work.path.glob("has_out-*"):
                if path.name != f"has_out-{self._state.taken}":
                    path.unlink()

    # -- making the graph ------------------------------------------------------------------------

    def finish(self, progress: Callable[[int, int], None] | None = None) -> StoredGraph:
        """Sort what was taken, put the graph in its folder and open it.

        ``progress(part, parts)`` is called after each part and may raise to stop.
        """
        state = self._state
        if state.phase == "split":
            self.keep()
            self._close_parts()
            state.phase = "sort"
            with self._disk():
                self._work.write_state(self._state)
        with self._disk():
            if state.ordered:
                ordering = sinks_last(self._has_out)
                new_of_old, live = ordering.new_of_old, ordering.live
                self._work.write("old_of_new.u32", ordering.old_of_new)
                del ordering
            else:
                new_of_old, live = np.arange(state.nodes, dtype=np.uint32), state.nodes
            if state.phase == "sort":
                self._sort(new_of_old, live, progress)
            self._join()
            return self._publish(live)

    def _sort(
        self, new_of_old: npt.NDArray[np.uint32], live: int, progress: Callable[[int, int], None] | None
    ) -> None:
        state = self._state
        names = [n for n in _SORTED if state.weighted or not n.endswith("weights")]
        rows = [min(part * self._rows, state.nodes) for part in range(state.parts + 1)]
        sorter = PartSorter(new_of_old, live, self._room, state.weighted)
        files: dict[str, RawIOBase] = {n: (self._work.path / n).open("ab", buffering=0) for n in names}
        try:
            self._cut(files, new_of_old, live, rows[state.done])
            for part in range(state.done, state.parts):
                path = self._work.path / f"part-{part:03d}"
                for piece in sorter.pieces(path, state.part_edges[part], rows[part], rows[part + 1]):
                    self._append(files, piece)
                for file in files.values():
                    os.fsync(file.fileno())
                state.done = part + 1
                self._work.write_state(self._state)
                path.unlink(missing_ok=True)
                if progress is not None:
                    progress(part + 1, state.parts)
        finally:
            for file in files.values():
                file.close()
        state.phase = "join"
        self._work.write_state(self._state)

    def _append(self, files: dict[str, RawIOBase], piece: Sorted) -> None:
        cut = int(piece.lengths[: piece.front].sum())
        write_all(files["front-lengths"], piece.lengths[: piece.front].astype(np.uint32))
        write_all(files["back-lengths"], piece.lengths[piece.front :].astype(np.uint32))
        write_all(files["front-sources"], piece.sources[:cut])
        write_all(files["back-sources"], piece.sources[cut:])
        if self._state.weighted:
            write_all(files["front-weights"], piece.weights[:cut])
            write_all(files["back-weights"], piece.weights[cut:])
        self._state.front_edges += cut
        self._state.back_edges += len(piece.sources) - cut

    def _cut(
        self, files: dict[str, RawIOBase], new_of_old: npt.NDArray[np.uint32], live: int, rows: int
    ) -> None:
        """Cut the files back to what the parts that are done wrote."""
        front = int(np.count_nonzero(new_of_old[:rows] < live))
        for name, file in files.items():
            side, what = name.split("-")
            edges = self._state.front_edges if side == "front" else self._state.back_edges
            count = (front if side == "front" else rows - front) if what == "lengths" else edges
            file.truncate(4 * count)

    def _join(self) -> None:
        """Back files behind front files; offsets, degrees and weights of nodes from them."""
        state = self._state
        for path in list((self._work.path / "ready").glob("*")):  # a crash before the last rename
            os.replace(path, self._work.path / path.name)
        for what, name in (("sources", "sources.u32"), ("weights", "weights.f32")):
            path = self._work.path / f"front-{what}"
            if not path.exists():  # not weighted, or done before a crash
                continue
            self._work.append(f"front-{what}", 4 * state.front_edges, f"back-{what}")
            os.replace(path, self._work.path / name)
        with (self._work.path / "offsets.i64").open("wb", buffering=0) as file:
            total = 0
            write_all(file, np.zeros(1, np.int64))
            for name in ("front-lengths", "back-lengths"):
                for [lengths] in self._work.read(self._run, (name, np.uint32)):
                    ends = np.cumsum(lengths, dtype=np.int64) + total
                    total = int(ends[-1])
                    write_all(file, ends)
            os.fsync(file.fileno())
        self._count()

    def _count(self) -> None:
        """Out-degrees and out-weights, from the finished in-lists."""
        from backlit.graph.loops.rows import count_sources, sum_sources

        state = self._state
        out_degree = np.zeros(state.nodes, np.uint32)
        for [sources] in self._work.read(self._run, ("sources.u32", np.uint32)):
            count_sources(sources, out_degree)
        self._work.write("out_degree.u32", out_degree)
        del out_degree
        if state.weighted:
            out_weight = np.zeros(state.nodes)
            both = (("sources.u32", np.uint32), ("weights.f32", np.float32))
            for sources, weights in self._work.read(self._run, *both):
                sum_sources(sources, weights, out_weight)
            self._work.write("out_weight.f64", out_weight)

    def _publish(self, live: int) -> StoredGraph:
        state = self._state
        edges = state.front_edges + state.back_edges
        manifest = Manifest(
            format=FORMAT,
            nodes=state.nodes,
            edges=edges,
            live=live if state.ordered else self._last_feeding(),
            weighted=state.weighted,
            ordered=state.ordered,
            read=state.taken,
            self_links=state.self_links,
            repeats=state.taken - state.self_links - edges,
        )
        ready = self._work.path / "ready"
        ready.mkdir(exist_ok=True)
        for name in files_of(manifest):
            if (self._work.path / name).exists():
                os.replace(self._work.path / name, ready / name)
        text = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
        with (ready / MANIFEST).open("wb") as file:
            file.write(text + b"\n")
            file.flush()
            os.fsync(file.fileno())
        sync(ready)
        os.rename(ready, self.folder)
        sync(self.folder.parent)
        self.close()
        self._work.remove()
        return open_graph(self.folder)

    def _last_feeding(self) -> int:
        feeding = np.flatnonzero(self._has_out)
        return int(feeding[-1]) + 1 if len(feeding) else 0

    # -- keeping house ---------------------------------------------------------------------------

    def close(self) -> None:
        """Close all files; what was kept stays for the next build of the folder."""
        self._close_parts()
        self._work.close()

    def __enter__(self) -> GraphBuild:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if not self._work.closed and not isinstance(error, ResourceError):
                self.keep()
        finally:
            self.close()

    def _known_state(self, fresh: _State) -> _State:
        """That of the build to go on with, or the fresh one."""
        found = self._work.read_state(_State)
        if found is None:
            return fresh
        asked = (fresh.nodes, fresh.weighted, fresh.ordered, fresh.parts)
        if (found.nodes, found.weighted, found.ordered, found.parts) != asked:
            raise GraphError(
                f"{self._work.path} holds a build of another graph ({found.nodes:,} nodes"
                f"{', weighted' if found.weighted else ''}): finish that one, or remove the folder."
            )
        return found

    def _open_parts(self) -> None:
        size = 12 if self._state.weighted else 8
        for part, edges in enumerate(self._state.part_edges):
            file = (self._work.path / f"part-{part:03d}").open("ab", buffering=0)
            file.truncate(size * edges)
            self._files.append(file)

    def _close_parts(self) -> None:
        for file in self._files:
            file.close()
        self._files = []

    @contextmanager
    def _disk(self) -> Iterator[None]:
        """A full disk as a sentence."""
        try:
            yield
        except OSError as exc:
            if not is_full(exc):
                raise
            needed = self._state.taken * (20 if self._state.weighted else 12)
            raise ResourceError(
                f"The disk that {self.folder} is to be on is full. The build of {self._state.taken:,} edges needs "
                f"about {needed:,} bytes there; make room and run it again: what was kept is used."
            ) from exc


_SORTED = ("front-lengths", "back-lengths", "front-sources", "back-sources", "front-weights", "back-weights")
