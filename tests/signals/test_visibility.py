"""Links that readers are not meant to see, and pages a site's owner does not know of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from backlit.settings import default
from backlit.signals.ground import Ground
from backlit.signals.load import ground_of
from backlit.signals.subjects import folders_of
from backlit.signals.visibility import SIGNALS, measure
from signal_grounds import plain


def link(source: str = "a.test/", **more: Any) -> dict[str, Any]:
    return {"source_url": f"https://{source}", "target_url": "https://t.test/"} | more


def values(ground: Ground, signal: str) -> list[float | None]:
    found = measure(ground, default())
    assert [(name, m.level) for name, m in found.items()] == [(s.id, s.level) for s in SIGNALS]
    column: list[float | None] = plain(found[signal].value)
    return column


@pytest.mark.parametrize(
    ("row", "hidden", "one_character", "empty"),
    [
        ({"hidden": True, "anchor": "cheap shoes"}, 1, 0, 0),
        ({"hidden": True, "anchor": "cheap shoes", "placement": "nav"}, 0, 0, 0),
        ({"hidden": True, "anchor": "cheap shoes", "target_url": "https://www.facebook.com/x"}, 0, 0, 0),
        ({"hidden": True, "anchor": "t.test"}, 0, 0, 0),
        ({"hidden": False, "anchor": "."}, 0, 1, 0),
        ({"anchor": " x "}, None, 1, 0),
        ({"anchor": "本"}, None, 0, 0),
        ({"anchor": ""}, None, 0, 1),
        ({"kind": "image", "anchor": "", "alt": ""}, None, 0, 0),
        ({}, None, None, None),
    ],
)
def test_links_nobody_is_meant_to_see(
    row: dict[str, Any], hidden: float | None, one_character: float | None, empty: float | None
) -> None:
    ground = ground_of([link(**row)])
    assert values(ground, "hidden") == [hidden]
    assert values(ground, "one_character") == [one_character]
    assert values(ground, "empty_link") == [empty]


@pytest.mark.parametrize(
    ("source", "target", "anchor", "flag"),
    [
        ("www.uni.edu/", "https://shop.test/", "cheap viagra", 1),
        ("www.uni.edu/", "https://best-casino.test/", "play poker with friends all through the night", 1),
        ("www.uni.edu/", "https://shop.test/", "our partner", 0),
        ("www.uni.edu/", "https://cheap-books.test/", "Cheap Books", 0),
        ("www.uni.edu/", "https://other.edu/", "student loans", 0),
        ("blog.test/", "https://shop.test/", "cheap viagra", 0),
    ],
)
def test_trades_on_the_pages_of_institutions(source: str, target: str, anchor: str, flag: float) -> None:
    assert values(ground_of([link(source, target_url=target, anchor=anchor)]), "trade_on_institution") == [
        flag
    ]


def test_trades_on_other_trusted_sites_are_told_apart() -> None:
    rows = [link(source, anchor="cheap viagra") for source in ("paper.test/", "www.uni.edu/", "blog.test/")]
    ground = ground_of(rows, trusted=["paper.test"])
    flags = dict(zip(ground.links.source.tolist(), values(ground, "trade_on_trusted_site"), strict=True))
    names = ground.sites.name.to_pylist()
    assert {names[site]: flag for site, flag in flags.items()} == {
        "paper.test": 1,
        "uni.edu": 0,
        "blog.test": 0,
    }


@pytest.mark.parametrize(
    ("path", "flag"),
    [
        ("", 0),
        ("news/cheap-pills.php", 0),
        ("wp-content/uploads/cheap-pills-12.php", 1),
        ("blog/wp-includes/css/pills", 1),
        ("images/cache/index.html?p=3", 1),
        ("images/photo.jpg", 0),
        ("cache-busting/page.html", 0),
        (".well-known/pills/", 1),
    ],
)
def test_pages_in_folders_of_the_system(path: str, flag: float) -> None:
    assert values(ground_of([link(f"a.test/{path}")]), "page_in_system_folder") == [flag]


def test_a_page_in_another_language_than_its_site() -> None:
    languages = ["en"] * 4 + ["tr", None]
    links = [link(f"a.test/{i}", source_lang=language) for i, language in enumerate(languages)]
    assert values(ground_of(links), "foreign_page") == [0, 0, 0, 0, 1, None]
    assert values(ground_of(links[:3]), "foreign_page") == [None] * 3


def test_a_folder_is_a_path_up_to_its_last_slash() -> None:
    paths = ["", "a", "x/", "x/b?c=/d", "x/y/e", "x/y/"]
    ground = ground_of([link(f"a.test/{path}") for path in paths] + [link("b.test/")])
    shown = [ground.texts[i].as_py() for i in ground.pages.path]
    groups: dict[int, list[str]] = {}
    for number, path in zip(folders_of(ground).tolist(), shown, strict=True):
        groups.setdefault(number, []).append(path)
    assert list(groups.values()) == [["/", "/a"], ["/x/", "/x/b?c=/d"], ["/x/y/", "/x/y/e"], ["/"]]


def with_terms(ground: Ground, words: dict[str, list[int]]) -> Ground:
    """The ground with terms of some pages, given by path."""
    paths = [ground.texts[i].as_py() for i in ground.pages.path]
    rows = [path in words for path in paths]
    lists = [words[path] for path in paths if path in words]
    return replace(
        ground,
        pages=replace(ground.pages, terms=np.where(rows, np.cumsum(rows) - 1, -1).astype(np.int32)),
        term_begin=np.cumsum([0, *map(len, lists)]),
        term_hash=np.array([w for one in lists for w in one], np.uint32),
        term_count=np.ones(sum(map(len, lists)), np.uint8),
    )


def test_a_small_folder_with_words_of_its_own_is_odd() -> None:
    ground = ground_of([link(f"a.test/{path}") for path in ("1", "2", "3", "4", "x/1", "y/1")])
    usual, foreign = list(range(40)), list(range(100, 140))
    words = {f"/{i}": usual for i in range(1, 5)}
    ground = with_terms(ground, words | {"/x/1": foreign, "/y/1": usual[:20] + foreign[:20]})
    paths = [ground.texts[i].as_py() for i in ground.pages.path]
    found = dict(zip(paths, values(ground, "odd_folder"), strict=True))
    assert found["/1"] is None  # most pages are like it
    # Of x only the half of y is known in the rest: 20 / (sqrt(40) * sqrt(20 * 5² + 20 * 4² + 20 * 1²)).
    assert found["/x/1"] == pytest.approx(1 - 20 / (40**0.5 * (20 * 25 + 20 * 16 + 20) ** 0.5), abs=1e-5)
    # Of y, 20 words are in all four others and 20 in x.
    assert found["/y/1"] == pytest.approx(1 - 100 / (40**0.5 * (40 * 16 + 40) ** 0.5), abs=1e-5)


def test_pages_without_known_words_or_of_small_sites_are_not_odd() -> None:
    ground = ground_of([link(f"a.test/{path}") for path in ("1", "2", "x/1")])
    assert values(ground, "odd_folder") == [None] * 3
    assert (
        values(with_terms(ground, {"/1": [1] * 30, "/2": [1], "/x/1": list(range(30))}), "odd_folder")
        == [None] * 3
    )


def test_no_links_are_not_hidden() -> None:
    assert values(ground_of([]), "hidden") == []
