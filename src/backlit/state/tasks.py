"""The tasks that the API carried out, as ``state.sqlite`` keeps them. Times are microseconds since 1970, UTC."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from backlit.state.store import State

COLUMNS = ("task", "function", "url", "posted", "done", "code", "message", "failed", "asked")


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """A task that was carried out or failed. ``asked`` is its parameters, compressed, where they are kept."""

    task: str
    function: str
    url: str
    posted: int
    done: int
    code: int
    message: str
    failed: bool
    asked: bytes | None = None


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which tasks: posted from ``first`` on and before ``end``, and those of some functions only or not at all."""

    first: int
    end: int
    failed: bool = False
    functions: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    descending: bool = False
    limit: int = 1000
    offset: int = 0


# msgspec must not learn a type in two threads at once.
msgspec.json.Decoder(Task)


def add_tasks(state: State, tasks: Sequence[Task], *, rows: int, asked_rows: int) -> None:
    """Keep tasks, in one transaction, and forget those beyond ``rows`` and what those beyond ``asked_rows`` asked."""
    marks = ", ".join("?" for _ in COLUMNS)
    with state.writing() as connection:
        connection.executemany(
            f"INSERT INTO api_tasks ({', '.join(COLUMNS)}) VALUES ({marks})",
            [_row(task) for task in tasks],
        )
        newest = connection.execute("SELECT coalesce(max(id), 0) FROM api_tasks").fetchone()[0]
        connection.execute("DELETE FROM api_tasks WHERE id <= ?", (newest - rows,))
        # Only the rows that grew too old since the last time; before them it is done.
        connection.execute(
            "UPDATE api_tasks SET asked = NULL WHERE id <= ? AND id > ? AND asked IS NOT NULL",
            (newest - asked_rows, newest - asked_rows - 2 * len(tasks)),
        )


def find_tasks(state: State, wanted: Wanted) -> list[Task]:
    """The tasks that are wanted, by the time they were posted."""
    conditions, parameters = ["posted >= ?", "posted < ?"], [wanted.first, wanted.end]
    values: list[Any] = [*parameters]
    if wanted.failed:
        conditions.append("failed = 1")
    for names, word in ((wanted.functions, "IN"), (wanted.without, "NOT IN")):
        if names:
            conditions.append(f"function {word} ({', '.join('?' for _ in names)})")
            values += names
    order = "DESC" if wanted.descending else "ASC"
    found = state.rows(
        f"SELECT {', '.join(COLUMNS)} FROM api_tasks WHERE {' AND '.join(conditions)} "
        f"ORDER BY posted {order}, id {order} LIMIT ? OFFSET ?",
        [*values, wanted.limit, wanted.offset],
    )
    return [_task(row) for row in found]


def _row(task: Task) -> tuple[Any, ...]:
    return tuple(getattr(task, name) for name in COLUMNS)


def _task(row: Sequence[Any]) -> Task:
    values = dict(zip(COLUMNS, row, strict=True))
    values["failed"] = bool(values["failed"])
    return Task(**values)
