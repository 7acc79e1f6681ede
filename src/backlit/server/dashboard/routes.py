"""The routes of the dashboard: its pages, its files, login and the switch of the theme."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from backlit.server.browsers import STATIC
from backlit.server.config import Config
from backlit.server.dashboard import registry, static
from backlit.server.dashboard.login import Login
from backlit.server.dashboard.page import Page
from backlit.server.dashboard.site import Dashboard
from backlit.server.dashboard.uploading import Uploads
from backlit.server.serving import Serving
from backlit.server.sessions import Sessions


def install(app: FastAPI, config: Config, serving: Serving, sessions: Sessions | None = None) -> Dashboard:
    """Put the pages into ``app``. ``sessions`` are those that its layer of authentication knows."""
    site = Dashboard(config, serving, sessions)
    app.state.dashboard = site
    for page in registry.found():
        app.add_api_route(page.path, _get(site, page), methods=["GET", "HEAD"], include_in_schema=False)
        if page.act is not None:
            app.add_api_route(page.path, _post(site, page), methods=["POST"], include_in_schema=False)
    app.add_api_route(STATIC + "{name}", _static, methods=["GET", "HEAD"], include_in_schema=False)
    Uploads(site).install(app)
    Login(site).install(app)
    return site


def _get(site: Dashboard, page: Page) -> Callable[[Request], Response]:
    def get(request: Request) -> Response:
        return site.show(page, request)

    return get


def _post(site: Dashboard, page: Page) -> Callable[[Request], Awaitable[Response]]:
    async def post(request: Request) -> Response:
        body = await request.body()
        return await run_in_threadpool(site.act, page, request, body)

    return post


async def _static(request: Request) -> Response:
    found = static.answer(request)
    if found is None:
        raise HTTPException(404)
    return found
