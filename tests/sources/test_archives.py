"""What WARC, ARC and WAT files give, in all the ways they are packed."""

from __future__ import annotations

import gzip
import zlib
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
import zstandard

from archive_bytes import (
    DATE,
    arc,
    arc_header,
    column,
    gz,
    http,
    page,
    page_record,
    problems,
    read,
    warc,
    wat,
    wat_json,
    zst,
)
from backlit.errors import SourceError
from backlit.extract.sieve import Sieve
from backlit.records import FETCHES, LINKS, PAGES
from backlit.sources.archives import read_archive

INFO = warc(None, b"software: backlit tests\r\n", kind="warcinfo")
RECORDS = [INFO, page_record(1), page_record(2), page_record(3)]
PLAIN = b"".join(RECORDS)
TARGETS = ["https://target1.test/", "https://target2.test/", "https://target3.test/"]


def dictionary_zst() -> bytes:
    words = b"".join(RECORDS) * 40
    dictionary = zstandard.train_dictionary(1024, [words[at : at + 200] for at in range(0, len(words), 200)])
    packed = dictionary.as_bytes()
    frame = b"\x5d\x2a\x4d\x18" + len(packed).to_bytes(4, "little") + packed
    compressor = zstandard.ZstdCompressor(dict_data=dictionary)
    return frame + b"".join(compressor.compress(record) for record in RECORDS)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(PLAIN, id="plain"),
        pytest.param(gz(RECORDS), id="gzip, a member a record"),
        pytest.param(gzip.compress(PLAIN), id="gzip, one member"),
        pytest.param(gz([PLAIN[:300], PLAIN[300:700], PLAIN[700:]]), id="gzip, members cut anywhere"),
        pytest.param(gz([RECORDS[0], b"", *RECORDS[1:]]), id="gzip, an empty member"),
        pytest.param(gz(RECORDS) + b"\0" * 512, id="gzip, padded with zeros"),
        pytest.param(zst(RECORDS), id="zstd, a frame a record"),
        pytest.param(zst([PLAIN]), id="zstd, one frame"),
        pytest.param(b"\x50\x2a\x4d\x18\x03\0\0\0abc" + zst(RECORDS), id="zstd, a frame to skip"),
        pytest.param(dictionary_zst(), id="zstd, with a dictionary"),
        pytest.param(PLAIN.replace(b"WARC/1.0", b"WARC/1.1"), id="version 1.1"),
    ],
)
def test_every_packing_gives_the_same_links_and_no_problem(tmp_path: Path, content: bytes) -> None:
    batches = read(tmp_path / "a.warc.gz", content)
    assert problems(batches) == []
    assert column(batches, "links", "target_url") == TARGETS
    assert column(batches, "pages", "url") == [f"https://example.com/{number}" for number in (1, 2, 3)]
    assert column(batches, "fetches", "outcome") == ["complete"] * 3


def test_headings_with_bare_line_feeds_are_read(tmp_path: Path) -> None:
    content = b"".join(
        b"WARC/1.0\nWARC-Type: response\nWARC-Target-URI: https://example.com/%d\n"
        b"Content-Length: %d\n\n%s\n\n" % (number, len(block), block)
        for number, block in ((1, http(page(TARGETS[0]))), (2, http(page(TARGETS[1]))))
    )
    batches = read(tmp_path / "a.warc", content)
    assert column(batches, "links", "target_url") == TARGETS[:2]


def test_page_and_links_carry_all_the_record_says(tmp_path: Path) -> None:
    record = warc(
        "https://example.com/a page", http(page("https://other.test/")), "WARC-IP-Address: 192.0.2.7"
    )
    content = gz([INFO, record])
    batches = read(tmp_path / "crawl.warc.gz", content)
    assert batches[0].links is not None
    assert batches[0].links.schema == LINKS
    assert batches[0].pages is not None
    assert batches[0].pages.schema == PAGES
    assert batches[0].fetches is not None
    assert batches[0].fetches.schema == FETCHES
    [row] = batches[0].pages.to_pylist()
    when = datetime(2024, 5, 18, 1, 58, 10)
    expected = {
        "url": "https://example.com/a%20page",
        "domain": "example.com",
        "status": 200,
        "title": "A page",
        "external_links": 1,
        "internal_links": 0,
        "ip": "192.0.2.7",
        "first_seen": when,
        "fetched_at": when,
        "archive_file": "crawl.warc.gz",
        "archive_offset": len(gz([INFO])),
        "archive_length": len(gz([record])),
        "depth": 3,
        "snapshot": "2024-05-20",
        "origin": "warc",
    }
    assert {name: row[name] for name in expected} == expected
    [link] = batches[0].links.to_pylist()
    assert (link["source_url"], link["anchor"], link["origin"]) == (row["url"], "https://other.test/", "warc")
    assert (link["first_seen"], link["last_seen"], link["lost_at"]) == (when, when, None)
    [fetch] = batches[0].fetches.to_pylist()
    assert fetch == {
        "url": row["url"],
        "domain": "example.com",
        "fetched_at": when,
        "outcome": "complete",
    }


def test_offset_and_length_read_the_page_again(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    batches = read(path, gz(RECORDS))
    offsets = column(batches, "pages", "archive_offset")
    lengths = column(batches, "pages", "archive_length")
    member = path.read_bytes()[offsets[1] : offsets[1] + lengths[1]]
    assert gzip.decompress(member) == RECORDS[2]


def test_pages_that_share_a_member_have_no_place_of_their_own(tmp_path: Path) -> None:
    batches = read(tmp_path / "a.warc.gz", gzip.compress(PLAIN))
    assert column(batches, "pages", "archive_offset") == [None, None, None]


def test_what_each_answer_gives(tmp_path: Path) -> None:
    def answer(
        name: str, status: int, body: bytes = b"", *headers: str, kind: str | None = "text/html"
    ) -> bytes:
        return warc(f"https://example.com/{name}", http(body, *headers, status=status, kind=kind))

    linked = page("https://other.test/")
    content = gz(
        [
            answer("page", 200, linked),
            answer("partial", 206, linked),
            answer("moved", 301, linked, "Location: https://new.test/home"),
            answer("moved-inside", 302, b"", "Location: /page"),
            answer("missing", 404, linked),
            answer("gone", 410),
            answer("broken", 503, linked),
            answer("image", 200, b"\x89PNG", kind="image/png"),
            answer("text", 200, b"<html>not a page", kind="text/plain"),
            answer("sniffed", 200, linked, kind=None),
            answer("nothing", 200, b"\x00\x01", kind=None),
            answer("xhtml", 200, linked, kind="application/xhtml+xml; charset=utf-8"),
        ]
    )
    counts: Counter[str] = Counter()
    batches = read(tmp_path / "a.warc.gz", content, counts=counts)
    names = [url.rpartition("/")[2] for url in column(batches, "pages", "url")]
    assert dict(zip(names, column(batches, "pages", "status"), strict=True)) == {
        "page": 200,
        "partial": 206,
        "moved": 301,
        "moved-inside": 302,
        "missing": 404,
        "gone": 410,
        "broken": 503,
        "sniffed": 200,
        "xhtml": 200,
    }
    fetched = [url.rpartition("/")[2] for url in column(batches, "fetches", "url")]
    assert dict(zip(fetched, column(batches, "fetches", "outcome"), strict=True)) == {
        "page": "complete",
        "missing": "gone",
        "gone": "gone",
        "sniffed": "complete",
        "xhtml": "complete",
    }
    sources = [url.rpartition("/")[2] for url in column(batches, "links", "source_url")]
    links = zip(
        sources, column(batches, "links", "kind"), column(batches, "links", "target_url"), strict=True
    )
    assert list(links) == [
        ("page", "anchor", "https://other.test/"),
        ("partial", "anchor", "https://other.test/"),
        ("moved", "redirect", "https://new.test/home"),
        ("sniffed", "anchor", "https://other.test/"),
        ("xhtml", "anchor", "https://other.test/"),
    ]
    assert problems(batches) == []
    assert counts == {"records": 12, "pages": 9, "not-html": 3}


def test_records_of_other_types_are_counted_or_passed_over(tmp_path: Path) -> None:
    counts: Counter[str] = Counter()
    url = "https://example.com/"
    content = gz(
        [
            INFO,
            warc(url, b"GET / HTTP/1.1\r\n\r\n", kind="request"),
            warc(url, http(), kind="revisit"),
            warc("metadata://x", b"a: b", kind="metadata"),
            warc("dns:example.com", b"20240518 example.com. 60 IN A 192.0.2.1"),
            warc(f"{url}saved", page("https://other.test/"), "Content-Type: text/html", kind="resource"),
            warc(f"{url}odd", b"", kind="odd"),
        ]
    )
    batches = read(tmp_path / "a.warc.gz", content, counts=counts)
    assert column(batches, "pages", "url") == [f"{url}saved"]
    assert column(batches, "pages", "status") == [None]
    assert column(batches, "links", "target_url") == ["https://other.test/"]
    assert column(batches, "fetches", "url") == []
    assert [cause for _, cause in problems(batches)] == ["unknown-record"]
    assert counts == {"records": 7, "skipped": 3, "revisits": 1, "not-http": 1, "pages": 1}


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (["Transfer-Encoding: chunked"], b"%x\r\n%s\r\n0\r\n\r\n"),
        (["Transfer-Encoding: chunked"], b"%x;name=value\n%s\n0\n\n"),
        (["Transfer-Encoding: chunked"], None),
        (["Content-Encoding: gzip"], gzip.compress),
        (["Content-Encoding: x-gzip"], None),
        (["Content-Encoding: deflate"], zlib.compress),
        (["Content-Encoding: deflate"], lambda data: zlib.compress(data, wbits=-15)),
        (["Content-Encoding: zstd"], zstandard.ZstdCompressor().compress),
        (["Content-Encoding: identity"], None),
    ],
)
def test_transfer_and_content_codings_are_undone_or_found_undone(
    tmp_path: Path, headers: list[str], body: object
) -> None:
    html = page("https://other.test/")
    packed = body(html) if callable(body) else body % (len(html), html) if isinstance(body, bytes) else html
    batches = read(tmp_path / "a.warc", warc("https://example.com/", http(packed, *headers)))
    assert column(batches, "links", "target_url") == ["https://other.test/"]
    assert column(batches, "fetches", "outcome") == ["complete"]
    assert problems(batches) == []


def test_brotli_is_undone(tmp_path: Path) -> None:
    brotli = pytest.importorskip("brotli")
    packed = brotli.compress(page("https://other.test/"))
    batches = read(tmp_path / "a.warc", warc("https://example.com/", http(packed, "Content-Encoding: br")))
    assert column(batches, "links", "target_url") == ["https://other.test/"]
    assert column(batches, "fetches", "outcome") == ["complete"]


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(
            http(b"5000\r\n" + page("https://other.test/"), "Transfer-Encoding: chunked"), id="chunk"
        ),
        pytest.param(http(page("https://other.test/"), "Content-Length: 90000"), id="Content-Length"),
        pytest.param(
            http(zlib.compress(page("https://other.test/") + b" " * 400)[:-3], "Content-Encoding: deflate"),
            id="deflate",
        ),
    ],
)
def test_a_page_that_breaks_off_gives_its_links_but_is_not_complete(tmp_path: Path, block: bytes) -> None:
    batches = read(tmp_path / "a.warc", warc("https://example.com/", block))
    assert column(batches, "links", "target_url") == ["https://other.test/"]
    assert column(batches, "fetches", "url") == []


def test_a_record_the_crawler_cut_is_not_complete(tmp_path: Path) -> None:
    block = http(page("https://other.test/"))
    batches = read(tmp_path / "a.warc", warc("https://example.com/", block, "WARC-Truncated: length"))
    assert column(batches, "links", "target_url") == ["https://other.test/"]
    assert column(batches, "fetches", "url") == []


def test_headers_reach_the_extractor(tmp_path: Path) -> None:
    cyrillic = '<p><a href="https://other.test/">Привет</a></p>'.encode("cp1251")
    block = http(
        cyrillic,
        "X-Robots-Tag: noindex",
        "X-Robots-Tag: nofollow",
        'Link: <https://canon.test/>; rel="canonical"',
        kind="text/html; charset=windows-1251",
    )
    batches = read(tmp_path / "a.warc", warc("https://example.com/", block))
    rows = zip(*(column(batches, "links", name) for name in ("kind", "anchor", "follow")), strict=True)
    assert sorted(rows) == [("anchor", "Привет", False), ("canonical", "", False)]
    assert column(batches, "pages", "noindex") == [True]
    assert column(batches, "pages", "canonical") == ["https://canon.test/"]


def test_addresses_in_angle_brackets_and_bad_ones(tmp_path: Path) -> None:
    content = b"".join(
        warc(url, http(page("https://other.test/")))
        for url in ("<https://example.com/>", "https://a..com/", "no address", None)
    )
    batches = read(tmp_path / "a.warc", content)
    assert column(batches, "pages", "url") == ["https://example.com/"]
    assert [cause for _, cause in problems(batches)] == ["bad-url"] * 3


def test_a_record_without_a_date_gives_its_links_but_is_no_look_at_a_known_time(tmp_path: Path) -> None:
    batches = read(tmp_path / "a.warc", page_record(1, date=None) + page_record(2, date="yesterday"))
    assert column(batches, "links", "first_seen") == [None, None]
    assert column(batches, "fetches", "url") == []
    assert [cause for _, cause in problems(batches)] == ["bad-date"] * 2


def test_dates_are_cut_to_the_second_and_moved_to_utc(tmp_path: Path) -> None:
    dates = ("2024-05-18T01:58:10.987654321Z", "2024-05-18T03:58:10+02:00", "2024-05-18T01:58:10Z")
    content = b"".join(page_record(number, date=date) for number, date in enumerate(dates))
    batches = read(tmp_path / "a.warc", content)
    assert column(batches, "pages", "fetched_at") == [datetime(2024, 5, 18, 1, 58, 10)] * 3


def test_arc_and_warc_of_one_crawl_give_the_same_links(tmp_path: Path) -> None:
    answers = [
        ("https://example.com/1", http(page("https://other.test/", "https://third.test/"))),
        ("https://example.com/with a blank", http(page("https://other.test/x"))),
        ("https://example.com/gone", http(status=410)),
        ("https://example.com/moved", http(b"", "Location: https://new.test/", status=301)),
    ]
    arcs = [arc_header(), arc("dns:example.com", b"text", kind="text/dns"), *(arc(*one) for one in answers)]
    from_arc = read(tmp_path / "a.arc.gz", gz(arcs), "arc")
    plain = read(tmp_path / "a.arc", b"".join(arcs), "arc")
    from_warc = read(tmp_path / "a.warc.gz", gz(warc(*one) for one in answers))
    assert problems(from_arc) == problems(plain) == problems(from_warc) == []
    for table in ("links", "pages", "fetches"):
        left, same, right = (getattr(batches[0], table) for batches in (from_arc, plain, from_warc))
        apart = [name for name in ("origin", "ip", "archive_file") if name in left.column_names]
        places = [name for name in left.column_names if name.startswith("archive_")]
        assert left.drop_columns([*apart, *places[1:]]).equals(right.drop_columns([*apart, *places[1:]]))
        assert left.drop_columns(places).equals(same.drop_columns(places))


def test_arc_dates_of_any_length_are_read(tmp_path: Path) -> None:
    content = arc_header() + arc("https://example.com/", http(page()), date="2008043020482512")
    batches = read(tmp_path / "a.arc", content, "arc")
    assert column(batches, "pages", "fetched_at") == [datetime(2008, 4, 30, 20, 48, 25)]
    assert column(batches, "pages", "ip") == ["192.0.2.1"]


def one_member(records: list[bytes]) -> bytes:
    return gzip.compress(b"".join(records))


def two_members(records: list[bytes]) -> bytes:
    return one_member(records[:3]) + one_member(records[3:])


def cut_anywhere(records: list[bytes]) -> bytes:
    whole = b"".join(records)
    return gz(whole[at : at + 700] for at in range(0, len(whole), 700))


@pytest.mark.parametrize("packed", [gz, zst, b"".join, one_member, two_members, cut_anywhere])
@pytest.mark.parametrize("pages", [1, 2])
def test_reading_again_from_where_a_batch_ended_gives_the_rest(
    tmp_path: Path, packed: Callable[[list[bytes]], bytes], pages: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backlit.sources.archives._PAGES_A_BATCH", pages)
    records = [INFO, *(page_record(number) for number in range(7))]
    path = tmp_path / "a.warc.gz"
    batches = read(path, packed(records))
    assert [len(column([batch], "pages", "url")) for batch in batches] == [pages] * (7 // pages) + [7 % pages]
    assert batches[-1].resume_at == batches[-1].bytes_done == path.stat().st_size
    for done in range(1, len(batches)):
        rest = list(read_archive(path, "warc", "2024-05-20", batches[done - 1].resume_at))
        given = column(batches[:done], "links", "target_url") + column(rest, "links", "target_url")
        assert given == [f"https://target{number}.test/" for number in range(7)]


def test_problems_are_told_once_over_two_readings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backlit.sources.archives._PAGES_A_BATCH", 1)
    path = tmp_path / "a.warc.gz"
    hurt = [b"junk\r\n\r\n", RECORDS[1], page_record(2, length=9), b"junk", RECORDS[3]]
    batches = read(path, one_member(hurt))
    everything = problems(batches)
    assert [cause for _, cause in everything] == ["garbage", "bad-length"]
    for done in range(1, len(batches)):
        rest = list(read_archive(path, "warc", "2024-05-20", batches[done - 1].resume_at))
        assert problems(batches[:done]) + problems(rest) == everything


def test_words_of_progress_hold_no_rows_and_nothing_to_go_on_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backlit.sources.archives._RECORDS_A_WORD", 2)
    batches = read(tmp_path / "a.warc.gz", gz(RECORDS))
    assert [(batch.empty, batch.resume_at, batch.pending_pages) for batch in batches[:2]] == [
        (True, 0, 1),
        (True, 0, 3),
    ]
    assert 0 < batches[0].bytes_done < batches[1].bytes_done
    assert column(batches, "links", "target_url") == TARGETS


def test_only_wanted_links_are_kept_and_other_pages_left_out(tmp_path: Path) -> None:
    records = [
        INFO,
        page_record(1),
        warc("https://example.com/2", http(page("https://A.target2.TEST/", "https://other.test/"))),
    ]
    batches = read(tmp_path / "a.warc.gz", gz(records), wanted=Sieve(["target2.test"]))
    assert column(batches, "links", "target_url") == ["https://a.target2.test/"]
    assert column(batches, "pages", "url") == ["https://example.com/2"]


def test_wat_rows_carry_where_the_page_itself_is(tmp_path: Path) -> None:
    links = [{"path": "A@/href", "url": "https://other.test/", "text": "other"}]
    document = wat_json(Links=links)
    request = {"Envelope": {"WARC-Header-Metadata": {"WARC-Type": "request"}}}
    batches = read(tmp_path / "a.wat.gz", gz([INFO, wat(request), wat(document), wat(request)]), "wat")
    assert problems(batches) == []
    assert batches[0].pages is not None
    [row] = batches[0].pages.to_pylist()
    place = (row["archive_file"], row["archive_offset"], row["archive_length"], row["depth"], row["ip"])
    assert place == ("a.warc.gz", 806, 423, 2, "192.0.2.1")
    assert row["fetched_at"] == datetime.fromisoformat(DATE).replace(tzinfo=None)
    assert column(batches, "links", "target_url") == ["https://other.test/"]
    assert column(batches, "links", "placement") == [None]
    assert column(batches, "fetches", "outcome") == ["complete"]


def test_a_missing_file_and_an_unknown_kind_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no archive at"):
        next(read_archive(tmp_path / "none.warc", "warc", "2024-05-20"))
    with pytest.raises(SourceError, match="no kind of archive"):
        read(tmp_path / "a.warc", b"", "wet")


def test_an_empty_file_gives_an_empty_batch(tmp_path: Path) -> None:
    [batch] = read(tmp_path / "a.warc", b"")
    assert (batch.links, batch.pages, batch.fetches, batch.problems) == (None, None, None, [])
