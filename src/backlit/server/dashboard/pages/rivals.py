"""Rivals found in the graph, each one click from the link gap."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from backlit.questions.chance_columns import RIVALS
from backlit.questions.report_html import el
from backlit.questions.result import Result
from backlit.server.dashboard import format as shown
from backlit.server.dashboard import versus
from backlit.server.dashboard.listing import Asked, Listing, listed
from backlit.server.dashboard.page import Page
from backlit.server.dashboard.strings import text
from backlit.server.dashboard.view import View


def _ask(view: View, asked: Asked) -> Result:
    from backlit.questions.rivals import rivals

    return rivals(view.index_or_release(), view.target, *asked[:4], settings=view.settings)


def _domain(view: View, value: Any, row: Any) -> Markup:
    """The name, and the click that takes it into the gap."""
    names = view.several("versus")
    name = shown.host(value, view.domain_url(value))
    if value in names:
        return name + Markup(el("span", text("rivals.taken"), class_="tag"))
    url = view.url("gap", versus=versus.joined([*names, value]))
    return name + Markup(el("a", text("rivals.take"), href=url, class_="act"))


def _share(view: View, value: Any, row: Any) -> str:
    return shown.percent(value)


LISTING = Listing(
    name="rivals",
    table=RIVALS,
    ask=_ask,
    shown=("domain", "score", "shared", "share", "rival_share", "referring_domains", "authority"),
    sort="score desc, shared desc",
    api="/rivals",
    keep=("versus",),
    cells={"domain": _domain, "share": _share, "rival_share": _share},
    key="domain",
)


def show(view: View) -> dict[str, Any]:
    """The listing."""
    return {"listed": listed(view, LISTING), "rivals": versus.shown(view, versus.rivals_of(view))}


PAGE = Page(name="rivals", path="/rivals", group="chances", order=12, show=show, example="?target=shop.com")
