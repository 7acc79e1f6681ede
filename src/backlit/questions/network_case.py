"""One network as a case: its members, what they share, where else they link, and what the target has from it."""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from backlit.index import Reader
from backlit.questions.judging import judge_of
from backlit.questions.listing import provenance
from backlit.questions.result import Provenance
from backlit.settings import Settings
from backlit.verdicts.judge import Judge
from backlit.verdicts.words import WORDS
from backlit.web.target import Target

#: Traits of hosts that members may share, the most telling first.
TRAITS = ("analytics_id", "adsense_id", "ip", "neighbourhood", "nameserver", "registration", "theme", "asn")
_MOST_TRAITS = 40
_MOST_TARGETS = 200


class Trait(msgspec.Struct, frozen=True, kw_only=True):
    """Something that several members bear: its kind (one of ``TRAITS``), its value, and who does."""

    kind: str
    value: str
    members: list[str]


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A site of the network. ``links`` and what follows are of those to the target; ``targets`` are those of the
    network that it links to; ``link_id`` is its worst link; ``shares`` numbers the traits it bears."""

    site: str
    domain: str
    authority: float | None
    links: int
    follow_links: int
    toxicity: float | None
    verdict: str | None
    first_seen: str | None
    targets: int
    link_id: int | None
    shares: list[int]


class Linked(msgspec.Struct, frozen=True, kw_only=True):
    """A site that the network links to; ``here``: it is the target's. ``by`` numbers the members that link to it."""

    site: str
    here: bool
    by: list[int]


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that joins members."""

    kind: str
    members: int
    sentence: str


class NetworkCase(msgspec.Struct, frozen=True, kw_only=True):
    """A network. ``weight_share`` is the part of the target's followed weight that is lost without it."""

    network: str
    members: list[Member]
    proofs: list[Proof]
    traits: list[Trait]
    targets: list[Linked]
    target_count: int
    inner_links: int
    links: int
    follow_links: int
    domains: int
    weight_share: float | None
    verdicts: list[tuple[str, int]]
    provenance: Provenance


def network_case(
    reader: Reader, target: Target, network: str, judged: pa.Table, settings: Settings
) -> NetworkCase | None:
    """The network of that id; None where the index has none. ``judged`` are the judged links to ``target``."""
    judge = judge_of(reader, settings)
    case = next((case for case in judge.cases if case.id == network), None)
    if case is None:
        return None
    sites, pairs = judge.ground.sites, judge.ground.pairs
    names: list[str] = sites.name.take(pa.array(case.members)).to_pylist()
    domains = judge.ground.domains.take(pa.array(sites.domain[case.members])).to_pylist()
    own = _own(judged, network)
    traits = _traits(reader, names)
    place = {name: at for at, name in enumerate(names)}
    bears = defaultdict(list)
    for number, trait in enumerate(traits):
        for name in trait.members:
            bears[name].append(number)
    source = np.searchsorted(case.members, pairs.source[case.pairs])
    at_target = np.searchsorted(case.targets, pairs.target[case.pairs])
    spread = np.bincount(source, minlength=len(names))
    authority = sites.authority[case.members].tolist()
    members = [
        Member(
            site=name,
            domain=domains[at],
            authority=None if authority[at] != authority[at] else round(float(authority[at]), 1),
            targets=int(spread[at]),
            shares=bears[name],
            **_of_member(own.get(name, [])),
        )
        for name, at in place.items()
    ]
    links = [link for some in own.values() for link in some]
    counts = {word: sum(link["verdict"] == word for link in links) for word in reversed(WORDS)}
    weight = sum(link["weight"] for link in links)
    whole = float(np.sum(judged["weight"].to_numpy())) if judged.num_rows else 0.0
    order = sorted(
        range(len(names)), key=lambda at: (-members[at].links, -(members[at].toxicity or 0), names[at])
    )
    rank = np.empty(len(names), np.int64)
    rank[order] = np.arange(len(names))
    return NetworkCase(
        network=network,
        members=[members[at] for at in order],
        proofs=[Proof(kind=p.kind, members=p.members, sentence=p.sentence) for p in case.proofs],
        traits=traits,
        targets=_targets(judge, case.targets, rank[source], at_target, target),
        target_count=len(case.targets),
        inner_links=int((np.isin(pairs.source, case.members) & np.isin(pairs.target, case.members)).sum()),
        links=len(links),
        follow_links=sum(link["follow"] is True for link in links),
        domains=len(set(domains)),
        weight_share=weight / whole if whole else None,
        verdicts=[(word, count) for word, count in counts.items() if count],
        provenance=provenance(reader),
    )


def _own(judged: pa.Table, network: str) -> dict[str, list[dict[str, Any]]]:
    """The network's links to the target, by site."""
    import pyarrow.compute as pc

    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    if not judged.num_rows:
        return found
    names = (
        "source_site",
        "link_id",
        "follow",
        "toxicity",
        "verdict",
        "severity",
        "first_seen",
        "weight",
        "place",
    )
    rows = judged.filter(pc.equal(judged["network"], network)).select(names)
    for row in rows.sort_by("place").to_pylist():
        found[row["source_site"]].append(row)
    return found


def _of_member(links: Sequence[dict[str, Any]]) -> dict[str, Any]:
    worst = max(links, key=lambda link: (link["severity"], link["toxicity"]), default=None)
    first = min((link["first_seen"] for link in links if link["first_seen"] is not None), default=None)
    return {
        "links": len(links),
        "follow_links": sum(link["follow"] is True for link in links),
        "toxicity": None if worst is None else worst["toxicity"],
        "verdict": None if worst is None else worst["verdict"],
        "first_seen": None if first is None else first.date().isoformat(),
        "link_id": None if worst is None else worst["link_id"],
    }


def _targets(judge: Judge, targets: Any, source: Any, at_target: Any, asked: Target) -> list[Linked]:
    """The sites linked to, the target's own first, then those that most members link to."""
    ground = judge.ground
    names = ground.sites.name.take(pa.array(targets)).to_pylist()
    domains = ground.domains.take(pa.array(ground.sites.domain[targets])).to_pylist()
    by: list[list[int]] = [[] for _ in names]
    for member, linked in zip(source.tolist(), at_target.tolist(), strict=True):
        by[linked].append(member)
    rows = [
        Linked(site=name, here=domain == asked.domain, by=sorted(set(some)))
        for name, domain, some in zip(names, domains, by, strict=True)
    ]
    return sorted(rows, key=lambda one: (not one.here, -len(one.by), one.site))[:_MOST_TARGETS]


def _traits(reader: Reader, names: list[str]) -> list[Trait]:
    """What at least two of the sites bear, by what tells most and who bears it."""
    hosts = {host: name for name in names for host in (name, f"www.{name}")}
    rows = reader.query(
        f"SELECT * FROM {reader.hosts_sql()} WHERE host IN (SELECT unnest(?::VARCHAR[])) ORDER BY host",
        [list(hosts)],
    ).to_pylist()
    bearing: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        for kind, value in _borne(row):
            bearing[kind, value].add(hosts[row["host"]])
    found = [
        Trait(kind=kind, value=value, members=sorted(some))
        for (kind, value), some in bearing.items()
        if len(some) > 1
    ]
    return sorted(found, key=lambda one: (-len(one.members), TRAITS.index(one.kind), one.value))[
        :_MOST_TRAITS
    ]


def _borne(row: dict[str, Any]) -> Iterable[tuple[str, str]]:
    for kind in ("analytics_id", "adsense_id", "ip", "nameserver", "theme", "asn"):
        if row.get(kind):
            yield kind, str(row[kind])
    if row.get("ip"):
        with contextlib.suppress(ValueError):
            address = ipaddress.ip_address(str(row["ip"]))
            bits = 24 if address.version == 4 else 48
            yield "neighbourhood", str(ipaddress.ip_network(f"{address}/{bits}", strict=False))
    if row.get("registrar") and row.get("registered"):
        try:
            year, week, _ = datetime.date.fromisoformat(str(row["registered"])[:10]).isocalendar()
        except ValueError:
            return
        yield "registration", f"{row['registrar']}, week {week} of {year}"
