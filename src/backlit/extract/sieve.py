"""A sieve for targeted scans: does a record name one of the wanted domains at all?

Looking for a few names in a record's raw bytes is thirty times cheaper than parsing it, so
records that cannot have a wanted link are dropped unread. The sieve may let through what the
parser then refuses; it must not hold back a link. So each domain is looked for without its
surroundings, in any case, and an internationalised one in all its spellings: punycode,
Unicode, JSON escapes, percent triplets.

Hyperscan is used where it is installed, and is as fast for thousands of domains as for one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from urllib.parse import quote

from ada_url import idna_to_unicode

try:
    import hyperscan
except ImportError:  # an optional package: the sieve is slower without it
    hyperscan = None  # type: ignore[assignment]

#: Up to this many patterns, looking for one after the other beats an automaton.
_FEW = 3

Hit = Callable[[bytes], bool]


class Sieve:
    """Tells the records that may link to one of ``domains`` (canonical names, as in rows).

    ``engine`` is ``"hyperscan"``, ``"automaton"`` or ``"find"``; the best one when not given.
    """

    def __init__(self, domains: Iterable[str], *, engine: str | None = None) -> None:
        self.domains = frozenset(domains)
        patterns = sorted({spelling for domain in self.domains for spelling in spellings(domain)})
        if engine is None:
            without = "find" if len(patterns) <= _FEW else "automaton"
            engine = without if hyperscan is None else "hyperscan"
        self.engine = engine
        make = {"hyperscan": _hyperscan, "find": _find, "automaton": _automaton}[engine]
        #: Whether a record's bytes name a wanted domain. Not to be shared between threads.
        self.hit: Hit = make(patterns) if patterns else _nothing


def spellings(domain: str) -> list[bytes]:
    """The ways a domain may stand in a record, lower case where it is ASCII."""
    found = [domain.lower().encode()]
    if "xn--" in domain:
        shown = idna_to_unicode(domain)
        for form in (shown, shown.upper()):
            found.append(_lower_ascii(form.encode()))
            found.append(_escaped(form).lower().encode())
            found.append(quote(form, safe="").lower().encode())
    return found


def _escaped(text: str) -> str:
    """Text with the JSON escapes of what is not ASCII, pairs of surrogates included."""
    units = text.encode("utf-16-be")
    codes = [int.from_bytes(units[at : at + 2], "big") for at in range(0, len(units), 2)]
    return "".join(chr(code) if code < 128 else f"\\u{code:04x}" for code in codes)


def _lower_ascii(octets: bytes) -> bytes:
    return octets.lower()  # bytes.lower touches ASCII letters only


def _nothing(record: bytes) -> bool:
    return False


def _hyperscan(patterns: list[bytes]) -> Hit:
    database = hyperscan.Database()
    flags = hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_SINGLEMATCH
    database.compile(
        expressions=[_hyperscan_literal(pattern) for pattern in patterns],
        ids=list(range(len(patterns))),
        elements=len(patterns),
        flags=[flags] * len(patterns),
    )
    scan = database.scan
    found = False

    def seen(*match: object) -> bool:
        nonlocal found
        found = True
        return True  # enough: stop here

    def hit(record: bytes) -> bool:
        nonlocal found
        found = False
        try:
            scan(record, match_event_handler=seen)
        except hyperscan.ScanTerminated:
            return True
        return found

    return hit


def _hyperscan_literal(pattern: bytes) -> bytes:
    """A pattern for just these bytes: anything but letters and digits in hexadecimal."""
    return b"".join(
        bytes([code]) if chr(code).isalnum() and code < 128 else b"\\x%02x" % code for code in pattern
    )


def _find(patterns: list[bytes]) -> Hit:
    def hit(record: bytes) -> bool:
        lowered = record.lower()
        return any(pattern in lowered for pattern in patterns)

    return hit


def _automaton(patterns: list[bytes]) -> Hit:
    from ahocorasick_rs import BytesAhoCorasick  # only where it is needed

    automaton = BytesAhoCorasick(patterns)

    def hit(record: bytes) -> bool:
        return bool(automaton.find_matches_as_indexes(record.lower()))

    return hit
