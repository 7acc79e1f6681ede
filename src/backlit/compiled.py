"""Loops that are compiled to machine code when first called, and kept for the next process.

numba compiles them; what it made is kept beside the module (in ``__pycache__``), or, where that
may not be written, in the user's cache. Modules with such loops are imported only where the
loops are worth the third of a second that loading numba takes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from llvmlite import ir
from numba import njit
from numba.core import types
from numba.extending import intrinsic

_F = TypeVar("_F", bound=Callable[..., Any])


def compiled(function: _F) -> _F:
    """The function, to be compiled when it is first called. It may run beside other threads."""
    made: Any = njit(cache=True, nogil=True, error_model="numpy")(function)
    return made  # type: ignore[no-any-return]


def instruction(function: Callable[..., Any]) -> Callable[..., Any]:
    """A machine instruction of one's own for compiled loops (``numba.extending.intrinsic``)."""
    return intrinsic(function)


@instruction
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
