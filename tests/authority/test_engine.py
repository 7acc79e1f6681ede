"""Authority on arrays: closed cases, the scale, own loops, reach, trust and topics."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as checks
from hypothesis import strategies as st

from authority.webs import edges_of, graph_of, small_web
from backlit.authority.engine import authority, band_of
from backlit.authority.reach import core_reach
from backlit.authority.scale import Scale, fit_scale
from backlit.authority.topics import topic_names, topic_seeds, topical_trust
from backlit.authority.trust import trust
from backlit.errors import GraphError
from backlit.graph.csr import from_edges

A = 0.85


def test_rank_flows_from_the_core_alone() -> None:
    graph = graph_of(4, (0, 1), (1, 2), (3, 2))
    found = authority(graph, np.array([0]))
    assert found.flow.tolist() == pytest.approx([0.15, 0.15 * A, 0.15 * A * A, 0])
    assert found.reached.tolist() == [True, True, True, False]
    assert found.band(3) == "not reached"
    assert found.score[3] == 1
    assert found.positions().tolist() == [1, 2, 3, 4]
    assert found.percentiles().tolist() == [75, 50, 25, 0]
    assert (found.jump, found.jump_of(0), found.jump_of(1)) == ("core", pytest.approx(0.15), 0)
    assert "not reached from the core" in found.says


def test_without_a_core_the_jump_is_uniform_and_it_says_so() -> None:
    found = authority(graph_of(2, (0, 1)), harmonic=np.array([0.0, 1.0]))
    assert found.jump == "uniform"
    assert "can buy it" in found.says
    assert found.harmonic is None
    assert found.jump_of(1) == pytest.approx(0.075)


def test_scores_lie_on_a_frozen_scale() -> None:
    scale = Scale(1e-6, 1e-2)
    assert scale.score([0, 1e-7, 1e-6, 1e-4, 1e-2, 1]).tolist() == [1, 1, 1, 50.5, 100, 100]
    graph = graph_of(3, (0, 1), (1, 2))
    found = authority(graph, np.array([0]), scale=scale)
    assert found.score[0] == 100
    assert fit_scale(np.zeros(3), low_quantile=0, high_quantile=1).score([0.5]).tolist() == [1]


def test_reach_steadies_and_never_lifts_what_is_not_reached() -> None:
    scale = Scale(1e-6, 1e-2, 0.3, 10.0)
    assert scale.score([1e-2, 1e-2, 0], [10.0, 0.0, 10.0]).tolist() == [100, 70.3, 1]


def test_what_comes_back_over_a_farm_is_taken_out() -> None:
    honest = authority(graph_of(2, (0, 1)), np.array([0])).rank[1]
    farm = range(2, 12)
    back = graph_of(12, (0, 1), *((s, 1) for s in farm), *((1, s) for s in farm))
    found = authority(back, np.array([0]))
    assert found.flow[1] == pytest.approx(honest / (1 - A * A))
    assert found.rank[1] == pytest.approx(honest)
    chain = authority(graph_of(5, (0, 1), (1, 2), (2, 3), (3, 4), (4, 1)), np.array([0]))
    assert chain.rank[1] == pytest.approx(honest)


def test_a_source_with_a_life_of_its_own_counts_whole() -> None:
    # 2 links to 1 and has more from the core than from 1.
    found = authority(graph_of(6, (0, 1), (3, 2), (4, 2), (1, 2), (2, 1), (1, 5)), np.array([0, 3, 4]))
    assert found.rank[1] == found.flow[1]


def test_bands() -> None:
    assert [band_of(s) for s in (60, 59.99, 40, 39.99)] == ["excellent", "okay", "okay", "weak"]


def test_bad_input_is_named() -> None:
    graph = graph_of(2, (0, 1))
    with pytest.raises(GraphError, match="core names a node"):
        authority(graph, np.array([5]))
    with pytest.raises(GraphError, match="harmonic"):
        authority(graph, np.array([0]), harmonic=np.zeros(3))


def test_reach_counts_the_core_alone() -> None:
    graph = graph_of(5, (0, 1), (1, 2), (3, 2), (4, 2))
    assert core_reach(graph, np.array([0, 3])).tolist() == [0, 1, 1.5, 0, 0]


def test_an_empty_graph() -> None:
    found = authority(graph_of(0))
    assert len(found.score) == 0
    assert len(trust(graph_of(0), np.zeros(0, np.int64)).trust) == 0


@checks(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_a_new_link_never_lowers_the_rank_of_its_target(seed: int) -> None:
    rng = np.random.default_rng(seed)
    graph, core, found = small_web()
    u, t = (int(x) for x in rng.integers(0, graph.nodes, 2))
    source, to = edges_of(graph)
    if u == t or u in graph.in_edges(t)[0]:
        return
    after = authority(from_edges(np.append(source, u), np.append(to, t), graph.nodes), core)
    assert after.flow[t] >= found.flow[t] - 1e-12


def test_the_same_bits_on_one_thread_and_on_two() -> None:
    graph, core, _ = small_web()
    one, two = (authority(graph, core, harmonic="core", threads=n) for n in (1, 2))
    assert (one.score == two.score).all()
    assert (one.rank == two.rank).all()


def test_losing_a_tenth_of_the_links_moves_scores_little() -> None:
    graph, core, found = small_web()
    source, to = edges_of(graph)
    kept = np.random.default_rng(0).random(len(source)) > 0.1
    after = authority(
        from_edges(source[kept], to[kept], graph.nodes), core, harmonic="core", scale=found.scale
    )
    both = found.reached & after.reached
    assert np.median(np.abs(after.score - found.score)[both]) <= 2


def test_trust_is_spam_mass_where_the_core_is_wide_and_says_when_not() -> None:
    graph, core, _ = small_web()
    wide = trust(graph, core.nodes)
    assert wide.source == "spam mass"
    assert np.isnan(wide.trust[~wide.candidates]).all()
    narrow = trust(graph, np.array([int(np.flatnonzero(graph.out_degree == 0)[0])]))
    assert (narrow.source, narrow.mass) == ("truncated rank", None)
    assert "too narrow" in narrow.says
    assert trust(graph, np.zeros(0, np.int64)).median_mass is None


def test_topics_come_from_core_sites_alone() -> None:
    names = ["nih.gov", "who.int", "hospital-city.edu", "hospital.test", "x.test", "uni.edu"]
    assert "health" in topic_names()
    found = topic_seeds(names, np.array([0, 1, 2, 5]))
    assert found["health"].tolist() == [0, 1, 2]
    graph = graph_of(6, (0, 4), (1, 4), (2, 4), (3, 4))
    topics = topical_trust(graph, np.array([0, 1, 2, 5]), names)
    assert "health" in topics.names
    assert "sport" in topics.left_out
    assert next(iter(topics.shares(4))) == "health"
    assert topics.shares(3) == {}
