"""Small WARC, ARC and WAT files of invented pages, for tests, as bytes."""

from __future__ import annotations

import gzip
import importlib.util
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import zstandard

from backlit.records import Batch
from backlit.sources.archives import read_archive

DATE = "2024-05-18T01:58:10Z"


def page(*links: str, text: str = "a word") -> bytes:
    """A page with these links, of which the anchor is the address."""
    anchors = "".join(f'<p>{text} <a href="{link}">{link}</a></p>' for link in links)
    return f"<!DOCTYPE html><html><head><title>A page</title></head><body>{anchors}</body></html>".encode()


def http(body: bytes = b"", *headers: str, status: int = 200, kind: str | None = "text/html") -> bytes:
    """An HTTP response."""
    lines = [f"HTTP/1.1 {status} OK", *([f"Content-Type: {kind}"] if kind else []), *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def warc(
    url: str | None,
    block: bytes,
    *headers: str,
    kind: str = "response",
    length: int | str | None = None,
    date: str | None = DATE,
) -> bytes:
    """One WARC record."""
    lines = [
        "WARC/1.0",
        f"WARC-Type: {kind}",
        *([f"WARC-Target-URI: {url}"] if url is not None else []),
        *([f"WARC-Date: {date}"] if date else []),
        "WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>",
        *headers,
        f"Content-Length: {len(block) if length is None else length}",
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def page_record(number: int, *headers: str, **more: Any) -> bytes:
    """The record of page ``number`` of a site, which links to a target of its own."""
    body = page(f"https://target{number}.test/", "/inside")
    return warc(f"https://example.com/{number}", http(body), *headers, **more)


def arc(url: str, block: bytes, *, date: str = "20240518015810", kind: str = "text/html") -> bytes:
    """One ARC record (version 1)."""
    return f"{url} 192.0.2.1 {date} {kind} {len(block)}\n".encode() + block + b"\n"


def arc_header() -> bytes:
    """The record an ARC file opens with."""
    block = b"1 1 Example\nURL IP-address Archive-date Content-type Archive-length\n"
    return f"filedesc://a.arc 0.0.0.0 20240518000000 text/plain {len(block)}\n".encode() + block + b"\n"


def gz(records: Iterable[bytes]) -> bytes:
    """Each record a gzip member of its own."""
    return b"".join(gzip.compress(record, mtime=0) for record in records)


def zst(records: Iterable[bytes]) -> bytes:
    """Each record a zstd frame of its own."""
    return b"".join(zstandard.ZstdCompressor().compress(record) for record in records)


def make_wat() -> Any:
    """The module that writes WAT files, which is a script beside the benchmarks."""
    path = Path(__file__).resolve().parent.parent / "benchmarks" / "make_wat.py"
    spec = importlib.util.spec_from_file_location("make_wat", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def wat_json(url: str = "https://example.com/", **html: Any) -> dict[str, Any]:
    """The JSON of a response in a WAT, with this ``HTML-Metadata``."""
    return {
        "Container": {
            "Filename": "a.warc.gz",
            "Compressed": True,
            "Offset": "806",
            "Gzip-Metadata": {"Deflate-Length": "423"},
        },
        "Envelope": {
            "Payload-Metadata": {
                "HTTP-Response-Metadata": {
                    "Response-Message": {"Status": "200", "Version": "HTTP/1.1", "Reason": "OK"},
                    "Headers": {"Content-Type": "text/html"},
                    "HTML-Metadata": html,
                }
            },
            "WARC-Header-Metadata": {
                "WARC-Type": "response",
                "WARC-Date": DATE,
                "WARC-Target-URI": url,
                "WARC-IP-Address": "192.0.2.1",
            },
        },
    }


def encoded(document: object) -> bytes:
    """JSON as a WAT has it."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def wat(document: object) -> bytes:
    """One WAT record around a document."""
    return warc("https://example.com/", encoded(document), "Content-Type: application/json", kind="metadata")


def read(path: Path, content: bytes, kind: str = "warc", **more: Any) -> list[Batch]:
    """Write an archive and read all its batches."""
    path.write_bytes(content)
    return list(read_archive(path, kind, "2024-05-20", **more))


def column(batches: list[Batch], table: str, name: str) -> list[Any]:
    """A column of one of the batches' tables, over all batches."""
    tables = [getattr(batch, table) for batch in batches]
    return [value for found in tables if found is not None for value in found[name].to_pylist()]


def problems(batches: list[Batch]) -> list[tuple[str, str]]:
    """The place and cause of each problem."""
    return [(problem.place, problem.cause) for batch in batches for problem in batch.problems]
