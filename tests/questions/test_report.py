"""The HTML report: valid, self-contained, harmless with hostile text."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import html5lib
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backlit.questions.profile import profile
from backlit.questions.report_charts import Segment, bar, movement_chart, stacked, two_bars
from backlit.questions.report_html import Html, el
from backlit.settings import default

Link = Callable[..., dict[str, Any]]
SHOP = "https://shop.example/"
HTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style></title></svg><b>bold",
    "\u202eesrever\u202c",
    "\x1b[31mred\x00",
    "' onmouseover='x",
    "&lt;i&gt; &amp;",
    "${title} $body {{ x }}",
    "]]><!--",
    "متجر",
    "x" * 10_000,
]


def parsed(page: str) -> Any:
    """The page, read by a parser that refuses any error."""
    return html5lib.HTMLParser(strict=True).parse(page)


def report(reader: Any, target: str = "shop.example") -> str:
    shown = msgspec.structs.replace(default().profile, top=50)
    return profile(reader, target, settings=msgspec.structs.replace(default(), profile=shown)).to_html()


@pytest.fixture
def hostile(link: Link, memory_reader: Any) -> Any:
    links = [
        link(f"https://s{at}.test/", f"https://shop.example/p/{at}?q='<\">", anchor=text, rel=text,
             follow=False,
             source_language=text[:20], placement="content", hidden=False, first_seen="2026-02-01", nth=at,
             origin="table", depth=1)
        for at, text in enumerate(HOSTILE)
    ]  # fmt: skip
    long = ".".join(["a" * 63, "b" * 63, "c" * 63, "d" * 56, "test"])
    assert len(long) == 253
    links.append(link(f"https://{long}/", SHOP, kind="image", anchor="", alt=HOSTILE[1], source_domain=long))
    pages = [
        {"url": SHOP, "host": "shop.example", "domain": "shop.example", "title": HOSTILE[0], "status": 200}
    ]
    return memory_reader(
        links, {"s0.test": 80.0, "s1.test": 50.0, "s2.test": 3.0}, pages, [("2026-03-01", "table")],
        {"shop.example": (50.0, 1, 99.0)},
    )  # fmt: skip


def test_a_full_report_is_valid_html(hostile: Any) -> None:
    tree = parsed(report(hostile))
    assert [section.get("aria-labelledby") for section in tree.iter(f"{HTML}section")] == [
        "verdict", "keys", "sources", "anchors", "manner", "origin", "pages", "movement", "diversity",
        "unknown",
    ]  # fmt: skip
    assert len(list(tree.iter(f"{HTML}h1"))) == 1
    assert len(list(tree.iter(f"{HTML}main"))) == 1


@pytest.mark.parametrize("target", ["nothing.test", "www.shop.example", "shop.example/x*"])
def test_an_empty_report_is_valid_html(hostile: Any, target: str) -> None:
    tree = parsed(report(hostile, target))
    assert [section.get("aria-labelledby") for section in tree.iter(f"{HTML}section")] == ["verdict"]


def test_a_report_of_one_bare_link_is_valid_html(link: Link, memory_reader: Any) -> None:
    page = report(memory_reader([link("https://a.test/", SHOP, depth=1, origin="table")]))
    parsed(page)
    assert "The text of no link is known." in page
    assert "Whether links are hidden is unknown for all of them." in page


def test_nothing_is_loaded_and_nothing_runs(hostile: Any) -> None:
    page = report(hostile)
    tree = parsed(page)
    names = {element.tag.rpartition("}")[2] for element in tree.iter() if isinstance(element.tag, str)}
    assert not names & {"script", "link", "img", "iframe", "object", "embed", "base", "form", "image", "use"}
    for element in tree.iter():
        for name, value in element.attrib.items():
            assert not str(name).startswith("on"), (element.tag, name)
            assert str(name) not in ("style", "src", "srcset", "xlink:href", "formaction")
            if element.tag != f"{HTML}a":
                assert not re.search("https?:", value) or name == "title", (element.tag, value)
    style = "".join(tree.find(f".//{HTML}style").itertext())
    assert "@import" not in style
    assert set(re.findall(r"url\(([^)]*)\)", style)) == {"#hatch"}
    assert "default-src 'none'" in page


def test_foreign_links_pass_nothing_on(hostile: Any) -> None:
    links = list(parsed(report(hostile)).iter(f"{HTML}a"))
    assert links
    for anchor in links:
        assert anchor.get("rel") == "noopener noreferrer nofollow"
        assert anchor.get("href").startswith(("https://", "http://"))


def test_hostile_text_is_text(hostile: Any) -> None:
    page = report(hostile)
    assert "<script" not in page.lower()
    assert "<img" not in page
    assert "\u202e" not in page
    assert "\x1b" not in page
    assert "\x00" not in page
    assert "⟨U+202E⟩esrever⟨U+202C⟩" in page
    shown = ["".join(bdi.itertext()) for bdi in parsed(page).iter(f"{HTML}bdi")]
    assert "<script>alert(1)</script>" in shown
    assert "${title} $body {{ x }}" in shown
    assert "x" * 500 not in page


def test_tables_have_captions_and_charts_words(hostile: Any) -> None:
    tree = parsed(report(hostile))
    for table in tree.iter(f"{HTML}table"):
        assert table.find(f"{HTML}caption") is not None
    for image in tree.iter(f"{SVG}svg"):
        if image.get("aria-hidden") != "true":
            assert image.find(f"{SVG}title").text
            assert image.find(f"{SVG}desc").text
    identifiers = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(identifiers) == len(set(identifiers))


def test_bands_stand_in_words(hostile: Any) -> None:
    text = " ".join("".join(parsed(report(hostile)).itertext()).split())
    for words in ("excellent", "60–100", "okay", "40–59", "weak", "below 40", "unknown", "not ranked"):
        assert words in text


def test_direction_of_foreign_text_is_its_own(hostile: Any) -> None:
    cells = list(parsed(report(hostile)).iter(f"{HTML}bdi"))
    assert any(cell.text == "متجر" and cell.get("dir") == "auto" for cell in cells)


def test_an_international_target_is_named_both_ways(link: Link, memory_reader: Any) -> None:
    page = report(
        memory_reader([link("https://a.test/", "https://xn--bcher-kva.test/")]), "xn--bcher-kva.test"
    )
    tree = parsed(page)
    assert "".join(tree.find(f".//{HTML}h1").itertext()) == "bücher.test"
    assert "xn--bcher-kva.test" in "".join(tree.itertext())


def test_provenance_stands_in_the_foot(hostile: Any) -> None:
    foot = "".join(parsed(report(hostile)).find(f".//{HTML}footer").itertext())
    for words in ("1 snapshot of 2026-03-01", "from table", "generation 7", "settings", "not comparable"):
        assert words in foot


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(codec="utf-8"), max_size=60))
def test_any_anchor_leaves_the_page_valid(link: Link, memory_reader: Any, text: str) -> None:
    parsed(
        report(memory_reader([link("https://a.test/", SHOP, anchor=text, rel=text, source_language=text)]))
    )


def test_el_escapes_children_and_attributes() -> None:
    assert el(
        "p", "<b>", Html("<i></i>"), None, [1, "&"], title='"<', class_="x", hidden=True, lang=None
    ) == ('<p title="&quot;&lt;" class="x" hidden>&lt;b&gt;<i></i>1&amp;</p>')
    assert el("br") == "<br>"


def test_bars_are_as_long_as_their_share() -> None:
    assert 'width="50"' in bar(0.5)
    assert 'width="0.8"' in bar(0.000001)
    assert 'width="0"' in bar(0)
    assert 'width="100"' in bar(7.0)
    assert two_bars(1.0, 0.25).count("<rect") == 2


def test_a_stacked_bar_names_its_parts() -> None:
    chart = stacked([Segment("okay", "okay 40–59", 3), Segment("weak", "weak", 1)], "x", "Bands")
    assert '<desc id="x-desc">okay 40–59 3, weak 1.</desc>' in chart
    assert 'width="747"' in chart  # 3/4 of what the gap of 4 leaves
    assert stacked([Segment("okay", "okay", 0)], "x", "None").count("<rect") == 0


def test_movement_without_events_is_a_line() -> None:
    from backlit.questions.profile_data import Period

    months = [Period(period="2026-01", new_links=0, lost_links=0, new_domains=0, lost_domains=0)]
    assert movement_chart(months, "x").count("<rect") == 0
