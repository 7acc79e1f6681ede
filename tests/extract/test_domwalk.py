"""The walk over the parser's memory makes the outline that the walk over its objects makes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from backlit.extract import domwalk, html
from backlit.extract.html import extract_html
from backlit.extract.outline import BASE, Outline, outline_of

HOST = "example.com"


def inside(href: str) -> bool:
    own = href.startswith((f"https://{HOST}/", f"http://{HOST}/"))
    return len(href) <= 8192 and (own or html._plainly_inside(href) is not None)


def seen(outline: Outline, walked: bool) -> tuple[Any, ...]:
    """An outline with addresses of nodes for nodes, and one address for all that stay on the site."""
    read_all = walked or bool(outline.notes[BASE])
    links = [
        (
            start,
            end,
            node.mem_id,
            href if read_all or not inside(href) else "#",
            picture.mem_id if picture is not None else 0,
        )
        for start, end, node, href, picture in outline.links
    ]
    notes = {tag: [(note[0].mem_id, *note[1:]) for note in found] for tag, found in outline.notes.items()}
    return outline.text, links, outline.blocks, outline.block_of, notes, outline.links_cut


def assert_same(document: str, max_links: int = 1000) -> None:
    tree = LexborHTMLParser(document)
    walked = domwalk.compiled_outline_of(tree, len(document.encode()), HOST, max_links, 8192)
    assert walked is not None
    assert tree.root is not None
    assert seen(walked, True) == seen(outline_of(tree.root, max_links), False)


def test_the_parser_lies_in_memory_as_this_project_knows_it() -> None:
    assert domwalk.layout_fits() > 0


@pytest.mark.parametrize(
    "document",
    [
        "",
        "<!-- a --><p>b<!-- c --></html><!-- d -->",
        "<p>one <a href=/x>two</a>three<br>four<hr> <b>five</b>",
        "<a href=https://b.test/>\u00a0 x\u3000</a>\u2003<p>\u00a0</p>é\u0085",
        "<a>no address</a><a href>empty</a><area href='#x'>",
        "<a href=//b.test><img alt=x><svg></svg></a><a href=x><svg><title>t</title></svg></a>",
        "<base href=https://b.test/><a href=x>1</a><a href=/y>2</a>",
        "<ul><li><a href=a>1</a><li><a href=b>2</a></ul><table><tr><td>x<td>y</table>",
        "<noscript><meta http-equiv=refresh content='0;url=x'><a href=x>n</a></noscript>"
        "<template><a href=t>t</a></template>",
        "<select><option>a<option>b</select><textarea><a href=x></textarea><iframe src=//f.test><a href=z></iframe>",
        "<title>t</title><style>a{}</style><script>x</script>"
        "<meta name=a><link rel=b><form action=//f.test><time>1</time></form>",
        f"<a href=https://{HOST}/x>own</a><a href=http://{HOST}>near</a>"
        f"<a href=https://{HOST}.test/>not</a><a href=-x>d</a>",
        "<my-tag>&amp;&nGt;&#0;</my-tag>" * 50,
        "<div>" * 400 + "deep" + "<a href=//d.test>x</a>" * 30,
    ],
)
def test_this_page_has_the_same_outline(document: str) -> None:
    assert_same(document)


def test_links_beyond_the_limit_are_left_out() -> None:
    assert_same("<p><a href=1>1</a><a href=2>2</a><a href=3>3</a></p>", max_links=2)


def test_a_page_with_many_blocks_gets_more_room() -> None:
    assert_same("<p><a href=//b.test>x</a></p>" * 9000, max_links=10_000)


pieces = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<ul><li>",
        "</ul>",
        "<a_href=//b.test>",
        "<a_href=/x>",
        "<a>",
        "</a>",
        "<b>",
        "</b>",
        "<br>",
        "<img>",
        "<noscript>",
        "</noscript>",
        "<table><td>",
        "</table>",
        "<select>",
        "</select>",
        "<form>",
        "</form>",
        "<template>",
        "</template>",
        "<svg>",
        "</svg>",
        "<title>",
        "</title>",
        "<!--x-->",
        "word",
        "é",
        "\xa0",
        "\u3000",
        "&nbsp;",
        "<base_href=//c.test/>",
        "<iframe>",
        "</iframe>",
        "<script>",
        "</script>",
        "<textarea>",
        "</textarea>",
        "<h1>",
        "</h1>",
    ]
).map(lambda piece: piece.replace("_", " "))


@given(st.lists(st.one_of(pieces, st.just(" "), st.text(max_size=4)), max_size=40).map("".join))
def test_any_markup_has_the_same_outline(document: str) -> None:
    assume_no_svg_links = "<svg>" not in document or "<a" not in document.partition("<svg>")[2]
    if assume_no_svg_links:  # those are for the other walk
        assert_same(document)


def test_a_link_in_a_drawing_is_for_the_other_walk() -> None:
    document = "<svg><a xlink:href=https://b.test/>x</a></svg>"
    tree = LexborHTMLParser(document)
    assert domwalk.compiled_outline_of(tree, len(document), HOST, 10, 8192) is None


def test_where_the_memory_is_laid_out_otherwise_the_walk_does_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(domwalk, "layout_fits", lambda: 0)
    assert domwalk.compiled_outline_of(LexborHTMLParser("<p>x"), 4, HOST, 10, 8192) is None


def test_both_walks_give_the_same_page(monkeypatch: pytest.MonkeyPatch) -> None:
    page = b"<title>t</title><nav><a href=/>home</a></nav><p>words "
    page += b"<a href=https://b.test/ rel=ugc>b</a><svg><a href=//c.test>c</a></svg>"
    monkeypatch.setattr(html, "_compiled_walk", None)
    slow = extract_html(page, "https://example.com/")
    monkeypatch.setattr(html, "_compiled_walk", domwalk.compiled_outline_of)
    assert extract_html(page, "https://example.com/") == slow
