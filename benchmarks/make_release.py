"""Write a made-up web-graph release of any size in Common Crawl's text format, fast.

    python benchmarks/make_release.py FOLDER --nodes 60000000 --edges 1000000000 [--sinks 0.65] [--seed 1]

The shape is that of ``graph_shape``: a share of sinks that differs by community, out-degrees by a power law,
communities of neighbouring names, targets popular far more often than not; an edge is to another node and comes once.
Names are made of syllables under real suffixes, in C order, ten to twenty letters long. Nothing of the size of
the edges is held: a compiled loop writes text, and threads compress it. About 8 bytes of memory a node. The
same arguments give the same release.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np
from isal import igzip_threaded
from numba import njit

from graph_shape import _fraction, _mix

NAME = "cc-main-2026-apr-may-jun"
#: Suffixes, reversed, with their share of the domains; roughly those of a release.
SUFFIXES = {
    "au.com": 1.5, "br.com": 3.0, "cn": 2.5, "com": 45.0, "de": 6.5, "edu": 0.2, "es": 1.2, "eu": 1.2, "fr": 2.5,
    "in": 1.5, "info": 2.5, "io": 0.8, "it": 2.2, "jp.co": 1.2, "jp.ne": 1.0, "net": 4.5, "nl": 2.5, "org": 4.5,
    "pl": 2.2, "ru": 4.0, "se": 1.0, "shop": 1.0, "site": 1.0, "top": 1.5, "uk.co": 3.5, "uk.org": 0.5, "xyz": 1.5,
}  # fmt: skip
_TAILS = [
    "",
    "",
    "",
    "",
    "",
    "s",
    "er",
    "24",
    "-online",
    "shop",
    "blog",
    "-web",
    "group",
    "tech",
    "1",
    "media",
]
_ROOM = 1 << 26


@njit(nogil=True)
def _put(number: Any, out: Any, at: int) -> int:
    digits = 1
    limit = np.int64(10)
    while number >= limit:
        digits += 1
        limit *= 10
    for k in range(digits):
        out[at + digits - 1 - k] = 48 + number % 10
        number //= 10
    return at + digits


@njit(nogil=True)
def _vertices(
    first: int, last: int, low: int, step: float, suffix: Any, syllables: Any, depth: int, tails: Any, tail_ends: Any,
    seed: Any, start: int, out: Any,
) -> int:  # fmt: skip
    """Lines of the domains ``first`` to ``last`` of one suffix, whose numbers begin at ``start``."""
    at = 0
    for i in range(first, last):
        key = np.uint64(seed) ^ (np.uint64(start + i) << np.uint64(3))
        at = _put(start + i, out, at)
        out[at] = 9
        at += 1
        for k in range(len(suffix)):
            out[at] = suffix[k]
            at += 1
        out[at] = 46
        at += 1
        # One number of each interval: ascending, and never the same twice.
        code = low + np.int64((i + 0.5 * _fraction(key)) * step)
        for d in range(depth - 1, -1, -1):
            syllable = (code // np.int64(len(syllables)) ** d) % len(syllables)
            for k in range(3):
                out[at] = syllables[syllable, k]
                at += 1
        tail = np.int64(_mix(key + np.uint64(1)) % np.uint64(len(tail_ends) - 1))
        for k in range(tail_ends[tail], tail_ends[tail + 1]):
            out[at] = tails[k]
            at += 1
        out[at] = 9
        hosts = np.int64(min(1.0 / (_fraction(key + np.uint64(2)) + 1e-6), 50000.0))
        at = _put(hosts, out, at + 1)
        out[at] = 10
        at += 1
    return at


@njit(nogil=True)
def _edges(
    u: int, counts: Any, begins: Any, community: Any, stay: Any, seed: Any, row: Any, out: Any, total: Any
) -> tuple[int, int]:
    """Lines of the edges of nodes from ``u`` on, until ``out`` is nearly full; the next node and the length."""
    nodes = len(counts)
    at = 0
    while u < nodes:
        degree = counts[u]
        if at + 24 * degree > len(out):
            break
        c = community[u]
        first, size = begins[c], begins[c + 1] - begins[c]
        local = stay[c] * min(1.0, size / (8.0 * degree)) if degree else 0.0
        for k in range(degree):
            key = _mix(np.uint64(seed) ^ (np.uint64(u) << np.uint64(20))) + np.uint64(3 * k)
            if _fraction(key) < local:
                t = first + np.int64(size * _fraction(key + np.uint64(1)) ** 1.5)
            else:
                rank = np.uint64(nodes * _fraction(key + np.uint64(1)) ** 4)
                t = np.int64(_mix(rank) % np.uint64(nodes))
            row[k] = min(t, nodes - 1)
        ends = row[:degree]
        ends.sort()
        before = np.int64(-1)
        for k in range(degree):
            t = ends[k]
            if t == before or t == u:  # noqa: SIM109
                continue
            before = t
            at = _put(u, out, at)
            out[at] = 9
            at = _put(t, out, at + 1)
            out[at] = 10
            at += 1
            total[0] += 1
        u += 1
    return u, at


def _syllables() -> np.ndarray:
    found = [f"{a}{b}{c}" for a in "bcdfghklmnprstvw" for b in "aeiou" for c in "lnrst"]
    rng = np.random.default_rng(7)
    kept = sorted(rng.choice(found, 128, replace=False).tolist())
    return np.array([list(s.encode()) for s in kept], np.uint8)


def write_vertices(path: Path, nodes: int, seed: int, threads: int) -> int:
    """The vertices; returns the bytes of text."""
    syllables = _syllables()
    tails = np.frombuffer("".join(_TAILS).encode(), np.uint8)
    tail_ends = np.concatenate([[0], np.cumsum([len(t) for t in _TAILS])])
    shares = np.array(list(SUFFIXES.values()))
    ends = np.floor(np.cumsum(shares) / shares.sum() * nodes + 0.5).astype(np.int64)
    out = np.empty(_ROOM, np.uint8)
    begin = text = 0
    with igzip_threaded.open(path, "wb", compresslevel=1, threads=threads) as file:
        for suffix, end in zip(sorted(SUFFIXES, key=lambda s: s.encode() + b"."), ends.tolist(), strict=True):
            many = end - begin
            depth = 3
            while len(syllables) ** depth < 3 * many:
                depth += 1
            step = len(syllables) ** depth / max(many, 1)
            reversed_ = np.frombuffer(suffix.encode(), np.uint8)
            for first in range(0, many, 1 << 19):
                last = min(first + (1 << 19), many)
                length = _vertices(
                    first, last, 0, step, reversed_, syllables, depth, tails, tail_ends, seed, begin, out
                )
                file.write(out[:length].data)
                text += length
            begin = end
    return text


def write_edges(path: Path, nodes: int, edges: int, sinks: float, seed: int, threads: int) -> tuple[int, int]:
    """The edges; returns how many, and the bytes of text."""
    rng = np.random.default_rng(seed)
    sizes = np.minimum((rng.pareto(1.3, nodes // 20 + 1) * 12).astype(np.int64) + 4, nodes // 10 + 4)
    begins = np.concatenate([[0], np.cumsum(sizes)])
    begins = np.concatenate([begins[begins < nodes], [nodes]])
    del sizes
    groups = len(begins) - 1
    stay = rng.beta(4, 2, groups)
    community = np.repeat(np.arange(groups, dtype=np.int32), np.diff(begins))
    share = rng.beta(2 * sinks, 2 * (1 - sinks), groups).astype(np.float32)
    counts = np.empty(nodes, np.int32)
    total_degree = 0.0
    pieces = range(0, nodes, 1 << 22)
    for phase in (0, 1):  # the sum first, then the degrees that add up to what is asked for
        again = np.random.default_rng(seed + 1)
        for first in pieces:
            last = min(first + (1 << 22), nodes)
            degrees = np.minimum(again.pareto(1.2, last - first) + 0.2, 20_000)
            degrees *= again.random(last - first) >= share[community[first:last]]
            spread = again.random(last - first)
            if phase == 0:
                total_degree += float(degrees.sum())
            else:
                many = np.floor(degrees * (edges / total_degree) + spread).astype(np.int64)
                many[(degrees > 0) & (many == 0)] = 1
                many[degrees == 0] = 0
                counts[first:last] = np.minimum(many, 2_000_000)
    row = np.empty(int(counts.max(initial=1)), np.int64)
    out = np.empty(max(_ROOM, 24 * len(row)), np.uint8)
    total = np.zeros(1, np.int64)
    u = text = 0
    with igzip_threaded.open(path, "wb", compresslevel=1, threads=threads) as file:
        while u < nodes:
            u, length = _edges(u, counts, begins, community, stay, seed, row, out, total)
            file.write(out[:length].data)
            text += length
    return int(total[0]), text


def make(
    folder: Path, nodes: int, edges: int, sinks: float = 0.65, seed: int = 1, threads: int = 2
) -> tuple[Path, Path, int]:
    """Write vertices and edges; their files, and how many edges there are."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{NAME}-domain-{what}.txt.gz" for what in ("vertices", "edges")]
    write_vertices(files[0], nodes, seed, threads)
    many, _ = write_edges(files[1], nodes, edges, sinks, seed, threads)
    return files[0], files[1], many


def main() -> None:
    """Read the arguments and write the files."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--nodes", type=int, default=1_000_000)
    parser.add_argument("--edges", type=int, default=10_000_000)
    parser.add_argument("--sinks", type=float, default=0.65, help="share of nodes without links out")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2, help="threads that compress")
    given = parser.parse_args()
    began, cpu = time.monotonic(), time.process_time()
    vertices, edges, many = make(
        given.folder, given.nodes, given.edges, given.sinks, given.seed, given.threads
    )
    wall, cpu = time.monotonic() - began, time.process_time() - cpu
    sizes = ", ".join(f"{path.name} {path.stat().st_size / 1e6:,.1f} MB" for path in (vertices, edges))
    print(f"{given.nodes:,} nodes, {many:,} edges in {wall:,.1f} s ({cpu:,.1f} s of processor): {sizes}")


if __name__ == "__main__":
    main()
