"""``backlit demo``: the bundled example."""

from __future__ import annotations

import typer

from backlit.cli import options as o


def command(context: typer.Context) -> None:
    """Build the bundled example and show what to ask of it.

    \b
    Example:
      backlit --index demo-index demo
    """
    from backlit.cli.output import write_text
    from backlit.cli.progress import progress_view
    from backlit.work.demo import demo

    with progress_view() as on_progress:
        text = demo(o.said(context).index, on_progress=on_progress)
    write_text(text, None)
