"""Every verdict on the links to a target, as a table that can be filtered, sorted and taken along."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from backlit.questions.columns import AUDIT
from backlit.questions.result import Result
from backlit.server.dashboard import deciding, judging
from backlit.server.dashboard.cells import Row
from backlit.server.dashboard.format import address
from backlit.server.dashboard.listing import Asked, Listing, listed
from backlit.server.dashboard.page import Page
from backlit.server.dashboard.view import View


def _ask(view: View, asked: Asked) -> Result:
    from backlit.questions.audit import judged_listing
    from backlit.questions.listing import Request

    links = judging.links(view).links
    assert links is not None
    known = [name for name, _, _ in AUDIT]
    names = list(dict.fromkeys(["link_id", "source_url", *(n for n in asked.columns if n in known)]))
    return judged_listing(view.reader, view.target, links, Request(*asked[:4]), names, view.settings)


def _verdict(view: View, value: Any, row: Row) -> Markup:
    return judging.mark(value)


def _page(view: View, value: Any, row: Row) -> Markup:
    open_it = judging.opener(view.url("evidence", link=row["link_id"]))
    return Markup(open_it + " " + address(value))


LISTING = Listing(
    whole=False,
    name="audit_links",
    table=AUDIT,
    ask=_ask,
    shown=("verdict", "toxicity", "quality", "source_url", "anchor", "follow", "placement", "network", "reason",
           "decision"),
    sort="place",
    api="/audit",
    cells={"verdict": _verdict, "source_url": _page},
    key="link_id",
)  # fmt: skip


def show(view: View) -> dict[str, Any]:
    """The listing, or that the verdicts are on their way."""
    judged = judging.links(view)
    if judged.links is None:
        return judged.page
    return {
        "listed": listed(view, LISTING),
        **deciding.about(view),
        **judging.shown(),
    }


def act(view: View, form: Any) -> Any:
    """Decisions about the links that are ticked: their boxes hold bare numbers."""
    form.pairs = [(name, f"link:{value}" if name == "key" and ":" not in value else value)
                  for name, value in form.pairs]  # fmt: skip
    return deciding.decide(view, form)


PAGE = Page(
    name="audit_links", path="/audit/links", group="risk", order=11, show=show, act=act, nav=False,
    example="?target=shop.com",
)  # fmt: skip
