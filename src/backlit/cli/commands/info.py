"""``backlit info``: what the index holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from backlit.cli import options as o
from backlit.cli.formats import TextFormat

if TYPE_CHECKING:
    from backlit.questions.info import Info


def command(
    context: typer.Context,
    format_: Annotated[TextFormat, typer.Option("--format", help="Shape of the output.")] = TextFormat.text,
    out: o.OutOption = None,
) -> None:
    """Show what the index holds and what made it.

    \b
    Example:
      backlit --index my-index info
    """
    from backlit.cli.cells import for_json
    from backlit.cli.output import write_text
    from backlit.questions.info import info

    found = info(o.opened(context))
    if format_ is TextFormat.json:
        import msgspec

        write_text(
            for_json(msgspec.structs.asdict(found) | {"tables": msgspec.to_builtins(found.tables)}, 1), out
        )
    else:
        write_text(_told(found), out)


def _told(found: Info) -> str:
    """The figures as aligned lines, then one line an input."""
    from backlit.cli.cells import for_terminal
    from backlit.questions.profile_format import plural

    facts = {
        "index": found.path,
        "generation": f"{found.generation}, written {found.created} by backlit {found.code_version}",
        "data of": found.data_date or "unknown",
        "origins": ", ".join(found.origins) or "none",
        "links": f"{found.links:,}",
        "pages": f"{found.pages:,}",
        "domains": f"{found.source_domains:,} that link, {found.target_domains:,} linked to",
        "on disk": f"{found.bytes:,} bytes in {found.buckets} buckets, layout {found.layout}",
        "suffix list": found.suffix_list_date,
        "settings": found.settings_digest,
    }
    lines = [f"{name:<12} {for_terminal(value)}" for name, value in facts.items()]
    lines += ["", f"{plural(len(found.snapshots), 'input')}:"]
    for row in found.snapshots:
        counts = ", ".join(
            plural(row[name], name.removesuffix("s")) for name in ("links", "pages", "problems")
        )
        lines.append(f"  {row['date']}  {row['origin']}  {for_terminal(str(row['input']))}  {counts}")
    return "\n".join(lines)
