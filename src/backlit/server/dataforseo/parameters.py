"""What each parameter of a task may hold, how it is read, and what stands when it is absent.

A reader takes the value as JSON has it and raises ``ValueError`` for one that cannot be meant; the request then
names the parameter.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from backlit.server.dataforseo.dates import (
    HISTORY_BEGINS,
    SERIES_BEGIN,
    months_before,
    read_day,
    read_instant,
    today,
)
from backlit.server.dataforseo.targets import (
    read_excluded_list,
    read_listed,
    read_listed_pages,
    read_numbered,
    read_target,
)

LONGEST_TAG = 255
MOST_ROWS = 1000
MOST_OFFSET = 20_000
MOST_SORT_RULES = 3
_FURTHEST = 1 << 62
_LONGEST_TOKEN = 20_000
_LONGEST_FUNCTION = 255


class Parameter(NamedTuple):
    """One parameter. ``default`` may be a function, called when it is needed."""

    name: str
    read: Callable[[Any], Any]
    default: Any = None
    required: bool = False


def read_flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(value)
    return value


def read_text(longest: int) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not isinstance(value, str) or len(value) > longest:
            raise ValueError(value)
        return value

    return read


def read_whole(least: int, most: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(value)
        return value

    return read


def read_choice(*choices: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in choices:
            raise ValueError(value)
        return value

    return read


def read_list(value: Any) -> list[Any]:
    """A list as it stands; what is in it is read when it is known what it speaks of."""
    if not isinstance(value, list):
        raise ValueError(value)
    return value


def read_custom_mode(value: Any) -> dict[str, Any]:
    """``{"field": "domain" | "anchor", "value": how many of each}``."""
    if not isinstance(value, dict):
        raise ValueError(value)
    given = {key: each for key, each in value.items() if each is not None}
    if set(given) != {"field", "value"}:
        raise ValueError(value)
    return {
        "field": read_choice("domain", "anchor")(given["field"]),
        "value": read_whole(1, MOST_ROWS)(given["value"]),
    }


def read_day_since(first: Callable[[], date]) -> Callable[[Any], date]:
    """A day that is neither before the first one nor after today."""

    def read(value: Any) -> date:
        day = read_day(value)
        if not first() <= day <= today():
            raise ValueError(value)
        return day

    return read


def read_function(value: Any) -> str:
    """A function by its name (`summary`) or by its path, whole or in part (`summary/live`)."""
    path = read_text(_LONGEST_FUNCTION)(value).strip("/")
    name = path.removesuffix(".ai").removesuffix("/live").removeprefix("v3/")
    return name.rpartition("/")[2]


def _year_ago() -> date:
    return months_before(today(), 12)


def _month_ago() -> date:
    return months_before(today(), 1)


TARGET = Parameter("target", read_target, required=True)
HOST = Parameter("target", lambda value: read_target(value, "host"), required=True)
DOMAIN = Parameter("target", lambda value: read_target(value, "domain"), required=True)
NUMBERED = Parameter("targets", read_numbered, required=True)
LISTED = Parameter("targets", read_listed, required=True)
LISTED_PAGES = Parameter("targets", read_listed_pages, required=True)
BACKLINKS_OFFSET = Parameter("offset", read_whole(0, MOST_OFFSET), 0)

HISTORY_FROM = Parameter("date_from", read_day_since(lambda: HISTORY_BEGINS), HISTORY_BEGINS)
SERIES_FROM = Parameter("date_from", read_day_since(lambda: SERIES_BEGIN))
BULK_FROM = Parameter("date_from", read_day_since(_year_ago), _month_ago)
DATETIME_FROM = Parameter("datetime_from", read_instant, required=True)
DATETIME_TO = Parameter("datetime_to", read_instant, required=True)
THOUSAND_TASKS = Parameter("limit", read_whole(1, MOST_ROWS), 1000)

_COMMON = {
    parameter.name: parameter
    for parameter in (
        Parameter("tag", read_text(LONGEST_TAG)),
        Parameter("filters", read_list),
        Parameter("backlinks_filters", read_list),
        Parameter("order_by", read_list),
        # The default depends on the form of the answer.
        Parameter("limit", read_whole(1, MOST_ROWS)),
        Parameter("offset", read_whole(0, _FURTHEST), 0),
        Parameter("internal_list_limit", read_whole(1, MOST_ROWS), 10),
        Parameter("backlinks_status_type", read_choice("live", "lost", "all"), "live"),
        Parameter("include_subdomains", read_flag, True),
        Parameter("include_indirect_links", read_flag, True),
        Parameter("exclude_internal_backlinks", read_flag, True),
        Parameter("rank_scale", read_choice("one_thousand", "one_hundred"), "one_thousand"),
        Parameter("mode", read_choice("as_is", "one_per_domain", "one_per_anchor"), "as_is"),
        Parameter("custom_mode", read_custom_mode),
        Parameter("search_after_token", read_text(_LONGEST_TOKEN)),
        Parameter("network_address_type", read_choice("ip", "subnet"), "ip"),
        Parameter("main_domain", read_flag, True),
        Parameter("exclude_large_domains", read_flag, True),
        Parameter("exclude_targets", read_excluded_list, ()),
        Parameter("intersection_mode", read_choice("all", "partial"), "all"),
        Parameter("date_to", read_day_since(lambda: date.min), today),
        Parameter("group_range", read_choice("day", "week", "month", "year"), "month"),
        Parameter("datetime_from", read_instant),
        Parameter("datetime_to", read_instant),
        Parameter("sort", read_choice("asc", "desc"), "asc"),
        Parameter("include_metadata", read_flag, False),
        Parameter("filtered_function", read_function),
    )
}


def named(names: str) -> tuple[Parameter, ...]:
    """The common parameters of these names, which blanks divide."""
    return tuple(_COMMON[name] for name in names.split())
