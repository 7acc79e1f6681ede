"""Small web-graph releases as the files they come in, for tests."""

from __future__ import annotations

import gzip
from pathlib import Path

DOMAINS = ["com.a", "com.b", "com.example", "com.xn--mnchen-3ya", "org.c"]
EDGES = [(0, 1), (0, 2), (1, 2), (1, 4), (2, 0), (4, 2)]
RANKS = {"com.example": (4.5, 0.3), "com.b": (3.0, 0.2), "com.a": (2.5, 0.2), "org.c": (2.0, 0.2)}
HEADER = "#harmonicc_pos\t#harmonicc_val\t#pr_pos\t#pr_val\t#host_rev\t#n_hosts"


def write_text(path: Path, lines) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape")
    path.write_bytes(gzip.compress(text, mtime=0) if path.suffix == ".gz" else text)
    return path


def vertices(path: Path, names=DOMAINS, hosts=True) -> Path:
    return write_text(path, (f"{i}\t{n}\t{i + 1}" if hosts else f"{i}\t{n}" for i, n in enumerate(names)))


def edges(path: Path, pairs=EDGES) -> Path:
    return write_text(path, (f"{a}\t{b}" for a, b in pairs))


def ranks(path: Path, values=None) -> Path:
    rows = RANKS if values is None else values
    lines = (f"{i}\t{h!r}E0\t{i}\t{p}\t{n}\t1" for i, (n, (h, p)) in enumerate(rows.items(), 1))
    return write_text(path, [HEADER, *lines])


def files(folder: Path, name="cc-main-2026-apr-may-jun", kind="domain", **given):
    """Vertices, edges and ranks of a release in ``folder``; the ranks are left out if ``ranks`` is None."""
    base = f"{name}-{kind}"
    made = [
        vertices(folder / f"{base}-vertices.txt.gz", given.get("names", DOMAINS), kind == "domain"),
        edges(folder / f"{base}-edges.txt.gz", given.get("edges", EDGES)),
    ]
    if given.get("ranks", RANKS) is not None:
        made.append(ranks(folder / f"{base}-ranks.txt.gz", given.get("ranks")))
    return made
