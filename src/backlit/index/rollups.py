"""The rollups: what most questions ask of a target, counted once when a bucket is written.

Each rollup is defined by one SQL statement over a relation of link rows, and questions about a
host, a prefix or one address run it. ``backlit.index.aggregate`` counts the same for whole
buckets, on arrays. The relation has the ``LINKS`` columns and two more: ``page`` and
``host_key``, any values that tell source pages and source hosts apart. Times are days.

Counts are of live links (``lost_at IS NULL``) unless they are called lost. Every statement is
fully ordered, so equal links give equal files.
"""

from __future__ import annotations

_LIVE = "lost_at IS NULL"

_TOTALS = f"""
SELECT target_domain,
  count(*) FILTER ({_LIVE}) AS links,
  count(*) FILTER (NOT ({_LIVE})) AS lost_links,
  count(DISTINCT source_domain) FILTER ({_LIVE}) AS referring_domains,
  count(DISTINCT source_domain) - count(DISTINCT source_domain) FILTER ({_LIVE}) AS lost_domains,
  count(DISTINCT source_site) FILTER ({_LIVE}) AS referring_sites,
  count(DISTINCT host_key) FILTER ({_LIVE}) AS referring_hosts,
  count(DISTINCT page) FILTER ({_LIVE}) AS referring_pages,
  count(*) FILTER ({_LIVE} AND follow) AS follow_links,
  count(*) FILTER ({_LIVE} AND NOT follow) AS nofollow_links,
  count(*) FILTER ({_LIVE} AND follow IS NULL) AS unknown_follow_links,
  count(*) FILTER ({_LIVE} AND hidden) AS hidden_links,
  count(DISTINCT source_domain) FILTER ({_LIVE} AND follow) AS follow_domains,
  count(DISTINCT target_url) FILTER ({_LIVE}) AS target_pages,
  CAST(min(first_seen) AS DATE) AS first_seen, CAST(max(last_seen) AS DATE) AS last_seen
FROM {{relation}} GROUP BY target_domain ORDER BY target_domain
"""

_REFERRING = f"""
SELECT target_domain, source_domain,
  count(DISTINCT source_site) FILTER ({_LIVE}) AS sites,
  count(DISTINCT host_key) FILTER ({_LIVE}) AS hosts,
  count(DISTINCT page) FILTER ({_LIVE}) AS pages,
  count(*) FILTER ({_LIVE}) AS links,
  count(*) FILTER ({_LIVE} AND follow) AS follow_links,
  count(*) FILTER ({_LIVE} AND NOT follow) AS nofollow_links,
  CASE WHEN count(placement) FILTER ({_LIVE}) > 0
    THEN count(*) FILTER ({_LIVE} AND placement IN ('content', 'list')) END AS content_links,
  count(*) FILTER (NOT ({_LIVE})) AS lost_links,
  CAST(min(first_seen) AS DATE) AS first_seen, CAST(max(last_seen) AS DATE) AS last_seen,
  CASE WHEN count(*) FILTER ({_LIVE}) = 0 THEN CAST(max(lost_at) AS DATE) END AS lost_at
FROM {{relation}} GROUP BY target_domain, source_domain ORDER BY target_domain, source_domain
"""

#: Facets of live links: name and the expression that gives the value as text.
FACETS = {
    "kind": "kind",
    "follow": "CASE follow WHEN true THEN 'follow' WHEN false THEN 'nofollow' END",
    "rel": "rel",
    "placement": "placement",
    "hidden": "CASE hidden WHEN true THEN 'hidden' WHEN false THEN 'visible' END",
    "tld": r"CASE WHEN NOT regexp_matches(source_domain, '^[0-9.]+$|^\[') AND contains(source_domain, '.') "
    "THEN string_split(source_domain, '.')[-1] END",
    "language": "source_language",
    "depth": "CASE depth WHEN 1 THEN 'table' WHEN 2 THEN 'wat' WHEN 3 THEN 'html' END",
    "origin": "origin",
}

_FACETS = (
    " UNION ALL ".join(
        f"SELECT target_domain, '{name}' AS facet, {expression} AS value, count(*) AS links, "
        f"count(DISTINCT source_domain) AS referring_domains FROM {{relation}} WHERE {_LIVE} GROUP BY ALL"
        for name, expression in FACETS.items()
    )
    + " ORDER BY target_domain, facet, links DESC, value NULLS LAST"
)

_ANCHORS = f"""
SELECT target_domain, anchor, alt, kind = 'image' AS image,
  count(*) AS links, count(DISTINCT source_domain) AS referring_domains,
  count(*) FILTER (follow) AS follow_links,
  CAST(min(first_seen) AS DATE) AS first_seen, CAST(max(last_seen) AS DATE) AS last_seen
FROM {{relation}} WHERE {_LIVE} AND kind IN ('anchor', 'image') GROUP BY target_domain, anchor, alt, image
ORDER BY target_domain, referring_domains DESC, links DESC, anchor NULLS LAST, alt NULLS LAST, image
"""

_TARGET_PAGES = f"""
SELECT target_domain, target_url,
  count(*) FILTER ({_LIVE}) AS links,
  count(DISTINCT source_domain) FILTER ({_LIVE}) AS referring_domains,
  count(*) FILTER ({_LIVE} AND follow) AS follow_links,
  count(*) FILTER (NOT ({_LIVE})) AS lost_links,
  CAST(min(first_seen) AS DATE) AS first_seen, CAST(max(last_seen) AS DATE) AS last_seen
FROM {{relation}} GROUP BY target_domain, target_url
ORDER BY target_domain, referring_domains DESC, links DESC, target_url
"""

# A pair of pages is new once and lost once, however many links it holds: copies that come and
# go on a page, or a link that becomes an image link, are neither.
_DAYS = """
WITH pairs AS (
  SELECT target_domain, source_domain, pair_id, min(first_seen) AS born,
    CASE WHEN count(lost_at) = count(*) THEN max(lost_at) END AS died
  FROM {relation} GROUP BY target_domain, source_domain, pair_id
), domains AS (
  SELECT target_domain, source_domain, min(born) AS born,
    CASE WHEN count(died) = count(*) THEN max(died) END AS died
  FROM pairs GROUP BY target_domain, source_domain
), events AS (
  SELECT target_domain, CAST(born AS DATE) AS day, count(*) AS new_links, 0 AS lost_links, 0 AS new_domains,
    0 AS lost_domains FROM pairs WHERE born IS NOT NULL GROUP BY ALL
  UNION ALL SELECT target_domain, CAST(died AS DATE), 0, count(*), 0, 0 FROM pairs WHERE died IS NOT NULL GROUP BY ALL
  UNION ALL SELECT target_domain, CAST(born AS DATE), 0, 0, count(*), 0 FROM domains WHERE born IS NOT NULL GROUP BY ALL
  UNION ALL SELECT target_domain, CAST(died AS DATE), 0, 0, 0, count(*) FROM domains WHERE died IS NOT NULL GROUP BY ALL
)
SELECT target_domain, day, CAST(sum(new_links) AS BIGINT) AS new_links, CAST(sum(lost_links) AS BIGINT) AS lost_links,
  CAST(sum(new_domains) AS BIGINT) AS new_domains, CAST(sum(lost_domains) AS BIGINT) AS lost_domains
FROM events GROUP BY target_domain, day ORDER BY target_domain, day
"""

_STATEMENTS = {
    "totals": _TOTALS,
    "referring": _REFERRING,
    "facets": _FACETS,
    "anchors": _ANCHORS,
    "target_pages": _TARGET_PAGES,
    "days": _DAYS,
}

#: The names of all rollups.
ROLLUPS = tuple(_STATEMENTS)


def rollup_statement(name: str, relation: str) -> str:
    """The SQL of one rollup over ``relation`` (a table name or a parenthesised select)."""
    return _STATEMENTS[name].replace("{relation}", relation)
