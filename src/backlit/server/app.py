"""The application: its faces, and the layers around them, outermost first.

    Observe        number, log, figures, headers; a fault of ours becomes an answer
    (CORS)         only where origins were named
    KnownHosts     the name the server was called by
    Authenticate   only where there is a password or a token
    Limit          rate, requests at once, time
    Bodies         size, time and depth of what is sent
    the faces      /api/v1, /v3 (like DataForSEO's), /mcp, /healthz, /metrics, /openapi.json, and the pages at /

A face that is not installed is not there; nothing else changes.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import importlib.util
import logging
import os
import threading
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from backlit.errors import BacklitError, IndexNotFound
from backlit.server import metrics as figures
from backlit.server import problems
from backlit.server.accesslog import AccessLog
from backlit.server.auth import Authenticate
from backlit.server.bodies import Bodies
from backlit.server.config import Config, allowed_hosts, any_address
from backlit.server.hosts import KnownHosts
from backlit.server.judged import Judged
from backlit.server.later import Later
from backlit.server.limits import Limit
from backlit.server.metrics import Metrics
from backlit.server.observe import Observe
from backlit.server.serving import Ready, Serving
from backlit.server.sessions import Sessions
from backlit.version import __version__

if TYPE_CHECKING:
    from backlit.index import Reader

LOG = logging.getLogger("backlit.server")


def create_app(config: Config, serving: Serving | None = None) -> FastAPI:
    """The application that ``config`` asks for, over ``serving`` or a view of ``config.index`` of its own."""
    config.check()
    served = serving or serving_of(config)
    counted = Metrics()
    log = AccessLog(config.access_log)
    mcp = _mcp(config, served)
    app = FastAPI(
        title="backlit",
        version=__version__,
        summary="Backlink intelligence on your own data.",
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan(config, served, log),
    )
    app.state.serving = served
    app.state.metrics = counted
    app.state.guarded = config.guarded
    rules = config.rules
    app.state.judged = Judged(
        served, config.settings, most_bytes=rules.judged_bytes, most_waiting=rules.judged_waiting
    )
    sessions = Sessions(f"backlit_session_{config.mark}") if config.guarded else None
    _operations(app, served, counted)
    _faces(app, config, served, mcp, sessions)
    _errors(app, served)
    _layers(app, config, served, counted, log, sessions)
    return app


def serving_of(config: Config) -> Serving:
    """The view of the index that ``config`` names; a new generation is made ready as it says."""
    rules = config.rules
    return Serving(config.index, ready=Ready(_worth, _make_ready, rules.ready_seconds, rules.ready_requests))


def _worth(reader: Reader) -> bool:
    return figures.cache_bytes(reader) > 0


def _make_ready(old: Reader, new: Reader, go_on: Callable[[], bool]) -> None:
    from backlit.questions.backlinks.selection import make_ready

    make_ready(old, new, go_on)


#: Requests that are answered at once, for each processor, where the settings name no number.
_REQUESTS = 2

_DESCRIPTION = (
    "Every question of the command line, by the same names. Times are UTC; unknown is null; every answer tells "
    "where its figures come from. Numbers of links (link_id, pair_id) have 64 bits: read them as such."
)


def _lifespan(config: Config, serving: Serving, log: AccessLog) -> Any:
    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        import anyio.to_thread

        # More at once than the processors can do only makes all of them slower, and takes memory for each.
        anyio.to_thread.current_default_thread_limiter().total_tokens = config.rules.threads or _REQUESTS * (
            os.cpu_count() or 1
        )
        async with contextlib.AsyncExitStack() as stack:
            stack.callback(log.close)
            stack.callback(serving.close)
            jobs = getattr(app.state, "jobs", None)
            if jobs is not None:
                await asyncio.to_thread(jobs.start)
                stack.callback(jobs.stop)
            stack.callback(app.state.judged.stop)
            # What the first request would load is loaded while nobody waits; it must not delay the end either.
            threading.Thread(target=_warm, args=(serving,), name="warm", daemon=True).start()
            yield

    return lifespan


def _warm(serving: Serving) -> None:
    for name in ("links", "domains", "profile", "audit", "networks", "explain", "risk"):
        importlib.import_module(f"backlit.questions.{name}")
    with contextlib.suppress(BacklitError, OSError), serving.reader() as reader:
        reader.query("SELECT 1")


def _operations(app: FastAPI, serving: Serving, counted: Metrics) -> None:
    """What watches over the server asks: is it well, and how busy is it. Both answer from the event loop."""

    @app.get("/healthz", include_in_schema=False)
    async def healthz() -> Response:
        generation, fault = serving.state()
        body = {
            "status": "ok" if fault is None else "unavailable",
            "state": "serving" if fault is None else _state_word(fault),
            "generation": generation,
            "version": __version__,
        }
        return JSONResponse(body, 200 if fault is None else 503)

    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        generation, fault = serving.state()
        gauges: list[tuple[str, str, float | None]] = [
            ("backlit_generation", "The generation of the index that is served.", generation),
            ("backlit_index_available", "1 while there is an index that can be read.", float(fault is None)),
            ("backlit_cache_bytes", "Memory of links that are kept.", figures.cache_bytes(serving.peek())),
        ]
        return PlainTextResponse(counted.page(gauges), media_type=figures.MEDIA_TYPE)


def _state_word(fault: BacklitError) -> str:
    return {
        "IndexNotFound": "no index",
        "IndexTooNew": "index too new",
        "IndexTooOld": "index too old",
        "IndexDamaged": "index damaged",
    }.get(type(fault).__name__, "index unreadable")


def _faces(
    app: FastAPI, config: Config, serving: Serving, mcp: Later | None, sessions: Sessions | None
) -> None:
    api = _module("backlit.server.api.routes")
    if api is not None:
        api.install(app, config, serving)
    dataforseo = _module("backlit.server.dataforseo.routes")
    if dataforseo is not None:
        app.include_router(dataforseo.router(serving), prefix=problems.DATAFORSEO)
    if mcp is not None:
        # A mount alone would not be there without the slash behind it, and that is how clients are told.
        app.router.routes.append(Route("/mcp", endpoint=mcp, include_in_schema=False))
        app.mount("/mcp", mcp)
    dashboard = _module("backlit.server.dashboard.routes")
    if dashboard is not None:
        dashboard.install(app, config, serving, sessions)


def _mcp(config: Config, serving: Serving) -> Later | None:
    """MCP over HTTP, where its package is installed: importing it takes as long as the rest of the start."""
    if importlib.util.find_spec("mcp") is None or importlib.util.find_spec("backlit.server.mcp.http") is None:
        LOG.info("MCP is not served: its package is not installed.")
        return None

    def made() -> Any:
        module = importlib.import_module("backlit.server.mcp.http")
        return module.mount(serving, settings=config.settings, allow_writes=config.allow_writes)

    return Later(made)


def _module(name: str) -> Any:
    """A module of a face, or None where it, or a package that it needs, is not installed."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        LOG.info("%s is not served: %s.", name, error)
        return None


def _errors(app: FastAPI, serving: Serving) -> None:
    @app.exception_handler(BacklitError)
    async def ours(request: Request, error: BacklitError) -> Response:
        status = problems.status_of(error)
        if isinstance(error, IndexNotFound) and _is_there(serving):
            status = 400  # not the index is missing, but a release that was asked for by name
        return _answer(request, status, str(error))

    @app.exception_handler(HTTPException)
    async def of_http(request: Request, error: HTTPException) -> Response:
        known = error.detail != problems.phrase(error.status_code)
        told = str(error.detail) if known else None
        return _answer(request, error.status_code, told, headers=error.headers)

    @app.exception_handler(RequestValidationError)
    async def of_parameters(request: Request, error: RequestValidationError) -> Response:
        content = request.headers.get("content-type", "")
        of_body = any(one["loc"][0] == "body" for one in error.errors() if one.get("loc"))
        if of_body and "json" not in content.partition(";")[0].lower():
            told = f"The body must be JSON and say so: Content-Type: application/json, not {content or 'nothing'!r}."
            return problems.problem(415, told)
        wrong = [problems.wrong_parameter(one) for one in error.errors()]
        told = " ".join(dict.fromkeys(str(one["detail"]) for one in wrong))
        return problems.problem(422, told or "The request cannot be read.", errors=wrong)


def _is_there(serving: Serving) -> bool:
    """Whether there is anything to serve: an index, or web-graph releases without one."""
    return serving.state()[1] is None or (serving.path / "web").is_dir()


def _answer(request: Request, status: int, told: str | None, headers: Any = None) -> Response:
    """What is wrong, as a page for people where they asked for one, else in the shape of the face."""
    dashboard = getattr(request.app.state, "dashboard", None)
    sentence = told or problems.SENTENCES.get(status) or f"{problems.phrase(status)}."
    page: Response | None = None if dashboard is None else dashboard.error_page(request, status, sentence)
    return page or problems.answer(request.url.path, status, told, headers=headers)


def explained(serving: Serving, error: Exception) -> tuple[int, str] | None:
    """Status and sentence of an error of a library that is no fault of ours; None for one that is."""
    import duckdb

    _, fault = serving.state()
    if fault is not None:
        return problems.status_of(fault), str(fault)
    if isinstance(error, duckdb.OutOfMemoryException | MemoryError):
        return 503, "There is not enough memory for this answer: ask for fewer rows or columns."
    if isinstance(error, duckdb.IOException | OSError):
        return 503, (
            "A file of the index, or of its disk, cannot be read or written at this moment: try again, and if it "
            "stays so, run `backlit check`."
        )
    if isinstance(error, duckdb.ConversionException | duckdb.OutOfRangeException):
        return 400, "A value in this request is outside of what its column can hold."
    return None


def _layers(
    app: FastAPI,
    config: Config,
    serving: Serving,
    counted: Metrics,
    log: AccessLog,
    sessions: Sessions | None,
) -> None:
    """Put the layers around the application; what is added last stands outermost."""
    rules = config.rules
    app.add_middleware(
        Bodies, most_bytes=rules.max_body_bytes, seconds=rules.body_seconds, most_depth=rules.max_json_depth
    )
    app.add_middleware(
        Limit,
        per_minute=rules.rate_per_minute,
        at_once=rules.concurrent,
        seconds=rules.request_seconds,
        metrics=counted,
    )
    if config.guarded:
        app.add_middleware(
            Authenticate,
            user=config.user,
            password=config.password,
            tokens=config.tokens,
            metrics=counted,
            first_seconds=rules.failure_seconds,
            most_seconds=rules.failure_most_seconds,
            most_waiting=rules.waiting_failures,
            sessions=sessions,
        )
    app.add_middleware(
        KnownHosts, hosts=allowed_hosts(config), any_address=any_address(config), origins=config.origins
    )
    if config.origins:
        from starlette.middleware.cors import CORSMiddleware

        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(config.origins),
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["authorization", "content-type", "accept"],
            expose_headers=["x-request-id", "retry-after", "content-disposition"],
        )
    app.add_middleware(
        Observe,
        metrics=counted,
        log=log,
        generation=lambda: serving.generation,
        explain=lambda error: explained(serving, error),
        write_seconds=rules.write_seconds,
        origins=config.origins,
    )
