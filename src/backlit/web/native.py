"""Addresses as bytes, for compiled loops: hashes, registrable domains, addresses that are plain.

The same answers as ``web.ids``, ``web.domain`` and ``web.url`` give for the addresses most
links have: a host in lower-case letters, no port, characters that no parser touches. What is
not plain is left to those. All functions take a buffer of bytes and offsets into it.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from ada_url import normalize_url

from backlit.compiled import compiled, word
from backlit.web.domain import suffix_rules

Bytes = npt.NDArray[np.uint8]

_P1, _P2, _P3, _P4, _P5 = (
    np.uint64(value)
    for value in (
        0x9E3779B185EBCA87,
        0xC2B2AE3D27D4EB4F,
        0x165667B19E3779F9,
        0x85EBCA77C2B2AE63,
        0x27D4EB2F165667C5,
    )
)
_U = np.uint64

# What a byte is, as flags.
_HOST, _LETTER, _HEX, _UNRESERVED, _GRAPHIC = 1, 2, 4, 8, 16
# What becomes of a byte in a path or query: kept, written as a percent triplet, or for the parser.
_KEPT, _ENCODED, _OPEN = 0, 1, 2


def _kinds() -> Bytes:
    kinds = np.zeros(256, np.uint8)
    lower, upper, digits = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
    for characters, flag in (
        (lower + upper + digits + "_-", _HOST),
        (lower + upper, _LETTER),
        (digits + "abcdefABCDEF", _HEX),
        (lower + upper + digits + "-._~", _UNRESERVED),
        ("".join(map(chr, range(33, 127))), _GRAPHIC),
    ):
        for character in characters:
            kinds[ord(character)] |= flag
    return kinds


def _fates() -> Bytes:
    """What the URL parser makes of each byte within a path (row 0) and a query (row 1).

    Asked of the parser itself, whose tables follow the standard's changes. Bytes from 128 on are those
    of UTF-8, and always encoded.
    """
    fates = np.full((2, 256), _OPEN, np.uint8)
    fates[:, 128:] = _ENCODED
    for code in range(32, 127):
        if chr(code) in "#%?\\":
            continue
        for row, start in enumerate(("http://a.test/b", "http://a.test/?b")):
            said = normalize_url(f"{start}{chr(code)}c").removeprefix(start)
            if said == f"{chr(code)}c":
                fates[row, code] = _KEPT
            elif said == f"%{code:02X}c":
                fates[row, code] = _ENCODED
    return fates


_KINDS = _kinds()
_FATES = _fates()
_HEX_DIGITS = np.frombuffer(b"0123456789ABCDEF", np.uint8)


@compiled
def _turned(value: Any, by: int) -> Any:
    return (value << _U(by)) | (value >> _U(64 - by))


@compiled
def _round(value: Any, word: Any) -> Any:
    return _turned(value + word * _P2, 31) * _P1


@compiled
def hash64(text: Bytes, start: int, end: int, seed: Any) -> Any:
    """XXH64 of ``text[start:end]`` (Collet's specification of xxHash), unsigned."""
    size = end - start
    at = start
    if size >= 32:
        a, b, c, d = seed + _P1 + _P2, seed + _P2, seed, seed - _P1
        while at + 32 <= end:
            a = _round(a, word(text, at))
            b = _round(b, word(text, at + 8))
            c = _round(c, word(text, at + 16))
            d = _round(d, word(text, at + 24))
            at += 32
        value = _turned(a, 1) + _turned(b, 7) + _turned(c, 12) + _turned(d, 18)
        value = (value ^ _round(_U(0), a)) * _P1 + _P4
        value = (value ^ _round(_U(0), b)) * _P1 + _P4
        value = (value ^ _round(_U(0), c)) * _P1 + _P4
        value = (value ^ _round(_U(0), d)) * _P1 + _P4
    else:
        value = seed + _P5
    value += _U(size)
    while at + 8 <= end:
        value = _turned(value ^ _round(_U(0), word(text, at)), 27) * _P1 + _P4
        at += 8
    if at + 4 <= end:
        half = _U(0)
        for i in range(4):
            half |= _U(text[at + i]) << _U(8 * i)
        value = _turned(value ^ (half * _P1), 23) * _P2 + _P3
        at += 4
    while at < end:
        value = _turned(value ^ (_U(text[at]) * _P5), 11) * _P1
        at += 1
    value ^= value >> _U(33)
    value *= _P2
    value ^= value >> _U(29)
    value *= _P3
    return value ^ (value >> _U(32))


@compiled
def hashes(text: Bytes, offsets: Any, seed: Any) -> Any:
    """``hash64`` of each of the texts that lie in ``text`` one after the other from ``offsets[0]`` on."""
    out = np.empty(len(offsets) - 1, np.uint64)
    for i in range(len(out)):
        out[i] = hash64(text, int(offsets[i]), int(offsets[i + 1]), seed)
    return out


@compiled
def path_levels(text: Bytes, offsets: Any) -> Any:
    """The levels of the path of each of some canonical addresses with ``//``, which lie as for ``hashes``.

    Empty levels do not count, and a query or fragment ends the path.
    """
    out = np.zeros(len(offsets) - 1, np.int64)
    for i in range(len(out)):
        at, end = int(offsets[i]), int(offsets[i + 1])
        slashes = 0
        before = _U(0)
        while at < end:
            byte = text[at]
            if byte == 63 or byte == 35:  # ? and #
                break
            if byte == 47:
                slashes += 1
            elif slashes > 2 and before == 47:
                out[i] += 1
            before = _U(byte)
            at += 1
    return out


@cache
def suffix_table() -> npt.NDArray[np.uint64]:
    """The rules of the Public Suffix List as a hash table: ``(slots, 2)``, of name hash and flags.

    A slot is empty where the flags are zero. Two names of the list never share a hash (that is
    looked after here); that another host's name has the hash of one is as likely as one in 10^15.
    """
    rules = suffix_rules()
    size = 1 << (2 * len(rules)).bit_length()
    table = np.zeros((size, 2), np.uint64)
    names = "".join(rules).encode()
    ends = np.cumsum([len(name) for name in rules]).astype(np.int64)
    clashes = _fill(table, np.frombuffer(names, np.uint8), ends, np.array(list(rules.values()), np.uint64))
    if clashes:
        raise AssertionError("two names of the Public Suffix List have one hash")
    return table


@compiled
def _fill(table: Any, names: Any, ends: Any, flags: Any) -> int:
    mask = _U(len(table) - 1)
    start = clashes = 0
    for rule in range(len(ends)):
        key = hash64(names, start, ends[rule], _U(0))
        start = ends[rule]
        slot = key & mask
        while table[slot, 1] != _U(0):
            if table[slot, 0] == key:
                clashes += 1
            slot = (slot + _U(1)) & mask
        table[slot, 0] = key
        table[slot, 1] = flags[rule]
    return clashes


@compiled
def _registrable(flags: Any, here: int, before: int, two_before: int) -> int:
    """``domain._registrable`` with starts of names for names; -1 for none."""
    if flags & _U(16):
        return here
    if flags & _U(4) and before >= 0:
        return two_before if two_before >= 0 else before
    if flags & _U(1):
        return before if before >= 0 else here
    return -1


@compiled
def split(text: Bytes, start: int, end: int, table: Any) -> tuple[int, int]:
    """Where the registrable domain and the site of a plain host begin (``domain.split_host``)."""
    mask = _U(len(table) - 1)
    site, before, two_before, here = -1, -1, -1, start
    while True:
        key = hash64(text, here, end, _U(0))
        slot = key & mask
        flags = _U(0)
        while table[slot, 1] != _U(0):
            if table[slot, 0] == key:
                flags = table[slot, 1]
                break
            slot = (slot + _U(1)) & mask
        if flags != _U(0):
            if site < 0:
                site = _registrable(flags >> _U(1), here, before, two_before)
            domain = _registrable(flags, here, before, two_before)
            if domain >= 0:
                break
        dot = here
        while dot < end and text[dot] != 46:
            dot += 1
        if dot >= end:
            domain = before if before >= 0 else here
            break
        two_before, before, here = before, here, dot + 1
    return domain, site if site >= 0 else domain


@compiled
def plain_host(text: Bytes, start: int, end: int) -> int:
    """Where the host that begins at ``start`` ends, or -1 when it is not plain.

    Plain is what needs no parser but for capitals: labels of at most 60 letters, digits, hyphens and
    underscores, the last one beginning with a letter (no IPv4 address), none in punycode.
    """
    at, first = start, start
    while True:
        while at < end and _KINDS[text[at]] & _HOST:
            at += 1
        size = at - first
        if size == 0 or size > 60:
            return -1
        if size >= 4 and text[first] | 32 == 120 and text[first + 1] | 32 == 110 and text[first + 2] == 45:
            return -1  # xn-
        if at < end and text[at] == 46:
            at += 1
            first = at
            continue
        if not _KINDS[text[first]] & _LETTER:
            return -1
        for i in range(first, at):
            if text[i] == 95:
                return -1
        return at if at - start <= 253 else -1


@compiled
def _digit(byte: int) -> int:
    if byte <= 57:
        return byte - 48
    return (byte | 32) - 87


@compiled
def plain_rest(text: Bytes, start: int, end: int, out: int) -> int:
    """Write path and query of a plain address to ``text[out:]``, in canonical form.

    ``start`` is where the host ended; the fragment is left out. Gives the end of what was written
    (three bytes for one at most, and one more), or -1 when what stands there is for the parser:
    dot segments, a backslash, a control character, a stray percent sign, a port.
    """
    at, row = start, 0
    if at == end or text[at] != 47:
        if at < end and text[at] != 35 and text[at] != 63:
            return -1
        text[out] = 47
        out += 1
    while at < end:
        byte = text[at]
        fate = _FATES[row, byte]
        if fate == _KEPT:
            if byte == 46 and text[at - 1] == 47:
                return -1
            text[out] = byte
            out += 1
            at += 1
        elif fate == _ENCODED:
            text[out] = 37
            text[out + 1] = _HEX_DIGITS[byte >> 4]
            text[out + 2] = _HEX_DIGITS[byte & 15]
            out += 3
            at += 1
        elif byte == 63:
            row = 1
            text[out] = byte
            out += 1
            at += 1
        elif byte == 37:
            if at + 2 >= end or not (_KINDS[text[at + 1]] & _HEX and _KINDS[text[at + 2]] & _HEX):
                return -1
            value = 16 * _digit(text[at + 1]) + _digit(text[at + 2])
            if _KINDS[value] & _UNRESERVED:
                if value == 46:
                    return -1
                text[out] = value
                out += 1
            else:
                text[out] = 37
                text[out + 1] = _HEX_DIGITS[value >> 4]
                text[out + 2] = _HEX_DIGITS[value & 15]
                out += 3
            at += 3
        elif byte == 35:
            for i in range(at, end):
                if not _KINDS[text[i]] & _GRAPHIC:
                    return -1
            break
        else:
            return -1
    return out
