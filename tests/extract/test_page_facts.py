"""What a page says of itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlit.extract.facts import iso_day
from backlit.extract.html import extract_html
from backlit.extract.identities import identities_of
from backlit.records import PAGES

URL = "https://www.example.com/p"
ENGLISH = (
    "The quick brown fox jumps over the lazy dog while the people of the town look on with great delight. "
    * 8
)
GERMAN = (
    "Seit einigen Jahren wird in der kleinen Gemeinde über den Bau eines neuen Schwimmbads gestritten. Während die "
    "einen sich darauf freuen, ihre Kinder im Sommer nicht mehr in die Stadt fahren zu müssen, fürchten die anderen "
    "die Kosten, die am Ende alle tragen sollen. Am kommenden Sonntag entscheiden nun die Bürgerinnen und Bürger. "
    "Der Bürgermeister hat angekündigt, das Ergebnis zu achten, wie auch immer es ausfällt. Viele halten das für "
    "selbstverständlich, doch nicht jeder im Ort glaubt ihm das nach den Erfahrungen der letzten Zeit. "
)


def facts(html: str, **headers: str) -> dict[str, object]:
    return extract_html(html.encode(), URL, **headers).facts


def test_facts_are_columns_of_pages() -> None:
    html = (
        "<html lang=en-GB><head><title> A  page\n</title><meta name=author content='Ada L.'>"
        "<meta property='article:published_time' content='2023-04-05T10:00:00+02:00'>"
        "<link rel=canonical href='/p?x#y'></head><body><p>Four words of text."
        "<a href=/a>in</a> <a href='http://a.test/'>out</a> <a href='mailto:x'>no</a>"
    )
    got = facts(html)
    digests = got.pop("text_digest"), got.pop("template_digest"), got.pop("terms")
    assert isinstance(digests[0], bytes)
    assert len(digests[0]) == 128
    assert digests[1] is None
    assert isinstance(digests[2], bytes)
    assert got == {
        "title": "A page",
        "language": "en",
        "encoding": "utf-8",
        "words": 6,
        "external_links": 1,
        "internal_links": 1,
        "noindex": False,
        "nofollow": False,
        "canonical": "https://www.example.com/p?x",
        "author": "Ada L.",
        "published": "2023-04-05",
        "analytics_ids": "",
        "ad_ids": "",
        "ad_slots": 0,
    }
    assert set(got) < set(PAGES.names)


def test_an_empty_page_says_little() -> None:
    got = facts("")
    assert {name: value for name, value in got.items() if value not in (0, False, "", None)} == {
        "encoding": "utf-8"
    }
    assert [
        got[name] for name in ("title", "language", "canonical", "author", "published", "text_digest")
    ] == [None] * 6


@pytest.mark.parametrize(
    ("html", "title"),
    [
        ("<svg><title>drawing</title></svg><title>late</title>", "late"),
        ("<title></title>", ""),
        ("<title>a<b>c</title>", "a<b>c"),
        ("<title>one</title><title>two</title>", "one"),
        ("<p>none", None),
    ],
)
def test_title(html: str, title: str | None) -> None:
    assert facts(html)["title"] == title


@pytest.mark.parametrize(
    ("html", "language"),
    [
        (f"<html lang=de><p>{GERMAN}", "de"),
        (f"<html lang=en><p>{GERMAN}", "de"),  # a template's label
        (f"<p>{ENGLISH}", "en"),
        ("<html lang='pt_BR'><p>Oi", "pt"),
        ("<html lang=fr><p>x", "fr"),
        ("<html lang='%LANG%'><p>x", None),
        ("<html xml:lang=es><p>x", "es"),
        ("<p>x", None),
    ],
)
def test_language(html: str, language: str | None) -> None:
    assert facts(html)["language"] == language


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("one two three", 3),
        ("one&nbsp;two\u3000three", 3),
        ("<p>one<p>two<br>three<script>four five</script>", 3),
        ("w<b>or</b>d", 1),
        ("日本語の文章", 3),
        ("日本 and 中国", 3),
        ("", 0),
    ],
)
def test_words(text: str, words: int) -> None:
    assert facts(text)["words"] == words


@pytest.mark.parametrize(
    ("html", "author", "published"),
    [
        ('<script type="application/ld+json">{"@graph":[{"@type":"Article","author":[{"name":"J. Doe"}],'
         '"datePublished":"2020-01-02"}]}</script>', "J. Doe", "2020-01-02"),
        ('<script type="application/ld+json">[{"author":"J. Doe","datePublished":"nonsense"}]</script>', "J. Doe",
         None),
        ('<script type="application/ld+json">{broken</script><time datetime="2019-05-06T01:02" pubdate>', None,
         "2019-05-06"),
        ('<script type="application/ld+json">[[1],"x",null]</script>', None, None),
        ("<meta property='article:author' content='https://facebook.com/x'><meta name=byl content='By X'>",
         "By X", None),
        ("<time datetime='2019-05-06'>", None, None),
        ("<time itemprop=datePublished datetime='2019-05-06'>", None, "2019-05-06"),
        ("<meta itemprop=datePublished content='20180102'>", None, "2018-01-02"),
    ],
)  # fmt: skip
def test_author_and_date(html: str, author: str | None, published: str | None) -> None:
    got = facts(html)
    assert (got["author"], got["published"]) == (author, published)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2020-1-2", "2020-01-02"),
        ("2020-13-02", None),
        ("20200102T10", "2020-01-02"),
        ("Thu, 05 Jan 2012 08:00:00 GMT", "2012-01-05"),
        ("2012/03/04", "2012-03-04"),
        ("1812-01-01", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_iso_day(text: str, day: str | None) -> None:
    assert iso_day(text) == day


@given(st.text(max_size=60))
def test_any_date_is_read(text: str) -> None:
    iso_day(text)


def test_accounts() -> None:
    source = b"""
    ga('create', 'UA-12345-6'); gtag('config', "G-AB12CD34EF"); src="//x/gtag/js?id=G-AB12CD34EF"
    'GTM-ABC123' LUA-12345-6 "G-STARSHOCK" ym(1234567, "init"); https://mc.yandex.ru/watch/1234567
    fbq('init', '123456789012'); var sc_project=1234567; hjid:123456,
    hm.baidu.com/hm.js?0123456789abcdef0123456789abcdef
    var u="//Stats.example.com/matomo/"; _paq.push(['setTrackerUrl', u+'matomo.php']); _paq.push(['setSiteId', '7']);
    google_ad_client = "ca-pub-1234567890123456"; google_ad_slot = "1"; data-ad-slot="2" <div id='div-gpt-ad-1'>
    data-ad-client="ca-pub-1234567890123456" google_ad_client = "pub-9999999999999999"; xca-pub-12
    client=ca-mb-pub-1111111111
    """
    found = identities_of(source)
    assert found.analytics_ids.split() == [
        "G-AB12CD34EF",
        "GTM-ABC123",
        "UA-12345-6",
        "baidu:0123456789abcdef0123456789abcdef",
        "fb:123456789012",
        "hotjar:123456",
        "matomo:stats.example.com/7",
        "statcounter:1234567",
        "ym:1234567",
    ]
    assert found.ad_ids.split() == ["ca-mb-pub-1111111111", "ca-pub-1234567890123456", "pub-9999999999999999"]
    assert found.ad_slots == 3


@given(st.binary(max_size=200))
def test_any_source_is_searched(noise: bytes) -> None:
    identities_of(
        noise + b"UA-" + noise + b"setSiteId" + noise + b"matomo.php" + noise + b"pub-" + noise + b"ym("
    )


def test_robots_of_page_and_header() -> None:
    got = facts("<meta name=robots content=noindex>", x_robots_tag="nofollow")
    assert (got["noindex"], got["nofollow"]) == (True, True)


def test_template_digest_is_the_frame_s_not_the_text_s() -> None:
    def page(number: int, text: str, extra: str = "") -> str:
        return (
            f"<body class='post-{number}'><div id=page><header class='site top'></header>"
            f"<div class='post-{number} entry'>"
            f"<p>{text}</p></div>{extra}<footer id=foot></footer></div>"
        )

    one = facts(page(1, "one two three"))["template_digest"]
    assert isinstance(one, int)
    assert -(2**63) <= one < 2**63
    assert facts(page(2, "other words " * 50))["template_digest"] == one
    assert facts(page(1, "x", "<div class='entry post-77'></div>"))["template_digest"] == one
    assert facts(page(1, "x", "<aside class=other></aside>"))["template_digest"] != one
