"""The whole of a scope in one row: ``summary``."""

from __future__ import annotations

from backlit.questions.backlinks.links import quoted
from backlit.questions.backlinks.measures import filled, marked, measures_sql, select_list
from backlit.questions.backlinks.places import country_sql, is_ip_sql, platform_sql, suffix_sql
from backlit.questions.backlinks.rank import on_scale
from backlit.questions.backlinks.scope import Relation, Scope
from backlit.questions.backlinks.spam import page_spam_sql, visited_sql
from backlit.questions.backlinks.tables import Chosen


def own_rank(chosen: Chosen) -> int | None:
    """The rank of the target's registrable domain by its authority; 0 for a domain that no score knows."""
    authority = chosen.own.authority
    if authority is None:
        return 0
    return chosen.ranks.rank(chosen.ranks.inflow(authority))


def whole_rank(chosen: Chosen) -> str | None:
    """The SQL of the target's rank where it cannot be told from its links, ``None`` where it can.

    That is a domain none of whose links passes anything, while nothing is asked of them: its rank is its own.
    """
    if not chosen.scope.plain or chosen.own.total:
        return None
    rank = own_rank(chosen)
    return on_scale("CAST(NULL AS INTEGER)" if rank is None else str(rank), chosen.scope.rank_scale)


def summary(chosen: Chosen) -> Relation:
    """One row: every measure of the scope's links, and what is known of the target's own pages and host."""
    measures = measures_sql(chosen.ranks, chosen.scope.rank_scale)
    columns = filled("m", measures)
    columns["rank"] = whole_rank(chosen) or columns["rank"]
    facts, params = target_facts(chosen)
    names = ("crawled_pages", "internal_links_count", "external_links_count", *INFO)
    # Grouped by what is the same in all rows: several times as fast as without groups.
    counted = f"SELECT {select_list(measures)} FROM {marked(chosen.table)} GROUP BY _target"
    return Relation(
        f"SELECT {select_list(columns)}, {', '.join(f't.{quoted(name)}' for name in names)} "
        f"FROM ({facts}) t LEFT JOIN ({counted}) m ON true",
        tuple(params),
    )


INFO = (
    "info.server",
    "info.cms",
    "info.platform_type",
    "info.ip_address",
    "info.country",
    "info.is_ip",
    "info.target_spam_score",
)


def target_pages(scope: Scope) -> tuple[str, list[object]]:
    """A test of rows of ``PAGES`` for pages of the target."""
    sql, values = scope.stored_condition()
    named = sql.replace("target_url", "url").replace("target_host", "host")
    return f"domain = ? AND {named}", [scope.domain, *values]


def target_facts(chosen: Chosen) -> tuple[str, list[object]]:
    """One row about the target itself: its pages that were read, and what is known of its host."""
    reader, scope = chosen.reader, chosen.scope
    test, values = target_pages(scope)
    host = scope.host
    hosts = "SELECT NULL AS ip, NULL AS cms FROM range(0)"
    params: list[object] = [*values]
    if reader.files("hosts"):
        hosts = (
            f"SELECT ip, cms FROM {reader.hosts_sql()} WHERE host IN (?, ?) ORDER BY host = ? DESC LIMIT 1"
        )
        params += [host, "www." + host, scope.target.host or host]
    is_ip = is_ip_sql("n.host")
    suffix = suffix_sql("n.domain", is_ip)
    sql = f"""
SELECT p.crawled_pages, p.internal_links_count, p.external_links_count,
  CAST(NULL AS VARCHAR) AS "info.server", h.cms AS "info.cms", {platform_sql("h.cms")} AS "info.platform_type",
  coalesce(p.ip, h.ip, CASE WHEN {is_ip} THEN trim(n.host, '[]') END) AS "info.ip_address",
  {country_sql(suffix)} AS "info.country", {is_ip} AS "info.is_ip", p.spam AS "info.target_spam_score"
FROM (
  SELECT count(*) AS crawled_pages, coalesce(CAST(sum(internal_links) AS BIGINT), 0) AS internal_links_count,
    coalesce(CAST(sum(external_links) AS BIGINT), 0) AS external_links_count,
    mode(ip) AS ip, CAST(round(avg({page_spam_sql("q", "q.host", "q.domain")})) AS INTEGER) AS spam
  FROM {reader.pages_sql(scope.domain)} q WHERE {visited_sql("q")} AND {test}
) p CROSS JOIN (SELECT CAST(? AS VARCHAR) AS host, CAST(? AS VARCHAR) AS domain) n LEFT JOIN ({hosts}) h ON true"""
    return sql, [*values, host, scope.domain, *params[len(values) :]]
