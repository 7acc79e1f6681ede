"""Which addresses lead on to a domain by redirect or canonical, and over which others.

Redirects and canonicals from elsewhere are links of that kind to the domain, and the links to their source are read
on from there; canonicals stand with the pages too, which is all that tables say of them. Of an address that leads on in
several ways a redirect counts before a canonical, then what was seen last, then the first by name. A chain of more than
``MOST_HOPS`` hops and one that runs in a circle lead nowhere, for every address on the way into them alike.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import duckdb
import pyarrow as pa

from backlit.index import Reader
from backlit.web.domain import split_host
from backlit.web.ids import buckets
from backlit.web.url import host_of

#: Hops of a chain.
MOST_HOPS = 5
#: Addresses elsewhere whose own links are read.
MOST_OUTSIDE = 20_000

PATHS = pa.list_(pa.struct([("type", pa.string()), ("status_code", pa.int32()), ("url", pa.string())]))
#: An address, the last address of the target on its way, and the way up to there.
RESOLVED = pa.schema([("url", pa.string()), ("final", pa.string()), ("path", PATHS)])


class Hop(NamedTuple):
    """Where an address leads, and how: ``redirect`` or ``canonical``; the status it answered with, if known."""

    to: str
    kind: str
    status: int | None


Hops = dict[str, Hop]


class Stored(NamedTuple):
    """Stored rows of a domain's links that were read before: a relation, and the cursor that sees it.

    It has those that stand and come from elsewhere, and those by which addresses lead on.
    """

    relation: str
    cursor: duckdb.DuckDBPyConnection


def hops_of(reader: Reader, domain: str, stored: Stored | None = None) -> Hops:
    """Every address that is known to lead, over others, to an address of ``domain``, and those of it that lead on.

    Addresses elsewhere to whose domains nothing links are left out.
    """
    return hops_of_many(reader, [domain], stored)[domain]


def hops_of_many(reader: Reader, domains: Iterable[str], stored: Stored | None = None) -> dict[str, Hops]:
    """``hops_of`` each of the domains; ``stored`` may be given of a single one."""
    hops: dict[str, Hops] = {domain: {} for domain in domains}
    with contextlib.closing(reader.con.cursor()) as own:
        cursor = own if stored is None else stored.cursor

        def rows(sql: str, values: Iterable[object]) -> list[Any]:
            return cursor.execute(sql, list(values)).fetchall()

        found: dict[str, list[_Found]] = {domain: [] for domain in hops}
        for names in by_bucket(reader, hops):
            sql, values = reader.handed_sql(names, LEADING, [])
            if stored is not None:
                sql, values = f"SELECT * FROM {stored.relation} WHERE {LEADING}", []
            for url, to, kind, status, of in rows(_BY_LINK.format(relation=sql), values):
                found[of].append((url, to, kind, status))
            pages = _BY_PAGE.format(relation=reader.pages_sql(names[0])) + " AND list_contains(?, domain)"
            for url, to, kind, status, of in rows(pages, [names]):
                found[of].append((url, to, kind, status))
        foreign = foreign_canonicals(reader)
        for domain in hops:
            found[domain] += foreign.get(domain, ())
        for _ in range(MOST_HOPS):
            frontier = _frontier(
                rows, reader, hops, {domain: _keep(hops[domain], found[domain]) for domain in hops}
            )
            if not frontier:
                break
            found = {domain: [] for domain in hops}
            outside: dict[str, set[str]] = defaultdict(set)
            for url in frontier:
                outside[split_host(host_of(url))[0]].add(url)
            for names in by_bucket(reader, outside):
                urls = sorted(url for name in names for url in outside[name])
                sql, values = reader.handed_sql(names, f"{LEADING} AND list_contains(?, target_url)", [urls])
                pages = (
                    _BY_PAGE.format(relation=reader.pages_sql(names[0])) + " AND list_contains(?, canonical)"
                )
                both = [*rows(_BY_LINK.format(relation=sql), values), *rows(pages, [urls])]
                for url, to, kind, status, _of in both:
                    for domain in frontier.get(to, ()):
                        found[domain].append((url, to, kind, status))
        _add_statuses(rows, reader, hops)
    return hops


_Rows = Callable[[str, Iterable[object]], list[Any]]
_Found = tuple[str, str, str, int | None]
#: Links by which addresses lead on. Whether one is lost is known of the whole row alone, so that it is asked outside.
LEADING = "kind IN ('redirect', 'canonical')"
_BY_LINK = (
    "SELECT source_url, target_url, kind, NULL, target_domain FROM ({relation}) "
    "WHERE source_url <> target_url AND lost_at IS NULL "
    "ORDER BY kind DESC, last_seen DESC NULLS LAST, source_url, target_url"
)
_CANONICAL = "canonical <> url AND regexp_matches(canonical, '^https?://[^/]+/')"
_BY_PAGE = f"SELECT url, canonical, 'canonical', status, domain FROM {{relation}} WHERE {_CANONICAL}"


_FOREIGN: WeakKeyDictionary[Reader, dict[str, list[_Found]]] = WeakKeyDictionary()
#: What was found in each file of pages (its path, inode and time). Files outlive generations, so it is kept for them
#: all; those of the newest reader only.
_IN_FILE: dict[tuple[str, int, int], list[_Found]] = {}
_LOCK = threading.Lock()


def foreign_canonicals(reader: Reader) -> dict[str, list[_Found]]:
    """Pages whose canonical address is of another domain, by that domain; looked for once a file."""
    with _LOCK:
        known = _FOREIGN.get(reader)
        if known is not None:
            return known
        files = {}
        for path in reader.files("pages"):
            stat = os.stat(path)
            files[path] = (path, stat.st_ino, stat.st_mtime_ns)
        inside = _foreign_in(reader, [path for path, key in files.items() if key not in _IN_FILE])
        each = {key: _IN_FILE.get(key) or inside.get(path, []) for path, key in files.items()}
        _IN_FILE.clear()
        _IN_FILE.update(each)
        found: dict[str, list[_Found]] = defaultdict(list)
        for row in sorted((row for rows in each.values() for row in rows), key=lambda row: row[0]):
            found[split_host(host_of(row[1]))[0]].append(row)
        _FOREIGN[reader] = dict(found)
        return _FOREIGN[reader]


def _foreign_in(reader: Reader, files: list[str]) -> dict[str, list[_Found]]:
    """The pages of some files whose canonical address is of another domain, by file."""
    found: dict[str, list[_Found]] = defaultdict(list)
    if not files:
        return found
    host = r"regexp_extract(canonical, '^https?://(\[[^\]]*\]|[^/:?#]*)', 1)"
    with contextlib.closing(reader.con.cursor()) as cursor:
        for file, *row in cursor.execute(
            f"SELECT filename, url, canonical, 'canonical', status FROM read_parquet(?, filename = true) "
            f"WHERE {_CANONICAL} AND {host} <> domain AND NOT ends_with({host}, '.' || domain)",
            [files],
        ).fetchall():
            url, to, kind, status = row
            found[file].append((url, to, kind, status))
    return found


def _keep(hops: Hops, found: list[_Found]) -> list[str]:
    """Put what was found to the hops; the addresses that are new among them."""
    new = []
    for url, to, kind, status in found:
        if url not in hops:
            hops[url] = Hop(to, kind, status)
            new.append(url)
    return new


def _frontier(
    rows: _Rows, reader: Reader, hops: dict[str, Hops], new: dict[str, list[str]]
) -> dict[str, list[str]]:
    """The new addresses elsewhere, and the domains that each leads to. Those of domains to which nothing links are
    taken out of the hops."""
    outside = {
        domain: {url: of for url in urls if (of := split_host(host_of(url))[0]) != domain}
        for domain, urls in new.items()
    }
    names = sorted({of for urls in outside.values() for of in urls.values()})
    if not names:
        return {}
    linked = rows(
        f"SELECT domain FROM {reader.domains_sql()} WHERE referring_links > 0 AND list_contains(?, domain)",
        [names],
    )
    known = {name for (name,) in linked}
    frontier: dict[str, list[str]] = defaultdict(list)
    for domain, urls in outside.items():
        for url, of in urls.items():
            if of not in known:
                del hops[domain][url]
            elif len(urls) <= MOST_OUTSIDE:
                frontier[url].append(domain)
    return frontier


def by_bucket(reader: Reader, names: Iterable[str]) -> list[list[str]]:
    """The domains, those of one bucket together; in a fixed order."""
    ordered = sorted(names)
    groups: dict[int, list[str]] = defaultdict(list)
    for name, bucket in zip(ordered, buckets(ordered, reader.manifest.buckets).tolist(), strict=True):
        groups[bucket].append(name)
    return [groups[bucket] for bucket in sorted(groups)]


def _add_statuses(rows: _Rows, reader: Reader, hops: dict[str, Hops]) -> None:
    """The statuses that the addresses of redirects and of canonicals from elsewhere answered with."""
    unknown: dict[str, set[str]] = defaultdict(set)
    for each in hops.values():
        for url, hop in each.items():
            if hop.status is None:
                unknown[split_host(host_of(url))[0]].add(url)
    status: dict[str, int] = {}
    for names in by_bucket(reader, unknown):
        urls = sorted(url for name in names for url in unknown[name])
        sql = f"SELECT url, status FROM {reader.pages_sql(names[0])} WHERE status IS NOT NULL AND list_contains(?, url)"
        status.update(rows(sql, [urls]))
    for each in hops.values():
        for url in each.keys() & status.keys():
            if each[url].status is None:
                each[url] = each[url]._replace(status=status[url])


def chain(hops: Hops, url: str) -> list[str]:
    """The addresses that ``url`` leads to, one after the other; none where they lead in a circle, or on and on."""
    way, seen = [], {url}
    at = url
    while at in hops:
        at = hops[at].to
        if at in seen:
            return []
        seen.add(at)
        way.append(at)
        if len(way) > MOST_HOPS:
            return []
    return way


def resolved(hops: Hops, covers: Callable[[str], bool]) -> pa.Table:
    """The ``RESOLVED`` addresses that lead to the target which ``covers`` tests for, over at least one hop.

    An address of the target leads on to the last address of it on its way; the links to it count there.
    """
    if not hops:
        return RESOLVED.empty_table()
    urls, finals, paths = [], [], []
    for url in hops:
        way = chain(hops, url)
        last = max((place for place, at in enumerate(way) if covers(at)), default=None)
        if last is None:
            continue
        urls.append(url)
        finals.append(way[last])
        over = [url, *way[:last]]
        paths.append([{"type": hops[at].kind, "status_code": hops[at].status, "url": at} for at in over])
    return pa.table(
        [pa.array(urls, pa.string()), pa.array(finals, pa.string()), pa.array(paths, PATHS)], schema=RESOLVED
    )
