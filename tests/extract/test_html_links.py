"""Which links a page has: each case with the whole list that is expected of it."""

from __future__ import annotations

from typing import Any

import pytest

from backlit.extract.html import extract_html
from backlit.records import EXTRACTED_LINK

PAGE = "https://www.example.com/dir/page.html"
NAMES = EXTRACTED_LINK.names


def links(html: str, url: str = PAGE, **headers: str) -> list[dict[str, Any]]:
    page = extract_html(html.encode(), url, **headers)
    return [dict(zip(NAMES, row, strict=True)) for row in page.links]


def short(html: str, *names: str, url: str = PAGE, **headers: str) -> list[tuple[Any, ...]]:
    return [tuple(link[name] for name in names) for link in links(html, url, **headers)]


def test_a_row_has_every_field() -> None:
    html = (
        "<body><article><p>We like the <a href='//Blog.Other.test/x?b=1#top' rel='NoFollow noopener'>"
        "other  blog</a>, it is good.</p></article>"
    )
    assert links(html) == [
        {
            "target_url": "https://blog.other.test/x?b=1",
            "target_host": "blog.other.test",
            "target_domain": "other.test",
            "target_site": "other.test",
            "kind": "anchor",
            "nth": 0,
            "anchor": "other blog",
            "alt": None,
            "rel": "nofollow noopener",
            "follow": False,
            "placement": "content",
            "placement_rule": "tag:article",
            "semantic_location": "article",
            "hidden": False,
            "hidden_rule": None,
            "position": 0,
            "text_before": "We like the",
            "text_after": ", it is good.",
        }
    ]


CASES: dict[str, tuple[str, list[tuple[str, str, str]]]] = {
    "relative, same host, same domain and empty addresses stay inside": (
        "<a href='/a'>1</a><a href='b'>2</a><a href='?q'>3</a><a href='#f'>4</a><a href=''>5</a><a href>6</a>"
        "<a href='http://www.example.com/'>7</a><a href='https://shop.example.com/'>8</a><a href='../..//c'>9</a>",
        [],
    ),
    "an address without scheme is relative, however much it looks like a host": (
        "<a href='www.other.test/x'>no</a><a href='other.test'>no</a>",
        [],
    ),
    "other schemes lead nowhere": (
        "<a href='mailto:x@other.test'>m</a><a href='javascript:go(1)'>j</a><a href='tel:+1'>t</a>"
        "<a href='data:text/html,x'>d</a><a href='htp://other.test/'>h</a><a href='ftp://other.test/'>f</a>"
        "<a href='android-app://other.test/'>a</a>",
        [],
    ),
    "blanks, tabs and line ends in an address are dropped as browsers do": (
        "<a href=' \nhttp://other.test/a\tb '>x</a><a href='ht\ntp://two.test'>y</a><a href='/\t/three.test'>z</a>",
        [
            ("http://other.test/ab", "anchor", "x"),
            ("http://two.test/", "anchor", "y"),
            ("https://three.test/", "anchor", "z"),
        ],
    ),
    "backslashes are slashes": (
        r"<a href='http:\\other.test\x'>x</a><a href='\\two.test'>y</a><a href='http:///three.test/x'>z</a>",
        [
            ("http://other.test/x", "anchor", "x"),
            ("https://two.test/", "anchor", "y"),
            ("http://three.test/x", "anchor", "z"),
        ],
    ),
    "an address with the page's own scheme and no slashes is relative": (
        "<a href='https:other.test/x'>x</a><a href='https:/other.test/x'>y</a><a href='http:other.test'>z</a>",
        [("http://other.test/", "anchor", "z")],
    ),
    "host case, port, dots, trailing dot, credentials and fragment": (
        "<a href='HTTP://OTHER.test:80/a/../b'>1</a><a href='http://other.test./'>2</a>"
        "<a href='http://u:p@other.test/c#d'>3</a>",
        [
            ("http://other.test/b", "anchor", "1"),
            ("http://other.test/", "anchor", "2"),
            ("http://other.test/c", "anchor", "3"),
        ],
    ),
    "entities in addresses, and what only looks like one": (
        "<a href='http://other.test/?a=1&amp;b=2&copy=3&#38;d'>x</a>",
        [("http://other.test/?a=1&b=2&copy=3&d", "anchor", "x")],
    ),
    "the first of two attributes counts": (
        "<a href='http://one.test/' href='http://two.test/'>x</a>",
        [("http://one.test/", "anchor", "x")],
    ),
    "internationalised names": (
        "<a href='http://faß.de/'>a</a><a href='http://bücher.example/ü'>b</a>",
        [("http://xn--fa-hia.de/", "anchor", "a"), ("http://xn--bcher-kva.example/%C3%BC", "anchor", "b")],
    ),
    "a nested link closes the first": (
        "<a href='http://one.test/'>one <a href='http://two.test/'>two</a> tail",
        [("http://one.test/", "anchor", "one"), ("http://two.test/", "anchor", "two")],
    ),
    "a link that is never closed goes on in each block after it, as on the screen": (
        "<p><a href='http://one.test/'>one<p>two</p>",
        [("http://one.test/", "anchor", "one"), ("http://one.test/", "anchor", "two")],
    ),
    "words on either side of a block or a line break stay apart": (
        "<a href='http://one.test/'>Big<br>news<div>today</div>at<span>tic</span></a>",
        [("http://one.test/", "anchor", "Big news today attic")],
    ),
    "a picture without words": (
        "<a href='http://one.test/'><img src=x alt=' Our  logo '></a><a href='http://two.test/'><img src=x></a>"
        "<a href='http://three.test/'><picture><source><img alt=pic></picture></a>",
        [
            ("http://one.test/", "image", ""),
            ("http://two.test/", "image", ""),
            ("http://three.test/", "image", ""),
        ],
    ),
    "a drawing is a picture, and its title is no text": (
        "<a href='http://one.test/'><svg><title>Follow us</title><path d=''/></svg></a>",
        [("http://one.test/", "image", "")],
    ),
    "a link without anything in it": (
        "<a href='http://one.test/'></a><a href='http://two.test/'><i class=icon></i></a>",
        [("http://one.test/", "anchor", ""), ("http://two.test/", "anchor", "")],
    ),
    "areas of a map": (
        "<map><area href='http://one.test/' alt=One><area href=/two></map>",
        [("http://one.test/", "anchor", "")],
    ),
    "links of drawings, by either attribute": (
        "<svg><a xlink:href='http://one.test/'><text>one</text></a><a href='http://two.test/'><text>two</text></a></svg>",
        [("http://one.test/", "anchor", "one"), ("http://two.test/", "anchor", "two")],
    ),
    "templates are not rendered": (
        "<template><a href='http://one.test/'>x</a></template><a href='http://two.test/'>y</a>",
        [("http://two.test/", "anchor", "y")],
    ),
    "what stands in textarea, title, iframe, script, style and comment is text": (
        "<title><a href='http://a.test/'>x</a></title><textarea><a href='http://b.test/'>x</a></textarea>"
        "<iframe><a href='http://c.test/'>x</a></iframe><script>'<a href=\"http://d.test/\">'</script>"
        "<style><a href='http://e.test/'></style><!-- <a href='http://f.test/'>x</a> -->",
        [],
    ),
    "after plaintext all is text": ("<plaintext><a href='http://a.test/'>x</a>", []),
    "links in noscript are read": (
        "<noscript><a href='http://one.test/'>one</a></noscript>",
        [("http://one.test/", "anchor", "one")],
    ),
    "frames and forms that lead away": (
        "<iframe src='https://player.one.test/v'></iframe><form action='http://two.test/list'><input></form>"
        "<form action='/search'></form><iframe src='about:blank'></iframe>",
        [("https://player.one.test/v", "frame", ""), ("http://two.test/list", "form", "")],
    ),
    "a frame set": (
        "<frameset><frame src='http://one.test/'><frame src='menu.html'></frameset>",
        [("http://one.test/", "frame", "")],
    ),
    "link elements": (
        "<head><link rel='Canonical' href='https://one.test/p'><link rel=alternate hreflang=de href='https://two.test/de'>"
        "<link rel='alternate stylesheet' href='https://three.test/css'><link rel=stylesheet href='https://four.test/c'>"
        "<link rel=canonical href='https://five.test/'></head>",
        [("https://one.test/p", "canonical", ""), ("https://two.test/de", "alternate", "")],
    ),
    "a refresh to another site": (
        "<meta http-equiv=Refresh content=\"0; URL='http://one.test/new'\"><meta http-equiv=refresh content='5'>"
        "<meta http-equiv=refresh content='3;/here'>",
        [("http://one.test/new", "redirect", "")],
    ),
    "broken hosts are left out": (
        "<a href='http://a .com/'>1</a><a href='http://a.com%2F'>2</a><a href='http://a..com/'>3</a>"
        "<a href='http://[::1'>4</a><a href='http://ok.test/'>5</a>",
        [("http://ok.test/", "anchor", "5")],
    ),
    "numbers that browsers read as addresses": (
        "<a href='http://0x7f.1/'>1</a><a href='http://%6Fne.test/'>2</a>",
        [("http://127.0.0.1/", "anchor", "1"), ("http://one.test/", "anchor", "2")],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_links_of(case: str) -> None:
    html, expected = CASES[case]
    assert short(html, "target_url", "kind", "anchor") == expected


def test_two_blogs_on_one_platform_are_two_sites_and_one_domain() -> None:
    page = extract_html(b"<a href='https://two.github.io/'>x</a>", "https://one.github.io/")
    assert [row[1:4] for row in page.links] == [("two.github.io", "github.io", "two.github.io")]
    assert (page.facts["external_links"], page.facts["internal_links"]) == (0, 1)


def test_base_holds_for_the_whole_document() -> None:
    html = (
        "<a href='before'>1</a><base target=_top><base href='http://cdn.other.test/x/'><base href='/no/'>"
        "<a href='after'>2</a><a href='/root'>3</a><a href='https://www.example.com/'>4</a><a href='#f'>5</a>"
    )
    assert short(html, "target_url", "position") == [
        ("http://cdn.other.test/x/before", 0),
        ("http://cdn.other.test/x/after", 1),
        ("http://cdn.other.test/root", 2),
        ("http://cdn.other.test/x/", 4),
    ]


def test_base_relative_to_the_page_and_base_that_is_none() -> None:
    assert short("<base href='//other.test/d/'><a href=e>x</a>", "target_url") == [
        ("https://other.test/d/e",)
    ]
    assert short("<base href='mailto:x'><a href=e>x</a><a href='//o.test'>y</a>", "target_url") == [
        ("https://o.test/",)
    ]


def test_position_counts_every_link_and_nth_those_of_one_target() -> None:
    html = (
        "<a name=top>no</a><a href=/in>0</a><a href='http://o.test/'>1</a><a href='mailto:x'>2</a>"
        "<map><area href='http://o.test/'></map><a href='http://o.test/'><img></a><a href='http://o.test/#x'>5</a>"
        "<svg><a xlink:href='http://p.test/'><text>6</text></a></svg><iframe src='http://o.test/'></iframe>"
    )
    assert short(html, "target_url", "kind", "nth", "position") == [
        ("http://o.test/", "anchor", 0, 1),
        ("http://o.test/", "anchor", 1, 3),
        ("http://o.test/", "image", 0, 4),
        ("http://o.test/", "anchor", 2, 5),
        ("http://p.test/", "anchor", 0, 6),
        ("http://o.test/", "frame", 0, None),
    ]


def test_alt_is_the_picture_s_even_beside_words() -> None:
    html = (
        "<a href='http://a.test/'><img alt='Logo'> Home</a><a href='http://b.test/'><img></a>"
        "<a href='http://c.test/'>no picture</a><a href='http://d.test/'><svg aria-label='Mail us'></svg></a>"
        "<a href='http://e.test/'><svg><title>Feed</title></svg></a>"
    )
    assert short(html, "anchor", "alt", "kind") == [
        ("Home", "Logo", "anchor"),
        ("", "", "image"),
        ("no picture", None, "anchor"),
        ("", "Mail us", "image"),
        ("", "Feed", "image"),
    ]


def test_words_around_are_those_of_this_very_link() -> None:
    html = (
        "<p>one <a href='http://a.test/'>here</a> two</p><p>three <a href='http://a.test/'>here</a> four</p>"
    )
    assert short(html, "text_before", "text_after") == [
        ("one", "two three here four"),
        ("one here two three", "four"),
    ]


def test_words_around_are_whole_and_fit_the_limit() -> None:
    word = "abcdefghi"  # ten characters with its blank, hence twelve words and no blank at the end
    html = f"<p>{(word + ' ') * 50}<a href='http://a.test/'>x</a>{(' ' + word) * 50}</p>"
    assert short(html, "text_before", "text_after") == [(" ".join([word] * 12), " ".join([word] * 12))]
    spread = (word + " " * 300) * 50
    html = f"<p>{spread}<a href='http://a.test/'>x</a>{spread}</p>"
    assert short(html, "text_before", "text_after") == [(" ".join([word] * 12), " ".join([word] * 12))]
    html = f"<p>{'y' * 500}<a href='http://a.test/'>x</a>{'z' * 500}</p>"
    assert short(html, "text_before", "text_after") == [("", "")]


def test_script_style_and_form_values_are_no_text_around_a_link() -> None:
    html = (
        "a<script>var b</script><style>.c{}</style><textarea>d</textarea><template>e</template>"
        "<select><option>f</select><a href='http://a.test/'>x</a><!-- g --><iframe>h</iframe>i"
    )
    assert short(html, "text_before", "text_after") == [("a", "i")]


REL = {
    "": ("", True),
    "nofollow": ("nofollow", False),
    "noopener NoFollow": ("nofollow noopener", False),
    "noopener,nofollow": ("nofollow noopener", False),
    "UGC": ("ugc", False),
    "sponsored  ugc sponsored": ("sponsored ugc", False),
    "external\tnoreferrer": ("external noreferrer", True),
    "nofollows": ("nofollows", True),
}


@pytest.mark.parametrize("rel", REL)
def test_rel_is_a_set_of_tokens(rel: str) -> None:
    assert short(f"<a href='http://a.test/' rel='{rel}'>x</a>", "rel", "follow") == [REL[rel]]


FOLLOW = {
    "<meta name=robots content='index,nofollow'>": False,
    "<meta name=ROBOTS content='NONE'>": False,
    "<meta name=googlebot content='nofollow'>": False,
    "<meta name=otherbot content='nofollow'>": True,
    "<meta name=robots content='noindex, follow'>": True,
    "<meta name=robots content='index'><meta name=robots content='nofollow'>": False,
    "<meta property=robots content=nofollow>": False,
    "<meta name=robots content='nofollowing'>": True,
}


@pytest.mark.parametrize("meta", FOLLOW)
def test_the_page_can_withhold_all_its_links(meta: str) -> None:
    assert short(meta + "<a href='http://a.test/'>x</a>", "rel", "follow") == [("", FOLLOW[meta])]


HEADERS = {
    "nofollow": False,
    "noindex, nofollow": False,
    "none": False,
    "googlebot: nofollow": False,
    "otherbot: nofollow": True,
    "otherbot: noindex, nofollow": True,
    "otherbot: noindex, googlebot: nofollow": False,
    "otherbot: noindex\nnofollow": False,
    "unavailable_after: 25 Jun 2027 15:00:00 GMT, nofollow": False,
    "max-snippet:-1, max-image-preview:large": True,
    "": True,
}


@pytest.mark.parametrize("header", HEADERS)
def test_the_header_can_withhold_all_links(header: str) -> None:
    got = short("<a href='http://a.test/'>x</a>", "follow", x_robots_tag=header)
    assert got == [(HEADERS[header],)]


def test_canonical_in_the_body_counts_only_before_any_text_or_link() -> None:
    broken_head = "<head><noscript><img src=x></noscript><link rel=canonical href='https://a.test/'>"
    assert short(broken_head, "target_url", "kind") == [("https://a.test/", "canonical")]
    assert short("<body><p>words</p><link rel=canonical href='https://a.test/'>", "target_url") == []
    late = "<body><a href=/x></a><link rel=canonical href='https://a.test/'>"
    assert short(late, "target_url") == []


def test_canonical_of_the_header_stands_in_for_a_missing_one() -> None:
    header = '<https://a.test/x>; rel="canonical", </s>; rel=next, <https://b.test/>; rel=canonical'
    page = extract_html(b"<p>x", PAGE, link_header=header)
    assert [(row[0], row[4]) for row in page.links] == [("https://a.test/x", "canonical")]
    assert page.facts["canonical"] == "https://a.test/x"
    page = extract_html(b"<link rel=canonical href=/own>", PAGE, link_header=header)
    assert page.links == []
    assert page.facts["canonical"] == "https://www.example.com/own"


def test_a_row_that_stands_nowhere_has_no_place() -> None:
    row = links("<link rel=canonical href='https://a.test/'>")[0]
    nowhere = (
        "placement",
        "placement_rule",
        "semantic_location",
        "hidden",
        "hidden_rule",
        "position",
        "text_before",
    )
    assert [row[name] for name in nowhere] == [None] * len(nowhere)


def test_rows_are_in_document_order() -> None:
    html = (
        "<link rel=alternate href='http://a.test/'><a href='http://b.test/'>b</a><iframe src='http://c.test/'></iframe>"
        "<a href='http://d.test/'>d</a><form action='http://e.test/'><a href='http://f.test/'>f</a></form>"
    )
    assert [url[7] for (url,) in short(html, "target_url")] == list("abcdef")


def test_the_same_bytes_give_the_same_page() -> None:
    html = "".join(CASES[case][0] for case in CASES).encode()
    assert extract_html(html, PAGE) == extract_html(html, PAGE)
