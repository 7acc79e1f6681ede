"""Write docs/mcp.md and the terms in docs/assistants.md from the MCP server, or with --check say if they are stale.

python scripts/make_mcp_docs.py [--check]
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE = DOCS / "mcp.md"
ASSISTANTS = DOCS / "assistants.md"
_TERMS = re.compile(r"(<!-- terms:begin -->\n).*?(<!-- terms:end -->)", re.DOTALL)

_INTRODUCTION = """# Assistants over MCP

This page is written by `scripts/make_mcp_docs.py` from the server itself; a test fails when it is stale. How an
assistant should use the tools, and what figures mean, is in [assistants.md](assistants.md).

`backlit mcp` offers an index to an AI assistant over the [Model Context Protocol](https://modelcontextprotocol.io/):
questions become tools. All tools read; one that writes decisions is there only with `--allow-writes`. Nothing leaves
your machine but what the assistant itself sends to its maker: whoever runs the assistant's model sees the answers.

## Tell your assistant

Most assistants take a file of servers. They start the command themselves and speak with it over stdin and stdout:

```json
{
  "mcpServers": {
    "backlit": {
      "command": "backlit",
      "args": ["--index", "/path/to/my-index", "mcp"]
    }
  }
}
```

Give the whole path of the program (`.venv/bin/backlit` where it was set up) if it is not on the `PATH`.

Over HTTP instead, on this machine alone: `backlit --index my-index mcp --http`, and `http://127.0.0.1:8081/mcp` as the
address (streamable HTTP). For other machines `backlit serve` offers the same tools at `/mcp`, behind its password or
token (`Authorization: Bearer …`); there they read only.

To try it by hand: `npx @modelcontextprotocol/inspector --cli backlit --index my-index mcp --method tools/list`.

## What every answer has

* A text for people and the same as structure (`structuredContent`, with an output schema for each tool).
* The **data date** (YYYY-MM-DD), the **origin** and the **generation** of what was read; an index that grows while the
  assistant works is read anew at the next call.
* Bounded rows: `1 to 20 of 412; ask with offset=20 for more`. At most {most_rows} rows a call, {rows} when no limit is
  asked for.
* `null` and *unknown* for what the data cannot say. Bands (excellent, okay, weak) in words beside figures.
* Errors as sentences (`isError`), never a traceback. An argument that a tool does not have is refused.

**Text of strangers.** Anchors, titles and addresses are chosen by whoever links, and may be written to steer the
assistant that reads them. They are cleaned of characters that act or hide (controls, directions, tags), cut to
{foreign} characters, stand between ⟪ and ⟫ in texts, and their fields are named in `untrusted`. No tool acts on them.
This lessens the danger and does not end it: do not let an assistant with other powerful tools act on what it read here
without asking you.
"""


def page() -> str:
    """The page: how to set up, then every tool, resource and prompt."""
    from backlit.server.mcp.prompts import PROMPTS
    from backlit.server.mcp.resources import RESOURCES
    from backlit.settings import default

    rules = default().mcp
    introduction = (
        _INTRODUCTION.replace("{most_rows}", str(rules.most_rows))
        .replace("{rows}", str(rules.rows))
        .replace("{foreign}", str(rules.foreign_characters))
    )
    tools = _tools()
    parts = [introduction, "## Tools\n", "| tool | answers |", "| --- | --- |"]
    parts += [f"| [`{tool.name}`](#{tool.name}) | {tool.title} |" for tool in tools]
    for tool in tools:
        parts += _tool(tool)
    parts += ["", "## Resources", "", "| address | holds |", "| --- | --- |"]
    parts += [f"| `{address}` | {told} |" for address, told in RESOURCES]
    parts += ["", "## Prompts", "", "| prompt | orders |", "| --- | --- |"]
    parts += [f"| `{name}` | {told} |" for name, told in PROMPTS]
    return "\n".join(parts) + "\n"


def _tools() -> list[Any]:
    """The tools as an assistant is shown them, the one that writes too."""
    import anyio

    from backlit.server.mcp.server import create_server
    from backlit.server.serving import Serving

    with Serving(Path("no-index-is-read")) as serving:
        return anyio.run(create_server(serving, allow_writes=True).list_tools)


def _tool(tool: Any) -> Iterator[str]:
    schema = tool.input_schema
    yield f"\n### {tool.name}\n"
    if not tool.annotations.read_only_hint:
        yield "Only with `--allow-writes`.\n"
    yield tool.description.rpartition(" Anchors, titles and addresses")[0] or tool.description
    if not schema["properties"]:
        yield "\nIt takes no arguments."
        return
    yield "\n| argument | kind | meaning |\n| --- | --- | --- |"
    for name, one in schema["properties"].items():
        needed = " **needed**" if name in schema.get("required", []) else ""
        yield f"| `{name}` | {_kind(one)}{needed} | {_meaning(one)} |"


def _kind(one: dict[str, Any]) -> str:
    if "enum" in one:
        return " · ".join(f"`{value}`" for value in one["enum"] if value is not None)
    kinds = one["type"] if isinstance(one["type"], list) else [one["type"]]
    (kind,) = [each for each in kinds if each != "null"]
    return f"list of {one['items']['type']}" if kind == "array" else str(kind)


def _meaning(one: dict[str, Any]) -> str:
    told = str(one.get("description", "")).replace("|", "\\|")
    if "default" in one and one["default"] is not None and "enum" not in one and one["default"] != 0:
        told += f" Default: `{json.dumps(one['default'])}`."
    if "enum" in one and one.get("default"):
        told += f" Default: `{one['default']}`."
    if "examples" in one:
        told += " For example " + ", ".join(f"`{json.dumps(value)}`" for value in one["examples"]) + "."
    return told


def assistants() -> str:
    """docs/assistants.md with the terms that assistants are given."""
    from backlit.server.mcp.terms import TERMS

    terms = TERMS.replace("\n# ", "\n## ").replace("# Terms", "## Terms", 1)
    return _TERMS.sub(lambda found: found[1] + terms + found[2], ASSISTANTS.read_text("utf-8"))


def main() -> None:
    """Write the pages, or check them."""
    for path, text in ((PAGE, page()), (ASSISTANTS, assistants())):
        if "--check" in sys.argv[1:]:
            if not path.is_file() or path.read_text("utf-8") != text:
                sys.exit(f"{path.name} is stale: run python scripts/make_mcp_docs.py")
        else:
            path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
