"""Tools on decisions: a disavow file as text, the decisions taken, and the one that writes a decision."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from backlit.errors import InputError
from backlit.server.mcp import answers_decisions as a
from backlit.server.mcp.arguments import DomainName, SomeNames, Target
from backlit.server.mcp.asking import Asking, Told, day, known, many, share, source
from backlit.server.mcp.tools_listings import said

DRAFT_WORD = (
    "A draft of a disavow file for a target, as text, with every reason and with what uploading it would cost. Nothing "
    "is written or sent. It lists what the user decided to disavow and what is risky, never what is merely worthless. "
    "An empty draft is a good answer: Google ignores most bad links by itself. For a manual action, or links known to "
    "be bought."
)


def disavow_draft(
    ask: Asking,
    target: Target,
    own: SomeNames = None,
    brands: Annotated[
        list[str] | None, Field(max_length=20, description="Brand names: domains named so are never listed.")
    ] = None,
) -> Told[a.Draft]:
    with ask.site(target) as site:
        plan = site.disavow_plan(own=own or [], brands=brands or [])
        cost = site.simulate_disavow(plan)
        label = site.target.label
    lines = plan.text.splitlines()
    most = ask.rules.file_lines
    costs = cost.says if plan.entries else []
    answer = a.Draft(
        data_date=plan.data_date,
        origin=plan.origin,
        generation=plan.generation,
        notes=[ask.name(text) for text in dict.fromkeys([*plan.conflicts, *plan.says, *costs])],
        target=label,
        entries=len(plan.entries),
        text="\n".join(ask.name(line) if line else "" for line in lines[:most]) + ("\n" if lines else ""),
        complete=len(lines) <= most,
        listed=[
            a.Entry(
                entry=ask.name(one.entry),
                links=one.links,
                decided_by=one.decided_by,
                reasons=[ask.name(text) for text in ([one.note] if one.note else []) + one.reasons],
            )
            for one in plan.entries[: ask.rules.most_rows]
        ],
        left_out=[
            a.Kept(source_site=ask.name(one.source_site), links=one.links, why=ask.name(one.why))
            for one in [*plan.refused, *plan.left_out][: ask.rules.most_rows]
        ],
        **{name: getattr(plan, name) for name in ("risky_links", "review_links", "worthless_links")},
        **{name: getattr(cost, name) for name in ("disavowed_links", "disavowed_counting_links", "lost_domains")},
        **{name: getattr(cost, name) for name in ("equity_lost_share", "authority_before", "authority_after", "loss")},
    )  # fmt: skip
    return Told(answer, _draft_lines(answer))


def _draft_lines(one: a.Draft) -> list[str]:
    lines = [
        f"Draft of a disavow file for {one.target}: {one.entries:,} {'entry' if one.entries == 1 else 'entries'}. "
        f"Links: {one.risky_links:,} risky, {one.review_links:,} to review, {one.worthless_links:,} worthless. "
        "Nothing was written."
    ]
    if one.entries:
        lines += [
            "```",
            one.text.rstrip(),
            "```",
            f"Cost: {one.disavowed_links:,} links ({one.disavowed_counting_links:,} followed and visible), "
            f"{one.lost_domains:,} referring domains, {share(one.equity_lost_share)} of the equity; authority "
            f"{known(one.authority_before)} → {known(one.authority_after)}."
            + (" THIS WOULD COST REAL STANDING." if one.loss else ""),
        ]
    if not one.complete:
        lines.append("The file is longer than what is shown: `backlit disavow write` gives all of it.")
    return lines + [
        f"- not listed: {each.source_site} ({many(each.links, 'link')}): {each.why}"
        for each in one.left_out[:10]
    ]


DECISIONS_WORD = (
    "The decisions (keep, remove, disavow, ignore) that people took about links, domains and networks, for one target "
    "or all. They stand beside verdicts and do not change them."
)


def decisions(
    ask: Asking,
    target: Annotated[str | None, Field(max_length=2048, description="Only about links to it.")] = None,
) -> Told[a.Decisions]:
    from backlit.questions.reviews import reviews

    with ask.index() as index:
        found = reviews(index, target)
        rows = [_decision(ask, of) for of in found.rows()[: ask.rules.most_rows]]
        fields = source(found.provenance, found.notes)
    if (found.total or 0) > len(rows):
        fields["notes"].append(f"The first {len(rows)} of {found.total:,} are given: name a target.")
    answer = a.Decisions(**fields, target=target, rows=rows)
    about = f" about links to {ask.name(target)}" if target else ""
    return Told(answer, [f"{many(len(rows), 'decision')}{about}.", *map(_decision_line, rows)])


def _decision(ask: Asking, of: dict[str, Any]) -> a.Decision:
    return a.Decision(
        scope=of["scope"],
        key=ask.name(of["key"]),
        decision=of["decision"],
        note=ask.foreign(of["note"]),
        decided_at=day(of["decided_at"]) or "unknown",
        source_url=ask.address(of["source_url"]),
        target_url=ask.address(of["target_url"]),
    )


def _decision_line(one: a.Decision) -> str:
    what = f"{one.source_url} → {one.target_url}" if one.scope == "link" and one.source_url else one.key
    note = f", note {said(one.note)}" if one.note else ""
    return f"- {one.decision or 'taken back'}: {one.scope} {what} ({one.decided_at}{note})"


REVIEW_WORD = (
    "WRITES a decision about links to a target into the user's state: keep, remove, disavow or ignore, for domains, "
    "pages or networks; take_back removes an earlier one. Ask the user before each call and say what will be written. "
    "It changes no index and no verdict, and is kept in the history."
)


def review(
    ask: Asking,
    target: DomainName,
    decision: Annotated[
        Literal["keep", "remove", "disavow", "ignore", "take_back"], Field(description="What was decided.")
    ],
    domains: SomeNames = None,
    pages: Annotated[
        list[str] | None, Field(max_length=20, description="Addresses of pages that link (source_url).")
    ] = None,
    networks: Annotated[list[str] | None, Field(max_length=20, description="Ids of networks.")] = None,
    note: Annotated[str | None, Field(max_length=500, description="Why, in the user's words.")] = None,
) -> Told[a.Reviewed]:
    from backlit.work.review import review as write

    if not domains and not pages and not networks:
        raise InputError("Name what the decision is about: domains, pages or networks.")
    index = ask.live
    done = write(
        index,
        target,
        None if decision == "take_back" else decision,
        domains=domains or [],
        links=pages or [],
        networks=networks or [],
        note=note,
    )
    with ask.index() as pinned:
        manifest = pinned.manifest
    answer = a.Reviewed(
        data_date=manifest.data_date,
        origin="decisions",
        generation=manifest.generation,
        notes=[ask.name(text) for text in done.says],
        target=target,
        written=done.added,
        decisions=[
            _decision(ask, {name: getattr(one, name) for name in a.Decision.model_fields})
            for one in done.reviews
        ],
    )
    return Told(answer, [f"Written: {many(done.added, 'decision')}.", *map(_decision_line, answer.decisions)])
