"""What the index holds, where it comes from, and what is not known."""

from __future__ import annotations

from typing import Any

from backlit.server.dashboard.page import Page
from backlit.server.dashboard.view import View


def show(view: View) -> dict[str, Any]:
    """Counts, snapshots, coverage, settings and releases."""
    from backlit.questions.coverage import coverage
    from backlit.questions.info import info
    from backlit.questions.listing import provenance
    from backlit.questions.web_info import web_info

    about = info(view.reader)
    return {
        "info": about,
        "coverage": coverage(view.reader),
        "releases": web_info(view.serving.path),
        "source": provenance(view.reader),
        "scores": view.reader.manifest.scores_from,
    }


PAGE = Page(name="data", path="/data", group="index", order=10, show=show, needs="index")
