"""Audits of small literal indexes: order, filters, decisions, and every kind of poor profile."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.parquet as pq
import pytest

from backlit.cli.output import write_result
from backlit.errors import FilterError, InputError, SettingsError
from backlit.index import Index
from backlit.questions.audit import audit
from backlit.questions.columns import AUDIT
from backlit.questions.networks import networks
from backlit.questions.risk import risk
from backlit.settings import default, load
from backlit.work.add import add
from backlit.work.review import review
from backlit.worlds.tables import write_world
from index_rows import batch, crawl, link, page, publish_batches

DAY = "2026-01-05"
SHOP = "https://shop.test/"
Make = Callable[..., Index]


@pytest.fixture
def made(tmp_path: Path) -> Make:
    """Makes an index of some link rows, without rows of pages."""

    def make(rows: list[dict[str, Any]], pages: list[dict[str, Any]] | None = None) -> Index:
        return publish_batches(tmp_path / "index", [batch(rows, pages or [])])

    return make


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of a small world and an index of them."""
    folder = tmp_path_factory.mktemp("world")
    write_world(folder, 3, sites=200)
    add(folder / "index", tables(folder), workers=1)
    return folder


def tables(folder: Path) -> list[Path]:
    return [folder / name for name in ("links.csv", "pages.csv", "hosts.csv", "trusted.txt")]


def word(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["verdict"], row["counts"], row["network"]


# -- poor profiles -------------------------------------------------------------------------


def test_one_link_of_which_little_is_known_is_fine(made: Make) -> None:
    index = made([link("https://a.test/", SHOP, DAY)])
    (row,) = audit(index, "shop.test").rows()
    assert word(row) == ("fine", "counts", None)
    assert (row["severity"], row["place"], row["decision"], row["note"]) == (0, 0, None, None)
    evidence, terms = json.loads(row["evidence"]), json.loads(row["quality_terms"])
    assert evidence[0]["id"] == "base"
    assert sum(item["points"] for item in evidence) == pytest.approx(row["toxicity"], abs=0.011)
    assert [term["id"] for term in terms][:7] == [
        *("authority", "relevance", "editorial", "trust", "dilution", "anchor", "page"),
    ]
    assert audit(index).rows() == [row]


def test_links_without_dates_or_pages_are_judged(made: Make) -> None:
    index = made([link(f"https://a{at}.test/", SHOP, None, anchor=f"shop {at}") for at in range(2)])
    found = audit(index, "shop.test")
    assert [(row["first_seen"], row["verdict"]) for row in found.rows()] == [(None, "fine")] * 2
    assert found.total == 2
    gaps = {gap.what: (gap.count, gap.of, gap.unit) for gap in risk(index, "shop.test").unjudged}
    assert gaps["first seen"] == (2, 2, "links")
    assert gaps["the page"] == (2, 2, "links")
    assert risk(index, "shop.test").quality_months == []


def test_links_that_are_not_followed_carry_no_weight_and_are_never_risky(made: Make) -> None:
    rows = [
        link(
            f"https://a{at}.test/", SHOP, DAY, rel="nofollow", follow=False, anchor="cheap loans", hidden=True
        )
        for at in range(12)
    ]
    index = made(rows)
    found = audit(index, "shop.test").rows()
    assert {row["verdict"] for row in found} <= {"worthless", "fine", "risky"}
    assert {row["weight"] for row in found} == {0.0}
    shares = risk(index, "shop.test").weight
    assert msgspec.structs.asdict(shares) == {"risky": None, "review": None, "worthless": None, "fine": None}
    visible = [row | {"hidden": False} for row in rows]
    seen = publish_batches(index.path.parent / "seen", [batch(visible)])
    assert {row["counts"] for row in audit(seen, "shop.test").rows()} == {"nofollow"}
    assert {row["verdict"] for row in audit(seen, "shop.test").rows()} <= {"worthless", "fine"}


def test_links_all_from_one_platform_are_one_domain_and_many_sites(made: Make) -> None:
    rows = [
        link(
            f"https://b{at}.blogspot.com/{at}", SHOP, DAY, source_site=f"b{at}.blogspot.com", anchor=f"n{at}"
        )
        for at in range(5)
    ]
    index = made(rows)
    found = audit(index, "shop.test").rows()
    assert [row["source_site"] for row in found] == [row["source_site"] for row in sorted(found, key=place)]
    assert {row["source_domain"] for row in found} == {"blogspot.com"}
    whole = risk(index, "shop.test")
    assert (whole.referring_domains, whole.judged_links) == (1, 5)


def place(row: dict[str, Any]) -> Any:
    return row["place"]


def test_a_brand_that_is_a_keyword_is_the_name_of_the_target(made: Make) -> None:
    rows = [link(f"https://a{at}.test/", "https://casino.test/", DAY, anchor="casino") for at in range(6)]
    index = made(rows, [page("https://casino.test/", DAY, title="Casino")])
    for row in audit(index, "casino.test").rows():
        said = {item["id"]: item["points"] for item in json.loads(row["evidence"])}
        assert not {"anchor_repeated", "anchor_commercial", "anchor_off_trade"} & set(said)
        assert said.get("anchor_natural", 0) <= 0


@pytest.mark.parametrize("asked", ["пример.test", "xn--e1afmkfd.test", "https://пример.test/"])
def test_a_target_in_a_script_of_its_own_is_found_in_either_spelling(made: Make, asked: str) -> None:
    index = made([link("https://a.test/", "https://xn--e1afmkfd.test/", DAY, anchor="пример")])
    (row,) = audit(index, asked).rows()
    assert (row["target_domain"], row["anchor"]) == ("xn--e1afmkfd.test", "пример")


def test_a_target_nobody_links_to_is_told_with_near_names(made: Make) -> None:
    found = audit(made([link("https://a.test/", SHOP, DAY)]), "shops.test")
    assert (found.rows(), found.total) == ([], 0)
    assert found.notes[0] == "No link to shops.test in this index. Known near names: shop.test."
    assert found.columns == [name for name, _, _ in AUDIT]
    with pytest.raises(FilterError):
        audit(made([link("https://a.test/", SHOP, DAY)]), "shops.test", where="colour = red")


def test_an_index_of_no_links_has_an_audit(made: Make) -> None:
    index = made([], [page("https://a.test/", DAY)])
    assert audit(index).rows() == []
    assert audit(index, "a.test").notes[0] == "No link to a.test in this index, and no name near it."
    assert networks(index, "a.test").rows() == []
    assert risk(index, "a.test").summary == "No link could be judged."


def test_kinds_that_lead_no_reader_anywhere_and_lost_links_are_not_judged(made: Make) -> None:
    index = made([link("https://a.test/", SHOP, DAY, kind="alternate"), link("https://b.test/", SHOP, DAY)])
    assert [row["source_domain"] for row in audit(index, "shop.test").rows()] == ["b.test"]
    (gap,) = (gap for gap in risk(index, "shop.test").unjudged if gap.what == "not judged")
    assert (gap.count, gap.of) == (1, 2)


def test_settings_with_impossible_weights_are_refused_in_words(made: Make, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("[judging.signals]\nhidden = [3.0, 2.0, 1.0]\n")
    with pytest.raises(SettingsError, match="it raises toxicity, so they must rise"):
        audit(made([link("https://a.test/", SHOP, DAY)]), "shop.test", settings=load(wrong))


# -- filters, order, files -----------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name, _, _ in AUDIT])
def test_every_column_can_be_filtered_and_sorted_by(world: Path, name: str) -> None:
    index = Index.open(world / "index")
    target = most_linked(index)
    every = audit(index, target, columns=["link_id"]).total
    there = audit(index, target, f"{name} is not null", columns=["link_id"])
    absent = audit(index, target, f"{name} is null", columns=["link_id"])
    assert (there.total or 0) + (absent.total or 0) == every
    assert len(audit(index, target, sort=f"{name} desc", limit=3, columns=[name]).rows()) == 3


def most_linked(index: Index) -> str:
    with index.reader() as reader:
        sql, parameters = reader.links_sql(with_authority=False)
        found = reader.query(
            f"SELECT target_domain FROM ({sql}) GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1", parameters
        )
        return str(found["target_domain"][0].as_py())


def test_all_rows_come_target_after_target_each_in_the_order_of_its_own_audit(world: Path) -> None:
    index = Index.open(world / "index")
    every = audit(index).rows()
    domains = [row["target_domain"] for row in every]
    assert domains == sorted(domains)
    for target in sorted(set(domains))[:5]:
        own = [row for row in every if row["target_domain"] == target]
        assert own == audit(index, target).rows()
        assert [row["place"] for row in own] == list(range(len(own)))


def test_groups_of_higher_severity_and_weight_come_first(world: Path) -> None:
    index = Index.open(world / "index")
    rows = audit(index, most_linked(index)).rows()
    groups = list(dict.fromkeys(row["network"] or row["source_domain"] for row in rows))
    of = {name: [r for r in rows if (r["network"] or r["source_domain"]) == name] for name in groups}
    assert rows == [row for name in groups for row in of[name]]
    keys = [(-max(r["severity"] for r in own), -sum(r["weight"] for r in own)) for own in of.values()]
    assert [key[0] for key in keys] == sorted(key[0] for key in keys)


def test_files_of_an_audit_of_all_links_have_the_same_rows_and_types(world: Path) -> None:
    index = Index.open(world / "index")
    from backlit.cli.formats import Format

    write_result(audit(index), Format.parquet, world / "v.parquet")
    write_result(audit(index), Format.jsonl, world / "v.jsonl")
    table = pq.read_table(world / "v.parquet")
    kinds = {"text": "string", "number": "double", "boolean": "bool", "time": "timestamp[us]"}
    for name, kind, _ in AUDIT:
        type_ = str(table.schema.field(name).type)
        assert type_ == kinds[kind] if kind in kinds else type_ in ("int8", "int64"), name
    lines = [json.loads(line) for line in (world / "v.jsonl").read_text("utf-8").splitlines()]
    assert [row["link_id"] for row in lines] == table["link_id"].to_pylist()
    assert [row["evidence"] for row in lines] == table["evidence"].to_pylist()


def test_all_links_take_no_sort_and_a_limit(world: Path) -> None:
    index = Index.open(world / "index")
    with pytest.raises(InputError, match="takes no sort and no offset"):
        audit(index, sort="toxicity")
    assert [r["link_id"] for r in audit(index, limit=7).rows()] == [
        r["link_id"] for r in audit(index, columns=["link_id"]).rows()[:7]
    ]


def test_the_audit_does_not_depend_on_order_of_input_or_workers(world: Path, tmp_path: Path) -> None:
    from backlit.cli.formats import Format

    add(tmp_path / "other", tables(world)[::-1], workers=2)
    for name, index in (("one", world / "index"), ("other", tmp_path / "other")):
        write_result(audit(Index.open(index)), Format.csv, tmp_path / f"{name}.csv")
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "other.csv").read_bytes()


# -- decisions -----------------------------------------------------------------------------


def test_decisions_stand_beside_verdicts_the_narrower_before_the_wider(made: Make) -> None:
    index = made([link("https://x.a.test/", SHOP, DAY), link("https://b.test/", SHOP, DAY)])
    review(index, "shop.test", "disavow", domains=["a.test"], note="bought")
    review(index, "shop.test", "keep", domains=["x.a.test"], note="ours")
    found = {row["source_domain"]: row for row in audit(index, "shop.test").rows()}
    assert (found["a.test"]["decision"], found["a.test"]["note"]) == ("keep", "ours")
    assert (found["b.test"]["decision"], found["b.test"]["note"]) == (None, None)
    assert [r["source_domain"] for r in audit(index, "shop.test", "decision = keep").rows()] == ["a.test"]
    assert [r["decision"] for r in audit(index).rows()] == [
        r["decision"] for r in audit(index, "shop.test").rows()
    ]


def test_a_network_link_that_is_kept_stays_risky_and_shows_both(world: Path) -> None:
    index = Index.open(world / "index")
    risky = audit(index, where="verdict = risky and network is not null").rows()
    assert risky, "the world has no risky network: choose another seed"
    one = risky[0]
    review(index, one["target_domain"], "keep", domains=[one["source_domain"]])
    after = audit(index, one["target_domain"], "decision = keep")
    (same,) = (row for row in after.rows() if row["link_id"] == one["link_id"])
    assert (same["verdict"], same["network"], same["decision"]) == ("risky", one["network"], "keep")
    assert "a decision stands beside a verdict and does not change it" in after.notes[-1]


# -- what the verdicts come to -------------------------------------------------------------


def test_the_risk_counts_what_the_audit_lists(world: Path) -> None:
    index = Index.open(world / "index")
    target = audit(index, where="verdict = risky", limit=1, columns=["target_domain"]).rows()[0][
        "target_domain"
    ]
    rows, whole = audit(index, target).rows(), risk(index, target)
    for count in whole.verdicts:
        assert count.links == sum(row["verdict"] == count.verdict for row in rows)
    assert sum(c.referring_domains for c in whole.verdicts) == whole.referring_domains
    assert sum(b.referring_domains for b in whole.quality) == whole.referring_domains
    assert len({row["source_domain"] for row in rows}) == whole.referring_domains
    best = {row["source_domain"]: 0.0 for row in rows}
    for row in rows:
        best[row["source_domain"]] = max(best[row["source_domain"]], row["quality"] or 0.0)
    rule = default().risk
    assert whole.quality[0].referring_domains == sum(q >= rule.excellent for q in best.values())
    shares = msgspec.structs.asdict(whole.weight).values()
    assert sum(share for share in shares if share is not None) == pytest.approx(1, abs=0.001)
    assert any(clause.level in ("low", "medium", "high") for clause in whole.clauses)
    told = {clause.clause: clause for clause in whole.clauses}
    assert (told["L4"].level, told["L4"].links) == (None, None)
    assert whole.unjudged is not None
    assert [n.network for n in whole.networks] == [
        row["network"] for row in networks(index, target, limit=rule.top).rows()
    ]


def test_the_worst_followed_link_speaks_for_its_domain(made: Make) -> None:
    rows = [
        link("https://a.test/1", SHOP, DAY, rel="nofollow", follow=False, hidden=True, anchor="cheap loans"),
        link("https://a.test/2", SHOP, DAY),
    ]
    counts = {c.verdict: (c.links, c.referring_domains) for c in risk(made(rows), "shop.test").verdicts}
    assert counts["fine"] == (1, 1)
    assert sum(domains for _, domains in counts.values()) == 1


def test_a_profile_has_its_risk_only_when_asked_and_shows_it(made: Make) -> None:
    from rich.console import Console

    from backlit.cli.render_profile import render
    from backlit.questions.profile import profile

    index = made([link(f"https://a{at}.test/", SHOP, DAY, anchor="<b>") for at in range(3)])
    assert json.loads(profile(index, "shop.test").to_json())["risk"] is None
    found = profile(index, "shop.test", audit=True)
    assert found.risk == risk(index, "shop.test")
    text = io.StringIO()
    render(found, Console(file=text, width=100, highlight=False))
    for title in ("Verdicts", "Quality of links", "Risk by clause", "What could not be judged"):
        assert title in text.getvalue()
    page_ = found.to_html()
    assert 'aria-labelledby="risk"' in page_
    assert "<b>" not in page_
    assert 'aria-labelledby="risk"' not in profile(index, "shop.test").to_html()


def test_crawled_pages_lost_links_and_audits_go_together(tmp_path: Path) -> None:
    first = [link("https://a.test/", SHOP, "2026-01-01"), link("https://b.test/", SHOP, "2026-01-01")]
    index = publish_batches(
        tmp_path / "index",
        [crawl(first, "2026-01-01"), crawl([], "2026-02-01", also=("https://a.test/",))],
    )
    assert [row["source_domain"] for row in audit(index, "shop.test").rows()] == ["b.test"]


def test_a_long_answer_streams_the_rows_of_a_short_one(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from backlit.questions import audit as module

    index = Index.open(world / "index")
    target = most_linked(index)
    whole = audit(index, target)
    monkeypatch.setattr(module, "_ROWS_AT_ONCE", 7)
    some = audit(index, target)
    assert (some.total, some.schema, some.notes) == (whole.total, whole.schema, whole.notes)
    assert some.rows() == whole.rows()
