"""CSV as it comes: encodings, quotes, ragged rows, damage, and picking up in the middle."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from backlit import settings
from backlit.errors import BacklitError, URLError
from backlit.records import Batch
from backlit.sources import open_source
from backlit.sources.csvrows import sound_row_ends
from backlit.sources.nth import Occurrences
from backlit.sources.urls import UrlReader, usable_url
from backlit.web.domain import split_host
from backlit.web.url import host_of

A, B = "https://a.example.com/", "https://b.test/"
HEADING = "source_url,target_url,anchor,rel\n"


@contextmanager
def limits(**tables: int) -> Iterator[None]:
    """Other limits of the ``tables`` section, and small batches where ``batch_links`` is given."""
    before = settings.default()
    batch_links = tables.pop("batch_links", before.storage.batch_links)
    changed = msgspec.structs.replace(
        before,
        tables=msgspec.structs.replace(before.tables, **tables),
        storage=msgspec.structs.replace(before.storage, batch_links=batch_links),
    )
    original, settings.default = settings.default, lambda: changed  # type: ignore[assignment]
    try:
        yield
    finally:
        settings.default = original


def write(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(path: Path, resume_at: int = 0, **options: Any) -> list[Batch]:
    return list(open_source(path, snapshot="2026-09-28", **options).read(resume_at))


def anchors(found: list[Batch]) -> list[tuple[Any, ...]]:
    """Target, anchor and rel of all links."""
    return [
        tuple(row.values())
        for batch in found
        if batch.links is not None
        for row in batch.links.select(["target_url", "anchor", "rel"]).to_pylist()
    ]


def said(found: list[Batch]) -> list[tuple[str, str]]:
    return [(p.place, p.cause) for batch in found for p in batch.problems]


# -- encodings ---------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(tmp_path: Path, encoding: str, line_end: str) -> None:
    text = f'{HEADING}{A},{B},"Grüße, 世界",ugc\n{A},{B}x,,'.replace("\n", line_end)
    found = read(write(tmp_path / "t.csv", text.encode(encoding)))
    assert anchors(found) == [(B, "Grüße, 世界", "ugc"), (B + "x", "", "")]
    assert said(found) == []


def test_lines_of_another_encoding_are_read_as_windows_1252_and_named(tmp_path: Path) -> None:
    path = write(
        tmp_path / "t.csv",
        HEADING.encode()
        + f"{A},{B},Grüße,\n".encode()
        + f"{A},{B},Grüße – €,\n".encode("cp1252")
        + f"{A},{B},\x81x,\n".encode("latin-1")
        + f"{A},{B},end,\n".encode(),
    )
    found = read(path)
    assert [anchor for _, anchor, _ in anchors(found)] == ["Grüße", "Grüße – €", "\x81x", "end"]
    assert said(found) == [("line 3", "encoding"), ("line 4", "encoding")]


def test_zero_bytes_are_taken_out_and_named(tmp_path: Path) -> None:
    found = read(write(tmp_path / "t.csv", HEADING + f"{A},{B},a\0b,\n{A},{B},c,\n"))
    assert [anchor for _, anchor, _ in anchors(found)] == ["ab", "c"]
    assert said(found) == [("line 2", "zero-bytes")]


def test_a_lone_carriage_return_is_a_blank(tmp_path: Path) -> None:
    found = read(write(tmp_path / "t.csv", HEADING + f'{A},{B},a\rb,\n{A},{B},"c\rd",\r\n'))
    assert [anchor for _, anchor, _ in anchors(found)] == ["a b", "c d"]


# -- quotes and cells --------------------------------------------------------------------


def test_quoted_cells_may_hold_anything(tmp_path: Path) -> None:
    found = read(
        write(tmp_path / "t.csv", HEADING + f'{A},"{B}","one\ntwo, ""three""\r\nfour",""\n\n{A},bad,x,\n')
    )
    assert anchors(found) == [(B, 'one two, "three" four', "")]
    assert said(found) == [("line 6", "no-url")]


def test_quotes_inside_a_cell_are_text(tmp_path: Path) -> None:
    found = read(
        write(tmp_path / "t.csv", HEADING + f'{A},{B},5" disk,\n{A},{B},"a"b"c,ugc\n{A},{B}, "x",\n')
    )
    assert anchors(found) == [(B, '5" disk', ""), (B, 'ab"c', "ugc"), (B, '"x"', "")]
    assert said(found) == []


def test_a_stray_opening_quote_costs_one_line_only(tmp_path: Path) -> None:
    lines = [
        f'{A},{B},"never closed,',
        f"{A},{B}1,one,",
        f'{A},{B}2,"two",ugc',
        f'{A},{B}3,"open,',
        f"{A},{B}4,four,",
    ]
    found = read(write(tmp_path / "t.csv", HEADING + "\n".join(lines)))
    assert anchors(found) == [
        (B, '"never closed', ""),
        (B + "1", "one", ""),
        (B + "2", "two", "ugc"),
        (B + "3", '"open', ""),
        (B + "4", "four", ""),
    ]
    assert said(found) == [("line 2", "stray-quote"), ("line 5", "stray-quote")]


def test_rows_with_too_few_and_too_many_cells(tmp_path: Path) -> None:
    found = read(
        write(
            tmp_path / "t.csv",
            HEADING + f"{A},{B}\n{A},{B},x,,,\n{A},{B},Hello, world,ugc,\n{A}\n{A},{B},y,ugc\n",
        )
    )
    assert anchors(found) == [(B, None, None), (B, "x", ""), (B, None, None), (B, "y", "ugc")]
    assert said(found) == [
        ("line 2", "too-few-cells"),
        ("line 4", "too-many-cells"),
        ("line 5", "too-few-cells"),
        ("line 5", "no-url"),
    ]


def test_lines_that_are_too_long_are_left_out(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", HEADING + f"{A},{B},x,\n{A},{B},{'long ' * 300},\n{A},{B},y,\n")
    for block in (100, 1000, 1 << 20):
        with limits(max_row_bytes=1000, block_bytes=block):
            found = read(path)
        assert [anchor for _, anchor, _ in anchors(found)] == ["x", "y"]
        assert said(found) == [("line 3", "line-too-long")]


def test_a_quote_that_never_closes_does_not_swallow_the_file(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", HEADING + f'{A},{B},"open,\n' + f"{A},{B}x,word,\n" * 500)
    with limits(max_row_bytes=1000, block_bytes=2000):
        found = read(path)
    assert len(anchors(found)) == 501
    assert said(found) == [("line 2", "stray-quote")]


def test_problems_are_kept_in_bounds_and_counted(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", HEADING + f"nothing,{B},x,\n" * 250 + f"{A},{B},y,\n")
    found = read(path)
    assert said(found) == [(f"line {n}", "no-url") for n in range(2, 102)] + [
        ("line 102 to line 251", "no-url")
    ]
    assert found[-1].problems[-1].message == "150 more places have the same problem (no-url)."


# -- damage ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("compress", "sentence"),
    [
        (
            gzip.compress,
            "The gzip data ends too early; the file was cut short. What came before it was read.",
        ),
        (
            zstandard.compress,
            "The Zstandard data ends too early; the file was cut short. What came before it was read.",
        ),
    ],
)
def test_a_cut_file_gives_what_it_holds(tmp_path: Path, compress: Any, sentence: str) -> None:
    import random

    random.seed(1)
    text = HEADING + "".join(f"{A},{B}{random.getrandbits(200)},x,\n" for _ in range(20000))
    content = compress(text.encode())
    found = read(write(tmp_path / "t.csv", content[: len(content) // 2]))
    assert 3000 < found[-1].resume_at < 20000
    assert [p.message for b in found for p in b.problems if p.cause == "damaged"] == [sentence]


def test_several_gzip_members_are_one_file(tmp_path: Path) -> None:
    content = gzip.compress(HEADING.encode()) + gzip.compress(f"{A},{B},x,\n".encode()) + b"\0" * 20
    assert anchors(read(write(tmp_path / "t.csv", content))) == [(B, "x", "")]


def test_damage_inside_parquet_ends_the_reading_with_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    table = pa.table({"source_url": [f"{A}{n}" for n in range(200_000)], "target_url": [B] * 200_000})
    pq.write_table(table, path, row_group_size=65536, use_dictionary=False, compression="gzip")
    content = bytearray(path.read_bytes())
    content[len(content) * 5 // 8 : len(content) * 6 // 8] = bytes(
        len(content) * 6 // 8 - len(content) * 5 // 8
    )
    found = read(write(path, bytes(content)))
    assert [p.cause for b in found for p in b.problems] == ["damaged"]
    assert found[-1].resume_at >= 65536


# -- picking up in the middle --------------------------------------------------------------


def repeated_links(count: int) -> list[list[str]]:
    return [[f"{A}{n % 7}", f"{B}{n % 3}", f"text {n}", "nofollow" if n % 5 else ""] for n in range(count)]


def as_csv(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([HEADING.strip().split(","), *rows])
    return text.getvalue().encode()


def as_jsonl(rows: list[list[str]]) -> bytes:
    names = HEADING.strip().split(",")
    return b"".join(msgspec.json.encode(dict(zip(names, row, strict=True))) + b"\n" for row in rows)


@pytest.mark.parametrize("form", [as_csv, as_jsonl])
def test_reading_goes_on_from_any_batch_with_the_same_rows(tmp_path: Path, form: Any) -> None:
    path = write(tmp_path / "t", form(repeated_links(500)))
    with limits(block_bytes=2000, batch_links=60):
        whole = read(path)
        assert len(whole) > 5
        assert [b.bytes_done for b in whole] == sorted(b.bytes_done for b in whole)
        for at, batch in enumerate(whole[:-1]):
            rest = read(path, batch.resume_at)
            for name in ("links", "pages"):
                tables = [t for b in whole[at + 1 :] if (t := getattr(b, name)) is not None]
                expected = pa.concat_tables(tables).to_pylist() if tables else []
                got = [row for b in rest if (t := getattr(b, name)) is not None for row in t.to_pylist()]
                assert got == expected
            assert rest[-1].resume_at == 500


def test_reading_goes_on_from_any_row_at_all(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    rows = [*repeated_links(99), ["bad", B, "x", ""]]
    table = pa.table({n: [r[i] for r in rows] for i, n in enumerate(HEADING.strip().split(","))})
    pq.write_table(table, path, row_group_size=30)
    whole = read(path)[0].links
    assert whole is not None
    for at in (1, 37, 99):
        found = read(path, at)
        rest = found[0].links
        assert (rest.to_pylist() if rest is not None else []) == whole.slice(at).to_pylist()
        assert said(found) == [("row 100", "no-url")]
    assert (read(path, 100)[0].links, said(read(path, 100))) == (None, [])


# -- properties ----------------------------------------------------------------------------

cells = st.text(st.sampled_from('ab,;"\n\r\t é世\0='), max_size=6)
slow = hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@slow
@given(st.data())
def test_any_bytes_give_rows_or_an_error_of_ours(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    heading = data.draw(
        st.sampled_from(
            [
                b"source_url,target_url,anchor,position\n",
                b"url;text;status\n",
                b"host,ip,asn\r\n",
                b"host\n",
                b"",
            ]
        )
    )
    body = data.draw(
        st.one_of(
            st.binary(max_size=200),
            st.lists(
                st.sampled_from(
                    [b'"', b",", b"\n", b"\r", b"\0", b"\xe9", b";", A.encode(), B.encode(), b"7"]
                ),
                max_size=40,
            ).map(b"".join),
        )
    )
    path = write(tmp_path_factory.getbasetemp() / "any.csv", heading + body)
    kind = data.draw(st.sampled_from([None, "links", "pages", "hosts", "trusted"]))
    try:
        found = read(path, as_=kind)
    except BacklitError:
        return
    for batch in found:
        for table in (batch.links, batch.pages, batch.hosts, batch.trusted):
            if table is not None:
                table.validate(full=True)
    with limits(block_bytes=50):
        assert sum(b.links.num_rows for b in read(path, as_=kind) if b.links) == sum(
            b.links.num_rows for b in found if b.links
        )


@slow
@given(st.lists(st.tuples(cells, cells), max_size=8), st.sampled_from([20, 200, 1 << 20]), st.booleans())
def test_what_a_csv_writer_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], block: int, quote_all: bool
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL)
    writer.writerow(["source_url", "target_url", "anchor", "text_after"])
    writer.writerows([A, B, *row] for row in rows)
    path = write(tmp_path_factory.getbasetemp() / "written.csv", text.getvalue())
    with limits(block_bytes=block):
        found = read(path)
    got = [
        (row["anchor"], row["text_after"])
        for b in found
        if b.links is not None
        for row in b.links.select(["anchor", "text_after"]).to_pylist()
    ]

    def folded(text: str) -> str:
        return " ".join(text.replace("\0", "").split())

    assert got == [(folded(one), folded(two) or None) for one, two in rows]
    assert {cause for _, cause in said(found)} <= {"zero-bytes", "no-rows"}


@slow
@given(st.lists(st.lists(st.text(st.sampled_from('a",\n'), max_size=5), min_size=1, max_size=4), max_size=6))
def test_row_ends_are_those_of_the_csv_writer(rows: list[list[str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    expected = []
    for row in rows:
        writer.writerow(row)
        expected.append(len(text.getvalue()) - 1)
    written = text.getvalue().encode() or b"\n"
    feeds = np.array([at for at, byte in enumerate(written) if byte == 10])
    ends, sound = sound_row_ends(written, feeds, b",")
    assert sound
    assert ends.tolist() == (expected or [0])


@slow
@given(
    st.lists(
        st.builds(
            lambda scheme, host, port, path: scheme + host + port + path,
            st.sampled_from(["http://", "https://", "HTTP://", "ftp://", "//", ""]),
            st.text(st.sampled_from("ab1.-_xnü0:@%"), max_size=12).map(lambda h: h + ".test"),
            st.sampled_from(["", ":80", ":8080", "."]),
            st.text(st.sampled_from("/a.%2Ee41c?#=& ü~'\\"), max_size=12).map(lambda p: "/" + p if p else p),
        ),
        max_size=10,
    )
)
def test_the_column_of_addresses_agrees_with_one_address_at_a_time(addresses: list[str]) -> None:
    urls = UrlReader().read(pa.array(addresses, pa.string()))
    for row, text in enumerate(addresses):
        try:
            expected = usable_url(text)
        except URLError:
            assert urls.codes[row] == -1
            continue
        place = int(urls.codes[row])
        host = host_of(expected)
        assert (urls.url[place].as_py(), urls.host[place].as_py()) == (expected, host)
        assert (urls.domain[place].as_py(), urls.site[place].as_py()) == split_host(host)
    assert len(set(urls.url.to_pylist())) == len(urls.url)


@given(st.lists(st.lists(st.integers(-3, 3), max_size=20), max_size=20))
def test_occurrences_are_counted_exactly(blocks: list[list[int]]) -> None:
    counter = Occurrences()
    seen: dict[int, int] = {}
    for block in blocks:
        expected = []
        for key in block:
            expected.append(seen.get(key, 0))
            seen[key] = seen.get(key, 0) + 1
        assert counter.number(np.array(block, np.int64)).tolist() == expected


def test_text_in_parquet_that_is_not_utf8_is_replaced_and_told(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    bad = pa.Array.from_buffers(
        pa.string(),
        2,
        [
            None,
            pa.py_buffer(b"\x00\x00\x00\x00\x02\x00\x00\x00\x04\x00\x00\x00"),
            pa.py_buffer(b"ok\xff\xfe"),
        ],
    )
    table = pa.table(
        {
            "source_url": ["https://a.example.com/", "https://b.example.org/"],
            "target_url": ["https://x.test/", "https://x.test/"],
            "anchor": bad,
        }
    )
    path = tmp_path / "bad.parquet"
    pq.write_table(table, path)
    from backlit.sources import open_source

    (batch,) = [b for b in open_source(path).read() if not b.empty]
    assert batch.links is not None
    assert batch.links["anchor"].to_pylist() == ["ok", "\ufffd\ufffd"]
    assert [(p.place, p.cause) for p in batch.problems] == [("row 2", "encoding")]
