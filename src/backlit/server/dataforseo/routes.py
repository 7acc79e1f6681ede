"""The addresses of the API below ``/v3``: every endpoint, its short form, and a plain word for every other path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anyio import to_thread
from fastapi import APIRouter, Request
from starlette.responses import Response

from backlit.server.dataforseo.calls import Call, Calls
from backlit.server.dataforseo.endpoints import ENDPOINTS, Endpoint
from backlit.server.dataforseo.envelope import invalid_path, not_found

if TYPE_CHECKING:
    from backlit.server.serving import Serving

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def router(serving: Serving) -> APIRouter:
    """The whole table of endpoints, each with and without ``.ai``, to be mounted at ``/v3``."""
    calls = Calls(serving)
    routes = APIRouter()

    def add(endpoint: Endpoint, flat: bool) -> None:
        # The body is read as bytes whatever type it is said to be: clients say all sorts of things.
        async def answer(request: Request) -> Response:
            call = Call(endpoint, flat, await request.body(), str(request.url), _login(request))
            return await to_thread.run_sync(calls.answer, call)

        async def refuse(request: Request) -> Response:
            return invalid_path(request.url.path)

        path = f"/{endpoint.path}{'.ai' if flat else ''}"
        name = f"{endpoint.api}_{endpoint.function}{'_ai' if flat else ''}"
        documented: dict[str, Any] = {"name": name, "operation_id": name, "tags": ["dataforseo"]}
        others = [method for method in METHODS if method != endpoint.method]
        for address, shown in ((path, True), (f"{path}/", False)):
            routes.add_api_route(
                address, answer, methods=[endpoint.method], include_in_schema=shown, **documented
            )
            routes.add_api_route(address, refuse, methods=others, include_in_schema=False)

    for endpoint in ENDPOINTS:
        add(endpoint, False)
        add(endpoint, True)

    async def nothing(request: Request) -> Response:
        return not_found(request.url.path)

    routes.add_api_route("/{path:path}", nothing, methods=list(METHODS), include_in_schema=False)
    return routes


def _login(request: Request) -> str:
    """Who asks, as the layer of passwords found."""
    return str(getattr(request.state, "user", None) or "backlit")
