"""Where there is a web graph, with an index beside it or without one."""

from __future__ import annotations

from pathlib import Path

import pytest

import release_files as made
from assistant_client import said
from backlit.work.web_import import web_import
from backlit.work.web_rank import web_rank

#: Universities link to one another and to a site, which a farm would like to be.
NAMES = [*(f"edu.state{i}" for i in range(6)), "com.linked", "com.other", "com.ring0", "com.ring1"]
LINKS = [
    *((f"edu.state{i}", f"edu.state{(i + 1) % 6}") for i in range(6)),
    *((f"edu.state{i}", "com.linked") for i in range(5)),
    ("edu.state5", "com.other"),
    ("com.ring0", "com.ring1"),
    ("com.ring1", "com.ring0"),
]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("graph")
    names = sorted(NAMES)
    pairs = sorted((names.index(a), names.index(b)) for a, b in LINKS)
    files = made.files(folder / "f", names=names, edges=pairs, ranks=None)
    web_import(folder / "i", *files, threads=1)
    web_rank(folder / "i", threads=1)
    return folder / "i"


def test_a_graph_alone_answers_about_domains_and_says_what_it_is(ask, root):
    info = ask("index_info", path=root)
    assert info.structured_content["links"] is None
    assert info.structured_content["releases"][0]["ranked"] is True
    assert "single links cannot" in said(info)
    profile = ask("profile", path=root, target="linked.com")
    found = profile.structured_content
    assert (found["found"], found["referring_domains"], found["links"]) == (True, 5, None)
    assert "Links: unknown" in said(profile)
    domains = ask("referring_domains", path=root, target="linked.com")
    assert domains.structured_content["total"] == 5
    assert domains.structured_content["rows"][0]["links"] is None
    assert "number of links unknown" in said(domains)
    assert "unknown rel and kind" in said(domains)


def test_authority_and_what_links_would_bring_come_from_the_release(ask, root):
    reports = ask("authority", path=root, domains=["linked.com", "nothing-there.com"])
    (first, second) = reports.structured_content["domains"]
    assert first["found"]
    assert first["carriers"]
    assert (second["found"], second["authority"], second["band"]) == (False, None, "unknown")
    assert "web graph" in reports.structured_content["origin"]
    would = ask("what_if", path=root, target="other.com", gain=["state0.edu", "state1.edu"], exact=True)
    found = would.structured_content
    assert found["authority_low"] <= found["authority_exact"] <= found["authority_high"]
    assert found["authority_exact"] > found["authority_now"]
    assert "Core and scale stay as they are" in said(would)
    absent = ask("what_if", path=root, target="other.com", gain=["nothing-there.com"])
    assert absent.is_error
    assert "name a domain that is" in said(absent)


def test_gaps_rivals_and_comparisons_are_of_domains(ask, root):
    gap = ask("link_gap", path=root, target="other.com", rivals=["linked.com"]).structured_content
    assert (gap["missing"], gap["shared"], gap["only"]) == (5, 0, 1)
    assert {row["follow_links"] for row in gap["rows"]} == {None}
    sides = ask("compare", path=root, targets=["other.com", "linked.com"]).structured_content["rows"]
    assert [row["referring_domains"] for row in sides] == [1, 5]
    assert not ask("rivals", path=root, target="linked.com").is_error


def test_what_needs_single_links_says_so(ask, root):
    for tool in (
        "links",
        "anchors",
        "audit",
        "new_and_lost",
        "linked_pages",
        "disavow_draft",
        "broken_backlinks",
    ):
        result = ask(tool, path=root, target="linked.com")
        assert result.is_error, tool
        assert said(result).endswith("."), tool
