"""Real graphs written as releases come back as they are."""

from __future__ import annotations

import importlib
from pathlib import Path

import numpy as np
import pytest

from backlit.release.release import open_release
from backlit.work.web_import import web_import

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


@pytest.fixture
def script(monkeypatch):
    monkeypatch.syspath_prepend(str(SCRIPTS))
    return importlib.import_module("write_release")


def test_a_small_graph_comes_back(script, tmp_path):
    links = {("a.com", "b.org"), ("x-y.co.uk", "b.org"), ("b.org", "x.co.uk")}
    hosts = {d: {d} for d in ("a.com", "b.org", "x-y.co.uk", "x.co.uk", "alone.net")} | {
        "a.com": {"a.com", "w.a.com"}
    }
    web_import(tmp_path / "i", *script.write(tmp_path, "r-2024", links, hosts), memory=10**9)
    release = open_release(tmp_path / "i")
    names = release.names_of(range(release.nodes))
    assert names == ["a.com", "alone.net", "b.org", "x.co.uk", "x-y.co.uk"]
    assert {(a, b) for b in names for a in release.names_of(release.referring(release.id_of(b)))} == links
    assert release.hosts.tolist() == [2, 1, 1, 1, 1]
    assert release.score("cc_pagerank").sum() == pytest.approx(1)
    assert release.score("cc_harmonic")[release.id_of("x.co.uk")] == 2.0


def test_numbers_as_java_prints_them(script):
    values = [2.9799486e7, 0.001, 1.5e-5, 0.0, 3.0, 9999999.0]
    assert [script.java(np.float32(v)) for v in values] == [
        "2.9799486E7", "0.001", "1.5E-5", "0.0", "3.0", "9999999.0",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("which", "domains", "links"), [("cc-domain-slices", 3450, 22859), ("ukwa-1996", 30807, 126370)]
)
def test_the_shared_graphs_come_back(script, shared_data, tmp_path, which, domains, links):
    given, hosts = script.read(which, shared_data)
    web_import(tmp_path / "i", *script.write(tmp_path, "r", given, hosts), memory=10**9)
    info = open_release(tmp_path / "i").info
    assert (info.nodes, info.edges) == (len(hosts), len(given))
    assert (info.self_loops, info.duplicates, info.unknown_ids, info.ranks_matched) == (0, 0, 0, len(hosts))
    assert info.nodes >= domains
    assert info.edges >= links
