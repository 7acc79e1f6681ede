"""Rows as tuples in, Arrow tables out.

Links come a page at a time as plain tuples. Nothing is done to a link in Python but to hash
it: what belongs to the page is kept once a page and spread over its links by Arrow, and the
tuples are turned into columns by one ``zip``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from xxhash import xxh64_intdigest

from backlit.extract.page import ExtractedPage
from backlit.records import EXTRACTED_LINK, FETCHES, LINKS, PAGES, Batch, Problem
from backlit.web.domain import split_host
from backlit.web.ids import link_mix, source_seed
from backlit.web.url import host_of

if TYPE_CHECKING:
    from backlit.extract.watscan import Scanner

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TARGET_URL, _KIND, _NTH = (EXTRACTED_LINK.get_field_index(name) for name in ("target_url", "kind", "nth"))
_mix = cache(link_mix)

#: The columns of a page that the extractor may know.
FACTS = (
    *("title", "language", "encoding", "words", "text_digest", "terms", "template_digest"),
    *("external_links", "internal_links", "noindex", "nofollow", "canonical", "author", "published"),
    *("analytics_ids", "ad_ids", "ad_slots"),
)
_NO_FACTS: dict[str, object] = {}


def microseconds(when: datetime) -> int:
    """A time as UTC microseconds, cut to the second; one without a zone is taken as UTC."""
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    passed = when - _EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1_000_000


class _Spread:
    """What links have from their page: kept once a page, and spread over its links in the end."""

    def __init__(self) -> None:
        self._counts: list[int] = []
        self._pages: list[tuple[str, str, str, str, str | None, int | None]] = []

    def add(self, links: int, page: tuple[str, str, str, str, str | None, int | None]) -> None:
        """Note a page with so many links: its address, host, domain, site, language and time."""
        self._counts.append(links)
        self._pages.append(page)

    def columns(self) -> list[pa.Array]:
        """Address, host, domain, site, language and time of the page of each link."""
        page: Any = pa.array(np.repeat(np.arange(len(self._counts), dtype=np.int32), self._counts))
        kinds = [pa.string()] * 5 + [pa.timestamp("us")]
        return [
            pa.array(values, type=kind).take(page)
            for values, kind in zip(zip(*self._pages, strict=True), kinds, strict=True)
        ]


class RowBuilder:
    """Collects the rows of one source and gives them as batches.

    ``snapshot`` is the harvest's date, ``origin`` the kind of source and ``depth`` how deep
    its rows were seen (``records.DEPTH_*``). ``file`` names the input in problems. ``scanner``
    holds the rows of links that are columns already; ``add_page`` says which pages have some.
    """

    def __init__(
        self, *, file: str, snapshot: str, origin: str, depth: int, scanner: Scanner | None = None
    ) -> None:
        self._file = file
        self._scanner = scanner
        self._snapshot = snapshot
        self._origin = origin
        self._depth = depth
        self._clear()

    def _clear(self) -> None:
        self._links: list[tuple[Any, ...]] = []
        self._ids: list[int] = []
        self._sources, self._scanned_sources = _Spread(), _Spread()
        self._pages: list[tuple[Any, ...]] = []
        self._fetches: list[tuple[str, str, int, str]] = []
        self._problems: list[Problem] = []

    @property
    def links(self) -> int:
        """Links held since the last ``take``."""
        return len(self._links) + (self._scanner.rows if self._scanner is not None else 0)

    @property
    def pages(self) -> int:
        """Pages held since the last ``take``."""
        return len(self._pages)

    @property
    def problems(self) -> int:
        """Problems held since the last ``take``."""
        return len(self._problems)

    def add_page(
        self,
        url: str,
        extracted: ExtractedPage | None,
        *,
        status: int | None = None,
        fetched_at: int | None = None,
        ip: str | None = None,
        archive_file: str | None = None,
        archive_offset: int | None = None,
        archive_length: int | None = None,
        extra_links: Sequence[tuple[Any, ...]] = (),
        outcome: str | None = None,
        scanned: int = 0,
    ) -> None:
        """Add one page as it was seen.

        ``url`` is canonical, ``fetched_at`` UTC microseconds. ``extracted`` is ``None`` where
        nothing was read from the page (a redirect, an error). ``extra_links`` are rows that
        stand on no page, such as the redirect itself. ``outcome`` is that of ``FETCHES``; a
        look at an unknown time is none. ``scanned`` rows of the page came to the scanner.
        """
        host = host_of(url)
        domain, site = split_host(host)
        facts = extracted.facts if extracted is not None else _NO_FACTS
        links: Sequence[tuple[Any, ...]] = extracted.links if extracted is not None else ()
        if extra_links:
            links = [*links, *extra_links]
        language: Any = facts.get("language")
        if scanned:
            self._scanned_sources.add(scanned, (url, host, domain, site, language, fetched_at))
        if links:
            seed = source_seed(url)
            # ids.pair_id_seeded, with the sign put right for all rows at once in the end.
            self._ids += [xxh64_intdigest(link[_TARGET_URL].encode(), seed) for link in links]
            self._links += links
            self._sources.add(len(links), (url, host, domain, site, language, fetched_at))
        get = facts.get
        self._pages.append(
            (
                *(url, host, domain, site, status),
                *[get(name) for name in FACTS],
                *(ip, fetched_at, fetched_at),
                *(archive_file, archive_offset, archive_length),
            )
        )
        if outcome is not None and fetched_at is not None:
            self._fetches.append((url, domain, fetched_at, outcome))

    def add_problem(self, place: str, cause: str, message: str) -> None:
        """Add one bad thing found in the input."""
        self._problems.append(Problem(self._file, place, cause, message))

    def take(self, resume_at: int, bytes_done: int) -> Batch:
        """All rows added since the last call; the builder is empty afterwards."""
        batch = Batch(
            links=self._link_table(),
            pages=self._page_table(),
            fetches=_table(FETCHES, zip(*self._fetches, strict=True), len(self._fetches)),
            hosts=None,
            trusted=None,
            problems=self._problems,
            resume_at=resume_at,
            bytes_done=bytes_done,
        )
        self._clear()
        return batch

    def _link_table(self) -> pa.Table | None:
        tables = []
        if self._scanner is not None and self._scanner.rows:
            ids, columns = self._scanner.take()
            tables.append(self._as_links(ids, columns, self._scanned_sources))
        if self._links:
            ids = np.array(self._ids, dtype=np.uint64)
            columns = [
                pa.array(values, type=field.type)
                for values, field in zip(zip(*self._links, strict=True), EXTRACTED_LINK, strict=True)
            ]
            tables.append(self._as_links(ids, columns, self._sources))
        return pa.concat_tables(tables) if tables else None

    def _as_links(self, ids: Any, extracted: list[pa.Array], sources: _Spread) -> pa.Table:
        rows = len(ids)
        pairs = ids.view(np.int64)
        kinds, nths = extracted[_KIND].dictionary_encode(), extracted[_NTH].to_numpy()
        mixes = np.zeros(rows, np.int64)
        codes = kinds.indices.to_numpy()
        for code, kind in enumerate(kinds.dictionary.to_pylist()):
            of_kind = np.flatnonzero(codes == code)
            found, where = np.unique(nths[of_kind], return_inverse=True)
            mixes[of_kind] = np.array([_mix(kind, nth) for nth in found.tolist()], np.int64)[where]
        url, host, domain, site, language, time = sources.columns()
        return pa.Table.from_arrays(
            [
                *(pa.array(pairs ^ mixes), pa.array(pairs)),
                *(url, host, domain, site, language),
                *extracted,
                *(time, time),
                *(pa.nulls(rows, pa.timestamp("us")), pa.nulls(rows, pa.string())),
                *self._same_for_all(rows),
            ],
            schema=LINKS,
        )

    def _page_table(self) -> pa.Table | None:
        rows = len(self._pages)
        columns = zip(*self._pages, strict=True)
        return _table(PAGES, columns, rows, self._same_for_all(rows))

    def _same_for_all(self, rows: int) -> list[Any]:
        return [
            pa.repeat(pa.scalar(self._depth, pa.int8()), rows),
            pa.repeat(pa.scalar(self._snapshot, pa.string()), rows),
            pa.repeat(pa.scalar(self._origin, pa.string()), rows),
        ]


def _table(schema: pa.Schema, columns: Any, rows: int, more: Sequence[Any] = ()) -> pa.Table | None:
    if not rows:
        return None
    fields = list(schema)[: len(schema) - len(more)]
    arrays = [pa.array(values, type=field.type) for values, field in zip(columns, fields, strict=True)]
    return pa.Table.from_arrays([*arrays, *more], schema=schema)
