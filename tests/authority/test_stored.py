"""Authority kept with a release: what is told of single nodes is what was computed."""

from __future__ import annotations

import numpy as np
import pytest

import release_files as made
from backlit.authority.engine import authority_vector
from backlit.authority.stored import ranks_of, stored_authority
from backlit.release.release import Release, open_release
from backlit.work.web_import import web_import
from backlit.work.web_rank import web_rank

NAMES = ["com.example", "com.lonely", "de.shop", "edu.school", "gov.state"]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    folder = tmp_path_factory.mktemp("stored")
    files = made.files(folder, names=NAMES, edges=[(3, 4), (4, 3), (3, 2), (2, 0), (1, 0)], ranks=None)
    web_import(folder / "i", *files, threads=1)
    web_rank(folder / "i", threads=1)
    return open_release(folder / "i")


def test_the_stored_core_is_told_node_by_node_and_whole(release: Release) -> None:
    found = stored_authority(release)
    order = release.graph_ids(np.arange(len(NAMES)))
    assert [int(node) in found.core for node in order] == [False, False, False, True, True]
    assert [found.jump_of(int(node)) for node in order] == pytest.approx([0, 0, 0, 0.075, 0.075])
    assert (found.jump, len(found.core)) == ("core", 2)
    assert np.asarray(found.core).tolist() == sorted(order[[3, 4]].tolist())
    vector = authority_vector(found)
    assert vector is not None
    assert vector[order].tolist() == [0, 0, 0, 0.5, 0.5]


def test_ranks_are_told_by_node_and_unknown_for_none(release: Release) -> None:
    # The school hands on half of its rank to the state and half to the shop, the state all of its own to the school.
    school = 0.075 * 1.85 / (1 - 0.85**2 / 2)
    state, shop = 0.075 + 0.425 * school, 0.425 * school
    ranks = ranks_of(release, np.array([3, -1, 0, 1, 4, 2]))
    assert np.isnan(ranks[1])
    flows = stored_authority(release).flow[release.graph_ids(np.array([3, 0, 1, 4, 2]))]
    assert flows == pytest.approx([school, 0.85 * shop, 0, state, shop])
    assert ranks[[2, 3, 5]] == pytest.approx([0.85 * shop, 0, shop])
    assert (ranks[[0, 4]] <= flows[[0, 3]]).all()


def test_no_nodes_have_no_ranks(release: Release) -> None:
    assert ranks_of(release, np.array([], np.int64)).tolist() == []
    assert np.isnan(ranks_of(release, np.array([-1]))).all()
