"""Disavow files: bytes to lines and back, checks of the whole file, repair, merge and diff."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlit.errors import SourceError
from backlit.web.disavow.check import Limits, check
from backlit.web.disavow.entry import Cover, Entry
from backlit.web.disavow.file import Group, decode, from_groups, parse
from backlit.web.disavow.sets import diff, fit, merge, repair

LIMITS = Limits(lines=100_000, bytes=2_097_152, bytes_strict=2_000_000)
MOST = 1 << 26


def checked(data, name="disavow.txt", own=(), platforms=()):
    raw = data if isinstance(data, bytes) else data.encode()
    found = decode(raw, name, MOST)
    return check(parse(found.text), found, name, LIMITS, own=own, platforms=platforms)


def codes(report):
    return [(finding.line, finding.severity, finding.code) for finding in report.findings]


def lines(text):
    return text.splitlines()


# -- bytes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "code"),
    [
        ("utf-16", "encoding-utf16"),
        ("utf-16-le", "encoding-utf16"),
        ("utf-16-be", "encoding-utf16"),
        ("utf-32", "encoding-utf16"),
        ("cp1252", "encoding-latin1"),
    ],
)
def test_a_file_in_another_encoding_is_read_and_refused(encoding, code):
    report = checked("# Begründung\ndomain:example.com\n".encode(encoding))
    assert codes(report) == [(None, "error", code)]
    assert (report.entries, report.comments, report.ok) == (1, 1, False)


def test_bytes_that_windows_1252_has_not_are_latin_1():
    assert checked(b"# \x81\xfc\ndomain:example.com\n").encoding == "Latin-1"


def test_a_byte_order_mark_is_warned_of():
    report = checked("domain:example.com\n".encode("utf-8-sig"))
    assert codes(report) == [(None, "warning", "bom")]
    assert (report.entries, report.encoding) == (1, "UTF-8 with byte order mark")


def test_line_ends_of_windows_and_old_macs_are_told():
    assert codes(checked("domain:a.com\r\ndomain:b.com\r\n")) == [(None, "note", "crlf")]
    assert codes(checked("domain:a.com\rdomain:b.com\r")) == [(None, "warning", "cr")]


@pytest.mark.parametrize("name", ["disavow.csv", "disavow.xlsx", "disavow", "disavow.txt.doc"])
def test_a_name_that_does_not_end_in_txt_is_refused(name):
    assert codes(checked("domain:example.com\n", name)) == [(None, "error", "not-txt")]
    assert checked("domain:example.com\n", "DISAVOW.TXT").ok


def test_a_compressed_file_is_read_and_refused():
    report = checked(gzip.compress(b"domain:example.com\n"), "disavow.txt.gz")
    assert codes(report) == [(None, "error", "compressed")]
    assert report.entries == 1


@pytest.mark.parametrize(
    "start", [b"PK\x03\x04rest", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-1.7", b"{\\rtf1"]
)
def test_a_document_that_is_no_text_is_named(start):
    with pytest.raises(SourceError, match="save it as plain text"):
        decode(start, "list.xlsx", MOST)


def test_a_bomb_and_a_broken_archive_are_refused():
    with pytest.raises(SourceError, match="2 MB at most"):
        decode(gzip.compress(b"x" * 5000), "d.txt.gz", 1000)
    with pytest.raises(SourceError, match="cut off"):
        decode(gzip.compress(b"domain:example.com\n" * 9)[:-9], "d.txt.gz", MOST)
    with pytest.raises(SourceError, match="damaged"):
        decode(b"\x1f\x8bnonsense", "d.txt.gz", MOST)


# -- check ----------------------------------------------------------------------------------


def test_a_report_counts_what_is_in_the_file():
    report = checked("# one\n\ndomain:a.com\nhttp://b.com/x\nc.com\n")
    assert (report.lines, report.entries, report.domains, report.urls) == (5, 2, 1, 1)
    assert (report.comments, report.blank, report.faulty) == (1, 1, 1)
    assert codes(report) == [(5, "error", "bare-host")]
    [finding] = report.findings
    assert (finding.entry, finding.suggestion) == ("c.com", "domain:c.com")
    assert finding.message.endswith(".")


def test_duplicates_and_covered_entries_name_the_other_line():
    report = checked(
        "domain:a.com\nhttp://sub.a.com/x\ndomain:a.com\ndomain:b.com\nhttp://c.com/x#1\nhttp://c.com/x\n"
    )
    assert codes(report) == [
        (2, "note", "covered"),
        (3, "warning", "duplicate"),
        (5, "warning", "fragment"),
        (6, "warning", "duplicate"),
    ]
    assert report.findings[0].message == "'domain:a.com' in line 1 covers the entry already."
    assert report.findings[1].message == "The entry stands in line 1 already."


def test_a_whole_ending_covers_every_site_in_it():
    assert (2, "note", "covered") in codes(checked("domain:xyz\ndomain:a.xyz\n"))


@pytest.mark.parametrize(
    "entry", ["domain:mine.com", "domain:shop.mine.com", "http://www.mine.com/x", "domain:com"]
)
def test_own_domains_are_errors_whole_in_part_or_with_others(entry):
    report = checked(f"{entry}\n", own={"mine.com"})
    assert [finding.code for finding in report.findings if finding.severity == "error"] == ["own-domain"]


def test_a_platform_of_the_list_is_warned_of():
    assert codes(checked("domain:social.com\n", platforms={"social.com"})) == [(1, "warning", "platform")]
    assert codes(checked("domain:me.social.com\n", platforms={"social.com"})) == []


def test_an_empty_file_would_take_back_all():
    for text in ("", "# only words\n"):
        assert codes(checked(text)) == [(None, "warning", "no-entries")]


def test_a_hundred_thousand_lines_are_taken_and_one_more_is_not():
    text = "\n" * 99_999 + "domain:a.com\n"
    assert checked(text).ok
    assert codes(checked("\n" + text)) == [(None, "error", "too-many-lines")]


def test_two_megabytes_are_taken_by_either_reading():
    entry = "domain:a.com\n"

    def of_size(size):
        return checked("#" + "x" * (size - len(entry) - 2) + "\n" + entry)

    assert codes(of_size(2_000_000)) == []
    assert codes(of_size(2_000_001)) == [(None, "warning", "size-unclear")]
    assert codes(of_size(2_097_152)) == [(None, "warning", "size-unclear")]
    assert codes(of_size(2_097_153)) == [(None, "error", "too-large")]


# -- round trip -----------------------------------------------------------------------------

_LINES = st.lists(
    st.one_of(
        st.text(),
        st.sampled_from(
            ["# why", "", "domain:a.com", "http://b.com/x", "c.com", "domain:a.com domain:b.com", "  # x"]
        ),
    )
)


@given(_LINES)
def test_a_round_trip_loses_nothing(some):
    file = parse("\n".join(some))
    assert parse(file.text) == file


@given(st.text())
def test_the_text_of_a_file_is_what_was_read(text):
    assert parse(text).text == "".join(f"{line.raw}\n" for line in parse(text).lines)


def test_groups_are_comments_with_what_stands_below():
    file = parse("# one\n# two\ndomain:a.com\ndomain:b.com\n\ndomain:c.com\n# three\n\nhttp://d.com/x\n")
    assert file.groups == [
        Group(("# one", "# two"), (Entry("domain", "a.com"), Entry("domain", "b.com"))),
        Group((), (Entry("domain", "c.com"),)),
        Group(("# three",), (Entry("url", "http://d.com/x"),)),
    ]
    assert from_groups(file.groups).groups == file.groups


# -- repair ---------------------------------------------------------------------------------


def test_a_repair_puts_right_what_it_can_and_says_what_it_left_out():
    text = (
        "  # why\ndomain:http://a.com\nb.com # bought\ndomain:a.com\nhttp://a.com/x\nhttp://c.com/*\n"
        "domain:mine.com\nspoke to them\nwww.facebook.com\n"
    )
    done = repair(parse(text), LIMITS, own={"mine.com"}, platforms={"facebook.com"})
    assert lines(done.file.text) == [
        "# why",
        "domain:a.com",
        "# bought",
        "domain:b.com",
        "# left out: http://c.com/* (There are no wildcards: name each address, or the whole host.)",
        "# spoke to them",
        "# left out: www.facebook.com ('www.facebook.com' has no prefix: write domain: before it.)",
    ]
    assert [(change.line, change.now) for change in done.changes] == [
        (1, "# why"),
        (2, "domain:a.com"),
        (3, "domain:b.com"),
        (4, None),
        (5, None),
        (6, None),
        (7, None),
        (8, None),
        (9, None),
    ]


@given(_LINES)
def test_a_repaired_file_has_no_error_and_a_second_repair_changes_nothing(some):
    done = repair(parse("\n".join(some)), LIMITS)
    report = checked(done.file.text)
    assert [finding for finding in report.findings if finding.severity == "error"] == []
    assert repair(done.file, LIMITS).file == done.file


# -- limits ---------------------------------------------------------------------------------


def test_over_the_limit_comments_go_first_then_the_hosts_with_the_most_addresses():
    small = Limits(lines=5, bytes=10_000, bytes_strict=10_000)
    pages = tuple(Entry("url", f"http://a.com/{n}") for n in range(4))
    groups = [
        Group(("# why",), (*pages, Entry("url", "http://b.com/1"), Entry("url", "http://b.com/2"))),
        Group((), (Entry("domain", "c.com"),)),
    ]
    done = fit(groups, small)
    assert done.fits
    assert [[entry.text for entry in group.entries] for group in done.groups] == [
        ["domain:a.com", "http://b.com/1", "http://b.com/2"],
        ["domain:c.com"],
    ]
    assert [(change.was, change.now) for change in done.changes] == [
        ("1 comment lines and the blank lines", None),
        ("4 addresses on a.com", "domain:a.com"),
    ]


def test_comments_are_dropped_alone_where_that_is_enough():
    small = Limits(lines=2, bytes=10_000, bytes_strict=10_000)
    done = fit(
        [Group(("# a", "# b"), (Entry("url", "http://a.com/1"), Entry("url", "http://a.com/2")))], small
    )
    assert [entry.kind for group in done.groups for entry in group.entries] == ["url", "url"]


def test_platforms_suffixes_and_own_hosts_are_never_folded_into():
    small = Limits(lines=1, bytes=10_000, bytes_strict=10_000)
    for host in ("social.com", "github.io", "mine.com"):
        pages = tuple(Entry("url", f"http://{host}/{n}") for n in range(3))
        done = fit([Group((), pages)], small, own={"mine.com"}, platforms={"social.com"})
        assert (done.fits, len(done.groups[0].entries)) == (False, 3)


def test_a_file_within_its_limits_is_left_as_it_is():
    groups = [Group(("# why",), (Entry("url", "http://a.com/1"),))]
    assert fit(groups, LIMITS) == (groups, [], True)


# -- merge and diff -------------------------------------------------------------------------


def test_a_merge_keeps_comments_over_their_entries_and_nothing_twice():
    one = parse("# bought\ndomain:a.com\nhttp://b.com/1\n\n# farm\ndomain:c.com\n")
    two = parse("# farm\ndomain:d.com\ndomain:c.com\n\n# hacked\ndomain:b.com\ndomain:mine.com\n")
    done = merge([one, two], LIMITS, own={"mine.com"})
    assert lines(done.file.text) == [
        "# bought",
        "domain:a.com",
        "",
        "# farm",
        "domain:c.com",
        "domain:d.com",
        "",
        "# hacked",
        "domain:b.com",
    ]
    assert [(change.was, change.now) for change in done.changes] == [
        ("http://b.com/1", "domain:b.com"),
        ("domain:mine.com", None),
    ]


def test_a_merge_keeps_the_scope_of_entries_and_names_lines_it_cannot_read():
    done = merge([parse("domain:www.a.com\n"), parse("http://b.com/*\n")], LIMITS)
    assert done.file.text == "domain:www.a.com\n"
    assert [(change.line, change.was, change.now) for change in done.changes] == [(1, "http://b.com/*", None)]


_NAMES = st.sampled_from(["a.com", "x.a.com", "b.com", "c.org", "y.c.org"])
_ENTRIES = st.lists(
    st.one_of(
        _NAMES.map(lambda n: f"domain:{n}"),
        st.tuples(_NAMES, st.sampled_from("12")).map(lambda p: f"http://{p[0]}/{p[1]}"),
    )
)


@given(_ENTRIES, _ENTRIES)
def test_a_merge_covers_what_either_file_did_and_no_more(one, two):
    files = [parse("\n".join(one)), parse("\n".join(two))]
    either = Cover(entry for file in files for entry in file.entries)
    both = Cover(merge(files, LIMITS).file.entries)
    for host in ("a.com", "x.a.com", "b.com", "c.org", "y.c.org", "d.net"):
        for page in "123":
            url = f"http://{host}/{page}"
            assert (both.link(url, host) is None) == (either.link(url, host) is None)


def test_a_diff_tells_added_removed_widened_and_narrowed():
    before = parse("domain:a.com\nhttp://b.com/1\nhttp://b.com/2\ndomain:c.com\ndomain:gone.com\n")
    after = parse("domain:a.com\ndomain:b.com\ndomain:x.c.com\nhttp://c.com/1\ndomain:new.com\n")
    found = diff(before, after)
    assert found.added == ["domain:new.com"]
    assert found.removed == ["domain:gone.com"]
    assert found.widened == [("http://b.com/1", "domain:b.com"), ("http://b.com/2", "domain:b.com")]
    assert found.narrowed == [("domain:c.com", ["domain:x.c.com", "http://c.com/1"])]
    assert found.kept == 1


@given(_ENTRIES)
def test_a_file_differs_from_itself_in_nothing(some):
    file = parse("\n".join(some))
    found = diff(file, file)
    assert (found.added, found.removed, found.widened, found.narrowed) == ([], [], [], [])
