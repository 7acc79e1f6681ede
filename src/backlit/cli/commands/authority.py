"""``backlit authority``: how much authority domains have, and where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from backlit.cli import options as o
from backlit.cli.formats import TextFormat

if TYPE_CHECKING:
    from backlit.questions.authority import AuthorityReport, Movement, Parts


def command(
    context: typer.Context,
    domains: Annotated[list[str], typer.Argument(metavar="DOMAIN", help="One domain or more.")],
    release: Annotated[
        str | None,
        typer.Option("--release", metavar="NAME", help="Which release.", show_default="the newest ranked"),
    ] = None,
    before: Annotated[
        str | None,
        typer.Option("--before", metavar="NAME", help="An earlier ranked release, to explain the movement."),
    ] = None,
    top: Annotated[int, typer.Option("--limit", min=0, help="Most referring domains to show.")] = 10,
    format_: Annotated[TextFormat, typer.Option("--format", help="Shape of the output.")] = TextFormat.text,
    out: o.OutOption = None,
) -> None:
    """Show the authority of domains, its parts, and the referring domains that carry it.

    From a ranked web-graph release for any domain of the public web; without one, from this index alone.

    \b
    Example:
      backlit authority example.com example.org
      backlit authority example.com --before cc-main-2026-mar-apr-may
    """
    from backlit.cli.cells import for_json
    from backlit.cli.output import write_text
    from backlit.questions.authority import authority

    said = o.said(context)
    found = authority(
        said.index, domains, release=release, before=before, top=top, settings=said.load_settings()
    )
    if format_ is TextFormat.json:
        import msgspec

        write_text(for_json(msgspec.to_builtins(found), 1), out)
    else:
        write_text("\n\n".join(map(_told, found)), out)


_CORE_WORDS = {True: "a trusted site itself", False: "not one of the trusted sites"}


def _told(one: AuthorityReport) -> str:
    from backlit.cli.cells import for_terminal
    from backlit.questions.profile_format import both_names

    score = "unknown" if one.authority is None else f"{one.authority:g} ({one.band})"
    lines = [f"{for_terminal(both_names(one.domain))}  authority {score}"]
    facts = {
        "rank": f"{one.position:,} of {one.domains:,} domains" if one.position is not None else None,
        "above": f"{one.percentile:g} % of domains" if one.percentile is not None else None,
        "trust": f"{one.trust:.3f}" if one.trust is not None else None,
        "core": None if one.in_core is None else _CORE_WORDS[one.in_core],
        "referring": f"{one.referring_domains:,} domains" if one.referring_domains is not None else None,
        "links to": f"{one.linked_domains:,} domains" if one.linked_domains is not None else None,
        "hosts": f"{one.hosts:,}" if one.hosts is not None else None,
        "pagerank": f"{one.pagerank:.4g}" if one.pagerank is not None else None,
        "harmonic": f"{one.harmonic_centrality:,.1f}" if one.harmonic_centrality is not None else None,
    }
    lines += [f"  {name:<10} {value}" for name, value in facts.items() if value is not None]
    if one.parts is not None:
        lines += _parts(one.parts)
    if one.topics:
        shares = ", ".join(f"{name} {100 * share:.0f} %" for name, share in list(one.topics.items())[:5])
        lines.append(f"  topics     {shares}")
    if one.carriers:
        lines.append("  carried by (share of its rank, own authority)")
        for carrier in one.carriers:
            share = "   –  " if carrier.share is None else f"{100 * carrier.share:5.1f} %"
            lines.append(
                f"    {share}  {carrier.authority:6.2f} {carrier.band:<11} {for_terminal(carrier.domain)}"
            )
    if one.movement is not None:
        lines += _movement(one.movement, one.before or "")
    elif one.before is not None and one.found:
        lines.append(f"  movement   unknown: it is not in {for_terminal(one.before)}")
    lines += [f"  {for_terminal(sentence)}" for sentence in one.says]
    lines.append(
        f"  Origin: {for_terminal(one.origin)} · data of {one.data_date or 'unknown date'} · "
        f"generation {one.generation}"
    )
    return "\n".join(lines)


def _parts(parts: Parts) -> list[str]:
    lines = []
    if parts.from_links is not None and parts.from_core is not None:
        lines.append(
            f"  parts      {100 * parts.from_links:.1f} % from links, {100 * parts.from_core:.1f} % as a trusted site; "
            f"{parts.authority_of_rank:g} by rank alone"
            + (f", {parts.steadied_by:g} taken off by reach" if parts.steadied_by is not None else "")
        )
    if parts.own_loops:
        lines.append(
            f"  own loops  {100 * parts.own_loops:.1f} % of what arrives is its own rank come back: left out"
        )
    if parts.half_from is not None:
        lines.append(
            f"  half       of what links give comes from {parts.half_from:,} of {parts.referring:,} domains"
        )
    return lines


def _movement(moved: Movement, before: str) -> list[str]:
    from backlit.cli.cells import for_terminal

    causes = {
        "links gained": moved.links_gained,
        "links lost": moved.links_lost,
        "sources changed": moved.sources_changed,
        "core changed": moved.core_changed,
        "scale changed": moved.scale_changed,
        "reach changed": moved.reach_changed,
    }
    lines = [f"  since {for_terminal(before)}: {moved.before:g} → {moved.after:g}"]
    lines += [f"    {value:+7.2f}  {name}" for name, value in causes.items() if value]
    return lines
