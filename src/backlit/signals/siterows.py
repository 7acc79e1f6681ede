"""The sites of a ground: what their names say, what is known of their domains and hosts, and the traits they share."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from backlit.authority.names import sections
from backlit.authority.seeds import find_seeds, suffixed
from backlit.authority.tails import Tails
from backlit.settings import Settings
from backlit.signals.ground import (
    FOOTPRINTS,
    INSTITUTION,
    PLATFORM,
    TENANT,
    TRUSTED,
    Footprints,
    Ints,
    Measures,
    Pages,
    Sites,
)
from backlit.signals.queries import Queries, texts
from backlit.web.domain import split_host

_EPOCH = date(1970, 1, 1).toordinal()
#: The property of an account of Universal Analytics: ``UA-1234-1`` and ``UA-1234-2`` are one owner's.
_PROPERTY = re.compile(r"(ua-\d+)-\d+")


class SiteRows(NamedTuple):
    """Sites in the order of names, and what hangs on them."""

    sites: Sites
    domains: pa.Array
    footprints: Footprints


def site_rows(
    ask: Queries, table: pa.Table, pages: Pages, linking: Ints, languages: tuple[str, ...], settings: Settings
) -> SiteRows:
    """Facts of the sites of ``table`` (``site``, ``domain``); ``linking``: the page of each link."""
    names = texts(table, "site")
    domain_names = texts(table, "domain")
    domains = pc.unique(domain_names)
    domains = domains.take(pc.sort_indices(domains))
    domain = pc.index_in(domain_names, value_set=domains).to_numpy(zero_copy_only=False).astype(np.int32)
    hosts = ask.table("SELECT * FROM {hosts} ORDER BY host")
    host_site = _sites_of(hosts.column("host").to_pylist(), names)
    registered = _days(hosts.column("registered").to_pylist())
    sites = Sites(
        name=names,
        domain=domain,
        flags=_flags(names, domain_names, ask.table("SELECT host FROM {trusted}").column(0).to_pylist()),
        pages=_page_counts(pages, linking, len(names)),
        language=_main_language(pages, len(names), len(languages)),
        authority=_authority(ask, domains)[domain],
        registered=_least(host_site, registered, len(names)),
    )
    rows = [*_host_footprints(hosts, host_site, registered), *_page_footprints(ask, names)]
    return SiteRows(sites, domains, _footprints(rows))


def _flags(names: pa.Array, domains: pa.Array, trusted: list[str]) -> npt.NDArray[np.uint8]:
    flags = np.zeros(len(names), np.uint8)
    seeds = find_seeds(names, len(names), add=trusted)  # type: ignore[arg-type]  # an Arrow array slices as it needs
    flags[seeds.nodes] |= TRUSTED
    flags[suffixed(names)] |= INSTITUTION
    platform = Tails({1: (entry for entries in sections("platforms.txt").values() for entry in entries)})
    listed = platform.look(names)[0] > 0
    below = pc.not_equal(names, domains).to_numpy(zero_copy_only=False)
    flags[listed & ~below] |= PLATFORM
    flags[below] |= TENANT
    return flags


def _page_counts(pages: Pages, linking: Ints, sites: int) -> Ints:
    known = np.bincount(pages.site[pages.known], minlength=sites)
    links = np.zeros(len(pages), np.bool_)
    links[linking] = True
    sources = np.bincount(pages.site[links], minlength=sites)
    return np.maximum(known, sources).astype(np.int32)


def _main_language(pages: Pages, sites: int, languages: int) -> Ints:
    """The language of most pages; of as many, the first by its code."""
    main = np.full(sites, -1, np.int32)
    told = pages.language >= 0
    if not languages or not told.any():
        return main
    both, counts = np.unique(
        pages.site[told].astype(np.int64) * languages + pages.language[told], return_counts=True
    )
    order = np.lexsort((-(both % languages), counts))  # the last one written stays
    main[both[order] // languages] = both[order] % languages
    return main


def _authority(ask: Queries, domains: pa.Array) -> Measures:
    found = np.full(len(domains), np.nan, np.float32)
    table = ask.table("SELECT domain, authority FROM {domains} WHERE authority IS NOT NULL")
    place = pc.index_in(table.column("domain").cast(pa.string()), value_set=domains)
    place = place.fill_null(-1).to_numpy().astype(np.int64)
    here = place >= 0
    found[place[here]] = table.column("authority").to_numpy()[here]
    return found


def _sites_of(hosts: list[str], names: pa.Array) -> Ints:
    """The site of each host, -1 where no link knows it."""
    sites = pa.array([split_host(host)[1] for host in hosts], pa.string())
    found = pc.index_in(sites, value_set=names).fill_null(-1)
    numbers: Ints = found.to_numpy(zero_copy_only=False).astype(np.int32)
    return numbers


def _least(sites: Ints, days: Ints, count: int) -> Ints:
    """The earliest known day of each site."""
    found = np.full(count, np.iinfo(np.int32).max, np.int32)
    some = (sites >= 0) & (days >= 0)
    np.minimum.at(found, sites[some], days[some])
    return np.where(found == np.iinfo(np.int32).max, -1, found).astype(np.int32)


def _days(cells: Iterable[str | None]) -> Ints:
    """Days since 1970-01-01 of what begins with an ISO date; days before are 0, what is no date is -1."""
    found = []
    for cell in cells:
        try:
            found.append(max(date.fromisoformat((cell or "")[:10]).toordinal() - _EPOCH, 0))
        except ValueError:
            found.append(-1)
    return np.array(found, np.int32)


# -- footprints ------------------------------------------------------------------------------------------

_Row = tuple[int, str, str]


def _host_footprints(hosts: pa.Table, sites: Ints, registered: Ints) -> Iterator[_Row]:
    columns = {name: hosts.column(name).to_pylist() for name in hosts.column_names}
    for i in np.flatnonzero(sites >= 0).tolist():
        site = int(sites[i])
        for column, kind, clean in _HOST_TRAITS:
            cell = columns[column][i]
            if cell and (value := clean(cell)):
                yield site, kind, value
        registrar = columns["registrar"][i]
        if registrar and registered[i] > 0:
            yield site, "registration", f"{registrar.strip().lower()} {registered[i] // 7}"


def _page_footprints(ask: Queries, names: pa.Array) -> Iterator[_Row]:
    for column, kinds in (
        ("analytics_ids", ("analytics",)),
        ("ad_ids", ("ads",)),
        ("ip", ("address", "network")),
    ):
        found = ask.table(f"SELECT DISTINCT site, {column} AS cell FROM {{pages}} WHERE {column} <> ''")
        sites = pc.index_in(found.column("site"), value_set=names).fill_null(-1).to_pylist()
        for site, cell in zip(sites, found.column("cell").to_pylist(), strict=True):
            if site < 0:
                continue
            for word in cell.split():
                for kind in kinds:
                    if value := _CLEAN[kind](word):
                        yield site, kind, value


def _footprints(rows: Iterable[_Row]) -> Footprints:
    distinct = sorted(set(rows))
    values = {value: i for i, value in enumerate(sorted({(kind, value) for _, kind, value in distinct}))}
    return Footprints(
        np.array([site for site, _, _ in distinct], np.int32),
        np.array([FOOTPRINTS.index(kind) for _, kind, _ in distinct], np.int8),
        np.array([values[kind, value] for _, kind, value in distinct], np.int32),
    )


def _word(cell: str) -> str:
    return " ".join(cell.lower().split())


def _analytics(cell: str) -> str:
    return _PROPERTY.sub(r"\1", _word(cell))


def _ads(cell: str) -> str:
    return _word(cell).removeprefix("ca-")


@cache
def _address(cell: str) -> str:
    """The one spelling of an address that is a public one; '' for others, which tell nothing."""
    try:
        address = ipaddress.ip_address(cell.strip())
    except ValueError:
        return ""
    return "" if address.is_loopback or address.is_unspecified else str(address)


@cache
def _network(cell: str) -> str:
    """The /24 of an IPv4 address, the /48 of an IPv6 address."""
    if not (text := _address(cell)):
        return ""
    bits = 24 if "." in text else 48
    return str(ipaddress.ip_network(f"{text}/{bits}", strict=False))


_CLEAN: dict[str, Callable[[str], str]] = {
    "analytics": _analytics,
    "ads": _ads,
    "address": _address,
    "network": _network,
}
_HOST_TRAITS: tuple[tuple[str, str, Callable[[str], str]], ...] = (
    ("analytics_id", "analytics", _analytics),
    ("adsense_id", "ads", _ads),
    ("ip", "address", _address),
    ("ip", "network", _network),
    ("nameserver", "nameserver", _word),
    ("asn", "asn", _word),
    ("theme", "theme", _word),
)
