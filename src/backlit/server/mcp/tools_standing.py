"""Tools on standing: the profile, authority and where it comes from, what links would bring, what is here at all."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from backlit.errors import IndexNotFound, InputError
from backlit.questions.web_reader import WebReader
from backlit.server.mcp import answers_standing as a
from backlit.server.mcp.answers_listings import Domain
from backlit.server.mcp.answers_verdicts import Gap
from backlit.server.mcp.arguments import DomainName, DomainNames, SomeNames, Target
from backlit.server.mcp.asking import Asking, Told, known, many, score, share
from backlit.server.mcp.shapes import Answer
from backlit.server.mcp.tools_listings import domain_line

PROFILE_WORD = (
    "How good are the links to a target: quality or quantity? One portrait: the verdict with its reasons, referring "
    "domains by band of authority, followed share, placement, anchors by class, the strongest domains, what is new and "
    "lost, and what the data cannot say. Start here. It answers for a domain, host, prefix or page; for domains that "
    "only a web graph knows, without links."
)


def profile(ask: Asking, target: Target) -> Told[a.Profile]:
    from backlit.questions.profile import profile as question

    with ask.index_or_graph() as index:
        found = question(index, target, settings=ask.settings)
    answer = portrait(ask, found)
    return Told(answer, _profile_lines(ask, answer))


def portrait(ask: Asking, found: Any) -> a.Profile:
    """A profile in the shape of an answer."""
    meta, totals, follow, moved = found.meta, found.totals, found.follow, found.movement
    placement = found.facets.get("placement")
    content = None
    if placement is not None and placement.known:
        content = sum(one.share for one in placement.values if one.value in ("content", "list"))
    return a.Profile(
        data_date=meta.data_date,
        origin=", ".join(meta.origins) or "none",
        generation=meta.generation,
        notes=[],
        target=ask.name(meta.label),
        found=found.found,
        verdict=ask.name(found.verdict.headline),
        findings=[ask.name(one.text) for one in found.verdict.findings],
        near=[ask.name(one) for one in found.near],
        authority=found.authority.authority,
        band=found.authority.band,
        percentile=found.authority.percentile,
        authority_basis=meta.authority_basis,
        referring_domains=totals.referring_domains,
        links=totals.links,
        lost_links=totals.lost_links,
        lost_domains=totals.lost_domains,
        follow_share=follow.share,
        follow_known=follow.follow_links + follow.nofollow_links,
        hidden_links=found.hidden_links,
        content_share=content,
        bands=[
            a.BandCount(band=one.name, referring_domains=one.referring_domains, share=one.share)
            for one in found.bands
        ],
        anchor_classes=[
            a.AnchorShare(anchor_class=one.name, links=one.links, share=one.share)
            for one in sorted(found.anchors.classes, key=lambda one: (-one.links, one.name))
            if one.links
        ],
        strongest=[
            Domain(
                **{name: getattr(one, name) for name in ("domain", "authority", "band", "links", "pages")},
                **{
                    name: getattr(one, name)
                    for name in ("follow_links", "content_links", "first_seen", "last_seen")
                },
                lost_links=None,
                lost_at=None,
            )
            for one in found.referring_domains
        ],
        new_links=moved.new_links,
        new_domains=moved.new_domains,
        lost_links_lately=moved.lost_links,
        window_days=moved.window_days,
        window_end=moved.end,
        top_domain_share=found.concentration.top_1_share,
        unknown=[gap(one) for one in found.unknown],
    )


def gap(one: Any) -> Gap:
    """What could not be said."""
    return Gap(what=one.what, count=one.count, of=one.of, unit=one.unit, why=one.why)


def gap_lines(gaps: list[Gap]) -> list[str]:
    """The same, a line each."""
    return [f"Unknown: {one.what}, {one.count:,} of {one.of:,} {one.unit}: {one.why}." for one in gaps]


def _profile_lines(ask: Asking, one: a.Profile) -> list[str]:
    lines = [f"{one.target}: {one.verdict}", *(f"- {text}" for text in one.findings)]
    if not one.found:
        if one.near:
            lines.append(f"In this index, try: {', '.join(one.near)}.")
        return lines
    bands = ", ".join(
        f"{word.referring_domains:,} {word.band}"
        for word in one.bands
        if word.referring_domains or word.band != "unknown"
    )
    lines += [
        f"Referring domains: {one.referring_domains:,} ({bands}); {known(one.lost_domains)} lost.",
        f"Links: {known(one.links)}; lost: {known(one.lost_links)}; followed: {share(one.follow_share)} of "
        f"{one.follow_known:,} known; in content or lists: {share(one.content_share)} of known placement; hidden: "
        f"{known(one.hidden_links)}.",
        f"Authority of the target: {one.band} {score(one.authority)} ({one.authority_basis}).".replace(
            "unknown unknown", "unknown"
        ),
    ]
    if one.anchor_classes:
        classes = ", ".join(f"{word.anchor_class} {share(word.share)}" for word in one.anchor_classes)
        lines.append(f"Anchors by links: {classes}.")
    lines.append(
        f"Within {one.window_days} days to {one.window_end or 'an unknown day'}: {known(one.new_links)} new and "
        f"{known(one.lost_links_lately)} lost links, {known(one.new_domains)} new domains."
    )
    if one.strongest:
        lines += ["Strongest referring domains:", *map(domain_line, one.strongest)]
    return lines + gap_lines(one.unknown)


AUTHORITY_WORD = (
    "Authority (1 to 100, with its band, place and percentile) of up to "
    "20 domains, and which domains carry it. In a ranked web-graph release it is the standing on the public web; "
    "without one only a rank within this index, which cannot be compared with other indexes. It is backlit's own "
    "figure: not DR, DA or PageRank of a search engine."
)


def authority(
    ask: Asking,
    domains: DomainNames,
    top: Annotated[int, Field(ge=0, le=20, description="Carriers to name for each.")] = 5,
) -> Told[a.Authorities]:
    from backlit.questions.authority import authority as question

    with _anything(ask) as index:
        reports = question(index, domains, top=top, settings=ask.settings)
    first = reports[0]
    standings = [
        a.Standing(
            **{name: getattr(one, name) for name in ("domain", "found", "authority", "band", "position")},
            **{name: getattr(one, name) for name in ("percentile", "trust", "referring_domains")},
            of_domains=one.domains,
            says=[text for text in one.says if text not in _shared(reports)],
            carriers=[
                a.Carrier(**{name: getattr(each, name) for name in a.Carrier.model_fields})
                for each in one.carriers
            ],
        )
        for one in reports
    ]
    answer = a.Authorities(
        data_date=first.data_date,
        origin=first.origin,
        generation=first.generation,
        notes=_shared(reports),
        domains=standings,
    )
    return Told(answer, [line for one in standings for line in _standing_lines(one)])


def _shared(reports: list[Any]) -> list[str]:
    """What is said of all of them, once."""
    there = [one.says for one in reports if one.found] or [[]]
    return [text for text in there[0] if all(text in says for says in there)]


def _anything(ask: Asking) -> Any:
    """The pinned index, or where there is none the folder, which may hold a web graph."""
    import contextlib

    @contextlib.contextmanager
    def opened() -> Any:
        with contextlib.ExitStack() as stack:
            try:
                found: Any = stack.enter_context(ask.index())
            except IndexNotFound:
                found = ask.path
            yield found

    return opened()


def _standing_lines(one: a.Standing) -> list[str]:
    if not one.found:
        return [f"{one.domain}: unknown. {' '.join(one.says)}"]
    place = "" if one.position is None else f", place {one.position:,} of {one.of_domains:,}"
    percentile = "" if one.percentile is None else f", above {one.percentile:.1f}% of domains"
    figure = "authority unknown" if one.authority is None else f"{one.band}, authority {one.authority:.1f}"
    lines = [
        f"{one.domain}: {figure}{place}{percentile}; {many(one.referring_domains, 'referring domain')}, "
        f"trust {known(one.trust)}."
    ]
    if one.carriers:
        carried = ", ".join(
            f"{each.domain} {share(each.share)} ({each.band} {score(each.authority)})"
            for each in one.carriers
        )
        lines.append(f"  carried by: {carried}")
    return lines + [f"  {text}" for text in one.says]


WHAT_IF_WORD = (
    "What a domain's authority would be if some domains linked to it (gain) or did no longer (lose). Needs a ranked "
    "web-graph release in the index; without one it says so. Gives bounds; exact=true solves the graph anew, which may "
    "take minutes. It says nothing of rankings or traffic."
)


def what_if(
    ask: Asking,
    target: DomainName,
    gain: SomeNames = None,
    lose: SomeNames = None,
    exact: Annotated[bool, Field(description="Solve the changed graph as well.")] = False,
) -> Told[a.WhatIf]:
    from backlit.questions.whatif import whatif

    if not gain and not lose:
        raise InputError("Name at least one domain to gain or to lose.")
    found = whatif(ask.path, target, gain=gain or [], lose=lose or [], exact=exact, settings=ask.settings)
    answer = a.WhatIf(
        data_date=found.data_date,
        origin=found.origin,
        generation=found.generation,
        notes=found.says,
        **{name: getattr(found, name) for name in a.WhatIf.model_fields if name not in Answer.model_fields},
    )
    lines = [f"{answer.target}: authority {answer.authority_now:g} now."]
    lines += [f"With links from {', '.join(answer.gain)}."] if answer.gain else []
    lines += [f"Without links from {', '.join(answer.lose)}."] if answer.lose else []
    lines.append(f"Then between {answer.authority_low:g} and {answer.authority_high:g}.")
    if answer.authority_exact is not None:
        lines.append(f"Exactly {answer.authority_exact:g}.")
    return Told(answer, lines)


INFO_WORD = (
    "What this index holds: how many links and pages, of which harvests and dates, which web-graph releases, what "
    "authority rests on, and some domains to ask about. An index is a sample of the web: what is not in it may exist."
)

_SNAPSHOTS = 10
_MOST_LINKED = 10


def index_info(ask: Asking) -> Told[a.Info]:
    from backlit.questions.info import info
    from backlit.questions.listing import fetch
    from backlit.questions.score_source import authority_basis
    from backlit.questions.web_info import web_info

    releases = [
        a.Release(
            name=one.title,
            kind=one.info.kind,
            data_date=one.info.data_date,
            domains=one.info.nodes,
            ranked=one.score_generation > 0,
        )
        for one in web_info(ask.path)
    ]
    with ask.index_or_graph() as index:
        if isinstance(index, WebReader):
            answer = a.Info(
                data_date=index.data_date,
                origin=", ".join(index.origins),
                generation=index.generation,
                notes=[
                    "There is a web graph and no index of links: domains can be asked about, single links cannot."
                ],
                links=None,
                pages=None,
                source_domains=None,
                target_domains=None,
                snapshots=[],
                snapshot_count=0,
                releases=releases,
                authority_basis=index.authority_basis,
                most_linked=[],
            )
        else:
            found = info(index)
            reader = index.reader()
            names = fetch(
                reader,
                f"SELECT domain FROM {reader.domains_sql()} AS d WHERE referring_domains > 0 "
                f"ORDER BY referring_domains DESC, domain LIMIT {_MOST_LINKED}",
                [],
            )
            latest = found.snapshots[::-1][:_SNAPSHOTS]
            answer = a.Info(
                data_date=found.data_date,
                origin=", ".join(found.origins) or "none",
                generation=found.generation,
                notes=[],
                **{
                    name: getattr(found, name)
                    for name in ("links", "pages", "source_domains", "target_domains")
                },
                snapshots=[
                    a.Snapshot(date=one["date"], **{name: one[name] for name in ("origin", "links", "pages")})
                    for one in latest
                ],
                snapshot_count=len(found.snapshots),
                releases=releases,
                authority_basis=authority_basis(reader),
                most_linked=[ask.name(name) for (name,) in names],
            )
    return Told(answer, _info_lines(answer))


def _info_lines(one: a.Info) -> list[str]:
    lines = [
        f"{known(one.links)} links on {known(one.pages)} pages, from {known(one.source_domains)} to "
        f"{known(one.target_domains)} domains."
    ]
    lines += [
        f"- harvest of {each.date or 'an unknown date'}: {each.origin or 'unknown kind'}, {known(each.links)} links, "
        f"{known(each.pages)} pages"
        for each in one.snapshots
    ]
    if one.snapshot_count > len(one.snapshots):
        lines.append(f"- and {one.snapshot_count - len(one.snapshots):,} earlier ones")
    lines += [
        f"- web graph {each.name} ({each.kind}) of {each.data_date or 'an unknown date'}: {each.domains:,} nodes, "
        f"{'ranked' if each.ranked else 'not ranked'}"
        for each in one.releases
    ]
    lines.append(f"Authority: {one.authority_basis}.")
    if one.most_linked:
        lines.append(f"Domains with most referring domains here: {', '.join(one.most_linked)}.")
    return lines
