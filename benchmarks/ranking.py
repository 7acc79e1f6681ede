"""Measure the ranking of an imported web-graph release, step by step.

    python benchmarks/ranking.py INDEX [RELEASE] [--threads 2]

`backlit web rank` runs in a process of its own, whose memory is looked at ten times a second: *held* is what only the
process has (anonymous pages: arrays, which a machine must have room for), *resident* counts the mapped pages of the
graph too, which the system takes back when it needs room. Bytes a node are those held. Begin it in a shell that
belongs to a cgroup to see what a limit of memory does; ``make_release`` and `backlit web import` make a release of
any size. The scores of the release are replaced. Seconds of processor and GB held, with 2 threads:

    nodes / with out-links / edges   pagerank   harmonic     core       reach       authority   trust       all
    10 M / 3.6 M / 97 M              10, 0.3    30, 0.7     4, 0.3     11, 0.4     20, 0.6     32, 0.5    107 s
    60 M / 18.9 M / 975 M            79, 1.7    305, 3.3    36, 0.7    109, 1.3    172, 2.2    244, 1.8   945 s

The larger ran in a cgroup of 8 GiB, beside other work on the same processors.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import NamedTuple

from backlit.release.release import open_release
from backlit.version import __version__

_FIELDS = re.compile(r"^(RssAnon|VmRSS):\s+(\d+) kB$", re.MULTILINE)


class Peak(NamedTuple):
    """The most that was held, and resident, in bytes."""

    held: int = 0
    resident: int = 0


class Watched:
    """The memory of a process, and its greatest since last asked."""

    def __init__(self, process: int) -> None:
        self._status, self._peak, self._lock = Path(f"/proc/{process}/status"), Peak(), threading.Lock()
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while True:
            try:
                found = {name: int(size) << 10 for name, size in _FIELDS.findall(self._status.read_text())}
            except OSError:
                return
            with self._lock:
                held, resident = found.get("RssAnon", 0), found.get("VmRSS", 0)
                self._peak = Peak(max(self._peak.held, held), max(self._peak.resident, resident))
            time.sleep(0.1)

    def peak(self) -> Peak:
        """The greatest since the last call."""
        with self._lock:
            found, self._peak = self._peak, Peak()
        return found


def main() -> None:
    """Read the arguments, rank and print a line a step."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("index", type=Path)
    parser.add_argument("release", nargs="?")
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    release = open_release(given.index, given.release)
    nodes, live = release.nodes, release.nodes - release.info.dangling
    print(
        f"backlit {__version__}, {os.cpu_count()} cores, {given.threads} threads; {release.title}: {nodes:,} nodes"
    )
    print(f"({live:,} with out-links), {release.info.edges:,} edges")
    command = [
        *(sys.executable, "-u", "-m", "backlit", "--index", str(given.index), "web", "rank", release.title),
        *("--threads", str(given.threads), "--format", "json"),
    ]
    most = 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as run:
        watched = Watched(run.pid)
        assert run.stderr is not None
        for line in run.stderr:
            peak = watched.peak()
            most = max(most, peak.held)
            print(
                f"  {line.rstrip()} resident at most; at {time.strftime('%H:%M:%S')}: held {peak.held / 1e9:.2f} GB "
                f"({peak.held / nodes:.0f} bytes a node), resident {peak.resident / 1e9:.2f} GB",
                flush=True,
            )
    print(f"held at most: {most / 1e9:.2f} GB")
    sys.exit(run.returncode)


if __name__ == "__main__":
    main()
