"""The single links of a scope as a table in memory, made once and kept while it is asked for.

Tables lie in the memory of the reader's own connection and go with it. All together they stay below
``backlinks.cache_bytes`` of the settings; the one used longest ago goes first, but none that is in use.
"""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

import duckdb
import pyarrow as pa

from backlit.index import Reader
from backlit.questions.backlinks.hops import Hops, Stored, hops_of, resolved
from backlit.questions.backlinks.links import write_links
from backlit.questions.backlinks.rank import Ranks
from backlit.questions.backlinks.scope import Scope
from backlit.questions.backlinks.sources import DOFOLLOW, NARROW, source_sql, stored_rows
from backlit.settings import default
from backlit.web.target import Target

_SCHEMA = "backlinks"
V = TypeVar("V")


class Own(NamedTuple):
    """What is known of a target's domain whatever is asked of its links.

    ``authority`` (1 to 100) is unknown for domains that no score knows; ``scale`` multiplies what its links hand on;
    ``total`` is what all of them hand on before that.
    """

    authority: float | None
    scale: float
    total: float | None


class Table:
    """A table that is kept: its name and size, and by how many it is in use; and what was counted from it."""

    def __init__(self, name: str, scope: Scope) -> None:
        self.name = name
        self.scope = scope
        self.bytes = 0
        self.users = 0
        self.ready = threading.Lock()
        self.made = False
        self.counted: dict[tuple[Any, ...], str] = {}


class _Kept:
    """What is kept beside one reader."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.tables: OrderedDict[tuple[Any, ...], Table] = OrderedDict()
        self.hops: OrderedDict[str, Hops] = OrderedDict()
        self.own: OrderedDict[str, Own] = OrderedDict()
        self.made = 0

    @property
    def bytes(self) -> int:
        """About how much memory all tables take."""
        return sum(table.bytes for table in list(self.tables.values()))


_KEPT: WeakKeyDictionary[Reader, _Kept] = WeakKeyDictionary()
_LOCK = threading.Lock()
#: Small facts about domains that are kept for a reader.
_FACTS = 256


def kept(reader: Reader) -> _Kept:
    """What is kept beside ``reader``."""
    with _LOCK:
        found = _KEPT.get(reader)
        if found is None:
            found = _KEPT[reader] = _Kept()
            with contextlib.closing(reader.con.cursor()) as cursor:
                cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {_SCHEMA}")
        return found


class Chosen:
    """The chosen single links of a scope, while their table is held.

    ``table`` is the name of the table of single links, ``cursor`` a cursor that sees it.
    """

    def __init__(self, reader: Reader, scope: Scope, kept: Table, cursor: duckdb.DuckDBPyConnection) -> None:
        self.reader, self.scope, self.kept, self.cursor = reader, scope, kept, cursor
        self.table = kept.name
        self.ranks = Ranks(*reader.equity_scale)

    @property
    def own(self) -> Own:
        """What is known of the target's domain."""
        return own_of(self.reader, self.scope.domain)

    def query(self, sql: str, params: Iterable[Any] = ()) -> pa.Table:
        """The rows of a statement as an Arrow table."""
        table: pa.Table = self.cursor.sql(sql, params=list(params)).to_arrow_table()
        return table

    def fetch(self, sql: str, params: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a statement as tuples."""
        rows: list[tuple[Any, ...]] = self.cursor.execute(sql, list(params)).fetchall()
        return rows


@contextlib.contextmanager
def table_of(reader: Reader, scope: Scope) -> Iterator[Table]:
    """The table of the single links of a scope, held while this is open."""
    store = kept(reader)
    key = scope.key()
    with store.lock:
        table = store.tables.get(key)
        if table is None:
            store.made += 1
            table = store.tables[key] = Table(f"{_SCHEMA}.links_{store.made}", scope)
        store.tables.move_to_end(key)
        table.users += 1
    try:
        with table.ready:  # who comes second waits for the first
            if not table.made:
                _make(reader, scope, table)
        yield table
    finally:
        with store.lock:
            table.users -= 1
            if not table.made and not table.users and store.tables.get(key) is table:
                del store.tables[key]
            _evict(reader, store)


def _make(reader: Reader, scope: Scope, table: Table) -> None:
    with contextlib.ExitStack() as stack:
        cursor = stack.enter_context(contextlib.closing(reader.con.cursor()))
        stored = None
        covered = scope.whole_domain and scope.exclude_internal and scope.status == "live"
        if covered and scope.domain not in kept(reader).own:
            # What is told of the domain and what is asked of its links stands in the same rows.
            stored = stack.enter_context(stored_rows(cursor, reader, scope.domain))
        own = own_of(reader, scope.domain, stored)
        hops = hops_known(reader, scope.domain, stored) if scope.include_indirect else {}
        write_links(cursor, reader, scope, hops, own.scale, table.name, stored)
        table.bytes = _size(cursor, table.name)
    table.made = True


def _size(cursor: duckdb.DuckDBPyConnection, name: str) -> int:
    """About how many bytes a table takes in memory: its texts, and the same again for all else."""
    texts = (
        "url_from", "url_to", "domain_from", "domain_to", "page_from_title", "anchor", "alt", "text_pre", "text_post",
    )  # fmt: skip
    sums = " + ".join(f"coalesce(sum(strlen({name})), 0)" for name in texts)
    count, length = cursor.execute(f"SELECT count(*), CAST({sums} AS BIGINT) FROM {name}").fetchall()[0]
    return int(count) * 400 + int(length)


def _evict(reader: Reader, store: _Kept) -> None:
    limit = default().backlinks.cache_bytes
    total = store.bytes
    for key, table in list(store.tables.items()):
        if total <= limit:
            return
        if table.users or not table.made:
            continue
        del store.tables[key]
        total -= table.bytes
        with contextlib.closing(reader.con.cursor()) as cursor:
            for name in (table.name, *table.counted.values()):
                cursor.execute(f"DROP TABLE IF EXISTS {name}")


def hops_known(reader: Reader, domain: str, stored: Stored | None = None) -> Hops:
    """``hops_of``, kept for a reader."""
    store = kept(reader)
    return _fact(store, store.hops, domain, lambda: hops_of(reader, domain, stored))


def own_of(reader: Reader, domain: str, stored: Stored | None = None) -> Own:
    """What is known of a domain, kept for a reader."""
    store = kept(reader)
    return _fact(store, store.own, domain, lambda: _own(reader, domain, stored))


def _fact(store: _Kept, facts: OrderedDict[str, V], key: str, make: Callable[[], V]) -> V:
    with store.lock:
        if key in facts:
            facts.move_to_end(key)
            return facts[key]
    made = make()
    with store.lock:
        facts[key] = made
        while len(facts) > _FACTS:
            facts.popitem(last=False)
    return made


def _own(reader: Reader, domain: str, stored: Stored | None) -> Own:
    ranks = Ranks(*reader.equity_scale)
    with contextlib.closing(reader.con.cursor()) as new:
        cursor = new if stored is None else stored.cursor
        row = cursor.execute(
            f"SELECT authority FROM {reader.domains_sql()} WHERE domain = ?", [domain]
        ).fetchone()
        authority = None if row is None or row[0] is None else float(row[0])
        scope = Scope(Target("domain", domain, None, None, domain))
        finals = resolved(hops_known(reader, domain, stored), scope.covers())
        sql, params = source_sql(reader, scope, finals, NARROW, stored)
        found = cursor.execute(
            f"SELECT sum(source_rank * part) * ? FROM ({sql}) "
            f"WHERE lost_at IS NULL AND source_domain <> ? AND {DOFOLLOW}",
            [ranks.damping, *params, domain],
        ).fetchall()[0][0]
    total = None if found is None else float(found)
    return Own(authority, ranks.scale(ranks.inflow(authority), total), total)
