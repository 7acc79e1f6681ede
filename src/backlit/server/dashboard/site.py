"""The dashboard of one server: what answers a request for a page, with all that every page has around it."""

from __future__ import annotations

import gzip
import logging
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from backlit.errors import BacklitError, IndexNotFound, TargetError
from backlit.server import problems
from backlit.server.browsers import wants_page
from backlit.server.config import Config
from backlit.server.dashboard import registry, render, static
from backlit.server.dashboard.forms import FIELD, Form, Guard
from backlit.server.dashboard.kept import Kept
from backlit.server.dashboard.page import Page
from backlit.server.dashboard.strings import text
from backlit.server.dashboard.view import Elsewhere, View
from backlit.server.serving import Serving
from backlit.server.sessions import Sessions

LOG = logging.getLogger("backlit.server")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
THEMES = ("auto", "light", "dark")
_LEAST_ZIPPED = 1000
#: Portraits that are kept: each is some tens of kilobytes.
_KEPT = 64


class Dashboard:
    """What the pages of one server share."""

    def __init__(self, config: Config, serving: Serving, sessions: Sessions | None) -> None:
        self.config = config
        self.serving = serving
        self.sessions = sessions
        self.kept = Kept(_KEPT)
        mark = config.mark
        self.theme_cookie = f"backlit_theme_{mark}"
        self.guard = Guard(f"backlit_browser_{mark}", sessions)

    # -- a request --------------------------------------------------------------------------------

    def show(self, page: Page, request: Request) -> Response:
        """Answer GET for a page."""
        with ExitStack() as held:
            view = View(self, page, request, held)
            try:
                return self._shown(page, view)
            except Elsewhere as found:
                return RedirectResponse(found.url, 303)
            except IndexNotFound as error:
                return self._first_run(view, error)
            except TargetError as error:
                return self.page(view, "ask.html", {"told": str(error)}, 400)
            except BacklitError as error:
                return self.error(view, problems.status_of(error), str(error))
            except Exception as error:
                return self._failed(view, error)

    def _shown(self, page: Page, view: View) -> Response:
        if page.needs == "target":
            if view.target_text is None:
                return self.page(view, "ask.html", {"told": None})
            _ = view.target
        found = page.show(view)
        if isinstance(found, Response):
            return found
        status = int(found.get("status", 200))
        return self.page(view, found.get("template", f"{page.name}.html"), found, status)

    def act(self, page: Page, request: Request, body: bytes) -> Response:
        """Answer POST for a page."""
        with ExitStack() as held:
            view = View(self, page, request, held)
            try:
                form = Form.read(request.headers.get("content-type", ""), body)
                if not self.guard.is_good(request, form.one(FIELD)):
                    return self.error(view, 403, str(text("base.stale_form")))
                if page.writes and not self.config.allow_writes:
                    return self.error(view, 403, str(text("base.read_only")))
                assert page.act is not None
                return page.act(view, form)
            except BacklitError as error:
                return self.error(view, problems.status_of(error), str(error))
            except Exception as error:
                return self._failed(view, error)

    def _first_run(self, view: View, error: IndexNotFound) -> Response:
        """Where there is no index: the ways to one, which is an answer of its own at the start only."""
        status = 200 if view.page is not None and view.page.path == "/" else 503
        view.page = registry.named("first")
        found = view.page.show(view)
        return found if isinstance(found, Response) else self.page(view, "first.html", found, status)

    def _failed(self, view: View, error: Exception) -> Response:
        from backlit.server.app import explained

        known = explained(self.serving, error)
        if known is None:
            LOG.error("The page %s failed: %s", view.request.url.path, error, exc_info=error)
        return self.error(view, *(known or (500, problems.SENTENCES[500])))

    # -- answers ----------------------------------------------------------------------------------

    def page(self, view: View, template: str, values: Mapping[str, Any], status: int = 200) -> Response:
        """A page in its frame."""
        about: dict[str, Any] = {
            "view": view,
            "page": view.page,
            "theme": self.theme(view.request),
            "data_of": self._data_of(view),
            "refresh": None,
            "title": None,
        }
        body = render.page(template, about | dict(values)).encode("utf-8", "replace")
        return self._finished(view.request, body, status)

    def error(self, view: View, status: int, told: str) -> Response:
        """A page that says what went wrong."""
        return self.page(
            view, "error.html", {"code": status, "phrase": problems.phrase(status), "told": told}, status
        )

    def error_page(self, request: Request, status: int, told: str) -> Response | None:
        """The page for an error outside of any page; None where the request is for another face of the server."""
        if not wants_page(request.url.path, request.headers.get("accept", "")):
            return None
        with ExitStack() as held:
            view = View(self, None, request, held)
            if status == 404:
                told = str(text("base.no_such_page"))
            return self.error(view, status, told)

    def _finished(self, request: Request, body: bytes, status: int) -> Response:
        headers = {
            "content-security-policy": POLICY,
            # With none at all, browsers send forms as if they came from nowhere, and they are refused.
            "referrer-policy": "same-origin",
            "cache-control": "no-store" if self.config.guarded else "private, no-cache",
            "vary": "accept-encoding, cookie",
        }
        if len(body) >= _LEAST_ZIPPED and static.accepts_gzip(request):
            body = gzip.compress(body, 5, mtime=0)
            headers["content-encoding"] = "gzip"
        answer = Response(body, status, headers, "text/html; charset=utf-8")
        browser = request.scope.get("state", {}).get("dashboard_browser")
        if browser is not None:
            self.set_cookie(answer, request, self.guard.cookie, browser)
        return answer

    def set_cookie(
        self, answer: Response, request: Request, name: str, value: str, seconds: int | None = None
    ) -> None:
        """Set a cookie that no script reads and no other site's request carries."""
        secure = request.url.scheme == "https"
        answer.set_cookie(
            name, value, max_age=seconds, path="/", secure=secure, httponly=True, samesite="strict"
        )

    def theme(self, request: Request) -> str:
        """Light, dark, or as the system has it."""
        chosen = request.cookies.get(self.theme_cookie, "auto")
        return chosen if chosen in THEMES else "auto"

    def _data_of(self, view: View) -> Mapping[str, Any] | None:
        """What stands beside the target on every page: generation, data date, origins."""
        try:
            reader = view.reader
        except BacklitError:
            return None
        from backlit.questions.listing import provenance

        source = provenance(reader)
        return {"generation": source.generation, "data_date": source.data_date, "origins": source.origins}


def back(request_path: str | None, otherwise: str = "/") -> RedirectResponse:
    """On to an address of ours (after a form, or a login); any other one is not followed."""
    path = request_path or otherwise
    if not path.startswith("/") or path.startswith(("//", "/\\")) or any(mark < " " for mark in path):
        path = otherwise
    return RedirectResponse(path, 303)
