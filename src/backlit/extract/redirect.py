"""The link that a redirecting answer is: its ``Location`` leads to another site."""

from __future__ import annotations

from typing import Any

from backlit.errors import URLError
from backlit.web.domain import split_host
from backlit.web.url import host_of, resolve

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


def bare_link(
    url: str, host: str, kind: str, nth: int, follow: bool | None, rel: str | None = ""
) -> tuple[Any, ...]:
    """A row for a link that stands nowhere on the page: no anchor, no place, no position."""
    domain, site = split_host(host)
    return (
        url, host, domain, site, kind, nth, "", None, rel, follow,
        None, None, None, None, None, None, None, None,
    )  # fmt: skip


def redirect_link(
    url: str, status: int, location: str | None, x_robots_tag: str | None = None
) -> tuple[Any, ...] | None:
    """The row of kind ``redirect``, or ``None`` when the answer leads to no other site.

    ``url`` is the canonical address that was asked for. A redirect is followed unless its
    ``X-Robots-Tag`` forbids it. Raises ``URLError`` for an address no browser would open.
    """
    if status not in _REDIRECTS or not location:
        return None
    from backlit.extract.rel import robots_of

    resolved = resolve(url, location.strip())
    if resolved is None:
        return None
    target, host = resolved
    try:
        own = split_host(host_of(url))[1]
    except (URLError, ValueError):
        return None
    if split_host(host)[1] == own:
        return None
    return bare_link(target, host, "redirect", 0, not robots_of([], x_robots_tag).nofollow)
