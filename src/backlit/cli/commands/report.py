"""``backlit report``: a report to hand on, as HTML, PDF or JSON, and its charts for slides."""

from __future__ import annotations

import enum
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backlit.cli import options as o

if TYPE_CHECKING:
    from backlit.questions.report_read import Report


class Shape(enum.StrEnum):
    """Shapes of a report."""

    html = "html"
    pdf = "pdf"
    json = "json"


def command(
    context: typer.Context,
    target: o.TargetArgument,
    kind: o.KindOption = None,
    sections: Annotated[
        list[str] | None,
        typer.Option(
            "--sections",
            metavar="A,B,…",
            help="Of: portrait, domains, links, anchors, pages, origin, history, changes, risk, networks, unknown, "
            "evidence.",
            show_default="all",
        ),
    ] = None,
    before: Annotated[
        str | None,
        typer.Option("--before", metavar="DATE", help="Tell what changed from the end of this day …"),
    ] = None,
    after: Annotated[
        str | None, typer.Option("--after", metavar="DATE", help="… to the end of this one (2026-10-01).")
    ] = None,
    title: Annotated[
        str | None, typer.Option("--title", help="The title.", show_default="the target's name")
    ] = None,
    client: Annotated[str | None, typer.Option("--client", help="Whom it is for.")] = None,
    intro: Annotated[
        str | None,
        typer.Option("--intro", metavar="TEXT", help="Words before it, plain text; @FILE reads a file."),
    ] = None,
    logo: Annotated[
        Path | None, typer.Option("--logo", metavar="FILE", help="A PNG or SVG file, up to 256 KiB.")
    ] = None,
    charts: Annotated[
        Path | None,
        typer.Option(
            "--charts", metavar="DIR", help="Write each chart there, as SVG and (with Chromium) PNG."
        ),
    ] = None,
    format_: Annotated[
        Shape | None,
        typer.Option("--format", help="Shape of the report.", show_default="from --out, else html"),
    ] = None,
    out: o.OutOption = None,
) -> None:
    """Make a report on a target to hand on.

    It says where each figure comes from, and what was left out.
    PDF and PNG are made by the Chromium of this machine, without network.

    \b
    Example:
      backlit report example.com --out report.pdf --client "Example Ltd" --logo logo.svg
      backlit report example.com --sections changes --before 2026-06-01 --after 2026-10-01 --format json
      backlit report example.com --charts slides
    """
    from backlit.questions.report_order import order
    from backlit.questions.report_read import report

    said = o.said(context)
    settings = said.load_settings()
    endings = {".html": Shape.html, ".htm": Shape.html, ".json": Shape.json, ".pdf": Shape.pdf}
    shape = format_ or (endings.get(out.suffix.lower(), Shape.html) if out else Shape.html)
    if shape is Shape.pdf and out is None:
        raise typer.BadParameter("A PDF needs a file to go to: --out report.pdf.", param_hint="--format")
    asked = order(
        o.names_in(sections),
        title=title,
        client=client,
        introduction=_words(intro),
        logo=logo,
        before=before,
        after=after,
        settings=settings,
    )
    if shape is Shape.pdf:
        # Said before the work is done, not after.
        from backlit.work.browser import find_browser

        find_browser()
    found = report(said.open_any(), o.target_of(target, kind), asked, settings=settings)
    if charts is not None:
        _charts(found, charts)
    if charts is None or out is not None or format_ is not None:
        _written(found, shape, out)


def _words(given: str | None) -> str | None:
    """The text, or that of the file after an ``@``."""
    from backlit.errors import InputError

    if given is None or not given.startswith("@"):
        return given
    path = Path(given[1:])
    try:
        with open(path, encoding="utf-8-sig") as file:
            return file.read(1 << 20)
    except (OSError, UnicodeDecodeError) as exc:
        why = "it is not UTF-8" if isinstance(exc, UnicodeDecodeError) else exc.strerror
        raise InputError(f"The introduction {path} cannot be read: {why}.") from exc


def _written(found: Report, shape: Shape, out: Path | None) -> None:
    from backlit.cli.output import write_bytes, write_text

    if shape is Shape.pdf:
        assert out is not None
        write_bytes(found.to_pdf(), out)
    elif shape is Shape.json:
        write_text(found.to_json(indent=1), out)
    else:
        write_text(found.to_html(), out)


def _charts(found: Report, folder: Path) -> None:
    """All SVG first: they need no Chromium, and stay where it is missing."""
    from backlit.cli.output import write_bytes, write_text
    from backlit.errors import BrowserFailed, BrowserMissing, InputError

    drawn = found.charts()
    if not drawn:
        raise InputError(
            "There is no chart to draw: nothing links to this target, or no section with one was chosen."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise InputError(f"The folder {folder} cannot be made: {exc.strerror}.") from exc
    for name, svg in drawn.items():
        write_text(svg, folder / f"{name}.svg")
    told = ""
    try:
        for name, png in found.chart_pictures().items():
            write_bytes(png, folder / f"{name}.png")
    except (BrowserMissing, BrowserFailed) as error:
        told = f" No PNG: {error}"
    sys.stderr.write(f"{len(drawn)} charts in {folder}: {', '.join(drawn)}.{told}\n")
