"""Registrable domains and sites: the traps, then agreement with two other walks of the list."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st
from publicsuffixlist import PublicSuffixList

from backlit.web.domain import is_ip, list_date, split_host, suffix_section, tld, top_level_domains


@pytest.mark.parametrize(
    ("host", "domain", "site"),
    [
        ("example.com", "example.com", "example.com"),
        ("www.example.com", "example.com", "example.com"),
        ("a.b.c.example.co.uk", "example.co.uk", "example.co.uk"),
        # private section: separate sites
        ("shop.myshopify.com", "myshopify.com", "shop.myshopify.com"),
        ("x.blogspot.com", "blogspot.com", "x.blogspot.com"),
        ("www.x.blogspot.com", "blogspot.com", "x.blogspot.com"),
        ("foo.github.io", "github.io", "foo.github.io"),
        ("a.b.s3.amazonaws.com", "amazonaws.com", "b.s3.amazonaws.com"),
        # suffixes themselves have no registrable domain: the host
        ("github.io", "github.io", "github.io"),
        ("co.uk", "co.uk", "co.uk"),
        ("com", "com", "com"),
        # wildcards and exceptions
        ("ck", "ck", "ck"),
        ("foo.ck", "foo.ck", "foo.ck"),
        ("a.foo.ck", "a.foo.ck", "a.foo.ck"),
        ("b.a.foo.ck", "a.foo.ck", "a.foo.ck"),
        ("www.ck", "www.ck", "www.ck"),
        ("a.www.ck", "www.ck", "www.ck"),
        ("kobe.jp", "kobe.jp", "kobe.jp"),
        ("c.kobe.jp", "c.kobe.jp", "c.kobe.jp"),
        ("b.c.kobe.jp", "b.c.kobe.jp", "b.c.kobe.jp"),
        ("a.b.c.kobe.jp", "b.c.kobe.jp", "b.c.kobe.jp"),
        ("city.kobe.jp", "city.kobe.jp", "city.kobe.jp"),
        ("www.city.kobe.jp", "city.kobe.jp", "city.kobe.jp"),
        # punycode on both sides
        ("www.xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn"),
        ("www.食狮.公司.cn", "xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn"),
        ("a.faß.de", "xn--fa-hia.de", "xn--fa-hia.de"),
        # IP addresses
        ("149.56.20.237", "149.56.20.237", "149.56.20.237"),
        ("[2001:db8::1]", "[2001:db8::1]", "[2001:db8::1]"),
        ("2001:db8::1", "2001:db8::1", "2001:db8::1"),
        # capitals, trailing dot, blanks
        (" WWW.Example.COM. ", "example.com", "example.com"),
        ("example.com.", "example.com", "example.com"),
        # single labels and what no list knows
        ("localhost", "localhost", "localhost"),
        ("a.b.internal", "b.internal", "b.internal"),
        ("", "", ""),
    ],
)
def test_split_host(host: str, domain: str, site: str) -> None:
    assert split_host(host) == (domain, site)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("149.56.20.237", True),
        ("0.0.0.0", True),
        ("255.255.255.255", True),
        ("256.1.1.1", False),
        ("1.2.3", False),
        ("1.2.3.4.com", False),
        ("[::1]", True),
        ("::1", True),
        ("example.com", False),
        ("١.٢.٣.٤", False),
    ],
)
def test_is_ip(host: str, expected: bool) -> None:
    assert is_ip(host) is expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("www.example.co.uk", "uk"),
        ("example.com.", "com"),
        ("com", "com"),
        ("xn--e1afmkfd.xn--p1ai", "xn--p1ai"),
        ("пример.рф", "xn--p1ai"),
        ("a.internal", "internal"),
        ("localhost", None),
        ("149.56.20.237", None),
        ("1.2.3", None),
        ("[::1]", None),
        ("", None),
    ],
)
def test_tld(host: str, expected: str | None) -> None:
    assert tld(host) == expected


def test_the_list_has_a_date() -> None:
    assert re.fullmatch(r"20\d\d-[01]\d-[0-3]\d", list_date())
    text = (resources.files("publicsuffixlist") / "public_suffix_list.dat").read_text(encoding="utf-8")
    assert f"VERSION: {list_date()}" in text


def test_importing_reads_no_list() -> None:
    code = (
        "import sys, backlit.web.domain as d; "
        "assert d.suffix_rules.cache_info().currsize == 0 and 'publicsuffixlist' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# ---- agreement ------------------------------------------------------------------------


@cache
def _lines() -> tuple[list[str], list[str]]:
    """The rules of the two sections, as written."""
    text = (resources.files("publicsuffixlist") / "public_suffix_list.dat").read_text(encoding="utf-8")
    icann, private = text.split("===BEGIN PRIVATE DOMAINS===")
    return tuple(  # type: ignore[return-value]
        [line.strip() for line in part.splitlines() if line.strip() and not line.startswith("//")]
        for part in (icann, private)
    )


@cache
def _peer(icann_only: bool) -> PublicSuffixList:
    return PublicSuffixList(only_icann=icann_only)


def _by_the_book(host: str, rules: frozenset[tuple[str, ...]], exceptions: frozenset[tuple[str, ...]]) -> str:
    """The algorithm as publicsuffix.org words it: all matching rules, exception, then longest."""
    labels = host.split(".")
    length = 1
    for size in range(1, len(labels) + 1):
        tail = tuple(labels[-size:])
        if tail in exceptions:
            length = size - 1
            break
        if tail in rules or ("*", *tail[1:]) in rules:
            length = max(length, size)
    return ".".join(labels[-length - 1 :])


@cache
def _book(icann_only: bool) -> tuple[frozenset[tuple[str, ...]], frozenset[tuple[str, ...]]]:
    lines = _lines()[0] if icann_only else [*_lines()[0], *_lines()[1]]
    ascii_lines = [line.encode("idna").decode() if not line.isascii() else line for line in lines]
    rules = frozenset(tuple(line.split(".")) for line in ascii_lines if line[0] != "!")
    return rules, frozenset(tuple(line[1:].split(".")) for line in ascii_lines if line[0] == "!")


def _check(host: str) -> None:
    domain, site = split_host(host)
    assert domain == _by_the_book(host, *_book(True))
    assert site == _by_the_book(host, *_book(False))
    if ("*", *host.split(".")) in _book(False)[0]:
        return  # the peer takes "*.name" to say something of the name itself, which it does not
    assert domain == (_peer(True).privatesuffix(host) or host)
    assert site == (_peer(False).privatesuffix(host) or host)


def _hosts_at(rule: str) -> list[str]:
    """Hosts at, above and around the edge that a rule draws."""
    name = rule.removeprefix("!").removeprefix("*.")
    name = name if name.isascii() else name.encode("idna").decode()
    parent = name.partition(".")[2]
    below = [name, f"a.{name}", f"b.a.{name}", f"c.b.a.{name}"]
    return [*below, f"a.{parent}", f"b.a.{parent}"] if parent else below


def test_every_rule_of_the_list_agrees_with_the_book_and_the_peer() -> None:
    for rule in [*_lines()[0], *_lines()[1]]:
        for host in _hosts_at(rule):
            _check(host)


_suffix = st.sampled_from(
    ["com", "co.uk", "github.io", "kobe.jp", "city.kobe.jp", "ck", "www.ck", "internal", "s3.amazonaws.com"]
)
_label = st.from_regex(r"[a-z][a-z0-9-]{0,5}", fullmatch=True) | st.sampled_from(["www", "co", "com", "city"])


@given(st.lists(_label, max_size=4), _suffix)
def test_random_hosts_agree(labels: list[str], suffix: str) -> None:
    _check(".".join([*labels, suffix]))


@given(st.text(max_size=30))
def test_any_text_gets_an_answer(host: str) -> None:
    domain, site = split_host(host)
    assert site.endswith(domain)


@pytest.mark.parametrize(
    ("host", "section"),
    [
        ("com", "icann"),
        ("co.uk", "icann"),
        ("foo.ck", "icann"),
        ("www.ck", None),
        ("blogspot.com", "private"),
        ("github.io", "private"),
        ("me.github.io", None),
        ("example.com", None),
        ("nosuchending", None),
    ],
)
def test_a_suffix_is_told_from_a_site(host, section):
    assert suffix_section(host) == section


def test_an_ending_is_known_even_where_the_list_names_only_what_lies_below():
    assert {"com", "xyz", "za", "ck", "xn--p1ai"} <= top_level_domains()
    assert not {"nosuchending", "", "co.uk"} & top_level_domains()
