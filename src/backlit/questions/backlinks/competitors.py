"""Domains, or hosts, that the referring domains of a target link to as well."""

from __future__ import annotations

from backlit.questions.backlinks.rank import on_scale
from backlit.questions.backlinks.scope import Relation
from backlit.questions.backlinks.tables import Chosen
from backlit.settings import default


def competitors(chosen: Chosen, main_domain: bool = True, exclude_large_domains: bool = True) -> Relation:
    """``target, rank, intersections``: how many of the target's referring registrable domains link there too.

    ``main_domain``: registrable domains, else single hosts (without ``www.``). Only live links from elsewhere count,
    and no indirect ones. ``exclude_large_domains`` leaves out those that at least ``backlinks.large_domains`` domains,
    and ``backlinks.large_share`` of all that link anywhere, refer to. ``rank`` is the registrable domain's own.
    """
    reader, rules = chosen.reader, default().backlinks
    ranks = chosen.ranks
    sources = f"SELECT DISTINCT _domain FROM {chosen.table}"
    params: list[object] = [chosen.scope.domain]
    if main_domain:
        shared = (
            f"SELECT target_domain AS target, target_domain AS domain, count(*) AS intersections "
            f"FROM {reader.table_sql('referring')} WHERE links > 0 AND source_domain <> target_domain "
            f"AND target_domain <> ? AND source_domain IN ({sources}) GROUP BY target_domain"
        )
    else:
        links, more = reader.links_sql(with_authority=False)
        bare = (
            "CASE WHEN starts_with(target_host, 'www.') AND target_host <> target_domain "
            "THEN substr(target_host, 5) ELSE target_host END"
        )
        shared = (
            f"SELECT {bare} AS target, any_value(target_domain) AS domain, count(DISTINCT source_domain) "
            f"AS intersections FROM ({links}) WHERE lost_at IS NULL AND source_domain <> target_domain "
            f"AND target_domain <> ? AND source_domain IN ({sources}) GROUP BY ALL"
        )
        params = [*more, *params]
    large = "true"
    if exclude_large_domains:
        large = (
            "NOT (coalesce(d.referring_domains, 0) >= ? AND d.referring_domains >= ? * "
            f"(SELECT count(*) FROM {reader.domains_sql()} WHERE linked_domains > 0))"
        )
        params += [rules.large_domains, rules.large_share]
    rank = on_scale(f"coalesce({ranks.sql(ranks.inflow_sql('d.authority'))}, 0)", chosen.scope.rank_scale)
    return Relation(
        f"SELECT 'backlinks_competitors' AS \"type\", s.target, {rank} AS rank, "
        "CAST(s.intersections AS BIGINT) AS intersections, s.target AS order_key "
        f"FROM ({shared}) s LEFT JOIN {reader.domains_sql()} d ON d.domain = s.domain WHERE {large}",
        tuple(params),
    )
