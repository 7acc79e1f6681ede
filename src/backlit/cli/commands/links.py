"""``backlit links``: the links to a target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from backlit.cli import options as o

if TYPE_CHECKING:
    from backlit.index import Index
    from backlit.questions.result import Result

_SHOWN = (
    "source_url",
    "target_url",
    "anchor",
    "follow",
    "placement",
    "source_authority",
    "first_seen",
    "lost_at",
)


def command(
    context: typer.Context,
    target: o.TargetArgument,
    kind: o.KindOption = None,
    status: o.StatusOption = None,
    where: o.WhereOption = None,
    sort: o.SortOption = None,
    limit: o.LimitOption = None,
    offset: o.OffsetOption = 0,
    columns: o.ColumnsOption = None,
    format_: o.FormatOption = None,
    out: o.OutOption = None,
) -> None:
    """List the links to a target, strongest sources first.

    \b
    Example:
      backlit links example.com --where 'follow and placement = content' --limit 20
    """
    from backlit.questions.links import links

    def question(index: Index, rows: int | None, names: list[str] | None) -> Result:
        asked = o.target_of(target, kind)
        standing = status.value if status else None
        return links(index, asked, where, sort, rows, offset, status=standing, columns=names)

    o.list_rows(context, question, limit=limit, format_=format_, out=out, columns=columns, shown=_SHOWN)
