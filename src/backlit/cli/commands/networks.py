"""``backlit networks``: sites that one hand seems to hold, among those that link to a target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from backlit.cli import options as o

if TYPE_CHECKING:
    from backlit.index import Index
    from backlit.questions.result import Result

_SHOWN = ("network", "sites", "domains", "links", "follow_links", "toxicity", "weight_share", "examples")


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
    """List the networks that link to a target, with what joins them.

    \b
    Example:
      backlit networks example.com
    """
    from backlit.questions.networks import networks

    def question(index: Index, rows: int | None, names: list[str] | None) -> Result:
        asked = o.target_of(target, kind)
        return networks(index, asked, where, sort, rows, offset, settings=o.said(context).load_settings())

    o.list_rows(context, question, limit=limit, format_=format_, out=out, columns=columns, shown=_SHOWN)
