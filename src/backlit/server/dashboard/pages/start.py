"""The start: whose links? And, where there is no index yet, the ways to one."""

from __future__ import annotations

from typing import Any

from starlette.responses import RedirectResponse, Response

from backlit.server.dashboard.cells import authority
from backlit.server.dashboard.page import Page
from backlit.server.dashboard.portrait import thin_bar
from backlit.server.dashboard.view import View


def show(view: View) -> dict[str, Any] | Response:
    """On to the profile of a target that was typed; else the targets that most domains link to."""
    if view.target_text is not None:
        return RedirectResponse(view.url("overview"), 303)
    rows = view.reader.query(
        f"SELECT domain, authority, referring_domains, referring_links FROM {view.reader.domains_sql()} AS d "
        "WHERE referring_domains > 0 ORDER BY referring_domains DESC, referring_links DESC, domain LIMIT 25"
    ).to_pylist()
    return {
        "rows": rows,
        "manifest": view.reader.manifest,
        "bar": thin_bar,
        "authority": lambda score: authority(view, score, {}),
    }


PAGE = Page(name="start", path="/", group="index", order=0, show=show, needs="index", nav=False)
