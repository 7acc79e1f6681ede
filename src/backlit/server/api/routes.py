"""The routes of the API, made from the table."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import ExitStack
from typing import Annotated, Any

from fastapi import APIRouter, Body, FastAPI, Query, Request
from starlette.responses import Response

from backlit.server import problems
from backlit.server.api import describe, jobroutes
from backlit.server.api.answers import NotAcceptable, negotiated, record_response, rows_response
from backlit.server.api.asking import Asking
from backlit.server.api.checks import not_allowed, refuse_unknown
from backlit.server.api.parameters import Parameter, format_of, names
from backlit.server.api.table import ROUTES, Route
from backlit.server.config import Config
from backlit.server.serving import Serving

PREFIX = "/api/v1"


def install(app: FastAPI, config: Config, serving: Serving) -> None:
    """Put the API, its jobs and its description into ``app``."""
    app.include_router(router(config, serving), prefix=PREFIX)
    jobroutes.install(app, config, PREFIX)

    @app.exception_handler(NotAcceptable)
    async def not_acceptable(request: Request, error: NotAcceptable) -> Response:
        return problems.problem(406, str(error))

    describe.install(app)


def router(config: Config, serving: Serving) -> APIRouter:
    """All routes of the table."""
    made = APIRouter()
    for route in ROUTES:
        made.add_api_route(
            route.path,
            _endpoint(route, config, serving),
            methods=[route.method],
            summary=route.says.partition(". ")[0].rstrip("."),
            description=describe.description(route),
            operation_id=describe.operation_id(route),
            tags=[describe.tag(route)],
            responses=describe.responses(route),
            response_class=Response,
            response_model=None,
        )
    return made


def _endpoint(route: Route, config: Config, serving: Serving) -> Callable[..., Response]:
    parameters = [*route.parameters, *([format_of(route.formats)] if len(route.formats) > 1 else [])]
    known = frozenset(one.name for one in parameters)

    def answer(request: Request, **values: Any) -> Response:
        refuse_unknown(request, known)
        if route.writes and not config.allow_writes:
            return not_allowed()
        format_ = values.pop("format", None) or negotiated(request.headers.get("accept"), route.formats)
        if route.answers == "rows" and "limit" in values:
            if values["limit"] is None and format_ == "json":
                values["limit"] = config.settings.listings.rows
            values["limit"] = values["limit"] or None
        with ExitStack() as held:
            asking = Asking(serving, config.settings, held)
            if route.answers == "rows":
                result = route.ask(asking, **values)
                if format_ == "csv" and route.for_csv is not None:
                    result = route.for_csv(result)
                wanted = names(values["columns"])
                # From here the response holds the generation, until its last piece was sent.
                handed = held.pop_all()
                try:
                    return rows_response(result, format_, wanted, handed, _name(route, values))
                except BaseException:
                    handed.close()
                    raise
            found = route.ask(asking, **values)
            generation, _ = serving.state()
            about: dict[str, Any] = {
                "origins": [],
                "data_date": None,
                "generation": generation,
                "authority": None,
            }
            return record_response(found, format_, _name(route, values), about)

    answer.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Request),
            *(_declared(one) for one in parameters),
            *([_body(route)] if route.body is not None else []),
        ]
    )
    answer.__name__ = describe.operation_id(route)
    return answer


def _declared(one: Parameter) -> inspect.Parameter:
    """A parameter as the framework reads it: its type, bounds, meaning and example."""
    is_list = one.type == list[str]
    options: dict[str, Any] = {"description": one.says}
    if one.example is not None:
        options["examples"] = [one.example]
    if one.type is int:
        options |= {"ge": one.least, "le": one.most}
    if one.type is str:
        options |= {"max_length": one.max_length}
    type_ = one.type
    if is_list:
        type_ = list[Annotated[str, Query(max_length=10_000)]]
    if not one.required and one.default is None:
        type_ = type_ | None
    default = inspect.Parameter.empty if one.required else one.default
    return inspect.Parameter(
        one.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=default,
        annotation=Annotated[type_, Query(**options)],
    )


def _body(route: Route) -> inspect.Parameter:
    return inspect.Parameter("body", inspect.Parameter.KEYWORD_ONLY, annotation=Annotated[route.body, Body()])


def _name(route: Route, values: dict[str, Any]) -> str:
    """What a file of this answer is called."""
    about = values.get("target")
    word = route.path.strip("/").replace("/", "-")
    return f"{word}-{about}" if isinstance(about, str) else word
