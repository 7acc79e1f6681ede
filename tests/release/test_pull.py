"""Downloads hold against a server that cuts, lies and changes its mind; a pull asks, fetches and imports."""

from __future__ import annotations

import base64
import hashlib
import json

import pytest

import release_files as made
from backlit.errors import InputError, Interrupted, SourceError
from backlit.release.release import open_release
from backlit.sources.remote import COMMON_CRAWL, Remote
from backlit.work.web_pull import plan, web_list, web_pull

NAME = "cc-main-2026-apr-may-jun"
ROOT = "projects/hyperlinkgraph"
BODY = bytes(range(256)) * 40


def remote(server, **given):
    return Remote(server.base, wait=lambda seconds: None, timeout=5, **given)


def fetch(server, to, **given):
    one = remote(server, **given)
    one.fetch(one.head("a/file"), to)


@pytest.fixture
def stocked(server, tmp_path):
    """A server with one release of each kind, and the list."""
    for path in made.files(tmp_path / "made", name=NAME):
        server.files[f"{ROOT}/{NAME}/domain/{path.name}"] = path.read_bytes()
    base = f"{ROOT}/{NAME}/host"
    for what, texts in (("vertices", ["0\tcom.a", "1\tcom.b"]), ("edges", ["0\t1", "1\t0"])):
        parts = []
        for i, line in enumerate(texts):
            part = made.write_text(tmp_path / "part.gz", [line])
            parts.append(f"{base}/{what}/part-{i}.txt.gz")
            server.files[parts[-1]] = part.read_bytes()
        listed = made.write_text(tmp_path / "list.gz", parts)
        server.files[f"{base}/{NAME}-host-{what}.paths.gz"] = listed.read_bytes()
    counts = {"domain": {"nodes": 5, "arcs": 6}, "host": {"nodes": 2, "arcs": 2}}
    rows = [
        {"id": "cc-main-2026-mar-apr-may"},
        {"id": NAME, "crawls": ["CC-MAIN-2026-25"], "stats": counts},
        {"x": 1},
    ]
    server.files["graphinfo.json"] = json.dumps(rows).encode()
    return server


def test_the_only_host_in_the_code_is_common_crawls():
    assert COMMON_CRAWL == "https://data.commoncrawl.org"


def test_a_file_comes_whole_and_is_not_fetched_twice(server, tmp_path):
    server.files["a/file"] = BODY
    fetch(server, tmp_path / "new" / "file")
    fetch(server, tmp_path / "new" / "file")
    assert (tmp_path / "new" / "file").read_bytes() == BODY
    assert [how for how, _, _ in server.asked] == ["HEAD", "GET", "HEAD"]
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["file"]


def test_a_connection_that_is_cut_is_taken_up_again(server, tmp_path):
    server.files["a/file"], server.cut = BODY, 3000
    fetch(server, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == BODY
    assert [span for _, _, span in server.asked[1:]] == [None, "bytes=3000-", "bytes=6000-", "bytes=9000-"]


def test_a_server_without_ranges_makes_it_begin_anew(server, tmp_path):
    server.files["a/file"], server.cut, server.ranges = BODY, 3000, False
    with pytest.raises(SourceError, match=r"broke off 3 times in a row after 3,000 of 10,240 bytes"):
        fetch(server, tmp_path / "file", tries=3)
    server.cut = None
    fetch(server, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == BODY


def test_what_was_fetched_is_kept_for_the_next_time_unless_the_file_changed(server, tmp_path):
    server.files["a/file"], server.cut = BODY, 0
    server.headers = {"ETag": '"one"'}
    (tmp_path / "file.part").write_bytes(BODY[:100])
    with pytest.raises(SourceError, match="after 0 of 10,240"):  # a part that nobody knows of
        fetch(server, tmp_path / "file", tries=2)
    server.cut = 5000
    one = remote(server)
    told = []

    def stop(done):
        told.append(done)
        if done >= 5000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        one.fetch(one.head("a/file"), tmp_path / "file", stop)
    server.cut, server.asked = None, []
    fetch(server, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == BODY
    assert server.asked[-1][2] == "bytes=5000-"
    server.files["a/file"] = BODY[::-1][:9000]
    server.headers = {"ETag": '"two"'}
    fetch(server, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == BODY[::-1][:9000]


@pytest.mark.parametrize(
    ("lie", "said"),
    [
        ({"lie_head": 7}, r"was said to have 10,247 bytes and now has 10,240"),
        ({"lie_get": 5}, r"was said to have 10,240 bytes and now has 10,245"),
        ({"cut": 3000, "shift_range": 1}, "gave another part"),
    ],
)
def test_lengths_that_do_not_agree_are_refused(server, tmp_path, lie, said):
    server.files["a/file"] = BODY
    for name, value in lie.items():
        setattr(server, name, value)
    with pytest.raises(SourceError, match=said):
        fetch(server, tmp_path / "file", tries=3)
    assert not (tmp_path / "file").exists()


def test_a_check_sum_is_held(server, tmp_path):
    server.files["a/file"] = BODY
    good = hashlib.md5(BODY, usedforsecurity=False)
    wrong = hashlib.md5(b"", usedforsecurity=False)
    for headers in (
        {"Content-MD5": base64.b64encode(wrong.digest()).decode()},
        {"ETag": f'"{wrong.hexdigest()}"'},
    ):
        server.headers = headers
        with pytest.raises(SourceError, match="another check sum"):
            fetch(server, tmp_path / "file")
        assert list(tmp_path.iterdir()) == [tmp_path / "file.part.json"]
    server.headers = {"ETag": f'"{good.hexdigest()}"'}
    fetch(server, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == BODY


def test_a_busy_server_is_asked_again_and_another_host_never(server, tmp_path):
    server.files["a/file"], server.failing = BODY, [503, 500]
    fetch(server, tmp_path / "file")
    with pytest.raises(SourceError, match=r"leads to another server, other\.test"):
        remote(server).head("elsewhere")
    with pytest.raises(SourceError, match="is not there"):
        remote(server).head("nothing")
    server.failing = [503] * 3
    with pytest.raises(SourceError, match="the server answers 503"):
        remote(server, tries=3).head("a/file")
    with pytest.raises(SourceError, match="cannot be reached"):
        Remote("http://127.0.0.1:9", tries=1).head("x")
    with pytest.raises(SourceError, match="is no address"):
        Remote("data")


def test_the_releases_that_are_listed(stocked):
    found = web_list(remote=remote(stocked))
    assert [(one.name, one.data_date, one.domain_nodes, one.host_edges) for one in found] == [
        (NAME, "2026-06-30", 5, 2),
        ("cc-main-2026-mar-apr-may", "2026-05-31", None, None),
    ]
    stocked.files["graphinfo.json"] = b"<html>"
    with pytest.raises(SourceError, match="is no list of releases"):
        web_list(remote=remote(stocked))


def test_a_pull_asks_fetches_and_imports(stocked, tmp_path):
    stocked.cut = 40
    index = tmp_path / "i"
    asked, transfers = [], []
    declined = web_pull(index, NAME, ask=lambda p: bool(asked.append(p)), remote=remote(stocked))
    assert (declined.state, [f.path.split("-")[-1] for f in asked[0].files]) == (
        "declined",
        ["vertices.txt.gz", "edges.txt.gz", "ranks.txt.gz"],
    )
    assert not (index / "web" / "downloads").exists()
    with pytest.raises(SourceError, match=r"graphinfo\.json broke off"):
        web_list(remote=remote(stocked))
    summary = web_pull(index, NAME, ask=lambda p: True, remote=remote(stocked), on_transfer=transfers.append)
    assert (summary.state, summary.imported.release.ranks_matched) == ("imported", 4)
    assert [s.name for s in summary.steps] == ["download", "look at files", "names", "graph", "ranks"]
    last = transfers[-1]
    assert (last.bytes_done, last.seconds_left) == (last.bytes_total, 0)
    assert open_release(index).info.edges == 6
    stocked.cut = None
    assert plan(index, NAME, remote=remote(stocked)).bytes_to_fetch == 0
    assert web_pull(index, "latest", ask=lambda p: True, remote=remote(stocked)).state == "skipped"


def test_a_pull_of_hosts_in_parts_and_without_ranks(stocked, tmp_path):
    summary = web_pull(tmp_path, NAME, "host", ask=lambda p: True, remote=remote(stocked))
    assert (summary.plan.ranks, summary.imported.release.edges, len(summary.plan.files)) == (False, 2, 6)
    assert open_release(tmp_path).referring(0).tolist() == [1]
    evil = made.write_text(tmp_path / "evil.gz", ["../../etc/x"]).read_bytes()
    stocked.files[f"{ROOT}/{NAME}/host/{NAME}-host-edges.paths.gz"] = evil
    with pytest.raises(SourceError, match="which is no part of a release"):
        plan(tmp_path, NAME, "host", remote=remote(stocked))


def test_a_pull_that_was_stopped_says_so_and_a_name_that_is_none_is_refused(stocked, tmp_path):
    def stop(transfer):
        raise KeyboardInterrupt

    with pytest.raises(Interrupted, match="What was downloaded so far is kept"):
        web_pull(tmp_path, NAME, ask=lambda p: True, remote=remote(stocked), on_transfer=stop)
    with pytest.raises(InputError, match="cannot name a release"):
        plan(tmp_path, "../x", remote=remote(stocked))
    with pytest.raises(SourceError, match="is not there"):
        plan(tmp_path, "cc-main-2030-jan-feb-mar", remote=remote(stocked))
