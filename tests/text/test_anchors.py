"""Classes of anchors: a catalogue of texts with the class each must get."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlit.text.anchor_words import COMMERCIAL, GENERIC
from backlit.text.anchors import CLASSES, AnchorContext, classify

TITLES = [
    "Blue widgets | Acme Widgets",
    "How gears are made - Acme Widgets",
    "Springs and cogs for every machine | Acme Widgets",
    "The cog that changed my life | Acme Widgets",
    "Gears: prices | Acme Widgets",
]
ACME = AnchorContext.of("acme-widgets.co.uk", ["blog.acme-widgets.co.uk"], TITLES)
BARE = AnchorContext.of("example.com")


def class_of(text: str | None, context: AnchorContext = ACME, image: bool = False) -> str | None:
    found = classify(text, image, context)
    return None if found is None else found.name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Acme Widgets", "brand"),
        ("acmewidgets", "brand"),
        ("ACME-WIDGETS", "brand"),
        ("the Acme Widgets catalogue", "brand"),
        ("Acme Widgets' gears", "brand"),
        ("buy Acme Widgets", "partial keyword"),
        ("acme-widgets.co.uk", "bare address"),
        ("www.acme-widgets.co.uk", "bare address"),
        ("https://acme-widgets.co.uk/gears?x=1", "bare address"),
        ("http://…", "bare address"),
        ("acme-widgets.co.uk/gears…", "bare address"),
        ("booking.com", "bare address"),
        ("node.js", "other"),
        ("The cog that changed my life", "title"),
        ("the COG that changed my life | acme widgets", "title"),
        ("The cog that changed...", "title"),
        ("Read more »", "generic"),
        ("click here", "generic"),
        ("[12]", "generic"),
        ("→", "generic"),
        ("the full story here", "generic"),
        ("cheap spoons", "exact commercial"),
        ("купить шестерни", "exact commercial"),
        ("acheter des cuillères", "exact commercial"),
        ("スプーン 通販", "exact commercial"),
        ("where my aunt used to buy all of her spoons", "partial keyword"),
        ("gears", "partial keyword"),
        ("a fine essay on gears", "partial keyword"),
        ("a lovely read", "other"),
        ("Smith (2020)", "other"),
        ("", "empty"),
        ("   ", "empty"),
        (None, None),
    ],
)
def test_class_of_a_text(text: str | None, name: str | None) -> None:
    assert class_of(text) == name


def test_an_image_is_an_image_whatever_its_alt() -> None:
    assert class_of("", image=True) == "image"
    assert class_of(None, image=True) == "image"


@pytest.mark.parametrize(
    "text",
    ["hier klicken", "lire la suite", "aquí", "leggi tutto", "clique aqui", "klik hier", "kliknij tutaj",
     "läs mer",
     "læs mere", "lue lisää", "zde", "itt", "aici", "buraya tıklayın", "здесь", "тут", "εδώ", "כאן", "هنا",
     "ادامه مطلب", "यहाँ क्लिक करें", "こちら", "点击这里", "여기를 클릭", "tại đây", "di sini", "คลิกที่นี่"],
)  # fmt: skip
def test_generic_in_many_languages(text: str) -> None:
    assert class_of(text, BARE) == "generic"


def test_tables_cover_at_least_twelve_languages() -> None:
    assert len(GENERIC) >= 12
    assert len(COMMERCIAL) >= 12


def test_without_evidence_there_is_no_keyword_class() -> None:
    assert class_of("blue spoons", BARE) == "other"
    assert class_of("gears", BARE) == "other"


def test_an_honest_keyword_brand_is_a_brand() -> None:
    context = AnchorContext.of("buycheapshoes.com")
    assert class_of("Buy Cheap Shoes", context) == "brand"
    assert class_of("buy cheap hats", context) == "exact commercial"


def test_one_word_of_most_titles_is_a_name_alone_and_a_topic_in_a_text() -> None:
    context = AnchorContext.of("x.example", [], ["Blue widgets", "Red widgets", "About widgets today"])
    assert context.brand_names == ["widgets", "x"]
    assert class_of("widgets", context) == "brand"
    assert class_of("lovely widgets of yore", context) == "partial keyword"


def test_two_titles_say_nothing_of_the_name() -> None:
    assert AnchorContext.of("x.example", [], ["Acme | a", "Acme | b"]).brand_names == ["x"]


def test_a_home_page_titled_with_the_name_is_the_brand() -> None:
    context = AnchorContext.of("acme.test", [], ["Acme", "Gears | Acme", "Cogs | Acme"])
    assert class_of("Acme", context) == "brand"


def test_a_name_with_an_apostrophe_and_its_possessive() -> None:
    context = AnchorContext.of("macys.test", [], ["Hats | Mo's Hut", "Coats | Mo's Hut", "Shoes | Mo's Hut"])
    for text in ("Macy's", "Macys’s hats", "Mo's Hut", "the Mo’s Hut shop"):
        assert class_of(text, context) == "brand"
    assert class_of("Macy", context) == "other"


def test_names_of_hosts() -> None:
    assert AnchorContext.of("github.io", ["alice.github.io"]).brand_names == ["alice", "github"]
    assert AnchorContext.of("example.com", ["www.example.com"]).brand_names == ["example"]
    assert AnchorContext.of("xn--bcher-kva.test").brand_names == ["bücher"]
    assert AnchorContext.of("192.0.2.1").brand_names == []
    assert AnchorContext.of("here.com").brand_names == []


@given(st.one_of(st.none(), st.text(max_size=200)), st.booleans())
def test_every_text_has_one_known_class(text: str | None, image: bool) -> None:
    found = classify(text, image, ACME)
    assert (found is None) == (text is None and not image)
    assert found is None or found.name in CLASSES


def test_a_huge_anchor_is_classified_by_its_beginning() -> None:
    assert class_of("x" * 1_000_000) == "other"
