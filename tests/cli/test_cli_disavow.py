"""``backlit disavow`` on files: what it prints, what it writes, and its exit codes."""

from __future__ import annotations

import json

import pytest

from backlit.cli.app import main


@pytest.fixture
def run(capsys):
    def call(*arguments):
        with pytest.raises(SystemExit) as end:
            main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return end.value.code or 0, said.out, said.err

    return call


def written(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


def test_a_right_file_passes_the_check(run, tmp_path):
    code, out, _ = run("disavow", "check", written(tmp_path, "d.txt", "# why\ndomain:a.com\n"))
    assert code == 0
    assert out.splitlines() == [
        "d.txt: 2 lines, 1 entry (1 domain, 0 by address), 1 comment, ASCII",
        "  0 errors, 0 warnings, 0 notes",
        "The file can be uploaded.",
    ]


def test_an_error_fails_the_check_and_json_has_every_finding(run, tmp_path):
    path = written(tmp_path, "d.txt", "a.com\ndomain:mine.com\n")
    code, out, _ = run("disavow", "check", path, "--own", "mine.com", "--format", "json")
    found = json.loads(out)
    assert (code, found["ok"], found["lines"], found["entries"]) == (1, False, 2, 1)
    assert found["findings"] == [
        {
            "line": 1,
            "severity": "error",
            "code": "bare-host",
            "message": "'a.com' has no prefix: write domain: before it.",
            "entry": "a.com",
            "suggestion": "domain:a.com",
        },
        {
            "line": 2,
            "severity": "error",
            "code": "own-domain",
            "message": "The entry disavows mine.com, which is your own: remove it.",
            "entry": "domain:mine.com",
            "suggestion": None,
        },
    ]


def test_a_repaired_file_is_written_and_checked(run, tmp_path):
    path = tmp_path / "d.csv"
    path.write_bytes("a.com\r\ndomain:münchen.de\r\n".encode("utf-16"))
    out = tmp_path / "right.txt"
    code, said, _ = run("disavow", "check", path, "--fix", "--out", out)
    assert (code, out.read_bytes()) == (0, b"domain:a.com\ndomain:xn--mnchen-3ya.de\n")
    assert "line 1: a.com → domain:a.com" in said
    assert run("disavow", "check", path, "--fix")[0] == 1


def test_long_lists_of_findings_are_cut_with_a_word(run, tmp_path):
    path = written(tmp_path, "d.txt", "".join(f"a{n}.com\n" for n in range(30)))
    assert "… and 10 more of bare-host: see them with --format json." in run("disavow", "check", path)[1]


def test_merge_and_diff(run, tmp_path):
    one = written(tmp_path, "one.txt", "# bought\nhttp://a.com/1\n")
    two = written(tmp_path, "two.txt", "domain:a.com\nb.com\n")
    out = tmp_path / "both.txt"
    code, said, _ = run("disavow", "merge", one, two, "--out", out)
    assert (code, out.read_text("utf-8")) == (0, "# bought\n\ndomain:a.com\ndomain:b.com\n")
    assert "http://a.com/1 → domain:a.com" in said
    code, said, _ = run("disavow", "diff", one, two)
    assert code == 0
    assert said.splitlines() == [
        "0 added, 0 removed, 1 widened, 0 narrowed, 0 kept",
        "> http://a.com/1 → domain:a.com",
        "two.txt has 1 line that is not read: see `backlit disavow check`.",
    ]
    found = json.loads(run("disavow", "diff", one, two, "--format", "json")[1])
    assert found["diff"]["widened"] == [["http://a.com/1", "domain:a.com"]]


def test_a_file_that_is_not_there_is_named(run, tmp_path):
    code, _, err = run("disavow", "check", tmp_path / "none.txt")
    assert (code, err.count("\n")) == (1, 1)
    assert "none.txt cannot be read" in err


def test_no_entry_of_a_file_can_steer_the_terminal(run, tmp_path):
    path = written(tmp_path, "d.txt", "domain:a.com\x1b[31m\n")
    assert "\x1b" not in run("disavow", "check", path)[1]


@pytest.mark.parametrize("name", ["disavow-small-example.txt", "disavow-turkish-tech.txt.gz"])
def test_files_of_the_wild_are_read_and_repaired(run, tmp_path, shared_data, name):
    path = shared_data / "spam" / name
    if not path.is_file():
        pytest.skip(f"the real disavow file {name} is not there")
    found = json.loads(run("disavow", "check", path, "--format", "json")[1])
    assert found["entries"] == found["domains"] + found["urls"] > 0
    assert found["faulty"] == 0
    out = tmp_path / "right.txt"
    code, _, _ = run("disavow", "check", path, "--fix", "--out", out)
    assert code == 0
    again = json.loads(run("disavow", "check", out, "--format", "json")[1])
    assert (again["ok"], "duplicate" in again["codes"], "covered" in again["codes"]) == (True, False, False)
