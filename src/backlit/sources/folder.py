"""A folder of HTML files as the pages of a site.

The address of a file is the base address and the file's path below the folder, each name
percent-encoded, ``index.html`` kept as it is. Files come in the order of their paths, byte
by byte, so that ``resume_at`` (files read so far) means the same on any machine.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from backlit import settings
from backlit.errors import BacklitError, SourceError, URLError
from backlit.records import DEPTH_HTML, Batch, Problem
from backlit.sources.source import modified_day
from backlit.web.url import canonical

_SUFFIXES = (b".html", b".htm", b".xhtml", b".xht", b".shtml", b".php", b".asp", b".aspx", b".jsp")
_MARKUP = (
    b"<!doctype",
    b"<html",
    b"<head",
    b"<body",
    b"<!--",
    b"<title",
    b"<meta",
    b"<div",
    b"<p",
    b"<a ",
    b"<?xml",
)
_BATCH_FILES = 5000


class _File(NamedTuple):
    """A file below the folder: its path in bytes, from the folder, and its size."""

    name: bytes
    size: int


class FolderSource:
    """A folder of HTML files that stands for the pages below ``base_url``."""

    kind = "folder"
    origin = "folder"

    def __init__(self, path: Path, base_url: str, snapshot: str | None) -> None:
        try:
            base = canonical(base_url if "://" in base_url else f"http://{base_url}")
        except URLError as exc:
            raise SourceError(f"The --base-url cannot be used: {exc}") from exc
        if "?" in base:
            raise SourceError(f"The --base-url {base} has a query; give the address of the folder alone.")
        self.path = path
        self.base_url = base if base.endswith("/") else base + "/"
        self._dated = snapshot is not None
        self._problems: list[Problem] = []
        self._files = self._walk()
        if not self._files:
            raise SourceError(f"The folder {path} holds no HTML file.")
        self.total_bytes = sum(file.size for file in self._files)
        self.snapshot = snapshot or max(
            (modified_day(Path(os.fsdecode(self._full(file)))) for file in self._files),
            default=modified_day(path),
        )

    def digest(self) -> str:
        """A digest of the base address and of the names, sizes and contents of all files."""
        digest = hashlib.blake2b(self.base_url.encode(), digest_size=32)
        for file in self._files:
            digest.update(b"\0%d %d " % (len(file.name), file.size) + file.name)
            try:
                with open(self._full(file), "rb") as content:
                    while chunk := content.read(1 << 20):
                        digest.update(chunk)
            except OSError:
                digest.update(b"\0unreadable")
        return digest.hexdigest()

    def read(self, resume_at: int = 0) -> Iterator[Batch]:
        """The batches after the first ``resume_at`` files."""
        from backlit.extract.html import extract_html
        from backlit.sources.rows import RowBuilder, microseconds

        limits = settings.default()
        rows = RowBuilder(file=str(self.path), snapshot=self.snapshot, origin=self.origin, depth=DEPTH_HTML)
        seen_at = (
            microseconds(datetime.fromisoformat(self.snapshot).replace(tzinfo=UTC)) if self._dated else None
        )
        if resume_at == 0:
            for problem in self._problems:
                rows.add_problem(problem.place, problem.cause, problem.message)
        done = sum(file.size for file in self._files[:resume_at])
        held = 0
        for number, file in enumerate(self._files[resume_at:], start=resume_at + 1):
            done += file.size
            held += 1
            place = f"file {shown(file.name)}"
            try:
                body = self._body(file, limits.limits.max_html_bytes)
                url = canonical(self.base_url + quote(file.name, safe="/~!$&'()*+,;=:@"))
                page = extract_html(body, url)
            except BacklitError as exc:
                cause = "unreadable" if isinstance(exc, SourceError) else "bad-page"
                rows.add_problem(place, cause, f"The page was left out: {exc}")
            else:
                for cause, message in page.problems:
                    rows.add_problem(place, cause, message)
                outcome = "complete" if page.complete and seen_at is not None else None
                rows.add_page(url, page, fetched_at=seen_at, outcome=outcome)
            if rows.links >= limits.storage.batch_links or held >= _BATCH_FILES:
                held = 0
                yield rows.take(number, done)
        yield rows.take(len(self._files), self.total_bytes)

    def _full(self, file: _File) -> bytes:
        return os.path.join(os.fsencode(self.path), file.name)

    def _body(self, file: _File, longest: int) -> bytes:
        """The file's content, one byte over the limit at most, for the extractor to report the cut."""
        try:
            with open(self._full(file), "rb") as content:
                return content.read(longest + 1)
        except OSError as exc:
            raise SourceError(f"the file cannot be opened ({exc.strerror or exc}).") from exc

    def _walk(self) -> list[_File]:
        """The HTML files below the folder, in the order of their paths."""
        files: list[_File] = []
        seen: set[tuple[int, int]] = set()
        pending: list[bytes] = [b""]
        linked: list[bytes] = []  # links to folders come last: the folder's own path is its address
        top = os.fsencode(self.path)
        while pending or linked:
            folder = pending.pop() if pending else linked.pop(0)
            place = f"folder {shown(folder) if folder else '.'}"
            try:
                status = os.stat(os.path.join(top, folder) if folder else top)
                if (status.st_dev, status.st_ino) in seen:
                    self._note(
                        place,
                        "folder-loop",
                        "The folder is a link to one that was read already; it was passed over.",
                    )
                    continue
                seen.add((status.st_dev, status.st_ino))
                entries = sorted(
                    os.scandir(os.path.join(top, folder) if folder else top), key=lambda e: e.name
                )
            except OSError as exc:
                self._note(place, "unreadable", f"The folder cannot be read: {exc.strerror or exc}.")
                continue
            for entry in entries:
                name = folder + b"/" + entry.name if folder else entry.name
                try:
                    if entry.is_dir():
                        (linked if entry.is_symlink() else pending).append(name)
                    elif entry.is_file() and _is_html(entry):
                        files.append(_File(name, entry.stat().st_size))
                    elif entry.is_symlink() and not entry.is_file():
                        self._note(
                            f"file {shown(name)}",
                            "dangling-link",
                            "The link leads to nothing; it was passed over.",
                        )
                except OSError as exc:
                    self._note(
                        f"file {shown(name)}",
                        "unreadable",
                        f"The file cannot be read: {exc.strerror or exc}.",
                    )
        return sorted(files)

    def _note(self, place: str, cause: str, message: str) -> None:
        self._problems.append(Problem(str(self.path), place, cause, message))


def shown(name: bytes) -> str:
    """A file name for a message; bytes that are no UTF-8 as escapes."""
    return name.decode("utf-8", "backslashreplace")


def _is_html(entry: os.DirEntry[bytes]) -> bool:
    """HTML by its suffix, or, for a file without a known one, by how it begins."""
    suffix = os.path.splitext(entry.name)[1].lower()
    if suffix in _SUFFIXES:
        return True
    if suffix and len(suffix) <= 6 and suffix[1:].isalnum() and not suffix[1:].isdigit():
        return False
    try:
        with open(entry.path, "rb") as content:
            start = content.read(512).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    except OSError:
        return True  # reported where it is read
    return start.startswith(_MARKUP)
