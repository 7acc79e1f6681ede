"""The page of jobs: a file becomes an import, its end is told in its own words, and who may do what."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from backlit.settings import default
from backlit.work.jobs import JobBook
from chance_pages import client, token, web_of_rivals, words

LINKS = (
    "source_url,target_url,anchor\nhttps://new.test/1,https://shop.com/,new\nno address,https://shop.com/,x\n"
)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with client(web_of_rivals(tmp_path_factory.mktemp("jobs") / "index"), allow_writes=True) as found:
        yield found


def send(ask: TestClient, name: str, content: bytes | str, **fields: str) -> Any:
    """Send a file by the form."""
    data = {"csrf": token(ask.get("/jobs"))} | fields
    return ask.post("/jobs/upload", data=data, files={"file": (name, content)}, follow_redirects=False)


def ended(ask: TestClient, there: str) -> Any:
    """The page once no job runs."""
    until = time.monotonic() + 90
    while (answer := ask.get(there)).status_code == 200 and "data-live=" in answer.text:
        assert time.monotonic() < until, words(answer)
        assert '<noscript><meta http-equiv="refresh"' in answer.text
        time.sleep(0.1)
    return answer


def test_a_file_is_imported_and_its_links_are_there(written: TestClient) -> None:
    sent = send(written, "a <b>name.csv", LINKS)
    assert sent.status_code == 303, words(sent)
    assert sent.headers["location"].startswith("/jobs?job=")
    answer = ended(written, sent.headers["location"])
    assert "Import a _b_name.csv done read as links links 1" in words(answer)
    assert "What was wrong in it: 1 ×" in words(answer)
    assert "<b>name" not in answer.text
    assert "new.test" in written.get("/domains?target=shop.com").text
    folder = written.app.state.jobs.book.folder  # type: ignore[attr-defined]
    assert list((folder / "uploads").iterdir()) == []


def test_a_file_that_cannot_be_read_is_told_in_the_words_of_its_job(written: TestClient) -> None:
    sent = send(written, "broken.warc.gz", b"\x1f\x8b\x08\x00nothing of an archive", read_as="warc")
    answer = ended(written, sent.headers["location"])
    assert "Import broken.warc.gz failed" in words(answer)
    assert 'class="job-detail"' in answer.text


@pytest.mark.parametrize(
    ("fields", "files", "status", "told"),
    [
        ({}, {}, 400, "no form with a file"),
        ({}, {"other": ("a.csv", "x")}, 400, "No file was chosen"),
        ({}, {"file": ("a.csv", "")}, 400, "The file is empty"),
        ({"csrf": "stale"}, {"file": ("a.csv", LINKS)}, 403, "load the page again"),
    ],
)
def test_a_form_without_a_file_is_told(
    written: TestClient, fields: dict[str, str], files: dict[str, Any], status: int, told: str
) -> None:
    data = {"csrf": token(written.get("/jobs"))} | fields
    answer = written.post("/jobs/upload", data=data, files=files)
    assert (answer.status_code, told in words(answer)) == (status, True), words(answer)


def test_a_file_beyond_the_limit_is_turned_away_and_nothing_stays(tmp_path: Path) -> None:
    import msgspec

    rules = msgspec.structs.replace(default().server, max_upload_bytes=1000)
    index = web_of_rivals(tmp_path / "index")
    with client(index, allow_writes=True, rules=rules) as ask:
        answer = send(ask, "large.csv", b"x" * 2000)
        assert answer.status_code == 413
        assert "larger than the 1000 bytes" in words(answer)
        assert send(ask, "huge.csv", b"x" * 200_000).status_code == 413
        assert list((index / "jobs" / "uploads").iterdir()) == []


def test_a_server_that_only_reads_takes_no_file_and_says_so(tmp_path: Path) -> None:
    with client(web_of_rivals(tmp_path / "index")) as ask:
        page = ask.get("/jobs")
        assert "Start it with --allow-writes" in words(page)
        assert page.text.count('<button disabled aria-describedby="read-only">') == 1
        assert send(ask, "a.csv", LINKS).status_code == 403
        refused = ask.post("/jobs", data={"csrf": token(page), "kind": "compact"})
        assert refused.status_code == 403
        checked = ask.post("/jobs", data={"csrf": token(page), "kind": "check"}, follow_redirects=False)
        assert "Check the index done index sound" in words(ended(ask, checked.headers["location"]))


def test_all_verdicts_become_a_file_to_be_had_from_the_page(written: TestClient) -> None:
    data = {"csrf": token(written.get("/jobs")), "kind": "audit", "format": "csv"}
    sent = written.post("/jobs", data=data, follow_redirects=False)
    answer = ended(written, sent.headers["location"])
    [path] = {part for part in answer.text.split('"') if part.endswith("/result")}
    assert written.get(path).text.startswith("source_url,target_url,verdict")


@pytest.mark.parametrize("kind", ["sweep", "whatif", ""])
def test_kinds_that_have_no_form_are_refused(written: TestClient, kind: str) -> None:
    answer = written.post("/jobs", data={"csrf": token(written.get("/jobs")), "kind": kind})
    assert answer.status_code == 400


def test_jobs_of_a_server_that_is_gone_are_interrupted(tmp_path: Path) -> None:
    index = web_of_rivals(tmp_path / "index")
    book = JobBook(index, owner=2**22 + 1)
    book.started(book.make("import", {"path": "half.csv"}))
    with client(index, allow_writes=True) as ask:
        told = words(ask.get("/jobs"))
    assert "Import half.csv interrupted The server ended before this job did." in told


def test_a_job_that_waits_can_be_cancelled(written: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = written.app.state.jobs  # type: ignore[attr-defined]
    csrf = token(written.get("/jobs"))
    with jobs._changed:  # nothing begins while the list is held
        job = jobs.book.make("check", {})
        jobs._waiting.append(job)
        monkeypatch.setattr(jobs, "_work", lambda: None)
        page = written.get("/jobs")
        assert f'value="{job.id}"' in page.text
        jobs._waiting.remove(job)
        jobs.book.ended(job, "cancelled", detail="It was cancelled before it began.")
    assert "Check the index cancelled It was cancelled before it began." in words(written.get("/jobs"))
    again = written.post("/jobs", data={"csrf": csrf, "cancel": job.id})
    assert again.status_code == 409
    assert "has ended already" in words(again)
    assert written.post("/jobs", data={"csrf": csrf, "cancel": "nothing"}).status_code == 400


def test_the_first_file_makes_the_index(tmp_path: Path) -> None:
    index = tmp_path / "new"
    with client(index, allow_writes=True) as ask:
        assert "Nothing was done beside the pages yet." in words(ask.get("/jobs"))
        answer = ended(ask, send(ask, "links.csv", LINKS).headers["location"])
        assert "done" in words(answer)
        assert "new.test" in ask.get("/domains?target=shop.com").text
