"""The portrait of a target: quality or quantity, where it comes from, how it moves, how risky, and what to do next."""

from __future__ import annotations

from typing import Any

from backlit.questions.profile_data import ProfileData
from backlit.server.dashboard import portrait
from backlit.server.dashboard.page import Page
from backlit.server.dashboard.view import View


def show(view: View) -> dict[str, Any]:
    """The profile without verdicts, and the verdicts if they are there already."""
    from backlit.questions.profile import profile
    from backlit.questions.web_reader import WebReader

    source = view.index_or_release()
    found: ProfileData = profile(source, view.target, settings=view.settings)
    counted = not isinstance(source, WebReader) and found.totals.links is not None
    standing = view.judgement() if found.found and counted else None
    values: dict[str, Any] = {
        "profile": found,
        "standing_of_verdicts": standing,
        "risk": standing.judgement.risk if standing and standing.judgement else None,
        "grid": None,
        "steps": [],
        "refresh": 3 if standing is not None and standing.pending else None,
        "charts": portrait,
        "authority": None,
    }
    if counted:
        from backlit.questions.next_steps import next_steps
        from backlit.questions.quality_quantity import quality_quantity

        values["steps"] = next_steps(view.reader, view.target, found, view.settings)
        if found.found:
            values["grid"] = quality_quantity(view.reader, view.target, view.settings)
    return values


PAGE = Page(
    name="overview", path="/overview", group="profile", order=10, show=show, example="?target=shop.com"
)
