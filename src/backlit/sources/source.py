"""What every reader of inputs offers, and what they share: size, date and digest."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Protocol

from backlit.errors import SourceError
from backlit.records import Batch

#: The kinds of input, as ``--as`` takes them.
KINDS = ("links", "pages", "hosts", "trusted", "warc", "arc", "wat", "folder")

#: The kinds that are tables.
TABLE_KINDS = ("links", "pages", "hosts", "trusted")

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Source(Protocol):
    """One input: what it is, how large, and its rows a batch at a time."""

    path: Path
    kind: str
    origin: str
    snapshot: str
    total_bytes: int

    def read(self, resume_at: int = 0) -> Iterator[Batch]:
        """The batches that come after ``resume_at``, a value an earlier batch gave."""
        ...

    def digest(self) -> str:
        """A digest of the content, so that the same input is never added twice."""
        ...


def digest_file(path: Path) -> str:
    """The BLAKE2b digest (32 bytes, hexadecimal) of a file's bytes, read as a stream."""
    digest = hashlib.blake2b(digest_size=32)
    try:
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
    except OSError as exc:
        raise SourceError(f"The file {path} cannot be read: {exc.strerror or exc}.") from exc
    return digest.hexdigest()


def modified_day(path: Path) -> str:
    """The day (UTC) a file was last changed, as ``YYYY-MM-DD``."""
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()


def checked_snapshot(snapshot: str | None) -> str | None:
    """``snapshot`` when it is a day or ``None``; a ``SourceError`` otherwise."""
    if snapshot is None:
        return None
    if _DAY.fullmatch(snapshot):
        try:
            return date.fromisoformat(snapshot).isoformat()
        except ValueError:
            pass
    raise SourceError(
        f"The snapshot date {snapshot!r} is not a day; write it as YYYY-MM-DD, e.g. 2026-09-15."
    )
