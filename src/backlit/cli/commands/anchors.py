"""``backlit anchors``: the texts that link to a target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from backlit.cli import options as o

if TYPE_CHECKING:
    from backlit.index import Index
    from backlit.questions.result import Result

_SHOWN = ("anchor", "alt", "class", "links", "referring_domains", "follow_links", "first_seen", "last_seen")


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
    """List the anchors of a target, each with its class.

    \b
    Example:
      backlit anchors example.com --where 'class = "exact commercial"'
    """
    from backlit.questions.anchors import anchors

    def question(index: Index, rows: int | None, _names: list[str] | None) -> Result:
        asked = o.target_of(target, kind)
        return anchors(index, asked, where, sort, rows, offset, settings=o.said(context).load_settings())

    o.list_rows(context, question, limit=limit, format_=format_, out=out, columns=columns, shown=_SHOWN)
