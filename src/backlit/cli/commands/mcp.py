"""``backlit mcp``: the questions as tools for an AI assistant."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from backlit.cli import options as o


def command(
    context: typer.Context,
    http: Annotated[
        bool, typer.Option("--http", help="Serve over HTTP on this machine instead of stdin and stdout.")
    ] = False,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Port for --http; 0 takes a free one.")
    ] = 8081,
    allow_writes: Annotated[
        bool, typer.Option("--allow-writes", help="Offer the tool that writes decisions.")
    ] = False,
) -> None:
    """Offer the index to an AI assistant over the Model Context Protocol.

    The assistant starts this command itself and speaks with it over stdin and stdout; docs/mcp.md says how to
    tell it. All tools read, unless writes are allowed. With --http it listens on 127.0.0.1 alone, at /mcp;
    backlit serve offers the same tools to other machines.

    \b
    Example:
      backlit --index my-index mcp
      backlit mcp --http --port 8081
    """
    from backlit.errors import MissingExtra

    try:
        from backlit.server.mcp.server import create_server
    except ModuleNotFoundError as error:
        raise MissingExtra(f"MCP needs the package {error.name}: install it, and try again.") from error
    from backlit.server.serving import Serving

    said = o.said(context)
    settings = said.load_settings()
    with Serving(said.index) as serving:
        if http:
            from backlit.server.mcp.http import application, serve

            serve(application(serving, settings=settings, allow_writes=allow_writes), port, _say)
            return
        if sys.stdin.isatty():
            _say("an assistant that writes to stdin and reads stdout; Ctrl-D ends it")
        create_server(serving, settings=settings, allow_writes=allow_writes).run("stdio")


def _say(where: str) -> None:
    sys.stderr.write(f"MCP for {where}\n")
    sys.stderr.flush()
