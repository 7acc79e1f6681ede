"""Loops that are compiled to machine code when first called, and kept for the next process.

numba keeps what it compiled beside the source or, where that cannot be written, in the user's cache folder. Where
neither can be, it would refuse to compile at all; here the loop is then compiled anew in each process, which costs
seconds and changes no result. Modules with such loops are imported only where they are worth the third of a
second that loading numba takes.

Arithmetic is never reordered (no ``fastmath``): a sum has the same bits on every machine. numba does not notice when
a loop changes that another module's loop calls: after such a change remove what it kept (``make clean``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from llvmlite import ir
from numba import njit
from numba.core import types
from numba.extending import intrinsic as _intrinsic

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """``function`` as machine code, compiled when first called with arguments of some types.

    It runs without the interpreter's lock, so beside other threads.
    """
    try:
        return cast(F, njit(cache=True, nogil=True)(function))
    except RuntimeError:  # "no locator available": nowhere to keep it
        return cast(F, njit(nogil=True)(function))


def intrinsic(function: Callable[..., Any]) -> Callable[..., Any]:
    """A call, inside compiled loops, that stands for the LLVM instructions ``function`` emits."""
    return cast(Callable[..., Any], _intrinsic(function))


@intrinsic
def word(typing: Any, text: Any, at: Any) -> Any:
    """``word(text, at)``: eight bytes of an array of bytes as a number, the first the lowest.

    For compiled loops, without a look at the bounds: ``at + 8`` must not exceed the array.
    """

    def load(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        place = builder.gep(array.data, [arguments[1]])
        value = builder.load(builder.bitcast(place, ir.IntType(64).as_pointer()))
        value.align = 1
        return value

    return types.uint64(text, types.int64), load
