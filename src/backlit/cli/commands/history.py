"""``backlit history``: new and lost links over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from backlit.cli import options as o

if TYPE_CHECKING:
    from backlit.index import Index
    from backlit.questions.result import Result


def command(
    context: typer.Context,
    target: o.TargetArgument,
    kind: o.KindOption = None,
    by: o.ByOption = o.By.month,
    where: o.WhereOption = None,
    sort: o.SortOption = None,
    limit: o.LimitOption = None,
    offset: o.OffsetOption = 0,
    columns: o.ColumnsOption = None,
    format_: o.FormatOption = None,
    out: o.OutOption = None,
) -> None:
    """List new and lost links and domains, latest first.

    \b
    Example:
      backlit history example.com --by day --where 'period >= 2026-01'
    """
    from backlit.questions.history import history

    def question(index: Index, rows: int | None, _names: list[str] | None) -> Result:
        asked = o.target_of(target, kind)
        return history(index, asked, where, sort, rows, offset, by=by.value)

    o.list_rows(context, question, limit=limit, format_=format_, out=out, columns=columns)
