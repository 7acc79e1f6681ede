"""Importing a release: what becomes of good files, and of each kind of bad one."""

from __future__ import annotations

import gzip
import os

import msgspec
import numpy as np
import pytest

import release_files as made
from backlit.errors import (
    BacklitError,
    IndexLocked,
    IndexNotFound,
    IndexTooNew,
    InputError,
    Interrupted,
    ResourceError,
    SourceError,
)
from backlit.graph import build
from backlit.release import importing
from backlit.release.manifest import data_date
from backlit.release.release import Release, open_release, releases, writer
from backlit.work.web_import import memory_of, web_import

NAME = "cc-main-2026-apr-may-jun"


def pairs_of(release):
    found = []
    for node in range(release.nodes):
        found += [(int(source), node) for source in release.referring(node)]
    return sorted(found)


def content(folder):
    return {
        str(p.relative_to(folder)): p.read_bytes()
        for p in sorted(folder.glob("data-*/**/*"))
        if p.is_file() and p.name != "scores.json"
    }


def test_a_domain_graph_with_ranks(tmp_path):
    events = []
    summary = web_import(tmp_path / "i", *made.files(tmp_path / "f"), on_progress=events.append, threads=2)
    info = summary.release
    assert (info.name, info.kind, info.data_date, info.nodes, info.edges) == (
        NAME,
        "domain",
        "2026-06-30",
        5,
        6,
    )
    assert (info.self_loops, info.duplicates, info.unknown_ids, info.dangling) == (0, 0, 0, 1)
    assert (info.idn_names, info.invalid_names, info.ranks_read, info.ranks_matched) == (1, 0, 4, 4)
    assert [(f.role, f.name.split("-")[-1]) for f in info.inputs] == [
        ("vertices", "vertices.txt.gz"),
        ("edges", "edges.txt.gz"),
        ("ranks", "ranks.txt.gz"),
    ]
    assert [s.name for s in info.steps] == ["look at files", "names", "graph", "ranks"]
    assert all(s.peak_bytes > 1 << 20 for s in info.steps)
    assert [e.state for e in events if e.file][-1] == "read"
    release = open_release(tmp_path / "i")
    assert pairs_of(release) == made.EDGES
    assert release.hosts.tolist() == [1, 2, 3, 4, 5]
    assert np.array_equal(release.score("cc_harmonic"), [2.5, 3.0, 4.5, np.nan, 2.0], equal_nan=True)
    assert np.array_equal(release.score("cc_pagerank"), [0.2, 0.2, 0.3, np.nan, 0.2], equal_nan=True)
    assert release.score("pagerank") is None
    incoming, outgoing = release.degrees(np.arange(5))
    assert (incoming.tolist(), outgoing.tolist()) == ([1, 1, 3, 0, 1], [2, 2, 1, 0, 1])
    assert not (tmp_path / "i" / "web" / f"{NAME}-domain" / "importing").exists()


@pytest.mark.parametrize(
    "name",
    ["example.com", "Example.COM", "www.example.com", " example.com. ", "WWW.Example.com"],
)
def test_names_are_found_as_people_write_them(tmp_path, name):
    web_import(tmp_path, *made.files(tmp_path / "f"))
    release = open_release(tmp_path)
    assert release.id_of(name) == 2
    assert release.ids_of([name, "münchen.com", "xn--mnchen-3ya.com", "nothing.test", "com"]).tolist() == [
        2, 3, 3, -1, -1,
    ]  # fmt: skip
    assert release.names_of([4, 2]) == ["c.org", "example.com"]


def test_a_host_graph_whose_www_is_stripped_is_taken_as_it_is(tmp_path):
    names = ["com.a", "com.a.blog", "com.b"]
    web_import(tmp_path, *made.files(tmp_path / "f", kind="host", names=names, edges=[(1, 2)], ranks=None))
    release = open_release(tmp_path)
    assert (release.info.renumbered, release.hosts) == (False, None)
    assert [release.id_of(n) for n in ("www.a.com", "a.com", "blog.a.com", "www.com")] == [0, 0, 1, None]
    assert release.names_of(release.ids_below("a.com")) == ["blog.a.com"]


def test_a_host_graph_with_www_is_normalised(tmp_path):
    names = ["com.a", "com.a-b.www", "com.a.blog", "com.a.www", "com.c.www", "com.www"]
    edges = [(0, 4), (1, 0), (2, 3), (3, 4), (4, 2), (3, 0), (5, 1)]
    ranks = {"com.a": (2.0, 0.2), "com.a.www": (1.0, 0.4), "com.c.www": (3.0, 0.1)}
    files = made.files(tmp_path / "f", kind="host", names=names, edges=edges, ranks=ranks)
    info = web_import(tmp_path, *files).release
    release = open_release(tmp_path)
    assert release.names_of(range(5)) == ["a.com", "a-b.com", "blog.a.com", "c.com", "www.com"]
    assert (info.renumbered, info.merged, info.nodes) == (True, 1, 5)
    assert pairs_of(release) == [(0, 3), (1, 0), (2, 0), (3, 2), (4, 1)]
    assert (info.self_loops, info.duplicates) == (1, 1)
    assert [release.id_of(n) for n in ("www.a.com", "a.com", "c.com", "www.c.com")] == [0, 0, 3, 3]
    assert release.score("cc_pagerank").tolist()[0] == 0.4
    assert release.score("cc_harmonic").tolist()[0] == 2.0


def test_vertices_out_of_order_are_numbered_anew(tmp_path):
    files = made.files(tmp_path / "f", names=["org.c", "com.b", "com.a"], edges=[(0, 1), (2, 0)], ranks=None)
    info = web_import(tmp_path, *files).release
    release = open_release(tmp_path)
    assert (info.renumbered, info.merged) == (True, 0)
    assert release.names_of(range(3)) == ["a.com", "b.com", "c.org"]
    assert release.hosts.tolist() == [3, 2, 1]
    assert pairs_of(release) == [(0, 2), (2, 1)]


def test_the_order_of_the_vertices_does_not_matter(tmp_path):
    first = made.files(tmp_path / "a", names=["com.a", "com.b", "org.c"], edges=[(0, 1), (2, 0)], ranks=None)
    other = made.files(tmp_path / "b", names=["org.c", "com.b", "com.a"], edges=[(2, 1), (0, 2)], ranks=None)
    web_import(tmp_path / "i", *first)
    web_import(tmp_path / "j", *other)
    a, b = (content(tmp_path / i / "web" / f"{NAME}-domain") for i in "ij")
    del a["data-000001/hosts.u32"], b["data-000001/hosts.u32"]
    assert a == b


def test_edges_by_source_if_wanted(tmp_path):
    web_import(tmp_path, *made.files(tmp_path / "f"), linked=True)
    release = open_release(tmp_path)
    assert [release.linked(i).tolist() for i in range(5)] == [[1, 2], [2, 4], [0], [], [2]]
    web_import(tmp_path, *made.files(tmp_path / "f"))
    assert open_release(tmp_path).linked(0) is None


def test_parts_in_folders_and_lists(tmp_path):
    folder = tmp_path / "f"
    made.write_text(folder / "vertices" / "part-0.txt.gz", ["0\tcom.a", "1\tcom.b"])
    made.write_text(folder / "vertices" / "part-1.txt.gz", ["2\tcom.c"])
    made.write_text(folder / "edges" / "part-0.txt.gz", ["0\t1"])
    made.write_text(folder / "edges" / "part-1.txt.gz", ["1\t2"])
    root = "projects/hyperlinkgraph/r/host"
    lists = [
        made.write_text(
            folder / f"r-host-{what}.paths.gz", [f"{root}/{what}/part-{i}.txt.gz" for i in (0, 1)]
        )
        for what in ("vertices", "edges")
    ]
    web_import(tmp_path / "i", *lists)
    web_import(tmp_path / "j", folder / "vertices", folder / "edges", name="r")
    assert (
        pairs_of(open_release(tmp_path / "i")) == pairs_of(open_release(tmp_path / "j")) == [(0, 1), (1, 2)]
    )
    (folder / "edges" / "part-1.txt.gz").unlink()
    with pytest.raises(SourceError, match=r"names .*part-1.txt.gz, which is not beside it"):
        web_import(tmp_path / "k", *lists)


def test_self_links_repeats_bad_lines_and_odd_names_are_counted(tmp_path):
    names = [
        "192.0.2.1",
        "COM.UPPER",
        "com.a",
        "com.a..b",
        "com.xn--mnchen-3ya",
        "localhost",
        "\udcff\udcfe.com",
    ]
    folder = tmp_path / "f"
    files = [
        made.vertices(folder / "r-domain-vertices.txt.gz", names),
        made.write_text(
            folder / "r-domain-edges.txt.gz", ["0\t1", "0\t1", "2\t2", "x\ty", "", "3\t4\t5", "1\t0"]
        ),
    ]
    summary = web_import(tmp_path, *files)
    info = summary.release
    assert (info.nodes, info.edges, info.self_loops, info.duplicates) == (7, 2, 1, 1)
    assert (info.idn_names, info.invalid_names) == (1, 4)
    assert [(p.place, p.cause) for p in summary.problems] == [("line 4", "bad-line"), ("line 6", "bad-line")]
    assert open_release(tmp_path).names_of([6]) == ["com.\\xff\\xfe"]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["0\tcom.a\t1", "2\tcom.b\t1"], r"after 1 vertices: the line '2\\tcom.b\\t1' should have the id 1"),
        (["1\tcom.a\t1"], r"after 0 vertices: .* should have the id 0"),
        (["0\tcom.a\t1", "0\tcom.b\t1"], "should have the id 1"),
        (
            ["0\tcom.a\t1", "1\tcom.b"],
            r"after 1 vertices: '1\\tcom.b' is no vertex \(id, reversed name, hosts\)",
        ),
        (["0\tcom.a\t1", "1\t\t1"], "is no vertex"),
        (["0\tcom.a\t1", "1\tcom.b\tmany"], "is no vertex"),
        (["0\tcom.a\t1", "1\tcom.a\t1"], "have the same name, a.com"),
        (["com.a\tcom.b"], "does not begin with a vertex"),
        ([], "does not begin with a vertex"),
    ],
)
def test_vertices_that_are_refused(tmp_path, lines, said):
    path = made.write_text(tmp_path / "r-domain-vertices.txt", lines)
    with pytest.raises(SourceError, match=said):
        web_import(tmp_path / "i", path, made.edges(tmp_path / "e.txt", []))
    assert releases(tmp_path / "i") == []


def test_a_file_that_was_cut_is_refused_with_what_was_read(tmp_path):
    files = made.files(tmp_path / "f", names=[f"com.a{i:06d}" for i in range(9000)])
    lines = [f"{i}\t{(i * 7919) % 9000}" for i in range(9000)]
    made.write_text(files[1], lines)
    made.ranks(files[2], {f"com.a{i:06d}": (1.5, 0.1 * i) for i in range(9000)})
    for place, word in ((1, "edges"), (0, "vertices"), (2, "rows")):
        whole = files[place].read_bytes()
        files[place].write_bytes(whole[: len(whole) * 2 // 3])
        with pytest.raises(SourceError, match=rf"{files[place].name} is not whole.*[0-9,]+ {word} were read"):
            web_import(tmp_path / "i", *files)
        files[place].write_bytes(whole)
    assert releases(tmp_path / "i") == []
    assert web_import(tmp_path / "i", *files).state == "imported"


def test_edges_of_another_graph_are_refused_and_few_unknown_ids_counted(tmp_path):
    files = made.files(tmp_path / "f", edges=[*made.EDGES, (3, 9)])
    with pytest.raises(SourceError, match=r"1 of 7 edges .* the vertices are 0 to 4, and the edges name 9"):
        web_import(tmp_path / "i", *files)
    files = made.files(tmp_path / "f", edges=[*made.EDGES, *[(0, 1)] * 1200, (3, 9)])
    summary = web_import(tmp_path / "i", *files)
    assert (summary.release.unknown_ids, summary.release.edges) == (1, 6)
    assert [p.cause for p in summary.problems] == ["unknown-id"]


def test_ranks_of_another_release_are_refused(tmp_path):
    files = made.files(tmp_path / "f", ranks={"com.a": (1.0, 0.1), "net.z": (1.0, 0.1)})
    with pytest.raises(SourceError, match="2 rows of the ranks only 1 name a node"):
        web_import(tmp_path / "i", *files)
    with pytest.raises(SourceError, match="is no ranks file: its first line names no #host_rev"):
        web_import(tmp_path / "i", *files[:2], files[0])
    made.write_text(files[2], [made.HEADER, "1\tabc\t1\t0.1\tcom.a\t1"])
    with pytest.raises(SourceError, match="cannot be read after 0 rows"):
        web_import(tmp_path / "i", *files)
    assert releases(tmp_path / "i") == []


def test_too_little_memory_says_what_is_needed(tmp_path):
    with pytest.raises(ResourceError, match=r"needs 3\d\d MB of memory to import, and 1 MB were allowed"):
        web_import(tmp_path, *made.files(tmp_path / "f"), memory=1_000_000)


def test_the_same_import_again_is_skipped_and_another_replaces(tmp_path):
    files = made.files(tmp_path / "f")
    web_import(tmp_path, *files)
    assert web_import(tmp_path, *files).state == "skipped"
    release = open_release(tmp_path)
    release.put_scores({"pagerank": np.full(5, 0.2)}, {})
    other = made.files(tmp_path / "f", names=["com.z"], edges=[], ranks=None)
    assert web_import(tmp_path, *other).release.data == 2
    assert (release.nodes, release.names_of([0])) == (5, ["a.com"])
    again = open_release(tmp_path)
    assert (again.nodes, again.names_of([0]), again.score("pagerank")) == (1, ["z.com"], None)
    assert sorted(p.name for p in again.folder.iterdir()) == ["data-000002", "release.json", "writer.lock"]


def test_a_failed_import_leaves_the_release_that_was_there(tmp_path):
    web_import(tmp_path, *made.files(tmp_path / "f"))
    before = (tmp_path / "web" / f"{NAME}-domain" / "release.json").read_bytes()
    with pytest.raises(SourceError):
        web_import(tmp_path, *made.files(tmp_path / "f", edges=[(7, 8)]))
    assert (tmp_path / "web" / f"{NAME}-domain" / "release.json").read_bytes() == before
    assert pairs_of(open_release(tmp_path)) == made.EDGES


@pytest.mark.parametrize("after", range(1, 6))
def test_an_import_that_was_stopped_goes_on(tmp_path, monkeypatch, after):
    """Stopped at the n-th run of edges, or while sorting: what was done is not done again."""
    monkeypatch.setattr(build, "_SAFE_EVERY", 2)
    monkeypatch.setattr("backlit.sources.edgelist.RUN", 2)
    names = [f"com.a{i:03d}" for i in range(50)]
    edges = [(i, (i * 7 + k) % 50) for i in range(40) for k in range(3)]
    files = made.files(tmp_path / "f", names=names, edges=edges, ranks=None)
    web_import(tmp_path / "whole", *files, threads=1)
    seen = 0

    def stop(event):
        nonlocal seen
        seen += (event.state == "reading" and "edges" in event.file) or event.kind.startswith("sorting")
        if seen == after * 12:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted, match="the same command goes on from there"):
        web_import(tmp_path / "i", *files, threads=1, on_progress=stop)
    assert releases(tmp_path / "i") == []
    begun = msgspec.json.decode((tmp_path / "i/web" / f"{NAME}-domain" / "importing/state.json").read_bytes())
    assert begun["named"]
    web_import(tmp_path / "i", *files, threads=2)
    whole, again = (content(tmp_path / i / "web" / f"{NAME}-domain") for i in ("whole", "i"))
    assert whole == again
    assert open_release(tmp_path / "i").info.edges_read == 120


def test_a_full_disk_is_told_and_leaves_what_was_there(tmp_path, monkeypatch):
    web_import(tmp_path, *made.files(tmp_path / "f"))

    def full(*_):
        raise OSError(28, os.strerror(28))

    files = made.files(tmp_path / "f", edges=[(0, 1)])
    with monkeypatch.context() as patch:
        patch.setattr(build, "write_all", full)
        with pytest.raises(BacklitError, match="is full"):
            web_import(tmp_path, *files)
    with monkeypatch.context() as patch:
        patch.setattr(importing, "write_all", full)
        with pytest.raises(BacklitError, match="is full"):
            web_import(tmp_path / "new", *files)
    assert releases(tmp_path / "new") == []
    assert pairs_of(open_release(tmp_path)) == made.EDGES
    web_import(tmp_path, *files)
    assert pairs_of(open_release(tmp_path)) == [(0, 1)]


def test_a_second_writer_is_kept_out(tmp_path):
    files = made.files(tmp_path / "f")
    web_import(tmp_path, *files)
    release = open_release(tmp_path)
    with writer(release.folder):
        with pytest.raises(IndexLocked, match="Another backlit is writing"):
            web_import(tmp_path, *files)
        with pytest.raises(IndexLocked):
            release.put_scores({"pagerank": np.zeros(5)}, {})


def test_a_later_layout_is_refused_and_not_touched(tmp_path):
    files = made.files(tmp_path / "f")
    web_import(tmp_path, *files)
    path = tmp_path / "web" / f"{NAME}-domain" / "release.json"
    later = msgspec.json.encode({"layout": 99})
    path.write_bytes(later)
    for act in (lambda: open_release(tmp_path), lambda: web_import(tmp_path, *files)):
        with pytest.raises(IndexTooNew, match="has layout 99"):
            act()
    assert path.read_bytes() == later


def test_scores_are_kept_by_name_and_replaced_in_one_step(tmp_path):
    web_import(tmp_path, *made.files(tmp_path / "f"))
    release = open_release(tmp_path)
    release.put_scores({"pagerank": np.arange(5.0)}, {"damping": 0.85})
    old = release.score("pagerank")
    release.put_scores({"trust": np.ones(5, np.float32)}, {"core": 3})
    release.put_scores({"pagerank": np.full(5, 7.0)}, {"damping": 0.9})
    assert old.tolist() == [0, 1, 2, 3, 4]
    assert (release.score("pagerank").tolist(), release.score("trust").dtype) == ([7.0] * 5, np.float32)
    info = release.score_info
    assert sorted(info) == ["cc_harmonic", "cc_pagerank", "pagerank", "trust"]
    assert (info["pagerank"].about, info["trust"].about) == ({"damping": 0.9}, {"core": 3})
    assert release.score_generation == 3
    assert [p.name for p in sorted(release.folder.glob("scores-*"))] == ["scores-000003"]
    for wrong in (np.zeros(4), np.zeros(5, np.int64)):
        with pytest.raises(InputError, match="must be one float64, float32 or uint32 for each of 5 nodes"):
            release.put_scores({"pagerank": wrong}, {})
    with pytest.raises(InputError, match="cannot name a score"):
        release.put_scores({"../x": np.zeros(5)}, {})


def test_releases_newest_first_and_one_by_name(tmp_path):
    with pytest.raises(IndexNotFound, match="There is no web-graph release"):
        open_release(tmp_path)
    for name, kind in (
        ("cc-main-2025-26-dec-jan-feb", "domain"),
        (NAME, "host"),
        (NAME, "domain"),
        ("mine", "domain"),
    ):
        web_import(tmp_path, *made.files(tmp_path / "f", name=name, kind=kind, ranks=None))
    assert [(r.name, r.kind) for r in releases(tmp_path)][2:] == [
        ("cc-main-2025-26-dec-jan-feb", "domain"),
        ("mine", "domain"),
    ]
    assert open_release(tmp_path).title == f"{NAME}-domain"
    assert open_release(tmp_path, NAME).title == f"{NAME}-domain"
    assert open_release(tmp_path, f"{NAME}-host").info.kind == "host"
    assert open_release(tmp_path, "mine").info.data_date is None
    with pytest.raises(IndexNotFound, match=r"no release other in .*; there are: cc-main"):
        open_release(tmp_path, "other")


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("cc-main-2026-apr-may-jun", "2026-06-30"),
        ("cc-main-2025-26-dec-jan-feb", "2026-02-28"),
        ("cc-main-2023-24-sep-nov-feb", "2024-02-29"),
        ("cc-main-2017-18-nov-dec-jan", "2018-01-31"),
        ("cc-main-2024-feb-apr-may", "2024-05-31"),
        ("ukwa-1996", None),
        ("my-graph", None),
    ],
)
def test_the_date_of_the_data_is_told_from_the_name(name, date):
    assert data_date(name) == date


def test_amounts_of_memory():
    assert [memory_of(t) for t in ("8GB", "1.5 GiB", "512m", "100")] == [8 * 10**9, 3 << 29, 512 * 10**6, 100]
    with pytest.raises(InputError, match="is no amount of memory"):
        memory_of("much")


def test_a_name_is_needed_where_the_file_tells_none(tmp_path):
    vertices = made.vertices(tmp_path / "v.txt.gz")
    with pytest.raises(InputError, match="give --name"):
        web_import(tmp_path, vertices, made.edges(tmp_path / "e.txt.gz"))
    with pytest.raises(InputError, match="cannot name a release"):
        web_import(tmp_path, vertices, made.edges(tmp_path / "e.txt.gz"), name="../x")


def test_a_file_of_no_bytes_and_no_file(tmp_path):
    with pytest.raises(SourceError, match="There is no file"):
        web_import(tmp_path, tmp_path / "no", tmp_path / "no")
    (tmp_path / "empty.gz").write_bytes(gzip.compress(b""))
    with pytest.raises(SourceError, match="does not begin with a vertex"):
        web_import(tmp_path, tmp_path / "empty.gz", tmp_path / "empty.gz", name="x")


def test_a_release_opens_from_its_folder(tmp_path):
    folder = web_import(tmp_path, *made.files(tmp_path / "f")).folder
    assert Release.open(tmp_path / "web" / f"{NAME}-domain").title in folder
