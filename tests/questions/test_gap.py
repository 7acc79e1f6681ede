"""The link gap: exact cells, rows a source, and what is refused."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import backlit
from backlit.cli.app import main
from backlit.errors import InputError
from backlit.index import Index
from backlit.questions.chance_columns import CHANCES
from backlit.questions.gap import gap, links_as_text
from index_rows import batch, crawl, link, publish_batches

ME, R1, R2 = "https://me.com/", "https://one.org/", "https://two.net/"
DAY = "2026-01-05"


def blog(name: str, target: str) -> dict:
    return link(f"https://{name}.blogs.io/", target, DAY, source_site=f"{name}.blogs.io")


ROWS = [
    link("https://a.com/1", R1, DAY),
    link("https://a.com/2", R1, "2026-01-03", follow=False),
    link("https://a.com/1", R2, DAY, placement="nav"),
    link("https://b.com/1", R1, DAY),
    link("https://c.com/1", R2, DAY, placement=None),
    link("https://c.com/1", ME, DAY),
    link("https://d.com/1", ME, DAY),
    link("https://one.org/1", R2, DAY),
    link("https://w.one.org/1", R1, DAY, source_site="w.one.org"),  # within: does not count
    link("https://me.com/1", R1, DAY),
    blog("x", R1),
    blog("y", ME),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Two crawls; in the second one b.com links no more to one.org, and e.com's link to the target is lost."""
    path = tmp_path_factory.mktemp("gap") / "index"
    first = [*ROWS, link("https://e.com/1", ME, DAY), link("https://e.com/1", R1, DAY)]
    later = [link("https://e.com/1", R1, "2026-02-05")]
    return publish_batches(path, [crawl(first, DAY), crawl(later, "2026-02-05")])


def names(result) -> list[str]:
    return [row["source_domain"] for row in result.rows()]


def test_the_missing_are_those_that_link_to_a_rival_and_not_to_the_target(index):
    found = gap(index, "me.com", ["one.org", "two.net"], sort="rivals desc, source_domain")
    assert [
        (r["source_domain"], r["rivals"], r["linked_rivals"], r["source_role"]) for r in found.rows()
    ] == [
        ("a.com", 2, "one.org two.net", "other"),
        ("b.com", 1, "one.org", "other"),
        ("e.com", 1, "one.org", "other"),  # its link to the target is lost
        ("me.com", 1, "one.org", "target"),
        ("one.org", 1, "two.net", "rival"),
    ]
    assert found.total == 5


def test_a_row_counts_the_links_of_its_source(index):
    [row] = gap(index, "me.com", ["one.org", "two.net"], where="source_domain = a.com").rows()
    assert {name: value for name, value in row.items() if name != "source_authority"} == {
        "source_domain": "a.com",
        "rivals": 2,
        "linked_rivals": "one.org two.net",
        "rival_links": [{"rival": "one.org", "links": 2}, {"rival": "two.net", "links": 1}],
        "target_links": 0,
        "links": 3,
        "follow_links": 2,
        "content_links": 2,
        "first_seen": date(2026, 1, 3),
        "last_seen": date(2026, 1, 5),
        "source_role": "other",
    }


def test_placement_that_nobody_knows_is_unknown(index):
    [row] = gap(index, "d.com", ["two.net"], where="source_domain = c.com").rows()
    assert (row["links"], row["content_links"]) == (1, None)


def test_the_other_cells_and_their_sizes(index):
    asked = (index, "me.com", ["one.org", "two.net"])
    assert names(gap(*asked, mode="shared", sort="source_domain")) == ["blogs.io", "c.com"]
    assert names(gap(*asked, mode="only")) == ["d.com"]
    cells = gap(*asked, mode="only", limit=0).summary
    assert (cells.sources, cells.union, cells.missing, cells.shared, cells.only) == (3, 8, 5, 2, 1)
    assert (cells.missing_by_rivals, cells.shared_by_rivals) == ([4, 1], [2, 0])
    assert [(r.rival, r.sources, r.shared, r.missing, r.jaccard) for r in cells.rivals] == [
        ("one.org", 5, 1, 4, 0.1429),
        ("two.net", 3, 1, 2, 0.2),
    ]


def test_at_least_so_many_rivals(index):
    asked = (index, "me.com", ["one.org", "two.net"])
    assert names(gap(*asked, at_least=2)) == names(gap(*asked, at_least="all")) == ["a.com"]
    assert names(gap(*asked, at_least="all", mode="shared")) == []
    [first] = [note for note in gap(*asked, at_least=2).notes if "link to any" in note]
    assert first.endswith("1 link to all of the 2 rivals and not to me.com.")


def test_two_blogs_of_a_platform_are_two_sites(index):
    found = gap(index, "me.com", ["one.org"], by="site", sort="source_site")
    assert [(row["source_site"], row["source_domain"]) for row in found.rows()] == [
        *((f"{name}.com", f"{name}.com") for name in "abe"),
        ("me.com", "me.com"),
        ("x.blogs.io", "blogs.io"),
    ]
    assert found.summary.shared == 0


def test_hosts_prefixes_and_addresses_are_targets_too(index):
    assert sorted(names(gap(index, "me.com", ["https://two.net/"]))) == ["a.com", "one.org"]
    found = gap(index, "me.com", ["two.net/*", "one.org"], where="source_domain = a.com")
    assert found.rows()[0]["linked_rivals"] == "two.net/* one.org"


def test_filters_orders_and_pages(index):
    asked = (index, "me.com", ["one.org", "two.net"])
    page = gap(*asked, where="source_role = other", sort="source_domain desc", limit=1, offset=1)
    assert (names(page), page.total) == (["b.com"], 3)
    assert names(gap(*asked, where="linked_rivals has two.net", sort="source_domain")) == ["a.com", "one.org"]
    assert gap(*asked, where="links > 99", offset=5).total == 0


@pytest.mark.parametrize("name", ["gap", "gap --by site"])
def test_every_documented_column_is_there_and_can_be_asked_for(index, name):
    by = "site" if name.endswith("site") else "domain"
    table = CHANCES[name]
    assert gap(index, "me.com", ["one.org"], by=by).columns == [column for column, _, _ in table]
    for column, kind, _ in table:
        if kind != "list":
            gap(index, "me.com", ["one.org"], f"{column} is null", f"{column} desc", by=by)


@pytest.mark.parametrize(
    ("target", "versus", "more", "said"),
    [
        ("me.com", ["me.com"], {}, "me.com cannot be its own rival"),
        ("me.com", [], {}, "Name at least one rival of me.com"),
        ("me.com", [f"r{n}.com" for n in range(21)], {}, "21 rivals are too many: at most 20"),
        ("me.com", ["one.org"], {"at_least": 2}, "there is one rival: use 1 to 1"),
        ("me.com", ["one.org"], {"at_least": 0}, "At least 0 rivals"),
        ("me.com", ["one.org"], {"at_least": "most"}, "a whole number or all"),
        ("me.com", ["one.org"], {"mode": "both"}, "missing, shared or only, not 'both'"),
        ("me.com", ["one.org", "two.net"], {"mode": "only", "at_least": 2}, "leave out at-least"),
        ("me.com", ["one.org"], {"by": "page"}, "by domain or by site, not by 'page'"),
        ("me.com", ["one.org"], {"where": "rival_links = 3"}, 'no column "rival_links"'),
        ("me.com", ["one.org"], {"limit": -1}, "whole numbers from 0 up"),
        ("me.com", ["one org"], {}, "has a blank in it"),
        ("me.com", ["one.org"], {"web": True}, "no web-graph release here"),
    ],
)
def test_a_wrong_question_is_refused_with_a_sentence(index, target, versus, more, said):
    with pytest.raises(InputError, match=said):
        gap(index, target, versus, **more)


def test_what_was_put_right_is_said(index):
    notes = " ".join(gap(index, "me.com", ["one.org", "ONE.org", "nobody.com", "w.one.org"]).notes)
    assert "one.org is named twice and counts once." in notes
    assert "No link to nobody.com in this index, and no name near it." in notes
    assert "w.one.org lies within one.org: links to it are links to both." in notes
    assert "Among them is the target's own domain: --where" in notes
    both = " ".join(gap(index, "me.com", ["one.org", "two.net"]).notes)
    assert "Among them are the target's own domain and a rival's domain: --where" in both


def test_every_answer_tells_where_it_comes_from(index):
    found = gap(index, "me.com", ["one.org"])
    assert found.provenance.line == (
        "Origin: warc · data of 2026-02-05 · generation 1 · authority: own graph"
    )


def test_an_index_that_knows_nothing_answers_with_nothing(tmp_path):
    empty = publish_batches(tmp_path / "index", [batch([])])
    found = gap(empty, "me.com", ["one.org"])
    assert (found.rows(), found.total, found.summary.union) == ([], 0, 0)
    assert found.summary.rivals[0].jaccard is None


def test_links_as_text_for_tables_and_spreadsheets(index):
    found = links_as_text(gap(index, "me.com", ["one.org", "two.net"], at_least=2))
    assert found.rows()[0]["rival_links"] == "one.org=2 two.net=1"
    assert (found.total, found.summary.missing) == (1, 5)


DOMAINS = [f"s{n}.com" for n in range(7)] + ["t0.com", "t1.com", "t2.com"]
TARGETS = ["t0.com", "t1.com", "t2.com"]
LINK = st.tuples(st.sampled_from(DOMAINS), st.sampled_from(TARGETS), st.integers(0, 1), st.booleans())


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(links=st.lists(LINK, max_size=40), least=st.integers(1, 2))
def test_the_cells_are_those_of_plain_sets(tmp_path_factory, links, least):
    lost = {(source, target, page): is_lost for source, target, page, is_lost in links if source != target}
    made = {key: link(f"https://{key[0]}/{key[2]}", f"https://{key[1]}/", DAY) for key in lost}
    crawls = [crawl(list(made.values()), DAY)]
    if made:  # every page again, without the links that are lost
        kept = [row | {"last_seen": datetime(2026, 1, 9)} for key, row in made.items() if not lost[key]]
        crawls.append(crawl(kept, "2026-01-09", also=tuple(row["source_url"] for row in made.values())))
    index = publish_batches(tmp_path_factory.mktemp("sets") / "i", crawls, threads=1)
    live = [key[:2] for key in made if not lost[key]]
    sets = {target: {a for a, b in live if b == target} for target in TARGETS}
    mine, rivals = sets["t0.com"], [sets["t1.com"], sets["t2.com"]]
    every = set().union(*sets.values())
    linked = {one: sum(one in rival for rival in rivals) for one in every}
    for mode, expected in {
        "missing": {one for one in every - mine if linked[one] >= least},
        "shared": {one for one in mine if linked[one] >= least},
        "only": {one for one in mine if not linked[one]},
    }.items():
        at_least = 1 if mode == "only" else least
        found = gap(index, "t0.com", ["t1.com", "t2.com"], mode=mode, at_least=at_least)
        assert (set(names(found)), found.total) == (expected, len(expected))
        for row in found.rows():
            counts = {t: live.count((row["source_domain"], t)) for t in TARGETS}
            assert row["target_links"] == counts["t0.com"]
            assert row["links"] == sum(counts.values())
            assert {e["rival"]: e["links"] for e in row["rival_links"]} == {
                t: n for t, n in counts.items() if n and t != "t0.com"
            }
    cells = found.summary
    assert (cells.missing, cells.shared, cells.only, cells.union) == (
        len(every - mine),
        len({one for one in mine if linked[one]}),
        len({one for one in mine if not linked[one]}),
        len(every),
    )
    assert [cells.missing_by_rivals, cells.shared_by_rivals] == [
        [sum(linked[one] == n for one in part) for n in (1, 2)] for part in (every - mine, mine)
    ]


def test_the_command_gives_a_table_csv_and_json(index, capsys):
    def run(*more: str) -> tuple[str, str]:
        with pytest.raises(SystemExit) as end:
            main(["--index", str(index.path), "gap", "me.com", "--versus", "one.org,two.net", *more])
        assert not end.value.code
        return capsys.readouterr()

    out, err = run("--at-least", "all")
    cells = out.splitlines()[2].split()
    assert [cells[0], *cells[2:5]] == ["a.com", "2", "one.org=2", "two.net=1"]
    assert "8 domains link to any of them" in err
    out, _ = run("--format", "csv", "--columns", "source_domain,rival_links", "--at-least", "2")
    assert out == "source_domain,rival_links\r\na.com,one.org=2 two.net=1\r\n"
    out, _ = run("--format", "json", "--mode", "only")
    document = json.loads(out)
    assert document["meta"]["summary"]["only"] == 1
    assert document["rows"][0]["rival_links"] == []


def test_a_number_of_rivals_that_is_none_is_wrong_usage(index, capsys):
    with pytest.raises(SystemExit) as end:
        main(["--index", str(index.path), "gap", "me.com", "--versus", "one.org", "--at-least", "some"])
    assert end.value.code == 2
    assert "neither a whole number nor all" in capsys.readouterr().err


def test_the_library_gives_it_out(index: Index) -> None:
    assert backlit.gap(index, "me.com", "one.org").total == 4
    assert isinstance(index.path, Path)


def test_questions_side_by_side_on_one_reader_do_not_meet(index):
    from concurrent.futures import ThreadPoolExecutor

    asked = [("me.com", ["one.org"]), ("one.org", ["me.com", "two.net"]), ("two.net", ["one.org"])] * 4
    with index.reader() as reader:
        expected = [gap(reader, target, versus).rows() for target, versus in asked]
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda one: gap(reader, *one).rows(), asked))
    assert found == expected
