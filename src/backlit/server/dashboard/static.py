"""Style sheets and scripts, each at an address that holds the hash of what is in it, so that it is fetched once."""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from importlib import resources
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from backlit.questions.report import asset
from backlit.server.browsers import STATIC

_MEDIA = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}


class Asset(NamedTuple):
    """One file: its content, the same gzipped, its type and its address."""

    content: bytes
    zipped: bytes
    media: str
    url: str


@cache
def assets() -> dict[str, Asset]:
    """Every file by its name."""
    found: dict[str, Asset] = {}
    for entry in resources.files("backlit.server.dashboard").joinpath("static").iterdir():
        stem, _, ending = entry.name.rpartition(".")
        if ending in _MEDIA:
            content = entry.read_bytes()
            if entry.name == "dashboard.css":
                content = f"{asset('charts.css')}\n".encode() + content
            mark = hashlib.sha256(content).hexdigest()[:16]
            url = f"{STATIC}{stem}.{mark}.{ending}"
            found[entry.name] = Asset(content, gzip.compress(content, 9, mtime=0), _MEDIA[ending], url)
    return found


def url(name: str) -> str:
    """The address of a file. Raises ``KeyError``."""
    return assets()[name].url


@cache
def _by_url() -> dict[str, Asset]:
    return {asset.url: asset for asset in assets().values()}


def answer(request: Request) -> Response | None:
    """The file at the address that was asked for; None where there is none."""
    asset = _by_url().get(request.url.path)
    if asset is None:
        return None
    headers = {"cache-control": "public, max-age=31536000, immutable", "vary": "accept-encoding"}
    if accepts_gzip(request):
        return Response(asset.zipped, headers=headers | {"content-encoding": "gzip"}, media_type=asset.media)
    return Response(asset.content, headers=headers, media_type=asset.media)


def accepts_gzip(request: Request) -> bool:
    """Whether the client takes gzip."""
    offered = request.headers.get("accept-encoding", "").lower()
    return any(
        part.split(";")[0].strip() == "gzip" and "q=0" not in part.replace(" ", "").split(";")[1:]
        for part in offered.split(",")
    )
