"""The table of every listing: filter, order, columns, pages and files, all in the address."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from backlit.errors import FilterError
from backlit.index.filters import read_filter
from backlit.questions import filter_tests
from backlit.questions.columns import LINKS, REFERRING, columns
from backlit.questions.filter_tests import ALL_OFFERED, OFFERED, fields, joined, one_test
from backlit.server.dashboard.view import address
from dashboard_pages import HTML, browser, parsed, told, words
from index_rows import crawl, link, publish_batches


@pytest.fixture(scope="module")
def many(make: Callable[..., TestClient], tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """A hundred and twenty domains that link to shop.com, all alike but for their names."""
    rows = [link(f"https://s{at:03}.com/1", "https://shop.com/", "2026-01-05") for at in range(120)]
    folder: Path = tmp_path_factory.mktemp("many") / "index"
    publish_batches(folder, [crawl(rows, "2026-01-05")])
    return browser(make(folder))


def column(text: str, number: int = 0) -> list[str]:
    """The words of one column of the table on a page."""
    tree = parsed(text)
    table = tree.find(f".//{HTML}table[@class='rows']")
    if table is None:
        return []
    return [
        words(row.findall(f"{HTML}td")[number]) for row in table.iter(f"{HTML}tr") if row.findall(f"{HTML}td")
    ]


def links_of(text: str) -> dict[str, str]:
    """The links of a page by their words (of equal ones the first)."""
    found: dict[str, str] = {}
    for node in parsed(text).iter(f"{HTML}a"):
        found.setdefault(words(node), str(node.get("href")))
    return found


def test_pages_follow_each_other_without_gap_or_overlap(many: TestClient) -> None:
    seen, path, counts = [], "/domains?target=shop.com", []
    while path:
        text = many.get(path).text
        seen += column(text)
        counts.append(words(parsed(text).find(f".//{HTML}span[@class='count']")))
        path = links_of(text).get("Next →", "")
    assert seen == [f"s{at:03}.com" for at in range(120)]
    assert counts == ["1–50 of 120", "51–100 of 120", "101–120 of 120"]


def test_the_state_of_a_table_is_its_address(many: TestClient) -> None:
    text = many.get(
        "/domains?target=shop.com&where=links+%3E%3D+1&sort=source_domain+desc&limit=25&offset=25"
    ).text
    assert column(text) == [f"s{at:03}.com" for at in range(94, 69, -1)]
    query = parse_qs(urlsplit(links_of(text)["Next →"]).query)
    assert query == {
        "target": ["shop.com"], "where": ["links >= 1"], "sort": ["source_domain desc"], "limit": ["25"],
        "offset": ["50"],
    }  # fmt: skip
    assert parse_qs(urlsplit(links_of(text)["← Previous"]).query) == {
        k: v for k, v in query.items() if k != "offset"
    }


def test_heads_sort_one_way_and_then_the_other(many: TestClient) -> None:
    first = links_of(many.get("/domains?target=shop.com").text)
    assert "sort=source_authority" in first["authority ↓".replace(" ", "")]
    assert first["links"].endswith("sort=links+desc")
    assert first["domain"].endswith("sort=source_domain")
    again = many.get(first["domain"]).text
    tree = parsed(again)
    [head] = [node for node in tree.iter(f"{HTML}th") if node.get("aria-sort")]
    assert (words(head), head.get("aria-sort")) == ("domain↑", "ascending")
    assert links_of(again)["domain↑"].endswith("sort=source_domain+desc")


def test_a_filter_that_cannot_be_read_is_told_beside_its_box(see: TestClient) -> None:
    answer = see.get("/links", params={"target": "shop.com", "where": "folow and anchor = <b>"})
    tree = parsed(answer.text)
    assert answer.status_code == 200
    box = next(node for node in tree.iter(f"{HTML}input") if node.get("id") == "where")
    assert (box.get("value"), box.get("aria-invalid")) == ("folow and anchor = <b>", "true")
    alert = next(node for node in tree.iter(f"{HTML}div") if node.get("id") == box.get("aria-describedby"))
    assert 'There is no column "folow" here. Did you mean "follow"?' in words(alert)
    assert column(answer.text) == []
    assert "All rows as a file" not in told(answer.text)


def test_an_order_that_cannot_be_read_is_told(see: TestClient) -> None:
    assert "Did you mean" in told(see.get("/links?target=shop.com&sort=anchr").text)


@pytest.mark.parametrize("wrong", ["limit=-1", "limit=x", "limit=501", "offset=1e3", "status=gone"])
def test_a_number_or_word_that_is_none_is_told(see: TestClient, wrong: str) -> None:
    answer = see.get(f"/links?target=shop.com&{wrong}")
    assert answer.status_code == 400
    assert wrong.partition("=")[0] in told(answer.text)


def test_the_controls_of_the_filter_write_the_filter(see: TestClient) -> None:
    asked = {"target": "shop.com", "where": "follow", "sort": "anchor", "add": "1"}
    asked |= {"f_column": "anchor", "f_operator": "contains", "f_value": 'a "b" c'}
    answer = see.get("/links", params=asked, follow_redirects=False)
    assert answer.status_code == 303
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert query == {
        "target": ["shop.com"],
        "where": ['follow and anchor contains "a ""b"" c"'],
        "sort": ["anchor"],
    }


def test_a_control_that_makes_no_filter_keeps_what_was_typed(see: TestClient) -> None:
    asked = {"target": "shop.com", "f_column": "depth", "f_operator": ">=", "f_value": "deep", "add": "1"}
    answer = see.get("/links", params=asked)
    assert "deep" in told(answer.text)
    box = next(node for node in parsed(answer.text).iter(f"{HTML}input") if node.get("id") == "f_value")
    assert box.get("value") == "deep"


def test_each_test_of_a_filter_can_be_taken_away(see: TestClient) -> None:
    where = 'follow and (placement = content or anchor = "x") and not hidden'
    text = see.get("/links", params={"target": "shop.com", "where": where}).text
    tests = parsed(text).find(f".//{HTML}ul[@class='tests']")
    left = [
        parse_qs(urlsplit(str(node.get("href"))).query).get("where", [""])[0]
        for node in tests.iter(f"{HTML}a")
    ]
    assert left == [
        '(placement = "content" or anchor = "x") and not hidden',
        "follow and not hidden",
        'follow and (placement = "content" or anchor = "x")',
        "",
    ]


def test_columns_are_chosen_by_boxes_and_kept_as_one_word(see: TestClient) -> None:
    text = see.get("/links?target=shop.com&columns=anchor&columns=rel").text
    heads = [words(node) for node in parsed(text).iter(f"{HTML}th")]
    assert heads == ["anchor", "rel"]
    kept = next(node for node in parsed(text).iter(f"{HTML}input") if node.get("name") == "columns")
    assert kept.get("value") == "anchor,rel"
    assert "columns=anchor,rel" in links_of(text)["anchor"]


def test_files_hold_all_rows_of_what_is_shown(many: TestClient) -> None:
    text = many.get(
        "/domains?target=shop.com&where=source_domain+%3E+s100&sort=source_domain+desc&columns=source_domain&limit=25&offset=25"
    ).text
    answer = many.get(links_of(text)["CSV"], headers={"accept": "*/*"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text.split() == ["source_domain", *(f"s{at:03}.com" for at in range(119, 99, -1))]
    assert many.get(links_of(text)["Parquet"]).content[:4] == b"PAR1"


@pytest.mark.parametrize(
    ("query", "words_of_it"),
    [
        ("target=nobody.example", "No domain links to this target in this index."),
        ("target=shop.com&where=links+%3E+9", "No row passes this filter."),
        ("target=shop.com&offset=900", "There is no row 901"),
        ("target=shop.com&status=lost&where=links+%3E+9", "No row passes this filter."),
    ],
)
def test_an_empty_table_says_what_to_do(see: TestClient, query: str, words_of_it: str) -> None:
    answer = see.get(f"/domains?{query}")
    assert answer.status_code == 200
    assert words_of_it in told(answer.text)


def test_every_listing_says_where_its_figures_come_from(see: TestClient) -> None:
    for name in ("domains", "links", "anchors", "pages", "history"):
        text = told(see.get(f"/{name}?target=shop.com").text)
        assert "Origin: warc · data to 5 Feb 2026 · generation 1" in text, name


def test_lost_links_are_listed_by_their_status(see: TestClient) -> None:
    text = see.get("/links?target=shop.com&status=lost&columns=source_url,lost_reason").text
    assert (column(text), column(text, 1)) == (["c.net/1"], ["removed"])


@pytest.mark.parametrize("field", fields(LINKS), ids=lambda field: field.name)
def test_every_operator_that_is_offered_makes_a_filter(field) -> None:
    value = {"text": "x", "integer": "3", "number": "0.5", "time": "2026-01-31", "boolean": ""}[field.kind]
    for operator in OFFERED[field.kind]:
        made = one_test(field.name, operator, field.choices[0] if field.choices else value, LINKS)
        assert read_filter(made, columns(LINKS)).columns == {field.name}


@given(st.lists(st.sampled_from([
    "follow", "not hidden", 'anchor contains "and or"', "depth >= 2 or nth = 0", "not (follow or hidden)",
    'anchor = " or "', "rel is null",
]), min_size=1, max_size=4))  # fmt: skip
def test_tests_that_are_joined_are_all_asked_for(tests: list[str]) -> None:
    whole = read_filter(joined(tests), columns(LINKS)).text
    assert [read_filter(one, columns(LINKS)).text for one in filter_tests.tests_of(whole, LINKS)] == [
        part
        for test in tests
        for part in (read_filter(one, columns(LINKS)).text for one in filter_tests.tests_of(test, LINKS))
    ] or " or " in whole  # a filter that is one "or" alone is one test


@given(
    st.text(max_size=30), st.sampled_from(ALL_OFFERED), st.sampled_from([f.name for f in fields(REFERRING)])
)
def test_whatever_is_typed_becomes_a_filter_or_a_sentence(value: str, operator: str, name: str) -> None:
    made = "source_domain is known"
    with contextlib.suppress(FilterError):
        made = one_test(name, operator, value, REFERRING)
    assert read_filter(made, columns(REFERRING)).text in (made, f"not {name} is null")


def test_addresses_leave_out_what_is_not_asked() -> None:
    assert address("/links", {"target": "ü b&c/*", "where": None, "sort": "", "limit": 5}) == (
        "/links?target=%C3%BC+b%26c/*&limit=5"
    )
