"""Figures of different answers about the same links agree, whatever the links are."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backlit.index import Index, Reader
from backlit.questions.backlinks import bulk
from backlit.questions.backlinks.intersections import domain_intersection, page_intersection
from backlit.questions.backlinks.scope import Condition, Relation, Scope
from backlit.questions.backlinks.selection import Selection, selection, selections
from backlit.web.target import Target
from backlit.work.add import add
from small_webs import ASKED, published, webs

Row = dict[str, Any]

scopes = st.builds(
    Scope,
    st.sampled_from(ASKED).map(Target.parse),
    include_subdomains=st.booleans(),
    include_indirect=st.booleans(),
    exclude_internal=st.booleans(),
    status=st.sampled_from(["live", "lost", "all"]),
)


def rows(chosen: Selection, relation: Relation) -> list[Row]:
    return chosen.query(f"SELECT * FROM ({relation.sql}) ORDER BY ALL", relation.parameters).to_pylist()  # type: ignore[no-any-return]


def named(chosen: Selection, name: str, **more: Any) -> list[Row]:
    return rows(chosen, chosen.relation(name, **more))


def one(chosen: Selection, name: str = "summary") -> Row:
    (row,) = named(chosen, name)
    return row


def total(found: list[Row], name: str) -> int:
    return sum(row[name] for row in found)


def check(reader: Reader, scope: Scope) -> None:
    """The rules that one scope's answers keep."""
    with selection(reader, scope) as chosen:
        links, summary = named(chosen, "backlinks"), one(chosen)
        domains, anchors = named(chosen, "referring_domains"), named(chosen, "anchors")
        pages = named(chosen, "domain_pages_summary")
        assert len({row["url_from"] for row in links}) == len(links) == summary["referring_pages"]
        assert total(links, "links_count") == summary["backlinks"]
        assert len({row["domain"] for row in domains}) == len(domains) == summary["referring_main_domains"]
        for name in ("referring_domains", "backlinks", "referring_pages", "referring_domains_nofollow"):
            assert total(domains, name) == summary[name]
        assert all(row["referring_main_domains"] == 1 for row in domains)
        assert len({row["anchor"] for row in anchors}) == len(anchors)
        assert total(anchors, "backlinks") == total(pages, "backlinks") == summary["backlinks"]
        assert total(pages, "broken_backlinks") == summary["broken_backlinks"]
        assert sum(row["broken_pages"] for row in pages) == summary["broken_pages"]
        for kind, name in (("ip", "referring_ips"), ("subnet", "referring_subnets")):
            networks = named(chosen, "referring_networks", network=kind)
            assert len({row["network_address"] for row in networks}) == len(networks) == summary[name]
        assert len({row["_group_domain"] for row in links}) == summary["referring_main_domains"]
        for name in ("tld", "types", "semantic_locations", "countries"):
            for row in [summary, *domains, *anchors, *pages]:
                assert sum(dict(row[f"referring_links_{name}"] or ()).values()) == row["referring_pages"]
        assert summary["referring_main_domains"] <= summary["referring_domains"] <= summary["referring_pages"]
        assert summary["referring_pages"] <= summary["backlinks"]
        assert summary["referring_ips"] >= summary["referring_subnets"]
        assert {row["is_lost"] for row in links} <= {"live": {False}, "lost": {True}, "all": {False, True}}[
            scope.status
        ]
        ranks = [row["rank"] for row in [summary, *links, *domains, *anchors, *pages]]
        assert all(type(rank) is int and 0 <= rank <= 1000 for rank in ranks)
        if scope.include_subdomains and scope.target.kind == "domain":
            assert all(row["rank"] <= summary["rank"] for row in [*links, *domains, *anchors])
        known = named(chosen, "domain_pages")
        assert {row["page"] for row in known if row["page_summary.backlinks"]} == {
            row["url"] for row in pages
        }
        assert total(known, "page_summary.backlinks") == summary["backlinks"]
    hundred = msgspec.structs.replace(scope, rank_scale="one_hundred")
    with selection(reader, hundred) as chosen:
        for row, same in zip(named(chosen, "referring_domains"), domains, strict=True):
            assert row["rank"] == round(math.sin(same["rank"] / 636.62) * 100)
    followed = [_where(reader, scope, '"dofollow" = ?', value) for value in (True, False)]
    assert sum(row["backlinks"] for row in followed) == summary["backlinks"]
    assert followed[1]["rank"] == 0
    by_status = {
        status: _where(reader, msgspec.structs.replace(scope, status=status))
        for status in ("live", "lost", "all")
    }
    for name in ("backlinks", "referring_pages", "referring_domains", "referring_main_domains"):
        live, lost, both = (by_status[status][name] for status in ("live", "lost", "all"))
        assert max(live, lost) <= both <= live + lost


def _where(reader: Reader, scope: Scope, sql: str = "true", *values: object) -> Row:
    with selection(reader, msgspec.structs.replace(scope, condition=Condition(sql, values))) as chosen:
        return one(chosen)


def check_pages(reader: Reader, target: str) -> None:
    """A row of a target's pages is the summary of that page."""
    with selection(reader, Scope(Target.parse(target))) as chosen:
        pages = named(chosen, "domain_pages_summary")
    for row in pages:
        with selection(reader, Scope(Target.parse(row["url"]))) as chosen:
            same = one(chosen)
        assert {name: row[name] for name in row if name in same} == {
            name: same[name] for name in same if name in row
        }


def check_bulk(reader: Reader) -> None:
    """Figures of many targets are those of each."""
    texts = [*ASKED, "nowhere.example", "x.com", "https://x.com/nothing"]
    targets = [Target.parse(text) for text in texts]
    answers = [
        bulk.bulk_ranks(reader, targets),
        bulk.bulk_backlinks(reader, targets),
        bulk.bulk_referring_domains(reader, targets),
        bulk.bulk_pages_summary(reader, targets),
    ]
    spam = bulk.bulk_spam_score(reader, targets)["spam_score"].to_pylist()
    for place, target in enumerate(targets):
        with selection(reader, Scope(target)) as chosen:
            summary = one(chosen)
        for answer in answers:
            row = answer.slice(place, 1).to_pylist()[0]
            assert row.pop("place") == place
            row.pop("main_domain_rank", None)
            assert row == {name: summary[name] for name in row}
        assert spam[place] == summary["info.target_spam_score"]


def check_competitors(reader: Reader) -> None:
    """A competitor shares as many referring domains as both lists of them have in common."""
    with selection(reader, Scope(Target.parse("x.com"))) as chosen:
        mine = {row["domain"] for row in named(chosen, "referring_domains")}
        found = {row["target"]: row for row in named(chosen, "competitors")}
    assert "x.com" not in found
    for domain in ("y.com", "z.com"):
        with selection(reader, Scope(Target.parse(domain))) as chosen:
            common = mine & {row["domain"] for row in named(chosen, "referring_domains")}
            if common:
                assert found[domain]["intersections"] == len(common)
                assert found[domain]["rank"] == one(chosen)["rank"]
            else:
                assert domain not in found


def check_intersections(reader: Reader) -> None:
    """Who links to both, or to one, are the referring domains and pages of both, or of one."""
    asked = {"1": Scope(Target.parse("x.com")), "2": Scope(Target.parse("y.com"))}
    with selections(reader, asked) as chosen:
        for intersection, name, key in (
            (domain_intersection, "referring_domains", "domain"),
            (page_intersection, "backlinks", "url_from"),
        ):
            sides = {number: {row[key]: row for row in named(each, name)} for number, each in chosen.items()}
            for mode in ("all", "partial"):
                found = rows(chosen["1"], intersection(chosen, (), mode))
                both = (
                    sides["1"].keys() & sides["2"].keys()
                    if mode == "all"
                    else sides["1"].keys() | sides["2"].keys()
                )
                assert [row["order_key"] for row in found] == sorted(both) or {
                    row["order_key"] for row in found
                } == both
                for row in found:
                    standing = [number for number in sides if row["order_key"] in sides[number]]
                    assert row["intersections_count"] == len(standing)
                    for number in sides:
                        side = sides[number].get(row["order_key"], {})
                        mine = {n.partition(".")[2]: v for n, v in row.items() if n.startswith(f"{number}.")}
                        for field, value in mine.items():
                            if field not in ("type", "target"):
                                assert value == side.get(field)
            without = rows(chosen["1"], intersection({"1": chosen["1"]}, [chosen["2"]], "all"))
            assert {row["order_key"] for row in without} == sides["1"].keys() - sides["2"].keys()


@settings(max_examples=4, suppress_health_check=list(HealthCheck))
@given(webs(), st.lists(scopes, min_size=1, max_size=1))
def test_answers_about_any_small_web_agree(batches: list[Any], asked: list[Scope]) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        published(Path(folder) / "index", batches).reader() as reader,
    ):
        for scope in [Scope(Target.parse("x.com")), *asked]:
            check(reader, scope)
        check_pages(reader, "x.com")
        check_pages(reader, "y.com")
        check_bulk(reader)
        check_competitors(reader)
        check_intersections(reader)


def test_answers_about_real_pages_agree(shared_data: Path, tmp_path: Path) -> None:
    add(tmp_path / "index", [shared_data / "pages" / "docs-dev.warc.gz"])
    with Index.open(tmp_path / "index").reader() as reader:
        for target in ("python.org", "docs.python.org", "github.com", "https://www.python.org/"):
            check(reader, Scope(Target.parse(target)))
        check_pages(reader, "sphinx-doc.org")
