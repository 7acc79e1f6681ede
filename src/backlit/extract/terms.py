"""What a page is about, in little: its most frequent telling words, as hashes with counts.

Words are runs of letters and digits of any script, lower-cased; of Chinese, Japanese and Korean text each
character is one. Left out are words too common to tell anything (``backlit.text.anchor_words.COMMON``), words of
one or two bytes and numbers. Of the 8 KiB in the middle of a page's text the 40 most frequent are kept (of equally
frequent ones those with the smaller hash), with their counts up to 255. The words themselves are not kept.

A sketch is a byte string of 5 bytes a word: hash (little-endian, 32 bits) and count, by rising hash. How rare a
word is, the sketches of all pages of an index tell (``backlit.signals.relevance``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from backlit.extract.digest import word_hashes
from backlit.text.anchor_words import COMMON

MOST = 40
#: Characters of text looked at, in its middle: menus stand at the ends.
SAMPLE = 1 << 13
BYTES_A_TERM = 5

_KIND = np.dtype([("hash", "<u4"), ("count", "u1")])

# 0: stands between words; 1: belongs to one; 2: a digit, which belongs to one but makes none.
_CLASS = np.zeros(256, np.uint8)
_CLASS[[*range(ord("a"), ord("z") + 1), *range(0x80, 0x100)]] = 1
_CLASS[list(range(ord("0"), ord("9") + 1))] = 2
# Marks that are three bytes in UTF-8 (dashes, quotes, blanks, full stops of East Asia) stand between words.
_MARKS = {ord(mark): " " for mark in "\u00a0\u00ab\u00bb\u00b7\u00a9\u00ae\u00b0"}
_MARKS |= dict.fromkeys([*range(0x2000, 0x2070), *range(0x2190, 0x2800), *range(0x3000, 0x3040)], " ")
_MARKS |= dict.fromkeys([*range(0xFF01, 0xFF10), *range(0xFF1A, 0xFF21), *range(0xFF3B, 0xFF41), 0x30FB], " ")


class Terms(NamedTuple):
    """Hashes, ascending, and counts of the words of a sketch."""

    hashes: npt.NDArray[np.uint32]
    counts: npt.NDArray[np.uint8]


def terms_of(text: str) -> bytes | None:
    """The sketch of a text; ``None`` where no word is left."""
    begin = max(len(text) - SAMPLE, 0) // 2
    part = text[begin : begin + SAMPLE].lower()
    if not part.isascii():
        part = part.translate(_MARKS)
    codes = np.frombuffer(part.encode("utf-8", "replace"), np.uint8)
    if not len(codes):
        return None
    kinds = _CLASS[codes]
    first, last = _words(kinds > 0, codes)
    hashes = word_hashes(codes, first, last)
    letters = np.zeros(len(codes) + 1, np.int32)
    np.cumsum(kinds == 1, out=letters[1:])
    telling = (letters[last] > letters[first]) & (last - first > 2)
    kept = (hashes[telling] >> np.uint64(32)).astype(np.uint32)
    found, counts = np.unique(kept, return_counts=True)
    rare = _common[np.minimum(np.searchsorted(_common, found), len(_common) - 1)] != found
    found, counts = found[rare], counts[rare]
    if not len(found):
        return None
    if len(found) > MOST:
        best = np.sort(np.lexsort([found, -counts])[:MOST])
        found, counts = found[best], counts[best]
    sketch = np.empty(len(found), _KIND)
    sketch["hash"], sketch["count"] = found, np.minimum(counts, 255)
    return sketch.tobytes()


def read_terms(sketch: bytes) -> Terms:
    """What ``terms_of`` wrote. Raises ``ValueError`` for bytes that it cannot have written."""
    if len(sketch) % BYTES_A_TERM:
        raise ValueError(f"A sketch of terms has 5 bytes a word, and this has {len(sketch)} bytes.")
    rows = np.frombuffer(sketch, _KIND)
    return Terms(rows["hash"].copy(), rows["count"].copy())


def _words(
    solid: npt.NDArray[np.bool_], codes: npt.NDArray[np.uint8]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Where words begin and end."""
    starts, ends = solid.copy(), solid.copy()
    starts[1:] &= ~solid[:-1]
    # East Asian characters: three bytes, of which the first is E3 to ED.
    single = (codes >= 0xE3) & (codes <= 0xED)
    if single.any():
        starts |= single
        starts[3:] |= single[:-3] & solid[3:]
    ends[:-1] &= ~solid[1:] | starts[1:]
    return starts.nonzero()[0], ends.nonzero()[0] + 1


def _hashes_of(words: Iterable[str]) -> npt.NDArray[np.uint32]:
    codes = np.frombuffer(" ".join(words).encode(), np.uint8)
    first, last = _words(codes > 32, codes)
    return np.unique((word_hashes(codes, first, last) >> np.uint64(32)).astype(np.uint32))


_common = _hashes_of(sorted(COMMON))
