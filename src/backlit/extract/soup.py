"""A guard against markup that costs far more than its size when it is parsed.

Browsers cap the depth of the tree and more; the parser here does not. Three things grow with
the square of the page, and each is taken out where it would:

* The standard opens every unclosed ``<b>``, ``<font>`` and so on again in each paragraph that
  follows: a page of 40 kB with two thousand open and two thousand paragraphs becomes four
  million elements and 1.5 GB. Such pages lose their formatting tags, which carry no link and
  no words.
* Each block looks through all open elements: a million nested ones take hours. Below
  ``MOST_OPEN`` further ones are not opened; what is in them is read.
* Each attribute is compared with all others of its tag: a tag keeps ``MOST_ATTRIBUTES``.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

#: Formatting elements open at once, times tags, up to which a page is left alone.
MOST_ELEMENTS = 2_000_000
MOST_OPEN = 25_000
MOST_ATTRIBUTES = 1000
#: Pages with fewer tags cannot grow that far, however these are divided.
_FEW_TAGS = 2800
#: A tag shorter than this cannot have too many attributes to bear.
_CHUNK = 1 << 14

_formatting = re.compile(
    rb"<(/?)(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/>])[^>]*>", re.IGNORECASE
)
_tag = re.compile(rb"<(/?)([a-zA-Z][^\s/>]*)[^>]*>")
_tag_name = re.compile(rb"<[a-zA-Z][^\s/>]*")
_attribute = re.compile(rb"[\s/]*[^\s/>=][^\s/>=]*(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>\"'][^\s>]*))?")
#: Elements that do not stay open: void ones, and those that the next of their kind closes.
_SHORT_LIVED = frozenset(
    b"a area base br col embed frame hr img input link meta param source track wbr p li dt dd option optgroup tr td th "
    b"tbody thead tfoot body html head b big code em font i nobr s small strike strong tt u".split()
)
# The first two letters of formatting elements, or the only one: a superset that is quick to count.
_pairs = np.zeros((256, 256), dtype=bool)
for _name in ("bi", "co", "em", "fo", "no", "sm", "st", "tt"):
    _pairs[ord(_name[0]), ord(_name[1])] = True
for _letter in b"bisu":
    _pairs[_letter, :64] = True  # followed by a blank, a slash or the end of the tag


def defused(source: bytes) -> tuple[bytes, str | None]:
    """The page as it can be parsed, and what had to be taken out of it, if anything was."""
    codes = np.frombuffer(source, dtype=np.uint8)
    opens = codes == ord("<")
    count = int(np.count_nonzero(opens))
    taken: list[str] = []
    # A stretch of two chunks without a tag is looked at; most pages have one in every chunk.
    chunks = opens[: len(opens) // _CHUNK * _CHUNK].reshape(-1, _CHUNK)
    if count and not chunks.any(axis=1).all():
        shorter = _with_fewer_attributes(source, np.flatnonzero(opens))
        if shorter is not None:
            source = shorter
            taken.append(f"attributes after the first {MOST_ATTRIBUTES:,} of a tag")
    if count >= _FEW_TAGS:
        tags = np.flatnonzero(opens)[:-2]
        first, second = codes[tags + 1], codes[tags + 2]
        if count - 2 * int(np.count_nonzero(first == ord("/"))) > MOST_OPEN:
            flatter = _flattened(source)
            if flatter is not None:
                source = flatter
                taken.append(f"elements nested deeper than {MOST_OPEN:,}")
        at_most = int(np.count_nonzero(_pairs[first | 32, second | 32]))
        if at_most * (count - at_most) > MOST_ELEMENTS and _open_formatting(source) * count > MOST_ELEMENTS:
            source = _formatting.sub(b"", source)
            taken.append("formatting tags, which are never closed")
    return source, " and ".join(taken) or None


def _open_formatting(source: bytes) -> int:
    """The largest number of formatting elements open at once."""
    depth = deepest = 0
    for tag in _formatting.finditer(source):
        depth = max(0, depth - 1) if tag[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _flattened(source: bytes) -> bytes | None:
    """The page without the opening tags of what is nested too deep; ``None`` when nothing is."""
    depth = start = 0
    kept: list[bytes] = []
    for tag in _tag.finditer(source):
        if tag[2].lower() in _SHORT_LIVED:
            continue
        if tag[1]:
            depth = max(0, depth - 1)
        elif depth < MOST_OPEN:
            depth += 1
        else:
            kept.append(source[start : tag.start()])
            start = tag.end()
    if not kept:
        return None
    kept.append(source[start:])
    return b"".join(kept)


def _with_fewer_attributes(source: bytes, tags: npt.NDArray[np.intp]) -> bytes | None:
    """The page with its long tags cut to what they may have; ``None`` when all are fine."""
    start = 0
    kept: list[bytes] = []
    for at in tags[np.diff(tags, append=len(source)) >= _CHUNK].tolist():
        name = _tag_name.match(source, at)
        if name is None or at < start:
            continue
        end, count = name.end(), 0
        while count < MOST_ATTRIBUTES and (attribute := _attribute.match(source, end)) is not None:
            end, count = attribute.end(), count + 1
        if count == MOST_ATTRIBUTES and (closing := source.find(b">", end)) >= 0:
            kept.append(source[start:end])
            start = closing
    if not kept:
        return None
    kept.append(source[start:])
    return b"".join(kept)
