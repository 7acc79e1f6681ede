"""Authority of a private index: the scale, and what counts as an edge."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from backlit.authority.own import own_authority, own_word
from backlit.authority.scale import authority_scale
from backlit.settings import default


def edges(*rows: tuple[str, str, int, float]) -> pa.Table:
    names = ("source_domain", "target_domain", "links", "weight")
    return pa.Table.from_pylist(
        [dict(zip(names, row, strict=True)) for row in rows],
        schema=pa.schema(
            [
                (names[0], pa.string()),
                (names[1], pa.string()),
                (names[2], pa.int64()),
                (names[3], pa.float64()),
            ]
        ),
    )


def pages(**counts: int) -> pa.Table:
    return pa.table(
        {"domain": pa.array(list(counts), pa.string()), "pages": pa.array(list(counts.values()), pa.int64())}
    )


def authority(table: pa.Table, counts: pa.Table | None = None) -> dict[str, tuple[float, int]]:
    result = own_authority(table, counts if counts is not None else pages(), default()).domains
    return {r["domain"]: (r["authority"], r["rank"]) for r in result.to_pylist()}


def test_the_scale_runs_from_1_to_100_on_logarithms() -> None:
    rank = np.array([0.0, 1.0, 10.0, 100.0])
    assert authority_scale(rank, low_quantile=0, high_quantile=1).tolist() == [1.0, 1.0, 50.5, 100.0]


def test_equal_ranks_and_no_ranks_score_1() -> None:
    assert authority_scale(np.array([0.2, 0.2]), low_quantile=0.01, high_quantile=1).tolist() == [1.0, 1.0]
    assert authority_scale(np.zeros(0), low_quantile=0.01, high_quantile=1).tolist() == []


def test_the_most_linked_domain_leads_and_every_domain_has_a_row() -> None:
    got = authority(edges(("a", "t", 1, 1), ("b", "t", 9, 9), ("a", "b", 1, 1)), pages(alone=3))
    assert got["t"] == (100.0, 1)
    assert got["b"][1] == 2
    assert got["alone"][0] == got["a"][0] == 1.0
    assert set(got) == {"a", "alone", "b", "t"}


def test_nofollow_lost_and_own_links_are_no_edges() -> None:
    got = authority(
        edges(("a", "x", 5, 0), ("b", "y", 0, 0), ("z", "z", 4, 4), ("a", "w", 1, 1)), pages(a=1, b=1)
    )
    assert got["w"][0] == 100.0
    assert {got[d][0] for d in "abxyz"} == {1.0}


def test_counts_stand_beside_the_scores() -> None:
    table, of_source, of_rank, scale, damping, trusted = own_authority(
        edges(("a", "t", 2, 1), ("b", "t", 3, 0)), pages(a=7), default()
    )
    result = table.to_pylist()
    assert of_source.to_pylist() == [1.0, 1.0]
    assert of_rank.to_pylist() == pytest.approx([0.05, 0.05])
    assert (scale.low, scale.high) == pytest.approx((0.05, 0.05 + 0.85 * 0.05))
    assert (damping, trusted) == (0.85, 0)
    t = next(r for r in result if r["domain"] == "t")
    assert (t["referring_domains"], t["referring_links"], t["linked_domains"], t["pages"]) == (2, 5, 0, 0)
    a = next(r for r in result if r["domain"] == "a")
    assert (a["linked_domains"], a["pages"], a["percentile"]) == (1, 7, pytest.approx(0.0))


def test_trusted_sites_are_where_rank_starts() -> None:
    rows = edges(("a", "t", 1, 1), ("b", "u", 1, 1), ("t", "v", 1, 1))
    found = own_authority(rows, pages(), default(), trusted=["a", "elsewhere"])
    got = {r["domain"]: r["authority"] for r in found.domains.to_pylist()}
    assert found.trusted == 1
    assert got["a"] == 100
    assert got["t"] > got["v"] == got["u"] == got["b"] == 1
    assert own_word(1).startswith("Rank starts from the one trusted domain of this index and follows")
    assert own_word(1200).startswith("Rank starts from the 1,200 trusted domains of this index and follows")
    assert "every site alike" in own_word(0)


def test_trusted_sites_that_are_not_there_change_nothing() -> None:
    rows = edges(("a", "t", 1, 1), ("b", "t", 1, 1))
    plain, told = (own_authority(rows, pages(), default(), trusted=names)[0] for names in ([], ["no.test"]))
    assert plain.equals(told)
