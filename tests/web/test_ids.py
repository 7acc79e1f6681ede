"""Ids are reproducible anywhere: XXH64 as Spark chains it, signed, and spread over buckets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlit.records import KINDS
from backlit.web.ids import (
    bucket_hash,
    buckets,
    link_id,
    link_mix,
    pair_id,
    pair_id_seeded,
    source_seed,
)

_P1, _P2, _P3, _P4, _P5 = (
    0x9E3779B185EBCA87,
    0xC2B2AE3D27D4EB4F,
    0x165667B19E3779F9,
    0x85EBCA77C2B2AE63,
    0x27D4EB2F165667C5,
)
_MASK = (1 << 64) - 1
_text = st.text(st.characters(exclude_categories=("Cs",)), max_size=80)


def _turn(value: int, by: int) -> int:
    value &= _MASK
    return (value << by | value >> (64 - by)) & _MASK


def _round(lane: int, word: int) -> int:
    return _turn(lane + word * _P2, 31) * _P1 & _MASK


def _xxh64(data: bytes, seed: int) -> int:
    """XXH64 as its specification words it (the same as Spark's ``XXH64`` over UTF-8 bytes)."""
    at, size = 0, len(data)
    if size >= 32:
        lanes = [seed + _P1 + _P2, seed + _P2, seed, seed - _P1]
        while at + 32 <= size:
            for i in range(4):
                lanes[i] = _round(lanes[i], int.from_bytes(data[at + 8 * i : at + 8 * i + 8], "little"))
            at += 32
        value = sum(_turn(lane, by) for lane, by in zip(lanes, (1, 7, 12, 18), strict=True))
        for lane in lanes:
            value = (value ^ _round(0, lane)) * _P1 + _P4
    else:
        value = seed + _P5
    value = value + size & _MASK
    while at + 8 <= size:
        value = _turn(value ^ _round(0, int.from_bytes(data[at : at + 8], "little")), 27) * _P1 + _P4 & _MASK
        at += 8
    if at + 4 <= size:
        word = int.from_bytes(data[at : at + 4], "little")
        value = _turn(value ^ word * _P1 & _MASK, 23) * _P2 + _P3 & _MASK
        at += 4
    for byte in data[at:]:
        value = _turn(value ^ byte * _P5 & _MASK, 11) * _P1 & _MASK
    value = (value ^ value >> 33) * _P2 & _MASK
    value = (value ^ value >> 29) * _P3 & _MASK
    return value ^ value >> 32


def _signed(value: int) -> int:
    return value - (1 << 64) if value >= 1 << 63 else value


def test_the_reference_hash_gives_the_published_values() -> None:
    assert _xxh64(b"", 0) == 0xEF46DB3751D8E999
    assert _xxh64(b"abc", 0) == 0x44BC2CF5AD770999
    assert _xxh64(b"Nobody inspects the spammish repetition", 0) == 0xFBCEA83C8A378BF1


def test_the_reference_hash_chained_gives_the_value_in_sparks_documentation() -> None:
    # SELECT xxhash64('Spark', array(123), 2): each value seeds the next, integers are 4 bytes.
    value = 42
    for part in (b"Spark", (123).to_bytes(4, "little"), (2).to_bytes(4, "little")):
        value = _xxh64(part, value)
    assert _signed(value) == 5602566077635097486


def test_pair_id_is_stable() -> None:
    assert pair_id("https://a.example/", "https://b.example/x") == _signed(
        _xxh64(b"https://b.example/x", _xxh64(b"https://a.example/", 42))
    )


@given(_text, _text)
def test_pair_id_is_sparks_chained_xxhash64(source: str, target: str) -> None:
    expected = _signed(_xxh64(target.encode(), _xxh64(source.encode(), 42)))
    assert pair_id(source, target) == expected
    assert pair_id_seeded(source_seed(source), target) == expected


@given(_text, _text)
def test_pair_id_fits_a_signed_64_bit_column(source: str, target: str) -> None:
    assert -(1 << 63) <= pair_id(source, target) < 1 << 63


def test_pair_id_tells_direction() -> None:
    assert pair_id("https://a.example/", "https://b.example/") != pair_id(
        "https://b.example/", "https://a.example/"
    )


@given(_text, _text, st.sampled_from(KINDS), st.integers(0, 1 << 20))
def test_link_id_is_the_pair_xor_the_mix(source: str, target: str, kind: str, nth: int) -> None:
    pair = pair_id(source, target)
    link = link_id(pair, kind, nth)
    assert link == pair ^ link_mix(kind, nth)
    assert link ^ link_mix(kind, nth) == pair
    assert -(1 << 63) <= link < 1 << 63


def test_the_first_plain_link_has_the_id_of_its_pair() -> None:
    assert link_mix("anchor", 0) == 0
    assert link_id(17, "anchor", 0) == 17


def test_links_of_a_pair_never_share_an_id() -> None:
    mixes = [link_mix(kind, nth) for kind in KINDS for nth in range(2000)]
    assert len(set(mixes)) == len(mixes)


@pytest.mark.parametrize("count", [1, 2, 4, 64, 256, 65536])
def test_buckets_are_within_their_count(count: int) -> None:
    names = [f"site-{i}.example" for i in range(2000)]
    found = buckets(names, count)
    assert found.dtype == "int32"
    assert found.tolist() == [bucket_hash(name) * count // 65536 for name in names]
    assert 0 <= found.min() <= found.max() < count


@given(st.lists(_text, max_size=20), st.integers(0, 15))
def test_buckets_nest(names: list[str], power: int) -> None:
    few, more = buckets(names, 1 << power), buckets(names, 1 << (power + 1))
    assert (more // 2).tolist() == few.tolist()


def test_buckets_are_even() -> None:
    counts = [0] * 64
    for bucket in buckets([f"site-{i}.example" for i in range(64_000)], 64):
        counts[bucket] += 1
    assert 850 < min(counts) <= max(counts) < 1150
