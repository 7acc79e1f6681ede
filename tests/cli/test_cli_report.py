"""``backlit report``: files in the shape asked for, charts, and sentences for what cannot be made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from backlit.cli.app import main
from index_rows import crawl, link, publish_batches


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report") / "index"
    rows = [link(f"https://s{at}.test/", "https://shop.com/", "2026-03-01") for at in range(4)]
    publish_batches(folder, [crawl(rows, "2026-03-01")])
    return folder


def run(index: Path, *arguments: object) -> int:
    """Run the command, and give its exit code."""
    with pytest.raises(SystemExit) as ended:
        main(["--index", str(index), "report", "shop.com", *map(str, arguments)])
    return int(ended.value.code or 0)


def test_the_ending_of_the_file_tells_its_shape(index: Path, tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("Words\nof ours", "utf-8")
    page, data = tmp_path / "report.html", tmp_path / "report.json"
    assert run(index, "--sections", "portrait,domains", "--intro", f"@{words}", "--out", page) == 0
    assert '<p dir="auto">Words<br>of ours</p>' in page.read_text("utf-8")
    assert (
        run(index, "--sections", "domains", "--before", "2026-01-01", "--after", "2026-03-01", "--out", data)
        == 0
    )
    read = json.loads(data.read_text("utf-8"))
    assert read["order"]["sections"] == ["domains", "changes"]
    assert read["changes"]["links"]["unknown"] == 4


def test_charts_are_written_without_a_browser_too(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("BACKLIT_CHROMIUM", raising=False)
    assert run(index, "--sections", "domains,anchors", "--charts", tmp_path / "charts") == 0
    assert sorted(file.name for file in (tmp_path / "charts").iterdir()) == ["anchors.svg", "bands.svg"]
    told = capsys.readouterr()
    assert told.out == ""
    assert "2 charts in" in told.err
    assert "No PNG: There is no Chromium on this machine" in told.err


def test_a_pdf_without_a_browser_is_refused_before_the_work(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("BACKLIT_CHROMIUM", raising=False)
    assert run(index, "--out", tmp_path / "report.pdf") == 1
    assert "There is no Chromium on this machine" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--format", "pdf"], 2, "A PDF needs a file"),
        (["--sections", "nope"], 1, "There is no section 'nope'"),
        (["--before", "2026-01-01"], 1, "name two dates"),
        (["--intro", "@nowhere.txt"], 1, "nowhere.txt cannot be read"),
        (["--logo", "nowhere.png"], 1, "nowhere.png cannot be read"),
    ],
)
def test_what_cannot_be_made_is_said(
    index: Path, arguments: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(index, *arguments) == code
    assert said in " ".join(capsys.readouterr().err.split())
