"""Jobs as the pages show them: their state, how far they are, what came of them, and why one cannot be made."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from starlette.responses import Response

from backlit.errors import BacklitError
from backlit.server.api.jobs import WRITING, Jobs, NotNow, TooMany
from backlit.server.dashboard import format as shown
from backlit.server.dashboard.strings import text, text_or
from backlit.server.dashboard.view import View
from backlit.work.jobs import Job

#: How often a page without scripts is loaded anew while a job runs, in seconds.
REFRESH = 4


def jobs_of(view: View) -> Jobs:
    """The jobs of this server."""
    found: Jobs = view.request.app.state.jobs
    return found


def refused(view: View, error: BacklitError) -> Response:
    """The page that says why a job was not made or cancelled."""
    status = 429 if isinstance(error, TooMany) else 409
    answer: Response = view.request.app.state.dashboard.error(view, status, str(error))
    return answer


def seen(view: View, job: Job) -> dict[str, Any]:
    """A job for a template."""
    jobs = jobs_of(view)
    progress = jobs.progress(job) if job.state == "running" else None
    here = job.ended or progress is not None or job.owner == jobs.book.owner
    may = job.kind not in WRITING or view.may_write
    return {
        "job": job,
        "kind": text_or(f"jobs.kind.{job.kind}", job.kind),
        "state": text(f"jobs.state.{job.state}"),
        "about": _about(job),
        "progress": progress,
        "told": None if progress is None else _told(progress),
        "percent": None
        if progress is None or progress["share"] is None
        else round(progress["share"] * 100, 1),
        "elsewhere": not here,
        "can_cancel": not job.ended and here and may,
        "file": f"/api/v1/jobs/{job.id}/result" if job.state == "done" and job.file else None,
    }


def _about(job: Job) -> Markup | str:
    """What a job is about, in a few words of its parameters."""
    asked = job.parameters
    if job.kind == "import":
        return shown.foreign(str(asked.get("path") or ""), 80)
    if job.kind == "whatif":
        return shown.foreign(str(asked.get("target") or ""), 80)
    if job.kind == "audit":
        words = [str(asked.get("format") or "parquet")]
        if asked.get("where"):
            words.append(str(asked["where"]))
        return shown.foreign(", ".join(words), 80)
    if job.kind == "rank" and asked.get("release"):
        return shown.foreign(str(asked["release"]), 80)
    return ""


def _told(progress: dict[str, Any]) -> Markup:
    """How far a stage is, in words."""
    stage = shown.foreign(str(progress["stage"] or text("jobs.begins")), 60)
    done, total = progress["done"], progress["total"]
    if done is None or total is None:
        return stage
    if progress["unit"] == "bytes":
        return text("jobs.far", stage=stage, done=shown.size(done), total=shown.size(total))
    return text("jobs.far_of", stage=stage, done=done, total=total, unit=str(progress["unit"] or ""))


__all__ = ["REFRESH", "WRITING", "Job", "Jobs", "NotNow", "TooMany", "jobs_of", "refused", "seen"]
