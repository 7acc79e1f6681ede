"""``backlit review`` and the commands of ``backlit disavow`` about a target, on a small index."""

from __future__ import annotations

import json

import pytest

from backlit.cli.app import main
from backlit.index.layout import Layout
from index_rows import crawl, link, publish_batches

DAY = "2026-01-05"
ROWS = [
    link("https://spam.com/1", "https://shop.com/", DAY),
    link("https://spam.com/1", "https://shop.com/x", DAY),
    link("https://good.com/1", "https://shop.com/", DAY),
    link("https://good.com/2", "https://spam.com/", DAY),
]


@pytest.fixture
def run(tmp_path, capsys):
    publish_batches(tmp_path / "index", [crawl(ROWS, DAY)])

    def call(*arguments):
        with pytest.raises(SystemExit) as end:
            main(["--index", str(tmp_path / "index"), *map(str, arguments)])
        said = capsys.readouterr()
        return end.value.code or 0, said.out, said.err

    return call


def listed(run, *arguments):
    return json.loads(run("review", "list", *arguments, "--format", "json")[1])["rows"]


def test_a_decision_is_kept_and_listed_with_or_without_the_word_set(run):
    code, out, _ = run("review", "shop.com", "--set", "disavow", "--domain", "spam.com", "--note", "bought")
    assert (code, out) == (0, "domain spam.com: disavow\n")
    assert run("review", "set", "shop.com", "--set", "keep", "--domain", "good.com,none.com")[
        1
    ].splitlines() == [
        "domain good.com: keep",
        "domain none.com: keep",
        "No link from none.com to shop.com is known in this index.",
    ]
    rows = listed(run, "shop.com")
    assert [(row["key"], row["decision"], row["note"]) for row in rows] == [
        ("spam.com", "disavow", "bought"),
        ("good.com", "keep", None),
        ("none.com", "keep", None),
    ]
    assert listed(run, "other.com") == []


def test_a_link_is_decided_for_each_page_it_leads_to(run):
    run("review", "shop.com", "--set", "remove", "--link", "https://spam.com/1")
    assert sorted(row["target_url"] for row in listed(run)) == ["https://shop.com/", "https://shop.com/x"]
    assert run("review", "shop.com", "--set", "remove", "--link", "https://none.com/")[0] == 1


def test_a_later_decision_replaces_the_earlier_and_withdraw_takes_it_back(run):
    run("review", "shop.com", "--set", "keep", "--domain", "spam.com")
    assert (
        "The earlier decision about spam.com was keep"
        in run("review", "shop.com", "--set", "disavow", "--domain", "spam.com")[1]
    )
    run("review", "shop.com", "--set", "withdraw", "--domain", "spam.com")
    assert listed(run) == []
    assert [row["decision"] for row in listed(run, "--history")] == ["keep", "disavow", None]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["shop.com", "--set", "keep"], "Name what the decision is about"),
        (["shop.com", "--set", "keep", "--domain", "https://spam.com/1"], "name it with --link"),
        (["shop.com", "--set", "keep", "--domain", "blog.shop.com"], "is the target itself"),
    ],
)
def test_a_decision_about_nothing_is_refused(run, arguments, said):
    code, _, err = run("review", *arguments)
    assert (code, said in err) == (1, True)


def test_decisions_go_out_and_come_in_again(run, tmp_path):
    run("review", "shop.com", "--set", "disavow", "--domain", "spam.com", "--note", "=bought")
    run("review", "shop.com", "--set", "keep", "--link", "https://good.com/1")
    rows = listed(run)
    out = tmp_path / "reviews.csv"
    assert run("review", "export", "--out", out)[0] == 0
    assert run("review", "import", out)[1] == "0 of 2 decisions were new.\n"
    (tmp_path / "index" / "state.sqlite").unlink()
    assert run("review", "import", out)[1] == "2 of 2 decisions were new.\n"
    assert listed(run) == rows


def test_a_bad_row_of_an_import_is_named_and_nothing_is_kept(run, tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("target,scope,key,decision\nshop.com,domain,a.com,keep\nshop.com,domain,b.com,nuke\n")
    code, _, err = run("review", "import", path)
    assert (code, "line 3: the decision is 'nuke'" in err) == (1, True)
    assert listed(run) == []
    path.write_text("key\na.com\n")
    assert "has no column 'target'" in run("review", "import", path)[2]


def test_decisions_are_kept_while_another_writes_and_survive_a_new_snapshot(run, tmp_path):
    with Layout(tmp_path / "index").writer():
        assert run("review", "shop.com", "--set", "disavow", "--domain", "spam.com")[0] == 0
    publish_batches(
        tmp_path / "index",
        [crawl([link("https://new.com/1", "https://shop.com/", "2026-02-05")], "2026-02-05")],
    )
    assert [row["key"] for row in listed(run)] == ["spam.com"]
    assert run("check")[0] == 0


def test_a_file_is_written_with_its_twin(run, tmp_path):
    run("review", "shop.com", "--set", "disavow", "--domain", "spam.com", "--note", "bought")
    out = tmp_path / "d.txt"
    code, said, _ = run("disavow", "write", "shop.com", "--out", out, "--date", "2026-03-01", "--force")
    assert (code, "+ domain:spam.com  2 links" in said) == (0, True)
    assert out.read_text("utf-8").splitlines() == [
        "# Disavow file for shop.com, written on 2026-03-01: 1 entry",
        "",
        "# Decided by review: bought (2026-03-01)",
        "domain:spam.com",
    ]
    assert json.loads((tmp_path / "d.json").read_text("utf-8"))["entries"][0]["note"] == "bought"
    assert run("disavow", "check", out)[0] == 0
    assert run("disavow", "write", "shop.com", "--out", tmp_path / "d.csv")[0] == 1


def test_real_equity_is_refused_without_force(run, tmp_path):
    run("review", "shop.com", "--set", "disavow", "--domain", "spam.com")
    code, said, _ = run("disavow", "write", "shop.com", "--out", tmp_path / "d.txt")
    assert (code, "spam.com is not listed. It gives" in said) == (0, True)
    assert not (tmp_path / "d.txt").exists()


def test_without_anything_to_list_no_file_is_written_and_why_is_told(run, tmp_path):
    code, said, _ = run("disavow", "write", "shop.com", "--out", tmp_path / "d.txt")
    assert (code, "No entry is called for" in said) == (0, True)
    assert not (tmp_path / "d.txt").exists()


def test_verdicts_from_a_file_are_used(run, tmp_path):
    path = tmp_path / "v.jsonl"
    row = {
        "source_url": "https://spam.com/1",
        "source_host": "spam.com",
        "source_site": "spam.com",
        "source_domain": "spam.com",
        "target_url": "https://shop.com/",
        "verdict": "risky",
        "network": "n1",
        "reasons": ["It sells links."],
    }
    path.write_text(json.dumps(row) + "\n")
    out = tmp_path / "d.txt"
    run("disavow", "write", "shop.com", "--out", out, "--verdicts", path, "--force")
    assert "domain:spam.com" in out.read_text("utf-8")


def test_a_simulation_of_a_file_and_of_what_would_be_written(run, tmp_path):
    path = tmp_path / "d.txt"
    path.write_text("domain:spam.com\nnonsense\n")
    code, said, _ = run("disavow", "simulate", "shop.com", path)
    assert (code, "referring domains  2, 1 lost" in said) == (0, True)
    assert "has 1 faulty line, left out" in said
    found = json.loads(run("disavow", "simulate", "shop.com", "--format", "json")[1])
    assert (found["entries"], found["disavowed_links"]) == (0, 0)


def test_requests_are_written_recorded_and_told(run, tmp_path):
    run("review", "shop.com", "--set", "remove", "--domain", "spam.com")
    out = tmp_path / "requests"
    assert run("disavow", "requests", "shop.com", "--out", out)[0] == 0
    assert [path.name for path in out.iterdir()] == ["spam.com.txt"]
    assert (
        run("disavow", "sent", "shop.com", "--domain", "spam.com", "--date", "2026-01-09")[1]
        == "1 request was recorded.\n"
    )
    assert run("disavow", "sent", "shop.com", "--domain", "spam.com", "--date", "9 January")[0] == 1
    said = run("disavow", "dossier", "shop.com")[1]
    assert "* 2026-01-09 to spam.com: 0 gone since; 2 live" in said
    assert "## Why a disavow file would be pointless" in said
    assert "shop.com" in json.loads(run("disavow", "dossier", "shop.com", "--format", "json")[1])["target"]
