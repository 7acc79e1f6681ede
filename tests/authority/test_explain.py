"""Where a score comes from, and why it moved."""

from __future__ import annotations

import numpy as np
import pytest

from authority.webs import graph_of, small_web
from backlit.authority.engine import authority
from backlit.authority.explain import Standing, carriers, movement, parts, standing
from backlit.authority.scale import Scale

SCALE = Scale(1e-6, 1e-2)


def test_shares_of_sources_and_jump_add_up_to_the_rank() -> None:
    graph, core, found = small_web()
    for node in (*core.nodes[:3].tolist(), *np.flatnonzero(found.reached)[:20].tolist()):
        given = carriers(graph, found, node)
        assert float(given.amounts.sum()) + found.jump_of(node) == pytest.approx(found.rank[node], abs=1e-11)
        assert (np.diff(given.amounts) <= 0).all()


def test_a_score_is_taken_to_pieces() -> None:
    graph = graph_of(5, (0, 3), (1, 3), (1, 4), (3, 2), (2, 3))
    found = authority(graph, np.array([0, 1]))
    told = parts(graph, found, 3)
    assert told.referring == 3
    assert told.from_links == pytest.approx(1)
    assert told.from_core == 0
    # 2 lives on 3 and sends its rank back.
    assert told.own_loops == pytest.approx(0.85**2)
    assert told.half_from == 1
    assert parts(graph, found, 0).from_core == 1
    lone = parts(graph_of(2, (0, 1)), authority(graph_of(2, (0, 1)), np.array([1])), 0)
    assert (lone.reached, lone.from_links, lone.half_from, lone.band) == (False, None, None, "not reached")


def test_a_movement_is_split_and_adds_up() -> None:
    before = Standing({"a": 1e-4, "b": 2e-4}, 0.0, SCALE)
    after = Standing({"b": 4e-4, "c": 1e-3}, 0.0, Scale(2e-6, 1e-2))
    told = movement(before, after)
    whole = told.links_lost + told.links_gained + told.sources_changed
    whole += told.core_changed + told.scale_changed + told.reach_changed
    assert whole == pytest.approx(told.after - told.before, abs=0.05)
    assert told.links_lost < 0 < told.links_gained
    assert told.sources_changed > 0 > told.scale_changed
    assert (told.gained, told.lost, told.core_changed) == (("c",), ("a",), 0)


def test_nothing_moves_between_equal_releases() -> None:
    graph = graph_of(3, (0, 1), (1, 2))
    found = authority(graph, np.array([0]), harmonic="core")
    here = standing(graph, found, 2, ["a", "b", "c"])
    told = movement(here, here)
    assert (told.before, told.links_gained, told.scale_changed, told.lost) == (told.after, 0, 0, ())


def test_a_site_that_comes_to_be_reached() -> None:
    told = movement(Standing({}, 0.0, SCALE), Standing({"a": 1e-4}, 0.0, SCALE))
    assert (told.before, told.after, told.links_gained) == (1, 50.5, 49.5)
    assert (told.band_before, told.band_after) == ("not reached", "okay")
