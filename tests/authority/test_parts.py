"""What the links of an index hand on: literal cases, and two ways of reckoning that must agree."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from backlit.authority.equity import MANY, link_equity, page_depth, page_depths
from backlit.authority.own import OwnAuthority, own_authority
from backlit.authority.parts import partitions, text_hashes
from backlit.authority.weights import pair_weights
from backlit.index import Index
from backlit.index.files import read_table
from backlit.questions.links import links
from backlit.questions.profile import profile
from backlit.questions.sql import sql
from backlit.records import LINKS, TRUSTED
from backlit.settings import Settings, default
from backlit.web.ids import buckets
from index_rows import batch, crawl, link, page, publish_batches

DAY = "2026-01-03"
HOME, INNER, T = "https://a.com/", "https://a.com/x", "https://t.com/"
WORLD = [
    link(HOME, T, DAY, position=0),
    link(HOME, T, DAY, position=3, nth=1),
    link(HOME, "https://u.com/", DAY, placement="footer"),
    link(HOME, "https://v.com/", DAY, follow=False, rel="nofollow"),
    link(INNER, T, DAY, placement="nav"),
    link("https://b.com/", T, DAY, placement=None, rel=None, follow=None, hidden=None),
    link("https://c.com/", T, DAY, hidden=True),
]


def column(index: Index, name: str) -> dict[tuple[str, str, int], Any]:
    """A column by address, address and ``nth``, which tell links apart only where all are of one kind."""
    rows = sql(index, f"SELECT source_url, target_url, nth, {name} AS found FROM links").rows()
    found = {(r["source_url"], r["target_url"], r["nth"]): r["found"] for r in rows}
    assert len(found) == len(rows)
    return found


def equities(index: Index) -> dict[int, float | None]:
    return {r["link_id"]: r["equity"] for r in sql(index, "SELECT link_id, equity FROM links").rows()}


def ranks(index: Index) -> dict[str, float]:
    return {r["domain"]: r["pagerank"] for r in sql(index, "SELECT domain, pagerank FROM domains").rows()}


def test_the_graph_of_an_index_has_the_weights_of_its_best_links(tmp_path: Path) -> None:
    got = ranks(publish_batches(tmp_path / "i", [crawl(WORLD, DAY)]))
    base = 0.15 / 6
    assert got == pytest.approx(
        {
            "a.com": base,
            "b.com": base,
            "c.com": base,
            "t.com": base + 0.85 * base * (1 / 1.12 + 1),
            "u.com": base + 0.85 * base * 0.12 / 1.12,
            "v.com": base,
        }
    )


def test_equity_is_told_against_the_median_link_of_the_target(tmp_path: Path) -> None:
    index = publish_batches(tmp_path / "i", [crawl(WORLD, DAY)])
    # The home page has 1 / 1.6 of its site's rank, the page below 0.6 / 1.6; the median link is the first.
    median = 1 / 1.6 / 1.12
    assert column(index, "equity") == pytest.approx(
        {
            (HOME, T, 0): 1,
            (HOME, T, 1): 0,
            (HOME, "https://u.com/", 0): 1,
            (HOME, "https://v.com/", 0): None,
            (INNER, T, 0): 0.6 / 1.6 / median,
            ("https://b.com/", T, 0): 1 / median,
            ("https://c.com/", T, 0): 0,
        }
    )
    assert set(column(index, "source_share").values()) == {"by depth"}


def test_listings_filter_and_sort_by_equity(tmp_path: Path) -> None:
    index = publish_batches(tmp_path / "i", [crawl(WORLD, DAY)])
    found = links(index, "t.com", where="equity >= 0.5", sort="equity desc", limit=2, columns=["source_url"])
    assert (found.rows(), found.total) == ([{"source_url": "https://b.com/"}, {"source_url": HOME}], 3)
    # A part of the domain is held against the whole domain's median.
    [row] = links(index, "https://t.com/", where="source_domain = b.com", limit=9).rows()
    assert row["equity"] == pytest.approx(1.6 * 1.12)
    assert links(index, "t.com", where="equity > 9", limit=5).total == 0


def test_a_score_is_what_the_rank_handed_on_would_earn_from_trusted_sites(tmp_path: Path) -> None:
    chain = [link("https://a.com/", T, DAY), link(T, "https://w.com/", DAY), link("https://n.com/", T, DAY)]
    trusted = pa.table([["www.a.com"], [DAY], ["table"]], schema=TRUSTED)
    index = publish_batches(tmp_path / "i", [crawl(chain, DAY)._replace(trusted=trusted)])
    assert ranks(index) == pytest.approx({"a.com": 0.15, "n.com": 0, "t.com": 0.1275, "w.com": 0.108375})
    assert column(index, "equity_score") == {
        ("https://a.com/", T, 0): 50.5,
        (T, "https://w.com/", 0): 1,
        ("https://n.com/", T, 0): 1,
    }


def test_links_that_are_known_by_number_take_their_part(tmp_path: Path) -> None:
    one = [link("https://a.com/", T, DAY), link("https://b.com/", T, DAY)]
    said = [page("https://a.com/", DAY, external_links=4), page("https://b.com/", DAY, external_links=1)]
    index = publish_batches(tmp_path / "i", [batch(one, said)])
    equity = column(index, "equity")
    assert equity["https://b.com/", T, 0] / equity["https://a.com/", T, 0] == pytest.approx(4)


def test_pages_that_were_read_and_links_from_elsewhere_count_in_the_share_of_a_page(tmp_path: Path) -> None:
    rows = [link(INNER, T, DAY), link("https://b.com/", T, DAY), link("https://b.com/", INNER, DAY)]
    more = crawl(rows, DAY, also=("https://a.com/",), gone=("https://a.com/gone",))
    equity = column(publish_batches(tmp_path / "i", [more]), "equity")
    worth = 0.6 * (1 + math.log(2))
    # b.com hands half of its rank to each of two sites, a.com all of what the inner page has.
    got = equity[INNER, T, 0] / equity["https://b.com/", T, 0]
    rank_a, rank_b = 0.05 * (1 + 0.85 / 2), 0.05
    assert got == pytest.approx(rank_a * worth / (1 + worth) / (rank_b / 2))


def test_a_lost_link_leaves_its_part_to_the_others(tmp_path: Path) -> None:
    both = [link(HOME, T, DAY), link(HOME, "https://u.com/", DAY), link("https://b.com/", T, DAY)]
    index = publish_batches(tmp_path / "i", [crawl(both, DAY)])
    assert column(index, "equity")[HOME, T, 0] == pytest.approx(0.5 / 0.75)
    again = publish_batches(tmp_path / "i", [crawl([link(HOME, T, "2026-01-09")], "2026-01-09")])
    assert column(again, "equity") == {
        (HOME, T, 0): 1,
        ("https://b.com/", T, 0): 1,
        (HOME, "https://u.com/", 0): None,
    }


def test_the_profile_says_which_links_carry_the_equity(tmp_path: Path) -> None:
    found = profile(publish_batches(tmp_path / "i", [crawl(WORLD, DAY)]), "t.com").equity
    assert found is not None
    parts = {"content": 1 / 1.6 / 1.12, "nav": 0.6 / 1.6, None: 1.0}
    whole = sum(parts.values())
    assert (found.known, found.unknown, found.passing, found.share_from) == (5, 0, 3, "by depth")
    assert [(p.value, p.links, p.share) for p in found.placements] == [
        (None, 1, round(1 / whole, 4)),
        ("content", 3, round(parts["content"] / whole, 4)),
        ("nav", 1, round(parts["nav"] / whole, 4)),
    ]
    assert [(s.value, s.links) for s in found.sources] == [("b.com", 1), ("a.com", 3)]


sites = st.sampled_from(["a.com", "b.com", "c.com", "d.com"])
link_rows = st.lists(
    st.builds(
        lambda s, p, t, u, **more: link(f"https://{s}/{p}", f"https://{t}/{u}", DAY, **more),
        sites,
        st.sampled_from(["", "x", "x/y", "z?q=/1"]),
        st.sampled_from(["b.com", "t.com", "u.com"]),
        st.sampled_from(["", "x"]),
        nth=st.integers(0, 2),
        placement=st.sampled_from([None, "content", "footer", "nav"]),
        follow=st.sampled_from([None, True, True, False]),
        hidden=st.sampled_from([None, False, True]),
        kind=st.sampled_from(["anchor", "image", "frame"]),
        alt=st.sampled_from([None, "", "pic"]),
    ),
    min_size=1,
    max_size=25,
    unique_by=lambda row: row["link_id"],
).map(
    lambda rows: [
        row | {"position": at} for at, row in enumerate(rows) if row["source_domain"] != row["target_domain"]
    ]
)


@settings(max_examples=8, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(rows=link_rows, cut=st.integers(0, 25))
def test_an_index_and_a_table_of_links_agree_however_it_was_built(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]], cut: int
) -> None:
    shipped = default()
    many = msgspec.structs.replace(
        shipped,
        storage=msgspec.structs.replace(shipped.storage, medium_rows=1, delta_min_rows=1, delta_share=9),
    )
    folder = tmp_path_factory.mktemp("i")
    whole = publish_batches(folder / "whole", [batch(rows)])
    for part in (rows[:cut], rows[cut:]):
        pieces = publish_batches(folder / "pieces", [batch(part)], settings=many)
    assert equities(whole) == equities(pieces)
    assert pieces.check() == []
    if not rows:
        return
    table = pa.Table.from_pylist(rows, schema=LINKS)
    of_domain = ranks(whole)
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["target_url"]] = counts.get(row["target_url"], 0) + 1
    rank = np.array([of_domain[row["source_domain"]] for row in rows])
    expected = link_equity(table, rank, external_in=counts)["of_median"].to_pylist()
    of_link = equities(whole)
    known = [value is not None for value in expected]
    assert [of_link[row["link_id"]] is not None for row in rows] == known
    assert [of_link[row["link_id"]] or 0 for row in rows] == pytest.approx(
        [e or 0 for e in expected], rel=1e-5
    )


def test_a_bucket_that_stays_keeps_its_weights_unless_they_would_be_made_in_another_way(
    tmp_path: Path,
) -> None:
    many = msgspec.structs.replace(
        default(), storage=msgspec.structs.replace(default().storage, medium_rows=1)
    )
    heavier = msgspec.structs.replace(many, weights=msgspec.structs.replace(many.weights, no_alt=0.5))
    first = link("https://a.com/", T, DAY, kind="image", alt="")

    def added(number: int, rules: Settings) -> tuple[list[str], list[float]]:
        more = link(f"https://b{number}.com/", f"https://u{number}.com/", DAY)
        rows = [first, more] if number == 0 else [more]
        index = publish_batches(tmp_path / "i", [batch(rows)], settings=rules)
        bucket = int(buckets(["t.com"], index.manifest.buckets)[0])
        files = index.manifest.table("referring_weights", bucket)
        tables = [read_table(index.layout.data, file) for file in files]
        return [f.name[-15:-8] for f in files], [round(w, 6) for t in tables for w in t["weight"].to_pylist()]

    assert added(0, many) == (["g000001"], [0.6])
    assert added(1, many) == (["g000001"], [0.6])
    assert added(2, heavier) == (["g000003"], [0.5])


def own(rows: list[dict[str, Any]]) -> OwnAuthority:
    names = ["a.com", "b.com", "c.com", "d.com", "t.com", "u.com"]
    pairs = pair_weights(pa.Table.from_pylist(rows, schema=LINKS))
    edges = pairs.append_column("links", pa.array([1] * pairs.num_rows, pa.int64()))
    counts = pa.table({"domain": names, "pages": pa.array([1] * len(names), pa.int64())})
    return own_authority(edges, counts, default())


def rank_of(rows: list[dict[str, Any]], domain: str) -> float:
    return {r["domain"]: r["pagerank"] for r in own(rows).domains.to_pylist()}[domain]


@settings(deadline=None)
@given(rows=link_rows, source=sites, path=st.sampled_from(["", "x"]), place=st.sampled_from([None, "footer"]))
def test_a_followed_link_never_lowers_the_rank_of_its_target(
    rows: list[dict[str, Any]], source: str, path: str, place: str | None
) -> None:
    added = link(f"https://{source}/{path}", "https://t.com/new", DAY, placement=place, position=99)
    assert rank_of([*rows, added], "t.com") >= rank_of(rows, "t.com") - 1e-12


@settings(deadline=None)
@given(rows=link_rows, which=st.integers(0, 24), nofollow=st.booleans(), first=st.booleans())
def test_a_nofollow_link_and_a_second_link_change_nothing(
    rows: list[dict[str, Any]], which: int, nofollow: bool, first: bool
) -> None:
    passing = [
        row for row in rows if row["follow"] is not False and not row["hidden"] and row["kind"] == "anchor"
    ]
    if not passing:
        return
    like = passing[which % len(passing)]
    # A nofollow link may stand before the others; a second one only after them.
    more = (
        {"follow": False, "rel": "nofollow", "position": -1 if first else 99}
        if nofollow
        else {"position": 99}
    )
    added = link(like["source_url"], like["target_url"], DAY, nth=9, **more)

    def equity(table: list[dict[str, Any]]) -> list[float]:
        found = link_equity(pa.Table.from_pylist(table, schema=LINKS), np.ones(len(table)))
        return list(found["equity"].to_pylist()[: len(rows)])

    assert equity([*rows, added]) == equity(rows)
    assert own([*rows, added]).domains.equals(own(rows).domains)


def test_hashes_and_levels_are_the_same_compiled_or_not() -> None:
    some = [
        "http://a.test/", "http://a.test", "https://a.test/x", "https://a.test/x/", "https://a.test//x///y",
        "https://a.test/x?y=/z/w", "https://a.test/x#/y", "https://a.test/?/", "https://ä.test/ü/" + "long/" * 40,
    ]  # fmt: skip
    many = pa.array(["before", *some, *[f"https://b.test/{n}/" for n in range(MANY)]]).slice(1)
    few = pa.array(some)
    assert page_depths(few).tolist() == [page_depth(url) for url in some] == [0, 0, 1, 1, 2, 1, 1, 0, 41]
    assert page_depths(many)[: len(some)].tolist() == page_depths(few).tolist()
    assert text_hashes(many)[: len(some)].tolist() == text_hashes(few).tolist()
    names = ["a.com", "example.org", "x.co.uk"]
    for count in (1, 4, 64, 256):
        assert partitions(text_hashes(pa.array(names)), count).tolist() == buckets(names, count).tolist()
