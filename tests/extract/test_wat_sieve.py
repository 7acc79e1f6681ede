"""The sieve of targeted scans: it never holds back a record with a wanted link."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlit.extract.sieve import Sieve, spellings

ENGINES = ["hyperscan", "automaton", "find"]
MUNICH = "xn--mnchen-3ya.test"


def sieve(engine: str, *domains: str) -> Sieve:
    if engine == "hyperscan":
        pytest.importorskip("hyperscan")
    return Sieve(domains, engine=engine)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("record", "hit"),
    [
        (b'"url":"https://other.test/"', True),
        (b'"url":"HTTPS://WWW.OTHER.TEST"', True),
        (b"other.test", True),
        (b"otherxtest", False),
        (b'"url":"https://another.example/"', False),
        (b"", False),
        ('"https://münchen.test/"'.encode(), True),
        ('"https://MÜNCHEN.test/"'.encode(), True),
        (json.dumps("https://münchen.test/").encode(), True),
        (json.dumps("https://MÜNCHEN.TEST/").encode(), True),
        (b"https://XN--Mnchen-3YA.test/", True),
        (b"https://m%C3%BCnchen.test/", True),
        (b"https://munchen.test/", False),
    ],
)
def test_wanted_domains_are_seen_in_all_their_spellings(engine: str, record: bytes, hit: bool) -> None:
    wanted = sieve(engine, "other.test", MUNICH)
    for _ in range(2):  # no state is left from one record to the next
        assert wanted.hit(record) is hit
        assert wanted.hit(b"nothing") is False


@pytest.mark.parametrize("engine", ENGINES)
def test_thousands_of_domains_are_looked_for_at_once(engine: str) -> None:
    wanted = sieve(engine, *(f"site{number}.test" for number in range(2000)))
    assert wanted.hit(b"https://site1999.test/")
    assert not wanted.hit(b"https://site2000.test/".replace(b"site", b"page"))
    assert len(wanted.domains) == 2000


def test_no_domains_are_never_found() -> None:
    assert not Sieve([]).hit(b"anything")


def test_the_engine_is_chosen_when_not_given() -> None:
    assert Sieve(["other.test"]).engine in ENGINES


def test_plain_domains_have_one_spelling() -> None:
    assert spellings("Other.test") == [b"other.test"]


@given(st.text(alphabet="abcäöüßж中😀-", min_size=1, max_size=8))
def test_any_internationalised_name_is_found_by_json_of_either_kind(label: str) -> None:
    from ada_url import idna_to_ascii, idna_to_unicode

    try:
        domain = idna_to_ascii(f"{label}.test").decode()
    except ValueError:
        return
    shown = idna_to_unicode(domain)
    wanted = Sieve([domain], engine="find")
    for text in (domain, shown, shown.upper()):
        if text.lower() == shown or text == domain:
            assert wanted.hit(json.dumps(text).encode())
            assert wanted.hit(json.dumps(text, ensure_ascii=False).encode())
