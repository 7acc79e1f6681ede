"""Several vectors at once, truncated and inverse PageRank, spam mass."""

from __future__ import annotations

import numpy as np
import pytest

from backlit.errors import GraphError
from backlit.graph.csr import from_edges, transpose
from backlit.graph.mass import spam_mass
from backlit.graph.pagerank import pagerank
from backlit.graph.personalised import Jump, core, personalised, uniform
from backlit.graph.truncated import inverse_pagerank, truncated_pagerank
from graph.graphs import exact_pagerank, graph_of, random_graph, targets_of


def dense(jump: Jump, nodes: int) -> np.ndarray:
    if jump.nodes is None:
        return np.full(nodes, float(jump.mass) / nodes)
    vector = np.zeros(nodes)
    vector[jump.nodes] = jump.mass
    return vector


@pytest.mark.parametrize("vectors", [1, 2, 3, 8, 16])
@pytest.mark.parametrize("weighted", [False, True])
def test_a_batch_gives_what_each_vector_gives_alone(vectors: int, weighted: bool) -> None:
    graph = random_graph(vectors, 120, 700, weighted=weighted)
    rng = np.random.default_rng(vectors)
    jumps = [uniform(), *(core(rng.integers(0, 120, 5), 0.1 + 0.05 * k) for k in range(vectors - 1))]
    batch = personalised(graph, jumps)
    for k, jump in enumerate(jumps):
        exact = exact_pagerank(graph, jump=dense(jump, graph.nodes))
        assert np.abs(batch.scores[k] - exact).sum() <= batch.error[k] + 1e-13
    assert (batch.error <= 1e-9).all()


def test_a_batch_on_many_blocks_has_the_same_bits_on_any_number_of_threads() -> None:
    rng = np.random.default_rng(2)
    nodes, edges = 40_000, 400_000
    graph = from_edges(rng.integers(0, nodes // 2, edges), rng.integers(0, nodes, edges), nodes)
    jumps = [core(rng.integers(0, nodes, 50)) for _ in range(3)]
    one, two = (personalised(graph, jumps, threads=t) for t in (1, 2))
    assert one.scores.tobytes() == two.scores.tobytes()
    alone = pagerank(graph, jump=dense(jumps[1], nodes))
    assert np.abs(one.scores[1] - alone.scores).sum() < 2e-9


def test_a_batch_fills_the_array_it_is_given_and_works_on_graphs_without_edges() -> None:
    out = np.zeros((2, 3))
    batch = personalised(graph_of([], 3), [uniform(), core(np.array([2, 2]))], out=out)
    assert batch.scores is out
    assert out == pytest.approx(np.array([[0.05, 0.05, 0.05], [0, 0, 0.15]]))
    assert personalised(graph_of([], 0), [uniform()]).scores.shape == (1, 0)


def test_jumps_that_are_none_are_refused() -> None:
    graph = graph_of([(0, 1)], 3)
    with pytest.raises(GraphError, match="core is empty"):
        core(np.zeros(0, np.int64))
    with pytest.raises(GraphError, match="0 jump vectors"):
        personalised(graph, [])
    with pytest.raises(GraphError, match=r"vector 1 names a node outside 0\.\.2"):
        personalised(graph, [uniform(), core(np.array([3]))])
    with pytest.raises(GraphError, match="vector 0 must have finite masses"):
        personalised(graph, [Jump(np.array([0, 1]), np.array([0.7, 0.7]))])
    with pytest.raises(GraphError, match="must be float64"):
        personalised(graph, [uniform()], out=np.zeros((2, 3)))


def test_truncated_rank_is_the_series_without_its_first_terms() -> None:
    for weighted in (False, True):
        graph = random_graph(7, 80, 300, weighted=weighted)
        weights = np.ones(graph.edges) if graph.weights is None else graph.weights
        share = weights / graph.flow[graph.sources]
        term = np.full(graph.nodes, 0.15 / graph.nodes)
        terms = []
        for _ in range(200):
            terms.append(term)
            term = 0.85 * np.bincount(
                targets_of(graph), weights=term[graph.sources] * share, minlength=graph.nodes
            )
        for longest in (0, 1, 2, 5):
            found = truncated_pagerank(graph, longest)
            assert np.abs(found.truncated - sum(terms[longest + 1 :])).sum() <= found.error + 1e-12
            assert np.abs(found.pagerank - sum(terms)).sum() <= found.error + 1e-12


def test_rank_from_one_link_away_is_gone_to_the_last_bit() -> None:
    found = truncated_pagerank(graph_of([(0, 1), (1, 2)], 4), 1)
    assert found.truncated.tolist() == [0.0, 0.0, pytest.approx(0.15 / 4 * 0.85**2), 0.0]
    assert found.ratio()[:2].tolist() == [0.0, 0.0]
    nothing = truncated_pagerank(graph_of([(0, 1)], 3), jump=np.array([1.0, 0.0, 0.0]))
    assert np.isnan(nothing.ratio()).tolist() == [False, False, True]


def test_a_farm_has_a_lower_ratio_than_a_node_fed_from_afar() -> None:
    farm = [(u, 0) for u in range(1, 20)]
    chain = [(u, u + 1) for u in range(20, 39)]
    ratio = truncated_pagerank(graph_of([*farm, *chain], 40), 2).ratio()
    assert ratio[0] == 0 < 0.3 < ratio[39]


def test_inverse_rank_is_rank_on_the_graph_turned_round() -> None:
    graph = random_graph(8, 60, 300)
    turned = transpose(graph)
    exact = exact_pagerank(turned)
    assert np.abs(inverse_pagerank(graph).scores - exact).sum() <= 1e-9
    assert inverse_pagerank(graph, turned).scores.tobytes() == inverse_pagerank(graph).scores.tobytes()
    with pytest.raises(GraphError, match="reverse graph has 60 nodes"):
        inverse_pagerank(graph, graph_of([(0, 1)], 60))


def test_spam_mass_is_the_share_of_rank_the_core_does_not_lend() -> None:
    graph = random_graph(9, 100, 500)
    trusted = np.array([3, 5, 8])
    found = spam_mass(graph, trusted)
    whole = exact_pagerank(graph)
    lent = exact_pagerank(graph, jump=dense(core(trusted, 0.85), 100))
    assert found.mass == pytest.approx(1 - lent / whole, abs=1e-6)
    assert (found.mass <= 1 + 1e-12).all()
    some = whole > 0.01
    chosen = spam_mass(graph, trusted, of=some)
    assert 0 < some.sum() < 100
    assert chosen.mass.tolist() == found.mass[some].tolist()
    assert chosen.trusted.tolist() == found.trusted[some].tolist()


def test_spam_mass_is_one_where_the_core_does_not_reach_and_none_where_it_is_everything() -> None:
    graph = graph_of([(0, 1), (2, 3)], 4)
    assert spam_mass(graph, np.array([0])).mass[2:].tolist() == [1.0, 1.0]
    assert spam_mass(graph, np.arange(4), share=1.0).mass == pytest.approx([0.0] * 4)
