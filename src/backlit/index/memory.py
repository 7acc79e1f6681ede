"""Where Arrow takes its memory from while much of it comes and goes."""

from __future__ import annotations

import platform

import pyarrow as pa


def use_system_memory() -> None:
    """Let Arrow use the C library's allocator in this process from now on.

    Building allocates and frees arrays of some megabytes without end. Arrow's own allocator
    gives each back to the system at once, and the system clears every page anew: with the C
    library's a tenth of the processor time of a build goes away. Where the C library is
    another one, nothing is known of it, and nothing is changed.
    """
    if platform.libc_ver()[0] == "glibc":
        pa.set_memory_pool(pa.system_memory_pool())
