"""Networks as cases: sites that one hand seems to hold, the targets they link to, and what shows it.

Only pairs whose toxicity is from ``review`` on take part, so that a publisher's or a university's family is no case.
Sites are joined when they share a footprint for a common target beyond chance (``signals.networks``), stand in one
dense block of common rare targets (``signals.lockstep``), or carry near copies of one text (``signals.duplicates``).
A case has at least ``MEMBERS`` registrable domains. Its id comes from its first member by name: it stays when others
join or leave behind it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from xxhash import xxh32_hexdigest

from backlit.settings import Settings
from backlit.signals.duplicates import text_groups
from backlit.signals.ground import Ground, Ints
from backlit.signals.lockstep import blocks, lockstep_of_pairs
from backlit.signals.networks import networks, shared
from backlit.signals.organisation import organisations

MEMBERS = 3
#: Surprise, in bits, from which a shared footprint joins two sites.
_BITS = 4.0


class Proof(NamedTuple):
    """One thing that joins members of a case."""

    kind: str
    members: int
    sentence: str


class Case(NamedTuple):
    """One network. ``pairs`` are the numbers of its pairs of sites; members and targets those of sites, by name."""

    id: str
    members: Ints
    targets: Ints
    pairs: npt.NDArray[np.int64]
    proofs: tuple[Proof, ...]


_SENTENCES = {
    "analytics": "{n} sites share an analytics account",
    "ads": "{n} sites share an advertising account",
    "address": "{n} sites stand on one address",
    "network": "{n} sites stand in one network of 256 addresses",
    "nameserver": "{n} sites use the same rare name servers",
    "asn": "{n} sites stand in one rare network",
    "theme": "{n} sites use the same rare theme",
    "registration": "{n} sites were registered with one registrar in one week",
}


def cases(ground: Ground, worst: npt.NDArray[np.float64], settings: Settings) -> tuple[Case, ...]:
    """The networks among the pairs whose highest toxicity is ``worst``, those with most members first."""
    pairs, sites = ground.pairs, ground.sites
    doubtful = worst >= settings.judging.review
    if not doubtful.any():
        return ()
    owner = organisations(ground, settings)
    joined: list[tuple[str, str, Ints]] = []
    for network in networks(ground, shared(ground, owner, settings), _BITS):
        joined.append((network.kind, _SENTENCES[network.kind], network.members))
    steps = lockstep_of_pairs(ground, owner, settings)
    for block in blocks(ground, owner, steps, settings):
        joined.append(("lockstep", "{n} sites link to the same rare targets", block.members))
    group = text_groups(ground, settings)
    copied = np.flatnonzero(group >= 0)
    copied = copied[np.argsort(group[copied], kind="stable")]
    cuts = np.flatnonzero(np.diff(group[copied])) + 1
    for rows in np.split(copied, cuts) if len(copied) else []:
        joined.append(
            ("copies", "{n} sites carry near copies of one text", np.unique(ground.pages.site[rows]))
        )
    linking = np.zeros(len(sites), np.bool_)
    linking[pairs.source[doubtful]] = True
    joined = [(kind, text, members[linking[members]]) for kind, text, members in joined]
    joined = [one for one in joined if len(one[2]) > 1]
    root = _components([members for _, _, members in joined], len(sites))
    found = []
    name = sites.name
    chosen = np.flatnonzero(linking & (root >= 0))
    order = np.lexsort([chosen, root[chosen]])
    chosen = chosen[order]
    cuts = np.flatnonzero(np.diff(root[chosen])) + 1
    of_source: dict[int, list[tuple[str, str, Ints]]] = {}
    for one in joined:
        of_source.setdefault(int(root[one[2][0]]), []).append(one)
    for members in np.split(chosen, cuts) if len(chosen) else []:
        if len(np.unique(sites.domain[members])) < MEMBERS:
            continue
        inside = np.zeros(len(sites), np.bool_)
        inside[members] = True
        own = np.flatnonzero(doubtful & inside[pairs.source])
        proofs = {}
        for kind, text, some in sorted(
            of_source[int(root[members[0]])], key=lambda one: (len(one[2]), one[0])
        ):
            proofs[kind] = Proof(kind, len(some), text.format(n=len(some)) + ".")
        found.append(
            Case(
                f"net-{xxh32_hexdigest(name[int(members[0])].as_py().encode())}",
                members.astype(np.int32),
                np.unique(pairs.target[own]).astype(np.int32),
                own,
                tuple(sorted(proofs.values(), key=lambda proof: (-proof.members, proof.kind))),
            )
        )
    return tuple(sorted(found, key=lambda case: (-len(case.members), case.id)))


def _components(groups: list[Ints], size: int) -> npt.NDArray[np.int64]:
    """The smallest site of the component each site is in; -1 of those in no group."""
    root = np.arange(size, dtype=np.int64)

    def top(i: int) -> int:
        while root[i] != i:
            root[i] = root[root[i]]
            i = int(root[i])
        return i

    inside = np.zeros(size, np.bool_)
    for members in groups:
        inside[members] = True
        first = top(int(members[0]))
        for other in members[1:].tolist():
            second = top(other)
            low, high = min(first, second), max(first, second)
            root[high] = low
            first = low
    found = np.array([top(i) for i in np.flatnonzero(inside).tolist()], np.int64)
    out = np.full(size, -1, np.int64)
    out[inside] = found
    return out
