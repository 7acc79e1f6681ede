"""Targets side by side, and rivals found in the graph."""

from __future__ import annotations

import json
import math

import pytest

import backlit
from backlit.cli.app import main
from backlit.cli.render_compare import percent, told_comparison
from backlit.errors import FilterError, InputError
from backlit.index import Index
from backlit.questions.chance_columns import CHANCES
from backlit.questions.compare import compare
from backlit.questions.rivals import rivals
from backlit.settings import default
from index_rows import crawl, link, publish_batches

ME, R1, R2 = "https://me.com/", "https://one.org/", "https://two.net/"
DAY, LATER = "2026-01-05", "2026-02-05"
FIRST = [
    link("https://a.com/1", ME, DAY),
    link("https://a.com/1", R1, DAY),
    link("https://a.com/1", R2, DAY, placement="footer"),
    link("https://b.com/1", ME, DAY, follow=False),
    link("https://b.com/1", R1, DAY),
    link("https://c.com/1", R1, DAY, follow=None, placement=None),
    link("https://d.com/1", ME, DAY),
    link("https://w.one.org/1", R1, DAY, source_site="w.one.org"),
    link("https://a.com/1", "https://facebook.com/me", DAY),
    link("https://b.com/1", "https://facebook.com/me", DAY),
]
#: d.com no longer links to the target, and e.org does from now on.
SECOND = [link("https://e.org/1", ME, LATER)]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    path = tmp_path_factory.mktemp("compare") / "index"
    return publish_batches(path, [crawl(FIRST, DAY), crawl(SECOND, LATER, also=("https://d.com/1",))])


def test_targets_stand_side_by_side(index):
    rows = compare(index, ["me.com", "one.org", "two.net"]).rows()
    names = ("target", "referring_domains", "referring_sites", "links", "follow_links", "nofollow_links")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("me.com", 3, 3, 3, 2, 1),
        ("one.org", 3, 3, 3, 2, 0),  # what w.one.org links to comes from within
        ("two.net", 1, 1, 1, 1, 0),
    ]
    names = ("follow_share", "content_links", "content_share", "new_domains", "lost_domains")
    assert [tuple(row[name] for name in names) for row in rows] == [
        (0.6667, 3, 1.0, 1, 1),
        (1.0, 2, 1.0, 0, 0),
        (1.0, 0, 0.0, 0, 0),
    ]
    names = ("shared_domains", "shared_share", "jaccard")
    assert [tuple(row[name] for name in names) for row in rows] == [
        (3, 1.0, 1.0),
        (2, 0.6667, 0.5),
        (1, 0.3333, 0.3333),
    ]


def test_the_bands_add_up_to_the_referring_domains(index):
    for row in compare(index, ["me.com", "one.org"]).rows():
        bands = [row[f"{band}_domains"] for band in ("excellent", "okay", "weak", "unranked")]
        assert sum(bands) == row["referring_domains"]


def test_every_two_have_an_exact_overlap(index):
    overlap = compare(index, ["me.com", "one.org", "two.net"]).summary
    assert [(p.a, p.b, p.shared, p.jaccard, p.a_only, p.b_only) for p in overlap.pairs] == [
        ("me.com", "one.org", 2, 0.5, 1, 1),
        ("me.com", "two.net", 1, 0.3333, 2, 0),
        ("one.org", "two.net", 1, 0.3333, 2, 0),
    ]
    assert (overlap.union, overlap.in_all) == (4, 1)
    assert (overlap.window_days, overlap.window_start, overlap.window_end) == (90, "2025-11-08", LATER)


def test_new_and_lost_are_those_of_the_days_asked_for(index):
    found = compare(index, ["me.com", "one.org"], days=1)
    assert found.summary.window_start == LATER
    assert [row["new_domains"] for row in found.rows()] == [1, 0]


def test_one_harvest_cannot_tell_what_is_new(tmp_path):
    alone = publish_batches(tmp_path / "index", [crawl(FIRST, DAY)])
    assert [row["new_domains"] for row in compare(alone, ["me.com", "one.org"]).rows()] == [None, None]


def test_the_documented_columns_are_there(index):
    assert compare(index, ["me.com", "one.org"]).columns == [name for name, _, _ in CHANCES["compare"]]
    assert rivals(index, "me.com").columns == [name for name, _, _ in CHANCES["compare --find"]]


@pytest.mark.parametrize(
    ("targets", "more", "said"),
    [
        (["me.com"], {}, "at least two targets"),
        ([], {}, "at least two targets"),
        ("me.com", {}, "at least two targets"),
        (["me.com", "ME.com"], {}, "at least one other target of me.com"),
        (["me.com", "one.org"], {"days": 0}, "whole number from 1 up"),
        ([f"r{n}.com" for n in range(22)], {}, "21 other targets are too many"),
        (["me.com", "nothing at all"], {}, "has a blank in it"),
    ],
)
def test_a_wrong_comparison_is_refused_with_a_sentence(index, targets, more, said):
    with pytest.raises(InputError, match=said):
        compare(index, targets, **more)


def test_a_target_named_again_counts_once(index):
    found = compare(index, ["me.com", "one.org", "me.com"])
    assert [row["target"] for row in found.rows()] == ["me.com", "one.org"]
    assert "me.com is named twice and counts once." in found.notes


def test_rivals_share_sources_weighed_down_by_what_these_link_to(index):
    found = rivals(index, "me.com")
    # a.com links to 4 domains, b.com to 3, e.org to 1; d.com no longer links.
    a, b, e = (1 / math.log2(1 + n) for n in (4, 3, 1))
    score = 100 * math.sqrt((a + b) / (a + b + e) * 2 / 3)
    assert [tuple(row.values())[:6] for row in found.rows()] == [
        ("one.org", round(score, 2), 2, 0.6667, 0.6667, 3),
    ]
    assert found.summary.sources == found.summary.used == 3
    assert found.summary.weight == pytest.approx(a + b + e, abs=1e-6)
    assert (found.summary.platforms, found.summary.candidates) == (1, 1)
    assert (
        found.notes[0] == "Left out as platforms (rivals.leave_out in the settings): facebook.com (2 shared)."
    )


def test_the_settings_say_who_is_left_out(index, tmp_path):
    file = tmp_path / "own.toml"
    file.write_text("[rivals]\nleast_shared = 1\nleave_out = []\nmost_linked = 3\n")
    from backlit.settings import load

    found = rivals(index, "me.com", sort="domain", settings=load(file))
    assert [(row["domain"], row["shared"]) for row in found.rows()] == [("facebook.com", 1), ("one.org", 1)]
    assert "1 of the 3 referring domains, which links to more than 3 domains." in " ".join(found.notes)
    file.write_text("[rivals]\nleast_shared = 1\ngiant_least = 1\ngiant_share = 0.5\ngiant_times = 0.9\n")
    found = rivals(index, "me.com", settings=load(file))
    assert [row["domain"] for row in found.rows()] == ["two.net"]
    assert found.summary.giants == 1


def test_rivals_are_filtered_sorted_and_paged(index):
    assert rivals(index, "me.com", where="shared > 2").total == 0
    assert rivals(index, "me.com", offset=1).rows() == []
    for column, _, _ in CHANCES["compare --find"]:
        rivals(index, "me.com", f"{column} is known", f"{column} desc")
    with pytest.raises(FilterError, match='no column "links"'):
        rivals(index, "me.com", "links > 3")


def test_a_target_without_links_has_no_rivals(index):
    found = rivals(index, "nobody.org")
    assert (found.rows(), found.total) == ([], 0)
    assert "No link to nobody.org in this index, and no name near it." in found.notes


def test_a_comparison_is_told_in_columns(index):
    text = told_comparison(compare(index, ["me.com", "one.org", "two.net"]), default().bands)
    lines = {line[:22].strip(): line[22:].split() for line in text.splitlines()}
    assert lines["referring domains"] == ["3", "3", "1"]
    assert lines["new"] == ["1", "0", "0"]
    assert "4 domains link to any of them, 1 to all." in text
    assert text.endswith("Origin: warc · data of 2026-02-05 · generation 1 · authority: own graph")
    narrow = told_comparison(compare(index, ["me.com", "one.org", "two.net"]), default().bands, 40)
    assert max(map(len, narrow.split("Shared referring")[0].splitlines())) <= 40
    assert narrow.count("referring domains  ") >= 2


def test_a_comparison_of_two_is_told_in_a_sentence(index):
    text = told_comparison(compare(index, ["me.com", "one.org"]), default().bands)
    assert (
        "4 domains link to any of them: 2 to both (Jaccard 50%), 1 to me.com only, 1 to one.org only." in text
    )


@pytest.mark.parametrize(
    ("share", "told"),
    [(None, "–"), (0.0, "0%"), (0.004, "< 1%"), (0.996, "> 99%"), (1.0, "100%"), (0.5, "50%")],
)
def test_a_share_is_never_rounded_to_nothing_or_all(share, told):
    assert percent(share) == told


def test_the_command_compares_and_finds(index, capsys):
    def run(*more: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as end:
            main(["--index", str(index.path), "compare", *more])
        said = capsys.readouterr()
        return end.value.code or 0, said.out, said.err

    code, out, _ = run("me.com,one.org", "two.net")
    assert (code, out.splitlines()[0].split()) == (0, ["me.com", "one.org", "two.net"])
    code, out, _ = run("me.com", "one.org", "--format", "json")
    document = json.loads(out)
    assert document["meta"]["summary"]["pairs"][0]["shared"] == 2
    assert [row["target"] for row in document["rows"]] == ["me.com", "one.org"]
    code, out, _ = run("--find", "me.com", "--format", "csv", "--columns", "domain,shared")
    assert (code, out) == (0, "domain,shared\r\none.org,2\r\n")
    code, _, err = run("--find", "me.com", "one.org")
    assert (code, err.startswith("Either name targets")) == (1, True)
    code, _, err = run("me.com", "one.org", "--limit", "3")
    assert (code, "belong to --find" in err) == (1, True)


def test_the_library_gives_them_out(index):
    assert len(backlit.compare(index, ["me.com", "one.org"])) == 2
    assert backlit.rivals(index, "me.com").rows()[0]["domain"] == "one.org"
