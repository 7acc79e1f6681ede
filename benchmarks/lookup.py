"""Measure questions about a domain in a web-graph release: its referring domains with authority, and its profile.

    python benchmarks/lookup.py INDEX [--degrees 10,1000,30000,1000000] [--rounds 5] [--cold-rounds 3]

Targets are the domains whose number of referring domains lies nearest to each of the degrees, and the one that has
most. *Warm* asks again in one process, with nothing kept of the answer before. *Cold* is a fresh process: Python has
imported the packages, the pages of the release's files were dropped from the system's cache (``posix_fadvise``; a
page that another process maps stays), the release is opened and asked once. *Opened* is the same without dropping
pages. The command's time is that of the whole process. The index is only read.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from backlit.questions.domains import domains
from backlit.questions.profile import profile
from backlit.questions.web_reader import WebReader, web_reader
from backlit.version import __version__

#: What is asked, by name; ``table`` takes a listing as far as its rows.
QUESTIONS: dict[str, Callable[[WebReader, str], object]] = {
    "strongest 100": lambda web, name: domains(web, name, limit=100).arrow(),
    "weakest 100": lambda web, name: domains(web, name, sort="source_authority", limit=100).arrow(),
    "authority >= 20, 100": lambda web, name: domains(web, name, "source_authority >= 20", limit=100).arrow(),
    "by in-degree, 100": lambda web, name: domains(
        web, name, sort="source_referring_domains desc", limit=100
    ).arrow(),
    "by PageRank, trust > 0": lambda web, name: domains(
        web, name, "source_trust > 0", "source_pagerank desc", 100
    ).arrow(),
    "like %.de, 100": lambda web, name: domains(web, name, 'source_domain like "%.de"', limit=100).arrow(),
    "contains shop, 100": lambda web, name: domains(
        web, name, "source_domain contains shop", limit=100
    ).arrow(),
    "profile": lambda web, name: profile(web, name),
}
#: Those asked cold and at the command line, with the arguments of the command.
COLD = {
    "strongest 100": ["domains", "--limit", "100"],
    "authority >= 20, 100": ["domains", "--where", "source_authority >= 20", "--limit", "100"],
    "profile": ["profile"],
}


def drop(folder: Path) -> None:
    """Drop the pages of the files below ``folder`` from the system's cache."""
    for path in folder.rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


def once(index: Path, name: str, question: str, dropping: bool) -> float:
    """Milliseconds of one question in this process, which has asked nothing yet."""
    import duckdb  # noqa: F401
    import numba  # noqa: F401
    import pyarrow.compute  # noqa: F401

    if dropping:
        drop(index / "web")
    began = time.perf_counter()
    web = opened(index)
    QUESTIONS[question](web, name)
    return (time.perf_counter() - began) * 1000


def opened(index: Path) -> WebReader:
    """A reader of the newest release."""
    web = web_reader(index)
    if web is None:
        raise SystemExit(f"There is no release of domains in {index}.")
    return web


def fresh(index: Path, name: str, question: str, dropping: bool) -> float:
    """``once`` in a process of its own."""
    command = [sys.executable, __file__, str(index), "--once", json.dumps([name, question, dropping])]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def command_line(index: Path, name: str, arguments: list[str], dropping: bool) -> float:
    """Milliseconds of a whole ``backlit`` process."""
    if dropping:
        drop(index / "web")
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "backlit", "--index", str(index), arguments[0], name, *arguments[1:]],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return (time.perf_counter() - began) * 1000


def targets(web: WebReader, degrees: list[int]) -> list[tuple[str, int]]:
    """Domains with about so many referring domains, and the one with most."""
    incoming = np.diff(web.release.graph.offsets)
    order = web.release.stored.old_of_new
    found: dict[int, int] = {}
    for degree in [*degrees, int(incoming.max())]:
        row = int(np.argmin(np.abs(incoming - degree)))
        found[row] = int(incoming[row])
    return [
        (web.release.names_of([row if order is None else int(order[row])])[0], many)
        for row, many in found.items()
    ]


def spread(times: list[float]) -> str:
    """The median and the worst."""
    return f"{statistics.median(times):8.1f} ms, worst {max(times):8.1f}"


def warm(web: WebReader, name: str, ask: Callable[[WebReader, str], Any], rounds: int) -> list[float]:
    """Milliseconds of the same question again and again, nothing kept between."""
    times = []
    for _ in range(rounds + 1):
        web.close()
        began = time.perf_counter()
        ask(web, name)
        times.append((time.perf_counter() - began) * 1000)
    return times[1:]


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("index", type=Path)
    parser.add_argument("--degrees", default="10,1000,30000,1000000")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cold-rounds", type=int, default=3)
    parser.add_argument("--once", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.once:
        sys.stdout.write(str(once(given.index, *json.loads(given.once))))
        return
    web = opened(given.index)
    print(f"backlit {__version__}, {os.cpu_count()} cores, {web.release.title}: {web.release.nodes:,} nodes, "
          f"{web.release.info.edges:,} edges, {'ranked' if web.authority_release else 'not ranked'}")  # fmt: skip
    asked = targets(web, [int(degree) for degree in given.degrees.split(",")])
    for name, many in asked:
        print(f"{name}, {many:,} referring domains")
        for what, ask in QUESTIONS.items():
            print(f"  {what:<24} warm   {spread(warm(web, name, ask, given.rounds))}")
    del web
    for name, many in asked:
        print(f"{name}, {many:,} referring domains, in a fresh process")
        for what, arguments in COLD.items():
            for word, dropping in (("opened", False), ("cold", True)):
                times = [fresh(given.index, name, what, dropping) for _ in range(given.cold_rounds)]
                print(f"  {what:<24} {word:<6} {spread(times)}")
            for word, dropping in (("command", False), ("command, cold", True)):
                times = [
                    command_line(given.index, name, arguments, dropping) for _ in range(given.cold_rounds)
                ]
                print(f"  {what:<24} {word:<14} {spread(times)}")


if __name__ == "__main__":
    main()
