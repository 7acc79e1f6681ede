"""What is said of releases, what changed between two, and what is given out."""

from __future__ import annotations

import numpy as np
import pyarrow.parquet as pq
import pytest

import release_files as made
from backlit.errors import InputError
from backlit.questions.web_info import web_changes, web_info, web_release
from backlit.release.release import open_release
from backlit.work.web_export import COLUMNS, web_export
from backlit.work.web_import import web_import

OLD, NEW = "cc-main-2026-mar-apr-may", "cc-main-2026-apr-may-jun"


@pytest.fixture
def index(tmp_path):
    web_import(tmp_path / "i", *made.files(tmp_path / "f", name=OLD, ranks=None))
    names = ["com.a", "com.example", "com.z", "net.new", "org.c"]
    edges = [(0, 1), (2, 1), (3, 1), (4, 1), (0, 4)]
    ranks = {n: (float(h), 0.2) for n, h in zip(names, (1, 2, 3, 4, 5), strict=True)}
    web_import(tmp_path / "i", *made.files(tmp_path / "f", name=NEW, names=names, edges=edges, ranks=ranks))
    return tmp_path / "i"


def test_all_releases_with_counts_scores_and_coverage(index):
    new, old = web_info(index)
    assert (new.info.name, old.info.name, old.scores, old.coverage) == (NEW, OLD, [], {})
    assert new.coverage == {"cc_harmonic": 1.0, "cc_pagerank": 1.0}
    assert new.bytes > 500
    assert web_release(index, OLD).title == f"{OLD}-domain"
    scores = np.full(5, np.nan)
    scores[2] = 1
    open_release(index, OLD).put_scores({"trust": scores}, {"core": 1})
    assert (web_info(index)[1].coverage, web_info(index)[1].score_generation) == ({"trust": 0.2}, 1)


def test_what_changed_between_two_releases(index):
    found = web_changes(index, OLD, NEW, ["example.com", "b.com", "nothing.test"])
    assert (found.nodes_both, found.nodes_new, found.nodes_gone, found.edges_change) == (3, 2, 2, -1)
    example, gone, nothing = found.domains
    assert (example.referring_before, example.referring_after) == (3, 4)
    assert (example.gained, example.lost) == (["new.net", "z.com"], ["b.com"])
    assert (example.gained_new, example.lost_gone) == (2, 1)
    assert (gone.referring_before, gone.referring_after, gone.lost) == (1, None, ["a.com"])
    assert (nothing.referring_before, nothing.gained, nothing.lost) == (None, [], [])
    short = web_changes(index, OLD, NEW, ["example.com"], most=1).domains[0]
    assert (short.gained_count, short.gained) == (2, ["new.net"])
    same = web_changes(index, NEW, NEW, ["example.com"])
    assert (same.nodes_new, same.nodes_gone, same.domains[0].gained_count) == (0, 0, 0)


def test_a_graph_of_hosts_is_not_compared_with_one_of_domains(index, tmp_path):
    files = made.files(tmp_path / "h", name="hosts", kind="host", ranks=None)
    web_import(index, *files)
    with pytest.raises(InputError, match="compare two of a kind"):
        web_changes(index, NEW, "hosts")


def test_one_row_a_node_with_null_where_nothing_is_known(index, tmp_path):
    release = open_release(index, OLD)
    release.put_scores({"pagerank": np.array([0.1, 0.2, 0.3, np.nan, 0.4])}, {})
    summary = web_export(index, tmp_path / "out.parquet", OLD)
    table = pq.read_table(tmp_path / "out.parquet")
    assert tuple(table.column_names) == COLUMNS
    rows = table.to_pydict()
    assert rows["domain"] == ["a.com", "b.com", "example.com", "xn--mnchen-3ya.com", "c.org"]
    assert (rows["hosts"], rows["indegree"], rows["outdegree"]) == (
        [1, 2, 3, 4, 5],
        [1, 1, 3, 0, 1],
        [2, 2, 1, 0, 1],
    )
    assert rows["pagerank"] == [0.1, 0.2, 0.3, None, 0.4]
    assert rows["trust"] == rows["authority"] == [None] * 5
    assert (summary.rows, summary.scores, [s.name for s in summary.steps]) == (5, ["pagerank"], ["export"])
    assert [p.name for p in tmp_path.iterdir() if "parquet" in p.name] == ["out.parquet"]
    with pytest.raises(InputError, match="there is no folder"):
        web_export(index, tmp_path / "no" / "out.parquet")


def test_odd_bytes_and_hosts_are_given_out(tmp_path):
    files = made.files(tmp_path / "f", kind="host", names=["com.a", "com.\udcff"], edges=[], ranks=None)
    web_import(tmp_path / "i", *files)
    web_export(tmp_path / "i", tmp_path / "out.parquet")
    rows = pq.read_table(tmp_path / "out.parquet").to_pydict()
    assert (rows["domain"], rows["hosts"]) == (["a.com", "\\xff.com"], [None, None])
