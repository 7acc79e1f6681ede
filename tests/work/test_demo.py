"""The shipped table of link facts, and the demo that is made of it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pyarrow.parquet as pq
import pytest
from publicsuffixlist import PublicSuffixList

from backlit.errors import BacklitError, InputError
from backlit.index import Index
from backlit.records import KINDS, PLACEMENTS
from backlit.work.demo import NOTICE, TABLE, TARGETS, DemoResult, DocsFolder, run_demo

COLUMNS = [
    "source_url",
    "target_url",
    "kind",
    "rel",
    "anchor",
    "placement",
    "hidden",
    "position",
    "last_seen",
]

# Package hosts, in parts: nothing here names one.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pypi", "python", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("crates", "io"),
        ("rubygems", "org"),
        ("deb", "debian", "org"),
        ("ftp", "debian", "org"),
        ("security", "debian", "org"),
        ("packages", "debian", "org"),
        ("archive", "ubuntu", "com"),
        ("cpan", "org"),
    )
]


@pytest.fixture(scope="module")
def rows() -> list[dict[str, object]]:
    return pq.read_table(TABLE).to_pylist()


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> DemoResult:
    return run_demo(tmp_path_factory.mktemp("demo") / "out")


def domain_of(url: object, psl: PublicSuffixList) -> str:
    host = urlsplit(str(url)).hostname or ""
    return psl.privatesuffix(host) or host


@pytest.fixture(scope="module")
def psl() -> PublicSuffixList:
    return PublicSuffixList(only_icann=True)


def test_shipped_table_has_facts_only_and_is_small() -> None:
    assert pq.read_schema(TABLE).names == COLUMNS
    assert TABLE.stat().st_size < 1_000_000


def test_shipped_table_is_whole(rows: list[dict[str, object]]) -> None:
    assert len(rows) > 50_000
    assert {row["kind"] for row in rows} <= set(KINDS)
    assert {row["placement"] for row in rows} <= set(PLACEMENTS)
    assert all(str(row["source_url"]).startswith(("http://", "https://")) for row in rows)
    assert all(str(row["target_url"]).startswith(("http://", "https://")) for row in rows)
    assert all(row["anchor"] is None or len(str(row["anchor"])) <= 60 for row in rows)
    assert all(row["last_seen"] is not None for row in rows)


def test_shipped_table_is_in_order_and_tells_each_link_once(rows: list[dict[str, object]]) -> None:
    order = [(str(r["source_url"]), r["position"] is None, r["position"] or 0) for r in rows]
    assert order == sorted(order)
    places = [place for place in order if not place[1]]
    assert len(places) == len(set(places))


def test_nothing_shipped_names_a_package_registry(rows: list[dict[str, object]]) -> None:
    texts = {str(row[name]).lower() for row in rows for name in ("source_url", "target_url", "anchor")}
    texts.add(NOTICE.read_text("utf-8").lower())
    assert [text for text in texts for host in REGISTRIES if host in text] == []


def test_notice_names_every_site_the_table_was_read_from(
    rows: list[dict[str, object]], psl: PublicSuffixList
) -> None:
    entries = [line.split(" | ") for line in NOTICE.read_text("utf-8").splitlines() if " | http" in line]
    assert sum(int(entry[5]) for entry in entries) == len(rows)
    sites = {domain_of(entry[3], psl) for entry in entries}
    assert {domain_of(row["source_url"], psl) for row in rows} <= sites


@pytest.mark.parametrize("number", range(len(TARGETS)))
def test_profile_counts_what_the_table_holds(
    number: int, result: DemoResult, rows: list[dict[str, object]], psl: PublicSuffixList
) -> None:
    target = TARGETS[number]
    links = [row for row in rows if domain_of(row["target_url"], psl) == target]
    links = [row for row in links if domain_of(row["source_url"], psl) != target]
    profile = result.profiles[number]
    assert profile.meta.target == target
    assert profile.totals.links == len(links)
    assert profile.totals.referring_domains == len({domain_of(row["source_url"], psl) for row in links})
    assert profile.totals.referring_pages == len({row["source_url"] for row in links})
    assert profile.totals.target_pages == len({row["target_url"] for row in links})
    assert profile.totals.first_seen is None
    assert profile.meta.data_date == str(max(str(row["last_seen"]) for row in rows))
    nofollow = sum("nofollow" in str(row["rel"]).split() for row in links)
    assert profile.follow.nofollow_links == nofollow


def test_demo_keeps_every_link_of_the_table(result: DemoResult, rows: list[dict[str, object]]) -> None:
    assert result.links == len(rows)
    assert result.problems == []
    assert not result.from_pages
    assert Index.open(result.index).check() == []


def test_reports_stand_alone_and_name_their_target(result: DemoResult) -> None:
    assert [report.name for report in result.reports] == [f"{target}.html" for target in TARGETS]
    for report, target in zip(result.reports, TARGETS, strict=True):
        html = report.read_text("utf-8")
        assert target in html
        assert "</html>" in html


def folder_of_pages(top: Path) -> DocsFolder:
    pages = top / "pages"
    (pages / "more").mkdir(parents=True)
    (pages / "index.html").write_text(
        "<html lang=en><title>One</title><p>See <a href='https://www.example.org/a'>the manual</a> and "
        "<a href='more/two.html'>more</a>.</p></html>"
    )
    (pages / "more" / "two.html").write_text(
        "<html lang=en><title>Two</title><p><a rel=nofollow href='https://example.org/b'>b</a></p></html>"
    )
    return DocsFolder("docs", pages, "https://docs.example.com/en/")


def test_demo_walks_the_whole_road_from_pages(tmp_path: Path) -> None:
    made = run_demo(tmp_path / "out", docs=[folder_of_pages(tmp_path)], targets=["example.org"])
    totals = made.profiles[0].totals
    assert (made.from_pages, made.links, made.pages, made.problems) == (True, 2, 2, [])
    assert (totals.links, totals.referring_domains, totals.referring_pages) == (2, 1, 2)
    assert made.profiles[0].follow.nofollow_links == 1


def test_a_second_demo_replaces_the_first(tmp_path: Path) -> None:
    docs = [folder_of_pages(tmp_path)]
    first = run_demo(tmp_path / "out", docs=docs, targets=["example.org"])
    second = run_demo(tmp_path / "out", docs=docs, targets=["example.org"])
    assert second.links == first.links == 2
    assert second.profiles[0].totals == first.profiles[0].totals


def test_a_package_without_pages_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    docs = [DocsFolder("empty", empty, "https://empty.example.net/"), folder_of_pages(tmp_path)]
    made = run_demo(tmp_path / "out", docs=docs, targets=["example.org"])
    assert made.links == 2
    assert len(made.problems) == 1
    assert str(empty) in made.problems[0]


def test_demo_fails_with_the_reason_when_nothing_can_be_read(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(BacklitError, match="could read nothing"):
        run_demo(tmp_path / "out", docs=[DocsFolder("empty", empty, "https://empty.example.net/")])


def test_demo_touches_nothing_that_is_not_an_index(tmp_path: Path) -> None:
    mine = tmp_path / "out" / "index" / "thesis.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("years of work")
    with pytest.raises(InputError, match="in the way"):
        run_demo(tmp_path / "out")
    assert mine.read_text() == "years of work"
