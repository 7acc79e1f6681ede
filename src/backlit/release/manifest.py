"""What a release is and where it came from: its manifest, and the steps that made it.

    <index>/web/<name>-<kind>/
      release.json         the manifest, replaced in one step when everything else is there
      data-000001/         names, hosts, graph: immutable, named in the manifest
      scores-000001/       arrays by node, immutable; ``scores.json`` names the current ones
      ranking-000001/      scores in the making, which go on when the same ranking is begun again
      importing/           an import that goes on, or that goes on when the same one is run again
      writer.lock          held by the one writer

A crash at any instant leaves the release that was there, and the next writer removes the debris. A
manifest of a later layout is refused, never touched.
"""

from __future__ import annotations

import os
import re
from calendar import monthrange
from pathlib import Path
from typing import Literal

import msgspec

from backlit.errors import IndexDamaged, IndexNotFound, IndexTooNew, InputError

#: Raised when the meaning of files on disk changes.
LAYOUT = 1
MANIFEST = "release.json"

Kind = Literal["domain", "host"]
KINDS: tuple[Kind, ...] = ("domain", "host")

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a long job: seconds on the clock, seconds of processor, and the most memory it held."""

    name: str
    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int


class InputFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file that a release was read from."""

    role: Literal["vertices", "edges", "ranks"]
    name: str
    bytes: int
    digest: str


class ReleaseInfo(msgspec.Struct, frozen=True, kw_only=True):
    """The manifest of a release."""

    layout: int
    #: Which folder of data is meant; ids of nodes hold within one.
    data: int
    name: str
    kind: Kind
    #: The last day of the last month in the name; ``None`` when the name says none.
    data_date: str | None
    nodes: int
    #: Edges kept, edges read, and those left out: of a node to itself, repeats, to nodes that are not there.
    edges: int
    edges_read: int
    self_loops: int
    duplicates: int
    unknown_ids: int
    #: Nodes without out-links.
    dangling: int
    #: Whether the vertices came out of order, or lost a leading ``www``, and were numbered anew.
    renumbered: bool
    #: Vertices that are one node with another because only ``www.`` told them apart.
    merged: int
    idn_names: int
    invalid_names: int
    #: Rows of the ranks file, and those whose name is a node.
    ranks_read: int | None
    ranks_matched: int | None
    #: Whether the edges are stored by their source too.
    linked: bool
    imported_at: str
    backlit_version: str
    inputs: list[InputFile]
    steps: list[Step]


def data_date(name: str) -> str | None:
    """The last day a release speaks of, by its name: ``cc-main-2025-26-dec-jan-feb`` ends 2026-02-28."""
    parts = name.lower().split("-")
    months = [part for part in parts if part in _MONTHS]
    years = [int(part) for part in parts if re.fullmatch(r"20\d\d", part)]
    if not months or not years:
        return None
    first = parts.index(str(years[0]))
    later = parts[first + 1] if first + 1 < len(parts) else ""
    year = years[0] + 1 if later == f"{(years[0] + 1) % 100:02d}" else years[-1]
    month = _MONTHS.index(months[-1]) + 1
    return f"{year}-{month:02d}-{monthrange(year, month)[1]:02d}"


def check_name(name: str) -> None:
    """Refuse what cannot name a release's folder."""
    if not _NAME.fullmatch(name):
        raise InputError(
            f"{name!r} cannot name a release: give up to 100 letters, digits, dots, dashes and underscores, "
            "such as cc-main-2026-apr-may-jun."
        )


def release_folder(index: Path, name: str, kind: Kind) -> Path:
    """Where a release lies."""
    return index / "web" / f"{name}-{kind}"


def read_info(folder: Path) -> ReleaseInfo:
    """The manifest of the release in ``folder``."""
    path = folder / MANIFEST
    try:
        raw = path.read_bytes()
    except OSError as exc:
        raise IndexNotFound(
            f"There is no web-graph release at {folder} ({exc.strerror or exc}): bring one in with "
            "`backlit web import` or `backlit web pull`."
        ) from exc
    try:
        layout = msgspec.json.decode(raw, type=_LayoutOnly).layout
        if layout > LAYOUT:
            raise IndexTooNew(
                f"The release at {folder} has layout {layout}, and this backlit knows layouts up to {LAYOUT}: "
                "use the version that wrote it, or a later one. Nothing was changed."
            )
        return msgspec.json.decode(raw, type=ReleaseInfo)
    except msgspec.DecodeError as exc:
        raise IndexDamaged(f"{path} cannot be understood ({exc}): import the release again.") from exc


class _LayoutOnly(msgspec.Struct):
    layout: int


def write_durably(path: Path, value: object) -> None:
    """``value`` as JSON under ``path``, in one step that a crash cannot split."""
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("wb") as out:
        out.write(msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n")
        out.flush()
        os.fsync(out.fileno())
    os.replace(temporary, path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder safe against a crash."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
