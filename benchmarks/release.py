"""Measure web-graph releases: names on disk, looking them up, importing, asking for referring domains.

    python benchmarks/release.py --sizes 1000000:10000000,3000000:30000000 [--folder FOLDER] [--memory 2GB] [--linked]

Each size is NODES:EDGES of a made-up release (``make_release``), which is kept in FOLDER and used again. The
import runs in a process of its own, so that its peak of memory is its own. Cold means: the pages of the files were
dropped from the system's cache (``posix_fadvise``), the release opened anew, one name looked up.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from backlit.release.release import Release, open_release
from backlit.version import __version__
from make_release import NAME, make


def imported(index: Path, vertices: Path, edges: Path, memory: str, threads: int, linked: bool) -> dict:  # type: ignore[type-arg]
    """What the import says of itself."""
    command = [
        *(sys.executable, "-m", "backlit", "--index", str(index), "web", "import", str(vertices), str(edges)),
        *("--name", NAME, "--memory", memory, "--threads", str(threads), "--format", "json"),
        *(["--linked"] if linked else []),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["release"]


def cold(folder: Path) -> None:
    """Drop the pages of a release's files from the system's cache; nobody may hold them mapped."""
    gc.collect()
    for path in folder.rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


def milliseconds(act: Callable[[], object]) -> float:
    """How long one call takes."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def spread(times: list[float]) -> str:
    """The median and the worst of some times."""
    return f"median {statistics.median(times):.2f} ms, worst {max(times):.2f} ms"


def lookups(index: Path, rounds: int) -> None:
    """Names both ways, one and many, cold and warm."""
    rng = np.random.default_rng(3)
    release = open_release(index)
    folder, nodes = release.folder, rng.integers(0, release.nodes, 2000)
    some = release.names_of(nodes)
    del release
    times: dict[str, list[float]] = {"find": [], "get": []}
    for name, node in zip(some[:rounds], nodes[rounds:].tolist(), strict=False):
        for what in times:
            cold(folder)
            fresh = open_release(index)
            began = time.perf_counter()
            if what == "find":
                fresh.id_of(name)
            else:
                fresh.names_of([node])
            times[what].append((time.perf_counter() - began) * 1000)
            del fresh
    largest(index, folder)
    release = open_release(index)
    print(f"  name to node, cold, release just opened: {spread(times['find'])}")
    print(f"  node to name, cold, release just opened: {spread(times['get'])}")
    release.ids_of(some)
    warm = [milliseconds(lambda n=name: release.id_of(n)) for name in some]
    print(f"  name to node, warm: {spread(warm)}")
    warm = [
        milliseconds(lambda n=node: release.names_of([n])) for node in rng.integers(0, release.nodes, 2000)
    ]
    print(f"  node to name, warm: {spread(warm)}")
    print(f"  open: {milliseconds(lambda: open_release(index)):.2f} ms")
    many = rng.integers(0, release.nodes, min(1_000_000, release.nodes))
    names = release.names.get_many(many)  # compiles
    seconds = milliseconds(lambda: release.names.get_many(many)) / 1000
    print(f"  {len(many):,} nodes to names at once: {seconds:.2f} s")
    release.names.find_many(names)
    seconds = milliseconds(lambda: release.names.find_many(names)) / 1000
    print(f"  {len(many):,} names to nodes at once: {seconds:.2f} s")
    everything = milliseconds(lambda: sum(piece.count for piece in release.names.pieces())) / 1000
    print(
        f"  all {release.nodes:,} names in order: {everything:.2f} s ({everything / release.nodes * 1e9:.0f} ns a name)"
    )
    referring(release, rng)


def largest(index: Path, folder: Path) -> None:
    """Referring domains of the domain that has most of them, the first hundred by name."""
    release = open_release(index)
    incoming = np.diff(release.graph.offsets)
    node, many = int(release.stored.old_of_new[int(incoming.argmax())]), int(incoming.max())  # type: ignore[index]
    del release, incoming
    cold(folder)
    fresh = open_release(index)
    took = milliseconds(lambda: fresh.names_of(fresh.referring(node)[:100]))
    warm = milliseconds(lambda: fresh.names_of(fresh.referring(node)[:100]))
    print(f"  referring domains of the largest ({many:,}), 100 named: cold {took:.2f} ms, warm {warm:.2f} ms")


def referring(release: Release, rng: np.random.Generator) -> None:
    """Referring domains of any domain, the first hundred by name."""
    nodes = rng.integers(0, release.nodes, 200)
    times = [milliseconds(lambda n=node: release.names_of(release.referring(int(n))[:100])) for node in nodes]
    print(f"  referring domains of any, 100 named, warm: {spread(times)}")


def measure(
    folder: Path, nodes: int, edges: int, memory: str, threads: int, linked: bool, rounds: int
) -> None:
    """One size, from making to asking."""
    place = folder / f"{nodes}-{edges}"
    files = [place / f"{NAME}-domain-{what}.txt.gz" for what in ("vertices", "edges")]
    if not all(path.exists() for path in files):
        make(place, nodes, edges)
    index = place / "index"
    shutil.rmtree(index, ignore_errors=True)
    info = imported(index, files[0], files[1], memory, threads, linked)
    read = info["edges_read"] / 1e6
    print(f"{info['nodes']:,} nodes, {info['edges']:,} edges, --memory {memory}, {threads} threads:")
    for step in info["steps"]:
        each = (
            f", {step['wall_seconds'] / read:.3f} s a million edges"
            if step["name"] in ("graph", "links by source")
            else ""
        )
        print(
            f"  {step['name']}: {step['wall_seconds']:.1f} s ({step['cpu_seconds']:.1f} s of processor), peak "
            f"{step['peak_bytes'] / 1e6:,.0f} MB{each}"
        )
    data = index / "web" / f"{NAME}-domain"
    size = sum(path.stat().st_size for path in data.glob("data-*/names/*"))
    text = sum(piece.text.nbytes for piece in open_release(index).names.pieces())
    print(f"  names: {size:,} bytes, {size / nodes:.2f} a name of {text / nodes:.1f} letters")
    print(f"  graph: {sum(p.stat().st_size for p in data.glob('data-*/graph/*')):,} bytes")
    lookups(index, rounds)


def main() -> None:
    """Read the arguments and measure each size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="1000000:10000000", help="NODES:EDGES, with commas between them")
    parser.add_argument("--folder", type=Path, default=Path("build/releases"))
    parser.add_argument("--memory", default="1GB")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--linked", action="store_true", help="store edges by source too")
    parser.add_argument("--rounds", type=int, default=15, help="cold lookups")
    given = parser.parse_args()
    print(f"backlit {__version__}, {os.cpu_count()} cores")
    for size in given.sizes.split(","):
        nodes, edges = map(int, size.split(":"))
        measure(given.folder, nodes, edges, given.memory, given.threads, given.linked, given.rounds)


if __name__ == "__main__":
    main()
