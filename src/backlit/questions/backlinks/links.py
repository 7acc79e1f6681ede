"""The table of single links of a scope: one row a link, with every field of a backlink row worked out.

All other figures are counted from this table. Beside the fields of the API it has columns for counting, which begin
with an underscore: ``_target`` (0, or the number of the target where there are several), ``_link`` (the link's id),
``_page``, ``_host`` (numbers of source page and source host, ``www.`` left aside), ``_domain`` (registrable domain of
the source), ``_network`` (its subnet), ``_flow`` (what the link hands on, on the scale of ``rank``), ``_born`` (when
first seen, or else the day of its snapshot) and ``_lost`` (when lost).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import duckdb

from backlit.index import Reader
from backlit.questions.backlinks.hops import Hops, Stored
from backlit.questions.backlinks.places import (
    country_sql,
    is_ip_sql,
    networks_of,
    platform_sql,
    suffix_sql,
)
from backlit.questions.backlinks.rank import Ranks, on_scale
from backlit.questions.backlinks.scope import Scope
from backlit.questions.backlinks.sources import DOFOLLOW, write_raw
from backlit.questions.backlinks.spam import link_spam_sql, page_spam_sql
from backlit.settings import default

#: Fields of the API, in its order.
FIELDS = (
    "type", "domain_from", "url_from", "url_from_https", "domain_to", "url_to", "url_to_https", "tld_from", "is_new",
    "is_lost", "backlink_spam_score", "rank", "page_from_rank", "domain_from_rank", "domain_from_platform_type",
    "domain_from_is_ip", "domain_from_ip", "domain_from_country", "page_from_external_links",
    "page_from_internal_links", "page_from_size", "page_from_encoding", "page_from_language", "page_from_title",
    "page_from_status_code", "first_seen", "prev_seen", "last_seen", "item_type", "attributes", "dofollow", "original",
    "alt", "image_url", "anchor", "text_pre", "text_post", "semantic_location", "links_count", "group_count",
    "is_broken", "url_to_status_code", "url_to_spam_score", "url_to_redirect_target",
    "ranked_keywords_info.page_from_keywords_count_top_3", "ranked_keywords_info.page_from_keywords_count_top_10",
    "ranked_keywords_info.page_from_keywords_count_top_100", "is_indirect_link", "indirect_link_path",
)  # fmt: skip
#: Columns for counting.
COUNTING = ("_target", "_link", "_page", "_host", "_domain", "_network", "_flow", "_born", "_lost")
#: Fields that are ranks.
RANKS = ("rank", "page_from_rank", "domain_from_rank")

#: Up to so many domains only their own pages are read through.
_FEW_DOMAINS = 64
_IPV4 = r"((25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(25[0-5]|2[0-4]\d|1?\d?\d)"


def quoted(name: str) -> str:
    """A column name as SQL."""
    return '"' + name.replace('"', '""') + '"'


def write_links(
    cursor: duckdb.DuckDBPyConnection,
    reader: Reader,
    scope: Scope,
    hops: Hops,
    scale: float,
    name: str,
    stored: Stored | None = None,
) -> None:
    """Make the table ``name`` of the single links of ``scope``; ``scale`` multiplies what links hand on."""
    write_raw(cursor, reader, scope, hops, scale, stored)
    write_fields(cursor, reader, name, domain=scope.domain, scope=scope)


def write_fields(
    cursor: duckdb.DuckDBPyConnection,
    reader: Reader,
    name: str,
    *,
    domain: str | None = None,
    scope: Scope | None = None,
    temporary: bool = False,
) -> None:
    """Make the table ``name`` from the stored rows in ``raw``, which is dropped; ``scope`` may have a condition.

    ``domain``: that of all targets, if it is one.
    """
    ranks = Ranks(*reader.equity_scale)
    _write_hosts(cursor, reader, ranks)
    _write_pages(cursor, reader)
    _write_targets(cursor, reader, domain)
    flow = f"CASE WHEN NOT {DOFOLLOW} THEN 0 ELSE r.source_rank * r.part * {ranks.damping!r} * r.scale END"
    rows = (
        f"SELECT r.*, {DOFOLLOW} AS dofollow, {flow} AS flow, {_item_type('r.kind')} AS item_type FROM raw r"
    )
    columns = ", ".join(f"{sql} AS {quoted(field)}" for field, sql in _fields(ranks).items())
    select = (
        f"SELECT {columns} FROM ({rows}) r JOIN source_pages p ON p.url = r.source_url "
        "JOIN source_hosts h ON h.host = r.source_host LEFT JOIN target_pages t ON t.url = r.url_to"
    )
    params: list[Any] = []
    if scope is not None and scope.condition is not None:
        select, params = conditioned(select, scope), list(scope.condition.parameters)
    cursor.execute(f"CREATE {'TEMP ' if temporary else ''}TABLE {name} AS {select}", params)
    for table in ("raw", "source_pages", "source_hosts", "target_pages"):
        cursor.execute(f"DROP TABLE temp.{table}")


def conditioned(select: str, scope: Scope) -> str:
    """The rows of ``select`` that pass the scope's condition, which reads ranks on the scope's scale."""
    assert scope.condition is not None
    if scope.rank_scale == "one_thousand":
        return f"SELECT * FROM ({select}) WHERE {scope.condition.sql}"
    # The condition is tested on rows with converted ranks, and those that pass are kept as they were.
    kept = ", ".join(f"{quoted('=' + field)} AS {quoted(field)}" for field in RANKS)
    both = ", ".join(f"{quoted(field)} AS {quoted('=' + field)}" for field in RANKS)
    scaled = ", ".join(f"{on_scale(quoted(field), scope.rank_scale)} AS {quoted(field)}" for field in RANKS)
    copies = ", ".join(quoted("=" + field) for field in RANKS)
    return (
        f"SELECT * EXCLUDE ({copies}) REPLACE ({kept}) FROM (SELECT * REPLACE ({scaled}), {both} FROM ({select})) "
        f"WHERE {scope.condition.sql}"
    )


def _write_hosts(cursor: duckdb.DuckDBPyConnection, reader: Reader, ranks: Ranks) -> None:
    is_ip = is_ip_sql("host")
    # Where there are no facts about hosts, a plan without the list of systems is much smaller.
    hosts = "SELECT host, NULL AS ip FROM range(0) t(host)"
    platform = "CAST(NULL AS VARCHAR[])"
    if reader.files("hosts"):
        hosts = f"SELECT host, ip, cms FROM {reader.hosts_sql()}"
        platform = platform_sql("f.cms")
    bare = "CASE WHEN starts_with(host, 'www.') AND host <> domain THEN substr(host, 5) ELSE host END"
    cursor.execute(
        f"""CREATE TEMP TABLE source_hosts AS
WITH names AS (
  SELECT source_host AS host, min(source_domain) AS domain, max(source_authority) AS authority
  FROM raw GROUP BY source_host
), told AS (
  SELECT *, {bare} AS bare, {is_ip} AS is_ip, {suffix_sql("domain", is_ip)} AS suffix FROM names
)
SELECT n.*, CAST(dense_rank() OVER (ORDER BY bare) AS INTEGER) AS id, {country_sql("suffix")} AS country,
  {platform} AS platform, {ranks.sql(ranks.inflow_sql("authority"))} AS rank,
  coalesce(f.ip, CASE WHEN n.is_ip THEN n.host END) AS ip
FROM told n LEFT JOIN ({hosts}) f ON f.host = n.host"""
    )


def _write_pages(cursor: duckdb.DuckDBPyConnection, reader: Reader) -> None:
    names = [name for (name,) in cursor.execute("SELECT DISTINCT domain FROM source_hosts").fetchall()]
    with _pages_of(cursor, reader, names) as (pages, params):
        _write_pages_of(cursor, pages, params)


@contextlib.contextmanager
def _pages_of(
    cursor: duckdb.DuckDBPyConnection, reader: Reader, domains: Sequence[str]
) -> Iterator[tuple[str, list[Any]]]:
    """A relation of the pages of some domains (perhaps of others too), and its parameters."""
    held = reader.pages_held(domains)
    if held is not None:
        cursor.register("held_pages", held)
        try:
            yield "held_pages", []
        finally:
            cursor.unregister("held_pages")
    elif len(domains) <= _FEW_DOMAINS:
        yield reader.pages_of_sql(domains)
    else:  # it is not worth the while to look for the files of each
        yield reader.pages_sql(), []


def _write_pages_of(cursor: duckdb.DuckDBPyConnection, pages: str, params: list[Any]) -> None:
    spam = page_spam_sql("q", "h.host", "h.domain")
    cursor.execute(
        f"""CREATE TEMP TABLE source_pages AS
SELECT p.url, CAST(row_number() OVER () AS INTEGER) AS id, q.title, q.language, q.encoding, q.status, q.external_links,
  q.internal_links, coalesce(q.first_seen, q.fetched_at, p.seen_first) AS first_seen,
  coalesce(q.fetched_at, p.seen_last) AS fetched_at,
  {spam} AS spam, coalesce(q.ip, h.ip) AS given_ip,
  CAST(NULL AS VARCHAR) AS ip, CAST(NULL AS VARCHAR) AS network,
  length(regexp_extract_all(split_part(regexp_replace(p.url, '^https?://[^/]*', ''), '?', 1), '[^/]+')) AS depth
FROM (
  SELECT source_url AS url, min(source_host) AS host, max(coalesce(last_seen, first_seen)) AS seen_last,
    min(first_seen) AS seen_first FROM raw GROUP BY source_url
) p
JOIN source_hosts h ON h.host = p.host LEFT JOIN {pages} q ON q.url = p.url""",
        params,
    )
    cursor.execute(
        "UPDATE temp.source_pages SET ip = given_ip, "
        "network = regexp_replace(given_ip, '[0-9]+$', '0/24') WHERE regexp_full_match(given_ip, ?)",
        [_IPV4],
    )
    others = cursor.execute(
        "SELECT DISTINCT given_ip FROM source_pages WHERE given_ip IS NOT NULL AND ip IS NULL"
    ).fetchall()
    if others:
        cursor.register("networks", networks_of([ip for (ip,) in others]))
        cursor.execute(
            "UPDATE temp.source_pages SET ip = n.ip, network = n.subnet FROM networks n WHERE given_ip = n.given"
        )
        cursor.unregister("networks")


def _write_targets(cursor: duckdb.DuckDBPyConnection, reader: Reader, domain: str | None) -> None:
    host = r"regexp_extract(q.url, '^https?://(\[[^\]]*\]|[^/:?#]*)', 1)"
    spam = page_spam_sql("q", host, "q.domain")
    select = f"""CREATE TEMP TABLE target_pages AS
SELECT u.url, {host.replace("q.url", "u.url")} AS host, q.status, {spam} AS spam
FROM (SELECT DISTINCT url_to AS url FROM raw) u"""
    if domain is None:
        cursor.execute(f"{select} LEFT JOIN {reader.pages_sql()} q ON q.url = u.url")
        return
    with _pages_of(cursor, reader, [domain]) as (pages, params):
        own = f"(SELECT * FROM {pages} WHERE domain = ?)"
        cursor.execute(f"{select} LEFT JOIN {own} q ON q.url = u.url", [*params, domain])


def _item_type(kind: str) -> str:
    """Frames and forms are none of the kinds there; they are links of elements other than ``a``."""
    return f"CASE WHEN {kind} IN ('frame', 'form') THEN 'link' ELSE {kind} END"


def _fields(ranks: Ranks) -> dict[str, str]:
    """The SQL of each column over rows ``r``, source pages ``p``, source hosts ``h`` and target pages ``t``."""
    decay = default().weights.depth_decay
    page_rank = ranks.sql(f"({ranks.inflow_sql('h.authority')} * pow({decay!r}, p.depth))")
    stands = "r.kind IN ('anchor', 'image', 'frame', 'form')"
    unknown = "CAST(NULL AS INTEGER)"
    found = {
        "type": "'backlink'",
        "domain_from": "r.source_host",
        "url_from": "r.source_url",
        "url_from_https": "starts_with(r.source_url, 'https:')",
        "domain_to": "t.host",
        "url_to": "r.url_to",
        "url_to_https": "starts_with(r.url_to, 'https:')",
        "tld_from": "h.suffix",
        "is_new": "r.lost_at IS NULL AND r.first_seen >= p.fetched_at",
        "is_lost": "r.lost_at IS NOT NULL",
        "backlink_spam_score": link_spam_sql("p.spam", "r.hidden"),
        "rank": ranks.sql("r.flow"),
        "page_from_rank": page_rank,
        "domain_from_rank": "h.rank",
        "domain_from_platform_type": "h.platform",
        "domain_from_is_ip": "h.is_ip",
        "domain_from_ip": "p.ip",
        "domain_from_country": "h.country",
        "page_from_external_links": "p.external_links",
        "page_from_internal_links": "p.internal_links",
        "page_from_size": unknown,
        "page_from_encoding": "p.encoding",
        "page_from_language": "coalesce(p.language, r.source_language)",
        "page_from_title": "p.title",
        "page_from_status_code": "CAST(p.status AS INTEGER)",
        "first_seen": "r.first_seen",
        "prev_seen": "CASE WHEN r.first_seen < r.last_seen THEN r.first_seen END",
        "last_seen": "r.last_seen",
        "item_type": "r.item_type",
        "attributes": f"CASE WHEN {stands} AND r.rel <> '' THEN string_split(r.rel, ' ') END",
        "dofollow": "r.dofollow",
        "original": "r.first_seen <= p.first_seen",
        "alt": "CASE WHEN r.kind = 'image' THEN r.alt END",
        "image_url": "CAST(NULL AS VARCHAR)",
        "anchor": "CASE WHEN r.kind = 'anchor' THEN r.anchor END",
        "text_pre": "nullif(r.text_before, '')",
        "text_post": "nullif(r.text_after, '')",
        "semantic_location": "nullif(r.semantic_location, '')",
        "links_count": "CAST(count(*) OVER (PARTITION BY r.no, p.id) AS INTEGER)",
        "group_count": "0",
        "is_broken": "t.status >= 400",
        "url_to_status_code": "CAST(t.status AS INTEGER)",
        "url_to_spam_score": "t.spam",
        "url_to_redirect_target": "CAST(NULL AS VARCHAR)",
        "ranked_keywords_info.page_from_keywords_count_top_3": unknown,
        "ranked_keywords_info.page_from_keywords_count_top_10": unknown,
        "ranked_keywords_info.page_from_keywords_count_top_100": unknown,
        "is_indirect_link": "r.path IS NOT NULL",
        "indirect_link_path": "r.path",
        "_target": "r.no",
        "_link": "r.link_id",
        "_page": "p.id",
        "_host": "h.id",
        "_domain": "h.domain",
        "_network": "p.network",
        "_flow": "r.flow",
        "_born": "coalesce(r.first_seen, r.last_seen, try_cast(r.snapshot AS TIMESTAMP), r.lost_at)",
        "_lost": "r.lost_at",
    }
    assert tuple(found) == FIELDS + COUNTING
    return found
