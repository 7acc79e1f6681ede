"""How the loops are compiled: once, kept on disk, without the interpreter's lock.

numba keeps what it compiled beside the source or, where that cannot be written, in the user's
cache folder. Where neither can be, it would refuse to compile at all; here the loop is then
compiled anew in each process, which costs seconds and changes no result.

Arithmetic is never reordered (no ``fastmath``): a sum has the same bits on every machine.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit
from numba.extending import intrinsic as _intrinsic

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """``function`` as machine code, compiled when first called with arguments of some types."""
    try:
        return cast(F, njit(cache=True, nogil=True)(function))
    except RuntimeError:  # "no locator available": nowhere to keep it
        return cast(F, njit(nogil=True)(function))


def intrinsic(function: Callable[..., Any]) -> Callable[..., Any]:
    """A call, inside compiled loops, that stands for the LLVM instructions ``function`` emits."""
    return cast(Callable[..., Any], _intrinsic(function))
