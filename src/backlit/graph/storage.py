"""A graph on disk: a folder with a file an array, opened as memory maps.

    graph.json       counts, and what the files are; see ``Manifest``
    offsets.i64      int64    nodes + 1
    sources.u32      uint32   edges
    out_degree.u32   uint32   nodes
    weights.f32      float32  edges, if weighted
    out_weight.f64   float64  nodes, if weighted
    old_of_new.u32   uint32   nodes, if nodes were put in an order of their own

Numbers are little-endian, files have no header. A folder appears whole, by one rename, or not at all
(``backlit.graph.build``). Opening reads nothing; a map is private to the process and nothing is
ever written to it.
"""

from __future__ import annotations

import mmap
import os
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from backlit.errors import GraphError
from backlit.graph.csr import Graph, Mapped
from backlit.graph.ordering import Ordering, given_order

FORMAT = 1
MANIFEST = "graph.json"


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a graph's folder holds, and what came of the edges it was built from."""

    format: int
    nodes: int
    #: Edges of the graph, and the first row that feeds no other (in the graph's own order).
    edges: int
    live: int
    weighted: bool
    ordered: bool
    #: Edges read, and those left out: of a node to itself, and repeats.
    read: int
    self_links: int
    repeats: int


class StoredGraph(NamedTuple):
    """A graph on disk, its manifest and, if it has an order of its own, the old number of each node."""

    graph: Graph
    manifest: Manifest
    old_of_new: npt.NDArray[np.uint32] | None

    def ordering(self) -> Ordering:
        """The order both ways, in memory: 8 bytes a node."""
        if self.old_of_new is None:
            raise GraphError("The graph was built in the given order: its numbers are those of its edges.")
        return given_order(self.old_of_new, self.manifest.live)


def files_of(manifest: Manifest) -> dict[str, int]:
    """The files a graph must have, and the bytes of each."""
    nodes, edges = manifest.nodes, manifest.edges
    files = {"offsets.i64": 8 * (nodes + 1), "sources.u32": 4 * edges, "out_degree.u32": 4 * nodes}
    if manifest.weighted:
        files |= {"weights.f32": 4 * edges, "out_weight.f64": 8 * nodes}
    if manifest.ordered:
        files["old_of_new.u32"] = 4 * nodes
    return files


def open_graph(folder: Path) -> StoredGraph:
    """The graph in ``folder``; refuses one that is incomplete or that a later backlit wrote."""
    try:
        raw = (folder / MANIFEST).read_bytes()
    except OSError as exc:
        raise GraphError(
            f"There is no graph at {folder} ({exc.strerror or exc}): build one there first, or name another folder."
        ) from exc
    try:
        version = msgspec.json.decode(raw, type=dict[str, Any]).get("format")
        if isinstance(version, int) and version > FORMAT:
            raise GraphError(
                f"The graph at {folder} was written by a later backlit (format {version}): update backlit."
            )
        manifest = msgspec.json.decode(raw, type=Manifest)
    except msgspec.DecodeError as exc:
        raise GraphError(f"{folder / MANIFEST} cannot be read ({exc}): build the graph again.") from exc
    for name, size in files_of(manifest).items():
        path = folder / name
        found = path.stat().st_size if path.is_file() else -1
        if found != size:
            state = "is missing" if found < 0 else f"has {found:,} bytes and should have {size:,}"
            raise GraphError(f"{path} {state}: build the graph again.")
    offsets, offset_map = map_file(folder / "offsets.i64", np.int64)
    sources, *edge_maps = map_file(folder / "sources.u32", np.uint32)
    out_degree, _ = map_file(folder / "out_degree.u32", np.uint32)
    weights = out_weight = old_of_new = None
    if manifest.weighted:
        weights, weight_map = map_file(folder / "weights.f32", np.float32)
        out_weight, _ = map_file(folder / "out_weight.f64", np.float64)
        edge_maps.append(weight_map)
    if manifest.ordered:
        old_of_new, _ = map_file(folder / "old_of_new.u32", np.uint32)
    mapped = Mapped(offset_map, tuple(one for one in edge_maps if one is not None)) if offset_map else None
    graph = Graph(offsets, sources, out_degree, weights, out_weight, mapped, manifest.live)
    return StoredGraph(graph, manifest, old_of_new)


def map_file(path: Path, kind: Any) -> tuple[npt.NDArray[Any], mmap.mmap | None]:
    """A file as an array over a private map of it, and the map (none for an empty file)."""
    size = path.stat().st_size
    if not size:
        return np.zeros(0, kind), None
    descriptor = os.open(path, os.O_RDONLY)
    try:
        # Private and writable: arrays that are read-only would be compiled for a second time.
        mapped = mmap.mmap(descriptor, size, access=mmap.ACCESS_COPY)
    finally:
        os.close(descriptor)
    return np.frombuffer(mapped, dtype=kind), mapped
