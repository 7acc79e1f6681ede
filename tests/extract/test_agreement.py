"""The links of real pages, against an extractor written a second time on other libraries.

The other one parses with lxml (libxml2, no HTML5 tree builder), decodes with its own few rules,
joins with urllib, and finds registrable domains with publicsuffixlist: it shares no line and no
library with backlit's. Both give, for each page, the set of external addresses of its ``a`` and
``area`` elements; an address counts as agreed on when both have it. Differences are listed by
cause in docs/extraction.md. A sample is compared unless BACKLIT_WHOLE_AGREEMENT is set.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType
from lxml import etree
from lxml import html as lxml_html
from publicsuffixlist import PublicSuffixList

from backlit.errors import URLError
from backlit.extract.html import extract_html
from backlit.records import EXTRACTED_LINK

LEAST = 0.997
EVERY = 1 if os.environ.get("BACKLIT_WHOLE_AGREEMENT") else 9
NAMES = EXTRACTED_LINK.names

suffixes = PublicSuffixList(only_icann=True)


def decoded(body: bytes) -> str:
    """UTF-8 if it is, else the label inside, else Western."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    found = re.search(rb"charset\s*=\s*[\"']?([\w-]+)", body[:20000])
    label = found[1].decode().lower() if found else "cp1252"
    label = {"iso-8859-1": "cp1252", "utf-8": "cp1252", "gb2312": "gb18030", "utf-16": "cp1252"}.get(
        label, label
    )
    try:
        return body.decode(label, "replace")
    except LookupError:
        return body.decode("cp1252", "replace")


def domain_of(host: str) -> str | None:
    host = host.rstrip(".")
    if re.fullmatch(r"[\d.]+", host) or ":" in host or "." not in host:
        return host or None
    return suffixes.privatesuffix(host) or host


def address(base: str, href: str) -> str | None:
    """An http address without its fragment, in the plainest of common forms."""
    href = re.sub(r"[\t\n\r]", "", href.strip(" \t\n\r\f\0")).replace("\\", "/")
    try:
        parts = urlsplit(urljoin(base, href))
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    try:
        host = host.encode("ascii").decode() if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return None
    host = host.rstrip(".")
    if not re.fullmatch(r"[\w.-]+", host) or ".." in host or host.startswith("."):
        return None
    if port not in (None, 80 if parts.scheme == "http" else 443):
        host = f"{host}:{port}"
    return f"{parts.scheme}://{host}"


def second_opinion(body: bytes, url: str) -> set[tuple[str, str]]:
    """Pairs of origin and raw-ish path of the external links, by lxml."""
    text = decoded(body).replace("\0", "")
    parser = lxml_html.HTMLParser(huge_tree=True)
    try:
        root = lxml_html.document_fromstring(
            text.encode("utf-8"), parser=lxml_html.HTMLParser(encoding="utf-8", huge_tree=True)
        )
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        del parser
        return set()
    base = url
    for element in root.iter("base"):
        if element.get("href") is not None:
            base = urljoin(url, element.get("href").strip())
            break
    own = domain_of(urlsplit(url).hostname or "")
    found = set()
    for element in root.iter("a", "area"):
        href = element.get("href")
        if href is None or any(parent.tag == "template" for parent in element.iterancestors()):
            continue
        origin = address(base, href)
        if origin is not None and domain_of(urlsplit(origin).hostname or "") != own:
            found.add((origin, plain_path(href, base)))
    return found


def plain_path(href: str, base: str) -> str:
    """What follows the host, reduced to what both sides must agree on: its letters and digits."""
    href = re.sub(r"[\t\n\r]", "", href.strip(" \t\n\r\f\0")).replace("\\", "/")
    try:
        parts = urlsplit(urljoin(base, href))
    except ValueError:
        return ""
    rest = parts.path + "?" + parts.query
    rest = re.sub(r"%[0-9a-fA-F]{2}", "", rest)
    return re.sub(r"[^A-Za-z0-9]", "", rest)


def ours(body: bytes, url: str) -> set[tuple[str, str]]:
    page = extract_html(body, url)
    own = domain_of(urlsplit(url).hostname or "")
    found = set()
    for row in page.links:
        link = dict(zip(NAMES, row, strict=True))
        if link["position"] is not None and link["target_domain"] != own:
            parts = urlsplit(link["target_url"])
            found.add((f"{parts.scheme}://{parts.netloc}", plain_path(link["target_url"], url)))
    return found


def pages(path: Path) -> Iterator[tuple[str, bytes]]:
    with path.open("rb") as stream:
        records = ArchiveIterator(stream, record_types=WarcRecordType.response, parse_http=True)
        for number, record in enumerate(records):
            if number % EVERY == 0:
                yield record.headers["WARC-Target-URI"], record.reader.read()


@pytest.mark.parametrize("archive", ["pages-dev", "docs-dev"])
def test_two_extractors_find_the_same_external_links(shared_data: Path, archive: str) -> None:
    path = shared_data / "pages" / f"{archive}.warc.gz"
    if not path.is_file():
        pytest.skip(f"the real pages are not there: {path}")
    both = one = other = 0
    for url, body in pages(path):
        try:
            mine = ours(body, url)
        except URLError:
            continue
        theirs = second_opinion(body, url)
        both += len(mine & theirs)
        one += len(mine - theirs)
        other += len(theirs - mine)
    agreement = both / (both + one + other)
    assert agreement >= LEAST, (
        f"{agreement:.4%} of {both + one + other:,}: {one} only ours, {other} only theirs"
    )
