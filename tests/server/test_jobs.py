"""Jobs: made, followed, taken, cancelled; what a server leaves behind, the next one tells."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from starlette.testclient import TestClient

from backlit.index import Index
from backlit.server.api import jobs as jobs_module
from backlit.server.app import create_app
from backlit.server.config import Config
from backlit.work.jobs import JobBook

LINKS = "source_url,target_url,anchor\nhttps://new.com/1,https://shop.com/,new\n"


@pytest.fixture
def own(folder: Path, tmp_path: Path) -> Path:
    """A copy of the index, to be written to, without what other tests decided and started on it."""
    left = shutil.ignore_patterns("state.sqlite*", "jobs")
    return Path(shutil.copytree(folder, tmp_path / "index", ignore=left))


def post(ask: TestClient, code: int = 202, **body: object):
    answer = ask.post("/api/v1/jobs", json=body)
    assert answer.status_code == code, answer.text
    return answer.json()


def ended(ask: TestClient, job: dict, seconds: float = 60):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = ask.get(f"/api/v1/jobs/{job['id']}").json()
        if found["state"] not in ("waiting", "running"):
            return found
        time.sleep(0.05)
    raise AssertionError(f"{found} did not end")


def test_an_audit_of_all_links_becomes_a_file(own: Path, make) -> None:
    ask = make(own)
    job = post(ask, kind="audit", columns=["source_url", "verdict"])
    assert (job["kind"], job["parameters"]) == (
        "audit",
        {"format": "parquet", "columns": ["source_url", "verdict"]},
    )
    done = ended(ask, job)
    assert (done["state"], done["result"]["rows"], done["result"]["format"]) == ("done", 4, "parquet")
    answer = ask.get(done["result_url"])
    assert answer.headers["content-type"] == "application/vnd.apache.parquet"
    assert int(answer.headers["content-length"]) == done["result"]["bytes"] == len(answer.content)
    table = pq.read_table(io.BytesIO(answer.content))
    assert table.column_names == ["source_url", "verdict"]
    assert sorted(table["source_url"].to_pylist()) == [
        "https://a.com/1",
        "https://a.com/2",
        "https://b.org/1",
        "https://d.com/1",
    ]
    assert [path.name for path in (own / "jobs").iterdir()] == [f"{job['id']}.parquet"]
    listed = ask.get("/api/v1/jobs?state=done").json()
    assert ([one["id"] for one in listed["data"]], listed["total"]) == ([job["id"]], 1)
    assert ask.get("/api/v1/jobs?state=failed").json() == {"data": [], "total": 0}
    (own / "jobs" / f"{job['id']}.parquet").unlink()
    assert ask.get(done["result_url"]).status_code == 404


def test_a_check_is_a_job_whose_result_is_json(own: Path, make) -> None:
    ask = make(own)
    done = ended(ask, post(ask, kind="check"))
    assert done["result"] == {"sound": True, "wrong": [], "generation": 1}
    assert done["result_url"] is None
    assert ask.get(f"/api/v1/jobs/{done['id']}/result").json() == done["result"]


def test_an_import_reads_only_from_its_folder_and_its_rows_are_served(
    own: Path, tmp_path: Path, make
) -> None:
    inputs = tmp_path / "inputs"
    inputs.mkdir()
    (inputs / "links.csv").write_text(LINKS)
    (tmp_path / "secret.csv").write_text(LINKS)
    (inputs / "way-out.csv").symlink_to(tmp_path / "secret.csv")
    ask = make(own, allow_writes=True, import_from=inputs)
    for path in ("../secret.csv", "way-out.csv", str(tmp_path / "secret.csv"), "nothing.csv", "a\0b"):
        told = post(ask, 400, kind="import", path=path)["detail"]
        assert told.startswith(f"There is no input {path!r} in the folder of imports.")
    assert post(ask, 400, kind="import")["detail"] == "Name the input to import: path."
    done = ended(ask, post(ask, kind="import", path="links.csv", snapshot="2026-03-01"))
    assert (done["state"], done["result"]["generation"]) == ("done", 2), done
    assert done["result"]["inputs"][0]["file"] == "links.csv"
    rows = ask.get("/api/v1/links?target=shop.com&where=anchor=new").json()
    assert ([row["source_url"] for row in rows["data"]], rows["provenance"]["generation"]) == (
        ["https://new.com/1"],
        2,
    )
    again = ended(ask, post(ask, kind="import", path="links.csv", snapshot="2026-03-01"))
    assert (again["state"], again["detail"]) == ("done", "links.csv is in the index already.")
    assert ended(ask, post(ask, kind="compact"))["result"]["generation"] == 3


def test_an_input_that_cannot_be_read_fails_with_its_sentence(own: Path, tmp_path: Path, make) -> None:
    (tmp_path / "noise.bin").write_bytes(bytes(range(256)) * 40)
    ask = make(own, allow_writes=True, import_from=tmp_path)
    failed = ended(ask, post(ask, kind="import", path="noise.bin"))
    assert failed["state"] == "failed"
    assert failed["detail"].endswith(".")
    answer = ask.get(f"/api/v1/jobs/{failed['id']}/result")
    assert answer.status_code == 409
    assert f"has no result: it is failed. {failed['detail']}" in answer.json()["detail"]


def test_what_is_wrong_with_a_job_is_told_at_once(own: Path, make) -> None:
    ask = make(own)
    assert post(ask, 403, kind="compact")["detail"].startswith("This server only reads")
    assert post(ask, 403, kind="import", path="x")["detail"].startswith("This server only reads")
    assert 'no column "vrdict"' in post(ask, 400, kind="audit", where="vrdict = risky")["detail"]
    assert "no column 'vrdict'" in post(ask, 400, kind="audit", columns=["vrdict"])["detail"]
    assert (
        post(ask, 400, kind="check", where="x")["detail"]
        == "A job of the kind check takes no where; it takes nothing."
    )
    assert post(ask, 422, kind="sql")["errors"][0]["name"] == "kind"
    writing = make(own, allow_writes=True)
    assert "--import-from DIR" in post(writing, 400, kind="import", path="x")["detail"]
    for path in ("jobs/none", "jobs/none/result"):
        answer = ask.get(f"/api/v1/{path}")
        assert (answer.status_code, answer.json()["detail"]) == (
            404,
            "There is no job 'none': GET /api/v1/jobs lists all.",
        )
    assert ask.post("/api/v1/jobs/none/cancel").status_code == 404


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs that tell of progress and then wait to be stopped."""
    code = (
        "import sys, json, time\n"
        "order = json.loads(sys.stdin.readline())\n"
        "print(json.dumps({'stage': 'reading', 'done': 30, 'total': 120, 'unit': 'links'}), flush=True)\n"
        "try:\n"
        "    time.sleep(60)\n"
        "except KeyboardInterrupt:\n"
        "    print(json.dumps({'end': {'state': 'cancelled', 'detail': 'Stopped.'}}), flush=True)\n"
    )

    def spawned() -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    monkeypatch.setattr(jobs_module, "_spawned", spawned)


def running(ask: TestClient, job: dict) -> dict:
    for _ in range(400):
        found = ask.get(f"/api/v1/jobs/{job['id']}").json()
        if found["progress"] and found["progress"]["stage"]:
            return found
        time.sleep(0.02)
    raise AssertionError("the job does not run")


def test_progress_is_told_and_jobs_are_cancelled(own: Path, make, slow: None) -> None:
    ask = make(own)
    first, second = post(ask, kind="check"), post(ask, kind="check")
    progress = running(ask, first)["progress"]
    assert [progress[name] for name in ("stage", "done", "total", "unit", "share")] == [
        "reading",
        30,
        120,
        "links",
        0.25,
    ]
    assert progress["rate"] > 0
    assert progress["remaining_seconds"] >= 0
    assert ask.get(f"/api/v1/jobs/{first['id']}/result").status_code == 409
    waiting = ask.post(f"/api/v1/jobs/{second['id']}/cancel")
    assert (waiting.status_code, waiting.json()["state"]) == (202, "cancelled")
    assert ask.post(f"/api/v1/jobs/{first['id']}/cancel").status_code == 202
    assert ended(ask, first)["state"] == "cancelled"
    again = ask.post(f"/api/v1/jobs/{first['id']}/cancel")
    assert (again.status_code, again.json()["detail"]) == (
        409,
        f"The job {first['id']} has ended already: it is cancelled.",
    )


def test_no_more_jobs_wait_than_there_is_room_for(own: Path, make, slow: None) -> None:
    import msgspec

    from backlit.settings import default

    ask = make(own, rules=msgspec.structs.replace(default().server, jobs_waiting=1))
    first = post(ask, kind="check")
    running(ask, first)
    post(ask, kind="check")
    answer = ask.post("/api/v1/jobs", json={"kind": "check"})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "30")
    ask.post(f"/api/v1/jobs/{first['id']}/cancel")


def test_what_a_server_leaves_behind_is_interrupted(own: Path, slow: None) -> None:
    config = Config(index=own, hosts=("testserver",), access_log=own.parent / "access.log")
    with TestClient(create_app(config)) as ask:
        first, second = post(ask, kind="check"), post(ask, kind="check")
        running(ask, first)
    found = {job.id: job for job in JobBook(own).all()}
    assert (found[first["id"]].state, found[second["id"]].state) == ("interrupted", "interrupted")
    assert found[first["id"]].detail == "The server ended before this job did. Stopped."


def test_a_killed_server_is_told_from_one_that_lives(own: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    of_dead, of_living = JobBook(own, owner=gone.pid), JobBook(own, owner=os.getppid())
    lost, kept = of_dead.started(of_dead.make("check", {})), of_living.started(of_living.make("check", {}))
    (own / "jobs").mkdir()
    (own / "jobs" / "stray.part").write_text("")
    book = JobBook(own)
    book.take_over(keep=10)
    states = {job.id: job.state for job in book.all()}
    assert states == {lost.id: "interrupted", kept.id: "running"}
    assert list((own / "jobs").iterdir()) == []
    assert Index.open(own).check() == []


def test_only_the_latest_jobs_are_kept(own: Path) -> None:
    book = JobBook(own)
    made = [book.ended(book.make("check", {}), "done", result={"n": n}) for n in range(4)]
    book.tidy(2)
    assert [job.id for job in book.all()] == [made[3].id, made[2].id]
    assert json.loads(json.dumps(book.all()[0].result)) == {"n": 3}
