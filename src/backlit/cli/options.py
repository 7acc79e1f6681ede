"""Arguments and options that several commands share, declared once."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from backlit.cli.formats import Format

if TYPE_CHECKING:
    from backlit.index import Index
    from backlit.questions.result import Result
    from backlit.questions.web_reader import WebReader
    from backlit.settings import Settings
    from backlit.web.target import Target


class Status(enum.StrEnum):
    """Links that are there, links that are gone, or both."""

    live = "live"
    lost = "lost"
    all = "all"


class By(enum.StrEnum):
    """Lengths of a period of a history."""

    day = "day"
    month = "month"
    year = "year"


class Kind(enum.StrEnum):
    """What a target is, where its text does not say."""

    domain = "domain"
    host = "host"
    prefix = "prefix"
    url = "url"


@dataclass(frozen=True)
class Globals:
    """What was said before the command: where the index is, and whose settings hold."""

    index: Path
    settings: Path | None

    def open(self) -> Index:
        """The index, or the error that there is none."""
        from backlit.index import Index

        return Index.open(self.index)

    def open_any(self) -> Index | WebReader:
        """The index; where there is none but a web-graph release, a reader of that."""
        from backlit.errors import IndexNotFound
        from backlit.questions.web_reader import web_reader

        try:
            return self.open()
        except IndexNotFound:
            found = web_reader(self.index)
            if found is None:
                raise
            return found

    def load_settings(self) -> Settings:
        """The user's settings, or the shipped ones."""
        from backlit.settings import load

        return load(self.settings)


TargetArgument = Annotated[
    str,
    typer.Argument(
        metavar="TARGET", help="A domain, host, URL prefix (ends in *) or URL.", show_default=False
    ),
]
KindOption = Annotated[
    Kind | None, typer.Option("--kind", help="Read TARGET as this kind.", show_default="told from its text")
]
WhereOption = Annotated[
    str | None,
    typer.Option("--where", metavar="FILTER", help="Keep rows such as: follow and placement = content."),
]
SortOption = Annotated[
    str | None, typer.Option("--sort", metavar="COLUMNS", help='Order, such as: "links desc, first_seen".')
]
LimitOption = Annotated[
    int | None,
    typer.Option(min=0, help="Most rows to give; 0 for all.", show_default="100 in a table, else all"),
]
OffsetOption = Annotated[int, typer.Option(min=0, help="Rows to leave out first.")]
ColumnsOption = Annotated[
    str | None, typer.Option("--columns", metavar="A,B,…", help="Only these columns, in this order.")
]
FormatOption = Annotated[
    Format | None,
    typer.Option("--format", help="Shape of the output.", show_default="from --out, else table"),
]
OutOption = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Write to FILE, whole or not at all.")
]
StatusOption = Annotated[
    Status | None,
    typer.Option(
        "--status", help="Live links, lost ones or all.", show_default="live, or all if the filter asks"
    ),
]
DomainStatusOption = Annotated[
    Status, typer.Option("--status", help="Domains with a live link, those with lost ones only, or all.")
]
ByOption = Annotated[By, typer.Option("--by", help="Length of a period.")]


def names_in(given: list[str] | None) -> list[str]:
    """Several names, from an option that may be repeated and whose values may be joined by commas."""
    return [one.strip() for text in given or [] for one in text.split(",") if one.strip()]


def numbers(text: str, option: str) -> list[int]:
    """Whole numbers with commas between them."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts or not all(part.isdigit() for part in parts):
        raise typer.BadParameter(f"{text!r} is no list of whole numbers such as 10,100.", param_hint=option)
    return [int(part) for part in parts]


def target_of(text: str, kind: Kind | None) -> Target:
    """The target a user named."""
    from backlit.web.target import Target

    return Target.parse(text, kind.value if kind else None)


def row_limit(limit: int | None, format_: Format) -> int | None:
    """The limit to ask for: what was said, else a screenful for a table and all for a file."""
    if limit is not None:
        return limit or None
    if format_ is not Format.table:
        return None
    from backlit.settings import default

    return default().listings.rows


def list_rows(
    context: typer.Context,
    question: Callable[[Index, int | None, list[str] | None], Result],
    *,
    limit: int | None,
    format_: Format | None,
    out: Path | None,
    shown: tuple[str, ...] = (),
    columns: str | None = None,
    releases: bool = False,
) -> None:
    """Ask ``question`` of the index with the right limit and columns, and write its answer.

    With ``releases`` a web-graph release is asked where there is no index of links.

    ``shown`` are the columns of a table, where the answer has more than a screen is wide.
    """
    from backlit.cli.output import choose_format, write_result

    chosen = choose_format(format_, out)
    named = tuple(name.strip() for name in columns.split(",")) if columns else ()
    wanted = list(named or (shown if chosen is Format.table else ()))
    index: Any = said(context).open_any() if releases else opened(context)
    result = question(index, row_limit(limit, chosen), wanted or None)
    write_result(result, chosen, out, wanted)


def said(context: typer.Context) -> Globals:
    """What was said before the command."""
    found = context.find_object(Globals)
    assert found is not None
    return found


def opened(context: typer.Context) -> Index:
    """The index the command works on."""
    return said(context).open()
