"""The report with sections, own words, a logo and an appendix: valid, self-contained, harmless with hostile text."""

from __future__ import annotations

import base64
import re
import struct
import zlib
from importlib import resources
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import html5lib
import msgspec
import pytest

from backlit.errors import InputError
from backlit.index import Index
from backlit.questions.report_data import Evidence, EvidenceLink
from backlit.questions.report_evidence import scope
from backlit.questions.report_logo import read_logo
from backlit.questions.report_order import SECTIONS, order
from backlit.questions.report_page import footer_words
from backlit.questions.report_read import Report, read_evidence, report
from backlit.questions.report_slides import WIDTH, slides
from backlit.settings import default
from backlit.web.target import Target
from index_rows import crawl, link, publish_batches

HTML = "{http://www.w3.org/1999/xhtml}"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 30"><rect width="9" height="9" fill="url(#a)"/></svg>'
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=https://spy.example/x onerror=alert(1)>',
    "</style></title></svg><b>bold",
    "\u202eesrever\u202c",
    "${title} $body {{ x }}",
    "]]><!--",
]


def png(width: int = 2, height: int = 1) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * (width + 1) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def parsed(page: str) -> Any:
    """The page, read by a parser that refuses any error."""
    return html5lib.HTMLParser(strict=True).parse(page)


def headings(page: str) -> list[str]:
    return [node.get("aria-labelledby") for node in parsed(page).iter(f"{HTML}section")]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Two crawls: links of hostile texts stay, one is lost, one is new."""

    def kept(day: str) -> list[dict[str, Any]]:
        return [
            link(f"https://s{at}.test/{at}?q='<\">", f"https://shop.example/{at}", day, anchor=text)
            for at, text in enumerate(HOSTILE)
        ]

    lost = link("https://lost.test/", "https://shop.example/", "2026-03-01", anchor="lost words")
    new = link("https://new.test/", "https://shop.example/", "2026-05-01", anchor="new words")
    first = crawl([*kept("2026-03-01"), lost], "2026-03-01")
    second = crawl([*kept("2026-05-01"), new], "2026-05-01", also=("https://lost.test/",))
    folder = tmp_path_factory.mktemp("report") / "index"
    publish_batches(folder, [first])
    return publish_batches(folder, [second])


@pytest.fixture(scope="module")
def full(index: Index) -> Report:
    asked = order(
        title="<b>Our</b> links & yours",
        client='"Acme" <script>',
        introduction="First line.\nSecond line.\n\n\n<script>alert(1)</script>\u202e",
        logo=SVG,
        before="2026-03-15",
        after="2026-05-01",
    )
    return report(index, "shop.example", asked)


def test_a_full_report_is_valid_html_with_every_section(full: Report) -> None:
    assert headings(full.to_html()) == [
        "verdict", "keys", "diversity", "sources", "links", "manner", "anchors", "pages", "origin", "movement",
        "changes", "risk", "networks", "unknown", "evidence",
    ]  # fmt: skip


def test_a_report_asks_for_nothing_and_runs_nothing(full: Report) -> None:
    tree = parsed(full.to_html())
    assert {node.tag.rpartition("}")[2] for node in tree.iter()} & {
        "script",
        "iframe",
        "object",
        "embed",
    } == set()
    assert [node.get("src")[:26] for node in tree.iter(f"{HTML}img")] == ["data:image/svg+xml;base64,"]
    for node in tree.iter():
        assert not [name for name in node.attrib if str(name).lower().startswith("on")]
    [policy] = [node.get("content") for node in tree.iter(f"{HTML}meta") if node.get("http-equiv")]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    links = [node.get("href") for node in tree.iter(f"{HTML}a")]
    assert [one for one in links if not one.startswith(("https://", "http://", "#"))] == []
    ids = {node.get("id") for node in tree.iter() if node.get("id")}
    assert {one[1:] for one in links if one.startswith("#")} <= ids


def test_own_words_are_shown_as_they_are_written(full: Report) -> None:
    tree = parsed(full.to_html())
    assert "".join(next(tree.iter(f"{HTML}h1")).itertext()) == "<b>Our</b> links & yours"
    [introduction] = [n for n in tree.iter(f"{HTML}div") if n.get("class") == "introduction"]
    paragraphs = introduction.findall(f"{HTML}p")
    assert ["".join(one.itertext()) for one in paragraphs] == [
        "First line.Second line.",
        "<script>alert(1)</script>⟨U+202E⟩",
    ]
    assert len(paragraphs[0].findall(f"{HTML}br")) == 1


def test_every_section_says_where_its_figures_come_from(full: Report) -> None:
    lines = re.findall(r'<p class="provenance">(.*?)</p>', full.to_html())
    assert set(lines) == {"Origin: warc. Data to 2026-05-01, generation 2."}
    assert len(lines) == len(headings(full.to_html())) - len(("verdict", "keys"))


def test_only_the_sections_asked_for_are_there(index: Index) -> None:
    found = report(index, "shop.example", order(["anchors", "unknown", "anchors"]))
    assert headings(found.to_html()) == ["anchors", "unknown"]
    assert (found.profile.risk, found.evidence, found.links, found.changes) == (None, None, None, None)
    assert "Left out of this report: verdict and key figures, who links," in found.to_html()


def test_before_and_after_are_in_the_page(full: Report) -> None:
    assert full.changes is not None
    assert (full.changes.links.gained, full.changes.links.lost) == (1, 1)
    page = full.to_html()
    assert "1 referring domain and 1 link gained, 1 domain and 1 link lost." in page
    assert "lost words" in page


def test_a_report_of_nothing_is_valid_too(index: Index) -> None:
    found = report(index, "nobody.example", order(before="2026-03-15", after="2026-05-01"))
    assert headings(found.to_html()) == ["verdict", "changes"]


def test_a_report_on_a_host_a_prefix_and_an_address_is_valid(index: Index) -> None:
    for target in ("www.shop.example", "shop.example/*", "https://shop.example/1"):
        parsed(report(index, Target.parse(target), order(["portrait", "domains", "links"])).to_html())


def test_json_has_everything_but_the_picture(full: Report) -> None:
    read = msgspec.json.decode(full.to_json())
    assert read["order"]["logo"] is None
    assert read["changes"]["links"]["lost"] == 1
    assert [row["source_domain"] for row in read["links"]][-1:] == ["s5.test"]


def test_the_foot_of_a_printed_page_tells_title_client_and_origin(full: Report) -> None:
    assert footer_words(full) == (
        '<b>Our</b> links & yours · for "Acme" <script> · Origin: warc. Data to 2026-05-01, generation 2.'
    )


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"sections": ["portrait", "nope"]}, "There is no section 'nope'"),
        ({"sections": "portrait"}, "in a list"),
        ({"sections": ["changes"]}, "needs two dates"),
        ({"before": "2026-01-01"}, "name two dates"),
        ({"before": "2026-02-01", "after": "2026-01-01"}, "must be earlier"),
        ({"title": "x" * 121}, "The title has 121 characters; it may have 120."),
        ({"introduction": "x" * 6001}, "it may have 6,000"),
    ],
)
def test_what_cannot_be_asked_for_is_said(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        order(**asked)


def test_without_dates_all_other_sections_are_meant() -> None:
    assert order().sections == tuple(name for name in SECTIONS if name != "changes")
    assert order(["risk"], before="2026-01-01", after="2026-02-01").sections == ("changes", "risk")


# -- the logo -----------------------------------------------------------------------------------


def test_a_logo_becomes_a_data_address_with_its_size() -> None:
    found = read_logo(png(4, 3))
    assert (found.width, found.height) == (4, 3)
    assert base64.b64decode(found.data.removeprefix("data:image/png;base64,")) == png(4, 3)
    drawn = read_logo(SVG)
    assert (drawn.width, drawn.height) == (120, 30)
    assert drawn.data.startswith("data:image/svg+xml;base64,")


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<rect onload="alert(1)"/>',
        '<image href="https://spy.example/x.png"/>',
        '<use href="https://spy.example/x.svg#a"/>',
        '<use xlink:href="//spy.example/x.svg#a" xmlns:xlink="http://www.w3.org/1999/xlink"/>',
        '<a href="#x"><rect/></a>',
        "<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>x</p></foreignObject>",
        "<style>@import 'https://spy.example/x.css';</style>",
        "<style>rect { fill: url(https://spy.example/x) }</style>",
        "<style>rect { fill: u\\72l(https://spy.example/x) }</style>",
        "<rect style=\"fill:url( 'https://spy.example/x' )\"/>",
        '<rect fill="url(//spy.example/x)"/>',
        '<animate attributeName="x"/>',
        '<x:y xmlns:x="urn:else"/>',
    ],
)
def test_a_drawing_with_more_than_shapes_is_refused(inside: str) -> None:
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>'
    with pytest.raises(InputError, match="A logo is shapes only"):
        read_logo(drawing.encode())


@pytest.mark.parametrize(
    "inside",
    [
        '<style>.a { fill: url( "#b" ) }</style><path class="a" d="M0 0"/>',
        '<use xlink:href="#a" xmlns:xlink="http://www.w3.org/1999/xlink"/>',
        '<g style="clip-path:url(#c)"/>',
        '<inkscape:grid xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" id="g"/>',
    ],
)
def test_a_drawing_of_shapes_is_taken(inside: str) -> None:
    assert read_logo(f'<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>'.encode()).width is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"GIF89a", "neither PNG nor SVG"),
        (b"\x89PNG\r\n\x1a\nrest", "damaged PNG"),
        (png()[:-4] + b"\0\0\0\0", "damaged PNG"),
        (png(5000, 1), "5000 × 1 pixels"),
        (b"<svg>", "no well-formed SVG"),
        (b"<svg/>", "is no SVG"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"/>', "entities"),
        (b'<?xml-stylesheet href="x"?><svg xmlns="http://www.w3.org/2000/svg"/>', "style sheet"),
        (b"<svg " + b" " * 300_000, "larger than 256 KiB"),
    ],
)
def test_a_logo_that_cannot_be_used_is_refused_in_a_sentence(content: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_logo(content)


def test_a_logo_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.png cannot be read: No such file"):
        read_logo(tmp_path / "none.png")


# -- the appendix -------------------------------------------------------------------------------


def evidence_link(at: int, domain: str = "bad.test") -> EvidenceLink:
    items = [{"id": "x", "sentence": HOSTILE[0], "value": 0.5, "usual": None, "points": 71.5, "clause": "L1"}]
    return EvidenceLink(
        link_id=at, source_url=f"https://{domain}/{at}", source_domain=domain, target_url="https://shop.example/",
        anchor=HOSTILE[1], rel=None, placement=None, first_seen=None, last_seen="2026-05-01", verdict="risky",
        reason="a scheme", toxicity=71.5, quality=None, counts="counts", network="n1", decision=None, items=items,
        archive_file=HOSTILE[2], archive_offset=7,
    )  # fmt: skip


def test_the_appendix_shows_every_point_and_says_what_it_leaves_out(full: Report) -> None:
    found = Evidence(
        links=9,
        risky=7,
        review=2,
        domains=3,
        covered=1,
        per_domain=3,
        shown=[evidence_link(1), evidence_link(2)],
    )
    page = msgspec.structs.replace(full, evidence=found).to_html()
    tree = parsed(page)
    assert len(list(tree.iter(f"{HTML}article"))) == 2
    assert "+71.50" in page
    assert scope(found) == (
        "9 links from 3 domains are called risky (7) or review (2). 2 links from 1 domain are told of here, at most 3 "
        "of one domain; left out are 7, among them all of 2 domains. The audit lists every one (backlit audit)."
    )


def test_evidence_is_bounded_and_counts_what_it_leaves_out(index: Index, monkeypatch: Any) -> None:
    """Every link is called risky here: what is tested is the choice."""
    from backlit.questions import report_read

    monkeypatch.setattr(report_read, "_SPEAKS_AGAINST", "verdict in (fine, worthless, review, risky)")
    rules = default()
    rules = msgspec.structs.replace(rules, report=msgspec.structs.replace(rules.report, evidence_links=4))
    with index.reader() as reader:
        found = read_evidence(reader, Target.parse("shop.example"), rules)
    assert (found.links, found.domains, len(found.shown), found.covered, found.left_out) == (7, 7, 4, 4, 3)
    for one in found.shown:
        assert sum(item["points"] for item in one.items) == pytest.approx(one.toxicity, abs=0.1)


# -- slides -------------------------------------------------------------------------------------


def test_charts_are_files_of_their_own(full: Report) -> None:
    found = slides(full)
    assert set(found) >= {"bands", "anchors", "placement", "history", "verdicts", "changes"}
    for one in found.values():
        root = ElementTree.fromstring(one.svg.partition("\n")[2])
        assert (root.tag, root.get("width")) == ("{http://www.w3.org/2000/svg}svg", str(WIDTH))
        assert "var(" not in one.svg
        assert "http" not in one.svg.replace("http://www.w3.org/2000/svg", "")
        used = set(re.findall(r'class="(fill-[a-z]+)"', one.svg))
        assert {name for name in used if f".{name}" not in one.svg} == set()
        words = ["".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")]
        assert words[-1] == "Origin: warc. Data to 2026-05-01, generation 2."


def test_a_report_of_nothing_has_no_charts(index: Index) -> None:
    assert slides(report(index, "nobody.example", order(["portrait", "domains"]))) == {}


def test_no_class_of_the_second_sheet_is_idle() -> None:
    folder = resources.files("backlit.questions")
    css = folder.joinpath("report_assets", "report_full.css").read_text("utf-8")
    names = [entry.name for entry in folder.iterdir() if re.fullmatch(r"report.*\.py", entry.name)]
    code = "".join(folder.joinpath(name).read_text("utf-8") for name in names)
    assert ("http" in css, "@import" in css) == (False, False)
    for name in sorted(set(re.findall(r"\.([a-z][a-z-]*)", re.sub(r"[\d.]+(rem|em|pt|vw)", "", css)))):
        assert name.removesuffix("-") in code, name


def test_of_a_web_graph_only_domains_are_told_and_the_report_says_so(tmp_path: Path) -> None:
    from chance_release import web_with_release

    folder = web_with_release(tmp_path / "index")
    found = report(Index.open(folder), "linked.com", order(before="2026-03-15", after="2026-05-01"))
    page = found.to_html()
    assert headings(page)[:3] == ["verdict", "keys", "sources"]
    assert not {"risk", "evidence", "links", "movement", "changes"} & set(headings(page))
    assert "Only a web graph knows this target" in page
    assert set(slides(found)) <= {"bands"}
