"""Requests of people: which answers should be pages, and where a browser is sent to log in."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

LOGIN = "/login"
STATIC = "/static/"
#: Where files are sent: their route reads the body itself, as it arrives, within bounds of its own.
UPLOAD = "/jobs/upload"
#: Paths of other faces: what goes wrong there is no page.
_OTHERS = ("/api", "/v3", "/mcp", "/healthz", "/metrics", "/openapi.json")


def is_of_pages(path: str) -> bool:
    """Whether a path is one of the dashboard, not of another face of the server."""
    return not any(path == other or path.startswith(other + "/") for other in _OTHERS)


def wants_page(path: str, accept: str) -> bool:
    """Whether an answer at ``path`` should be a page for people."""
    return is_of_pages(path) and "text/html" in accept.lower()


def to_login(scope: Scope) -> Response | None:
    """Where a browser without a session is sent; None for a request that is not one of a browser for a page."""
    request = Request(scope)
    if scope["method"] not in ("GET", "HEAD") or not wants_page(
        scope["path"], request.headers.get("accept", "")
    ):
        return None
    query = request.url.query
    came = request.url.path + (f"?{query}" if query else "")
    return RedirectResponse(LOGIN if came == "/" else f"{LOGIN}?{urlencode({'next': came})}", 303)
