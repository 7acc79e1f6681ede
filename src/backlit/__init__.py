"""backlit: open-source backlink intelligence.

    import backlit

    index = backlit.open("my-index")
    site = index.site("python.org")
    for row in site.links(where="follow", limit=10):
        ...

The same questions stand as functions too: ``backlit.links(index, "python.org", where="follow")``.

What stands here is the public surface; everything below may move.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from backlit.version import __version__

if TYPE_CHECKING:
    from backlit.errors import BacklitError
    from backlit.index import Index
    from backlit.questions.anchors import anchors
    from backlit.questions.audit import audit
    from backlit.questions.authority import authority
    from backlit.questions.broken import broken
    from backlit.questions.compare import compare
    from backlit.questions.disavow_plan import disavow_plan
    from backlit.questions.disavow_simulate import simulate_disavow
    from backlit.questions.domains import domains
    from backlit.questions.explain import explain
    from backlit.questions.gap import gap
    from backlit.questions.history import history
    from backlit.questions.info import info
    from backlit.questions.lazy import Listing
    from backlit.questions.links import links
    from backlit.questions.networks import networks
    from backlit.questions.opened import OpenIndex
    from backlit.questions.pages import pages
    from backlit.questions.profile import profile
    from backlit.questions.reviews import reviews
    from backlit.questions.risk import risk
    from backlit.questions.rivals import rivals
    from backlit.questions.site import Site
    from backlit.questions.sql import sql
    from backlit.questions.whatif import whatif
    from backlit.web.target import Target
    from backlit.work.add import add
    from backlit.work.compact import compact
    from backlit.work.review import review

_HOMES = {
    "BacklitError": "backlit.errors",
    "Index": "backlit.index",
    "Listing": "backlit.questions.lazy",
    "OpenIndex": "backlit.questions.opened",
    "Site": "backlit.questions.site",
    "Target": "backlit.web.target",
    "add": "backlit.work.add",
    "anchors": "backlit.questions.anchors",
    "audit": "backlit.questions.audit",
    "authority": "backlit.questions.authority",
    "broken": "backlit.questions.broken",
    "compact": "backlit.work.compact",
    "compare": "backlit.questions.compare",
    "disavow_plan": "backlit.questions.disavow_plan",
    "domains": "backlit.questions.domains",
    "explain": "backlit.questions.explain",
    "gap": "backlit.questions.gap",
    "history": "backlit.questions.history",
    "info": "backlit.questions.info",
    "links": "backlit.questions.links",
    "networks": "backlit.questions.networks",
    "pages": "backlit.questions.pages",
    "profile": "backlit.questions.profile",
    "review": "backlit.work.review",
    "reviews": "backlit.questions.reviews",
    "risk": "backlit.questions.risk",
    "rivals": "backlit.questions.rivals",
    "simulate_disavow": "backlit.questions.disavow_simulate",
    "sql": "backlit.questions.sql",
    "whatif": "backlit.questions.whatif",
}

__all__ = [
    "BacklitError",
    "Index",
    "Listing",
    "OpenIndex",
    "Site",
    "Target",
    "__version__",
    "add",
    "anchors",
    "audit",
    "authority",
    "broken",
    "compact",
    "compare",
    "disavow_plan",
    "domains",
    "explain",
    "gap",
    "history",
    "info",
    "links",
    "networks",
    "open",
    "pages",
    "profile",
    "review",
    "reviews",
    "risk",
    "rivals",
    "simulate_disavow",
    "sql",
    "whatif",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, so that ``import backlit`` stays instant."""
    if name == "open":
        from backlit.questions.opened import OpenIndex

        return OpenIndex.open
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'backlit' has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


class _Package(ModuleType):
    """A package whose questions are not hidden by its folders: ``backlit.authority`` is the question."""

    def __setattr__(self, name: str, value: Any) -> None:
        # The import of a folder sets it on its package, over a question of the same name.
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __dir__() -> list[str]:
    return sorted(__all__)
