"""The rollups: literal figures, and two independent ways of counting that must agree."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backlit.index.aggregate import rollups
from backlit.index.rollups import ROLLUPS, rollup_statement
from backlit.index.schema import to_stored
from backlit.records import LINKS
from backlit.web.target import Target
from index_rows import crawl, link, publish_batches, standing

DAY = datetime(2026, 1, 1)


def by_sql(name: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    table = pa.Table.from_pylist(rows, schema=LINKS)
    con = duckdb.connect()
    con.register("raw", table)
    relation = "(SELECT *, source_url AS page, source_host AS host_key FROM raw)"
    return list(con.sql(rollup_statement(name, relation)).to_arrow_table().to_pylist())


def by_arrays(name: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list(rollups(to_stored(pa.Table.from_pylist(rows, schema=LINKS)))[name].to_pylist())


rows_strategy = st.lists(
    st.builds(
        lambda s, p, t, u, **more: link(f"https://{s}/{p}", f"https://{t}/{u}", None, **more),
        st.sampled_from(["a.com", "www.a.com", "b.org", "1.2.3.4", "host"]),
        st.integers(0, 2),
        st.sampled_from(["x.net", "y.net"]),
        st.integers(0, 2),
        nth=st.integers(0, 1),
        kind=st.sampled_from(["anchor", "image", "frame"]),
        anchor=st.sampled_from([None, "", "é", "z"]),
        alt=st.sampled_from([None, "", "pic"]),
        rel=st.sampled_from([None, "", "nofollow"]),
        follow=st.sampled_from([None, True, False]),
        placement=st.sampled_from([None, "content", "list", "footer"]),
        hidden=st.sampled_from([None, True, False]),
        source_language=st.sampled_from([None, "en", "de"]),
        depth=st.sampled_from([1, 2, 3]),
        first_seen=st.one_of(st.none(), st.integers(0, 3).map(lambda n: DAY + timedelta(hours=20 * n))),
        last_seen=st.one_of(st.none(), st.integers(4, 6).map(lambda n: DAY + timedelta(hours=20 * n))),
        lost_at=st.one_of(
            st.none(), st.none(), st.integers(7, 9).map(lambda n: DAY + timedelta(hours=20 * n))
        ),
    ),
    max_size=12,
    unique_by=lambda row: row["link_id"],
)


@pytest.mark.parametrize("name", ROLLUPS)
@settings(max_examples=60, deadline=None)
@given(rows=rows_strategy)
def test_arrays_and_sql_count_alike(name: str, rows: list[dict[str, Any]]) -> None:
    for row in rows:  # a link first seen at some time was last seen then at the earliest
        row["last_seen"] = row["last_seen"] or row["first_seen"]
    assert by_arrays(name, rows) == by_sql(name, rows)


@pytest.mark.parametrize("name", ROLLUPS)
def test_a_host_that_changed_its_domain_is_one_host(name: str) -> None:
    rows = [
        link("https://w.a.com/1", "https://x.net/", "2026-01-01"),
        link("https://w.a.com/1", "https://x.net/p", "2026-01-01", source_domain="w.a.com"),
        link("https://w.a.com/2", "https://x.net/p", "2026-01-01", source_domain="w.a.com"),
    ]
    assert by_arrays(name, rows) == by_sql(name, rows)


WORLD = [
    link("https://a.com/1", "https://x.net/", "2026-01-01"),
    link("https://a.com/2", "https://x.net/", "2026-01-02", rel="nofollow", follow=False, placement="footer"),
    link("https://blog.b.org/1", "https://www.x.net/p/q", "2026-01-02", kind="image", anchor="", alt="logo"),
    link(
        "https://c.de/1",
        "https://www.x.net/p",
        "2026-01-03",
        rel=None,
        follow=None,
        placement=None,
        hidden=None,
    ),
    link("https://c.de/1", "https://y.net/", "2026-01-03"),
]


def asked(path: Path, name: str, target: str) -> list[dict[str, Any]]:
    index = publish_batches(path, [crawl(WORLD, "2026-01-03")])
    with index.reader() as reader:
        sql, params = reader.rollup_sql(name, Target.parse(target))
        return list(reader.query(sql, params).to_pylist())


def test_totals_of_a_domain(tmp_path: Path) -> None:
    (row,) = asked(tmp_path / "i", "totals", "x.net")
    assert row == {
        "target_domain": "x.net", "links": 4, "lost_links": 0, "referring_domains": 3, "lost_domains": 0,
        "referring_sites": 3, "referring_hosts": 3, "referring_pages": 4, "follow_links": 2, "nofollow_links": 1,
        "unknown_follow_links": 1, "hidden_links": 0, "follow_domains": 2, "target_pages": 3,
        "first_seen": date(2026, 1, 1), "last_seen": date(2026, 1, 3),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("target", "links"),
    [
        ("www.x.net", 2),
        ("x.net/p", 0),
        ("x.net/*", 2),
        ("www.x.net/p*", 2),
        ("https://www.x.net/p", 1),
        ("y.net", 1),
        ("z.net", 0),
    ],
)
def test_totals_of_a_host_a_prefix_and_an_address(tmp_path: Path, target: str, links: int) -> None:
    rows = asked(tmp_path / "i", "totals", target)
    assert sum(row["links"] for row in rows) == links


def test_referring_domains_come_with_their_authority(tmp_path: Path) -> None:
    rows = asked(tmp_path / "i", "referring", "x.net")
    rows.sort(key=lambda r: r["source_domain"])
    assert [(r["source_domain"], r["links"], r["content_links"]) for r in rows] == [
        ("a.com", 2, 1), ("b.org", 1, 1), ("c.de", 1, None),
    ]  # fmt: skip
    assert all(1 <= r["source_authority"] <= 100 for r in rows)


def test_links_of_a_target_have_all_columns_and_the_authority_of_their_source(tmp_path: Path) -> None:
    index = publish_batches(tmp_path / "i", [crawl(WORLD, "2026-01-03")])
    with index.reader() as reader:
        sql, params = reader.links_sql(Target.parse("www.x.net"))
        rows = reader.query(sql, params).to_pylist()
    assert sorted(r["source_url"] for r in rows) == ["https://blog.b.org/1", "https://c.de/1"]
    assert set(rows[0]) == {*LINKS.names, "source_authority"}


def test_what_is_written_is_what_was_given(tmp_path: Path) -> None:
    odd = [
        link("https://[2001:db8::1]/x", "https://x.net/", "2026-01-01", source_domain="[2001:db8::1]"),
        link("http://h.a.com:8080/", "https://x.net/", "2026-01-01 10:11:12"),
        link(
            "https://a.com/https://a.com/",
            "https://x.net/ä",
            "2026-01-01",
            anchor="\x00\ud7ff",
            text_before=None,
        ),
        link("https://1.2.3.4/", "https://x.net/", None, source_domain="1.2.3.4", source_site="1.2.3.4"),
    ]
    index = publish_batches(tmp_path / "i", [crawl(odd, "2026-01-03")])
    with index.reader() as reader:
        hosts = {
            r["source_url"]: r["source_host"] for r in reader.query(reader.links_sql(None)[0]).to_pylist()
        }
    assert hosts == {row["source_url"]: row["source_host"].split(":8080")[0] for row in odd}
    got = {row["link_id"]: row for row in standing(index)}
    for row in odd:
        for name in (
            "source_url",
            "source_domain",
            "first_seen",
            "last_seen",
            "anchor",
            "text_before",
            "pair_id",
        ):
            assert got[row["link_id"]][name] == row.get(name), name
