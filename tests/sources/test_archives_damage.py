"""Damaged archives: what is good is given, and what is not is one problem that names its place."""

from __future__ import annotations

import gzip
import random
import zlib
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive_bytes import (
    arc,
    arc_header,
    column,
    encoded,
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
from backlit.sources import inflate

RECORDS = [page_record(number) for number in range(4)]
MEMBERS = [gz([record]) for record in RECORDS]
BORDERS = [sum(map(len, MEMBERS[:number])) for number in range(5)]


def noise(size: int) -> bytes:
    return random.Random(7).randbytes(size)


def noisy_page(number: int, size: int = 200_000) -> bytes:
    """A page that compresses badly: a link, much text, and a link."""
    body = page(f"https://target{number}.test/") + noise(size).hex().encode() + page("https://late.test/")
    return warc(f"https://example.com/{number}", http(body))


def targets(path: Path, content: bytes, kind: str = "warc") -> tuple[list[int], list[tuple[str, str]]]:
    batches = read(path, content, kind)
    found = column(batches, "links", "target_url")
    numbers = [int(url.removeprefix("https://target").removesuffix(".test/")) for url in found]
    return numbers, problems(batches)


@pytest.mark.parametrize("cut", [1, 4, 8, 40, 120])
def test_a_file_cut_short_gives_all_records_before_and_one_problem(tmp_path: Path, cut: int) -> None:
    numbers, found = targets(tmp_path / "a.warc.gz", b"".join(MEMBERS)[:-cut])
    assert numbers[:3] == [0, 1, 2]
    assert found == [(f"offset {BORDERS[3]}", "truncated")]


def test_the_links_before_the_cut_are_given_but_the_page_is_not_complete(tmp_path: Path) -> None:
    content = gz([page_record(0), noisy_page(1)])
    batches = read(tmp_path / "a.warc.gz", content[: len(content) // 2])
    assert column(batches, "links", "target_url") == ["https://target0.test/", "https://target1.test/"]
    assert column(batches, "fetches", "url") == ["https://example.com/0"]
    assert column(batches, "pages", "archive_length")[1] is None
    assert problems(batches) == [(f"offset {len(MEMBERS[0])}", "truncated")]
    assert "ends in the middle" in batches[0].problems[0].message
    assert batches[0].problems[0].file == str(tmp_path / "a.warc.gz")


@pytest.mark.parametrize("at", [11, 60, 150])
def test_a_damaged_member_costs_itself_only(tmp_path: Path, at: int) -> None:
    content = bytearray(b"".join(MEMBERS))
    content[BORDERS[1] + at] ^= 0xFF
    numbers, found = targets(tmp_path / "a.warc.gz", bytes(content))
    assert [number for number in numbers if number != 1] == [0, 2, 3]
    assert found == [(f"offset {BORDERS[1]}", "damaged")]


def test_what_inflates_before_the_damage_is_given(tmp_path: Path) -> None:
    content = bytearray(gz([noisy_page(0), page_record(1)]))
    content[-2_000] ^= 0xFF
    batches = read(tmp_path / "a.warc.gz", bytes(content))
    assert column(batches, "links", "target_url")[::2] == ["https://target0.test/", "https://target1.test/"]
    assert column(batches, "fetches", "url") == ["https://example.com/1"]
    assert problems(batches) == [("offset 0", "damaged")]


@pytest.mark.parametrize("junk", [b"garbage" * 9, b"\x1f\x8b\x08\x00 not gzip", noise(70_000)])
def test_bytes_between_members_are_skipped_with_one_problem(tmp_path: Path, junk: bytes) -> None:
    numbers, found = targets(tmp_path / "a.warc.gz", MEMBERS[0] + junk + MEMBERS[1] + MEMBERS[2])
    assert numbers == [0, 1, 2]
    assert len(found) == 1
    assert found[0][0] == f"offset {BORDERS[1]}"


def test_bytes_between_plain_records_are_skipped_with_one_problem(tmp_path: Path) -> None:
    content = RECORDS[0] + b"garbage\r\n" * 9000 + RECORDS[1] + b"more" + RECORDS[2]
    numbers, found = targets(tmp_path / "a.warc", content)
    assert numbers == [0, 1, 2]
    assert found == [
        (f"offset {len(RECORDS[0])}", "garbage"),
        (f"offset {len(RECORDS[0]) + 81_000 + len(RECORDS[1])}", "garbage"),
    ]


@pytest.mark.parametrize("length", [0, 20, 90_000, "", "-5", 10**17])
@pytest.mark.parametrize("pack", [b"".join, gz, zst, lambda records: gzip.compress(b"".join(records))])
def test_a_wrong_length_costs_no_other_record(tmp_path: Path, length: int | str, pack: object) -> None:
    content = pack([RECORDS[0], page_record(1, length=length), *RECORDS[2:]])  # type: ignore[operator]
    numbers, found = targets(tmp_path / "a.warc.gz", content)
    assert [number for number in numbers if number != 1] == [0, 2, 3]
    if length != 10**17:  # longer than any record may be: nothing of it is read
        assert numbers == [0, 1, 2, 3]
    assert len(found) == 1
    assert found[0][1] in ("bad-length", "truncated", "too-large")


def test_a_record_longer_than_allowed_is_skipped_and_the_next_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from backlit.sources import archives

    monkeypatch.setattr(inflate, "PIECE", 4096)
    limits = archives.settings.default().limits
    small = type(limits)(
        **{**{f: getattr(limits, f) for f in limits.__struct_fields__}, "max_record_bytes": 9000}
    )
    changed = type("Changed", (), {"limits": small, "storage": archives.settings.default().storage})
    monkeypatch.setattr(archives.settings, "default", lambda: changed)
    for content in (
        b"".join([RECORDS[0], noisy_page(1), RECORDS[2]]),
        gz([RECORDS[0], noisy_page(1), RECORDS[2]]),
    ):
        numbers, found = targets(tmp_path / "a.warc", content)
        assert numbers == [0, 2]
        assert [cause for _, cause in found] == ["too-large"]


def test_zstd_that_is_damaged_or_cut_gives_the_rest(tmp_path: Path) -> None:
    frames = [zst([record]) for record in RECORDS]
    middle = bytearray(frames[1])
    middle[20:60] = bytes(40)
    numbers, found = targets(tmp_path / "a.warc.zst", frames[0] + bytes(middle) + frames[2] + frames[3][:-9])
    assert numbers[:2] == [0, 2]
    assert [cause for _, cause in found] == ["damaged", "truncated"]


@pytest.mark.parametrize("junk", [b"nothing", noise(5000)])
def test_bytes_between_frames_are_skipped_with_one_problem(tmp_path: Path, junk: bytes) -> None:
    frames = [zst([record]) for record in RECORDS]
    numbers, found = targets(tmp_path / "a.warc.zst", frames[0] + junk + frames[1])
    assert numbers == [0, 1]
    assert found == [(f"offset {len(frames[0])}", "garbage")]


def test_a_heading_that_breaks_off_is_one_problem(tmp_path: Path) -> None:
    numbers, found = targets(tmp_path / "a.warc", RECORDS[0] + RECORDS[1][:80])
    assert numbers == [0]
    assert found == [(f"offset {len(RECORDS[0])}", "truncated")]


def test_a_plain_file_cut_in_a_body_gives_what_is_there(tmp_path: Path) -> None:
    batches = read(tmp_path / "a.warc", RECORDS[0] + noisy_page(1)[:-100_000])
    assert column(batches, "links", "target_url") == ["https://target0.test/", "https://target1.test/"]
    assert column(batches, "fetches", "url") == ["https://example.com/0"]
    assert problems(batches) == [(f"offset {len(RECORDS[0])}", "truncated")]


def test_a_damaged_arc_goes_on_with_its_next_record(tmp_path: Path) -> None:
    pages = [arc(f"https://example.com/{n}", http(page(f"https://target{n}.test/"))) for n in range(4)]
    numbers, found = targets(tmp_path / "a.arc", arc_header() + pages[0] + b"junk\n" + pages[1], "arc")
    assert numbers == [0, 1]
    assert [cause for _, cause in found] == ["bad-length"]
    short = pages[1].replace(b"text/html ", b"text/html 9", 1)
    numbers, found = targets(tmp_path / "a.arc", arc_header() + pages[0] + short + pages[2] + pages[3], "arc")
    assert numbers == [0, 1, 2, 3]
    assert [cause for _, cause in found] == ["bad-length"]
    members = gz([arc_header(), *pages])
    numbers, found = targets(tmp_path / "a.arc.gz", members[:-12], "arc")
    assert numbers[:3] == [0, 1, 2]
    assert [cause for _, cause in found] == ["truncated"]


@pytest.mark.parametrize("packer", ["gzip", "deflate", "zstd"])
def test_a_page_that_is_a_bomb_is_not_read(tmp_path: Path, packer: str) -> None:
    flat = b"<a href='https://bomb.test/'>" + bytes(80_000_000)
    packed = {
        "gzip": lambda: gzip.compress(flat, 9),
        "deflate": lambda: zlib.compress(flat, 9),
        "zstd": lambda: zstandard.ZstdCompressor().compress(flat),
    }[packer]()
    bomb = warc("https://example.com/bomb", http(packed, f"Content-Encoding: {packer}"))
    batches = read(tmp_path / "a.warc.gz", gz([bomb, page_record(1)]))
    assert column(batches, "links", "target_url") == ["https://target1.test/"]
    assert problems(batches) == [("offset 0", "bomb")]
    assert column(batches, "fetches", "url") == ["https://example.com/1"]


def test_a_member_that_inflates_without_end_is_skipped(tmp_path: Path) -> None:
    block = http(b"<html>") + bytes(300_000_000)
    content = gzip.compress(warc("https://example.com/", block), 1) + MEMBERS[1]
    numbers, found = targets(tmp_path / "a.warc.gz", content)
    assert numbers == [1]
    assert found == [("offset 0", "too-large")]


def test_a_body_that_is_not_in_its_coding_is_a_problem(tmp_path: Path) -> None:
    record = warc("https://example.com/", http(b"\x00\x01nonsense", "Content-Encoding: gzip"))
    batches = read(tmp_path / "a.warc", record + page_record(1))
    assert column(batches, "links", "target_url") == ["https://target1.test/"]
    assert problems(batches) == [("offset 0", "bad-encoding")]


def test_an_answer_without_a_status_is_a_problem(tmp_path: Path) -> None:
    batches = read(tmp_path / "a.warc", warc("https://example.com/", b"HTTP/what\r\n\r\n<html>"))
    assert problems(batches) == [("offset 0", "bad-http")]


@pytest.mark.parametrize("kept", [0.05, 0.3, 0.7, 0.99])
def test_half_a_json_in_a_wat_is_one_problem(tmp_path: Path, kept: float) -> None:
    link = [{"path": "A@/href", "url": "https://target1.test/", "text": "x" * 999}]
    whole = wat(wat_json(Links=link))
    payload = encoded(wat_json(Links=link))
    half = warc("https://example.com/", payload[: int(len(payload) * kept)], kind="metadata")
    numbers, found = targets(tmp_path / "a.wat.gz", gz([whole, half, whole]), "wat")
    assert numbers == [1, 1]
    assert found == [(f"offset {len(gz([whole]))}", "bad-json")]


def test_members_and_magic_across_the_borders_of_blocks_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = b"".join(MEMBERS) * 3
    for block in (64, 65, 66, 67, 300, BORDERS[1], BORDERS[1] + 1, BORDERS[1] + 2):
        monkeypatch.setattr(inflate, "BLOCK", block)
        numbers, found = targets(tmp_path / "a.warc.gz", content)
        assert (numbers, found) == ([0, 1, 2, 3] * 3, [])


@pytest.mark.parametrize("piece", [1, 7, 64, 1000])
def test_records_are_the_same_however_small_the_pieces(
    tmp_path: Path, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inflate, "PIECE", piece)
    monkeypatch.setattr(inflate, "_SMALL", 0)
    for content in (b"".join(RECORDS), gzip.compress(b"".join(RECORDS)), b"".join(MEMBERS)):
        assert targets(tmp_path / "a.warc", content) == ([0, 1, 2, 3], [])


def test_a_length_that_ends_behind_the_next_heading_is_not_believed(tmp_path: Path) -> None:
    heading = RECORDS[1].index(b"\r\n\r\n")
    stated = 233
    assert f"Content-Length: {stated}\r\n".encode() in RECORDS[0]
    # The body is cut so that what it states reaches to the blank line behind the heading of the next record.
    begin = RECORDS[0].index(b"\r\n\r\n") + 4
    left = stated - heading
    content = RECORDS[0][:begin] + RECORDS[0][-left:] + RECORDS[1] + RECORDS[2]
    assert content[begin + stated :].startswith(b"\r\n\r\nHTTP/")
    numbers, found = targets(tmp_path / "a.warc", content)
    assert numbers == [1, 2]
    assert found == [("offset 0", "bad-length")]


quietly = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@quietly
@given(st.data(), st.sampled_from(["gzip", "plain", "zstd"]))
def test_any_damage_leaves_the_records_it_does_not_touch(
    tmp_path: Path, data: st.DataObject, packing: str
) -> None:
    packed = {"gzip": MEMBERS, "plain": RECORDS, "zstd": [zst([record]) for record in RECORDS]}[packing]
    content = bytearray(b"".join(packed))
    first = data.draw(st.integers(0, len(content) - 1))
    last = data.draw(st.integers(first, min(len(content), first + 200)))
    content[first:last] = data.draw(st.binary(max_size=60))
    batches = read(tmp_path / "a.warc.gz", bytes(content))
    borders = [sum(map(len, packed[:number])) for number in range(5)]
    untouched = [
        f"https://target{number}.test/"
        for number in range(4)
        if borders[number + 1] < first or borders[number] > last
    ]
    found = column(batches, "links", "target_url")
    assert [url for url in found if url in untouched] == untouched


@quietly
@given(st.data())
def test_damage_to_a_single_member_leaves_what_was_inflated_before(
    tmp_path: Path, data: st.DataObject
) -> None:
    content = bytearray(gzip.compress(b"".join(RECORDS) + noisy_page(4)))
    first = data.draw(st.integers(2000, len(content) - 1))
    content[first : first + 9] = data.draw(st.binary(max_size=60))
    batches = read(tmp_path / "a.warc.gz", bytes(content))
    assert column(batches, "links", "target_url")[:4] == [
        f"https://target{number}.test/" for number in range(4)
    ]


@quietly
@given(st.binary(max_size=400), st.sampled_from(["warc", "arc", "wat"]))
def test_any_bytes_can_be_read(tmp_path: Path, content: bytes, kind: str) -> None:
    for start in (b"", b"WARC/1.0\r\n", b"\x1f\x8b\x08\x00", b"\x28\xb5\x2f\xfd", arc_header()):
        read(tmp_path / "a", start + content, kind)


@quietly
@given(st.binary(max_size=300))
def test_any_http_answer_can_be_read(tmp_path: Path, content: bytes) -> None:
    starts = (
        b"HTTP/1.1 200 OK\r\n",
        http(b"", "Content-Encoding: gzip"),
        http(b"", "Transfer-Encoding: chunked"),
    )
    records = [warc("https://example.com/", start + content) for start in starts]
    read(tmp_path / "a.warc", b"".join(records))
