"""A full disk, told as one sentence."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backlit.errors import BacklitError


def is_full(exc: BaseException) -> bool:
    """Whether an error means that no more can be written (disk or quota)."""
    return isinstance(exc, OSError) and (
        exc.errno in (errno.ENOSPC, errno.EDQUOT)
        or "No space left" in str(exc)
        or "quota exceeded" in str(exc)
    )


@contextmanager
def told_when_full(root: Path) -> Iterator[None]:
    """Turn a full disk under ``root`` into a ``BacklitError`` that says what to do."""
    try:
        yield
    except OSError as exc:
        if is_full(exc):
            raise BacklitError(
                f"The disk that holds {root} is full. The index is as it was before; free some space "
                "and run the same command again, and it goes on from where it stopped."
            ) from exc
        raise
