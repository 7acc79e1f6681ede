"""``backlit explain``: one verdict with every point of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from backlit.cli import options as o

if TYPE_CHECKING:
    from backlit.questions.explain import Explained


#: Half of all link_ids begin with a minus.
CONTEXT = {"ignore_unknown_options": True}


def command(
    context: typer.Context,
    link: Annotated[
        str, typer.Argument(metavar="LINK", help="A link_id, or the address of the page it stands on.")
    ],
    target: Annotated[
        str | None, typer.Option("--target", metavar="TARGET", help="Only links to this target.")
    ] = None,
    format_: Annotated[
        str, typer.Option("--format", metavar="text|json", help="Shape of the output.")
    ] = "text",
) -> None:
    """Explain the verdict on a link, point by point.

    \b
    Example:
      backlit explain https://blog.example.net/post --target example.com
      backlit explain 4611686018427387904 --format json
    """
    from backlit.cli.output import write_text
    from backlit.questions.explain import explain

    said = o.said(context)
    found = explain(o.opened(context), link, target, settings=said.load_settings())
    if format_ == "json":
        import msgspec

        from backlit.cli.cells import for_json

        write_text(for_json(msgspec.to_builtins(found), indent=1), None)
        return
    if format_ != "text":
        raise typer.BadParameter("The output is text or json.", param_hint="--format")
    write_text("\n\n".join(_text(one) for one in found), None)


def _places(one: Explained) -> list[str]:
    """Where the page lies, and which rules said where on it the link stands and whether it is seen."""
    from backlit.text.visible import visible

    def by(rule: str | None) -> str:
        return f", by the rule {visible(rule, 100)}" if rule else ""

    if one.archive_file is None:
        page = "the index knows no archive that holds it"
    elif one.archive_offset is None:
        page = visible(one.archive_file, 200)
    else:
        page = f"{visible(one.archive_file, 200)}, offset {one.archive_offset}"
        page += f", {one.archive_length} bytes" if one.archive_length is not None else ""
    hidden = "unknown" if one.hidden is None else "yes" if one.hidden else "no"
    place = "" if one.position is None else f", link {one.position + 1} of the page"
    return [
        f"  link_id    {one.link_id}",
        f"  page       {page}",
        f"  placement  {one.placement or 'unknown'}{by(one.placement_rule)}{place}",
        f"  hidden     {hidden}{by(one.hidden_rule)}",
        f"  seen       {one.first_seen or 'unknown'} to {one.last_seen or 'unknown'}",
    ]


def _text(one: Explained) -> str:
    from backlit.text.visible import visible

    def seen(text: str | None, most: int = 100) -> str:
        return visible(text, most) if text else "–"

    lines = [
        f"{one.verdict.upper()}: {one.reason}",
        f"{seen(one.source_url, 160)}",
        f"  → {seen(one.target_url, 160)}",
        f"anchor “{seen(one.anchor)}” · rel {'unknown' if one.rel is None else seen(one.rel)} · {one.counts}",
    ]
    if one.text_before or one.text_after:
        lines.append(f"… {seen(one.text_before, 120)} [link] {seen(one.text_after, 120)} …")
    if one.network:
        lines.append(f"part of the network {one.network}")
    lines.append("")
    lines.append(f"Toxicity {one.toxicity:g} of 100")
    for item in one.evidence:
        clause = f" [{item['clause']}]" if item["clause"] else ""
        lines.append(
            f"  {item['points']:+8.2f}  {item['family']:<12} {visible(item['sentence'], 200)}{clause}"
        )
    quality = "unknown" if one.quality is None else f"{one.quality:g} of 100"
    lines += [
        "",
        f"Quality {quality}, resting on {100 * one.confidence:.0f} % of what would be known at best",
    ]
    for term in one.quality_terms:
        points = "   unknown" if term["points"] is None else f"{term['points']:+8.2f}  "
        most = "" if term["most"] is None else f" (at most {term['most']:g})"
        lines.append(f"  {points}{term['id']:<12} {term['sentence']}{most}")
    lines += ["", "Where to look", *_places(one)]
    lines.append(
        f"Origin: {', '.join(one.origins) or 'none'} · data of {one.data_date or 'unknown date'} · "
        f"generation {one.generation}"
    )
    return "\n".join(lines)
