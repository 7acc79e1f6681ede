"""``backlit audit``: a verdict on every link, with its evidence."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from backlit.cli import options as o

if TYPE_CHECKING:
    from backlit.index import Index
    from backlit.questions.result import Result

_SHOWN = (
    *("verdict", "toxicity", "quality", "source_url", "anchor", "follow", "placement"),
    *("network", "reason"),
)


def command(
    context: typer.Context,
    target: Annotated[
        str, typer.Argument(metavar="[TARGET]", help="A domain, host, URL prefix or URL.", show_default=False)
    ] = "",
    kind: o.KindOption = None,
    every: Annotated[bool, typer.Option("--all", help="Judge every link of the index.")] = False,
    where: o.WhereOption = None,
    sort: o.SortOption = None,
    limit: o.LimitOption = None,
    offset: o.OffsetOption = 0,
    columns: o.ColumnsOption = None,
    format_: o.FormatOption = None,
    out: o.OutOption = None,
) -> None:
    """Judge links: risky, review, worthless or fine, with the evidence for it.

    \b
    Example:
      backlit audit example.com
      backlit audit example.com --where 'verdict = risky' --format csv --out risky.csv
      backlit audit --all --out verdicts.csv
    """
    from backlit.errors import InputError
    from backlit.questions.audit import audit

    if bool(target) == every:
        raise InputError("Say whose links to judge: a target, or --all for every link of the index.")

    def question(index: Index, rows: int | None, names: list[str] | None) -> Result:
        asked = None if every else o.target_of(target, kind)
        return audit(
            index, asked, where, sort, rows, offset, columns=names, settings=o.said(context).load_settings(),
            progress=_progress if sys.stderr.isatty() else None,
        )  # fmt: skip

    o.list_rows(context, question, limit=limit, format_=format_, out=out, columns=columns, shown=_SHOWN)
    if sys.stderr.isatty():
        _progress("")


def _progress(step: str) -> None:
    sys.stderr.write(f"\r\x1b[KMeasuring {step} …" if step else "\r\x1b[K")
    sys.stderr.flush()
