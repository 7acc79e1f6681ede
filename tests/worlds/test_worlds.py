"""Generated worlds hold what they promise, the same every time, and can be added to an index."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from backlit.errors import InputError
from backlit.sources.archives import read_archive
from backlit.web.domain import split_host
from backlit.work.add import add
from backlit.worlds.layout import slots
from backlit.worlds.lookalikes import KINDS_OF_CASES
from backlit.worlds.markers import read_table
from backlit.worlds.markup import HIDING, MAKES, make_of, page_html
from backlit.worlds.schemes import SCHEMES
from backlit.worlds.society.world import World
from backlit.worlds.tables import HOSTS, LINKS, PAGES, TRUTH, make_world, write_tables, write_world
from backlit.worlds.truth import PLAIN
from backlit.worlds.webarchive import write_pages

SITES = 300


@cache
def world(seed: int) -> World:
    return make_world(seed, SITES)


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "same"):
        made = write_world(tmp_path / name, 4, sites=200)
        write_pages(made, tmp_path / name)
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert files == ["hosts.csv", "links.csv", "pages.csv", "trusted.txt", "truth.csv", "world.warc.gz"]
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "same" / name).read_bytes(), name


def test_another_seed_writes_another_world() -> None:
    assert {site.host for site in world(1).sites}.isdisjoint({site.host for site in world(2).sites})
    assert world(1).dials != world(2).dials


def test_every_scheme_and_kind_has_three_campaigns_over_three_seeds() -> None:
    campaigns: Counter[tuple[bool, str]] = Counter()
    for seed in (1, 2, 3):
        found = {link.label for page in world(seed).pages for link in page.links}
        campaigns.update((label.toxic, label.what) for label in found if label.campaign)
    few = {key for key, count in campaigns.items() if count < 3 and key[1] not in PLAIN}
    assert few == set()
    assert {what for toxic, what in campaigns if toxic} == set(SCHEMES)
    assert {what for toxic, what in campaigns if not toxic} - PLAIN == set(KINDS_OF_CASES)


def test_campaigns_are_large_enough_to_be_one() -> None:
    pairs: dict[str, set[tuple[str, str]]] = {}
    for page in world(1).pages:
        for link in page.links:
            if link.label.toxic:
                pairs.setdefault(link.label.campaign, set()).add((page.site.key, link.target.key))
    assert {name for name, found in pairs.items() if len(found) < 3} == set()


def test_the_tables_have_the_promised_columns_and_gaps(tmp_path: Path) -> None:
    made = world(1)
    write_tables(made, tmp_path, form="parquet")
    links, pages, hosts, truth = (read_table(tmp_path, name) for name in ("links", "pages", "hosts", "truth"))
    assert [links.schema, pages.schema, hosts.schema] == [LINKS, PAGES, HOSTS]
    assert truth.column_names == TRUTH.names
    assert links.num_rows == made.links
    sources = set(links["source_url"].to_pylist())
    assert 0 < len(sources & set(pages["url"].to_pylist())) < len(sources)
    assert 0 < hosts.num_rows < len(made.sites)
    assert all(0 < hosts[name].null_count < hosts.num_rows for name in HOSTS.names[1:])
    assert 0 < links["placement"].null_count < 0.3 * links.num_rows
    trusted = (tmp_path / "trusted.txt").read_text().split()
    assert set(trusted) <= {
        site.host for site in made.sites if site.kind in ("institution", "media", "project")
    }
    assert len(trusted) == len(set(trusted)) >= 5


def test_the_truth_covers_every_link_once_in_the_same_order(tmp_path: Path) -> None:
    write_tables(world(2), tmp_path)
    links, truth = read_table(tmp_path, "links"), read_table(tmp_path, "truth")
    for name in ("source_url", "target_url"):
        assert links[name].to_pylist() == truth[name].to_pylist()
    assert set(truth["toxic"].to_pylist()) == {0, 1}
    assert truth["scheme_or_kind"].null_count == 0
    toxic = {
        what
        for bad, what in zip(*(truth[n].to_pylist() for n in ("toxic", "scheme_or_kind")), strict=True)
        if bad
    }
    assert toxic == set(SCHEMES)


def test_no_link_leads_within_its_site() -> None:
    for page in world(1).pages:
        here = split_host(page.url.split("/")[2])[1]
        assert all(split_host(link.url.split("/")[2])[1] != here for link in page.links)


def test_the_victim_of_a_blast_keeps_its_honest_links() -> None:
    for seed in (1, 2, 3):
        pages = [(page, link) for page in world(seed).pages for link in page.links]
        victims = {link.target.key for _, link in pages if link.label.what == "negative_seo"}
        honest = {link.target.key for _, link in pages if not link.label.toxic}
        assert victims
        assert victims <= honest


def test_all_tables_are_added_without_a_problem(tmp_path: Path) -> None:
    made = write_world(tmp_path, 6, sites=200)
    inputs = [tmp_path / name for name in ("links.csv", "pages.csv", "hosts.csv", "trusted.txt")]
    summary = add(tmp_path / "index", inputs, snapshot="2026-01-01", workers=1)
    assert [(one.kind, one.state, one.problem_count) for one in summary.inputs] == [
        ("links", "read", 0),
        ("pages", "read", 0),
        ("hosts", "read", 0),
        ("trusted", "read", 0),
    ]
    assert summary.inputs[0].links == made.links


def test_extraction_finds_the_links_that_the_tables_tell_of(tmp_path: Path) -> None:
    made = world(3)
    found: dict[tuple[str, ...], list[tuple[object, ...]]] = {}
    for batch in read_archive(write_pages(made, tmp_path), "warc", "2026-01-01"):
        assert batch.problems == []
        for row in batch.links.to_pylist() if batch.links is not None else ():
            key = tuple(row[name] for name in ("source_url", "target_url", "kind", "anchor", "rel"))
            found.setdefault(key, []).append((row["placement"], row["hidden"], row["position"]))
    told: dict[tuple[str, ...], list[tuple[object, ...]]] = {}
    for page in made.pages:
        placed = {id(slot.link): at for at, slot in enumerate(slots(page))}
        for link in sorted(page.links, key=lambda link: placed.get(id(link), -1)):
            key = (page.url, link.url, link.kind, link.anchor, link.rel)
            seen = (
                (None, None, None)
                if link.kind == "redirect"
                else (link.placement, link.hidden, placed[id(link)])
            )
            told.setdefault(key, []).append(seen)
    assert {key: len(rows) for key, rows in found.items()} == {key: len(rows) for key, rows in told.items()}
    same = [one[0] == other[0] for key in told for one, other in zip(found[key], told[key], strict=True)]
    assert sum(same) / len(same) >= 0.95
    assert all(one[1:] == other[1:] for key in told for one, other in zip(found[key], told[key], strict=True))


def test_all_makes_and_ways_of_hiding_are_in_use() -> None:
    makes, ways = set(), set()
    for seed in (1, 2, 3):
        for page in world(seed).pages:
            makes.add(make_of(page.site))
            if any(link.hidden for link in page.links):
                html = page_html(page)
                ways |= {way for way in HIDING if way[0] in html}
    assert makes == set(MAKES)
    assert len(ways) >= 10


def test_worlds_are_a_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from backlit.cli.app import main

    out = tmp_path / "world"
    with pytest.raises(SystemExit) as done:
        main(f"bench world --seed 5 --sites 200 --tables parquet --out {out} --format json".split())
    assert done.value.code == 0
    rows = {(row["toxic"], row["scheme_or_kind"]): row for row in json.loads(capsys.readouterr().out)["rows"]}
    assert {what for toxic, what in rows if toxic} == set(SCHEMES)
    assert sum(row["links"] for row in rows.values()) == read_table(out, "links").num_rows
    assert not (out / "world.warc.gz").exists()


def test_a_folder_that_is_a_file_and_a_form_that_is_none_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="is a file"):
        write_tables(world(1), tmp_path / "file")
    with pytest.raises(InputError, match="csv or parquet"):
        write_tables(world(1), tmp_path, form="xml")
