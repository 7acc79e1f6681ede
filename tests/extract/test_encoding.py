"""Bytes to text: every row of the encodings that trip extractors, and the labels of the web."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlit.extract.encoding import decode, to_utf8
from backlit.extract.html import extract_html

RUSSIAN = (
    "Ссылки на другие сайты: погода, новости, спорт и культура. Сегодня в городе прошёл большой праздник, на "
    "который собрались жители и гости. Мэр поздравил всех с днём города и пожелал счастья. "
) * 3
CHINESE = "朱镕基总理访问大学，讨论经济与技术的发展，并同学生见面。" * 6
GERMAN = "Grüße aus München – „schöne“ Straßen, süße Äpfel. "
JAPANESE = "日本語のページです。リンクと文章があります。" * 6


def page(text: str, meta: str = "") -> str:
    return f"<html><head>{meta}<title>x</title></head><body><p>{text}<a href='http://a.test/'>{text[:6]}</a></body>"


CASES: dict[str, tuple[bytes, str | None, str, str]] = {
    "cp1251, declared": (
        page(RUSSIAN, "<meta charset=windows-1251>").encode("cp1251"), None, RUSSIAN, "windows-1251",
    ),
    "cp1251, undeclared": (page(RUSSIAN).encode("cp1251"), None, RUSSIAN, "windows-1251 (detected)"),
    "gb2312 label, gbk text": (
        page(CHINESE, "<meta charset=gb2312>").encode("gbk"), None, CHINESE, "gbk",
    ),
    "iso-8859-1 label, cp1252 text": (
        page(GERMAN, "<meta charset=iso-8859-1>").encode("cp1252"), None, GERMAN, "windows-1252",
    ),
    "utf-8, undeclared": (page(RUSSIAN).encode(), None, RUSSIAN, "utf-8"),
    "meta after 1,024 bytes": (
        page(RUSSIAN, "<!--" + "x" * 3000 + "--><meta charset=windows-1251>").encode("cp1251"),
        None, RUSSIAN, "windows-1251",
    ),
    "utf-16 with mark, little-endian": (
        codecs.BOM_UTF16_LE + page(RUSSIAN).encode("utf-16-le"), None, RUSSIAN, "utf-16-le",
    ),
    "utf-16 with mark, big-endian": (
        codecs.BOM_UTF16_BE + page(RUSSIAN).encode("utf-16-be"), "utf-8", RUSSIAN, "utf-16-be",
    ),
    "utf-8 with mark": (codecs.BOM_UTF8 + page(RUSSIAN).encode(), "windows-1251", RUSSIAN, "utf-8"),
    "utf-8 with a lying latin-1 meta": (
        page(GERMAN, "<meta charset=iso-8859-1>").encode(), None, GERMAN, "utf-8 (labelled windows-1252)",
    ),
    "utf-8 with a lying header": (page(RUSSIAN).encode(), "KOI8-R", RUSSIAN, "utf-8 (labelled koi8-r)"),
    "the header before the meta": (
        page(RUSSIAN, "<meta charset=iso-8859-1>").encode("koi8-r"), "koi8-r", RUSSIAN, "koi8-r",
    ),
    "cp1251 with a lying utf-8 meta": (
        page(RUSSIAN, "<meta charset=utf-8>").encode("cp1251"), None, RUSSIAN,
        "windows-1251 (detected, labelled utf-8)",
    ),
    "a meta in a comment is none": (
        page(RUSSIAN, "<!-- <meta charset=koi8-r> --><meta charset='windows-1251'>").encode("cp1251"),
        None, RUSSIAN, "windows-1251",
    ),
    "the old form of the meta": (
        page(RUSSIAN, '<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=koi8-r">').encode("koi8-r"),
        None, RUSSIAN, "koi8-r",
    ),
    "an XML declaration": (
        b'<?xml version="1.0" encoding="windows-1251"?>' + page(RUSSIAN).encode("cp1251"),
        None, RUSSIAN, "windows-1251",
    ),
    "shift_jis": (page(JAPANESE, "<meta charset=x-sjis>").encode("cp932"), None, JAPANESE, "shift-jis"),
    "euc-jp": (page(JAPANESE, "<meta charset=euc-jp>").encode("euc-jp"), None, JAPANESE, "euc-jp"),
    "iso-2022-jp is seven bits wide": (
        page(JAPANESE, "<meta charset=iso-2022-jp>").encode("iso-2022-jp"), None, JAPANESE, "iso-2022-jp",
    ),
    "an unknown label counts as none": (
        page(RUSSIAN, "<meta charset=klingon>").encode("cp1251"), "x-unknown", RUSSIAN, "windows-1251 (detected)",
    ),
    "plain ASCII keeps its label": (b"<meta charset=iso-8859-1><p>x", None, "", "windows-1252"),
    "plain ASCII without one": (b"<p>x", None, "", "utf-8"),
    "utf-16 without a mark": (page("plain words").encode("utf-16-le"), None, "plain words", "utf-16-le (detected)"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_decoding_of(case: str) -> None:
    body, charset, text, name = CASES[case]
    got, encoding = decode(body, charset)
    assert encoding == name
    assert text in got


@pytest.mark.parametrize("case", [case for case in CASES if CASES[case][2]])
def test_anchors_come_out_right(case: str) -> None:
    body, charset, text, name = CASES[case]
    extracted = extract_html(body, "https://www.example.com/", charset=charset)
    assert [row[6] for row in extracted.links] == [text[:6].strip()]
    assert extracted.facts["encoding"] == name


def test_letters_that_two_encodings_share_are_read_as_the_one_the_web_uses() -> None:
    text = "Ссылки на другие сайты: погода, новости, спорт и культура большого города. " * 6
    got, name = decode(page(text).encode("cp1251"))
    assert text in got
    assert name == "windows-1251 (detected)"


def test_a_label_of_utf16_that_can_be_read_is_a_lie() -> None:
    assert decode(page(RUSSIAN, "<meta charset=utf-16>").encode())[1] == "utf-8"


def test_a_few_broken_bytes_do_not_unmake_utf8() -> None:
    body = page(RUSSIAN, "<meta charset=utf-8>").encode().replace("спорт".encode(), b"\xff\xfe")
    text, name = decode(body)
    assert name == "utf-8"
    assert "погода" in text


def test_a_cut_character_at_the_end_of_a_cut_page_proves_nothing() -> None:
    whole = page(GERMAN).encode() + "ü".encode()
    assert to_utf8(whole[:-1], cut=True) == (whole[:-2], "utf-8")
    assert to_utf8(whole, cut=True) == (whole, "utf-8")


def test_utf8_comes_back_uncopied() -> None:
    body = page(RUSSIAN).encode()
    assert to_utf8(body)[0] is body


@given(
    st.binary(max_size=400),
    st.sampled_from([None, "utf-8", "gbk", "utf-16", "x-nonsense", "\x00", "iso-2022-jp"]),
)
def test_any_bytes_become_text_that_can_be_written_again(body: bytes, charset: str | None) -> None:
    source, name = to_utf8(body, charset)
    assert source.decode("utf-8").encode("utf-8") == source
    assert name


@given(st.lists(st.one_of(st.binary(max_size=6), st.text(max_size=6).map(str.encode))).map(b"".join))
def test_only_what_is_valid_utf8_comes_back_as_it_is(body: bytes) -> None:
    body = "ü".encode() + body  # no byte order mark, and not ASCII alone
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        assert to_utf8(body, "utf-8")[0] != body
    else:
        assert to_utf8(body, "utf-8") == (body, "utf-8")


@pytest.mark.parametrize(
    "broken",
    [
        b"\xed\xa0\x80",
        b"\xc0\xaf",
        b"\xe0\x80\xaf",
        b"\xf4\x90\x80\x80",
        b"\xf5\x80\x80\x80",
        b"\xc3",
        b"\x80",
    ],
)
def test_surrogates_long_forms_and_halves_are_no_utf8(broken: bytes) -> None:
    body = b"<p>" + b"\xc3\xbc" * 200 + broken
    assert to_utf8(body, "utf-8") == (body.decode("utf-8", "replace").encode(), "utf-8")
