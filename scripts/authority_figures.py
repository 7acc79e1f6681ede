"""The figures of docs/authority.md on real graphs: cores and what they cover, and how tight what-if intervals are.

    python scripts/authority_figures.py FOLDER [CASES]

FOLDER is the folder of real data, which may not be passed on. What farms buy is told by ``backlit bench attacks``.
"""

from __future__ import annotations

import gzip
import sys
import time
from pathlib import Path

import numpy as np

from backlit.authority.core import trusted_core
from backlit.authority.engine import Authority, authority
from backlit.authority.trust import trust
from backlit.authority.whatif import what_if
from backlit.graph.csr import Graph, from_edges
from backlit.worlds.grounds import read_field


def slices(path: Path) -> tuple[Graph, list[str]]:
    with gzip.open(path, "rt") as file:
        pairs = [tuple(line.split("\t")[:2]) for line in file.read().splitlines()[1:]]
    names = sorted({name for pair in pairs for name in pair})
    number = {name: i for i, name in enumerate(names)}
    ends = np.array([(number[a], number[b]) for a, b in pairs])
    return from_edges(ends[:, 0], ends[:, 1], len(names)), names


def intervals(graph: Graph, found: Authority, cases: int) -> None:
    """Random targets with 0 to 3 links gained and 0 to 2 lost: does the interval hold the exact value?"""
    rng = np.random.default_rng(1)
    reached = np.flatnonzero(found.reached)
    live = np.flatnonzero((graph.out_degree > 0) & found.reached)
    inside, widths, moves, seconds = 0, [], [], 0.0
    for _ in range(cases):
        target = int(rng.choice(reached))
        row = graph.in_edges(target)[0]
        free = np.setdiff1d(live, np.append(row, target))
        gain = rng.choice(free, rng.integers(0, 4), replace=False).tolist()
        lose = rng.choice(row, min(len(row), rng.integers(0, 3)), replace=False).tolist()
        gain = gain or ([] if lose else [int(free[0])])
        begin = time.perf_counter()
        what_if(graph, found, target, gain=gain, lose=lose)
        seconds += time.perf_counter() - begin
        answer = what_if(graph, found, target, gain=gain, lose=lose, exact=True)
        assert answer.authority_exact is not None
        inside += answer.authority_low <= answer.authority_exact <= answer.authority_high
        widths.append(answer.authority_high - answer.authority_low)
        moves.append(abs(answer.authority_exact - answer.authority_now))
    print(
        f"what-if: {inside} of {cases} intervals hold; width median {np.median(widths):.2f}, "
        f"95th percentile {np.percentile(widths, 95):.2f}; move median {np.median(moves):.2f}, "
        f"greatest {max(moves):.2f} points; {1000 * seconds / cases:.1f} ms each"
    )


def main() -> None:
    """Print the figures."""
    if len(sys.argv) < 2 or not (folder := Path(sys.argv[1]) / "graphs").is_dir():
        sys.exit("Name the folder of real data: python scripts/authority_figures.py FOLDER [CASES]")
    cases = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    field = read_field(folder / "ukwa-1996-host-links.tsv.gz")
    assert field.names is not None
    for title, graph, names in (
        ("UK web, 1996", field.graph, field.names),
        ("Slices of Common Crawl", *slices(folder / "cc-domain-slices-edges.tsv.gz")),
    ):
        core = trusted_core(graph, names)
        found = authority(graph, core, harmonic="core")
        print(f"## {title}: {graph.nodes:,} domains, {graph.edges:,} links\n")
        print(core.rule)
        print(found.says)
        print(trust(graph, core.nodes).says)
        order = np.argsort(-found.score, kind="stable")[:10]
        print("first: " + ", ".join(f"{names[i]} {found.score[i]:.1f}" for i in order.tolist()))
        own = (found.flow - found.rank) > 0.1 * found.flow
        print(f"own loops: {int(own.sum())} domains send themselves more than a tenth of their rank")
        print("core by top-level domain (domains, core, reached):")
        for row in core.coverage(names, found.reached).slice(0, 12).to_pylist():
            print(f"  {row['tld']:<5} {row['sites']:>7,} {row['core']:>6,} {row['reached_share']:>5.0%}")
        print("core by language, where the list knows it: " + ", ".join(
            f"{row['language']} {row['core']}" for row in core.language_coverage().to_pylist()
        ))  # fmt: skip
        for kind, reach in (("rank alone", None), ("with reach", "core")):
            print(f"{kind}: ", end="")
            intervals(graph, authority(graph, core, harmonic=reach), cases)  # type: ignore[arg-type]
        print()


if __name__ == "__main__":
    main()
