"""Jobs of a server: what was to be done, how far it got, what came of it.

A row is written when a job is made, when it starts and when it ends; how far a running one is only its server knows.
"""

from __future__ import annotations

from typing import Any, Literal, get_args

import msgspec

from backlit.state.store import State

JobState = Literal["waiting", "running", "done", "failed", "cancelled", "interrupted"]
ENDED: tuple[JobState, ...] = ("done", "failed", "cancelled", "interrupted")
COLUMNS = (
    *("id", "kind", "parameters", "state", "owner", "created_at", "started_at", "ended_at"),
    *("detail", "result", "file"),
)


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One job. ``owner`` is the process of its server; times are UTC; ``file`` is a name in the folder of jobs."""

    id: str
    kind: str
    parameters: dict[str, Any]
    state: JobState
    owner: int
    created_at: str
    started_at: str | None = None
    ended_at: str | None = None
    detail: str | None = None
    result: Any = None
    file: str | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in ENDED


# msgspec must not learn a type in two threads at once.
msgspec.json.Decoder(Job)
STATES: tuple[JobState, ...] = get_args(JobState)


def put_job(state: State, job: Job) -> None:
    """Keep a job, in place of what was known of it."""
    row = {name: getattr(job, name) for name in COLUMNS}
    row["parameters"] = msgspec.json.encode(job.parameters).decode()
    row["result"] = None if job.result is None else msgspec.json.encode(job.result).decode()
    marks = ", ".join("?" for _ in COLUMNS)
    with state.writing() as connection:
        connection.execute(
            f"INSERT OR REPLACE INTO jobs ({', '.join(COLUMNS)}) VALUES ({marks})", tuple(row.values())
        )


def all_jobs(state: State) -> list[Job]:
    """All jobs, the latest first."""
    rows = state.rows(f"SELECT {', '.join(COLUMNS)} FROM jobs ORDER BY created_at DESC, rowid DESC")
    return [_job(row) for row in rows]


def job_of(state: State, id_: str) -> Job | None:
    """One job by its id."""
    rows = state.rows(f"SELECT {', '.join(COLUMNS)} FROM jobs WHERE id = ?", [id_])
    return _job(rows[0]) if rows else None


def forget_jobs(state: State, ids: list[str]) -> None:
    """Remove jobs by their ids."""
    with state.writing() as connection:
        connection.executemany("DELETE FROM jobs WHERE id = ?", [(one,) for one in ids])


def _job(row: tuple[Any, ...]) -> Job:
    found = dict(zip(COLUMNS, row, strict=True))
    found["parameters"] = msgspec.json.decode(found["parameters"])
    found["result"] = None if found["result"] is None else msgspec.json.decode(found["result"])
    return Job(**found)
