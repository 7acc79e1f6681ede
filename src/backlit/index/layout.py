"""The index directory: manifest, generations, writer lock, and what may be deleted when.

    my-index/
      manifest.json            the current generation, replaced in one step
      generations/000007.json  the same manifest, kept while a reader may need it
      data/…-g000007.parquet   immutable files; every generation has names of its own
      staging/                 parts of inputs read but not yet published
      writer.lock              held by the one writer
      state.sqlite             what the user decided (``backlit.state``); no generation's, no writer's
      jobs/                    files that jobs of a server wrote
      spill/                   where DuckDB puts what does not fit into memory

A file is written under a name no manifest knows, and the manifest is replaced last: a crash
at any instant leaves the previous generation whole, and the next writer removes the debris.
Readers hold a shared lock on their generation's file; a writer deletes a generation only
when nobody holds it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import msgspec

from backlit.errors import IndexDamaged, IndexLocked, IndexNotFound, IndexTooNew, IndexTooOld

#: Raised when the meaning of files on disk changes; an index of a later layout is refused.
LAYOUT = 3


class DataFile(msgspec.Struct, frozen=True, omit_defaults=True):
    """One immutable Parquet file: its table, bucket (-1 for unbucketed), part and check sum."""

    table: str
    name: str
    rows: int
    bytes: int
    digest: str
    bucket: int = -1
    part: str = "base"


class ScoreSource(msgspec.Struct, frozen=True, kw_only=True):
    """The ranked web-graph release that a score layer was taken from: ``known`` of the index's ``domains`` are in it.

    ``score_generation`` and ``ranked_at`` tell one ranking of the release from the next; ``says`` is what its
    scores mean.
    """

    release: str
    data_date: str | None
    nodes: int
    score_generation: int
    ranked_at: str
    domains: int
    known: int
    says: str


class Manifest(msgspec.Struct, frozen=True):
    """What one generation consists of, and what made it."""

    layout: int
    generation: int
    score_generation: int
    buckets: int
    created: str
    code_version: str
    settings_digest: str
    suffix_list_date: str
    data_date: str | None
    links: int
    pages: int
    snapshots: list[str]
    files: list[DataFile]
    #: ``None``: the scores are those of the index's own graph.
    scores_from: ScoreSource | None = None

    def table(self, name: str, bucket: int | None = None, part: str | None = None) -> list[DataFile]:
        """The files of a table, of one bucket or all, of one part or all."""
        return [
            f
            for f in self.files
            if f.table == name and (bucket is None or f.bucket == bucket) and (part is None or f.part == part)
        ]


def empty_manifest(buckets: int) -> Manifest:
    """The manifest of an index that holds nothing yet (generation 0, never written)."""
    return Manifest(LAYOUT, 0, 0, buckets, "", "", "", "", None, 0, 0, [], [])


class Layout:
    """Paths of one index directory, and the few operations that must be atomic."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.data = root / "data"
        self.generations = root / "generations"
        self.staging = root / "staging"
        self.manifest_path = root / "manifest.json"

    def exists(self) -> bool:
        """Whether a generation was ever published here."""
        return self.manifest_path.is_file()

    def create(self) -> None:
        """Make the folders of an index, refusing a folder that holds something else."""
        if self.root.exists() and not self.root.is_dir():
            raise IndexNotFound(f"{self.root} is a file, not a folder: give --index a folder of its own.")
        if self.root.is_dir() and not self.exists():
            ours = {"data", "generations", "staging", "spill", "web", "jobs", "writer.lock"}
            foreign = sorted(
                p.name
                for p in self.root.iterdir()
                if p.name not in ours and not p.name.startswith("state.sqlite")
            )
            if foreign:
                raise IndexNotFound(
                    f"{self.root} is not an index and not empty (it holds {foreign[0]!r}): "
                    "give --index a new or empty folder."
                )
        for folder in (self.data, self.generations, self.staging):
            folder.mkdir(parents=True, exist_ok=True)

    def read_manifest(self) -> Manifest:
        """The current manifest.

        Raises ``IndexNotFound``, ``IndexTooNew``, ``IndexTooOld`` (of another layout; nothing is touched) or
        ``IndexDamaged``.
        """
        try:
            raw = self.manifest_path.read_bytes()
        except FileNotFoundError:
            raise IndexNotFound(
                f"There is no index at {self.root}: make one with `backlit --index {self.root} add FILE`, "
                "or name another with --index or BACKLIT_INDEX."
            ) from None
        except OSError as exc:
            raise IndexNotFound(f"The index at {self.root} cannot be read: {exc.strerror}.") from exc
        try:
            layout = _LAYOUT_ONLY.decode(raw).layout
        except msgspec.DecodeError as exc:
            raise IndexDamaged(f"{self.manifest_path} is not a manifest: {exc}.") from exc
        if layout > LAYOUT:
            raise IndexTooNew(
                f"The index at {self.root} has layout {layout}, and this backlit knows layouts up to {LAYOUT}: "
                "use the version that wrote it, or a later one. Nothing was changed."
            )
        if layout < LAYOUT:
            raise IndexTooOld(
                f"The index at {self.root} has layout {layout}, which an earlier backlit wrote; this one reads "
                f"layout {LAYOUT}: make a new index and add the inputs to it again. Nothing was changed."
            )
        try:
            return _MANIFEST.decode(raw)
        except msgspec.DecodeError as exc:
            raise IndexDamaged(f"{self.manifest_path} cannot be understood: {exc}.") from exc

    def publish(self, manifest: Manifest) -> None:
        """Make ``manifest`` the current generation, in one step that a crash cannot split."""
        raw = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
        kept = self.generation_path(manifest.generation)
        _write_durably(kept, raw)
        _fsync_folder(self.data)
        _fsync_folder(self.generations)
        _write_durably(self.manifest_path, raw)
        _fsync_folder(self.root)

    def generation_path(self, generation: int) -> Path:
        """Where the manifest of a generation is kept while readers may need it."""
        return self.generations / f"{generation:06d}.json"

    @contextlib.contextmanager
    def writer(self) -> Iterator[None]:
        """Hold the index for writing; a second writer gets ``IndexLocked`` at once."""
        self.create()
        with open(self.root / "writer.lock", "a+b") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                handle.seek(0)
                holder = handle.read(40).decode("ascii", "replace").strip()
                who = f" (process {holder})" if holder.isdigit() else ""
                raise IndexLocked(
                    f"Another backlit{who} is writing to {self.root}: wait until it ends, then run this again."
                ) from None
            handle.truncate(0)
            handle.write(str(os.getpid()).encode())
            handle.flush()
            try:
                yield
            finally:
                handle.truncate(0)

    def pin(self) -> tuple[Manifest, IO[bytes] | None]:
        """The current manifest, with a shared lock that keeps its files while it is held."""
        for _ in range(20):
            manifest = self.read_manifest()
            try:
                handle = open(self.generation_path(manifest.generation), "rb")  # noqa: SIM115
            except FileNotFoundError:
                continue  # a writer replaced and removed it between the two reads
            except OSError:
                return manifest, None
            with contextlib.suppress(OSError):  # a file system without locks still reads
                fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
            if self.generation_path(manifest.generation).exists():
                return manifest, handle
            handle.close()
        raise IndexDamaged(
            f"The index at {self.root} has a manifest without its generation file: run `backlit check`."
        )

    def clean(self) -> None:
        """Remove what no generation in use needs. Only the writer calls this."""
        current = self.read_manifest() if self.exists() else None
        needed: set[str] = {f.name for f in current.files} if current else set()
        for path in sorted(self.generations.glob("*.json")):
            if current is not None and path == self.generation_path(current.generation):
                continue
            with open(path, "rb") as handle:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:  # a reader still works on it
                    with contextlib.suppress(msgspec.DecodeError):
                        old = _MANIFEST.decode(path.read_bytes())
                        needed |= {f.name for f in old.files}
                    continue
                path.unlink()
        for folder in (self.data, self.generations, self.root):
            for path in folder.glob("*.tmp"):
                path.unlink(missing_ok=True)
        for path in self.data.iterdir():
            if path.name not in needed:
                path.unlink(missing_ok=True)

    def clear_staging(self) -> None:
        """Drop everything staged: it has been published, or is of no use any more."""
        for path in self.staging.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


class _LayoutOnly(msgspec.Struct):
    layout: int


#: Made at import: msgspec must not learn a type in two threads at once.
_LAYOUT_ONLY = msgspec.json.Decoder(_LayoutOnly)
_MANIFEST = msgspec.json.Decoder(Manifest)


def _write_durably(path: Path, raw: bytes) -> None:
    temporary = path.with_name(path.name + ".tmp")
    with open(temporary, "wb") as handle:
        handle.write(raw)
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(temporary, path)


def _fsync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
