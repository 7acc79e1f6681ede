"""New and lost links and domains over time."""

from __future__ import annotations

from typing import Any

from backlit.questions.columns import HISTORY
from backlit.questions.profile_data import Period
from backlit.questions.result import Result
from backlit.server.dashboard import portrait
from backlit.server.dashboard.listing import Asked, Listed, Listing, listed
from backlit.server.dashboard.page import Page
from backlit.server.dashboard.view import View

LENGTHS = ("month", "day", "year")


def _ask(view: View, asked: Asked) -> Result:
    from backlit.questions.history import history

    return history(view.index, view.target, *asked[:4], by=view.choice("by", LENGTHS, "month"))


LISTING = Listing(
    name="history",
    table=HISTORY,
    ask=_ask,
    shown=tuple(name for name, _, _ in HISTORY),
    sort="period desc",
    api="/history",
    carry=("by",),
)


def show(view: View) -> dict[str, Any]:
    """The listing, with a chart of the periods that are listed."""
    found = listed(view, LISTING)
    by = view.choice("by", LENGTHS, "month")
    lengths = [
        (word, view.here(by=None if word == "month" else word, offset=None, where=None), word == by)
        for word in LENGTHS
    ]
    return {"listed": found, "lengths": lengths, "periods": _periods(found), "charts": portrait}


def _periods(found: Listed) -> list[Period]:
    """The periods that are listed, as a chart draws them: in the order of time."""
    rows = sorted((row for row in found.rows if row["period"]), key=lambda row: row["period"])
    return [
        Period(
            period=row["period"], new_links=row["new_links"], lost_links=row["lost_links"] or 0,
            new_domains=row["new_domains"], lost_domains=row["lost_domains"] or 0,
        )
        for row in rows
    ]  # fmt: skip


PAGE = Page(name="history", path="/history", group="profile", order=60, show=show, example="?target=shop.com")
