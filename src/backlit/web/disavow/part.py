"""One entry as somebody wrote it: what it names, what is wrong with it, and how it would be right."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from backlit import settings
from backlit.errors import URLError
from backlit.web.disavow.entry import Entry
from backlit.web.domain import is_ip, split_host, suffix_section, top_level_domains
from backlit.web.script import quoted
from backlit.web.url import canonical, host_of

Severity = Literal["error", "warning", "note"]

#: Google's limit for one address.
LONGEST_URL = settings.default().disavow.max_url_characters

_prefix = re.compile(
    r"(domains?|domian|doamin|domaine?|host|site|url|link)\s*([:=])\s*(.*)", re.I | re.S
).fullmatch
_scheme = re.compile(r"([a-z][a-z0-9+-]*):(/*)(.*)", re.I | re.S).fullmatch
_port = re.compile(r":\d*$")
hostlike = re.compile(r"(?:\*?\.)?[^\s/?#@:,;|\"']+(?:\.[^\s/?#@:,;|\"'.]+)+\.?")


class Fault(NamedTuple):
    """One thing about a line: how bad, which, in a sentence, and what to write instead if that is known."""

    severity: Severity
    code: str
    message: str
    suggestion: str | None = None


#: The entries that are meant, what a repair writes instead, and what is wrong.
Read = tuple[list[Entry], list[Entry], list[Fault]]


def looks_like_entry(part: str) -> bool:
    """Whether a word could be an entry: it has a prefix, a scheme, or the form of a host."""
    return bool(
        _prefix(part)
        or re.match(r"https?:/", part, re.I)
        or hostlike.fullmatch(re.split(r"[/?#]", part, maxsplit=1)[0])
    )


def read_entry(part: str) -> Read:
    """Read one word as an entry."""
    if found := _prefix(part):
        word, mark, rest = found[1], found[2], found[3]
        if word.lower() in ("url", "link"):
            entries, fixed, faults = read_entry(rest) if rest else ([], [], [])
            new = fixed[0].text if fixed else None
            return (
                entries,
                fixed,
                [
                    Fault(
                        "error",
                        "bad-prefix",
                        f"{quoted(word + mark)} is no prefix: an address stands alone.",
                        new,
                    ),
                    *faults,
                ],
            )
        entries, fixed, faults = _domain(rest)
        new = entries[0].text if entries else None
        if word.lower() != "domain" or mark != ":":
            faults.insert(
                0,
                Fault(
                    "error",
                    "bad-prefix",
                    f"{quoted(word + mark)} is no prefix: write domain: and the host.",
                    new,
                ),
            )
        elif word != "domain":
            faults.insert(
                0, Fault("note", "prefix-case", "The prefix is written domain:, in small letters.", new)
            )
        return entries, fixed, faults
    if found := _scheme(part):
        scheme, slashes, rest = found[1].lower(), found[2], found[3]
        if scheme in ("http", "https") and slashes == "//":
            return _url(part)
        if scheme in (
            "http",
            "https",
            "htp",
            "htttp",
            "hxxp",
            "hxxps",
            "htps",
            "ttp",
            "ttps",
            "htpp",
            "htpps",
        ):
            right = f"{'https' if scheme.endswith('s') else 'http'}://{rest}"
            entries, fixed, faults = _url(right)
            new = fixed[0].text if fixed else right
            return (
                entries,
                fixed,
                [
                    Fault(
                        "error", "broken-scheme", "The address does not begin with http:// or https://.", new
                    ),
                    *faults,
                ],
            )
        host = _clean_host(re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2]) if slashes else None
        new = f"domain:{host}" if host and "." in host else None
        return (
            [],
            [],
            [Fault("error", "scheme", f"Only http and https addresses can be disavowed, not {scheme}.", new)],
        )
    return _bare(part)


def _bare(part: str) -> Read:
    """A host, or a host with a path, without prefix or scheme."""
    part = part.removeprefix("//")
    name = re.split(r"[/?#]", part, maxsplit=1)[0]
    tail = part[len(name) :]
    if "@" in name or not hostlike.fullmatch(_port.sub("", name)):
        sentence = f"{quoted(part)} is neither an address, a domain nor a comment."
        return [], [], [Fault("error", "not-an-entry", sentence, f"# {part}")]
    entries, fixed, faults = _domain(name)
    if tail in ("", "/"):
        new = fixed[0].text if fixed else None
        return (
            entries,
            fixed,
            [
                Fault("error", "bare-host", f"{quoted(part)} has no prefix: write domain: before it.", new),
                *faults,
            ],
        )
    if not entries:
        return entries, fixed, faults
    wide = entries[0].text
    if "*" in tail:
        return (
            [],
            [],
            [
                Fault(
                    "error", "wildcard", "There are no wildcards: name each address, or the whole host.", wide
                )
            ],
        )
    pages = [f"{scheme}://{part}" for scheme in ("http", "https")]
    read = [_url(page) for page in pages]
    sentence = (
        f"{quoted(part)} is a path without a scheme. Folders cannot be disavowed: name the page in full, or the whole "
        f"host with {wide}."
    )
    both = [entry for _, right, _ in read for entry in right]
    return (
        both,
        both,
        [
            Fault("error", "path", sentence, "\n".join(pages)),
            *(f for f in read[0][2] if f.code != "root-url"),
        ],
    )


def _domain(rest: str) -> Read:
    """What stands behind ``domain:``."""
    faults: list[Fault] = []
    wide: list[tuple[str, str]] = []  # codes and sentences of faults whose repair is the host itself
    if not rest:
        return [], [], [Fault("error", "empty-domain", "Nothing follows domain: name a host.", None)]
    name = rest
    if found := re.match(r"(?:[a-z][a-z0-9+-]*:)?/{1,}|https?:", name, re.I):
        name = name[found.end() :]
        wide.append(("domain-with-scheme", "A host follows domain:, without http://."))
    name, tail = (
        (parts := re.split(r"(?=[/?#\\])", name, maxsplit=1))[0],
        (parts[1] if len(parts) > 1 else ""),
    )
    if "@" in name:
        name = name.rpartition("@")[2]
        wide.append(("credentials", "A user name stands before the host: remove it."))
    if tail:
        wide.append(
            (
                "domain-with-path",
                "A path follows the host: domain: always covers the whole host, so name it alone, or a page in full.",
            )
            if tail != "/"
            else ("domain-with-path", "A slash follows the host: remove it.")
        )
    if _port.search(name) and not name.endswith("]") and name.count(":") == 1:
        name = _port.sub("", name)
        wide.append(("domain-with-port", "A port follows the host: domain: knows none, remove it."))
    if name.startswith(("*.", ".")):
        name = name.lstrip("*.")
        wide.append(("wildcard", "There are no wildcards: domain: covers every host below the one it names."))
    if "*" in name:
        return (
            [],
            [],
            [Fault("error", "wildcard", f"There are no wildcards: {quoted(rest)} names no host.", None)],
        )
    host = _clean_host(name)
    if host is None:
        return (
            [],
            [],
            [Fault("error", "not-a-host", f"{quoted(rest)} is no host name: check the spelling.", None)],
        )
    if not name.isascii():
        wide.append(("idn", "An international name is written in punycode."))
    elif name != host and not is_ip(host):
        code, sentence = (
            ("trailing-dot", "A dot ends the host: remove it.")
            if name.lower() == host + "."
            else ("host-case", "Host names are written in small letters.")
        )
        faults.append(Fault("note", code, sentence, f"domain:{host}"))
    faults[:0] = [Fault("error", code, sentence, f"domain:{host}") for code, sentence in wide]
    entries, fixed, about = of_host(host, rest)
    if wide and suffix_section(host) is not None:
        # What was meant is unclear, and what is written would cover far more than one site.
        fixed = []
    return entries, fixed, faults + about


def of_host(host: str, said: str) -> Read:
    """The entry of a well-formed host, and what is to be known of that host."""
    entry = Entry("domain", host)
    faults: list[Fault] = []
    section = suffix_section(host)
    if is_ip(host):
        faults.append(
            Fault(
                "warning",
                "ip-address",
                "The entry is an IP number; only host names are documented to work.",
                None,
            )
        )
    elif "." not in host:
        if host not in top_level_domains():
            sentence = (
                f"{quoted(host)} is no host name: it has no ending such as .com, and is no ending itself."
            )
            return [], [], [Fault("error", "not-a-host", sentence, None)]
        sentence = (
            f"The entry disavows the whole top-level domain .{host}, every site in it, and no exception can be made. "
            "Write it only if exactly that is meant."
        )
        faults.append(Fault("warning", "tld", sentence, None))
    elif section == "icann":
        sentence = (
            f"{host} is an ending under which anybody registers: the entry disavows every site below it."
        )
        faults.append(Fault("warning", "public-suffix", sentence, None))
    elif section == "private":
        sentence = (
            f"{host} is a platform of strangers' sites: the entry disavows them all. Name the tenant's host."
        )
        faults.append(Fault("warning", "platform", sentence, None))
    elif host.rpartition(".")[2] not in top_level_domains():
        faults.append(
            Fault(
                "warning", "unknown-ending", f"There is no top-level domain .{host.rpartition('.')[2]}.", None
            )
        )
    if host.startswith("www.") and split_host(host)[1] == host[4:]:
        wide = Entry("domain", host[4:])
        faults.append(
            Fault(
                "warning",
                "www-only",
                f"Only www.{wide.value} is covered, not {wide.value} itself.",
                wide.text,
            )
        )
        return [entry], [wide], faults
    return [entry], [entry], faults


def _url(url: str) -> Read:
    faults: list[Fault] = []
    authority = re.split(r"[/?#\\]", url.partition("://")[2], maxsplit=1)[0]
    host = _clean_host(_port.sub("", authority.rpartition("@")[2]))
    wide = f"domain:{host}" if host else None
    if "*" in authority or url.endswith("*"):
        if host is None:
            bare = _clean_host(_port.sub("", authority).lstrip("*."))
            wide = f"domain:{bare}" if bare else None
        return (
            [],
            [],
            [
                Fault(
                    "error", "wildcard", "There are no wildcards: name each address, or the whole host.", wide
                )
            ],
        )
    if host is None:
        return (
            [],
            [],
            [
                Fault(
                    "error",
                    "not-a-url",
                    f"{quoted(url)} is no address a browser would open: its host is broken.",
                    None,
                )
            ],
        )
    new = url
    if "@" in authority:
        new = url.replace(authority, authority.rpartition("@")[2], 1)
        faults.append(Fault("error", "credentials", "The address holds a user name: remove it.", new))
    if "#" in new:
        new = new.partition("#")[0]
        faults.append(
            Fault("warning", "fragment", "The part after # is no part of a page's address: remove it.", new)
        )
    if len(new) > LONGEST_URL:
        sentence = f"The address has {len(new):,} characters; at most {LONGEST_URL:,} are taken."
        return [], [], [*faults, Fault("error", "url-too-long", sentence, wide)]
    try:
        right = canonical(new)
    except URLError as exc:
        return [], [], [*faults, Fault("error", "not-a-url", str(exc), None)]
    if not authority.isascii():
        faults.append(Fault("error", "idn", "An international host is written in punycode.", right))
        new = right
    elif not new.isascii():
        faults.append(
            Fault("note", "url-not-encoded", "Letters outside ASCII are safer percent-encoded.", right)
        )
        new = right
    if len(new) > LONGEST_URL:
        sentence = f"The address has {len(new):,} characters when encoded; at most {LONGEST_URL:,} are taken."
        return [], [], [*faults, Fault("error", "url-too-long", sentence, wide)]
    if right == f"{right.partition('://')[0]}://{host_of(right)}/":
        site = host.removeprefix("www.") if split_host(host)[1] == host.removeprefix("www.") else host
        sentence = f"Only the home page is covered; domain:{site} would cover the site."
        faults.append(Fault("warning", "root-url", sentence, f"domain:{site}"))
    entry = Entry("url", new)
    return [entry], [entry], faults


def _clean_host(name: str) -> str | None:
    """The canonical host a name stands for, or None."""
    if not name or any(mark in name for mark in "/?#@\\ %"):
        return None
    # A number alone would be read as an IPv4 address.
    if "." not in name and ":" not in name and (name.isdigit() or not re.fullmatch(r"[\w-]+", name)):
        return None
    try:
        host = host_of(canonical(f"http://{name}/"))
    except URLError:
        return None
    if any(label[:1] == "-" or label[-1:] == "-" for label in host.split(".")):
        return None
    return host
