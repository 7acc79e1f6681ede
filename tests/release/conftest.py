"""A server on the loopback that gives files well or badly."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


class Server:
    """Files by path, and how badly they are given."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.headers: dict[str, str] = {}
        self.asked: list[tuple[str, str, str | None]] = []
        #: Bytes after which each connection is cut; None: never.
        self.cut: int | None = None
        self.ranges = True
        #: Added to the length a HEAD tells, to that of a GET, and bytes sent too many.
        self.lie_head = self.lie_get = self.too_many = 0
        self.shift_range = 0
        #: Status codes to answer with first.
        self.failing: list[int] = []
        self.base = ""

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        path = request.path.lstrip("/")
        span = request.headers.get("Range")
        self.asked.append((request.command, path, span))
        if self.failing:
            request.send_error(self.failing.pop(0))
            return
        if path == "elsewhere":
            request.send_response(302)
            request.send_header("Location", "http://other.test/file")
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        if path not in self.files:
            request.send_error(404)
            return
        body = self.files[path]
        begin = 0
        head = request.command == "HEAD"
        if span and self.ranges:
            begin = int(span.removeprefix("bytes=").rstrip("-"))
            request.send_response(206)
            total = len(body) + self.lie_get
            request.send_header("Content-Range", f"bytes {begin + self.shift_range}-{total - 1}/{total}")
        else:
            request.send_response(200)
        lie = self.lie_head if head else self.lie_get + self.too_many
        request.send_header("Content-Length", str(len(body) - begin + lie))
        for name, value in self.headers.items():
            request.send_header(name, value)
        request.end_headers()
        if head:
            return
        body = body[begin:] + b"x" * self.too_many
        request.wfile.write(body if self.cut is None else body[: self.cut])
        request.close_connection = True


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    found = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            found.answer(self)

        do_HEAD = do_GET  # noqa: N815

        def log_message(self, *_):
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    found.base = f"http://127.0.0.1:{listening.server_port}"
    yield found
    listening.shutdown()
    listening.server_close()
    thread.join()
