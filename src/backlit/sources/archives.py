"""Reads WARC, ARC and WAT archives into batches of rows.

A WARC or ARC gives pages with everything that HTML can say; a WAT gives what Common Crawl
kept of it (``extract.wat``). Whatever is wrong with a record becomes a problem that names
its place, and reading goes on with the next.

``resume_at`` of a batch is the offset of the record that comes next. Where several records
share one gzip member (a file compressed as a whole) the number also says how many of these
are done: reading goes on from the member's beginning and leaves them out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from backlit import settings
from backlit.errors import SourceError, URLError
from backlit.extract.html import extract_html
from backlit.extract.page import ExtractedPage
from backlit.extract.redirect import redirect_link
from backlit.extract.sieve import Sieve
from backlit.extract.wat import WatCapture, extract_wat
from backlit.extract.watjson import WatError
from backlit.records import DEPTH_HTML, DEPTH_WAT, EXTRACTED_LINK, Batch
from backlit.sources.framing import ArcGrammar, Grammar, RawRecord, WarcGrammar, read_records, resume_point
from backlit.sources.http import HttpResponse, charset_of, decode_body, is_html, parse_response
from backlit.sources.inflate import Damage, compression, read_pieces
from backlit.sources.rows import RowBuilder, microseconds
from backlit.web.url import canonical

if TYPE_CHECKING:
    from backlit.extract.watscan import Scanner

_TARGET_DOMAIN = EXTRACTED_LINK.get_field_index("target_domain")
#: Answers that say the page is no more.
_GONE = frozenset({404, 410})
#: Pages, and problems, at which a batch is closed though it has few links.
_PAGES_A_BATCH = 5_000
_PROBLEMS_A_BATCH = 10_000
#: Bytes of a WAT from which on compiled loops save more time than it takes to load them: half a second.
_WORTH_COMPILED = 8 << 20
#: A member of a WAT up to this size is told to be of a request or of the crawler's notes (as two of three are)
#: sooner than it is searched.
_SMALL = 4096
_RECORDS_A_WORD = 100  # between words about progress
_SKIPPED_TYPES = frozenset({"request", "metadata", "warcinfo", "conversion", "continuation"})


def read_archive(
    path: Path,
    kind: str,
    snapshot: str,
    resume_at: int = 0,
    *,
    wanted: Sieve | None = None,
    counts: Counter[str] | None = None,
) -> Iterator[Batch]:
    """The batches of an archive of the given kind (``"warc"``, ``"arc"``, ``"wat"``).

    ``snapshot`` is the harvest's day, ``resume_at`` what an earlier batch said. With
    ``wanted`` only links to its domains are kept, and only pages that have one. ``counts`` is
    added to as reading goes on: ``records`` looked at, and of these ``pages``, ``revisits``,
    ``not-html``, ``not-http`` and ``skipped``.
    """
    if not path.is_file():
        raise SourceError(f"There is no archive at {path}: give the path of a WARC, ARC or WAT file.")
    reader = _Reader(path, kind, snapshot, wanted, Counter() if counts is None else counts)
    try:
        yield from reader.batches(resume_at)
    except OSError as exc:
        raise SourceError(f"The archive {path} cannot be read: {exc.strerror or exc}.") from exc


def _raw_records(
    path: Path, kind: str, start: int, wanted: Callable[[bytes], bool] | None = None
) -> Iterator[RawRecord | Damage]:
    grammar: Grammar = ArcGrammar() if kind == "arc" else WarcGrammar()
    offset, done = resume_point(start)
    pieces = read_pieces(path, offset, grammar.begins, wanted)
    return read_records(
        pieces,
        grammar,
        plain=compression(path) == "plain",
        longest=settings.default().limits.max_record_bytes,
        done=done,
        wanted=wanted,
    )


class _Reader:
    """One archive being read: where it has got to and the rows not yet given."""

    def __init__(
        self, path: Path, kind: str, snapshot: str, wanted: Sieve | None, counts: Counter[str]
    ) -> None:
        self._path = path
        self._kind = kind
        self._wanted = wanted
        self._counts = counts
        self._limits = settings.default().limits
        self._batch_links = settings.default().storage.batch_links
        depth = DEPTH_WAT if kind == "wat" else DEPTH_HTML
        self._scanner = _scanner_for(path) if kind == "wat" and wanted is None else None
        self._rows = RowBuilder(
            file=str(path), snapshot=snapshot, origin=kind, depth=depth, scanner=self._scanner
        )

    def batches(self, resume_at: int) -> Iterator[Batch]:
        take_record = {"warc": self._warc, "arc": self._arc, "wat": self._wat}.get(self._kind)
        if take_record is None:
            raise SourceError(f"{self._kind!r} is no kind of archive; the kinds are warc, arc and wat.")
        rows = self._rows
        for found in _raw_records(self._path, self._kind, resume_at, self._member_sieve()):
            if isinstance(found, Damage):
                rows.add_problem(f"offset {found.offset}", found.cause, found.message)
                continue
            self._counts["records"] += 1
            take_record(found)
            full = rows.links >= self._batch_links or rows.pages >= _PAGES_A_BATCH
            if full or rows.problems >= _PROBLEMS_A_BATCH:
                resume_at = found.resume_at
                yield rows.take(resume_at, found.read_to)
            elif self._counts["records"] % _RECORDS_A_WORD == 0:  # nothing to go on from as yet
                yield Batch(
                    None, None, None, None, None, [], resume_at, found.read_to, rows.pages, rows.links
                )
        size = self._path.stat().st_size
        yield rows.take(size, size)

    def _member_sieve(self) -> Callable[[bytes], bool] | None:
        """What decides on a whole compressed member before any of it is looked at."""
        if self._kind != "wat":
            return None
        if self._wanted is None:
            return _worth_reading
        hit = self._wanted.hit
        return lambda member: (len(member) > _SMALL or _has_response(member)) and hit(member)

    def _place(self, record: RawRecord) -> str:
        if record.length is None and record.offset == 0:
            return f"record {record.number}"
        return f"offset {record.offset}"

    def _problem(self, record: RawRecord, url: str | None, cause: str, sentence: str) -> None:
        about = f"Page {url[:200]}: " if url else ""
        self._rows.add_problem(self._place(record), cause, about + sentence)

    def _warc(self, record: RawRecord) -> None:
        heading = _warc_heading(record.heading)
        kind = heading.get("warc-type", "").lower()
        if kind == "response":
            if record.body.startswith(b"HTTP/"):
                self._response(record, heading, parse_response(record.body))
            else:
                self._counts["not-http"] += 1
        elif kind == "resource":
            self._resource(record, heading)
        elif kind == "revisit":
            self._counts["revisits"] += 1
        elif kind in _SKIPPED_TYPES:
            self._counts["skipped"] += 1
        else:
            self._problem(record, None, "unknown-record", f"The record is of the unknown type {kind[:40]!r}.")

    def _arc(self, record: RawRecord) -> None:
        heading = _arc_heading(record.heading)
        if heading is None:
            self._problem(record, None, "bad-heading", "The heading of the ARC record cannot be read.")
        elif heading["warc-target-uri"].startswith("filedesc:"):
            self._counts["skipped"] += 1
        elif record.body.startswith(b"HTTP/"):
            self._response(record, heading, parse_response(record.body))
        else:
            self._counts["not-http"] += 1

    def _response(self, record: RawRecord, heading: dict[str, str], response: HttpResponse | None) -> None:
        if response is None:
            about = heading.get("warc-target-uri")
            self._problem(record, about, "bad-http", "its HTTP status cannot be read.")
            return
        url = self._url(record, heading)
        if url is None:
            return
        status, headers = response.status, response.headers
        extracted: ExtractedPage | None = None
        links: list[tuple[object, ...]] = []
        outcome = None
        if 200 <= status < 300:
            extracted = self._page(record, heading, url, response)
            if extracted is None:
                return
            if extracted.complete and status != 206:
                outcome = "complete"
        elif status in _GONE:
            outcome = "gone"
        elif 300 <= status < 400:
            try:
                row = redirect_link(url, status, headers.get("location"), headers.get("x-robots-tag"))
            except URLError as exc:
                self._problem(record, url, "bad-url", f"it redirects nowhere: {exc}")
            else:
                links = [] if row is None else [row]
        self._add(record, heading, url, extracted, links, status, outcome)

    def _resource(self, record: RawRecord, heading: dict[str, str]) -> None:
        """A resource record holds the page itself, without the answer it came in."""
        if not heading.get("warc-target-uri", "").lstrip("<").startswith("http"):
            self._counts["not-http"] += 1
            return
        url = self._url(record, heading)
        if url is not None:
            kind = heading.get("content-type", "")
            response = HttpResponse(200, {"content-type": kind}, record.body)
            extracted = self._page(record, heading, url, response)
            if extracted is not None:
                self._add(record, heading, url, extracted, [], None, None)

    def _page(
        self, record: RawRecord, heading: dict[str, str], url: str, response: HttpResponse
    ) -> ExtractedPage | None:
        """The extracted page of an answer; ``None`` when it is no page."""
        content_type = response.headers.get("content-type")
        if content_type and not is_html(content_type, b"") and "/" in content_type:
            self._counts["not-html"] += 1
            return None
        decoded = decode_body(
            response, most=self._limits.max_html_bytes, ratio=self._limits.max_inflate_ratio
        )
        if not is_html(content_type, decoded.body):
            self._counts["not-html"] += 1
            return None
        if decoded.problem is not None:
            self._problem(record, url, decoded.problem[0], decoded.problem[1] + ".")
        extracted = extract_html(
            decoded.body,
            url,
            charset=charset_of(content_type),
            x_robots_tag=response.headers.get("x-robots-tag"),
            link_header=response.headers.get("link"),
        )
        for cause, sentence in extracted.problems:
            self._problem(record, url, cause, sentence)
        if not (record.whole and decoded.whole) or heading.get("warc-truncated"):
            extracted = extracted._replace(complete=False)
        return extracted

    def _url(self, record: RawRecord, heading: dict[str, str]) -> str | None:
        given = heading.get("warc-target-uri", "").strip().removeprefix("<").removesuffix(">")
        try:
            return canonical(given)
        except URLError as exc:
            self._problem(record, None, "bad-url", f"The page was skipped: {exc}")
            return None

    def _add(
        self,
        record: RawRecord,
        heading: dict[str, str],
        url: str,
        extracted: ExtractedPage | None,
        links: list[tuple[object, ...]],
        status: int | None,
        outcome: str | None,
    ) -> None:
        if self._wanted is not None:
            extracted, links = _only_wanted(self._wanted, extracted, links)
            if not links and (extracted is None or not extracted.links):
                return
        fetched_at = _time(heading.get("warc-date"))
        if fetched_at is None:
            self._problem(record, url, "bad-date", "its capture has no date that can be read.")
        self._counts["pages"] += 1
        self._rows.add_page(
            url,
            extracted,
            status=status,
            fetched_at=fetched_at,
            ip=heading.get("warc-ip-address"),
            archive_file=self._path.name,
            archive_offset=None if record.length is None else record.offset,
            archive_length=record.length,
            extra_links=links,
            outcome=outcome,
        )

    def _wat(self, record: RawRecord) -> None:
        body = record.body
        if not _has_response(body):
            self._counts["skipped"] += 1
            if body[:1] == b"{" and not body.rstrip().endswith(b"}"):
                self._problem(
                    record,
                    None,
                    "bad-json",
                    "The JSON of the WAT record ends in the middle, before the part that holds the links.",
                )
            return
        if self._wanted is not None and not self._wanted.hit(body):
            return
        try:
            capture = extract_wat(body, wanted=self._wanted, scanner=self._scanner)
        except WatError as exc:
            self._problem(record, None, exc.cause, str(exc))
            return
        if capture is not None:
            self._capture(record, capture)

    def _capture(self, record: RawRecord, capture: WatCapture) -> None:
        page, status = capture.page, capture.status
        if page is None and status is not None and 200 <= status < 300:
            self._counts["not-html"] += 1
            return
        if self._wanted is not None and not (capture.links or (page is not None and page.links)):
            return
        outcome = None
        if page is not None:
            for cause, sentence in page.problems:
                self._problem(record, capture.url, cause, sentence)
            if (
                status is not None
                and 200 <= status < 300
                and status != 206
                and page.complete
                and record.whole
            ):
                outcome = "complete"
        elif status in _GONE:
            outcome = "gone"
        fetched_at = _time(capture.date)
        if fetched_at is None:
            self._problem(record, capture.url, "bad-date", "its capture has no date that can be read.")
        self._counts["pages"] += 1
        self._rows.add_page(
            capture.url,
            page,
            status=status,
            fetched_at=fetched_at,
            ip=capture.ip,
            archive_file=capture.archive_file,
            archive_offset=capture.archive_offset,
            archive_length=capture.archive_length,
            extra_links=capture.links,
            outcome=outcome,
            scanned=capture.scanned,
        )


def _scanner_for(path: Path) -> Scanner | None:
    """Compiled loops for a WAT that is long enough to pay for loading them."""
    if path.stat().st_size < _WORTH_COMPILED:
        return None
    from backlit.extract.watscan import Scanner  # loads numba

    return Scanner()


def _has_response(text: bytes) -> bool:
    return b"HTTP-Response-Metadata" in text


def _worth_reading(member: bytes) -> bool:
    """Whether a member of a WAT has a response, or has lost the end that would tell."""
    return _has_response(member) or not member[-16:].rstrip().endswith(b"}")


def _only_wanted(
    wanted: Sieve, extracted: ExtractedPage | None, links: list[tuple[object, ...]]
) -> tuple[ExtractedPage | None, list[tuple[object, ...]]]:
    domains = wanted.domains
    if extracted is not None:
        kept = [link for link in extracted.links if link[_TARGET_DOMAIN] in domains]
        extracted = extracted._replace(links=kept)
    return extracted, [link for link in links if link[_TARGET_DOMAIN] in domains]


def _warc_heading(heading: bytes) -> dict[str, str]:
    """The named fields of a WARC heading, names in lower case."""
    fields: dict[str, str] = {}
    name = ""
    for line in heading.decode("utf-8", "replace").split("\n")[1:]:
        if line[:1] in (" ", "\t") and name:
            fields[name] += line.rstrip()
            continue
        name, _, value = line.partition(":")
        name = name.strip().lower()
        fields.setdefault(name, value.strip())
    return fields


def _arc_heading(heading: bytes) -> dict[str, str] | None:
    """The fields of an ARC heading under their WARC names; an address may hold blanks."""
    words = heading.decode("utf-8", "replace").split()
    for at in range(2, len(words) - 2):
        if words[at].isdigit() and 8 <= len(words[at]) <= 17 and words[-1].isdigit():
            address = words[at - 1]
            return {
                "warc-target-uri": " ".join(words[: at - 1]),
                "warc-date": words[at],
                **({} if address == "0.0.0.0" else {"warc-ip-address": address}),
            }
    return None


def _time(text: str | None) -> int | None:
    """A WARC or ARC date as UTC microseconds; ``None`` when it is none."""
    if not text:
        return None
    try:
        if text.isdigit():
            text = text[:14].ljust(14, "0")
            return microseconds(datetime.strptime(text, "%Y%m%d%H%M%S"))
        return microseconds(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return None
