"""Jobs of a server: one after the other, each in a process of its own, with progress while it runs."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import msgspec

from backlit.errors import BacklitError, InputError
from backlit.server import uploads
from backlit.server.config import Config
from backlit.work.jobs import Job, JobBook, JobState

#: Kinds that change the index.
WRITING = frozenset(("import", "rank", "compact"))
#: Which parameters each kind takes.
PARAMETERS = {
    "audit": ("format", "where", "columns"),
    "import": ("path", "read_as", "snapshot"),
    "rank": ("release",),
    "whatif": ("target", "gain", "lose", "release"),
    "compact": (),
    "check": (),
}
_STOP_SECONDS = 10.0
#: How an import names the table of links that ships with backlit.
DEMO = "demo:links"


class TooMany(BacklitError):
    """More jobs wait than a server takes."""


class NotNow(BacklitError):
    """A job is not in a state for what was asked."""


class Running:
    """The job that runs, and how far it is."""

    def __init__(self, job: Job, process: subprocess.Popen[str]) -> None:
        self.job = job
        self.process = process
        self.cancelled = False
        self.stage: str | None = None
        self.unit: str | None = None
        self.done = 0
        self.total: int | None = None
        self.begun = time.monotonic()

    def heard(self, told: dict[str, Any]) -> None:
        """Take in one line of progress."""
        if told["stage"] != self.stage:
            self.begun = time.monotonic()
        self.stage, self.unit = told["stage"], told["unit"]
        self.done, self.total = told["done"], told["total"]

    def progress(self) -> dict[str, Any]:
        """How far the stage that runs is; what cannot be known is null."""
        seconds = time.monotonic() - self.begun
        rate = self.done / seconds if self.done and seconds > 0 else None
        total = self.total or None
        share = min(1.0, self.done / total) if total else None
        remaining = max(0.0, (total - self.done) / rate) if total and rate else None
        return {
            "stage": self.stage,
            "done": self.done if total else None,
            "total": total,
            "unit": self.unit,
            "share": None if share is None else round(share, 4),
            "rate": None if rate is None else round(rate, 3),
            "remaining_seconds": None if remaining is None else round(remaining, 1),
        }


class Jobs:
    """What a server does beside its requests. ``start`` and ``stop`` are called once."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self.book = JobBook(config.index)
        self._changed = threading.Condition()
        self._waiting: list[Job] = []
        self._running: Running | None = None
        self._stopping = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Take over what an earlier server left, and begin to work."""
        self.book.take_over(self._config.rules.jobs_kept)
        with contextlib.suppress(BacklitError):
            known = {str(job.parameters.get("upload")) for job in self.all() if not job.ended}
            uploads.tidy(self.book.folder, known)
        self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop the job that runs; it and those that wait are interrupted."""
        with self._changed:
            self._stopping = True
            waiting, self._waiting = self._waiting, []
            running = self._running
            self._changed.notify_all()
        for job in waiting:
            with contextlib.suppress(BacklitError):
                self._over(job)
                self.book.ended(job, "interrupted", detail="The server ended before this job began.")
        if running is not None:
            _interrupt(running.process)
        if self._thread is not None:
            self._thread.join(_STOP_SECONDS)

    def post(self, kind: str, given: dict[str, Any]) -> Job:
        """A new job. Raises ``InputError`` for parameters that are not its kind's, ``TooMany``."""
        usual = {"format": "parquet"}
        meant = {
            name: value
            for name, value in given.items()
            if value not in (None, []) and usual.get(name) != value
        }
        for name in meant:
            if name not in PARAMETERS[kind]:
                takes = ", ".join(PARAMETERS[kind]) or "nothing"
                raise InputError(f"A job of the kind {kind} takes no {name}; it takes {takes}.")
        parameters = {name: given[name] for name in PARAMETERS[kind] if given.get(name) not in (None, [])}
        if kind == "audit":
            _check_audit(parameters)
        if kind == "import":
            self._input(parameters)
        if kind == "whatif":
            _check_whatif(parameters)
        return self._queued(kind, parameters)

    def _queued(self, kind: str, parameters: dict[str, Any]) -> Job:
        with self._changed:
            if self._stopping:
                raise NotNow("The server is stopping: it takes no more jobs.")
            if len(self._waiting) >= self._config.rules.jobs_waiting:
                raise TooMany(f"{len(self._waiting)} jobs wait already: post this one when some have ended.")
            job = self.book.make(kind, parameters)
            self._waiting.append(job)
            self._changed.notify_all()
        return job

    def post_upload(self, id_: str, name: str, given: dict[str, Any]) -> Job:
        """A job that imports an uploaded file. Raises as ``post`` does; the upload goes when its job ends."""
        asked = {key: given[key] for key in ("read_as", "snapshot") if given.get(key)}
        return self._queued("import", {"path": name, "upload": id_, **asked})

    def all(self) -> list[Job]:
        """All jobs, the latest first."""
        return self.book.all()

    def get(self, id_: str) -> Job | None:
        """One job by its id."""
        return self.book.get(id_)

    def progress(self, job: Job) -> dict[str, Any] | None:
        """How far a job is, if it runs here."""
        running = self._running
        return running.progress() if running is not None and running.job.id == job.id else None

    def cancel(self, job: Job) -> Job:
        """The job, cancelled, or about to be. Raises ``NotNow`` for one that ended, or that another server has."""
        with self._changed:
            waiting = next((one for one in self._waiting if one.id == job.id), None)
            if waiting is not None:
                self._waiting.remove(waiting)
                self._over(waiting)
                return self.book.ended(waiting, "cancelled", detail="It was cancelled before it began.")
            running = self._running
            if running is None or running.job.id != job.id:
                now = self.book.get(job.id) or job
                if now.ended:
                    raise NotNow(f"The job {job.id} has ended already: it is {now.state}.")
                raise NotNow(f"The job {job.id} runs in another server of this index: cancel it there.")
            running.cancelled = True
        _interrupt(running.process)
        return running.job

    def file(self, job: Job) -> Path | None:
        """The file that a job wrote, if it wrote one."""
        return None if job.file is None else self.book.folder / Path(job.file).name

    def _upload(self, job: Job) -> Path | None:
        """The uploaded file that a job imports, if it is about one."""
        id_ = job.parameters.get("upload")
        if id_ is None:
            return None
        found = uploads.path_of(self.book.folder, str(id_))
        if found is None:
            raise InputError(f"The file {job.parameters.get('path')!r} is no longer there: send it again.")
        return found

    def _over(self, job: Job) -> None:
        """Forget the file that a job imported."""
        if (id_ := job.parameters.get("upload")) is not None:
            uploads.remove(self.book.folder, str(id_))

    def _input(self, parameters: dict[str, str]) -> Path:
        """The input of an import, which must lie in the folder that is allowed, or is the table of the demo."""
        if parameters.get("path") == DEMO:
            from backlit.work.demo import TABLE

            return TABLE
        folder = self._config.import_from
        if folder is None:
            raise InputError("This server imports nothing: start it with --import-from DIR to name a folder.")
        name = parameters.get("path")
        if name is None:
            raise InputError("Name the input to import: path.")
        try:
            root = folder.resolve(strict=True)
            found = (root / name).resolve(strict=True)
        except (OSError, ValueError) as exc:
            raise InputError(f"There is no input {name!r} in the folder of imports.") from exc
        if found != root and root not in found.parents:
            # Not told apart from one that is not there: what lies elsewhere is nobody's business.
            raise InputError(f"There is no input {name!r} in the folder of imports.")
        return found

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._waiting and not self._stopping:
                    self._changed.wait()
                if self._stopping:
                    return
                job = self._waiting.pop(0)
            with contextlib.suppress(BacklitError, OSError):
                self._do(job)
            self._over(job)
            with self._changed:
                self._running = None

    def _do(self, job: Job) -> None:
        job = self.book.started(job)
        order = {
            "id": job.id,
            "kind": job.kind,
            "parameters": job.parameters,
            "index": str(self._config.index.resolve()),
            "folder": str(self.book.folder),
            "settings": msgspec.json.encode(self._config.settings).decode(),
        }
        try:
            if job.kind == "import":
                order["input"] = str(self._upload(job) or self._input(job.parameters))
            process = _spawned()
        except (InputError, OSError) as exc:
            self.book.ended(job, "failed", detail=str(exc))
            return
        running = Running(job, process)
        with self._changed:
            self._running = running
            stopping = self._stopping
        end: dict[str, Any] = {}
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(order) + "\n")
            process.stdin.flush()
            if stopping:
                _interrupt(process)
            for line in process.stdout:
                told = json.loads(line)
                if "end" in told:
                    end = told["end"]
                else:
                    running.heard(told)
        except (OSError, ValueError):
            pass
        finally:
            with contextlib.suppress(OSError):
                process.stdin.close()
            process.stdout.close()
            code = process.wait()
        self._ended(running, end, code)

    def _ended(self, running: Running, end: dict[str, Any], code: int) -> None:
        state: JobState | None = end.get("state")
        detail: str | None = end.get("detail")
        if state is None:
            cancelled = running.cancelled or self._stopping
            state = "cancelled" if cancelled else "failed"
            detail = (
                "Stopped; the index is as it was."
                if cancelled
                else f"The process of this job was ended from outside (code {code}), perhaps for want of memory."
            )
        if state == "cancelled" and not running.cancelled:
            state, detail = "interrupted", f"The server ended before this job did. {detail or ''}".strip()
        self.book.ended(running.job, state, detail=detail, result=end.get("result"), file=end.get("file"))
        self.book.tidy(self._config.rules.jobs_kept)


def _check_audit(parameters: dict[str, Any]) -> None:
    """Raise now for what an audit would raise much later."""
    from backlit.questions.columns import AUDIT
    from backlit.questions.listing import Request, choose

    choose(AUDIT, parameters.get("columns"))
    Request(where=parameters.get("where")).check_columns(AUDIT)


def _check_whatif(parameters: dict[str, Any]) -> None:
    """Raise now for what a what-if would raise at its turn."""
    from backlit.web.target import Target

    if "target" not in parameters or not (parameters.get("gain") or parameters.get("lose")):
        raise InputError("A what-if needs a target, and at least one domain to gain or to lose.")
    for name in (parameters["target"], *parameters.get("gain", ()), *parameters.get("lose", ())):
        Target.parse(name, "domain")


def _spawned() -> subprocess.Popen[str]:
    """A process that does one job; Ctrl-C in the terminal of the server does not reach it."""
    ours = str(Path(__file__).resolve().parents[3])
    paths = [ours, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return subprocess.Popen(
        [sys.executable, "-m", "backlit.server.api.jobrun"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths))},
        start_new_session=True,
    )


def _interrupt(process: subprocess.Popen[str]) -> None:
    """Ask a process to stop, and end it if it does not."""

    def insist() -> None:
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()

    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGINT)
    threading.Thread(target=insist, daemon=True).start()
