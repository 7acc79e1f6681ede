"""Scores of a release in the making: each on disk as soon as it is known, so that none has to stay in memory.

    ranking-000001/      of data 1; held by the writer of the release
      draft.json         what the work is (its key), and the steps that ended, with what they found
      pagerank.f64       arrays as scores have them; mapped back when they are needed

A step's arrays are synced before the step is noted. So work that was stopped goes on behind its last whole step when
the same work (the same key) is begun again; other work begins anew. ``ScoreSet.adopt`` makes the arrays
current by a second link to each file, and only then the draft is removed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from backlit.errors import IndexDamaged, InputError
from backlit.graph.workfolder import write_all
from backlit.release.manifest import Step, write_durably
from backlit.release.scores import TYPES, Floats, ScoreInfo, check_name, described, map_array

STATE = "draft.json"
#: Folders of drafts, each with the number of its data.
PATTERN = "ranking-[0-9]*"
_AT_ONCE = 1 << 22


class _State(msgspec.Struct):
    key: str
    arrays: list[ScoreInfo] = []
    #: What each ended step found, and what it cost.
    found: dict[str, dict[str, Any]] = {}
    steps: list[Step] = []


class Draft:
    """The draft in ``folder`` for scores of ``nodes`` nodes. The caller holds the writer's lock of the release."""

    def __init__(self, folder: Path, key: str, nodes: int) -> None:
        self.folder, self.nodes = folder, nodes
        state = self._read()
        if state is None or state.key != key:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            state = _State(key)
        self._state = state
        self._fresh: list[ScoreInfo] = []

    def found(self, step: str) -> dict[str, Any] | None:
        """What an ended step found; ``None`` when it has not ended."""
        return self._state.found.get(step)

    @property
    def steps(self) -> list[Step]:
        """What the ended steps cost, in their order."""
        return self._state.steps

    @property
    def arrays(self) -> list[ScoreInfo]:
        """The arrays of ended steps."""
        return self._state.arrays

    def write(self, name: str, kind: npt.DTypeLike, pieces: Iterable[npt.NDArray[Any]]) -> None:
        """Write an array of the type ``kind`` from its pieces, one after another."""
        check_name(name)
        type_ = next(word for word, one in TYPES.items() if one == kind)
        length = known = 0
        with (self.folder / f"{name}.{type_}").open("wb", buffering=0) as out:
            for piece in pieces:
                length += len(piece)
                known += int(np.count_nonzero(~np.isnan(piece)))
                write_all(out, np.ascontiguousarray(piece, dtype=kind))
            os.fsync(out.fileno())
        if length != self.nodes:
            raise InputError(
                f"The score {name} has {length:,} numbers, and the release {self.nodes:,} nodes."
            )
        self._fresh.append(described(name, type_, length, known))

    def end(self, step: str, found: Mapping[str, Any], cost: Step) -> None:
        """Note that a step ended, and with it the arrays written since the last one."""
        named = {one.name for one in self._fresh}
        self._state.arrays = [one for one in self._state.arrays if one.name not in named] + self._fresh
        self._state.found[step] = dict(found)
        self._state.steps = [one for one in self._state.steps if one.name != step] + [cost]
        self._fresh = []
        write_durably(self.folder / STATE, self._state)

    def array(self, name: str) -> Floats:
        """An array that was written, mapped."""
        one = next(one for one in [*self._state.arrays, *self._fresh] if one.name == name)
        return map_array(self.folder, one, self.nodes)

    def remove(self) -> None:
        """Nothing of it is needed any more."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _read(self) -> _State | None:
        try:
            state = msgspec.json.decode((self.folder / STATE).read_bytes(), type=_State)
            for one in state.arrays:
                map_array(self.folder, one, self.nodes)
        except (OSError, msgspec.DecodeError, IndexDamaged):
            return None
        return state


def in_pieces(values: npt.NDArray[Any], places: npt.NDArray[Any] | None = None) -> Iterable[npt.NDArray[Any]]:
    """``values``, or those at ``places``, some million at a time."""
    for first in range(0, len(values), _AT_ONCE):
        part = slice(first, first + _AT_ONCE)
        yield values[part] if places is None else values[places[part]]
