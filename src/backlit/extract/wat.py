"""Links and facts out of the JSON of one WAT record.

A WAT is what Common Crawl keeps of a page when the HTML is put aside: its headers, its head
and a list of links with anchor and rel. It has no elements around a link, so placement,
hidden state and the words around a link stay unknown here.

Most links of a page are internal and are told by the first characters of their address;
only what is left is parsed as a URL, and what was parsed once is remembered.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from backlit import settings
from backlit.errors import URLError
from backlit.extract.facts import fold, iso_day, language_of
from backlit.extract.page import ExtractedPage
from backlit.extract.redirect import bare_link, redirect_link
from backlit.extract.rel import (
    CRAWLERS,
    Robots,
    links_of_header,
    passes,
    refresh_target,
    rel_tokens,
    robots_of,
)
from backlit.extract.sieve import Sieve
from backlit.extract.watjson import Html, Link, Meta, Record, WatError, decode_record
from backlit.web.domain import split_host
from backlit.web.url import canonical, host_of, resolve

if TYPE_CHECKING:
    from backlit.extract.watscan import Scanner

Row = tuple[Any, ...]
_Resolved = tuple[str, str, str, str]

_REMEMBERED = 1 << 17
_LONGEST_REL = 200
_limits = settings.default().limits


class WatCapture(NamedTuple):
    """What a WAT says of one capture.

    ``page`` is ``None`` when the answer was no page; ``links`` are those that stand on none
    (a redirect). ``scanned`` of its rows went to the scanner's columns, the others are in ``page``.
    ``archive_*`` is where the page's own WARC record is. ``date`` is as written.
    """

    url: str
    page: ExtractedPage | None
    links: list[Row]
    status: int | None
    date: str | None
    ip: str | None
    archive_file: str | None
    archive_offset: int | None
    archive_length: int | None
    scanned: int = 0


def extract_wat(
    payload: bytes, *, wanted: Sieve | None = None, scanner: Scanner | None = None
) -> WatCapture | None:
    """What the JSON of one WAT record says; ``None`` when it is not of a response.

    With ``wanted``, only links to its domains are given; counts of links are of all. With a
    ``scanner`` the rows of ``a``, ``area``, frames and forms go to its columns where it can read
    them. Raises ``WatError`` when the JSON is cut or names no page.
    """
    if scanner is not None and wanted is None and (rest := scanner.open(payload)) is not None:
        record = decode_record(rest)
        http = record.envelope.payload.http
        if http is not None and http.html is not None and len(http.html.links) == 1:
            capture = _capture(record, None, scanner)
            if capture is not _UNREAD:
                return capture
    return _capture(decode_record(payload), wanted, None)


def _capture(record: Record, wanted: Sieve | None, scanner: Scanner | None) -> WatCapture | None:
    warc, http = record.envelope.warc, record.envelope.payload.http
    if http is None or (warc.type is not None and warc.type != "response"):
        return None
    try:
        url = canonical((warc.url or "").strip().removeprefix("<").removesuffix(">"))
    except URLError as exc:
        raise WatError("bad-url", f"The page was skipped: {exc}") from None
    status = _number(http.message.status) if http.message is not None else None
    headers = {name.lower(): value for name, value in http.headers.items()}
    page = None
    scanned = 0
    links: list[Row] = []
    if status is not None and 300 <= status < 400:
        row = _redirect(url, status, headers)
        if row is not None and (wanted is None or row[2] in wanted.domains):
            links.append(row)
    elif http.html is not None and (status is None or 200 <= status < 300):
        reader = _read_links(url, http.html, headers, wanted, scanner)
        if reader is None:
            return _UNREAD
        page = _page(reader, http.html, headers, complete=not warc.truncated)
        scanned = reader.scanned
    container = record.container
    return WatCapture(
        url,
        page,
        links,
        status,
        warc.date,
        warc.ip,
        container.file,
        _number(container.offset),
        _number(container.gzip.length) if container.gzip is not None else None,
        scanned,
    )


#: The answer for a page that the scanner cannot read after all.
_UNREAD = WatCapture("", None, [], None, None, None, None, None, None)


def _redirect(url: str, status: int, headers: dict[str, Any]) -> Row | None:
    try:
        return redirect_link(
            url, status, _header(headers, "location"), _header(headers, "x-robots-tag", "\n")
        )
    except URLError:  # it leads nowhere a browser would go
        return None


def _read_links(
    url: str, html: Html, headers: dict[str, Any], wanted: Sieve | None, scanner: Scanner | None
) -> _Links | None:
    """The links of a page, read; ``None`` when its scanner cannot."""
    named, robots, refreshes = _metas(html.head.metas)
    robots_said = robots_of(robots, _header(headers, "x-robots-tag", "\n"))
    reader = _Links(url, html.head.base, robots_said, named, wanted)
    if scanner is None:
        reader.read(html.links)
    elif not reader.scan(scanner):
        return None
    for content in refreshes:
        reader.add_bare(refresh_target(content), "redirect")
    return reader


def _page(reader: _Links, html: Html, headers: dict[str, Any], *, complete: bool) -> ExtractedPage:
    head, named = html.head, reader.named
    author, published = named.get("author"), named.get("article:published_time")
    facts: dict[str, object] = {
        "title": None if head.title is None else fold(head.title),
        "language": language_of(named.get("html@/lang"), ""),
        "external_links": reader.external,
        "internal_links": reader.internal,
        "noindex": reader.robots.noindex,
        "nofollow": reader.robots.nofollow,
        "canonical": reader.read_head(head.links, _header(headers, "link", ", ")),
        "author": fold(author) if author is not None and "://" not in author else None,
        "published": None if published is None else iso_day(published),
    }
    return ExtractedPage(reader.rows, facts, complete and not reader.cut, reader.problems())


def _metas(metas: list[Meta]) -> tuple[dict[str, str], list[str], list[str]]:
    """The first content of each name asked for, the robots rules, and the refreshes."""
    named: dict[str, str] = {}
    robots: list[str] = []
    refreshes: list[str] = []
    for meta in metas:
        content = meta.content
        if content is None:
            continue
        name = meta.name or meta.property
        if name is None:
            if meta.http_equiv is not None and meta.http_equiv.strip().lower() == "refresh":
                refreshes.append(content)
            continue
        name = name.lower()
        if name in _NAMES:
            named.setdefault(name, content)
        elif name in CRAWLERS:
            robots.append(content)
    return named, robots, refreshes


_NAMES = frozenset({"html@/lang", "author", "article:published_time"})


class _Targets(dict[str, _Resolved | None]):
    """What absolute addresses mean, as written: the same on whatever page they stand.

    The value is target address, host, domain and site; ``None`` for an address that no
    browser would open. Where the origin is canonical, and all that follows it is of characters
    that every URL parser leaves alone, without dot segments, the address is canonical as it
    stands.
    """

    def __init__(self) -> None:
        super().__init__()
        self._origins: dict[str, tuple[str, str, str]] = {}

    def __missing__(self, href: str) -> _Resolved | None:
        if len(self) >= _REMEMBERED:
            self.clear()
            self._origins.clear()
        end = href.find("/", 8)
        origin = href if end < 0 else href[:end]
        known = self._origins.get(origin) or self._plain_origin(origin)
        found: _Resolved | None
        if (
            known is None
            or not href.isascii()
            or href.encode().translate(None, _PLAIN)
            or "/." in href
            or len(href) >= _SHORT
        ):
            found = _resolve(_ANY_PAGE, href)
        else:
            found = (href if end > 0 else href + "/", *known)
        self[href] = found
        return found

    def _plain_origin(self, origin: str) -> tuple[str, str, str] | None:
        found = _plain_origin(origin)
        if found is None or "xn--" in origin:
            return None
        host = found[1]
        known = self._origins[origin] = (host, *split_host(host))
        return known


_targets = _Targets()


def _resolve(base: str, href: str) -> _Resolved | None:
    try:
        target = resolve(base, href)
    except (URLError, UnicodeError):
        return None
    return None if target is None else (*target, *split_host(target[1]))


class _Links:
    """The links of one page, as rows, and how many there are."""

    def __init__(
        self, url: str, base: str | None, robots: Robots, named: dict[str, str], wanted: Sieve | None
    ) -> None:
        self.robots, self.named = robots, named
        self.rows: list[Row] = []
        #: Rows that are in the columns of a scanner.
        self.scanned = 0
        self.external = 0
        self.internal = 0
        self.cut = False
        self._url = self._base = url
        self._host = host_of(url)
        self._domain, self._site = split_host(self._host)
        self._follow = not robots.nofollow
        self._wanted = wanted.domains if wanted is not None else None
        self._seen: dict[tuple[str, str], int] = {}
        if base:
            found = _resolve(url, base)
            if found is not None:
                self._base = found[0]
        #: How addresses begin, and look, that surely stay on the site.
        self._own = (f"https://{self._host}/", f"http://{self._host}/")
        self._home = self._base is url or split_host(host_of(self._base))[1] == self._site
        self._inside = _plainly_inside if self._home else _never

    def scan(self, scanner: Scanner) -> bool:
        """All links of the body, by compiled loops; false, and nothing read, where those cannot."""
        found = scanner.read(
            self._url, self._host, self._domain, self._site, home=self._home,
            secure=self._base.startswith("https:"), follow=self._follow, resolve=self._resolved,
        )  # fmt: skip
        if found is None:
            return False
        self.internal, self.external, self.scanned = found
        return True

    def _resolved(self, href: str) -> _Resolved | None:
        if href.startswith(_ABSOLUTE):
            return _targets[href]
        if href.startswith("//"):
            return _targets[self._base[: self._base.index("/")] + href]
        return _resolve(self._base, href)

    def read(self, links: list[Link]) -> None:
        """All links of the body, in their order."""
        position = -1
        internal = external = 0
        picture: str | None = None  # the alt of an image right before
        own, inside = self._own, self._inside
        domain, site, base, wanted = self._domain, self._site, self._base, self._wanted
        followed, seen, add = self._follow, self._seen, self.rows.append
        longest, most = _limits.max_anchor_characters, _limits.max_links_per_page
        targets, scheme = _targets, base[: base.index("/")]
        for link in links:
            path = link.path
            if path == "A@/href" or path == "AREA@/href":
                position += 1
                href = link.url
                if href.startswith(own) or inside(href):
                    internal += 1
                    picture = None
                    continue
                if href.startswith(_ABSOLUTE):
                    resolved = targets[href]
                elif href.startswith("//"):
                    resolved = targets[scheme + href]
                elif href.startswith(_NOWHERE):
                    picture = None
                    continue
                else:
                    resolved = _resolve(base, href)
                alt, picture = picture, None
                if resolved is None:
                    continue
                target, target_host, target_domain, target_site = resolved
                if target_domain == domain:
                    internal += 1
                else:
                    external += 1
                if target_site == site or (wanted is not None and target_domain not in wanted):
                    continue
                if position >= most:
                    self.cut = True
                    break
                text, rel = link.text, link.rel
                kind = "anchor"
                if text:
                    alt = None
                    if len(text) > longest:
                        text = text[:longest]
                else:
                    text = ""
                    if alt is not None:
                        kind, alt = "image", alt[:longest]
                key = (target, kind)
                nth = seen.get(key, 0)
                seen[key] = nth + 1
                if rel:
                    tokens = rel_tokens(rel[:_LONGEST_REL])
                    follow = followed and passes(tokens)
                else:
                    tokens, follow = "", followed
                row = (
                    target, target_host, target_domain, target_site, kind, nth, text, alt, tokens, follow,
                    None, None, None, None, None, position, None, None,
                )  # fmt: skip
                add(row)
            elif path == "IMG@/src":
                picture = link.alt or ""
            else:
                picture = None
                if path in _OTHERS:
                    self._add_crossing(link.url, _OTHERS[path])
        self.internal, self.external = internal, external

    def read_head(self, links: list[Link], header: str | None) -> str | None:
        """Add canonical and alternate links; returns the page's canonical address.

        The ``Link`` header is asked for a canonical address only, which it gives relative to
        the page, not to its base.
        """
        chosen: str | None = None
        for link in links:
            rel = link.rel
            if not rel or not link.url or (kind := _head_kind(rel)) is None:
                continue
            if kind == "alternate":
                self._add_crossing(link.url, "alternate")
            elif chosen is None:
                chosen = self.add_bare(link.url, "canonical")
        if chosen is None and header is not None:
            self._base = self._url
            for href, tokens in links_of_header(header):
                if chosen is None and "canonical" in tokens.split():
                    chosen = self.add_bare(href, "canonical")
        return chosen

    def _add_crossing(self, href: str, kind: str) -> None:
        if not (href.startswith(self._own) or self._inside(href)):
            self.add_bare(href, kind)

    def add_bare(self, href: str | None, kind: str) -> str | None:
        """Add a link that is no ``a``, if it leaves the site; returns the address it means."""
        if not href:
            return None
        resolved = _targets[href] if href.startswith(_ABSOLUTE) else _resolve(self._base, href)
        if resolved is None:
            return None
        target, host, domain, site = resolved
        if site != self._site and (self._wanted is None or domain in self._wanted):
            key = (target, kind)
            nth = self._seen.get(key, 0)
            self._seen[key] = nth + 1
            self.rows.append(bare_link(target, host, kind, nth, self._follow))
        return target

    def problems(self) -> list[tuple[str, str]]:
        """What went wrong, as causes and sentences."""
        if not self.cut:
            return []
        most = f"limits.max_links_per_page, {_limits.max_links_per_page:,}"
        return [("too-many-links", f"The page has more links than {most}; those after that were not read.")]


#: An address that surely stays on the host of its base, by its look alone.
_plainly_inside = re.compile(r"[#?.]|/(?![/\\\t\n\r])|[A-Za-z0-9_%~-][^:]*\Z|\Z").match
_ABSOLUTE = ("https://", "http://")
_NOWHERE = ("javascript:", "mailto:", "tel:")
_OTHERS = {"IFRAME@/src": "frame", "FRAME@/src": "frame", "FORM@/action": "form"}
_PLAIN = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~!$&()*+,;=:@/?"
_SHORT = _limits.max_url_characters - 1
#: Up to four labels (never over 253 characters), the last one no number: no IPv4 address.
_plain_origin = re.compile(r"https?://((?:[a-z0-9_-]{1,60}\.){0,3}[a-z][a-z0-9-]{0,60})").fullmatch
#: Resolving an absolute address needs a base, but does not heed it.
_ANY_PAGE = "https://example.com/"


@lru_cache(maxsize=4096)
def _head_kind(rel: str) -> str | None:
    """The kind of link that a ``link`` element in the head is, if any."""
    tokens = rel_tokens(rel[:_LONGEST_REL]).split()
    if "canonical" in tokens:
        return "canonical"
    return "alternate" if "alternate" in tokens and "stylesheet" not in tokens else None


def _never(href: str) -> None:
    return None


def _header(headers: dict[str, Any], name: str, joint: str | None = None) -> str | None:
    """A header's value. Repeated ones are lists (since December 2024): the first, or all joined."""
    value = headers.get(name)
    if isinstance(value, list):
        texts = [text for text in value if isinstance(text, str)]
        if not texts:
            return None
        return texts[0] if joint is None else joint.join(texts)
    return value if isinstance(value, str) else None


def _number(value: str | int | None) -> int | None:
    """A count that may be written as a string; ``None`` for what is none."""
    if isinstance(value, int):
        return value
    if value and value.isascii() and value.isdigit() and len(value) < 19:
        return int(value)
    return None
