"""What a page is made from: the request, the target it is about, the index, and addresses of other states."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response

from backlit.errors import IndexNotFound, InputError, TargetError
from backlit.index import Reader
from backlit.questions.opened import PinnedIndex
from backlit.server.config import Config
from backlit.server.dashboard import registry
from backlit.server.dashboard.forms import Guard
from backlit.server.dashboard.kept import Kept
from backlit.server.dashboard.page import Page
from backlit.server.judged import Judged, Standing
from backlit.server.serving import Serving
from backlit.settings import Settings
from backlit.web.target import Target

if TYPE_CHECKING:
    from backlit.questions.web_reader import WebReader

_LONGEST = 20_000


class Elsewhere(Exception):
    """What was asked has its answer at another address of ours."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


class Site(Protocol):
    """What the pages of one server share, as far as a view knows it."""

    config: Config
    serving: Serving
    guard: Guard
    kept: Kept

    def page(self, view: View, template: str, values: Mapping[str, Any], status: int = 200) -> Response:
        """A page in its frame."""


class View:
    """One request for one page. The generation it reads is held until ``held`` is closed."""

    def __init__(self, site: Site, page: Page | None, request: Request, held: ExitStack) -> None:
        self.site = site
        self.page = page
        self.request = request
        self._held = held

    @property
    def config(self) -> Config:
        """The server's options."""
        return self.site.config

    @property
    def serving(self) -> Serving:
        """The index as the server sees it."""
        return self.site.serving

    @property
    def settings(self) -> Settings:
        """Weights, thresholds and limits."""
        return self.site.config.settings

    @property
    def may_write(self) -> bool:
        """Whether this server lets requests change decisions and the index."""
        return self.site.config.allow_writes

    # -- what was asked ---------------------------------------------------------------------------

    @cached_property
    def given(self) -> dict[str, list[str]]:
        """The parameters of the query; empty ones count as left out."""
        found: dict[str, list[str]] = {}
        for name, value in self.request.query_params.multi_items():
            if value.strip():
                found.setdefault(name, []).append(value)
        return found

    def one(self, name: str) -> str | None:
        """The (last) value of a parameter, or None. Raises ``InputError`` for one that is too long."""
        values = self.given.get(name)
        if not values:
            return None
        if len(values[-1]) > _LONGEST:
            raise InputError(f"The parameter {name} is longer than {_LONGEST:,} characters.")
        return values[-1].strip()

    def several(self, name: str) -> list[str]:
        """The values of a parameter that may be repeated and whose values may be joined by commas."""
        return [one.strip() for value in self.given.get(name, ()) for one in value.split(",") if one.strip()]

    def whole(self, name: str, otherwise: int, most: int) -> int:
        """A whole number from 0 to ``most``. Raises ``InputError``."""
        value = self.one(name)
        if value is None:
            return otherwise
        if not (value.isascii() and value.isdigit()) or len(value) > 12 or int(value) > most:
            raise InputError(f"{name} is a whole number from 0 to {most:,}, not {value[:40]!r}.")
        return int(value)

    def choice(self, name: str, words: tuple[str, ...], otherwise: str) -> str:
        """One of a few words. Raises ``InputError``."""
        value = self.one(name) or otherwise
        if value not in words:
            raise InputError(f"{name} is one of {', '.join(words)}, not {value[:40]!r}.")
        return value

    def path(self, name: str) -> str:
        """A parameter of the page's path."""
        return str(self.request.path_params[name])

    # -- the target -------------------------------------------------------------------------------

    @property
    def target_text(self) -> str | None:
        """The target as it was typed."""
        return self.one("target")

    @property
    def kind(self) -> str | None:
        """The kind of target that was chosen; None: its form tells."""
        return self.one("kind")

    @cached_property
    def target(self) -> Target:
        """The target. Raises ``TargetError`` where there is none or it cannot be read."""
        kind: Any = self.kind
        return Target.parse(self.target_text or "", kind)

    @cached_property
    def target_or_none(self) -> Target | None:
        """The target, or None where there is none or it cannot be read."""
        try:
            return self.target
        except TargetError:
            return None

    # -- the index --------------------------------------------------------------------------------

    @cached_property
    def reader(self) -> Reader:
        """The reader of the generation that this page is made from. Raises the sentences of ``Index.open``."""
        return self._held.enter_context(self.serving.reader())

    @cached_property
    def index(self) -> PinnedIndex:
        """That generation as an index, for the questions of the library."""
        return PinnedIndex(self.reader)

    def index_or_release(self) -> PinnedIndex | WebReader:
        """The index; where there is none but a web-graph release, a reader of that."""
        from backlit.questions.web_reader import web_reader

        try:
            return self.index
        except IndexNotFound:
            found = web_reader(self.serving.path)
            if found is None:
                raise
            return self._held.enter_context(found)

    def judgement(self, target: Target | None = None) -> Standing:
        """How far the verdicts on the links to the target are; they are computed beside the requests."""
        judged: Judged = self.request.app.state.judged
        return judged.ask(self.reader, target or self.target)

    # -- addresses --------------------------------------------------------------------------------

    def url(self, name: str, /, target: str | None = None, **parameters: Any) -> str:
        """The address of the page ``name`` about ``target``, else about the target of this page.

        Parameters that are in the page's path are put there; None leaves one out.
        """
        page = registry.named(name)
        path = page.path
        for key in list(parameters):
            if "{" + key + "}" in path:
                path = path.replace("{" + key + "}", quote(str(parameters.pop(key)), safe=""))
        about: dict[str, Any] = {}
        if target is not None:
            about = {"target": target}
        elif self.target_text is not None:
            about = {"target": self.target_text, "kind": self.kind}
        return address(path, about | parameters)

    def link(self, name: str, /, target: str | None = None, **parameters: Any) -> str | None:
        """Like ``url``, but None where there is no page of that name."""
        return self.url(name, target, **parameters) if registry.is_there(name) else None

    def domain_url(self, domain: str) -> str | None:
        """The address of the page about a domain, seen from the target of this page."""
        return self.link("domain", domain=domain)

    def here(self, **changes: Any) -> str:
        """The address of this page with other parameters; None takes one away."""
        kept: dict[str, Any] = {
            name: ",".join(values) if name == "columns" else values[-1] for name, values in self.given.items()
        }
        return address(self.request.url.path, kept | changes)

    @property
    def path_and_query(self) -> str:
        """The address of this very state, to come back to."""
        query = self.request.url.query
        return self.request.url.path + (f"?{query}" if query else "")

    def api(self, path: str, **parameters: Any) -> str:
        """An address of the API about the same target."""
        about: dict[str, Any] = {"target": self.target_text, "kind": self.kind} if self.target_text else {}
        return address(f"/api/v1{path}", about | parameters)

    # -- forms ------------------------------------------------------------------------------------

    @property
    def csrf(self) -> str:
        """The token that a form of this browser must carry."""
        return self.site.guard.token(self.request)

    @property
    def user(self) -> str | None:
        """Who is logged in; None where the server needs no password."""
        user: str | None = self.request.scope.get("state", {}).get("user")
        return user


def address(path: str, parameters: Mapping[str, Any]) -> str:
    """``path`` with a query of the ``parameters`` that are not None or empty, readable where it can be."""
    pairs = {name: str(value) for name, value in parameters.items() if value is not None and value != ""}
    return f"{path}?{urlencode(pairs, safe='/:*,@', errors='replace')}" if pairs else path
