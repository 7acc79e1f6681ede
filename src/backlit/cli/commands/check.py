"""``backlit check``: whether the index is sound."""

from __future__ import annotations

from typing import Annotated

import typer

from backlit.cli import options as o


def command(
    context: typer.Context,
    digest: Annotated[
        bool, typer.Option("--digest", help="Print the digest that equal indexes share, after the check.")
    ] = False,
) -> None:
    """Check every file of the index.

    The exit code is 0 only if the index is sound.

    \b
    Example:
      backlit --index my-index check --digest
    """
    from backlit.cli.cells import for_terminal
    from backlit.cli.output import write_text

    index = o.opened(context)
    wrong = index.check()
    if wrong:
        write_text("\n".join(for_terminal(sentence) for sentence in wrong), None)
        raise typer.Exit(1)
    write_text(index.digest() if digest else f"The index at {for_terminal(str(index.path))} is sound.", None)
