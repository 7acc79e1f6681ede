"""The sieve of targeted scans: it never holds back a record with a wanted link."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlit.extract.sieve import Sieve, spellings

ENGINES = ["hyperscan", "automaton"]
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


@pytest.mark.parametrize(
    ("domains", "engine"), [(1, "hyperscan"), (2, "automaton"), (16, "automaton"), (17, "hyperscan")]
)
def test_the_faster_engine_is_chosen_when_none_is_given(domains: int, engine: str) -> None:
    pytest.importorskip("hyperscan")
    assert Sieve(f"site{number}.test" for number in range(domains)).engine == engine


def test_without_hyperscan_the_automaton_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backlit.extract.sieve.hyperscan", None)
    for domains in (1, 100):
        wanted = Sieve(f"site{number}.test" for number in range(domains))
        assert wanted.engine == "automaton"
        assert wanted.hit(b"https://SITE0.test/")
        assert not wanted.hit(b"https://site.test/")


@pytest.mark.parametrize("engine", ENGINES)
@given(
    labels=st.sets(st.text("ab01-_xyz", min_size=1, max_size=12), min_size=1, max_size=70),
    chosen=st.randoms(use_true_random=False),
    around=st.binary(max_size=300),
)
def test_one_of_the_wanted_domains_is_seen_among_any_bytes(
    engine: str, labels: set[str], chosen: random.Random, around: bytes
) -> None:
    domains = [f"{label}.test" for label in sorted(labels)]
    name = "".join(chosen.choice((letter, letter.upper())) for letter in chosen.choice(domains))
    at = chosen.randint(0, len(around))
    record = around[:at] + name.encode() + around[at:]
    wanted = sieve(engine, *domains)
    assert wanted.hit(record)
    assert not wanted.hit(record.lower().replace(b"test", b"tests").replace(b".", b","))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("domains", [1, 2, 3, 16, 17, 59, 60, 61, 63, 64, 65, 200])
def test_each_domain_is_seen_at_any_place_of_a_long_record(engine: str, domains: int) -> None:
    names = [f"{'q' * (number % 7)}{number}.example{number % 3}.test" for number in range(domains)]
    wanted = sieve(engine, *names)
    filling = b'{"path":"A@/href","url":"https://www.example.com/quiz-x_1"},' * 40
    assert not wanted.hit(filling)
    for number, name in enumerate(names):
        at = len(filling) * number // domains
        assert wanted.hit(filling[:at] + name.upper().encode() + filling[at:])


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
    wanted = Sieve([domain], engine="automaton")
    for text in (domain, shown, shown.upper()):
        if text.lower() == shown or text == domain:
            assert wanted.hit(json.dumps(text).encode())
            assert wanted.hit(json.dumps(text, ensure_ascii=False).encode())
