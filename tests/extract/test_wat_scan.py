"""The compiled loops over a WAT's links give the rows that the reader in Python gives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive_bytes import encoded, gz, read, wat, wat_json
from backlit.extract import watlinks
from backlit.extract.wat import WatCapture, extract_wat
from backlit.extract.watjson import WatError
from backlit.extract.watscan import Scanner
from backlit.records import EXTRACTED_LINK
from backlit.sources import archives
from backlit.web.ids import pair_id

KIND = EXTRACTED_LINK.get_field_index("kind")
#: Links that do not come from the array of links.
HEAD = ("canonical", "alternate", "redirect")


def both(
    payload: bytes, scanner: Scanner | None = None
) -> tuple[WatCapture | None, WatCapture | None, list[Any]]:
    """What either reader says of a record, and the rows in the scanner's columns."""
    scanner = scanner or Scanner()
    slow, fast = extract_wat(payload), extract_wat(payload, scanner=scanner)
    pairs, columns = scanner.take()
    rows = list(zip(*(column.to_pylist() for column in columns), strict=True))
    if slow is not None:
        assert pairs.view(np.int64).tolist() == [pair_id(slow.url, row[0]) for row in rows]
    return slow, fast, rows


def assert_same(payload: bytes, scanner: Scanner | None = None) -> WatCapture | None:
    slow, fast, rows = both(payload, scanner)
    if slow is None or slow.page is None:
        assert fast == slow
        assert rows == []
        return fast
    assert fast is not None
    assert fast.page is not None
    assert fast.page.facts == slow.page.facts
    assert fast._replace(page=None, scanned=0) == slow._replace(page=None)
    of_page = [row for row in slow.page.links if row[KIND] not in HEAD]
    of_head = [row for row in slow.page.links if row[KIND] in HEAD]
    if fast.scanned or not of_page:
        assert rows == of_page
        assert fast.page.links == of_head
    else:  # refused, and so read in Python
        assert rows == []
        assert fast.page == slow.page
    return fast


hrefs = st.one_of(
    st.sampled_from(
        [
            "",
            "#",
            "#x",
            "?q",
            "/",
            "/a",
            "//b.test/x",
            "//B.test",
            "a/b",
            "a:b",
            "mailto:x@y.test",
            "javascript:1",
            "Tel:1",
            "https://example.com/x",
            "http://example.com",
            "https://www.example.com/x",
            "https:/b.test/",
            "http:b",
            " /x",
            "/\\b.test",
            "https://b.co.uk/%7euser?a=%e4#f",
            "https://B.co.uk/ä ö",
            "http://xn--mnchen-3ya.de/",
            "https://b.test:81/",
            "http://1.2.3.4/",
            "https://b.test/a/../c",
            "https://b.test/%2e%2e/c",
            "https://u:p@b.test/",
            " https://b.test/x\n",
            "https://b.test/50%",
            "http://",
            "https://one.github.io/",
            "https://two.github.io/x",
            "https://a..b/",
            "https://b.test/" + "x" * 9000,
            "https://b.test?x|y'z",
        ]
    ),
    st.text(alphabet="abz:/.?#%20 äß漢\\'\"\n&~[]", max_size=12).map(lambda tail: "https://b.test/" + tail),
)
texts = st.text(alphabet='ab "\\/\n\té漢😀', max_size=8)
rels = st.sampled_from(["nofollow", "NoFollow  ugc", "noopener,sponsored", "me\tauthor", "", "é", "x" * 900])
paths = st.sampled_from(
    ["A@/href"] * 6
    + ["IMG@/src"] * 2
    + ["AREA@/href", "IFRAME@/src", "FRAME@/src", "FORM@/action", "Q@/cite", "STYLE/#text", ""]
)
entries = st.fixed_dictionaries(
    {}, optional={"path": paths, "url": hrefs, "text": texts, "alt": texts, "rel": rels, "title": texts}
)
bases = st.sampled_from([None, "https://example.com/dir/", "http://other.test/x/", "/sub/", ""])


@given(st.lists(entries, max_size=12), bases, st.booleans(), st.sampled_from(["nofollow", "index", None]))
def test_any_links_give_the_same_rows(
    links: list[dict[str, str]], base: str | None, ascii_only: bool, robots: str | None
) -> None:
    head: dict[str, Any] = {"Link": [{"rel": "canonical", "url": "https://c.test/"}]}
    if base is not None:
        head["Base"] = base
    if robots is not None:
        head["Metas"] = [{"name": "robots", "content": robots}]
    document = wat_json(Head=head, Links=links)
    assert_same(json.dumps(document, ensure_ascii=ascii_only, separators=(",", ":")).encode())


def a(url: str, **more: Any) -> dict[str, Any]:
    return {"path": "A@/href", "url": url, **more}


MANY = [a(f"https://t{n}.test/", text="x" * (n % 50), rel=f"r{n}") for n in range(3000)]


@pytest.mark.parametrize(
    "links",
    [
        [],
        [{}],
        [a("https://b.test/"), a("https://b.test/"), a("https://b.test/#x")],
        [{"path": "IMG@/src", "url": "x"}, a("https://b.test/")],
        [{"path": "IMG@/src", "alt": 'a "picture"'}, a("https://b.test/", text="")],
        [
            a("https://b.test/", text="é" * 1200),
            {"path": "IMG@/src", "alt": "漢" * 1200},
            a("https://c.test/"),
        ],
        [a("https://b.test/", text=None, rel=None)],
        [a("https://b.test/", text=7)],
        [a("https://b.test/", text=["nested"])],
        [a("https://b.test/", text="\ud800")],
        MANY,
    ],
)
def test_these_links_give_the_same_rows(links: list[dict[str, Any]]) -> None:
    payload = json.dumps(wat_json(Links=links), separators=(",", ":")).encode()
    try:
        slow = extract_wat(payload)
    except WatError:
        with pytest.raises(WatError):
            extract_wat(payload, scanner=Scanner())
        return
    assert slow is not None
    assert_same(payload)


def test_most_links_are_for_the_loops() -> None:
    capture = assert_same(encoded(wat_json(Links=MANY)))
    assert capture is not None
    assert capture.scanned == 3000


def test_a_scanner_reads_page_after_page() -> None:
    scanner = Scanner()
    for _ in range(3):
        assert_same(encoded(wat_json(Links=MANY[:100])), scanner)
        assert_same(encoded(wat_json(Links=[a("https://b.test/", rel="ugc"), a("x")])), scanner)


@given(st.integers(0, 400), st.binary(max_size=3))
def test_damaged_json_is_read_alike(at: int, put: bytes) -> None:
    payload = encoded(wat_json(Links=[a("https://b.test/é", text="words"), {"path": "IMG@/src", "alt": "x"}]))
    start = payload.index(b'"Links"')
    at = start + at % (len(payload) - start)
    payload = payload[:at] + put + payload[at + len(put) :]
    try:
        slow = extract_wat(payload)
    except WatError:
        with pytest.raises(WatError):
            extract_wat(payload, scanner=Scanner())
        return
    if slow is not None:
        assert_same(payload)


def test_two_arrays_named_links_are_not_for_the_loops() -> None:
    document = wat_json(Links=[a("https://b.test/")])
    document["Envelope"]["Payload-Metadata"]["HTTP-Response-Metadata"]["Headers"]["Links"] = ["x"]
    capture = assert_same(encoded(document))
    assert capture is not None
    assert capture.scanned == 0


def test_texts_that_do_not_fit_get_more_room(monkeypatch: pytest.MonkeyPatch) -> None:
    from backlit.extract import watscan

    monkeypatch.setattr(watscan, "_TEXT_BYTES", 64)
    monkeypatch.setattr(watscan, "_ROWS", 1)
    scanner = Scanner()
    for _ in range(4):
        assert_same(encoded(wat_json(Links=MANY[:50])), scanner)


def test_a_long_wat_gives_the_tables_of_a_short_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = [
        wat_json(
            f"https://p{n}.test/",
            Links=MANY[n : n + 5],
            Head={"Link": [{"rel": "canonical", "url": "https://c.test/"}]},
        )
        for n in range(30)
    ]
    moved = wat_json("https://moved.test/")
    http = moved["Envelope"]["Payload-Metadata"]["HTTP-Response-Metadata"]
    http["Response-Message"]["Status"], http["Headers"] = "301", {"Location": "https://b.test/"}
    content = gz(wat(document) for document in [*documents, moved])
    slow = read(tmp_path / "a.wat.gz", content, "wat")
    monkeypatch.setattr(archives, "_WORTH_COMPILED", 0)
    fast = read(tmp_path / "a.wat.gz", content, "wat")

    def rows(batches: list[Any], table: str) -> list[Any]:
        order = (
            [("pair_id", "ascending"), ("nth", "ascending")] if table == "links" else [("url", "ascending")]
        )
        return [
            row
            for batch in batches
            if getattr(batch, table) is not None
            for row in getattr(batch, table).sort_by(order).to_pylist()
        ]

    for table in ("links", "pages", "fetches"):
        assert rows(fast, table) == rows(slow, table)
    assert len(rows(fast, "links")) == 30 * 6 + 1


def test_the_codes_of_kinds_are_those_of_the_records() -> None:
    from backlit.records import KINDS

    codes = (watlinks.KIND_ANCHOR, watlinks.KIND_IMAGE, watlinks.KIND_FRAME, watlinks.KIND_FORM)
    assert [KINDS[code] for code in codes] == ["anchor", "image", "frame", "form"]
