"""What an entry of a disavow file covers, and which entries cover others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from backlit.errors import URLError
from backlit.web.domain import is_ip
from backlit.web.url import canonical, host_of


class Entry(NamedTuple):
    """One entry: a ``domain`` with its host (lower case, punycode), or a ``url`` as it is written."""

    kind: Literal["domain", "url"]
    value: str

    @property
    def text(self) -> str:
        """The line that says so."""
        return f"domain:{self.value}" if self.kind == "domain" else self.value

    @property
    def key(self) -> tuple[str, str]:
        """Equal for entries that mean the same: of addresses the canonical form."""
        return self.kind, self.value if self.kind == "domain" else _canonical(self.value)

    @property
    def host(self) -> str:
        """The host that is named, or that the address is on; empty where that cannot be read."""
        if self.kind == "domain":
            return self.value
        url = _canonical(self.value)
        return host_of(url) if url.startswith(("http://", "https://")) and "/" in url[8:] else ""


@lru_cache(1 << 16)
def _canonical(url: str) -> str:
    try:
        return canonical(url)
    except URLError:
        return url


def names_above(host: str) -> Iterator[str]:
    """The host itself and every name above it, up to the top-level domain."""
    yield host
    if is_ip(host):
        return
    while "." in host:
        host = host.partition(".")[2]
        yield host


def is_within(host: str, name: str) -> bool:
    """Whether ``host`` is ``name`` or below it."""
    return host == name or host.endswith("." + name)


class Cover:
    """Entries to be asked what they cover. ``domain:d`` covers ``d`` and every host below it."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries: dict[tuple[str, str], Entry] = {}
        for entry in entries:
            self.add(entry)

    def add(self, entry: Entry) -> None:
        """Take another entry in; one that means the same as an earlier one changes nothing."""
        self.entries.setdefault(entry.key, entry)

    def host(self, host: str) -> Entry | None:
        """The widest ``domain:`` entry that covers a host."""
        found = None
        for name in names_above(host):
            found = self.entries.get(("domain", name), found)
        return found

    def link(self, source_url: str, source_host: str) -> Entry | None:
        """The entry that covers links from a canonical address: the widest."""
        return self.host(source_host) or self.entries.get(("url", source_url))

    def links(self, source_url: str, source_host: str) -> list[Entry]:
        """Every entry that covers links from a canonical address."""
        keys = [("url", source_url), *(("domain", name) for name in names_above(source_host))]
        return [self.entries[key] for key in keys if key in self.entries]

    def wider(self, entry: Entry) -> Entry | None:
        """The widest other entry that covers all that ``entry`` does."""
        host = entry.host
        found = self.host(host) if host else None
        return None if found is None or found.key == entry.key else found

    def __contains__(self, entry: Entry) -> bool:
        return entry.key in self.entries
