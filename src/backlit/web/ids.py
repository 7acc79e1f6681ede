"""Stable 64-bit ids and bucket hashes of our own, reproducible in any engine with XXH64.

``pair_id`` is Spark's ``xxhash64(source_url, target_url)``: XXH64 of the UTF-8 bytes of the
source with seed 42, then of the target seeded with that. All ids are signed, because Spark
and Delta have no unsigned 64-bit type.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from xxhash import xxh64_intdigest

from backlit.records import KINDS

_SEED = 42
_MASK = (1 << 64) - 1
_KIND_CODES = {kind: code for code, kind in enumerate(KINDS)}


def _signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


def pair_id(source_url: str, target_url: str) -> int:
    """The signed id of a pair of page addresses, the same on any machine and engine."""
    return _signed(xxh64_intdigest(target_url.encode(), xxh64_intdigest(source_url.encode(), _SEED)))


def source_seed(source_url: str) -> int:
    """The part of ``pair_id`` that depends on the source only, for pages with many links."""
    return xxh64_intdigest(source_url.encode(), _SEED)


def pair_id_seeded(seed: int, target_url: str) -> int:
    """``pair_id`` from a ``source_seed``."""
    return _signed(xxh64_intdigest(target_url.encode(), seed))


def link_mix(kind: str, nth: int) -> int:
    """What tells links of one pair apart: ``link_id = pair_id XOR link_mix``.

    Zero for the first plain link of a pair, so the two ids are then the same. The mix is the
    splitmix64 finaliser of kind and ordinal (Steele, Lea & Flood 2014), hence spread over
    all bits.
    """
    code = _KIND_CODES[kind] | (nth << 8)
    z = (code * 0x9E3779B97F4A7C15) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return _signed(z ^ (z >> 31))


def link_id(pair: int, kind: str, nth: int) -> int:
    """The id of the ``nth`` link of its kind between a pair of pages."""
    return pair ^ link_mix(kind, nth)


def bucket_hash(name: str) -> int:
    """A hash of a domain name, 0..65535; its high bits are the bucket."""
    return xxh64_intdigest(name.encode(), _SEED) >> 48


def buckets(names: Iterable[str], count: int) -> npt.NDArray[np.int32]:
    """The bucket of each name, for ``count`` buckets (a power of two up to 65,536).

    Buckets nest: with more buckets each one splits, so no name moves between old ones.
    """
    shift = 16 - (count.bit_length() - 1)
    return np.fromiter((bucket_hash(name) >> shift for name in names), dtype=np.int32)
