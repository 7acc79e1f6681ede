"""What the JSON of a WAT record gives: links, facts, and where the page itself is."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive_bytes import DATE, encoded, make_wat, wat_json
from backlit.errors import URLError
from backlit.extract import wat
from backlit.extract.html import extract_html
from backlit.extract.sieve import Sieve
from backlit.extract.wat import WatCapture, extract_wat
from backlit.extract.watjson import WatError
from backlit.records import EXTRACTED_LINK
from backlit.web.domain import split_host
from backlit.web.url import resolve

NAMES = EXTRACTED_LINK.names


def capture(document: dict[str, Any], **more: Any) -> WatCapture:
    found = extract_wat(encoded(document), **more)
    assert found is not None
    return found


def rows(document: dict[str, Any], *names: str, **more: Any) -> list[tuple[Any, ...]]:
    page = capture(document, **more).page
    assert page is not None
    return [tuple(row[NAMES.index(name)] for name in names) for row in page.links]


def facts(document: dict[str, Any]) -> dict[str, object]:
    page = capture(document).page
    assert page is not None
    return page.facts


def a(url: str, text: str | None = None, **more: str) -> dict[str, str]:
    return {"path": "A@/href", "url": url, **({"text": text} if text else {}), **more}


def headers(document: dict[str, Any], **values: Any) -> dict[str, Any]:
    http = document["Envelope"]["Payload-Metadata"]["HTTP-Response-Metadata"]
    http["Headers"].update({name.replace("_", "-"): value for name, value in values.items()})
    return document


def status(document: dict[str, Any], value: object) -> dict[str, Any]:
    document["Envelope"]["Payload-Metadata"]["HTTP-Response-Metadata"]["Response-Message"]["Status"] = value
    return document


def test_a_link_is_one_full_row() -> None:
    links = [
        a("/inside"),
        a("https://www.other.test/x#part", "Other site", rel="NoOpener nofollow", title="t"),
    ]
    page = capture(wat_json(Links=links)).page
    assert page is not None
    assert [dict(zip(NAMES, row, strict=True)) for row in page.links] == [
        {
            "target_url": "https://www.other.test/x",
            "target_host": "www.other.test",
            "target_domain": "other.test",
            "target_site": "other.test",
            "kind": "anchor",
            "nth": 0,
            "anchor": "Other site",
            "alt": None,
            "rel": "nofollow noopener",
            "follow": False,
            "placement": None,
            "placement_rule": None,
            "semantic_location": None,
            "hidden": None,
            "hidden_rule": None,
            "position": 1,
            "text_before": None,
            "text_after": None,
        }
    ]
    assert page.complete
    assert page.problems == []


def test_a_capture_says_where_and_when_the_page_was_read() -> None:
    found = capture(wat_json("<https://example.com/a b>"))
    assert found._replace(page=None) == WatCapture(
        "https://example.com/a%20b", None, [], 200, DATE, "192.0.2.1", "a.warc.gz", 806, 423
    )


def test_numbers_may_be_numbers() -> None:
    document = wat_json()
    document["Container"] = {"Filename": "b.warc.gz", "Offset": 5, "Gzip-Metadata": {"Deflate-Length": 6}}
    found = capture(status(document, 200))
    assert (found.status, found.archive_offset, found.archive_length) == (200, 5, 6)


def test_records_of_requests_and_metadata_are_none() -> None:
    document = wat_json()
    document["Envelope"]["WARC-Header-Metadata"]["WARC-Type"] = "request"
    assert extract_wat(encoded(document)) is None
    assert extract_wat(b'{"Envelope":{"Payload-Metadata":{"HTTP-Request-Metadata":{}}}}') is None
    assert extract_wat(b"{}") is None


def test_positions_count_all_links_and_repeats_have_ordinals() -> None:
    links = [
        a("https://one.test/", "one"),
        {},
        {"path": "IMG@/src", "url": "https://img.test/a.png"},
        {"path": "Q@/cite", "url": "https://cited.test/"},
        {"path": "STYLE/#text", "href": "https://style.test/a.png"},
        a("javascript:void(0)", "menu"),
        {"path": "AREA@/href", "url": "https://area.test/", "rel": "ugc"},
        a("mailto:me@one.test"),
        a("https://one.test/", "again"),
        a("https://one.test/#top", "and again"),
    ]
    assert rows(wat_json(Links=links), "target_url", "position", "nth", "follow") == [
        ("https://one.test/", 0, 0, True),
        ("https://area.test/", 2, 0, False),
        ("https://one.test/", 4, 1, True),
        ("https://one.test/", 5, 2, True),
    ]


def test_a_link_without_text_right_after_an_image_is_an_image_link() -> None:
    links = [
        {"path": "IMG@/src", "url": "a.png", "alt": "A picture"},
        a("https://one.test/"),
        {"path": "IMG@/src", "url": "b.png"},
        a("https://two.test/"),
        {"path": "IMG@/src", "url": "c.png", "alt": "beside"},
        a("https://three.test/", "text"),
        a("https://four.test/"),
        {"path": "IMG@/src", "url": "d.png", "alt": "far"},
        a("/inside"),
        a("https://five.test/"),
    ]
    assert rows(wat_json(Links=links), "target_host", "kind", "anchor", "alt") == [
        ("one.test", "image", "", "A picture"),
        ("two.test", "image", "", ""),
        ("three.test", "anchor", "text", None),
        ("four.test", "anchor", "", None),
        ("five.test", "anchor", "", None),
    ]


def test_frames_forms_canonical_and_alternate_links_that_leave_the_site() -> None:
    document = wat_json(
        Head={
            "Link": [
                {"path": "LINK@/href", "url": "https://canon.test/", "rel": "Canonical"},
                {"path": "LINK@/href", "url": "https://second.test/", "rel": "canonical"},
                {"path": "LINK@/href", "url": "https://example.de/", "rel": "alternate", "hreflang": "de"},
                {"path": "LINK@/href", "url": "https://cdn.test/a.css", "rel": "alternate stylesheet"},
                {"path": "LINK@/href", "url": "https://cdn.test/b.css", "rel": "stylesheet"},
                {"path": "LINK@/href", "url": "/feed", "rel": "alternate"},
            ]
        },
        Links=[
            {"path": "IFRAME@/src", "url": "//video.test/embed"},
            {"path": "FRAME@/src", "url": "https://example.com/own"},
            {"path": "FORM@/action", "url": "https://form.test/go", "method": "post"},
            {"path": "FORM@/action", "url": "/search"},
        ],
    )
    assert rows(document, "target_url", "kind", "position", "follow") == [
        ("https://video.test/embed", "frame", None, True),
        ("https://form.test/go", "form", None, True),
        ("https://canon.test/", "canonical", None, True),
        ("https://example.de/", "alternate", None, True),
    ]
    assert facts(document)["canonical"] == "https://canon.test/"


def test_a_link_header_gives_the_canonical_address_relative_to_the_page() -> None:
    document = wat_json("https://example.com/dir/page", Head={"Base": "https://example.com/other/"})
    found = facts(headers(document, Link=['<a.css>; rel="preload"', '<here>; rel="canonical"']))
    assert found["canonical"] == "https://example.com/dir/here"


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("https://cdn.test/dir/", ["https://cdn.test/dir/page", "https://cdn.test/page", "http://one.test/"]),
        ("//cdn.test", ["https://cdn.test/page", "https://cdn.test/page", "http://one.test/"]),
        ("/dir/", ["http://one.test/"]),
        ("http://[broken", ["http://one.test/"]),
        ("", ["http://one.test/"]),
    ],
)
def test_the_base_counts_for_relative_links(base: str, expected: list[str]) -> None:
    links = [a("page", "1"), a("/page", "2"), a("http://one.test/", "3")]
    document = wat_json(Head={"Base": base}, Links=links)
    assert [url for (url,) in rows(document, "target_url")] == expected


def test_internal_and_external_links_are_counted_by_domain() -> None:
    links = [
        *(
            a(url)
            for url in ("/a", "b", "#c", "?d", "", "../e", "https://example.com/f", "http://www.example.com")
        ),
        *(a(url) for url in ("//sub.example.com/g", "  /h", "HTTPS://EXAMPLE.COM/i", "/\\example.com/j")),
        *(
            a(url)
            for url in ("https://other.test/", "//other.test/k", "\\\\other.test/l", "/\t/other.test/m")
        ),
        *(
            a(url)
            for url in ("javascript:x", "JavaScript:y", "mailto:z@other.test", "tel:1", "data:text/plain,x")
        ),
        *(a(url) for url in ("http://", "http://a..b/", "https://other.test:99999/")),
        {"path": "A@/href"},
    ]
    document = wat_json(Links=links)
    assert rows(document, "target_url") == [
        ("https://other.test/",),
        ("https://other.test/k",),
        ("https://other.test/l",),
        ("https://other.test/m",),
    ]
    found = facts(document)
    assert (found["external_links"], found["internal_links"]) == (4, 13)


def test_two_sites_of_one_platform_are_linked_but_one_domain() -> None:
    document = wat_json(
        "https://one.github.io/", Links=[a("https://two.github.io/", "x"), a("https://one.github.io/")]
    )
    assert rows(document, "target_site", "target_domain") == [("two.github.io", "github.io")]
    assert (facts(document)["external_links"], facts(document)["internal_links"]) == (0, 2)


@pytest.mark.parametrize(
    ("metas", "header", "expected"),
    [
        ([], None, (False, False)),
        ([{"name": "ROBOTS", "content": "NoIndex, Follow"}], None, (True, False)),
        ([{"name": "googlebot", "content": "none"}], None, (True, True)),
        ([{"name": "bingbot", "content": "none"}], None, (False, False)),
        ([], "nofollow", (False, True)),
        ([], ["noindex", "googlebot: nofollow"], (True, True)),
        ([], ["otherbot: noindex, nofollow"], (False, False)),
    ],
)
def test_robots_rules_of_metas_and_headers(
    metas: list[Any], header: Any, expected: tuple[bool, bool]
) -> None:
    document = wat_json(Head={"Metas": metas}, Links=[a("https://other.test/", "x")])
    if header is not None:
        headers(document, x_robots_tag=header)
    found = facts(document)
    assert (found["noindex"], found["nofollow"]) == expected
    assert rows(document, "follow") == [(not expected[1],)]


def test_facts_of_the_head() -> None:
    metas = [
        {"name": "HTML@/lang", "content": "pt-BR"},
        {"name": "author", "content": " Ann \n Author "},
        {"property": "article:published_time", "content": "2024-03-02T10:00:00+01:00"},
        {"http-equiv": "refresh", "content": "0; url=https://moved.test/"},
        {"http-equiv": "Content-Type", "content": "text/html"},
    ]
    document = wat_json(Head={"Title": "A\n title ", "Metas": metas})
    found = facts(document)
    names = ("title", "language", "author", "published")
    assert [found[name] for name in names] == ["A title", "pt", "Ann Author", "2024-03-02"]
    assert rows(document, "target_url", "kind") == [("https://moved.test/", "redirect")]


def test_what_a_wat_cannot_say_is_not_said() -> None:
    found = facts(wat_json())
    unknown = {"words", "text_digest", "terms", "template_digest", "ad_slots", "encoding"}
    assert unknown.isdisjoint(found)
    assert [found[name] for name in ("title", "language", "author", "published", "canonical")] == [None] * 5


def test_redirects_are_links_and_errors_have_no_page() -> None:
    moved = headers(status(wat_json(), "301"), location=["https://new.test/a", "https://new.test/b"])
    found = capture(moved)
    assert found.page is None
    assert [(row[0], row[4]) for row in found.links] == [("https://new.test/a", "redirect")]
    assert capture(headers(status(wat_json(), "302"), Location="/home")).links == []
    assert capture(headers(status(wat_json(), "302"), Location="http://[broken")).links == []
    gone = capture(status(wat_json(), "404"))
    assert (gone.page, gone.links, gone.status) == (None, [], 404)


def test_answers_that_are_no_page_have_none() -> None:
    document = wat_json()
    del document["Envelope"]["Payload-Metadata"]["HTTP-Response-Metadata"]["HTML-Metadata"]
    assert capture(document).page is None


def test_a_page_that_the_crawler_cut_is_not_complete() -> None:
    document = wat_json()
    document["Envelope"]["WARC-Header-Metadata"]["WARC-Truncated"] = "length"
    page = capture(document).page
    assert page is not None
    assert not page.complete


def test_too_many_links_are_cut_with_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = type(wat._limits)(
        **{
            **{name: getattr(wat._limits, name) for name in wat._limits.__struct_fields__},
            "max_links_per_page": 2,
            "max_anchor_characters": 3,
        }
    )
    monkeypatch.setattr(wat, "_limits", limits)
    document = wat_json(Links=[a(f"https://t{n}.test/", "anchor") for n in range(4)])
    page = capture(document).page
    assert page is not None
    assert [(row[0], row[6]) for row in page.links] == [
        ("https://t0.test/", "anc"),
        ("https://t1.test/", "anc"),
    ]
    assert not page.complete
    assert [cause for cause, _ in page.problems] == ["too-many-links"]


def test_fields_of_an_unexpected_type_are_left_out_and_the_rest_read() -> None:
    document = wat_json(
        Head={
            "Title": ["x"],
            "Metas": [{"name": 5, "content": "x"}, "y", {"name": "author", "content": "Ann"}],
        },
        Links=[
            a("https://one.test/", "one"),
            None,
            "x",
            {"path": "A@/href", "url": "https://two.test/", "rel": 7},
        ],
    )
    document["Container"]["Offset"] = None
    document["Envelope"]["WARC-Header-Metadata"]["WARC-Protocol"] = ["h2", "tls/1.3"]
    headers(document, Set_Cookie=["a", "b"], Odd={"x": 1}, Link=[5], X_Robots_Tag=None)
    found = capture(document)
    assert found.archive_offset is None
    assert rows(document, "target_url", "rel") == [("https://one.test/", ""), ("https://two.test/", "")]
    assert facts(document)["author"] == "Ann"


@pytest.mark.parametrize(
    "payload", [b"", b"{", b"[1", b'{"Envelope":{"a":1', b'{"Envelope":1}x', b"\xff\xfe", b"nul"]
)
def test_broken_json_is_an_error_that_says_so(payload: bytes) -> None:
    with pytest.raises(WatError) as caught:
        extract_wat(payload)
    assert caught.value.cause == "bad-json"


@pytest.mark.parametrize("url", [None, "", "dns:example.com", "https://a..com/", "http://[broken"])
def test_a_page_without_a_good_address_is_an_error(url: str | None) -> None:
    document = wat_json()
    document["Envelope"]["WARC-Header-Metadata"]["WARC-Target-URI"] = url
    with pytest.raises(WatError) as caught:
        extract_wat(encoded(document))
    assert caught.value.cause == "bad-url"


def test_only_links_to_wanted_domains_are_given_and_all_are_counted() -> None:
    links = [a("https://one.test/", "1"), a("https://www.two.test/", "2"), a("/in"), a("https://three.test/")]
    document = wat_json(Links=links, Head={"Link": [{"rel": "canonical", "url": "https://four.test/"}]})
    assert rows(document, "target_host", "position", wanted=Sieve(["two.test"])) == [("www.two.test", 1)]
    page = capture(document, wanted=Sieve(["two.test"])).page
    assert page is not None
    assert (page.facts["external_links"], page.facts["canonical"]) == (3, "https://four.test/")


def test_a_page_gives_the_same_external_links_by_its_html_and_by_its_wat() -> None:
    html = """<!DOCTYPE html><html lang="de"><head><title>A page</title>
        <base href="/dir/"><link rel=canonical href="https://canon.test/"><meta name=robots content=noindex>
        <meta http-equiv=refresh content="5; url=//refresh.test/"></head><body>
        <nav><a href="/">Home</a>
        <a href="https://one.test/?a=1&amp;b=2#c" rel="noopener UGC">One &amp; only</a></nav>
        <p><a href="https://two.test/"><img src="a.png" alt="Two"></a> <a name="x">no link</a>
        <map><area href="//area.test/x"></map><a href="https://one.test/?a=1&b=2">again</a>
        <iframe src="https://frame.test/"></iframe><form action="https://form.test/"></form></body></html>"""
    maker = make_wat()
    document = maker.response_json("https://example.com/", DATE, 200, [("Content-Type", "text/html")], html)
    given = capture(document).page
    direct = extract_html(html.encode(), "https://example.com/")
    assert given is not None
    shared = [
        NAMES.index(name) for name in ("target_url", "kind", "nth", "anchor", "rel", "follow", "position")
    ]
    left, right = ({tuple(row[at] for at in shared) for row in page.links} for page in (given, direct))
    assert left == right
    assert len(left) == 8
    for name in ("title", "language", "canonical", "noindex", "nofollow", "external_links", "internal_links"):
        assert given.facts[name] == direct.facts[name]


hosts = st.sampled_from(
    [
        *("example.com", "WWW.Other.test", "a.b.c.d.e.test", "1.2.3.4", "0x7f.1", "other.123", "[::1]", ""),
        *("münchen.test", "xn--mnchen-3ya.test", "user:pw@other.test", "other.test.", "other.test:8080"),
        *("a..test", "under_score.test", "co.uk", "localhost"),
    ]
)
paths = st.text(alphabet="abZ09-._~!$&()*+,;=:@/?#%[]|\\ é\t'\"<>", max_size=12)


@given(st.sampled_from(["http://", "https://", "https:/", "HTTPS://"]), hosts, paths)
def test_what_absolute_addresses_mean_is_what_the_parser_says(scheme: str, host: str, path: str) -> None:
    for href in (f"{scheme}{host}/{path}", f"{scheme}{host}{path}"):
        expected = None
        with suppress(URLError):
            target = resolve("https://example.com/", href)
            if target is not None:
                expected = (*target, *split_host(target[1]))
        for _ in range(2):  # the second time with the origin known
            wat._targets.pop(href, None)
            assert wat._targets[href] == expected


@given(st.text(alphabet="ab/\\.:#?@% \t\nhtps", max_size=10))
def test_addresses_that_look_internal_are(href: str) -> None:
    if wat._plainly_inside(href) is not None:
        target = resolve("https://example.com/dir/page", href)
        assert target is not None
        assert target[1] == "example.com"


names = st.sampled_from(
    [
        *("Envelope", "Container", "Payload-Metadata", "HTTP-Response-Metadata", "HTML-Metadata", "Head"),
        *("Links", "Metas", "Link", "path", "url", "text", "Headers", "WARC-Header-Metadata"),
    ]
)
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
    max_leaves=20,
)


@given(any_json)
def test_any_json_is_read_or_refused_with_an_error_of_ours(value: object) -> None:
    document = wat_json(Links=[a("https://one.test/", "one")])
    for place in ("Container", "Envelope"):
        for broken in (value, json.loads(json.dumps({**document, place: value})), {**document, place: value}):
            with suppress(WatError):
                extract_wat(encoded(broken))


@given(any_json)
def test_any_html_metadata_leaves_the_capture(value: object) -> None:
    document = wat_json()
    document["Envelope"]["Payload-Metadata"]["HTTP-Response-Metadata"]["HTML-Metadata"] = value
    assert capture(document).url == "https://example.com/"
