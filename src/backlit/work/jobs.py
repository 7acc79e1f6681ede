"""The book of a server's jobs: made, started, ended, and what an earlier server left behind."""

from __future__ import annotations

import contextlib
import os
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from backlit.errors import IndexFault, IndexNotFound
from backlit.state.jobs import ENDED, STATES, Job, JobState, all_jobs, forget_jobs, job_of, put_job
from backlit.state.store import FILE, open_state

__all__ = ["ENDED", "STATES", "Job", "JobBook", "JobState"]

FOLDER = "jobs"
_INTERRUPTED = "The server ended before this job did. Post it again; an import goes on from what it had read."


class JobBook:
    """The jobs of the index at ``root``. Every call opens the state anew, so threads may share a book."""

    def __init__(self, root: Path, owner: int | None = None) -> None:
        self.root = root
        self.folder = root / FOLDER
        self.owner = os.getpid() if owner is None else owner

    def make(self, kind: str, parameters: dict[str, Any]) -> Job:
        """A new job that waits. Raises what ``open_state`` does where there is no index to keep it with."""
        job = Job(
            id=secrets.token_hex(8),
            kind=kind,
            parameters=parameters,
            state="waiting",
            owner=self.owner,
            created_at=_now(),
        )
        self._put(job)
        return job

    def started(self, job: Job) -> Job:
        """The job, now running."""
        return self._put(msgspec.structs.replace(job, state="running", started_at=_now()))

    def ended(
        self,
        job: Job,
        state: JobState,
        *,
        detail: str | None = None,
        result: Any = None,
        file: str | None = None,
    ) -> Job:
        """The job, now over: done, failed, cancelled or interrupted."""
        return self._put(
            msgspec.structs.replace(
                job, state=state, ended_at=_now(), detail=detail, result=result, file=file
            )
        )

    def all(self) -> list[Job]:
        """All jobs, the latest first; none where there is no index."""
        with open_state(self.root, write=False) as state:
            return all_jobs(state)

    def get(self, id_: str) -> Job | None:
        """One job by its id."""
        with open_state(self.root, write=False) as state:
            return job_of(state, id_)

    def take_over(self, keep: int) -> None:
        """Mark what a server that is gone left unfinished, and forget all but the ``keep`` latest that ended."""
        if not (self.root / FILE).exists():
            return
        with contextlib.suppress(IndexNotFound, IndexFault):
            for job in self.all():
                if not job.ended and (job.owner == self.owner or not _is_alive(job.owner)):
                    self.ended(job, "interrupted", detail=_INTERRUPTED)
            self.tidy(keep)

    def tidy(self, keep: int) -> None:
        """Forget all but the ``keep`` latest jobs that ended, and remove files that belong to none."""
        jobs = self.all()
        old = [job for job in jobs if job.ended][keep:]
        if old:
            with open_state(self.root, write=True) as state:
                forget_jobs(state, [job.id for job in old])
        known = {job.id for job in jobs} - {job.id for job in old}
        if self.folder.is_dir():
            for path in self.folder.iterdir():
                if path.is_file() and path.name.partition(".")[0] not in known:
                    path.unlink(missing_ok=True)

    def _put(self, job: Job) -> Job:
        with open_state(self.root, write=True) as state:
            put_job(state, job)
        return job


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
