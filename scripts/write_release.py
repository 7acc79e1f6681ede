"""Write a real graph of the shared data as a web-graph release, in the text files that Common Crawl publishes.

    python scripts/write_release.py cc-domain-slices --data DATA --out FOLDER
    python scripts/write_release.py ukwa-1996 --data DATA --out FOLDER

``cc-domain-slices`` is a cut out of cc-main-2024-feb-apr-may around a few seeds, ``ukwa-1996`` the host links of the
UK web of 1996 folded to domains. DATA is the folder of the data set, with ``graphs/`` in it. Three files are
written: vertices, edges, and ranks with PageRank and exact harmonic centrality of the graph itself. The number of
hosts of a domain is that of the hosts the data name (the slices name none: 1).
"""

from __future__ import annotations

import argparse
import csv
import gzip
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from backlit.graph.csr import from_edges
from backlit.graph.hyperball import harmonic
from backlit.graph.pagerank import pagerank
from backlit.web.domain import split_host

#: Name of the release that each graph becomes.
RELEASES = {"cc-domain-slices": "cc-main-2024-feb-apr-may-slices", "ukwa-1996": "ukwa-1996"}


def read(which: str, data: Path) -> tuple[set[tuple[str, str]], dict[str, set[str]]]:
    """Links between domains, and the hosts of each domain."""
    hosts: dict[str, set[str]] = {}
    links: set[tuple[str, str]] = set()
    if which == "cc-domain-slices":
        graphs = data / "graphs"
        for row in _rows(graphs / "cc-domain-slices-nodes.tsv.gz"):
            hosts.setdefault(row["domain"], {row["domain"]})
        for row in _rows(graphs / "cc-domain-slices-edges.tsv.gz"):
            links.add((row["source"], row["target"]))
    else:
        for row in _rows(data / "graphs" / "ukwa-1996-host-links.tsv.gz"):
            ends = []
            for host in (row["source_host"], row["target_host"]):
                domain = split_host(host)[0]
                if host and domain:
                    hosts.setdefault(domain, set()).add(host)
                    ends.append(domain)
            if len(ends) == 2:
                links.add((ends[0], ends[1]))
    for domain in (domain for link in links for domain in link):
        hosts.setdefault(domain, {domain})
    return {(a, b) for a, b in links if a != b}, hosts


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as text:
        yield from csv.DictReader(text, delimiter="\t", quoting=csv.QUOTE_NONE)


def write(out: Path, name: str, links: set[tuple[str, str]], hosts: dict[str, set[str]]) -> list[Path]:
    """The three files of the release ``name`` in ``out``."""
    names = {domain: ".".join(reversed(domain.split("."))).encode() for domain in hosts}
    domains = sorted(hosts, key=names.__getitem__)
    ids = {domain: i for i, domain in enumerate(domains)}
    pairs = np.array(sorted((ids[a], ids[b]) for a, b in links), np.int64).reshape(-1, 2)
    graph = from_edges(pairs[:, 0], pairs[:, 1], len(domains))
    rank = pagerank(graph, dangling="to-all").scores
    rank = rank / rank.sum()
    centrality = harmonic(graph).astype(np.float32)
    by_centrality = np.argsort(-centrality, kind="stable")
    place = np.empty(len(domains), np.int64)
    place[np.argsort(-rank, kind="stable")] = np.arange(1, len(domains) + 1)
    out.mkdir(parents=True, exist_ok=True)
    files = [out / f"{name}-domain-{what}.txt.gz" for what in ("vertices", "edges", "ranks")]
    _write(files[0], (f"{i}\t{names[d].decode()}\t{len(hosts[d])}" for i, d in enumerate(domains)))
    _write(files[1], (f"{a}\t{b}" for a, b in pairs.tolist()))
    header = "#harmonicc_pos\t#harmonicc_val\t#pr_pos\t#pr_val\t#host_rev\t#n_hosts"
    rows = (
        f"{at}\t{java(centrality[i])}\t{place[i]}\t{java(rank[i])}\t{names[domains[i]].decode()}\t{len(hosts[domains[i]])}"
        for at, i in enumerate(by_centrality.tolist(), 1)
    )
    _write(files[2], [header, *rows])
    return files


def java(value: np.floating) -> str:  # type: ignore[type-arg]
    """A number as Java prints it: plain from 1e-3 to 1e7, else with one digit before the dot and an exponent."""
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return np.format_float_positional(value, unique=True, trim="0")
    text = np.format_float_scientific(value, unique=True, trim="0", exp_digits=1)
    return text.replace("e+", "E").replace("e", "E")


def _write(path: Path, lines: object) -> None:
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as out:
        for line in lines:  # type: ignore[attr-defined]
            out.write(f"{line}\n".encode())


def main() -> None:
    """Read the arguments and write the files."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("which", choices=sorted(RELEASES))
    parser.add_argument("--data", type=Path, required=True, help="folder of the data set")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    given = parser.parse_args()
    try:
        links, hosts = read(given.which, given.data)
    except OSError as exc:
        sys.exit(f"The data cannot be read: {exc}.")
    files = write(given.out, RELEASES[given.which], links, hosts)
    print(f"{len(hosts):,} domains, {len(links):,} links:")
    for path in files:
        print(f"  {path}  {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
