"""Linked pages of a target that answer with an error; what was never asked for is unknown."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import backlit
from archive_bytes import gz, http, warc
from archive_bytes import page as html
from backlit.cli.app import main
from backlit.errors import InputError
from backlit.index import Index
from backlit.questions.broken import broken
from backlit.questions.chance_columns import CHANCES
from index_rows import batch, crawl, fetch, link, page, publish_batches

ME = "https://me.com"
DAY, LATER = "2026-01-05", "2026-02-05"
ROWS = [
    link("https://a.com/1", f"{ME}/gone", DAY),
    link("https://a.com/2", f"{ME}/gone", DAY, placement="nav"),
    link("https://b.com/1", f"{ME}/gone", DAY, follow=False, rel="nofollow"),
    link("https://b.com/1", f"{ME}/error", DAY),
    link("https://b.com/1", f"{ME}/refused", DAY),
    link("https://b.com/1", f"{ME}/teapot", DAY),
    link("https://a.com/1", f"{ME}/moved", DAY),
    link("https://a.com/1", f"{ME}/fine", DAY),
    link("https://a.com/1", f"{ME}/never", DAY),
    link("https://c.com/1", f"{ME}/was-broken", DAY),
    link("https://c.com/1", f"{ME}/bare-gone", DAY),
    link("https://d.com/1", f"{ME}/lost", DAY),  # lost with the second crawl
    link("https://a.com/1", "https://b.com/1", DAY),
    link("https://x.com/1", "https://a.com/1", DAY),
    link(f"{ME}/moved", "https://new.org/", DAY, kind="redirect", placement=None),
]
PAGES = [
    page(f"{ME}/gone", DAY, status=410),
    page(f"{ME}/error", DAY, status=503),
    page(f"{ME}/refused", DAY, status=403),
    page(f"{ME}/teapot", DAY, status=418),
    page(f"{ME}/moved", DAY, status=301),
    page(f"{ME}/fine", DAY),
    page(f"{ME}/was-broken", DAY, status=404),
    page(f"{ME}/lost", DAY, status=404),
    page(f"{ME}/unlinked", DAY, status=404),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    first = crawl([row for row in ROWS if row["kind"] != "redirect"], DAY)
    more = batch(
        [row for row in ROWS if row["kind"] == "redirect"], PAGES, [fetch(f"{ME}/bare-gone", DAY, "gone")]
    )
    later = batch([], [page(f"{ME}/was-broken", LATER)], [fetch("https://d.com/1", LATER)])
    return publish_batches(tmp_path_factory.mktemp("broken") / "index", [first, more, later])


def urls(result) -> list[str]:
    return [row["target_url"].removeprefix(ME) for row in result.rows()]


def test_broken_are_those_whose_last_answer_was_an_error(index):
    found = broken(index, "me.com", sort="target_url")
    assert [(row["target_url"].removeprefix(ME), row["status"], row["cause"]) for row in found.rows()] == [
        ("/bare-gone", None, "not found"),
        ("/error", 503, "server error"),
        ("/gone", 410, "gone"),
        ("/refused", 403, "refused"),
        ("/teapot", 418, "client error"),
    ]
    assert {row["state"] for row in found.rows()} == {"broken"}
    assert found.total == 5


def test_a_row_says_what_is_lost_and_through_whom(index):
    [row] = broken(index, "me.com", where="status = 410").rows()
    assert (row["links"], row["follow_links"], row["referring_domains"]) == (3, 2, 2)
    assert row["strongest_source"] == "a.com"
    assert row["strongest_page"] == "https://a.com/1"
    assert row["authority_sum"] == pytest.approx(row["strongest_authority"], abs=0.01)  # b.com's is nofollow
    assert str(row["checked_at"])[:10] == str(row["first_seen"])[:10] == DAY


def test_the_equity_is_that_of_the_links(index):
    rows = backlit.links(index, "me.com").rows()
    for row in broken(index, "me.com", state="all").rows():
        known = [
            one["equity"]
            for one in rows
            if one["target_url"] == row["target_url"] and one["equity"] is not None
        ]
        assert row["equity"] == (pytest.approx(sum(known), abs=1e-3) if known else None)


def test_those_that_lose_most_come_first(index):
    rows = broken(index, "me.com").rows()
    keys = [(-row["equity"], -row["authority_sum"]) for row in rows]
    assert keys == sorted(keys)


def test_what_was_never_asked_for_is_unknown_and_counted(index):
    found = broken(index, "me.com")
    checked = found.summary
    assert (checked.linked, checked.broken, checked.redirects, checked.fine, checked.unknown) == (
        9,
        5,
        1,
        2,
        1,
    )
    assert (checked.links, checked.referring_domains) == (7, 3)
    assert found.notes[0] == (
        "9 addresses of me.com are linked to: 5 broken, 1 redirects, 2 answer well, and 1 was never asked for here, so "
        "that nothing is known of it. 7 links from 3 domains lead to broken ones."
    )
    unknown = broken(index, "me.com", state="unknown")
    assert [
        (row["target_url"], row["status"], row["cause"], row["checked_at"]) for row in unknown.rows()
    ] == [(f"{ME}/never", None, None, None)]
    assert unknown.summary == checked


def test_a_redirect_is_not_broken_and_says_where_it_leads(index):
    [row] = broken(index, "me.com", state="redirect").rows()
    assert (row["target_url"], row["status"], row["redirects_to"]) == (f"{ME}/moved", 301, "https://new.org/")
    assert urls(broken(index, "me.com", state="fine", sort="target_url")) == ["/fine", "/was-broken"]


def test_prefixes_and_addresses_are_targets_too(index):
    assert urls(broken(index, "me.com/g")) == ["/gone"]
    assert urls(broken(index, "https://me.com/error")) == ["/error"]
    assert broken(index, "docs.me.com").summary.linked == 0


def test_a_target_that_nobody_links_to_is_said_to_be_so(index):
    found = broken(index, "nobody.org")
    assert (found.rows(), found.summary.linked) == ([], 0)
    assert found.notes[0].startswith("No link to nobody.org in this index")


def test_every_documented_column_is_there_and_can_be_asked_for(index):
    assert broken(index, "me.com").columns == [name for name, _, _ in CHANCES["broken"]]
    for column, _, _ in CHANCES["broken"]:
        broken(index, "me.com", f"{column} is known", f"{column} desc", 3, 1, state="all")


def test_a_wrong_question_is_refused_with_a_sentence(index):
    with pytest.raises(InputError, match="broken, redirect, fine, unknown or all, not 'dead'"):
        broken(index, "me.com", state="dead")
    with pytest.raises(InputError, match='no column "reason"'):
        broken(index, "me.com", "reason = gone")
    with pytest.raises(InputError, match="whole numbers"):
        broken(index, "me.com", limit=-1)


LOOKS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(1, 28), st.sampled_from([200, 301, 404, 410, 500, 403])),
    max_size=8,
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(looks=LOOKS)
def test_the_last_look_decides(tmp_path_factory, looks):
    last = {}
    for number, day, status in looks:
        if day not in {d for n, d, _ in looks if n == number} or last.get(number, (0, 0))[0] < day:
            last[number] = (day, status)
    pages = [
        page(f"{ME}/{number}", f"2026-01-{day:02}", status=status) for number, (day, status) in last.items()
    ]
    older = [
        page(f"{ME}/{number}", f"2026-01-{day:02}", status=status)
        for number, day, status in looks
        if day < last[number][0]
    ]
    rows = [link("https://a.com/1", f"{ME}/{number}", DAY) for number in range(4)]
    index = publish_batches(
        tmp_path_factory.mktemp("looks") / "i", [batch(rows, pages), batch([], older)], threads=1
    )
    expected = {f"/{number}": status for number, (_, status) in last.items() if status >= 400}
    found = broken(index, "me.com")
    assert {row["target_url"].removeprefix(ME): row["status"] for row in found.rows()} == expected
    assert found.summary.unknown == 4 - len(last)


def test_the_command_lists_what_is_to_be_mended(index, capsys):
    def run(*more: str) -> tuple[str, str]:
        with pytest.raises(SystemExit) as end:
            main(["--index", str(index.path), "broken", "me.com", *more])
        assert not end.value.code
        return capsys.readouterr()

    out, err = run("--sort", "target_url", "--limit", "2")
    assert out.splitlines()[0].split()[:4] == ["target_url", "status", "cause", "links"]
    assert out.splitlines()[3].split()[:4] == [f"{ME}/error", "503", "server", "error"]
    assert "9 addresses of me.com are linked to" in err
    out, _ = run("--format", "json", "--state", "redirect")
    document = json.loads(out)
    assert document["meta"]["summary"]["unknown"] == 1
    assert document["rows"][0]["redirects_to"] == "https://new.org/"


def test_the_library_gives_it_out(index):
    assert backlit.broken(index, "me.com").total == 5


def test_an_archive_tells_what_is_broken(tmp_path):
    records = [
        warc("https://a.org/", http(html("https://me.com/old", "https://me.com/here", "https://me.com/to"))),
        warc("https://me.com/old", http(html(), status=404)),
        warc("https://me.com/here", http(html("/"))),
        warc("https://me.com/to", http(b"", "Location: https://new.net/", status=301)),
    ]
    (tmp_path / "crawl.warc.gz").write_bytes(gz(records))
    backlit.add(tmp_path / "index", [tmp_path / "crawl.warc.gz"], workers=1)
    index = backlit.open(tmp_path / "index")
    rows = broken(index, "me.com", state="all", sort="target_url").rows()
    names = ("target_url", "state", "status", "cause", "redirects_to")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("https://me.com/here", "fine", 200, None, None),
        ("https://me.com/old", "broken", 404, "not found", None),
        ("https://me.com/to", "redirect", 301, None, "https://new.net/"),
    ]
