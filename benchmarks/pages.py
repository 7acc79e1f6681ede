"""Server time of every page of the dashboard, for targets with many links.

    python benchmarks/pages.py INDEX [--low 1000] [--high 20000] [--targets 20]

Serves INDEX and asks for each page about each target, one request at a time: first when nothing of the target was
asked for before (each page has targets of its own), then again. Prints median, 95th percentile and worst in
milliseconds from the request's first byte to the answer's last, and the bytes of the overview with all that it loads,
compressed as a browser would have them.
"""

from __future__ import annotations

import argparse
import http.client
import re
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

import numpy as np

from serve import start, targets

#: Pages about a target, and what they need besides.
PAGES: dict[str, dict[str, str]] = {
    "overview": {},
    "domains": {},
    "links": {},
    "anchors": {},
    "pages": {},
    "history": {},
    "audit": {},
    "networks": {},
    "disavow": {},
    "gap": {"versus": "{rival}"},
    "rivals": {},
    "compare": {"versus": "{rival}"},
    "broken": {},
    "whatif": {},
    "settings": {},
    "report": {},
}


class Client:
    """One connection to a server."""

    def __init__(self, port: int) -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def get(self, path: str) -> tuple[float, bytes]:
        """Milliseconds until the whole answer was there, and the answer."""
        began = time.perf_counter()
        self.line.request("GET", path, headers={"Accept": "text/html", "Accept-Encoding": "identity"})
        answer = self.line.getresponse()
        body = answer.read()
        spent = (time.perf_counter() - began) * 1000
        if answer.status != 200:
            raise SystemExit(f"{path} was answered with {answer.status}: {body[:300]!r}")
        return spent, body

    def size(self, path: str) -> int:
        """Bytes of an answer as a browser asks for it."""
        self.line.request("GET", path, headers={"Accept-Encoding": "gzip"})
        return len(self.line.getresponse().read())


def spread(times: list[float]) -> str:
    return "  ".join(
        [
            f"median {np.median(times):7.1f}",
            f"p95 {np.percentile(times, 95):7.1f}",
            f"worst {max(times):7.1f}",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("index", type=Path)
    parser.add_argument("--low", type=int, default=1000)
    parser.add_argument("--high", type=int, default=20_000)
    parser.add_argument("--targets", type=int, default=20)
    given = parser.parse_args()
    names = targets(given.index, given.low, given.high, given.targets * len(PAGES) + 2)
    if len(names) <= len(PAGES) + 2:
        raise SystemExit(
            f"{given.index} has only {len(names)} targets with {given.low} to {given.high} links."
        )
    spare, names = names[:2], names[2:]
    with tempfile.TemporaryDirectory() as folder:
        process, port, ready = start(given.index, Path(folder))
        try:
            client = Client(port)
            print(
                f"ready after {ready:.2f} s; {len(names)} targets with {given.low:,} to {given.high:,} links"
            )
            for page, more in PAGES.items():  # what the first request of all loads is no part of it
                client.get(path_of(page, spare[0], spare[1], more))
            every: dict[str, list[float]] = {"first": [], "again": []}
            for at, (page, more) in enumerate(PAGES.items()):
                own = names[at :: len(PAGES)]
                times = {
                    word: [client.get(path_of(page, name, spare[1], more))[0] for name in own]
                    for word in ("first", "again")
                }
                for word, of in times.items():
                    every[word] += of
                    print(f"  {page:10} {word:6} {spread(of)} ms")
            for word, of in every.items():
                print(f"  {'all':10} {word:6} {spread(of)} ms")
            overview = path_of("overview", spare[0], spare[1], {})
            page = client.get(overview)[1].decode()
            parts = sorted(set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page)))
            print(
                f"  the overview: {client.size(overview):,} bytes, with {len(parts)} files "
                f"{client.size(overview) + sum(map(client.size, parts)):,}"
            )
        finally:
            process.terminate()
            process.wait(30)


def path_of(page: str, name: str, rival: str, more: dict[str, str]) -> str:
    filled = {key: value.format(rival=rival) for key, value in more.items()}
    return f"/{page}?{urlencode({'target': name} | filled)}"


if __name__ == "__main__":
    main()
