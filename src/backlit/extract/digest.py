"""Short digests of a page: of its words, and of the template it is poured into.

*Words* are what stands between blanks; each Chinese or Japanese character is one to the
digest, and two of them are one to the count, as those languages set no blanks. ASCII letters
are lower-cased.

*Text digest*: a MinHash of the page's word triples (one-permutation hashing: Li, Owen &
Zhang 2012; empty bins filled as in Shrivastava 2017). Each triple is hashed once; the top 6
bits pick one of 64 bins, the smallest hash of a bin is its winner, and 16 other bits of the
winner are kept (b-bit minwise hashing: Li & König 2010). Two pages agree in a bin with a
chance equal to the share of triples they have in common, plus 1/65,536.

*Template digest*: a hash of the upper part of the element tree, by names and classes only.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from xxhash import xxh64_intdigest

BINS = 64
#: Words hashed together. A page with fewer has no digest.
SHINGLE = 3
#: Bytes of text that the digest is made of; the count of words is of all.
DIGEST_BYTES = 1 << 17
_PROBES = 512

_u64 = np.uint64
_A, _B, _C = _u64(0x9E3779B97F4A7C15), _u64(0xC2B2AE3D27D4EB4F), _u64(0x165667B19E3779F9)
_M1, _M2 = _u64(0xBF58476D1CE4E5B9), _u64(0x94D049BB133111EB)
_27, _30, _31, _58 = _u64(27), _u64(30), _u64(31), _u64(58)
#: Base of the polynomial that hashes a word's bytes, and its inverse modulo 2**32.
_BASE = 0x9E3779B1
_INVERSE = pow(_BASE, -1, 1 << 32)

Hashes = npt.NDArray[np.uint64]


class Words(NamedTuple):
    """How many words a text has, and its digest (``None`` below three words)."""

    number: int
    digest: bytes | None


def words_of(text: str) -> Words:
    """Count the words of a text and digest its word triples."""
    source = text.encode("utf-8", "replace").lower()
    ascii_only = len(source) == len(text)
    if not ascii_only:
        source = source.replace(b"\xc2\xa0", b"  ").replace(b"\xe3\x80\x80", b"   ")
    if not source:
        return Words(0, None)
    padded = np.frombuffer(b" %b " % source, dtype=np.uint8)
    solid = padded > 32
    codes = padded[1:-1]
    if ascii_only or codes.max() < 0xE3:
        edges = (solid[1:] != solid[:-1]).nonzero()[0]
        first, last = edges[::2], edges[1::2]
        count = len(first)
    else:
        # U+3000 to U+9FFF: three bytes, of which the first is E3 to E9.
        characters = codes - np.uint8(0xE3) <= 6
        starts = solid[1:-1] > solid[:-2]
        starts |= characters
        starts[3:] |= characters[:-3] & solid[4:-1]
        first = starts.nonzero()[0]
        ends = solid[1:-1] > solid[2:]
        ends[:-1] |= solid[1:-2] & starts[1:]
        last = ends.nonzero()[0] + 1
        count = len(first) - int(np.count_nonzero(characters)) // 2
    return Words(count, _digest(codes, first, last))


def text_digest(words: Iterable[bytes]) -> bytes | None:
    """The digest of a text that is given word by word (UTF-8); the same as ``words_of`` the text."""
    return words_of(b" ".join(words).decode("utf-8", "replace")).digest


def _digest(
    codes: npt.NDArray[np.uint8], first: npt.NDArray[np.intp], last: npt.NDArray[np.intp]
) -> bytes | None:
    """The digest of words, of which ``first`` has where they begin and ``last`` where they end."""
    if len(codes) > DIGEST_BYTES:
        codes = codes[:DIGEST_BYTES]
        first = first[: first.searchsorted(DIGEST_BYTES)]
        last = np.minimum(last[: len(first)], DIGEST_BYTES)
    if len(first) < SHINGLE:
        return None
    words = word_hashes(codes, first, last)
    hashes = words[:-2] * _A
    hashes += words[1:-1] * _B
    hashes += words[2:] * _C
    return _minima(_mix(hashes))


def word_hashes(
    codes: npt.NDArray[np.uint8], first: npt.NDArray[np.intp], last: npt.NDArray[np.intp]
) -> Hashes:
    """A 64-bit hash of each word: of the bytes from ``first`` up to ``last`` of at most ``DIGEST_BYTES`` of text."""
    sums = np.zeros(len(codes) + 1, dtype=np.uint32)
    np.cumsum(codes * _powers[: len(codes)], out=sums[1:])
    return _mix(((sums[last] - sums[first]) * _inverses[first]).astype(np.uint64))


def _minima(hashes: Hashes) -> bytes:
    """The digest of a set of 64-bit hashes: 64 little-endian 16-bit values."""
    hashes.sort()
    first = np.zeros(BINS, dtype=np.intp)
    first[1:] = hashes.searchsorted(_bin_edges)
    filled = np.empty(BINS, dtype=bool)
    filled[:-1] = first[1:] > first[:-1]
    filled[-1] = first[-1] < len(hashes)
    values = np.zeros(BINS, dtype="<u2")
    values[filled] = (hashes[first[filled]] & _u64(0xFFFF)).astype(np.uint16)
    if not filled.all():
        some = int(np.flatnonzero(filled)[0])
        for empty in np.flatnonzero(~filled):
            usable = filled[_probes[empty]]
            at = int(usable.argmax())
            values[empty] = values[_probes[empty][at] if usable[at] else some]
    return values.tobytes()


def _mix(values: Hashes) -> Hashes:
    """The splitmix64 finaliser (Steele, Lea & Flood 2014), in place."""
    values ^= values >> _30
    values *= _M1
    values ^= values >> _27
    values *= _M2
    values ^= values >> _31
    return values


def _powers_of(base: int) -> npt.NDArray[np.uint32]:
    factors = np.full(DIGEST_BYTES, base, dtype=np.uint32)
    factors[0] = 1
    return np.multiply.accumulate(factors, dtype=np.uint32)


_powers, _inverses = _powers_of(_BASE), _powers_of(_INVERSE)
# Where an empty bin looks for a value: a fixed random sequence of bins for each bin.
_probes = (_mix(np.arange(1, BINS * _PROBES + 1, dtype=np.uint64) * _A) >> _58).astype(np.intp)
_probes = _probes.reshape(BINS, _PROBES)
_bin_edges = np.arange(1, BINS, dtype=np.uint64) << _58


def digest_similarity(one: bytes, other: bytes) -> float:
    """The estimated share of word triples two pages have in common, 0 to 1."""
    left, right = np.frombuffer(one, dtype="<u2"), np.frombuffer(other, dtype="<u2")
    return float(np.count_nonzero(left == right)) / BINS


def template_digest(paths: Iterable[str]) -> int | None:
    """A signed 64-bit hash of the set of element paths, or ``None`` without any."""
    skeleton = "\n".join(sorted(set(paths)))
    if not skeleton:
        return None
    value = xxh64_intdigest(skeleton.encode("utf-8", "replace"))
    return value - (1 << 64) if value >> 63 else value
