"""``backlit web``: web-graph releases, the domains (or hosts) of the public web and who links to whom."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from backlit.cli import options as o
from backlit.cli.formats import TextFormat

if TYPE_CHECKING:
    from backlit.work.web_pull import Plan
    from backlit.work.web_rank import Step

#: Downloads of more bytes than this are asked about first.
_ASKED_FROM = 100_000_000

app = typer.Typer(
    help="Web-graph releases: every domain of the public web, and which domains link to it.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

FormatOption = Annotated[TextFormat, typer.Option("--format", help="Shape of the output.")]
MemoryOption = Annotated[
    str | None,
    typer.Option(
        "--memory", metavar="SIZE", help="Memory to use, such as 8GB.", show_default="half of what is free"
    ),
]
ThreadsOption = Annotated[
    int | None, typer.Option("--threads", min=1, help="Threads to use.", show_default="one a core")
]
LinkedOption = Annotated[
    bool,
    typer.Option(
        "--linked",
        help="Store links by their source too: 4 bytes an edge more, and nearly as long a build again.",
    ),
]


@app.command("pull")
def pull(
    context: typer.Context,
    release: Annotated[
        str | None,
        typer.Argument(
            metavar="RELEASE",
            help="A release, or latest; without it, those that are listed.",
            show_default=False,
        ),
    ] = None,
    hosts: Annotated[
        bool, typer.Option("--hosts", help="The graph of hosts instead of that of domains.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before fetching gigabytes.")] = False,
    base: Annotated[
        str | None,
        typer.Option("--base", metavar="URL", help="A mirror.", show_default="https://data.commoncrawl.org"),
    ] = None,
    memory: MemoryOption = None,
    threads: ThreadsOption = None,
    linked: LinkedOption = False,
    format_: FormatOption = TextFormat.text,
) -> None:
    """Fetch a release of Common Crawl's web graph and bring it in.

    A download that was stopped goes on where it was. The files stay in the index, under web/downloads.

    \b
    Example:
      backlit web pull
      backlit web pull cc-main-2026-apr-may-jun --memory 8GB
    """
    from backlit.cli.progress import progress_view, transfer_view
    from backlit.cli.render_web import told_listing, told_pull
    from backlit.work.web_import import memory_of
    from backlit.work.web_pull import SERVER, web_list, web_pull

    server = base or SERVER
    if release is None:
        listed = web_list(server)
        _write({"releases": listed}, told_listing(listed), format_)
        return
    with ExitStack() as stack, transfer_view() as on_transfer:
        shown: list[Callable[[Any], None]] = []

        def on_progress(event: Any) -> None:
            if (
                event.kind != "download"
            ):  # the bars of the import come when the line of the download has ended
                if not shown:
                    shown.append(stack.enter_context(progress_view()))
                shown[0](event)

        summary = web_pull(
            o.said(context).index,
            release,
            "host" if hosts else "domain",
            ask=lambda plan: yes or _agreed(plan),
            base=server,
            memory=memory_of(memory) if memory else None,
            threads=threads,
            linked=linked,
            on_transfer=on_transfer,
            on_progress=on_progress,
        )
    _write(summary, told_pull(summary), format_)
    if summary.state == "declined":
        raise typer.Exit(1)


def _agreed(plan: Plan) -> bool:
    """Whether the user wants so many bytes."""
    from backlit.cli.render_web import told_plan
    from backlit.errors import InputError

    if plan.bytes_to_fetch < _ASKED_FROM:
        return True
    sys.stderr.write(told_plan(plan) + "\n")
    if not sys.stdin.isatty():
        raise InputError("There is nobody to ask: give --yes to fetch it.")
    return typer.confirm("Fetch it?", err=True)


@app.command("import")
def import_(
    context: typer.Context,
    vertices: Annotated[
        Path,
        typer.Argument(metavar="VERTICES", help="A file, a folder of parts, or a list of parts (.paths.gz)."),
    ],
    edges: Annotated[Path, typer.Argument(metavar="EDGES", help="Likewise.")],
    ranks: Annotated[
        Path | None, typer.Argument(metavar="RANKS", help="The publisher's ranks.", show_default=False)
    ] = None,
    name: Annotated[
        str | None,
        typer.Option("--name", help="Name of the release.", show_default="told from the file's name"),
    ] = None,
    memory: MemoryOption = None,
    threads: ThreadsOption = None,
    linked: LinkedOption = False,
    format_: FormatOption = TextFormat.text,
) -> None:
    """Bring a web-graph release in from its text files.

    An import that was stopped goes on where it was when it is run again.

    \b
    Example:
      backlit web import cc-main-2026-apr-may-jun-domain-{vertices,edges,ranks}.txt.gz
    """
    from backlit.cli.progress import progress_view
    from backlit.cli.render_web import told_import
    from backlit.work.web_import import memory_of, web_import

    with progress_view() as on_progress:
        summary = web_import(
            o.said(context).index,
            vertices,
            edges,
            ranks,
            name=name,
            memory=memory_of(memory) if memory else None,
            threads=threads,
            linked=linked,
            on_progress=on_progress,
        )
    _write(summary, told_import(summary), format_)


@app.command("info")
def info(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="RELEASE", help="One release, or two to set side by side; else all.", show_default=False
        ),
    ] = None,
    domain: Annotated[
        list[str] | None,
        typer.Option(
            "--domain", metavar="DOMAIN", help="With two releases: referring domains gained and lost."
        ),
    ] = None,
    most: Annotated[int, typer.Option("--limit", min=0, help="Most domains in each list.")] = 20,
    format_: FormatOption = TextFormat.text,
    out: o.OutOption = None,
) -> None:
    """Show the releases of the index, or what changed from one to another.

    \b
    Example:
      backlit web info
      backlit web info cc-main-2026-mar-apr-may cc-main-2026-apr-may-jun --domain example.com
    """
    from backlit.cli.render_web import told_changes, told_release, told_releases
    from backlit.errors import InputError
    from backlit.questions.web_info import web_changes, web_info, web_release

    index = o.said(context).index
    names = names or []
    wanted = o.names_in(domain)
    if wanted and len(names) != 2:
        raise InputError("--domain asks what changed: name two releases, the older one first.")
    if len(names) > 2:
        raise InputError("Name one release, or two to set side by side.")
    if len(names) == 2:
        changes = web_changes(index, names[0], names[1], wanted, most=most)
        _write(changes, told_changes(changes), format_, out)
    elif names:
        one = web_release(index, names[0])
        _write({"releases": [one]}, told_release(one), format_, out)
    else:
        found = web_info(index)
        _write({"releases": found}, told_releases(found), format_, out)


@app.command("export")
def export(
    context: typer.Context,
    out: Annotated[Path, typer.Argument(metavar="OUT.parquet", help="The file to write.")],
    release: Annotated[
        str | None,
        typer.Option("--release", metavar="NAME", help="Which release.", show_default="the newest"),
    ] = None,
    format_: FormatOption = TextFormat.text,
) -> None:
    """Write one row a domain: names, hosts, degrees and scores, as Parquet.

    \b
    Example:
      backlit web export domains.parquet
    """
    from backlit.cli.progress import progress_view, stages
    from backlit.cli.render_web import told_export
    from backlit.work.web_export import web_export

    with progress_view() as on_progress:
        tell = stages(on_progress)
        summary = web_export(
            o.said(context).index, out, release, on_rows=lambda done, total: tell("writing rows", done, total)
        )
    _write(summary, told_export(summary), format_)


@app.command("rank")
def rank(
    context: typer.Context,
    release: Annotated[
        str | None,
        typer.Argument(metavar="RELEASE", help="Which release.", show_default="the newest"),
    ] = None,
    trust: Annotated[
        list[str] | None,
        typer.Option("--trust", metavar="DOMAINS", help="Domains to put into the trusted core."),
    ] = None,
    distrust: Annotated[
        list[str] | None,
        typer.Option("--distrust", metavar="DOMAINS", help="Domains to keep out of the trusted core."),
    ] = None,
    scale_of: Annotated[
        str | None,
        typer.Option("--scale-of", metavar="RELEASE", help="Use the frozen scale of another ranked release."),
    ] = None,
    memory: MemoryOption = None,
    threads: ThreadsOption = None,
    format_: FormatOption = TextFormat.text,
) -> None:
    """Compute PageRank, harmonic centrality, authority, trust and topics of a release.

    The scores are kept with the release; stopping leaves it the scores it had, and the same command then goes on
    behind the last step that ended.

    \b
    Example:
      backlit web rank
      backlit web rank cc-main-2026-apr-may-jun --trust example.edu --distrust example.net
    """
    from backlit.cli.render_web import told_rank, told_step
    from backlit.work.web_import import memory_of
    from backlit.work.web_rank import web_rank

    def tell(step: Step) -> None:
        sys.stderr.write(told_step(step) + "\n")

    said = o.said(context)
    summary = web_rank(
        said.index,
        release,
        trust=o.names_in(trust),
        distrust=o.names_in(distrust),
        scale_of=scale_of,
        memory=memory_of(memory) if memory else None,
        threads=threads,
        settings=said.load_settings(),
        on_step=tell,
    )
    _write(summary, told_rank(summary), format_)


#: The commands of the group, by name.
COMMANDS = {"pull": pull, "import": import_, "rank": rank, "info": info, "export": export}


def _write(value: Any, text: str, format_: TextFormat, out: Path | None = None) -> None:
    from backlit.cli.cells import for_json
    from backlit.cli.output import write_text

    if format_ is TextFormat.json:
        import msgspec

        write_text(for_json(msgspec.to_builtins(value), indent=1), out)
    else:
        write_text(text, out)
