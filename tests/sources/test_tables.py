"""What tables of each kind give: whole rows in, whole rows out."""

from __future__ import annotations

import gzip
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from backlit.records import HOSTS, LINKS, PAGES, TRUSTED, Batch
from backlit.sources import open_source
from backlit.sources.columns import FIELDS
from backlit.web.ids import link_id, pair_id

DAY = "2026-09-28"
A, B = "https://a.example.com/", "https://b.test/"
EXTRA = ("link_id", "pair_id", "depth", "snapshot", "origin")


def write(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def batches(path: Path, resume_at: int = 0, **options: Any) -> list[Batch]:
    return list(open_source(path, snapshot=DAY, **options).read(resume_at))


def rows(found: list[Batch], table: str) -> list[dict[str, Any]]:
    """All rows of one table, without what is unknown."""
    tables = [t for batch in found if (t := getattr(batch, table)) is not None]
    return [{k: v for k, v in row.items() if v is not None} for t in tables for row in t.to_pylist()]


def problems(found: list[Batch]) -> list[tuple[str, str, str]]:
    return [tuple(p[1:]) for batch in found for p in batch.problems]


def link_rows(path: Path, *names: str, **options: Any) -> list[Any]:
    """Some columns of the links of a table."""
    tables = [b.links for b in batches(path, **options) if b.links is not None]
    found = [row for t in tables for row in t.select(list(names)).to_pylist()]
    return [row[names[0]] if len(names) == 1 else tuple(row.values()) for row in found]


def csv_of(tmp_path: Path, heading: str, *lines: str) -> Path:
    return write(tmp_path / "table.csv", "\n".join([heading, *lines, ""]))


FULL = {
    "source_url": "HTTPS://Blog.Example.co.uk/post#top",
    "target_url": "https://shop.b.test/a?b=1",
    "anchor": "  Best \n shop ",
    "rel": "NoFollow noopener",
    "placement": "Footer",
    "hidden": "no",
    "first_seen": "2026-01-02",
    "last_seen": "2026-02-03T04:05:06Z",
    "text_before": "we like the",
    "text_after": "in town",
    "position": "12",
    "source_title": "A post",
    "source_lang": "en-GB",
    "source_words": "1,234",
    "source_external_links": "5",
    "source_internal_links": "40",
    "source_ads": "2",
}

PAIR = pair_id("https://blog.example.co.uk/post", "https://shop.b.test/a?b=1")
FULL_LINK = {
    "link_id": PAIR,
    "pair_id": PAIR,
    "source_url": "https://blog.example.co.uk/post",
    "source_host": "blog.example.co.uk",
    "source_domain": "example.co.uk",
    "source_site": "example.co.uk",
    "source_language": "en",
    "target_url": "https://shop.b.test/a?b=1",
    "target_host": "shop.b.test",
    "target_domain": "b.test",
    "target_site": "b.test",
    "kind": "anchor",
    "nth": 0,
    "anchor": "Best shop",
    "rel": "nofollow noopener",
    "follow": False,
    "placement": "footer",
    "placement_rule": "table",
    "hidden": False,
    "position": 12,
    "text_before": "we like the",
    "text_after": "in town",
    "first_seen": datetime(2026, 1, 2),
    "last_seen": datetime(2026, 2, 3, 4, 5, 6),
    "depth": 1,
    "snapshot": DAY,
    "origin": "table",
}
FULL_PAGE = {
    "url": "https://blog.example.co.uk/post",
    "host": "blog.example.co.uk",
    "domain": "example.co.uk",
    "site": "example.co.uk",
    "title": "A post",
    "language": "en",
    "words": 1234,
    "external_links": 5,
    "internal_links": 40,
    "ad_slots": 2,
    "depth": 1,
    "snapshot": DAY,
    "origin": "table",
}


def as_csv(row: dict[str, str]) -> bytes:
    import csv
    import io

    text = io.StringIO()
    writer = csv.DictWriter(text, list(row))
    writer.writeheader()
    writer.writerow(row)
    return text.getvalue().encode()


def as_jsonl(row: dict[str, str]) -> bytes:
    return json.dumps(row).encode() + b"\n"


def as_parquet(row: dict[str, str]) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({k: [v] for k, v in row.items()}), sink)
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize("form", [as_csv, as_jsonl, as_parquet, lambda row: gzip.compress(as_csv(row))])
def test_a_full_row_of_links(tmp_path: Path, form: Any) -> None:
    path = write(tmp_path / "table", form(FULL))
    found = batches(path)
    assert rows(found, "links") == [FULL_LINK]
    assert rows(found, "pages") == [FULL_PAGE]
    assert problems(found) == []
    assert [(b.fetches, b.hosts, b.trusted, b.resume_at, b.bytes_done) for b in found] == [
        (None, None, None, 1, path.stat().st_size)
    ]
    assert found[0].links is not None
    assert found[0].links.schema == LINKS
    assert found[0].pages is not None
    assert found[0].pages.schema == PAGES


def test_two_columns_are_enough_and_the_rest_is_unknown(tmp_path: Path) -> None:
    found = batches(csv_of(tmp_path, "source_url,target_url", f"{A},{B}"))
    assert rows(found, "links") == [
        {
            "link_id": pair_id(A, B),
            "pair_id": pair_id(A, B),
            "source_url": A,
            "source_host": "a.example.com",
            "source_domain": "example.com",
            "source_site": "example.com",
            "target_url": B,
            "target_host": "b.test",
            "target_domain": "b.test",
            "target_site": "b.test",
            "kind": "anchor",
            "nth": 0,
            "depth": 1,
            "snapshot": DAY,
            "origin": "table",
        }
    ]
    assert rows(found, "pages") == [
        {"url": A, "host": "a.example.com", "domain": "example.com", "site": "example.com"}
        | {"depth": 1, "snapshot": DAY, "origin": "table"}
    ]


def test_typed_columns_are_taken_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "links.parquet"
    table = pa.table(
        {
            "source_url": pa.array([A, A, A]).dictionary_encode(),
            "target_url": pa.array([B, B, B], pa.large_string()),
            "anchor": pa.array(["x", None, ""]),
            "rel": pa.array([["ugc", "nofollow"], None, []]),
            "hidden": pa.array([True, False, None]),
            "position": pa.array([3.0, None, 2.5]),
            "first_seen": pa.array([datetime(2026, 1, 2, 3, 4, 5, 999), None, datetime(1960, 1, 1)]),
            "last_seen": pa.array([1_767_323_045, 0, 1_767_323_045_000]),
        }
    )
    pq.write_table(table, path)
    names = ("nth", "anchor", "rel", "follow", "hidden", "hidden_rule", "position", "first_seen", "last_seen")
    at = datetime(2026, 1, 2, 3, 4, 5)
    assert link_rows(path, *names) == [
        (0, "x", "nofollow ugc", False, True, "table", 3, at, at),
        (1, None, None, None, False, None, None, None, None),
        (2, "", "", True, None, None, None, None, at),
    ]
    assert problems(batches(path)) == [
        ("row 3", "bad-first-seen", "The first_seen '1960-01-01 00:00:00' is no date; write YYYY-MM-DD."),
        ("row 3", "bad-position", "The position '2.5' is no whole number."),
    ]


def test_what_stands_above_the_heading_is_no_row(tmp_path: Path) -> None:
    path = csv_of(
        tmp_path, ",,", "Backlinks of b.test", "", "Source url,Target url,Anchor", f"{A},{B},x", f"bad,{B},y"
    )
    found = batches(path)
    assert [row["anchor"] for row in rows(found, "links")] == ["x"]
    assert [(p[0], p[1]) for p in problems(found)] == [("line 6", "no-url")]


def test_days_of_parquet_are_times(tmp_path: Path) -> None:
    path = tmp_path / "links.parquet"
    pq.write_table(pa.table({"source_url": [A], "target_url": [B], "first_seen": [date(2026, 1, 2)]}), path)
    assert link_rows(path, "first_seen") == [datetime(2026, 1, 2)]


def test_timestamps_with_a_zone_become_utc(tmp_path: Path) -> None:
    path = tmp_path / "links.parquet"
    seen = pa.array([datetime(2026, 1, 2, 12)], pa.timestamp("ns", tz="UTC")).cast(
        pa.timestamp("ns", "Asia/Tokyo")
    )
    pq.write_table(pa.table({"source_url": [A], "target_url": [B], "first_seen": seen}), path)
    assert link_rows(path, "first_seen") == [datetime(2026, 1, 2, 12)]


def test_links_that_repeat_are_numbered_in_their_order(tmp_path: Path) -> None:
    path = csv_of(
        tmp_path,
        "source_url,target_url,anchor,alt",
        f"{A},{B},one,",
        f"{A},{B}#part,two,",
        f"{A},{B},,a picture",
        f"{A},{B}x,other,",
        f"{A},{B},three,",
        f"{A},{B},,",
    )
    pair = pair_id(A, B)
    assert link_rows(path, "link_id", "kind", "nth", "anchor", "alt") == [
        (link_id(pair, "anchor", 0), "anchor", 0, "one", None),
        (link_id(pair, "anchor", 1), "anchor", 1, "two", None),
        (link_id(pair, "image", 0), "image", 0, "", "a picture"),
        (pair_id(A, B + "x"), "anchor", 0, "other", None),
        (link_id(pair, "anchor", 2), "anchor", 2, "three", None),
        (link_id(pair, "anchor", 3), "anchor", 3, "", None),
    ]


def test_the_kind_is_taken_from_the_column_when_there_is_one(tmp_path: Path) -> None:
    given = ["Image", "text", "iFrame", "301", "", "banana", "canonical"]
    path = csv_of(tmp_path, "source_url,target_url,kind", *(f"{A},{B},{kind}" for kind in given))
    assert link_rows(path, "kind", "nth") == [
        ("image", 0),
        ("anchor", 0),
        ("frame", 0),
        ("redirect", 0),
        ("anchor", 1),
        ("anchor", 2),
        ("canonical", 0),
    ]
    assert problems(batches(path)) == [
        ("line 7", "bad-kind", "The kind 'banana' is no kind of link; it was taken as a plain one.")
    ]


def test_ordinals_of_an_export_of_ours_are_kept(tmp_path: Path) -> None:
    path = csv_of(
        tmp_path, "source_url,target_url,nth", f"{A},{B},4", f"{A},{B},", f"{A},{B},x", f"{A},{B},1"
    )
    assert link_rows(path, "nth") == [4, 0, 1, 1]


def test_links_within_one_site_are_counted_and_left_out(tmp_path: Path) -> None:
    path = csv_of(
        tmp_path,
        "source_url,target_url",
        "https://one.blogspot.com/,https://two.blogspot.com/",
        "https://a.example.com/,https://example.com/x",
        f"{A},https://www.example.com/",
        f"{A},{B}",
    )
    assert link_rows(path, "source_site", "target_site") == [
        ("one.blogspot.com", "two.blogspot.com"),
        ("example.com", "b.test"),
    ]
    assert problems(batches(path)) == [
        (
            "rows to 4",
            "same-site",
            "2 rows link pages of one site with each other; these are no backlinks and were left out.",
        )
    ]


def test_a_row_without_usable_addresses_is_left_out_and_named(tmp_path: Path) -> None:
    path = csv_of(
        tmp_path,
        "source_url,target_url",
        f"{A},",
        f",{B}",
        f"{A},mailto:x@b.test",
        f"not an address,{B}",
        f"{A},http://exa mple.test/",
        f"{A},{B}",
    )
    found = batches(path)
    assert [row["target_url"] for row in rows(found, "links")] == [B]
    assert [(place, cause) for place, cause, _ in problems(found)] == [
        (f"line {n}", "no-url") for n in (2, 3, 4, 5, 6)
    ]
    assert problems(found)[0][2] == "The row was left out, its target_url is not usable: the cell is empty."
    assert problems(found)[2][2].startswith(
        "The row was left out, its target_url is not usable: 'mailto:x@b.test'"
    )


@pytest.mark.parametrize(
    ("cell", "url"),
    [
        ('"=HYPERLINK(""https://b.test/x"",""the text"")"', "https://b.test/x"),
        ('"=hyperlink( ""https://b.test/x"" ; ""a, b"" )"', "https://b.test/x"),
        ('"=HYPERLINK(""https://b.test/x"")"', "https://b.test/x"),
        ("'https://b.test/x", "https://b.test/x"),
        ("  https://b.test/x  ", "https://b.test/x"),
        ("<https://b.test/x>", "https://b.test/x"),
        ("b.test", "http://b.test/"),
        ("www.b.test/x?y=1", "http://www.b.test/x?y=1"),
        ("b.test:8080/x", "http://b.test:8080/x"),
        ("//b.test/x", "http://b.test/x"),
        ("https://B.test:443/%7Ex/../y", "https://b.test/y"),
        ("https://bücher.test/ü", "https://xn--bcher-kva.test/%C3%BC"),
        ("http://192.0.2.1/", "http://192.0.2.1/"),
        ('"https://b.test/?a=1,2"', "https://b.test/?a=1,2"),
        ("https://b.test/a/./b", "https://b.test/a/b"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
    ],
)
def test_addresses_as_table_programs_write_them(tmp_path: Path, cell: str, url: str) -> None:
    assert link_rows(csv_of(tmp_path, "source_url,target_url", f"{A},{cell}"), "target_url") == [url]


@pytest.mark.parametrize("cell", ["=1+1", "=cmd|' /C calc'!A0", "+49 30 1", "@import", "-2", "'quoted"])
def test_text_that_looks_like_a_formula_is_text(tmp_path: Path, cell: str) -> None:
    path = csv_of(tmp_path, "source_url,target_url,anchor", f"{A},{B},{cell}")
    assert link_rows(path, "anchor") == [cell]


@pytest.mark.parametrize(
    ("rel", "tokens", "follow"),
    [
        ("", "", True),
        ("nofollow", "nofollow", False),
        ("  UGC NoFollow  noopener ", "nofollow noopener ugc", False),
        ('"sponsored, noreferrer"', "noreferrer sponsored", False),
        ("nofollow|nofollow", "nofollow", False),
        ("noopener", "noopener", True),
        ("dofollow", "", True),
        ("none", "", True),
        ("N/A", None, None),
    ],
)
def test_rel_and_whether_the_link_is_followed(
    tmp_path: Path, rel: str, tokens: str | None, follow: bool | None
) -> None:
    path = csv_of(tmp_path, "source_url,target_url,rel", f"{A},{B},{rel}")
    assert link_rows(path, "rel", "follow") == [(tokens, follow)]


@pytest.mark.parametrize(
    ("heading", "cells", "follow"),
    [
        ("nofollow", "true", False),
        ("nofollow", "FALSE", True),
        ("nofollow", "", None),
        ("follow", "yes", True),
        ("dofollow", "0", False),
        ("rel,nofollow", ",true", False),
        ("rel,follow", "ugc,true", False),
        ("rel,follow", ",false", False),
        ("Nofollow,Sponsored,Ugc", "false,true,false", False),
        ("Nofollow,Sponsored,Ugc", "false,false,false", True),
        ("ugc", "false", None),
    ],
)
def test_the_strictest_word_on_following_holds(
    tmp_path: Path, heading: str, cells: str, follow: bool | None
) -> None:
    path = csv_of(tmp_path, f"source_url,target_url,{heading}", f"{A},{B},{cells}")
    assert link_rows(path, "follow") == [follow]


@pytest.mark.parametrize(
    ("given", "placement"),
    [
        ("content", "content"),
        ("In-Content", "content"),
        ("BODY", "content"),
        ("navigation", "nav"),
        ("Side bar", "sidebar"),
        ("comments", "comment"),
        ("", None),
        ("n/a", None),
    ],
)
def test_placements_in_other_words(tmp_path: Path, given: str, placement: str | None) -> None:
    path = csv_of(tmp_path, "source_url,target_url,placement", f"{A},{B},{given}")
    rule = "table" if placement else None
    assert link_rows(path, "placement", "placement_rule") == [(placement, rule)]


@pytest.mark.parametrize(
    ("given", "value"),
    [
        *[
            ("TRUE", True),
            ("Yes", True),
            ("1", True),
            ("wahr", True),
            ("f", False),
            ("non", False),
            ("0.0", False),
        ],
        *[("", None), ("null", None)],
    ],
)
def test_booleans_in_many_spellings(tmp_path: Path, given: str, value: bool | None) -> None:
    assert link_rows(csv_of(tmp_path, "source_url,target_url,hidden", f"{A},{B},{given}"), "hidden") == [
        value
    ]


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ("2026-09-15", datetime(2026, 9, 15)),
        ("2026-09-15 10:11:12", datetime(2026, 9, 15, 10, 11, 12)),
        ("2026-09-15T10:11:12.987Z", datetime(2026, 9, 15, 10, 11, 12)),
        ("2026-09-15T10:11:12+02:00", datetime(2026, 9, 15, 8, 11, 12)),
        ("2026-09-15 10:11 UTC", datetime(2026, 9, 15, 10, 11)),
        ("2026-09-15 10:11:12 -0500", datetime(2026, 9, 15, 15, 11, 12)),
        ("2026/9/5", datetime(2026, 9, 5)),
        ('"Sep 15, 2026"', datetime(2026, 9, 15)),
        ('"September 15th, 2026"', datetime(2026, 9, 15)),
        ('"Sep 15, 2026, 3:04 PM"', datetime(2026, 9, 15, 15, 4)),
        ("15 Sep 2026", datetime(2026, 9, 15)),
        ("15-Sep-2026", datetime(2026, 9, 15)),
        ("15.09.2026", datetime(2026, 9, 15)),
        ("05.09.2026", datetime(2026, 9, 5)),
        ("09/15/2026", datetime(2026, 9, 15)),
        ("15/09/2026", datetime(2026, 9, 15)),
        ("20260915", datetime(2026, 9, 15)),
        ("20260915101112", datetime(2026, 9, 15, 10, 11, 12)),
        ("1789467072", datetime(2026, 9, 15, 10, 11, 12)),
        ("1789467072.0", datetime(2026, 9, 15, 10, 11, 12)),
        ("1789467072123", datetime(2026, 9, 15, 10, 11, 12)),
        ('"Tue, 15 Sep 2026 10:11:12 +0000"', datetime(2026, 9, 15, 10, 11, 12)),
        ("", None),
        ("0000-00-00", None),
        ("NaT", None),
    ],
)
def test_dates_in_many_spellings(tmp_path: Path, given: str, value: datetime | None) -> None:
    path = csv_of(tmp_path, "source_url,target_url,first_seen", f"{A},{B},{given}")
    found = batches(path)
    assert [row.get("first_seen") for row in rows(found, "links")] == [value]
    assert problems(found) == []


@pytest.mark.parametrize(
    ("heading", "cell", "cause"),
    [
        ("first_seen", "03/04/2026", "bad-first-seen"),  # March or April: nobody can tell
        ("first_seen", "2026-02-31", "bad-first-seen"),
        ("first_seen", "yesterday", "bad-first-seen"),
        ("first_seen", "1066-10-14", "bad-first-seen"),
        ("first_seen", "5", "bad-first-seen"),
        ("position", "-1", "bad-position"),
        ("position", "many", "bad-position"),
        ("position", "99999999999", "bad-position"),
        ("position", "1.5", "bad-position"),
        ("hidden", "perhaps", "bad-hidden"),
        ("placement", "roof", "bad-placement"),
        ("source_lang", "Klingonish!", "bad-source-lang"),
        ("source_words", "1,23", "bad-source-words"),
        ("nofollow", "maybe", "bad-nofollow"),
    ],
)
def test_a_bad_optional_cell_costs_only_itself(tmp_path: Path, heading: str, cell: str, cause: str) -> None:
    path = csv_of(tmp_path, f"source_url,target_url,anchor,{heading}", f'{A},{B},x,"{cell}"', f"{A},{B},y,")
    found = batches(path)
    assert [row["anchor"] for row in rows(found, "links")] == ["x", "y"]
    field = {"source_lang": "source_language", "nofollow": "follow"}.get(heading, heading)
    assert all(field not in row for row in rows(found, "links"))
    assert [(place, which) for place, which, _ in problems(found)] == [("line 2", cause)]
    assert cell in problems(found)[0][2]


@pytest.mark.parametrize(
    ("cell", "number"), [("1,234,567", 1234567), ("1.234", 1234), ("12.0", 12), ("'7", 7), ("+3", 3)]
)
def test_numbers_as_table_programs_write_them(tmp_path: Path, cell: str, number: int) -> None:
    path = csv_of(tmp_path, "source_url,target_url,position", f'{A},{B},"{cell}"')
    assert link_rows(path, "position") == [number]


def test_names_of_columns_mind_no_case_blanks_or_underscores(tmp_path: Path) -> None:
    path = csv_of(
        tmp_path, "Target URL,ANCHOR,sourceUrl,First  Seen,Domain rating,Spam", f"{B},x,{A},2026-01-02,71,no"
    )
    found = batches(path)
    assert [
        (r["source_url"], r["target_url"], r["anchor"], r["first_seen"]) for r in rows(found, "links")
    ] == [(A, B, "x", datetime(2026, 1, 2))]
    assert problems(found) == [
        ("heading", "extra-columns", "Columns of no use for links were passed over: 'Domain rating', 'Spam'.")
    ]


def test_one_page_row_for_each_source_with_the_first_thing_known(tmp_path: Path) -> None:
    path = csv_of(
        tmp_path,
        "source_url,target_url,source_title,source_words",
        f"{A},{B},,",
        f"https://c.test/,{B},C,7",
        f"{A}#x,{B}y,A,",
        f"{A},{B}z,other,9",
    )
    assert [(p["url"], p.get("title"), p.get("words")) for p in rows(batches(path), "pages")] == [
        (A, "A", 9),
        ("https://c.test/", "C", 7),
    ]


def test_long_texts_are_cut_on_the_side_away_from_the_link(tmp_path: Path) -> None:
    before, after = "x" + "b" * 1000, "a" * 1000 + "x"
    path = csv_of(
        tmp_path, "source_url,target_url,anchor,text_before,text_after", f"{A},{B},{after},{before},{after}"
    )
    assert link_rows(path, "anchor", "text_before", "text_after") == [("a" * 1000, "b" * 1000, "a" * 1000)]


def test_our_own_links_come_back_as_they_were(tmp_path: Path) -> None:
    given = pa.Table.from_pylist(
        [
            FULL_LINK,
            FULL_LINK
            | {
                "link_id": link_id(PAIR, "image", 2),
                "kind": "image",
                "nth": 2,
                "anchor": "",
                "alt": "a picture",
                "rel": "",
                "follow": False,  # by the page's robots meta, so not by rel
                "placement": "sidebar",
                "placement_rule": "tag:aside",
                "semantic_location": "aside",
                "hidden": True,
                "hidden_rule": "style:display",
                "lost_at": datetime(2026, 5, 6),
                "lost_reason": "gone",
                "origin": "warc",
                "depth": 3,
            },
            {
                k: v
                for k, v in FULL_LINK.items()
                if k not in ("anchor", "rel", "follow", "hidden", "placement", "position")
            }
            | {"placement_rule": None, "nth": 1, "link_id": link_id(PAIR, "anchor", 1)},
        ],
        schema=LINKS,
    )
    path = tmp_path / "links.parquet"
    pq.write_table(given, path)
    found = batches(path)
    assert found[0].links is not None
    expected = given.to_pylist()
    for row in expected:
        row |= {"origin": "table", "depth": 1}
    assert found[0].links.to_pylist() == expected
    assert problems(found) == []


def test_our_own_pages_come_back_as_they_were(tmp_path: Path) -> None:
    page = {
        **FULL_PAGE,
        "status": 200,
        "encoding": "utf-8",
        "text_digest": bytes(range(128)),
        "terms": bytes(range(10)),
        "template_digest": -5,
        "noindex": False,
        "nofollow": True,
        "canonical": "https://blog.example.co.uk/",
        "author": "N. N.",
        "published": "2026-01-01",
        "analytics_ids": "G-1",
        "ad_ids": "pub-1",
        "ip": "192.0.2.1",
        "first_seen": datetime(2026, 1, 1),
        "fetched_at": datetime(2026, 2, 2),
        "archive_file": "a.warc.gz",
        "archive_offset": 5_000_000_000,
        "archive_length": 77,
    }
    path = tmp_path / "pages.parquet"
    pq.write_table(pa.Table.from_pylist([page], schema=PAGES), path)
    found = batches(path)
    assert rows(found, "pages") == [page]
    assert problems(found) == []


def test_a_table_of_pages(tmp_path: Path) -> None:
    path = csv_of(
        tmp_path,
        "url,host,title,text,lang,words,first_seen,internal_links,ads,status",
        f"{A},a.example.com,A page,one two three four,en,,2026-01-02,7,1,200",
        "https://c.test/,c.test,,,de,30,,,,404",
        ",x.test,,,,,,,,",
        "https://d.test/,d.test,,,,,,,,99",
    )
    found = batches(path)
    same = {"depth": 1, "snapshot": DAY, "origin": "table"}
    pages = rows(found, "pages")
    assert len(pages[0].pop("text_digest")) == 128
    assert len(pages[0].pop("terms")) == 20
    assert pages == [
        {"url": A, "host": "a.example.com", "domain": "example.com", "site": "example.com", "title": "A page"}
        | {
            "language": "en",
            "words": 4,
            "first_seen": datetime(2026, 1, 2),
            "internal_links": 7,
            "ad_slots": 1,
        }
        | {"status": 200, **same},
        {"url": "https://c.test/", "host": "c.test", "domain": "c.test", "site": "c.test"}
        | {"language": "de", "words": 30, "status": 404, **same},
        {"url": "https://d.test/", "host": "d.test", "domain": "d.test", "site": "d.test", **same},
    ]
    assert problems(found) == [
        ("line 4", "no-url", "The row was left out, its url is not usable: the cell is empty."),
        ("line 5", "bad-status", "The status '99' is no whole number that fits."),
    ]
    assert found[0].links is None


def test_a_table_of_hosts(tmp_path: Path) -> None:
    path = csv_of(
        tmp_path,
        "host,ip,asn,nameserver,registrar,registered,analytics_id,adsense_id,cms,theme",
        'WWW.Example.com,192.0.2.1,13335,"NS2.b.test., ns1.b.test",R Inc.,2020-01-02,G-1,pub-1,WordPress,Ax',
        "https://c.test/x,2001:DB8::1,as64500 Example Net,,,,,,,",
        "bücher.test,not an ip,none,-,N/A,,,,,",
        "no host here,192.0.2.9,,,,,,,,",
    )
    found = batches(path)
    same = {"snapshot": DAY, "origin": "table"}
    assert rows(found, "hosts") == [
        {
            "host": "www.example.com",
            "ip": "192.0.2.1",
            "asn": "AS13335",
            "nameserver": "ns1.b.test ns2.b.test",
        }
        | {"registrar": "R Inc.", "registered": "2020-01-02", "analytics_id": "G-1", "adsense_id": "pub-1"}
        | {"cms": "WordPress", "theme": "Ax", **same},
        {"host": "c.test", "ip": "2001:db8::1", "asn": "AS64500", **same},
        {"host": "xn--bcher-kva.test", **same},
    ]
    assert [(p[0], p[1]) for p in problems(found)] == [("line 5", "no-host"), ("line 4", "bad-ip")]
    assert found[0].hosts is not None
    assert found[0].hosts.schema == HOSTS


def test_a_list_of_trusted_hosts(tmp_path: Path) -> None:
    path = write(
        tmp_path / "trusted.txt",
        "# hosts we trust\n\nexample.com\nhttps://www.Example.org/about # press\n  b.test  \nexa mple\n",
    )
    found = batches(path, as_="trusted")
    assert found[0].trusted is not None
    assert found[0].trusted.schema == TRUSTED
    same = {"snapshot": DAY, "origin": "table"}
    hosts = ("example.com", "www.example.org", "b.test")
    assert rows(found, "trusted") == [{"host": host, **same} for host in hosts]
    assert problems(found) == [
        (
            "line 6",
            "no-host",
            "The row was left out, its host is not usable: 'exa' is no host name, for it has no dot.",
        )
    ]
    assert found[0].resume_at == 4


def test_a_trusted_table_takes_the_column_of_hosts(tmp_path: Path) -> None:
    path = csv_of(tmp_path, "domain,label", "example.com,reliable", "b.test,mixed")
    assert [row["host"] for row in rows(batches(path, as_="trusted"), "trusted")] == ["example.com", "b.test"]


def test_json_lines_that_are_no_objects_are_left_out(tmp_path: Path) -> None:
    good = json.dumps({"source_url": A, "target_url": B, "anchor": "x"})
    path = write(tmp_path / "links.jsonl", f"{good}\n\n{good[:-5]}\n[1]\n{good}\n")
    found = batches(path)
    assert [row["nth"] for row in rows(found, "links")] == [0, 1]
    assert [(p[0], p[1]) for p in problems(found)] == [("line 3", "bad-json"), ("line 4", "bad-json")]


def test_json_values_of_mixed_types(tmp_path: Path) -> None:
    values = [
        {"position": 1, "hidden": True, "rel": ["nofollow"]},
        {"position": "2", "hidden": "no", "rel": "ugc"},
    ]
    values += [{"position": None, "hidden": 1, "rel": None}, {"position": {"a": 1}, "hidden": [], "rel": 5}]
    path = write(
        tmp_path / "links.jsonl",
        "".join(json.dumps({"source_url": A, "target_url": B, **v}) + "\n" for v in values),
    )
    assert link_rows(path, "position", "hidden", "rel", "follow") == [
        (1, True, "nofollow", False),
        (2, False, "ugc", False),
        (None, True, None, None),
        (None, None, "5", True),
    ]


def test_a_table_without_rows_says_so(tmp_path: Path) -> None:
    found = batches(csv_of(tmp_path, "source_url,target_url"))
    assert problems(found) == [("end", "no-rows", "The table has no rows below its heading.")]
    assert (found[0].links, found[0].resume_at) == (None, 0)


def test_real_graphs_can_be_read(shared_data: Path) -> None:
    source = open_source(shared_data / "graphs" / "ukwa-1996-host-links.tsv.gz")
    found = list(source.read())
    assert source.kind == "links"
    assert found[-1].resume_at == 184_433
    links = sum(b.links.num_rows for b in found if b.links is not None)
    assert 166_000 < links < 170_000
    assert sum(p.cause == "no-url" for b in found for p in b.problems) == 101


def test_every_column_is_documented() -> None:
    documented = (Path(__file__).parents[2] / "docs" / "tables.md").read_text()
    missing = [
        f"{kind}.{name}" for kind, names in FIELDS.items() for name in names if f"`{name}`" not in documented
    ]
    assert missing == []
