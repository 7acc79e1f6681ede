"""What the page that a link stands on is like."""

from __future__ import annotations

from typing import Any

import pytest

from backlit.settings import default
from backlit.signals.load import ground_of
from backlit.signals.page import SIGNALS, measure
from signal_grounds import plain


def values(row: dict[str, Any], pages: list[dict[str, Any]] | None = None) -> dict[str, float | None]:
    """The values of one link, and of the page it stands on."""
    ground = ground_of(
        [{"source_url": "https://a.test/", "target_url": "https://t.test/"} | row], pages or []
    )
    found = measure(ground, default())
    assert [(name, m.level) for name, m in found.items()] == [(s.id, s.level) for s in SIGNALS]
    page = int(ground.links.page[0])
    return {name: plain(m.value)[page if m.level == "page" else 0] for name, m in found.items()}


def test_what_is_unknown_stays_unknown() -> None:
    assert values({}) == dict.fromkeys(signal.id for signal in SIGNALS) | {
        "generated_address": 0,
        "voucher_page": 0,
    }


def test_figures_of_a_page() -> None:
    found = values(
        {
            "source_words": 50,
            "source_external_links": 30,
            "source_internal_links": 10,
            "source_ads": 4,
            "source_status": 404,
        }
    )
    assert {name: value for name, value in found.items() if value is not None} == {
        "thin_page": 50,
        "many_external_links": 30,
        "link_density": 60,
        "mostly_external": 0.75,
        "many_ads": 4,
        "dead_page": 404,
        "generated_address": 0,
        "voucher_page": 0,
    }


@pytest.mark.parametrize(
    ("path", "title", "flag"),
    [
        ("coupons/17/", None, 1),
        ("a/shop-promo-codes.html", None, 1),
        ("x", "Gutscheine für Schuhe", 1),
        ("x", "Codes promo du jour", 1),
        ("ideals/", "A new deal", 0),
        ("couponing", "Our history", 0),
    ],
)
def test_pages_of_discount_codes_are_known_by_address_or_title(
    path: str, title: str | None, flag: int
) -> None:
    assert values({"source_url": f"https://a.test/{path}", "source_title": title})["voucher_page"] == flag


def test_a_page_without_words_has_no_density() -> None:
    found = values({"source_words": 0, "source_external_links": 30})
    assert (found["thin_page"], found["link_density"], found["mostly_external"]) == (0, None, None)


@pytest.mark.parametrize(
    ("title", "flag"),
    [
        ("This domain is for sale", 1),
        ("shop.test - Domain steht zum Verkauf", 1),
        ("Boats for sale", 0),
        ("", 0),
    ],
)
def test_titles_of_parked_domains(title: str, flag: float) -> None:
    assert values({"source_title": title})["parked_page"] == (flag if title else None)


@pytest.mark.parametrize(
    ("path", "flag"),
    [
        ("2024/05/a-day-at-the-sea.html", 0),
        ("article/12345", 0),
        ("?a=8315729", 1),
        ("index.php?id=42", 0),
        ("p/x1234567.html", 1),
        ("f/3f2a9c01d4e5b6a7", 1),
    ],
)
def test_addresses_that_programs_make(path: str, flag: float) -> None:
    assert values({"source_url": f"https://a.test/{path}"})["generated_address"] == flag


def test_the_language_of_the_page_is_held_against_that_of_the_target() -> None:
    pages = [{"url": "https://t.test/", "lang": "de"}]
    assert values({"source_lang": "ru"}, pages)["other_language"] == 1
    assert values({"source_lang": "de-AT"}, pages)["other_language"] == 0
    assert values({}, pages)["other_language"] is None
    assert values({"source_lang": "de"})["other_language"] is None


def test_a_page_that_asks_not_to_be_indexed() -> None:
    assert values({}, [{"url": "https://a.test/", "noindex": True}])["not_indexed"] == 1


@pytest.mark.parametrize(
    ("row", "flag"),
    [
        ({"anchor": "cheap blue shoes", "source_title": "Cheap Blue Shoes"}, 1),
        ({"anchor": "Cheap blue shoes", "source_title": "Cheap blue shoes | My Blog"}, 1),
        ({"anchor": "cheap blue shoes", "source_url": "https://a.test/x/cheap-blue-shoes-123.php?a"}, 1),
        ({"anchor": "cheap blue shoes", "source_url": "https://a.test/cheap-blue-shoes/"}, 1),
        ({"anchor": "cheap blue shoes", "source_title": "Ten cheap blue shoes"}, 0),
        ({"anchor": "shoes", "source_title": "Shoes"}, 0),
        ({"anchor": "Blue Fox", "target_url": "https://blue-fox.test/", "source_title": "Blue Fox"}, 0),
        ({"source_title": "Cheap Blue Shoes"}, None),
    ],
)
def test_pages_that_are_about_the_words_of_their_link(row: dict[str, Any], flag: float | None) -> None:
    assert values(row)["page_for_the_link"] == flag


def test_a_page_with_the_title_of_the_page_it_links_to_is_not_about_the_link() -> None:
    pages = [{"url": "https://t.test/", "title": "A long day at the sea"}]
    row = {"anchor": "A long day at the sea", "source_title": "A long day at the sea"}
    assert values(row, pages)["page_for_the_link"] == 0
