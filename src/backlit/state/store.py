"""The file ``state.sqlite``: its versions, and how several processes use it at once.

The journal is a write-ahead log: readers never wait, and writers wait for one another for up to half a
minute. Each write is one transaction. ``user_version`` is the version of the schema; steps lead from one to
the next, and a file of a later version is refused and not touched.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from backlit.errors import IndexDamaged, IndexFault, IndexLocked, IndexNotFound, IndexTooNew

FILE = "state.sqlite"
#: Names in the index directory that belong to the state.
FILES = (FILE, f"{FILE}-wal", f"{FILE}-shm", f"{FILE}-journal")

#: What leads from version n to n + 1. Once published a step never changes; another is put behind it.
STEPS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE reviews (
            id INTEGER PRIMARY KEY,
            target TEXT NOT NULL,
            scope TEXT NOT NULL CHECK (scope IN ('link', 'domain', 'network')),
            key TEXT NOT NULL,
            source_url TEXT,
            target_url TEXT,
            decision TEXT CHECK (decision IN ('keep', 'remove', 'disavow', 'ignore')),
            note TEXT,
            decided_at TEXT NOT NULL
        ) STRICT""",
        "CREATE INDEX reviews_of_target ON reviews (target, scope, key, decided_at, id)",
        """CREATE TABLE requests (
            id INTEGER PRIMARY KEY,
            target TEXT NOT NULL,
            domain TEXT NOT NULL,
            sent_at TEXT NOT NULL,
            way TEXT,
            note TEXT
        ) STRICT""",
        "CREATE INDEX requests_of_target ON requests (target, domain, sent_at, id)",
    ),
    (
        """CREATE TABLE api_tasks (
            id INTEGER PRIMARY KEY,
            task TEXT NOT NULL,
            function TEXT NOT NULL,
            url TEXT NOT NULL,
            posted INTEGER NOT NULL,
            done INTEGER NOT NULL,
            code INTEGER NOT NULL,
            message TEXT NOT NULL,
            failed INTEGER NOT NULL CHECK (failed IN (0, 1)),
            asked BLOB
        ) STRICT""",
        "CREATE INDEX api_tasks_by_time ON api_tasks (posted, id)",
        "CREATE INDEX api_tasks_failed ON api_tasks (posted, id) WHERE failed = 1",
    ),
    (
        """CREATE TABLE jobs (
            id TEXT PRIMARY KEY,
            kind TEXT NOT NULL,
            parameters TEXT NOT NULL,
            state TEXT NOT NULL CHECK (
                state IN ('waiting', 'running', 'done', 'failed', 'cancelled', 'interrupted')
            ),
            owner INTEGER NOT NULL,
            created_at TEXT NOT NULL,
            started_at TEXT,
            ended_at TEXT,
            detail TEXT,
            result TEXT,
            file TEXT
        ) STRICT""",
        "CREATE INDEX jobs_by_time ON jobs (created_at, id)",
    ),
    (
        """CREATE TABLE target_names (
            target TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('brand', 'keyword', 'rival')),
            place INTEGER NOT NULL,
            name TEXT NOT NULL,
            PRIMARY KEY (target, kind, place),
            UNIQUE (target, kind, name)
        ) STRICT""",
    ),
)
_WAIT_SECONDS = 30


class State:
    """An open ``state.sqlite``; close it, or use it in ``with``. One thread uses it at a time."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self.path = path

    def rows(self, sql: str, parameters: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a statement."""
        with _said(self.path):
            return self._connection.execute(sql, tuple(parameters)).fetchall()

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, kept whole or not at all; other writers wait for it."""
        with _said(self.path), _transaction(self._connection):
            yield self._connection

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def __enter__(self) -> State:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def open_state(root: Path, *, write: bool) -> State:
    """The state of the index at ``root``.

    To write, the file is made where there is none; to read, an absent one is an empty one. Raises
    ``IndexNotFound`` without the directory, ``IndexTooNew``, ``IndexLocked`` or ``IndexDamaged``.
    """
    path = root / FILE
    if not root.is_dir():
        raise IndexNotFound(
            f"There is no index at {root}: make one with `backlit add`, or name another with --index."
        )
    with _said(path):
        if not write and not path.exists():
            connection = sqlite3.connect(":memory:", isolation_level=None)
        elif not write and not os.access(root, os.W_OK):
            # Without the right to write there is no log to share: the file is read as it lies.
            connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?immutable=1", uri=True, isolation_level=None
            )
        else:
            connection = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None)
        try:
            _make_ready(connection, path)
        except BaseException:
            connection.close()
            raise
    return State(connection, path)


def _make_ready(connection: sqlite3.Connection, path: Path) -> None:
    version = _version(connection)
    if version > len(STEPS):
        raise IndexTooNew(
            f"{path} was written by a later backlit (schema {version}, known is {len(STEPS)}): update backlit."
        )
    if version == len(STEPS):
        return
    connection.execute("PRAGMA journal_mode = WAL")
    with _transaction(connection):
        # Another process may have done it while this one waited.
        for number in range(_version(connection), len(STEPS)):
            for statement in STEPS[number]:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number + 1}")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextlib.contextmanager
def _said(path: Path) -> Iterator[None]:
    """Errors of SQLite as sentences of ours."""
    try:
        yield
    except sqlite3.OperationalError as exc:
        if "locked" in str(exc) or "busy" in str(exc):
            raise IndexLocked(
                f"Another process holds {path}: wait until it ends, then run this again."
            ) from exc
        raise IndexFault(
            f"{path} cannot be used ({exc}): look at the rights of the folder and the room on disk."
        ) from exc
    except sqlite3.DatabaseError as exc:
        raise IndexDamaged(
            f"{path} is damaged ({exc}): move it away, and import the reviews from an export."
        ) from exc
