"""Targets as the API writes them: a bare host name or a whole address, and nothing in between."""

from __future__ import annotations

import re
from typing import Any, Literal

from backlit.errors import BacklitError
from backlit.web.target import Target

Form = Literal["domain", "host", "any"]

#: Blanks and control characters, of which no target has any.
_BLANK = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
#: What a host name cannot have; letters of any script are left to the reading of the name.
_NO_HOST = re.compile(r"[/\\?#@:\[\]%*,;<>\"'`|^{}()=&+$!~]")
_LONGEST = 8192
_LONGEST_HOST = 253

MOST_INTERSECTED = 20
MOST_EXCLUDED = 10
MOST_BULK = 1000
MOST_BULK_DOMAINS = 100


def read_target(value: Any, form: Form = "any") -> Target:
    """A target; ``form`` tells how wide it must be.

    ``domain`` is a registrable domain, ``host`` that or a host below one, ``any`` an address of a page too. A leading
    ``www.`` of a name says nothing. Raises ``ValueError``.
    """
    if not isinstance(value, str) or not value or len(value) > _LONGEST or _BLANK.search(value):
        raise ValueError(value)
    try:
        if _ADDRESS.match(value):
            target = Target.parse(value, "url")
            host = target.host or ""
            if "." not in host and ":" not in host:
                raise ValueError(value)
        else:
            target = _read_name(value)
    except (BacklitError, UnicodeError) as exc:
        raise ValueError(value) from exc
    if (target.kind == "url" and form != "any") or (target.kind != "domain" and form == "domain"):
        raise ValueError(value)
    return target


def _read_name(value: str) -> Target:
    if _NO_HOST.search(value) or "." not in value.strip(".") or value.startswith("."):
        raise ValueError(value)
    name = value.removesuffix(".")
    if name[:4].lower() == "www." and "." in name[4:]:
        name = name[4:]
    if ".." in name:
        raise ValueError(value)
    target = Target.parse(name)
    if target.kind not in ("domain", "host") or len(target.host or target.domain) > _LONGEST_HOST:
        raise ValueError(value)
    return target


def read_excluded(value: Any) -> Target:
    """A target to leave out; an address may end in ``*`` and then means all that start so. Raises ``ValueError``."""
    if isinstance(value, str) and _ADDRESS.match(value) and value.endswith("*"):
        if _BLANK.search(value) or len(value) > _LONGEST:
            raise ValueError(value)
        try:
            return Target.parse(value, "prefix")
        except (BacklitError, UnicodeError) as exc:
            raise ValueError(value) from exc
    return read_target(value)


def read_numbered(value: Any) -> dict[str, Target]:
    """The targets of an intersection, by their numbers as text, in the order of the numbers. Raises ``ValueError``."""
    if not isinstance(value, dict):
        raise ValueError(value)
    given = {key: each for key, each in value.items() if each is not None}
    allowed = {str(number) for number in range(1, MOST_INTERSECTED + 1)}
    if not given or not set(given) <= allowed:
        raise ValueError(value)
    return {key: read_target(given[key]) for key in sorted(given, key=int)}


def read_listed(value: Any) -> list[Target]:
    """The targets of a bulk call, in their order. Raises ``ValueError`` when any is no target."""
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_BULK:
        raise ValueError(value)
    return [read_target(each) for each in value]


def read_listed_pages(value: Any) -> list[Target]:
    """As ``read_listed``, of at most a hundred registrable domains."""
    targets = read_listed(value)
    if len({target.domain for target in targets}) > MOST_BULK_DOMAINS:
        raise ValueError(value)
    return targets


def read_excluded_list(value: Any) -> list[Target]:
    """What an intersection leaves out. Raises ``ValueError``."""
    if not isinstance(value, list) or len(value) > MOST_EXCLUDED:
        raise ValueError(value)
    return [read_excluded(each) for each in value]
