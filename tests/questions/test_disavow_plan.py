"""What a disavow file holds: who is listed, how wide, who is spared, and what is said of it."""

from __future__ import annotations

import pytest

from backlit.questions.disavow_links import LinkFact, LinkVerdict
from backlit.questions.disavow_plan import plan_entries
from backlit.questions.disavow_scope import is_institution, narrowed, scope
from backlit.settings import default
from backlit.state.reviews import Review, Reviews
from backlit.web.disavow.file import parse
from backlit.web.domain import split_host
from backlit.web.ids import pair_id
from backlit.web.target import Target
from backlit.web.url import host_of

TARGET = Target.parse("shop.com")
PAGE = "https://shop.com/"


def fact(url, **more):
    host = host_of(url)
    domain, site = split_host(host)
    values = {
        "pair_id": pair_id(url, PAGE),
        "source_url": url,
        "source_host": host,
        "source_site": site,
        "source_domain": domain,
        "target_url": PAGE,
        "links": 1,
        "follow": True,
        "hidden": False,
        "counts": True,
        "anchor": "word",
        "authority": None,
    }
    return LinkFact(**(values | more))


def verdict(url, word, **more):
    host = host_of(url)
    domain, site = split_host(host)
    return LinkVerdict(
        **(
            {
                "source_url": url,
                "source_host": host,
                "source_site": site,
                "source_domain": domain,
                "target_url": PAGE,
                "verdict": word,
            }
            | more
        )
    )


def review(key, decision, scope="domain", **more):
    return Review(
        target="shop.com", scope=scope, key=key, decision=decision, decided_at="2026-01-02T00:00:00Z", **more
    )


def planned(verdicts=(), reviews=(), *, facts=None, equity=None, **more):
    urls = dict.fromkeys(v.source_url for v in verdicts if v.target_url == PAGE)
    return plan_entries(
        TARGET,
        facts if facts is not None else [fact(url) for url in urls],
        list(verdicts),
        Reviews(list(reviews)),
        equity={(url, PAGE): value for url, value in (equity or {}).items()},
        date="2026-03-01",
        settings=default(),
        **more,
    )


def entries(plan):
    return [one.entry for one in plan.entries]


# -- who is listed --------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["worthless", "review", "fine", None])
def test_only_risky_links_are_listed_by_themselves(word):
    plan = planned([verdict("https://a.com/1", word)])
    assert (entries(plan), plan.text) == ([], "")
    assert plan.says[0].startswith("No entry is called for: of 1 link to shop.com 0 are risky")


def test_a_risky_site_is_listed_with_reason_and_date():
    plan = planned([verdict("https://www.a.com/1", "risky", reasons=["It sells links."], toxicity=91.0)])
    assert plan.text.splitlines() == [
        "# Disavow file for shop.com, written on 2026-03-01: 1 entry",
        "",
        "# It sells links. (2026-03-01)",
        "domain:a.com",
    ]
    [one] = plan.entries
    assert (one.width, one.decided_by, one.toxicity, one.links, one.counting_links) == (
        "site",
        "verdict",
        91.0,
        1,
        1,
    )


def test_a_network_stands_under_one_comment():
    plan = planned(
        [
            verdict(f"https://{name}.com/1", "risky", network="n7", reasons=["One ads id.", name])
            for name in ("b", "a")
        ]
    )
    assert plan.text.splitlines()[2:] == [
        "# Network n7: 2 entries (2026-03-01)",
        "# One ads id.",
        "# a",
        "# b",
        "domain:a.com",
        "domain:b.com",
    ]


def test_a_decision_to_disavow_is_listed_whatever_the_verdict():
    plan = planned([verdict("https://a.com/1", "worthless")], [review("a.com", "disavow", note="bought")])
    assert entries(plan) == ["domain:a.com"]
    assert "# Decided by review: bought (2026-03-01)" in plan.text


def test_a_decision_about_one_link_names_that_page_alone():
    key = str(pair_id("https://a.com/1", PAGE))
    plan = planned(
        [verdict("https://a.com/1", "fine"), verdict("https://a.com/2", "fine")],
        [review(key, "disavow", "link")],
    )
    assert entries(plan) == ["https://a.com/1"]


def test_a_decision_about_a_network_lists_its_sites():
    plan = planned(
        [verdict("https://a.com/1", "review", network="n1"), verdict("https://b.com/1", "review")],
        [review("n1", "disavow", "network")],
    )
    assert entries(plan) == ["domain:a.com"]


@pytest.mark.parametrize("decision", ["keep", "ignore", "remove"])
def test_a_risky_site_decided_otherwise_is_left_out_with_a_word(decision):
    plan = planned([verdict("https://a.com/1", "risky")], [review("a.com", decision)])
    assert entries(plan) == []
    assert [(one.source_site, one.links) for one in plan.left_out] == [("a.com", 1)]


def test_the_evidence_of_a_network_outweighs_a_whitelist_and_both_are_shown():
    risky = verdict("https://a.com/1", "risky", network="n1")
    plan = planned([risky], [review("a.com", "keep")])
    assert entries(plan) == ["domain:a.com"]
    [said] = plan.conflicts
    assert said.startswith(
        "a.com was decided keep (2026-01-02), but the evidence of network n1 calls its links risky"
    )
    one_link = review(str(pair_id("https://a.com/1", PAGE)), "keep", "link")
    assert entries(planned([risky], [one_link])) == []


def test_the_narrower_decision_holds_and_the_other_is_named():
    plan = planned(
        [verdict("https://blog.a.com/1", "fine"), verdict("https://a.com/1", "fine")],
        [review("blog.a.com", "keep"), review("a.com", "disavow")],
    )
    assert entries(plan) == ["https://a.com/1"]
    assert any("blog.a.com is decided keep" in said for said in plan.conflicts)


# -- how wide -------------------------------------------------------------------------------


def test_on_a_platform_the_full_host_is_named():
    plan = planned(
        [verdict("https://spam.blogspot.com/1", "risky"), verdict("https://x.wordpress.com/1", "risky")]
    )
    assert entries(plan) == ["domain:spam.blogspot.com", "domain:x.wordpress.com"]
    assert {one.width for one in plan.entries} == {"host"}


def test_on_the_host_of_a_platform_itself_pages_are_named():
    plan = planned([verdict("https://www.facebook.com/spam", "risky")])
    assert entries(plan) == ["https://www.facebook.com/spam"]


def test_of_a_hacked_institution_the_host_or_the_pages_are_named():
    plan = planned(
        [verdict("https://old.lab.stanford.edu/pills", "risky"), verdict("https://www.mit.edu/x", "risky")]
    )
    assert sorted(entries(plan)) == ["domain:old.lab.stanford.edu", "https://www.mit.edu/x"]


def test_where_a_site_has_honest_links_only_the_pages_or_the_clean_host_are_named():
    other = verdict("https://a.com/good", "fine", target_url="https://other.org/")
    plan = planned([verdict("https://a.com/bad", "risky"), verdict("https://spam.a.com/1", "risky"), other])
    assert sorted(entries(plan)) == ["domain:spam.a.com", "https://a.com/bad"]


def test_a_site_with_few_risky_links_is_named_page_by_page():
    some = [verdict(f"https://a.com/{n}", "review") for n in range(3)]
    plan = planned([verdict("https://a.com/bad", "risky"), *some])
    assert entries(plan) == ["https://a.com/bad"]
    assert entries(planned([verdict("https://a.com/bad", "risky"), some[0]])) == ["domain:a.com"]


def test_a_site_under_a_national_ending_keeps_its_third_label():
    assert entries(planned([verdict("https://www.a.co.uk/1", "risky")])) == ["domain:a.co.uk"]


def test_a_decision_about_a_platform_names_the_hosts_that_link():
    plan = planned(
        [verdict("https://a.blogspot.com/1", "review"), verdict("https://b.blogspot.com/1", "review")],
        [review("blogspot.com", "disavow")],
    )
    assert entries(plan) == ["domain:a.blogspot.com", "domain:b.blogspot.com"]


def test_a_decision_without_a_known_link_is_listed_and_said():
    plan = planned(reviews=[review("gone.com", "disavow"), review("blogspot.com", "disavow")])
    assert entries(plan) == ["domain:gone.com"]
    assert plan.entries[0].reasons == ["No live link from it is known."]
    assert [one.source_site for one in plan.left_out] == ["blogspot.com"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cs.stanford.edu", True),
        ("ox.ac.uk", True),
        ("x.gov", True),
        ("uni-bonn.de", True),
        ("spam.com", False),
        ("education.com", False),
        ("ac.com", False),
    ],
)
def test_institutions_are_told_by_their_names(name, expected):
    assert is_institution(name) is expected
    assert is_institution("mine.com", {"mine.com"})


def test_scope_and_narrowed_say_why_no_wider():
    [one] = scope(
        [fact("https://x.blogspot.com/1")], [("x.blogspot.com", "risky")], platforms=(), domain_share=0.5
    )
    assert (one.entry.text, one.width, one.why) == (
        "domain:x.blogspot.com",
        "host",
        "it is one of many on a platform",
    )
    assert narrowed("com", [fact("https://a.com/1")], ())[0].entry.text == "domain:a.com"


# -- who is spared --------------------------------------------------------------------------


def test_own_domains_and_brands_are_never_listed():
    some = [verdict(f"https://{name}/1", "risky") for name in ("mine.org", "my-shop.net", "spam.com")]
    plan = planned(some, [review("mine.org", "disavow")], own=["mine.org"], brands=["My Shop"])
    assert entries(plan) == ["domain:spam.com"]
    assert [(one.source_site, one.why) for one in plan.left_out] == [
        ("mine.org", "It is your own domain, or shares one with it."),
        ("my-shop.net", "It bears your brand 'My Shop'."),
    ]


def test_an_entry_that_would_cover_an_own_host_is_not_written():
    plan = planned([verdict("https://a.com/1", "risky")], [review("a.com", "disavow")], own=["sub.a.com"])
    assert entries(plan) == []


def test_a_site_with_nofollow_links_only_is_not_listed_by_its_verdict():
    some = [fact("https://a.com/1", follow=False, counts=False)]
    plan = planned([verdict("https://a.com/1", "risky")], facts=some)
    assert entries(plan) == []
    assert plan.left_out[0].why.startswith("All its links are nofollow")
    decided = planned(reviews=[review("a.com", "disavow")], facts=some)
    assert entries(decided) == ["domain:a.com"]
    assert (
        decided.says[0]
        == "None of the entries matches a followed, visible link: the file would change nothing."
    )


def test_a_source_of_real_equity_is_refused_by_name_unless_forced():
    some = [verdict("https://big.com/1", "risky"), verdict("https://small.com/1", "risky")]
    equity = {"https://big.com/1": 0.96, "https://small.com/1": 0.04}
    plan = planned(some, equity=equity)
    assert entries(plan) == ["domain:small.com"]
    [refused] = plan.refused
    assert (refused.source_site, refused.equity_share) == ("big.com", 0.96)
    assert any(said.startswith("big.com is not listed. It gives 96.0%") for said in plan.says)
    assert entries(planned(some, equity=equity, force=True)) == ["domain:big.com", "domain:small.com"]


def test_the_text_is_a_right_file_with_exactly_the_entries():
    plan = planned(
        [
            verdict(f"https://{name}/1", "risky", reasons=["a\nb"])
            for name in ("a.com", "x.blogspot.com", "www.mit.edu")
        ]
    )
    file = parse(plan.text)
    assert sorted(entry.text for entry in file.entries) == sorted(entries(plan))
    assert [line.raw for line in file.lines if line.faults] == []
