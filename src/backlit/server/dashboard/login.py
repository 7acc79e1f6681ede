"""Logging in and out, and the switch between light and dark."""

from __future__ import annotations

from contextlib import ExitStack

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from backlit.errors import InputError
from backlit.server.auth import Authenticate
from backlit.server.browsers import LOGIN
from backlit.server.dashboard.forms import FIELD, Form
from backlit.server.dashboard.site import THEMES, Dashboard, back
from backlit.server.dashboard.strings import text
from backlit.server.dashboard.view import View
from backlit.server.sessions import SECONDS

_THEME_SECONDS = 365 * 24 * 3600


class Login:
    """The routes of login, logout and theme."""

    def __init__(self, site: Dashboard) -> None:
        self._site = site

    def install(self, app: FastAPI) -> None:
        """Put the routes into ``app``."""
        app.add_api_route("/theme", self.theme, methods=["POST"], include_in_schema=False)
        if self._site.sessions is not None:
            app.add_api_route(LOGIN, self.form, methods=["GET"], include_in_schema=False)
            app.add_api_route(LOGIN, self.login, methods=["POST"], include_in_schema=False)
            app.add_api_route("/logout", self.logout, methods=["POST"], include_in_schema=False)

    def form(self, request: Request) -> Response:
        """The form."""
        return self._page(request, request.query_params.get("next", "/"), None, 200)

    async def login(self, request: Request) -> Response:
        """Take user and password; wrong ones are slowed down like those of HTTP Basic."""
        form = await self._read(request)
        if isinstance(form, Response):
            return form
        to = form.one("next") or "/"
        guard: Authenticate | None = request.scope.get("state", {}).get("authenticate")
        sessions = self._site.sessions
        assert sessions is not None
        if guard is None:
            return back(to)
        told = None
        user, password = form.one("user") or "", "".join(form.all("password"))
        if guard.knows(user, password):
            answer = back(to)
            self._site.set_cookie(answer, request, sessions.cookie, sessions.start(user), SECONDS)
            return answer
        if await guard.fail(request.scope):
            told, status = str(text("login.wrong")), 403
        else:
            told, status = str(text("login.busy")), 429
        return await run_in_threadpool(self._page, request, to, told, status)

    async def logout(self, request: Request) -> Response:
        """End the session."""
        form = await self._read(request)
        if isinstance(form, Response):
            return form
        sessions = self._site.sessions
        assert sessions is not None
        sessions.end(request.cookies.get(sessions.cookie))
        answer = back(LOGIN)
        answer.delete_cookie(sessions.cookie, path="/", httponly=True, samesite="strict")
        return answer

    async def theme(self, request: Request) -> Response:
        """Choose light, dark, or the system's choice."""
        form = await self._read(request)
        if isinstance(form, Response):
            return form
        answer = back(form.one("next"))
        chosen = form.one("theme")
        if chosen in THEMES:
            self._site.set_cookie(answer, request, self._site.theme_cookie, chosen, _THEME_SECONDS)
        return answer

    async def _read(self, request: Request) -> Form | Response:
        """The form that was sent, or the page that says why it is not taken."""
        try:
            form = Form.read(request.headers.get("content-type", ""), await request.body())
        except InputError as error:
            return await run_in_threadpool(self._refused, request, 400, str(error))
        if not self._site.guard.is_good(request, form.one(FIELD)):
            return await run_in_threadpool(self._refused, request, 403, str(text("base.stale_form")))
        return form

    def _refused(self, request: Request, status: int, told: str) -> Response:
        with ExitStack() as held:
            return self._site.error(View(self._site, None, request, held), status, told)

    def _page(self, request: Request, to: str, told: str | None, status: int) -> Response:
        with ExitStack() as held:
            view = View(self._site, None, request, held)
            return self._site.page(view, "login.html", {"next": to, "told": told}, status)
