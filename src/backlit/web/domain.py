"""Which registrable domain a host belongs to, by the Public Suffix List.

The list has two sections. By the ICANN section alone ``shop.blog.github.io`` belongs to the
*domain* ``github.io``; with the private section too it belongs to the *site*
``blog.github.io``. One walk over the labels finds both.

The list is the one the ``publicsuffixlist`` package ships, read at the first question. The
walk is our own, which is several times faster and knows about IP addresses.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Literal

from ada_url import idna_to_ascii

from backlit.errors import BacklitError

_PACKAGE = "publicsuffixlist"
_FILE = "public_suffix_list.dat"
_CACHED_HOSTS = 1 << 17

# What a rule says of a name. Flags, as a name may be in both sections and a wildcard's too.
_ICANN, _PRIVATE = 1, 2  # the name is a suffix
_ICANN_WILD, _PRIVATE_WILD = 4, 8  # every name one label below it is one (``*.ck``)
_ICANN_EXCEPT, _PRIVATE_EXCEPT = 16, 32  # it is not one despite the wildcard (``!www.ck``)
_ANY_ICANN = _ICANN | _ICANN_WILD | _ICANN_EXCEPT

_ipv4 = re.compile(r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)", re.ASCII).fullmatch


@lru_cache(_CACHED_HOSTS)
def split_host(host: str) -> tuple[str, str]:
    """The registrable domain of a host by the ICANN section, and its site by both sections.

    A host that has none is its own: an IP address, a single label, or a suffix itself.
    Capitals, blanks, a trailing dot and Unicode names are put right first.
    """
    rules = suffix_rules()
    if not (host.isascii() and host.islower()) or host[-1] in ". " or host[0] == " ":
        host = _sanitised(host)
    if not host or host[-1] == "]" or host.rpartition(".")[2].isdigit():
        return host, host
    site = None
    before, here = None, host  # the name one label longer, and the name looked at
    two_before = None
    while True:
        flags = rules.get(here)
        if flags:
            if site is None:
                site = _registrable(flags >> 1, here, before, two_before)
            domain = _registrable(flags, here, before, two_before)
            if domain is not None:
                break
        dot = here.find(".")
        if dot < 0:  # no rule at all: the last label is the suffix
            domain = before or here
            break
        two_before, before, here = before, here, here[dot + 1 :]
    return domain, site or domain


def is_ip(host: str) -> bool:
    """Whether the host is an IPv4 or IPv6 address; the latter with or without brackets."""
    return ":" in host or _ipv4(host) is not None


def tld(host: str) -> str | None:
    """The top-level domain of a host; ``None`` for IP addresses and for names without one."""
    host = _sanitised(host)
    parent, _, last = host.rpartition(".")
    if is_ip(host) or not last or last.isdigit():
        return None
    return last if parent or last in suffix_rules() else None


def suffix_section(host: str) -> Literal["icann", "private"] | None:
    """Which section of the list calls a host itself a suffix; ``None`` when it is a site, below one, or unknown.

    ``co.uk`` and ``com`` are in the ICANN section, ``blogspot.com`` in the private one. A host that both name
    is taken as the ICANN one. The host is in lower case and punycode.
    """
    rules = suffix_rules()
    own, parent = rules.get(host, 0), rules.get(host.partition(".")[2], 0)
    if own & _ICANN or (parent & _ICANN_WILD and not own & _ICANN_EXCEPT):
        return "icann"
    if own & _PRIVATE or (parent & _PRIVATE_WILD and not own & _PRIVATE_EXCEPT):
        return "private"
    return None


@cache
def top_level_domains() -> frozenset[str]:
    """Every top-level domain that the list knows, in punycode; of some it names only what lies below them."""
    return frozenset(rule.rpartition(".")[2] for rule, flags in suffix_rules().items() if flags & _ANY_ICANN)


@cache
def list_date() -> str:
    """The date of the Public Suffix List in use, ``YYYY-MM-DD``."""
    with _list_file().open(encoding="utf-8") as lines:
        for line in lines:
            if found := re.match(r"//\s*VERSION:\s*(\d{4}-\d\d-\d\d)", line):
                return found[1]
            if "===BEGIN" in line:
                break
    from importlib import metadata  # slow to import, and hardly ever needed

    stamp = metadata.version(_PACKAGE).rpartition(".")[2]  # the package dates its releases
    return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}"


def _registrable(flags: int, here: str, before: str | None, two_before: str | None) -> str | None:
    """What the rules of one section (its flags at the ICANN places) make of a name, if anything."""
    if flags & _ICANN_EXCEPT:
        return here
    if flags & _ICANN_WILD and before is not None:
        return two_before or before
    if flags & _ICANN:
        return before or here
    return None


def _sanitised(host: str) -> str:
    host = host.strip().lower().removesuffix(".")
    if host.isascii():
        return host
    try:
        return idna_to_ascii(host).decode()
    except ValueError:
        return host


@cache
def suffix_rules() -> dict[str, int]:
    """Every name the list speaks of, in punycode, with what it says of it."""
    rules: dict[str, int] = {}
    section = 0
    for line in _list_file().read_text(encoding="utf-8").splitlines():
        if line.startswith("//"):
            if "===BEGIN" in line:
                section = _ICANN if "ICANN" in line else _PRIVATE
            continue
        rule = line.partition(" ")[0]
        if not rule:
            continue
        flag = section
        if rule.startswith("*."):
            rule, flag = rule[2:], section * _ICANN_WILD
        elif rule.startswith("!"):
            rule, flag = rule[1:], section * _ICANN_EXCEPT
        if not rule.isascii():
            rule = idna_to_ascii(rule).decode()
        rules[rule] = rules.get(rule, 0) | flag
    return rules


def _list_file() -> Traversable:
    file = resources.files(_PACKAGE) / _FILE
    if not file.is_file():
        raise BacklitError(f"The Public Suffix List is missing: reinstall the package {_PACKAGE}.")
    return file
