"""What a question is about: a domain, a host, every page below an address, or one page.

python.org                 the domain: every host of it
docs.python.org            the host docs.python.org and the hosts below it
python.org/doc/            every address that starts so, with http or https
https://python.org/doc/*   every address that starts so
https://python.org/doc/    that page alone
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, get_args

from backlit.errors import TargetError, URLError
from backlit.web.domain import is_ip, split_host
from backlit.web.script import quoted
from backlit.web.url import canonical, display_host, host_of

Kind = Literal["domain", "host", "prefix", "url"]
KINDS: tuple[Kind, ...] = get_args(Kind)

#: Marks without a shape that come along when text is copied from pages and documents.
_INVISIBLE = "\ufeff\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069"

_scheme = re.compile(r"([a-z][a-z0-9+.-]*):(?=//)|(mailto|javascript|data|tel|urn):", re.IGNORECASE).match
_after_host = re.compile(r"[/\\?#]")
_BOTH = ("https", "http")


@dataclass(frozen=True, slots=True)
class Target:
    """A domain, a host, an address prefix or one address.

    ``kind`` says which. ``domain`` is always the registrable domain by the ICANN section;
    ``host`` is ``None`` for a domain only. ``url`` is the canonical address of a ``url`` and
    the first of a prefix's ``prefixes``, else ``None``. ``text`` is what the user wrote; two
    targets that mean the same are equal whatever was written.

    A domain covers every host of it. A host covers itself and the hosts below it (``h`` and
    ``*.h``), not those above. A prefix covers the addresses that start with one of
    ``prefixes``, letter by letter: ``/doc`` covers ``/docs`` too and ``/doc/`` does not, and
    ``www.`` is a host of its own. A URL covers that one canonical address.
    """

    kind: Kind
    domain: str
    host: str | None
    url: str | None
    text: str = field(compare=False)
    prefixes: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str, kind: Kind | None = None) -> Target:
        """Read what a user typed; ``kind`` overrides what its form would mean.

        Raises ``TargetError`` with a sentence that says what to type instead.
        """
        if kind is not None and kind not in KINDS:
            raise TargetError(f"There is no kind of target {quoted(kind)}: use {', '.join(KINDS)}.")
        given = text.strip().strip(_INVISIBLE).strip()
        scheme, rest = _split_scheme(given)
        _refuse_what_names_no_host(given, rest)
        starred = rest.endswith("*") and kind != "url"  # an address may really end so
        rest = rest[:-1] if starred else rest
        address = _canonical(scheme or "https", rest, given)
        host = host_of(address)
        domain = split_host(host)[0]
        if kind is None:
            kind = _kind_by_form(given, scheme, rest, starred, host, domain)
        match kind:
            case "domain":
                return cls(kind, domain, None, None, given)
            case "host":
                return cls(kind, domain, host, None, given)
            case "prefix":
                prefixes = tuple(_prefix(each, rest, given) for each in ([scheme] if scheme else _BOTH))
                return cls(kind, domain, host, prefixes[0], given, prefixes)
            case "url":
                if scheme is None:
                    raise TargetError(
                        f"{quoted(given)} is half an address: type {quoted('https://' + rest)}, "
                        "or http:// if that is how it is linked."
                    )
                return cls(kind, domain, host, address, given)

    def matches(self, url: str) -> bool:
        """Whether a canonical address is covered."""
        match self.kind:
            case "domain":
                return split_host(host_of(url))[0] == self.domain
            case "host":
                host = host_of(url)
                return host == self.host or host.endswith(f".{self.host}")
            case "prefix":
                return url.startswith(self.prefixes)
            case "url":
                return url == self.url

    @property
    def label(self) -> str:
        """The target for people to read: international names in Unicode, ``*`` behind a prefix."""
        if self.url is None:
            return display_host(self.host or self.domain)
        assert self.host is not None
        scheme, _, rest = self.url.partition("://")
        rest = display_host(self.host) + rest[len(self.host) :]
        if self.kind == "url":
            return f"{scheme}://{rest}"
        return f"{rest}*" if len(self.prefixes) > 1 else f"{scheme}://{rest}*"


def _split_scheme(given: str) -> tuple[str | None, str]:
    """The scheme, if one was written, and what comes after its slashes."""
    found = _scheme(given)
    if found is None:
        return None, given.removeprefix("//")
    scheme = (found[1] or found[2]).lower()
    rest = given[found.end() :].removeprefix("//")
    if scheme not in _BOTH:
        raise TargetError(
            f"{quoted(given)} is not an address of the web ({scheme}): type a domain such as python.org, "
            "or an address that begins with https:// or http://."
        )
    return scheme, rest


def _host_part(rest: str) -> str:
    """What stands before the path: a host, perhaps with a port."""
    return _after_host.split(rest, 1)[0]


def _refuse_what_names_no_host(given: str, rest: str) -> None:
    if not given:
        raise TargetError("The target is empty: type a domain such as python.org.")
    name = _host_part(rest)
    if len(given.split()) > 1:
        raise TargetError(
            f"{quoted(given)} has a blank in it: give one target at a time; in an address a blank is %20."
        )
    if "," in name or ";" in name:
        raise TargetError(f"{quoted(given)} seems to be several targets: give one at a time.")
    if name.startswith("*.") and "*" not in name[2:]:
        raise TargetError(
            f"{quoted(given)} has a * in front: type {quoted(name[2:])}, which covers every host below it."
        )
    if not name or name == "*":
        raise TargetError(f"{quoted(given)} names no host: type a domain such as python.org.")
    if name.endswith("*"):
        raise TargetError(
            f"{quoted(given)} leaves the host open: type {quoted(name[:-1])} for the host, "
            f"or {quoted(name[:-1] + '/*')} for its pages."
        )


def _kind_by_form(given: str, scheme: str | None, rest: str, starred: bool, host: str, domain: str) -> Kind:
    """What a target means by the way it is written."""
    if scheme is not None:
        return "prefix" if starred else "url"
    name = _host_part(rest)
    tail = rest[len(name) :]
    if "@" in name:
        after = quoted(name.rpartition("@")[2])
        raise TargetError(f"{quoted(given)} looks like a mail address: type {after}.")
    if "." not in host and not is_ip(host):
        whole = quoted(f"{host}.org")
        raise TargetError(f"{quoted(given)} is no domain: type it with its ending, such as {whole}.")
    if starred or tail not in ("", "/"):
        return "prefix"
    if ":" in name and not name.endswith("]"):
        raise TargetError(
            f"{quoted(given)} has a port, which domains and hosts have not: type {quoted(host)}, "
            f"or {quoted(name + '/*')} for the pages at that port."
        )
    return "domain" if host == domain else "host"


def _canonical(scheme: str, rest: str, given: str) -> str:
    try:
        return canonical(f"{scheme}://{rest}")
    except URLError as exc:
        raise TargetError(
            f"{quoted(given)} is no target, for no browser would open it: check the spelling, "
            "or type a domain such as python.org."
        ) from exc


def _prefix(scheme: str, rest: str, given: str) -> str:
    """The canonical form of the start of an address.

    A letter is put behind it and taken away again, so that a start such as ``/.`` or ``/%4``
    is not read as a dot segment or a stray percent sign of a whole address.
    """
    rest = rest.partition("#")[0]
    if _host_part(rest) == rest:
        rest += "/"
    return _canonical(scheme, f"{rest}x", given)[:-1]
