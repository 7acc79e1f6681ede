"""Tools on verdicts: the audit, one verdict in full, networks."""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import Field

from backlit.questions.columns import AUDIT, NETWORKS
from backlit.server.mcp import answers_verdicts as a
from backlit.server.mcp.arguments import Limit, Offset, Sort, Target, Where
from backlit.server.mcp.asking import Asking, Told, counted, known, many, page, seen, share, source
from backlit.server.mcp.tools_listings import followed, said
from backlit.server.mcp.tools_standing import gap, gap_lines

_SHOWN = tuple(name for name, _, _ in AUDIT if name not in ("evidence", "quality_terms"))

AUDIT_WORD = (
    "Are the links to a target risky? What the verdicts come to (risky, review, worthless, fine; clauses of Google's "
    "link-spam policy; networks), then the links that are risky or to be reviewed, worst groups first; others with "
    "where. Toxicity is likeness to link schemes on generated worlds: no search engine was asked, and a penalty cannot "
    "be told from it. Only risky calls for action, and most sites have none. The first call on a large index may take "
    f'minutes. Columns for where and sort: {", ".join(_SHOWN)}. Example: where="verdict = worthless".'
)


#: Listed unless others are asked for: what calls for a person.
_TO_LOOK_AT = "verdict in (risky, review)"


def audit(
    ask: Asking,
    target: Target,
    where: Where = None,
    sort: Sort = None,
    limit: Limit = None,
    offset: Offset = 0,
) -> Told[a.Audit]:
    from backlit.questions.audit import audit as question
    from backlit.questions.risk import risk

    most = ask.limit(limit)
    with ask.site(target) as site:
        found = question(
            site.index, site.target, where or _TO_LOOK_AT, sort, most, offset, columns=_SHOWN,
            settings=ask.settings, progress=ask.progress,
        )  # fmt: skip
        listed = found.rows()
        whole = risk(site.index, site.target, settings=ask.settings)
        label = site.target.label
    rows = [
        a.Judged(
            link_id=str(of["link_id"]),
            source_url=ask.address(of["source_url"]),
            target_url=ask.address(of["target_url"]),
            anchor=ask.foreign(of["anchor"]),
            **{name: of[name] for name in ("verdict", "toxicity", "quality", "counts", "reason", "network")},
            **{name: of[name] for name in ("decision", "follow", "placement")},
        )
        for of in listed
    ]
    fields = page(found.total, offset, len(rows), most)
    answer = a.Audit(
        **source(found.provenance, found.notes),
        target=label,
        **fields,
        summary=ask.name(whole.summary),
        basis=whole.basis,
        judged_links=whole.judged_links,
        live_links=whole.live_links,
        verdicts=[
            a.VerdictCount(verdict=one.verdict, links=one.links, referring_domains=one.referring_domains)
            for one in whole.verdicts
        ],
        weight_risky=whole.weight.risky,
        weight_review=whole.weight.review,
        clauses=[
            a.Clause(
                **{name: getattr(one, name) for name in ("clause", "about", "links", "referring_domains")},
                level=one.level or "unknown",
            )
            for one in whole.clauses
            if one.links
        ],
        networks=whole.network_count,
        unjudged=[gap(one) for one in whole.unjudged],
        rows=rows,
    )
    what = "Links that are risky or to be reviewed" if where is None else "Links asked for"
    return Told(answer, _audit_lines(answer, fields, what))


def _audit_lines(one: a.Audit, fields: dict[str, Any], what: str) -> list[str]:
    words = ", ".join(f"{each.links:,} {each.verdict}" for each in one.verdicts)
    lines = [
        f"Verdicts on links to {one.target}: {words}, of {one.judged_links:,} judged ({one.live_links:,} live).",
        one.summary,
    ]
    if one.weight_risky is not None:
        lines.append(
            f"Of the weight of followed links {share(one.weight_risky)} is risky, {share(one.weight_review)} to review."
        )
    if one.networks:
        lines.append(f"{many(one.networks, 'network')} linking here: see the tool networks.")
    lines += [
        f"- {each.clause}, {each.about}: {known(each.links)} links of {known(each.referring_domains)} domains, level "
        f"{each.level}"
        for each in one.clauses
    ]
    lines.append(f"{what}: {counted(fields, len(one.rows))}.")
    for each in one.rows:
        network = f", network {each.network}" if each.network else ""
        decided = f", decided: {each.decision}" if each.decision else ""
        lines.append(
            f"- {each.verdict.upper()} ({each.reason or 'no reason given'}): {each.source_url} → {each.target_url} "
            f"{said(each.anchor)}; toxicity {known(each.toxicity)}, quality {known(each.quality)}, "
            f"{followed(each.follow)}, {each.placement or 'placement unknown'}{network}{decided}; "
            f"link_id {each.link_id}"
        )
    return lines + gap_lines(one.unjudged)


EXPLAIN_WORD = (
    "Is this link risky, and why? One verdict in full: every point of its toxicity and quality, the clause of the "
    "policy, the rule that found its place on the page, and where the page can be read again. Name the link by the "
    "link_id that links and audit give, or by the address of its page (then target narrows it)."
)


def explain_link(
    ask: Asking,
    link: Annotated[
        str,
        Field(
            min_length=1, max_length=2048, description="A link_id, or the source_url of the page that links."
        ),
    ],
    target: Annotated[str | None, Field(max_length=2048, description="Only links to this target.")] = None,
) -> Told[a.Explanations]:
    from backlit.questions.explain import explain

    with ask.index() as index:
        found = explain(index, link, target, settings=ask.settings, progress=ask.progress)
    first = found[0]
    answer = a.Explanations(
        data_date=first.data_date,
        origin=", ".join(first.origins) or "none",
        generation=first.generation,
        notes=[_BASIS],
        links=[_explained(ask, one) for one in found[:_MOST_EXPLAINED]],
    )
    if len(found) > _MOST_EXPLAINED:
        answer.notes.append(
            f"The page has {len(found)} such links; {_MOST_EXPLAINED} are explained: name others by link_id."
        )
    return Told(answer, [line for one in answer.links for line in _explained_lines(ask, one)])


_MOST_EXPLAINED = 5
_BASIS = "Toxicity is what link schemes look like on generated worlds, as a probability; no search engine was asked."


def _explained(ask: Asking, one: Any) -> a.Explained:
    archive = None
    if one.archive_file is not None:
        offset = "" if one.archive_offset is None else f", offset {one.archive_offset}"
        archive = f"{ask.name(one.archive_file)}{offset}"
    same = (
        *(
            "follow",
            "placement",
            "hidden",
            "hidden_rule",
            "first_seen",
            "last_seen",
            "verdict",
            "reason",
            "counts",
        ),
        *("toxicity", "quality", "confidence", "network"),
    )
    return a.Explained(
        link_id=str(one.link_id),
        source_url=ask.address(one.source_url),
        target_url=ask.address(one.target_url),
        anchor=ask.foreign(one.anchor),
        text_before=ask.foreign(one.text_before),
        text_after=ask.foreign(one.text_after),
        rel=ask.foreign(one.rel),
        placement_rule=ask.foreign(one.placement_rule),
        **{name: getattr(one, name) for name in same},
        evidence=[
            a.Evidence(
                points=item["points"],
                sentence=ask.name(item["sentence"]),
                family=item["family"],
                clause=item["clause"],
            )
            for item in one.evidence
        ],
        quality_terms=[
            a.Evidence(points=term["points"], sentence=ask.name(term["sentence"]), family=term["id"])
            for term in one.quality_terms
        ],
        archive=archive,
    )  # fmt: skip


def _explained_lines(ask: Asking, one: a.Explained) -> list[str]:
    hidden = "" if one.hidden is False else f", hidden: {known(one.hidden)}"
    around = ""
    if one.text_before or one.text_after:
        around = f"Around it: {said(one.text_before)} [link] {said(one.text_after)}"
    told = sorted(one.evidence, key=lambda item: -abs(item.points or 0))[: ask.rules.sentences]
    left = len(one.evidence) - len(told)
    lines = [
        f"{one.verdict.upper()}: {one.reason}. {one.source_url} → {one.target_url} {said(one.anchor)} "
        f"(link_id {one.link_id})",
        f"{followed(one.follow)}, {one.placement or 'placement unknown'}{hidden}; {one.counts}; "
        f"{seen(one.first_seen, one.last_seen)}"
        + (f"; part of network {one.network}" if one.network else ""),
    ]
    lines += [around] if around else []
    lines.append(f"Toxicity {one.toxicity:g} of 100:")
    lines += [
        f"  {item.points or 0:+.2f} {item.sentence}" + (f" [clause {item.clause}]" if item.clause else "")
        for item in told
    ]
    lines += [f"  and {left} smaller points in the structured answer"] if left > 0 else []
    lines.append(
        f"Quality {known(one.quality)} of 100, resting on {100 * one.confidence:.0f}% of what would be known at best:"
    )
    lines += [
        f"  {'unknown' if term.points is None else f'{term.points:+.2f}'} {term.sentence}"
        for term in one.quality_terms
    ]
    if one.archive:
        lines.append(f"The page lies in {one.archive}.")
    return lines


NETWORKS_WORD = (
    "Networks among the sites that link to a target: sites that are joined by more than chance (owners, templates, "
    "exchange), what joins them, and how much followed weight they carry. A network is one decision, not one for each "
    f"link. Most sites have none. Columns for where and sort: {', '.join(name for name, _, _ in NETWORKS)}."
)


def networks(
    ask: Asking,
    target: Target,
    where: Where = None,
    sort: Sort = None,
    limit: Limit = None,
    offset: Offset = 0,
) -> Told[a.Networks]:
    from backlit.questions.networks import networks as question

    most = ask.limit(limit)
    with ask.site(target) as site:
        found = question(
            site.index, site.target, where, sort, most, offset, settings=ask.settings, progress=ask.progress
        )
        label = site.target.label
    rows = [
        a.Network(
            **{
                name: of[name] for name in ("network", "sites", "domains", "links", "follow_links", "targets")
            },
            **{name: of[name] for name in ("toxicity", "weight_share")},
            examples=[ask.name(name) for name in of["examples"].removesuffix(" …").split(", ")],
            proofs=[ask.name(proof["sentence"]) for proof in json.loads(of["proofs"])],
        )
        for of in found.rows()
    ]
    fields = page(found.total, offset, len(rows), most)
    answer = a.Networks(**source(found.provenance, found.notes), target=label, rows=rows, **fields)
    lines = [f"Networks that link to {label}: {counted(fields, len(rows))}."]
    for one in rows:
        lines.append(
            f"- {one.network}: {many(one.sites, 'site')}, {many(one.links, 'link')} ({one.follow_links:,} followed), "
            f"mean toxicity {one.toxicity:g}, {share(one.weight_share)} of the followed weight; for example "
            f"{', '.join(one.examples)}"
        )
        lines += [f"    {proof}" for proof in one.proofs[: ask.rules.sentences]]
    return Told(answer, lines)
