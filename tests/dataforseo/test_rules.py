"""Answers of different endpoints about the same links agree with each other."""

from __future__ import annotations

import math
from calendar import monthrange
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from dataforseo_web import FIRST, SECOND, TODAY

Ask = Callable[..., dict[str, Any]]
WHOLE = {"limit": 1000, "internal_list_limit": 1000}

SCOPES: dict[str, dict[str, Any]] = {
    "domain": {"target": "shop.com"},
    "lost": {"target": "shop.com", "backlinks_status_type": "lost"},
    "all": {"target": "shop.com", "backlinks_status_type": "all"},
    "page": {"target": "https://shop.com/p/1"},
    "host": {"target": "blog.shop.com"},
    "bare": {"target": "www.shop.com", "include_subdomains": False},
    "internal": {"target": "shop.com", "exclude_internal_backlinks": False},
    "none": {"target": "nowhere.example"},
}
scopes = pytest.mark.parametrize("scope", SCOPES.values(), ids=list(SCOPES))


def total(items: list[dict[str, Any]], field: str) -> int:
    return sum(item[field] for item in items)


@scopes
def test_the_listings_of_a_target_add_up_to_its_summary(scope: dict[str, Any], result: Ask) -> None:
    whole = result("summary/live", **scope, internal_list_limit=1000)
    links = result("backlinks/live", **scope, limit=1000)
    assert (
        len({item["url_from"] for item in links["items"]}) == links["total_count"] == whole["referring_pages"]
    )
    assert total(links["items"], "links_count") == whole["backlinks"]
    assert total(links["items"], "group_count") == 0

    domains = result("referring_domains/live", **scope, **WHOLE)
    assert domains["total_count"] == domains["items_count"] == whole["referring_main_domains"]
    for field in ("referring_domains", "backlinks", "referring_pages", "referring_main_domains"):
        assert total(domains["items"], field) == whole[field]

    for path in ("anchors/live", "domain_pages_summary/live"):
        assert total(result(path, **scope, **WHOLE)["items"], "backlinks") == whole["backlinks"]
    for kind, field in (("ip", "referring_ips"), ("subnet", "referring_subnets")):
        networks = result("referring_networks/live", **scope, network_address_type=kind, limit=1)
        assert networks["total_count"] == whole[field]

    assert whole["referring_main_domains"] <= whole["referring_domains"] <= whole["referring_pages"]
    assert whole["referring_pages"] <= whole["backlinks"]
    assert whole["referring_subnets"] <= whole["referring_ips"]
    for name in ("tld", "types", "semantic_locations", "countries"):
        assert sum((whole[f"referring_links_{name}"] or {}).values()) == whole["referring_pages"]


def test_the_small_web_has_something_to_count(result: Ask) -> None:
    whole = result("summary/live", target="shop.com")
    assert whole["broken_pages"] > 0
    assert whole["referring_ips"] > whole["referring_subnets"] > 0
    assert result("summary/live", target="shop.com", backlinks_status_type="lost")["backlinks"] > 0
    rows = result("backlinks/live", target="shop.com", limit=1000)["items"]
    assert any(row["is_new"] for row in rows)
    assert any(row["is_indirect_link"] for row in rows)
    assert any(row["domain_from_is_ip"] for row in rows)
    assert max(row["links_count"] for row in rows) > 1


def test_modes_group_what_as_is_lists(result: Ask) -> None:
    rows = result("backlinks/live", target="shop.com", limit=1000)["items"]
    domains = result("referring_domains/live", target="shop.com", limit=1000)
    grouped = result("backlinks/live", target="shop.com", limit=1000, mode="one_per_domain")
    assert grouped["total_count"] == domains["total_count"]
    assert total(grouped["items"], "group_count") == len(rows)
    assert (grouped["mode"], grouped["custom_mode"]) == ("one_per_domain", None)
    best = {row["url_from"]: row["rank"] for row in rows}
    assert all(best[row["url_from"]] == row["rank"] for row in grouped["items"])
    assert max(best.values()) == grouped["items"][0]["rank"]

    anchors = Counter(row["anchor"] or "" for row in rows)
    by_anchor = result("backlinks/live", target="shop.com", mode="one_per_anchor")["items"]
    assert {row["anchor"] or "": row["group_count"] for row in by_anchor} == anchors

    custom = {"field": "anchor", "value": 3}
    three = result("backlinks/live", target="shop.com", limit=1000, mode="one_per_domain", custom_mode=custom)
    assert three["custom_mode"] == custom
    assert Counter(row["anchor"] or "" for row in three["items"]) == {
        anchor: min(3, count) for anchor, count in anchors.items()
    }


def test_groups_are_made_of_what_a_filter_leaves_and_counted_after(result: Ask) -> None:
    dofollow = ["dofollow", "=", True]
    rows = result("backlinks/live", target="shop.com", limit=1000, filters=dofollow)["items"]
    grouped = result("backlinks/live", target="shop.com", limit=1000, filters=dofollow, mode="one_per_anchor")
    counts = {row["anchor"] or "": row["group_count"] for row in grouped["items"]}
    assert counts == Counter(row["anchor"] or "" for row in rows)
    several = result(
        "backlinks/live", target="shop.com", mode="one_per_anchor",
        filters=[dofollow, "and", ["group_count", ">", 8]], order_by=["group_count,desc"],
    )  # fmt: skip
    assert [row["group_count"] for row in several["items"]] == sorted(
        (count for count in counts.values() if count > 8), reverse=True
    )
    assert several["total_count"] == len(several["items"]) < len(counts)


def test_followed_and_not_followed_links_make_all_links(result: Ask) -> None:
    parts = [
        result("summary/live", target="shop.com", backlinks_filters=[["dofollow", "=", follow]])
        for follow in (True, False)
    ]
    assert total(parts, "backlinks") == result("summary/live", target="shop.com")["backlinks"]
    assert parts[1]["rank"] == 0
    assert parts[0]["rank"] > 0


def test_live_and_lost_links_are_all_links(result: Ask) -> None:
    counts = {
        status: result("summary/live", target="shop.com", backlinks_status_type=status)["backlinks"]
        for status in ("live", "lost", "all")
    }
    assert max(counts["live"], counts["lost"]) <= counts["all"] <= counts["live"] + counts["lost"]
    for status, wanted in (("live", {False}), ("lost", {True}), ("all", {False, True})):
        rows = result("backlinks/live", target="shop.com", backlinks_status_type=status, limit=1000)["items"]
        assert {row["is_lost"] for row in rows} == wanted


@pytest.mark.parametrize("by", ["offset", "token"])
@pytest.mark.parametrize("mode", ["as_is", "one_per_anchor"])
@pytest.mark.parametrize(
    "order",
    [None, ["anchor,asc"], ["domain_from_rank,desc", "prev_seen,asc"], ["is_new,desc", "tld_from,desc"]],
)
@pytest.mark.parametrize("scale", ["one_thousand", "one_hundred"])
def test_pages_are_disjoint_and_complete(by: str, mode: str, order: Any, scale: str, result: Ask) -> None:
    asked = {"target": "shop.com", "order_by": order, "mode": mode, "rank_scale": scale}
    whole = result("backlinks/live", **asked, limit=1000)
    assert whole["search_after_token"] is None
    step = 23 if mode == "as_is" else 3
    pages: list[dict[str, Any]] = []
    token = None
    for number in range(20):
        at = {"offset": number * step} if by == "offset" else {"search_after_token": token}
        page = result("backlinks/live", **asked, limit=step, **at)
        assert page["total_count"] == whole["total_count"]
        pages += page["items"]
        token = page["search_after_token"]
        if token is None:
            break
    assert pages == whole["items"]


def test_nulls_come_last_both_ways(result: Ask) -> None:
    for direction in ("asc", "desc"):
        rows = result(
            "backlinks/live", target="shop.com", limit=1000, order_by=[f"page_from_language,{direction}"]
        )
        values = [row["page_from_language"] for row in rows["items"]]
        known = [value for value in values if value is not None]
        assert values == sorted(known, reverse=direction == "desc") + [None] * (len(values) - len(known))
        assert 0 < len(known) < len(values)


@pytest.mark.parametrize(
    "path",
    ["backlinks/live", "anchors/live", "referring_domains/live", "referring_networks/live", "domain_pages_summary/live",
     "domain_pages/live", "competitors/live", "history/live", "summary/live"],
)  # fmt: skip
def test_the_two_scales_of_rank_agree(path: str, result: Ask) -> None:
    limit = {} if path in ("history/live", "summary/live") else {"limit": 1000}
    thousand, hundred = (
        result(path, target="shop.com", rank_scale=scale, **limit)
        for scale in ("one_thousand", "one_hundred")
    )
    checked = 0

    def agree(name: str, one: Any, other: Any) -> None:
        nonlocal checked
        if isinstance(one, dict):
            assert one.keys() == other.keys()
            for key in one:
                agree(key, one[key], other[key])
        elif isinstance(one, list) and name == "items":
            for first, second in zip(one, other, strict=True):
                agree("", first, second)
        elif (name == "rank" or name.endswith("_rank")) and one is not None:
            checked += 1
            assert other == round(math.sin(one / 636.62) * 100)
        elif name != "search_after_token":
            assert one == other

    agree("", thousand, hundred)
    assert checked > 0


def test_a_rank_in_a_filter_is_read_on_the_scale_that_is_asked_for(result: Ask) -> None:
    rows = result("backlinks/live", target="shop.com", limit=1000, rank_scale="one_hundred")["items"]
    middle = sorted(row["domain_from_rank"] for row in rows)[len(rows) // 2] or 1
    found = result(
        "backlinks/live",
        target="shop.com",
        rank_scale="one_hundred",
        filters=["domain_from_rank", ">=", middle],
    )
    wanted = sum(row["domain_from_rank"] >= middle for row in rows)
    assert found["total_count"] == wanted > 0
    summary = result(
        "summary/live", target="shop.com", rank_scale="one_hundred",
        backlinks_filters=["domain_from_rank", ">=", middle],
    )  # fmt: skip
    assert summary["referring_pages"] >= wanted


@pytest.mark.parametrize("mode", ["all", "partial"])
def test_an_intersection_of_domains_is_made_of_the_lists_of_referring_domains(mode: str, result: Ask) -> None:
    targets = {"1": "shop.com", "2": "rival.com", "7": "third.org"}
    lists = {
        key: {
            item["domain"]: item
            for item in result("referring_domains/live", target=target, limit=1000)["items"]
        }
        for key, target in targets.items()
    }
    found = result("domain_intersection/live", targets=targets, intersection_mode=mode, limit=1000)
    assert found["targets"] == targets
    domains = [next(iter(item["domain_intersection"].values()))["target"] for item in found["items"]]
    sets = [set(each) for each in lists.values()]
    wanted = set.intersection(*sets) if mode == "all" else set.union(*sets)
    assert set(domains) == wanted
    assert len(domains) == found["total_count"] == len(wanted)
    for domain, item in zip(domains, found["items"], strict=True):
        objects = item["domain_intersection"]
        assert item["summary"]["intersections_count"] == len(objects)
        assert set(objects) == {key for key in targets if domain in lists[key]}
        for key, row in objects.items():
            same = {**lists[key][domain], "type": "backlinks_domain_intersection", "target": domain}
            del same["domain"]
            assert row == same
    without = result(
        "domain_intersection/live", targets={"1": "shop.com"}, exclude_targets=["rival.com"], limit=1000
    )
    assert without["total_count"] == len(set(lists["1"]) - set(lists["2"])) > 0


@pytest.mark.parametrize("mode", ["all", "partial"])
def test_an_intersection_of_pages_is_made_of_the_lists_of_backlinks(mode: str, result: Ask) -> None:
    targets = {"1": "shop.com", "2": "https://rival.com/"}
    lists = {
        key: {item["url_from"]: item for item in result("backlinks/live", target=target, limit=1000)["items"]}
        for key, target in targets.items()
    }
    found = result("page_intersection/live", targets=targets, intersection_mode=mode, limit=1000)
    wanted = set(lists["1"]) & set(lists["2"]) if mode == "all" else set(lists["1"]) | set(lists["2"])
    assert found["total_count"] == len(wanted) > 0
    for item in found["items"]:
        for key, rows in item["page_intersection"].items():
            (row,) = rows
            same = {**lists[key][row["url_from"]], "type": "backlinks_page_intersection"}
            del same["image_url"], same["ranked_keywords_info"]
            assert row == same


def test_filters_of_an_intersection_name_the_target(result: Ask) -> None:
    asked = {"targets": {"1": "shop.com", "2": "rival.com"}, "intersection_mode": "partial", "limit": 1000}
    found = result(
        "domain_intersection/live", **asked,
        filters=[["2.backlinks", ">", 1], "and", ["intersections_count", "=", 2]],
        order_by=["2.backlinks,desc", "1.target,asc"],
    )  # fmt: skip
    counts = [item["domain_intersection"]["2"]["backlinks"] for item in found["items"]]
    assert counts == sorted(counts, reverse=True)
    assert min(counts) > 1
    assert {item["summary"]["intersections_count"] for item in found["items"]} == {2}


def day(text: str, later: int = 0) -> date:
    return date.fromisoformat(text) + timedelta(later)


def months(first: date, last: date) -> list[date]:
    """The first days of the months from one day to another."""
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


def test_a_series_has_every_period_and_its_end_agrees_with_the_summary(result: Ask) -> None:
    whole = result("summary/live", target="shop.com")
    first, last = day(FIRST, -40), day(SECOND, 2)
    series = result("timeseries_summary/live", target="shop.com", date_from=str(first), date_to=str(last))
    ends = [each.replace(day=monthrange(each.year, each.month)[1]) for each in months(first, last)]
    assert [item["date"] for item in series["items"]] == [f"{end} 00:00:00 +00:00" for end in ends]
    assert (series["date_from"], series["date_to"], series["group_range"]) == (str(first), str(last), "month")
    assert series["items"][0]["backlinks"] == 0
    assert series["items"][-1]["backlinks"] == whole["backlinks"]
    assert series["items"][-1]["rank"] == whole["rank"]
    days = result(
        "timeseries_new_lost_summary/live", target="shop.com", date_from=str(day(FIRST, -1)),
        date_to=str(day(SECOND, 1)), group_range="day",
    )  # fmt: skip
    assert days["items_count"] == 43
    assert (
        total(days["items"], "new_backlinks") - total(days["items"], "lost_backlinks") == whole["backlinks"]
    )
    assert {item["date"][:10] for item in days["items"] if item["lost_backlinks"]} == {SECOND}


def test_history_begins_with_the_first_data(result: Ask) -> None:
    found = result("history/live", target="shop.com")
    wanted = [str(month) for month in months(day(FIRST), TODAY)]
    assert [item["date"][:10] for item in found["items"]] == wanted
    assert (found["date_from"], found["date_to"]) == ("2019-01-01", str(TODAY))
    assert found["items_count"] == len(wanted)
    assert found["items"][-1]["backlinks"] == result("summary/live", target="shop.com")["backlinks"]


BULK = [
    "shop.com",
    "www.rival.com",
    "blog.shop.com",
    "https://shop.com/p/1",
    "http://192.0.2.7/",
    "nowhere.example",
]


def test_bulk_figures_are_those_of_the_summary(result: Ask) -> None:
    wholes = [result("summary/live", target=target) for target in BULK]

    def column(path: str, field: str, **more: Any) -> list[Any]:
        items = result(path, targets=BULK, **more)["items"]
        assert [item["target"] for item in items] == BULK
        return [item[field] for item in items]

    for path, field in (
        ("bulk_ranks/live", "rank"),
        ("bulk_backlinks/live", "backlinks"),
        ("bulk_referring_domains/live", "referring_domains"),
        ("bulk_referring_domains/live", "referring_domains_nofollow"),
        ("bulk_referring_domains/live", "referring_main_domains"),
        ("bulk_referring_domains/live", "referring_main_domains_nofollow"),
    ):
        assert column(path, field) == [whole[field] for whole in wholes]
    spam = column("bulk_spam_score/live", "spam_score")
    assert spam == [whole["info"]["target_spam_score"] for whole in wholes]
    assert column("bulk_ranks/live", "rank", rank_scale="one_hundred") == [
        round(math.sin(whole["rank"] / 636.62) * 100) for whole in wholes
    ]


def test_bulk_summaries_of_pages_are_those_of_the_summary_and_of_the_listing(result: Ask) -> None:
    listed = {item["url"]: item for item in result("domain_pages_summary/live", target="shop.com")["items"]}
    for subdomains in (True, False):
        found = result("bulk_pages_summary/live", targets=BULK, include_subdomains=subdomains)
        assert found["total_count"] == len(BULK)
        for target, item in zip(BULK, found["items"], strict=True):
            whole = result("summary/live", target=target, include_subdomains=subdomains)
            same = {
                key: value for key, value in item.items() if key not in ("type", "url", "main_domain_rank")
            }
            assert item["url"] == target
            assert same == {key: whole[key] for key in same}
            if target in listed:
                del item["main_domain_rank"]
                assert item == listed[target]


def test_bulk_news_are_what_came_and_went_since_a_day(result: Ask) -> None:
    since = str(day(SECOND, -10))
    asked = {"targets": ["shop.com"], "date_from": since}
    (links,) = result("bulk_new_lost_backlinks/live", **asked)["items"]
    (domains,) = result("bulk_new_lost_referring_domains/live", **asked)["items"]
    days = result("timeseries_new_lost_summary/live", target="shop.com", date_from=since, group_range="day")
    for item in (links, domains):
        assert item.pop("target") == "shop.com"
        assert item == {key: total(days["items"], key) for key in item}
    assert links["lost_backlinks"] > 0


@pytest.mark.parametrize("target", ["SHOP.com", "www.shop.com", "Www.Shop.Com", "shop.com."])
def test_a_name_means_the_same_however_it_is_written_and_comes_back_as_it_was(
    target: str, result: Ask
) -> None:
    found = result("summary/live", target=target)
    assert found == {**result("summary/live", target="shop.com"), "target": target}
    assert result("anchors/live", target=target, limit=1)["target"] == target


def test_international_names_are_taken_in_both_forms(result: Ask) -> None:
    for target in ("bücher.example", "xn--bcher-kva.example", "https://bücher.example/straße"):
        assert result("summary/live", target=target)["target"] == target
        assert result("bulk_backlinks/live", targets=[target])["items"] == [
            {"target": target, "backlinks": 0}
        ]


def test_behind_the_last_row_there_is_nothing_and_the_count_stands(result: Ask) -> None:
    whole = result("anchors/live", target="shop.com")["total_count"]
    for offset in (whole, 20_000, 10**18):
        found = result("anchors/live", target="shop.com", offset=offset)
        assert (found["items"], found["items_count"], found["total_count"]) == ([], 0, whole)
    assert result("backlinks/live", target="shop.com", offset=20_000)["search_after_token"] is None


def test_an_excluded_address_with_a_star_means_all_that_start_so(result: Ask) -> None:
    def sources(*excluded: str) -> set[str]:
        found = result(
            "page_intersection/live", targets={"1": "shop.com"}, exclude_targets=excluded, limit=1000
        )
        return {item["page_intersection"]["1"][0]["url_from"] for item in found["items"]}

    def linking(target: str) -> set[str]:
        return {item["url_from"] for item in result("backlinks/live", target=target, limit=1000)["items"]}

    whole = sources()
    pages = linking("https://rival.com/") | linking("https://rival.com/tools")
    assert sources("https://rival.com/*") == whole - pages != whole
    assert sources("https://rival.com/t*") == whole - linking("https://rival.com/tools")
    assert sources("https://rival.com/tools") == whole - linking("https://rival.com/tools")
    assert sources("rival.com", "www.third.org") == whole - linking("rival.com") - linking("third.org")


def test_lists_keep_as_many_entries_as_are_asked_for(result: Ask) -> None:
    few = result("summary/live", target="shop.com", internal_list_limit=2)["referring_links_tld"]
    many = result("summary/live", target="shop.com", internal_list_limit=1000)["referring_links_tld"]
    assert list(few.items()) == sorted(many.items(), key=lambda entry: (-entry[1], entry[0]))[:2]
    assert len(many) > 2


def test_the_defaults_are_those_of_the_service(result: Ask) -> None:
    rows = result("backlinks/live", target="shop.com")
    assert (rows["items_count"], rows["mode"]) == (100, "as_is")
    ranks = [row["rank"] for row in rows["items"]]
    assert ranks == sorted(ranks, reverse=True)
    counts = [item["backlinks"] for item in result("anchors/live", target="shop.com")["items"]]
    assert counts == sorted(counts, reverse=True)
    shared = [item["intersections"] for item in result("competitors/live", target="shop.com")["items"]]
    assert shared == sorted(shared, reverse=True)
    assert shared[0] > 0
    assert result("competitors/live", target="shop.com") == result(
        "competitors/live", target="shop.com", main_domain=True, exclude_large_domains=True, order_by=None,
        filters=None, limit=None, offset=None, rank_scale=None, tag=None,
    )  # fmt: skip
