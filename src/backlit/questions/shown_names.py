"""Names of hosts for people: both spellings, and whether a name may be meant to look like another."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from ada_url import idna_to_unicode

from backlit.web.script import is_mixed_script
from backlit.web.url import display_host


class Name(NamedTuple):
    """A host as it is best shown, as machines write it, in Unicode whatever that looks like, and whether one of its
    labels mixes scripts. ``shown`` stays ``ascii`` where Unicode would mislead."""

    shown: str
    ascii: str
    unicode: str
    mixed: bool


@lru_cache(maxsize=8192)
def name_of(host: str) -> Name:
    """The spellings of a host that is written as machines do."""
    spelled = idna_to_unicode(host) if "xn--" in host else host
    return Name(display_host(host), host, spelled or host, is_mixed_script(host))
