"""Names that the owner keeps for a target: kept whole or not at all, and counted in the classes of anchors."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from backlit.errors import InputError
from backlit.index import Index
from backlit.questions.anchors import anchors
from backlit.questions.profile import profile
from backlit.questions.target_names import target_names
from backlit.state.store import STEPS, open_state
from backlit.state.targets import TargetNames
from backlit.text.anchors import AnchorContext, classify
from backlit.work.target_names import keep_names
from index_rows import crawl, link, publish_batches


@pytest.fixture
def index(tmp_path: Path) -> Index:
    texts = [
        "Blue Heron",
        "the blue heron book",
        "garden chairs",
        "cosy garden chairs for your terrace and lawn",
        "read more",
    ]
    rows = [
        link(f"https://s{n}.test/", "https://shop.com/", "2026-01-05", anchor=text)
        for n, text in enumerate(texts)
    ]
    return publish_batches(tmp_path / "index", [crawl(rows, "2026-01-05")])


def test_names_are_kept_in_their_order_each_once(tmp_path: Path) -> None:
    kept = keep_names(
        tmp_path,
        "www.shop.com",
        brands=[" Blue  Heron", "Blue Heron", ""],
        keywords=["garden chairs"],
        rivals=["b.org", "a.com"],
    )
    assert kept == TargetNames(
        target="shop.com", brands=("Blue Heron",), keywords=("garden chairs",), rivals=("b.org", "a.com")
    )
    assert target_names(tmp_path, "docs.shop.com") == kept
    assert target_names(tmp_path, "other.com") == TargetNames(target="other.com")
    keep_names(tmp_path, "shop.com", rivals=["c.net"])
    assert target_names(tmp_path, "shop.com") == TargetNames(target="shop.com", rivals=("c.net",))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"rivals": ["not a domain"]}, "The rival 'not a domain' cannot be read"),
        ({"rivals": ["shop.com"]}, "shop.com cannot be its own rival"),
        ({"brands": ["!!!"]}, "has no word in it"),
        ({"brands": ["x" * 201]}, "is longer than 200 characters"),
        ({"keywords": [f"word{n}" for n in range(101)]}, "101 keywords are too many"),
    ],
)
def test_what_cannot_be_kept_leaves_what_was_there(
    tmp_path: Path, given: dict[str, list[str]], told: str
) -> None:
    keep_names(tmp_path, "shop.com", brands=["Heron"])
    with pytest.raises(InputError, match=told.replace("(", r"\(")):
        keep_names(tmp_path, "shop.com", **given)  # type: ignore[arg-type]
    assert target_names(tmp_path, "shop.com").brands == ("Heron",)


def test_without_an_index_there_are_no_names(tmp_path: Path) -> None:
    assert target_names(tmp_path / "nowhere", "shop.com") == TargetNames(target="shop.com")


def test_a_state_of_an_earlier_version_gets_room_for_names(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "state.sqlite") as old:
        for step in STEPS[:3]:
            for statement in step:
                old.execute(statement)
        old.execute("PRAGMA user_version = 3")
    old.close()
    keep_names(tmp_path, "shop.com", brands=["Heron"])
    with open_state(tmp_path, write=False) as state:
        assert state.rows("PRAGMA user_version") == [(len(STEPS),)]


def test_names_and_keywords_count_in_the_classes_of_anchors(index: Index) -> None:
    def classes() -> dict[str, str]:
        return {row["anchor"]: row["class"] for row in anchors(index, "shop.com").rows()}

    assert classes() == dict.fromkeys(classes(), "other") | {"read more": "generic"}
    keep_names(index.path, "shop.com", brands=["Blue Heron"], keywords=["garden chairs"])
    assert classes() == {
        "Blue Heron": "brand",
        "the blue heron book": "brand",
        "garden chairs": "exact commercial",
        "cosy garden chairs for your terrace and lawn": "partial keyword",
        "read more": "generic",
    }
    counted = {one.name: one.links for one in profile(index, "shop.com").anchors.classes}
    assert {name: links for name, links in counted.items() if links} == {
        "brand": 2, "generic": 1, "partial keyword": 1, "exact commercial": 1,
    }  # fmt: skip


def test_the_reason_says_whose_keyword_it_is() -> None:
    context = AnchorContext.of("shop.com", named=["Blue Heron"], keywords=["chairs", "garden chairs"])
    found = classify("Blue Heron garden chairs", False, context)
    assert found is not None
    assert (found.name, found.rule) == ("partial keyword", "the name beside “garden chairs”")
    alone = classify("garden chairs", False, context)
    assert alone is not None
    assert (alone.name, alone.rule) == ("exact commercial", "your keyword “garden chairs”")
