"""The access log: one JSON line a request. Of a query only the names of its parameters are kept."""

from __future__ import annotations

import contextlib
import json
import sys
import threading
from pathlib import Path
from typing import IO, Any

from backlit.errors import InputError


class AccessLog:
    """A file, or standard error, that lines are put to; a line is written whole or not at all."""

    def __init__(self, path: Path | None) -> None:
        self._lock = threading.Lock()
        self._file: IO[str] | None = None
        if path is not None:
            try:
                self._file = open(path, "a", encoding="utf-8", buffering=1)  # noqa: SIM115
            except OSError as exc:
                raise InputError(f"The log {path} cannot be written: {exc.strerror}.") from exc

    def write(self, line: dict[str, Any]) -> None:
        """Put down one line. A log that cannot be written (a full disk) never costs a request."""
        # ASCII only: a log is looked at on terminals, and paths come from strangers.
        text = json.dumps(line, separators=(",", ":")) + "\n"
        with self._lock, contextlib.suppress(OSError, ValueError):
            sink = self._file or sys.stderr
            sink.write(text)
            sink.flush()

    def close(self) -> None:
        """Close the file, if there is one."""
        if self._file is not None:
            self._file.close()
