"""backlit: open-source backlink intelligence.

    import backlit

    index = backlit.open("my-index")
    for row in backlit.links(index, "python.org", where="follow", limit=10).rows():
        ...

What stands here is the public surface; everything below may move.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from backlit.version import __version__

if TYPE_CHECKING:
    from backlit.errors import BacklitError
    from backlit.index import Index
    from backlit.questions.anchors import anchors
    from backlit.questions.authority import authority
    from backlit.questions.domains import domains
    from backlit.questions.history import history
    from backlit.questions.info import info
    from backlit.questions.links import links
    from backlit.questions.pages import pages
    from backlit.questions.profile import profile
    from backlit.questions.sql import sql
    from backlit.questions.whatif import whatif
    from backlit.web.target import Target
    from backlit.work.add import add
    from backlit.work.compact import compact

_HOMES = {
    "BacklitError": "backlit.errors",
    "Index": "backlit.index",
    "Target": "backlit.web.target",
    "add": "backlit.work.add",
    "anchors": "backlit.questions.anchors",
    "authority": "backlit.questions.authority",
    "compact": "backlit.work.compact",
    "domains": "backlit.questions.domains",
    "history": "backlit.questions.history",
    "info": "backlit.questions.info",
    "links": "backlit.questions.links",
    "pages": "backlit.questions.pages",
    "profile": "backlit.questions.profile",
    "sql": "backlit.questions.sql",
    "whatif": "backlit.questions.whatif",
}

__all__ = [
    "BacklitError",
    "Index",
    "Target",
    "__version__",
    "add",
    "anchors",
    "authority",
    "compact",
    "domains",
    "history",
    "info",
    "links",
    "open",
    "pages",
    "profile",
    "sql",
    "whatif",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, so that ``import backlit`` stays instant."""
    if name == "open":
        from backlit.index import Index

        return Index.open
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'backlit' has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
