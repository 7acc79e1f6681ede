"""Pictures of networks: the same each time, nothing on top of anything, small, and honest about what they leave out."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlit.server.dashboard import network_picture as pictures
from backlit.server.dashboard.network_picture import Disc, Part, around, between


def disc(sites: int, name: str = "a.com", risky: int = 0) -> Disc:
    return Disc(name, sites, risky, "/networks/net-1", f"{name}: {sites} sites", 0.1)


def circles(svg: str) -> list[tuple[float, float, float]]:
    """The discs: x, y and radius."""
    found = re.findall(r'<circle cx="([-\d.]+)" cy="([-\d.]+)" r="([-\d.]+)" class="disc"', svg)
    return [(float(x), float(y), float(r)) for x, y, r in found]


def dots(svg: str) -> int:
    return sum(path.count("h0") for path in re.findall(r'<path d="([^"]+)" class="dots', svg))


@given(st.lists(st.integers(1, 3000), max_size=40))
def test_no_disc_lies_on_another_or_outside(sizes: list[int]) -> None:
    picture = around([disc(size) for size in sizes], "shop.com", "networks")
    found = circles(picture.svg)
    assert len(found) == min(len(sizes), pictures.MOST_NETWORKS)
    assert picture.left_out == len(sizes) - len(found)
    left, top, width, height = map(float, re.findall(r'viewBox="([^"]+)"', picture.svg)[0].split())
    for number, (x, y, r) in enumerate(found):
        assert left <= x - r
        assert x + r <= left + width
        assert top <= y - r
        assert y + r <= top + height
        for other_x, other_y, other_r in found[:number]:
            assert np.hypot(x - other_x, y - other_y) >= r + other_r


def test_two_thousand_sites_are_two_thousand_dots_in_a_small_picture() -> None:
    picture = around([disc(900, risky=7), disc(600), disc(500)], "shop.com", "networks")
    assert dots(picture.svg) == 2000
    assert picture.dots_left_out == 0
    assert len(picture.svg) < 60_000
    assert picture.svg == around([disc(900, risky=7), disc(600), disc(500)], "shop.com", "networks").svg


def test_dots_that_are_left_out_are_counted() -> None:
    picture = around([disc(5000, risky=1000)], "shop.com", "networks")
    assert dots(picture.svg) == pictures.MOST_DOTS
    assert picture.dots_left_out == 5000 - pictures.MOST_DOTS


def test_names_stand_only_where_there_is_room() -> None:
    names = ["a" * 26, "b" * 26, "c"]
    places = np.array([[0.0, 0.0], [60.0, 0.0], [400.0, 0.0]])
    spots, unnamed = pictures.labelled(names, places, np.array([20.0, 20.0, 20.0]), (1000, 1000, 1001, 1001))
    assert spots == [(0.0, 37.0), (60.0, -27.0), (400.0, 37.0)]
    assert unnamed == 0
    crowded = np.array([[0.0, 0.0], [10.0, 0.0], [20.0, 0.0]])
    spots, unnamed = pictures.labelled(
        ["a" * 26] * 3, crowded, np.array([5.0, 5.0, 5.0]), (1e3, 1e3, 1e3, 1e3)
    )
    assert unnamed == 1


def test_names_of_strangers_stay_text() -> None:
    picture = around([disc(3, "<script>\u202e")], '"><b>', 'it\'s "<i>"')
    assert "<script" not in picture.svg
    assert "<b>" not in picture.svg
    assert "<i>" not in picture.svg
    assert "\u202e" not in picture.svg
    case = between([Part("<script>", 3, 0, [1])], [("<b>", 1, True)], "<i>")
    assert not re.search("<script|<b>|<i>", case.svg)


def test_no_picture_styles_itself() -> None:
    for picture in (around([disc(9)], "a.com", "x"), between([Part("p", 9, 1, [9])], [("t", 9, True)], "x")):
        assert "style=" not in picture.svg
        assert "<style" not in picture.svg


@pytest.mark.parametrize("count", [0, 1, 5, 40])
def test_one_network_draws_its_parts_and_counts_the_rest(count: int) -> None:
    parts = [Part(f"part {n}", 3, 1, [n % 2] * count) for n in range(3)]
    targets = [(f"t{n}.com", 2, n == 0) for n in range(count)]
    picture = between(parts, targets, "one")
    shown = min(count, pictures.MOST_TARGETS)
    assert len(circles(picture.svg)) == 3
    assert picture.svg.count('class="box') == shown
    assert picture.svg.count('class="band') == shown  # Of the one part that links.
    assert picture.left_out == count - shown
