"""What an input is, told from its content and never from its name alone."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

import msgspec

from backlit.errors import SourceError, TableError, URLError
from backlit.records import Batch
from backlit.sources import columns
from backlit.sources.blocks import list_entry, parquet_names
from backlit.sources.lines import utf16_of
from backlit.sources.otherrows import host_of_cell
from backlit.sources.source import KINDS, TABLE_KINDS, Source, checked_snapshot, digest_file, modified_day
from backlit.sources.streams import ByteStream, peek
from backlit.sources.tables import TableForm, TableSource
from backlit.sources.values import decoded

_PEEK = 1 << 20
_DELIMITERS = (",", "\t", ";", "|")
#: The heading of a table is looked for in this many rows.
_HEADING_ROWS = 10

#: Content that is something else, by its first bytes, and what to do with it.
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (
        b"PK\x03\x04",
        "a ZIP file (an Excel or OpenDocument workbook is one, too): unpack it, or save the sheet as CSV",
    ),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file: save the sheet as CSV"),
    (b"%PDF", "a PDF document"),
    (b"\xfd7zXZ\x00", "an xz file: unpack it first, or compress with gzip or zstd"),
    (b"BZh", "a bzip2 file: unpack it first, or compress with gzip or zstd"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip file: unpack it first"),
    (b"Rar!", "a RAR file: unpack it first"),
    (b"SQLite format 3", "an SQLite database: export the table as CSV"),
    (b"ARROW1", "an Arrow IPC (Feather) file: save it as Parquet"),
    (b"Obj\x01", "an Avro file: save it as Parquet"),
    (b"ORC", "an ORC file: save it as Parquet"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)

_markup = re.compile(r"\s*(?:<!doctype html|<html|<head|<body)", re.IGNORECASE)


class ArchiveSource:
    """A WARC, ARC or WAT file; the reading itself is in ``sources.archives``."""

    def __init__(self, path: Path, kind: str, snapshot: str) -> None:
        self.path = path
        self.kind = kind
        self.origin = kind
        self.snapshot = snapshot
        self.total_bytes = path.stat().st_size

    def digest(self) -> str:
        """The digest of the file's bytes."""
        return digest_file(self.path)

    def read(self, resume_at: int = 0) -> Iterator[Batch]:
        """The batches that come after ``resume_at``."""
        from backlit.sources.archives import read_archive

        return read_archive(self.path, self.kind, self.snapshot, resume_at)


def open_source(
    path: Path, *, as_: str | None = None, snapshot: str | None = None, base_url: str | None = None
) -> Source:
    """The reader for ``path``: what it is, is told from its content unless ``as_`` says it.

    ``snapshot`` is the day of the harvest (``YYYY-MM-DD``), ``base_url`` the address that a
    folder of HTML files stands for. Raises ``SourceError`` when the input cannot be used and
    ``TableError`` when a table lacks a column it needs.
    """
    path = Path(path)
    day = checked_snapshot(snapshot)
    if as_ is not None and as_ not in KINDS:
        raise SourceError(f"There is no kind of input called {as_!r}; the kinds are {', '.join(KINDS)}.")
    try:
        is_folder, is_there = path.is_dir(), path.exists()
    except (OSError, ValueError) as exc:
        raise SourceError(f"The path {str(path)!r} cannot be used: {exc}.") from exc
    if not is_there:
        raise SourceError(f"There is no file or folder at {path}.")
    if is_folder:
        return _folder(path, as_, day, base_url)
    if not path.is_file():
        raise SourceError(f"{path} is neither a file nor a folder (a device or a pipe); give a file.")
    if as_ == "folder":
        raise SourceError(f"{path} is a file, and --as folder needs a folder of HTML files.")
    return _file(path, as_, day)


def _folder(path: Path, as_: str | None, day: str | None, base_url: str | None) -> Source:
    from backlit.sources.folder import FolderSource

    if as_ not in (None, "folder"):
        raise SourceError(f"{path} is a folder, and --as {as_} needs a file.")
    if not os.access(path, os.R_OK | os.X_OK):
        raise SourceError(f"The folder {path} cannot be read: permission denied.")
    if base_url is None:
        raise SourceError(
            f"{path} is a folder. To read it as HTML pages, give --base-url with the address the folder "
            "stands for, e.g. --base-url https://example.com/; to add the files in it, give their paths."
        )
    return FolderSource(path, base_url, day)


def _file(path: Path, as_: str | None, day: str | None) -> Source:
    start, damage = peek(path, _PEEK)
    if not start:
        if damage is not None:
            raise SourceError(f"Nothing can be read from {path}. {damage}")
        packed = ByteStream(path).compression
        raise SourceError(f"The file {path} is empty{' once it is unpacked' if packed else ''}.")
    archive = _archive_kind(path, start, forced=as_ in ("warc", "arc", "wat"))
    if archive is not None:
        if as_ in TABLE_KINDS or ((as_ == "arc") != (archive == "arc") and as_ is not None):
            raise SourceError(f"{path} is not of the kind {as_}: it is {_ARTICLE[archive]} archive.")
        kind = as_ or archive
        return ArchiveSource(path, kind, day or _archive_day(start) or modified_day(path))
    if as_ in ("warc", "arc", "wat"):
        raise SourceError(f"{path} is no {as_.upper()} file: it begins with {_first_bytes(start)}.")
    form = table_form(path, start, as_)
    table_kind = as_ or ("trusted" if form.format == "list" else columns.guess(form.names))
    if table_kind is None:
        raise TableError(f"{path}: {columns.no_kind(form.names)}")
    try:
        return TableSource(path, table_kind, form, day or modified_day(path))
    except TableError as exc:
        raise TableError(f"{path}: {exc}") from None


_ARTICLE = {"warc": "a WARC", "arc": "an ARC", "wat": "a WAT"}


def _archive_kind(path: Path, start: bytes, *, forced: bool) -> str | None:
    text = start.lstrip(b"\r\n")
    if text.startswith(b"filedesc://"):
        return "arc"
    if not text.startswith(b"WARC/"):
        return None
    types = re.findall(rb"^WARC-Type:[ \t]*(\w+)", start, re.IGNORECASE | re.MULTILINE)
    seen = {kind.lower() for kind in types}
    if b"metadata" in seen and b"response" not in seen and _holds_envelope(start):
        return "wat"
    if b"conversion" in seen and seen <= {b"conversion", b"warcinfo"} and not forced:
        raise SourceError(
            f"{path} is a WET file: plain text of pages, without links. Give the WARC or WAT file instead."
        )
    return "warc"


def _holds_envelope(start: bytes) -> bool:
    """Whether one of the first records is metadata whose body is a WAT's JSON."""
    for record in re.split(rb"(?m)^(?=WARC/[01]\.)", start)[:50]:
        heading, _, body = record.partition(b"\r\n\r\n")
        if not body:
            heading, _, body = record.partition(b"\n\n")
        if re.search(rb"(?im)^WARC-Type:[ \t]*metadata", heading) and body.lstrip().startswith(b"{"):
            return b'"Envelope"' in body
    return False


def _archive_day(start: bytes) -> str | None:
    """The day of the first record that has a date, as archives with a whole heading do."""
    found = re.search(rb"(?im)^WARC-Date:[ \t]*(\d{4}-\d\d-\d\d)T", start)
    if found is None:
        found = re.match(rb"\s*filedesc://\S+ \S+ (\d{8})\d{6} ", start)
    try:
        return date.fromisoformat(found[1].decode()).isoformat() if found else None
    except ValueError:
        return None


def table_form(path: Path, start: bytes, as_: str | None) -> TableForm:
    """What kind of table file begins with ``start``; a ``SourceError`` when it is none."""
    for magic, what in _OTHERS:
        if start.startswith(magic):
            raise SourceError(
                f"{path} is {what}. backlit reads CSV, TSV, JSON lines, Parquet, WARC, ARC and WAT."
            )
    if start.startswith(b"PAR1"):
        if ByteStream(path).compression is not None:
            raise SourceError(
                f"{path} is a compressed Parquet file: unpack it first (Parquet is compressed inside)."
            )
        return TableForm("parquet", parquet_names(path))
    text, control = _as_text(start)
    whole = len(start) < _PEEK
    form = _json_form(path, text, whole)
    if form is None and as_ != "trusted":
        form = _csv_form(text, whole, as_)
    known = form is not None and (
        columns.guess(form.names) is not None or (as_ is not None and form.format == "jsonl")
    )
    if form is not None and known:
        return form
    if control > 0.01:
        raise SourceError(
            f"{path} is no table and no archive: it holds binary data and begins with {_first_bytes(start)}."
        )
    if _markup.match(text):
        raise SourceError(
            f"{path} is a single HTML page. Put pages in a folder and give it with --base-url, e.g. "
            "--base-url https://example.com/."
        )
    if as_ in (None, "trusted") and (listed := _list_form(path, text, whole, as_)) is not None:
        return listed
    if as_ == "trusted":
        form = _csv_form(text, whole, as_)
    if form is None:
        raise SourceError(f"{path} holds nothing but blank lines.")
    if as_ is None and form.format == "csv" and len(form.names) == 1 and not re.search(r"[,\t;|]", text):
        raise SourceError(
            f"{path} is a text, but neither a table nor a list of hosts; it begins {form.names[0][:60]!r}."
        )
    if any("://" in name for name in form.names):
        raise TableError(
            f"{path} has no heading: its first row holds addresses ({form.names[0][:80]!r}…). "
            "Add a first row with the columns' names, e.g. source_url,target_url."
        )
    return form


def _as_text(start: bytes) -> tuple[str, float]:
    """The beginning as text, and the share of control characters in it."""
    encoding = utf16_of(start)
    if encoding is not None:
        text = start.decode(encoding, errors="replace").removeprefix("\ufeff")
    else:
        text = decoded_start(start.removeprefix(b"\xef\xbb\xbf"))
    sample = text[:65536]
    control = len(re.findall(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]", sample)) / max(len(sample), 1)
    return text.replace("\0", ""), control


def decoded_start(start: bytes) -> str:
    """``start`` as text; a character cut in two at its end is dropped."""
    lines = start.split(b"\n")
    if len(start) >= _PEEK and len(lines) > 1:
        lines.pop()
    return "\n".join(decoded(line) for line in lines)


def _json_form(path: Path, text: str, whole: bool) -> TableForm | None:
    head = text.lstrip()
    if head.startswith("[") and re.match(r"\[\s*\{", head):
        raise SourceError(
            f"{path} is one JSON array; write one object a line instead (JSON lines: jq -c '.[]')."
        )
    if not head.startswith("{"):
        return None
    names: dict[str, None] = {}
    for line in text.splitlines()[:1000]:
        try:
            row = msgspec.json.decode(line.encode()) if line.strip() else {}
        except (msgspec.DecodeError, RecursionError):
            continue
        if isinstance(row, dict):
            names.update(dict.fromkeys(row))
    if not names:
        if re.match(r"\{\s*\"", head):
            raise SourceError(
                f"{path} begins like JSON, but no line is a whole JSON object; write one object a line."
            )
        return None
    return TableForm("jsonl", list(names))


def _csv_form(text: str, whole: bool, as_: str | None) -> TableForm | None:
    """The heading of a CSV file, under the delimiter that makes most sense of it."""
    best: TableForm | None = None
    best_score = (-1, -1)
    for delimiter in _DELIMITERS:
        rows = _first_rows(text, delimiter)
        fits = [_fit(row, as_) for row in rows[:_HEADING_ROWS]]
        if not fits:
            continue
        if max(fits) > 0:  # a title or Excel's sep= line may stand above the heading
            at = next(i for i, fit in enumerate(fits) if fit > 0)
        else:
            at = next((i for i, row in enumerate(rows) if any(cell.strip() for cell in row)), 0)
        names = [name.strip() for name in rows[at]]
        alike = sum(len(row) == len(names) for row in rows[at + 1 :]) if len(names) > 1 else 0
        if (fits[at] if at < len(fits) else 0, alike) > best_score and any(names):
            best, best_score = (
                TableForm("csv", names, delimiter, at),
                (fits[at] if at < len(fits) else 0, alike),
            )
    return best


def _fit(names: list[str], as_: str | None) -> int:
    """How many columns of a table these names are, of the kind that they fit best."""
    fits = 0
    for kind in [as_] if as_ in TABLE_KINDS else columns.REQUIRED:
        places = columns.find(kind, names).places
        if all(field in places for field in columns.REQUIRED[kind]):
            fits = max(fits, len(places))
    return fits


def _first_rows(text: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(re.split(r"(?<=\n)|(?<=\r)(?!\n)", text[:262144]), delimiter=delimiter):
            if row:
                rows.append(row)
            if len(rows) >= 30:
                break
    except csv.Error:
        pass
    return rows


def _list_form(path: Path, text: str, whole: bool, as_: str | None) -> TableForm | None:
    """A list of hosts or addresses, one a line."""
    lines = text.splitlines()[:1000]
    entries = [entry for entry in map(list_entry, lines) if entry]
    if any(re.match(r"domain:\S", line.strip(), re.IGNORECASE) for line in lines):
        raise SourceError(
            f"{path} is a disavow file (with lines such as domain:example.com), not a list of trusted hosts."
        )
    if not entries:
        return None
    usable = 0
    for entry in entries:
        with suppress(URLError):
            usable += "." in entry and bool(host_of_cell(entry))
    heading = entries[0].lower() in ("host", "domain", "site", "hostname", "website")
    enough = (0.5 if as_ == "trusted" else 0.9) * max(len(entries) - heading, 1)
    alone = sum(len(line.partition("#")[0].split()) == 1 and "," not in line for line in lines)
    if usable and usable >= enough and (alone >= enough or as_ == "trusted"):
        return TableForm("list", ["host"])
    return None


def _first_bytes(start: bytes) -> str:
    printable = re.match(rb"[\x20-\x7e]{4,}", start)
    if printable:
        return repr(printable[0][:40].decode())
    return "the bytes " + " ".join(f"{byte:02x}" for byte in start[:8])
