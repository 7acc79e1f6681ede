"""A profile of a small literal world, every figure worked out by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from backlit.questions.profile import Profile, profile
from backlit.questions.profile_data import (
    AnchorClass,
    Band,
    Concentration,
    Finding,
    Follow,
    Movement,
    Period,
    TargetAuthority,
    Totals,
    Unknown,
    Value,
    Verdict,
)

Link = Callable[..., dict[str, Any]]
SHOP = "https://shop.example/"
BUY = "https://shop.example/buy"


@pytest.fixture
def small(link: Link, memory_reader: Any) -> Any:
    """Three live domains of known authority, one lost; HTML, WAT and a table."""
    seen = {"hidden": False, "source_language": "en", "last_seen": "2026-03-01"}
    html = {**seen, "rel": "", "follow": True}
    links = [
        link("https://a.test/1", SHOP, anchor="Shop", placement="content", first_seen="2026-01-10", **html),
        link("https://a.test/1", SHOP, anchor="Shop", placement="footer", first_seen="2026-01-10",
             nth=1, **html),
        link("https://a.test/2", BUY, anchor="buy shoes", placement="content", first_seen="2026-01-10",
             **{**seen, "rel": "nofollow", "follow": False}),
        link("https://b.test/2", SHOP, anchor="click here", placement="list", first_seen="2026-03-01",
             **{**html, "source_language": "de"}),
        link("https://b.test/1", SHOP, kind="image", anchor="", alt="Logo", first_seen="2026-01-12", depth=2,
             origin="wat", last_seen="2026-01-12"),
        link("https://c.test/1", SHOP, depth=1, origin="table"),
        link("https://c.test/2", BUY, anchor="x", lost_at="2026-02-20", lost_reason="removed",
             first_seen="2026-01-05", **html),
        link("https://d.test/1", SHOP, anchor="x", lost_at="2026-02-25", lost_reason="gone",
             first_seen="2026-01-05", **html),
    ]  # fmt: skip
    return memory_reader(
        links,
        {"a.test": 70.0, "b.test": 45.0, "c.test": 10.0},
        snapshots=[("2026-01-10", "warc"), ("2026-03-01", "warc")],
        ranked={"shop.example": (57.0, 2, 75.0), "a.test": (70.0, 1, 90.0)},
    )


def test_totals_and_follow(small: Any) -> None:
    found = profile(small, "shop.example")
    assert found.found
    assert found.totals == Totals(
        referring_domains=3, referring_sites=3, referring_hosts=3, referring_pages=5, links=6, lost_links=2,
        lost_domains=1, target_pages=2, links_per_domain=2.0, first_seen="2026-01-05", last_seen="2026-03-01",
    )  # fmt: skip
    assert found.follow == Follow(
        follow_links=3, nofollow_links=1, unknown_links=2, share=0.75, follow_domains=2, domain_share=None
    )
    assert found.authority == TargetAuthority(
        domain="shop.example", authority=57.0, band="okay", rank=2, percentile=75.0, ranked_domains=2
    )


def test_bands_and_concentration(small: Any) -> None:
    found = profile(small, "shop.example")
    third = 1 / 3
    assert found.bands == [
        Band(name="excellent", low=60, high=100, referring_domains=1, links=3, share=third),
        Band(name="okay", low=40, high=60, referring_domains=1, links=2, share=third),
        Band(name="weak", low=1, high=40, referring_domains=1, links=1, share=third),
        Band(name="unknown", low=None, high=None, referring_domains=0, links=0, share=None),
    ]
    # sizes 3, 2, 1: Gini ((-2)·1 + 0·2 + 2·3) / (3·6)
    assert found.concentration == Concentration(
        top_domain="a.test", top_1_share=0.5, top_10_share=1.0, half_from=1, gini=0.2222
    )
    assert [(row.domain, row.band, row.links, row.content_links) for row in found.referring_domains] == [
        ("a.test", "excellent", 3, 2),
        ("b.test", "okay", 2, 1),
        ("c.test", "weak", 1, None),
    ]


def test_facets_have_the_known_as_their_whole(small: Any) -> None:
    facets = profile(small, "shop.example").facets
    placement = facets["placement"]
    assert (placement.known, placement.unknown, placement.distinct) == (4, 2, 3)
    assert placement.values == [
        Value(value="content", links=2, referring_domains=1, share=0.5),
        Value(value="footer", links=1, referring_domains=1, share=0.25),
        Value(value="list", links=1, referring_domains=1, share=0.25),
    ]
    assert [(value.value, value.links) for value in facets["kind"].values] == [("anchor", 5), ("image", 1)]
    assert [(value.value, value.links) for value in facets["rel"].values] == [("", 3), ("nofollow", 1)]
    assert [(value.value, value.links) for value in facets["language"].values] == [("en", 3), ("de", 1)]
    assert [(value.value, value.links) for value in facets["tld"].values] == [("test", 6)]
    assert [(value.value, value.links) for value in facets["depth"].values] == [
        ("html", 4),
        ("table", 1),
        ("wat", 1),
    ]


def test_anchor_classes_count_each_site_once(small: Any) -> None:
    anchors = profile(small, "shop.example").anchors
    assert (anchors.known, anchors.unknown, anchors.classified, anchors.distinct, anchors.sites) == (
        5,
        1,
        5,
        4,
        2,
    )
    assert anchors.classes == [
        AnchorClass(name="brand", links=2, share=0.4, sites=1, site_share=0.5),
        AnchorClass(name="generic", links=1, share=0.2, sites=1, site_share=0.5),
        AnchorClass(name="image", links=1, share=0.2, sites=1, site_share=0.5),
        AnchorClass(name="exact commercial", links=1, share=0.2, sites=1, site_share=0.5),
    ]
    assert [(row.text, row.cls, row.links, row.referring_domains) for row in anchors.top] == [
        ("Shop", "brand", 2, 1),
        ("Logo", "image", 1, 1),
        ("buy shoes", "exact commercial", 1, 1),
        ("click here", "generic", 1, 1),
    ]
    assert anchors.brands == ["shop"]
    # H = -(0.4 ln 0.4 + 3 · 0.2 ln 0.2)
    assert anchors.effective == 3.7893


def test_a_site_with_two_anchors_of_a_class_counts_once(link: Link, memory_reader: Any) -> None:
    links = [
        link("https://a.test/1", SHOP, anchor="Shop"),
        link("https://a.test/1", SHOP, anchor="the shop", nth=1),
        link("https://b.blog.test/1", SHOP, anchor="shop", source_site="b.blog.test"),
        link("https://c.blog.test/1", SHOP, anchor="shop", source_site="c.blog.test"),
    ]
    anchors = profile(memory_reader(links), "shop.example").anchors
    assert anchors.classes == [AnchorClass(name="brand", links=4, share=1.0, sites=3, site_share=1.0)]


def test_diversity_beside_raw_counts(small: Any) -> None:
    found = {
        row.name: (row.distinct, row.effective, row.unknown)
        for row in profile(small, "shop.example").diversity
    }
    assert found == {
        "referring domains": (3, 2.7495, 0),  # exp of the entropy of 3/6, 2/6, 1/6
        "anchor texts": (4, 3.7893, 1),
        "anchor classes": (4, 3.7893, 1),
        "top-level domains": (1, 1.0, 0),
        "languages": (2, 1.7548, 2),  # of 3/4, 1/4
        "placements": (3, 2.8284, 2),  # of 1/2, 1/4, 1/4
        "kinds": (2, 1.5692, 0),  # of 5/6, 1/6
    }


def test_new_counts_only_from_the_second_snapshot_on(small: Any) -> None:
    assert profile(small, "shop.example").movement == Movement(
        window_days=90, start="2025-12-02", end="2026-03-01", new_since="2026-03-01", new_links=1,
        lost_links=2,
        new_domains=0, lost_domains=1,
        days=[
            Period(period="2026-01-05", new_links=None, lost_links=0, new_domains=None, lost_domains=0),
            Period(period="2026-01-10", new_links=None, lost_links=0, new_domains=None, lost_domains=0),
            Period(period="2026-01-12", new_links=None, lost_links=0, new_domains=None, lost_domains=0),
            Period(period="2026-02-20", new_links=None, lost_links=1, new_domains=None, lost_domains=0),
            Period(period="2026-02-25", new_links=None, lost_links=1, new_domains=None, lost_domains=1),
            Period(period="2026-03-01", new_links=1, lost_links=0, new_domains=0, lost_domains=0),
        ],
        months=[
            Period(period="2026-01", new_links=None, lost_links=0, new_domains=None, lost_domains=0),
            Period(period="2026-02", new_links=None, lost_links=2, new_domains=None, lost_domains=1),
            Period(period="2026-03", new_links=1, lost_links=0, new_domains=0, lost_domains=0),
        ],
    )  # fmt: skip


def test_one_look_cannot_tell_what_is_new(link: Link, memory_reader: Any) -> None:
    links = [link("https://a.test/1", SHOP, anchor="Shop", first_seen="2026-03-01")]
    movement = profile(memory_reader(links), "shop.example").movement
    assert (movement.new_links, movement.new_domains, movement.lost_links) == (None, None, 0)


def test_a_table_with_dates_tells_what_is_new(link: Link, memory_reader: Any) -> None:
    links = [
        link("https://a.test/1", SHOP, anchor="Shop", first_seen="2020-02-01", depth=1, origin="table"),
        link("https://b.test/1", SHOP, anchor="Shop", first_seen="2026-02-01", depth=1, origin="table"),
    ]
    movement = profile(memory_reader(links, snapshots=[("2026-03-01", "table")]), "shop.example").movement
    assert (movement.new_links, movement.new_domains, movement.new_since) == (1, 1, None)
    assert [month.new_links for month in movement.months] == [1, 1]


def test_verdict_is_words_from_rules(small: Any) -> None:
    assert profile(small, "shop.example").verdict == Verdict(
        kind="too-few",
        headline="Too few to judge: 3 referring domains (1 excellent, 1 okay, 1 weak).",
        findings=[
            Finding(
                rule="concentration",
                text="One domain, a.test, holds 50% of the links: judge by domains, not by links.",
            ),
            Finding(rule="follow", text="3 of 4 links of known rel are followed."),
            Finding(rule="placement", text="3 of 4 links of known placement stand in content or in lists."),
            Finding(
                rule="commercial-anchors",
                text="50% of sites use a commercial keyword as the anchor. There is no universal limit: "
                "compare with sites of the same kind, and look at who they are.",
            ),
            Finding(rule="lost", text="Lost within 90 days: 2 links, beside 6 live."),
        ],
    )


def test_what_is_unknown_says_why(small: Any) -> None:
    bare = "seen in tables (no placement given) or in WAT (no page layout)"
    hidden = "seen in tables (no hidden given) or in WAT (no page layout)"
    rel = "seen in tables (no rel given) or in WAT (no rel there)"
    language = (
        "seen in pages (too little text) or in tables (no language given) or in WAT (no text to tell it by)"
    )
    titles = "no page of the target is in the index, so anchors cannot be compared with its titles and topics"
    assert profile(small, "shop.example").unknown == [
        Unknown(what="whether a title", count=5, of=5, unit="links", why=titles),
        Unknown(what="language of the page", count=2, of=6, unit="links", why=language),
        Unknown(what="placement", count=2, of=6, unit="links", why=bare),
        Unknown(what="rel, and so whether followed", count=2, of=6, unit="links", why=rel),
        Unknown(what="whether hidden", count=2, of=6, unit="links", why=hidden),
        Unknown(
            what="anchor text", count=1, of=6, unit="links",
            why="seen in tables (no anchor given) or in WAT (no text there)",
        ),
    ]  # fmt: skip


def test_meta_says_where_the_figures_come_from(small: Any) -> None:
    meta = profile(small, "shop.example").meta
    assert (meta.target, meta.kind, meta.domain, meta.label, meta.ascii) == (
        "shop.example", "domain", "shop.example", "shop.example", None,
    )  # fmt: skip
    assert (meta.generation, meta.data_date, meta.origins, meta.snapshots) == (7, "2026-03-01", ["warc"], 2)
    assert len(meta.settings) == 16


@pytest.mark.parametrize(
    ("text", "kind", "links", "pages"),
    [
        ("shop.example", "domain", 6, 2),
        ("www.shop.example", "host", 0, 0),
        ("shop.example/b*", "prefix", 1, 1),
        ("https://shop.example/", "url", 5, 1),
    ],
)
def test_every_kind_of_target(small: Any, text: str, kind: str, links: int, pages: int) -> None:
    found = profile(small, text)
    assert (found.meta.kind, found.totals.links, found.totals.target_pages) == (kind, links, pages)


def test_json_has_the_documented_names_and_reads_back(small: Any) -> None:
    found = profile(small, "shop.example")
    text = found.to_json()
    assert list(json.loads(text)) == [
        "meta", "found", "near", "verdict", "totals", "follow", "authority", "bands", "facets",
        "hidden_links",
        "anchors", "target_pages", "referring_domains", "concentration", "equity", "diversity", "movement",
        "unknown", "risk",
    ]  # fmt: skip
    assert json.loads(text)["anchors"]["top"][0]["class"] == "brand"
    assert msgspec.json.decode(text, type=Profile) == found
    assert found.to_json(indent=None).count("\n") == 0


def test_the_same_world_gives_the_same_profile(small: Any) -> None:
    assert profile(small, "shop.example").to_json() == profile(small, "shop.example").to_json()


def test_titles_of_the_target_name_it(link: Link, memory_reader: Any) -> None:
    titles = ["Gears | Acme", "Cogs | Acme", "The long story of the wheel | Acme"]
    pages = [
        {
            "url": f"{SHOP}{at}",
            "host": "shop.example",
            "domain": "shop.example",
            "title": title,
            "status": 200,
        }
        for at, title in enumerate(titles)
    ]
    links = [
        link("https://a.test/1", SHOP, anchor="Acme"),
        link("https://a.test/2", SHOP, anchor="The long story of the wheel"),
    ]
    anchors = profile(memory_reader(links, pages=pages), "shop.example").anchors
    assert [row.cls for row in anchors.top] == ["brand", "title"]
    assert anchors.brands == ["acme", "shop"]
    assert anchors.titles_known == 3
