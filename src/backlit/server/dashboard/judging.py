"""What the pages about verdicts share: the verdicts or a page that says they are on their way, and their marks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup

from backlit.questions.report_html import Html, el
from backlit.server.dashboard.format import cut_middle
from backlit.server.dashboard.strings import text, text_or
from backlit.text.visible import visible

if TYPE_CHECKING:
    import pyarrow as pa

    from backlit.server.dashboard.view import View

_REFRESH_SECONDS = 3
_REASONS = 2
#: Families of evidence that say little of the one link.
_OF_ALL = ("neighbours", "target", "together", "page")
_SHAPES = {
    "risky": el("path", d="M6 .8 11.6 11H.4z"),
    "review": el("path", d="M6 .4 11.6 6 6 11.6.4 6z"),
    "worthless": el("circle", cx="6", cy="6", r="4.6", class_="ring"),
    "fine": el("circle", cx="6", cy="6", r="5.2"),
}


class Links(NamedTuple):
    """The judged links of the target; or, where there are none yet, what the page shows instead."""

    links: pa.Table | None
    page: dict[str, Any]


def links(view: View) -> Links:
    """The judged links to the target, without waiting for them."""
    standing = view.judgement()
    if standing.value is None:
        return Links(None, pending(standing))
    if standing.value.links is not None:
        return Links(standing.value.links, {})
    from backlit.questions.audit import judged_links

    # Too many to be kept: the judge is there, so that only the rows have to be read again.
    return Links(judged_links(view.reader, view.target, view.settings), {})


def pending(standing: Any, what: str = "judging") -> dict[str, Any]:
    """The page for verdicts (or what else is computed beside requests) that are not there."""
    return {
        "template": "judging.html",
        "standing_of": standing,
        "what": what,
        "refresh": _REFRESH_SECONDS if standing.pending else None,
    }


def mark(verdict: str | None) -> Markup:
    """A verdict by shape, word and colour."""
    if verdict is None:
        return Markup("")
    word = text_or(f"judging.word.{verdict}", verdict)
    return Markup(el("span", _shape(verdict), " ", str(word), class_=f"mark-of {verdict}"))


def shape(verdict: str) -> Markup:
    """The shape of a verdict alone; its word must stand beside it."""
    return Markup(_shape(verdict))


def _shape(verdict: str) -> Html:
    inner = _SHAPES.get(verdict, "")
    return el(
        "svg", inner, class_=f"shape {verdict}", view_box="0 0 12 12", aria_hidden="true", focusable="false"
    )


def shown() -> dict[str, Any]:
    """What the templates of verdicts need."""
    return {"mark": mark, "shape": shape, "why": why, "plain": plain, "path_of": path_of, "lines": lines}


def plain(url: str, limit: int = 84) -> Markup:
    """An address without a link to it."""
    return Markup(el("bdi", cut_middle(re.sub(r"^https?://", "", visible(url, 2000)), limit), dir="ltr"))


def path_of(url: str, limit: int = 48) -> Markup:
    """The path of an address, for where its host is plain."""
    found = re.sub(r"^https?://[^/]*", "", visible(url, 2000)) or "/"
    return Markup(el("bdi", cut_middle(found, limit), dir="ltr"))


def lines(written: str) -> str:
    """A text of several lines, with marks for what acts on the screen."""
    return "\n".join(visible(line) for line in written.split("\n"))


def opener(url: str) -> Markup:
    """The link to the evidence of a row."""
    return Markup(el("a", str(text("judging.evidence")), href=url, class_="opener"))


def why(row: Mapping[str, Any]) -> list[str]:
    """What speaks most against a link, in sentences; else the reason of its verdict."""
    items = [item for item in row["evidence"] if item["points"] > 0 and item["id"] != "base"]
    if row["severity"] < 2 or not items:
        return [str(text_or(f"judging.reason.{row['reason']}", row["reason"]))]
    # What is true of every link to the target tells links apart last.
    telling = sorted(items, key=lambda item: (item["family"] in _OF_ALL, -item["points"]))
    return [item["sentence"] for item in telling[:_REASONS]]
