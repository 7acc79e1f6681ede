"""What a ground is made from: SQL relations of links, pages, hosts, trusted hosts and domains.

``backlit.index.reader.Reader`` is one such source. ``Rows`` is another, from literal rows with the columns of
tables (``docs/tables.md``), so that tests and generated worlds go the same way as an index.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import duckdb
import pyarrow as pa

from backlit.errors import TableError
from backlit.records import HOSTS, LINKS, PAGES, TRUSTED
from backlit.sources.columns import match
from backlit.sources.linkrows import LinkRows
from backlit.sources.otherrows import HostRows, PageRows, TrustedRows
from backlit.sources.problems import ProblemLog

#: Rows as a table, or as dictionaries, of which each may leave out columns.
Given: TypeAlias = pa.Table | Sequence[dict[str, Any]]

DOMAINS = pa.schema([("domain", pa.string()), ("authority", pa.float64())])


class Relations(Protocol):
    """A DuckDB connection and what to read with it."""

    con: duckdb.DuckDBPyConnection

    def links_sql(self, target: None = None, *, with_authority: bool = True) -> tuple[str, list[Any]]:
        """A SELECT with the ``LINKS`` columns, and its parameters."""
        ...

    def pages_sql(self) -> str:
        """A relation with the ``PAGES`` columns, one row an address."""
        ...

    def hosts_sql(self) -> str:
        """A relation with the ``HOSTS`` columns, one row a host."""
        ...

    def trusted_sql(self) -> str:
        """A relation with the ``TRUSTED`` columns."""
        ...

    def domains_sql(self) -> str:
        """A relation with ``domain`` and ``authority``."""
        ...


class Rows:
    """Literal rows as relations in a DuckDB database of their own."""

    def __init__(
        self,
        links: Given,
        pages: Given = (),
        hosts: Given = (),
        trusted: Iterable[str] = (),
        authority: dict[str, float] | None = None,
    ) -> None:
        log = ProblemLog(Path("rows"), in_full=10)
        read, of_links = LinkRows("", log).read(_table("links", links), _place)
        tables = {
            "links": read if read.num_rows else LINKS.empty_table(),
            "of_links": of_links,
            "pages": _others("pages", pages, PAGES, log),
            "hosts": _others("hosts", hosts, HOSTS, log),
            "trusted": _others("trusted", [{"host": h} for h in trusted], TRUSTED, log),
            "domains": pa.table([list(authority or {}), list((authority or {}).values())], schema=DOMAINS),
        }
        wrong = [p for p in log.take() if p.cause != "same-site"]
        if wrong:
            raise TableError(f"{wrong[0].place}: {wrong[0].message} Put the literal rows right.")
        self.con = duckdb.connect(config={"threads": "1"})
        self.con.execute("SET TimeZone = 'UTC'")
        for name, table in tables.items():
            self.con.register(f"arrow_{name}", table)
            self.con.execute(f"CREATE TABLE {name} AS SELECT * FROM arrow_{name}")
            self.con.unregister(f"arrow_{name}")

    def links_sql(self, target: None = None, *, with_authority: bool = True) -> tuple[str, list[Any]]:
        """A SELECT with the ``LINKS`` columns; no parameters. A link seen once was last seen then, as in an index."""
        return "SELECT * REPLACE (coalesce(last_seen, first_seen) AS last_seen) FROM links", []

    def pages_sql(self) -> str:
        """Pages of both tables; what the table of pages says comes first."""
        facts = ", ".join(
            f"arg_min({name}, place) FILTER ({name} IS NOT NULL) AS {name}"
            for name in PAGES.names
            if name != "url"
        )
        both = "SELECT *, 0 AS place FROM pages UNION ALL BY NAME SELECT *, 1 AS place FROM of_links"
        return f"(SELECT url, {facts} FROM ({both}) GROUP BY url)"

    def hosts_sql(self) -> str:
        """The table of hosts."""
        return "hosts"

    def trusted_sql(self) -> str:
        """The list of trusted hosts."""
        return "trusted"

    def domains_sql(self) -> str:
        """The domains whose authority was given."""
        return "domains"

    def close(self) -> None:
        """Let go of the database."""
        self.con.close()


def _place(row: int) -> str:
    return f"row {row + 1}"


def _others(kind: str, rows: Given, schema: pa.Schema, log: ProblemLog) -> pa.Table:
    if not (rows.num_rows if isinstance(rows, pa.Table) else len(rows)):
        return schema.empty_table()
    table = _table(kind, rows)
    if kind == "pages":
        return PageRows("", log).read(table, _place)
    return (HostRows if kind == "hosts" else TrustedRows)("", log).read(table, _place)


def _table(kind: str, rows: Given) -> pa.Table:
    """Rows with the names of columns that the converters know."""
    if not isinstance(rows, pa.Table):
        names = list(dict.fromkeys(name for row in rows for name in row))
        if not rows and kind == "links":
            names = ["source_url", "target_url"]
        rows = pa.table({name: pa.array([row.get(name) for row in rows]) for name in names})
    columns = match(kind, rows.column_names)
    return pa.table({field: rows.column(place) for field, place in columns.places.items()})
