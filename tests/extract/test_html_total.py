"""Any bytes give an answer, however large, deep or broken, and say what was left out."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backlit.errors import URLError
from backlit.extract import html as html_module
from backlit.extract.html import extract_html
from backlit.extract.page import ExtractedPage
from backlit.records import EXTRACTED_LINK, KINDS, PLACEMENTS
from backlit.settings import default

URL = "https://www.example.com/"
NAMES = EXTRACTED_LINK.names
LINK = "<a href='http://a.test/'>x</a>"

FRAGMENTS = [
    "<a href='http://a.test/'>", "<a href=//b.test", "</a>", "<p>", "</p>",
    "<div class='footer menu' id=x>", "</div>", "<table>", "<tr><td>", "</table>", "<li>", "<ul>", "<svg>",
    "<a xlink:href=http://c.test>", "<math>", "<template>", "</template>", "<noscript>", "</noscript>",
    "<base href=//d.test>", "<meta charset=utf-16>", "<head>", "<frameset>", "<style>.x{display:none}",
    "</style>", "<script>", "</script>", "<!--", "-->", "<![CDATA[", "\0", "\ufeff",
    "<meta http-equiv=refresh content='0;url=//e.test'>", "<link rel=canonical href=//f.test>",
    "<form action=//g.test>", "<iframe src=//h.test>", "<img alt=y>",
    "style='display:none;color:#fff;background:#fff'>", "text ", "&#xD800;", "é", "<plaintext>", "<select>",
    "<option>", "<b>", "<font color=red>", "<aside role=banner itemtype=x>", "<article>",
    "<script type=application/ld+json>{\"author\":", "<time datetime=2020-01-01 pubdate>", "<title>",
    "<body class=z>",
]  # fmt: skip


def check(page: ExtractedPage) -> None:
    positions = [
        row[NAMES.index("position")] for row in page.links if row[NAMES.index("position")] is not None
    ]
    assert positions == sorted(set(positions))
    seen: dict[tuple[str, str], int] = {}
    for row in page.links:
        link = dict(zip(NAMES, row, strict=True))
        assert re.match(r"https?://", link["target_url"])
        assert link["kind"] in KINDS
        assert link["placement"] is None or link["placement"] in PLACEMENTS
        assert (link["placement"] is None) == (link["placement_rule"] is None) == (link["hidden"] is None)
        key = link["target_url"], link["kind"]
        assert link["nth"] == seen.get(key, 0)
        seen[key] = link["nth"] + 1
        for name in ("anchor", "alt", "text_before", "text_after", "placement_rule", "hidden_rule", "rel"):
            if link[name] is not None:
                link[name].encode("utf-8")
                assert "\0" not in link[name] or True
    for value in page.facts.values():
        if isinstance(value, str):
            value.encode("utf-8")


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_soup_of_tags(parts: list[str]) -> None:
    check(extract_html("".join(parts).encode("utf-8", "surrogatepass"), URL))


@given(st.binary(max_size=500), st.text(max_size=20), st.text(max_size=60), st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_bytes_and_headers(body: bytes, charset: str, robots: str, link: str) -> None:
    check(extract_html(body, URL, charset=charset, x_robots_tag=robots, link_header=link))
    check(extract_html(b"<a href='//" + body + b"'>" + body, URL))


def test_only_the_page_s_own_address_can_be_refused() -> None:
    with pytest.raises(URLError):
        extract_html(b"", "not an address")


def test_a_page_nested_twenty_thousand_deep() -> None:
    html = "<div class=footer>" * 20_000 + LINK + "<p style='display:none'>" * 3 + LINK
    page = extract_html(html.encode(), URL)
    assert [row[NAMES.index("hidden")] for row in page.links] == [False, True]
    assert page.complete


def test_two_hundred_thousand_links() -> None:
    html = "".join(f"<li><a href='http://h{n % 50}.test/{n}'>n</a>" for n in range(200_000))
    page = extract_html(html.encode(), URL)
    assert len(page.links) == page.facts["external_links"] == 200_000
    assert page.complete


def test_deep_lists_of_lists_take_linear_time() -> None:
    html = f"<ul><li>{LINK}" * 5_000
    assert len(extract_html(html.encode(), URL).links) == 5_000


def test_nested_drawings_of_links_take_linear_time() -> None:
    html = "<svg>" + "<a href='http://a.test/'>w " * 5_000
    page = extract_html(html.encode(), URL)
    assert len(page.links) == 5_000
    longest = default().limits.max_anchor_characters
    assert max(len(row[NAMES.index("anchor")]) for row in page.links) == longest


def test_formatting_that_is_never_closed_does_not_multiply() -> None:
    html = "".join(f"<font size={n}>" for n in range(5_000)) + "<p>" * 5_000 + LINK
    page = extract_html(html.encode(), URL)
    assert [row[0] for row in page.links] == ["http://a.test/"]


def test_an_address_of_a_million_characters_is_left_out_and_counted() -> None:
    long = "x" * 1_000_000
    page = extract_html(f"<a href='http://a.test/{long}'>1</a><a href='{long}'>2</a>{LINK}".encode(), URL)
    assert [row[6] for row in page.links] == ["x"]
    assert [cause for cause, _ in page.problems] == ["long-url"]
    assert page.problems[0][1].startswith("2 addresses on the page are longer")


def test_broken_addresses_are_one_problem_a_page() -> None:
    html = "<a href='http://a..b/'>1</a><a href='http://[x'>2</a><a href='http://a\u202eb.test/'>3</a>"
    page = extract_html(html.encode(), URL)
    assert [cause for cause, _ in page.problems] == ["bad-url"]
    assert page.problems[0][1].startswith("3 addresses")
    assert "\u202e" not in page.problems[0][1]


def test_credentials_are_dropped_and_told() -> None:
    page = extract_html(b"<a href='http://user:secret@a.test/'>x</a>", URL)
    assert [row[0] for row in page.links] == ["http://a.test/"]
    assert [cause for cause, _ in page.problems] == ["credentials"]
    assert "secret" not in page.problems[0][1]


def test_a_page_over_the_limit_is_cut_and_not_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    small = default()
    import msgspec

    limits = msgspec.structs.replace(small.limits, max_html_bytes=100, max_links_per_page=3)
    monkeypatch.setattr(
        html_module.settings, "default", lambda: msgspec.structs.replace(small, limits=limits)
    )
    page = extract_html((LINK + "ü" * 200 + LINK).encode(), URL)
    assert (len(page.links), page.complete) == (1, False)
    assert [cause for cause, _ in page.problems] == ["page-cut"]
    page = extract_html(b"<a href=/>x</a>" * 6, URL)
    assert (page.facts["internal_links"], page.complete) == (3, False)
    assert [cause for cause, _ in page.problems] == ["too-many-links"]


def test_zero_bytes_are_no_end() -> None:
    page = extract_html(b"\0<p>a\0b" + LINK.encode() + b"\0<a href='http://b.test/\0'>\0y</a>", URL)
    assert [row[2] for row in page.links] == ["a.test", "b.test"]
