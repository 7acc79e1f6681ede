"""Graphs built on disk: the same arrays as in memory, in little memory, through crashes and full disks."""

from __future__ import annotations

import errno
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import backlit.graph.build as build
import backlit.graph.csr as csr
import backlit.graph.workfolder as workfolder
from backlit.errors import GraphError, ResourceError
from backlit.graph.build import GraphBuild, least_memory
from backlit.graph.csr import Graph, from_edges
from backlit.graph.ordering import sinks_last
from backlit.graph.pagerank import pagerank
from backlit.graph.storage import StoredGraph, open_graph

ARRAYS = ("offsets", "sources", "out_degree", "weights", "out_weight")


def some_edges(seed: int, nodes: int, edges: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    target = (rng.random(edges) ** 3 * nodes).astype(np.uint32)
    return (
        rng.integers(0, nodes, edges).astype(np.uint32) // 2 * 2,
        target,
        rng.random(edges).astype(np.float32) + 1,
    )


def in_memory(source: np.ndarray, target: np.ndarray, nodes: int, weight: np.ndarray | None) -> Graph:
    order = sinks_last(np.bincount(source[source != target], minlength=nodes))
    return from_edges(order.new_of_old[source], order.new_of_old[target], nodes, weight)


def same(found: Graph, wanted: Graph) -> bool:
    pairs = [(getattr(found, name), getattr(wanted, name)) for name in ARRAYS]
    return all((a is None) == (b is None) and (a is None or np.array_equal(a, b)) for a, b in pairs)


def feed(
    made: GraphBuild, source: np.ndarray, target: np.ndarray, weight: np.ndarray | None, run: int
) -> None:
    for first in range(made.taken, len(source), run):
        piece = slice(first, first + run)
        made.add(source[piece], target[piece], None if weight is None else weight[piece])


def built(
    folder: Path,
    source: np.ndarray,
    target: np.ndarray,
    nodes: int,
    weight: np.ndarray | None = None,
    more: int = 0,
) -> StoredGraph:
    with GraphBuild(folder, nodes, memory=least_memory(nodes) + more, weighted=weight is not None) as made:
        feed(made, source, target, weight, 3000)
        return made.finish()


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**6), st.integers(1, 9000), st.integers(0, 20_000), st.booleans())
def test_a_build_on_disk_is_the_build_in_memory(
    tmp_path_factory: pytest.TempPathFactory, seed: int, nodes: int, edges: int, weighted: bool
) -> None:
    source, target, weight = some_edges(seed, nodes, edges)
    folder = tmp_path_factory.mktemp("build") / "graph"
    stored = built(folder, source, target, nodes, weight if weighted else None)
    graph = in_memory(source, target, nodes, weight if weighted else None)
    assert same(stored.graph, graph)
    loops = int((source == target).sum())
    assert (stored.manifest.nodes, stored.manifest.edges, stored.manifest.live) == (
        nodes,
        graph.edges,
        graph.live,
    )
    assert (stored.manifest.read, stored.manifest.self_links) == (edges, loops)
    assert stored.manifest.repeats == edges - loops - graph.edges
    order = sinks_last(np.bincount(source[source != target], minlength=nodes))
    assert stored.ordering().new_of_old.tolist() == order.new_of_old.tolist()
    assert sorted(path.name for path in folder.parent.iterdir()) == ["graph"]


def test_the_given_order_is_kept_if_asked(tmp_path: Path) -> None:
    source, target, _ = some_edges(1, 500, 3000)
    with GraphBuild(tmp_path / "g", 500, memory=1 << 22, order="given") as made:
        made.add(source, target)
        stored = made.finish()
    assert same(stored.graph, from_edges(source, target, 500))
    assert stored.manifest.live == stored.graph.live
    with pytest.raises(GraphError, match="in the given order"):
        stored.ordering()


def test_a_mapped_graph_is_ranked_as_one_in_memory(tmp_path: Path) -> None:
    source, target, _ = some_edges(2, 3000, 30_000)
    stored = built(tmp_path / "g", source, target, 3000)
    graph = in_memory(source, target, 3000, None)
    assert pagerank(stored.graph).scores.tobytes() == pagerank(graph).scores.tobytes()


def test_a_part_larger_than_the_memory_is_sorted_in_pieces(tmp_path: Path) -> None:
    nodes = 3000
    rng = np.random.default_rng(1)
    source, target = rng.integers(0, nodes, 900_000), rng.integers(0, nodes, 900_000)
    # 3.6 MB of sources, and one to two MB to sort them in.
    stored = built(tmp_path / "g", source, target, nodes, more=1 << 20)
    assert same(stored.graph, in_memory(source, target, nodes, None))


def test_a_row_that_fits_no_memory_is_an_error_that_says_how_much_it_takes(tmp_path: Path) -> None:
    nodes = 400_000
    source = np.arange(1, nodes, dtype=np.uint32)
    target = np.zeros(nodes - 1, np.uint32)
    with GraphBuild(tmp_path / "g", nodes, memory=least_memory(nodes), order="given") as made:
        feed(made, source, target, None, 50_000)
        with pytest.raises(ResourceError, match=r"Node 0 has 399,999 in-links, .* allow [\d,]+ bytes more"):
            made.finish()
    # What was split is kept: with more memory only the sorting is left to do.
    with GraphBuild(tmp_path / "g", nodes, memory=least_memory(nodes) + (1 << 22), order="given") as made:
        assert made.taken == nodes - 1
        assert made.finish().graph.in_edges(0)[0].tolist() == source.tolist()


def test_too_little_memory_is_refused_at_once_with_what_is_needed(tmp_path: Path) -> None:
    with pytest.raises(
        ResourceError, match=rf"needs at least {least_memory(10**6):,} bytes .* 1,000,000 were"
    ):
        GraphBuild(tmp_path / "g", 10**6, memory=10**6)
    assert list(tmp_path.iterdir()) == []


def test_edges_to_unknown_nodes_are_refused_by_number_and_cost_nothing_else(tmp_path: Path) -> None:
    source, target, _ = some_edges(3, 100, 500)
    with GraphBuild(tmp_path / "g", 100, memory=1 << 22) as made:
        made.add(source, target)
        with pytest.raises(
            GraphError, match="Edge 501 goes from node 3 to node 100, and the nodes are 0 to 99"
        ):
            made.add(np.array([1, 3]), np.array([2, 100]))
        with pytest.raises(GraphError, match="built without weights"):
            made.add(source, target, np.ones(500))
        assert made.taken == 500
        assert same(made.finish().graph, in_memory(source, target, 100, None))


def test_a_folder_that_is_taken_or_being_built_is_refused(tmp_path: Path) -> None:
    source, target, _ = some_edges(4, 50, 100)
    with GraphBuild(tmp_path / "g", 50, memory=1 << 22) as made:
        with pytest.raises(GraphError, match="Another process is building"):
            GraphBuild(tmp_path / "g", 50, memory=1 << 22)
        made.add(source, target)
    with pytest.raises(GraphError, match="build of another graph"):
        GraphBuild(tmp_path / "g", 51, memory=1 << 22)
    with GraphBuild(tmp_path / "g", 50, memory=1 << 22) as made:
        made.finish()
    with pytest.raises(GraphError, match="exists already"):
        GraphBuild(tmp_path / "g", 50, memory=1 << 22)
    with pytest.raises(GraphError, match="no order 'random'"):
        GraphBuild(tmp_path / "h", 50, memory=1 << 22, order="random")  # type: ignore[arg-type]


class Crash(BaseException):
    """The process ends here."""


def test_a_crash_at_any_sync_loses_nothing_that_was_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nodes, edges = 9000, 12_000
    source, target, weight = some_edges(5, nodes, edges)
    monkeypatch.setattr(build, "_SAFE_EVERY", 1 << 12)
    built(tmp_path / "calm", source, target, nodes, weight)
    wanted = contents(tmp_path / "calm")
    sync, replace = os.fsync, os.replace
    left = 0

    def countdown() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise Crash

    def fsync(descriptor: int) -> None:
        countdown()
        sync(descriptor)

    def move(a: Path, b: Path) -> None:
        countdown()
        replace(a, b)

    crashes = 0
    for instant in range(1, 400, 3):
        folder = tmp_path / f"crash-{instant}"
        left = instant
        monkeypatch.setattr(os, "fsync", fsync)
        monkeypatch.setattr(os, "replace", move)
        made = GraphBuild(folder, nodes, memory=least_memory(nodes), weighted=True)
        try:
            feed(made, source, target, weight, 1000)
            made.finish()
        except Crash:
            crashes += 1
        finally:
            monkeypatch.setattr(os, "fsync", sync)
            monkeypatch.setattr(os, "replace", replace)
            made.close()
        if left > 0:
            break
        # Bytes that were written but belong to nothing that was kept.
        for path in folder.with_name(folder.name + ".building").glob("part-*"):
            with path.open("ab") as file:
                file.write(b"\1" * 12)
        if not folder.exists():
            built(folder, source, target, nodes, weight)
        assert contents(folder) == wanted
    assert crashes > 10


SCRIPT = """
import sys
from pathlib import Path
import numpy as np
import backlit.graph.build as build
import backlit.graph.csr as csr
import backlit.graph.workfolder as workfolder
build._SAFE_EVERY = 1 << 14
rng = np.random.default_rng(1)
source, target = rng.integers(0, 50_000, 600_000), rng.integers(0, 50_000, 600_000)
with build.GraphBuild(Path(sys.argv[1]), 50_000, memory=build.least_memory(50_000)) as made:
    print("began", flush=True)
    for first in range(made.taken, len(source), 5000):
        made.add(source[first : first + 5000], target[first : first + 5000])
    made.finish(lambda part, parts: print(part, flush=True))
"""


def test_a_killed_build_goes_on_and_ends_the_same(tmp_path: Path) -> None:
    words = [sys.executable, "-c", SCRIPT]
    rng = np.random.default_rng(1)
    source, target = rng.integers(0, 50_000, 600_000), rng.integers(0, 50_000, 600_000)
    built(tmp_path / "calm", source, target, 50_000)
    for line in (b"began\n", b"5\n"):
        with subprocess.Popen([*words, str(tmp_path / "killed")], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            while process.stdout.readline() != line:
                pass
            process.send_signal(signal.SIGKILL)
    subprocess.run([*words, str(tmp_path / "killed")], check=True, stdout=subprocess.DEVNULL)
    assert contents(tmp_path / "killed") == contents(tmp_path / "calm")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["calm", "killed"]


@pytest.mark.parametrize("room", [0, 30_000, 150_000, 260_000])
def test_a_full_disk_is_a_sentence_and_the_build_goes_on_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    source, target, _ = some_edges(6, 2000, 20_000)
    real = build.write_all
    left = room

    def write(file: object, array: np.ndarray) -> None:
        nonlocal left
        left -= array.nbytes
        if left < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(file, array)  # type: ignore[arg-type]

    monkeypatch.setattr(build, "write_all", write)
    monkeypatch.setattr(workfolder, "write_all", write)
    with pytest.raises(ResourceError, match=r"is full\. The build of [\d,]+ edges needs about"):
        built(tmp_path / "g", source, target, 2000)
    assert not (tmp_path / "g").exists()
    left = 10**9
    assert same(built(tmp_path / "g", source, target, 2000).graph, in_memory(source, target, 2000, None))


def test_damaged_folders_are_refused(tmp_path: Path) -> None:
    source, target, weight = some_edges(7, 200, 1000)
    with pytest.raises(GraphError, match="There is no graph at"):
        open_graph(tmp_path / "g")
    built(tmp_path / "g", source, target, 200, weight)
    manifest = (tmp_path / "g" / "graph.json").read_bytes()
    for text, words in (
        (manifest.replace(b'"format": 1', b'"format": 2'), "later backlit"),
        (manifest[:-9], "cannot be read"),
        (b"{}", "cannot be read"),
    ):
        (tmp_path / "g" / "graph.json").write_bytes(text)
        with pytest.raises(GraphError, match=words):
            open_graph(tmp_path / "g")
    (tmp_path / "g" / "graph.json").write_bytes(manifest)
    with (tmp_path / "g" / "weights.f32").open("ab") as file:
        file.write(b"....")
    with pytest.raises(GraphError, match=r"weights\.f32 has [\d,]+ bytes and should have"):
        open_graph(tmp_path / "g")
    (tmp_path / "g" / "weights.f32").unlink()
    with pytest.raises(GraphError, match=r"weights\.f32 is missing"):
        open_graph(tmp_path / "g")


def test_a_build_opens_no_more_files_than_a_process_may() -> None:
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[1] > build._PARTS + 100


def test_letting_go_of_mapped_rows_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target, weight = some_edges(8, 3000, 30_000)
    stored = built(tmp_path / "g", source, target, 3000, weight)
    wanted = pagerank(stored.graph).scores.tobytes()
    monkeypatch.setattr(csr, "_WORTH_RELEASING", 0)
    assert pagerank(stored.graph).scores.tobytes() == wanted
    stored.graph.release(0, 3000)
    assert same(stored.graph, in_memory(source, target, 3000, weight))
