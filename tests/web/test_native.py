"""Addresses as bytes in compiled loops give the answers of the modules they stand in for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from xxhash import xxh64_intdigest

from backlit.errors import URLError
from backlit.web import native
from backlit.web.domain import split_host, suffix_rules
from backlit.web.url import canonical, host_of


def octets(text: bytes, room: int = 0) -> Any:
    return np.frombuffer(text + bytes(room), np.uint8).copy()


@given(st.binary(max_size=200), st.integers(0, 2**64 - 1))
def test_the_hash_is_xxh64(text: bytes, seed: int) -> None:
    assert int(native.hash64(octets(text), 0, len(text), np.uint64(seed))) == xxh64_intdigest(text, seed)


labels = st.sampled_from(
    [
        "a",
        "www",
        "example",
        "co",
        "uk",
        "com",
        "ck",
        "kawasaki",
        "city",
        "jp",
        "github",
        "io",
        "s3",
        "amazonaws",
        "x-y",
        "n0",
    ]
)


@given(st.lists(labels, min_size=1, max_size=6).map(".".join))
@example("www.ck")
@example("city.kawasaki.jp")
def test_a_host_is_split_as_the_suffix_list_says(host: str) -> None:
    text = host.encode()
    domain, site = native.split(octets(text), 0, len(text), native.suffix_table())
    assert (host[domain:], host[site:]) == split_host(host)


def test_every_rule_of_the_list_splits_as_it_should() -> None:
    wrong = []
    for rule in suffix_rules():
        if not rule[-1].isdigit():
            host = f"a.b.{rule}".encode()
            domain, site = native.split(octets(host), 0, len(host), native.suffix_table())
            if (host[domain:].decode(), host[site:].decode()) != split_host(host.decode()):
                wrong.append(rule)
    assert wrong == []


def plainly(address: str) -> str | None:
    """The address in canonical form if it is a plain one."""
    text = address.encode()
    start = text.find(b"://") + 3
    buffer = octets(text, 4 * len(text) + 16)
    end = native.plain_host(buffer, start, len(text))
    if end < 0:
        return None
    out = len(text)
    rest = native.plain_rest(buffer, end, len(text), out)
    if rest < 0:
        return None
    return text[:end].decode().lower() + bytes(buffer[out:rest]).decode()


pieces = st.lists(
    st.sampled_from(
        [
            "/",
            "a",
            "B",
            "?",
            "#",
            "%7e",
            "%7E",
            "%e4",
            "%E4",
            "%2e",
            "%",
            "%zz",
            ".",
            "..",
            "/./",
            " ",
            "ä",
            "'",
            '"',
            "|",
            "^",
            "<",
            ">",
            "{",
            "}",
            "`",
            "[",
            "]",
            "\\",
            ":",
            "@",
            "&x=1",
            "~",
            "\t",
            "漢",
        ]
    ),
    max_size=8,
).map("".join)
hosts = st.sampled_from(
    [
        "example.com",
        "EXAMPLE.Com",
        "a.b.c.d.example.co.uk",
        "1.2.3.4",
        "a..b",
        "xn--mnchen-3ya.de",
        "a_b.test",
        "x.a_b",
        "-a.b",
        "ex.com:80",
        "u:p@ex.com",
        "a" * 61 + ".de",
        "localhost",
        "0x7f.1",
        "a.b.",
        ".".join(["abcdefghi"] * 26),
    ]
)


@given(st.sampled_from(["http://", "https://"]), hosts, pieces)
def test_a_plain_address_is_canonical(scheme: str, host: str, rest: str) -> None:
    address = f"{scheme}{host}{rest}"
    found = plainly(address)
    if found is not None:
        assert found == canonical(address)
        assert native.plain_host(octets(found.encode()), len(scheme), len(found)) == len(scheme) + len(
            host_of(found)
        )


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("http://Example.com", "http://example.com/"),
        ("https://example.com?q=a b", "https://example.com/?q=a%20b"),
        ("https://example.com/ä/%7e/%c3%a4#top", "https://example.com/%C3%A4/~/%C3%A4"),
        ("https://example.com/a/../b", None),
        ("https://example.com/%2e%2e/b", None),
        ("https://example.com/50%", None),
        ("https://example.com:8080/", None),
        ("https://192.168.0.1/", None),
        ("https://xn--mnchen-3ya.de/", None),
        ("https://example.com\\x", None),
    ],
)
def test_what_is_plain(address: str, form: str | None) -> None:
    assert plainly(address) == form


def test_what_is_not_plain_may_still_be_no_address() -> None:
    assert plainly("http://a..b/") is None
    with pytest.raises(URLError):
        canonical("http://a..b/")
