"""The service's own Python client, pointed at this server: it reads every answer, and needs no more than the host."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

client_package = pytest.importorskip("dataforseo_client", reason="the service's own client is not installed")

from dataforseo_client import ApiClient, Configuration, models  # noqa: E402
from dataforseo_client.api.appendix_api import AppendixApi  # noqa: E402
from dataforseo_client.api.backlinks_api import BacklinksApi  # noqa: E402
from dataforseo_client.exceptions import UnauthorizedException  # noqa: E402

from dataforseo_server import LOGIN, PASSWORD  # noqa: E402
from dataforseo_web import FIRST, TODAY  # noqa: E402

Ask = Callable[..., dict[str, Any]]
TARGET = {"target": "shop.com"}
BOTH = {"targets": {"1": "shop.com", "2": "rival.com"}}
BULK = {"targets": ["shop.com", "www.rival.com", "nowhere.example", "https://shop.com/p/1", "shop.com"]}

#: The client's methods, and what is asked.
LIVE: dict[str, dict[str, Any]] = {
    "summary_live": TARGET,
    "history_live": TARGET,
    "backlinks_live": TARGET,
    "anchors_live": TARGET,
    "domain_pages_live": TARGET,
    "domain_pages_summary_live": TARGET,
    "referring_domains_live": TARGET,
    "referring_networks_live": TARGET,
    "competitors_live": TARGET,
    "domain_intersection_live": BOTH,
    "page_intersection_live": BOTH,
    "timeseries_summary_live": TARGET,
    "timeseries_new_lost_summary_live": TARGET,
    "bulk_ranks_live": BULK,
    "bulk_backlinks_live": BULK,
    "bulk_spam_score_live": BULK,
    "bulk_referring_domains_live": BULK,
    "bulk_new_lost_backlinks_live": BULK,
    "bulk_new_lost_referring_domains_live": BULK,
    "bulk_pages_summary_live": BULK,
}


def request_of(method: str, given: dict[str, Any]) -> Any:
    name = "Backlinks" + "".join(word.capitalize() for word in method.split("_")) + "RequestInfo"
    return getattr(models, name)(**given)


@pytest.fixture(scope="module")
def api(host: str) -> Iterator[Any]:
    with ApiClient(Configuration(host=host, username=LOGIN, password=PASSWORD)) as client:
        yield BacklinksApi(client)


def unknown(value: Any, where: str = "") -> list[str]:
    """Where a model holds keys that it does not know."""
    if isinstance(value, list):
        return [each for item in value for each in unknown(item, where)]
    if isinstance(value, dict):
        return [each for key, item in value.items() for each in unknown(item, f"{where}.{key}")]
    if not hasattr(type(value), "model_fields"):
        return []
    found = [f"{where}.{key}" for key in value.additional_properties]
    for name in type(value).model_fields:
        found += [] if name == "additional_properties" else unknown(getattr(value, name), f"{where}.{name}")
    return found


@pytest.mark.parametrize("method", LIVE)
def test_the_client_reads_an_answer_whole(method: str, api: Any) -> None:
    # The client sends each parameter that is not set as null.
    response = getattr(api, method)([request_of(method, LIVE[method])])
    (task,) = response.tasks
    assert (response.status_code, task.status_code, task.status_message) == (20000, 20000, "Ok.")
    (result,) = task.result
    items = [result] if method == "summary_live" else result.items
    assert items
    # The client reads `h_1` and its like, and takes them for keys that it does not know all the same.
    assert [each for each in unknown(task.result) if ".meta.h_" not in each] == []
    if method.startswith("bulk"):
        field = "url" if method == "bulk_pages_summary_live" else "target"
        assert [getattr(item, field) for item in items] == BULK["targets"]
        assert result.items_count == len(items) == 5


@pytest.mark.parametrize("method", LIVE)
def test_a_target_that_is_not_known_has_zeros_and_no_items(method: str, api: Any) -> None:
    given = {
        name: ["nowhere.example"] if isinstance(value, list) else {"1": "nowhere.example"}
        if isinstance(value, dict) else "nowhere.example"
        for name, value in LIVE[method].items()
    }  # fmt: skip
    (task,) = getattr(api, method)([request_of(method, given)]).tasks
    assert (task.status_code, task.status_message) == (20000, "Ok.")
    (result,) = task.result
    if method == "summary_live":
        assert (result.rank, result.backlinks, result.referring_domains) == (0, 0, 0)
    elif method.startswith(("bulk", "timeseries")):
        for item in result.items:
            numbers = {key: value for key, value in item.to_dict().items() if isinstance(value, int)}
            assert set(numbers.values()) <= {0}
    else:
        assert result.items == []


def test_the_client_reads_what_is_got_without_a_body(api: Any) -> None:
    (index,) = api.index().tasks[0].result
    assert index.total_backlinks > 0
    months = [(each.date, each.total_backlinks, each.total_pages) for each in index.index_history]
    assert (months[0][0], months[-1][0]) == (f"{FIRST[:8]}01", f"{TODAY:%Y-%m}-01")
    assert months[-1][1:] == (index.total_backlinks, index.total_pages)
    (filters,) = api.backlinks_available_filters().tasks[0].result
    assert filters.backlinks["domain_from"] == "str"


def test_the_client_reads_the_account(host: str) -> None:
    with ApiClient(Configuration(host=host, username=LOGIN, password=PASSWORD)) as client:
        (task,) = AppendixApi(client).user_data().tasks
    (account,) = task.result
    assert (account.login, account.money.balance) == (LOGIN, 0.0)
    assert account.rates.limits.minute.backlinks.summary.live > 0


def test_a_wrong_password_is_told_to_the_client_as_it_expects(host: str) -> None:
    configuration = Configuration(host=host, username=LOGIN, password="wrong")
    with ApiClient(configuration) as client, pytest.raises(UnauthorizedException):
        BacklinksApi(client).index()


def test_tasks_are_found_again_by_their_ids(api: Any) -> None:
    began = datetime.now(UTC)
    good = api.summary_live([request_of("summary_live", {**TARGET, "tag": "of a test"})]).tasks[0]
    bad = api.anchors_live([request_of("anchors_live", {"target": "no target"})]).tasks[0]
    window = {
        "datetime_from": f"{began - timedelta(seconds=1):%Y-%m-%d %H:%M:%S} +00:00",
        "datetime_to": f"{began + timedelta(minutes=1):%Y-%m-%d %H:%M:%S} +00:00",
    }

    def listed(**more: Any) -> list[Any]:
        asked = models.BacklinksIdListRequestInfo(**window, **more)
        found: list[Any] = api.backlinks_id_list([asked]).tasks[0].result
        return found

    tasks = {task.id: task for task in listed(include_metadata=True)}
    assert tasks[good.id].metadata["tag"] == "of a test"
    assert (tasks[good.id].status, tasks[bad.id].status) == ("Ok.", "Invalid Field: 'target'.")
    assert tasks[good.id].url.endswith("/v3/backlinks/summary/live")
    assert tasks[good.id].datetime_posted <= tasks[good.id].datetime_done
    assert {task.metadata for task in listed() if task.id in (good.id, bad.id)} == {None}
    ids = [task.id for task in listed()]
    assert ids.index(good.id) < ids.index(bad.id)
    assert [task.id for task in listed(sort="desc")] == ids[::-1]
    assert [task.id for task in listed(limit=1, offset=ids.index(bad.id))] == [bad.id]
    assert listed(offset=len(ids)) == []

    def failed(**more: Any) -> list[Any]:
        found: list[Any] = api.backlinks_errors([models.BacklinksErrorsRequestInfo(**more)]).tasks[0].result
        return found

    (error,) = [each for each in failed() if each.id == bad.id]
    assert (error.error_code, error.error_message) == (40501, "Invalid Field: 'target'.")
    assert (error.function, error.http_method, error.http_code) == ("anchors/live", "POST", 200)
    assert good.id not in {each.id for each in failed()}
    for name in ("anchors/live", "anchors", "v3/backlinks/anchors/live"):
        found = failed(filtered_function=name)
        assert bad.id in {each.id for each in found}
        assert {each.function for each in found} == {"anchors/live"}
    assert failed(filtered_function="summary", datetime_to="2020-01-01 00:00:00 +00:00") == []


VALUES = {
    "num": [("=", 1), ("<>", 1), ("<", 5), ("<=", 5), (">", "1"), (">=", 1.5), ("in", [1, 2]), ("not_in", [1])],
    "time": [("=", f"{FIRST} 00:00:00 +00:00"), (">", FIRST), ("in", [FIRST]), ("not_in", [FIRST])],
    "str": [("=", "a"), ("<>", "a"), ("in", ["a"]), ("not_in", ["a"]), ("like", "%s%"), ("not_like", "%s%"),
            ("ilike", "%S%"), ("not_ilike", "%S%"), ("regex", "^h"), ("not_regex", "^h"), ("match", "shop"),
            ("not_match", "shop")],
    "bool": [("=", True), ("<>", "true")],
    "array.str": [("has", "nofollow"), ("has_not", "nofollow"), ("=", "nofollow"), ("in", ["nofollow", "ugc"])],
}  # fmt: skip
#: Of each pair one satisfies exactly what the other does not.
OPPOSITES = {"<>": "=", "not_in": "in", "not_like": "like", "not_ilike": "ilike", "not_regex": "regex",
             "not_match": "match", "has_not": "has"}  # fmt: skip


@pytest.mark.parametrize(
    "name",
    ["backlinks", "domain_pages", "anchors", "referring_domains", "domain_intersection", "page_intersection",
     "referring_networks", "domain_pages_summary", "competitors"],
)  # fmt: skip
def test_every_filter_that_is_advertised_works_and_sorts(name: str, http: httpx.Client, result: Ask) -> None:
    fields = http.get("backlinks/available_filters").json()["tasks"][0]["result"][0][name]
    assert fields
    about = BOTH if name.endswith("intersection") else TARGET
    whole = result(f"{name}/live", **about, limit=1)["total_count"]
    for number, (field, kind) in enumerate(fields.items()):
        # Each operator of the kind in turn; together the fields use all of them.
        operator, value = VALUES[kind][number % len(VALUES[kind])]
        sort = {} if kind == "array.str" else {"order_by": [f"{field},{('asc', 'desc')[number % 2]}"]}
        found = result(f"{name}/live", **about, limit=2, filters=[[field, operator, value]], **sort)
        positive = OPPOSITES.get(operator)
        if positive is not None and number % 3 == 0:
            other = result(f"{name}/live", **about, limit=1, filters=[field, positive, value])
            assert found["total_count"] + other["total_count"] == whole, (field, operator)


def test_fields_of_every_kind_filter_single_links(http: httpx.Client, result: Ask) -> None:
    kinds = http.get("backlinks/available_filters").json()["tasks"][0]["result"][0]["backlinks"]
    whole = result("summary/live", **TARGET)["backlinks"]
    for field in ("domain_from", "rank", "links_count", "attributes", "is_indirect_link", "first_seen"):
        kind = kinds[field]
        value = VALUES[kind][0][1]
        operators = ("has", "has_not") if kind == "array.str" else ("=", "<>")
        parts = [result("summary/live", **TARGET, backlinks_filters=[field, op, value]) for op in operators]
        assert sum(part["backlinks"] for part in parts) == whole, field


@pytest.mark.parametrize("method", LIVE)
def test_the_short_form_says_the_same_without_what_is_empty(method: str, http: httpx.Client) -> None:
    path = f"backlinks/{method.removesuffix('_live')}/live"
    given = LIVE[method]
    full = http.post(
        path, json=[given | ({"limit": 10} if "target" in given and takes_limit(method) else {})]
    )
    if method.endswith("intersection_live"):
        full = http.post(path, json=[given | {"limit": 10}])
    flat = http.post(f"{path}.ai", json=[given | {"filters": None} if takes_limit(method) else given])
    assert flat.headers["content-type"] == "application/json"
    one, whole = flat.json(), full.json()["tasks"][0]["result"][0]
    assert (one["status_code"], one["status_message"]) == (20000, "Ok.")
    assert {"id", "status_code", "status_message", "items", "items_count"} <= set(one)
    items = whole.get("items", [whole])
    assert len(one["items"]) == one["items_count"] == min(len(items), 1000)
    assert "tasks" not in one
    for short, long in zip(one["items"], items, strict=True):
        assert short == pruned(long)
    text = json.dumps(one["items"])
    assert ": null" not in text
    assert ": false" not in text
    assert ': ""' not in text
    assert ": []" not in text
    assert ": {}" not in text


def takes_limit(method: str) -> bool:
    return not method.startswith(("bulk", "summary", "history", "timeseries"))


def pruned(value: Any) -> Any:
    if isinstance(value, dict):
        made = {key: pruned(each) for key, each in value.items()}
        return {k: v for k, v in made.items() if not (v is None or v is False or (v != 0 and not v))}
    return [pruned(each) for each in value] if isinstance(value, list) else value


def test_the_short_form_tells_errors_at_the_top(http: httpx.Client) -> None:
    found = http.post("backlinks/summary/live.ai", json=[{"target": "nothing"}]).json()
    assert set(found) == {"id", "status_code", "status_message"}
    assert (found["status_code"], found["status_message"]) == (40501, "Invalid Field: 'target'.")
    index = http.get("backlinks/index.ai").json()
    assert index["items"][0]["total_backlinks"] > 0
    filters = http.get("backlinks/available_filters.ai").json()
    assert filters["items"][0]["anchors"]["anchor"] == "str"
    log = http.post("backlinks/errors.ai", json=[{"limit": 2}]).json()
    assert log["items_count"] == len(log["items"]) == 2
