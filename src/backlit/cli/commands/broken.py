"""``backlit broken``: linked pages of a target that answer with an error."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Annotated

import typer

from backlit.cli import options as o

if TYPE_CHECKING:
    from backlit.index import Index
    from backlit.questions.result import Result


class State(enum.StrEnum):
    """What the index knows of a linked address."""

    broken = "broken"
    redirect = "redirect"
    fine = "fine"
    unknown = "unknown"
    all = "all"


_WORTH = ("links", "referring_domains", "equity", "strongest_source", "strongest_authority")


def command(
    context: typer.Context,
    target: o.TargetArgument,
    kind: o.KindOption = None,
    state: Annotated[
        State, typer.Option("--state", help="Addresses in this state; unknown ones were never asked for.")
    ] = State.broken,
    where: o.WhereOption = None,
    sort: o.SortOption = None,
    limit: o.LimitOption = None,
    offset: o.OffsetOption = 0,
    columns: o.ColumnsOption = None,
    format_: o.FormatOption = None,
    out: o.OutOption = None,
) -> None:
    """List a target's linked pages that are broken, those that lose most first.

    \b
    Example:
      backlit broken example.com --where 'cause in ("not found", gone)' --format csv --out mend.csv
    """
    from backlit.questions.broken import broken

    settings = o.said(context).load_settings()

    def question(index: Index, rows: int | None, _names: list[str] | None) -> Result:
        asked = o.target_of(target, kind)
        return broken(index, asked, where, sort, rows, offset, state=state.value, settings=settings)

    known = {
        State.broken: ("status", "cause"),
        State.redirect: ("status", "redirects_to"),
        State.fine: ("status",),
        State.unknown: (),
        State.all: ("state", "status"),
    }[state]
    checked = () if state is State.unknown else ("checked_at",)
    shown = ("target_url", *known, *_WORTH, *checked)
    o.list_rows(context, question, limit=limit, format_=format_, out=out, columns=columns, shown=shown)
