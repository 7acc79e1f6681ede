"""How far authority agrees with what others say a domain is worth: a table of Spearman correlations.

    python scripts/authority_agreement.py FOLDER

FOLDER is the folder of real data (graphs and authority lists), which may not be passed on. Two graphs carry names
of today: the slices of Common Crawl's domain graph, and the out-links of news sites. Both are cuts, so degrees and
scores in them are lower bounds, and a low figure says as much of the cut as of the score. Beside ours stand
plain in-degree in the same graph (what a score must beat to be worth its trouble) and the agreement of
the others among themselves over the domains they share.
"""

from __future__ import annotations

import csv
import gzip
import sys
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import numpy as np

from backlit.authority.core import trusted_core
from backlit.authority.engine import authority
from backlit.graph.csr import from_edges
from backlit.graph.hyperball import harmonic
from backlit.graph.pagerank import pagerank
from backlit.web.domain import split_host

Scores = dict[str, float]
_FEWEST = 20


def rows(path: Path, delimiter: str) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter=delimiter)


def market(folder: Path) -> dict[str, Scores]:
    """The lists of others; greater is better."""
    found: dict[str, Scores] = {}
    for name in ("cc-main-2026-apr-may-jun-domain-ranks-top.tsv.gz",):
        ranks = list(rows(folder / name, "\t"))
        domain = [".".join(reversed(row["#host_rev"].split("."))) for row in ranks]
        found["Common Crawl harmonic"] = {
            d: float(r["#harmonicc_val"]) for d, r in zip(domain, ranks, strict=True)
        }
        found["Common Crawl PageRank"] = {d: float(r["#pr_val"]) for d, r in zip(domain, ranks, strict=True)}
    # The history of the top lists names more domains: the newest figure of each.
    for row in rows(folder / "cc-webgraph-domain-history.tsv.gz", "\t"):
        for name, key in (
            ("Common Crawl harmonic", "harmonic_centrality"),
            ("Common Crawl PageRank", "pagerank"),
        ):
            history = found.setdefault(f"{name}, any release", {})
            history[row["domain"]] = float(row[key])
    moz = list(rows(folder / "moz-top500.csv.gz", ","))
    named = [split_host(row["Root Domain"])[0] for row in moz]
    found["Moz authority"] = {d: float(r["Domain Authority"]) for d, r in zip(named, moz, strict=True)}
    found["Moz linking domains"] = {
        d: float(r["Linking Root Domains"].replace(",", "")) for d, r in zip(named, moz, strict=True)
    }
    majestic = list(rows(folder / "majestic-top15k.csv.gz", ","))
    found["Majestic rank"] = {r["Domain"]: -float(r["GlobalRank"]) for r in majestic}
    return found


def ours(pairs: set[tuple[str, str]]) -> tuple[dict[str, Scores], str]:
    """Authority and plain figures of every domain that is linked to."""
    names = sorted({name for pair in pairs for name in pair})
    number = {name: i for i, name in enumerate(names)}
    ends = np.array([(number[a], number[b]) for a, b in sorted(pairs)])
    graph = from_edges(ends[:, 0], ends[:, 1], len(names))
    core = trusted_core(graph, names)
    found = authority(graph, core, harmonic="core")
    degree = np.diff(graph.offsets)
    linked = np.flatnonzero(degree)
    reached = linked[found.reached[linked]]

    def scores(values: np.ndarray, nodes: np.ndarray) -> Scores:
        return {names[i]: float(values[i]) for i in nodes.tolist()}

    return {
        "authority": scores(found.score, reached),
        "authority (uniform jump)": scores(authority(graph).score, linked),
        "PageRank here": scores(pagerank(graph).scores, linked),
        "harmonic here": scores(harmonic(graph), linked),
        "in-degree here": scores(degree, linked),
    }, f"{graph.nodes:,} domains, {graph.edges:,} links. Core: {core.rule} {found.says}"


def spearman(a: Scores, b: Scores) -> tuple[float | None, int]:
    """The rank correlation over the domains of both (ties share their mean rank), and how many these are."""
    both = sorted(a.keys() & b.keys())
    if len(both) < _FEWEST:
        return None, len(both)
    x, y = (ranks(np.array([scores[d] for d in both])) for scores in (a, b))
    if x.std() == 0 or y.std() == 0:
        return None, len(both)
    return float(np.corrcoef(x, y)[0, 1]), len(both)


def ranks(values: np.ndarray) -> np.ndarray:
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return ((ends - counts + ends - 1) / 2)[which]


def cell(a: Scores, b: Scores) -> str:
    value, count = spearman(a, b)
    return f"- ({count})" if value is None else f"{value:.2f} ({count})"


def main() -> None:
    """Print the tables."""
    if len(sys.argv) != 2 or not (folder := Path(sys.argv[1])).is_dir():
        sys.exit("Name the folder of real data: python scripts/authority_agreement.py FOLDER")
    others = market(folder / "authority")
    graphs = folder / "graphs"
    slices = {(r["source"], r["target"]) for r in rows(graphs / "cc-domain-slices-edges.tsv.gz", "\t")}
    outlinks = {
        (r["domain_from"], r["domain_to"]) for r in rows(graphs / "newsseo-politifact-outlinks.csv.gz", ",")
    }
    rated = {
        r["domain_to"]: float(r["domain_to_rating"])
        for r in rows(graphs / "newsseo-politifact-outlinks.csv.gz", ",")
        if r["domain_to_rating"] not in ("", "NA")
    }
    everybody = others | {"Ahrefs rating": rated}
    for title, pairs in (("Slices of Common Crawl", slices), ("Out-links of news sites", outlinks)):
        measures, says = ours({(a, b) for a, b in pairs if a != b})
        print(f"## {title}\n\n{says}\n")
        print("| Spearman (domains) | " + " | ".join(everybody) + " |")
        print("| --- " * (len(everybody) + 1) + "|")
        for name, scores in measures.items():
            print(f"| {name} | " + " | ".join(cell(scores, other) for other in everybody.values()) + " |")
        print()
    print("## Among themselves\n")
    for (one, a), (two, b) in combinations(everybody.items(), 2):
        if one.split(",")[0] != two.split(",")[0]:
            print(f"{one} and {two}: {cell(a, b)}")


if __name__ == "__main__":
    main()
