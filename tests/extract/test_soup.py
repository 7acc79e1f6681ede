"""Markup that would grow without bound is tamed, and nothing else is touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlit.extract.html import extract_html
from backlit.extract.soup import MOST_ATTRIBUTES, MOST_OPEN, defused

LINK = "<a href='http://a.test/'>x</a>"
URL = "https://www.example.com/"

BOMBS = {
    "formatting": "<p>" + "".join(f"<font size={n}>" for n in range(3000)) + "<p>x" * 3000 + LINK,
    "formatting closed at the end": "<p>" + "".join(f"<b id={n}>" for n in range(3000)) + "<p>x" * 3000 + LINK
    + "</b>" * 3000,
    "attributes": "<a " + " ".join(f"a{n}='<'" for n in range(5000)) + " b" * 40_000 + ">x</a>" + LINK,
    "depth": "<div>" * 100_000 + LINK + "</div>" * 10,
    "depth of unknown elements": "<x-y>" * 100_000 + LINK,
}  # fmt: skip


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_read_and_told(bomb: str) -> None:
    page = extract_html(BOMBS[bomb].encode(), URL)
    assert [row[0] for row in page.links] == ["http://a.test/"]
    assert [cause for cause, _ in page.problems] == (["explosive-markup"] if bomb != "attributes" else [])


def test_a_long_tag_keeps_its_first_attributes() -> None:
    html = f"<a href='http://a.test/' {' '.join(f'a{n}' for n in range(20_000))}>x</a>"
    page = extract_html(html.encode(), URL)
    assert [(row[0], row[6]) for row in page.links] == [("http://a.test/", "x")]
    assert "1,000" in page.problems[0][1]
    assert MOST_ATTRIBUTES == 1000


@pytest.mark.parametrize(
    "html",
    [
        "<p><b>bold</b> text" * 5000,
        "<img src='data:image/png;base64," + "A" * 100_000 + "'>",
        "<p>" + "word " * 20_000,
        "<li>x" * 100_000,
        "<div>" * (MOST_OPEN - 1),
    ],
)
def test_large_but_honest_pages_are_left_alone(html: str) -> None:
    source = html.encode()
    assert defused(source) == (source, None)


@given(st.binary(max_size=300))
def test_small_pages_are_left_alone(source: bytes) -> None:
    assert defused(source) == (source, None)
