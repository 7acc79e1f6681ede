"""The program ``backlit``: its commands, the options before them, and how errors are said."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from backlit.cli.commands import (
    add,
    anchors,
    audit,
    authority,
    bench,
    broken,
    check,
    compact,
    compare,
    demo,
    disavow,
    domains,
    explain,
    gap,
    history,
    info,
    links,
    mcp,
    networks,
    pages,
    profile,
    report,
    review,
    serve,
    sql,
    web,
    whatif,
)
from backlit.cli.options import Globals
from backlit.errors import BacklitError, Interrupted
from backlit.version import __version__

DEFAULT_INDEX = Path("backlit-index")


class Program(TyperGroup):
    """The group of commands; it says errors in sentences and chooses the exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command: 1 an error, 130 stopped by the user, 141 nobody reads the output."""
        try:
            return super().invoke(ctx)
        except Interrupted as error:
            _end(str(error), 130)
        except KeyboardInterrupt:
            _end("Stopped.", 130)
        except BacklitError as error:
            if os.environ.get("BACKLIT_DEBUG") == "1":
                raise
            _end(str(error), 1)
        except BrokenPipeError:
            # The reader of our output (head, less) has seen enough. Python would complain
            # once more when it flushes at exit, so what is left goes nowhere.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(141)


app = typer.Typer(
    name="backlit",
    cls=Program,
    help="Backlink intelligence on your own data: who links to whom, how, and what it is worth.",
    # Plain help and plain errors: rich would double the time --help takes.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

COMMANDS = (
    *(add, profile, report, links, domains, anchors, pages, history, audit, networks, explain),
    *(gap, compare, broken),
    *(authority, whatif, info, serve, mcp, sql, check, compact, demo),
)
for _module in COMMANDS:
    app.command(name=_module.__name__.rsplit(".", 1)[-1], context_settings=getattr(_module, "CONTEXT", None))(
        _module.command
    )

#: Commands that have commands of their own.
GROUPS = (review, disavow, web, bench)
for _group in GROUPS:
    app.add_typer(_group.app, name=_group.__name__.rsplit(".", 1)[-1])


def _version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"backlit {__version__}\n")
        raise typer.Exit


@app.callback()
def _globals(
    context: typer.Context,
    index: Annotated[
        Path, typer.Option("--index", envvar="BACKLIT_INDEX", metavar="DIR", help="The index to use.")
    ] = DEFAULT_INDEX,
    settings: Annotated[
        Path | None,
        typer.Option("--settings", metavar="FILE", help="Settings that differ from the shipped ones."),
    ] = None,
    _asked_version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    context.obj = Globals(index, settings)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 1 an error said in a sentence, 2 wrong usage, 130 stopped."""
    given = global_options_first(list(sys.argv[1:] if arguments is None else arguments))
    if arguments is None and _LONG.intersection(given):
        from backlit.work.priority import give_way

        give_way()
    app(args=given, prog_name="backlit")


#: Commands that write an index: while they run others go first, a server above all. (A file that has such a name gives
#: way too.)
_LONG = frozenset(("add", "compact"))


def global_options_first(arguments: list[str]) -> list[str]:
    """Let ``--index`` and ``--settings`` stand anywhere: move them before the command."""
    first: list[str] = []
    rest: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--":
            rest += [argument, *waiting]
        elif argument in ("--index", "--settings"):
            first += [argument, *([value] if (value := next(waiting, None)) is not None else [])]
        elif argument.startswith(("--index=", "--settings=")):
            first.append(argument)
        else:
            rest.append(argument)
    return first + rest


def _end(sentence: str, code: int) -> NoReturn:
    from backlit.cli.cells import for_terminal

    lines = (for_terminal(line) for line in sentence.splitlines())
    sys.stderr.write("\n".join(lines) + "\n")
    sys.exit(code)
