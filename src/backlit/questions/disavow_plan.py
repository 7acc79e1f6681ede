"""What a disavow file for a target would hold: from reviews and verdicts to entries with their reasons.

Listed is what the user decided to disavow and what the verdicts call risky; never what is worthless or to be
reviewed, never own domains and brands, and no source of real equity unless forced. To list nothing is a fine
answer. A *keep* about a whole domain or network does not outweigh the evidence of a network: both are shown.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import msgspec

from backlit.errors import InputError
from backlit.index import Index, Reader
from backlit.questions.disavow_files import limits, own_hosts, platforms
from backlit.questions.disavow_links import (
    LinkFact,
    LinkVerdict,
    Verdict,
    equity_of_links,
    link_facts,
    source_ranks,
)
from backlit.questions.disavow_scope import Scoped, narrowed, scope
from backlit.questions.disavow_text import LeftOut, Planned, file_text, grouped, head_lines, sentences
from backlit.settings import Settings, default
from backlit.state.reviews import Holding, Reviews, standing_reviews
from backlit.state.store import open_state
from backlit.web.disavow.check import own_conflict
from backlit.web.disavow.entry import Cover, Entry
from backlit.web.disavow.sets import fit
from backlit.web.target import Target


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The file and all that stands behind it. ``refused`` holds sources with real equity."""

    target: str
    date: str
    text: str
    entries: list[Planned]
    left_out: list[LeftOut]
    refused: list[LeftOut]
    conflicts: list[str]
    links: int
    risky_links: int
    worthless_links: int
    review_links: int
    fine_links: int
    unjudged_links: int
    equity_share: float | None
    says: list[str]
    origin: str
    data_date: str | None
    generation: int


class _Chosen(NamedTuple):
    """A link to be listed, with what decided so."""

    link: LinkFact
    verdict: LinkVerdict | None
    holding: Holding | None
    by_review: bool


def disavow_plan(
    index: Index,
    target: Target | str,
    *,
    verdicts: Iterable[LinkVerdict] = (),
    own: Collection[str] = (),
    brands: Collection[str] = (),
    force: bool = False,
    date: str,
    settings: Settings | None = None,
) -> Plan:
    """What a disavow file for ``target`` would hold.

    ``verdicts`` are those of the links to it, and of other links of the same sources where known. ``own`` are
    domains and ``brands`` names that are never listed. ``date`` (``2026-01-31``) stands in the comments.
    """
    rules = settings or default()
    asked = target if isinstance(target, Target) else Target.parse(target)
    given = list(verdicts)
    with index.reader() as reader, open_state(index.path, write=False) as state:
        reviews = Reviews(standing_reviews(state, asked.domain))
        facts = link_facts(reader, asked)
        equity = _equity(reader, asked, facts, given, rules)
        trusted = {
            row["host"] for row in reader.query(f"SELECT host FROM {reader.trusted_sql()} AS t").to_pylist()
        }
        plan = plan_entries(
            asked,
            facts,
            given,
            reviews,
            equity=equity,
            own=own_hosts(own),
            brands=brands,
            trusted=trusted,
            force=force,
            date=date,
            settings=rules,
        )
        return msgspec.structs.replace(
            plan,
            origin=", ".join(reader.origins) or "none",
            data_date=reader.data_date,
            generation=reader.generation,
        )


def plan_entries(
    target: Target,
    facts: Sequence[LinkFact],
    verdicts: Sequence[LinkVerdict],
    reviews: Reviews,
    *,
    equity: dict[tuple[str, str], float],
    own: Collection[str] = (),
    brands: Collection[str] = (),
    trusted: Collection[str] = (),
    force: bool = False,
    date: str,
    settings: Settings,
) -> Plan:
    """The same, of facts in memory."""
    rule = settings.disavow
    protected = {*own, target.domain, target.host or target.domain}
    of_pair = {(v.source_url, v.target_url): v for v in verdicts}
    of_site: dict[str, list[tuple[str, Verdict | None]]] = defaultdict(list)
    for verdict in verdicts:
        of_site[verdict.source_site].append((verdict.source_host, verdict.verdict))
    counts: Counter[str | None] = Counter()
    chosen: dict[str, list[_Chosen]] = defaultdict(list)
    left_out: list[LeftOut] = []
    conflicts: list[str] = []
    #: Hosts with links that the user keeps: an entry must not cover them.
    kept: dict[str, set[str]] = defaultdict(set)
    for link in facts:
        found = of_pair.get((link.source_url, link.target_url))
        risky = found is not None and found.verdict == "risky"
        network = found.network if found is not None else None
        counts[found.verdict if found is not None else None] += 1
        holding = reviews.of(link.pair_id, link.source_host, network)
        decision = holding.review.decision if holding is not None else None
        if decision == "disavow" or (risky and decision is None):
            chosen[link.source_site].append(_Chosen(link, found, holding, decision == "disavow"))
        elif (
            risky
            and decision == "keep"
            and holding is not None
            and holding.review.scope != "link"
            and network
        ):
            chosen[link.source_site].append(_Chosen(link, found, holding, False))
            conflicts.append(
                f"{holding.review.label} was decided keep ({holding.review.decided_at[:10]}), but the evidence of "
                f"network {network} calls its links risky, and evidence outweighs a whitelist: decide about single "
                "links to keep them, or settle it with --set ignore."
            )
        elif risky and decision is not None:
            why = {
                "keep": "You decided to keep it.",
                "ignore": "You decided to ignore it.",
                "remove": "You decided to ask for its removal first.",
            }[decision]
            left_out.append(_left(link.source_site, [link], equity, why))
            if decision != "remove":
                kept[link.source_site].add(link.source_host)
        elif decision in ("keep", "ignore"):
            kept[link.source_site].add(link.source_host)
        if holding is not None:
            conflicts += [
                f"{holding.review.label} is decided {holding.review.decision}, {other.label} {other.decision}: "
                "the narrower holds."
                for other in holding.overruled
            ]
    total = sum(equity.values())
    entries: list[tuple[Planned, Entry]] = []
    refused: list[LeftOut] = []
    for site, some in sorted(chosen.items()):
        links = [one.link for one in some]
        label = _brand_of(site, brands)
        decided = any(one.by_review for one in some)
        if own_conflict(Entry("domain", site), protected) is not None:
            left_out.append(_left(site, links, equity, "It is your own domain, or shares one with it."))
        elif label is not None:
            left_out.append(_left(site, links, equity, f"It bears your brand {label!r}."))
        elif not decided and all(link.follow is False for link in links):
            why = "All its links are nofollow: they hand on nothing, so there is nothing to disavow."
            left_out.append(_left(site, links, equity, why))
        elif (share := _share(links, equity, total)) is not None and share > rule.equity_share and not force:
            why = (
                f"It gives {share:.1%} of the target's known equity, and the setting disavow.equity_share allows "
                f"{rule.equity_share:.1%}: force it only if it must go."
            )
            refused.append(_left(site, links, equity, why, total))
        else:
            entries += _entries(
                site, some, of_site[site], kept[site], equity, total, trusted, rule.domain_share
            )
    unmet, without = _decided_without_links(facts, reviews)
    entries += unmet
    left_out += without
    entries = [(one, entry) for one, entry in entries if own_conflict(entry, protected) is None]
    cover = Cover(entry for _, entry in entries)
    planned = list({entry.key: one for one, entry in entries if cover.wider(entry) is None}.values())
    groups = grouped(planned, date)
    fitted = fit(groups, limits(settings), own=protected, platforms=platforms())
    if not fitted.fits:
        raise InputError(
            "The file would be over 100,000 lines or 2 MB: decide about whole domains or networks."
        )
    shares = [p.equity_share for p in planned]
    says = sentences(target, planned, left_out, refused, counts, len(facts), bool(verdicts))
    says += [f"{change.was} became {change.now}: {change.why}" for change in fitted.changes]
    head = [] if fitted.changes else head_lines(target, planned, date)
    return Plan(
        target=target.label,
        date=date,
        text=file_text(head, fitted.groups),
        entries=planned,
        left_out=_by_site(left_out),
        refused=refused,
        conflicts=list(dict.fromkeys(conflicts)) + reviews.contradictions(),
        links=len(facts),
        risky_links=counts["risky"],
        worthless_links=counts["worthless"],
        review_links=counts["review"],
        fine_links=counts["fine"],
        unjudged_links=counts[None],
        equity_share=None if total == 0 else sum(s for s in shares if s is not None),
        says=says,
        origin="",
        data_date=None,
        generation=0,
    )


def _equity(
    reader: Reader,
    target: Target,
    facts: Sequence[LinkFact],
    verdicts: Sequence[LinkVerdict],
    rules: Settings,
) -> dict[tuple[str, str], float]:
    """Equity by the verdicts if they have it, else by the ranks of the score layer."""
    pairs = {(link.source_url, link.target_url) for link in facts}
    said = {(v.source_url, v.target_url): v.equity for v in verdicts if v.equity is not None}
    known = {pair: value for pair, value in said.items() if pair in pairs}
    if known or not facts:
        return known
    return equity_of_links(reader, target, source_ranks(reader, target), rules)


def _entries(
    site: str,
    some: Sequence[_Chosen],
    judged: Sequence[tuple[str, Verdict | None]],
    kept: Collection[str],
    equity: dict[tuple[str, str], float],
    total: float,
    trusted: Collection[str],
    domain_share: float,
) -> list[tuple[Planned, Entry]]:
    """The entries of one site: by the user's decisions each, and by the verdicts together."""
    parts: dict[tuple[str, str], list[_Chosen]] = defaultdict(list)
    for one in some:
        review = one.holding.review if one.holding is not None and one.by_review else None
        scope_: str = review.scope if review is not None else "verdict"
        parts[scope_, review.key if review is not None and scope_ == "domain" else ""].append(one)
    found: list[tuple[Planned, Entry]] = []
    for (scope_, key), members in parts.items():
        links = [one.link for one in members]
        scoped: list[Scoped]
        if scope_ == "domain":
            scoped = narrowed(key, links, platforms(), trusted, kept)
        elif scope_ == "link":
            scoped = [
                Scoped(Entry("url", link.source_url), "page", "only this page was decided") for link in links
            ]
        else:
            honest: list[tuple[str, Verdict | None]] = [(host, "fine") for host in sorted(kept)]
            # A decision about a network is one about each of its links, whatever their verdicts.
            scoped = scope(
                links,
                [*judged, *honest],
                platforms=platforms(),
                trusted=trusted,
                domain_share=0 if scope_ == "network" else domain_share,
            )
        for each in dict.fromkeys(scoped):
            cover = Cover([each.entry])
            covered = [m for m in members if cover.link(m.link.source_url, m.link.source_host) is not None]
            found.append((_planned(site, each, covered, equity, total), each.entry))
    return found


def _planned(
    site: str, scoped: Scoped, members: Sequence[_Chosen], equity: dict[tuple[str, str], float], total: float
) -> Planned:
    verdicts = [one.verdict for one in members if one.verdict is not None]
    review = next((one.holding.review for one in members if one.holding is not None and one.by_review), None)
    reasons = Counter(reason for verdict in verdicts for reason in verdict.reasons)
    networks = Counter(verdict.network for verdict in verdicts if verdict.network is not None)
    network = min(networks, key=lambda name: (-networks[name], name)) if networks else None
    if network is None and review is not None and review.scope == "network":
        network = review.key
    links = [one.link for one in members]
    return Planned(
        entry=scoped.entry.text,
        width=scoped.width,
        why_no_wider=scoped.why,
        source_site=site,
        decided_by="verdict" if review is None else f"review of {review.decided_at[:10]}",
        network=network,
        reasons=[reason for reason, _ in sorted(reasons.items(), key=lambda item: (-item[1], item[0]))],
        note=None if review is None else review.note,
        links=sum(link.links for link in links),
        counting_links=sum(link.links for link in links if link.counts),
        toxicity=max((v.toxicity for v in verdicts if v.toxicity is not None), default=None),
        equity_share=_share(links, equity, total),
    )


def _decided_without_links(
    facts: Sequence[LinkFact], reviews: Reviews
) -> tuple[list[tuple[Planned, Entry]], list[LeftOut]]:
    """Domains that the user decided to disavow and that no known link comes from; platforms are left out."""
    hosts = {link.source_host for link in facts}
    found, left_out = [], []
    for review in reviews.all:
        if review.scope != "domain" or review.decision != "disavow":
            continue
        if any(host == review.key or host.endswith("." + review.key) for host in hosts):
            continue
        if not narrowed(review.key, (), platforms()):
            why = "It is a platform of many, and no link from a host on it is known."
            left_out.append(LeftOut(source_site=review.key, links=0, equity_share=None, why=why))
            continue
        entry = Entry("domain", review.key)
        planned = Planned(
            entry=entry.text,
            width="site",
            why_no_wider="",
            source_site=review.key,
            decided_by=f"review of {review.decided_at[:10]}",
            network=None,
            reasons=["No live link from it is known."],
            note=review.note,
            links=0,
            counting_links=0,
            toxicity=None,
            equity_share=None,
        )
        found.append((planned, entry))
    return found, left_out


def _left(
    site: str,
    links: Sequence[LinkFact],
    equity: dict[tuple[str, str], float],
    why: str,
    total: float | None = None,
) -> LeftOut:
    whole = sum(equity.values()) if total is None else total
    return LeftOut(
        source_site=site,
        links=sum(link.links for link in links),
        equity_share=_share(links, equity, whole),
        why=why,
    )


def _share(links: Sequence[LinkFact], equity: dict[tuple[str, str], float], total: float) -> float | None:
    """The part of the whole equity that ``links`` hand on; None where none of them is known."""
    known = [equity[pair] for link in links if (pair := (link.source_url, link.target_url)) in equity]
    return sum(known) / total if known and total > 0 else None


def _by_site(left_out: Sequence[LeftOut]) -> list[LeftOut]:
    """One row a site and reason."""
    rows: dict[tuple[str, str], LeftOut] = {}
    for one in left_out:
        before = rows.get((one.source_site, one.why))
        if before is None:
            rows[one.source_site, one.why] = one
            continue
        shares = [s for s in (before.equity_share, one.equity_share) if s is not None]
        rows[one.source_site, one.why] = msgspec.structs.replace(
            before, links=before.links + one.links, equity_share=sum(shares) if shares else None
        )
    return list(rows.values())


def _brand_of(site: str, brands: Collection[str]) -> str | None:
    """The brand that a site's first label is, hyphens aside."""
    label = site.partition(".")[0].replace("-", "")
    return next((b for b in brands if b.lower().replace("-", "").replace(" ", "") == label), None)
