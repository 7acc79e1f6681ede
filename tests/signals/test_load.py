"""Grounds from literal rows and from indexes."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from backlit.errors import TableError
from backlit.records import KINDS
from backlit.settings import default
from backlit.signals import phrases
from backlit.signals.ground import (
    AUTHOR,
    CREDIT,
    DISCLOSED,
    FOOTPRINTS,
    INSTITUTION,
    OFFERED,
    PLATFORM,
    TENANT,
    TRUSTED,
)
from backlit.signals.load import ground_of, load
from index_rows import crawl, link, publish_batches
from signal_grounds import plain, texts_of

LINKS = [
    {
        "source_url": "https://a.example.com/x?q=1",
        "target_url": "https://b.test/",
        "anchor": "cheap pills",
        "rel": "nofollow ugc",
        "text_before": "This is a sponsored post, ",
        "first_seen": "2026-01-02",
        "source_lang": "en-GB",
    },
    {
        "source_url": "http://blog.github.io/p",
        "target_url": "https://b.test/y",
        "anchor": "b",
        "placement": "footer",
        "hidden": True,
        "source_title": "Write for us",
    },
    {
        "source_url": "https://b.test/y",
        "target_url": "http://www.uni.edu:8080/y",
        "alt": "pic",
        "position": 3,
    },
]
PAGES = [
    {"url": "https://b.test/", "title": "B", "text": "one two three four five", "status": 200, "ads": 2},
    {"url": "https://unlinked.test/", "title": "B"},
]
HOSTS = [
    {
        "host": "www.b.test",
        "ip": "192.0.2.7",
        "registered": "2019-05-01",
        "registrar": "R",
        "analytics_id": "UA-12-3",
        "adsense_id": "ca-pub-1",
        "nameserver": "ns1.example.net",
    },
    {"host": "other.test", "ip": "192.0.2.7"},
]


def test_rows_become_numbers() -> None:
    ground = ground_of(LINKS, PAGES, HOSTS, ["b.test"], {"b.test": 40.0})
    found = plain(ground)
    assert found["sites"] == {
        "name": ["b.test", "blog.github.io", "example.com", "uni.edu"],
        "domain": [0, 2, 1, 3],
        "flags": [TRUSTED, TENANT, 0, TRUSTED | INSTITUTION],
        "pages": [2, 1, 1, 0],
        "language": [-1, -1, 0, -1],
        "authority": [40.0, None, None, None],
        "registered": [18017, -1, -1, -1],
    }
    assert found["domains"] == ["b.test", "example.com", "github.io", "uni.edu"]
    assert found["hosts"] == ["a.example.com", "b.test", "blog.github.io"]
    assert found["languages"] == ["en"]
    assert found["texts"] == ["/", "/p", "/x?q=1", "/y", "B", "Write for us", "b", "cheap pills", "pic"]
    assert found["addresses"] == ["http://www.uni.edu:8080/y", "https://b.test/", "https://b.test/y"]
    assert found["address_page"] == [-1, 0, 1]
    assert found["pairs"] == {"source": [1, 2, 0], "target": [0, 0, 3], "begin": [0, 1, 2], "end": [1, 2, 3]}
    links = found["links"]
    assert len(set(links.pop("link_id"))) == 3
    assert links == {
        "source": [1, 2, 0],
        "target": [0, 0, 3],
        "pair": [0, 1, 2],
        "page": [2, 3, 1],
        "host": [2, 0, 1],
        "to": [2, 1, 0],
        "kind": [0, 0, KINDS.index("image")],
        "placement": [4, -1, -1],
        "anchor": [6, 7, 8],
        "follow": [-1, 0, -1],
        "hidden": [1, -1, -1],
        "rel": [0, 1 | 4, 0],
        "words": [OFFERED, DISCLOSED, 0],
        "position": [-1, -1, 3],
        "first_day": [-1, 20455, -1],
        "last_day": [-1, 20455, -1],
    }
    pages = found["pages"]
    assert pages == {
        "site": [0, 0, 1, 2],
        "known": [True, True, True, True],
        "status": [200, -1, -1, -1],
        "words": [5, -1, -1, -1],
        "external_links": [-1, -1, -1, -1],
        "internal_links": [-1, -1, -1, -1],
        "ad_slots": [2, -1, -1, -1],
        "title": [4, -1, 5, -1],
        "language": [-1, -1, -1, 0],
        "noindex": [-1, -1, -1, -1],
        "first_day": [-1, -1, -1, -1],
        "digest": [0, -1, -1, -1],
        "path": [0, 3, 1, 2],
        "terms": [0, -1, -1, -1],
    }
    assert ground.digests.shape == (1, 64)
    kinds = [FOOTPRINTS[kind] for kind in found["footprints"]["kind"]]
    assert kinds == ["address", "ads", "analytics", "nameserver", "network", "registration"]
    assert found["footprints"]["site"] == [0, 0, 0, 0, 0, 0]


def test_the_order_of_rows_changes_nothing() -> None:
    rows = [
        {
            "source_url": f"https://s{i % 7}.test/{i % 11}",
            "target_url": f"https://t{i % 5}.test/{i % 3}",
            "anchor": f"a{i % 4}",
        }
        for i in range(200)
    ]
    # Of links of one pair of pages the ordinal depends on their order, so there is one a pair here.
    rows = list({(row["source_url"], row["target_url"]): row for row in rows}.values())
    mixed = random.Random(1).sample(rows, len(rows))
    assert plain(ground_of(mixed, PAGES[::-1], HOSTS[::-1])) == plain(ground_of(rows, PAGES, HOSTS))


def test_no_rows_make_an_empty_ground() -> None:
    ground = ground_of([])
    assert (len(ground.links), len(ground.pairs), len(ground.sites), len(ground.pages)) == (0, 0, 0, 0)
    assert plain(ground.footprints) == {"site": [], "kind": [], "value": []}


def test_a_cell_that_cannot_be_used_is_said() -> None:
    with pytest.raises(TableError, match="row 1"):
        ground_of([{"source_url": "https://a.test/", "target_url": "no address at all"}])


def test_names_tell_platforms_tenants_and_institutions() -> None:
    names = ["wordpress.com", "me.blogspot.com", "town.gov.uk", "uni-example.de", "facebook.com", "cs.ac.uk"]
    ground = ground_of(
        [{"source_url": f"https://{name}/", "target_url": "https://t.test/"} for name in names]
    )
    flags = dict(zip(ground.sites.name.to_pylist(), ground.sites.flags.tolist(), strict=True))
    assert flags == {
        "cs.ac.uk": TRUSTED | INSTITUTION,
        "facebook.com": PLATFORM,
        "me.blogspot.com": TENANT,
        "t.test": 0,
        "town.gov.uk": TRUSTED | INSTITUTION,
        "uni-example.de": 0,
        "wordpress.com": PLATFORM,
    }


def test_accounts_of_one_owner_are_one_value() -> None:
    ground = ground_of(
        [{"source_url": f"https://{s}.test/", "target_url": "https://t.test/"} for s in "ab"],
        [
            {"url": "https://a.test/", "analytics_ids": "UA-5-1 G-ABCDEFGH1", "ad_ids": "pub-9"},
            {"url": "https://b.test/", "analytics_ids": "UA-5-2", "ip": "2001:db8:1:2::1"},
        ],
        [{"host": "b.test", "adsense_id": "ca-pub-9"}, {"host": "a.test", "ip": "2001:db8:1:3::1"}],
    )
    found = ground.footprints
    rows = sorted(
        zip([FOOTPRINTS[k] for k in found.kind], found.value.tolist(), found.site.tolist(), strict=True)
    )
    assert [(kind, site) for kind, _, site in rows] == [
        ("address", 1), ("address", 0), ("ads", 0), ("ads", 1), ("analytics", 0), ("analytics", 0), ("analytics", 1),
        ("network", 0), ("network", 1),
    ]  # fmt: skip
    shared = [
        value for value, times in zip(*np.unique(found.value, return_counts=True), strict=True) if times == 2
    ]
    assert [FOOTPRINTS[found.kind[found.value == value][0]] for value in shared] == [
        "ads",
        "analytics",
        "network",
    ]


def test_an_index_gives_the_live_links_that_lead_somewhere(tmp_path: Path) -> None:
    first = [
        link("https://a.test/1", "https://t.test/", "2026-01-01"),
        link("https://a.test/1", "https://t.test/gone", "2026-01-01"),
        link("https://a.test/2", "https://t.test/", "2026-01-01", kind="alternate"),
        link("https://b.test/", "https://t.test/", "2026-01-03", kind="redirect", anchor=None),
    ]
    again = [link("https://a.test/1", "https://t.test/", "2026-02-01")]
    index = publish_batches(tmp_path / "index", [crawl(first, "2026-01-03"), crawl(again, "2026-02-01")])
    with index.reader() as reader:
        ground = load(reader, default())
    sites = ground.sites.name.to_pylist()
    assert [sites[i] for i in ground.links.source] == ["a.test", "b.test"]
    assert ground.addresses.to_pylist() == ["https://t.test/"]
    assert [KINDS[k] for k in ground.links.kind] == ["anchor", "redirect"]
    assert texts_of(ground, ground.links.anchor) == ["word", None]
    assert ground.links.first_day.tolist() == [20454, 20456]
    assert ground.links.last_day.tolist() == [20485, 20456]
    assert ground.sites.pages.tolist() == [2, 1, 0]
    assert np.isfinite(ground.sites.authority).all()


@pytest.mark.parametrize(
    ("text", "bits"),
    [
        ("this is an Advertorial.", DISCLOSED),
        ("a sponsored link", DISCLOSED),
        ("the cup is sponsored by", 0),
        ("this post is sponsored by", DISCLOSED),
        ("– Anzeige –", DISCLOSED),
        ("Anzeigentafel", 0),
        ("article sponsorisé", DISCLOSED),
        ("на правах рекламы", DISCLOSED),
        ("これは広告です", DISCLOSED),
        ("Write for us today", OFFERED),
        ("guest post by Jane", OFFERED),
        ("Gastbeitrag von Jan", OFFERED),
        ("Jane is a freelance food writer and", AUTHOR),
        ("À propos de l’auteur", AUTHOR),
        ("Guest post. About the author: she writes", OFFERED | AUTHOR),
        ("Website by", CREDIT),
        ("Design & development by", CREDIT),
        ("Umsetzung:", CREDIT),
        ("Site réalisé par", CREDIT),
        ("stood by", 0),
        ("we often go to", 0),
    ],
)  # fmt: skip
def test_words_beside_a_link_say_how_it_came_there(text: str, bits: int) -> None:
    ground = ground_of(
        [{"source_url": "https://a.test/", "target_url": "https://t.test/", "text_before": text}]
    )
    assert ground.links.words.tolist() == [bits]


def test_every_phrase_is_found_as_a_whole_word_only() -> None:
    assert phrases.pattern(DISCLOSED).startswith(r"(?i)(?:^|[^\pL])(?:")
