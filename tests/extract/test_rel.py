"""The small grammars beside the links: Link headers and refreshes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlit.extract.rel import Robots, links_of_header, refresh_target, rel_tokens, robots_of


@pytest.mark.parametrize(
    ("content", "target"),
    [
        ("5;url=http://a.test/", "http://a.test/"),
        ("0; URL = 'http://a.test/' ", "http://a.test/"),
        ('0;url="http://a.test/x y"', "http://a.test/x y"),
        ("0,http://a.test/", "http://a.test/"),
        ("1.5 url=/x", "/x"),
        (";url=x", "x"),
        ("5", None),
        ("5;", None),
        ("", None),
        ("soon; url=http://a.test/", None),
    ],
)
def test_refresh_target(content: str, target: str | None) -> None:
    assert refresh_target(content) == target


def test_link_header_with_commas_inside_addresses_and_quotes() -> None:
    header = '<https://a.test/x,y>; rel="canonical next"; title="a, b", </s.css>; rel=preload,<z>'
    assert links_of_header(header) == [
        ("https://a.test/x,y", "canonical next"),
        ("/s.css", "preload"),
        ("z", ""),
    ]


def test_tokens_are_sorted_and_single() -> None:
    assert rel_tokens(" Sponsored,nofollow\nSPONSORED ") == "nofollow sponsored"


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_read(one: str, other: str) -> None:
    links_of_header(one)
    refresh_target(one)
    rel_tokens(one)
    assert isinstance(robots_of([one], other), Robots)
