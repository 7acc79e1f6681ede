"""Adding inputs to an index: read them side by side, stage them, publish them together.

Each input is read by a worker process of its own and staged part by part; when all are read,
one generation is published with all of them. Stopping at any moment (Ctrl-C, a crash, a full
disk) leaves the index as it was and the staged parts where they are: adding the same inputs
again goes on from there. An input that is already in the index is skipped, by its content.
"""

from __future__ import annotations

import multiprocessing
import os
import queue
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from backlit.errors import BacklitError, Interrupted, SourceError
from backlit.index.build import Snapshot
from backlit.index.files import read_table
from backlit.index.layout import Layout, Manifest
from backlit.index.memory import use_system_memory
from backlit.index.staging import StagedInput
from backlit.records import Problem
from backlit.settings import Settings, default
from backlit.sources import open_source
from backlit.version import __version__
from backlit.work.disk import is_full, told_when_full
from backlit.work.publish import current, publish


class Event(NamedTuple):
    """One step of progress of one input (``file``), or of the index when ``file`` is empty.

    ``state``: waiting, reading, read, skipped, failed; for the index merging and done.
    For merging, ``kind`` is the stage and ``bytes_done`` of ``bytes_total`` are steps.
    """

    file: str
    kind: str
    state: str
    bytes_done: int
    bytes_total: int
    pages: int
    links: int
    problems: int


class InputSummary(msgspec.Struct):
    """What became of one input."""

    file: str
    kind: str | None
    state: str
    snapshot: str | None = None
    origin: str | None = None
    bytes: int = 0
    pages: int = 0
    links: int = 0
    problem_count: int = 0
    causes: dict[str, int] = msgspec.field(default_factory=dict)
    problems: list[Problem] = msgspec.field(default_factory=list)
    error: str | None = None


class AddSummary(msgspec.Struct):
    """What an ``add`` did: each input, and the generation that holds them (``None``: nothing new)."""

    inputs: list[InputSummary]
    generation: int | None
    links: int
    pages: int
    seconds: float

    @property
    def used(self) -> int:
        """How many inputs gave something, or were already there."""
        return sum(1 for i in self.inputs if i.state in ("read", "skipped"))


class _Job(NamedTuple):
    """Everything a worker needs to read one input."""

    path: str
    as_: str | None
    snapshot: str | None
    base_url: str | None
    staging: str
    known: frozenset[str]
    salt: str


class _Outcome(NamedTuple):
    """What a worker says when it has read its input to the end."""

    summary: InputSummary
    key: str | None
    digest: str


OnProgress = Callable[[Event], None]


def add(
    index_path: str | Path,
    inputs: list[Path],
    *,
    as_: str | None = None,
    snapshot: str | None = None,
    base_url: str | None = None,
    workers: int | None = None,
    settings: Settings | None = None,
    on_progress: OnProgress | None = None,
) -> AddSummary:
    """Read ``inputs`` and publish one generation with all of them.

    Raises ``IndexLocked``, ``IndexTooNew``, ``Interrupted`` (Ctrl-C; what was read is kept
    staged) or ``BacklitError`` (full disk); an input that cannot be read is in the summary.
    """
    began = time.monotonic()
    settings = settings or default()
    report = on_progress or (lambda event: None)
    layout = Layout(Path(index_path))
    if layout.exists():
        layout.read_manifest()  # refuse a later layout before anything is touched
    workers = max(1, workers or min(len(inputs), os.cpu_count() or 1))
    with told_when_full(layout.root), layout.writer():
        layout.clean()
        before = current(layout)
        known = known_digests(layout, before)
        salt = f"{__version__}|{settings.digest}|{as_}|{snapshot}|{base_url}"
        jobs = [
            _Job(str(p), as_, snapshot, base_url, str(layout.staging), known, salt)
            for p in dict.fromkeys(inputs)
        ]
        try:
            outcomes = _read_all(jobs, workers, report)
        except KeyboardInterrupt:
            raise Interrupted(
                "Stopped. The index is as it was before; what was read so far is kept, "
                "and the same command goes on from there."
            ) from None
        finished: dict[str, _Outcome] = {}
        for outcome in outcomes:
            if outcome.key is not None and outcome.digest in finished:
                outcome.summary.state = "skipped"  # the same bytes under two names in one call
            elif outcome.key is not None:
                finished[outcome.digest] = outcome
        summaries = [o.summary for o in outcomes]
        if not finished:
            return AddSummary(summaries, None, before.links, before.pages, time.monotonic() - began)
        staged = [StagedInput(layout.staging, o.key) for o in finished.values() if o.key]
        rows = [_snapshot(o) for o in finished.values()]

        def merging(stage: str, done: int, total: int) -> None:
            report(Event("", stage, "merging", done, total, 0, 0, 0))

        try:
            manifest = publish(layout, staged, rows, settings, threads=workers, progress=merging)
        except KeyboardInterrupt:
            raise Interrupted(
                "Stopped while merging. The index is as it was before; all that was read is kept, "
                "and the same command goes on from there."
            ) from None
        layout.clear_staging()
        layout.clean()
        report(Event("", "done", "done", 1, 1, manifest.pages, manifest.links, 0))
    return AddSummary(
        summaries, manifest.generation, manifest.links, manifest.pages, time.monotonic() - began
    )


def known_digests(layout: Layout, manifest: Manifest) -> frozenset[str]:
    """Content digests of the inputs that are part of the index."""
    found: set[str] = set()
    for file in manifest.table("snapshots"):
        found.update(read_table(layout.data, file, ["digest"])["digest"].to_pylist())
    return frozenset(found)


def _snapshot(outcome: _Outcome) -> Snapshot:
    s = outcome.summary
    return Snapshot(
        snapshot=s.snapshot or "",
        date=s.snapshot or "",
        origin=s.origin or "",
        input=Path(s.file).name,
        bytes=s.bytes,
        digest=outcome.digest,
        links=s.links,
        pages=s.pages,
        problems=s.problem_count,
    )


# -- reading, in workers ------------------------------------------------------------------


def _read_all(jobs: list[_Job], workers: int, report: OnProgress) -> list[_Outcome]:
    for job in jobs:
        report(Event(job.path, "", "waiting", 0, 0, 0, 0, 0))
    if workers == 1 or len(jobs) == 1:
        return [_read_one(job, report) for job in jobs]
    context = multiprocessing.get_context("spawn")
    events: multiprocessing.Queue[Event] = context.Queue()
    pool = ProcessPoolExecutor(
        min(workers, len(jobs)), mp_context=context, initializer=_begin_worker, initargs=(events, os.getpid())
    )
    try:
        with _interrupts_ignored():  # inherited: a worker must not die of Ctrl-C while it still starts
            futures = [pool.submit(_work, job) for job in jobs]
        _watch(futures, events, report)
        outcomes = [_outcome(future, job) for future, job in zip(futures, jobs, strict=True)]
        pool.shutdown(wait=True)
    except BaseException:
        for process in list((pool._processes or {}).values()):
            process.kill()
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    finally:
        events.cancel_join_thread()
        events.close()
    return outcomes


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _watch(futures: list[Future[_Outcome]], events: Any, report: OnProgress) -> None:
    """Pass the workers' progress on until all of them have ended."""
    while True:
        ended = all(f.done() for f in futures)
        try:
            report(events.get(timeout=0.1))
        except queue.Empty:
            if ended:
                return


def _outcome(future: Future[_Outcome], job: _Job) -> _Outcome:
    try:
        return future.result()
    except BrokenProcessPool:
        message = (
            f"The worker that read {job.path} was ended from outside, perhaps for want of memory. "
            "Run the same command again."
        )
        return _Outcome(InputSummary(job.path, None, "failed", error=message), None, "")


_events: Any = None


def _begin_worker(events: Any, parent: int) -> None:
    """Runs in each worker: leave Ctrl-C to the parent, and end when the parent is gone."""
    global _events
    import gc

    _events = events
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _die_with_parent(parent)
    use_system_memory()
    gc.disable()  # extraction makes no cycles worth looking for; measured +13 % on WAT


def _die_with_parent(parent: int) -> None:
    import ctypes
    import sys

    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        try:
            ctypes.CDLL(None, use_errno=True).prctl(pr_set_pdeathsig, signal.SIGKILL, 0, 0, 0)
        except (OSError, AttributeError):
            return
        if os.getppid() != parent:
            os._exit(1)


def _work(job: _Job) -> _Outcome:
    return _read_one(job, _events.put)


def _read_one(job: _Job, report: OnProgress) -> _Outcome:
    """Read one input to its end, staging as it goes, from where an earlier run stopped."""
    summary = InputSummary(job.path, None, "reading")

    def tell(state: str, done: int, total: int, pages: int = 0, links: int = 0) -> None:
        summary.state = state
        kind, problems = summary.kind or "", summary.problem_count
        report(
            Event(job.path, kind, state, done, total, summary.pages + pages, summary.links + links, problems)
        )

    try:
        source = open_source(Path(job.path), as_=job.as_, snapshot=job.snapshot, base_url=job.base_url)
        summary.kind, summary.origin, summary.snapshot = source.kind, source.origin, source.snapshot
        summary.bytes = total = source.total_bytes
        tell("reading", 0, total)
        content = source.digest()
        if content in job.known:
            tell("skipped", total, total)
            return _Outcome(summary, None, content)
        key = _staging_key(content, job.salt)
        staged = StagedInput(Path(job.staging), key)
        parts = staged.parts()
        for part in parts:
            _count(summary, part.pages, part.links, part.problem_count, part.causes, part.problems)
        resume_at = parts[-1].resume_at if parts else 0
        number = len(parts)
        if not staged.done:
            for batch in source.read(resume_at):
                if batch.empty:
                    tell("reading", batch.bytes_done, total, batch.pending_pages, batch.pending_links)
                    continue
                part = staged.write(number, batch)
                number += 1
                _count(summary, part.pages, part.links, part.problem_count, part.causes, part.problems)
                tell("reading", part.bytes_done, total)
            staged.finish(number)
    except (BacklitError, UnicodeError) as exc:
        summary.error = str(exc)
        tell("failed", 0, 0)
        return _Outcome(summary, None, "")
    except OSError as exc:
        if is_full(exc):
            raise
        summary.error = f"{job.path} cannot be read: {exc.strerror or exc}."
        tell("failed", 0, 0)
        return _Outcome(summary, None, "")
    except Exception as exc:
        if os.environ.get("BACKLIT_DEBUG") == "1":
            raise
        # A fault of ours in one input must not cost the others.
        summary.error = (
            f"{job.path} could not be read because of a fault in backlit ({type(exc).__name__}: {exc}). "
            "Please report it; BACKLIT_DEBUG=1 shows where it happened."
        )
        tell("failed", 0, 0)
        return _Outcome(summary, None, "")
    if not any(part.tables for part in staged.parts()):
        summary.error = str(_nothing_found(job.path, summary))
        tell("failed", 0, 0)
        return _Outcome(summary, None, "")
    tell("read", total, total)
    return _Outcome(summary, key, content)


def _nothing_found(path: str, summary: InputSummary) -> SourceError:
    first = f" The first problem: {summary.problems[0].message}" if summary.problems else ""
    return SourceError(f"{path} was read to its end and holds nothing that can be used.{first}")


def _count(
    summary: InputSummary,
    pages: int,
    links: int,
    problem_count: int,
    causes: dict[str, int],
    problems: list[Problem],
) -> None:
    summary.pages += pages
    summary.links += links
    summary.problem_count += problem_count
    for cause, count in causes.items():
        summary.causes[cause] = summary.causes.get(cause, 0) + count
    room = 1000 - len(summary.problems)
    summary.problems += problems[: max(room, 0)]


def _staging_key(content: str, salt: str) -> str:
    import hashlib

    return hashlib.blake2b(f"{content}|{salt}".encode(), digest_size=12).hexdigest()
