"""The JSON of a WAT's array of links, read by compiled loops: entries as offsets into its bytes.

A field of an entry is a pair of offsets. Only what a WAT has is read (flat objects of texts); whatever
else stands there is refused, for another reader to judge.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from backlit.compiled import compiled, word

# Columns of an entry. A field that is not there has a start of -1.
(
    CODE, URL, URL_END, TEXT, TEXT_END, ALT, ALT_END, REL, REL_END,
    ESCAPED, POSITION, STATE, HOST, HOST_END, DOMAIN, SITE,
) = range(16)  # fmt: skip
ENTRY_WIDTH = 16
#: Codes of elements; those from ``FRAME`` on are links without a place in the text.
OTHER, ANCHOR, IMAGE, FRAME, FORM = range(5)
#: States of an entry: not a link to elsewhere, resolved, or to be resolved outside.
DONE, RESOLVED, OPEN = range(3)
# Bits of ESCAPED.
URL_BIT, TEXT_BIT, ALT_BIT, REL_BIT = 1, 2, 4, 8

#: What ``tokens``, ``classify`` and ``emit`` answer when a page is for the slower reader, and
#: ``emit`` when its texts may not fit.
REFUSED, TOO_SMALL = -1, -2


@compiled
def _code(buffer: Any, start: int, end: int) -> int:
    """The element of a path such as ``A@/href``."""
    size = end - start
    first = buffer[start] if size else 0
    if size == 7 and first == 65 and stands(buffer, start, b"A@/href"):
        return ANCHOR
    if size == 10 and first == 65 and stands(buffer, start, b"AREA@/href"):
        return ANCHOR
    if size == 8 and first == 73 and stands(buffer, start, b"IMG@/src"):
        return IMAGE
    if size == 11 and first == 73 and stands(buffer, start, b"IFRAME@/src"):
        return FRAME
    if size == 10 and first == 70 and stands(buffer, start, b"FRAME@/src"):
        return FRAME
    if size == 12 and first == 70 and stands(buffer, start, b"FORM@/action"):
        return FORM
    return OTHER


@compiled
def stands(buffer: Any, start: int, word: Any) -> bool:
    for i in range(len(word)):
        if buffer[start + i] != word[i]:
            return False
    return True


@compiled
def _blank(buffer: Any, at: int, size: int) -> int:
    while at < size and (buffer[at] == 32 or buffer[at] == 10 or buffer[at] == 13 or buffer[at] == 9):
        at += 1
    return at


@compiled
def _is_plain_text(eight: Any) -> bool:
    """Whether eight bytes are ASCII without controls, quotes and backslashes.

    Each term has the top bit of a byte set where that byte is (or, after one that is, may be)
    below 32, a quote, a backslash, or from 128 on.
    """
    ones, tops = np.uint64(0x0101010101010101), np.uint64(0x8080808080808080)
    quotes = eight ^ (ones * np.uint64(34))
    slashes = eight ^ (ones * np.uint64(92))
    found = (quotes - ones) & ~quotes
    found |= (slashes - ones) & ~slashes
    found |= (eight - ones * np.uint64(32)) & ~eight
    return bool(((found | eight) & tops) == np.uint64(0))


@compiled
def _past(buffer: Any, at: int, size: int) -> int:
    """Where a character of UTF-8 ends that begins at ``at`` with a byte from 128 on; -1 for no UTF-8."""
    byte = buffer[at]
    low, high = 0x80, 0xBF
    if 0xC2 <= byte <= 0xDF:
        more = 1
    elif 0xE0 <= byte <= 0xEF:
        more = 2
        if byte == 0xE0:
            low = 0xA0
        elif byte == 0xED:
            high = 0x9F
    elif 0xF0 <= byte <= 0xF4:
        more = 3
        if byte == 0xF0:
            low = 0x90
        elif byte == 0xF4:
            high = 0x8F
    else:
        return -1
    if at + more >= size or not low <= buffer[at + 1] <= high:
        return -1
    for i in range(2, more + 1):
        if buffer[at + i] & 0xC0 != 0x80:
            return -1
    return at + more + 1


@compiled
def tokens(buffer: Any, start: int, size: int, entries: Any) -> tuple[int, int]:
    """Read the array that opens at ``start``; gives the number of entries and its end.

    The number is ``REFUSED`` for anything but an array of flat objects of texts and nulls.
    """
    count = 0
    most = len(entries)
    if buffer[start] != 91:
        return REFUSED, start
    at = _blank(buffer, start + 1, size)
    if at < size and buffer[at] == 93:
        return 0, at + 1
    while True:
        if at >= size or buffer[at] != 123 or count == most:
            return REFUSED, at
        entry = entries[count]
        for i in range(ENTRY_WIDTH):
            entry[i] = -1
        entry[ESCAPED] = 0
        entry[CODE] = OTHER
        count += 1
        at = _blank(buffer, at + 1, size)
        if at < size and buffer[at] == 125:
            at += 1
        else:
            while True:
                if at >= size or buffer[at] != 34:
                    return REFUSED, at
                at += 1
                key = at
                while at < size and buffer[at] != 34:
                    if buffer[at] == 92 or buffer[at] < 32:
                        return REFUSED, at
                    at += 1
                key_size = at - key
                at = _blank(buffer, at + 1, size)
                if at >= size or buffer[at] != 58:
                    return REFUSED, at
                at = _blank(buffer, at + 1, size)
                if at >= size:
                    return REFUSED, at
                value, value_end, escaped = -1, -1, False
                if buffer[at] == 34:
                    at += 1
                    value = at
                    while at < size:
                        while at + 8 <= size and _is_plain_text(word(buffer, at)):
                            at += 8
                        byte = buffer[at]
                        if at >= size or byte == 34:
                            break
                        if byte == 92:
                            escaped = True
                            at += 2
                        elif byte < 32:
                            return REFUSED, at
                        elif byte < 128:
                            at += 1
                        else:
                            at = _past(buffer, at, size)
                            if at < 0:
                                return REFUSED, size
                    if at >= size:
                        return REFUSED, at
                    value_end = at
                    at += 1
                elif at + 4 <= size and stands(buffer, at, b"null"):
                    at += 4
                else:
                    return REFUSED, at
                if key_size == 3:
                    if stands(buffer, key, b"url"):
                        entry[URL], entry[URL_END] = value, value_end
                        entry[ESCAPED] = (entry[ESCAPED] & ~URL_BIT) | (URL_BIT if escaped else 0)
                    elif stands(buffer, key, b"alt"):
                        entry[ALT], entry[ALT_END] = value, value_end
                        entry[ESCAPED] = (entry[ESCAPED] & ~ALT_BIT) | (ALT_BIT if escaped else 0)
                    elif stands(buffer, key, b"rel"):
                        entry[REL], entry[REL_END] = value, value_end
                        entry[ESCAPED] = (entry[ESCAPED] & ~REL_BIT) | (REL_BIT if escaped else 0)
                elif key_size == 4:
                    if stands(buffer, key, b"path"):
                        if escaped:
                            return REFUSED, at
                        entry[CODE] = OTHER if value < 0 else _code(buffer, value, value_end)
                    elif stands(buffer, key, b"text"):
                        entry[TEXT], entry[TEXT_END] = value, value_end
                        entry[ESCAPED] = (entry[ESCAPED] & ~TEXT_BIT) | (TEXT_BIT if escaped else 0)
                at = _blank(buffer, at, size)
                if at >= size:
                    return REFUSED, at
                if buffer[at] == 125:
                    at += 1
                    break
                if buffer[at] != 44:
                    return REFUSED, at
                at = _blank(buffer, at + 1, size)
        at = _blank(buffer, at, size)
        if at >= size:
            return REFUSED, at
        if buffer[at] == 93:
            return count, at + 1
        if buffer[at] != 44:
            return REFUSED, at
        at = _blank(buffer, at + 1, size)


@compiled
def _hex4(buffer: Any, at: int, end: int) -> int:
    if at + 4 > end:
        return -1
    value = 0
    for i in range(4):
        byte = buffer[at + i]
        if 48 <= byte <= 57:
            digit = byte - 48
        elif 97 <= (byte | 32) <= 102:
            digit = (byte | 32) - 87
        else:
            return -1
        value = value * 16 + digit
    return value


@compiled
def unescaped(buffer: Any, start: int, end: int, out: int) -> int:
    """Write a JSON text without its escapes to ``buffer[out:]``; gives its end, or -1 for a bad one."""
    at = start
    while at < end:
        byte = buffer[at]
        if byte != 92:
            buffer[out] = byte
            out += 1
            at += 1
            continue
        if at + 1 >= end:
            return -1
        byte = buffer[at + 1]
        at += 2
        if byte == 34 or byte == 92 or byte == 47:
            buffer[out] = byte
        elif byte == 98:
            buffer[out] = 8
        elif byte == 102:
            buffer[out] = 12
        elif byte == 110:
            buffer[out] = 10
        elif byte == 114:
            buffer[out] = 13
        elif byte == 116:
            buffer[out] = 9
        elif byte == 117:
            code = _hex4(buffer, at, end)
            at += 4
            if code < 0 or 0xDC00 <= code < 0xE000:
                return -1
            if 0xD800 <= code < 0xDC00:
                if at + 6 > end or buffer[at] != 92 or buffer[at + 1] != 117:
                    return -1
                low = _hex4(buffer, at + 2, end)
                if low < 0xDC00 or low >= 0xE000:
                    return -1
                at += 6
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
            if code < 0x80:
                buffer[out] = code
            elif code < 0x800:
                buffer[out] = 0xC0 | (code >> 6)
                buffer[out + 1] = 0x80 | (code & 63)
                out += 1
            elif code < 0x10000:
                buffer[out] = 0xE0 | (code >> 12)
                buffer[out + 1] = 0x80 | ((code >> 6) & 63)
                buffer[out + 2] = 0x80 | (code & 63)
                out += 2
            else:
                buffer[out] = 0xF0 | (code >> 18)
                buffer[out + 1] = 0x80 | ((code >> 12) & 63)
                buffer[out + 2] = 0x80 | ((code >> 6) & 63)
                buffer[out + 3] = 0x80 | (code & 63)
                out += 3
        else:
            return -1
        out += 1
    return out
