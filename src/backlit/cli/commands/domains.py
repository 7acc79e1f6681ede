"""``backlit domains``: the domains that link to a target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from backlit.cli import options as o

if TYPE_CHECKING:
    from backlit.index import Index
    from backlit.questions.result import Result

_SHOWN = (
    "source_domain",
    "source_authority",
    "links",
    "follow_links",
    "content_links",
    "lost_links",
    "pages",
    "first_seen",
    "last_seen",
)


def command(
    context: typer.Context,
    target: o.TargetArgument,
    kind: o.KindOption = None,
    status: o.DomainStatusOption = o.Status.live,
    where: o.WhereOption = None,
    sort: o.SortOption = None,
    limit: o.LimitOption = None,
    offset: o.OffsetOption = 0,
    columns: o.ColumnsOption = None,
    format_: o.FormatOption = None,
    out: o.OutOption = None,
) -> None:
    """List the referring domains of a target, strongest first.

    \b
    Example:
      backlit domains example.com --sort 'links desc' --format csv --out domains.csv
    """
    from backlit.questions.domains import domains

    def question(index: Index, rows: int | None, _names: list[str] | None) -> Result:
        asked = o.target_of(target, kind)
        return domains(index, asked, where, sort, rows, offset, status=status.value)

    o.list_rows(
        context, question, limit=limit, format_=format_, out=out, columns=columns, shown=_SHOWN, releases=True
    )
