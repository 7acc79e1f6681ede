"""One task of a call: what was asked, read and checked.

Nulls mean absent: the service's Python client sends every parameter that is not set as null. Keys that the
endpoint does not know are refused first, then each parameter by its name.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import msgspec

from backlit.server.dataforseo.dates import SERIES_BEGIN, months_before, today
from backlit.server.dataforseo.endpoints import Endpoint
from backlit.server.dataforseo.envelope import invalid, unknown
from backlit.server.dataforseo.fields import BACKLINKS, INTERSECTIONS, SORTED, Asked, Order, Table
from backlit.server.dataforseo.filters import Ask, Tree, read_filters
from backlit.server.dataforseo.parameters import MOST_SORT_RULES
from backlit.web.target import Target

#: Parameters that do not say what is asked, only how the answer is marked and where it goes on.
_BESIDE = frozenset({"tag", "search_after_token"})


class Request(msgspec.Struct, frozen=True):
    """A task that can be carried out.

    ``values`` has every parameter of the endpoint, defaults filled in. ``given`` is what the client sent, nulls left
    out. ``flat`` asks for the answer without envelope.
    """

    endpoint: Endpoint
    given: dict[str, Any]
    values: dict[str, Any]
    flat: bool = False
    filters: Tree | None = None
    backlinks_filters: Tree | None = None
    orders: tuple[Order, ...] = ()

    @property
    def target(self) -> Target:
        """The target of an endpoint that has one."""
        target: Target = self.values["target"]
        return target

    @property
    def scaled(self) -> bool:
        """Whether ranks are wanted from 0 to 100."""
        return bool(self.values.get("rank_scale") == "one_hundred")

    @property
    def digest(self) -> str:
        """Tells whether another request asks the same, wherever in the answer it begins."""
        asked = {name: value for name, value in self.values.items() if name not in _BESIDE}
        if asked.get("custom_mode") is not None:
            asked["mode"] = None
        text = repr([self.endpoint.path, sorted(asked.items())])
        return hashlib.blake2b(text.encode("utf-8", "backslashreplace"), digest_size=12).hexdigest()


def echo(endpoint: Endpoint, task: Mapping[str, Any]) -> dict[str, Any]:
    """What an answer repeats of a task: its non-null parameters, and what was asked."""
    given = {key: value for key, value in task.items() if value is not None}
    return {**given, "api": endpoint.api, "function": endpoint.function}


def read_request(endpoint: Endpoint, task: Mapping[str, Any], *, flat: bool = False) -> Request:
    """Read a task. Raises ``TaskError`` that names what is wrong."""
    given = {key: value for key, value in task.items() if value is not None}
    strange = [key for key in given if key not in endpoint.known]
    if strange:
        raise unknown(strange)
    values: dict[str, Any] = {}
    for parameter in endpoint.parameters:
        name = parameter.name
        if name in given:
            with naming(name):
                values[name] = parameter.read(given[name])
        elif parameter.required:
            raise invalid(name)
        else:
            values[name] = parameter.default() if callable(parameter.default) else parameter.default
    if "limit" in values and values["limit"] is None:
        values["limit"] = 10 if flat else 100
    _check_days(values)
    ask = asking(endpoint, values)
    return Request(
        endpoint,
        given,
        values,
        flat,
        filters=_filters("filters", values, ask),
        backlinks_filters=_filters("backlinks_filters", values, BACKLINKS.ask),
        orders=_orders(values, ask),
    )


@contextlib.contextmanager
def naming(field: str) -> Iterator[None]:
    """A ``ValueError`` of the block becomes the error of a field of the request."""
    try:
        yield
    except ValueError as exc:
        raise invalid(field) from exc


def asking(endpoint: Endpoint, values: Mapping[str, Any]) -> Ask:
    """How names in filters and sort rules are understood at an endpoint.

    Where several targets are intersected, ``2.rank`` is the field of the second one's object, and a bare name that of
    the first one's.
    """
    table = endpoint.table
    if table is None:
        return lambda name: None
    if "intersection_mode" not in values:
        return table.ask
    return _ask_numbered(table, list(values["targets"]))


def _ask_numbered(table: Table, keys: list[str]) -> Ask:
    def ask(name: str) -> Asked | None:
        if name == INTERSECTIONS.name:
            return Asked(INTERSECTIONS, INTERSECTIONS.kind)
        key, dot, rest = name.partition(".")
        if not (dot and key.isascii() and key.isdigit()):
            key, rest = keys[0], name
        asked = table.ask(rest) if key in keys else None
        return None if asked is None else asked._replace(prefix=f"{key}.")

    return ask


def _filters(name: str, values: Mapping[str, Any], ask: Ask) -> Tree | None:
    if values.get(name) is None:
        return None
    with naming(name):
        return read_filters(values[name], ask)


def _orders(values: Mapping[str, Any], ask: Ask) -> tuple[Order, ...]:
    rules = [rule for rule in values.get("order_by") or () if rule is not None]
    if len(rules) > MOST_SORT_RULES:
        raise invalid("order_by")
    with naming("order_by"):
        return tuple(_order(rule, ask) for rule in rules)


def _order(rule: Any, ask: Ask) -> Order:
    if not isinstance(rule, str):
        raise ValueError(rule)
    name, comma, direction = rule.rpartition(",")
    direction = direction.strip()
    asked = ask(name.strip()) if comma else None
    if asked is None or asked.kind not in SORTED or direction not in ("asc", "desc"):
        raise ValueError(rule)
    return Order(asked, direction == "desc")


def _check_days(values: dict[str, Any]) -> None:
    if "date_to" in values:
        first, last = values["date_from"], values["date_to"]
        if first is None:
            first = _year_before(last)
            values["date_from"] = first
        if first > last:
            raise invalid("date_from")
    first, last = values.get("datetime_from"), values.get("datetime_to")
    if first is not None and last is not None and first > last:
        raise invalid("datetime_from")


def _year_before(last: date) -> date:
    """A year ago, or a year before a last day that is further back; never before there were series."""
    ago = months_before(today(), 12)
    first = ago if ago <= last else months_before(last, 12)
    return min(max(first, SERIES_BEGIN), last)
