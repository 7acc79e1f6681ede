"""Rows as tuples to tables: columns, ids, repeats, and what belongs to the page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from backlit.extract.page import ExtractedPage
from backlit.records import FETCHES, KINDS, LINKS, PAGES, Problem
from backlit.sources.rows import FACTS, RowBuilder, microseconds
from backlit.web.ids import link_id, pair_id

WHEN = datetime(2024, 5, 18, 1, 58, 10)


def link(target: str = "https://other.test/", kind: str = "anchor", nth: int = 0) -> tuple[object, ...]:
    host = target.split("/")[2]
    return (
        *(target, host, host, host, kind, nth, "anchor", None, "nofollow", False),
        *("content", "default", "p", False, None, 4, "before", "after"),
    )


def builder() -> RowBuilder:
    return RowBuilder(file="a.warc.gz", snapshot="2024-05-20", origin="warc", depth=3)


def test_a_link_is_one_row_with_what_belongs_to_its_page() -> None:
    rows = builder()
    page = ExtractedPage([link()], {"language": "en", "title": "A page"}, True, [])
    rows.add_page("https://blog.example.co.uk/a", page, status=200, fetched_at=microseconds(WHEN))
    batch = rows.take(7, 9)
    assert batch.links is not None
    assert batch.links.schema == LINKS
    pair = pair_id("https://blog.example.co.uk/a", "https://other.test/")
    assert batch.links.to_pylist() == [
        {
            "link_id": link_id(pair, "anchor", 0),
            "pair_id": pair,
            "source_url": "https://blog.example.co.uk/a",
            "source_host": "blog.example.co.uk",
            "source_domain": "example.co.uk",
            "source_site": "example.co.uk",
            "source_language": "en",
            "target_url": "https://other.test/",
            "target_host": "other.test",
            "target_domain": "other.test",
            "target_site": "other.test",
            "kind": "anchor",
            "nth": 0,
            "anchor": "anchor",
            "alt": None,
            "rel": "nofollow",
            "follow": False,
            "placement": "content",
            "placement_rule": "default",
            "semantic_location": "p",
            "hidden": False,
            "hidden_rule": None,
            "position": 4,
            "text_before": "before",
            "text_after": "after",
            "first_seen": WHEN,
            "last_seen": WHEN,
            "lost_at": None,
            "lost_reason": None,
            "depth": 3,
            "snapshot": "2024-05-20",
            "origin": "warc",
        }
    ]
    assert (batch.resume_at, batch.bytes_done) == (7, 9)


def test_each_link_keeps_the_page_it_stands_on() -> None:
    rows = builder()
    for number, count in enumerate([2, 0, 3, 1]):
        links = [link(f"https://t{at}.test/") for at in range(count)]
        rows.add_page(f"https://s{number}.test/", ExtractedPage(links, {}, True, []))
    batch = rows.take(0, 0)
    assert batch.links is not None
    assert batch.links["source_url"].to_pylist() == [
        *["https://s0.test/"] * 2,
        *["https://s2.test/"] * 3,
        "https://s3.test/",
    ]
    assert batch.links["first_seen"].to_pylist() == [None] * 6
    assert batch.pages is not None
    assert batch.pages.num_rows == 4


def test_facts_that_a_page_did_not_tell_are_null() -> None:
    rows = builder()
    rows.add_page(
        "https://example.com/", ExtractedPage([], {"words": 12, "noindex": False}, True, []), status=200
    )
    batch = rows.take(0, 0)
    assert batch.links is None
    assert batch.fetches is None
    assert batch.pages is not None
    assert batch.pages.schema == PAGES
    [row] = batch.pages.to_pylist()
    assert {name for name in FACTS if row[name] is not None} == {"words", "noindex"}


def test_links_that_stand_on_no_page_are_kept() -> None:
    rows = builder()
    redirect = link("https://new.test/", "redirect")
    rows.add_page("https://example.com/", None, status=301, extra_links=[redirect])
    batch = rows.take(0, 0)
    assert batch.links is not None
    assert batch.links["kind"].to_pylist() == ["redirect"]
    assert batch.pages is not None
    assert batch.pages["status"].to_pylist() == [301]


def test_a_look_counts_only_when_its_time_is_known() -> None:
    rows = builder()
    rows.add_page("https://example.com/a", None, status=404, fetched_at=microseconds(WHEN), outcome="gone")
    rows.add_page("https://example.com/b", None, status=404, outcome="gone")
    batch = rows.take(0, 0)
    assert batch.fetches is not None
    assert batch.fetches.schema == FETCHES
    assert batch.fetches.to_pylist() == [
        {"url": "https://example.com/a", "domain": "example.com", "fetched_at": WHEN, "outcome": "gone"}
    ]


def test_taking_empties_the_builder() -> None:
    rows = builder()
    rows.add_page("https://example.com/", ExtractedPage([link()], {}, True, []))
    rows.add_problem("offset 5", "truncated", "It ends here.")
    assert (rows.links, rows.pages, rows.problems) == (1, 1, 1)
    batch = rows.take(1, 1)
    assert batch.problems == [Problem("a.warc.gz", "offset 5", "truncated", "It ends here.")]
    assert (rows.links, rows.pages, rows.problems) == (0, 0, 0)
    empty = rows.take(2, 2)
    assert (empty.links, empty.pages, empty.fetches, empty.problems) == (None, None, None, [])


@given(
    st.lists(
        st.tuples(st.text(max_size=9), st.sampled_from(KINDS), st.integers(0, 300)), min_size=1, max_size=20
    )
)
def test_ids_are_those_of_the_floor_below(targets: list[tuple[str, str, int]]) -> None:
    rows = builder()
    safe = [(text.encode("utf-8", "replace").decode(), kind, nth) for text, kind, nth in targets]
    links = [link(f"https://a.test/{text}", kind, nth) for text, kind, nth in safe]
    rows.add_page("https://example.com/", ExtractedPage(links, {}, True, []))
    batch = rows.take(0, 0)
    assert batch.links is not None
    pairs = [pair_id("https://example.com/", f"https://a.test/{text}") for text, _, _ in safe]
    assert batch.links["pair_id"].to_pylist() == pairs
    ids = [link_id(pair, kind, nth) for pair, (_, kind, nth) in zip(pairs, safe, strict=True)]
    assert batch.links["link_id"].to_pylist() == ids


def test_times_are_utc_and_cut_to_the_second() -> None:
    expected = 1_715_997_490_000_000
    assert microseconds(WHEN) == expected
    assert microseconds(WHEN.replace(microsecond=999_999, tzinfo=UTC)) == expected
    assert microseconds(WHEN.replace(tzinfo=timezone(timedelta(hours=2)))) == expected - 7_200_000_000
    assert microseconds(datetime(1969, 12, 31, 23, 59, 59)) == -1_000_000
