"""The endpoints: where they are, what they take, and which kind of item they answer with.

What a parameter may hold is said once, in ``parameters``; here stands which endpoint takes which.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from backlit.server.dataforseo import fields
from backlit.server.dataforseo.fields import Table
from backlit.server.dataforseo.parameters import (
    BACKLINKS_OFFSET,
    BULK_FROM,
    DATETIME_FROM,
    DATETIME_TO,
    DOMAIN,
    HISTORY_FROM,
    HOST,
    LISTED,
    LISTED_PAGES,
    NUMBERED,
    SERIES_FROM,
    TARGET,
    THOUSAND_TASKS,
    Parameter,
    named,
)

Method = Literal["GET", "POST"]


class Endpoint(NamedTuple):
    """One endpoint, at ``path`` below ``/v3``.

    ``function`` is its name in answers; ``table`` has the fields of its items.
    """

    path: str
    function: str
    parameters: tuple[Parameter, ...] = ()
    table: Table | None = None
    method: Method = "POST"

    @property
    def live(self) -> bool:
        """Whether it takes one task at a time."""
        return self.path.endswith("/live")

    @property
    def api(self) -> str:
        """The part of the service it belongs to."""
        return self.path.partition("/")[0]

    @property
    def known(self) -> frozenset[str]:
        """The keys that a task may have."""
        return frozenset(parameter.name for parameter in self.parameters)


def _get(path: str) -> Endpoint:
    return Endpoint(path, path.rpartition("/")[2], method="GET")


def _live(function: str, table: Table, names: str, *others: Parameter) -> Endpoint:
    return Endpoint(f"backlinks/{function}/live", function, (*others, *named(f"{names} tag")), table)


_SCOPE = "include_subdomains exclude_internal_backlinks backlinks_status_type rank_scale"
_COUNTED = f"{_SCOPE} internal_list_limit backlinks_filters"
_INDIRECT = f"{_COUNTED} include_indirect_links"
_PAGED = "filters order_by limit offset"

ENDPOINTS: tuple[Endpoint, ...] = (
    _get("backlinks/index"),
    _get("backlinks/available_filters"),
    _get("appendix/user_data"),
    Endpoint(
        "backlinks/id_list",
        "id_list",
        (DATETIME_FROM, DATETIME_TO, THOUSAND_TASKS, *named("offset sort include_metadata")),
    ),
    Endpoint(
        "backlinks/errors",
        "errors",
        (THOUSAND_TASKS, *named("offset filtered_function datetime_from datetime_to")),
    ),
    _live("summary", fields.SUMMARY, _INDIRECT, TARGET),
    _live("history", fields.HISTORY, "date_to rank_scale", DOMAIN, HISTORY_FROM),
    _live(
        "backlinks",
        fields.BACKLINKS,
        f"{_SCOPE} filters order_by limit mode custom_mode search_after_token",
        TARGET,
        BACKLINKS_OFFSET,
    ),
    _live("anchors", fields.ANCHORS, f"{_PAGED} {_INDIRECT}", TARGET),
    _live("domain_pages", fields.PAGES, f"{_PAGED} {_COUNTED}", HOST),
    _live("domain_pages_summary", fields.PAGES_SUMMARY, f"{_PAGED} {_INDIRECT}", TARGET),
    _live("referring_domains", fields.DOMAINS, f"{_PAGED} {_INDIRECT}", TARGET),
    _live("referring_networks", fields.NETWORKS, f"{_PAGED} {_INDIRECT} network_address_type", TARGET),
    _live(
        "competitors",
        fields.COMPETITORS,
        f"{_PAGED} exclude_internal_backlinks rank_scale main_domain exclude_large_domains",
        TARGET,
    ),
    _live(
        "domain_intersection",
        fields.DOMAIN_INTERSECTION,
        f"exclude_targets {_PAGED} {_INDIRECT} intersection_mode",
        NUMBERED,
    ),
    _live(
        "page_intersection",
        fields.PAGE_INTERSECTION,
        f"exclude_targets {_PAGED} {_SCOPE} include_indirect_links internal_list_limit intersection_mode",
        NUMBERED,
    ),
    _live(
        "timeseries_summary",
        fields.SERIES,
        "date_to group_range include_subdomains rank_scale",
        DOMAIN,
        SERIES_FROM,
    ),
    _live(
        "timeseries_new_lost_summary",
        fields.NEW_LOST,
        "date_to group_range include_subdomains",
        DOMAIN,
        SERIES_FROM,
    ),
    _live("bulk_ranks", fields.BULK_RANKS, "rank_scale", LISTED),
    _live("bulk_backlinks", fields.BULK_BACKLINKS, "", LISTED),
    _live("bulk_spam_score", fields.BULK_SPAM, "", LISTED),
    _live("bulk_referring_domains", fields.BULK_DOMAINS, "", LISTED),
    _live("bulk_new_lost_backlinks", fields.BULK_NEW_LOST, "", LISTED, BULK_FROM),
    _live("bulk_new_lost_referring_domains", fields.BULK_NEW_LOST_DOMAINS, "", LISTED, BULK_FROM),
    _live("bulk_pages_summary", fields.BULK_PAGES, "include_subdomains rank_scale", LISTED_PAGES),
)

BY_PATH: dict[str, Endpoint] = {endpoint.path: endpoint for endpoint in ENDPOINTS}
