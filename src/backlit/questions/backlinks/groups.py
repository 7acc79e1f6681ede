"""Single links grouped: by anchor text, by referring domain, by network, by the address they lead to."""

from __future__ import annotations

from typing import Literal

from backlit.questions.backlinks.links import quoted
from backlit.questions.backlinks.measures import marked, measures_sql, select_list
from backlit.questions.backlinks.scope import Relation
from backlit.questions.backlinks.tables import Chosen


def grouped(chosen: Chosen, kind: str, name: str, key: str, condition: str = "true") -> Relation:
    """One row for each value of ``key``, named ``name``, with all measures of its links; ``order_key`` is the value."""
    measures = measures_sql(chosen.ranks, chosen.scope.rank_scale)
    rows = f"(SELECT *, {key} AS _key FROM {chosen.table} WHERE {condition})"
    return Relation(
        f"SELECT '{kind}' AS \"type\", _key AS {quoted(name)}, {select_list(measures)}, _key AS order_key "
        f"FROM {marked(rows, ['_key'])} GROUP BY _key"
    )


def anchors(chosen: Chosen) -> Relation:
    """One row a text of links; '' for all that have none (images, redirects and the like too)."""
    return grouped(chosen, "backlinks_anchor", "anchor", "coalesce(anchor, '')")


def referring_domains(chosen: Chosen) -> Relation:
    """One row a referring registrable domain; its ``rank`` is what it passes to the target."""
    return grouped(chosen, "backlinks_referring_domain", "domain", "_domain")


def referring_networks(chosen: Chosen, network: Literal["ip", "subnet"] = "ip") -> Relation:
    """One row an address, or a subnet (/24, /48 of IPv6), of pages whose address is known."""
    key = "domain_from_ip" if network == "ip" else "_network"
    return grouped(chosen, "backlinks_referring_network", "network_address", key, f"{key} IS NOT NULL")


def domain_pages_summary(chosen: Chosen) -> Relation:
    """One row an address of the target that links lead to, in the end."""
    return grouped(chosen, "backlinks_page_summary", "url", "url_to")
