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
MOST_ELEMENTS = 1_000_000
MOST_OPEN = 25_000
MOST_ATTRIBUTES = 1000
#: Pages with fewer tags, or with fewer formatting ones, cannot grow too far.
_FEW_TAGS, _FEW_FORMATTING = 1500, 300
#: A tag shorter than this cannot have too many attributes to bear.
_LONG_TAG = 30_000

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
    _pairs[_letter, :65] = True  # followed by a blank, a slash or the end of the tag


def defused(source: bytes) -> tuple[bytes, str | None]:
    """The page as it can be parsed, and what had to be taken out of it, if anything was."""
    codes = np.frombuffer(source, dtype=np.uint8)
    tags = np.flatnonzero(codes == ord("<"))
    if not len(tags):
        return source, None
    taken: list[str] = []
    gaps = np.diff(tags, append=len(source))
    if gaps.max() > _LONG_TAG:
        shorter = _with_fewer_attributes(source, tags[gaps > _LONG_TAG].tolist())
        if shorter is not None:
            source = shorter
            taken.append(f"attributes after the first {MOST_ATTRIBUTES:,} of a tag")
    if len(tags) >= _FEW_TAGS:
        if len(tags) - 2 * source.count(b"</") > MOST_OPEN:
            flatter = _flattened(source)
            if flatter is not None:
                source = flatter
                taken.append(f"elements nested deeper than {MOST_OPEN:,}")
        if (
            _count_formatting(codes, tags) >= _FEW_FORMATTING
            and _open_formatting(source) * len(tags) > MOST_ELEMENTS
        ):
            source = _formatting.sub(b"", source)
            taken.append("formatting tags, which are never closed")
    return source, " and ".join(taken) or None


def _count_formatting(codes: npt.NDArray[np.uint8], tags: npt.NDArray[np.intp]) -> int:
    """How many formatting tags there may be at most."""
    tags = tags[tags < len(codes) - 2]
    first, second = codes[tags + 1] | 32, codes[tags + 2]
    return int(np.count_nonzero(_pairs[first, second | 32] | _pairs[first, second]))


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


def _with_fewer_attributes(source: bytes, long_tags: list[int]) -> bytes | None:
    """The page with the tags at these places cut to what they may have; ``None`` when all are fine."""
    start = 0
    kept: list[bytes] = []
    for at in long_tags:
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
