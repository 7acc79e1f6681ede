"""A sieve for targeted scans: does a record name one of the wanted domains at all?

Looking for a few names in a record's raw bytes is thirty times cheaper than parsing it, so
records that cannot have a wanted link are dropped unread. The sieve may let through what the
parser then refuses; it must not hold back a link. So each domain is looked for without its
surroundings, in any case, and an internationalised one in all its spellings: punycode,
Unicode, JSON escapes, percent triplets.

A few domains are looked for by ahocorasick-rs, more by hyperscan where it is installed: that is
nearly as fast for thousands. Without it, more than sixty take ten times as long.

Both engines choose how to search by the patterns given, and choose badly for few of them; so
some patterns go along that no record holds. They are made of control characters, which JSON
never has raw; should a damaged record have them, it is merely read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from urllib.parse import quote

import numpy as np
import numpy.typing as npt
from ada_url import idna_to_unicode

try:
    import hyperscan
except ImportError:  # an optional package: the sieve is slower without it
    hyperscan = None  # type: ignore[assignment]

#: Up to this many patterns (but for a single one) ahocorasick-rs is the faster.
_FEW = 16
#: From 50 patterns on hyperscan hashes eight bytes at a time; its search for fewer takes three
#: times as long (but for one, which has a search of its own).
_MANY = 64
_FILLERS = [bytes(range(8)) + bytes(divmod(number, 16)) for number in range(_MANY)]
#: With these ahocorasick-rs does not look for one to three rare bytes (which are frequent in
#: addresses) but for the first bytes of all patterns at once: it takes the former for no more
#: than three different bytes, and for no pattern of more than 255.
_DECOYS = [bytes([code]) * length for code, length in enumerate((256, 4, 4, 4))]
#: Sets the bit by which small letters differ from capitals.
_SMALL = np.uint8(32)

Hit = Callable[[bytes], bool]


class Sieve:
    """Tells the records that may link to one of ``domains`` (canonical names, as in rows).

    ``engine`` is ``"hyperscan"`` or ``"automaton"``; the better one when not given.
    """

    def __init__(self, domains: Iterable[str], *, engine: str | None = None) -> None:
        self.domains = frozenset(domains)
        patterns = sorted({spelling for domain in self.domains for spelling in spellings(domain)})
        if engine is None:
            few = 1 < len(patterns) <= _FEW
            engine = "automaton" if few or hyperscan is None else "hyperscan"
        self.engine = engine
        make = {"hyperscan": _hyperscan, "automaton": _automaton}[engine]
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
    if 1 < len(patterns) < _MANY:
        patterns = patterns + _FILLERS[len(patterns) :]
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


def _automaton(patterns: list[bytes]) -> Hit:
    from ahocorasick_rs import BytesAhoCorasick, MatchKind  # only where it is needed

    automaton = BytesAhoCorasick(
        [_smalled(pattern).tobytes() for pattern in patterns] + _DECOYS, matchkind=MatchKind.LeftmostFirst
    )
    find = automaton.find_matches_as_indexes

    def hit(record: bytes) -> bool:
        return bool(find(_smalled(record).data))

    return hit


def _smalled(octets: bytes) -> npt.NDArray[np.uint8]:
    """The bytes with letters in lower case, ten times faster than ``bytes.lower``.

    Characters that are no letters may become one another (``@`` a backtick), the same in a
    pattern and in a record: a sieve may take one for the other.
    """
    return np.bitwise_or(np.frombuffer(octets, dtype=np.uint8), _SMALL)
