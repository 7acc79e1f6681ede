"""``backlit gap``: who links to rivals and not to the target."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from backlit.cli import options as o

if TYPE_CHECKING:
    from backlit.index import Index
    from backlit.questions.result import Result


class Mode(enum.StrEnum):
    """Cells of the diagram."""

    missing = "missing"
    shared = "shared"
    only = "only"


class Source(enum.StrEnum):
    """What a row is."""

    domain = "domain"
    site = "site"


#: Columns of a table besides the source.
_SHOWN = {
    Mode.missing: ("source_authority", "rivals", "rival_links", "links", "follow_links", "content_links"),
    Mode.shared: ("source_authority", "rivals", "rival_links", "target_links", "links", "follow_links"),
    Mode.only: ("source_authority", "links", "follow_links", "content_links", "first_seen", "last_seen"),
}


def command(
    context: typer.Context,
    target: o.TargetArgument,
    versus: Annotated[list[str], typer.Option("--versus", metavar="A,B,…", help="Rivals; may be repeated.")],
    kind: o.KindOption = None,
    mode: Annotated[
        Mode, typer.Option("--mode", help="Domains that link to rivals only, to both, or to TARGET only.")
    ] = Mode.missing,
    at_least: Annotated[
        str, typer.Option("--at-least", metavar="N|all", help="Least number of rivals a domain links to.")
    ] = "1",
    by: Annotated[
        Source, typer.Option("--by", help="Two blogs of one platform are two sites.")
    ] = Source.domain,
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
    """List the domains that link to rivals and not to a target.

    \b
    Example:
      backlit gap example.com --versus rival.com,other.org --at-least 2
      backlit gap example.com --versus rival.com --mode shared --format csv --out shared.csv
    """
    from backlit.cli.formats import Format
    from backlit.cli.output import choose_format
    from backlit.questions.gap import gap, links_as_text

    flat = choose_format(format_, out) in (Format.table, Format.csv)
    least = at_least_of(at_least)

    def question(index: Index, rows: int | None, _names: list[str] | None) -> Result:
        found = gap(
            index,
            o.target_of(target, kind),
            o.names_in(versus),
            where,
            sort,
            rows,
            offset,
            mode=mode.value,
            at_least=least,
            by=by.value,
            web=web,
            settings=o.said(context).load_settings(),
        )
        return links_as_text(found) if flat else found

    source = "source_site" if by is Source.site else "source_domain"
    several = len(o.names_in(versus)) > 1
    shown = (source, *_SHOWN[mode]) if several else (source, *(n for n in _SHOWN[mode] if n != "rivals"))
    o.list_rows(
        context, question, limit=limit, format_=format_, out=out, columns=columns, shown=shown, releases=True
    )


def at_least_of(text: str) -> int | Literal["all"]:
    """A whole number, or ``all``."""
    if text.strip().lower() == "all":
        return "all"
    if not text.strip().isdecimal():
        raise typer.BadParameter(f"{text!r} is neither a whole number nor all.", param_hint="--at-least")
    return int(text)
