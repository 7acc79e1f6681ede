"""Speed and memory of the graph's kernels beside other tools, on one made-up web graph, in one run.

    python benchmarks/graph.py [--edges 100000000] [--sinks 0.65] [--claims pagerank,batch,…]
                               [--threads 1] [--without NAME,…] [--folder DIR] [--json FILE]

Claims: ``pagerank`` (classic PageRank, sum 1, against scipy.sparse, python-graphblas and networkit), ``disk`` (the same
from a graph built on disk in bounded memory), ``batch`` (16 jump vectors at once), ``recompute`` (after
100 links went), ``hyperball`` (against networkit's neighbourhood function) and ``edgelist`` (gunzip and reading of
``from<TAB>to`` lines, against DuckDB and polars).

All tools get the same simple edges, sorted by source, as two arrays. Each measurement is a process of
its own: CPU and wall seconds of loading and building (from the files to the tool's graph) and of
computing, and the peak resident memory over all. Loops are compiled (on a small graph), and the tools'
libraries imported, before the clock starts. PageRank stops at an L1 change of 1e-9, ours at
a proven L1 *error* of 1e-9, which is stricter; the true L1 error is taken against our own run to 1e-13. What
matters are the ratios of one run: the numbers are the machine's. Made graphs stay in ``--folder``.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Result = dict[str, Any]
DAMPING, TOLERANCE = 0.85, 1e-9

#: What must hold: claim, ours, peer, the ratio (theirs over ours) and of what.
GATES = (
    ("pagerank", "ours", "scipy", 2.0, "compute"),
    ("pagerank", "ours", "graphblas", 4.0, "compute"),
    ("pagerank", "ours", "networkit", 6.0, "compute"),
    ("pagerank", "ours", "scipy", 1.0, "load"),
    ("pagerank", "ours", "scipy", 1.0, "memory"),
    ("pagerank", "ours", "graphblas", 1.0, "memory"),
    ("pagerank", "ours", "networkit", 1.0, "memory"),
    ("hyperball", "ours", "networkit", 3.0, "compute"),
    ("edgelist", "ours", "duckdb", 4.0, "compute"),
)


class Clock:
    """CPU and wall seconds of named stretches of the process's life."""

    def __init__(self) -> None:
        self.result: Result = {}
        self._at = (time.process_time(), time.monotonic())

    def lap(self, name: str | None) -> None:
        now = (time.process_time(), time.monotonic())
        if name:
            self.result[name] = now[0] - self._at[0]
            self.result[f"{name}_wall"] = now[1] - self._at[1]
        self._at = now


def edges_of(folder: Path) -> tuple[Any, Any, int]:
    nodes = json.loads((folder / "shape.json").read_text())["nodes"]
    return np.load(folder / "source.npy"), np.load(folder / "target.npy"), nodes


def save(folder: Path, name: str, scores: Any) -> None:
    np.save(folder / f"scores-{name}.npy", scores)


# -- PageRank ------------------------------------------------------------------------------------


def _small() -> Any:
    from backlit.graph.csr import from_edges

    return from_edges(np.array([0, 1, 2], np.uint32), np.array([1, 2, 0], np.uint32), 4)


def _ordered(folder: Path) -> tuple[Any, Any]:
    from backlit.graph.csr import from_edges
    from backlit.graph.ordering import sinks_last

    source, target, nodes = edges_of(folder)
    order = sinks_last(np.bincount(source, minlength=nodes))
    return from_edges(order.new_of_old[source], order.new_of_old[target], nodes), order


def pagerank_ours(folder: Path, threads: int, clock: Clock) -> None:
    from backlit.graph.ordering import sinks_last
    from backlit.graph.pagerank import pagerank

    sinks_last(np.zeros(2))
    pagerank(_small(), dangling="to-jump")
    clock.lap(None)
    graph, order = _ordered(folder)
    clock.lap("load")
    found = pagerank(graph, dangling="to-jump", damping=DAMPING, tolerance=TOLERANCE, threads=threads)
    scores = order.to_old(found.scores)
    clock.lap("compute")
    clock.result |= {"iterations": found.iterations, "bound": found.error, "live_edges": _live(graph)}
    save(folder, "ours", scores)


def _live(graph: Any) -> float:
    return float(graph.offsets[graph.live] / graph.edges)


def reference(folder: Path, threads: int, clock: Clock) -> None:
    from backlit.graph.pagerank import pagerank

    graph, order = _ordered(folder)
    found = pagerank(graph, dangling="to-jump", damping=DAMPING, tolerance=1e-13, threads=threads)
    save(folder, "reference", order.to_old(found.scores))


def pagerank_scipy(folder: Path, threads: int, clock: Clock) -> None:
    import scipy.sparse as sp

    clock.lap(None)
    source, target, n = edges_of(folder)
    out = np.bincount(source, minlength=n)
    matrix = sp.coo_array((DAMPING / out[source], (target.astype(np.int32), source.astype(np.int32))), (n, n))
    matrix = matrix.tocsr()
    del source, target
    clock.lap("load")
    dangling = np.flatnonzero(out == 0)
    x = np.full(n, 1 / n)
    iteration, change = 0, np.inf
    while change > TOLERANCE:
        iteration += 1
        fresh = matrix @ x
        fresh += (1 - fresh.sum()) / n
        change = np.abs(fresh - x).sum()
        x = fresh
    clock.lap("compute")
    clock.result |= {"iterations": iteration, "sinks": len(dangling)}
    save(folder, "scipy", x)


def pagerank_graphblas(folder: Path, threads: int, clock: Clock) -> None:
    import graphblas as gb

    gb.init("suitesparse", blocking=True)
    gb.ss.config["nthreads"] = threads
    clock.lap(None)
    source, target, n = edges_of(folder)
    matrix = gb.Matrix.from_coo(target, source, 1.0, nrows=n, ncols=n)
    out = gb.Vector.from_coo(np.arange(n), np.bincount(source, minlength=n) / DAMPING, size=n).select(
        "!=", 0.0
    )
    out = out.new()
    del source, target
    clock.lap("load")
    x = gb.Vector.from_scalar(1 / n, size=n, dtype=float)
    iteration, change = 0, np.inf
    while change > TOLERANCE:
        iteration += 1
        passed = x.ewise_mult(out, "truediv").new()
        fresh = gb.Vector.from_scalar(0.0, size=n, dtype=float)
        fresh(accum=gb.binary.plus) << matrix.mxv(passed, gb.semiring.plus_second)
        rest = (1 - fresh.reduce("plus").new().value) / n
        fresh << fresh.apply("plus", right=rest)
        change = x.ewise_add(fresh, "minus").apply("abs").reduce("plus").new().value
        x = fresh
    clock.lap("compute")
    clock.result["iterations"] = iteration
    save(folder, "graphblas", x.to_dense())


def pagerank_networkit(folder: Path, threads: int, clock: Clock) -> None:
    import networkit as nk

    nk.setNumberOfThreads(threads)
    clock.lap(None)
    source, target, n = edges_of(folder)
    graph = nk.GraphFromCoo((source.astype(np.uint64), target.astype(np.uint64)), n=n, directed=True)
    del source, target
    clock.lap("load")
    ranks = nk.centrality.PageRank(
        graph,
        damp=DAMPING,
        tol=TOLERANCE,
        distributeSinks=nk.centrality.SinkHandling.DistributeSinks,
    )
    ranks.norm = nk.centrality.Norm.L1_NORM
    ranks.run()
    clock.lap("compute")
    clock.result["iterations"] = ranks.numberOfIterations()
    save(folder, "networkit", np.array(ranks.scores()))


def disk_ours(folder: Path, threads: int, clock: Clock) -> None:
    """Built on disk in 13 bytes a node and 1.5 bytes an edge, at least 64 MB."""
    from backlit.graph.build import GraphBuild, least_memory
    from backlit.graph.pagerank import pagerank

    place = folder / "graph"
    for n in range(2):
        shutil.rmtree(place, ignore_errors=True)
        if n == 0:  # to have all loops compiled
            with GraphBuild(place, 3, memory=1 << 24) as build:
                build.add(np.array([0, 1], np.uint32), np.array([1, 2], np.uint32))
                pagerank(build.finish().graph, dangling="to-jump")
            continue
        clock.lap(None)
        nodes = json.loads((folder / "shape.json").read_text())["nodes"]
        edges = json.loads((folder / "shape.json").read_text())["edges"]
        memory = least_memory(nodes) + max(edges * 3 // 2, 64 << 20)
        with (
            (folder / "source.npy").open("rb") as sources,
            (folder / "target.npy").open("rb") as targets,
            GraphBuild(place, nodes, memory=memory) as build,
        ):
            for file in (sources, targets):
                np.lib.format.read_magic(file)
                np.lib.format.read_array_header_1_0(file)
            while build.taken < edges:
                build.add(*(np.fromfile(file, np.uint32, 1 << 20) for file in (sources, targets)))
            stored = build.finish()
    clock.lap("load")
    clock.result["memory_allowed"] = memory
    clock.result["peak_build"] = peak()
    found = pagerank(stored.graph, dangling="to-jump", damping=DAMPING, tolerance=TOLERANCE, threads=threads)
    clock.lap("compute")
    clock.result["iterations"] = found.iterations
    save(folder, "disk", stored.ordering().to_old(found.scores))


# -- the other kernels ---------------------------------------------------------------------------


def batch(folder: Path, threads: int, clock: Clock) -> None:
    from backlit.graph.pagerank import pagerank
    from backlit.graph.personalised import core, personalised, uniform

    vectors = 16
    personalised(_small(), [uniform()] * vectors)
    pagerank(_small())
    graph, _ = _ordered(folder)
    rng = np.random.default_rng(1)
    jumps = [uniform(), *(core(rng.integers(0, graph.live, 1000)) for _ in range(vectors - 1))]
    clock.lap(None)
    one = pagerank(graph, max_iterations=10, threads=threads)
    clock.lap("single")
    many = personalised(graph, jumps, max_iterations=10, threads=threads)
    clock.lap("compute")
    clock.result["ratio"] = clock.result["single"] * vectors / clock.result["compute"]
    assert np.abs(one.scores - many.scores[0]).sum() < 1e-3


def recompute_ours(folder: Path, threads: int, clock: Clock) -> None:
    from backlit.graph.contributions import recompute
    from backlit.graph.csr import Edges
    from backlit.graph.pagerank import pagerank

    pagerank(_small())
    graph, _ = _ordered(folder)
    clock.lap(None)
    first = pagerank(graph, threads=threads)
    clock.lap("fresh")
    degrees = np.diff(graph.offsets)
    target = int(np.argsort(degrees)[-len(degrees) // 1000])
    sources = graph.in_edges(target)[0][:100]
    removed = Edges(sources, np.full(len(sources), target))
    found = recompute(graph, first.scores, removed=removed, threads=threads)
    clock.lap("compute")
    clock.result |= {
        "iterations": found.iterations,
        "fresh_iterations": first.iterations,
        "removed": len(sources),
    }


def hyperball_ours(folder: Path, threads: int, clock: Clock) -> None:
    """One run with 64 registers, a relative standard deviation of 13 %, with the edges of the largest connected
    part both ways."""
    from backlit.graph.csr import from_edges
    from backlit.graph.hyperball import hyperball

    hyperball(_small(), seeds=1)
    clock.lap(None)
    source, target, n = edges_of(folder / "connected")
    graph = from_edges(np.concatenate([source, target]), np.concatenate([target, source]), n)
    del source, target
    clock.lap("load")
    found = hyperball(graph, bits=6, seeds=1, threads=threads)
    clock.lap("compute")
    clock.result |= {"steps": found.steps[0], "deviation": found.deviation}


def hyperball_directed(folder: Path, threads: int, clock: Clock) -> None:
    """The same on the directed graph, which networkit's function does not take."""
    from backlit.graph.hyperball import hyperball

    hyperball(_small(), seeds=1)
    clock.lap(None)
    graph, _ = _ordered(folder)
    clock.lap("load")
    found = hyperball(graph, bits=6, seeds=1, threads=threads)
    clock.lap("compute")
    clock.result |= {"steps": found.steps[0], "deviation": found.deviation}


def hyperball_networkit(folder: Path, threads: int, clock: Clock) -> None:
    """ANF with 64 bit masks a node, on the undirected graph; it gives the sum over all nodes only."""
    import networkit as nk

    nk.setNumberOfThreads(threads)
    clock.lap(None)
    source, target, n = edges_of(folder / "connected")
    graph = nk.GraphFromCoo((source.astype(np.uint64), target.astype(np.uint64)), n=n)
    clock.lap("load")
    found = nk.distance.NeighborhoodFunctionApproximation(graph, k=64)
    found.run()
    clock.lap("compute")
    clock.result["steps"] = len(found.getNeighborhoodFunction())


def edgelist_ours(folder: Path, threads: int, clock: Clock) -> None:
    from backlit.sources.edgelist import read_edges

    small = folder / "small.txt"
    small.write_bytes(b"1\t2\n")
    list(read_edges(small))
    clock.lap(None)
    rows = total = 0
    for run in read_edges(folder / "edges.txt.gz"):
        rows += len(run.source)
        total += int(run.source.sum(dtype=np.uint64)) + int(run.target.sum(dtype=np.uint64))
    clock.lap("compute")
    clock.result |= {"rows": rows, "total": total}


def edgelist_duckdb(folder: Path, threads: int, clock: Clock) -> None:
    import duckdb

    db = duckdb.connect(config={"threads": threads})
    clock.lap(None)
    columns = "{'a': 'UINTEGER', 'b': 'UINTEGER'}"
    query = f"FROM read_csv('{folder / 'edges.txt.gz'}', sep = '\t', header = false, columns = {columns})"
    rows, total = db.execute(f"SELECT count(*), sum(a) + sum(b) {query}").fetchall()[0]
    clock.lap("compute")
    clock.result |= {"rows": rows, "total": int(total)}


def edgelist_polars(folder: Path, threads: int, clock: Clock) -> None:
    import polars as pl

    clock.lap(None)
    schema = {"a": pl.UInt32, "b": pl.UInt32}
    frame = pl.read_csv(folder / "edges.txt.gz", separator="\t", has_header=False, schema=schema)
    total = int(frame["a"].cast(pl.UInt64).sum()) + int(frame["b"].cast(pl.UInt64).sum())
    clock.lap("compute")
    clock.result |= {"rows": len(frame), "total": total}


MEASURES: dict[str, dict[str, Callable[[Path, int, Clock], None]]] = {
    "pagerank": {
        "ours": pagerank_ours,
        "scipy": pagerank_scipy,
        "graphblas": pagerank_graphblas,
        "networkit": pagerank_networkit,
        "reference": reference,
    },
    "disk": {"ours": disk_ours},
    "batch": {"ours": batch},
    "recompute": {"ours": recompute_ours},
    "hyperball": {"ours": hyperball_ours, "directed": hyperball_directed, "networkit": hyperball_networkit},
    "edgelist": {"ours": edgelist_ours, "duckdb": edgelist_duckdb, "polars": edgelist_polars},
}


# -- the run -------------------------------------------------------------------------------------


def peak() -> int:
    """The most bytes this process has had in memory; what getrusage says includes its parent's."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def prepare(folder: Path, edges: int, sinks: float) -> None:
    """The graph's edges without repeats and self-links, by source."""
    if (folder / "shape.json").exists():
        return
    from backlit.graph.csr import from_edges
    from graph_shape import make

    nodes, made = make(folder / "raw", edges, sinks)
    source, target = (np.load(folder / "raw" / f"{name}.npy") for name in ("source", "target"))
    turned = from_edges(target, source, nodes)
    np.save(folder / "target.npy", turned.sources)
    np.save(folder / "source.npy", np.repeat(np.arange(nodes, dtype=np.uint32), np.diff(turned.offsets)))
    shutil.rmtree(folder / "raw")
    (folder / "shape.json").write_text(json.dumps({"nodes": nodes, "edges": turned.edges, "made": made}))


def prepare_connected(folder: Path) -> None:
    """The largest connected part, each pair of nodes once: networkit's function takes nothing else."""
    import scipy.sparse as sp
    from scipy.sparse.csgraph import connected_components

    place = folder / "connected"
    if (place / "shape.json").exists():
        return
    place.mkdir(exist_ok=True)
    source, target, n = edges_of(folder)
    ones = np.ones(len(source), np.int8)
    matrix = sp.coo_array((ones, (source.astype(np.int32), target.astype(np.int32))), (n, n)).tocsr()
    _, part = connected_components(matrix, directed=False)
    inside = part == np.bincount(part).argmax()
    number = np.cumsum(inside) - 1
    keep = inside[source]
    pairs = np.stack([number[source[keep]], number[target[keep]]])
    pairs = np.unique(pairs.min(axis=0) * n + pairs.max(axis=0))
    np.save(place / "source.npy", (pairs // n).astype(np.uint32))
    np.save(place / "target.npy", (pairs % n).astype(np.uint32))
    shape = {"nodes": int(inside.sum()), "edges": len(pairs)}
    (place / "shape.json").write_text(json.dumps(shape))


def prepare_text(folder: Path, rows: int) -> None:
    """The first edges as gzip text, with numbers as long as a release's."""
    if (folder / "edges.txt.gz").exists():
        return
    import pyarrow as pa
    import pyarrow.csv as pc

    source, target, nodes = edges_of(folder)
    factor = 120_000_000 // nodes + 1
    table = pa.table({n: (a[:rows].astype(np.int64) * factor) for n, a in (("a", source), ("b", target))})
    with pa.CompressedOutputStream(str(folder / "edges.txt.gz"), "gzip") as out:
        pc.write_csv(table, out, pc.WriteOptions(include_header=False, delimiter="\t"))


def measure(claim: str, name: str, folder: Path, threads: int) -> Result:
    words = [sys.executable, __file__, "--measure", f"{claim}:{name}", "--folder", str(folder)]
    limits = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS"), str(threads))
    done = subprocess.run(
        [*words, "--threads", str(threads)],
        capture_output=True,
        text=True,
        env=os.environ | limits,
        check=False,
    )
    if done.returncode:
        return {
            "failed": done.stderr.strip().splitlines()[-1] if done.stderr.strip() else str(done.returncode)
        }
    found: Result = json.loads(done.stdout.splitlines()[-1])
    return found


def show(claim: str, name: str, found: Result) -> None:
    if "failed" in found:
        print(f"{claim:10} {name:10} failed: {found['failed']}")
        return
    words = []
    for key in ("load", "single", "fresh", "compute"):
        if key in found:
            words.append(f"{key} {found[key]:8.2f} s CPU {found[key + '_wall']:8.2f} wall")
    rest = {
        k: v for k, v in found.items() if not isinstance(v, float) and not k.endswith("_wall") and k != "peak"
    }
    rest |= {k: f"{found[k]:.3g}" for k in ("error", "bound", "ratio", "live_edges") if k in found}
    said = " ".join(f"{k}={v}" for k, v in rest.items())
    print(f"{claim:10} {name:10} {'  '.join(words)}  peak {found['peak'] / 1e9:6.2f} GB  {said}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Speed and memory of the graph's kernels beside other tools."
    )
    parser.add_argument("--edges", type=lambda text: int(float(text)), default=100_000_000)
    parser.add_argument("--sinks", type=float, default=0.65)
    parser.add_argument("--claims", default=",".join(MEASURES))
    parser.add_argument("--without", default="", help="leave these tools out, for want of memory")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        claim, name = options.measure.split(":")
        clock = Clock()
        MEASURES[claim][name](options.folder, options.threads, clock)
        print(json.dumps(clock.result | {"peak": peak()}))
        return
    folder = options.folder or Path("build") / f"graph-{options.edges}-{options.sinks}"
    prepare(folder, options.edges, options.sinks)
    shape = json.loads((folder / "shape.json").read_text())
    print(
        f"{shape['nodes']:,} nodes, {shape['edges']:,} edges, {options.sinks:.0%} sinks, {options.threads} thread(s)"
    )
    results: dict[str, dict[str, Result]] = {}
    for claim in options.claims.split(","):
        if claim == "edgelist":
            prepare_text(folder, 10_000_000)
        if claim == "hyperball":
            prepare_connected(folder)
        results[claim] = {}
        for name in [n for n in MEASURES[claim] if n not in options.without.split(",")]:
            results[claim][name] = measure(claim, name, folder, options.threads)
        exact = folder / "scores-reference.npy"
        for name, found in results[claim].items():
            scores = folder / f"scores-{'disk' if claim == 'disk' else name}.npy"
            if claim in ("pagerank", "disk") and exact.exists() and scores.exists() and name != "reference":
                found["error"] = float(np.abs(np.load(scores) - np.load(exact)).sum())
            if name != "reference":
                show(claim, name, found)
    held = True
    for claim, ours, theirs, wanted, what in GATES:
        pair = [results.get(claim, {}).get(name, {}) for name in (ours, theirs)]
        key = "peak" if what == "memory" else what
        if all(key in one for one in pair):
            ratio = pair[1][key] / pair[0][key]
            held = held and ratio >= wanted
            print(f"{claim}: {what} of {theirs} over ours: {ratio:.2f} (wanted: {wanted:g})")
    if options.json:
        options.json.write_text(json.dumps({"shape": shape, "results": results}, indent=1))
    sys.exit(not held)


if __name__ == "__main__":
    main()
