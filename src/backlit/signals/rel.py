"""Rel: links that say themselves that they are not to count, which is what search engines ask for."""

from __future__ import annotations

import numpy as np

from backlit.records import PLACEMENTS
from backlit.settings import Settings
from backlit.signals.ground import UGC, Flags, Ground
from backlit.signals.signal import Measure, Signal
from backlit.signals.tallies import UNKNOWN

_FAMILY = "rel"
_COMMENT = PLACEMENTS.index("comment")

SIGNALS: tuple[Signal, ...] = (
    Signal(
        "qualified", _FAMILY, -1, "link", None,
        "The link is marked as one not to follow (nofollow, sponsored or ugc).",
        0, 1, "linear", "flag", ("rel",),
    ),
    Signal(
        "comment_marked", _FAMILY, -1, "link", None,
        "The link stands in a comment and is marked as its author's (ugc).",
        0, 1, "linear", "flag", ("rel", "placement"),
    ),
    Signal(
        "comment_unmarked", _FAMILY, 1, "link", "L10",
        "The link stands in a comment and is not marked as its author's.",
        0, 1, "linear", "flag", ("rel", "placement"), True,
    ),
)  # fmt: skip


def measure(ground: Ground, settings: Settings) -> dict[str, Measure]:
    """Flags of links; unknown where the source could not say how a link is marked, or where it stands."""
    links = ground.links
    marked = (links.follow == 0) | (links.rel > 0)
    known = marked | (links.follow == 1)
    comment = links.placement == _COMMENT
    placed = links.placement >= 0

    def flag(value: Flags, told: Flags) -> Measure:
        return Measure("link", np.where(told, value, UNKNOWN).astype(np.float32))

    return {
        "qualified": flag(marked, known),
        "comment_marked": flag(comment & (links.rel & UGC > 0), known & placed),
        "comment_unmarked": flag(comment & ~marked, known & placed),
    }
