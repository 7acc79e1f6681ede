"""The routes of jobs: make one, look how far it is, take what it made, cancel it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, FastAPI, Path, Query, Request
from starlette.responses import JSONResponse, Response

from backlit.cli.cells import simple
from backlit.server import problems
from backlit.server.api import bodies
from backlit.server.api.answers import file_response
from backlit.server.api.checks import not_allowed, refuse_unknown
from backlit.server.api.jobs import WRITING, Jobs, NotNow, TooMany
from backlit.server.api.parameters import MOST_ROWS
from backlit.server.api.shapes import problem_responses
from backlit.server.config import Config
from backlit.work.jobs import Job

_Id = Annotated[
    str, Path(description="The id of a job.", examples=["9f2b6c1d3e4a5b60"], max_length=64, alias="id")
]
_State = Literal["waiting", "running", "done", "failed", "cancelled", "interrupted"]


def install(app: FastAPI, config: Config, prefix: str) -> None:
    """Put jobs and their routes into ``app``."""
    jobs = app.state.jobs = Jobs(config)
    app.include_router(router(config, jobs, prefix), prefix=prefix)

    @app.exception_handler(TooMany)
    async def too_many(request: Request, error: TooMany) -> Response:
        return problems.problem(429, str(error), headers={"retry-after": "30"})

    @app.exception_handler(NotNow)
    async def not_now(request: Request, error: NotNow) -> Response:
        return problems.problem(409, str(error))


def router(config: Config, jobs: Jobs, prefix: str) -> APIRouter:
    """The routes below ``/jobs``."""
    made = APIRouter(tags=["jobs"])
    one = {"schema": {"$ref": "#/components/schemas/Job"}}
    general = problem_responses(400, 401, 422, 429, 503, 504)

    def told(status: int, says: str) -> dict[int | str, dict[str, Any]]:
        return {status: {"description": says, "content": {"application/json": one}}}

    @made.post(
        "/jobs",
        summary="Make a job",
        description="Long work beside the requests: all verdicts as a file, an import, a ranking, a compaction, "
        "a check. What changes the index needs a server that was started with --allow-writes. "
        "Like `backlit audit --all`, `add`, `web rank`, `compact` and `check`.",
        operation_id="postJobs",
        responses=told(202, "The job, which waits for its turn.")
        | general
        | problem_responses(403, 413, 415),
        response_model=None,
        status_code=202,
    )
    def post(request: Request, body: bodies.Job) -> Response:
        refuse_unknown(request, frozenset())
        if body.kind in WRITING and not config.allow_writes:
            return not_allowed()
        job = jobs.post(body.kind, body.model_dump(exclude={"kind"}))
        where = {"location": f"{prefix}/jobs/{job.id}"}
        return JSONResponse(shown(jobs, job, prefix), 202, where)

    @made.get(
        "/jobs",
        summary="All jobs, the latest first",
        description="All jobs, the latest first; those of earlier servers too.",
        operation_id="getJobs",
        responses={
            200: {
                "description": "The jobs.",
                "content": {
                    "application/json": {
                        "schema": {
                            "type": "object",
                            "required": ["data", "total"],
                            "properties": {
                                "data": {"type": "array", "items": {"$ref": "#/components/schemas/Job"}},
                                "total": {"type": "integer"},
                            },
                        }
                    }
                },
            },
            **general,
        },
        response_model=None,
    )
    def listed(
        request: Request,
        state: Annotated[
            _State | None, Query(description="Only those in this state.", examples=["running"])
        ] = None,
        limit: Annotated[
            int, Query(ge=0, le=MOST_ROWS, description="Most jobs to give; 0 for all.", examples=[20])
        ] = 100,
        offset: Annotated[
            int, Query(ge=0, le=MOST_ROWS, description="Jobs to leave out first.", examples=[0])
        ] = 0,
    ) -> Response:
        refuse_unknown(request, frozenset(("state", "limit", "offset")))
        found = [job for job in jobs.all() if state is None or job.state == state]
        page = found[offset : offset + limit if limit else None]
        return JSONResponse({"data": [shown(jobs, job, prefix) for job in page], "total": len(found)})

    @made.get(
        "/jobs/{id}",
        summary="One job, and how far it is",
        description="One job, and how far it is.",
        operation_id="getJob",
        responses=told(200, "The job.") | general | problem_responses(404),
        response_model=None,
    )
    def get(request: Request, id_: _Id) -> Response:
        refuse_unknown(request, frozenset())
        job = jobs.get(id_)
        return _unknown(id_) if job is None else JSONResponse(shown(jobs, job, prefix))

    @made.get(
        "/jobs/{id}/result",
        summary="What a job made",
        description="The file that a job wrote; of a job without one its result as JSON.",
        operation_id="getJobResult",
        responses={
            200: {
                "description": "The file.",
                "content": {
                    **{
                        media: {"schema": {"type": "string", "format": "binary"}}
                        for media in (
                            "application/vnd.apache.parquet",
                            "application/vnd.apache.arrow.stream",
                            "application/x-ndjson",
                            "text/csv",
                        )
                    },
                    "application/json": {"schema": {}},
                },
            },
            **general,
            **problem_responses(404, 409),
        },
        response_model=None,
    )
    def result(request: Request, id_: _Id) -> Response:
        refuse_unknown(request, frozenset())
        job = jobs.get(id_)
        if job is None:
            return _unknown(id_)
        if not job.ended:
            raise NotNow(f"The job {job.id} is {job.state}: its result is there when it is done.")
        if job.state != "done":
            raise NotNow(f"The job {job.id} has no result: it is {job.state}. {job.detail or ''}".strip())
        path = jobs.file(job)
        if path is None:
            return JSONResponse(simple(job.result))
        if not path.is_file():
            return problems.problem(
                404, f"The file of the job {job.id} is no longer there: post the job again."
            )
        return file_response(path, path.suffix[1:], f"{job.kind}-{job.id}")

    @made.post(
        "/jobs/{id}/cancel",
        summary="Cancel a job",
        description="Cancel a job that waits or runs. What an import has read is kept.",
        operation_id="cancelJob",
        responses=told(202, "The job, cancelled or about to be.")
        | general
        | problem_responses(403, 404, 409),
        response_model=None,
        status_code=202,
    )
    def cancel(request: Request, id_: _Id) -> Response:
        refuse_unknown(request, frozenset())
        job = jobs.get(id_)
        return _unknown(id_) if job is None else JSONResponse(shown(jobs, jobs.cancel(job), prefix), 202)

    return made


def shown(jobs: Jobs, job: Job, prefix: str) -> dict[str, Any]:
    """A job as it is answered."""
    has_file = job.state == "done" and job.file is not None
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state,
        "parameters": job.parameters,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "ended_at": job.ended_at,
        "progress": jobs.progress(job) if job.state == "running" else None,
        "detail": job.detail,
        "result": simple(job.result),
        "result_url": f"{prefix}/jobs/{job.id}/result" if has_file else None,
    }


def _unknown(id_: str) -> Response:
    return problems.problem(404, f"There is no job {id_[:64]!r}: GET /api/v1/jobs lists all.")
