"""A small index, and a tool asked in this process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp.client.client import Client
from mcp_types import CallToolResult

import backlit
from assistant_client import rows
from index_rows import crawl, publish_batches


@pytest.fixture(scope="session")
def index_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mcp") / "index"
    index = publish_batches(path, [crawl(rows(), "2026-01-05")])
    backlit.review(index, "x.net", "disavow", domains=["bad.com"], note="bought \u202e it")
    return path


@pytest.fixture
def ask(index_path: Path) -> Callable[..., CallToolResult]:
    """Call a tool in this process: ``ask("links", target="x.net")``."""
    from backlit.server.mcp.server import create_server
    from backlit.server.serving import Serving

    def call(
        tool: str, /, path: Path = index_path, allow_writes: bool = False, **arguments: Any
    ) -> CallToolResult:
        async def main() -> CallToolResult:
            with Serving(path) as serving:
                async with Client(create_server(serving, allow_writes=allow_writes)) as client:
                    found = await client.call_tool(tool, arguments)
                    assert isinstance(found, CallToolResult)
                    return found

        return anyio.run(main)

    return call
