"""Domains, or hosts, that the referring domains of a target link to as well."""

from __future__ import annotations

import pyarrow as pa

from backlit.questions.backlinks.hops import foreign_canonicals, hops_of_many
from backlit.questions.backlinks.rank import on_scale
from backlit.questions.backlinks.scope import Relation, Scope
from backlit.questions.backlinks.sources import NARROW, write_raw_of_many
from backlit.questions.backlinks.tables import Chosen
from backlit.settings import default
from backlit.web.domain import split_host
from backlit.web.target import Target
from backlit.web.url import host_of

#: Domains that redirects and canonicals lead to, for which indirect links are looked up.
_MOST_LED_TO = 500


def competitors(chosen: Chosen, main_domain: bool = True, exclude_large_domains: bool = True) -> Relation:
    """``target, rank, intersections``: how many of the target's referring registrable domains refer there too.

    ``main_domain``: registrable domains, else single hosts (without ``www.``). Live links from elsewhere count, and
    indirect ones unless the scope leaves them out. ``exclude_large_domains`` leaves out those that at least
    ``backlinks.large_domains`` domains, and ``backlinks.large_share`` of all that link anywhere, refer to. ``rank`` is
    the registrable domain's own.
    """
    reader, rules, ranks = chosen.reader, default().backlinks, chosen.ranks
    led = _write_led(chosen) if chosen.scope.include_indirect else False
    sources = f"SELECT DISTINCT _domain FROM {chosen.table}"
    params: list[object] = []
    if main_domain:
        pairs = (
            "SELECT target_domain AS target, target_domain AS domain, source_domain "
            f"FROM {reader.table_sql('referring')} WHERE links > 0 AND source_domain <> target_domain"
        )
    else:
        links, params = reader.links_sql(with_authority=False)
        pairs = (
            f"SELECT DISTINCT {_bare('target_host', 'target_domain')} AS target, target_domain AS domain, "
            f"source_domain FROM ({links}) WHERE lost_at IS NULL AND source_domain <> target_domain"
        )
    if led:
        host = _bare(r"regexp_extract(url_to, '^https?://(\[[^\]]*\]|[^/:?#]*)', 1)", "led_domain")
        pairs = (
            f"SELECT * FROM ({pairs}) WHERE domain NOT IN (SELECT led_domain FROM temp.led_to) "
            f"UNION ALL SELECT DISTINCT {'led_domain' if main_domain else host}, led_domain, source_domain "
            "FROM temp.led_links"
        )
    shared = (
        "SELECT target, any_value(domain) AS domain, count(*) AS intersections "
        f"FROM ({pairs}) WHERE domain <> ? AND source_domain IN ({sources}) GROUP BY target"
    )
    params.append(chosen.scope.domain)
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


def _bare(host: str, domain: str) -> str:
    """A host without ``www.``, unless that is part of its registrable domain."""
    return (
        f"CASE WHEN starts_with({host}, 'www.') AND {host} <> {domain} THEN substr({host}, 5) ELSE {host} END"
    )


def _write_led(chosen: Chosen) -> bool:
    """Make the temporary tables ``led_to`` (``led_domain``: domains to which addresses elsewhere lead) and
    ``led_links`` (``led_domain, source_domain, url_to`` of all links to these); false for none, or too many."""
    reader, cursor = chosen.reader, chosen.cursor
    named = chosen.fetch(
        f"SELECT DISTINCT target_domain FROM {reader.table_sql('facets')} "
        "WHERE facet = 'kind' AND value IN ('redirect', 'canonical') AND target_domain <> ? LIMIT ?",
        [chosen.scope.domain, _MOST_LED_TO + 1],
    )
    names = {name for (name,) in named} | foreign_canonicals(reader).keys() - {chosen.scope.domain}
    if not names or len(names) > _MOST_LED_TO:
        return False
    hops = hops_of_many(reader, sorted(names))
    led = sorted(domain for domain, each in hops.items() if any(_elsewhere(url, domain) for url in each))
    if not led:
        return False
    scopes = {no: Scope(Target("domain", domain, None, None, domain)) for no, domain in enumerate(led)}
    write_raw_of_many(cursor, reader, scopes, hops, {}, columns=NARROW)
    cursor.register(
        "led_names", pa.table({"no": pa.array(range(len(led)), pa.int32()), "led_domain": pa.array(led)})
    )
    cursor.execute("CREATE OR REPLACE TEMP TABLE led_to AS SELECT led_domain FROM led_names")
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE led_links AS "
        "SELECT DISTINCT n.led_domain, r.source_domain, r.url_to FROM raw r JOIN led_names n USING (no)"
    )
    cursor.unregister("led_names")
    cursor.execute("DROP TABLE temp.raw")
    return True


def _elsewhere(url: str, domain: str) -> bool:
    return split_host(host_of(url))[0] != domain
