"""``backlit demo``: the bundled example."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backlit.cli import options as o

if TYPE_CHECKING:
    from backlit.work.demo import DemoResult


def command(
    context: typer.Context,
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Folder for the index and the reports.")
    ] = Path("backlit-demo"),
) -> None:
    """Build the bundled example and show what to ask of it.

    It makes an index and two reports in a folder of its own; an earlier demo there is replaced.

    \b
    Example:
      backlit demo --out my-demo
    """
    from backlit.cli.output import write_text
    from backlit.cli.progress import progress_view
    from backlit.work.demo import run_demo

    with progress_view() as on_progress:
        result = run_demo(out, settings=o.said(context).load_settings(), on_progress=on_progress)
    write_text(_told(result), None)


def _told(result: DemoResult) -> str:
    """What was made, and what to try next."""
    from backlit.cli.cells import for_terminal
    from backlit.work.demo import LEFT_OUT

    lines = [for_terminal(problem) for problem in result.problems]
    lines.append(f"An index of {result.links:,} links in {result.index}, made in {result.seconds:,.1f} s.")
    lines += [f"{p.meta.label}: {for_terminal(p.verdict.headline)}" for p in result.profiles]
    lines += [f"Report: {report}" for report in result.reports]
    if not result.from_pages:
        lines.append(LEFT_OUT)
    target = result.profiles[0].meta.target if result.profiles else "python.org"
    lines += ["", "Go on with:"]
    lines += [
        f"  backlit --index {result.index} {command}"
        for command in (
            f"profile {target}",
            f"links {target} --where 'follow and placement = content'",
            f"domains {target} --sort 'links desc'",
            f"anchors {target}",
        )
    ]
    return "\n".join(lines)
