"""Which addresses lead on to a domain by redirect or canonical, and over which others.

Redirects and canonicals from elsewhere are links of that kind to the domain, and the links to their source are read
on from there; canonicals within a domain stand with its pages. Of an address that leads on in several ways a redirect
counts before a canonical, then what was seen last, then the first by name. A chain of more than ``MOST_HOPS`` hops and
one that runs in a circle lead nowhere, for every address on the way into them alike.
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

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


def hops_of(reader: Reader, domain: str) -> Hops:
    """Every address that is known to lead, over others, to an address of ``domain``, and those of it that lead on.

    Addresses elsewhere to whose domains nothing links are left out.
    """
    hops: Hops = {}
    with contextlib.closing(reader.con.cursor()) as cursor:

        def rows(sql: str, values: Iterable[object]) -> list[Any]:
            return cursor.execute(sql, list(values)).fetchall()

        sql, values = reader.handed_sql([domain], "kind IN ('redirect', 'canonical') AND lost_at IS NULL", [])
        found = rows(_BY_LINK.format(relation=sql, condition="true"), values)
        found += rows(_BY_PAGE.format(relation=reader.pages_sql(domain)) + " AND domain = ?", [domain])
        for _ in range(MOST_HOPS):
            new = _keep(hops, found)
            outside: dict[str, set[str]] = defaultdict(set)
            for url in new:
                of = split_host(host_of(url))[0]
                if of != domain:
                    outside[of].add(url)
            linked = _linked(rows, reader, outside)
            for of in outside.keys() - linked.keys():
                for url in outside[of]:
                    del hops[url]
            outside = linked
            if not outside or sum(map(len, outside.values())) > MOST_OUTSIDE:
                break
            found = []
            for names in by_bucket(reader, outside):
                urls = [url for name in names for url in outside[name]]
                sql, values = reader.handed_sql(
                    names,
                    "kind IN ('redirect', 'canonical') AND lost_at IS NULL AND list_contains(?, target_url)",
                    [urls],
                )
                found += rows(_BY_LINK.format(relation=sql, condition="true"), values)
                found += rows(
                    _BY_PAGE.format(relation=reader.pages_sql(names[0])) + " AND list_contains(?, canonical)",
                    [urls],
                )
        _add_statuses(rows, reader, hops)
    return hops


_BY_LINK = (
    "SELECT source_url, target_url, kind, NULL FROM ({relation}) WHERE {condition} AND source_url <> target_url "
    "ORDER BY kind DESC, last_seen DESC NULLS LAST, target_url"
)
_BY_PAGE = "SELECT url, canonical, 'canonical', status FROM {relation} WHERE canonical IS NOT NULL AND canonical <> url"


def _keep(hops: Hops, found: list[tuple[str, str, str, int | None]]) -> list[str]:
    """Put what was found to the hops; the addresses that are new among them."""
    new = []
    for url, to, kind, status in found:
        if url not in hops:
            hops[url] = Hop(to, kind, status)
            new.append(url)
    return new


def _linked(
    rows: Callable[[str, Iterable[object]], list[Any]], reader: Reader, outside: dict[str, set[str]]
) -> dict[str, set[str]]:
    """Those of the domains that have links at all."""
    if not outside:
        return {}
    known = rows(
        f"SELECT domain FROM {reader.domains_sql()} WHERE referring_links > 0 AND list_contains(?, domain)",
        [sorted(outside)],
    )
    return {name: outside[name] for (name,) in known}


def by_bucket(reader: Reader, names: Iterable[str]) -> list[list[str]]:
    """The domains, those of one bucket together; in a fixed order."""
    ordered = sorted(names)
    groups: dict[int, list[str]] = defaultdict(list)
    for name, bucket in zip(ordered, buckets(ordered, reader.manifest.buckets).tolist(), strict=True):
        groups[bucket].append(name)
    return [groups[bucket] for bucket in sorted(groups)]


def _add_statuses(rows: Callable[[str, Iterable[object]], list[Any]], reader: Reader, hops: Hops) -> None:
    """The statuses that the addresses of redirects and of canonicals from elsewhere answered with."""
    unknown: dict[str, list[str]] = defaultdict(list)
    for url, hop in hops.items():
        if hop.status is None:
            unknown[split_host(host_of(url))[0]].append(url)
    for names in by_bucket(reader, unknown):
        urls = [url for name in names for url in unknown[name]]
        sql = f"SELECT url, status FROM {reader.pages_sql(names[0])} WHERE status IS NOT NULL AND list_contains(?, url)"
        for url, status in rows(sql, [urls]):
            hops[url] = hops[url]._replace(status=status)


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
