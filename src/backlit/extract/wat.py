"""Links and facts out of the JSON of one WAT record.

A WAT is what Common Crawl keeps of a page when the HTML is put aside: its headers, its head
and a list of links with anchor and rel. It has no elements around a link, so placement,
hidden state and the words around a link stay unknown here.

The JSON is decoded into structs of only what is needed. Most links of a page are internal
and are told by the first characters of their address; only what is left is parsed as a URL,
and what was parsed once is remembered.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from backlit import settings
from backlit.errors import URLError
from backlit.extract.page import ExtractedPage
from backlit.extract.redirect import bare_link, redirect_link
from backlit.extract.rel import CRAWLERS, links_of_header, passes, rel_tokens, robots_of
from backlit.extract.sieve import Sieve
from backlit.web.domain import split_host
from backlit.web.url import canonical, host_of, resolve

Row = tuple[Any, ...]
_Resolved = tuple[str, str, str, str]

_REMEMBERED = 1 << 17
_limits = settings.default().limits
_FRAMES = frozenset({"IFRAME@/src", "FRAME@/src"})


class WatError(ValueError):
    """A WAT record that cannot be read; ``cause`` is the slug to count it by."""

    def __init__(self, cause: str, message: str) -> None:
        super().__init__(message)
        self.cause = cause


class WatCapture(NamedTuple):
    """What a WAT says of one capture.

    ``page`` is ``None`` when the answer was no page; ``links`` are those that stand on none
    (a redirect). ``archive_*`` is where the page's own WARC record is. ``date`` is as written.
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


class _Link(msgspec.Struct, gc=False):
    path: str = ""
    url: str | None = None
    text: str | None = None
    alt: str | None = None
    rel: str | None = None


class _Meta(msgspec.Struct, gc=False):
    name: str | None = None
    property: str | None = None
    content: str | None = None


class _Head(
    msgspec.Struct, gc=False, rename={"base": "Base", "title": "Title", "metas": "Metas", "links": "Link"}
):
    base: str | None = None
    title: str | None = None
    metas: list[_Meta] = []
    links: list[_Link] = []


class _Html(msgspec.Struct, gc=False, rename={"head": "Head", "links": "Links"}):
    head: _Head = msgspec.field(default_factory=_Head)
    links: list[_Link] = []


class _Message(msgspec.Struct, gc=False, rename={"status": "Status"}):
    status: str | int | None = None


class _Http(
    msgspec.Struct,
    gc=False,
    rename={"message": "Response-Message", "headers": "Headers", "html": "HTML-Metadata"},
):
    message: _Message | None = None
    headers: dict[str, Any] = {}
    html: _Html | None = None


class _Payload(msgspec.Struct, gc=False, rename={"http": "HTTP-Response-Metadata"}):
    http: _Http | None = None


class _Warc(
    msgspec.Struct,
    gc=False,
    rename={
        "type": "WARC-Type",
        "date": "WARC-Date",
        "url": "WARC-Target-URI",
        "ip": "WARC-IP-Address",
        "truncated": "WARC-Truncated",
    },
):
    type: str | None = None
    date: str | None = None
    url: str | None = None
    ip: str | None = None
    truncated: str | None = None


class _Envelope(
    msgspec.Struct, gc=False, rename={"warc": "WARC-Header-Metadata", "payload": "Payload-Metadata"}
):
    warc: _Warc = msgspec.field(default_factory=_Warc)
    payload: _Payload = msgspec.field(default_factory=_Payload)


class _Gzip(msgspec.Struct, gc=False, rename={"length": "Deflate-Length"}):
    length: str | int | None = None


class _Container(
    msgspec.Struct, gc=False, rename={"file": "Filename", "offset": "Offset", "gzip": "Gzip-Metadata"}
):
    file: str | None = None
    offset: str | int | None = None
    gzip: _Gzip | None = None


class _Record(msgspec.Struct, gc=False, rename={"container": "Container", "envelope": "Envelope"}):
    container: _Container = msgspec.field(default_factory=_Container)
    envelope: _Envelope = msgspec.field(default_factory=_Envelope)


_decode = msgspec.json.Decoder(_Record).decode


def extract_wat(payload: bytes, *, wanted: Sieve | None = None) -> WatCapture | None:
    """What the JSON of one WAT record says; ``None`` when it is not of a response.

    With ``wanted``, only links to its domains are given; counts of links are of all.
    Raises ``WatError`` when the JSON is cut or names no page.
    """
    try:
        record = _decode(payload)
    except msgspec.ValidationError:
        record = _lenient(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise WatError("bad-json", f"The JSON of the WAT record cannot be read: {exc}.") from None
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
    links: list[Row] = []
    if status is not None and 300 <= status < 400:
        row = _redirect(url, status, headers)
        if row is not None and (wanted is None or row[2] in wanted.domains):
            links.append(row)
    elif http.html is not None and (status is None or 200 <= status < 300):
        page = _page(url, http.html, headers, wanted, complete=not warc.truncated)
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
    )


def _redirect(url: str, status: int, headers: dict[str, Any]) -> Row | None:
    try:
        return redirect_link(
            url, status, _header(headers, "location"), _header(headers, "x-robots-tag", "\n")
        )
    except URLError:  # it leads nowhere a browser would go
        return None


def _page(
    url: str, html: _Html, headers: dict[str, Any], wanted: Sieve | None, *, complete: bool
) -> ExtractedPage:
    head = html.head
    robots: list[str] = []
    facts: dict[str, object] = {"title": head.title}
    for meta in head.metas:
        content = meta.content
        if content is None:
            continue
        name = (meta.name or meta.property or "").lower()
        if name in CRAWLERS:
            robots.append(content)
        elif name == "html@/lang":
            facts["language"] = _language(content)
        elif name == "author" and content.strip():
            facts["author"] = content.strip()
        elif name == "article:published_time" and content.strip():
            facts["published"] = content.strip()
    noindex, nofollow = robots_of(robots, _header(headers, "x-robots-tag", "\n"))
    facts["noindex"], facts["nofollow"] = noindex, nofollow
    reader = _Links(url, head.base, nofollow, wanted)
    reader.read(html.links)
    reader.read_head(head.links, _header(headers, "link", ", "))
    facts["canonical"] = reader.canonical
    facts["external_links"], facts["internal_links"] = reader.external, reader.internal
    return ExtractedPage(reader.rows, facts, complete and not reader.cut, reader.problems())


class _Links:
    """The links of one page, as rows, and how many there are."""

    def __init__(self, url: str, base: str | None, nofollow: bool, wanted: Sieve | None) -> None:
        self.rows: list[Row] = []
        self.external = 0
        self.internal = 0
        self.cut = False
        self.broken = 0
        self.canonical: str | None = None
        self._domain, self._site = split_host(host_of(url))
        self._base = url
        self._follow = not nofollow
        self._wanted = wanted.domains if wanted is not None else None
        self._seen: dict[tuple[str, str], int] = {}
        if base:
            try:
                self._base = (resolve(url, base) or (url,))[0]
            except URLError:
                self._base = url
        self._base_is_own = self._base == url or split_host(host_of(self._base))[1] == self._site

    def read(self, links: list[_Link]) -> None:
        """All links of the body, in their order."""
        position = -1
        picture: str | None = None  # the alt of an image right before
        base_is_own = self._base_is_own
        own_pages = self._base[: self._base.index("/", 8) + 1]
        longest = _limits.max_anchor_characters
        most = _limits.max_links_per_page
        internal = 0
        for link in links:
            path = link.path
            href = link.url
            if path == "A@/href" or path == "AREA@/href":
                position += 1
                if position >= most:
                    self.cut = True
                    break
                alt, picture = picture, None
                if href is None:
                    continue
                if base_is_own and (href.startswith(own_pages) or _is_relative(href)):
                    internal += 1
                    continue
                resolved = self._resolve(href)
                if resolved is None:
                    continue
                if resolved[2] == self._domain:
                    internal += 1
                else:
                    self.external += 1
                if resolved[3] == self._site:
                    continue
                if self._wanted is not None and resolved[2] not in self._wanted:
                    continue
                text = link.text
                if text:
                    self._add(resolved, "anchor", text[:longest], None, link.rel or "", position)
                elif alt is not None:
                    self._add(resolved, "image", "", alt[:longest], link.rel or "", position)
                else:
                    self._add(resolved, "anchor", "", None, link.rel or "", position)
            elif path == "IMG@/src":
                picture = link.alt or ""
            else:
                picture = None
                if href is None:
                    continue
                if path in _FRAMES:
                    self._other(href, "frame")
                elif path == "FORM@/action":
                    self._other(href, "form")
        self.internal = internal

    def read_head(self, links: list[_Link], header: str | None) -> None:
        """Canonical and alternate links, from the head and from the ``Link`` header."""
        pairs = [(link.url, rel_tokens(link.rel)) for link in links if link.url and link.rel]
        if header:
            pairs += links_of_header(header)
        for href, rel in pairs:
            tokens = rel.split()
            if "canonical" in tokens:
                resolved = self._resolve(href)
                if resolved is not None and self.canonical is None:
                    self.canonical = resolved[0]
                    self._other(href, "canonical")
            elif "alternate" in tokens:
                self._other(href, "alternate")

    def problems(self) -> list[tuple[str, str]]:
        """What went wrong, as causes and sentences."""
        if not self.cut:
            return []
        most = _limits.max_links_per_page
        return [("too-many-links", f"its links after the first {most:,} were not read.")]

    def _other(self, href: str, kind: str) -> None:
        resolved = self._resolve(href)
        if resolved is None or resolved[3] == self._site:
            return
        if self._wanted is not None and resolved[2] not in self._wanted:
            return
        key = (resolved[0], kind)
        nth = self._seen.get(key, 0)
        self._seen[key] = nth + 1
        self.rows.append(bare_link(resolved[0], resolved[1], kind, nth, self._follow))

    def _add(
        self,
        resolved: _Resolved,
        kind: str,
        anchor: str | None,
        alt: str | None,
        rel: str,
        position: int,
    ) -> None:
        key = (resolved[0], kind)
        nth = self._seen.get(key, 0)
        self._seen[key] = nth + 1
        follow = self._follow
        if rel:
            rel = rel_tokens(rel)
            follow = follow and passes(rel)
        target, host, domain, site = resolved
        self.rows.append(
            (
                *(target, host, domain, site, kind, nth, anchor, alt, rel, follow),
                *(None, None, None, None, None, position, None, None),
            )
        )

    def _resolve(self, href: str) -> _Resolved | None:
        """Target address, host, domain and site; ``None`` for what leads to no page."""
        absolute = href.startswith(("http://", "https://"))
        if absolute and (known := _remembered.get(href, 0)) != 0:
            return known  # type: ignore[return-value]
        found: _Resolved | None = None
        try:
            target = resolve(self._base, href)
            if target is not None:
                found = (*target, *split_host(target[1]))
        except (URLError, UnicodeError):
            self.broken += 1
        if absolute:
            if len(_remembered) >= _REMEMBERED:
                _remembered.clear()
            _remembered[href] = found
        return found


#: Absolute addresses as written, and what they resolve to wherever they stand.
_remembered: dict[str, _Resolved | None] = {}


def _is_relative(href: str) -> bool:
    """Whether an address surely stays on the host of its base, by its look alone."""
    first = href[:1]
    if first == "/":
        return href[1:2] not in "/\\\t\r\n" or len(href) == 1
    if first == "#" or first == "?" or not first:
        return True
    return first.isalnum() and ":" not in href


def _language(tag: str) -> str | None:
    primary = tag.strip().replace("_", "-").partition("-")[0].lower()
    return primary if 2 <= len(primary) <= 3 and primary.isascii() and primary.isalpha() else None


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


def _lenient(payload: bytes) -> _Record:
    """The record when a field is of another type than it should be: that field is left out."""
    try:
        plain = msgspec.json.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise WatError("bad-json", f"The JSON of the WAT record cannot be read: {exc}.") from None
    return _fitted(plain, _Record)  # type: ignore[no-any-return]


def _fitted(value: Any, kind: Any) -> Any:
    """``value`` as a struct of ``kind``, without the fields that do not fit."""
    given = value if isinstance(value, dict) else {}
    fields: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        content = given.get(field.encode_name)
        if content is None:
            continue
        wanted = _struct_in(field.type)
        if isinstance(content, list) and wanted is not None:
            fields[field.name] = [_fitted(item, wanted) for item in content if isinstance(item, dict)]
        elif wanted is not None:
            if isinstance(content, dict):
                fields[field.name] = _fitted(content, wanted)
        else:
            try:
                fields[field.name] = msgspec.convert(content, field.type)
            except msgspec.ValidationError:
                continue
    return kind(**fields)


def _struct_in(annotation: Any) -> type[msgspec.Struct] | None:
    """The struct that a field's type speaks of (``X``, ``X | None``, ``list[X]``), if any."""
    for part in (annotation, *getattr(annotation, "__args__", ())):
        if isinstance(part, type) and issubclass(part, msgspec.Struct):
            return part
    return None
