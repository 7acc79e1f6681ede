"""``backlit profile``: the portrait of a target's links."""

from __future__ import annotations

import enum
import sys
from typing import Annotated

import typer

from backlit.cli import options as o


class Shape(enum.StrEnum):
    """Shapes of a profile."""

    text = "text"
    json = "json"
    html = "html"


def command(
    context: typer.Context,
    target: o.TargetArgument,
    kind: o.KindOption = None,
    audit: Annotated[
        bool, typer.Option("--audit", help="Judge the links too: verdicts, networks, risk by policy clause.")
    ] = False,
    format_: Annotated[
        Shape | None,
        typer.Option("--format", help="Shape of the profile.", show_default="from --out, else text"),
    ] = None,
    out: o.OutOption = None,
) -> None:
    """Show the portrait of a target: how many links, how good.

    It says what the figures rest on, and what is unknown and why.

    \b
    Example:
      backlit profile example.com --out example.html
      backlit profile example.com --audit
    """
    from backlit.cli.cells import for_json
    from backlit.cli.output import write_text
    from backlit.questions.profile import profile

    settings = o.said(context).load_settings()
    found = profile(o.said(context).open_any(), o.target_of(target, kind), settings=settings, audit=audit)
    endings = {".html": Shape.html, ".htm": Shape.html, ".json": Shape.json}
    shape = format_ or (endings.get(out.suffix.lower(), Shape.text) if out else Shape.text)
    if shape is Shape.json:
        import msgspec

        write_text(for_json(msgspec.to_builtins(found), indent=1), out)
    elif shape is Shape.html:
        write_text(found.to_html(), out)
    else:
        from io import StringIO

        from rich.console import Console

        from backlit.cli.render_profile import render

        if out is None and sys.stdout.isatty():
            render(found, Console(highlight=False, emoji=False))
            return
        text = StringIO()
        render(found, Console(file=text, width=100, highlight=False, emoji=False))
        write_text(text.getvalue(), out)
