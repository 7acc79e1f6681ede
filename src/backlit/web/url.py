"""The one form of a page address that backlit keeps, and how links are resolved to it.

A canonical address is what a browser makes of it (the WHATWG URL standard, by ``ada``) with
these further steps, so that two spellings of one page are one row:

* only ``http`` and ``https``; the fragment and any credentials are dropped;
* one trailing dot of the host is stripped; a host with an empty label, with characters no
  name can have, or longer than DNS allows is refused;
* percent triplets are upper-cased, and those of unreserved characters decoded. An address
  with a stray ``%`` keeps its triplets encoded: decoding beside it could make new ones.

The query and ``www.`` stay as found. ``canonical`` is idempotent, and ``resolve`` equals
``canonical`` of the joined address; most links of real pages are already canonical, so one
regular expression recognises those and spares the parser.
"""

from __future__ import annotations

import re
from functools import cache

from ada_url import idna_to_unicode, join_url, normalize_url

from backlit import settings
from backlit.errors import URLError
from backlit.web.script import is_mixed_script, quoted

__all__ = [
    "canonical",
    "display_host",
    "host_of",
    "is_mixed_script",
    "resolve",
    "strip_tracking",
]

_LONGEST = settings.default().limits.max_url_characters
#: Below this a path joined to any origin (scheme, host of 253, port) keeps within the limit.
_SHORT = _LONGEST - 300

# A percent triplet that is canonical: upper case, and not of an unreserved character.
_TRIPLET = r"%(?:[0189A-F][0-9A-F]|2[0-9A-CF]|3[A-F]|40|5[B-E]|60|7[BCDF])"
# Characters which the parser leaves alone, in a path and in a query.
_PATH = r"[A-Za-z0-9_!$&()*+,;=:@/.~-]*"
_QUERY = r"[A-Za-z0-9_!$&()*+,;=:@/.~?-]*"
# Up to four labels (so never over 253 characters), the last not a number, hence no IPv4.
_HOST = r"(?:[a-z0-9_-]{1,60}\.){0,3}[a-z][a-z0-9-]{0,60}"

#: An address, or a path from the root, that is canonical already but for a fragment, for
#: dot segments and for punycode: ``_is_plain`` looks for the two last.
_plain = re.compile(
    rf"((?:https?://({_HOST}))?(/(?!/){_PATH}(?:{_TRIPLET}{_PATH})*(?:\?{_QUERY}(?:{_TRIPLET}{_QUERY})*)?)?)"
    r"(?:\#[!-~]*)?"
).fullmatch

#: The start of a parsed address whose host needs nothing more.
_plain_host = re.compile(r"https?://((?:[a-z0-9_-]{1,60}\.){0,3}[a-z0-9_-]{1,60})(?::\d+)?/").match

#: What the URL standard reads as a scheme, with the blanks and controls it ignores.
_scheme = re.compile(r"[\x00-\x20]*([a-z][a-z0-9+.\-\t\r\n]*):", re.IGNORECASE).match
_name = re.compile(r"[a-z0-9_.-]+").fullmatch
_stray_percent = re.compile(r"%(?![0-9A-Fa-f]{2})").search
_any_triplet = re.compile(r"%[0-9A-Fa-f]{2}")
_IGNORED = str.maketrans("", "", "\t\r\n")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def canonical(url: str) -> str:
    """The canonical form of an absolute http or https address.

    Raises ``URLError`` with a sentence when no browser would open it.
    """
    if len(url) < _SHORT and (plain := _plain(url)) is not None:
        whole, host, path = plain.group(1, 2, 3)
        if host is not None and "/." not in whole and "xn--" not in host:
            return whole if path else whole + "/"
    scheme = _scheme_of(url)
    if scheme is None:
        raise URLError(f"{quoted(url)} has no scheme: write the address in full, https://… or http://….")
    if scheme not in ("http", "https"):
        raise URLError(f"{quoted(url)} has the scheme {scheme}: only http and https addresses are pages.")
    if len(url) > _LONGEST:
        raise _too_long(url)
    try:
        href = normalize_url(url)
    except ValueError:
        raise _broken(url) from None
    return _finish(href, url)[0]


def resolve(base: str, href: str) -> tuple[str, str] | None:
    """The canonical address that ``href`` means on the page ``base``, and its host.

    ``base`` must be canonical. ``None`` when the link does not lead to http or https
    (``mailto:``, ``javascript:``, ``data:``…); ``URLError`` when it is broken.
    """
    if len(href) < _SHORT and (plain := _plain(href)) is not None:
        whole, host, path = plain.group(1, 2, 3)
        if "/." not in whole:
            if host is not None:
                if "xn--" not in host:
                    return (whole, host) if path else (whole + "/", host)
            elif path is None:  # empty, or a fragment alone: the page itself
                return base, host_of(base)
            else:
                return base[: base.index("/", 8)] + path, host_of(base)
    scheme = _scheme_of(href)
    if scheme is not None and scheme != "https" and scheme != "http":
        return None
    if len(href) > _LONGEST:
        raise _too_long(href)
    try:
        joined = join_url(base, href)
    except ValueError:
        raise _broken(href) from None
    return _finish(joined, href)


def host_of(canonical_url: str) -> str:
    """The host of a canonical address, without the port; IPv6 keeps its brackets."""
    start = 8 if canonical_url[4] == "s" else 7
    host = canonical_url[start : canonical_url.index("/", start)]
    return _without_port(host) if ":" in host else host


def strip_tracking(url: str) -> str:
    """A canonical address without the parameters that only track visitors (``utm_*``…).

    The list is ``tracking`` in the settings. What is left of the query keeps its order and
    spelling; an address without such parameters comes back as it is.
    """
    path, question, query = url.partition("?")
    tracks = _tracking_parameter()
    if not question or tracks.search(query) is None:
        return url
    kept = [field for field in query.split("&") if tracks.match(field) is None]
    return f"{path}?{'&'.join(kept)}" if kept else path


def display_host(host: str) -> str:
    """The host as people read it: ``xn--mnchen-3ya.de`` is ``münchen.de``.

    Punycode stays where Unicode would mislead: when the name does not survive the way there
    and back, or when one of its labels mixes scripts as look-alikes do.
    """
    if "xn--" not in host:
        return host
    try:
        shown = idna_to_unicode(host)
        back = host_of(normalize_url(f"http://{shown}/"))
    except ValueError:
        return host
    return shown if back == host and not is_mixed_script(shown) else host


def _scheme_of(text: str) -> str | None:
    if ":" not in text:
        return None
    found = _scheme(text)
    if found is None:
        return None
    scheme = found[1].lower()
    return scheme if scheme.isalpha() else scheme.translate(_IGNORED)


def _finish(href: str, given: str) -> tuple[str, str]:
    """Make a parsed address canonical; ``given`` is what error messages quote."""
    url = href.partition("#")[0] if "#" in href else href
    if "%" not in url and len(url) < _LONGEST and (plain := _plain_host(url)) is not None:
        return url, plain[1]
    start = 8 if url[4] == "s" else 7
    end = url.index("/", start)
    site = url[start:end].rpartition("@")[2]
    host = _without_port(site)
    port = site[len(host) :]
    host = host.removesuffix(".")
    if not host or ".." in host or host[0] == "." or host[-1] == ".":
        raise URLError(f"The host of {quoted(given)} has an empty label: two dots together, or one in front.")
    if _name(host) is None and host[0] != "[":
        raise URLError(f"The host of {quoted(given)} holds characters that no host name can have.")
    if len(host) > 63 and (len(host) > 253 or max(map(len, host.split("."))) > 63):
        raise URLError(f"The host of {quoted(given)} is longer than the domain name system allows.")
    rest = url[end:]
    if "%" in rest:
        rest = _any_triplet.sub(_upper if _stray_percent(rest) else _tidy, rest)
    url = f"{url[:start]}{host}{port}{rest}"
    if len(url) > _LONGEST:
        raise _too_long(given)
    return url, host


def _without_port(site: str) -> str:
    return site[: site.index("]") + 1] if site.startswith("[") else site.partition(":")[0]


def _upper(triplet: re.Match[str]) -> str:
    return triplet[0].upper()


def _tidy(triplet: re.Match[str]) -> str:
    character = chr(int(triplet[0][1:], 16))
    return character if character in _UNRESERVED else triplet[0].upper()


def _too_long(given: str) -> URLError:
    return URLError(
        f"{quoted(given)} is too long: limits.max_url_characters in the settings is {_LONGEST:,}."
    )


def _broken(given: str) -> URLError:
    return URLError(f"{quoted(given)} is no address a browser would open: its host or port is broken.")


@cache
def _tracking_parameter() -> re.Pattern[str]:
    listed = settings.default().tracking.parameters
    names = "|".join(re.escape(name).replace(r"\*", "[^=&]*") for name in listed)
    return re.compile(rf"(?:^|(?<=&))(?:{names})(?:=|&|$)", re.IGNORECASE)
