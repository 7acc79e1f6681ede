"""What is counted of single links, whatever they are grouped by: one list of expressions for every answer.

Counts are of links, of referring pages, hosts and registrable domains, of addresses and networks. The maps count
one link a referring page: the one of the highest rank in the group.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from backlit.questions.backlinks.links import quoted
from backlit.questions.backlinks.rank import Ranks, on_scale

#: The maps, and what each counts of a link.
MAPS = {
    "referring_links_tld": "coalesce(tld_from, '')",
    "referring_links_types": "coalesce(item_type, '')",
    "referring_links_attributes": "attributes",
    "referring_links_platform_types": "coalesce(domain_from_platform_type, ['unknown'])",
    "referring_links_semantic_locations": "coalesce(semantic_location, '')",
    "referring_links_countries": "coalesce(domain_from_country, '')",
}
_LISTS = ("referring_links_attributes", "referring_links_platform_types")

#: What is counted by its distinct values, and by which.
COUNTS = {
    "referring_domains": "_host",
    "referring_main_domains": "_domain",
    "referring_ips": "domain_from_ip",
    "referring_subnets": "_network",
    "referring_pages": "_page",
}
#: Of these also those with a link that is not followed.
OF_NOFOLLOW = ("referring_domains", "referring_main_domains", "referring_pages")

#: The best link of a page comes first.
BEST = "rank DESC NULLS LAST, _flow DESC NULLS LAST, _link"


def counts_sql() -> dict[str, str]:
    """Counts of referring things, and of those with a link that is not followed."""
    found = {}
    for name, column in COUNTS.items():
        found[name] = f"count(DISTINCT {column})"
        if name in OF_NOFOLLOW:
            found[name + "_nofollow"] = f"count(DISTINCT {column}) FILTER (NOT dofollow)"
    return found


def rank_sql(ranks: Ranks, scale: str) -> str:
    """The rank that links pass together; 0 of no link."""
    rank = ranks.sql("sum(_flow)")
    return on_scale(f"CASE WHEN count(*) = 0 THEN 0 ELSE {rank} END", scale)


def measures_sql(ranks: Ranks, scale: str, *, maps: bool = True) -> dict[str, str]:
    """Every measure by its name, over rows of ``marked``."""
    found = {
        "rank": rank_sql(ranks, scale),
        "backlinks": "count(*)",
        "first_seen": "min(first_seen)",
        "lost_date": "CASE WHEN count(*) FILTER (NOT is_lost) = 0 THEN max(_lost) END",
        "backlinks_spam_score": "CAST(round(avg(backlink_spam_score)) AS INTEGER)",
        "broken_backlinks": "count(*) FILTER (is_broken)",
        "broken_pages": "count(DISTINCT url_to) FILTER (is_broken)",
        **counts_sql(),
    }
    for name, value in MAPS.items() if maps else ():
        if name in _LISTS:
            counted = (
                f"list_aggregate(flatten(list({value}) FILTER (_first AND {value} IS NOT NULL)), 'histogram')"
            )
        else:
            counted = f"histogram({value}) FILTER (_first)"
        found[name] = f"CAST({counted} AS MAP(VARCHAR, INTEGER))"
    return found


#: The names of all measures, in the order of the API.
MEASURES = tuple(measures_sql(Ranks(0, 0, 0), "one_thousand"))


def is_count(name: str) -> bool:
    """Whether a measure is 0, and not unknown, where there are no links."""
    return name in ("rank", "backlinks", "backlinks_nofollow") or (
        name.startswith(("broken_", "referring_")) and "_links_" not in name
    )


def filled(row: str, names: Iterable[str], prefix: str = "") -> dict[str, str]:
    """The measures of an alias ``row`` that may be missing, under ``prefix``: without it counts are 0."""
    found = {}
    for name in names:
        value = f"{row}.{quoted(name)}"
        if name == "rank":  # it may also be unknown
            value = f"CASE WHEN {row}.backlinks IS NULL THEN 0 ELSE {value} END"
        elif is_count(name):
            value = f"coalesce({value}, 0)"
        found[prefix + name] = value
    return found


def marked(links: str, keys: Sequence[str] = ()) -> str:
    """The rows of ``links`` with ``_first``: whether a link is the best of its page, within the groups of ``keys``."""
    by = ", ".join([*keys, "_page"])
    return f"(SELECT *, row_number() OVER (PARTITION BY {by} ORDER BY {BEST}) = 1 AS _first FROM {links})"


def select_list(columns: dict[str, str]) -> str:
    """Expressions by name as a select list."""
    return ", ".join(f"{sql} AS {quoted(name)}" for name, sql in columns.items())
