"""The stored rows of links to a target, or to many, and the addresses they lead to in the end."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from backlit.index import Reader
from backlit.questions.backlinks.hops import LEADING, RESOLVED, Hops, Stored, by_bucket, resolved
from backlit.questions.backlinks.scope import Scope, Status
from backlit.web.domain import split_host
from backlit.web.url import host_of

_STORED = (
    "link_id, source_url, source_host, source_domain, source_language, target_url, target_host, target_domain, kind, "
    "anchor, alt, rel, follow, hidden, semantic_location, text_before, text_after, first_seen, last_seen, lost_at, "
    "snapshot, part, source_authority, source_rank"
)
#: Texts that nothing is counted by; they are most of what there is to read.
_TEXTS = ("source_language", "anchor", "alt", "text_before", "text_after")
#: The same columns with unknown texts.
UNTEXTED = ", ".join(
    f"CAST(NULL AS VARCHAR) AS {name}" if name in _TEXTS else name for name in _STORED.split(", ")
)
#: What is needed to tell what the links of a target hand on.
NARROW = "source_domain, target_url, target_host, target_domain, rel, follow, lost_at, part, source_rank"
#: Whether a link passes anything on. Where nothing is known of it, as of most links in tables, it does.
DOFOLLOW = (
    "(coalesce(follow, true) AND NOT list_has_any(string_split(coalesce(rel, ''), ' '), "
    "['nofollow', 'ugc', 'sponsored']))"
)
_STATUS = {"live": "r.lost_at IS NULL", "lost": "r.lost_at IS NOT NULL", "all": "true"}


def source_sql(
    reader: Reader, scope: Scope, finals: pa.Table, columns: str = _STORED, stored: Stored | None = None
) -> tuple[str, list[Any]]:
    """Stored rows of all links of the scope's target, whatever their status: own addresses, and those of ``finals``.

    ``finals`` (``RESOLVED`` rows) says where each leads, if not to its own address. ``stored``, if given, stands for
    the rows of own addresses.
    """
    condition, values = scope.stored_condition()
    sql, params = reader.handed_sql([scope.domain], condition, values)
    if stored is not None:
        sql, params = f"SELECT * FROM {stored.relation} WHERE {condition}", list(values)
    selects = [f"SELECT {columns} FROM ({sql})"]
    covers = scope.covers()
    outside: dict[str, list[str]] = {}
    for url in finals["url"].to_pylist():
        if not covers(url):
            outside.setdefault(split_host(host_of(url))[0], []).append(url)
    for names in by_bucket(reader, outside):
        urls = [url for name in names for url in outside[name]]
        sql, more = reader.handed_sql(names, "list_contains(?, target_url)", [urls])
        selects.append(f"SELECT {columns} FROM ({sql})")
        params += more
    return " UNION ALL ".join(selects), params


@contextlib.contextmanager
def stored_rows(cursor: duckdb.DuckDBPyConnection, reader: Reader, domain: str) -> Iterator[Stored]:
    """The stored rows of a domain's links that most is asked of, read once: see ``Stored``."""
    sql, params = reader.handed_sql([domain], f"(source_domain <> ? OR {LEADING})", [domain])
    cursor.execute(f"CREATE TEMP TABLE stored AS SELECT {_STORED} FROM ({sql}) WHERE lost_at IS NULL", params)
    try:
        yield Stored("temp.stored", cursor)
    finally:
        cursor.execute("DROP TABLE temp.stored")


def write_raw(
    cursor: duckdb.DuckDBPyConnection,
    reader: Reader,
    scope: Scope,
    hops: Hops,
    scale: float,
    stored: Stored | None = None,
) -> None:
    """Make the temporary table ``raw`` of the stored rows of ``scope`` (its condition aside).

    Beside stored columns: ``url_to``, the address a link leads to in the end, ``path`` on the way there (NULL if it is
    the link's own), ``no`` = 0 and ``scale``.
    """
    finals = resolved(hops if scope.include_indirect else {}, scope.covers())
    sql, params = source_sql(reader, scope, finals, stored=stored)
    conditions = [_STATUS[scope.status]]
    if scope.exclude_internal:
        conditions.append("r.source_domain <> ?")
        params = [*params, scope.domain]
    cursor.register("finals", finals)
    try:
        cursor.execute(
            "CREATE TEMP TABLE raw AS SELECT r.*, coalesce(f.final, r.target_url) AS url_to, f.path AS path, "
            f"0 AS no, {scale!r} AS scale FROM ({sql}) r LEFT JOIN finals f ON f.url = r.target_url "
            f"WHERE {' AND '.join(conditions)}",
            params,
        )
    finally:
        cursor.unregister("finals")


def write_raw_of_many(
    cursor: duckdb.DuckDBPyConnection,
    reader: Reader,
    scopes: Mapping[int, Scope],
    hops: Mapping[str, Hops],
    scales: Mapping[str, float],
    *,
    status: Status = "live",
    columns: str = _STORED,
) -> None:
    """The same for many scopes that say nothing but their target (a domain, host or address); ``no`` numbers them."""
    wanted: dict[str, set[str] | None] = {}
    finals: list[pa.Table] = []
    for number, scope in scopes.items():
        if scope.target.kind != "url":
            wanted[scope.domain] = None
        found = resolved(hops.get(scope.domain, {}), scope.covers())
        finals.append(found.append_column("no", pa.array([number] * found.num_rows, pa.int32())))
    for scope in scopes.values():
        if scope.target.kind == "url" and scope.target.url is not None:
            _want(wanted, scope.domain, scope.target.url)
    for table in finals:
        for url in table["url"].to_pylist():
            _want(wanted, split_host(host_of(url))[0], url)
    sql, params = _rows_of_many(reader, wanted, columns)
    cursor.register("scopes", numbered(scopes, scales))
    cursor.register("finals", pa.concat_tables([RESOLVED_MANY.empty_table(), *finals]))
    counts = f"{_STATUS[status]} AND r.source_domain <> s.domain"
    own = (
        "SELECT r.*, r.target_url AS url_to, NULL AS path, s.no, s.scale FROM found r JOIN scopes s ON {0} "
        "ANTI JOIN finals f ON f.no = s.no AND f.url = r.target_url WHERE {1} AND {2}"
    )
    branches = [
        "SELECT r.*, f.final AS url_to, f.path, s.no, s.scale FROM found r JOIN finals f ON f.url = r.target_url "
        f"JOIN scopes s ON s.no = f.no WHERE {counts}",
        own.format("s.domain = r.target_domain", "s.kind = 'domain'", counts),
        own.format(
            "s.domain = r.target_domain",
            "s.kind = 'host' AND (r.target_host = s.host OR ends_with(r.target_host, '.' || s.host))",
            counts,
        ),
        own.format("s.url = r.target_url", "s.kind = 'url'", counts),
    ]
    try:
        cursor.execute(
            f"CREATE TEMP TABLE raw AS WITH found AS MATERIALIZED ({sql}) {' UNION ALL '.join(branches)}",
            params,
        )
    finally:
        cursor.unregister("scopes")
        cursor.unregister("finals")


RESOLVED_MANY = RESOLVED.append(pa.field("no", pa.int32()))


def _want(wanted: dict[str, set[str] | None], domain: str, url: str) -> None:
    """Ask for one address of a domain, unless all of it is asked for."""
    of = wanted.setdefault(domain, set())
    if of is not None:
        of.add(url)


def _rows_of_many(
    reader: Reader, wanted: Mapping[str, set[str] | None], columns: str
) -> tuple[str, list[Any]]:
    """Stored rows of the links to whole domains (``None``), and to some addresses of others."""
    selects, params = [], list[Any]()
    for names in by_bucket(reader, [name for name, urls in wanted.items() if urls is None]):
        sql, values = reader.handed_sql(names, "true", [])
        selects.append(f"SELECT {columns} FROM ({sql})")
        params += values
    for names in by_bucket(reader, [name for name, urls in wanted.items() if urls is not None]):
        urls = sorted({url for name in names for url in wanted[name] or ()})
        sql, values = reader.handed_sql(names, "list_contains(?, target_url)", [urls])
        selects.append(f"SELECT {columns} FROM ({sql})")
        params += values
    if not selects:
        sql, params = reader.handed_sql([""], "false", [])
        return f"SELECT {columns} FROM ({sql})", params
    return " UNION ALL ".join(selects), params


def numbered(scopes: Mapping[int, Scope], scales: Mapping[str, float]) -> pa.Table:
    """``no, kind, domain, host, url, scale`` of each scope."""

    def kind(scope: Scope) -> str:
        return "domain" if scope.whole_domain else scope.target.kind

    def column(values: Sequence[Any], of: pa.DataType) -> pa.Array:
        return pa.array(values, of)

    every = list(scopes.values())
    return pa.table(
        {
            "no": column(list(scopes), pa.int32()),
            "kind": column([kind(scope) for scope in every], pa.string()),
            "domain": column([scope.domain for scope in every], pa.string()),
            "host": column([scope.host for scope in every], pa.string()),
            "url": column([scope.target.url for scope in every], pa.string()),
            "scale": column([scales.get(scope.domain, 1.0) for scope in every], pa.float64()),
        }
    )
