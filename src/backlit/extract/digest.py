"""Short digests of a page: of its words, and of the template it is poured into.

*Text digest*: a MinHash of the page's word triples (one-permutation hashing: Li, Owen &
Zhang 2012; empty bins filled as in Shrivastava 2017). Each triple is hashed once; the top 6
bits pick one of 64 bins, the smallest hash of a bin is its winner, and 16 other bits of the
winner are kept (b-bit minwise hashing: Li & König 2010). Two pages agree in a bin with a
chance equal to the share of triples they have in common, plus 1/65,536.

*Template digest*: a hash of the upper part of the element tree, by names and classes only.
"""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

import numpy as np
import numpy.typing as npt
from xxhash import xxh64_intdigest

BINS = 64
#: Below this number of words there is no triple, hence no digest.
SHINGLE = 3
_PROBES = 512

_A, _B, _C = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9)
_M1, _M2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_30, _27, _31, _58 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(58)


def _mix(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """The splitmix64 finaliser (Steele, Lea & Flood 2014)."""
    values = (values ^ (values >> _30)) * _M1
    values = (values ^ (values >> _27)) * _M2
    return values ^ (values >> _31)


# Where an empty bin looks for a value: a fixed random sequence of bins for each bin.
_probe = (_mix(np.arange(1, BINS * _PROBES + 1, dtype=np.uint64) * _A) >> _58).astype(np.intp).reshape(BINS, _PROBES)
_bin_edges = (np.arange(1, BINS, dtype=np.uint64)) << _58


def text_digest(words: Iterable[bytes]) -> bytes | None:
    """The MinHash of lower-case words in UTF-8: 64 little-endian 16-bit values.

    ``None`` for fewer than three words: there is nothing to compare.
    """
    codes = np.fromiter(map(crc32, words), dtype=np.uint64)
    if len(codes) < SHINGLE:
        return None
    hashes = _mix(codes[:-2] * _A + codes[1:-1] * _B + codes[2:] * _C)
    hashes.sort()
    first = np.zeros(BINS, dtype=np.intp)
    first[1:] = np.searchsorted(hashes, _bin_edges)
    filled = np.empty(BINS, dtype=bool)
    filled[:-1] = first[1:] > first[:-1]
    filled[-1] = first[-1] < len(hashes)
    values = np.zeros(BINS, dtype="<u2")
    values[filled] = (hashes[first[filled]] & np.uint64(0xFFFF)).astype(np.uint16)
    if not filled.all():
        full = np.flatnonzero(filled)
        for empty in np.flatnonzero(~filled):
            usable = filled[_probe[empty]]
            at = int(usable.argmax())
            values[empty] = values[_probe[empty][at] if usable[at] else full[0]]
    return values.tobytes()


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
