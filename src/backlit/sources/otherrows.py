"""Rows of pages, hosts and trusted tables as records, a block at a time."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from backlit import settings
from backlit.errors import URLError
from backlit.extract.terms import BYTES_A_TERM
from backlit.records import DEPTH_TABLE, HOSTS, PAGES, TRUSTED
from backlit.sources.linkrows import filled, language_code, or_null, report_cells
from backlit.sources.problems import Place, ProblemLog
from backlit.sources.urls import UrlReader, usable_url
from backlit.sources.values import (
    NOTHING,
    Converted,
    booleans,
    by_distinct,
    free_text,
    texts,
    times,
    whole_numbers,
)
from backlit.web.url import host_of

_DIGEST_BYTES = 128


class PageRows:
    """Turns blocks of a pages table into PAGES."""

    def __init__(self, snapshot: str, log: ProblemLog) -> None:
        self._snapshot = snapshot
        self._log = log
        self._urls = UrlReader()

    def read(self, block: pa.Table, place: Place) -> pa.Table:
        """The pages of a block; a row without a usable address is left out."""
        urls = self._urls.read(texts(block["url"]))
        bad = np.flatnonzero(urls.codes < 0)
        self._log.add_rows(
            bad.tolist(),
            place,
            "no-url",
            lambda row: f"The row was left out, its url is not usable: {urls.reason(row)}",
        )
        rows = np.flatnonzero(urls.codes >= 0)
        kept = block.take(pa.array(rows)) if len(bad) else block
        count = len(rows)
        codes = pa.array(urls.codes[rows])
        columns: dict[str, pa.Array] = {
            part: getattr(urls, part).take(codes) for part in ("url", "host", "domain", "site")
        }

        def converted(name: str, wrong: str, convert: Callable[[pa.Array], Converted]) -> pa.Array:
            result = convert(kept[name])
            report_cells(self._log, lambda row: place(int(rows[row])), result, kept[name], name, wrong)
            return result.values

        has = set(kept.column_names)
        longest = settings.default().tables.max_text_characters
        for name, field in _PAGE_TEXTS.items():
            if name in has:
                columns[field] = or_null(free_text(kept[name], longest))
        for name, (field, kind, lowest) in _PAGE_NUMBERS.items():
            if name in has:
                convert = partial(whole_numbers, kind=kind, lowest=lowest)
                columns[field] = converted(name, "no whole number that fits", convert)
        for name in ("noindex", "nofollow"):
            if name in has:
                columns[name] = converted(name, "neither true nor false", booleans)
        for name in ("first_seen", "fetched_at"):
            if name in has:
                columns[name] = converted(name, "no date; write YYYY-MM-DD", times)
        if "lang" in has:
            columns["language"] = converted(
                "lang",
                "no language code such as en",
                lambda c: by_distinct(texts(c), language_code, pa.string()),
            )
        if "canonical" in has:
            columns["canonical"] = converted(
                "canonical", "no usable address", lambda c: by_distinct(texts(c), _url_or_none, pa.string())
            )
        if "text_digest" in has:
            columns["text_digest"] = _digests(kept["text_digest"])
        if "terms" in has:
            columns["terms"] = _sketches(kept["terms"])
        if "text" in has:
            self._measure(or_null(texts(kept["text"])), columns)
        columns["depth"] = pa.repeat(pa.scalar(DEPTH_TABLE, pa.int8()), count)
        columns["snapshot"] = pa.repeat(self._snapshot, count)
        columns["origin"] = pa.repeat("table", count)
        return filled(PAGES, count, columns)

    def _measure(self, text: pa.Array, columns: dict[str, pa.Array]) -> None:
        """Words, digest and language of each text, as an extractor tells them, where the table does not."""
        from backlit.extract.digest import words_of
        from backlit.extract.facts import language_of
        from backlit.extract.terms import terms_of

        counted: list[int | None] = []
        digests: list[bytes | None] = []
        languages: list[str | None] = []
        sketches: list[bytes | None] = []
        for value in text.to_pylist():
            if value is None:
                count, digest, language, sketch = None, None, None, None
            else:
                count, digest = words_of(value)
                sketch = terms_of(value)
                language = language_of(None, " ".join(value[:20000].lower().split()))
            counted.append(count)
            digests.append(digest)
            languages.append(language)
            sketches.append(sketch)
        for name, found in (
            ("words", pa.array(counted, pa.int32())),
            ("text_digest", pa.array(digests, pa.binary(_DIGEST_BYTES))),
            ("terms", pa.array(sketches, pa.binary())),
            ("language", pa.array(languages, pa.string())),
        ):
            columns[name] = pc.coalesce(columns[name], found) if name in columns else found


_PAGE_TEXTS = {
    "title": "title",
    "encoding": "encoding",
    "author": "author",
    "published": "published",
    "analytics_ids": "analytics_ids",
    "ad_ids": "ad_ids",
    "ip": "ip",
    "archive_file": "archive_file",
}

_PAGE_NUMBERS = {
    "words": ("words", pa.int32(), 0),
    "internal_links": ("internal_links", pa.int32(), 0),
    "external_links": ("external_links", pa.int32(), 0),
    "ads": ("ad_slots", pa.int32(), 0),
    "status": ("status", pa.int16(), 100),
    "template_digest": ("template_digest", pa.int64(), -(1 << 63)),
    "archive_offset": ("archive_offset", pa.int64(), 0),
    "archive_length": ("archive_length", pa.int64(), 0),
}


class HostRows:
    """Turns blocks of a hosts table into HOSTS."""

    def __init__(self, snapshot: str, log: ProblemLog) -> None:
        self._snapshot = snapshot
        self._log = log

    def read(self, block: pa.Table, place: Place) -> pa.Table:
        """The facts about hosts of a block; a row without a usable host is left out."""
        hosts, rows = _hosts(block["host"], place, self._log)
        kept = block.take(pa.array(rows)) if len(rows) < block.num_rows else block
        columns: dict[str, pa.Array] = {"host": hosts}
        for name, (parse, wrong) in _HOST_FACTS.items():
            if name in kept.column_names:
                result = by_distinct(free_text(kept[name], 500), parse, pa.string())
                report_cells(self._log, lambda row: place(int(rows[row])), result, kept[name], name, wrong)
                columns[name] = result.values
        columns["snapshot"] = pa.repeat(self._snapshot, len(rows))
        columns["origin"] = pa.repeat("table", len(rows))
        return filled(HOSTS, len(rows), columns)


class TrustedRows:
    """Turns a list of hosts into TRUSTED."""

    def __init__(self, snapshot: str, log: ProblemLog) -> None:
        self._snapshot = snapshot
        self._log = log

    def read(self, block: pa.Table, place: Place) -> pa.Table:
        """The hosts of a block."""
        hosts, rows = _hosts(block["host"], place, self._log)
        return filled(
            TRUSTED,
            len(rows),
            {
                "host": hosts,
                "snapshot": pa.repeat(self._snapshot, len(rows)),
                "origin": pa.repeat("table", len(rows)),
            },
        )


def _hosts(column: pa.ChunkedArray, place: Place, log: ProblemLog) -> tuple[pa.Array, np.ndarray]:  # type: ignore[type-arg]
    """The canonical hosts of a column, and the rows that have one."""
    why: dict[str, str] = {}

    def parse(text: str) -> str | None:
        try:
            return host_of_cell(text)
        except URLError as exc:
            why[text] = str(exc)
            return None

    cells = texts(column)
    found = by_distinct(cells, parse, pa.string()).values
    known = pc.is_valid(found).to_numpy(zero_copy_only=False)
    log.add_rows(
        np.flatnonzero(~known).tolist(),
        place,
        "no-host",
        lambda row: (
            f"The row was left out, its host is not usable: {why.get(cells[row].as_py(), 'it is empty.')}"
        ),
    )
    return found.drop_null(), np.flatnonzero(known)


def host_of_cell(text: str) -> str:
    """The canonical host that a cell means: a name, or the host of an address."""
    text = text.strip()
    if re.fullmatch(r"[\w-]+", text):
        raise URLError(f"{text[:60]!r} is no host name, for it has no dot.")
    return host_of(usable_url(text))


def _url_or_none(text: str) -> str | None:
    return None if text.strip().lower() in NOTHING else usable_url(text)


def _digests(column: pa.ChunkedArray) -> pa.Array:
    """Text digests as our own Parquet files hold them; anything else is unknown."""
    if not (pa.types.is_binary(column.type) or pa.types.is_fixed_size_binary(column.type)):
        return pa.nulls(len(column), pa.binary(_DIGEST_BYTES))
    values = [v if v is not None and len(v) == _DIGEST_BYTES else None for v in column.to_pylist()]
    return pa.array(values, pa.binary(_DIGEST_BYTES))


def _sketches(column: pa.ChunkedArray) -> pa.Array:
    """Sketches of terms as our own Parquet files hold them; anything else is unknown."""
    if not pa.types.is_binary(column.type):
        return pa.nulls(len(column), pa.binary())
    values = [v if v and len(v) % BYTES_A_TERM == 0 else None for v in column.to_pylist()]
    return pa.array(values, pa.binary())


def _plain(text: str) -> str | None:
    return None if text.lower() in NOTHING else text


def _ip(text: str) -> str | None:
    if text.lower() in NOTHING:
        return None
    return str(ipaddress.ip_address(re.split(r"[\s,;|]+", text)[0]))


def _asn(text: str) -> str | None:
    if text.lower() in NOTHING:
        return None
    found = re.match(r"(?:AS\s*)?(\d{1,10})(?:\.0)?\b", text, re.IGNORECASE)
    if found is None:
        raise ValueError(text)
    return f"AS{int(found[1])}"


def _name_servers(text: str) -> str | None:
    names = {name.rstrip(".") for name in re.split(r"[\s,;|]+", text.lower())} - NOTHING
    return " ".join(sorted(names)) or None


_HOST_FACTS: dict[str, tuple[Callable[[str], str | None], str]] = {
    "ip": (_ip, "no IP address"),
    "asn": (_asn, "no number of an autonomous system"),
    "nameserver": (_name_servers, "no name"),
    "registrar": (_plain, "no text"),
    "registered": (_plain, "no text"),
    "analytics_id": (_plain, "no text"),
    "adsense_id": (_plain, "no text"),
    "cms": (_plain, "no text"),
    "theme": (_plain, "no text"),
}
