"""What a disavow file would cost: a target's equity, authority and trust with and without the links that it names.

The disavowed links are taken out of the graph and it is solved anew, the index's own and, where there is one, a
ranked web-graph release; core and scale stay as they are. A domain is out when none of its links that may
hand on anything is left. The figures hold if the links count today: what a search engine ignores already cannot
be lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from backlit.authority.engine import band_of
from backlit.authority.own import own_authority
from backlit.index import Index, Reader
from backlit.index.scores import read_edges, read_page_counts, read_trusted
from backlit.questions.disavow_links import (
    LinkFact,
    link_facts,
    links_of_linking_pages,
    pair_equity,
    weights_left,
)
from backlit.questions.disavow_release import ReleaseEffect, effect_in_release
from backlit.settings import Settings, default
from backlit.web.disavow.entry import Cover, Entry
from backlit.web.domain import split_host
from backlit.web.target import Target

BANDS = ("excellent", "okay", "weak", "unknown")


class BandLoss(msgspec.Struct, frozen=True, kw_only=True):
    """Referring domains and links of one band of authority: all, and those that would go."""

    band: str
    domains: int
    lost_domains: int
    links: int
    lost_links: int


class Simulation(msgspec.Struct, frozen=True, kw_only=True):
    """Before and after. Equity is in units of rank, and null where no rank is known; ``loss`` is a warning.

    ``dead`` are entries that match no live link, ``pointless`` those that match only nofollow or hidden ones.
    """

    target: str
    entries: int
    links: int
    disavowed_links: int
    disavowed_counting_links: int
    referring_domains: int
    lost_domains: int
    equity_before: float | None
    equity_after: float | None
    equity_lost_share: float | None
    authority_before: float | None
    authority_after: float | None
    release: ReleaseEffect | None
    bands: list[BandLoss]
    dead: list[str]
    pointless: list[str]
    loss: bool
    says: list[str]
    origin: str
    data_date: str | None
    generation: int


class _Own(NamedTuple):
    """The ranks of all domains of the index by name, and the target's score."""

    rank: dict[str, float]
    score: float | None


def simulate_disavow(
    index: Index,
    target: Target | str,
    entries: Sequence[Entry],
    *,
    release: str | None = None,
    settings: Settings | None = None,
    threads: int | None = None,
) -> Simulation:
    """What disavowing ``entries`` would cost ``target``; authority is that of its domain.

    ``release`` names the ranked web-graph release to ask as well, else the newest.
    """
    rules = settings or default()
    asked = target if isinstance(target, Target) else Target.parse(target)
    whole = Target.parse(asked.domain, "domain")
    cover = Cover(entries)
    with index.reader() as reader:
        every = link_facts(reader, whole)
        out = {
            (link.source_url, link.target_url)
            for link in every
            if cover.link(link.source_url, link.source_host)
        }
        staying = {link.source_domain for link in every if link.counts and not _is_in(link, out)}
        gone = {link.source_domain for link in every if link.counts and _is_in(link, out)} - staying
        left = weights_left(reader, whole, out, rules)
        before, after = _own_graph(reader, asked.domain, left, rules)
        facts = [link for link in every if asked.matches(link.target_url)]
        table = links_of_linking_pages(reader, asked)
        equity_before = pair_equity(table, before.rank, rules)
        equity_after = {
            pair: value for pair, value in pair_equity(table, after.rank, rules).items() if pair not in out
        }
        origin, data_date, generation = (
            ", ".join(reader.origins) or "none",
            reader.data_date,
            reader.generation,
        )
    effect = effect_in_release(
        index.path, asked.domain, cover, gone, name=release, settings=rules, threads=threads
    )
    bands, lost_domains = _bands(facts, out, rules)
    dead, pointless = _useless(cover, every)
    total, rest = sum(equity_before.values()), sum(equity_after.values())
    share = 1 - rest / total if total > 0 else None
    losses = _losses(before.score, after.score, share, effect, rules)
    return Simulation(
        target=asked.label,
        entries=len(cover.entries),
        links=sum(link.links for link in facts),
        disavowed_links=sum(link.links for link in facts if _is_in(link, out)),
        disavowed_counting_links=sum(link.links for link in facts if link.counts and _is_in(link, out)),
        referring_domains=len({link.source_domain for link in facts}),
        lost_domains=lost_domains,
        equity_before=total if equity_before else None,
        equity_after=rest if equity_before else None,
        equity_lost_share=share,
        authority_before=before.score,
        authority_after=after.score,
        release=effect,
        bands=bands,
        dead=dead,
        pointless=pointless,
        loss=bool(losses),
        says=_says(losses, facts, out, dead, pointless, effect),
        origin=origin,
        data_date=data_date,
        generation=generation,
    )


def _is_in(link: LinkFact, pairs: Collection[tuple[str, str]]) -> bool:
    return (link.source_url, link.target_url) in pairs


def _own_graph(reader: Reader, domain: str, left: Mapping[str, float], rules: Settings) -> tuple[_Own, _Own]:
    """Ranks and the target's score in the index's own graph: as it is, and with edges to it that weigh ``left``."""
    files, data = reader.manifest.files, reader.layout.data
    edges, pages = read_edges(data, files), read_page_counts(data, files)
    trusted = sorted({split_host(host)[0] for host in read_trusted(data, files)})
    before = own_authority(edges, pages, rules, trusted=trusted)

    def read(domains: pa.Table) -> _Own:
        ranks = dict(zip(domains["domain"].to_pylist(), domains["pagerank"].to_pylist(), strict=True))
        own = ranks.get(domain)
        return _Own(ranks, None if own is None else float(before.scale.score(np.array([own]))[0]))

    first = read(before.domains)
    if not left:
        return first, first
    place = pc.index_in(edges["source_domain"].cast(pa.string()), value_set=pa.array(list(left), pa.string()))
    to_it = pc.equal(edges["target_domain"].cast(pa.string()), domain)
    weight = pc.if_else(
        pc.and_(to_it, pc.is_valid(place)),
        pa.array(list(left.values()), pa.float64()).take(place.combine_chunks()),
        edges["weight"],
    )
    changed = edges.set_column(edges.column_names.index("weight"), "weight", weight)
    return first, read(own_authority(changed, pages, rules, trusted=trusted).domains)


def _bands(
    facts: Sequence[LinkFact], out: Collection[tuple[str, str]], rules: Settings
) -> tuple[list[BandLoss], int]:
    """Losses by the band of the source domain's authority, and the domains without any link left."""
    band_of_domain: dict[str, str] = {}
    links: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for link in facts:
        name = "unknown" if link.authority is None else str(band_of(link.authority, rules.bands))
        band_of_domain[link.source_domain] = name
        links[link.source_domain] += link.links
        if _is_in(link, out):
            lost[link.source_domain] += link.links
    rows = []
    for band in BANDS:
        names = [domain for domain, its in band_of_domain.items() if its == band]
        rows.append(
            BandLoss(
                band=band,
                domains=len(names),
                lost_domains=sum(lost[name] == links[name] for name in names),
                links=sum(links[name] for name in names),
                lost_links=sum(lost[name] for name in names),
            )
        )
    return rows, sum(row.lost_domains for row in rows)


def _useless(cover: Cover, facts: Sequence[LinkFact]) -> tuple[list[str], list[str]]:
    """Entries that match no link, and those that match only links that hand on nothing."""
    met: set[tuple[str, str]] = set()
    useful: set[tuple[str, str]] = set()
    for link in facts:
        for entry in cover.links(link.source_url, link.source_host):
            met.add(entry.key)
            if link.counts:
                useful.add(entry.key)
    dead = [entry.text for key, entry in cover.entries.items() if key not in met]
    pointless = [entry.text for key, entry in cover.entries.items() if key in met and key not in useful]
    return sorted(dead), sorted(pointless)


def _losses(
    before: float | None,
    after: float | None,
    share: float | None,
    effect: ReleaseEffect | None,
    rules: Settings,
) -> list[str]:
    rule = rules.disavow
    said = []
    if before is not None and after is not None and before - after >= rule.authority_loss:
        said.append(f"Authority in this index's own graph would fall from {before:g} to {after:g}.")
    if effect is not None and effect.authority_before is not None and effect.authority_after is not None:
        now, then = effect.authority_before, effect.authority_after
        if now - then >= rule.authority_loss:
            said.append(f"Authority in the web graph {effect.release} would fall from {now:g} to {then:g}.")
    if share is not None and share > rule.equity_share:
        said.append(f"{share:.1%} of the known equity would be given up.")
    if said:
        said.append("That is a real loss if these links count today: list only what must go.")
    return said


def _says(
    losses: Sequence[str],
    facts: Sequence[LinkFact],
    out: Collection[tuple[str, str]],
    dead: Sequence[str],
    pointless: Sequence[str],
    effect: ReleaseEffect | None,
) -> list[str]:
    says = list(losses)
    hit = [link for link in facts if _is_in(link, out)]
    if not hit:
        says.append(
            "No live link is matched: uploading these entries would change nothing that is known here."
        )
    elif not any(link.counts for link in hit):
        says.append(
            "Only nofollow or hidden links are matched: they hand on nothing, so nothing would change."
        )
    elif not losses:
        says.append("No loss worth a warning was found.")
    if dead:
        says.append(
            f"{len(dead):,} {'entry matches' if len(dead) == 1 else 'entries match'} no live link: dead weight."
        )
    if pointless:
        word = "entry matches" if len(pointless) == 1 else "entries match"
        says.append(f"{len(pointless):,} {word} only nofollow or hidden links: pointless.")
    says.append(
        "Disavowed links are ignored, not punished; what a search engine ignores already is no loss. "
        "The known pages share a domain's rank by depth."
    )
    return says + (list(effect.says) if effect is not None else [])
