"""What numba cannot say by itself: prefetching, and sums and maxima of whole table rows.

A table is a C-ordered array with a row a node. ``width``, the length of a row, must be known when
the loop is compiled; it is handed over as a tuple of that many integers, whose *type* says it.

* ``prefetch(array, i)``: begin to load ``array[i, ...]`` into the caches.
* ``add_rows(table, which, begin, end, stop, first, size, shift, width, out)``:
  ``out[:] = Σ table[which[e]]`` for ``begin <= e < end``, in that order. Rows ``first`` to
  ``first + size`` are read ``shift`` further on instead (where a block keeps its newest values).
* ``add_rows_weighted``: the same with ``weights[e]`` before each row.
* ``greatest_rows(table, which, begin, end, stop, width, start, i, out, j)``:
  ``out[j] = max(start[i], table[which[e]], …)``, bytes without sign; whether it differs from ``start[i]``.
* ``inverse_powers(table, i, width)``: ``Σ 2**-table[i, k]`` over a row of bytes, and how many are zero.

The row functions keep the running row in vector registers, and load ``AHEAD`` entries of ``which``
in advance, never from ``stop`` on. A sum is made in the order of the entries whatever the width of the
machine's registers, so its bits are the same everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils

from backlit.compiled import intrinsic

#: How many edges ahead of its use a table row is asked for.
AHEAD = 24

_i8, _i32, _i64 = ir.IntType(8), ir.IntType(32), ir.IntType(64)
#: numba gives no types for its own inside.
_cgutils: Any = cgutils
_types: Any = types
_f32, _f64 = ir.FloatType(), ir.DoubleType()


def _prefetch(builder: Any, pointer: Any, length: int = 1) -> None:
    """Ask for all cache lines of ``length`` bytes at ``pointer``."""
    kind = ir.FunctionType(ir.VoidType(), [pointer.type, _i32, _i32, _i32])
    call = _cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
    for line in range(0, length, 64):
        place = builder.gep(pointer, [_i64(line)]) if line else pointer
        builder.call(call, [place, _i32(0), _i32(3), _i32(1)])


def _array(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    return context.make_array(kind)(context, builder, value)


@intrinsic
def prefetch(_: Any, array: Any, index: Any) -> Any:
    signature = types.void(array, types.intp)

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        place = builder.gep(_array(context, builder, sig.args[0], args[0]).data, [args[1]])
        _prefetch(builder, builder.bitcast(place, _i8.as_pointer()))
        return context.get_dummy_value()

    return signature, code


def _row_loop(
    context: Any,
    builder: Any,
    kinds: dict[str, Any],
    values: dict[str, Any],
    element: Any,
    begin_with: Any,
    combine: Callable[[Any, Any, Any], Any],
) -> Any:
    """The running row after all entries from ``begin`` to ``end``, in registers.

    ``combine(running, row, e)`` emits the step for entry ``e``.
    """
    width = kinds["width"].count
    bits = 64 if element == _f64 else 8
    vector = ir.VectorType(element, width)
    table = builder.bitcast(
        _array(context, builder, kinds["table"], values["table"]).data, element.as_pointer()
    )
    which = _array(context, builder, kinds["which"], values["which"]).data

    def row_of(e: Any) -> Any:
        node = builder.zext(builder.load(builder.gep(which, [e])), _i64)
        if "shift" in values:
            own = builder.icmp_unsigned("<", builder.sub(node, values["first"]), values["size"])
            node = builder.add(node, builder.select(own, values["shift"], _i64(0)))
        return builder.gep(table, [builder.mul(node, _i64(width))])

    before = builder.block
    loop = builder.append_basic_block("row.loop")
    after = builder.append_basic_block("row.after")
    begin, end, stop = values["begin"], values["end"], values["stop"]
    builder.cbranch(builder.icmp_signed("<", begin, end), loop, after)
    builder.position_at_end(loop)
    e = builder.phi(_i64)
    running = builder.phi(vector)
    e.add_incoming(begin, before)
    running.add_incoming(begin_with, before)
    ahead = builder.add(e, _i64(AHEAD))
    ahead = builder.select(builder.icmp_signed("<", ahead, stop), ahead, e)
    _prefetch(builder, builder.bitcast(row_of(ahead), _i8.as_pointer()), width * bits // 8)
    pointer = builder.bitcast(row_of(e), vector.as_pointer())
    fresh = combine(running, builder.load(pointer, align=bits // 8), e)
    following = builder.add(e, _i64(1))
    e.add_incoming(following, builder.block)
    running.add_incoming(fresh, builder.block)
    builder.cbranch(builder.icmp_signed("<", following, end), loop, after)
    last = builder.block
    builder.position_at_end(after)
    result = builder.phi(vector)
    result.add_incoming(begin_with, before)
    result.add_incoming(fresh, last)
    return result


def _out(context: Any, builder: Any, kind: Any, value: Any, vector: Any) -> Any:
    return builder.bitcast(_array(context, builder, kind, value).data, vector.as_pointer())


@intrinsic
def add_rows(
    _: Any,
    table: Any,
    which: Any,
    begin: Any,
    end: Any,
    stop: Any,
    first: Any,
    size: Any,
    shift: Any,
    width: Any,
    out: Any,
) -> Any:
    signature = types.void(table, which, *[types.int64] * 6, width, out)
    names = ("table", "which", "begin", "end", "stop", "first", "size", "shift", "width", "out")

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        kinds, values = dict(zip(names, sig.args, strict=True)), dict(zip(names, args, strict=True))
        vector = ir.VectorType(_f64, kinds["width"].count)
        zero = ir.Constant(vector, [0.0] * vector.count)

        def step(running: Any, row: Any, _e: Any) -> Any:
            return builder.fadd(running, row)

        total = _row_loop(context, builder, kinds, values, _f64, zero, step)
        builder.store(total, _out(context, builder, kinds["out"], values["out"], vector), align=8)
        return context.get_dummy_value()

    return signature, code


@intrinsic
def add_rows_weighted(
    _: Any,
    table: Any,
    which: Any,
    weights: Any,
    begin: Any,
    end: Any,
    stop: Any,
    first: Any,
    size: Any,
    shift: Any,
    width: Any,
    out: Any,
) -> Any:
    signature = types.void(table, which, weights, *[types.int64] * 6, width, out)
    names = ("table", "which", "weights", "begin", "end", "stop", "first", "size", "shift", "width", "out")

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        kinds, values = dict(zip(names, sig.args, strict=True)), dict(zip(names, args, strict=True))
        width_ = kinds["width"].count
        vector = ir.VectorType(_f64, width_)
        zero = ir.Constant(vector, [0.0] * width_)
        weights_ = _array(context, builder, kinds["weights"], values["weights"]).data

        def step(running: Any, row: Any, e: Any) -> Any:
            weight = builder.fpext(builder.load(builder.gep(weights_, [e])), _f64)
            one = builder.insert_element(ir.Constant(vector, ir.Undefined), weight, _i32(0))
            spread = ir.Constant(ir.VectorType(_i32, width_), [0] * width_)
            every = builder.shuffle_vector(one, ir.Constant(vector, ir.Undefined), spread)
            return builder.fadd(running, builder.fmul(row, every))

        total = _row_loop(context, builder, kinds, values, _f64, zero, step)
        builder.store(total, _out(context, builder, kinds["out"], values["out"], vector), align=8)
        return context.get_dummy_value()

    return signature, code


@intrinsic
def greatest_rows(
    _: Any,
    table: Any,
    which: Any,
    begin: Any,
    end: Any,
    stop: Any,
    width: Any,
    start: Any,
    start_row: Any,
    out: Any,
    out_row: Any,
) -> Any:
    signature = types.boolean(table, which, *[types.int64] * 3, width, start, types.int64, out, types.int64)
    names = ("table", "which", "begin", "end", "stop", "width", "start", "start_row", "out", "out_row")

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        kinds, values = dict(zip(names, sig.args, strict=True)), dict(zip(names, args, strict=True))
        count = kinds["width"].count
        vector = ir.VectorType(_i8, count)

        def row(name: str) -> Any:
            data = _array(context, builder, kinds[name], values[name]).data
            place = builder.gep(data, [builder.mul(values[f"{name}_row"], _i64(count))])
            return builder.bitcast(place, vector.as_pointer())

        def step(running: Any, row: Any, _e: Any) -> Any:
            return builder.select(builder.icmp_unsigned(">", row, running), row, running)

        before = builder.load(row("start"), align=1)
        result = _row_loop(context, builder, kinds, values, _i8, before, step)
        builder.store(result, row("out"), align=1)
        differs = builder.bitcast(builder.icmp_unsigned("!=", result, before), ir.IntType(count))
        return builder.icmp_unsigned("!=", differs, ir.IntType(count)(0))

    return signature, code


def _halves(builder: Any, vector: Any, add: Callable[[Any, Any], Any]) -> Any:
    """The sum of a vector's elements: halves upon each other, so its order is fixed."""
    size = vector.type.count
    while size > 1:
        size //= 2
        nothing = ir.Constant(vector.type, ir.Undefined)
        low = ir.Constant(ir.VectorType(_i32, size), list(range(size)))
        high = ir.Constant(ir.VectorType(_i32, size), list(range(size, 2 * size)))
        vector = add(
            builder.shuffle_vector(vector, nothing, low), builder.shuffle_vector(vector, nothing, high)
        )
    return builder.extract_element(vector, _i32(0))


@intrinsic
def inverse_powers(_: Any, table: Any, row: Any, width: Any) -> Any:
    signature = _types.UniTuple(types.float64, 2)(table, types.int64, width)

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        size = sig.args[2].count
        piece = min(size, 64)
        bytes_ = ir.VectorType(_i8, piece)
        words, floats = ir.VectorType(_i32, piece), ir.VectorType(_f32, piece)
        data = _array(context, builder, sig.args[0], args[0]).data
        data = builder.gep(data, [builder.mul(args[1], _i64(size))])
        total, zeros = _f64(0.0), _f64(0.0)
        for at in range(0, size, piece):
            pointer = builder.bitcast(builder.gep(data, [_i64(at)]), bytes_.as_pointer())
            raw = builder.load(pointer, align=1)
            wide = builder.zext(raw, words)
            # The bits of the float 2**-r are (127 - r) << 23.
            bits = builder.shl(
                builder.sub(ir.Constant(words, [127] * piece), wide), ir.Constant(words, [23] * piece)
            )
            powers = builder.bitcast(bits, floats)
            empty = builder.zext(builder.icmp_unsigned("==", raw, ir.Constant(bytes_, [0] * piece)), words)
            part = _halves(builder, powers, builder.fadd)
            none = _halves(builder, empty, builder.add)
            total = builder.fadd(total, builder.fpext(part, _f64))
            zeros = builder.fadd(zeros, builder.uitofp(none, _f64))
        return context.make_tuple(builder, signature.return_type, [total, zeros])

    return signature, code
