"""Resources: the report of a target, what is in the index, what terms mean, and the columns of filters."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from mcp.server.mcpserver import MCPServer, ResourceSecurity
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError

from backlit.errors import BacklitError, InputError
from backlit.questions.columns import CHOICES, LISTINGS
from backlit.server.mcp import tools_standing
from backlit.server.mcp.asking import Asking, Told
from backlit.server.mcp.foreign import WORD
from backlit.server.mcp.terms import TERMS
from backlit.server.serving import Serving
from backlit.settings import Settings

#: What is there, for the page of documentation: address, what it holds.
RESOURCES = (
    ("backlit://index", "What the index holds: harvests, dates, releases, counts (JSON)."),
    ("backlit://terms", "What every figure means, and what must not be claimed (Markdown)."),
    (
        "backlit://filters",
        "The language of where and sort in short, and the columns of every listing (Markdown).",
    ),
    ("backlit://report/{target}", "The profile of a target (Markdown); write / in a target as %2F."),
)


def install(server: MCPServer[Any], serving: Serving, settings: Settings) -> None:
    """Put the resources into ``server``."""
    told = dict(RESOURCES)

    @server.resource("backlit://index", name="index", title="The index", description=told["backlit://index"],
                     mime_type="application/json")  # fmt: skip
    def index() -> str:
        found = _asked(lambda: tools_standing.index_info(Asking(serving, settings)))
        return json.dumps(found.answer.model_dump(mode="json"), ensure_ascii=False, indent=1)

    @server.resource("backlit://terms", name="terms", title="Terms", description=told["backlit://terms"],
                     mime_type="text/markdown")  # fmt: skip
    def terms() -> str:
        return TERMS

    @server.resource("backlit://filters", name="filters", title="Filters", description=told["backlit://filters"],
                     mime_type="text/markdown")  # fmt: skip
    def filters() -> str:
        return filters_page()

    @server.resource(
        "backlit://report/{target}",
        name="report",
        title="Report of a target",
        description=told["backlit://report/{target}"],
        mime_type="text/markdown",
        # A target is no path of files: addresses have slashes and dots of their own.
        security=ResourceSecurity(exempt_params=frozenset({"target"})),
    )
    def report(target: str) -> str:
        found = _asked(lambda: tools_standing.profile(Asking(serving, settings), unquote(target)))
        return f"# Links to {found.answer.target}\n\n{WORD}\n\n" + "\n\n".join(found.text.splitlines()) + "\n"


def _asked(question: Callable[[], Told[Any]]) -> Told[Any]:
    try:
        return question()
    except InputError as error:
        raise ResourceNotFoundError(str(error)) from None
    except BacklitError as error:
        raise ResourceError(str(error)) from None


def filters_page() -> str:
    """The language and the columns."""
    lines = [
        "# Filters",
        "",
        "A test is a column, an operator and a value: `placement = content`, `links >= 10`, `anchor contains guide`,",
        '`rel has ugc`, `source_domain in (a.com, b.org)`, `first_seen >= 2026-01`, `anchor ilike "%guide%"`,',
        "`lost_at is null`. A yes/no column stands alone: `follow`, `not hidden`. Join tests with `and`, `or`,",
        "`not` and brackets. A test of an unknown value keeps no row; `is null` and `is known` always decide.",
        "A sort is a list of columns, each with `desc` or not: `links desc, source_domain`.",
    ]
    tools = {"domains": "referring_domains", "pages": "linked_pages", "history": "new_and_lost"}
    for name, table in LISTINGS.items():
        lines += ["", f"## {tools.get(name, name)}", "", "| column | kind | meaning |", "| --- | --- | --- |"]
        for column, kind, meaning in table:
            choices = f" ({', '.join(CHOICES[column])})" if column in CHOICES else ""
            lines.append(f"| {column} | {kind} | {meaning}{choices} |")
    return "\n".join(lines) + "\n"
