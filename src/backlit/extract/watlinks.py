"""The links of a WAT record, read from the bytes of its JSON by compiled loops.

Three passes over one page. ``wattokens.tokens`` finds the fields of each entry of ``Links``; ``classify``
tells what stays on the site by its look, resolves plain addresses, and leaves the others to be
resolved outside; ``emit`` writes the rows of what leaves the site. The rules are those of
``wat._Links.read``, which reads what these passes refuse, and to which tests hold them.

All text lies in one buffer: the record's JSON, then the page's own names, then what is written on
the way (addresses made canonical, text without escapes). A field is a pair of offsets.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from backlit.compiled import compiled
from backlit.extract.wattokens import (
    ALT,
    ALT_BIT,
    ALT_END,
    ANCHOR,
    CODE,
    DOMAIN,
    DONE,
    ESCAPED,
    FRAME,
    HOST,
    HOST_END,
    IMAGE,
    OPEN,
    OTHER,
    POSITION,
    REFUSED,
    REL,
    REL_BIT,
    REL_END,
    RESOLVED,
    SITE,
    STATE,
    TEXT,
    TEXT_BIT,
    TEXT_END,
    TOO_SMALL,
    URL,
    URL_BIT,
    URL_END,
    stands,
    unescaped,
)
from backlit.web.native import hash64, plain_host, plain_rest, split

# Kinds of rows, as positions in ``records.KINDS``.
KIND_ANCHOR, KIND_IMAGE, KIND_FRAME, KIND_FORM = 0, 1, 5, 6
# Rows of the columns of numbers that ``emit`` writes.
OUT_KIND, OUT_NTH, OUT_POSITION, OUT_REL, OUT_FOLLOW, OUT_ALT = range(6)
# Texts that ``emit`` writes.
OUT_URL, OUT_HOST, OUT_DOMAIN, OUT_SITE, OUT_ANCHOR, OUT_ALT_TEXT = range(6)
#: Characters of ``rel`` that are read, as bytes of UTF-8 at the most.
LONGEST_REL = 800


@compiled
def _same(buffer: Any, start: int, end: int, other: int, other_end: int) -> bool:
    if end - start != other_end - other:
        return False
    for i in range(end - start):
        if buffer[start + i] != buffer[other + i]:
            return False
    return True


@compiled
def _inside(buffer: Any, start: int, end: int) -> bool:
    """``wat._plainly_inside``: an address that by its look stays on the host of its base."""
    if start == end:
        return True
    first = buffer[start]
    if first == 35 or first == 63 or first == 46:
        return True
    if first == 47:
        if start + 1 == end:
            return True
        second = buffer[start + 1]
        return bool(second != 47 and second != 92 and second != 9 and second != 10 and second != 13)
    letter = (97 <= (first | 32) <= 122) or (48 <= first <= 57)
    if not (letter or first == 95 or first == 37 or first == 126 or first == 45):
        return False
    for i in range(start + 1, end):
        if buffer[i] == 58:
            return False
    return True


@compiled
def _scheme(buffer: Any, start: int, end: int) -> int:
    """The length of ``https://`` or ``http://`` at the start of an address; 0 for neither."""
    size = end - start
    if size >= 7 and stands(buffer, start, b"http"):
        if stands(buffer, start + 4, b"://"):
            return 7
        if size >= 8 and stands(buffer, start + 4, b"s://"):
            return 8
    return 0


@compiled
def _nowhere(buffer: Any, start: int, end: int) -> bool:
    size = end - start
    return bool(
        (size >= 11 and stands(buffer, start, b"javascript:"))
        or (size >= 7 and stands(buffer, start, b"mailto:"))
        or (size >= 4 and stands(buffer, start, b"tel:"))
    )


@compiled
def _elsewhere(buffer: Any, start: int, end: int) -> bool:
    """Whether an address names a scheme, and that is neither http nor https."""
    at = start
    while at < end and buffer[at] != 58:
        byte = buffer[at]
        letter = 97 <= (byte | 32) <= 122
        if not (letter or (at > start and (48 <= byte <= 57 or byte == 43 or byte == 45 or byte == 46))):
            return False
        at += 1
    size = at - start
    if at >= end or size == 0:
        return False
    http = size >= 4 and size <= 5
    for i in range(4 if http else 0):
        http = http and buffer[start + i] | 32 == (104, 116, 116, 112)[i]
    return not (http and bool(size == 4 or buffer[start + 4] | 32 == 115))


@compiled
def classify(
    buffer: Any, entries: Any, count: int, own: int, own_end: int, home: bool, secure: bool,
    free: int, longest: int, suffixes: Any,
) -> tuple[int, int, int, int]:  # fmt: skip
    """Sort the entries: gives internal links, links in all, entries left open, and the buffer's end.

    ``own`` is the page's host, ``home`` whether its base is on its own site, ``secure`` whether the
    base is https; ``free`` is where the buffer may be written. Internal links are ``REFUSED``
    for a page with a text that is no JSON.
    """
    internal, position, open_entries = 0, -1, 0
    picture, picture_end, picture_escaped = -1, -1, False
    for number in range(count):
        entry = entries[number]
        code = entry[CODE]
        entry[STATE] = DONE
        if code == IMAGE:
            picture, picture_end = entry[ALT], entry[ALT_END]
            picture_escaped = entry[ESCAPED] & ALT_BIT != 0
            if picture < 0:
                picture = picture_end = 0
            continue
        if code == OTHER:
            picture = -1
            continue
        start, end = entry[URL], entry[URL_END]
        if start < 0:
            start = end = 0
        if entry[ESCAPED] & URL_BIT:
            end = unescaped(buffer, start, end, free)
            if end < 0:
                return REFUSED, 0, 0, free
            start, free = free, end
        entry[URL], entry[URL_END] = start, end
        if code == ANCHOR:
            position += 1
            entry[POSITION] = position
        scheme = _scheme(buffer, start, end)
        size = own_end - own
        ours = (
            scheme > 0
            and end - start > scheme + size
            and buffer[start + scheme + size] == 47
            and _same(buffer, start + scheme, start + scheme + size, own, own_end)
        )
        if ours or (home and scheme == 0 and _inside(buffer, start, end)):
            internal += code == ANCHOR
            picture = -1
            continue
        if code == ANCHOR:
            if scheme == 0 and _nowhere(buffer, start, end):
                picture = -1
                continue
            entry[ALT], entry[ALT_END] = picture, picture_end
            if picture >= 0 and picture_escaped:
                entry[ESCAPED] |= ALT_BIT
            else:
                entry[ESCAPED] &= ~ALT_BIT
        picture = -1
        while end > start and buffer[end - 1] <= 32:
            end -= 1  # blanks and controls around an address do not count
        while start < end and buffer[start] <= 32:
            start += 1
            scheme = _scheme(buffer, start, end)
        if scheme == 0 and _elsewhere(buffer, start, end):
            continue
        entry[STATE] = OPEN
        if 3 * (end - start) < longest:
            host = 0
            if scheme:
                host = start + scheme
            elif end - start > 2 and buffer[start] == 47 and buffer[start + 1] == 47:
                host = start + 2
                scheme = 8 if secure else 7
            host_end = plain_host(buffer, host, end) if host else -1
            if host_end >= 0:
                out = free + scheme + host_end - host
                rest = plain_rest(buffer, host_end, end, out)
                if rest >= 0:
                    buffer[free] = 104
                    buffer[free + 1] = buffer[free + 2] = 116
                    buffer[free + 3] = 112
                    if scheme == 8:
                        buffer[free + 4] = 115
                    buffer[free + scheme - 3] = 58
                    buffer[free + scheme - 2] = buffer[free + scheme - 1] = 47
                    for i in range(host_end - host):
                        byte = buffer[host + i]
                        buffer[free + scheme + i] = byte | 32 if 65 <= byte <= 90 else byte
                    host = free + scheme
                    domain, site = split(buffer, host, out, suffixes)
                    entry[URL], entry[URL_END] = free, rest
                    entry[HOST], entry[HOST_END] = host, out
                    entry[DOMAIN], entry[SITE] = domain, site
                    entry[STATE] = RESOLVED
                    free = rest
        open_entries += entry[STATE] == OPEN
    return internal, position + 1, open_entries, free


@compiled
def _cut(buffer: Any, start: int, end: int, characters: int) -> int:
    """Where a text of UTF-8 ends when it is cut after some characters."""
    if end - start <= characters:
        return end
    seen = 0
    for at in range(start, end):
        if buffer[at] & 0xC0 != 0x80:
            if seen == characters:
                return at
            seen += 1
    return end


@compiled
def _put(texts: Any, offsets: Any, column: int, row: int, buffer: Any, start: int, end: int) -> None:
    at = offsets[column, row]
    for i in range(end - start):
        texts[column, at + i] = buffer[start + i]
    offsets[column, row + 1] = at + end - start


@compiled
def emit(
    buffer: Any, entries: Any, count: int, own: Any, follow: bool, free: int, longest: int,
    seed: Any, seen: Any, stamp: Any, rels: Any, rel_texts: Any, rel_ends: Any, rel_count: int,
    texts: Any, offsets: Any, numbers: Any, pairs: Any, row: int,
) -> tuple[int, int, int, int]:  # fmt: skip
    """Write the rows of resolved entries after ``row`` others.

    ``own`` holds where the page's registrable domain and site stand. Gives internal and external
    links among the resolved, the number of rows, and the number of different ``rel`` texts; the
    first is ``REFUSED``, and nothing counts as written, for a page with a text that is no JSON, and
    ``TOO_SMALL`` when ``texts`` has too little room for the page.
    """
    internal, external = 0, 0
    mask = _mask_of(seen)
    for column in range(len(texts)):
        # A column has no more of this page than the buffer holds, escapes taken out once more.
        if offsets[column, row] + 2 * free > texts.shape[1]:
            return TOO_SMALL, 0, row, rel_count
    for number in range(count):
        entry = entries[number]
        if entry[STATE] != RESOLVED:
            continue
        code, host_end = entry[CODE], entry[HOST_END]
        if code == ANCHOR:
            if _same(buffer, entry[DOMAIN], host_end, own[0], own[1]):
                internal += 1
            else:
                external += 1
        if _same(buffer, entry[SITE], host_end, own[2], own[3]):
            continue
        text, text_end, alt, alt_end = 0, 0, -1, -1
        rel = 0
        if code == ANCHOR:
            if entry[TEXT] >= 0:
                text, text_end = entry[TEXT], entry[TEXT_END]
                if entry[ESCAPED] & TEXT_BIT:
                    text_end = unescaped(buffer, text, text_end, free)
                    text, free = free, text_end
                    if text_end < 0:
                        return REFUSED, 0, row, rel_count
                text_end = _cut(buffer, text, text_end, longest)
            if text == text_end and entry[ALT] >= 0:
                alt, alt_end = entry[ALT], entry[ALT_END]
                if entry[ESCAPED] & ALT_BIT:
                    alt_end = unescaped(buffer, alt, alt_end, free)
                    alt, free = free, alt_end
                    if alt_end < 0:
                        return REFUSED, 0, row, rel_count
                alt_end = _cut(buffer, alt, alt_end, longest)
            kind = KIND_IMAGE if alt >= 0 else KIND_ANCHOR
            if entry[REL] >= 0 and entry[REL_END] > entry[REL]:
                rel_start, rel_end = entry[REL], entry[REL_END]
                if entry[ESCAPED] & REL_BIT:
                    rel_end = unescaped(buffer, rel_start, rel_end, free)
                    rel_start, free = free, rel_end
                    if rel_end < 0:
                        return REFUSED, 0, row, rel_count
                rel_end = min(rel_end, rel_start + LONGEST_REL)
                rel, rel_count = _numbered(buffer, rel_start, rel_end, rels, rel_texts, rel_ends, rel_count)
        else:
            kind = KIND_FRAME if code == FRAME else KIND_FORM
        pair = hash64(buffer, entry[URL], entry[URL_END], seed)
        pairs[row] = pair
        key = pair ^ (np.uint64(kind) * np.uint64(0x9E3779B97F4A7C15))
        slot = key & mask
        while seen[slot, 1] == stamp and seen[slot, 0] != key:
            slot = (slot + np.uint64(1)) & mask
        if seen[slot, 1] == stamp:
            seen[slot, 2] += np.uint64(1)
        else:
            seen[slot, 0], seen[slot, 1], seen[slot, 2] = key, stamp, np.uint64(0)
        numbers[OUT_KIND, row] = kind
        numbers[OUT_NTH, row] = seen[slot, 2]
        numbers[OUT_POSITION, row] = entry[POSITION] if code == ANCHOR else -1
        numbers[OUT_REL, row] = rel
        numbers[OUT_FOLLOW, row] = follow
        numbers[OUT_ALT, row] = alt >= 0
        _put(texts, offsets, OUT_URL, row, buffer, entry[URL], entry[URL_END])
        _put(texts, offsets, OUT_HOST, row, buffer, entry[HOST], host_end)
        _put(texts, offsets, OUT_DOMAIN, row, buffer, entry[DOMAIN], host_end)
        _put(texts, offsets, OUT_SITE, row, buffer, entry[SITE], host_end)
        _put(texts, offsets, OUT_ANCHOR, row, buffer, text, text_end)
        _put(texts, offsets, OUT_ALT_TEXT, row, buffer, alt, alt_end)
        row += 1
    return internal, external, row, rel_count


@compiled
def _mask_of(table: Any) -> Any:
    return np.uint64(len(table) - 1)


@compiled
def _numbered(
    buffer: Any, start: int, end: int, table: Any, texts: Any, ends: Any, count: int
) -> tuple[int, int]:
    """The number of a text (from 1), and how many there are with it."""
    key = hash64(buffer, start, end, np.uint64(0))
    mask = _mask_of(table)
    slot = key & mask
    while table[slot, 1] != np.uint64(0):
        if table[slot, 0] == key:
            return int(table[slot, 1]), count
        slot = (slot + np.uint64(1)) & mask
    count += 1
    table[slot, 0], table[slot, 1] = key, np.uint64(count)
    at = ends[count - 1]
    for i in range(end - start):
        texts[at + i] = buffer[start + i]
    ends[count] = at + end - start
    return count, count
