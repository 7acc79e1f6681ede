"""Graphs to try attacks on: a file of edges, or the generated web.

A file holds two numbers a line (the form of web-graph releases), or a table of names separated by tabs whose first
line names its columns: ``source`` and ``target``, or ``source_host`` and ``target_host``, or ``source_domain`` and
``target_domain``. Names are taken to their registrable domains. Numbers have no names, so seeds are drawn by chance
for them, and it is said so.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from backlit.authority.seeds import Seeds, find_seeds
from backlit.errors import SourceError
from backlit.graph.csr import Graph, from_edges
from backlit.sources.edgelist import read_edges
from backlit.sources.streams import ByteStream
from backlit.web.domain import split_host
from backlit.worlds.attacks import stand_in_seeds
from backlit.worlds.web import generated_web

_PREFIXES = ("", "_domain", "_host")


class Field(NamedTuple):
    """A graph, its names if it has any, where the core starts, and what a reader should know."""

    graph: Graph
    names: list[str] | None
    seeds: Seeds | npt.NDArray[np.int64]
    says: str


def generated() -> Field:
    """The web that ships as code."""
    web = generated_web()
    size = f"{web.graph.nodes:,} sites and {web.graph.edges:,} links"
    says = f"A generated web of {size}; its institutions are the seeds."
    return Field(web.graph, web.names, web.institutions, says)


def read_field(path: Path) -> Field:
    """The graph of a file of edges."""
    head = _first_line(path)
    if not head.startswith("#") and not head.split("\t")[0].strip().isdigit():
        return _named(path, head)
    runs = list(read_edges(path))
    source = np.concatenate([run.source for run in runs]) if runs else np.zeros(0, np.uint32)
    target = np.concatenate([run.target for run in runs]) if runs else np.zeros(0, np.uint32)
    if not len(source):
        raise SourceError(f"{path} has no edges: it needs two numbers a line with a tab between them.")
    graph = from_edges(source, target, int(max(source.max(), target.max())) + 1)
    says = (
        f"{path.name}: {graph.nodes:,} nodes, {graph.edges:,} links, no names. The seeds were drawn by chance: "
        "they stand for what suffixes and lists give where there are names."
    )
    return Field(graph, None, stand_in_seeds(graph), says)


def _first_line(path: Path) -> str:
    for piece in ByteStream(path).pieces():
        if piece:
            return piece.split(b"\n", 1)[0].decode("utf-8", "replace").rstrip("\r")
    raise SourceError(f"{path} is empty: it needs edges, one a line.")


def _named(path: Path, head: str) -> Field:
    columns = head.split("\t")
    for ending in _PREFIXES:
        if f"source{ending}" in columns and f"target{ending}" in columns:
            at = columns.index(f"source{ending}"), columns.index(f"target{ending}")
            break
    else:
        raise SourceError(
            f"The first line of {path} names no columns source and target: give two numbers a line, or such a table."
        )
    text = b"".join(ByteStream(path).pieces()).decode("utf-8", "replace")
    pairs = set()
    for line in text.splitlines()[1:]:
        cells = line.split("\t")
        if len(cells) > max(at):
            source, target = (split_host(cells[i])[0] for i in at)
            if source and target and source != target:
                pairs.add((source, target))
    names = sorted({name for pair in pairs for name in pair})
    number = {name: i for i, name in enumerate(names)}
    ends = np.array([(number[a], number[b]) for a, b in sorted(pairs)], np.int64).reshape(-1, 2)
    graph = from_edges(ends[:, 0], ends[:, 1], len(names))
    says = f"{path.name}: {graph.nodes:,} domains and {graph.edges:,} links between them."
    return Field(graph, names, find_seeds(names, graph.nodes), says)
