"""Large files from Common Crawl's server: sizes, small files, and downloads that go on where they stopped.

A download grows in ``<file>.part``, beside a note of what it is to become. Cut connections are taken up again by
range; a server that ignores ranges makes it begin anew. What comes is held against what was
announced: another total, more bytes, another version of the file or a wrong check sum end it with
a sentence. The file gets its name when it is whole.

Only the host that was asked answers: a redirect to another one is refused.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import msgspec

from backlit.errors import SourceError
from backlit.version import __version__

#: The one server that backlit fetches releases from.
COMMON_CRAWL = "https://data.commoncrawl.org"

_CHUNK = 1 << 20
_SMALL = 64 << 20
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")
_MD5 = re.compile(r"\"([0-9a-f]{32})\"")
#: Answers worth asking again for.
_PASSING = frozenset({408, 429, 500, 502, 503, 504})


class RemoteFile(msgspec.Struct, frozen=True):
    """What the server says of a file. ``md5`` is of the whole file, where the server gives one."""

    path: str
    bytes: int
    version: str | None = None
    md5: str | None = None


class _OneHost(HTTPRedirectHandler):
    """Follows redirects on the same host."""

    def redirect_request(self, req: Request, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        if urlsplit(newurl).netloc != urlsplit(req.full_url).netloc:
            raise SourceError(
                f"{req.full_url} leads to another server, {urlsplit(newurl).netloc}: nothing was fetched from there."
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class Remote:
    """A server with a folder of files under ``base``."""

    def __init__(
        self,
        base: str = COMMON_CRAWL,
        *,
        tries: int = 8,
        timeout: float = 60,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        if not base.startswith(("https://", "http://")):
            raise SourceError(f"{base!r} is no address of a server: it begins with https://.")
        self.base = base.rstrip("/")
        self._tries, self._timeout, self._wait = tries, timeout, wait
        self._opener = build_opener(_OneHost)

    def head(self, path: str) -> RemoteFile:
        """The size of a file, and its check sum if the server gives one."""
        with self._patiently(path, "HEAD", {}) as response:
            headers = response.headers
        length = headers.get("Content-Length")
        if length is None or not length.isdigit():
            raise SourceError(
                f"{self.base}/{path} does not say how large it is, so it cannot be fetched safely."
            )
        version = headers.get("ETag")
        md5 = None
        if given := headers.get("Content-MD5"):
            md5 = base64.b64decode(given).hex()
        elif version and "kms" not in (headers.get("x-amz-server-side-encryption") or ""):
            match = _MD5.fullmatch(version)  # S3 names a file that came in one piece by its MD5
            md5 = match[1] if match else None
        return RemoteFile(path, int(length), version, md5)

    def read(self, path: str) -> bytes:
        """A small file, whole."""
        for _ in range(self._tries):
            with self._patiently(path, "GET", {}) as response:
                try:
                    text: bytes = response.read(_SMALL + 1)
                except (OSError, http.client.HTTPException):
                    continue
                length = response.headers.get("Content-Length", "")
            if len(text) > _SMALL or not length.isdigit() or len(text) == int(length):
                break
        else:
            raise SourceError(f"{self.base}/{path} broke off {self._tries} times: try again later.")
        if len(text) > _SMALL:
            raise SourceError(f"{self.base}/{path} is larger than {_SMALL:,} bytes, which it should not be.")
        return text

    def fetch(self, file: RemoteFile, to: Path, on_bytes: Callable[[int], None] | None = None) -> None:
        """Download ``file`` to ``to``; ``on_bytes`` is told how many bytes of it are there."""
        tell = on_bytes or (lambda done: None)
        if to.is_file() and to.stat().st_size == file.bytes:
            tell(file.bytes)
            return
        to.parent.mkdir(parents=True, exist_ok=True)
        part, note = to.with_name(to.name + ".part"), to.with_name(to.name + ".part.json")
        if not _same(note, file):
            part.unlink(missing_ok=True)
            note.write_bytes(msgspec.json.encode(file))
        failures = 0
        with part.open("ab") as out:
            while (have := part.stat().st_size) < file.bytes:
                tell(have)
                problem = self._continue(file, out, have, tell)
                out.flush()
                got = part.stat().st_size
                failures = 0 if got > have else failures + 1
                if failures >= self._tries:
                    raise SourceError(
                        f"{self.base}/{file.path} broke off {failures} times in a row after {got:,} of {file.bytes:,} "
                        f"bytes ({problem}). They are kept; the same command goes on from there."
                    )
                if got < file.bytes and got <= have:
                    self._wait(min(2.0**failures, 60))
            os.fsync(out.fileno())
        _check(file, part)
        os.replace(part, to)
        note.unlink(missing_ok=True)
        tell(file.bytes)

    def _continue(self, file: RemoteFile, out: IO[bytes], have: int, tell: Callable[[int], None]) -> str:
        """Add to ``out`` what one connection gives; why it ended."""
        headers = {"Range": f"bytes={have}-"} if have else {}
        if have and file.version and not file.version.startswith("W/"):
            headers["If-Range"] = file.version
        try:
            response = self._open(file.path, "GET", headers)
        except HTTPError as exc:
            if exc.code == 416:
                out.truncate(0)
            elif exc.code not in _PASSING:
                raise self._refused(file.path, exc) from exc
            return f"the server answers {exc.code}"
        except (OSError, http.client.HTTPException) as exc:
            return str(exc) or type(exc).__name__
        with response:
            if response.status == 206:
                match = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
                if match is None or int(match[1]) != have:
                    raise SourceError(
                        f"{self.base}/{file.path} was asked for what comes after byte {have:,} and gave another part: "
                        "the server cannot be trusted with ranges."
                    )
                total: int | None = int(match[3])
            else:
                length = response.headers.get("Content-Length", "")
                total = int(length) if length.isdigit() else None
                out.truncate(0)
                have = 0
            if total is not None and total != file.bytes:
                raise SourceError(
                    f"{self.base}/{file.path} was said to have {file.bytes:,} bytes and now has {total:,}: it has "
                    "changed on the server, or the server is wrong. Try again later."
                )
            return self._copy(response, file, out, have, tell)

    def _copy(
        self, response: Any, file: RemoteFile, out: IO[bytes], have: int, tell: Callable[[int], None]
    ) -> str:
        while True:
            try:
                chunk = response.read1(_CHUNK)
            except (OSError, http.client.HTTPException) as exc:
                return str(exc) or type(exc).__name__
            if not chunk:
                return "the connection was closed"
            have += len(chunk)
            if have > file.bytes:
                out.truncate(0)
                raise SourceError(
                    f"{self.base}/{file.path} sends more than the {file.bytes:,} bytes it was said to have: "
                    "what came was thrown away."
                )
            out.write(chunk)
            tell(have)

    def _patiently(self, path: str, method: str, headers: dict[str, str]) -> Any:
        """The answer to one small question, asked again while the server is busy."""
        for turn in range(1, self._tries + 1):
            try:
                return self._open(path, method, headers)
            except HTTPError as exc:
                if exc.code not in _PASSING or turn == self._tries:
                    raise self._refused(path, exc) from exc
            except (OSError, http.client.HTTPException) as exc:
                if turn == self._tries:
                    reason = exc.reason if isinstance(exc, URLError) else exc
                    raise SourceError(
                        f"{self.base} cannot be reached ({reason}): check the connection, then try again."
                    ) from exc
            self._wait(min(2.0**turn, 60))
        raise AssertionError("a loop of at least one turn")

    def _open(self, path: str, method: str, headers: dict[str, str]) -> Any:
        told = {"User-Agent": f"backlit/{__version__}", "Accept-Encoding": "identity", **headers}
        request = Request(f"{self.base}/{path.lstrip('/')}", method=method, headers=told)
        return self._opener.open(request, timeout=self._timeout)

    def _refused(self, path: str, exc: HTTPError) -> SourceError:
        exc.close()
        if exc.code in (403, 404):
            return SourceError(f"{self.base}/{path} is not there (the server answers {exc.code}).")
        return SourceError(
            f"{self.base}/{path} cannot be fetched: the server answers {exc.code} {exc.reason}."
        )


def _same(note: Path, file: RemoteFile) -> bool:
    try:
        return msgspec.json.decode(note.read_bytes(), type=RemoteFile) == file
    except (OSError, msgspec.DecodeError):
        return False


def _check(file: RemoteFile, part: Path) -> None:
    if file.md5 is None:
        return
    digest = hashlib.md5(usedforsecurity=False)
    with part.open("rb") as content:
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
    if digest.hexdigest() != file.md5:
        part.unlink()
        raise SourceError(
            f"{file.path} came with another check sum than the server gives: it was thrown away. Download it again."
        )
