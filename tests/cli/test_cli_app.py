"""The program: every command on a real index, errors in sentences, exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import backlit
from backlit.cli import app as program
from backlit.cli.app import global_options_first, main
from backlit.errors import BacklitError, Interrupted
from index_rows import crawl, link, publish_batches

NOFOLLOW = {"follow": False, "rel": "nofollow"}
ONE = crawl([link("https://a.com/1", "https://x.org/", "2026-01-05")], "2026-01-05")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("cli") / "index"
    rows = [
        link("https://a.com/1", "https://shop.com/", "2026-01-05", anchor="Shop"),
        link("https://a.com/2", "https://shop.com/x", "2026-01-05", anchor="=1+1", placement="nav"),
        link(
            "https://b.org/1",
            "https://shop.com/",
            "2026-01-05",
            anchor="\x1b[31mred",
            follow=False,
            rel="nofollow",
        ),
    ]
    publish_batches(path, [crawl(rows, "2026-01-05")])
    return path


@pytest.fixture
def run(folder, capsys):
    """Run the program on the index; gives the exit code, standard output and standard error."""

    def call(*arguments):
        with pytest.raises(SystemExit) as end:
            main(["--index", str(folder), *arguments])
        said = capsys.readouterr()
        return end.value.code or 0, said.out, said.err

    return call


LINE = "Origin: warc · data of 2026-01-05 · generation 1 · authority: own graph\n"


def test_links_as_json(run):
    code, out, err = run("links", "shop.com", "--where", "follow", "--sort", "source_url", "--format", "json")
    document = json.loads(out)
    assert (code, err) == (0, LINE)
    assert [row["source_url"] for row in document["rows"]] == ["https://a.com/1", "https://a.com/2"]
    assert document["meta"]["total"] == 2


def test_a_table_shows_the_columns_that_matter_and_any_asked_for(run):
    _, out, _ = run("links", "shop.com", "--limit", "1", "--sort", "source_url")
    assert out.split("\n")[0].split() == [
        *("source_url", "target_url", "anchor", "follow", "placement"),
        *("source_authority", "first_seen", "lost_at"),
    ]
    assert out.endswith("1 of 3 rows · " + LINE)
    _, out, _ = run("links", "shop.com", "--columns", "anchor, rel", "--sort", "source_url", "--offset", "2")
    assert out.splitlines()[0].split() == ["anchor", "rel"]
    assert out.splitlines()[2] == "\\x1b[31mred  nofollow"


@pytest.mark.parametrize(
    ("arguments", "first"),
    [
        (["links", "shop.com"], "source_url"),
        (["domains", "shop.com"], "source_domain"),
        (["anchors", "shop.com"], "anchor"),
        (["pages", "shop.com"], "target_url"),
        (["history", "shop.com", "--by", "day"], "period"),
        (["sql", "select source_url from links"], "source_url"),
    ],
)
@pytest.mark.parametrize("format_", ["table", "csv", "json", "jsonl", "parquet"])
def test_every_listing_in_every_format_to_a_file(run, tmp_path, arguments, first, format_):
    out = tmp_path / "out"
    code, said, _ = run(*arguments, "--format", format_, "--out", str(out))
    assert (code, said, os.listdir(tmp_path)) == (0, "", ["out"])
    if format_ == "parquet":
        assert first in pq.read_table(out).column_names
    else:
        assert first in out.read_text("utf-8")


@pytest.mark.parametrize("name", ["links", "domains", "anchors", "pages", "history"])
def test_every_listing_takes_filter_sort_limit_and_offset(run, name):
    column = {"history": "period"}.get(name, "first_seen")
    arguments = [
        "--where",
        f"{column} >= 2026-01",
        "--sort",
        f"{column} desc",
        "--limit",
        "5",
        "--offset",
        "1",
    ]
    code, _, err = run(name, "shop.com", *arguments)
    assert (code, "Error" in err) == (0, False)


def test_sql_to_the_screen_is_cut_with_a_word(run):
    code, out, err = run("sql", "select * from range(500) t(n)")
    assert (code, len(out.splitlines())) == (0, 103)
    assert "There are more rows than 100" in err
    assert len(run("sql", "select * from range(500) t(n)", "--limit", "0")[1].splitlines()) == 503
    assert len(run("sql", "select * from range(500) t(n)", "--format", "jsonl")[1].splitlines()) == 500


def test_info_check_compact_and_digest(run):
    code, out, _ = run("info")
    assert (code, "links        3" in out, "1 input:" in out) == (0, True, True)
    document = json.loads(run("info", "--format", "json")[1])
    assert (document["links"], document["snapshots"][0]["links"]) == (3, 3)
    assert run("check")[1].endswith(" is sound.\n")
    digest = run("check", "--digest")[1]
    assert digest.strip()


def test_compact_publishes_a_generation_with_the_same_rows(tmp_path, capsys):
    publish_batches(tmp_path / "i", [ONE])
    with pytest.raises(SystemExit) as end:
        main(["--index", str(tmp_path / "i"), "compact"])
    assert (end.value.code or 0) == 0
    assert capsys.readouterr().out.startswith("Generation 2: 1 link, ")


def test_a_damaged_index_fails_the_check(tmp_path, capsys):
    publish_batches(tmp_path / "i", [ONE])
    victim = next((tmp_path / "i" / "data").glob("links-*"))
    victim.write_bytes(victim.read_bytes()[:-1] + b"?")
    with pytest.raises(SystemExit) as end:
        main(["--index", str(tmp_path / "i"), "check"])
    assert end.value.code == 1
    assert victim.name in capsys.readouterr().out


def test_a_profile_in_every_shape(run, tmp_path):
    code, out, _ = run("profile", "shop.com")
    assert (code, "shop.com" in out, "\x1b" in out) == (0, True, False)
    assert json.loads(run("profile", "shop.com", "--format", "json")[1])["meta"]["target"] == "shop.com"
    run("profile", "shop.com", "--out", str(tmp_path / "p.html"))
    assert (tmp_path / "p.html").read_text("utf-8").startswith("<!doctype html>")


def test_a_table_is_added_and_added_again_is_skipped(tmp_path, capsys):
    table = tmp_path / "links.csv"
    table.write_text(
        "source_url,target_url,anchor\nhttps://a.com/1,https://x.org/,one\nnonsense,https://x.org/,two\n"
    )

    def add(*arguments):
        with pytest.raises(SystemExit) as end:
            main(["--index", str(tmp_path / "i"), "add", str(table), *arguments])
        return end.value.code or 0, capsys.readouterr().out

    code, out = add("--snapshot", "2026-01-05")
    assert code == 0
    assert "links.csv: links, of 2026-01-05, 1 page, 1 link, 1 problem." in out
    assert "Generation 1: 1 link and 1 page in the index" in out
    code, out = add("--format", "json")
    assert (code, json.loads(out)["inputs"][0]["state"]) == (0, "skipped")


def test_an_input_that_cannot_be_read_is_named(tmp_path, capsys):
    with pytest.raises(SystemExit) as end:
        main(["--index", str(tmp_path / "i"), "add", str(tmp_path / "missing.csv")])
    assert end.value.code == 1
    said = capsys.readouterr()
    assert "missing.csv" in said.out + said.err
    assert "Traceback" not in said.out + said.err


def test_errors_are_one_sentence_and_exit_with_one(run, capsys, monkeypatch):
    code, out, err = run("links", "shop.com", "--where", "follow and autority > 3")
    assert (code, out) == (1, "")
    assert err.splitlines() == [
        'There is no column "autority" here. Did you mean "source_authority"?',
        "  follow and autority > 3",
        "             ^^^^^^^^",
    ]
    code, _, err = run("links", "not a target")
    assert (code, len(err.splitlines())) == (1, 1)
    code, _, err = run("sql", "drop view links")
    assert (code, err.startswith("Only statements that read are allowed")) == (1, True)
    with pytest.raises(SystemExit) as end:
        main(["--index", "/nowhere", "info"])
    assert (end.value.code, capsys.readouterr().err.startswith("There is no index at /nowhere")) == (1, True)


def test_debug_shows_where_an_error_arose(folder, monkeypatch):
    monkeypatch.setenv("BACKLIT_DEBUG", "1")
    with pytest.raises(BacklitError):
        main(["--index", str(folder), "links", "not a target"])


def test_wrong_usage_exits_with_two(run):
    assert run("links")[0] == 2
    assert run("links", "shop.com", "--limit", "-1")[0] == 2
    assert run("links", "shop.com", "--format", "xml")[0] == 2
    assert run("nothing")[0] == 2


@pytest.mark.parametrize(
    ("raised", "said"),
    [(KeyboardInterrupt(), "Stopped.\n"), (Interrupted("Stopped. It is kept."), "Stopped. It is kept.\n")],
)
def test_ctrl_c_is_one_line_and_130(run, monkeypatch, raised, said):
    def stop(self):
        raise raised

    monkeypatch.setattr("backlit.cli.options.Globals.open", stop)
    assert run("info") == (130, "", said)


def test_a_closed_pipe_is_quiet(folder):
    command = [sys.executable, "-c", "from backlit.cli.app import main; main()", "--index", str(folder)]
    statement = "select repeat('x', 1000) from range(10000)"
    process = subprocess.Popen(
        [*command, "sql", statement, "--format", "jsonl"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 141


def test_the_index_may_come_from_the_environment(folder, monkeypatch, capsys):
    monkeypatch.setenv("BACKLIT_INDEX", str(folder))
    with pytest.raises(SystemExit):
        main(["check"])
    assert capsys.readouterr().out.endswith("is sound.\n")


def test_settings_are_read_from_a_file(run, tmp_path):
    settings = tmp_path / "mine.toml"
    settings.write_text("[bands]\nexcellent = 'high'\n")
    code, _, err = run("profile", "shop.com", "--settings", str(settings))
    assert (code, "mine.toml" in err) == (1, True)


def test_options_of_the_program_may_stand_anywhere():
    assert global_options_first(["links", "x.com", "--index", "i", "--limit", "3", "--settings=s"]) == [
        "--index",
        "i",
        "--settings=s",
        "links",
        "x.com",
        "--limit",
        "3",
    ]
    assert global_options_first(["sql", "--", "--index", "x"]) == ["sql", "--", "--index", "x"]
    assert global_options_first(["links", "--index"]) == ["--index", "links"]


def test_version_and_help(capsys):
    for arguments, part in (
        (["--version"], f"backlit {backlit.__version__}"),
        (["--help"], "Commands:"),
        ([], "Commands:"),
    ):
        with pytest.raises(SystemExit):
            main(arguments)
        said = capsys.readouterr()
        assert part in said.out + said.err


def test_help_imports_nothing_heavy():
    code = (
        "import sys\n"
        "from backlit.cli.app import main\n"
        "try: main(['links', '--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'numba', 'numpy', 'pyarrow', 'duckdb', 'rich', 'pandas', 'msgspec', 'hypothesis'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"


def test_every_command_file_is_a_command():
    files = {path.stem for path in Path(program.__file__).with_name("commands").glob("*.py")} - {"__init__"}
    assert files == {module.__name__.rsplit(".", 1)[-1] for module in (*program.COMMANDS, *program.GROUPS)}
