"""The library's handle: described first, read when wanted, and the same answers as the functions give."""

from __future__ import annotations

from pathlib import Path

import pytest

import backlit
from backlit.errors import FilterError, IndexNotFound, InputError, TargetError
from index_rows import crawl, link, publish_batches

HOSTILE = "<script>alert(1)</script>\u202e <b>x</b>"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    rows = [
        link("https://a.com/1", "https://x.net/", "2026-01-01", anchor="one", follow=True, rel=""),
        link(
            "https://b.com/1", "https://x.net/p", "2026-01-01", anchor=HOSTILE, follow=False, rel="nofollow"
        ),
        link("https://c.com/1", "https://y.net/", "2026-01-01", anchor="other"),
    ]
    publish_batches(tmp_path / "i", [crawl(rows, "2026-01-01")])
    return tmp_path / "i"


def test_a_listing_reads_nothing_until_its_rows_are_wanted(path, monkeypatch):
    index = backlit.open(path)
    opened = []
    monkeypatch.setattr(index, "reader", lambda: opened.append(1) or type(index).reader(index))
    site = index.site("x.net")
    every = [
        site.links(),
        site.domains(),
        site.anchors(),
        site.pages(),
        site.history(),
        site.audit(),
        site.networks(),
    ]
    assert [repr(one) for one in every[:2]] == [
        "<links to x.net; not asked yet>",
        "<domains that link to x.net; not asked yet>",
    ]
    assert (opened, [one.asked for one in every]) == ([], [False] * 7)
    assert len(every[0]) == 2
    read = len(opened)
    assert [row["anchor"] for row in every[0]] == [row["anchor"] for row in every[0].rows()]
    assert (len(opened), every[0].asked) == (read, True)
    assert read > 0


def test_listings_give_what_the_functions_give(path):
    index = backlit.open(path)
    site = index.site("x.net")
    assert (
        site.links("follow", limit=5).rows() == backlit.links(index, "x.net", where="follow", limit=5).rows()
    )
    for name in ("domains", "anchors", "pages", "history", "audit", "networks"):
        assert getattr(site, name)().rows() == getattr(backlit, name)(index, "x.net").rows(), name
    assert site.reviews().rows() == backlit.reviews(index, "x.net").rows() == []


def test_a_listing_is_refined_without_changing_the_first(path):
    listed = (
        backlit.open(path).site("x.net").links(columns=["source_domain", "target_url"], sort="source_domain")
    )
    assert [r["source_domain"] for r in listed] == ["a.com", "b.com"]
    assert listed.where("follow").rows() == [{"source_domain": "a.com", "target_url": "https://x.net/"}]
    assert listed.where("follow or not follow").where("not follow").rows()[0]["source_domain"] == "b.com"
    assert [r["source_domain"] for r in listed.sort("source_domain desc").limit(1)] == ["b.com"]
    assert listed.limit(1, offset=1).rows() == listed.rows()[1:]
    assert listed.limit(1).total == 2
    assert listed.first() == listed.rows()[0]


def test_shapes_of_an_answer_agree(path):
    listed = backlit.open(path).site("x.net").domains(sort="source_domain")
    names = ["a.com", "b.com"]
    assert listed.arrow()["source_domain"].to_pylist() == names
    assert listed.pl()["source_domain"].to_list() == names
    assert list(listed.df()["source_domain"]) == names
    assert [row for batch in listed.batches() for row in batch["source_domain"].to_pylist()] == names
    assert listed.columns == listed.schema.names
    assert (listed.provenance.generation, listed.provenance.data_date) == (1, "2026-01-01")


def test_batches_of_what_was_not_asked_are_read_anew_each_time(path):
    listed = backlit.open(path).site("x.net").links(columns=["source_domain"])
    assert [sum(b.num_rows for b in listed.batches()) for _ in range(2)] == [2, 2]
    assert not listed.asked


def test_a_slip_is_told_where_it_is_made(path):
    site = backlit.open(path).site("x.net")
    with pytest.raises(FilterError, match="no column"):
        site.links(where="colour = red")
    with pytest.raises(InputError, match="whole numbers from 0"):
        site.domains(limit=-1)
    with pytest.raises(TargetError):
        backlit.open(path).site("two words")
    with pytest.raises(InputError, match="in a list"):
        backlit.open(path).authority("x.net")
    with pytest.raises(IndexNotFound):
        backlit.open(path / "nothing")


def test_one_generation_is_held_in_a_with_block(path):
    with backlit.open(path) as index:
        site = index.site("x.net")
        assert len(site.links()) == 2
        more = [link("https://d.com/1", "https://x.net/", "2026-02-01", anchor="new")]
        publish_batches(path, [crawl(more, "2026-02-01")])
        assert (len(site.links()), site.profile().totals.links, index.manifest.generation) == (2, 2, 1)
    assert (len(site.links()), site.links(limit=1).provenance.generation) == (3, 2)


def test_what_notebooks_show_escapes_foreign_text_and_reads_a_page_of_rows(path):
    site = backlit.open(path).site("x.net")
    listed = site.links(sort="source_domain")
    shown = listed._repr_html_()
    assert "<script>" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;⟨U+202E⟩" in shown
    assert "\u202e" not in shown
    assert "links to x.net</strong>: 2 rows" in shown
    assert "data of 2026-01-01 · generation 1" in shown
    assert not listed.asked
    assert "unknown" in shown
    for other in (site.anchors(), site, backlit.open(path)):
        assert "<script>" not in other._repr_html_()


def test_the_portraits_are_those_of_the_functions(path):
    index = backlit.open(path)
    site = index.site("x.net")
    assert site.profile().totals == backlit.profile(index, "x.net").totals
    assert site.risk() == backlit.risk(index, "x.net")
    assert site.authority() == backlit.authority(index, ["x.net"])[0] == index.authority(["x.net"])[0]
    (row, *_) = site.audit(limit=1).rows()
    assert site.explain(row["link_id"]) == index.explain(row["link_id"])
    with pytest.raises(InputError, match="ranked web-graph release"):
        site.whatif(gain=["a.com"])


def test_a_disavow_plan_is_a_text_and_its_cost_and_writes_nothing(path):
    index = backlit.open(path)
    backlit.review(index, "x.net", "disavow", domains=["b.com"], note="bought")
    before = sorted(path.rglob("*"))
    plan = index.site("x.net").disavow_plan(date="2026-02-01")
    assert "domain:b.com" in plan.text
    cost = index.site("x.net").simulate_disavow(plan)
    assert (cost.entries, cost.disavowed_links) == (1, 1)
    assert index.site("x.net").simulate_disavow("domain:a.com\n").disavowed_links == 1
    assert sorted(path.rglob("*")) == before
    assert [row["decision"] for row in index.site("x.net").reviews()] == ["disavow"]


def test_sites_compare_by_what_they_mean(path):
    index = backlit.open(path)
    assert index.site("x.net") == index.site("X.NET.") == backlit.open(path).site("x.net")
    assert len({index.site("x.net"), index.site("x.net"), index.site("www.x.net")}) == 2
    assert repr(index.site("x.net")).startswith("<site x.net (domain) in ")
    assert repr(index) == f"<index {path}: 3 links, 3 pages; data of 2026-01-01, generation 1>"


def test_chances_are_listings_too_and_bring_their_summaries(path):
    site = backlit.open(path).site("x.net")
    gap = site.gap(["y.net"])
    assert [row["source_domain"] for row in gap] == ["c.com"]
    assert (gap.summary.missing, gap.summary.shared, gap.summary.only) == (1, 0, 2)
    assert repr(site.gap(["y.net"], mode="only")) == "<gap (only) to y.net of x.net; not asked yet>"
    beside = site.compare(["y.net"])
    assert [row["target"] for row in beside] == ["x.net", "y.net"]
    assert [row["target"] for row in beside.limit(1, offset=1)] == ["y.net"]
    assert beside.summary.union == 3
    assert site.rivals().rows() == backlit.rivals(backlit.open(path), "x.net").rows()
    with pytest.raises(InputError, match="in a list"):
        site.gap("y.net")
    with pytest.raises(InputError, match="neither filter nor order"):
        beside.where("links > 1").rows()


def test_broken_pages_are_a_listing(path):
    site = backlit.open(path).site("x.net")
    assert site.broken(state="all").rows() == backlit.broken(backlit.open(path), "x.net", state="all").rows()
    assert site.broken().rows() == []
