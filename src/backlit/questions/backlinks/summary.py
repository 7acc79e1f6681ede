"""The whole of a scope in one row: ``summary``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backlit.index import Reader
from backlit.questions.backlinks.counted import counted
from backlit.questions.backlinks.links import quoted
from backlit.questions.backlinks.measures import MAPS, MEASURES, filled, select_list
from backlit.questions.backlinks.places import country_of, is_ip, platform_sql, suffix_of
from backlit.questions.backlinks.rank import on_scale
from backlit.questions.backlinks.scope import Relation, Scope
from backlit.questions.backlinks.spam import VISITED, page_spam_sql, visited_sql
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
    counts = counted(chosen)
    measures, values = _measures(chosen, counts or {})
    columns = filled("m", MEASURES)
    columns["rank"] = whole_rank(chosen) or columns["rank"]
    facts, params = target_facts(chosen)
    names = ("crawled_pages", "internal_links_count", "external_links_count", *INFO)
    return Relation(
        f"SELECT {select_list(columns)}, {', '.join(f't.{quoted(name)}' for name in names)} "
        f"FROM (SELECT {measures}) m, ({facts}) t",
        (*values, *params),
    )


def _measures(chosen: Chosen, counts: Mapping[str, Any]) -> tuple[str, list[object]]:
    """What was counted as a select list, and its parameters; NULL for what was not."""
    columns, values = dict[str, str](), list[object]()
    for name in MEASURES:
        value = counts.get(name)
        if name == "rank":
            # Written out: a sum of floats does not change by it.
            flow = counts.get("flow")
            sql = chosen.ranks.sql("CAST(NULL AS DOUBLE)" if flow is None else f"CAST({flow!r} AS DOUBLE)")
            columns[name] = on_scale(sql, chosen.scope.rank_scale)
        elif name in MAPS:
            columns[name] = "CAST(NULL AS MAP(VARCHAR, INTEGER))"
            if value is not None:
                columns[name] = "map(CAST(? AS VARCHAR[]), CAST(? AS INTEGER[]))"
                values += [list(value), list(value.values())]
        else:
            columns[name] = f"CAST(? AS {_TYPES.get(name, 'BIGINT')})"
            values.append(value)
    return select_list(columns), values


_TYPES = {"first_seen": "TIMESTAMP", "lost_date": "TIMESTAMP", "backlinks_spam_score": "INTEGER"}

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
    host, domain = scope.host, scope.domain
    address = is_ip(host)
    # Where there are no facts about hosts, a plan without the list of systems is much smaller.
    named = "SELECT CAST(NULL AS VARCHAR) AS ip, CAST(NULL AS VARCHAR) AS cms, CAST(NULL AS VARCHAR[]) AS platform"
    params: list[object] = []
    if reader.files("hosts"):
        named = (
            f"SELECT ip, cms, {platform_sql('cms')} AS platform FROM {reader.hosts_sql()} WHERE host IN (?, ?) "
            "ORDER BY host = ? DESC LIMIT 1"
        )
        params = [host, "www." + host, scope.target.host or host]
    pages = f"""
  SELECT count(*) AS crawled_pages, coalesce(CAST(sum(internal_links) AS BIGINT), 0) AS internal_links_count,
    coalesce(CAST(sum(external_links) AS BIGINT), 0) AS external_links_count,
    mode(ip) AS ip, CAST(round(avg({page_spam_sql("q", "q.host", "q.domain")})) AS INTEGER) AS spam
  FROM {reader.pages_sql(domain)} q WHERE {visited_sql("q")} AND {test}"""
    if not _visited(reader, domain):
        pages, values = (
            "SELECT CAST(0 AS BIGINT) AS crawled_pages, CAST(0 AS BIGINT) AS internal_links_count, "
            "CAST(0 AS BIGINT) AS external_links_count, CAST(NULL AS VARCHAR) AS ip, CAST(NULL AS INTEGER) AS spam",
            [],
        )
    sql = f"""
SELECT p.crawled_pages, p.internal_links_count, p.external_links_count,
  CAST(NULL AS VARCHAR) AS "info.server", h.cms AS "info.cms", h.platform AS "info.platform_type",
  coalesce(p.ip, h.ip, CAST(? AS VARCHAR)) AS "info.ip_address",
  CAST(? AS VARCHAR) AS "info.country", {str(address).lower()} AS "info.is_ip", p.spam AS "info.target_spam_score"
FROM ({pages}
) p LEFT JOIN ({named}) h ON true"""
    own = [host.strip("[]") if address else None, country_of(suffix_of(domain, host))]
    return sql, [*own, *values, *params]


def _visited(reader: Reader, domain: str) -> bool:
    """Whether some page of a domain may have been looked at (``visited_sql``); True where it is not held."""
    held = reader.pages_held([domain])
    return held is None or any(held[name].null_count < held.num_rows for name in VISITED)
