"""``backlit audit``, ``explain`` and ``profile --audit`` on a small index."""

from __future__ import annotations

import json
import re

import pytest

from backlit.cli.app import main
from index_rows import batch, link, page, publish_batches

DAY = "2026-01-05"
ROWS = [
    link(
        "https://a.com/1", "https://shop.com/", DAY, anchor="x\u202egnp", hidden=True, hidden_rule="style:display",
        placement="footer", placement_rule="tag:footer", position=4, text_before="\x1b[31mred",
    ),
    link("https://b.com/1", "https://shop.com/", DAY),
    link("https://b.com/1", "https://other.com/", DAY),
]  # fmt: skip
PAGES = [page("https://a.com/1", DAY, archive_file="crawl.warc.gz", archive_offset=5120, archive_length=900)]


@pytest.fixture
def run(tmp_path, capsys):
    publish_batches(tmp_path / "index", [batch(ROWS, PAGES)])

    def call(*arguments):
        with pytest.raises(SystemExit) as end:
            main(["--index", str(tmp_path / "index"), *map(str, arguments)])
        said = capsys.readouterr()
        return end.value.code or 0, said.out, said.err

    return call


def test_an_explanation_says_where_to_look_and_shows_foreign_text_safely(run):
    code, out, _ = run("explain", "https://a.com/1")
    assert code == 0
    assert "  page       crawl.warc.gz, offset 5120, 900 bytes\n" in out
    assert "  placement  footer, by the rule tag:footer, link 5 of the page\n" in out
    assert "  hidden     yes, by the rule style:display\n" in out
    assert "  seen       2026-01-05 to 2026-01-05\n" in out
    assert "⟨U+202E⟩" in out
    assert not set(out) & {"\x1b", "\u202e"}


def test_a_link_is_explained_by_its_number_whatever_its_sign(run):
    rows = json.loads(run("audit", "--all", "--format", "json")[1])["rows"]
    for row in rows:
        code, out, _ = run("explain", row["link_id"], "--format", "json")
        (found,) = json.loads(out)
        assert (code, found["link_id"], found["toxicity"]) == (0, row["link_id"], row["toxicity"])
        assert found["evidence"] == json.loads(row["evidence"])


def test_a_page_is_explained_for_one_target_or_for_all(run):
    both = json.loads(run("explain", "https://b.com/1", "--format", "json")[1])
    one = json.loads(run("explain", "https://b.com/1", "--target", "other.com", "--format", "json")[1])
    assert sorted(found["target_url"] for found in both) == ["https://other.com/", "https://shop.com/"]
    assert [found["target_url"] for found in one] == ["https://other.com/"]


@pytest.mark.parametrize("asked", ["https://none.com/", "12345", "9" * 30])
def test_a_link_that_is_not_there_is_told_in_a_sentence(run, asked):
    code, _, error = run("explain", asked)
    assert code != 0
    assert re.search("backlit links` or `backlit audit` show", error)


def test_json_of_an_explanation_cannot_act_on_a_screen(run):
    out = run("explain", "https://a.com/1", "--format", "json")[1]
    assert not set(out) & {"\x1b", "\u202e"}
    assert json.loads(out)[0]["anchor"] == "x\u202egnp"


def test_an_audit_is_of_a_target_or_of_all_links(run):
    assert "a target, or --all" in run("audit")[2]
    assert "a target, or --all" in run("audit", "shop.com", "--all")[2]


def test_a_profile_with_an_audit_says_what_the_verdicts_come_to(run):
    plain = json.loads(run("profile", "shop.com", "--format", "json")[1])
    audited = json.loads(run("profile", "shop.com", "--audit", "--format", "json")[1])
    assert plain["risk"] is None
    assert audited["risk"]["judged_links"] == 2
    assert audited | {"risk": None} == plain
    assert "Risk by clause of the link-spam policy" in run("profile", "shop.com", "--audit")[1]
