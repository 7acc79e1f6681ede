"""What links weigh and hand on."""

from __future__ import annotations

import math
from datetime import datetime

import numpy as np
import pyarrow as pa
import pytest

from backlit.authority.equity import link_equity, page_depth, page_shares
from backlit.authority.scale import Scale
from backlit.authority.weights import STORED_COLUMNS, link_weights, pair_weights
from backlit.errors import TableError
from backlit.index.schema import to_stored
from backlit.records import LINKS
from index_rows import link


def links(**columns: list) -> pa.Table:
    types = {"follow": pa.bool_(), "hidden": pa.bool_(), "position": pa.int64()}
    return pa.table(
        {name: pa.array(values, types.get(name, pa.string())) for name, values in columns.items()}
    )


def test_places_and_the_unknown() -> None:
    table = links(placement=["content", "list", "header", "sidebar", "nav", "comment", "footer", None, "new"])
    assert link_weights(table).tolist() == [1, 0.7, 0.35, 0.3, 0.25, 0.25, 0.12, 1, 1]


def test_qualified_links_weigh_nothing_but_are_visited() -> None:
    table = links(
        follow=[True, False, None, None, True],
        rel=["", "nofollow", "noopener ugc", None, "external Sponsored"],
    )
    assert link_weights(table).tolist() == [1, 0, 0, 1, 0]
    assert link_weights(table, visits=True).tolist() == [1, 0.1, 0.1, 1, 0.1]


def test_hidden_links_images_kinds_and_positions() -> None:
    assert link_weights(links(hidden=[True, False, None])).tolist() == [0, 1, 1]
    table = links(kind=["image", "image", "image", "frame", None], alt=["", "a word", None, "", ""])
    assert link_weights(table).tolist() == [0.6, 1, 1, 0, 1]
    got = link_weights(links(position=[0, 1, 20, None])).tolist()
    assert got == pytest.approx([1, 1 / (1 + math.log(2) / 4), 1 / (1 + math.log(21) / 4), 1])


def test_the_first_link_to_an_address_counts() -> None:
    table = links(
        source_url=["p", "p", "q", "p", None, None],
        target_url=["t", "t", "t", "u", "t", "t"],
        position=[9, 2, 3, 4, 1, 2],
    )
    assert (link_weights(table) > 0).tolist() == [False, True, True, True, True, True]


def test_a_pair_has_its_best_link() -> None:
    table = links(
        source_domain=["a", "a", "a", "b", "c", "c"],
        target_domain=["t", "t", "u", "t", "c", "t"],
        placement=["footer", "content", "footer", "content", "content", "content"],
        follow=[True, True, True, False, True, None],
    )
    assert pair_weights(table).to_pylist() == [
        {"source_domain": "a", "target_domain": "t", "weight": 1.0},
        {"source_domain": "a", "target_domain": "u", "weight": 0.12},
        {"source_domain": "c", "target_domain": "t", "weight": 1.0},
    ]
    with pytest.raises(TableError, match="source_domain"):
        pair_weights(links(placement=["nav"]))


def test_no_links() -> None:
    none = links(source_domain=[], target_domain=[], source_url=[], target_url=[])
    assert pair_weights(none).num_rows == 0
    assert link_equity(none, np.zeros(0)).num_rows == 0


def test_pages_share_their_site_by_depth_and_links() -> None:
    assert [page_depth(u) for u in ("http://a.test", "http://a.test/", "http://a.test/x/y?z=/w")] == [0, 0, 2]
    pages, site = pa.array(["http://a.test/", "http://a.test/x", "http://b.test/"]), pa.array(["a", "a", "b"])
    assert page_shares(pages, site).tolist() == pytest.approx([1 / 1.6, 0.6 / 1.6, 1])
    linked = page_shares(pages, site, np.array([0, 9, np.nan]))
    assert linked[1] == pytest.approx(0.6 * (1 + math.log(10)) / (1 + 0.6 * (1 + math.log(10))))


def test_equity_is_the_rank_a_link_hands_on() -> None:
    table = links(
        source_url=["http://a.test/", "http://a.test/", "http://b.test/", "http://c.test/", "http://d.test/"],
        target_url=[
            "http://t.test/",
            "http://a.test/x",
            "http://t.test/",
            "http://t.test/",
            "http://t.test/",
        ],
        source_domain=["a.test", "a.test", "b.test", "c.test", "d.test"],
        target_domain=["t.test", "a.test", "t.test", "t.test", "t.test"],
        rel=["", "", "", "nofollow", ""],
    )
    rank = np.array([0.2, 0.2, 0.3, 0.1, np.nan])
    rows = link_equity(table, rank, scale=Scale(1e-4, 1.0)).to_pylist()
    assert [r["equity"] for r in rows] == [
        *map(pytest.approx, (0.085, 0.085, 0.255, 0.0)),
        None,
    ]
    assert [r["of_median"] for r in rows] == [pytest.approx(0.5), None, pytest.approx(1.5), 0, None]
    assert rows[3]["on_scale"] == 1
    assert rows[4]["on_scale"] is None


def test_stored_rows_are_weighed_by_the_columns_that_are_named() -> None:
    """Of a bucket that stays as it is only these are read: one that is missing would change its weights unseen."""
    at, to, day = "https://a.com/", "https://t.com/", "2026-01-03"
    rows = [
        link(at, to, day, position=4),
        link(at, to, day, position=1, nth=1),
        link(at, "https://t.com/1", day, kind="frame"),
        link(at, "https://t.com/2", day, kind="image", alt=""),
        link(at, "https://t.com/3", day, placement="footer"),
        link(at, "https://t.com/4", day, follow=None, rel="ugc"),
        link(at, "https://t.com/5", day, follow=False),
        link(at, "https://t.com/6", day, hidden=True),
        link(at, "https://t.com/7", day) | {"lost_at": datetime(2026, 1, 4)},
    ]
    stored = to_stored(pa.Table.from_pylist(rows, LINKS))
    whole = link_weights(stored)
    assert link_weights(stored.select(STORED_COLUMNS)).tolist() == whole.tolist()
    for name in set(STORED_COLUMNS) - {
        "link_id",
        "pair_mix",
        "nth",
    }:  # these tell pairs and order, as addresses do
        assert link_weights(stored.drop_columns(name)).tolist() != whole.tolist(), name
