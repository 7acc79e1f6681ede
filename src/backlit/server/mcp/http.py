"""MCP over streamable HTTP: an ASGI application that other servers mount, and one that runs by itself.

Every request stands alone (no sessions, answers as JSON), so that nothing is kept between calls, nothing must be
started before the first, and a server may be stopped at any time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from starlette.types import ASGIApp, Receive, Scope, Send

from backlit.server.mcp.server import create_server
from backlit.server.serving import Serving
from backlit.settings import Settings

#: By which names a server on the loopback address may be called: a page of a stranger can point its own name here.
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class McpApp:
    """One MCP server as an ASGI application; it answers at whatever path it is mounted."""

    def __init__(self, server: MCPServer[Any], security: TransportSecuritySettings) -> None:
        self.server = server
        self._security = security

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        if scope["method"] != "POST":
            # There are no sessions to end and no streams to listen to.
            await _plain(send, 405, "MCP is asked with POST here.", (b"allow", b"POST"))
            return
        manager = StreamableHTTPSessionManager(
            app=self.server._lowlevel_server,
            json_response=True,
            stateless=True,
            security_settings=self._security,
        )
        async with manager.run():
            await manager.handle_request(scope, receive, send)


async def _plain(send: Send, status: int, sentence: str, *headers: tuple[bytes, bytes]) -> None:
    body = sentence.encode()
    told = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        *headers,
    ]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": body})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def mount(serving: Serving, *, settings: Settings | None = None, allow_writes: bool = False) -> ASGIApp:
    """The application over ``serving``, to be mounted by a server that checks names, origins and who may ask."""
    server = create_server(serving, settings=settings, allow_writes=allow_writes)
    return McpApp(server, TransportSecuritySettings(enable_dns_rebinding_protection=False))


def application(serving: Serving, *, settings: Settings | None = None, allow_writes: bool = False) -> ASGIApp:
    """The application by itself, at ``/mcp``, for the loopback address alone."""
    server = create_server(serving, settings=settings, allow_writes=allow_writes)
    hosts = [name for each in _LOOPBACK for name in (each, f"{each}:*")]
    origins = [f"http://{name}" for name in hosts]
    guarded = McpApp(server, TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=origins))

    async def at_path(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].rstrip("/") != "/mcp":
            await send(
                {"type": "http.response.start", "status": 404, "headers": [(b"content-type", b"text/plain")]}
            )
            await send({"type": "http.response.body", "body": b"MCP is at /mcp."})
            return
        await guarded(scope, receive, send)

    return at_path


def serve(app: ASGIApp, port: int, said: Callable[[str], None]) -> None:
    """Serve ``app`` on the loopback address until stopped; ``said`` is told where, once it listens.

    Raises ``InputError`` when the port is taken.
    """
    import socket

    import uvicorn

    from backlit.errors import InputError

    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", port))
        except OSError as error:
            raise InputError(
                f"Port {port} cannot be used ({error.strerror}): name another with --port."
            ) from error
        listening.listen(128)
        said(f"http://127.0.0.1:{listening.getsockname()[1]}/mcp")
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, timeout_graceful_shutdown=3, ws="none"
        )
        uvicorn.Server(config).run(sockets=[listening])
