"""What is wrong with a call is told by its code and message, always with HTTP 200."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

Ask = Callable[..., dict[str, Any]]
T = {"target": "shop.com"}
BOTH = {"targets": {"1": "shop.com", "2": "rival.com"}}
NOW = datetime.now(UTC)
TOMORROW = f"{NOW + timedelta(1):%Y-%m-%d}"
LONG_AGO = f"{NOW - timedelta(400):%Y-%m-%d}"

#: Endpoint, task, and the field that is wrong.
FIELDS: list[tuple[str, dict[str, Any], str]] = [
    ("summary/live", {}, "target"),
    ("summary/live", {"target": None}, "target"),
    *(
        ("summary/live", {"target": wrong}, "target")
        for wrong in (
            "", " ", "shop com", " shop.com", "shop.com\n", "shop", "shop.com/", "shop.com/p", "shop.com:80",
            "ftp://shop.com/", "https://", "https:///p", "http://shop/", "//shop.com", "me@shop.com", "*.shop.com",
            ".shop.com", "shop..com", "a\0.com", 5, True, ["shop.com"], {"1": "shop.com"},
            "a" * 300 + ".com", "https://shop.com/" + "a" * 9000, "javascript:alert(1)", "shop.com?x=1",
        )
    ),
    ("history/live", {"target": "https://shop.com/"}, "target"),
    ("history/live", {"target": "blog.shop.com"}, "target"),
    ("timeseries_summary/live", {"target": "http://shop.com/"}, "target"),
    ("timeseries_new_lost_summary/live", {"target": "blog.shop.com"}, "target"),
    ("domain_pages/live", {"target": "https://shop.com/"}, "target"),
    ("summary/live", T | {"include_subdomains": "true"}, "include_subdomains"),
    ("summary/live", T | {"include_indirect_links": 1}, "include_indirect_links"),
    ("summary/live", T | {"exclude_internal_backlinks": []}, "exclude_internal_backlinks"),
    ("summary/live", T | {"internal_list_limit": 0}, "internal_list_limit"),
    ("summary/live", T | {"internal_list_limit": 1001}, "internal_list_limit"),
    ("summary/live", T | {"internal_list_limit": "10"}, "internal_list_limit"),
    ("summary/live", T | {"backlinks_status_type": "new"}, "backlinks_status_type"),
    ("summary/live", T | {"backlinks_status_type": "Live"}, "backlinks_status_type"),
    ("summary/live", T | {"rank_scale": "one_million"}, "rank_scale"),
    ("summary/live", T | {"tag": "x" * 256}, "tag"),
    ("summary/live", T | {"tag": 5}, "tag"),
    ("summary/live", T | {"backlinks_filters": ["nothing", "=", 1]}, "backlinks_filters"),
    ("summary/live", T | {"backlinks_filters": "dofollow"}, "backlinks_filters"),
    ("summary/live", T | {"backlinks_filters": ["anchor", "regex", "("]}, "backlinks_filters"),
    ("anchors/live", T | {"limit": 0}, "limit"),
    ("anchors/live", T | {"limit": 1001}, "limit"),
    ("anchors/live", T | {"limit": 10.0}, "limit"),
    ("anchors/live", T | {"limit": True}, "limit"),
    ("anchors/live", T | {"limit": 10**300}, "limit"),
    ("anchors/live", T | {"offset": -1}, "offset"),
    ("anchors/live", T | {"offset": 10**30}, "offset"),
    ("backlinks/live", T | {"offset": 20001}, "offset"),
    ("anchors/live", T | {"filters": {"a": 1}}, "filters"),
    ("anchors/live", T | {"filters": ["url_from", "=", "x"]}, "filters"),
    ("anchors/live", T | {"filters": ["anchor", "has", "x"]}, "filters"),
    ("anchors/live", T | {"filters": ["anchor", "regex", "a{9999}"]}, "filters"),
    ("anchors/live", T | {"filters": ["anchor", "regex", "x" * 1001]}, "filters"),
    ("anchors/live", T | {"filters": ["backlinks", ">", "many"]}, "filters"),
    ("anchors/live", T | {"filters": ["first_seen", ">", "2020-13-01"]}, "filters"),
    ("anchors/live", T | {"filters": [["backlinks", ">", 1], *["and", ["rank", ">", 1]] * 8]}, "filters"),
    ("anchors/live", T | {"order_by": "backlinks,desc"}, "order_by"),
    ("anchors/live", T | {"order_by": ["backlinks"]}, "order_by"),
    ("anchors/live", T | {"order_by": ["backlinks,down"]}, "order_by"),
    ("anchors/live", T | {"order_by": ["nothing,asc"]}, "order_by"),
    ("anchors/live", T | {"order_by": ["referring_links_tld,asc"]}, "order_by"),
    ("anchors/live", T | {"order_by": [["backlinks,asc"]]}, "order_by"),
    ("anchors/live", T | {"order_by": ["rank,asc"] * 4}, "order_by"),
    ("backlinks/live", T | {"order_by": ["attributes,asc"]}, "order_by"),
    ("backlinks/live", T | {"mode": "one_per_page"}, "mode"),
    ("backlinks/live", T | {"custom_mode": "domain"}, "custom_mode"),
    ("backlinks/live", T | {"custom_mode": {"field": "page", "value": 1}}, "custom_mode"),
    ("backlinks/live", T | {"custom_mode": {"field": "domain", "value": 0}}, "custom_mode"),
    ("backlinks/live", T | {"custom_mode": {"field": "domain"}}, "custom_mode"),
    ("backlinks/live", T | {"search_after_token": "no token"}, "search_after_token"),
    ("backlinks/live", T | {"search_after_token": ""}, "search_after_token"),
    ("backlinks/live", T | {"search_after_token": 7}, "search_after_token"),
    ("referring_networks/live", T | {"network_address_type": "asn"}, "network_address_type"),
    ("competitors/live", T | {"main_domain": "yes"}, "main_domain"),
    ("competitors/live", T | {"exclude_large_domains": 0}, "exclude_large_domains"),
    ("domain_intersection/live", {}, "targets"),
    ("domain_intersection/live", {"targets": ["shop.com"]}, "targets"),
    ("domain_intersection/live", {"targets": {}}, "targets"),
    ("domain_intersection/live", {"targets": {"0": "shop.com"}}, "targets"),
    ("domain_intersection/live", {"targets": {"21": "shop.com"}}, "targets"),
    ("domain_intersection/live", {"targets": {"01": "shop.com"}}, "targets"),
    ("domain_intersection/live", {"targets": {"1": "shop"}}, "targets"),
    ("domain_intersection/live", BOTH | {"intersection_mode": "some"}, "intersection_mode"),
    ("domain_intersection/live", BOTH | {"exclude_targets": "third.org"}, "exclude_targets"),
    ("domain_intersection/live", BOTH | {"exclude_targets": ["third"]}, "exclude_targets"),
    ("domain_intersection/live", BOTH | {"exclude_targets": ["a.org"] * 11}, "exclude_targets"),
    ("domain_intersection/live", BOTH | {"filters": ["3.backlinks", ">", 1]}, "filters"),
    ("page_intersection/live", BOTH | {"filters": ["1.nothing", ">", 1]}, "filters"),
    ("page_intersection/live", BOTH | {"order_by": ["3.rank,desc"]}, "order_by"),
    ("bulk_ranks/live", {}, "targets"),
    ("bulk_ranks/live", {"targets": []}, "targets"),
    ("bulk_ranks/live", {"targets": "shop.com"}, "targets"),
    ("bulk_ranks/live", {"targets": {"1": "shop.com"}}, "targets"),
    ("bulk_ranks/live", {"targets": ["shop.com", "shop"]}, "targets"),
    ("bulk_ranks/live", {"targets": ["shop.com", None]}, "targets"),
    ("bulk_backlinks/live", {"targets": ["shop.com"] * 1001}, "targets"),
    ("bulk_pages_summary/live", {"targets": [f"d{n}.com" for n in range(101)]}, "targets"),
    ("bulk_new_lost_backlinks/live", {"targets": ["shop.com"], "date_from": LONG_AGO}, "date_from"),
    ("bulk_new_lost_referring_domains/live", {"targets": ["shop.com"], "date_from": TOMORROW}, "date_from"),
    ("history/live", T | {"date_from": "2018-12-31"}, "date_from"),
    ("history/live", T | {"date_from": "2024-02-30"}, "date_from"),
    ("history/live", T | {"date_from": "2024-05-01", "date_to": "2024-04-01"}, "date_from"),
    ("history/live", T | {"date_to": "20240401"}, "date_to"),
    ("history/live", T | {"date_to": TOMORROW}, "date_to"),
    ("timeseries_summary/live", T | {"date_from": "2019-01-29"}, "date_from"),
    ("timeseries_summary/live", T | {"group_range": "quarter"}, "group_range"),
    ("timeseries_new_lost_summary/live", T | {"date_from": 20240101}, "date_from"),
    ("id_list", {}, "datetime_from"),
    ("id_list", {"datetime_from": "2026-01-01 00:00:00 +00:00"}, "datetime_to"),
    ("id_list", {"datetime_from": "today", "datetime_to": "2026-01-01"}, "datetime_from"),
    ("id_list", {"datetime_from": "2026-01-02", "datetime_to": "2026-01-01"}, "datetime_from"),
    ("id_list", {"datetime_from": "2026-01-01", "datetime_to": "2026-01-02", "sort": "up"}, "sort"),
    ("id_list", {"datetime_from": "2026-01-01", "datetime_to": "2026-01-02", "limit": 1001}, "limit"),
    ("id_list", {"datetime_from": "2026-01-01", "datetime_to": "2026-01-02", "include_metadata": 1},
     "include_metadata"),
    ("errors", {"limit": 0}, "limit"),
    ("errors", {"filtered_function": 3}, "filtered_function"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "given", "field"), FIELDS, ids=lambda value: repr(value)[:60])
def test_a_wrong_value_is_named_by_its_field(path: str, given: dict[str, Any], field: str, task: Ask) -> None:
    found = task(path, **given)
    assert (found["status_code"], found["status_message"]) == (40501, f"Invalid Field: '{field}'.")
    assert (found["result"], found["result_count"], found["cost"]) == (None, 0, 0)
    assert found["path"] == ["v3", "backlinks", *path.split("/")]


def test_a_key_that_is_not_known_is_named_and_one_that_is_null_is_not_there(task: Ask) -> None:
    found = task("summary/live", **T, nothing=1, other=None)
    assert (found["status_code"], found["status_message"]) == (40506, "Unknown Fields in POST Data: nothing.")
    assert found["data"] == {"target": "shop.com", "nothing": 1, "api": "backlinks", "function": "summary"}
    assert task("bulk_ranks/live", target="shop.com")["status_code"] == 40506
    assert task("domain_pages/live", **T, include_indirect_links=True)["status_code"] == 40506
    assert task("backlinks/live", **T, backlinks_filters=["dofollow", "=", True])["status_code"] == 40506


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", 40502),
        (b" \n", 40502),
        (b"[]", 40502),
        (b"[null]", 40502),
        (b"\xef\xbb\xbf[]", 40502),
        (b"{", 40503),
        (b"shop.com", 40503),
        (b"null", 40503),
        (b"5", 40503),
        (b'"x"', 40503),
        (b'{"target": "shop.com"}', 40503),
        (b'["shop.com"]', 40503),
        (b"[[]]", 40503),
        (b'[{"target": "shop.com"}, 5]', 40503),
        (b'[{"target": NaN}]', 40503),
        (b'[{"target": "shop.com", "limit": Infinity}]', 40503),
        (b'[{"target": "shop.com",}]', 40503),
        (b'[{"target": "\xff\xfe"}]', 40503),
        ('[{"target": "shop.com"}]'.encode("utf-16"), 40503),
        (b"\x00", 40503),
        (b"[" * 10_000, 40503),
        (b"[" * 10_000 + b"]" * 10_000, 40503),
        (b'[{"target": "shop.com", "filters": ' + b"[" * 10_000 + b"]" * 10_000 + b"}]", 40503),
        (b'[{"a":' * 5_000 + b"1" + b"}]" * 5_000, 40503),
        (b" " * 9_000_000, 40503),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_body_that_holds_no_tasks_is_refused_as_a_whole(body: bytes, code: int, http: httpx.Client) -> None:
    answer = http.post("backlinks/anchors/live", content=body)
    found = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert (found["status_code"], found["tasks"], found["tasks_count"]) == (code, None, 0)
    assert found["status_message"] == {40502: "POST Data Is Empty.", 40503: "POST Data Is Invalid."}[code]
    flat = http.post("backlinks/anchors/live.ai", content=body).json()
    assert set(flat) == {"id", "status_code", "status_message"}
    assert flat["status_code"] == code


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'[{"target": "shop.com", "target": "rival.com"}]', 20000),
        (b'[{"target": "shop.com", "limit": 1e999}]', 40501),
        (b'[{"target": "shop.com", "limit": 1' + b"0" * 5000 + b"}]", 40501),
        (b'[{"target": "shop.com", "tag": "\\ud800 \\u0000"}]', 20000),
        (b'[{"\\ud800": 1, "target": "shop.com"}]', 40506),
        (b'[{"target": "\\ud800.com"}]', 40501),
        (b'[{"target": "shop.com", "filters": ["anchor", "=", "\\udfff"]}]', 40501),
        (b'[{"target": "shop.com", "filters": ["anchor", "=", "\\u0000"]}]', 20000),
        (
            b'[{"target": "shop.com", "filters": ' + b"[" * 500 + b'"anchor","=","x"' + b"]" * 500 + b"}]",
            20000,
        ),
        (b'[{"target": "shop.com", "filters": ["backlinks", "=", 123456789012345678901234567890]}]', 20000),
        (b'[{"target": "shop.com", "filters": ["backlinks", ">", -9223372036854775808]}]', 20000),
        (
            b'[{"target": "shop.com", "filters": ["backlinks", "in", [1, 2.5, "3", 9223372036854775807]]}]',
            20000,
        ),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_strange_json_is_read_as_it_is_meant(body: bytes, code: int, http: httpx.Client) -> None:
    answer = http.post(
        "backlinks/backlinks/live" if b"tag" in body else "backlinks/anchors/live", content=body
    )
    assert answer.status_code == 200
    assert answer.json()["tasks"][0]["status_code"] == code


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/x-www-form-urlencoded", "x"])
def test_whatever_type_the_body_is_said_to_be_it_is_read_as_json(kind: str, http: httpx.Client) -> None:
    answer = http.post(
        "backlinks/summary/live", content=b'[{"target":"shop.com"}]', headers={"content-type": kind}
    )
    assert answer.json()["tasks"][0]["status_code"] == 20000
    assert answer.headers["content-type"] == "application/json"


def test_of_several_live_tasks_the_first_is_carried_out(http: httpx.Client) -> None:
    found = http.post("backlinks/summary/live", json=[T, T, {"target": "rival.com", "tag": "x"}]).json()
    assert [task["status_code"] for task in found["tasks"]] == [20000, 40000, 40000]
    assert (found["tasks_count"], found["tasks_error"], found["status_code"]) == (3, 2, 20000)
    assert found["tasks"][2]["status_message"] == "You can set only one task at a time."
    assert found["tasks"][2]["data"]["tag"] == "x"


def test_who_gives_no_or_a_wrong_password_gets_401_in_an_envelope(http: httpx.Client) -> None:
    answer = httpx.post(f"{http.base_url}backlinks/summary/live", json=[T], auth=("me", "wrong"))
    found = answer.json()
    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("application/json")
    assert (found["status_code"], found["tasks_count"]) == (40100, 0)
    assert found["status_message"] == "You are not authorized to access this resource."
    flat = httpx.post(f"{http.base_url}backlinks/summary/live.ai", json=[T]).json()
    assert flat["status_code"] == 40100


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("POST", "backlinks/nothing/live", 40400),
        ("GET", "", 40400),
        ("GET", "serp/google", 40400),
        ("POST", "backlinks/summary", 40400),
        ("POST", "backlinks/summary/live.ai.ai", 40400),
        ("GET", "backlinks/summary/live", 40402),
        ("POST", "backlinks/index", 40402),
        ("DELETE", "backlinks/summary/live.ai", 40402),
    ],
)
def test_a_path_that_is_not_there_gets_404_in_an_envelope(
    method: str, path: str, code: int, http: httpx.Client
) -> None:
    answer = http.request(method, path)
    assert (answer.status_code, answer.json()["status_code"]) == (404, code)
    assert answer.headers["content-type"] == "application/json"
