"""A small index in memory: literal link rows behind the reader's questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from backlit.index.reader import target_condition
from backlit.index.rollups import rollup_statement
from backlit.records import LINKS, PAGES, SNAPSHOTS
from backlit.web.ids import link_id, pair_id
from backlit.web.target import Target
from backlit.web.url import host_of

DOMAIN_COLUMNS = ("domain", "authority", "rank", "percentile", "referring_domains")


class MemoryReader:
    """The reader's interface over tables held in memory, with the index's own rollup definitions."""

    def __init__(
        self,
        links: list[dict[str, Any]],
        authority: dict[str, float] | None = None,
        pages: list[dict[str, Any]] | None = None,
        snapshots: list[tuple[str, str]] | None = None,
        ranked: dict[str, tuple[float, int, float]] | None = None,
    ) -> None:
        self.con = duckdb.connect()
        self.generation = 7
        self.links = pa.Table.from_pylist(links, LINKS)
        self.authority = authority or {}
        taken = snapshots if snapshots is not None else [("2026-03-01", "warc")]
        self.data_date = max((date for date, _ in taken), default=None)
        self.con.register("links", self.links)
        self.con.register("pages", pa.Table.from_pylist(pages or [], PAGES))
        self.con.register(
            "snapshots",
            pa.Table.from_pylist([{"snapshot": d, "date": d, "origin": o} for d, o in taken], SNAPSHOTS),
        )
        self.con.register(
            "scores",
            pa.table(
                {"source_domain": list(self.authority), "source_authority": list(self.authority.values())},
                schema=pa.schema([("source_domain", pa.string()), ("source_authority", pa.float64())]),
            ),
        )
        targets = {row["target_domain"] for row in links}
        names = sorted(targets | set(self.authority) | set(ranked or {}))
        rows = []
        for name in names:
            score, rank, percentile = (ranked or {}).get(name, (self.authority.get(name), None, None))
            count = len({row["source_domain"] for row in links if row["target_domain"] == name})
            rows.append((name, score, rank, percentile, count))
        types = (pa.string(), pa.float64(), pa.int64(), pa.float64(), pa.int64())
        self.con.register(
            "domains",
            pa.table(
                [pa.array([row[at] for row in rows], type_) for at, type_ in enumerate(types)],
                names=list(DOMAIN_COLUMNS),
            ),
        )

    def links_sql(
        self, target: Target | None = None, *, with_authority: bool = True, with_equity: bool = False
    ) -> tuple[str, list[Any]]:
        """Of links without rank nothing is known that they hand on."""
        condition, params = target_condition(target) if target else ("true", [])
        extra = ", NULL::DOUBLE AS equity, NULL::VARCHAR AS source_share" if with_equity else ""
        return f"SELECT *{extra} FROM links WHERE {condition}", params

    def rollup_sql(self, name: str, target: Target) -> tuple[str, list[Any]]:
        links, params = self.links_sql(target)
        statement = rollup_statement(
            name, f"(SELECT *, source_url AS page, source_host AS host_key FROM ({links}))"
        )
        params = params * statement.count(f"({links})")
        if name != "referring":
            return statement, params
        return (
            f"SELECT r.*, s.source_authority FROM ({statement}) r LEFT JOIN scores s USING (source_domain)",
            params,
        )

    def pages_sql(self, domain: str | None = None) -> str:
        return "pages"

    def snapshots_sql(self) -> str:
        return "snapshots"

    @property
    def domain_counts(self) -> tuple[int, int]:
        return self.con.sql("SELECT count(rank), count(*) FROM domains").fetchall()[0]

    @property
    def snapshot_days(self) -> list[dict[str, str]]:
        return self.query(
            "SELECT DISTINCT date::VARCHAR AS date, origin FROM snapshots ORDER BY ALL"
        ).to_pylist()

    def domains_sql(self) -> str:
        return "domains"

    def query(self, sql: str, params: Iterable[Any] = ()) -> pa.Table:
        return self.con.sql(sql, params=list(params)).to_arrow_table()


def make_link(source: str, target: str = "https://shop.example/", **facts: Any) -> dict[str, Any]:
    """One link row; facts not named are unknown. ``nth`` tells copies on one page apart."""
    kind = facts.pop("kind", "anchor")
    nth = facts.get("nth", 0)
    row: dict[str, Any] = {
        "source_url": source,
        "source_host": host_of(source),
        "target_url": target,
        "target_host": host_of(target),
        "kind": kind,
        "nth": nth,
        "pair_id": pair_id(source, target),
        "link_id": link_id(pair_id(source, target), kind, nth),
        "depth": 3,
        "origin": "warc",
        "snapshot": "2026-03-01",
        **facts,
    }
    for side in ("source", "target"):
        domain = facts.get(f"{side}_domain") or ".".join(row[f"{side}_host"].split(".")[-2:])
        row[f"{side}_domain"] = domain
        row[f"{side}_site"] = facts.get(f"{side}_site") or domain
    for name in ("first_seen", "last_seen", "lost_at"):
        if isinstance(row.get(name), str):
            row[name] = datetime.fromisoformat(row[name])
    return row


@pytest.fixture
def link() -> Callable[..., dict[str, Any]]:
    """Makes one link row."""
    return make_link


@pytest.fixture
def memory_reader() -> type[MemoryReader]:
    """The reader over literal rows."""
    return MemoryReader
