"""What the layers around the faces answer: a short page for a browser that asked for one, else what the face speaks.

Such a page stands alone. Its style is in it, by its digest in the policy, since a browser that is refused would be
refused the style sheet too; it reads no index and tells nothing of one.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from html import escape
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from backlit.server import problems
from backlit.server.browsers import wants_page

_STYLE = """
:root { color-scheme: light dark; }
body { margin: 0; display: grid; min-height: 100vh; place-items: center; padding: 1rem; box-sizing: border-box;
  background: light-dark(#fff, #11171d); color: light-dark(#17212b, #e6ebf0);
  font: 400 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { width: min(30rem, 100%); overflow-wrap: anywhere; }
.brand { display: flex; gap: 0.4rem; align-items: center; margin: 0 0 2rem; }
.brand, h1 { font-family: "Iowan Old Style", "Palatino Linotype", Palatino, Georgia, "Noto Serif", serif; }
.brand { font-size: 1.25rem; }
svg { width: 1.15rem; height: 1.15rem; fill: light-dark(#14567e, #8cc6ec); }
.code { margin: 0; color: light-dark(#55626f, #a1aeba); font-size: 0.8125rem; }
h1 { margin: 0 0 0.8rem; font-weight: 400; font-size: 2rem; line-height: 1.15; }
p { margin: 0 0 1rem; }
a { color: light-dark(#14567e, #8cc6ec); text-underline-offset: 0.18em; }
:focus-visible { outline: 2px solid; outline-offset: 2px; }
"""
_MARK = (
    '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M3 3h4v18H3zM10 8h4v13h-4zM17 13h4v8h-4z"/></svg>'
)
#: Where to try the same again helps.
_PASSING = frozenset((408, 429, 504))


def refusal(scope: Scope, status: int, told: str, headers: Mapping[str, str] | None = None) -> Response:
    """The answer of a layer that lets a request no further."""
    request = Request(scope)
    page = wants_page(scope["path"], request.headers.get("accept", ""))
    made = _page(request, status, told, headers or {}) if page else None
    return made or problems.answer(scope["path"], status, told, headers=headers)


def _page(request: Request, status: int, told: str, headers: Mapping[str, str]) -> Response | None:
    """The page; None where the dashboard with its sentences is not installed."""
    try:
        from backlit.server.dashboard.strings import text, text_or
    except ImportError:
        return None
    title = text_or(f"refused.title.{status}", problems.phrase(status))
    known = text_or(f"refused.told_{status}", told, seconds=headers.get("retry-after", "1"))
    again = ""
    if status in _PASSING and request.method == "GET":
        query = request.scope.get("query_string", b"").decode("latin-1")
        where = quote(request.scope["path"], safe="/:@!$&'()*+,;=-._~") + (f"?{query}" if query else "")
        # A path that begins with two slashes would be read as another host.
        if not where.startswith(("//", "/\\")):
            again = f'<p><a href="{escape(where)}">{text("refused.again")}</a></p>'
    body = (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="robots" content="noindex">\n'
        f"<title>{title} · backlit</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f'<p class="brand">{_MARK}backlit</p>\n<p class="code">{status}</p>\n<h1>{title}</h1>\n'
        f"<p>{known}</p>\n{again}\n</main>\n</body>\n</html>\n"
    )
    about = {"content-security-policy": _policy(), **headers}
    return Response(body.encode("utf-8", "replace"), status, about, "text/html; charset=utf-8")


@cache
def _policy() -> str:
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'; base-uri 'none'; "
        "form-action 'none'"
    )
