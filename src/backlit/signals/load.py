"""A ground from an index: texts become numbers, rows become columns of small numbers.

Every text (address, anchor, title, path) is read twice: once as itself, distinct and in order, and once a row as a
hash; a hash table then turns the hashes of rows into places in the ordered list. So no row ever carries a
text, and numbers depend on the texts alone, not on the order of rows or the number of threads. Two texts of one
hash would be taken for one; among ten million the chance of any such pair is three in a million.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from backlit.records import KINDS, PLACEMENTS
from backlit.settings import Settings, default
from backlit.signals.ground import CREDIT, NOFOLLOW, SPONSORED, UGC, Ground, Ints, Links, Pairs
from backlit.signals.pagerows import ANCHOR, PageRows, page_rows
from backlit.signals.phrases import words_sql
from backlit.signals.queries import (
    Queries,
    array,
    day_sql,
    flag_sql,
    hash_sql,
    host_sql,
    path_sql,
    places,
    texts,
    word_sql,
)
from backlit.signals.relations import Given, Relations, Rows
from backlit.signals.siterows import site_rows


def load(reader: Relations, settings: Settings) -> Ground:
    """The ground of a whole index, given its reader: all live links that are anchors, images, redirects or canonicals.

    The index is read once for each kind of text and once for its rows; memory peaks at about 180 bytes a link.
    """
    ask = Queries(reader)
    try:
        return _load(ask, settings)
    finally:
        ask.close()


def ground_of(
    links: Given,
    pages: Given = (),
    hosts: Given = (),
    trusted: Iterable[str] = (),
    authority: dict[str, float] | None = None,
    settings: Settings | None = None,
) -> Ground:
    """The ground of literal rows, with the columns of tables; rows may leave out what they do not know.

    ``authority``: of some domains. Raises ``TableError`` where a row or a cell cannot be used.
    """
    rows = Rows(links, pages, hosts, trusted, authority)
    try:
        return load(rows, settings or default())
    finally:
        rows.close()


def _load(ask: Queries, settings: Settings) -> Ground:
    names = ask.table(
        "SELECT site, min(domain) AS domain, hash(site) AS h FROM ("
        "SELECT DISTINCT source_site AS site, source_domain AS domain FROM {links} UNION ALL "
        "SELECT DISTINCT target_site, target_domain FROM {links}) GROUP BY site ORDER BY site"
    )
    hosts = ask.table(
        f"SELECT host, hash(host) AS h FROM (SELECT DISTINCT {host_sql('source_url')} AS host FROM {{links}}) "
        "ORDER BY host"
    )
    addresses = ask.table(
        "SELECT target_url AS url, hash(target_url) AS h, min(hash(target_site)) AS site FROM {links} "
        "GROUP BY target_url ORDER BY target_url"
    )
    words = ask.table(
        f"SELECT text, hash(text) AS h FROM (SELECT {ANCHOR} AS text FROM {{links}} UNION "
        f"SELECT {path_sql('source_url')} FROM {{links}} UNION SELECT title FROM {{pages}} UNION "
        f"SELECT {path_sql('url')} FROM {{pages}}) WHERE text IS NOT NULL ORDER BY text"
    )
    site_of = array(names, "h")
    rows = page_rows(ask, site_of, array(words, "h"))
    targets = places(array(addresses, "site"), site_of)
    links = _link_rows(ask, rows, array(addresses, "h"), targets, array(words, "h"), array(hosts, "h"))
    facts = site_rows(ask, names, rows.pages, links.page, rows.languages, settings)
    return Ground(
        links=links,
        pairs=_pairs(links),
        sites=facts.sites,
        pages=rows.pages,
        footprints=facts.footprints,
        texts=texts(words, "text"),
        addresses=texts(addresses, "url"),
        address_page=places(array(addresses, "h"), rows.urls),
        domains=facts.domains,
        hosts=texts(hosts, "host"),
        languages=rows.languages,
        digests=rows.digests,
        term_begin=rows.term_begin,
        term_hash=rows.term_hash,
        term_count=rows.term_count,
    )


_AROUND = "coalesce(text_before || ' ' || text_after, text_before, text_after)"
_REL = " + ".join(
    f"CASE WHEN contains(' ' || rel || ' ', ' {word} ') THEN {bit} ELSE 0 END"
    for word, bit in (("nofollow", NOFOLLOW), ("sponsored", SPONSORED), ("ugc", UGC))
)
_LINK_COLUMNS = f"""
    link_id, hash(source_url) AS page, hash(target_url) AS "to", {hash_sql(ANCHOR)} AS anchor,
    {word_sql("kind", KINDS)} AS kind, {word_sql("placement", PLACEMENTS)} AS placement,
    {flag_sql("follow")} AS follow, {flag_sql("hidden")} AS hidden,
    (CASE WHEN rel IS NULL OR rel = '' THEN 0 ELSE {_REL} END)::TINYINT AS rel,
    ({words_sql(_AROUND)})::TINYINT AS words, coalesce(position, -1)::INTEGER AS position,
    {day_sql("first_seen")} AS first_day, {day_sql("last_seen")} AS last_day
"""


def _link_rows(
    ask: Queries,
    rows: PageRows,
    addresses: npt.NDArray[np.uint64],
    target_of: Ints,
    words: npt.NDArray[np.uint64],
    hosts: npt.NDArray[np.uint64],
) -> Links:
    """The columns of links, in order. Each wide column is given up as soon as it has become a narrow one."""
    found = ask.columns(f"SELECT {_LINK_COLUMNS} FROM {{links}}")
    page = places(found.pop("page"), rows.urls)
    to = places(found.pop("to"), addresses)
    found["anchor"] = places(found["anchor"], words)
    link_id = found.pop("link_id")
    order = np.argsort(link_id, kind="stable")
    key = target_of[to].astype(np.int64) << 32 | rows.pages.site[page]
    order = order[np.argsort(key[order], kind="stable")]
    key = key[order]
    first = np.ones(len(key), np.bool_)
    first[1:] = key[1:] != key[:-1]
    pair = (np.cumsum(first) - 1).astype(np.int32)
    page, to, link_id = page[order], to[order], link_id[order]
    columns: dict[str, Any] = {name: found.pop(name)[order] for name in list(found)}
    columns["words"] |= rows.title_words[page] & ~CREDIT
    host = places(rows.hosts, hosts)
    return Links(
        link_id=link_id,
        source=rows.pages.site[page],
        target=target_of[to],
        pair=pair,
        page=page,
        host=host[page],
        to=to,
        **columns,
    )


def _pairs(links: Links) -> Pairs:
    count = int(links.pair[-1]) + 1 if len(links) else 0
    begin = np.searchsorted(links.pair, np.arange(count + 1, dtype=np.int32)).astype(np.int64)
    first = begin[:-1]
    return Pairs(links.source[first], links.target[first], first, begin[1:])
