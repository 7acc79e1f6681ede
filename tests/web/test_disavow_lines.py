"""Lines of a disavow file: each typical fault, its severity, and what is written instead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlit.web.disavow.line import read_line


def told(raw):
    """Kind, entries as they are meant, entries of a repair, and ``severity code`` of each fault."""
    found = read_line(raw)
    return (
        found.kind,
        [entry.text for entry in found.entries],
        [entry.text for entry in found.fixed],
        [f"{fault.severity} {fault.code}" for fault in found.faults],
    )


@pytest.mark.parametrize(
    "raw",
    [
        "domain:example.com",
        "domain:sub.example.co.uk",
        "domain:xn--mnchen-3ya.de",
        "domain:a_b.example.com",
        "domain:example.co.za",
        "http://example.com/page.html",
        "https://example.com/a,b;c|d?x=1",
        "https://example.com:8443/x",
    ],
)
def test_right_lines_are_entries_without_a_word(raw):
    assert told(raw) == ("entry", [raw], [raw], [])


@pytest.mark.parametrize(
    ("raw", "entry", "codes"),
    [
        ("domain:http://example.com", "domain:example.com", ["error domain-with-scheme"]),
        ("domain://example.com", "domain:example.com", ["error domain-with-scheme"]),
        ("domain: example.com", "domain:example.com", ["error space-after-colon"]),
        ("domain :example.com", "domain:example.com", ["error space-after-colon"]),
        ("example.com", "domain:example.com", ["error bare-host"]),
        ("domain:example.com/", "domain:example.com", ["error domain-with-path"]),
        ("domain:example.com/en/page", "domain:example.com", ["error domain-with-path"]),
        ("domain:example.com:8080", "domain:example.com", ["error domain-with-port"]),
        ("domain:me@example.com", "domain:example.com", ["error credentials"]),
        ("domain:*.example.com", "domain:example.com", ["error wildcard"]),
        ("domain:.example.com", "domain:example.com", ["error wildcard"]),
        ("domain:münchen.de", "domain:xn--mnchen-3ya.de", ["error idn"]),
        ("http://münchen.de/ä", "http://xn--mnchen-3ya.de/%C3%A4", ["error idn"]),
        ("http://user:pass@example.com/x", "http://example.com/x", ["error credentials"]),
        ("http:/example.com/a", "http://example.com/a", ["error broken-scheme"]),
        ("hxxp://example.com/a", "http://example.com/a", ["error broken-scheme"]),
        ("http://example.com/a b", "http://example.com/a%20b", ["error space-in-url"]),
        ("domian:example.com", "domain:example.com", ["error bad-prefix"]),
        ("domain=example.com", "domain:example.com", ["error bad-prefix"]),
        ("url:http://example.com/x", "http://example.com/x", ["error bad-prefix"]),
        ('"domain:example.com"', "domain:example.com", ["error quoted"]),
        ("domain:example.com,", "domain:example.com", ["error stray-mark"]),
        ("domain:example.com # bought", "domain:example.com", ["error inline-comment"]),
        ("\ufeffdomain:example.com", "domain:example.com", ["error control-characters"]),
        ("domain:exam\x00ple.com", "domain:example.com", ["error control-characters"]),
    ],
)
def test_a_faulty_line_is_not_read_but_can_be_put_right(raw, entry, codes):
    assert told(raw) == ("faulty", [entry], [entry], codes)
    assert read_line(raw).faults[0].suggestion is not None


@pytest.mark.parametrize(
    ("raw", "entry", "codes"),
    [
        ("DOMAIN:Example.COM", "domain:example.com", ["note prefix-case", "note host-case"]),
        ("domain:example.com.", "domain:example.com", ["note trailing-dot"]),
        ("  domain:example.com", "domain:example.com", ["note surrounding-space"]),
        ("http://example.com/x#top", "http://example.com/x", ["warning fragment"]),
        ("http://example.com/ü", "http://example.com/%C3%BC", ["note url-not-encoded"]),
        ("http://example.com", "http://example.com", ["warning root-url"]),
        ("domain:xyz", "domain:xyz", ["warning tld"]),
        ("domain:za", "domain:za", ["warning tld"]),
        ("domain:co.uk", "domain:co.uk", ["warning public-suffix"]),
        ("domain:foo.ck", "domain:foo.ck", ["warning public-suffix"]),
        ("domain:blogspot.com", "domain:blogspot.com", ["warning platform"]),
        ("domain:192.0.2.7", "domain:192.0.2.7", ["warning ip-address"]),
        ("domain:example.nosuchending", "domain:example.nosuchending", ["warning unknown-ending"]),
    ],
)
def test_a_doubtful_line_is_read_with_a_word(raw, entry, codes):
    assert told(raw) == ("entry", [entry], [entry], codes)


def test_an_entry_of_www_covers_that_host_alone_and_a_repair_takes_the_site():
    assert told("domain:www.example.com") == (
        "entry",
        ["domain:www.example.com"],
        ["domain:example.com"],
        ["warning www-only"],
    )
    assert told("www.example.com")[2:] == (["domain:example.com"], ["error bare-host", "warning www-only"])
    assert told("domain:www.co.uk")[3] == []


@pytest.mark.parametrize(
    ("raw", "codes"),
    [
        ("domain:", ["error empty-domain"]),
        ("domain:localhost", ["error not-a-host"]),
        ("domain:12345", ["error not-a-host"]),
        ("domain:-example.com", ["error not-a-host"]),
        ("domain:ex*mple.com", ["error wildcard"]),
        ("http://example.com/*", ["error wildcard"]),
        ("http://*.example.com/", ["error wildcard"]),
        ("example.com/*", ["error wildcard"]),
        ("ftp://example.com/file", ["error scheme"]),
        ("mailto:me@example.com", ["error scheme"]),
        ("javascript:alert(1)", ["error scheme"]),
        ("me@example.com", ["error not-an-entry"]),
        ("wrote to the owner of example.com", ["error not-an-entry"]),
        ("// a comment", ["error comment-mark"]),
        ("; a comment", ["error comment-mark"]),
        ("http://", ["error not-a-url"]),
        ("http://exa mple", ["error space-in-url", "error not-a-url"]),
        ("http://example.com/" + "x" * 2048, ["error url-too-long"]),
        ("http://example.com/" + "ü" * 1000, ["error url-too-long"]),
    ],
)
def test_what_cannot_be_told_is_never_guessed(raw, codes):
    found = told(raw)
    assert (found[0], found[2]) == ("faulty", [])
    assert [code for code in codes if code not in found[3]] == []


def test_the_longest_address_that_is_taken_has_2048_characters():
    longest = "http://example.com/" + "x" * (2048 - 19)
    assert told(longest) == ("entry", [longest], [longest], [])
    assert told(longest + "x")[0] == "faulty"


def test_several_entries_on_a_line_are_parted():
    assert told("domain:a.com domain:b.com") == (
        "faulty",
        ["domain:a.com", "domain:b.com"],
        ["domain:a.com", "domain:b.com"],
        ["error several-entries"],
    )
    assert told("a.com; b.com")[2] == ["domain:a.com", "domain:b.com"]


def test_a_name_that_a_blank_cuts_in_two_gives_no_strangers_host():
    assert told("domain:exa mple.com")[2] == []


def test_a_path_without_scheme_is_a_page_and_no_folder():
    found = read_line("example.com/en/")
    assert [entry.text for entry in found.fixed] == ["http://example.com/en/", "https://example.com/en/"]
    [fault] = found.faults
    assert (fault.severity, fault.code) == ("error", "path")
    assert "domain:example.com" in fault.message


def test_a_comment_is_kept_and_an_indented_one_is_set_right():
    assert read_line("# why").comment == "# why"
    found = read_line("  # why")
    assert (found.kind, found.comment, found.faults[0].code) == ("comment", "# why", "indented-comment")
    assert read_line("domain:a.com # why").comment == "# why"


def test_a_repair_of_an_unclear_line_never_writes_a_suffix():
    assert told("domain:http://co.uk/x")[2] == []
    assert told("domain:*.blogspot.com")[2] == []


@given(st.text())
def test_any_line_can_be_read_and_what_a_repair_writes_is_right(raw):
    for entry in read_line(raw.replace("\n", " ").replace("\r", " ")).fixed:
        again = read_line(entry.text)
        assert again.kind == "entry"
        assert [e.key for e in again.entries] == [entry.key]


def test_a_repair_that_would_be_refused_is_not_offered():
    assert read_line("http:a/*#").fixed == ()


@given(
    st.from_regex(
        r"(domain ?[:=] ?|https?:/{0,2}|\*\.)?[a-z.]{1,12}(/[a-z*#?]{0,4})?[,; ]?([a-z.]{1,9})?",
        fullmatch=True,
    )
)
def test_lines_that_are_nearly_entries_are_repaired_to_entries(raw):
    for entry in read_line(raw).fixed:
        assert read_line(entry.text).kind == "entry"
