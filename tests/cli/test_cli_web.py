"""``backlit web``: what it says, in words and as JSON, and how it asks."""

from __future__ import annotations

import json

import pyarrow.parquet as pq
import pytest

import release_files as made
from backlit.cli.app import main
from backlit.cli.progress import clock, told_transfer
from backlit.cli.render_web import told_listing, told_plan
from backlit.sources.remote import RemoteFile
from backlit.work import web_pull
from backlit.work.web_pull import Listed, Plan, Transfer

NAME = "cc-main-2026-apr-may-jun"


@pytest.fixture
def run(tmp_path, capsys):
    def call(*arguments):
        with pytest.raises(SystemExit) as end:
            main(["--index", str(tmp_path / "i"), "web", *map(str, arguments)])
        said = capsys.readouterr()
        return end.value.code or 0, said.out, said.err

    return call


def test_import_info_and_export_in_words(run, tmp_path):
    assert run("info")[1].startswith("There is no web-graph release here")
    code, out, err = run("import", *made.files(tmp_path / "f"), "--memory", "1GB", "--threads", "1")
    assert (code, out.splitlines()[0]) == (0, f"{NAME}-domain: 5 domains, 6 edges, data of 2026-06-30.")
    assert "Ranks: 4 of 4 rows name a node." in out
    assert [line.split()[0] for line in out.splitlines()[-5:]] == ["step", "look", "names", "graph", "ranks"]
    assert f"read {NAME}-domain-edges.txt.gz\n" in err
    assert run("import", *made.files(tmp_path / "f"))[1] == (
        f"{NAME}-domain is in the index already; nothing was changed.\n"
    )
    code, out, _ = run("info")
    assert out.splitlines()[1].split()[:4] == [f"{NAME}-domain", "2026-06-30", "5", "6"]
    code, out, _ = run("info", NAME)
    assert "nodes      5, 1 of them without links out" in out
    assert "score      cc_pagerank, of 80.0% of the nodes" in out
    code, out, _ = run("export", tmp_path / "out.parquet")
    assert (code, "5 rows of" in out, "none yet" in out) == (0, True, True)
    assert pq.read_table(tmp_path / "out.parquet").num_rows == 5


def test_the_same_as_json_with_steps(run, tmp_path):
    document = json.loads(run("import", *made.files(tmp_path / "f"), "--format", "json")[1])
    assert document["release"]["nodes"] == 5
    assert set(document["release"]["steps"][0]) == {"name", "wall_seconds", "cpu_seconds", "peak_bytes"}
    document = json.loads(run("info", "--format", "json")[1])
    assert [one["title"] for one in document["releases"]] == [f"{NAME}-domain"]
    document = json.loads(run("export", tmp_path / "out.parquet", "--format", "json")[1])
    assert (document["rows"], [s["name"] for s in document["steps"]]) == (5, ["export"])


def test_two_releases_side_by_side(run, tmp_path):
    run("import", *made.files(tmp_path / "f"))
    run("import", *made.files(tmp_path / "g", name="other", edges=[(0, 2), (3, 2)], ranks=None))
    code, out, _ = run("info", NAME, "other", "--domain", "example.com,b.com", "--limit", "1")
    assert (code, "5 nodes are in both; 0 came, 0 went." in out) == (0, True)
    assert "example.com: 3 referring domains before, 2 referring domains after." in out
    assert "  gained 1 (0 of them new to the graph): xn--mnchen-3ya.com" in out
    assert "  lost 2 (0 of them gone from the graph): b.com …" in out
    document = json.loads(run("info", NAME, "other", "--domain", "b.com", "--format", "json")[1])
    assert document["domains"][0]["lost"] == ["a.com"]
    assert run("info", NAME, "--domain", "b.com")[0] == 1
    assert run("info", "a", "b", "c")[2] == "Name one release, or two to set side by side.\n"


def test_errors_are_said_in_a_sentence(run, tmp_path):
    code, _, err = run("import", tmp_path / "no", tmp_path / "no")
    assert (code, err.startswith("There is no file")) == (1, True)
    assert run("import", *made.files(tmp_path / "f"), "--memory", "much")[2].startswith("'much' is no amount")


def test_a_pull_asks_before_it_takes_gigabytes(run, monkeypatch):
    file = RemoteFile("projects/hyperlinkgraph/r/domain/v.gz", 16_000_000_000)
    planned = Plan("r", "domain", "folder", [file], file.bytes, 0, False)
    monkeypatch.setattr(web_pull, "plan", lambda *_, **__: planned)
    code, _, err = run("pull", "r")
    assert code == 1
    assert err == (
        "r (domains): 1 files, 16.0 GB, into folder. The publisher's ranks are not there (yet).\n"
        "There is nobody to ask: give --yes to fetch it.\n"
    )
    assert "4.0 GB of it there already" in told_plan(
        Plan("r", "domain", "f", [file], file.bytes, 4 * 10**9, True)
    )


def test_what_is_listed_and_how_far_a_download_is():
    rows = told_listing([Listed("r", None, [], 121_091_933, 3_902_808_757, None, None)])
    assert rows.splitlines()[1].split() == ["r", "unknown", "121.1", "M", "3.9", "G", "–", "–"]
    assert told_transfer(Transfer("f", 1_200_000_000, 16_100_000_000, 35e6, 425.7)) == (
        "1.20 of 16.10 GB, 35.0 MB/s, 7:06 left"
    )
    assert [clock(s) for s in (5, 3723)] == ["0:05", "1:02:03"]
