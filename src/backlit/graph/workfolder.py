"""The folder beside a graph that is being built: who holds it, how far the work is, files written whole.

It is ``<folder>.building``, held by a lock that the system drops with the process. The state of the work is
one small file, replaced as a whole after all that it speaks of has been synced to disk; so whatever lies in the
folder beyond it belongs to nothing, and is cut off or written anew.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from io import RawIOBase
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import numpy as np
import numpy.typing as npt

from backlit.errors import GraphError

S = TypeVar("S", bound=msgspec.Struct)


class WorkFolder:
    """The work folder of ``folder``, held until it is closed; another holder is refused."""

    def __init__(self, folder: Path) -> None:
        self.path = folder.with_name(folder.name + ".building")
        self.path.mkdir(parents=True, exist_ok=True)
        self._lock = (self.path / "lock").open("wb")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as exc:
            self._lock.close()
            raise GraphError(f"Another process is building {folder}: wait for it, or stop it.") from exc

    @property
    def closed(self) -> bool:
        return self._lock.closed

    def close(self) -> None:
        self._lock.close()

    def remove(self) -> None:
        self.close()
        shutil.rmtree(self.path, ignore_errors=True)

    def read_state(self, kind: type[S]) -> S | None:
        """The state last written; None in a fresh folder."""
        path = self.path / "state.json"
        try:
            return msgspec.json.decode(path.read_bytes(), type=kind) if path.exists() else None
        except msgspec.DecodeError as exc:
            raise GraphError(f"{path} cannot be read ({exc}): remove {self.path} and build again.") from exc

    def write_state(self, state: msgspec.Struct) -> None:
        """Replace the state; what it speaks of must be synced already."""
        path = self.path / "state.json"
        temporary = path.with_suffix(".tmp")
        with temporary.open("wb") as file:
            file.write(msgspec.json.encode(state))
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        sync(self.path)

    def write(self, name: str, array: npt.NDArray[Any]) -> None:
        """A file with the bytes of an array, synced."""
        with (self.path / name).open("wb", buffering=0) as file:
            write_all(file, array)
            os.fsync(file.fileno())

    def append(self, front: str, length: int, back: str) -> None:
        """The bytes of one file behind the first ``length`` of another, synced."""
        with (self.path / front).open("r+b") as first, (self.path / back).open("rb") as second:
            first.truncate(length)
            first.seek(0, os.SEEK_END)
            shutil.copyfileobj(second, first, 1 << 22)
            first.flush()
            os.fsync(first.fileno())

    def read(self, count: int, *files: tuple[str, Any]) -> Iterator[list[npt.NDArray[Any]]]:
        """Files of equally many numbers side by side, ``count`` at a time; a file is a name and a type."""
        with ExitStack() as stack:
            handles = [(stack.enter_context((self.path / name).open("rb")), kind) for name, kind in files]
            while True:
                pieces = [np.fromfile(handle, kind, count) for handle, kind in handles]
                if not len(pieces[0]):
                    return
                yield pieces


def write_all(file: RawIOBase, array: npt.NDArray[Any]) -> None:
    """All bytes of an array, however few the system takes at a time."""
    view = np.ascontiguousarray(array).reshape(-1).view(np.uint8).data
    while len(view):
        view = view[file.write(view) or 0 :]


def sync(folder: Path) -> None:
    """Make the names in a folder safe."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_full(error: OSError) -> bool:
    """Whether the disk, or what the user may put on it, is full."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
