"""``backlit add``: read inputs into the index."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backlit.cli import options as o
from backlit.cli.formats import TextFormat

if TYPE_CHECKING:
    from backlit.work.add import AddSummary, InputSummary

#: Problems of one input that are shown; the JSON has all that were kept.
_SHOWN_CAUSES = 5


def command(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="Archives, tables or folders of HTML.")],
    as_: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="KIND",
            help="Read as warc, arc, wat, folder, links, pages, hosts or trusted.",
            show_default="told from the content",
        ),
    ] = None,
    snapshot: Annotated[
        str | None,
        typer.Option(
            "--snapshot", metavar="DATE", help="Day of the harvest.", show_default="told from the input"
        ),
    ] = None,
    base_url: Annotated[
        str | None, typer.Option("--base-url", metavar="URL", help="Address a folder of HTML was served at.")
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option("--workers", min=1, help="Processes that read.", show_default="one a processor"),
    ] = None,
    format_: Annotated[TextFormat, typer.Option("--format", help="Shape of the summary.")] = TextFormat.text,
) -> None:
    """Read archives, folders of HTML and tables into the index.

    The kind of an input is told from its content. An input that is in the index already is
    skipped. Ctrl-C leaves the index as it was, and the same command goes on from there.

    \b
    Example:
      backlit add crawl.warc.gz links.csv --snapshot 2026-03-01
    """
    from backlit.cli.cells import for_json
    from backlit.cli.output import write_text
    from backlit.cli.progress import progress_view
    from backlit.work.add import add

    said = o.said(context)
    settings = said.load_settings()
    with progress_view() as on_progress:
        summary = add(
            said.index,
            paths,
            as_=as_,
            snapshot=snapshot,
            base_url=base_url,
            workers=workers,
            settings=settings,
            on_progress=on_progress,
        )
    if format_ is TextFormat.json:
        import msgspec

        write_text(for_json(msgspec.to_builtins(summary), indent=1), None)
    else:
        write_text(_told(summary), None)
    if not summary.used:
        raise typer.Exit(1)


def _told(summary: AddSummary) -> str:
    """The summary in sentences."""
    from backlit.questions.profile_format import plural

    lines = [line for one in summary.inputs for line in _told_of_input(one)]
    if summary.generation is None:
        lines.append("Nothing new was added; the index is as it was.")
    else:
        lines.append(
            f"Generation {summary.generation}: {plural(summary.links, 'link')} and "
            f"{plural(summary.pages, 'page')} in the index, {summary.seconds:,.1f} s."
        )
    return "\n".join(lines)


def _told_of_input(one: InputSummary) -> list[str]:
    from backlit.cli.cells import for_terminal
    from backlit.questions.profile_format import plural

    name = for_terminal(one.file)
    if one.state == "failed":
        return [f"{name}: not added. {for_terminal(one.error or 'It could not be read.')}"]
    if one.state == "skipped":
        return [f"{name}: skipped, it is in the index already."]
    kind = f"{one.kind}, " if one.kind else ""
    day = f"of {one.snapshot}, " if one.snapshot else ""
    found = ", ".join(
        (plural(one.pages, "page"), plural(one.links, "link"), plural(one.problem_count, "problem"))
    )
    lines = [f"{name}: {kind}{day}{found}."]
    causes = sorted(one.causes.items(), key=lambda item: (-item[1], item[0]))
    lines += [f"  {count:,} × {for_terminal(cause)}" for cause, count in causes[:_SHOWN_CAUSES]]
    if one.problems:
        first = one.problems[0]
        lines.append(f"  first: {for_terminal(first.place)}: {for_terminal(first.message)}")
    return lines
