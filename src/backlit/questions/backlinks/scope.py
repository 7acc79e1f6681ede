"""What a question about backlinks covers: a target, and which links to it count."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import msgspec

from backlit.web.target import Target
from backlit.web.url import host_of

Status = Literal["live", "lost", "all"]
RankScale = Literal["one_thousand", "one_hundred"]


class Condition(NamedTuple):
    """A test of single links: SQL over the quoted columns of ``links``, and its parameters."""

    sql: str
    parameters: tuple[Any, ...]


class Relation(NamedTuple):
    """A SELECT whose columns have the dotted names of the API, and its parameters."""

    sql: str
    parameters: tuple[Any, ...] = ()


class Scope(msgspec.Struct, frozen=True):
    """Which single links a question is about.

    ``include_indirect``: links to an address that leads on to the target by redirect or canonical count too.
    ``exclude_internal``: links from the registrable domain of the target do not count. ``condition`` is tested on
    single links before anything is counted, on ranks of ``rank_scale``.
    """

    target: Target
    include_subdomains: bool = True
    include_indirect: bool = True
    exclude_internal: bool = True
    status: Status = "live"
    condition: Condition | None = None
    rank_scale: RankScale = "one_thousand"

    @property
    def domain(self) -> str:
        """The registrable domain of the target."""
        return self.target.domain

    @property
    def host(self) -> str:
        """The host that a domain or host target names, without ``www.``."""
        return bare_host(self.target.host or self.target.domain, self.target.domain)

    @property
    def whole_domain(self) -> bool:
        """Whether every link to the registrable domain is to the target."""
        if self.target.kind not in ("domain", "host"):
            return False
        return self.include_subdomains and self.host == self.domain

    @property
    def plain(self) -> bool:
        """Whether these are the links that a domain is asked about where nothing is said."""
        return (
            self.whole_domain
            and self.include_indirect
            and self.exclude_internal
            and self.status == "live"
            and self.condition is None
        )

    def key(self) -> tuple[Any, ...]:
        """What the table of single links depends on. Ranks are kept on one scale, so the other is no part of it
        unless a condition reads them."""
        return (
            self.target.kind,
            self.domain,
            self.host if self.target.kind in ("domain", "host") else self.target.url,
            self.target.prefixes,
            self.include_subdomains,
            self.include_indirect,
            self.exclude_internal,
            self.status,
            self.condition,
            self.rank_scale if self.condition is not None else None,
        )

    def stored_condition(self) -> tuple[str, list[Any]]:
        """SQL over stored link columns that holds for links whose own address is of the target, within its domain."""
        match self.target.kind:
            case "url":
                return "target_url = ?", [self.target.url]
            case "prefix":
                starts = " OR ".join("starts_with(target_url, ?)" for _ in self.target.prefixes)
                return f"({starts})", list(self.target.prefixes)
        if self.whole_domain:
            return "true", []
        host = self.host
        if self.include_subdomains:
            return "(target_host = ? OR ends_with(target_host, ?))", [host, "." + host]
        return "target_host IN (?, ?)", [host, "www." + host]

    def covers(self) -> Callable[[str], bool]:
        """A test of canonical addresses: whether they are of the target."""
        match self.target.kind:
            case "url":
                return self.target.url.__eq__
            case "prefix":
                prefixes = self.target.prefixes
                return lambda url: url.startswith(prefixes)
        host = self.host
        if not self.include_subdomains:
            both = (host, "www." + host)
            return lambda url: host_of(url) in both
        below = "." + host

        def covered(url: str) -> bool:
            of = host_of(url)
            return of == host or of.endswith(below)

        return covered


def bare_host(host: str, domain: str) -> str:
    """``host`` without a leading ``www.``, unless that is part of its registrable domain."""
    return host[4:] if host.startswith("www.") and host != domain else host
