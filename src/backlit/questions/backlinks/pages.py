"""The pages of a target that are known, read or only linked to, with facts about each and its links."""

from __future__ import annotations

from backlit.questions.backlinks.measures import MEASURES, filled, marked, measures_sql, select_list
from backlit.questions.backlinks.places import is_ip_sql, platform_sql, suffix_sql
from backlit.questions.backlinks.scope import Relation
from backlit.questions.backlinks.spam import page_spam_sql
from backlit.questions.backlinks.summary import target_pages
from backlit.questions.backlinks.tables import Chosen


def domain_pages(chosen: Chosen) -> Relation:
    """One row a page of the target: what is known of it, and ``page_summary.``: the measures of its links."""
    reader, scope = chosen.reader, chosen.scope
    test, values = target_pages(scope)
    hosts = "SELECT NULL AS host, NULL AS ip, NULL AS cms FROM range(0)"
    if reader.files("hosts"):
        hosts = f"SELECT host, ip, cms FROM {reader.hosts_sql()}"
    host = r"regexp_extract(page, '^https?://(\[[^\]]*\]|[^/:?#]*)', 1)"
    is_ip = is_ip_sql("n.host")
    text, texts = "CAST(NULL AS VARCHAR)", "CAST(NULL AS VARCHAR[])"
    words = "CAST(NULL AS MAP(VARCHAR, VARCHAR))"
    columns = {
        "type": "'backlinks_domain_page'",
        "main_domain": "n.domain",
        "domain": "n.host",
        "tld": suffix_sql("n.domain", is_ip),
        "page": "n.page",
        "ip": f"coalesce(p.ip, h.ip, CASE WHEN {is_ip} THEN trim(n.host, '[]') END)",
        "first_visited": "coalesce(p.first_seen, p.fetched_at)",
        "prev_visited": "CASE WHEN p.first_seen < p.fetched_at THEN p.first_seen END",
        "fetch_time": "p.fetched_at",
        "status_code": "CAST(p.status AS INTEGER)",
        "location": text,
        "size": "CAST(NULL AS INTEGER)",
        "encoded_size": "CAST(NULL AS INTEGER)",
        "content_encoding": text,
        "media_type": text,
        "server": text,
        "meta.title": "p.title",
        "meta.canonical": "p.canonical",
        "meta.internal_links_count": "p.internal_links",
        "meta.external_links_count": "p.external_links",
        "meta.images_count": "CAST(NULL AS INTEGER)",
        "meta.words_count": "p.words",
        "meta.page_spam_score": page_spam_sql("p", "n.host", "n.domain"),
        "meta.social_media_tags": words,
        "meta.h_1": texts,
        "meta.h_2": texts,
        "meta.h_3": texts,
        "meta.images_alt": texts,
        "meta.powered_by": "CASE WHEN h.cms IS NOT NULL THEN [h.cms] END",
        "meta.language": "p.language",
        "meta.charset": "p.encoding",
        "meta.platform_type": platform_sql("h.cms"),
        "meta.technologies": words,
    }
    columns |= filled("m", MEASURES, "page_summary.")
    measures = select_list(measures_sql(chosen.ranks, scope.rank_scale))
    return Relation(
        f"""WITH measured AS (SELECT url_to, {measures} FROM {marked(chosen.table, ["url_to"])} GROUP BY url_to),
crawled AS (SELECT * FROM {reader.pages_sql(scope.domain)} WHERE {test}),
named AS (
  SELECT page, {host} AS host, CAST(? AS VARCHAR) AS domain
  FROM (SELECT url AS page FROM crawled UNION SELECT url_to FROM measured)
)
SELECT {select_list(columns)}, n.page AS order_key
FROM named n LEFT JOIN crawled p ON p.url = n.page LEFT JOIN measured m ON m.url_to = n.page
LEFT JOIN ({hosts}) h ON h.host = n.host""",
        (*values, scope.domain),
    )
