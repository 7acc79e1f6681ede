"""A generated world as a WARC file: what a crawler would have kept of it, on the world's last day.

Pages that redirect are answers with a ``Location``; all others are HTML. Each record is a gzip member of its own
(ISO 28500, annex D), and the same world gives the same bytes.
"""

from __future__ import annotations

import zlib
from pathlib import Path

from backlit.worlds.markup import page_html
from backlit.worlds.society.world import Page, World
from backlit.worlds.tables import iso

FILE_NAME = "world.warc.gz"


def write_pages(world: World, folder: Path) -> Path:
    """Write all pages of a world into ``world.warc.gz`` in a folder, which is made when it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE_NAME
    date = f"{iso(world.end)}T12:00:00Z"
    with path.open("wb") as file:
        for page in world.pages:
            file.write(_member(record(page, date, world.seed)))
    return path


def record(page: Page, date: str, seed: int) -> bytes:
    """The response record of a page."""
    redirect = next((link for link in page.links if link.kind == "redirect"), None)
    if redirect is not None:
        block = f"HTTP/1.1 301 Moved Permanently\r\nLocation: {redirect.url}\r\nContent-Length: 0\r\n\r\n".encode()
    else:
        body = page_html(page).encode()
        block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\n"
        f"WARC-Target-URI: {page.url}\r\nWARC-Date: {date}\r\n"
        f"WARC-Record-ID: <urn:uuid:{seed & 0xFFFFFFFF:08x}-0000-4000-8000-{page.number:012x}>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def _member(content: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    return packer.compress(content) + packer.flush()
