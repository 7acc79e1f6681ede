"""Tools on chances: rivals, what they have and the target lacks, targets side by side."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from backlit.questions.chance_columns import BROKEN, GAP, RIVALS
from backlit.server.mcp import answers_chances as a
from backlit.server.mcp.arguments import DomainNames, Limit, Offset, Sort, Target, Where
from backlit.server.mcp.asking import Asking, Told, counted, day, known, many, page, score, share, source
from backlit.server.mcp.tools_listings import label


def standing(band: str, authority: float | None) -> str:
    """A band with its figure."""
    return "authority unknown" if authority is None else f"{band} {score(authority)}"


GAP_WORD = (
    "The link gap: which domains link to rivals and not to the target (mode missing), to both (shared), or to the "
    "target alone (only), those that link to most rivals first. Name the rivals, or find them with the tool rivals. "
    "Many of a gap's domains are platforms or weak: filter with where=\"source_authority >= 40 and source_role = "
    f'other". Columns for where and sort: {", ".join(name for name, kind, _ in GAP if kind != "list")}.'
)


def link_gap(
    ask: Asking,
    target: Target,
    rivals: DomainNames,
    mode: Annotated[Literal["missing", "shared", "only"], Field(description="Which domains.")] = "missing",
    at_least: Annotated[int, Field(ge=1, le=20, description="To how many rivals at least.")] = 1,
    where: Where = None,
    sort: Sort = None,
    limit: Limit = None,
    offset: Offset = 0,
) -> Told[a.LinkGap]:
    from backlit.questions.gap import gap

    most = ask.limit(limit)
    with ask.index_or_graph() as index:
        found = gap(
            index,
            target,
            rivals,
            where,
            sort,
            most,
            offset,
            mode=mode,
            at_least=at_least,
            settings=ask.settings,
        )
        rows = [_gap_row(ask, of) for of in found.rows()]
    cells: Any = found.summary
    fields = page(found.total, offset, len(rows), most)
    answer = a.LinkGap(
        **source(found.provenance, found.notes),
        target=label(target),
        **fields,
        rivals=[
            a.RivalCells(rival=one.rival, sources=one.sources, shared=one.shared, missing=one.missing)
            for one in cells.rivals
        ],
        missing=cells.missing,
        shared=cells.shared,
        only=cells.only,
        rows=rows,
    )
    lines = [
        f"Referring domains: {answer.missing:,} of rivals alone, {answer.shared:,} shared, {answer.only:,} of "
        f"{answer.target} alone.",
        *(
            f"- {one.rival}: {many(one.sources, 'domain')}, {one.shared:,} shared, {one.missing:,} not linking to "
            f"{answer.target}"
            for one in answer.rivals
        ),
        f"Domains ({mode}): {counted(fields, len(rows))}.",
    ]
    for one in rows:
        to = ", ".join(
            each.rival if each.links is None else f"{each.rival} {each.links:,}" for each in one.rival_links
        )
        here = f"; links to {answer.target}: {known(one.target_links)}" if mode != "missing" else ""
        lines.append(
            f"- {one.domain} [{standing(one.band, one.authority)}]; {f'to {to}' if to else 'to no rival'}{here}; "
            f"followed {known(one.follow_links)}, in content {known(one.content_links)}; last seen "
            f"{one.last_seen or 'unknown'}"
        )
    return Told(answer, lines)


def _gap_row(ask: Asking, of: dict[str, Any]) -> a.GapRow:
    return a.GapRow(
        domain=ask.name(of["source_domain"]),
        authority=of["source_authority"],
        band=ask.band(of["source_authority"]),
        rivals=of["rivals"],
        rival_links=[a.RivalLinks(rival=one["rival"], links=one["links"]) for one in of["rival_links"]],
        target_links=of["target_links"],
        follow_links=of["follow_links"],
        content_links=of["content_links"],
        last_seen=day(of["last_seen"]),
    )


RIVALS_WORD = (
    "Which domains are like the target by who links to them: those that its referring domains link to as well. Take "
    "them for link_gap and compare after a look: likeness by links is not competition in a market, and in a small "
    f"index it may be chance. Columns for where and sort: {', '.join(name for name, _, _ in RIVALS)}."
)


def rivals(
    ask: Asking,
    target: Target,
    where: Where = None,
    sort: Sort = None,
    limit: Limit = None,
    offset: Offset = 0,
) -> Told[a.Rivals]:
    from backlit.questions.rivals import rivals as question

    most = ask.limit(limit)
    with ask.index_or_graph() as index:
        found = question(index, target, where, sort, most, offset, settings=ask.settings)
        rows = [
            a.Rival(
                domain=ask.name(of["domain"]),
                **{name: of[name] for name in ("score", "shared", "share", "referring_domains", "authority")},
                band=ask.band(of["authority"]),
            )
            for of in found.rows()
        ]
    fields = page(found.total, offset, len(rows), most)
    answer = a.Rivals(**source(found.provenance, found.notes), target=label(target), rows=rows, **fields)
    lines = [f"Domains linked like {answer.target}: {counted(fields, len(rows))}."]
    lines += [
        f"- {one.domain} [{standing(one.band, one.authority)}]; likeness {one.score:g}; shares {one.shared:,} of its "
        f"{many(one.referring_domains, 'referring domain')}, {share(one.share)} of those of {answer.target}"
        for one in rows
    ]
    return Told(answer, lines)


COMPARE_WORD = (
    "Two or more targets side by side: referring domains by band, links, followed and content shares, authority, new "
    "and lost domains, and what each shares with the first. Links of a target to itself are left out, so figures can "
    "be lower than in profile."
)


def compare(
    ask: Asking,
    targets: Annotated[
        list[str],
        Field(min_length=2, max_length=20, description="What to compare; others are held against the first.",
              examples=[["python.org", "wikipedia.org"]]),
    ],
) -> Told[a.Comparison]:  # fmt: skip
    from backlit.questions.compare import compare as question

    with ask.index_or_graph() as index:
        found = question(index, targets, settings=ask.settings)
        rows = [
            a.Side(
                **{name: of[name] for name in a.Side.model_fields if name != "band"},
                band=ask.band(of["authority"]),
            )
            for of in found.rows()
        ]
    summary: Any = found.summary
    answer = a.Comparison(**source(found.provenance, found.notes), window_days=summary.window_days, rows=rows)
    lines = [
        f"- {one.target} [{standing(one.band, one.authority)}]: {many(one.referring_domains, 'referring domain')} "
        f"({known(one.excellent_domains)} excellent, {known(one.okay_domains)} okay, {known(one.weak_domains)} weak, "
        f"{known(one.unranked_domains)} of unknown authority), {many(one.links, 'link')}; followed "
        f"{share(one.follow_share)}, in content {share(one.content_share)}; new {known(one.new_domains)} and lost "
        f"{known(one.lost_domains)} domains in {answer.window_days} days; {known(one.shared_domains)} shared with "
        f"{rows[0].target}"
        for one in rows
    ]
    return Told(answer, lines)


BROKEN_WORD = (
    "Broken backlinks: pages of a target that are linked to and answered with an error when they were last asked for, "
    "those that lose most first, with the strongest page that links. A page that was never asked for is unknown, not "
    "broken. Mend them with a redirect or by asking for a new address. Columns for where and sort: "
    f"{', '.join(name for name, _, _ in BROKEN)}."
)


def broken_backlinks(
    ask: Asking,
    target: Target,
    state: Annotated[
        Literal["broken", "redirect", "fine", "unknown", "all"], Field(description="Pages in which state.")
    ] = "broken",
    where: Where = None,
    sort: Sort = None,
    limit: Limit = None,
    offset: Offset = 0,
) -> Told[a.Broken]:
    from backlit.questions.broken import broken

    most = ask.limit(limit)
    with ask.site(target) as site:
        found = broken(site.index, site.target, where, sort, most, offset, state=state, settings=ask.settings)
        rows = [_broken(ask, of) for of in found.rows()]
    checked: Any = found.summary
    fields = page(found.total, offset, len(rows), most)
    answer = a.Broken(
        **source(found.provenance, found.notes),
        target=label(target),
        **fields,
        linked_pages=checked.linked,
        broken=checked.broken,
        redirects=checked.redirects,
        fine=checked.fine,
        unknown=checked.unknown,
        rows=rows,
    )
    lines = [f"Pages of {answer.target} ({state}): {counted(fields, len(rows))}."]
    for one in rows:
        status = "" if one.status is None else f" {one.status}"
        why = f"{one.cause or one.state}{status} on {one.checked_at or 'an unknown day'}"
        if one.state == "unknown" and one.checked_at is None:
            why = "never asked for here"
        source_ = one.strongest_source or "a source of unknown authority"
        strongest = (
            f", strongest {source_} [{standing(ask.band(one.strongest_authority), one.strongest_authority)}]"
        )
        leads = f"; leads to {one.redirects_to}" if one.redirects_to else ""
        lines.append(
            f"- {one.target_url}: {why}; {many(one.links, 'link')} from "
            f"{many(one.referring_domains, 'domain')}{strongest}"
            + (f" at {one.strongest_page}" if one.strongest_page else "")
            + leads
        )
    return Told(answer, lines)


def _broken(ask: Asking, of: dict[str, Any]) -> a.BrokenPage:
    same = ("state", "status", "cause", "links", "follow_links", "referring_domains", "strongest_authority")
    return a.BrokenPage(
        target_url=ask.address(of["target_url"]),
        **{name: of[name] for name in same},
        checked_at=day(of["checked_at"]),
        strongest_source=None if of["strongest_source"] is None else ask.name(of["strongest_source"]),
        strongest_page=ask.address(of["strongest_page"]),
        redirects_to=ask.address(of["redirects_to"]),
    )
