"""Scores of a release: arrays by node, in folders of their own generation.

    scores.json          which generation is current, and of which data
    scores-000002/
      scores.json        what each array is, and what made it
      pagerank.f64       float64  nodes

A number that is NaN says that the node has none. A new set is written under a new name and the pointer
replaced last; arrays that are not given again are carried over by a second link to the same file. Scores
of data that were replaced count no more.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from backlit.errors import IndexDamaged, InputError
from backlit.graph.storage import map_file
from backlit.graph.workfolder import write_all
from backlit.release.cold import searched
from backlit.release.manifest import sync_folder, write_durably
from backlit.version import __version__

Floats = npt.NDArray[np.floating[Any]]

POINTER = "scores.json"
TYPES = {"f64": np.float64, "f32": np.float32, "u32": np.uint32}
#: Up to so many places of an array are read page by page.
_FEW = 1000
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


class ScoreInfo(msgspec.Struct, frozen=True, kw_only=True):
    """One array of scores: its type, what made it and when; ``about`` is whatever its maker says."""

    name: str
    type: str
    nodes: int
    #: Nodes that have a number.
    known: int
    made_at: str
    backlit_version: str
    about: dict[str, Any]


class _Pointer(msgspec.Struct, frozen=True):
    generation: int
    data: int


class ScoreSet:
    """The scores of the release in ``folder`` whose data are ``data``."""

    def __init__(self, folder: Path, data: int, nodes: int) -> None:
        self._folder, self._data, self._nodes = folder, data, nodes

    @property
    def generation(self) -> int:
        """The number of the current set; 0 when there is none."""
        pointer = self._pointer()
        return pointer.generation if pointer and pointer.data == self._data else 0

    def info(self) -> dict[str, ScoreInfo]:
        """What there is, by name."""
        generation = self.generation
        if not generation:
            return {}
        return read_arrays(self._path(generation))

    def get(self, name: str) -> Floats | None:
        """One array, mapped from disk; ``None`` when nobody computed it."""
        one = self.info().get(name)
        return None if one is None else map_array(self._path(self.generation), one, self._nodes)

    def take(self, name: str, nodes: npt.NDArray[np.int64]) -> Floats | None:
        """The numbers of some nodes, in memory; ``None`` when nobody computed them."""
        one = self.info().get(name)
        if one is None:
            return None
        found = map_array(self._path(self.generation), one, self._nodes, few=len(nodes) <= _FEW)[nodes]
        return found if one.type == "u32" else found.astype(np.float64)

    def put(self, arrays: Mapping[str, Floats], about: Mapping[str, Any]) -> None:
        """Make ``arrays`` part of the current scores, in one step. The caller holds the writer's lock."""
        for name, array in arrays.items():
            check_name(name)
            if array.dtype not in TYPES.values() or array.shape != (self._nodes,):
                raise InputError(
                    f"The score {name} must be one float64, float32 or uint32 for each of {self._nodes:,} nodes, "
                    f"and is {array.dtype} of shape {array.shape}."
                )
        self._replace(set(arrays), lambda work, kept: write_arrays(work, arrays, about, kept))

    def adopt(self, folder: Path, arrays: Sequence[ScoreInfo], about: Mapping[str, Any]) -> None:
        """The same with arrays that lie in ``folder`` already, which stays as it is: a file is linked, not copied."""

        def link(work: Path, kept: Sequence[ScoreInfo]) -> None:
            for one in arrays:
                file = f"{one.name}.{one.type}"
                os.link(folder / file, work / file)
            made = [msgspec.structs.replace(one, about=dict(about)) for one in arrays]
            _write_rows(work, [*kept, *made])

        self._replace({one.name for one in arrays}, link)

    def _replace(self, names: set[str], fill: Callable[[Path, Sequence[ScoreInfo]], None]) -> None:
        """Publish a set in which the arrays ``names`` are new and all others those of the current one."""
        before = self.info()
        numbers = [int(p.name[7:13]) for p in self._folder.glob("scores-[0-9]*") if p.name[7:13].isdigit()]
        generation = max(numbers, default=0) + 1
        work = self._path(generation).with_suffix(".tmp")
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        kept = [one for name, one in before.items() if name not in names]
        for one in kept:
            file = f"{one.name}.{one.type}"
            os.link(self._path(self.generation) / file, work / file)
        fill(work, kept)
        os.rename(work, self._path(generation))
        sync_folder(self._folder)
        write_durably(self._folder / POINTER, _Pointer(generation, self._data))
        for path in self._folder.glob("scores-[0-9]*"):
            if path != self._path(generation):
                shutil.rmtree(path, ignore_errors=True)

    def _path(self, generation: int) -> Path:
        return self._folder / f"scores-{generation:06d}"

    def _pointer(self) -> _Pointer | None:
        try:
            return msgspec.json.decode((self._folder / POINTER).read_bytes(), type=_Pointer)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError) as exc:
            raise IndexDamaged(
                f"{self._folder / POINTER} cannot be read ({exc}): compute the scores again."
            ) from exc


def read_arrays(folder: Path) -> dict[str, ScoreInfo]:
    """What arrays a folder holds."""
    path = folder / POINTER
    try:
        found = msgspec.json.decode(path.read_bytes(), type=list[ScoreInfo])
    except (OSError, msgspec.DecodeError) as exc:
        raise IndexDamaged(f"{path} cannot be read ({exc}): compute the scores again.") from exc
    return {one.name: one for one in found}


def map_array(folder: Path, one: ScoreInfo, nodes: int, *, few: bool = False) -> Floats:
    """One array of a folder, mapped; with ``few`` for a look at single places."""
    path = folder / f"{one.name}.{one.type}"
    kind = TYPES[one.type]
    size = path.stat().st_size if path.is_file() else -1
    if size != nodes * np.dtype(kind).itemsize:
        raise IndexDamaged(f"{path} is missing or has the wrong size: compute the scores again.")
    return searched(path, kind) if few else map_file(path, kind)[0]


def write_arrays(
    folder: Path, arrays: Mapping[str, Floats], about: Mapping[str, Any], kept: Sequence[ScoreInfo] = ()
) -> None:
    """Write arrays to a folder, and what they are, beside those that are there already."""
    rows = list(kept)
    for name, array in arrays.items():
        type_ = next(name for name, kind in TYPES.items() if array.dtype == kind)
        known = 0
        with (folder / f"{name}.{type_}").open("wb", buffering=0) as out:
            for first in range(0, len(array), 1 << 22):
                piece = array[first : first + (1 << 22)]
                known += int(np.count_nonzero(~np.isnan(piece)))
                write_all(out, piece)
            os.fsync(out.fileno())
        rows.append(described(name, type_, len(array), known, about))
    _write_rows(folder, rows)


def described(
    name: str, type_: str, nodes: int, known: int, about: Mapping[str, Any] | None = None
) -> ScoreInfo:
    """What is to be said of an array made now."""
    return ScoreInfo(
        name=name,
        type=type_,
        nodes=nodes,
        known=known,
        made_at=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        backlit_version=__version__,
        about=dict(about or {}),
    )


def check_name(name: str) -> None:
    """Refuse what cannot name an array of scores."""
    if not _NAME.fullmatch(name):
        raise InputError(f"{name!r} cannot name a score: use small letters, digits and underscores.")


def _write_rows(folder: Path, rows: Sequence[ScoreInfo]) -> None:
    write_durably(folder / POINTER, sorted(rows, key=lambda one: one.name))
