"""Writes a WAT file from a WARC file, field by field as Common Crawl's extractor does.

There is no WAT of more than one page to be had for tests and benchmarks, so this makes one
from real pages: three ``metadata`` records for each capture (of the request, the response and
the crawler's own metadata), each a gzip member of its own; numbers as strings; repeated
headers as lists (as since December 2024); anchors cut at 128 characters; links in the order
of closing tags, so that an image in a link comes before the link.

    python benchmarks/make_wat.py pages.warc.gz pages.warc.wat.gz --pages 2000
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import uuid
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from fastwarc import ArchiveIterator, WarcRecordType
from resiliparse.parse.encoding import bytes_to_str, detect_encoding

LONGEST_ANCHOR = 128
_HOST = re.compile(r"//([A-Za-z0-9][A-Za-z0-9.-]*\.[A-Za-z]{2,})")
_RESOURCES = {
    "img": "src", "iframe": "src", "frame": "src", "embed": "src", "source": "src", "video": "src",
    "audio": "src", "q": "cite", "blockquote": "cite", "input": "src", "object": "data",
}  # fmt: skip
_KEPT = {
    "a": ("target", "alt", "title", "rel", "hreflang", "type"),
    "area": ("rel",),
    "img": ("alt", "title"),
}


class _Extractor(HTMLParser):
    """Collects what a WAT holds of a page, in the order of closing tags for links with text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.head: dict[str, Any] = {}
        self.links: list[dict[str, str]] = []
        self._anchor: dict[str, str] | None = None
        self._text: list[str] = []
        self._title: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in reversed(attrs)}
        if tag == "html" and "lang" in values:
            self._in_head("Metas", {"name": "HTML@/lang", "content": values["lang"]})
        elif tag == "base" and "href" in values:
            self.head.setdefault("Base", values["href"])
        elif tag == "title":
            self._title = []
        elif tag == "meta":
            kept = {
                key: values[key] for key in ("name", "property", "http-equiv", "content") if key in values
            }
            if kept:
                self._in_head("Metas", kept)
        elif tag == "link" and "href" in values:
            kept = {key: values[key] for key in ("rel", "type", "hreflang") if key in values}
            self._in_head("Link", {"path": "LINK@/href", "url": values["href"], **kept})
        elif tag == "script" and "src" in values:
            kept = {"type": values["type"]} if "type" in values else {}
            self._in_head("Scripts", {"path": "SCRIPT@/src", "url": values["src"], **kept})
        elif tag == "a":
            self._close_anchor()
            if "href" in values:
                self._anchor = _entry("a", "href", values)
                self._text = []
            elif not values:
                self.links.append({})
        elif tag == "area" and "href" in values:
            self.links.append(_entry("area", "href", values))
        elif tag == "form" and "action" in values:
            method = {"method": values["method"]} if "method" in values else {}
            self.links.append({"path": "FORM@/action", "url": values["action"], **method})
        elif tag in _RESOURCES and _RESOURCES[tag] in values:
            self.links.append(_entry(tag, _RESOURCES[tag], values))
        if "background" in values:
            self.links.append({"path": f"{tag.upper()}@/background", "url": values["background"]})

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._close_anchor()
        elif tag == "title" and self._title is not None:
            self.head.setdefault("Title", " ".join("".join(self._title).split()))
            self._title = None

    def handle_data(self, data: str) -> None:
        if self._title is not None:
            self._title.append(data)
        elif self._anchor is not None:
            self._text.append(data)

    def close(self) -> None:
        super().close()
        self._close_anchor()

    def _close_anchor(self) -> None:
        if self._anchor is not None:
            text = " ".join("".join(self._text).split())[:LONGEST_ANCHOR]
            if text:
                self._anchor["text"] = text
            self.links.append(self._anchor)
            self._anchor = None

    def _in_head(self, key: str, value: dict[str, str]) -> None:
        self.head.setdefault(key, []).append(value)


def _entry(tag: str, attribute: str, values: dict[str, str]) -> dict[str, str]:
    entry = {"path": f"{tag.upper()}@/{attribute}", "url": values[attribute][:8192]}
    if entry["url"].startswith("data:"):
        entry["url"] = entry["url"][:32]
    for name in _KEPT.get(tag, ()):
        if values.get(name):
            entry[name] = values[name]
    return entry


def html_metadata(html: str) -> dict[str, Any]:
    """The ``HTML-Metadata`` of a page."""
    extractor = _Extractor()
    extractor.feed(html)
    extractor.close()
    return {"Head": extractor.head, "Links": extractor.links}


def response_json(
    url: str,
    date: str,
    status: int,
    headers: list[tuple[str, str]],
    html: str | None,
    *,
    container: tuple[str, int, int] = ("pages.warc.gz", 0, 0),
    ip: str | None = None,
    truncated: str | None = None,
) -> dict[str, Any]:
    """The JSON of a WAT's response record. ``container`` is file name, offset and length."""
    http: dict[str, Any] = {
        "Response-Message": {"Version": "HTTP/1.1", "Status": str(status), "Reason": "OK"},
        "Headers-Length": str(sum(len(name) + len(value) + 4 for name, value in headers)),
        "Headers": _listed(headers),
        "Entity-Length": str(len(html or "")),
        "Entity-Digest": "sha1:" + hashlib.sha1(url.encode()).hexdigest().upper()[:32],
        "Entity-Trailing-Slop-Length": "0",
    }
    if html is not None:
        http["HTML-Metadata"] = html_metadata(html)
    payload = {
        "Actual-Content-Type": "application/http; msgtype=response",
        "HTTP-Response-Metadata": http,
        "Actual-Content-Length": str(len(html or "") + 400),
        "Trailing-Slop-Length": "4",
        "Block-Digest": "sha1:" + hashlib.sha1(date.encode()).hexdigest().upper()[:32],
    }
    return _document("response", url, date, payload, container, ip, truncated)


def _listed(headers: list[tuple[str, str]]) -> dict[str, str | list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in headers:
        found.setdefault(name, []).append(value)
    return {name: values if len(values) > 1 else values[0] for name, values in found.items()}


def _document(
    kind: str,
    url: str,
    date: str,
    payload: dict[str, Any],
    container: tuple[str, int, int],
    ip: str | None,
    truncated: str | None = None,
) -> dict[str, Any]:
    file, offset, length = container
    header = {
        "WARC-Type": kind,
        "WARC-Date": date,
        "WARC-Record-ID": f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, kind + url)}>",
        "Content-Length": payload["Actual-Content-Length"],
        "Content-Type": f"application/http; msgtype={kind}",
        "WARC-Warcinfo-ID": "<urn:uuid:668d88fc-4208-41fc-b327-1aa6cb783331>",
        "WARC-Target-URI": url,
        "WARC-Protocol": ["h2", "tls/1.3"],
        **({"WARC-IP-Address": ip} if ip else {}),
        **({"WARC-Truncated": truncated} if truncated else {}),
    }
    return {
        "Container": {
            "Filename": file,
            "Compressed": True,
            "Offset": str(offset),
            "Gzip-Metadata": {
                "Deflate-Length": str(length),
                "Header-Length": "10",
                "Footer-Length": "8",
                "Inflated-CRC": "1106529533",
                "Inflated-Length": str(length * 4),
            },
        },
        "Envelope": {
            "Payload-Metadata": payload,
            "Format": "WARC/1.0",
            "WARC-Header-Length": "357",
            "WARC-Header-Metadata": header,
        },
    }


def _request_json(url: str, date: str, container: tuple[str, int, int]) -> dict[str, Any]:
    host, _, path = url.partition("://")[2].partition("/")
    payload = {
        "Actual-Content-Type": "application/http; msgtype=request",
        "HTTP-Request-Metadata": {
            "Request-Message": {"Method": "GET", "Path": f"/{path}", "Version": "HTTP/1.1"},
            "Headers-Length": "263",
            "Headers": {
                "User-Agent": "ExampleBot/2.0 (https://example.com/bot)",
                "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                "Accept-Language": "en-US,en;q=0.5",
                "Accept-Encoding": "br,gzip",
                "Host": host,
                "Connection": "Keep-Alive",
            },
            "Entity-Length": "0",
            "Entity-Trailing-Slop-Length": "0",
        },
        "Actual-Content-Length": "265",
        "Trailing-Slop-Length": "4",
        "Block-Digest": "sha1:" + hashlib.sha1(url.encode()).hexdigest().upper()[:32],
    }
    return _document("request", url, date, payload, container, None)


def _crawl_json(url: str, date: str, container: tuple[str, int, int]) -> dict[str, Any]:
    payload = {
        "Actual-Content-Type": "application/metadata-fields",
        "WARC-Metadata-Metadata": {
            "Metadata-Records": [
                {"Name": "fetchTimeMs", "Value": "183"},
                {"Name": "charset-detected", "Value": "UTF-8"},
                {"Name": "languages-cld2", "Value": '{"reliable":true,"text-bytes":3042,"languages":[]}'},
            ]
        },
        "Actual-Content-Length": "201",
        "Trailing-Slop-Length": "0",
        "Block-Digest": "sha1:" + hashlib.sha1(url.encode()).hexdigest().upper()[:32],
    }
    return _document("metadata", url, date, payload, container, None)


def wat_record(url: str, document: dict[str, Any]) -> bytes:
    """One record of a WAT around its JSON, not yet compressed."""
    return raw_wat_record(url, json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode())


def raw_wat_record(url: str, payload: bytes) -> bytes:
    """One record of a WAT around any bytes."""
    name = uuid.uuid5(uuid.NAMESPACE_URL, hashlib.sha1(payload).hexdigest())
    heading = (
        "WARC/1.0\r\nWARC-Type: metadata\r\n"
        f"WARC-Target-URI: {url}\r\n"
        "WARC-Date: 2024-12-31T01:17:49Z\r\n"
        f"WARC-Record-ID: <urn:uuid:{name}>\r\nWARC-Refers-To: <urn:uuid:{name}>\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(payload)}\r\n\r\n"
    )
    return heading.encode() + payload + b"\r\n\r\n"


def wat_info(name: str) -> bytes:
    """The ``warcinfo`` record that a WAT opens with."""
    payload = b"Software-Info: backlit make_wat\r\nformat: WARC File Format 1.0\r\n\r\n"
    heading = (
        "WARC/1.0\r\nWARC-Type: warcinfo\r\nWARC-Date: 2024-12-31T01:16:45Z\r\n"
        f"WARC-Filename: {name}\r\nWARC-Record-ID: <urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}>\r\n"
        f"Content-Type: application/warc-fields\r\nContent-Length: {len(payload)}\r\n\r\n"
    )
    return heading.encode() + payload + b"\r\n\r\n"


def captures(source: Path) -> Iterator[tuple[str, str, int, list[tuple[str, str]], str, int]]:
    """Address, date, status, headers, HTML and offset of each response of a WARC."""
    for record in ArchiveIterator(str(source), record_types=WarcRecordType.response, parse_http=True):
        body = record.reader.read()
        status = record.http_headers.status_code if record.http_headers else None
        url = record.headers.get("WARC-Target-URI")
        if status is None or url is None:
            continue
        encoding = record.http_charset or detect_encoding(body, from_html_meta=True)
        html = bytes_to_str(body, encoding)
        headers = list(record.http_headers.to_tuples())
        yield url, record.headers.get("WARC-Date"), status, headers, html, record.stream_pos


def rare_hosts(source: Path, most: int = 3) -> frozenset[str]:
    """Hosts that at most ``most`` captures of a WARC name in an address."""
    counts: Counter[str] = Counter()
    for url, _, _, _, html, _ in captures(source):
        counts.update({found[1].lower() for found in _HOST.finditer(f"{url} {html}")})
    return frozenset(host for host, pages in counts.items() if pages <= most)


def _others(text: str, rare: frozenset[str], repeat: int) -> str:
    """``text`` with every rare host made another one, by a mark in its longest label."""

    def other(found: re.Match[str]) -> str:
        host = found[1]
        if host.lower() not in rare:
            return found[0]
        longest = max(host.split("."), key=len)
        return "//" + host.replace(longest, f"{longest[:50]}{repeat}", 1)

    return _HOST.sub(other, text)


def _repeated(source: Path, repeats: int) -> Iterator[tuple[str, str, int, list[tuple[str, str]], str, int]]:
    """The captures, ``repeats`` times over: each time with other rare hosts, as a longer crawl has."""
    rare = rare_hosts(source) if repeats > 1 else frozenset[str]()
    for repeat in range(repeats):
        for url, date, status, headers, html, offset in captures(source):
            if repeat:
                url, html = _others(url, rare, repeat), _others(html, rare, repeat)
            yield url, date, status, headers, html, offset


def write_wat(source: Path, out: Path, pages: int | None = None, repeats: int = 1) -> int:
    """Write the WAT of a WARC, of its first ``pages`` captures only if given; returns how many."""
    written = 0
    with out.open("wb") as file:
        file.write(gzip.compress(wat_info(out.name), 6))
        for url, date, status, headers, html, offset in _repeated(source, repeats):
            if pages is not None and written >= pages:
                break
            # Real answers repeat headers; these pages' own were made up, so repeat some here.
            repeated = [
                *headers,
                ("Set-Cookie", "a=1; path=/"),
                ("Set-Cookie", "b=2; path=/"),
                ("Vary", "Accept"),
            ]
            container = (source.name, offset, max(len(html) // 5, 1))
            documents = (
                _request_json(url, date, container),
                response_json(url, date, status, repeated, html, container=container, ip="192.0.2.7"),
                _crawl_json(url, date, container),
            )
            for document in documents:
                file.write(gzip.compress(wat_record(url, document), 6))
            written += 1
    return written


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--pages", type=int)
    parser.add_argument("--repeats", type=int, default=1, help="over again, each time with other rare hosts")
    arguments = parser.parse_args()
    written = write_wat(arguments.source, arguments.out, arguments.pages, arguments.repeats)
    print(f"{written:,} captures written")
