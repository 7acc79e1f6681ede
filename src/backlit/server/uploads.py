"""Files that people send to be imported: written to disk as they arrive, kept until their job has ended.

They lie in the folder of jobs, each in a folder of its own, so that it keeps its name.
"""

from __future__ import annotations

import contextlib
import re
import secrets
import shutil
import time
from pathlib import Path

from backlit.errors import BacklitError, InputError
from backlit.text.visible import visible

FOLDER = "uploads"
_MOST_NAME = 120
_ARRIVING_SECONDS = 3600.0
_ID = re.compile(r"[0-9a-f]{16}\Z")


class TooLarge(BacklitError):
    """A file is larger than a server takes."""


class Upload:
    """One file that arrives: ``write`` its pieces, then ``keep`` it. A ``with`` block left without throws it away."""

    def __init__(self, folder: Path, name: str, most_bytes: int) -> None:
        self.name = safe_name(name)
        self.id = secrets.token_hex(8)
        self._folder = folder / FOLDER / self.id
        self._most = most_bytes
        self._bytes = 0
        self._kept = False
        try:
            self._folder.mkdir(parents=True)
            self._file = open(self._folder / self.name, "xb")  # noqa: SIM115
        except OSError as exc:
            raise InputError(f"The file that was sent cannot be kept: {exc.strerror}.") from exc

    @property
    def size(self) -> int:
        """How many bytes have arrived."""
        return self._bytes

    def write(self, data: bytes) -> None:
        """Add a piece. Raises ``TooLarge``, and ``InputError`` where the disk is full."""
        self._bytes += len(data)
        if self._bytes > self._most:
            raise TooLarge(
                f"The file is larger than the {self._most:,} bytes that this server takes: put it into the folder of "
                "imports (--import-from), or run `backlit add` on the machine that keeps the index."
            )
        try:
            self._file.write(data)
        except OSError as exc:
            raise InputError(f"The file that was sent cannot be kept: {exc.strerror}.") from exc

    def keep(self) -> None:
        """The file is whole. Raises ``InputError``."""
        try:
            self._file.close()
        except OSError as exc:
            raise InputError(f"The file that was sent cannot be kept: {exc.strerror}.") from exc
        self._kept = True

    def __enter__(self) -> Upload:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._file.close()
        if not self._kept or kind is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


def path_of(folder: Path, id_: str) -> Path | None:
    """The file of an upload; None where it is gone."""
    if not _ID.match(id_):
        return None
    try:
        [path] = (folder / FOLDER / id_).iterdir()
    except (OSError, ValueError):
        return None
    return path


def remove(folder: Path, id_: str) -> None:
    """Forget an upload, if it is there."""
    if _ID.match(id_):
        shutil.rmtree(folder / FOLDER / id_, ignore_errors=True)


def tidy(folder: Path, known: set[str]) -> None:
    """Forget uploads that belong to none of ``known``, but for those that may still be arriving."""
    before = time.time() - _ARRIVING_SECONDS
    with contextlib.suppress(OSError):
        for path in (folder / FOLDER).iterdir():
            if path.name not in known and path.stat().st_mtime < before:
                shutil.rmtree(path, ignore_errors=True)


def safe_name(given: str) -> str:
    """The last part of a name that was sent, without what has a meaning in paths or on screens."""
    name = re.sub(r"[\x00-\x1f\x7f-\x9f]", "_", re.split(r"[/\\]", given)[-1])
    name = re.sub(r"[^\w.\- ()+@=,~]", "_", visible(name, 400)).strip(" .")
    if len(name.encode("utf-8", "replace")) > _MOST_NAME:
        stem, dot, ending = name.rpartition(".")
        ending = ending[:20] if dot else ""
        name = (
            (stem or name).encode("utf-8", "replace")[: _MOST_NAME - 22].decode("utf-8", "ignore")
            + dot
            + ending
        )
    return name or "upload"
