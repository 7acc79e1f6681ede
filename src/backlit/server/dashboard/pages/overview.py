"""The portrait of a target."""

from __future__ import annotations

from typing import Any

from backlit.server.dashboard.page import Page
from backlit.server.dashboard.view import View


def show(view: View) -> dict[str, Any]:
    """The profile, without verdicts."""
    from backlit.questions.profile import profile

    return {"profile": profile(view.index_or_release(), view.target, settings=view.settings)}


PAGE = Page(
    name="overview", path="/overview", group="profile", order=10, show=show, example="?target=shop.com"
)
