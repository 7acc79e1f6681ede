"""The link gap: the cells of the diagram, and the domains in them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from markupsafe import Markup

from backlit.errors import BacklitError, InputError
from backlit.questions.chance_columns import GAP, GAP_SITES
from backlit.questions.filter_tests import joined
from backlit.questions.report_charts import bar
from backlit.questions.report_html import el
from backlit.questions.result import Result
from backlit.server.dashboard import format as shown
from backlit.server.dashboard import venn, versus
from backlit.server.dashboard.listing import Asked, Choice, Listing, listed
from backlit.server.dashboard.page import Page
from backlit.server.dashboard.strings import text
from backlit.server.dashboard.view import View

MODES = ("missing", "shared", "only")
#: Rivals that are offered where none was named yet.
_OFFERED = 10
#: The test that leaves out the domains of the target and of its rivals.
_OTHERS = "source_role = other"
_SHOWN = (
    "source_domain",
    "source_authority",
    "rivals",
    "rival_links",
    "links",
    "follow_links",
    "content_links",
)


def _ask(view: View, asked: Asked) -> Result:
    from backlit.questions.gap import gap

    return gap(
        view.index_or_release(),
        view.target,
        view.several("versus"),
        *asked[:4],
        mode=_mode(view),  # type: ignore[arg-type]
        at_least=_at_least(view),  # type: ignore[arg-type]
        by=_by(view),  # type: ignore[arg-type]
        settings=view.settings,
    )


def _mode(view: View) -> str:
    return view.choice("mode", MODES, "missing")


def _by(view: View) -> str:
    return view.choice("by", ("domain", "site"), "domain")


def _at_least(view: View) -> int | str:
    given = view.one("at_least")
    if given is None or given == "all":
        return given or 1
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise InputError(f"How many rivals at least is a whole number or all, not {given[:40]!r}.")
    return int(given)


def _rivals_linked(view: View, value: Any, row: Any) -> Markup:
    """The rivals that a source links to, each with its links."""
    parts = []
    for one in value or ():
        count = "" if one["links"] is None else f" {shown.number(one['links'])}"
        parts.append(el("li", el("bdi", one["rival"]), el("span", count, class_="soft") if count else None))
    return Markup(el("ul", *parts, class_="inline"))


LISTING = Listing(
    name="gap",
    table=GAP,
    ask=_ask,
    shown=_SHOWN,
    sort="rivals desc, source_authority desc, links desc",
    api="/gap",
    carry=("versus", "mode", "at_least", "by"),
    cells={"rival_links": _rivals_linked},
    key="source_domain",
)


def _listing(view: View) -> Listing:
    """The listing, with the columns that tell something in this mode."""
    found, names = LISTING, list(_SHOWN)
    mode = _mode(view)
    if mode == "shared":
        names.insert(names.index("links"), "target_links")
    elif mode == "only":
        found = replace(found, sort="source_authority desc, links desc")
        names = [name for name in names if name not in ("rivals", "rival_links")]
    if _by(view) == "site":
        found = replace(found, table=GAP_SITES)
        names.insert(0, "source_site")
    return replace(found, shown=tuple(names))


def show(view: View) -> dict[str, Any]:
    """The diagram and the rows; without rivals the ways to name some."""
    names = versus.rivals_of(view)
    about: dict[str, Any] = {
        "rivals": versus.shown(view, names),
        "kept": versus.kept(view, names), "most": view.settings.gap.most_rivals, "problem": None, "listed": None,
        "found": None, "can_wish": view.link("whatif") is not None,
    }  # fmt: skip
    if not names:
        return about | {"found": found_rivals(view, _OFFERED)}
    answers: list[Result] = []

    def ask(view: View, asked: Asked) -> Result:
        answers.append(_ask(view, asked))
        return answers[-1]

    try:
        versus.read(names)
        table = listed(view, replace(_listing(view), ask=ask))
        # The cells do not depend on the filter; where it cannot be read they are asked for without it.
        if not answers:
            ask(view, Asked(None, None, 0, 0, None, []))
        cells: Any = answers[-1].summary
        own = [note for note in table.notes if _OTHERS in note]
        # The sentence names an option of the command line; here a link stands for it.
        table.notes = [note for note in table.notes if note not in own]
    except InputError as error:
        return about | {"problem": str(error), "status": 400}
    return about | {
        "listed": table,
        "cells": cells,
        "without_own": view.here(
            where=joined([*([table.where] if table.where else []), _OTHERS]), offset=None
        )
        if own
        else None,
        "what": text(f"gap.{cells.by}s"),
        "mode": _mode(view),
        "modes": _modes(view, cells),
        "picture": _picture(cells, _mode(view)),
        "by": _by(view),
        "sides": _sides(view),
        "at_least": view.one("at_least") or "1",
        "depth": _depth(cells),
        "most_shared": max((one.sources for one in cells.rivals), default=0),
        "bar": bar,
    }


def found_rivals(view: View, count: int) -> dict[str, Any]:
    """Rivals found in the graph, with what keeps them from being found told as a sentence."""
    from backlit.questions.rivals import rivals

    try:
        found = rivals(view.index_or_release(), view.target, limit=count, settings=view.settings)
    except BacklitError as error:
        return {"rows": [], "notes": [str(error)], "total": 0}
    rows = found.rows()
    return {"rows": rows, "notes": found.notes, "total": found.total, "provenance": found.provenance,
            "first": versus.joined([row["domain"] for row in rows[:3]])}  # fmt: skip


def _modes(view: View, cells: Any) -> list[tuple[Choice, int]]:
    """The three cells, each with its address and size; only what can be asked for in each is kept."""
    made = []
    for mode in MODES:
        gone: dict[str, Any] = {"offset": None, "sort": None, "columns": None}
        if mode == "only":
            gone["at_least"] = None
        url = view.here(mode=None if mode == "missing" else mode, **gone)
        made.append((Choice(mode, text(f"gap.mode.{mode}"), url, mode == _mode(view)), getattr(cells, mode)))
    return made


def _sides(view: View) -> list[Choice]:
    gone = {"offset": None, "where": None, "sort": None, "columns": None}
    return [
        Choice(
            by, text(f"gap.by_{by}"), view.here(by=None if by == "domain" else by, **gone), by == _by(view)
        )
        for by in ("domain", "site")
    ]


def _picture(cells: Any, mode: str) -> Markup:
    sizes = {name: getattr(cells, name) for name in MODES}
    if not cells.union:
        return Markup("")
    told = text("gap.told", target=cells.target, what=text(f"gap.{cells.by}s"), **sizes)
    return Markup(
        venn.picture(
            cells.only, cells.shared, cells.missing,
            chosen=mode,
            title=str(text("gap.picture")),
            told=told.unescape(),
            counts={name: shown.number(size) for name, size in sizes.items()},
        )
    )  # fmt: skip


def _depth(cells: Any) -> list[tuple[int, int, int]]:
    """How many sources link to exactly so many rivals: their number, the missing, the shared."""
    pairs = zip(cells.missing_by_rivals, cells.shared_by_rivals, strict=True)
    return [(number, missing, shared) for number, (missing, shared) in enumerate(pairs, 1)]


PAGE = Page(
    name="gap", path="/gap", group="chances", order=10, show=show, example="?target=shop.com&versus=other.com"
)
