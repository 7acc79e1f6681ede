"""Reads the links of WAT records by compiled loops, straight into columns.

What a page says of itself is read as ever (``wat``, ``watjson``); its array of links, which is most
of a record, is cut out before the JSON is decoded and read here. A page whose links hold what the
loops refuse (nested values, lone surrogates, more than ``_MOST_ENTRIES``) is read by ``wat`` as a whole.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa

from backlit import settings
from backlit.extract import watlinks
from backlit.extract.rel import passes, rel_tokens
from backlit.extract.watlinks import (
    OUT_ALT,
    OUT_ALT_TEXT,
    OUT_ANCHOR,
    OUT_DOMAIN,
    OUT_FOLLOW,
    OUT_HOST,
    OUT_KIND,
    OUT_NTH,
    OUT_POSITION,
    OUT_REL,
    OUT_SITE,
    OUT_URL,
)
from backlit.extract.wattokens import (
    ANCHOR,
    DOMAIN,
    ENTRY_WIDTH,
    HOST,
    HOST_END,
    OPEN,
    REFUSED,
    RESOLVED,
    SITE,
    STATE,
    TOO_SMALL,
    URL,
    URL_END,
    tokens,
)
from backlit.records import EXTRACTED_LINK, KINDS
from backlit.web.ids import source_seed
from backlit.web.native import suffix_table

_KEY = b'"Links":['
_MOST_ENTRIES = 60_000
_SEEN_SLOTS = 1 << 17
_REL_SLOTS, _MOST_RELS = 1 << 18, 1 << 15
_LONGEST_REL_CHARACTERS = 200
_MARGIN = 1 << 16
#: Room to begin with, of which only what is written costs memory: a batch of many links fits.
_TEXT_BYTES, _ROWS = 1 << 24, 1 << 18
_limits = settings.default().limits
#: Below this a path joined to any origin keeps within the limit.
_SHORT = _limits.max_url_characters - 300


Array = np.ndarray[Any, Any]
#: Target address, host, domain and site.
Resolved = tuple[str, str, str, str]


class Scanner:
    """Reads records one after another, and keeps the rows of their links as columns."""

    def __init__(self) -> None:
        self._buffer: Array = np.zeros(1 << 20, np.uint8)
        self._view = memoryview(self._buffer.data)
        self._entries = np.zeros((1024, ENTRY_WIDTH), np.int64)
        self._seen = np.zeros((_SEEN_SLOTS, 3), np.uint64)
        self._stamp = 0
        self._own = np.zeros(4, np.int64)
        self._suffixes = suffix_table()
        self._texts = np.zeros((6, _TEXT_BYTES), np.uint8)
        self._offsets: Array = np.zeros((6, _ROWS + 1), np.int32)
        self._numbers: Array = np.zeros((6, _ROWS), np.int32)
        self._pairs: Array = np.zeros(_ROWS, np.uint64)
        self._rels: Array
        self._rel_texts: Array
        self._rel_ends: Array
        self._rel_count = 0
        self._start_rels()
        self.rows = 0
        self._count = self._size = 0

    # -- one page ------------------------------------------------------------------

    def open(self, payload: bytes) -> bytes | None:
        """Find the entries of a record's ``Links``; gives the JSON with one empty entry in their place.

        ``None`` when the record is not for the loops.
        """
        at = payload.find(_KEY)
        if at < 0 or self._rel_count >= _MOST_RELS:
            return None
        size = len(payload)
        self._need(8 * size + _MARGIN)
        self._view[:size] = payload
        start = at + len(_KEY) - 1
        count, end = tokens(self._buffer, start, size, self._entries)
        while count == REFUSED and len(self._entries) < _MOST_ENTRIES and self._buffer[end] == 123:
            self._entries = np.zeros((min(4 * len(self._entries), _MOST_ENTRIES), ENTRY_WIDTH), np.int64)
            count, end = tokens(self._buffer, start, size, self._entries)
        if count == REFUSED or payload.find(_KEY, end) >= 0:
            return None
        self._count, self._size = count, size
        return payload[: start + 1] + b"{}" + payload[end - 1 :]

    def read(
        self, url: str, host: str, domain: str, site: str, *,
        home: bool, secure: bool, follow: bool, resolve: Callable[[str], Resolved | None],
    ) -> tuple[int, int, int] | None:  # fmt: skip
        """Add the rows of the page opened last; gives internal and external links, and rows.

        ``home`` says whether relative addresses stay on the site, ``secure`` whether they are https;
        ``resolve`` says where an address leads that the loops leave open.
        ``None``, and no row, when the page is not for the loops.
        """
        own = self._size
        name = host.encode()
        free = own + len(name)
        self._view[own:free] = name
        buffer, entries, count = self._buffer, self._entries, self._count
        inside, links, still_open, free = watlinks.classify(
            buffer, entries, count, own, own + len(name), home, secure, free, _SHORT, self._suffixes
        )
        if inside == REFUSED or links > _limits.max_links_per_page:
            return None
        if still_open:
            free = self._resolve_open(free, resolve)
        own_ends = self._own
        own_ends[0], own_ends[1] = own + len(name) - len(domain), own + len(name)
        own_ends[2], own_ends[3] = own + len(name) - len(site), own + len(name)
        self._make_room(count, free)
        internal = TOO_SMALL
        while internal == TOO_SMALL:
            self._stamp += 1
            found = watlinks.emit(
                self._buffer, entries, count, own_ends, follow, free, _limits.max_anchor_characters,
                np.uint64(source_seed(url)), self._seen, np.uint64(self._stamp),
                self._rels, self._rel_texts, self._rel_ends, self._rel_count,
                self._texts, self._offsets, self._numbers, self._pairs, self.rows,
            )  # fmt: skip
            internal, external, rows, self._rel_count = found
            if internal == TOO_SMALL:
                self._make_room_for_texts(free)
        if internal == REFUSED:
            return None
        added, self.rows = rows - self.rows, rows
        return inside + internal, external, added

    def _resolve_open(self, free: int, resolve: Callable[[str], Resolved | None]) -> int:
        """Resolve what was left open; gives the end of what the buffer holds."""
        entries = self._entries
        for number in np.flatnonzero(entries[: self._count, STATE] == OPEN).tolist():
            entry = entries[number]
            start, end = int(entry[URL]), int(entry[URL_END])
            href = str(self._view[start:end], "utf-8")
            found = resolve(href)
            if found is None or (not href and entry[0] != ANCHOR):
                entry[STATE] = 0
                continue
            url, host, domain, site = (part.encode() for part in found)
            if free + len(url) + _MARGIN > len(self._buffer):
                self._need(2 * len(self._buffer), keep=free)
            self._view[free : free + len(url)] = url
            at = free + (8 if url[4:5] == b"s" else 7)
            host_end = at + len(host)
            entry[URL], entry[URL_END], entry[STATE] = free, free + len(url), RESOLVED
            entry[HOST], entry[HOST_END] = at, host_end
            entry[DOMAIN], entry[SITE] = host_end - len(domain), host_end - len(site)
            free += len(url)
        return free

    # -- room ------------------------------------------------------------------------

    def _need(self, size: int, keep: int = 0) -> None:
        if size > len(self._buffer):
            larger: Array = np.zeros(2 * size, np.uint8)
            larger[:keep] = self._buffer[:keep]
            self._buffer, self._view = larger, memoryview(larger.data)

    def _make_room(self, rows: int, free: int) -> None:
        """Room for the rows of one page, whose texts are in a buffer of ``free`` bytes."""
        self._need(2 * free + _MARGIN, keep=free)
        written = int(self._rel_ends[self._rel_count])
        if written + free > len(self._rel_texts):
            self._rel_texts = np.concatenate([self._rel_texts, np.zeros(written + free, np.uint8)])
        if self.rows + rows > len(self._pairs):
            self._make_room_for_rows(2 * (self.rows + rows))

    def _make_room_for_texts(self, free: int) -> None:
        fullest = int(self._offsets[:, self.rows].max())
        larger = np.zeros((6, 2 * (fullest + 2 * free)), np.uint8)
        larger[:, :fullest] = self._texts[:, :fullest]
        self._texts = larger

    def _make_room_for_rows(self, rows: int) -> None:
        offsets = np.zeros((6, rows + 1), np.int32)
        numbers = np.zeros((6, rows), np.int32)
        pairs = np.zeros(rows, np.uint64)
        had = len(self._pairs)
        offsets[:, : had + 1], numbers[:, :had], pairs[:had] = self._offsets, self._numbers, self._pairs
        self._offsets, self._numbers, self._pairs = offsets, numbers, pairs

    def _start_rels(self) -> None:
        self._rels = np.zeros((_REL_SLOTS, 2), np.uint64)
        self._rel_texts = np.zeros((_MOST_RELS + _MOST_ENTRIES) * 16, np.uint8)
        self._rel_ends = np.zeros(_MOST_RELS + _MOST_ENTRIES + 1, np.int64)
        self._rel_count = 0

    # -- all pages -----------------------------------------------------------------

    def take(self) -> tuple[Array, list[pa.Array]]:
        """The unsigned pair ids and the columns of ``EXTRACTED_LINK`` of all rows; none stay."""
        rows = self.rows
        numbers = self._numbers[:, :rows]
        tokens = ["", *map(self._rel, range(self._rel_count))]
        passed = np.array([passes(words) for words in tokens])
        positions = numbers[OUT_POSITION]
        made = {
            "target_url": self._text(OUT_URL),
            "target_host": self._text(OUT_HOST),
            "target_domain": self._text(OUT_DOMAIN),
            "target_site": self._text(OUT_SITE),
            "kind": pa.DictionaryArray.from_arrays(
                pa.array(numbers[OUT_KIND].astype(np.int8)), pa.array(KINDS)
            ).cast(pa.string()),
            "nth": pa.array(numbers[OUT_NTH].copy()),
            "anchor": self._text(OUT_ANCHOR),
            "alt": self._text(OUT_ALT_TEXT, numbers[OUT_ALT] != 0),
            "rel": pa.array(tokens).take(pa.array(numbers[OUT_REL].copy())),
            "follow": pa.array((numbers[OUT_FOLLOW] != 0) & passed[numbers[OUT_REL]]),
            "position": pa.array(positions.copy(), mask=positions < 0),
        }
        columns = [
            made[field.name] if field.name in made else pa.nulls(rows, field.type) for field in EXTRACTED_LINK
        ]
        pairs = self._pairs[:rows].copy()
        self.rows = 0
        if self._rel_count >= _MOST_RELS:
            self._start_rels()
        return pairs, columns

    def _rel(self, number: int) -> str:
        start, end = self._rel_ends[number], self._rel_ends[number + 1]
        raw = self._rel_texts[start:end].tobytes().decode("utf-8", "ignore")
        return rel_tokens(raw[:_LONGEST_REL_CHARACTERS])

    def _text(self, column: int, known: Any = None) -> pa.Array:
        rows = self.rows
        offsets = self._offsets[column, : rows + 1]
        bits = None if known is None else pa.py_buffer(np.packbits(known, bitorder="little"))
        return pa.Array.from_buffers(
            pa.string(),
            rows,
            [bits, pa.py_buffer(offsets.copy()), pa.py_buffer(self._texts[column, : offsets[-1]].copy())],
        )
