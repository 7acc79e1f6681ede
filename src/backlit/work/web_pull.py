"""Fetching a web-graph release from Common Crawl and bringing it into the index.

``web_list`` says what there is, ``plan`` what a release would cost, ``web_pull`` does it: it asks first, downloads
with as many pauses as the connection makes, and imports. The files stay in ``<index>/web/downloads`` until
somebody removes them; a release that is there whole is not fetched again.
"""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import msgspec

from backlit.errors import InputError, Interrupted, SourceError
from backlit.release.manifest import Kind, Step, check_name, data_date
from backlit.release.steps import Steps
from backlit.sources.remote import COMMON_CRAWL, Remote, RemoteFile
from backlit.work.add import Event, OnProgress
from backlit.work.disk import told_when_full
from backlit.work.web_import import ImportSummary, web_import

#: Where releases are fetched from.
SERVER = COMMON_CRAWL
#: Where the publisher lists the releases, below its root.
LISTING = "graphinfo.json"
_ROOT = "projects/hyperlinkgraph"
#: Seconds between two words on how far a download is.
_TELL_EVERY = 0.25


class Listed(msgspec.Struct, frozen=True):
    """A release that the publisher lists, with the counts it gives of each kind of graph."""

    name: str
    data_date: str | None
    crawls: list[str]
    domain_nodes: int | None
    domain_edges: int | None
    host_nodes: int | None
    host_edges: int | None


class Plan(msgspec.Struct, frozen=True):
    """What would be fetched: files with sizes, and where to."""

    name: str
    kind: Kind
    folder: str
    files: list[RemoteFile]
    #: Bytes in all, and those that are on disk already.
    bytes: int
    bytes_there: int
    #: The publisher has no ranks for this release (yet).
    ranks: bool

    @property
    def bytes_to_fetch(self) -> int:
        return self.bytes - self.bytes_there


class Transfer(msgspec.Struct, frozen=True):
    """How far a download is, over all files: bytes, bytes a second, seconds that remain."""

    file: str
    bytes_done: int
    bytes_total: int
    rate: float
    seconds_left: float | None


class PullSummary(msgspec.Struct, kw_only=True):
    """What a pull did. ``state`` is imported, skipped (it was there) or declined."""

    state: Literal["imported", "skipped", "declined"]
    plan: Plan
    steps: list[Step] = []
    imported: ImportSummary | None = None


Ask = Callable[[Plan], bool]


def web_list(base: str = COMMON_CRAWL, *, remote: Remote | None = None) -> list[Listed]:
    """The releases that the server at ``base`` lists, newest first."""
    remote = remote or Remote(base)
    raw = remote.read(LISTING)
    try:
        rows = msgspec.json.decode(raw, type=list[dict[str, Any]])
    except msgspec.DecodeError as exc:
        raise SourceError(f"{remote.base}/{LISTING} is no list of releases ({exc}).") from exc
    found = [_listed(row) for row in rows if isinstance(row.get("id"), str)]
    return sorted(found, key=lambda one: (one.data_date or "", one.name), reverse=True)


def _listed(row: dict[str, Any]) -> Listed:
    stats = row.get("stats")

    def count(kind: str, *names: str) -> int | None:
        part = stats.get(kind) if isinstance(stats, dict) else None
        values = [part.get(name) for name in names] if isinstance(part, dict) else []
        return next((value for value in values if isinstance(value, int)), None)

    crawls = row.get("crawls")
    return Listed(
        row["id"],
        data_date(row["id"]),
        [str(crawl) for crawl in crawls] if isinstance(crawls, list) else [],
        count("domain", "nodes"),
        count("domain", "arcs", "edges"),
        count("host", "nodes"),
        count("host", "arcs", "edges"),
    )


def plan(
    index: str | Path,
    name: str,
    kind: Kind = "domain",
    *,
    base: str = COMMON_CRAWL,
    remote: Remote | None = None,
) -> Plan:
    """What fetching a release would take; asks the server for the size of each file."""
    check_name(name)
    remote = remote or Remote(base)
    folder = Path(index) / "web" / "downloads" / f"{name}-{kind}"
    stem = f"{_ROOT}/{name}/{kind}/{name}-{kind}"
    if kind == "domain":
        paths = [f"{stem}-vertices.txt.gz", f"{stem}-edges.txt.gz"]
    else:
        lists = [f"{stem}-{what}.paths.gz" for what in ("vertices", "edges")]
        paths = lists + [part for one in lists for part in _parts(remote, one)]
    files = [remote.head(path) for path in paths]
    try:
        files.append(remote.head(f"{stem}-ranks.txt.gz"))
        ranks = True
    except SourceError as exc:
        if "is not there" not in str(exc):
            raise
        ranks = False
    there = sum(min(_size(_place(folder, file)), file.bytes) for file in files)
    return Plan(name, kind, str(folder), files, sum(file.bytes for file in files), there, ranks)


def web_pull(
    index: str | Path,
    name: str,
    kind: Kind = "domain",
    *,
    ask: Ask,
    base: str = COMMON_CRAWL,
    memory: int | None = None,
    threads: int | None = None,
    linked: bool = False,
    on_transfer: Callable[[Transfer], None] | None = None,
    on_progress: OnProgress | None = None,
    remote: Remote | None = None,
) -> PullSummary:
    """Fetch a release and import it; ``ask`` is shown the plan and says whether to go on.

    ``latest`` is the newest that is listed. Raises as ``web_import`` does, and ``SourceError`` for what the
    server does not have or does not give as it said.
    """
    remote = remote or Remote(base)
    if name == "latest":
        listed = web_list(remote=remote)
        if not listed:
            raise InputError(f"{remote.base} lists no releases: name one.")
        name = listed[0].name
    planned = plan(index, name, kind, remote=remote)
    if not ask(planned):
        return PullSummary(state="declined", plan=planned)
    steps = Steps()
    folder = Path(planned.folder)
    with told_when_full(folder), steps.step("download"):
        try:
            _download(remote, planned, on_transfer, on_progress)
        except KeyboardInterrupt:
            raise Interrupted(
                "Stopped. What was downloaded so far is kept, and the same command goes on from there."
            ) from None
    ends = (
        ("vertices.txt.gz", "edges.txt.gz") if kind == "domain" else ("vertices.paths.gz", "edges.paths.gz")
    )
    vertices, edges = (folder / f"{name}-{kind}-{end}" for end in ends)
    imported = web_import(
        index,
        vertices,
        edges,
        folder / f"{name}-{kind}-ranks.txt.gz" if planned.ranks else None,
        name=name,
        memory=memory,
        threads=threads,
        linked=linked,
        on_progress=on_progress,
    )
    state: Literal["imported", "skipped"] = "imported" if imported.state == "imported" else "skipped"
    return PullSummary(
        state=state, plan=planned, steps=steps.done + imported.release.steps, imported=imported
    )


def _download(
    remote: Remote,
    planned: Plan,
    on_transfer: Callable[[Transfer], None] | None,
    on_progress: OnProgress | None,
) -> None:
    began, told = time.monotonic(), 0.0
    folder = Path(planned.folder)
    before = 0
    for file in planned.files:
        place = _place(folder, file)

        def tell(done: int, file: RemoteFile = file, before: int = before) -> None:
            nonlocal told
            now = time.monotonic()
            if now - told < _TELL_EVERY and done < file.bytes:
                return
            told = now
            all_done = before + done
            fresh = max(all_done - planned.bytes_there, 0)
            rate = fresh / max(now - began, 1e-6)
            left = (planned.bytes - all_done) / rate if rate else None
            if on_transfer is not None:
                on_transfer(Transfer(file.path, all_done, planned.bytes, rate, left))
            if on_progress is not None:
                state = "read" if done == file.bytes else "reading"
                on_progress(Event(file.path, "download", state, done, file.bytes, 0, 0, 0))

        remote.fetch(file, place, tell)
        before += file.bytes


def _parts(remote: Remote, path: str) -> list[str]:
    """The files that a list of paths names."""
    raw = remote.read(path)
    try:
        lines = gzip.decompress(raw).decode("ascii").split()
    except (OSError, EOFError, ValueError) as exc:
        raise SourceError(f"{remote.base}/{path} is no list of files ({exc}).") from exc
    for line in lines:
        if not line.startswith(f"{_ROOT}/") or ".." in line.split("/"):
            raise SourceError(f"{remote.base}/{path} names {line[:80]!r}, which is no part of a release.")
    return lines


def _place(folder: Path, file: RemoteFile) -> Path:
    """Where a file goes: parts keep the folder they are in, so that two of the same name stay apart."""
    steps = file.path.split("/")
    return folder.joinpath(*steps[4:]) if len(steps) > 5 else folder / steps[-1]


def _size(place: Path) -> int:
    for path in (place, place.with_name(place.name + ".part")):
        if path.is_file():
            return path.stat().st_size
    return 0
