"""Long work gives way: who waits for an answer on the same machine goes first."""

from __future__ import annotations

import contextlib
import os

#: How much this process puts others first (0 to 19). On a machine with nothing else to do it costs no time.
_NICE = 10


def give_way() -> None:
    """Let other processes go before this one and those that it starts. For processes whose whole work may wait."""
    with contextlib.suppress(OSError, AttributeError):  # not every system has it, or allows it
        os.nice(_NICE)
