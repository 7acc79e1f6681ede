"""The compiled loop that reads an edge list; see ``backlit.sources.edgelist``. Needs numba.

Up to eight digits are read at once, as the bytes of one 64-bit word: a digit's byte less "0" is at most
9, the lowest byte that is not ends the number, and three multiplications put pairs, fours and eights
of digits together.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types

from backlit.compiled import compiled, intrinsic

_i64 = ir.IntType(64)
_types: Any = types


@intrinsic
def eight_digits(_: Any, text: Any, at: Any) -> Any:
    """The number that begins at ``text[at]``, of at most eight digits, and how many it has.

    Eight bytes must be there to be read.
    """
    signature = _types.UniTuple(types.uint64, 2)(text, types.int64)

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        data = context.make_array(sig.args[0])(context, builder, args[0]).data
        word = builder.load(builder.bitcast(builder.gep(data, [args[1]]), _i64.as_pointer()), align=1)
        digits = builder.xor(word, _i64(0x3030303030303030))
        over = builder.or_(builder.add(digits, _i64(0x7676767676767676)), digits)
        over = builder.and_(over, _i64(0x8080808080808080))
        # 64 when all eight are digits.
        bits = builder.and_(builder.cttz(over, ir.IntType(1)(0)), _i64(0x78))
        # The first digit belongs to the highest place: fill up with zeros from below.
        none = builder.icmp_unsigned("==", bits, _i64(0))
        shift = builder.select(none, _i64(0), builder.sub(_i64(64), bits))
        value = builder.shl(digits, shift)
        for factor, width, mask in (
            (10, 8, 0x00FF00FF00FF00FF),
            (100, 16, 0x0000FFFF0000FFFF),
            (10000, 32, 0x00000000FFFFFFFF),
        ):
            pairs = builder.add(builder.mul(value, _i64(factor)), builder.lshr(value, _i64(width)))
            value = builder.and_(pairs, _i64(mask))
        value = builder.select(none, _i64(0), value)
        return context.make_tuple(builder, signature.return_type, [value, builder.lshr(bits, _i64(3))])

    return signature, code


@compiled
def _number(text: Any, at: int, safe: int) -> tuple[Any, int]:
    """The number at ``at`` and where it ends; bytes from ``safe`` on are read one at a time."""
    value = np.uint64(0)
    if at < safe:
        value, width = eight_digits(text, at)
        if width < 8:
            return value, at + int(width)
        at += 8
    digit = np.uint64(text[at]) - np.uint64(48)
    while digit < np.uint64(10):
        value = value * np.uint64(10) + digit
        at += 1
        digit = np.uint64(text[at]) - np.uint64(48)
    return value, at


@compiled
def parse(
    text: Any, at: int, source: Any, target: Any, bad: Any, starts: Any, kinds: Any
) -> tuple[int, int, int, int]:
    """Edges of the lines from ``at`` on, until the text or the room for edges or bad lines ends.

    The text ends with a line feed. Returns the number of edges, where it stopped, the lines read and the
    bad ones among them, whose numbers (from 0), beginnings and kinds (0 no edge, 1 a number too large) are in
    ``bad``, ``starts`` and ``kinds``.
    """
    edges, lines, wrong = 0, 0, 0
    length = len(text)
    safe = length - 7
    room = len(source)
    most = np.uint64(4294967295)
    while at < length and edges < room and wrong < len(bad):
        start = at
        first, at = _number(text, at, safe)
        width = at - start
        second = np.uint64(0)
        other = 0
        if text[at] == 9 and width > 0:
            begin = at + 1
            second, at = _number(text, begin, safe)
            other = at - begin
        if text[at] == 13 and text[at + 1] == 10:
            at += 1
        whole = text[at] == 10 and other > 0
        # Numbers of twenty digits and more have run over.
        if whole and width < 20 and other < 20 and first <= most and second <= most:
            source[edges] = first
            target[edges] = second
            edges += 1
        else:
            while text[at] != 10:
                at += 1
            empty = at == start or (at == start + 1 and text[start] == 13)
            if not empty and text[start] != 35:
                bad[wrong] = lines
                starts[wrong] = start
                kinds[wrong] = 1 if whole else 0
                wrong += 1
        at += 1
        lines += 1
    return edges, at, lines, wrong
