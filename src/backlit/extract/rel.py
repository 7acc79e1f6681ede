"""What a page says about following and indexing: rel, robots, Link headers, refresh."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

#: Tokens of ``rel`` that withhold the author's word from a link.
WITHHOLDING = frozenset({"nofollow", "ugc", "sponsored"})

#: Crawlers whose own robots rules count beside those for all.
CRAWLERS = frozenset({"robots", "googlebot"})

_separators = re.compile(r"[\s,]+")
_directive_with_value = re.compile(r"\s*(?:unavailable_after|max-[a-z-]+)\s*:", re.IGNORECASE)
_refresh = re.compile(
    r"\s*\d*(?:\.\d*)?\s*[;,\s]\s*(?:url\s*=\s*)?(?:\"([^\"]*)|'([^']*)|([^\"'].*))",
    re.IGNORECASE | re.DOTALL,
)
_link_value = re.compile(r"<([^>]*)>((?:[^,\"<]|\"[^\"]*\"?|,(?!\s*<))*)")
_link_rel = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^;,\s]+))", re.IGNORECASE)


class Robots(NamedTuple):
    """The page's own word on indexing and following."""

    noindex: bool
    nofollow: bool


@lru_cache(maxsize=4096)
def rel_tokens(rel: str) -> str:
    """``rel`` as kept: lower-case tokens, each once, sorted, joined by blanks."""
    return " ".join(sorted({token for token in _separators.split(rel.lower()) if token}))


@lru_cache(maxsize=4096)
def passes(tokens: str) -> bool:
    """Whether a link with these ``rel_tokens`` may be followed."""
    return WITHHOLDING.isdisjoint(tokens.split())


_NOTHING_SAID = Robots(noindex=False, nofollow=False)


def robots_of(metas: list[str], header: str | None) -> Robots:
    """The strictest of all robots metas and of the ``X-Robots-Tag`` header.

    A header with several values has them separated by line ends or commas. A value may
    begin with the name of a crawler, which then holds to the end of its line.
    """
    if not metas and not header:
        return _NOTHING_SAID
    words: set[str] = set()
    for content in metas:
        words.update(_separators.split(content.lower()))
    for line in (header or "").splitlines():
        applies = True
        for part in line.lower().split(","):
            crawler, colon, rest = part.partition(":")
            if colon and not _directive_with_value.match(part):
                applies = crawler.strip() in CRAWLERS
                part = rest
            if applies:
                words.update(part.split())
    none = "none" in words
    return Robots(noindex=none or "noindex" in words, nofollow=none or "nofollow" in words)


def links_of_header(header: str) -> list[tuple[str, str]]:
    """The ``(address, rel tokens)`` pairs of a ``Link`` header."""
    found = []
    for value in _link_value.finditer(header):
        rel = _link_rel.search(value[2])
        found.append((value[1].strip(), rel_tokens((rel[1] or rel[2] or "") if rel else "")))
    return found


def refresh_target(content: str) -> str | None:
    """Where ``<meta http-equiv="refresh" content=…>`` leads, or ``None`` for the page itself."""
    found = _refresh.match(content)
    if found is None:
        return None
    return (found[1] or found[2] or found[3] or "").strip() or None
