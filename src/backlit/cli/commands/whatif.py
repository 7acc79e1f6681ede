"""``backlit whatif``: what links would bring, or what losing some would cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from backlit.cli import options as o
from backlit.cli.formats import TextFormat

if TYPE_CHECKING:
    from backlit.questions.whatif import WhatIfReport


def command(
    context: typer.Context,
    target: Annotated[str, typer.Argument(metavar="TARGET", help="The domain that is asked about.")],
    gain: Annotated[
        list[str] | None, typer.Option("--gain", metavar="DOMAINS", help="Domains that would link to it.")
    ] = None,
    lose: Annotated[
        list[str] | None,
        typer.Option("--lose", metavar="DOMAINS", help="Domains that would no longer, or be ignored."),
    ] = None,
    exact: Annotated[
        bool, typer.Option("--exact", help="Solve the changed graph as well; the bounds need no solving.")
    ] = False,
    release: Annotated[
        str | None,
        typer.Option("--release", metavar="NAME", help="Which release.", show_default="the newest"),
    ] = None,
    threads: Annotated[
        int | None, typer.Option("--threads", min=1, help="Threads to use.", show_default="one a core")
    ] = None,
    format_: Annotated[TextFormat, typer.Option("--format", help="Shape of the output.")] = TextFormat.text,
    out: o.OutOption = None,
) -> None:
    """Show what a domain's authority would be with other links.

    \b
    Example:
      backlit whatif example.com --gain a.com,b.org --lose c.net --exact
    """
    from backlit.cli.cells import for_json
    from backlit.cli.output import write_text
    from backlit.errors import InputError
    from backlit.questions.whatif import whatif

    gained, lost = o.names_in(gain), o.names_in(lose)
    if not gained and not lost:
        raise InputError("Name at least one domain to gain (--gain) or to lose (--lose).")
    said = o.said(context)
    found = whatif(
        said.index,
        target,
        gain=gained,
        lose=lost,
        exact=exact,
        release=release,
        settings=said.load_settings(),
        threads=threads,
    )
    if format_ is TextFormat.json:
        import msgspec

        write_text(for_json(msgspec.to_builtins(found), 1), out)
    else:
        write_text(_told(found), out)


def _told(found: WhatIfReport) -> str:
    from backlit.cli.cells import for_terminal

    lines = [f"{for_terminal(found.target)}  authority {found.authority_now:g} now"]
    for word, names in (("with", found.gain), ("without", found.lose)):
        if names:
            lines.append(f"  {word} links from {for_terminal(', '.join(names))}")
    lines.append(f"  between {found.authority_low:g} and {found.authority_high:g}")
    if found.authority_exact is not None:
        lines.append(f"  {found.authority_exact:g} exactly")
    lines += [f"  {for_terminal(sentence)}" for sentence in found.says]
    lines.append(
        f"  Origin: {for_terminal(found.origin)} · data of {found.data_date or 'unknown date'} · "
        f"generation {found.generation}"
    )
    return "\n".join(lines)
