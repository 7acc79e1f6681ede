"""What a page is about, in little: its most frequent telling words, as hashes with counts.

Words are runs of letters and digits of any script, lower-cased; of Chinese, Japanese and Korean text each
character is one. Left out are words too common to tell anything (``backlit.text.anchor_words.COMMON``), words of
one or two bytes and numbers. Of the 4 KiB in the middle of a page's text the 40 most frequent are kept (of equally
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
SAMPLE = 1 << 12
BYTES_A_TERM = 5

_KIND = np.dtype([("hash", "<u4"), ("count", "u1")])

# 0: stands between words; 1: belongs to one; 2: a digit, which belongs to one but makes none.
_CLASS = np.zeros(256, np.uint8)
_CLASS[[*range(ord("a"), ord("z") + 1), *range(0x80, 0x100)]] = 1
_CLASS[list(range(ord("0"), ord("9") + 1))] = 2


class Terms(NamedTuple):
    """Hashes, ascending, and counts of the words of a sketch."""

    hashes: npt.NDArray[np.uint32]
    counts: npt.NDArray[np.uint8]


def terms_of(text: str) -> bytes | None:
    """The sketch of a text; ``None`` where no word is left."""
    begin = max(len(text) - SAMPLE, 0) // 2
    part = text[begin : begin + SAMPLE].lower()
    codes = np.frombuffer(part.encode("utf-8", "replace"), np.uint8)
    if not len(codes):
        return None
    kinds = _CLASS[codes]
    if len(codes) > len(part):
        _split_at_marks(kinds, codes)
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


def _split_at_marks(kinds: npt.NDArray[np.uint8], codes: npt.NDArray[np.uint8]) -> None:
    """Let marks of two and three bytes stand between words: quotes, dashes, arrows, full stops of East Asia."""
    two = codes[:-1] == 0xC2
    kinds[:-1][two] = 0
    kinds[1:][two] = 0
    one, second, third = codes[:-2], codes[1:-1], codes[2:]
    mark = (one == 0xE2) & ((second < 0x82) | (second > 0x85))
    mark |= (one == 0xE3) & ((second == 0x80) | ((second == 0x83) & (third == 0xBB)))
    mark |= (
        (one == 0xEF)
        & (second == 0xBC)
        & ((third < 0x90) | ((third > 0x99) & (third < 0xA1)) | (third > 0xBA))
    )
    kinds[:-2][mark] = 0
    kinds[1:-1][mark] = 0
    kinds[2:][mark] = 0


def _words(
    solid: npt.NDArray[np.bool_], codes: npt.NDArray[np.uint8]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Where words begin and end."""
    starts, ends = solid.copy(), solid.copy()
    starts[1:] &= ~solid[:-1]
    # East Asian characters: three bytes, of which the first is E3 to ED.
    single = (codes >= 0xE3) & (codes <= 0xED) & solid
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
