"""Targets: what each way of writing means, what it covers, and what to type instead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlit.errors import TargetError
from backlit.web.target import KINDS, Kind, Target


def _seen(target: Target) -> tuple[str, str, str | None, str | None]:
    return target.kind, target.domain, target.host, target.url


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # domains
        ("python.org", ("domain", "python.org", None, None)),
        ("  Python.ORG.  ", ("domain", "python.org", None, None)),
        ("\ufeffpython.org\u200e", ("domain", "python.org", None, None)),
        ("python.org/", ("domain", "python.org", None, None)),
        ("//python.org", ("domain", "python.org", None, None)),
        ("bbc.co.uk", ("domain", "bbc.co.uk", None, None)),
        ("münchen.de", ("domain", "xn--mnchen-3ya.de", None, None)),
        ("MÜNCHEN.de", ("domain", "xn--mnchen-3ya.de", None, None)),
        ("xn--mnchen-3ya.de", ("domain", "xn--mnchen-3ya.de", None, None)),
        ("github.io", ("domain", "github.io", None, None)),
        ("gov.uk", ("domain", "gov.uk", None, None)),
        ("149.56.20.237", ("domain", "149.56.20.237", None, None)),
        ("[::1]", ("domain", "[::1]", None, None)),
        # hosts
        ("docs.python.org", ("host", "python.org", "docs.python.org", None)),
        ("www.python.org.", ("host", "python.org", "www.python.org", None)),
        ("foo.github.io", ("host", "github.io", "foo.github.io", None)),
        ("www.MÜNCHEN.de", ("host", "xn--mnchen-3ya.de", "www.xn--mnchen-3ya.de", None)),
        # one address
        ("https://python.org", ("url", "python.org", "python.org", "https://python.org/")),
        (
            "HTTP://Docs.Python.org/3/#x",
            ("url", "python.org", "docs.python.org", "http://docs.python.org/3/"),
        ),
        ("http://localhost:8000/", ("url", "localhost", "localhost", "http://localhost:8000/")),
        # prefixes
        ("python.org/doc/", ("prefix", "python.org", "python.org", "https://python.org/doc/")),
        ("www.python.org/doc", ("prefix", "python.org", "www.python.org", "https://www.python.org/doc")),
        ("python.org/*", ("prefix", "python.org", "python.org", "https://python.org/")),
        ("https://python.org/do*", ("prefix", "python.org", "python.org", "https://python.org/do")),
        ("http://python.org/?q=*", ("prefix", "python.org", "python.org", "http://python.org/?q=")),
    ],
)
def test_what_the_way_of_writing_means(text: str, expected: tuple[str, str, str | None, str | None]) -> None:
    assert _seen(Target.parse(text)) == expected


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("https://docs.python.org/3/", "domain", ("domain", "python.org", None, None)),
        ("docs.python.org", "domain", ("domain", "python.org", None, None)),
        ("https://docs.python.org/3/", "host", ("host", "python.org", "docs.python.org", None)),
        ("python.org", "host", ("host", "python.org", "python.org", None)),
        ("python.org:8080", "host", ("host", "python.org", "python.org", None)),
        ("localhost", "host", ("host", "localhost", "localhost", None)),
        ("python.org", "prefix", ("prefix", "python.org", "python.org", "https://python.org/")),
        (
            "https://python.org/doc",
            "prefix",
            ("prefix", "python.org", "python.org", "https://python.org/doc"),
        ),
        ("https://python.org/doc*", "url", ("url", "python.org", "python.org", "https://python.org/doc*")),
    ],
)
def test_a_kind_given_overrides_the_form(
    text: str, kind: Kind, expected: tuple[str, str, str | None, str | None]
) -> None:
    assert _seen(Target.parse(text, kind)) == expected


@pytest.mark.parametrize(
    ("text", "prefixes"),
    [
        ("python.org/doc/", ("https://python.org/doc/", "http://python.org/doc/")),
        ("python.org:80/doc", ("https://python.org:80/doc", "http://python.org/doc")),
        ("https://python.org/doc/*", ("https://python.org/doc/",)),
        ("python.org/%7ea*", ("https://python.org/~a", "http://python.org/~a")),
        ("http://python.org/.*", ("http://python.org/.",)),
        ("http://python.org/100%*", ("http://python.org/100%",)),
        ("http://python.org/a%4*", ("http://python.org/a%4",)),
        ("http://python.org/doc#sec*", ("http://python.org/doc",)),
        ("http://münchen.de/ä*", ("http://xn--mnchen-3ya.de/%C3%A4",)),
        ("python.org", ()),
        ("https://python.org/", ()),
    ],
)
def test_prefixes_are_starts_of_canonical_addresses(text: str, prefixes: tuple[str, ...]) -> None:
    assert Target.parse(text).prefixes == prefixes


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "The target is empty: type a domain such as python.org."),
        (" \t", "The target is empty: type a domain such as python.org."),
        ("python", "'python' is no domain: type it with its ending, such as 'python.org'."),
        ("*.python.org", "type 'python.org', which covers every host below it."),
        ("python.org*", "type 'python.org' for the host, or 'python.org/*' for its pages."),
        ("*", "names no host"),
        ("https://", "names no host"),
        ("/doc/", "names no host"),
        ("a.com,b.com", "give one at a time"),
        ("a.com b.com", "give one target at a time"),
        ("me@python.org", "looks like a mail address: type 'python.org'."),
        ("mailto:me@python.org", "is not an address of the web (mailto)"),
        ("ftp://python.org/", "is not an address of the web (ftp)"),
        ("python.org:8080", "type 'python.org', or 'python.org:8080/*' for the pages at that port."),
        ("python..org", "no browser would open it"),
        ("http://a.com:99999/", "no browser would open it"),
        ("py!thon.org", "no browser would open it"),
    ],
)
def test_errors_say_what_to_type_instead(text: str, says: str) -> None:
    with pytest.raises(TargetError) as caught:
        Target.parse(text)
    assert says in str(caught.value)
    assert str(caught.value).endswith(".")


def test_one_address_needs_its_scheme() -> None:
    with pytest.raises(TargetError, match=r"type 'https://python\.org/doc'"):
        Target.parse("python.org/doc", "url")


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(TargetError, match="use domain, host, prefix, url"):
        Target.parse("python.org", "site")  # type: ignore[arg-type]


def test_long_input_is_quoted_in_short() -> None:
    with pytest.raises(TargetError) as caught:
        Target.parse("https://python.org/" + "x" * 1_000_000)
    assert len(str(caught.value)) < 250


_URLS = [
    "https://python.org/",
    "http://python.org/",
    "http://python.org/doc",
    "https://python.org/doc/",
    "https://python.org/docs",
    "https://www.python.org/doc/",
    "https://docs.python.org/3/",
    "https://a.docs.python.org:81/",
    "https://notdocs.python.org/",
    "https://notpython.org/doc/",
    "https://python.org.example.com/doc/",
    "https://example.com/https://python.org/doc/",
]


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("python.org", _URLS[:9]),
        ("docs.python.org", _URLS[6:8]),
        ("python.org/doc", _URLS[2:5]),
        ("python.org/doc/", [_URLS[3]]),
        ("http://python.org/*", _URLS[1:3]),
        ("https://python.org", [_URLS[0]]),
        ("www.python.org/", [_URLS[5]]),
    ],
)
def test_matches(text: str, covered: list[str]) -> None:
    target = Target.parse(text)
    assert [url for url in _URLS if target.matches(url)] == covered


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Python.org", "python.org"),
        ("xn--mnchen-3ya.de", "münchen.de"),
        ("www.xn--mnchen-3ya.de", "www.münchen.de"),
        ("xn--mnchen-3ya.de/a", "münchen.de/a*"),
        ("https://xn--mnchen-3ya.de/a*", "https://münchen.de/a*"),
        ("http://t.de/t", "http://t.de/t"),
        ("http://[::1]:81/x", "http://[::1]:81/x"),
    ],
)
def test_label(text: str, label: str) -> None:
    assert Target.parse(text).label == label


def test_targets_that_mean_the_same_are_equal() -> None:
    assert Target.parse("MÜNCHEN.de.") == Target.parse("xn--mnchen-3ya.de")
    assert hash(Target.parse("Python.org")) == hash(Target.parse("python.org"))
    assert Target.parse("Python.org").text == "Python.org"


_piece = st.sampled_from(
    ["https://", "http:", "//", "/", "*", "*.", ".", "python", ".org", "docs.", "ü", ":80", *"@?#, ", "%4"]
)


@given(st.lists(_piece, max_size=7).map("".join) | st.text(max_size=20), st.sampled_from([None, *KINDS]))
def test_any_text_is_a_target_or_a_sentence(text: str, kind: Kind | None) -> None:
    try:
        target = Target.parse(text, kind)
    except TargetError:
        return
    assert target.label
    assert kind in (None, target.kind)
    if target.kind == "prefix":
        assert all(target.matches(prefix) for prefix in target.prefixes)
    if target.kind == "url":
        assert target.url is not None
        assert target.matches(target.url)
