"""Figures of many targets at once: those of ``summary`` with nothing but the target said, read together.

A domain means the domain with all its hosts. Each answer has one row a target, in the order asked, with ``place``
(from 0); a target that nothing is known of has zeros. The links of many targets are read and counted in one go, as many
targets at a time as ``backlinks.bulk_links`` links allow.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

import duckdb
import pyarrow as pa

from backlit.index import Reader
from backlit.questions.backlinks.hops import Hops, by_bucket, hops_of_many
from backlit.questions.backlinks.links import quoted, write_fields
from backlit.questions.backlinks.measures import (
    MEASURES,
    is_count,
    marked,
    measures_sql,
    rank_sql,
    select_list,
)
from backlit.questions.backlinks.rank import Ranks, on_scale
from backlit.questions.backlinks.scope import RankScale, Scope, Status
from backlit.questions.backlinks.sources import DOFOLLOW, NARROW, UNTEXTED, numbered, write_raw_of_many
from backlit.questions.backlinks.spam import page_spam_sql, visited_sql
from backlit.questions.backlinks.tables import Own
from backlit.questions.backlinks.timelines import NEWS, news_sql
from backlit.settings import default
from backlit.web.target import Target

#: The totals of up to so many buckets are read one after the other.
_FEW_BUCKETS = 4

_DOMAINS = (
    "referring_domains",
    "referring_domains_nofollow",
    "referring_main_domains",
    "referring_main_domains_nofollow",
)


def bulk_ranks(reader: Reader, targets: Sequence[Target], rank_scale: RankScale = "one_thousand") -> pa.Table:
    """``place, rank``: a domain's own rank; that of a host or an address by its links."""
    ranks = Ranks(*reader.equity_scale)
    scopes = _scopes(targets)
    with _bulk(reader, scopes) as ask:
        # Links say of a whole domain what its authority says, so that they need not be counted.
        told = {
            no
            for no, scope in scopes.items()
            if scope.whole_domain and ask.authority.get(scope.domain) is not None
        }
        rank = {no: ask.own_rank(scopes[no]) for no in told}
        rest = {no: scope for no, scope in scopes.items() if no not in told}
        for no, row in ask.measured({"rank": rank_sql(ranks, "one_thousand")}, rest).items():
            rank[no] = row["rank"]
    found = [rank.get(no, 0) for no in _places(targets, scopes)]
    return _on_scale(
        pa.table({"place": _numbers(len(targets)), "rank": pa.array(found, pa.int32())}), ["rank"], rank_scale
    )


def bulk_backlinks(reader: Reader, targets: Sequence[Target]) -> pa.Table:
    """``place, backlinks``."""
    return _counted(reader, targets, ("backlinks",))


def bulk_referring_domains(reader: Reader, targets: Sequence[Target]) -> pa.Table:
    """``place``, referring hosts and registrable domains, and those of each with a link that is not followed."""
    return _counted(reader, targets, _DOMAINS)


def bulk_spam_score(reader: Reader, targets: Sequence[Target]) -> pa.Table:
    """``place, spam_score``: of the target's own pages; NULL where none was read."""
    scopes = _scopes(targets)
    spam = page_spam_sql("q", "q.host", "q.domain")
    with _bulk(reader, scopes) as ask:
        ask.register("scopes", scopes)
        rows = ask.fetch(
            f"SELECT s.no, CAST(round(avg({spam})) AS INTEGER) FROM {reader.pages_sql()} q JOIN scopes s "
            "ON s.domain = q.domain AND (s.kind = 'domain' OR (s.kind = 'url' AND s.url = q.url) "
            "OR (s.kind = 'host' AND (q.host = s.host OR ends_with(q.host, '.' || s.host)))) "
            f"WHERE {visited_sql('q')} GROUP BY s.no"
        )
    score = dict(rows)
    found = [score.get(no) for no in _places(targets, scopes)]
    return pa.table({"place": _numbers(len(targets)), "spam_score": pa.array(found, pa.int32())})


def bulk_pages_summary(
    reader: Reader, targets: Sequence[Target], rank_scale: RankScale = "one_thousand"
) -> pa.Table:
    """``place``, every measure of ``summary``, and ``main_domain_rank``, the own rank of the registrable domain."""
    scopes = _scopes(targets)
    ranks = Ranks(*reader.equity_scale)
    with _bulk(reader, scopes) as ask:
        counted = ask.measured(measures_sql(ranks, "one_thousand"), scopes)
        main = {no: ask.own_rank(scope) for no, scope in scopes.items()}
        schema = ask.schema(measures_sql(ranks, "one_thousand"))
    zero = {name: 0 for name in MEASURES if is_count(name)}
    places = _places(targets, scopes)
    rows = [
        {"place": at, **(counted.get(no) or zero), "main_domain_rank": main[no]}
        for at, no in enumerate(places)
    ]
    fields = [pa.field("place", pa.int32()), *schema, pa.field("main_domain_rank", pa.int32())]
    return _on_scale(pa.Table.from_pylist(rows, pa.schema(fields)), ["rank", "main_domain_rank"], rank_scale)


def bulk_new_lost(reader: Reader, targets: Sequence[Target], date_from: date) -> pa.Table:
    """``place``, and links, hosts and registrable domains that came and went from ``date_from`` on."""
    scopes = _scopes(targets)
    found: dict[int, tuple[Any, ...]] = {}
    sums = ", ".join(f"coalesce(CAST(sum({name}) AS BIGINT), 0)" for name in NEWS)
    with _bulk(reader, scopes) as ask:
        for table in ask.tables(scopes, "all"):
            counted = f"SELECT _target, {sums} FROM events WHERE day >= ? GROUP BY _target"
            rows = ask.fetch(f"WITH {news_sql(table, ['_target'])} {counted}", [date_from])
            found.update((no, counts) for no, *counts in rows)
    places = _places(targets, scopes)
    columns = (
        zip(*(found.get(no, (0,) * len(NEWS)) for no in places), strict=True)
        if places
        else [[] for _ in NEWS]
    )
    named = {name: pa.array(list(values), pa.int64()) for name, values in zip(NEWS, columns, strict=True)}
    return pa.table({"place": _numbers(len(places)), **named})


def _counted(reader: Reader, targets: Sequence[Target], names: Sequence[str]) -> pa.Table:
    scopes = _scopes(targets)
    measures = measures_sql(Ranks(*reader.equity_scale), "one_thousand", maps=False)
    with _bulk(reader, scopes) as ask:
        counted = ask.measured({name: measures[name] for name in names}, scopes)
    found = [counted.get(no) or dict.fromkeys(names, 0) for no in _places(targets, scopes)]
    columns = {name: pa.array([row[name] for row in found], pa.int64()) for name in names}
    return pa.table({"place": _numbers(len(found)), **columns})


class _Bulk:
    """Many scopes of one reader, with a cursor of their own; ``own`` fills as domains are asked about."""

    def __init__(
        self, reader: Reader, scopes: Mapping[int, Scope], cursor: duckdb.DuckDBPyConnection
    ) -> None:
        self.reader, self.cursor = reader, cursor
        self.ranks = Ranks(*reader.equity_scale)
        self.own: dict[str, Own] = {}
        self._hops: dict[str, Hops] = {}
        self._domains = sorted({scope.domain for scope in scopes.values()})
        # A list that stands in the statement lets most of the file be passed over.
        places = ", ".join("?" * len(self._domains)) or "NULL"
        rows = self.fetch(
            f"SELECT domain, authority FROM {reader.domains_sql()} WHERE domain IN ({places})", self._domains
        )
        #: Authority of those domains that are known.
        self.authority: dict[str, float | None] = dict(rows)

    @cached_property
    def _links(self) -> dict[str, int]:
        """The links of those domains that have any."""
        of_bucket = by_bucket(self.reader, self._domains)
        if len(of_bucket) <= _FEW_BUCKETS:
            asked = [(self.reader.table_sql("totals", names[0]), names) for names in of_bucket]
        else:
            asked = [(self.reader.table_sql("totals"), self._domains)]
        found: dict[str, int] = {}
        for totals, names in asked:
            places = ", ".join("?" * len(names))
            found |= self.fetch(
                f"SELECT target_domain, links + lost_links FROM {totals} WHERE target_domain IN ({places})",
                names,
            )
        return found

    def fetch(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        return self.cursor.execute(sql, list(values)).fetchall()

    def register(self, name: str, scopes: Mapping[int, Scope]) -> None:
        self.cursor.register(name, numbered(scopes, {}))

    def own_rank(self, scope: Scope) -> int | None:
        """The rank of a domain's authority; 0 for one that no score knows."""
        authority = self.authority.get(scope.domain)
        return 0 if authority is None else self.ranks.rank(self.ranks.inflow(authority))

    def tables(self, scopes: Mapping[int, Scope], status: Status, *, ranked: bool = False) -> Iterator[str]:
        """Tables of single links of some of the scopes at a time; each is gone when the next one comes.

        They have no texts, and what links hand on is on the scale of ``rank`` only when ``ranked``.
        """
        for part in self._parts(scopes):
            self._know(sorted({scope.domain for scope in part.values()}), ranked=ranked)
            scales = {domain: own.scale for domain, own in self.own.items()}
            write_raw_of_many(
                self.cursor, self.reader, part, self._hops, scales, status=status, columns=UNTEXTED
            )
            write_fields(self.cursor, self.reader, "links_of_many", temporary=True)
            try:
                yield "temp.links_of_many"
            finally:
                self.cursor.execute("DROP TABLE temp.links_of_many")

    def measured(self, measures: Mapping[str, str], scopes: Mapping[int, Scope]) -> dict[int, dict[str, Any]]:
        """The measures of every scope that has links, by its number."""
        found: dict[int, dict[str, Any]] = {}
        for table in self.tables(scopes, "live", ranked="rank" in measures):
            sql = f"SELECT _target, {select_list(dict(measures))} FROM {marked(table, ['_target'])} GROUP BY _target"
            for row in self.cursor.sql(sql).to_arrow_table().to_pylist():
                no = row.pop("_target")
                if "rank" in row and scopes[no].whole_domain and not self.own[scopes[no].domain].total:
                    row["rank"] = self.own_rank(scopes[no])  # its links say nothing of it
                found[no] = row
        return found

    def schema(self, measures: Mapping[str, str]) -> list[pa.Field]:
        """The fields of measures, for rows that have none."""
        write_raw_of_many(self.cursor, self.reader, {}, {}, {})
        write_fields(self.cursor, self.reader, "links_of_many", temporary=True)
        try:
            empty = self.cursor.sql(
                f"SELECT {select_list(dict(measures))} FROM {marked('temp.links_of_many')} WHERE false"
            ).to_arrow_table()
        finally:
            self.cursor.execute("DROP TABLE temp.links_of_many")
        return list(empty.schema)

    def _parts(self, scopes: Mapping[int, Scope]) -> Iterator[dict[int, Scope]]:
        """The scopes by their domains, some domains at a time."""
        part: dict[int, Scope] = {}
        links = 0
        at = None
        for no, scope in sorted(scopes.items(), key=lambda item: (item[1].domain, item[0])):
            if scope.domain != at:
                at = scope.domain
                more = self._links.get(at, 0)
                if part and links + more > default().backlinks.bulk_links:
                    yield part
                    part, links = {}, 0
                links += more
            part[no] = scope
        if part:
            yield part

    def _know(self, domains: Sequence[str], *, ranked: bool) -> None:
        """Find the hops of domains, and their scales."""
        self._hops = hops_of_many(self.reader, domains)
        if not ranked:
            return
        whole = {no: Scope(_domain(name)) for no, name in enumerate(domains)}
        write_raw_of_many(self.cursor, self.reader, whole, self._hops, {}, columns=NARROW)
        totals = self.fetch(
            f"SELECT no, sum(source_rank * part) * ? FROM raw WHERE {DOFOLLOW} GROUP BY no",
            [self.ranks.damping],
        )
        self.cursor.execute("DROP TABLE temp.raw")
        total: dict[int, float | None] = dict(totals)
        for no, scope in whole.items():
            authority = self.authority.get(scope.domain)
            scale = self.ranks.scale(self.ranks.inflow(authority), total.get(no))
            self.own[scope.domain] = Own(authority, scale, total.get(no))


@contextlib.contextmanager
def _bulk(reader: Reader, scopes: Mapping[int, Scope]) -> Iterator[_Bulk]:
    with contextlib.closing(reader.con.cursor()) as cursor:
        yield _Bulk(reader, scopes, cursor)


def _domain(name: str) -> Target:
    return Target("domain", name, None, None, name)


def _scopes(targets: Sequence[Target]) -> dict[int, Scope]:
    """The different scopes of the targets, numbered."""
    found: dict[Any, Scope] = {}
    for target in targets:
        scope = Scope(target)
        found.setdefault(scope.key(), scope)
    return dict(enumerate(found.values()))


def _places(targets: Sequence[Target], scopes: Mapping[int, Scope]) -> list[int]:
    """The number of the scope of each target."""
    number = {scope.key(): no for no, scope in scopes.items()}
    return [number[Scope(target).key()] for target in targets]


def _numbers(count: int) -> pa.Array:
    return pa.array(range(count), pa.int32())


def _on_scale(table: pa.Table, names: Sequence[str], rank_scale: RankScale) -> pa.Table:
    """``table`` with some ranks on the scale asked for."""
    if rank_scale == "one_thousand":
        return table
    with duckdb.connect() as con:
        con.register("ranked", table)
        scaled = ", ".join(f"{on_scale(quoted(name), rank_scale)} AS {quoted(name)}" for name in names)
        found: pa.Table = con.sql(f"SELECT * REPLACE ({scaled}) FROM ranked ORDER BY place").to_arrow_table()
        return found
