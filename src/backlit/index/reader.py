"""Reading one generation: a locked-down DuckDB connection over exactly its files."""

from __future__ import annotations

import hashlib
import math
import threading
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from backlit.index.held import held_pages
from backlit.index.layout import Layout, Manifest
from backlit.index.rollups import ROLLUPS, rollup_statement
from backlit.index.schema import BY_DEPTH, DISK_LINKS, STATE_COLUMNS, link_columns
from backlit.records import FETCHES, HOSTS, LINKS, PAGES, SNAPSHOTS, TRUSTED
from backlit.settings import default
from backlit.web.ids import buckets

if TYPE_CHECKING:
    from backlit.web.target import Target

_TYPES = {
    pa.string(): "VARCHAR",
    pa.bool_(): "BOOLEAN",
    pa.int8(): "TINYINT",
    pa.int16(): "SMALLINT",
    pa.int32(): "INTEGER",
    pa.int64(): "BIGINT",
    pa.float64(): "DOUBLE",
    pa.timestamp("us"): "TIMESTAMP",
    pa.binary(): "BLOB",
    pa.binary(128): "BLOB",
    pa.date32(): "DATE",
}

#: Columns of the rollups, with SQL types: what an empty index answers with.
_ROLLUP_COLUMNS = {
    "totals": "target_domain VARCHAR, links BIGINT, lost_links BIGINT, referring_domains BIGINT, lost_domains BIGINT, "
    "referring_sites BIGINT, referring_hosts BIGINT, referring_pages BIGINT, follow_links BIGINT, "
    "nofollow_links BIGINT, unknown_follow_links BIGINT, hidden_links BIGINT, follow_domains BIGINT, "
    "target_pages BIGINT, first_seen DATE, last_seen DATE",
    "referring": "target_domain VARCHAR, source_domain VARCHAR, sites BIGINT, hosts BIGINT, pages BIGINT, "
    "links BIGINT, follow_links BIGINT, nofollow_links BIGINT, content_links BIGINT, lost_links BIGINT, "
    "first_seen DATE, last_seen DATE, lost_at DATE",
    "facets": "target_domain VARCHAR, facet VARCHAR, value VARCHAR, links BIGINT, referring_domains BIGINT",
    "anchors": "target_domain VARCHAR, anchor VARCHAR, alt VARCHAR, image BOOLEAN, links BIGINT, "
    "referring_domains BIGINT, follow_links BIGINT, first_seen DATE, last_seen DATE",
    "target_pages": "target_domain VARCHAR, target_url VARCHAR, links BIGINT, referring_domains BIGINT, "
    "follow_links BIGINT, lost_links BIGINT, first_seen DATE, last_seen DATE",
    "days": "target_domain VARCHAR, day DATE, new_links BIGINT, lost_links BIGINT, new_domains BIGINT, "
    "lost_domains BIGINT",
    "domains": "domain VARCHAR, authority DOUBLE, pagerank DOUBLE, rank BIGINT, percentile DOUBLE, "
    "referring_domains BIGINT, referring_links BIGINT, linked_domains BIGINT, pages BIGINT",
    "out": "source_domain VARCHAR, target_domain VARCHAR, pair_id BIGINT, flags TINYINT",
}


class Reader:
    """One generation, pinned: its files stay while this is open, whatever a writer does.

    ``con`` is a DuckDB connection that can read the index's data folder and nothing else,
    with its configuration locked. Use ``con.cursor()`` for concurrent reads.
    """

    def __init__(self, layout: Layout, threads: int | None = None) -> None:
        self.layout = layout
        pinned: tuple[Manifest, IO[bytes] | None] = layout.pin()
        self.manifest, self._pin = pinned
        self.con = _connect(layout, threads)
        self._lock = threading.Lock()

    # -- facts about the generation -----------------------------------------------------

    @property
    def generation(self) -> int:
        """The generation's number."""
        return self.manifest.generation

    @cached_property
    def identity(self) -> str:
        """Tells this generation from every other, and from one of the same number of an index made anew."""
        files = " ".join(file.digest for file in self.manifest.files)
        named = f"{self.generation} {self.manifest.created} {files}"
        return hashlib.blake2b(named.encode(), digest_size=16).hexdigest()

    @property
    def data_date(self) -> str | None:
        """The day of the latest snapshot (``YYYY-MM-DD``)."""
        return self.manifest.data_date

    @property
    def origins(self) -> list[str]:
        """Where the rows come from: the distinct origins of the snapshots."""
        return sorted({row["origin"] for row in self.snapshot_days if row["origin"] is not None})

    @cached_property
    def domain_counts(self) -> tuple[int, int]:
        """How many domains have a rank, and how many there are."""
        (row,) = self.query(
            f"SELECT count(rank) AS ranked, count(*) AS domains FROM {self.domains_sql()}"
        ).to_pylist()
        return row["ranked"], row["domains"]

    @cached_property
    def snapshot_days(self) -> list[dict[str, str | None]]:
        """``date, origin``: the different days and origins of the snapshots, in order."""
        found: list[dict[str, str | None]] = self.query(
            f"SELECT DISTINCT date::VARCHAR AS date, origin FROM {self.snapshots_sql()} ORDER BY ALL"
        ).to_pylist()
        return found

    # -- relations ----------------------------------------------------------------------

    def files(self, table: str, domain: str | None = None, part: str | None = None) -> list[str]:
        """Paths of a table's files: of the bucket of ``domain``, or all."""
        bucket = None if domain is None else int(buckets([domain], self.manifest.buckets)[0])
        found = self._files.get((table, bucket), [])
        return [path for of, path in found if part is None or of == part]

    @cached_property
    def _files(self) -> dict[tuple[str, int | None], list[tuple[str, str]]]:
        """Part and path of the files of each table, by bucket and all (``None``), as the manifest orders them."""
        found: dict[tuple[str, int | None], list[tuple[str, str]]] = {}
        for file in self.manifest.files:
            for key in ((file.table, file.bucket), (file.table, None)):
                found.setdefault(key, []).append((file.part, str(self.layout.data / file.name)))
        return found

    def links_sql(
        self, target: Target | None = None, *, with_authority: bool = True, with_equity: bool = False
    ) -> tuple[str, list[Any]]:
        """A SELECT with the ``LINKS`` columns (and ``source_authority``), and its parameters.

        With a target only its bucket is read, and its conditions stand inside, next to the
        files, so that row groups of other targets are skipped. ``with_equity`` adds authority and the
        ``EQUITY_COLUMNS``, which cost two joins more, so ask for them where they are wanted.
        """
        domain = target.domain if target else None
        condition, params = target_condition(target) if target else ("true", [])
        stored = self._stored_links(domain, condition, parts=with_equity)
        params = params * stored.count("/*target*/")
        columns = link_columns("l")
        if with_equity:
            return self._with_equity(columns, stored, condition, params, domain)
        if not with_authority:
            return f"SELECT {columns} FROM ({stored}) l", params
        scores = self.source_scores_sql(domain)
        if domain is not None:
            params = [*params, domain]
        return (
            f"SELECT {columns}, s.source_authority FROM ({stored}) l "
            f"LEFT JOIN {scores} s ON s.target_domain = l.target_domain AND s.source_domain = l.source_domain",
            params,
        )

    def _with_equity(
        self, columns: str, stored: str, condition: str, params: list[Any], domain: str | None
    ) -> tuple[str, list[Any]]:
        """``stored`` rows (which have a ``part``) with what they hand on: E = damping · R(source) · part.

        Beside E over the median of all links from elsewhere to the same domain that hand on anything, and the score
        that E alone would earn. All are NULL where the rank of the source is unknown.
        """
        whole = domain is None or condition == "target_domain = ?"
        rank = self.source_scores_sql(domain)
        own = [] if domain is None else [domain]
        joined = f"{rank} s ON s.target_domain = l.target_domain AND s.source_domain = l.source_domain"
        counts = "l.source_domain <> l.target_domain AND s.source_rank * l.part > 0"
        handed = "s.source_rank * l.part"
        if whole:
            # The rows asked for are all there are: their median is found in passing.
            median, beside, params = (
                f"median(CASE WHEN {counts} THEN {handed} END) OVER (PARTITION BY l.target_domain)",
                "",
                [*params, *own],
            )
        else:
            every = self._stored_links(domain, "target_domain = ?", parts=True)
            beside = f" CROSS JOIN (SELECT median({handed}) AS median FROM ({every}) l JOIN {joined} WHERE {counts}) m"
            median, params = "m.median", [*params, *own, *own * every.count("/*target*/"), *own]
        damping, low, high, _ = self._equity_scale
        score = "1"
        if 0 < low < high:
            place = f"(ln(handed) - {math.log(low / damping)!r}) / {math.log(high / low)!r}"
            score = f"round(1 + 99 * least(greatest({place}, 0), 1), 2)"
        return (
            "SELECT * EXCLUDE (handed, median), "
            "CASE WHEN source_domain <> target_domain THEN handed / median END AS equity, "
            f"CASE WHEN handed > 0 THEN {score} WHEN handed = 0 THEN 1 END AS equity_score, "
            f"CASE WHEN handed IS NOT NULL THEN '{BY_DEPTH}' END AS source_share "
            f"FROM (SELECT {columns}, s.source_authority, {handed} AS handed, {median} AS median "
            f"FROM ({stored}) l LEFT JOIN {joined}{beside})",
            params,
        )

    def handed_sql(
        self, domains: Sequence[str], condition: str, values: Sequence[Any]
    ) -> tuple[str, list[Any]]:
        """A SELECT with the ``LINKS`` columns of the links to ``domains``, and what each has of its source's rank.

        ``domains`` must be of one bucket; ``condition`` (with ``values``) is over stored columns, beside that of the
        domain. Besides the links' columns: ``part``, ``source_authority`` and ``source_rank``, NULL where unknown;
        a link hands on damping x source_rank x part.
        """
        names = list(domains)
        own = f"target_domain IN ({', '.join('?' * len(names))})"
        stored = self._stored_links(names[0], f"{own} AND ({condition})", parts=True)
        times = stored.count("/*target*/")
        scores = self.source_scores_sql(names[0]).replace("target_domain = ?", own)
        scores = scores.replace(" WHERE NULL = ?", " WHERE false")  # there are no scores
        params = [*names, *values] * times + names * scores.count(own)
        return (
            f"SELECT {link_columns('l')}, l.part, s.source_authority, s.source_rank FROM ({stored}) l "
            f"LEFT JOIN {scores} s ON s.target_domain = l.target_domain AND s.source_domain = l.source_domain",
            params,
        )

    @property
    def equity_scale(self) -> tuple[float, float, float]:
        """Damping, and the ranks that score 1 and 100; these are 0 where there is no scale."""
        return self._equity_scale[:3]

    @property
    def trusted_domains(self) -> int:
        """The trusted domains that rank starts from; 0 where it starts from all alike, or there is none."""
        return self._equity_scale[3]

    @cached_property
    def _equity_scale(self) -> tuple[float, float, float, int]:
        """Damping, the ranks that score 1 and 100, and the trusted domains; zeros where there is no scale."""
        files = self.files("equity_scale")
        if not files:
            return 1.0, 0.0, 0.0, 0
        row = self.query(f"SELECT damping, low, high, trusted FROM {_read(files)}").to_pylist()[0]
        return row["damping"], row["low"], row["high"], row["trusted"]

    def _stored_links(self, domain: str | None, condition: str, *, parts: bool = False) -> str:
        """Stored rows, delta and state applied, as a SELECT; ``condition`` stands by every file read.

        With ``parts`` there is a column ``part`` more: of its site's rank, what the link hands on.
        """
        base = self.files("links", domain, "base")
        delta = self.files("links", domain, "delta")
        state = self.files("links", domain, "state")
        columns = list(DISK_LINKS.names)
        where = f"WHERE ({condition}) /*target*/"
        names = ", ".join(columns)
        if not base and not delta:
            extra = ", CAST(NULL AS DOUBLE) AS part" if parts else ""
            return f"SELECT {names}{extra} FROM {_nothing(DISK_LINKS)} {where}"

        def rows(part: str, files: list[str]) -> str:
            if not parts:
                return f"SELECT {names} FROM {_read(files)} {where}"
            beside = self.files("link_parts", domain, part)
            if len(beside) != len(files):  # an index of before there were parts
                return f"SELECT {names}, CAST(NULL AS DOUBLE) AS part FROM {_read(files)} {where}"
            return " UNION ALL ".join(
                f"SELECT r.* EXCLUDE (file_row_number), CAST(p.part AS DOUBLE) AS part FROM "
                f"(SELECT {names}, file_row_number FROM {_read([file], rows=True)} {where}) r "
                f"JOIN {_read([more], rows=True)} p USING (file_row_number)"
                for file, more in zip(files, beside, strict=True)
            )

        select = rows("base", base)
        if parts:
            columns.append("part")
            names += ", part"
        if delta:
            ids = f"SELECT link_id FROM {_read(delta)} {where}"
            select = f"SELECT {names} FROM ({select}) WHERE link_id NOT IN ({ids})"
            names = ", ".join(DISK_LINKS.names)
            select += f" UNION ALL {rows('delta', delta)}"
        if state:
            put = ", ".join(
                f"CASE WHEN s.link_id IS NULL THEN b.{c} ELSE s.{c} END AS {c}"
                if c in STATE_COLUMNS
                else f"b.{c}"
                for c in columns
            )
            select = f"SELECT {put} FROM ({select}) b LEFT JOIN {_read(state)} s ON s.link_id = b.link_id"
            if domain is not None:
                select += " AND s.target_domain = b.target_domain"
        return select

    def rollup_sql(self, name: str, target: Target) -> tuple[str, list[Any]]:
        """A SELECT of one rollup for a target, and its parameters.

        For a domain it is read from the index; for a host, prefix or address it is counted
        from the target's links. ``referring`` comes with ``source_authority``.
        """
        if name not in ROLLUPS:
            raise ValueError(f"There is no rollup {name!r}; there are {', '.join(ROLLUPS)}.")
        if target.kind == "domain":
            select = f"SELECT * FROM {self._relation(name, target.domain)} WHERE target_domain = ?"
            params: list[Any] = [target.domain]
        else:
            links, params = self.links_sql(target, with_authority=False)
            relation = f"(SELECT *, source_url AS page, source_host AS host_key FROM ({links}))"
            select = rollup_statement(name, relation)
            params = params * rollup_statement(name, "{links}").count("{links}")
        if name != "referring":
            return select, params
        scores = self.source_scores_sql(target.domain)
        return (
            f"SELECT r.*, s.source_authority FROM ({select}) r LEFT JOIN {scores} s USING (source_domain)",
            [
                *params,
                target.domain,
            ],
        )

    def source_scores_sql(self, domain: str | None) -> str:
        """``target_domain, source_domain, source_authority, source_rank`` of all pairs, or of one target (a parameter).

        The scores are the rows of the referring file of the same bucket, in the same order.
        """
        pairs, scores = self.files("referring", domain), self.files("referring_scores", domain)
        condition = "" if domain is None else " WHERE target_domain = ?"
        if not pairs or not scores:
            nothing = condition.replace("target_domain", "NULL") or " WHERE false"
            return (
                "(SELECT CAST(NULL AS VARCHAR) AS target_domain, CAST(NULL AS VARCHAR) AS source_domain, "
                f"CAST(NULL AS DOUBLE) AS source_authority, CAST(NULL AS DOUBLE) AS source_rank{nothing})"
            )
        both = " UNION ALL ".join(
            f"SELECT p.target_domain, p.source_domain, s.source_authority, s.source_rank FROM "
            f"(SELECT target_domain, source_domain, file_row_number FROM {_read([pair], rows=True)}{condition}) p "
            f"JOIN {_read([score], rows=True)} s USING (file_row_number)"
            for pair, score in zip(pairs, scores, strict=True)
        )
        return f"({both})"

    def _relation(self, table: str, domain: str | None = None) -> str:
        files = self.files(table, domain)
        return _read(files) if files else empty_relation(table)

    def table_sql(self, table: str, domain: str | None = None) -> str:
        """A relation over a derived table (``out``, ``domains``, a rollup …), all or one bucket."""
        return self._relation(table, domain)

    def domains_sql(self) -> str:
        """A relation of all domains with their authority (``DOMAINS`` columns)."""
        return self._relation("domains")

    def pages_sql(self, domain: str | None = None) -> str:
        """A relation with the ``PAGES`` columns: all pages, or those in the bucket of ``domain``."""
        return self._pages(self.files("pages", domain))

    def pages_of_sql(self, domains: Sequence[str]) -> tuple[str, list[Any]]:
        """A relation with the ``PAGES`` columns of some domains, and its parameters."""
        # One domain of each bucket stands for it.
        of_bucket = dict(zip(buckets(domains, self.manifest.buckets).tolist(), domains, strict=True))
        files = [file for _, domain in sorted(of_bucket.items()) for file in self.files("pages", domain)]
        names = ", ".join("?" * len(domains)) or "NULL"
        return f"(SELECT * FROM {self._pages(files)} WHERE domain IN ({names}))", list(domains)

    def pages_held(self, domains: Sequence[str]) -> pa.Table | None:
        """Pages of some domains (``HELD`` columns) as a table in memory, where what was read stays for later.

        ``None`` where the pages of so many domains are more than may be held: then read ``pages_of_sql``.
        """
        found: dict[str, list[str]] = {}
        for name, bucket in zip(domains, buckets(domains, self.manifest.buckets).tolist(), strict=True):
            for _, path in self._files.get(("pages", bucket), []):
                found.setdefault(path, []).append(name)
        return held_pages(default().backlinks.pages_bytes).pages_of(found)

    def _pages(self, files: list[str]) -> str:
        source = _read(files) if files else _nothing(PAGES)
        return f"(SELECT {', '.join(PAGES.names)} FROM {source})"

    def fetches_sql(self) -> str:
        """A relation with the ``FETCHES`` columns."""
        files = self.files("fetches")
        return _read(files) if files else _nothing(FETCHES)

    def hosts_sql(self) -> str:
        """One row a host: of every fact the value of the latest snapshot that has one."""
        files = self.files("hosts")
        source = _read(files) if files else _nothing(HOSTS)
        facts = ", ".join(
            f"arg_max({c}, snapshot || ' ' || {c}) FILTER ({c} IS NOT NULL) AS {c}"
            for c in HOSTS.names
            if c not in ("host", "snapshot", "origin")
        )
        return (
            f"(SELECT host, {facts}, max(snapshot) AS snapshot, "
            f"string_agg(DISTINCT origin, ',' ORDER BY origin) AS origin FROM {source} GROUP BY host)"
        )

    def trusted_sql(self) -> str:
        """Hosts the user calls trusted."""
        files = self.files("trusted")
        return _read(files) if files else _nothing(TRUSTED)

    def snapshots_sql(self) -> str:
        """A relation with the ``SNAPSHOTS`` columns: one row an input."""
        files = self.files("snapshots")
        return _read(files) if files else _nothing(SNAPSHOTS)

    # -- asking -------------------------------------------------------------------------

    def query(self, sql: str, params: Iterable[Any] = ()) -> pa.Table:
        """The rows of a statement, as an Arrow table."""
        with self._lock:
            cursor = self.con.cursor()
        try:
            table: pa.Table = cursor.sql(sql, params=list(params)).to_arrow_table()
            return table
        finally:
            cursor.close()

    def close(self) -> None:
        """Let go of the generation."""
        self.con.close()
        if self._pin is not None:
            self._pin.close()
            self._pin = None

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def empty_relation(table: str) -> str:
    """A relation with the columns of a table of the index and no rows."""
    if table == "links":
        return _nothing(LINKS)
    if table == "pages":
        return _nothing(PAGES)
    columns = ", ".join(
        f"CAST(NULL AS {c.rsplit(' ', 1)[1]}) AS {c.rsplit(' ', 1)[0]}"
        for c in _ROLLUP_COLUMNS[table].split(", ")
    )
    return f"(SELECT {columns} WHERE false)"


def target_condition(target: Target) -> tuple[str, list[Any]]:
    """SQL over stored link columns that holds for the links to ``target``, and its parameters."""
    if target.kind == "domain":
        return "target_domain = ?", [target.domain]
    if target.kind == "host":
        assert target.host is not None
        return "target_domain = ? AND (target_host = ? OR ends_with(target_host, ?))", [
            target.domain,
            target.host,
            "." + target.host,
        ]
    if target.kind == "url":
        return "target_domain = ? AND target_url = ?", [target.domain, target.url]
    prefixes = list(target.prefixes)
    condition = " OR ".join("starts_with(target_url, ?)" for _ in prefixes)
    return f"target_domain = ? AND ({condition})", [target.domain, *prefixes]


def _connect(layout: Layout, threads: int | None) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "preserve_insertion_order": "true",
            **({} if threads is None else {"threads": str(threads)}),
        }
    )
    folder = str(layout.data.resolve()).replace("'", "''") + "/"
    # DuckDB may read and write its folder for spilling, which by default is the working one.
    spill = str(layout.root.resolve() / "spill").replace("'", "''")
    con.execute(f"SET temp_directory = '{spill}'")
    con.execute("SET parquet_metadata_cache = true")
    con.execute("SET TimeZone = 'UTC'")
    con.execute(f"SET allowed_directories = ['{folder}']")
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")
    return con


def _read(files: list[str], *, rows: bool = False) -> str:
    quoted = ", ".join("'" + f.replace("'", "''") + "'" for f in files)
    return f"read_parquet([{quoted}]{', file_row_number = true' if rows else ''})"


def _nothing(schema: pa.Schema) -> str:
    columns = ", ".join(f"CAST(NULL AS {_TYPES[f.type]}) AS {f.name}" for f in schema)
    return f"(SELECT {columns} WHERE false)"
