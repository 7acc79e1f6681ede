"""``backlit sql``: read-only SQL over the index."""

from __future__ import annotations

from typing import Annotated

import typer

from backlit.cli import options as o


def command(
    context: typer.Context,
    statement: Annotated[str, typer.Argument(metavar="STATEMENT", help="One statement that reads.")],
    limit: o.LimitOption = None,
    format_: o.FormatOption = None,
    out: o.OutOption = None,
) -> None:
    """Run one read-only SQL statement over the index.

    Its views are links, pages, domains, hosts and snapshots; docs/schema.md lists their
    columns. No other file can be read. Rows stream out, so an answer may be of any size.

    \b
    Example:
      backlit sql "select rel, count(*) from links group by all order by 2 desc"
    """
    from backlit.cli.output import choose_format, first_rows, write_result
    from backlit.questions.sql import sql

    chosen = choose_format(format_, out)
    result = sql(o.opened(context), statement)
    write_result(first_rows(result, o.row_limit(limit, chosen)), chosen, out)
