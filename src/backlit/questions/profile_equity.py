"""Which links of a target carry its equity: by placement, and the domains that hand on most.

Link equity is ``E = α · R(page) · w / Σ w`` (``docs/authority.md``). Only shares are given: the sum over the links of
one placement or domain over that of all links whose equity is known.
"""

from __future__ import annotations

from typing import Any

from backlit.questions.profile_data import Equity, EquityPart
from backlit.questions.profile_figures import rounded
from backlit.questions.profile_read import Questions


def equity_of(ask: Questions, links: int | None) -> Equity | None:
    """The equity of the live links of a target; ``None`` where there are none, or too many to look at each one."""
    if not links or links > ask.settings.profile.most_links_for_sites:
        return None
    rows = ask.equity()
    whole = rows[0]
    total = whole["equity"] or 0.0

    def parts(level: str) -> list[EquityPart]:
        return [_part(row, level, total) for row in rows[1:] if row["level"] == level and total > 0]

    return Equity(
        known=whole["known"],
        unknown=whole["links"] - whole["known"],
        passing=whole["passing"],
        share_from=whole["share_from"],
        placements=parts("placement"),
        sources=parts("source_domain"),
    )


def _part(row: dict[str, Any], level: str, total: float) -> EquityPart:
    return EquityPart(
        value=row[level], links=row["links"], share=rounded((row["equity"] or 0.0) / total) or 0.0
    )
