"""Attacks are what they say, and the bench tells what each measure sells."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from authority.webs import graph_of
from backlit.authority.seeds import find_seeds
from backlit.errors import GraphError, SourceError
from backlit.worlds.attacks import SHAPES, Ground, attack
from backlit.worlds.bench import SCHEMA, attack_bench
from backlit.worlds.grounds import read_field
from backlit.worlds.web import generated_web


def pairs(graph) -> set[tuple[int, int]]:
    rows = np.repeat(np.arange(graph.nodes), np.diff(graph.offsets))
    return set(zip(graph.sources.tolist(), rows.tolist(), strict=True))


def test_the_shapes_of_farms() -> None:
    graph, none = graph_of(2, (0, 1)), np.zeros(0, np.int64)
    kept = {(0, 1)}
    farm = {(2, 1), (3, 1), (4, 1)}
    back = {(1, 2), (1, 3), (1, 4)}
    assert pairs(attack(graph, 1, "star", 3, none).graph) == kept | farm
    assert pairs(attack(graph, 1, "linked back", 3, none).graph) == kept | farm | back
    assert pairs(attack(graph, 1, "ring", 3, none).graph) == kept | farm | {(2, 3), (3, 4), (4, 2), (1, 2)}
    got = pairs(attack(graph, 1, "alliance", 6, np.array([0])).graph)
    leaders = {(a, b) for a in range(2, 7) for b in range(2, 7) if a != b}
    assert got == kept | leaders | {(a, 1) for a in range(2, 7)} | {(1, a) for a in range(2, 7)} | {
        (7, 2),
        (2, 7),
    }
    assert [attack(graph, 1, s, 0, none).graph.edges for s in SHAPES] == [1, 1, 1, 1]
    with pytest.raises(GraphError):
        attack(graph, 9, "star", 3, none)


def test_the_generated_web_is_the_same_every_time() -> None:
    one, two = generated_web(500), generated_web(500)
    assert (one.graph.sources == two.graph.sources).all()
    assert one.names[int(one.institutions[0])].startswith("institution-")


def test_farms_buy_uniform_rank_and_no_authority() -> None:
    web = generated_web(3000)
    ground = Ground(web.graph, web.institutions)
    for row in ground.runs(sizes=(1000,), stolen=(0,), percentiles=(50,)):
        assert row.entered == row.entered_from_afar == 0
        if row.shape in ("star", "linked back"):
            assert row.uniform_after > row.uniform_before + 20
            assert row.harmonic_after == pytest.approx(row.harmonic_before + 1000, abs=0.1)
            assert row.authority_after == pytest.approx(row.authority_before, abs=0.02)


def test_edges_of_numbers_and_of_names_are_read(tmp_path: Path) -> None:
    numbers = tmp_path / "numbers.tsv"
    numbers.write_text("# a comment\n0\t1\n1\t2\n2\t0\n")
    field = read_field(numbers)
    assert (field.graph.nodes, field.graph.edges, field.names) == (3, 3, None)
    assert "drawn by chance" in field.says
    named = tmp_path / "named.tsv"
    named.write_text("year\tsource_host\ttarget_host\n1996\twww.a.gov\tb.test\n1996\tx.b.test\tb.test\nbad\n")
    field = read_field(named)
    assert (field.names, field.graph.edges) == (["a.gov", "b.test"], 1)
    assert find_seeds(["a.gov", "b.test"], 2).nodes.tolist() == [0]
    (tmp_path / "no.tsv").write_text("from\tto\n")
    (tmp_path / "empty.tsv").write_text("")
    for name in ("no.tsv", "empty.tsv"):
        with pytest.raises(SourceError):
            read_field(tmp_path / name)


def test_the_bench_is_a_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from backlit.cli.app import main

    edges = tmp_path / "edges.tsv"
    web = generated_web(400)
    edges.write_text("".join(f"{a}\t{b}\n" for a, b in sorted(pairs(web.graph))))
    with pytest.raises(SystemExit):
        main(f"bench attacks --edges {edges} --farm 10 --stolen 0 --percentile 50 --format json".split())
    got = json.loads(capsys.readouterr().out)
    assert [row["shape"] for row in got["rows"]] == list(SHAPES)
    assert got["meta"]["columns"] == SCHEMA.names
    assert len(attack_bench(edges, sizes=(5,), stolen=(0,), percentiles=(50,))) == 4
