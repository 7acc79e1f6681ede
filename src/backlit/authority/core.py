"""The trusted core: where the rank behind authority starts from, and why the way into it is not for sale.

**Rule.** The core begins with the *seeds* (``backlit.authority.seeds``: by suffix, list and user). Then, round
by round, a site is let in when at least m different owners who are already in the core link to it
(``sponsors``, m = 12; m = 8 for a site named like a university or library), unless it is a platform or the user
took it out. The most linked-to sites of a web graph, those at the top of its harmonic ranking, have such
sponsors by the hundred; what a plain cut of that ranking lets in beside them has none.

**Why not the harmonic ranking itself?** Harmonic centrality counts whoever can reach a site, so k new
sites lift it by k, and 10,000 of them carry a site over any cut in a graph of 300,000. Sponsors cannot be made:
they must be in the core already.

**What holds** (k farm sites, linked in any way among themselves, from and to their target, and s *stolen* links
from sites outside the farm to farm sites or the target; the farm's names are no seeds):

1. s < m: no farm site is let in. (The first one let in would need m links from core sites, all of
   which are outside the farm, so stolen.) With m = 8 for patterns of names, s < 8 for those.
2. The target is let in only if it had at least m − s sponsors before: it *stood near* the core. The same for each
   other site. With s = 0 the core outside the target's own new links is the same set, whatever k is.

The size of the farm appears in neither. A site of the core can vouch like any other: what m sites of the core
give together, links, they may also sell together.

**Without seeds** (nodes that are numbers, or names of which none is known) no core is made: every rule that
looks at links alone can be met by enough new sites linked like the old ones (Cheng & Friedman 2005), so there
is nothing to start from that could not be bought. The jump is then uniform and every score says so; name
seeds yourself with ``add`` or ``seeds`` if you know some.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from backlit.authority.names import Names, name_batches, names_of
from backlit.authority.seeds import ADDED, LISTED, SUFFIX, VOUCHED, Seeds, find_seeds
from backlit.errors import GraphError
from backlit.graph.blocks import crew, split_rows
from backlit.graph.csr import Graph
from backlit.settings import Settings, default

_WORDS = {SUFFIX: "suffix", LISTED: "list", ADDED: "user"}


@dataclass(frozen=True, slots=True, eq=False)
class Core:
    """The trusted core of a graph: its nodes, ascending, and how each came in."""

    nodes: npt.NDArray[np.int64]
    how: npt.NDArray[np.uint8]
    #: For every node of the graph: owners in the core that link to it, counted up to ``needed``.
    sponsors: npt.NDArray[np.uint8]
    needed: int
    by_tld: Counter[str] = field(default_factory=Counter, repr=False)
    languages: dict[int, tuple[str, ...]] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.nodes)

    def __contains__(self, node: int) -> bool:
        place = int(np.searchsorted(self.nodes, node))
        return place < len(self.nodes) and int(self.nodes[place]) == node

    @property
    def rule(self) -> str:
        """What the rank starts from, in a sentence."""
        if not len(self):
            return (
                "There is no trusted core: no site of this graph is known by its suffix or by the list, so "
                "rank starts from every site alike and can be bought with enough new sites."
            )
        counts = self.counts()
        vouched = sum(n for word, n in counts.items() if word.startswith("vouched"))
        parts = [
            (counts.get("suffix", 0), "by suffix"),
            (counts.get("list", 0), "by list"),
            (counts.get("user", 0), "named by the user"),
            (vouched, f"vouched for by at least {self.needed} others (named institutions need fewer)"),
        ]
        return f"{len(self):,} sites: " + ", ".join(f"{n:,} {words}" for n, words in parts if n) + "."

    def counts(self) -> dict[str, int]:
        """How many came in by each way: suffix, list, user, vouched 1, vouched 2, …"""
        return {
            _WORDS.get(int(way), f"vouched {int(way) - VOUCHED + 1}"): int((self.how == way).sum())
            for way in np.unique(self.how)
        }

    def coverage(self, names: Names, reached: npt.NDArray[np.bool_] | None = None) -> pa.Table:
        """By top-level domain, most sites first: ``tld, sites, core, core_share, reached, reached_share``."""
        in_core = Counter(name.rpartition(".")[2] for name in names_of(names, self.nodes))
        met: Counter[str] | None = None
        if reached is not None:
            met = Counter()
            for first, batch in name_batches(names, len(reached)):
                flags = reached[first : first + len(batch)]
                met.update(
                    n.rpartition(".")[2] for n, yes in zip(batch.to_pylist(), flags, strict=True) if yes
                )
        return _coverage_table("tld", self.by_tld, in_core, met)

    def language_coverage(self, languages: Sequence[str | None] | None = None) -> pa.Table:
        """By language. ``languages`` gives each node's where they are known; else only the list's are told."""
        if languages is None:
            listed = Counter(code for node, codes in self.languages.items() if node in self for code in codes)
            return _coverage_table("language", Counter(dict.fromkeys(listed)), listed, None)
        sites = Counter(code for code in languages if code is not None)
        core = Counter(code for node in self.nodes.tolist() if (code := languages[node]) is not None)
        return _coverage_table("language", sites, core, None)


def _coverage_table(
    key: str, sites: Counter[str], core: Counter[str], reached: Counter[str] | None
) -> pa.Table:
    """Shares of the core; unknown is null."""
    rows = []
    for name, count in sorted(sites.items(), key=lambda item: (-(item[1] or 0), item[0])):
        met = None if reached is None else reached[name]
        rows.append(
            {
                key: name,
                "sites": count,
                "core": core[name],
                "core_share": core[name] / count if count else None,
                "reached": met,
                "reached_share": met / count if count and met is not None else None,
            }
        )
    whole, part = pa.int64(), pa.float64()
    fields = [(key, pa.string()), ("sites", whole), ("core", whole), ("core_share", part)]
    schema = pa.schema([*fields, ("reached", whole), ("reached_share", part)])
    return pa.Table.from_pylist(rows, schema=schema)


def trusted_core(
    graph: Graph,
    names: Names | None = None,
    *,
    seeds: Seeds | npt.NDArray[Any] | None = None,
    add: Collection[str] = (),
    remove: Collection[str] = (),
    owners: npt.NDArray[Any] | None = None,
    settings: Settings | None = None,
    threads: int | None = None,
) -> Core:
    """The core of ``graph``; see the module for the rule.

    ``seeds``: those of an earlier ``find_seeds``, or plain node numbers (a graph without names). ``owners``: a
    number for each node's owner, where several nodes have one (hosts of one domain); each its own when absent.
    """
    rule = (settings or default()).core
    if isinstance(seeds, np.ndarray) or (seeds is None and names is None):
        chosen = np.unique(np.asarray([] if seeds is None else seeds, dtype=np.int64))
        none = np.zeros(graph.nodes, np.bool_)
        seeds = Seeds(chosen, np.full(len(chosen), ADDED, np.uint8), none, none, Counter(), {})
    elif seeds is None:
        assert names is not None
        seeds = find_seeds(names, graph.nodes, add=add, remove=remove)
    if len(seeds.nodes) and (seeds.nodes[0] < 0 or seeds.nodes[-1] >= graph.nodes):
        raise GraphError(f"A seed of the core is no node of the graph, which has 0 to {graph.nodes - 1}.")
    how = np.zeros(graph.nodes, np.uint8)
    how[seeds.nodes] = seeds.how
    sponsors = np.zeros(graph.nodes, np.uint8)
    needed = np.where(seeds.named, np.uint8(rule.named_sponsors), np.uint8(rule.sponsors))
    if len(seeds.nodes):
        for step in range(rule.rounds + 1):
            sponsors = count_sponsors(graph, how > 0, rule.sponsors, owners=owners, threads=threads)
            fresh = (how == 0) & ~seeds.barred & (sponsors >= needed)
            if step == rule.rounds or not fresh.any():
                break
            how[fresh] = VOUCHED + step
    nodes = np.flatnonzero(how)
    return Core(nodes, how[nodes], sponsors, rule.sponsors, seeds.by_tld, seeds.languages)


def count_sponsors(
    graph: Graph,
    trusted: npt.NDArray[np.bool_],
    need: int,
    *,
    owners: npt.NDArray[Any] | None = None,
    threads: int | None = None,
) -> npt.NDArray[np.uint8]:
    """How many owners of ``trusted`` nodes link to each node, counted up to ``need``. One pass over the edges."""
    from backlit.authority.loops import count_sponsors as loop

    found = np.zeros(graph.nodes, np.uint8)
    who = np.zeros(0, np.int64) if owners is None else np.ascontiguousarray(owners, dtype=np.int64)

    def block(first: int, last: int) -> None:
        loop(graph.offsets, graph.sources, trusted, who, need, first, last, found)
        graph.release(first, last)
        graph.release(first, last)

    with crew(threads) as run:
        run(block, split_rows(graph.offsets, 0, graph.nodes))
    return found
