"""Chance is the same every time, and what it says is what it was asked for."""

from __future__ import annotations

import pytest

from backlit.errors import InputError
from backlit.worlds.society.draw import Draw, Lottery
from backlit.worlds.society.speech import Speech
from backlit.worlds.society.topics import LANGUAGES, TOPIC_WORDS, TOPICS
from backlit.worlds.society.words import FUNCTION_WORDS, MONEY, SMALL_TALK, TITLES
from backlit.worlds.society.world import Label, World, slug
from backlit.worlds.tables import make_world


def test_a_seed_and_a_stream_always_draw_the_same() -> None:
    one, same, other = Draw(5), Draw(5), Draw(5, 1)
    first = [one.whole(1, 1000) for _ in range(20)]
    assert [same.whole(1, 1000) for _ in range(20)] == first
    assert [other.whole(1, 1000) for _ in range(20)] != first


def test_draws_keep_to_their_bounds() -> None:
    draw = Draw(1)
    assert {draw.whole(2, 4) for _ in range(200)} == {2, 3, 4}
    assert {draw.below(3) for _ in range(200)} == {0, 1, 2}
    assert {draw.weighted(("a", "b", "c"), (1, 0, 3)) for _ in range(200)} == {"a", "c"}
    assert {Lottery([0, 2, 1]).one(draw) for _ in range(200)} == {1, 2}
    assert sorted(draw.some([1, 2, 3], 9)) == [1, 2, 3]
    assert not any(draw.chance(0.0) for _ in range(100))


def test_every_topic_has_words_to_sell_in_every_language() -> None:
    assert len(TOPICS) == 25
    for topic in TOPICS:
        assert set(TOPIC_WORDS[topic]) == set(LANGUAGES)
        assert all(len(set(words)) >= 8 for words in TOPIC_WORDS[topic].values()), topic
    for table in (MONEY, TITLES, FUNCTION_WORDS, SMALL_TALK):
        assert set(table) == set(LANGUAGES)


def test_texts_have_as_many_words_as_asked_and_no_run_twice() -> None:
    speech = Speech(Draw(3), 0.3)
    texts = [speech.text("garden", "de", 50).split() for _ in range(40)]
    assert {len(text) for text in texts} == {50}
    runs = [tuple(text[at : at + 8]) for text in texts for at in range(43)]
    assert len(set(runs)) == len(runs)


def test_slugs_are_plain() -> None:
    assert [slug(text) for text in ("Żywopłot & Straße", "¡Qué!", "日本")] == ["zywoplot-strasse", "que", ""]


def test_a_link_within_a_site_is_no_link() -> None:
    world = World(1, 300)
    one = world.site("blog", "garden", "en", host="one.blogspot.com")
    other = world.site("blog", "garden", "en", host="other.blogspot.com")
    here, there = (
        world.site("blog", "garden", "en", host=f"{name}.wordpress.com") for name in ("here", "there")
    )
    label = Label(True, "some", "some-1")
    assert world.tie(one.pages[0], other, day=world.start, anchor="x", label=label)
    assert not world.tie(here.pages[0], there, day=world.start, anchor="x", label=label)
    assert world.toxic_pairs == {("one.blogspot.com", "other.blogspot.com")}
    assert world.links == 1


def test_a_page_that_redirects_carries_no_other_link() -> None:
    world = World(1, 300)
    one, other = (world.site("moved", "garden", "en") for _ in range(2))
    one.pages[0].status = 301
    assert not world.tie(one.pages[0], other, day=world.start, anchor="x")
    assert world.tie(one.pages[0], other, day=world.start, anchor="", kind="redirect")


def test_no_link_is_older_than_its_page_or_its_target() -> None:
    world = make_world(2, 200)
    for page in world.pages:
        for link in page.links:
            assert world.start <= page.born <= link.first <= link.last < world.end
            assert link.first >= min(link.target.born, world.end - 1)


def test_a_world_too_small_for_all_schemes_is_refused() -> None:
    with pytest.raises(InputError, match="200 or more"):
        make_world(1, 50)
