"""``backlit review``: decisions about links, domains and networks."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from backlit.cli import options as o


class Decided(enum.StrEnum):
    """What can be decided; ``withdraw`` takes an earlier decision back."""

    keep = "keep"
    remove = "remove"
    disavow = "disavow"
    ignore = "ignore"
    withdraw = "withdraw"


class Reviewing(TyperGroup):
    """A group in which a target as first word means ``set``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put ``set`` before anything that is no command."""
        if args and args[0] not in ("-h", "--help") and args[0] not in self.commands:
            args = ["set", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=Reviewing,
    help="Decide about links, domains and networks: keep, remove, disavow or ignore.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("set")
def set_(
    context: typer.Context,
    target: o.TargetArgument,
    decision: Annotated[Decided, typer.Option("--set", help="The decision.")],
    domain: Annotated[
        list[str] | None, typer.Option("--domain", metavar="NAMES", help="Domains or hosts that link.")
    ] = None,
    link: Annotated[
        list[str] | None, typer.Option("--link", metavar="URL", help="A page that links; may be repeated.")
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="URL", help="The page it links to.", show_default="all of TARGET's that are known"
        ),
    ] = None,
    network: Annotated[
        list[str] | None, typer.Option("--network", metavar="KEYS", help="Networks, by their keys.")
    ] = None,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="Why.")] = None,
) -> None:
    """Decide about those who link to TARGET. The word set may be left out.

    The narrower of two decisions wins (link, host, domain, network), of equally narrow ones the later.
    Decisions stay when the index grows, and are kept while an import runs.

    \b
    Example:
      backlit review set example.com --set disavow --domain spam.test --note "bought in 2023"
    """
    from backlit.cli.cells import for_terminal
    from backlit.cli.output import write_text
    from backlit.work.review import review

    done = review(
        o.opened(context),
        target,
        None if decision is Decided.withdraw else decision.value,
        domains=o.names_in(domain),
        links=link or [],
        to=to,
        networks=o.names_in(network),
        note=note,
    )
    word = "taken back" if decision is Decided.withdraw else decision.value
    lines = [f"{one.scope} {for_terminal(one.label)}: {word}" for one in done.reviews]
    write_text("\n".join([*lines, *(for_terminal(sentence) for sentence in done.says)]), None)


@app.command("list")
def list_(
    context: typer.Context,
    target: Annotated[
        str | None, typer.Argument(metavar="TARGET", help="Only those about links to it.", show_default="all")
    ] = None,
    history: Annotated[
        bool, typer.Option("--history", help="Earlier decisions and withdrawals too.")
    ] = False,
    format_: o.FormatOption = None,
    out: o.OutOption = None,
) -> None:
    """List the decisions that stand.

    \b
    Example:
      backlit review list example.com --format json
    """
    from backlit.cli.output import choose_format, write_result
    from backlit.questions.reviews import reviews

    write_result(reviews(o.opened(context), target, history=history), choose_format(format_, out), out)


@app.command("export")
def export(
    context: typer.Context,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The CSV file to write.")],
    history: Annotated[
        bool, typer.Option("--history", help="Earlier decisions and withdrawals too.")
    ] = False,
) -> None:
    """Write all decisions to a CSV file that review import reads.

    \b
    Example:
      backlit review export --out reviews.csv
    """
    from backlit.cli.formats import Format
    from backlit.cli.output import write_result
    from backlit.questions.reviews import reviews

    write_result(reviews(o.opened(context), history=history), Format.csv, out)


@app.command("import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file of reviews.", show_default=False)],
) -> None:
    """Bring in decisions from a CSV file; what is there already is left out.

    Needed are the columns target, scope and decision, and key, or source_url and target_url of a link.

    \b
    Example:
      backlit review import reviews.csv
    """
    from backlit.cli.cells import for_terminal
    from backlit.cli.output import write_text
    from backlit.work.review import import_reviews

    done = import_reviews(o.opened(context), file)
    lines = [f"{done.added:,} of {len(done.reviews):,} decisions were new.", *map(for_terminal, done.says)]
    write_text("\n".join(lines), None)


#: The commands of the group, by name.
COMMANDS = {"set": set_, "list": list_, "export": export, "import": import_}
