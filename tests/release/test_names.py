"""The dictionary of names finds what was put in, and nothing else."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backlit.errors import GraphError, IndexDamaged
from backlit.release import names as module
from backlit.release.buffers import buffer_of, forward_name, reversed_name
from backlit.release.names import Names
from backlit.release.namewriter import NamesWriter


def write(folder, names, runs=1):
    with NamesWriter(folder) as writer:
        size = max(-(-len(names) // runs), 1)
        for first in range(0, len(names), size):
            writer.add(buffer_of(names[first : first + size]))
    return Names(folder)


LABEL = st.binary(min_size=1, max_size=8) | st.sampled_from([b"com", b"example", b"a" * 300, b"www", b""])
NAME = st.lists(LABEL, max_size=4).map(b".".join)


@settings(max_examples=60, deadline=None)
@given(st.sets(NAME, max_size=90), st.lists(NAME, max_size=20), st.integers(1, 5))
def test_every_name_is_found_at_its_place_and_no_other_name(kept, others, runs):
    kept = sorted(kept)
    asked = kept + others
    place = {name: i for i, name in enumerate(kept)}
    expected = [place.get(name, -1) for name in asked]
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr("backlit.release.namewriter.BLOCK", 8)
        patch.setattr("backlit.release.namewriter.RESTART", 4)
        names = write(Path(folder) / "names", kept, runs)
        assert [names.find(name) for name in asked] == expected
        assert names.find_many(asked).tolist() == expected
        assert names.find_many(buffer_of(asked)).tolist() == expected
        assert [names.get(i) for i in range(len(kept))] == kept
        back = np.arange(len(kept))[::-1]
        assert names.get_many(back).to_list() == kept[::-1]
        patch.setattr(module, "FEW", 0)
        if kept:
            assert names.get_many(back).to_list() == kept[::-1]
            some = np.repeat(np.arange(0, len(kept), 3), 2)
            assert names.get_many(some).to_list() == [kept[i] for i in some]
            labels = Counter(n.partition(b".")[0] if b"." in n else None for n in kept[::3])
            assert names.first_labels(some) == {label: 2 * count for label, count in labels.items()}
            turned = [
                n.decode("utf-8", "backslashreplace") for n in (b".".join(n.split(b".")[::-1]) for n in kept)
            ]
            assert names.get_many(np.arange(len(kept))).turned().texts().to_pylist() == turned
        assert [n for piece in names.pieces(blocks=2) for n in _each(piece)] == kept
        assert [n for piece in names.pieces(3, 11) for n in _each(piece)] == kept[3:11]
        for name in asked:
            below = [i for i, n in enumerate(kept) if n.startswith(name + b".")]
            assert list(names.below(name)) == below


def _each(piece):
    return [piece[i] for i in range(piece.count)]


def test_the_same_names_give_the_same_bytes_however_they_come(tmp_path):
    names = [b"com.example%05d" % i for i in range(2000)]
    one, many = write(tmp_path / "one", names), write(tmp_path / "many", names, 7)
    for file in ("blocks.bin", "blocks.i64", "firsts.bin", "firsts.i64", "names.json"):
        assert (one.folder / file).read_bytes() == (many.folder / file).read_bytes()


@pytest.mark.parametrize("names", [[b"com.b", b"com.a"], [b"com.a", b"com.a"]])
def test_names_out_of_order_are_refused(tmp_path, names):
    with pytest.raises(GraphError, match="does not come after the one before it, 'com"):
        write(tmp_path / "names", names)
    with pytest.raises(GraphError, match="Name 1,"):
        write(tmp_path / "names", names, 2)
    with pytest.raises(IndexDamaged, match="There are no names"):
        Names(tmp_path / "names")


def test_a_file_that_was_cut_is_refused(tmp_path):
    write(tmp_path / "names", [b"com.a", b"com.b"])
    with (tmp_path / "names" / "blocks.bin").open("r+b") as file:
        file.truncate(5)
    with pytest.raises(IndexDamaged, match="has 5 bytes"):
        Names(tmp_path / "names")


def test_labels_are_turned_round():
    given_ = [b"com.example.www", b"com", b"", b"a..b", b".", b"uk.co.x-y"]
    assert buffer_of(given_).turned().to_list() == [
        b"www.example.com", b"com", b"", b"b..a", b".", b"x-y.co.uk",
    ]  # fmt: skip
    assert buffer_of(given_).part(1, 4).turned().to_list() == [b"com", b"", b"b..a"]
    assert reversed_name("www.example.com") == b"com.example.www"
    assert forward_name(b"com.example.\xff") == "\\xff.example.com"
