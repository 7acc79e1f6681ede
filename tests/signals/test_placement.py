"""On how much of a site a link stands, where, and how far down."""

from __future__ import annotations

from typing import Any

import pytest

from backlit.settings import default
from backlit.signals.load import ground_of
from backlit.signals.placement import SIGNALS, measure
from signal_grounds import plain


def link(page: str, **more: Any) -> dict[str, Any]:
    return {"source_url": f"https://a.test/{page}", "target_url": "https://t.test/"} | more


def values(
    links: list[dict[str, Any]], pages: list[dict[str, Any]] | None = None
) -> dict[str, list[float | None]]:
    found = measure(ground_of(links, pages or []), default())
    assert [(name, m.level) for name, m in found.items()] == [(s.id, s.level) for s in SIGNALS]
    return {name: plain(m.value) for name, m in found.items()}


def test_a_share_of_the_known_pages_is_sitewide() -> None:
    links = [link("1"), link("1", anchor="again"), link("2"), link("3")]
    more = [{"url": f"https://a.test/{i}"} for i in range(1, 5)]
    found = values(links, more)
    assert (found["sitewide"], found["linking_pages"]) == ([0.75], [3.0])


def test_few_known_pages_say_nothing_of_the_whole_site() -> None:
    found = values([link("1"), link("2")])
    assert (found["sitewide"], found["linking_pages"]) == ([None], [2.0])


def test_parts_of_the_page_are_flags_where_they_are_known() -> None:
    for part, signal in (
        ("footer", "in_footer"),
        ("sidebar", "in_sidebar"),
        ("nav", "in_menu"),
        ("header", "in_menu"),
        ("comment", "in_comment"),
        ("list", "in_list"),
    ):
        found = values([link("1", placement=part)])
        assert {name for name in found if name.startswith("in_") and found[name] == [1.0]} == {signal}
    unknown = values([link("1")])
    assert [unknown[name] for name in ("in_footer", "in_list", "only_in_template")] == [[None]] * 3


def test_links_that_stand_in_the_template_are_counted_among_those_of_known_place() -> None:
    places = ["footer", "nav", "content", ""]
    found = values([link(str(i), placement=place) for i, place in enumerate(places)])
    assert found["only_in_template"] == [pytest.approx(2 / 3)]


def test_a_credit_stands_in_the_frame_and_is_given_to_few() -> None:
    def credits(number: int, **more: str) -> list[float | None]:
        said = {"text_before": "Website by", "placement": "footer"} | more
        return values([link("1", target_url=f"https://t{i}.test/", **said) for i in range(number)])[
            "maker_credit"
        ]

    assert credits(2) == [1.0, 1.0]
    assert credits(3) == [0.0, 0.0, 0.0]
    assert credits(1, placement="content") == [0.0]
    assert credits(1, text_before="Friends:") == [0.0]


def test_depth_is_the_share_of_the_other_links_that_come_before() -> None:
    counts = {"source_external_links": 2, "source_internal_links": 9}
    assert values([link("1", position=10, **counts)])["far_down"] == [1.0]
    assert values([link("1", position=5, **counts)])["far_down"] == [0.5]
    assert values([link("1", position=0)])["far_down"] == [None]
    assert values([link("1", position=1, source_external_links=2, source_internal_links=0)])["far_down"] == [
        None
    ]
    # A page whose links were counted too low has at least those that are seen.
    assert values([link("1", position=19, **counts)])["far_down"] == [1.0]


def test_no_links_have_no_places() -> None:
    assert {len(column) for column in values([]).values()} == {0}
