"""``backlit pages``: the pages of a target."""

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
    where: o.WhereOption = None,
    sort: o.SortOption = None,
    limit: o.LimitOption = None,
    offset: o.OffsetOption = 0,
    columns: o.ColumnsOption = None,
    format_: o.FormatOption = None,
    out: o.OutOption = None,
) -> None:
    """List the pages of a target, most linked first.

    \b
    Example:
      backlit pages example.com --where 'links = 0 and lost_links > 0'
    """
    from backlit.questions.pages import pages

    def question(index: Index, rows: int | None, _names: list[str] | None) -> Result:
        asked = o.target_of(target, kind)
        return pages(index, asked, where, sort, rows, offset)

    o.list_rows(context, question, limit=limit, format_=format_, out=out, columns=columns)
