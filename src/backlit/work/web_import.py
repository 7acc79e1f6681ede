"""Bringing a web-graph release into the index, from its text files.

The steps: the files are looked at (size and digest), names are written, edges are built into a graph, if wanted
once more by source, the publisher's ranks are joined, and the manifest is replaced. Stopping at any moment
leaves the releases of the index as they were; the same import run again goes on with what is done:
names are not written twice, and edges go on where they were.
"""

from __future__ import annotations

import os
import queue
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import numpy as np
import xxhash

from backlit.errors import InputError, Interrupted
from backlit.records import Problem
from backlit.release.buffers import NameBuffer
from backlit.release.importing import Found, Importing, clean
from backlit.release.manifest import (
    LAYOUT,
    InputFile,
    Kind,
    ReleaseInfo,
    Step,
    check_name,
    data_date,
    read_info,
    release_folder,
)
from backlit.release.release import writer
from backlit.release.renumber import Given
from backlit.release.steps import Steps
from backlit.sources.edgelist import EdgeRun
from backlit.sources.webgraph import has_hosts, parts_of, read_all_edges, read_ranks, read_vertices
from backlit.version import __version__
from backlit.work.add import Event, OnProgress
from backlit.work.disk import told_when_full

_T = TypeVar("_T")

#: Problems that are kept in full.
_KEPT_PROBLEMS = 100
_NAME_OF_FILE = re.compile(r"(.+)-(?:domain|host)-(?:vertices|edges)\b")


class ImportSummary(msgspec.Struct, kw_only=True):
    """What an import did. ``state`` is imported, or skipped when the same release was there already."""

    state: str
    folder: str
    release: ReleaseInfo
    problem_count: int = 0
    problems: list[Problem] = []

    @property
    def steps(self) -> list[Step]:
        """The steps of the import, with seconds and memory."""
        return self.release.steps


class _Inputs(msgspec.Struct, frozen=True):
    """The files of one import."""

    vertices: list[Path]
    edges: list[Path]
    ranks: list[Path]

    def roles(self) -> list[tuple[Any, Path]]:
        named = (("vertices", self.vertices), ("edges", self.edges), ("ranks", self.ranks))
        return [(role, path) for role, paths in named for path in paths]


def web_import(
    index: str | Path,
    vertices: Path,
    edges: Path,
    ranks: Path | None = None,
    *,
    name: str | None = None,
    memory: int | None = None,
    threads: int | None = None,
    linked: bool = False,
    on_progress: OnProgress | None = None,
) -> ImportSummary:
    """Import a release into the index at ``index``.

    Each of the three is a file, a folder of parts or a list of parts. ``name`` is told from the file's name if it
    is not given. ``memory`` bounds what the build holds, in bytes (half of what is free if not given). With
    ``linked`` edges are stored by source too: 4 bytes an edge and 12 a node more, and as long a build again.

    Raises ``SourceError`` for files that are damaged, no release, or not of one; ``ResourceError`` when memory or
    disk do not suffice; ``IndexLocked``; ``Interrupted`` for Ctrl-C.
    """
    report = on_progress or (lambda event: None)
    inputs = _Inputs(parts_of(vertices), parts_of(edges), parts_of(ranks) if ranks else [])
    kind: Kind = "domain" if has_hosts(inputs.vertices) else "host"
    name = name or _name_of(vertices, kind)
    check_name(name)
    folder = release_folder(Path(index), name, kind)
    if (folder / "release.json").exists():
        read_info(folder)  # refuse a later layout before anything is touched
    memory = free_memory() // 2 if memory is None else memory
    threads = max(1, threads or os.cpu_count() or 1)
    folder.mkdir(parents=True, exist_ok=True)
    with told_when_full(folder), writer(folder):
        job = _Job(folder, name, kind, inputs, memory, threads, linked, report)
        try:
            return job.run()
        except KeyboardInterrupt:
            raise Interrupted(
                "Stopped. The releases of the index are as they were; what was done so far is kept, and the same "
                "command goes on from there."
            ) from None


class _Job:
    """One import, the lock held."""

    def __init__(
        self,
        folder: Path,
        name: str,
        kind: Kind,
        inputs: _Inputs,
        memory: int,
        threads: int,
        linked: bool,
        report: OnProgress,
    ) -> None:
        self.folder, self.name, self.kind, self.inputs = folder, name, kind, inputs
        self.memory, self.threads, self.linked, self.report = memory, threads, linked, report
        self.steps = Steps()
        self.problems: list[Problem] = []
        self.problem_count = 0

    def run(self) -> ImportSummary:
        with self.steps.step("look at files"):
            files = [self._look(role, path) for role, path in self.inputs.roles()]
        if (self.folder / "release.json").exists():
            there = read_info(self.folder)
            clean(self.folder, there.data)
            if there.inputs == files and there.linked == self.linked:
                for path in (path for _, path in self.inputs.roles()):
                    self._tell(path, "skipped", path.stat().st_size)
                return ImportSummary(state="skipped", folder=str(self.folder), release=there)
        importing = Importing(self.folder, self._key(files))
        self.steps = Steps(lambda step: self._keep(importing, step), importing.found.steps + self.steps.done)
        self._names(importing)
        memory = importing.check_memory(self.memory)
        self._graph(importing, memory)
        if self.linked:
            with self.steps.step("links by source"):
                importing.write_linked(memory, self._parts("sorting links by source"))
        else:
            importing.drop_linked()
        if self.inputs.ranks:
            with self.steps.step("ranks"):
                importing.write_ranks(self._read_ranks(), self.kind == "host", memory)
        self._note(importing.found)
        graph = importing.graph_manifest()
        found = importing.found

        def make(number: int) -> ReleaseInfo:
            return ReleaseInfo(
                layout=LAYOUT,
                data=number,
                name=self.name,
                kind=self.kind,
                data_date=data_date(self.name),
                nodes=found.nodes,
                edges=graph.edges,
                edges_read=graph.read + found.unknown_ids,
                self_loops=graph.self_links,
                duplicates=graph.repeats,
                unknown_ids=found.unknown_ids,
                dangling=graph.nodes - graph.live,
                renumbered=found.renumbered,
                merged=found.given - found.nodes,
                idn_names=found.idn_names,
                invalid_names=found.invalid_names,
                ranks_read=found.ranks_read,
                ranks_matched=found.ranks_matched,
                linked=self.linked,
                imported_at=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
                backlit_version=__version__,
                inputs=files,
                steps=self.steps.done,
            )

        info = importing.publish(make)
        self.report(Event("", "done", "done", 1, 1, 0, info.edges, self.problem_count))
        return ImportSummary(
            state="imported",
            folder=str(self.folder),
            release=info,
            problem_count=self.problem_count,
            problems=self.problems,
        )

    def _key(self, files: list[InputFile]) -> str:
        told = msgspec.json.encode([files, self.kind, __version__])
        return xxhash.xxh3_128_hexdigest(told)

    def _keep(self, importing: Importing, step: Step) -> None:
        importing.found.steps = self.steps.done
        if importing.folder.is_dir():
            importing.keep()

    def _look(self, role: Any, path: Path) -> InputFile:
        digest, size = xxhash.xxh3_128(), 0
        total = path.stat().st_size
        with path.open("rb") as file:
            while chunk := file.read(1 << 22):
                digest.update(chunk)
                size += len(chunk)
                self.report(Event("", "looking at files", "merging", size, total, 0, 0, 0))
        return InputFile(role=role, name=path.name, bytes=size, digest=digest.hexdigest())

    # -- the steps -------------------------------------------------------------------------------

    def _names(self, importing: Importing) -> None:
        if importing.found.named:
            return
        with self.steps.step("names"):
            importing.write_names(self._read_vertices, self.kind == "host", self.memory, self.threads)

    def _graph(self, importing: Importing, memory: int) -> None:
        if importing.edges_built():
            return

        def edges() -> Iterator[Any]:
            for path, run in self._ahead(read_all_edges(self.inputs.edges)):
                self._take(run)
                self._tell_edges(path, run)
                yield path, run.source, run.target

        with self.steps.step("graph"):
            importing.write_graph(edges(), memory, self._parts("sorting links by target"))
        self._tell(self.inputs.edges[-1], "read", self.inputs.edges[-1].stat().st_size)

    def _read_vertices(self) -> Iterator[Given]:
        path = None
        for run in self._ahead(read_vertices(self.inputs.vertices)):
            if path is not None and path != run.path:
                self._tell(path, "read", path.stat().st_size)
            path = run.path
            self._tell(path, "reading", run.bytes_done)
            yield Given(run.first, run.names, run.hosts, np.zeros(run.names.count, np.uint8))
        if path is not None:
            self._tell(path, "read", path.stat().st_size)

    def _read_ranks(self) -> Iterator[tuple[NameBuffer, Any, Any]]:
        for run in self._ahead(read_ranks(self.inputs.ranks)):
            self._tell(self.inputs.ranks[0], "reading", run.bytes_done)
            yield run.names, run.harmonic, run.pagerank
        for path in self.inputs.ranks:
            self._tell(path, "read", path.stat().st_size)

    def _ahead(self, runs: Iterable[_T]) -> Iterator[_T]:
        return ahead(runs) if self.threads > 1 else iter(runs)

    # -- telling ---------------------------------------------------------------------------------

    def _take(self, run: EdgeRun) -> None:
        for problem in run.problems:
            self._problem(problem)

    def _problem(self, problem: Problem) -> None:
        self.problem_count += 1
        if len(self.problems) < _KEPT_PROBLEMS:
            self.problems.append(problem)

    def _note(self, found: Found) -> None:
        """What the edges as a whole say about the file they come from."""
        last = self.inputs.edges[-1]
        if found.unknown_ids:
            self._problem(
                Problem(
                    str(last),
                    "whole file",
                    "unknown-id",
                    f"{found.unknown_ids:,} edges name nodes that are not among the {found.given:,} vertices; "
                    "they were left out.",
                )
            )
        if found.given > 1000 and found.highest_id < found.given // 2:
            self._problem(
                Problem(
                    str(last),
                    "whole file",
                    "few-ids",
                    f"The edges name no node beyond {found.highest_id:,}, and there are {found.given:,} vertices: "
                    "they may be the edges of a smaller graph.",
                )
            )

    def _tell_edges(self, path: Path, run: EdgeRun) -> None:
        self._tell(path, "reading", run.bytes_done, run.lines)

    def _tell(self, path: Path, state: str, done: int, links: int = 0) -> None:
        total = path.stat().st_size
        self.report(Event(str(path), "web graph", state, done, total, 0, links, self.problem_count))

    def _parts(self, stage: str) -> Callable[[int, int], None]:
        return lambda part, parts: self.report(Event("", stage, "merging", part, parts, 0, 0, 0))


def ahead(runs: Iterable[_T], depth: int = 4) -> Iterator[_T]:
    """The same runs, read by another thread some steps ahead."""
    waiting: queue.Queue[tuple[_T | None, BaseException | None]] = queue.Queue(depth)
    stop = threading.Event()

    def give(item: tuple[_T | None, BaseException | None]) -> None:
        while not stop.is_set():
            try:
                waiting.put(item, timeout=0.1)
            except queue.Full:
                continue
            return

    def read() -> None:
        try:
            for run in runs:
                if stop.is_set():
                    return
                give((run, None))
        except BaseException as exc:  # told to the thread that asks
            give((None, exc))
            return
        give((None, None))

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    try:
        while True:
            run, failed = waiting.get()
            if failed is not None:
                raise failed
            if run is None:
                return
            yield run
    finally:
        stop.set()
        thread.join()


def memory_of(text: str) -> int:
    """Bytes as people write them: ``8GB``, ``512 MiB``, ``2g``."""
    match = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([kmgt]?)(i?)b?\s*", text.lower())
    if match is None:
        raise InputError(f"{text!r} is no amount of memory: write it like 8GB or 512MB.")
    power = " kmgt".index(match[2] or " ")
    return int(float(match[1]) * (1024 if match[3] else 1000) ** power)


def free_memory() -> int:
    """The bytes of memory that could be used now."""
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _name_of(path: Path, kind: str) -> str:
    match = _NAME_OF_FILE.match(path.name)
    if match is None:
        raise InputError(
            f"The name of the release cannot be told from {path.name}: give --name, such as cc-main-2026-apr-may-jun."
        )
    return match[1]
