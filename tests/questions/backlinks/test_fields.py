"""The fields of single links, and groups of them, on a small web that is written out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from backlit.index import Reader
from backlit.questions.backlinks.intersections import domain_intersection
from backlit.questions.backlinks.scope import Condition, Scope
from backlit.questions.backlinks.selection import selection, selections
from backlit.web.target import Target
from small_webs import FIRST, SECOND, harvest, published, web_link, web_page

Row = dict[str, Any]


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    first = [
        web_link(
            "https://www.shop.de/a",
            "https://x.com/old",
            FIRST,
            anchor="X",
            text_before="so ",
            text_after=" it",
        ),
        web_link("https://www.shop.de/b", "https://x.com/", FIRST, kind="image", anchor="", alt="logo"),
        web_link("http://192.0.2.1/", "https://x.com/", FIRST, follow=False, rel="nofollow ugc", hidden=True),
        web_link("https://blog.site.co.uk/p", "https://x.com/gone", FIRST, semantic_location="article"),
        web_link("https://far.org/", "https://hop.net/1", FIRST, anchor="far"),
        web_link("https://hop.net/1", "https://x.com/old", FIRST, kind="redirect", anchor=""),
        web_link("https://both.io/", "https://y.com/", FIRST),
        web_link("https://reader.me/", "https://mirror.io/x", FIRST),
        web_link("https://www.shop.de/b", "https://y.com/", FIRST),
        web_link("https://shop.de/c", "https://big.com/", FIRST),
    ]
    second = [
        web_link("https://www.shop.de/a", "https://x.com/old", SECOND, anchor="X"),
        web_link("https://www.shop.de/a", "https://x.com/new", SECOND, anchor="new"),
    ]
    pages = [
        web_page("https://x.com/old", FIRST, canonical="https://x.com/", title="Old"),
        web_page("https://x.com/gone", FIRST, status=404),
        web_page(
            "https://x.com/",
            FIRST,
            title="Home",
            words=300,
            internal_links=4,
            external_links=2,
            language="en",
        ),
        web_page("https://hop.net/1", FIRST, status=301),
        web_page("https://mirror.io/x", FIRST, canonical="https://x.com/old"),
    ]
    hosts = [
        {"host": "www.shop.de", "ip": "198.51.100.20", "cms": "Shopify"},
        {"host": "blog.site.co.uk", "ip": "198.51.100.21", "cms": "wordpress"},
        {"host": "far.org", "ip": "2001:db8:0:7::9"},
    ]
    also = [web_page("https://www.shop.de/b", SECOND)]
    folder = tmp_path_factory.mktemp("index") / "index"
    batches = [harvest(FIRST, first, pages, hosts), harvest(SECOND, second, also)]
    with published(folder, batches).reader() as found:
        yield found


def ask(reader: Reader, target: str, name: str, key: str = "order_key", **more: Any) -> list[Row]:
    asked = {field: more.pop(field) for field in list(more) if field in Scope.__struct_fields__}
    with selection(reader, Scope(Target.parse(target), **asked)) as chosen:
        relation = chosen.relation(name, **more)
        sql = f"SELECT * FROM ({relation.sql}) ORDER BY {key}"
        rows: list[Row] = chosen.query(sql, relation.parameters).to_pylist()
        return rows


def row_of(reader: Reader, url: str, **more: Any) -> Row:
    (found,) = (row for row in ask(reader, "x.com", "backlinks", **more) if row["url_from"] == url)
    return found


def test_a_link_to_an_address_that_leads_on_is_indirect_and_tells_the_way(reader: Reader) -> None:
    far = row_of(reader, "https://far.org/")
    assert (far["is_indirect_link"], far["url_to"], far["domain_to"]) == (True, "https://x.com/", "x.com")
    assert far["indirect_link_path"] == [
        {"type": "redirect", "status_code": 301, "url": "https://hop.net/1"},
        {"type": "canonical", "status_code": 200, "url": "https://x.com/old"},
    ]
    straight = row_of(reader, "https://www.shop.de/a", include_indirect=False)
    assert {straight["url_to"]} <= {"https://x.com/old", "https://x.com/new"}
    assert (straight["is_indirect_link"], straight["indirect_link_path"]) == (False, None)


def test_a_page_elsewhere_may_name_the_target_as_canonical(reader: Reader) -> None:
    row = row_of(reader, "https://reader.me/")
    assert (row["url_to"], [hop["url"] for hop in row["indirect_link_path"]]) == (
        "https://x.com/",
        ["https://mirror.io/x", "https://x.com/old"],
    )


def test_an_image_has_its_alt_text_and_no_anchor(reader: Reader) -> None:
    image = row_of(reader, "https://www.shop.de/b", status="all")
    assert [image[name] for name in ("item_type", "anchor", "alt", "image_url")] == [
        "image",
        None,
        "logo",
        None,
    ]


def test_a_redirect_has_neither_anchor_nor_attributes(reader: Reader) -> None:
    redirect = row_of(reader, "https://hop.net/1")
    assert [redirect[name] for name in ("item_type", "anchor", "attributes", "page_from_status_code")] == [
        "redirect",
        None,
        None,
        301,
    ]


def test_an_address_as_host_has_no_suffix_and_is_its_own_ip(reader: Reader) -> None:
    row = row_of(reader, "http://192.0.2.1/")
    names = (
        *("domain_from", "tld_from", "domain_from_is_ip", "domain_from_ip", "url_from_https", "attributes"),
        *("dofollow", "rank", "backlink_spam_score", "domain_from_country"),
    )
    assert [row[name] for name in names] == [
        *("192.0.2.1", None, True, "192.0.2.1", False, ["nofollow", "ugc"]),
        *(False, 0, 35, None),
    ]


def test_facts_of_host_and_target_page_stand_with_the_link(reader: Reader) -> None:
    row = row_of(reader, "https://blog.site.co.uk/p")
    names = (
        *("domain_from", "tld_from", "domain_from_country", "domain_from_platform_type", "domain_from_ip"),
        *(
            "is_broken",
            "url_to_status_code",
            "semantic_location",
            "is_new",
            "original",
            "links_count",
            "group_count",
        ),
    )
    assert [row[name] for name in names] == [
        *("blog.site.co.uk", "co.uk", "GB", ["cms", "blogs"], "198.51.100.21"),
        *(True, 404, "article", True, True, 1, 0),
    ]


def test_what_is_seen_again_is_not_new_and_what_came_later_not_original(reader: Reader) -> None:
    with selection(reader, Scope(Target.parse("x.com"))) as chosen:
        found = chosen.fetch(
            "SELECT anchor, is_new, original, first_seen, prev_seen, last_seen "
            f"FROM {chosen.table} WHERE url_from = ? ORDER BY anchor",
            ["https://www.shop.de/a"],
        )
    one, two = datetime.fromisoformat(FIRST), datetime.fromisoformat(SECOND)
    assert found == [("X", False, True, one, one, two), ("new", True, False, two, None, two)]


def test_a_link_that_its_page_has_no_more_is_lost(reader: Reader) -> None:
    (lost,) = ask(reader, "x.com", "backlinks", status="lost")
    assert (lost["url_from"], lost["is_lost"], lost["is_new"]) == ("https://www.shop.de/b", True, False)
    (summary,) = ask(reader, "x.com", "summary", "ALL", status="lost")
    assert (summary["backlinks"], summary["lost_date"], summary["rank"]) == (
        1,
        datetime.fromisoformat(SECOND),
        0,
    )


def test_networks_are_addresses_or_subnets_that_are_known(reader: Reader) -> None:
    def networks(kind: str) -> list[tuple[str, int]]:
        rows = ask(reader, "x.com", "referring_networks", network=kind)
        return [(row["network_address"], row["backlinks"]) for row in rows]

    assert networks("ip") == [
        ("192.0.2.1", 1),
        ("198.51.100.20", 2),
        ("198.51.100.21", 1),
        ("2001:db8:0:7::9", 1),
    ]
    assert networks("subnet") == [("192.0.2.0/24", 1), ("198.51.100.0/24", 3), ("2001:db8::/48", 1)]


def test_pages_are_known_by_reading_or_by_links(reader: Reader) -> None:
    rows = ask(reader, "x.com", "domain_pages")
    names = ("page", "status_code", "meta.title", "meta.canonical", "page_summary.backlinks")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("https://x.com/", 200, "Home", None, 5),
        ("https://x.com/gone", 404, None, None, 1),
        ("https://x.com/new", None, None, None, 1),
        ("https://x.com/old", 200, "Old", "https://x.com/", 0),
    ]
    assert [row["meta.page_spam_score"] for row in rows] == [0, None, None, 0]


def test_competitors_share_referring_domains(reader: Reader) -> None:
    rows = ask(reader, "x.com", "competitors")
    assert [(row["target"], row["intersections"]) for row in rows] == [
        ("big.com", 1),
        ("hop.net", 1),
        ("mirror.io", 1),
    ]
    hosts = ask(reader, "x.com", "competitors", main_domain=False)
    assert [row["target"] for row in hosts] == ["big.com", "hop.net", "mirror.io"]


def test_who_links_to_one_and_not_to_another(reader: Reader) -> None:
    scopes = {
        "1": Scope(Target.parse("x.com"), status="all"),
        "2": Scope(Target.parse("y.com"), status="all"),
    }
    with selections(reader, scopes) as chosen:
        relation = domain_intersection(chosen, (), "all")
        rows = chosen["1"].query(relation.sql, relation.parameters).to_pylist()
        assert [(row["1.target"], row["1.backlinks"], row["2.backlinks"]) for row in rows] == [
            ("shop.de", 3, 1)
        ]
        relation = domain_intersection({"1": chosen["2"]}, [chosen["1"]], "all")
        rows = chosen["1"].query(relation.sql, relation.parameters).to_pylist()
        assert [row["order_key"] for row in rows] == ["both.io"]


def test_a_condition_reads_ranks_on_the_scale_that_is_asked_for(reader: Reader) -> None:
    for scale, least in (("one_thousand", 101), ("one_hundred", 101)):
        strong = Condition('"domain_from_rank" >= ?', (least,))
        rows = ask(reader, "x.com", "backlinks", condition=strong, rank_scale=scale)
        assert all(row["domain_from_rank"] >= least for row in rows)
        assert (len(rows) > 0) == (scale == "one_thousand")
