"""What a disavow file would cost: against an index that never had the links, and a release solved by hand."""

from __future__ import annotations

import math
import shutil

import pytest

from backlit.errors import TableError
from backlit.questions.disavow_dossier import dossier, removal_requests
from backlit.questions.disavow_links import LinkVerdict, given_verdicts
from backlit.questions.disavow_plan import disavow_plan
from backlit.questions.disavow_simulate import simulate_disavow
from backlit.web.disavow.file import parse
from backlit.work.review import record_requests, review
from backlit.work.web_import import web_import
from backlit.work.web_rank import web_rank
from index_rows import crawl, link, publish_batches
from release_files import write_text

DAY = "2026-01-05"
SHOP = "https://shop.com/"
HONEST = [
    link("https://good.com/1", SHOP, DAY),
    link("https://good.com/1", "https://other.net/", DAY, position=2),
    link("https://fan.org/1", SHOP, DAY),
    link("https://other.net/1", "https://good.com/", DAY),
    link("https://other.net/2", "https://fan.org/", DAY),
    link("https://shop.com/x", "https://good.com/", DAY),
]
SPAM = [
    link("https://spam.com/1", SHOP, DAY),
    link("https://spam.com/2", SHOP, DAY),
]
NOFOLLOW = [link("https://forum.com/1", SHOP, DAY, follow=False, rel="nofollow")]
HIDDEN = [link("https://hacked.com/1", SHOP, DAY, hidden=True)]


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    path = tmp_path_factory.mktemp("disavow") / "index"
    # Pages of other domains that are read keep a domain in the graph when its links are gone.
    rows = [*HONEST, *SPAM, *NOFOLLOW, *HIDDEN, link("https://spam.com/3", "https://else.net/", DAY)]
    return publish_batches(path, [crawl(rows, DAY)])


@pytest.fixture(scope="module")
def without(tmp_path_factory):
    path = tmp_path_factory.mktemp("disavow") / "without"
    rows = [*HONEST, *NOFOLLOW, *HIDDEN, link("https://spam.com/3", "https://else.net/", DAY)]
    return publish_batches(path, [crawl(rows, DAY, also=("https://spam.com/1", "https://spam.com/2"))])


def release_of(folder, name, links):
    """The files of a release with these edges between reversed names."""
    folder.mkdir()
    names = sorted({one for edge in links for one in edge})
    number = {one: n for n, one in enumerate(names)}
    edges = sorted((number[a], number[b]) for a, b in links)
    return [
        write_text(
            folder / f"{name}-domain-vertices.txt.gz", [f"{n}\t{one}\t1" for n, one in enumerate(names)]
        ),
        write_text(folder / f"{name}-domain-edges.txt.gz", [f"{a}\t{b}" for a, b in edges]),
    ]


def simulated(index, text, target="shop.com"):
    return simulate_disavow(index, target, parse(text).entries)


def pagerank(index, domain):
    with index.reader() as reader:
        rows = reader.query(
            f"SELECT pagerank, authority FROM {reader.domains_sql()} AS d WHERE domain = ?", [domain]
        )
    return rows.to_pylist()[0]


def test_the_rank_afterwards_is_that_of_an_index_without_the_links(index, without):
    found = simulated(index, "domain:spam.com\n")
    before, after = pagerank(index, "shop.com"), pagerank(without, "shop.com")
    assert found.authority_before == before["authority"]
    assert found.authority_after < found.authority_before
    # The scale is that of before, so the score is read from it at the rank of the other index.
    with index.reader() as reader:
        ranks = sorted(
            reader.query(f"SELECT pagerank FROM {reader.domains_sql()} AS d")["pagerank"].to_pylist()
        )
    low, high = ranks[0], ranks[-1]
    expected = 1 + 99 * (math.log(after["pagerank"] / low) / math.log(high / low))
    assert found.authority_after == pytest.approx(expected, abs=0.01)


def test_links_domains_and_equity_are_counted_before_and_after(index):
    found = simulated(index, "domain:spam.com\n")
    assert (found.entries, found.links, found.disavowed_links, found.disavowed_counting_links) == (1, 6, 2, 2)
    assert (found.referring_domains, found.lost_domains) == (5, 1)
    assert 0 < found.equity_after < found.equity_before
    assert found.equity_lost_share == pytest.approx(1 - found.equity_after / found.equity_before)
    assert (sum(b.domains for b in found.bands), sum(b.lost_domains for b in found.bands)) == (5, 1)
    assert (sum(b.links for b in found.bands), sum(b.lost_links for b in found.bands)) == (6, 2)
    assert found.loss
    assert any(said.endswith("of the known equity would be given up.") for said in found.says)


def test_a_domain_with_a_link_left_stays_in_the_graph(index):
    found = simulated(index, "https://spam.com/1\n")
    assert (found.disavowed_links, found.lost_domains) == (1, 0)
    assert found.authority_after == found.authority_before
    assert found.equity_after < found.equity_before


def test_an_edge_that_loses_its_best_link_weighs_what_the_best_one_left_does(tmp_path):
    best, footer = SPAM[0], link("https://spam.com/2", SHOP, DAY, placement="footer")
    rows = [*HONEST, footer, link("https://spam.com/3", "https://else.net/", DAY)]
    index = publish_batches(tmp_path / "index", [crawl([best, *rows], DAY)])
    without = publish_batches(tmp_path / "without", [crawl(rows, DAY, also=("https://spam.com/1",))])
    found = simulated(index, "https://spam.com/1\n")
    before, after = pagerank(index, "shop.com"), pagerank(without, "shop.com")
    assert 0 < after["pagerank"] < before["pagerank"]
    with index.reader() as reader:
        ranks = sorted(
            reader.query(f"SELECT pagerank FROM {reader.domains_sql()} AS d")["pagerank"].to_pylist()
        )
    low, high = ranks[0], ranks[-1]
    expected = 1 + 99 * (math.log(after["pagerank"] / low) / math.log(high / low))
    assert found.authority_after == pytest.approx(expected, abs=0.01)


def test_entries_that_match_nothing_or_nothing_that_counts_are_named(index):
    found = simulated(index, "domain:none.com\ndomain:forum.com\nhttps://hacked.com/1\n")
    assert found.dead == ["domain:none.com"]
    assert found.pointless == ["domain:forum.com", "https://hacked.com/1"]
    assert "1 entry matches no live link: dead weight." in found.says
    assert "2 entries match only nofollow or hidden links: pointless." in found.says
    assert (
        "Only nofollow or hidden links are matched: they hand on nothing, so nothing would change."
        in found.says
    )


def test_an_empty_file_changes_nothing(index):
    found = simulated(index, "# nothing\n")
    assert (found.authority_before, found.equity_before) == (found.authority_after, found.equity_after)
    assert (found.equity_lost_share, found.loss, found.release) == (0, False, None)


def test_all_links_may_be_disavowed_and_a_target_may_have_none(index):
    found = simulated(index, "domain:com\ndomain:org\n")
    assert (found.lost_domains, found.equity_after) == (5, 0)
    nobody = simulated(index, "domain:spam.com\n", "nobody.example")
    assert (nobody.links, nobody.equity_before, nobody.authority_before) == (0, None, None)


def test_a_target_below_its_domain_counts_its_own_links(index):
    found = simulated(index, "domain:spam.com\n", "https://shop.com/none")
    assert (found.links, found.disavowed_links) == (0, 0)
    assert found.authority_after < found.authority_before


def test_a_ranked_release_is_solved_without_the_sources(index, tmp_path):
    schools = [f"edu.school{n}" for n in range(12)]
    links = [(a, b) for a in schools for b in schools if a != b]
    links += [(school, name) for school in schools for name in ("com.spam", "com.good")]
    links += [("com.spam", "com.shop"), ("com.good", "com.shop"), ("com.shop", "com.good")]
    name = "cc-main-2026-mar-apr-may"
    web_import(index.path, *release_of(tmp_path / "f", name, links), threads=1)
    web_rank(index.path, name, threads=1)
    try:
        effect = simulated(index, "domain:spam.com\n").release
        assert effect is not None
        assert (effect.sources, effect.lost) == (2, 1)
        assert effect.authority_before is not None
        assert effect.authority_after < effect.authority_before
        none = simulated(index, "domain:none.com\n").release
        assert (none.lost, none.authority_after) == (0, effect.authority_before)
        absent = simulated(index, "domain:spam.com\n", "nobody.example").release
        assert (absent.authority_before, absent.trust_before) == (None, None)
    finally:
        shutil.rmtree(index.path / "web")


# -- requests and dossier -------------------------------------------------------------------


def test_the_dossier_tells_what_was_asked_and_what_went(tmp_path):
    path = tmp_path / "index"
    index = publish_batches(path, [crawl([*HONEST, *SPAM], DAY)])
    review(
        index,
        "shop.com",
        "disavow",
        domains=["spam.com", "good.com"],
        note="bought in 2025",
        at="2026-01-06T00:00:00Z",
    )
    review(index, "shop.com", "remove", domains=["fan.org"], at="2026-01-06T00:00:00Z")
    asked = removal_requests(index, "shop.com")
    assert [(one.site, one.links) for one in asked] == [("fan.org", 1), ("good.com", 1), ("spam.com", 2)]
    assert "1. on the page  https://spam.com/1" in asked[2].text
    assert record_requests(index, "shop.com", ["spam.com"], day="2026-01-10", way="mail") == 1
    index = publish_batches(
        path,
        [crawl([link("https://spam.com/2", SHOP, "2026-02-01")], "2026-02-01", gone=("https://spam.com/1",))],
    )
    plan = disavow_plan(index, "shop.com", force=True, date="2026-03-01")
    found = dossier(index, "shop.com", plan)
    [sent] = found.requests
    assert (sent.domain, sent.live_links, sent.removed_links, sent.last_removed) == (
        "spam.com",
        1,
        1,
        "2026-02-01",
    )
    assert (found.removed_links, found.removed_domains, found.unasked) == (1, 1, ["good.com"])
    assert [(one.name, one.links, one.reasons) for one in found.operators] == [
        ("good.com", 1, ["bought in 2025"]),
        ("spam.com", 1, ["bought in 2025"]),
    ]
    assert found.facts[2] == (
        "1 request was sent to 1 domain since 2026-01-10; 1 link of 1 domain that were asked are gone."
    )
    assert found.pointless == []


def test_the_dossier_says_where_a_file_would_be_pointless(index):
    plan = disavow_plan(index, "shop.com", date="2026-03-01")
    found = dossier(index, "shop.com", plan)
    assert found.pointless[0].startswith("There is nothing to list")
    assert (
        "No request for removal is recorded: reviewers look for an effort to remove, so ask first."
        in found.facts
    )


def test_verdicts_are_read_from_json_lines(tmp_path):
    path = tmp_path / "v.jsonl"
    path.write_text(
        '{"source_url": "https://a.com/1", "source_host": "a.com", "source_site": "a.com", "source_domain": "a.com", '
        '"target_url": "https://shop.com/", "verdict": "risky", "toxicity": 80, "more": 1}\n\n'
    )
    assert given_verdicts(path) == [
        LinkVerdict(
            source_url="https://a.com/1",
            source_host="a.com",
            source_site="a.com",
            source_domain="a.com",
            target_url=SHOP,
            verdict="risky",
            toxicity=80.0,
        )
    ]
    assert given_verdicts(None) == []
    path.write_text('{"verdict": "bad"}\n')
    with pytest.raises(TableError, match="cannot be read as verdicts"):
        given_verdicts(path)
