"""From scores to one of four words, and the reason. The one table that does so:

=====================  ============================  ==========  =============================================
toxicity               the link                      word        because
=====================  ============================  ==========  =============================================
any                    lost or hidden, not toxic     worthless   nobody sees it
toxic                  qualified (nofollow, ...)     worthless   it passes nothing, and asks for nothing
toxic                  otherwise, with a witness     risky       a reviewer could act on it
                       of a scheme
toxic                  otherwise                     worthless   search engines ignore such sources
review                 qualified                     worthless   it passes nothing
review                 otherwise                     review      the evidence does not suffice for a verdict
fine                   does not count (error, not    worthless   its page is not looked at
                       indexed)
fine                   quality below ``worthless``   worthless   hardly anything would come from it
fine                   otherwise                     fine        nothing speaks against it
=====================  ============================  ==========  =============================================

*Toxic* is from the settings' ``judging.toxic`` on, *review* from ``judging.review``. A witness of a scheme is a
family that shows what somebody did (texts, networks, exchange, placing, hiding, paying, reviving a domain), not only
how weak the source is.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from backlit.settings import Settings
from backlit.verdicts.quality import COUNTS

WORDS = ("fine", "worthless", "review", "risky")
REASONS = (
    "nothing speaks against it",
    "hardly anything would come from it",
    "nobody sees it",
    "its page is not looked at by search engines",
    "it passes nothing, and asks for nothing",
    "search engines ignore such sources",
    "the evidence does not suffice for a verdict",
    "it looks like part of a scheme that a reviewer could act on",
)
_FINE, _WORTHLESS, _REVIEW, _RISKY = range(4)

#: Families that show what somebody did.
ACTS = frozenset(
    (
        "anchors",
        "network",
        "duplicates",
        "exchange",
        "source",
        "placement",
        "visibility",
        "paid",
        "aged",
        "together",
    )
)


class Words(NamedTuple):
    """Places in ``WORDS`` and ``REASONS``."""

    word: npt.NDArray[np.int8]
    reason: npt.NDArray[np.int8]


def words(
    toxicity: npt.NDArray[np.floating],
    quality: npt.NDArray[np.floating],
    counts: npt.NDArray[np.int8],
    acted: npt.NDArray[np.bool_],
    settings: Settings,
) -> Words:
    """The word of each link; ``acted`` says whether a family of ``ACTS`` speaks against it. Quality may be NaN."""
    rule = settings.judging
    toxic, doubtful = toxicity >= rule.toxic, toxicity >= rule.review
    hidden = counts == COUNTS.index("hidden")
    unseen = np.isin(
        counts, [COUNTS.index("source answers with an error"), COUNTS.index("source is not indexed")]
    )
    qualified = np.isin(counts, [COUNTS.index(w) for w in ("nofollow", "sponsored", "ugc", "not followed")])
    poor = np.nan_to_num(quality, nan=100) < settings.quality.worthless
    cases = [
        (toxic & qualified, _WORTHLESS, 4),
        (toxic & acted, _RISKY, 7),
        (toxic, _WORTHLESS, 5),
        (hidden, _WORTHLESS, 2),
        (doubtful & qualified, _WORTHLESS, 4),
        (doubtful, _REVIEW, 6),
        (unseen, _WORTHLESS, 3),
        (poor, _WORTHLESS, 1),
    ]
    when = [case for case, _, _ in cases]
    return Words(
        np.select(when, [word for _, word, _ in cases], _FINE).astype(np.int8),
        np.select(when, [reason for _, _, reason in cases], 0).astype(np.int8),
    )
