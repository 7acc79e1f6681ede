"""The pages of a ground: those that the table of pages has, and those that links stand on beside them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from backlit.extract.digest import BINS
from backlit.signals.ground import DISCLOSED, OFFERED, Ints, Longs, Pages, Small
from backlit.signals.phrases import words_sql
from backlit.signals.queries import (
    Columns,
    Hashes,
    Queries,
    day_sql,
    flag_sql,
    hash_sql,
    host_sql,
    joined,
    language_sql,
    path_sql,
    places,
)

#: The text of a link, an image's alt where there is no other.
ANCHOR = "coalesce(nullif(anchor, ''), alt, anchor)"

_DIGEST_BYTES = 2 * BINS
#: Bytes of one of a page's ``terms``: a hash of 4, little-endian, and a count.
_TERM_BYTES = 5


class PageRows(NamedTuple):
    """Pages by site, then path, and what is kept beside them, a row a page."""

    pages: Pages
    #: Hashes of address and host.
    urls: Hashes
    hosts: Hashes
    #: Bits of ``Links.words`` that the title says.
    title_words: Small
    languages: tuple[str, ...]
    digests: npt.NDArray[np.uint16]
    term_begin: Longs
    term_hash: npt.NDArray[np.uint32]
    term_count: npt.NDArray[np.uint8]


def _number(column: str) -> str:
    return f"coalesce({column}, -1)::INTEGER AS {column}"


_PAGE_COLUMNS = f"""
    hash(url) AS url, hash(site) AS site, hash({host_sql("url")}) AS host, {hash_sql(path_sql("url"))} AS path,
    {hash_sql("title")} AS title, {hash_sql(language_sql("language"))} AS language,
    {", ".join(map(_number, ("status", "words", "external_links", "internal_links", "ad_slots")))},
    {flag_sql("noindex")} AS noindex, {day_sql("first_seen")} AS first_day,
    ({words_sql("title")} & {DISCLOSED | OFFERED})::TINYINT AS title_words
"""


def page_rows(ask: Queries, sites: Hashes, texts: Hashes) -> PageRows:
    """The pages of the ``sites``, with titles and paths as places among the ``texts``, all given by hash."""
    names = ask.table(
        f"SELECT code, hash(code) AS h FROM (SELECT {language_sql('language')} AS code FROM {{pages}} UNION "
        f"SELECT {language_sql('source_language')} FROM {{links}}) WHERE code IS NOT NULL ORDER BY code"
    )
    languages = names.column("h").to_numpy()
    seen = ask.columns(
        f"SELECT hash(source_url) AS url, min(hash(source_site)) AS site, min(hash({host_sql('source_url')})) AS host, "
        f"min(hash({path_sql('source_url')})) AS path, coalesce(hash(min({language_sql('source_language')})), 0) "
        "AS language, max(CASE WHEN source_language IS NULL THEN 0 ELSE 1 END)::TINYINT AS spoken "
        "FROM {links} GROUP BY 1"
    )
    known, digests, terms = _known(ask)
    kept = np.flatnonzero(places(known["site"], sites) >= 0)
    known = {name: column[kept] for name, column in known.items()}
    new = np.flatnonzero(places(seen["url"], known["url"]) < 0)
    code = np.where(seen["spoken"] > 0, places(seen["language"], languages), -1).astype(np.int32)
    at = places(known["url"], seen["url"])
    language = places(known["language"], languages)
    told = np.append(code, np.int32(-1))[at]
    language = np.where(language >= 0, language, told).astype(np.int32)

    def both(name: str, fill: int | None = None) -> npt.NDArray[Any]:
        more = seen[name][new] if fill is None else np.full(len(new), fill, known[name].dtype)
        return np.concatenate([known[name], more])

    site = places(both("site"), sites)
    path = places(both("path"), texts)
    urls = both("url")
    order = np.lexsort((urls, path, site))

    def ordered(name: str, fill: int = -1) -> npt.NDArray[Any]:
        return both(name, fill)[order]

    digest, digest_rows = _in_order(ordered("digest"))
    term, term_rows = _in_order(ordered("terms"))
    pages = Pages(
        site=site[order],
        known=(np.arange(len(order)) < len(kept))[order],
        status=ordered("status"),
        words=ordered("words"),
        external_links=ordered("external_links"),
        internal_links=ordered("internal_links"),
        ad_slots=ordered("ad_slots"),
        title=places(ordered("title", 0), texts),
        language=np.concatenate([language, code[new]])[order],
        noindex=ordered("noindex"),
        first_day=ordered("first_day"),
        digest=digest,
        path=path[order],
        terms=term,
    )
    return PageRows(
        pages,
        urls[order],
        both("host")[order],
        ordered("title_words", 0),
        tuple(names.column("code").to_pylist()),
        digests[digest_rows],
        *_terms(terms.take(pa.array(term_rows))),
    )


def _known(ask: Queries) -> tuple[Columns, npt.NDArray[np.uint16], pa.Array]:
    """The table of pages; digests and terms apart, which ``digest`` and ``terms`` of a page point into."""
    has_terms = "terms" in ask.names("{pages}")
    terms_sql = "terms" if has_terms else "CAST(NULL AS BLOB) AS terms"
    reader = ask.reader(f"SELECT {_PAGE_COLUMNS}, text_digest, {terms_sql} FROM {{pages}}")
    plain = [field for field in reader.schema if field.name not in ("text_digest", "terms")]
    parts: dict[str, list[npt.NDArray[Any]]] = {field.name: [] for field in plain}
    parts |= {"digest": [], "terms": []}
    digests: list[npt.NDArray[np.uint16]] = []
    terms: list[pa.Array] = []
    held = {"digest": 0, "terms": 0}
    for batch in reader:
        for field in plain:
            parts[field.name].append(batch.column(field.name).to_numpy(zero_copy_only=False).copy())
        for name, column in (("digest", "text_digest"), ("terms", "terms")):
            blobs = batch.column(column)
            lengths = pc.fill_null(pc.binary_length(blobs), 0).to_numpy(zero_copy_only=False)
            fits = (
                lengths == _DIGEST_BYTES if name == "digest" else (lengths > 0) & (lengths % _TERM_BYTES == 0)
            )
            some = blobs.filter(pa.array(fits)).cast(pa.large_binary())
            place = np.full(len(blobs), -1, np.int32)
            place[fits] = held[name] + np.arange(len(some))
            parts[name].append(place)
            held[name] += len(some)
            if name == "terms":
                terms.append(some)
            elif len(some):
                digests.append(np.frombuffer(b"".join(some.to_pylist()), "<u2").reshape(-1, BINS))
    columns = {field.name: joined(parts.pop(field.name), field.type) for field in plain}
    columns |= {name: joined(found, pa.int32()) for name, found in parts.items()}
    whole = np.concatenate(digests) if digests else np.zeros((0, BINS), np.uint16)
    return columns, whole, pa.chunked_array(terms, pa.large_binary()).combine_chunks()


def _in_order(places_: Ints) -> tuple[Ints, Ints]:
    """Numbers from 0 in order of rows where a row points to something, and what it points to."""
    some = places_ >= 0
    number = np.where(some, np.cumsum(some) - 1, -1).astype(np.int32)
    return number, places_[some]


def _terms(blobs: pa.Array) -> tuple[Longs, npt.NDArray[np.uint32], npt.NDArray[np.uint8]]:
    data = np.frombuffer(b"".join(blobs.to_pylist()), np.uint8).reshape(-1, _TERM_BYTES)
    begin = np.zeros(len(blobs) + 1, np.int64)
    np.cumsum(pc.binary_length(blobs).to_numpy(zero_copy_only=False) // _TERM_BYTES, out=begin[1:])
    hashes = np.ascontiguousarray(data[:, :4]).view("<u4").reshape(-1).astype(np.uint32)
    return begin, hashes, data[:, 4].copy()
