"""``backlit compare``: targets side by side, or rivals found in the graph."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backlit.cli import options as o
from backlit.cli.formats import Format

if TYPE_CHECKING:
    from backlit.index import Index
    from backlit.questions.result import Result


def command(
    context: typer.Context,
    targets: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TARGET]...", help="What to compare: two or more.", show_default=False),
    ] = None,
    find: Annotated[
        str | None,
        typer.Option(
            "--find", metavar="TARGET", help="List the domains linked from the same domains as TARGET."
        ),
    ] = None,
    days: Annotated[
        int | None,
        typer.Option("--days", min=1, help="Days to look back for new and lost.", show_default="90"),
    ] = None,
    web: Annotated[
        bool, typer.Option("--web", help="Ask the web-graph release, even where the index knows links.")
    ] = False,
    where: o.WhereOption = None,
    sort: o.SortOption = None,
    limit: o.LimitOption = None,
    offset: o.OffsetOption = 0,
    columns: o.ColumnsOption = None,
    format_: o.FormatOption = None,
    out: o.OutOption = None,
) -> None:
    """Compare targets side by side, or find a target's rivals.

    --where, --sort, --limit and --offset choose among the rivals of --find.

    \b
    Example:
      backlit compare example.com rival.com other.org
      backlit compare --find example.com --where 'authority >= 40' --limit 20
    """
    from backlit.errors import InputError

    given = o.names_in(targets)
    if find is not None:
        if given:
            raise InputError(
                "Either name targets to compare, or one with --find, whose rivals are looked for."
            )
        _find(context, find, web, where, sort, limit, offset, columns, format_, out)
        return
    if where or sort or limit is not None or offset:
        raise InputError(
            "--where, --sort, --limit and --offset belong to --find: a comparison shows every target."
        )
    _compare(context, given, days, web, columns, format_, out)


def _find(
    context: typer.Context,
    target: str,
    web: bool,
    where: str | None,
    sort: str | None,
    limit: int | None,
    offset: int,
    columns: str | None,
    format_: Format | None,
    out: Path | None,
) -> None:
    from backlit.questions.rivals import rivals

    settings = o.said(context).load_settings()

    def question(index: Index, rows: int | None, _names: list[str] | None) -> Result:
        return rivals(index, target, where, sort, rows, offset, web=web, settings=settings)

    o.list_rows(context, question, limit=limit, format_=format_, out=out, columns=columns, releases=True)


def _compare(
    context: typer.Context,
    targets: list[str],
    days: int | None,
    web: bool,
    columns: str | None,
    format_: Format | None,
    out: Path | None,
) -> None:
    import shutil
    import sys

    from backlit.cli.output import choose_format, write_result, write_text
    from backlit.cli.render_compare import told_comparison
    from backlit.questions.compare import compare

    said = o.said(context)
    settings = said.load_settings()
    found = compare(said.open_any(), targets, days=days, web=web, settings=settings)
    chosen = choose_format(format_, out)
    if chosen is Format.table and not columns:
        on_screen = out is None and sys.stdout.isatty()
        width = shutil.get_terminal_size().columns if on_screen else None
        write_text(told_comparison(found, settings.bands, width), out)
        return
    wanted = [name.strip() for name in columns.split(",")] if columns else []
    write_result(found, chosen, out, wanted)
