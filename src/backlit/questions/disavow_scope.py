"""How wide an entry may be: the site, its host, or single pages.

1. On a shared host (the private section of the Public Suffix List, and a list of platforms) the entry names the full
   host; the platform's own host only page by page.
2. On an institution, a trusted site, or one with honest links, it names the host that holds nothing honest, else the
   pages: the registrable domain never.
3. Elsewhere the site, if enough of its judged links are risky; else the pages.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache
from typing import Literal, NamedTuple

from backlit.authority.names import sections
from backlit.questions.disavow_links import LinkFact, Verdict
from backlit.web.disavow.entry import Entry, names_above
from backlit.web.domain import suffix_section

Width = Literal["site", "host", "page"]


class Scoped(NamedTuple):
    """An entry, how wide it is, and why no wider; empty where it is the whole site."""

    entry: Entry
    width: Width
    why: str


def scope(
    chosen: Sequence[LinkFact],
    verdicts: Sequence[tuple[str, Verdict | None]],
    *,
    platforms: Collection[str],
    trusted: Collection[str] = (),
    domain_share: float,
) -> list[Scoped]:
    """Entries for the ``chosen`` links of one site.

    ``verdicts`` are the hosts and verdicts of *all* known links of that site, to the target and to others;
    ``trusted`` hosts the user trusts.
    """
    site, domain = chosen[0].source_site, chosen[0].source_domain
    honest = {host for host, verdict in verdicts if verdict == "fine"}
    root = (domain, f"www.{domain}")
    if site != domain or suffix_section(site) == "private":
        return _by_host(chosen, honest, (), "it is one of many on a platform")
    if domain in platforms:
        return _by_host(chosen, honest, root, f"{domain} is a platform of many")
    if is_institution(domain, trusted) or is_institution(chosen[0].source_host, trusted):
        return _by_host(
            chosen, honest, root, f"{domain} is an institution or trusted, and may have been hacked"
        )
    if honest:
        return _by_host(chosen, honest, root, f"{domain} has honest links too")
    judged = [verdict for _, verdict in verdicts if verdict is not None]
    if judged and judged.count("risky") < domain_share * len(judged):
        return _by_page(chosen, f"few of the links from {site} are risky")
    return [Scoped(Entry("domain", site), "site", "")]


def narrowed(
    key: str,
    chosen: Sequence[LinkFact],
    platforms: Collection[str],
    trusted: Collection[str] = (),
    kept: Collection[str] = (),
) -> list[Scoped]:
    """Entries for a host or domain that the user decided to disavow: itself, unless strangers share it.

    ``kept`` are hosts with links that the user decided to keep; an entry covers none of them.
    """
    root = (key, f"www.{key}")
    if "." not in key or suffix_section(key) is not None or key in platforms:
        return _by_host(chosen, kept, root, f"{key} is a platform of many")
    if is_institution(key, trusted) and chosen and key == chosen[0].source_domain:
        return _by_host(chosen, kept, root, f"{key} is an institution, and may have been hacked")
    if any(host == key or host.endswith("." + key) for host in kept):
        return _by_host(chosen, kept, root, f"you keep other links from {key}")
    width: Width = "site" if not chosen or key == chosen[0].source_site else "host"
    return [Scoped(Entry("domain", key), width, "")]


def is_institution(host: str, trusted: Collection[str] = ()) -> bool:
    """Whether a name is that of a university, an authority or a known good site, or below one."""
    given, exceptions, listed, patterns = _institutions()
    for name in names_above(host):
        if name in exceptions:
            return False
        if name in trusted or name in listed or name in given or _starred(name) in given:
            return True
        if patterns.fullmatch(name):
            return True
    return False


def _by_host(
    chosen: Sequence[LinkFact], honest: Collection[str], root: Sequence[str], why: str
) -> list[Scoped]:
    """Full hosts; pages where the host is the ``root`` or has honest links."""
    found: dict[Entry, Scoped] = {}
    for link in chosen:
        host = link.source_host
        inside = {name for name in honest if name == host or name.endswith("." + host)}
        if host in root or inside:
            entry, width = Entry("url", link.source_url), "page"
        else:
            entry, width = Entry("domain", host), "host"
        found.setdefault(entry, Scoped(entry, "page" if width == "page" else "host", why))
    return list(found.values())


def _by_page(chosen: Sequence[LinkFact], why: str) -> list[Scoped]:
    entries = dict.fromkeys(Entry("url", link.source_url) for link in chosen)
    return [Scoped(entry, "page", why) for entry in entries]


def _starred(name: str) -> str:
    """``ac.*`` of ``ac.uk``: the list has a star for each ending of two letters."""
    first, _, last = name.rpartition(".")
    return f"{first}.*" if len(last) == 2 and "." not in first else name


@cache
def _institutions() -> tuple[frozenset[str], frozenset[str], frozenset[str], re.Pattern[str]]:
    suffixes = sections("trusted-suffixes.txt")
    listed = frozenset(name for entries in sections("trusted-core.txt").values() for name in entries)
    globs = "|".join(re.escape(glob).replace(r"\*", "[^.]*") for glob in suffixes["named"])
    return frozenset(suffixes["given"]), frozenset(suffixes["not-given"]), listed, re.compile(globs)
