"""Graphs for the tests of authority: small ones by hand, a generated web, and the real ones."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from backlit.authority.core import Core, trusted_core
from backlit.authority.engine import Authority, authority
from backlit.graph.csr import Graph, from_edges
from backlit.worlds.grounds import read_field
from backlit.worlds.web import generated_web


class Ranked(NamedTuple):
    graph: Graph
    core: Core
    found: Authority


def graph_of(nodes: int, *edges: tuple[int, int]) -> Graph:
    pairs = np.array(edges, np.int64).reshape(-1, 2)
    return from_edges(pairs[:, 0], pairs[:, 1], nodes)


def edges_of(graph: Graph) -> tuple[np.ndarray, np.ndarray]:
    return graph.sources.astype(np.int64), np.repeat(np.arange(graph.nodes), np.diff(graph.offsets))


@cache
def small_web() -> Ranked:
    web = generated_web(4000)
    core = trusted_core(web.graph, seeds=web.institutions)
    return Ranked(web.graph, core, authority(web.graph, core, harmonic="core"))


@cache
def real_web(path: Path) -> Ranked:
    field = read_field(path)
    core = trusted_core(field.graph, seeds=field.seeds)
    return Ranked(field.graph, core, authority(field.graph, core, harmonic="core"))


@cache
def slices(path: Path) -> tuple[Ranked, list[str]]:
    with gzip.open(path, "rt") as file:
        lines = file.read().splitlines()[1:]
    pairs = [tuple(line.split("\t")[:2]) for line in lines]
    names = sorted({name for pair in pairs for name in pair})
    at = {name: i for i, name in enumerate(names)}
    graph = graph_of(len(names), *((at[a], at[b]) for a, b in pairs))
    core = trusted_core(graph, names)
    return Ranked(graph, core, authority(graph, core, harmonic="core")), names
