"""The commands of ``backlit disavow`` that are about a target: write, simulate, requests, sent, dossier."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from backlit.cli import options as o
from backlit.cli.formats import TextFormat

if TYPE_CHECKING:
    from backlit.questions.disavow_links import LinkVerdict
    from backlit.questions.disavow_plan import Plan

OwnOption = Annotated[
    list[str] | None, typer.Option("--own", metavar="DOMAINS", help="Your own domains, never to be listed.")
]
BrandOption = Annotated[
    list[str] | None,
    typer.Option("--brand", metavar="NAMES", help="Your brands: domains named so are never listed."),
]
VerdictsOption = Annotated[
    Path | None,
    typer.Option(
        "--verdicts",
        metavar="FILE",
        help="Verdicts about links, as JSON lines or Parquet.",
        show_default="as by backlit audit",
    ),
]
ForceOption = Annotated[bool, typer.Option("--force", help="List sources of real equity too.")]
DateOption = Annotated[
    str | None, typer.Option("--date", metavar="DAY", help="The day in the comments.", show_default="today")
]
ShapeOption = Annotated[TextFormat, typer.Option("--format", help="Shape of the output.")]


def write(
    context: typer.Context,
    target: o.TargetArgument,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write, a name in .txt.")],
    kind: o.KindOption = None,
    own: OwnOption = None,
    brand: BrandOption = None,
    verdicts: VerdictsOption = None,
    force: ForceOption = False,
    date: DateOption = None,
    format_: ShapeOption = TextFormat.text,
) -> None:
    """Write a disavow file from your decisions and from risky verdicts.

    A machine-readable twin with every reason goes beside it, its name ending in .json. Nothing is listed
    because it is worthless or waits for review. If no entry is called for, no file is written, and why is told.

    \b
    Example:
      backlit disavow write example.com --own example.org --out disavow.txt
    """
    from backlit.cli.cells import for_json
    from backlit.cli.output import write_text
    from backlit.cli.render_disavow import told_plan
    from backlit.errors import InputError

    if out.suffix.lower() != ".txt":
        raise InputError(f"{out} must end in .txt: another name is not taken.")
    plan = _plan(context, target, kind, own, brand, verdicts, force, date)
    if plan.entries:
        write_text(plan.text, out)
    document = for_json(_builtins(plan), 1)
    write_text(document, out.with_suffix(".json"))
    write_text(document if format_ is TextFormat.json else told_plan(plan, out), None)


def simulate(
    context: typer.Context,
    target: o.TargetArgument,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="A disavow file.", show_default="what disavow write would list"),
    ] = None,
    kind: o.KindOption = None,
    own: OwnOption = None,
    brand: BrandOption = None,
    verdicts: VerdictsOption = None,
    force: ForceOption = False,
    release: Annotated[
        str | None,
        typer.Option(
            "--release", metavar="NAME", help="Which web-graph release.", show_default="the newest ranked"
        ),
    ] = None,
    threads: Annotated[
        int | None, typer.Option("--threads", min=1, help="Threads to use.", show_default="one a core")
    ] = None,
    format_: ShapeOption = TextFormat.text,
    out: o.OutOption = None,
) -> None:
    """Show what a disavow file would cost: equity and authority without the links that it names.

    The graph is solved anew without them. Entries that match no link, or only nofollow or hidden ones,
    are named.

    \b
    Example:
      backlit disavow simulate example.com disavow.txt
    """
    from backlit.cli.cells import for_json
    from backlit.cli.output import write_text
    from backlit.cli.render_disavow import told_simulation
    from backlit.questions.disavow_files import read_disavow_file
    from backlit.questions.disavow_simulate import simulate_disavow
    from backlit.questions.disavow_text import entry_of

    rules = o.said(context).load_settings()
    notes: list[str] = []
    if file is not None:
        read, _ = read_disavow_file(file, rules)
        entries = read.entries
        faulty = sum(line.kind == "faulty" for line in read.lines)
        if faulty:
            count = "1 faulty line" if faulty == 1 else f"{faulty:,} faulty lines"
            notes.append(f"{file} has {count}, left out: see `backlit disavow check`.")
    else:
        plan = _plan(context, target, kind, own, brand, verdicts, force, None)
        entries = [entry_of(one) for one in plan.entries]
    found = simulate_disavow(
        o.opened(context),
        o.target_of(target, kind),
        entries,
        release=release,
        settings=rules,
        threads=threads,
    )
    if format_ is TextFormat.json:
        document = _builtins(found)
        document["says"] += notes
        write_text(for_json(document, 1), out)
    else:
        write_text(told_simulation(found, notes), out)


def requests(
    context: typer.Context,
    target: o.TargetArgument,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder for the texts.")],
    kind: o.KindOption = None,
    verdicts: VerdictsOption = None,
) -> None:
    """Write a text for each linking site that asks for its links to be removed.

    Asked are sites decided remove or disavow, and risky ones not decided otherwise. Nothing is sent: send
    the texts yourself, and record it with disavow sent.

    \b
    Example:
      backlit disavow requests example.com --out requests
    """
    from backlit.cli.cells import for_terminal
    from backlit.cli.output import write_text
    from backlit.errors import InputError
    from backlit.questions.disavow_dossier import removal_requests

    asked = o.target_of(target, kind)
    found = removal_requests(o.opened(context), asked, verdicts=_verdicts(context, target, kind, verdicts))
    if not found:
        write_text(
            "No site is to be asked: none is decided remove or disavow, and no risky verdict was given.", None
        )
        return
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise InputError(f"{out} cannot be made a folder: {exc.strerror}.") from exc
    for one in found:
        write_text(one.text, out / f"{_file_name(one.site)}.txt")
    lines = [
        f"{for_terminal(one.site)}: {one.links:,} {'link' if one.links == 1 else 'links'}" for one in found
    ]
    lines.append(
        f"{len(found):,} {'text' if len(found) == 1 else 'texts'} written to {for_terminal(str(out))}."
    )
    write_text("\n".join(lines), None)


def sent(
    context: typer.Context,
    target: o.TargetArgument,
    domain: Annotated[list[str], typer.Option("--domain", metavar="NAMES", help="Whose owners were asked.")],
    date: Annotated[
        str | None, typer.Option("--date", metavar="DAY", help="The day they were.", show_default="today")
    ] = None,
    way: Annotated[
        str | None, typer.Option("--way", metavar="TEXT", help="How, such as mail or form.")
    ] = None,
    note: Annotated[
        str | None, typer.Option("--note", metavar="TEXT", help="What to remember of it.")
    ] = None,
) -> None:
    """Record that owners were asked to remove their links.

    \b
    Example:
      backlit disavow sent example.com --domain spam.test --way mail --date 2026-03-01
    """
    from backlit.cli.output import write_text
    from backlit.work.review import record_requests

    new = record_requests(
        o.opened(context), target, o.names_in(domain), day=date or _today(), way=way, note=note
    )
    write_text(f"{new:,} {'request was' if new == 1 else 'requests were'} recorded.", None)


def dossier(
    context: typer.Context,
    target: o.TargetArgument,
    kind: o.KindOption = None,
    own: OwnOption = None,
    brand: BrandOption = None,
    verdicts: VerdictsOption = None,
    force: ForceOption = False,
    date: DateOption = None,
    format_: ShapeOption = TextFormat.text,
    out: o.OutOption = None,
) -> None:
    """Gather the facts for a manual action: evidence by operator, requests, what was removed.

    It says so where a disavow file would be pointless.

    \b
    Example:
      backlit disavow dossier example.com --out dossier.md
    """
    from backlit.cli.cells import for_json
    from backlit.cli.output import write_text
    from backlit.cli.render_disavow import told_dossier
    from backlit.questions.disavow_dossier import dossier as gather

    plan = _plan(context, target, kind, own, brand, verdicts, force, date)
    found = gather(o.opened(context), o.target_of(target, kind), plan)
    write_text(for_json(_builtins(found), 1) if format_ is TextFormat.json else told_dossier(found), out)


def _plan(
    context: typer.Context,
    target: str,
    kind: o.Kind | None,
    own: list[str] | None,
    brand: list[str] | None,
    verdicts: Path | None,
    force: bool,
    date: str | None,
) -> Plan:
    from backlit.questions.disavow_plan import disavow_plan

    return disavow_plan(
        o.opened(context),
        o.target_of(target, kind),
        verdicts=_verdicts(context, target, kind, verdicts),
        own=o.names_in(own),
        brands=o.names_in(brand),
        force=force,
        date=date or _today(),
        settings=o.said(context).load_settings(),
    )


def _verdicts(
    context: typer.Context, target: str, kind: o.Kind | None, file: Path | None
) -> list[LinkVerdict]:
    """Those of the file, else those that an audit gives."""
    if file is not None:
        from backlit.questions.disavow_links import given_verdicts

        return given_verdicts(file)
    from backlit.questions.verdict_rows import link_verdicts

    asked = o.target_of(target, kind)
    return link_verdicts(o.opened(context), asked, settings=o.said(context).load_settings())


def _builtins(found: Any) -> Any:
    import msgspec

    return msgspec.to_builtins(found)


def _today() -> str:
    return datetime.datetime.now(datetime.UTC).date().isoformat()


def _file_name(site: str) -> str:
    return "".join(mark if mark.isalnum() or mark in ".-_" else "_" for mark in site)
