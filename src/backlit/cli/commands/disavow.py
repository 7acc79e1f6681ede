"""``backlit disavow``: files for Google's disavow tool, checked, merged, compared and written."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from backlit.cli import disavow_target
from backlit.cli import options as o
from backlit.cli.formats import TextFormat

app = typer.Typer(
    help="Disavow files: check, merge and compare them, write one from decisions, see what it would cost.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="A disavow file.", show_default=False)]
OwnOption = Annotated[
    list[str] | None, typer.Option("--own", metavar="DOMAINS", help="Your own domains, never to be listed.")
]
ShapeOption = Annotated[TextFormat, typer.Option("--format", help="Shape of the output.")]
NeededOut = Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write the file.")]


@app.command("check")
def check(
    context: typer.Context,
    file: FileArgument,
    own: OwnOption = None,
    fix: Annotated[
        bool, typer.Option("--fix", help="Write the file with its faults put right to --out.")
    ] = False,
    format_: ShapeOption = TextFormat.text,
    out: o.OutOption = None,
) -> None:
    """Check a disavow file against every rule of the format.

    The exit code is 0 only if there is no error; warnings and notes do not count. With --fix the
    repaired file goes to --out, what was changed is told, and the exit code is that of the result.

    \b
    Example:
      backlit disavow check disavow.txt --own example.com --fix --out repaired.txt
    """
    from backlit.cli.cells import for_json
    from backlit.cli.output import write_text
    from backlit.cli.render_disavow import told_changes, told_check
    from backlit.errors import InputError
    from backlit.questions.disavow_files import check_file, repair_file

    rules = o.said(context).load_settings()
    if fix:
        if out is None:
            raise InputError("A repair needs a file to write to: name it with --out FILE.")
        written = repair_file(file, own=o.names_in(own), settings=rules)
        write_text(written.text, out)
        after = check_file(out, own=o.names_in(own), settings=rules)
        if format_ is TextFormat.json:
            import msgspec

            write_text(
                for_json({"written": msgspec.to_builtins(written), "check": msgspec.to_builtins(after)}, 1),
                None,
            )
        else:
            write_text(told_changes(written) + "\n" + told_check(after), None)
        raise typer.Exit(0 if after.ok else 1)
    found = check_file(file, own=o.names_in(own), settings=rules)
    if format_ is TextFormat.json:
        import msgspec

        write_text(for_json(msgspec.to_builtins(found), 1), out)
    else:
        write_text(told_check(found), out)
    raise typer.Exit(0 if found.ok else 1)


@app.command("merge")
def merge(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Disavow files.", show_default=False)],
    out: NeededOut,
    own: OwnOption = None,
    format_: ShapeOption = TextFormat.text,
) -> None:
    """Write the union of disavow files; an upload replaces the whole list that was there.

    Comments stay over their entries; entries that a wider one covers are folded into it. Addresses
    become their host only where the limits of 100,000 lines and 2 MB demand it. All is told.

    \b
    Example:
      backlit disavow merge old.txt new.txt --out disavow.txt
    """
    from backlit.cli.cells import for_json
    from backlit.cli.output import write_text
    from backlit.cli.render_disavow import told_changes
    from backlit.questions.disavow_files import merge_files

    written = merge_files(files, own=o.names_in(own), settings=o.said(context).load_settings())
    write_text(written.text, out)
    if format_ is TextFormat.json:
        import msgspec

        write_text(for_json(msgspec.to_builtins(written), 1), None)
    else:
        write_text(told_changes(written), None)
    raise typer.Exit(0 if written.fits else 1)


@app.command("diff")
def diff(
    context: typer.Context,
    before: Annotated[Path, typer.Argument(metavar="BEFORE", help="The earlier file.", show_default=False)],
    after: Annotated[Path, typer.Argument(metavar="AFTER", help="The later file.", show_default=False)],
    format_: ShapeOption = TextFormat.text,
    out: o.OutOption = None,
) -> None:
    """Show what a later disavow file adds, takes away, widens and narrows.

    \b
    Example:
      backlit disavow diff old.txt new.txt --format json
    """
    from backlit.cli.cells import for_json
    from backlit.cli.output import write_text
    from backlit.cli.render_disavow import told_diff
    from backlit.questions.disavow_files import diff_files

    found = diff_files(before, after, settings=o.said(context).load_settings())
    if format_ is TextFormat.json:
        import msgspec

        write_text(for_json(msgspec.to_builtins(found), 1), out)
    else:
        write_text(told_diff(found), out)


#: The commands of the group, by name.
COMMANDS = {
    "check": check,
    "merge": merge,
    "diff": diff,
    "write": disavow_target.write,
    "simulate": disavow_target.simulate,
    "requests": disavow_target.requests,
    "sent": disavow_target.sent,
    "dossier": disavow_target.dossier,
}
app.command("write")(disavow_target.write)
app.command("simulate")(disavow_target.simulate)
app.command("requests")(disavow_target.requests)
app.command("sent")(disavow_target.sent)
app.command("dossier")(disavow_target.dossier)
