"""Jobs: what runs, what came of what ran, and the forms that make new ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.responses import Response

from backlit.errors import IndexNotFound, InputError
from backlit.server.browsers import UPLOAD
from backlit.server.dashboard import format as shown
from backlit.server.dashboard import jobview
from backlit.server.dashboard.forms import Form
from backlit.server.dashboard.page import Page
from backlit.server.dashboard.site import back
from backlit.server.dashboard.strings import text
from backlit.server.dashboard.view import View

#: What an input can be read as, as ``backlit add --as`` takes it.
READ_AS = ("warc", "arc", "wat", "links", "pages", "hosts", "trusted")
FORMATS = ("parquet", "csv", "jsonl", "arrow")
_MOST_INPUTS = 300
_SHOWN = 50


def show(view: View) -> dict[str, Any]:
    """All jobs, the latest first, and the forms."""
    from backlit.questions.whatif import ranked_releases

    try:
        jobs = [jobview.seen(view, job) for job in jobview.jobs_of(view).all()]
    except IndexNotFound:
        jobs = []
    shown_jobs = jobs[: max(view.whole("limit", _SHOWN, 1000), 1)]
    live = any(not one["job"].ended and not one["elsewhere"] for one in jobs)
    return {
        "jobs": shown_jobs,
        "total": len(jobs),
        "live": live,
        "chosen": view.one("job"),
        "results": {one["job"].id: _facts(one["job"]) for one in shown_jobs if one["job"].result},
        "upload": UPLOAD,
        "most": shown.size(view.config.rules.max_upload_bytes),
        "read_as": READ_AS,
        "formats": FORMATS,
        "folder": view.config.import_from is not None,
        "inputs": _inputs(view.config.import_from),
        "there": view.serving.state()[1] is None,
        "can_rank": bool((view.serving.path / "web").is_dir()),
        "ranked": bool(ranked_releases(view.serving.path)),
    }


def _inputs(folder: Path | None) -> list[str]:
    """What lies in the folder of imports, by name."""
    if folder is None:
        return []
    try:
        return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))[:_MOST_INPUTS]
    except OSError:
        return []


def _facts(job: jobview.Job) -> dict[str, Any]:
    """What came of a job: pairs of words and figures, and sentences on what was wrong in its input."""
    result: Any = job.result
    facts: list[tuple[Any, Any]] = []
    problems: list[str] = []
    causes: list[tuple[str, int]] = []

    def add(name: str, value: Any) -> None:
        if value is not None:
            facts.append((text(f"jobs.fact.{name}"), value))

    if job.kind == "import":
        for one in result.get("inputs", []):
            add("read_as", shown.foreign(str(one.get("kind") or "")) if one.get("kind") else None)
            add("links", shown.number(one.get("links")) if one.get("links") is not None else None)
            add("pages", shown.number(one.get("pages")) if one.get("pages") is not None else None)
            causes += [(str(name), int(count)) for name, count in (one.get("causes") or {}).items()]
            problems += [_problem(each) for each in one.get("problems", [])]
        add("generation", shown.number(result.get("generation")) if result.get("generation") else None)
    elif job.kind == "check":
        add("sound", text("jobs.sound" if result.get("sound") else "jobs.unsound"))
        problems += [str(one) for one in result.get("wrong", [])]
    elif job.kind == "whatif":
        add("now", f"{result['authority_now']:.2f}")
        if result.get("authority_exact") is not None:
            add("exact", f"{result['authority_exact']:.2f}")
    else:
        for name in ("rows", "links", "generation", "nodes"):
            if isinstance(result.get(name), int):
                add(name, shown.number(result[name]))
        if isinstance(result.get("bytes"), int):
            add("bytes", shown.size(result["bytes"]))
    return {"facts": facts, "problems": problems[:20], "causes": causes}


def _problem(one: Any) -> str:
    """A problem of an input in a sentence."""
    return f"{one.get('place')}: {one.get('message')}" if isinstance(one, dict) else str(one)


def act(view: View, form: Form) -> Response:
    """Make a job, or cancel one."""
    jobs = jobview.jobs_of(view)
    try:
        if cancelled := form.one("cancel"):
            job = jobs.get(cancelled)
            if job is None:
                raise InputError(f"There is no job {cancelled[:64]!r}.")
            if (refusal := _refusal(view, job.kind)) is not None:
                return refusal
            return back(f"/jobs?job={jobs.cancel(job).id}")
        kind = form.one("kind") or ""
        if kind not in ("import", "audit", "check", "compact", "rank"):
            raise InputError(f"There is no kind of job {kind[:40]!r} here.")
        if (refusal := _refusal(view, kind)) is not None:
            return refusal
        given: dict[str, Any] = {}
        if kind == "import":
            given = {name: form.one(name) for name in ("path", "read_as", "snapshot")}
        if kind == "audit":
            given = {"format": form.one("format") or "parquet", "where": form.one("where")}
        return back(f"/jobs?job={jobs.post(kind, given).id}")
    except (jobview.TooMany, jobview.NotNow) as error:
        return jobview.refused(view, error)


def _refusal(view: View, kind: str) -> Response | None:
    """The page that says that this server only reads, for a job that changes the index."""
    if kind not in jobview.WRITING or view.may_write:
        return None
    answer: Response = view.request.app.state.dashboard.error(view, 403, str(text("base.read_only")))
    return answer


PAGE = Page(
    name="jobs",
    path="/jobs",
    group="index",
    order=20,
    show=show,
    act=act,
    writes=False,
    needs="nothing",
    example="",
)
