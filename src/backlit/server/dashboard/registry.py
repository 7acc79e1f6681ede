"""All pages: those that modules of ``pages/`` offer as ``PAGE``."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from backlit.server.dashboard import pages
from backlit.server.dashboard.page import Page

#: The groups of the navigation, in their order.
GROUPS = ("profile", "risk", "chances", "index")


@cache
def found() -> tuple[Page, ...]:
    """The pages, in the order of the navigation. A module without a page in it is left out."""
    modules = (
        importlib.import_module(f"{pages.__name__}.{one.name}")
        for one in pkgutil.iter_modules(pages.__path__)
    )
    every = [page for module in modules if (page := getattr(module, "PAGE", None)) is not None]
    return tuple(sorted(every, key=lambda page: (GROUPS.index(page.group), page.order, page.name)))


def named(name: str) -> Page:
    """The page of that name. Raises ``KeyError``."""
    return _by_name()[name]


def is_there(name: str) -> bool:
    """Whether there is a page of that name: links to pages that others make are shown only then."""
    return name in _by_name()


@cache
def _by_name() -> dict[str, Page]:
    return {page.name: page for page in found()}
