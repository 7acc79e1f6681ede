"""What a page is: where it is found, in which group of the navigation it stands, and what it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from starlette.responses import Response

Shown = Mapping[str, Any] | Response


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page.

    ``name`` is also that of its template and of its file of strings (``NAME.title`` is its title, ``NAME.nav`` its
    word in the navigation). ``path`` may have parameters (``/domain/{domain}``). ``needs`` says what must be there
    before ``show`` is called: a target that could be read, an index, or nothing. ``show`` takes a ``View`` and gives
    what its template names, or a response of its own; ``act`` takes a ``View`` and a ``Form`` and answers POST (its
    CSRF token was checked; where ``writes``, permission too). Pages with ``nav`` false are linked to from others
    only. ``example`` is an address of the page for tests: what follows its path (``?target=shop.com``) or, where the
    path has parameters, the whole.
    """

    name: str
    path: str
    group: Literal["profile", "risk", "chances", "index"]
    order: int
    show: Callable[[Any], Shown]
    needs: Literal["target", "index", "nothing"] = "target"
    nav: bool = True
    act: Callable[[Any, Any], Response] | None = None
    writes: bool = True
    example: str = ""
