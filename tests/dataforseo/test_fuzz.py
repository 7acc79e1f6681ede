"""No task, however it is made up, is a fault of the server's. ``BACKLIT_FUZZ`` says how many; a few otherwise."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backlit.server.dataforseo.calls import Call, Calls
from backlit.server.dataforseo.endpoints import ENDPOINTS, Endpoint
from backlit.server.dataforseo.fields import available_filters
from backlit.server.dataforseo.filters import OPERATORS
from backlit.server.serving import Serving

CODES = {20000, 40000, 40501, 40502, 40503, 40506}

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
targets = st.sampled_from(
    ["shop.com", "www.rival.com", "blog.shop.com", "https://shop.com/p/1", "http://192.0.2.7/", "nowhere.example",
     "192.0.2.7"]
)  # fmt: skip
days = st.dates().map(str) | st.sampled_from(["2026-09-10", "2026-10-20", "2019-01-30", "2025-01-01"])
moments = days.map(lambda day: f"{day} 00:00:00 +00:00")
FIELDS = {function: sorted(fields.items()) for function, fields in available_filters().items()}
OF_KIND = {
    "num": st.integers() | st.floats() | st.integers(0, 1000).map(str),
    "str": st.text(max_size=10) | st.sampled_from(["%shop%", "shop", "^h.*m$", "[a-z]+", "(", "über"]),
    "bool": st.booleans() | st.sampled_from(["true", "false"]),
    "time": moments | days,
    "array.str": st.sampled_from(["nofollow", "ugc", ""]),
}


@st.composite
def condition(draw: st.DrawFn, function: str) -> list[Any]:
    name, kind = draw(st.sampled_from(FIELDS[function]))
    operator = draw(st.sampled_from(sorted(OPERATORS[kind])))  # type: ignore[index]
    value = OF_KIND[kind]
    return [name, operator, draw(st.lists(value, max_size=3) if operator in ("in", "not_in") else value)]


def filters(function: str) -> st.SearchStrategy[Any]:
    return st.recursive(
        condition(function),
        lambda inner: (
            st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(list) | inner.map(lambda each: [each])
        ),
        max_leaves=5,
    )


def orders(function: str) -> st.SearchStrategy[str]:
    names = st.sampled_from([name for name, _ in FIELDS[function]])
    return st.tuples(names, st.sampled_from(["asc", "desc"])).map(",".join)


LIKELY: dict[str, st.SearchStrategy[Any]] = {
    "target": targets,
    "exclude_targets": st.lists(targets | st.just("https://shop.com/*"), max_size=2),
    "backlinks_filters": filters("backlinks"),
    "limit": st.integers(1, 50),
    "offset": st.integers(0, 200),
    "internal_list_limit": st.integers(1, 1000),
    "backlinks_status_type": st.sampled_from(["live", "lost", "all"]),
    "rank_scale": st.sampled_from(["one_hundred", "one_thousand"]),
    "mode": st.sampled_from(["as_is", "one_per_domain", "one_per_anchor"]),
    "custom_mode": st.fixed_dictionaries(
        {"field": st.sampled_from(["domain", "anchor"]), "value": st.integers(1, 5)}
    ),
    "network_address_type": st.sampled_from(["ip", "subnet"]),
    "intersection_mode": st.sampled_from(["all", "partial"]),
    "group_range": st.sampled_from(["day", "week", "month", "year"]),
    "date_from": days,
    "date_to": days,
    "datetime_from": moments,
    "datetime_to": moments,
    "sort": st.sampled_from(["asc", "desc"]),
    "filtered_function": st.sampled_from(["summary", "backlinks/live"]),
    "tag": st.text(max_size=20),
}
REQUIRED = ("target", "targets", "datetime_from", "datetime_to")


def task_of(endpoint: Endpoint) -> st.SearchStrategy[dict[str, Any]]:
    known = {name: LIKELY.get(name, st.booleans()) for name in endpoint.known}
    if "targets" in known:
        numbered = st.dictionaries(st.sampled_from(["1", "2", "3", "20"]), targets, min_size=1)
        listed = st.lists(targets, min_size=1, max_size=3)
        known["targets"] = numbered if "intersection_mode" in known else listed
    if endpoint.function in FIELDS and "filters" in known:
        known["filters"] = filters(endpoint.function)
        known["order_by"] = st.lists(orders(endpoint.function), max_size=3)
    # Most of the time a value that may be right, so that not all end at the first look.
    mixed = {
        name: st.one_of(likely, likely, likely, likely, likely, anything) for name, likely in known.items()
    }
    required = {name: known[name] for name in REQUIRED if name in known}
    optional: dict[str, st.SearchStrategy[Any]] = {
        name: each for name, each in mixed.items() if name not in required
    }
    return st.fixed_dictionaries(required, optional=optional)


calls = st.sampled_from([endpoint for endpoint in ENDPOINTS if endpoint.method == "POST"]).flatmap(
    lambda endpoint: st.tuples(st.just(endpoint), task_of(endpoint), st.booleans())
)


@pytest.fixture(scope="module")
def answering(small_index: Path) -> Iterator[Calls]:
    with Serving(small_index) as serving:
        yield Calls(serving)


@settings(max_examples=int(os.environ.get("BACKLIT_FUZZ", "60")), suppress_health_check=list(HealthCheck))
@given(call=calls)
def test_a_task_is_answered_or_refused_by_name(
    call: tuple[Endpoint, dict[str, Any], bool], answering: Calls
) -> None:
    endpoint, task, flat = call
    body = json.dumps([task]).encode()
    answer = answering.answer(Call(endpoint, flat, body, "http://localhost/", "me"))
    assert answer.status_code == 200
    found = json.loads(bytes(answer.body))
    if not flat and found["tasks"]:
        (found,) = found["tasks"]
    assert found["status_code"] in CODES, found


@settings(max_examples=int(os.environ.get("BACKLIT_FUZZ", "60")))
@given(body=st.binary(max_size=40) | anything.map(lambda value: json.dumps(value).encode()))
def test_a_body_is_answered_or_refused(body: bytes, answering: Calls) -> None:
    endpoint = next(each for each in ENDPOINTS if each.function == "summary")
    answer = answering.answer(Call(endpoint, False, body, "http://localhost/", "me"))
    found = json.loads(bytes(answer.body))
    codes = {found["status_code"], *(task["status_code"] for task in found["tasks"] or ())}
    assert codes <= CODES
