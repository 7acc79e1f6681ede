"""Scores in the making: what stays when work stops, what begins anew, and how they become current."""

from __future__ import annotations

import numpy as np
import pytest

import release_files as made
from backlit.errors import IndexLocked, InputError
from backlit.release.draft import Draft, in_pieces
from backlit.release.manifest import Step
from backlit.release.release import open_release
from backlit.work.web_import import web_import

COST = Step(name="one", wall_seconds=1.0, cpu_seconds=2.0, peak_bytes=3)


def begun(folder, key="a"):
    """A draft with one ended step, and an array of a step that did not end."""
    draft = Draft(folder / "ranking-000001", key, 3)
    draft.write("pagerank", np.float64, [np.array([0.5, np.nan]), np.array([0.25])])
    draft.end("one", {"error": 0.5}, COST)
    draft.write("trust", np.float32, [np.ones(3)])
    return draft


def test_the_same_work_goes_on_behind_its_last_whole_step(tmp_path):
    begun(tmp_path)
    again = Draft(tmp_path / "ranking-000001", "a", 3)
    assert (again.found("one"), again.found("two"), again.steps) == ({"error": 0.5}, None, [COST])
    assert [(one.name, one.type, one.known) for one in again.arrays] == [("pagerank", "f64", 2)]
    assert again.array("pagerank")[[0, 2]].tolist() == [0.5, 0.25]


def test_other_work_begins_anew(tmp_path):
    begun(tmp_path)
    other = Draft(tmp_path / "ranking-000001", "b", 3)
    assert (other.found("one"), other.arrays) == (None, [])
    assert list((tmp_path / "ranking-000001").iterdir()) == []


@pytest.mark.parametrize("damage", ["cut", "gone", "state"])
def test_a_damaged_draft_begins_anew(tmp_path, damage):
    draft = begun(tmp_path)
    path = draft.folder / ("draft.json" if damage == "state" else "pagerank.f64")
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-8])
    assert Draft(draft.folder, "a", 3).found("one") is None


def test_a_wrong_number_of_numbers_and_a_wrong_name_are_refused(tmp_path):
    draft = Draft(tmp_path / "d", "a", 3)
    with pytest.raises(InputError, match="trust has 2 numbers, and the release 3 nodes"):
        draft.write("trust", np.float64, [np.zeros(2)])
    with pytest.raises(InputError, match="cannot name a score"):
        draft.write("../x", np.float64, [np.zeros(3)])


def test_pieces_are_the_whole_in_the_order_asked_for():
    values = np.arange(4.0)
    assert np.concatenate(list(in_pieces(values))).tolist() == [0, 1, 2, 3]
    assert np.concatenate(list(in_pieces(values, np.array([2, 0, 3, 1])))).tolist() == [2, 0, 3, 1]


def test_a_draft_becomes_current_beside_older_scores_and_is_gone(tmp_path):
    web_import(tmp_path, *made.files(tmp_path / "f"))
    release = open_release(tmp_path)
    release.put_scores({"trust": np.ones(5), "pagerank": np.zeros(5)}, {"by": "old"})
    with release.draft("key") as draft:
        draft.write("pagerank", np.float64, [np.arange(5.0)])
        draft.end("one", {}, COST)
        with pytest.raises(IndexLocked):
            release.put_scores({"trust": np.zeros(5)}, {})
        release.adopt(draft, {"by": "new"})
    info = release.score_info
    assert (release.score("pagerank").tolist(), info["pagerank"].about) == ([0, 1, 2, 3, 4], {"by": "new"})
    assert (release.score("trust").tolist(), info["trust"].about) == ([1] * 5, {"by": "old"})
    assert not list(release.folder.glob("ranking-*"))


def test_an_import_removes_drafts_of_the_data_it_replaces(tmp_path):
    web_import(tmp_path, *made.files(tmp_path / "f"))
    release = open_release(tmp_path)
    with release.draft("key") as draft:
        draft.write("pagerank", np.float64, [np.arange(5.0)])
        draft.end("one", {}, COST)
    edges = [(0, 1), (1, 2)]
    web_import(tmp_path, *made.files(tmp_path / "g", edges=edges))
    assert open_release(tmp_path).info.data == 2
    assert not list(release.folder.glob("ranking-*"))
