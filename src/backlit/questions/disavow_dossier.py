"""Asking for removal, and the facts that a request to lift a manual action needs.

Nothing is sent and nothing is claimed that the index or the state does not hold: texts are for the user to
send, and what was sent is what the user recorded.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from backlit.index import Index, Reader
from backlit.questions.disavow_links import LinkFact, LinkVerdict, link_facts
from backlit.questions.disavow_plan import Plan
from backlit.questions.disavow_text import WHEN_WORD, Planned, count
from backlit.state.requests import Request, all_requests
from backlit.state.reviews import Holding, Reviews, standing_reviews
from backlit.state.store import open_state
from backlit.web.disavow.entry import is_within
from backlit.web.target import Target

#: Pages named of each operator.
_EXAMPLES = 5
#: Links named in one letter: nobody reads a thousand.
_NAMED = 50


class RemovalRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A text for the owner of one site, and the links it names."""

    site: str
    links: int
    text: str


class Operator(msgspec.Struct, frozen=True, kw_only=True):
    """Entries of one hand: a network, or a single site. ``reasons`` come from verdicts and notes."""

    name: str
    is_network: bool
    entries: list[str]
    links: int
    counting_links: int
    reasons: list[str]
    examples: list[str]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A request that was sent, and what became of the links since."""

    domain: str
    sent_at: str
    way: str | None
    note: str | None
    live_links: int
    removed_links: int
    last_removed: str | None


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to say about a manual action. ``pointless`` tells why a disavow file would be, if it would."""

    target: str
    date: str
    operators: list[Operator]
    requests: list[Asked]
    unasked: list[str]
    removed_links: int
    removed_domains: int
    facts: list[str]
    pointless: list[str]
    says: list[str]
    origin: str
    data_date: str | None
    generation: int


def removal_requests(
    index: Index, target: Target | str, *, verdicts: Iterable[LinkVerdict] = ()
) -> list[RemovalRequest]:
    """A text for each site whose links are decided *remove* or *disavow*, or are risky and not decided otherwise."""
    asked = target if isinstance(target, Target) else Target.parse(target)
    of_pair = {(v.source_url, v.target_url): v for v in verdicts}
    with index.reader() as reader, open_state(index.path, write=False) as state:
        reviews = Reviews(standing_reviews(state, asked.domain))
        by_site: dict[str, list[LinkFact]] = defaultdict(list)
        for link in link_facts(reader, asked):
            verdict = of_pair.get((link.source_url, link.target_url))
            holding = reviews.of(link.pair_id, link.source_host, None if verdict is None else verdict.network)
            if _is_unwanted(holding, verdict):
                by_site[link.source_site].append(link)
    return [
        RemovalRequest(site=site, links=sum(link.links for link in links), text=_letter(asked, site, links))
        for site, links in sorted(by_site.items())
    ]


def dossier(index: Index, target: Target | str, plan: Plan) -> Dossier:
    """The dossier of ``target``, with the ``plan`` of its disavow file."""
    asked = target if isinstance(target, Target) else Target.parse(target)
    with index.reader() as reader, open_state(index.path, write=False) as state:
        facts = link_facts(reader, asked)
        sent = all_requests(state, asked.domain)
        requests = [_asked(reader, asked, one) for one in sent]
    lost_links, lost_domains = _removed(requests)
    operators = _operators(plan.entries, facts)
    # A request to a domain covers its sites and hosts, and one to a host covers its domain's entry as well.
    unasked = sorted(
        {
            one.source_site
            for one in plan.entries
            if one.links
            and not any(
                is_within(one.source_site, r.domain) or is_within(r.domain, one.source_site) for r in sent
            )
        }
    )
    return Dossier(
        target=asked.label,
        date=plan.date,
        operators=operators,
        requests=requests,
        unasked=unasked,
        removed_links=lost_links,
        removed_domains=lost_domains,
        facts=_facts(plan, operators, requests, unasked, lost_links, lost_domains),
        pointless=pointless_reasons(plan),
        says=[
            "Evidence is what was seen in the pages that were read; whether a link was bought only you can say.",
            "Bing has had no disavow tool since October 2023: for it a file is pointless in any case.",
            "A link counts as removed only when its page was fetched again and lacks it, or is gone.",
        ],
        origin=plan.origin,
        data_date=plan.data_date,
        generation=plan.generation,
    )


def pointless_reasons(plan: Plan) -> list[str]:
    """Why a disavow file would do nothing, a sentence each; empty where it may do something."""
    found = []
    if not plan.entries:
        found.append(
            "There is nothing to list: no link is risky and followed, and no decision to disavow stands."
        )
    elif not any(entry.counting_links for entry in plan.entries):
        found.append(
            "All listed links are nofollow, hidden or gone: they hand on nothing, so nothing would change."
        )
    if plan.worthless_links and not plan.risky_links:
        found.append(
            f"{count(plan.worthless_links, 'link is', 'links are')} worthless, which search engines ignore anyway."
        )
    if found:
        found.append("Without a manual action, leave it: a file that does nothing still has to be kept up.")
    return found


def _is_unwanted(holding: Holding | None, verdict: LinkVerdict | None) -> bool:
    if holding is not None:
        return holding.review.decision in ("remove", "disavow")
    return verdict is not None and verdict.verdict == "risky"


def _letter(target: Target, site: str, links: Sequence[LinkFact]) -> str:
    lines = [
        f"Subject: Please remove {'a link' if len(links) == 1 else 'links'} to {target.label} from {site}",
        "",
        "Hello,",
        "",
        f"I look after {target.label}. We are going through the links that lead to it, and ask you to remove "
        f"{'this one' if len(links) == 1 else 'these'} from {site}, or to mark {'it' if len(links) == 1 else 'them'} "
        'with rel="nofollow":',
        "",
    ]
    for number, link in enumerate(links[:_NAMED], 1):
        lines += [f"{number}. on the page  {link.source_url}", f"   leading to   {link.target_url}"]
        if link.anchor:
            lines.append(f"   with the text {' '.join(link.anchor.split())!r}")
    if len(links) > _NAMED:
        pages = len({link.source_url for link in links})
        lines.append(f"and {len(links) - _NAMED:,} more, on {pages:,} pages in all.")
    lines += [
        "",
        "A short answer when it is done would help us. If the links were part of an agreement with us or with",
        "somebody in our name, please tell us which. We pay nothing for a removal.",
        "",
        "Thank you",
        "",
    ]
    return "\n".join(lines)


def _operators(entries: Sequence[Planned], facts: Sequence[LinkFact]) -> list[Operator]:
    by: dict[tuple[bool, str], list[Planned]] = defaultdict(list)
    for entry in entries:
        by[entry.network is not None, entry.network or entry.source_site].append(entry)
    pages: dict[str, list[str]] = defaultdict(list)
    for link in facts:
        pages[link.source_site].append(link.source_url)
    found = []
    for (is_network, name), some in by.items():
        reasons = Counter(reason for one in some for reason in one.reasons)
        notes = list(dict.fromkeys(one.note for one in some if one.note))
        sites = dict.fromkeys(one.source_site for one in some)
        examples = [pages[site][0] for site in sites if pages[site]]
        found.append(
            Operator(
                name=name,
                is_network=is_network,
                entries=sorted(one.entry for one in some),
                links=sum(one.links for one in some),
                counting_links=sum(one.counting_links for one in some),
                reasons=[
                    *(r for r, _ in sorted(reasons.items(), key=lambda item: (-item[1], item[0]))),
                    *notes,
                ],
                examples=examples[:_EXAMPLES],
            )
        )
    # Ranked by what counts: a thousand nofollow links are no more work than one.
    return sorted(found, key=lambda one: (-one.counting_links, -one.links, one.name))


def _asked(reader: Reader, target: Target, request: Request) -> Asked:
    sql, parameters = reader.links_sql(target, with_authority=False)
    [row] = reader.query(
        "SELECT count(*) FILTER (lost_at IS NULL) AS live, "
        "count(*) FILTER (lost_at >= CAST(? AS TIMESTAMP)) AS removed, "
        "strftime(max(lost_at) FILTER (lost_at >= CAST(? AS TIMESTAMP)), '%Y-%m-%d') AS last "
        f"FROM ({sql}) WHERE source_host = ? OR ends_with(source_host, ?)",
        [request.sent_at, request.sent_at, *parameters, request.domain, "." + request.domain],
    ).to_pylist()
    return Asked(
        domain=request.domain,
        sent_at=request.sent_at,
        way=request.way,
        note=request.note,
        live_links=row["live"],
        removed_links=row["removed"],
        last_removed=row["last"],
    )


def _removed(requests: Sequence[Asked]) -> tuple[int, int]:
    """Links that went after their domain was first asked, and how many domains they are of."""
    first = {one.domain: one for one in reversed(requests)}
    links = [one.removed_links for one in first.values()]
    return sum(links), sum(many > 0 for many in links)


def _facts(
    plan: Plan,
    operators: Sequence[Operator],
    requests: Sequence[Asked],
    unasked: Sequence[str],
    links: int,
    domains: int,
) -> list[str]:
    networks = sum(one.is_network for one in operators)
    said = [
        f"{count(plan.links, 'pair of pages links', 'pairs of pages link')} to {plan.target} in the data of "
        f"{plan.data_date or 'unknown date'}.",
        f"{count(len(plan.entries), 'entry', 'entries')} would be disavowed: the work of "
        f"{count(len(operators), 'operator', 'operators')}, {count(networks, 'network', 'networks')} among them.",
    ]
    if requests:
        first = min(one.sent_at for one in requests)
        asked = len({one.domain for one in requests})
        said.append(
            f"{count(len(requests), 'request was', 'requests were')} sent to {count(asked, 'domain', 'domains')} "
            f"since {first}; {count(links, 'link', 'links')} of {count(domains, 'domain', 'domains')} that were asked "
            "are gone."
        )
    else:
        said.append(
            "No request for removal is recorded: reviewers look for an effort to remove, so ask first."
        )
    if unasked:
        said.append(f"{count(len(unasked), 'listed site has', 'listed sites have')} not been asked.")
    said.append(
        "To be told by you: who made the links, when, who was paid, and what keeps it from happening again."
    )
    said.append(WHEN_WORD)
    return said
