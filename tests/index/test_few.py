"""Columns of few values: coded or plain, they say the same and are written alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from backlit.index.aggregate import rollups
from backlit.index.few import FEW_VALUED, code_few, join, plain, settled
from backlit.index.merge import LINK_MERGE, merge
from backlit.index.schema import STORED_LINKS, to_stored
from backlit.index.staging import StagedInput, read_bucket
from backlit.records import LINKS, Batch
from index_rows import link


def stored(*rows: dict[str, Any]) -> pa.Table:
    return to_stored(pa.Table.from_pylist(list(rows), schema=LINKS))


ROWS = stored(
    link("https://a.com/1", "https://x.net/", "2026-01-01", rel="nofollow", source_language="de"),
    link("https://a.com/1", "https://x.net/", "2026-01-02", rel=None, placement="footer"),
    link("https://b.org/2", "https://x.net/p", "2026-01-02", rel="ugc", kind="image", placement=None),
)


def test_coding_loses_nothing() -> None:
    few = code_few(ROWS)
    assert all(pa.types.is_dictionary(few.schema.field(name).type) for name in FEW_VALUED)
    assert plain(few).to_pylist() == ROWS.to_pylist()


def test_coded_rows_merge_and_count_as_plain_ones() -> None:
    keys = ROWS["link_id"].to_numpy()
    wanted, got = merge(ROWS, keys, LINK_MERGE), merge(code_few(ROWS), keys, LINK_MERGE)
    assert wanted.num_rows == 2
    assert plain(got).to_pylist() == wanted.to_pylist()
    counted, few = rollups(wanted), rollups(got)
    assert {n: t.to_pylist() for n, t in few.items()} == {n: t.to_pylist() for n, t in counted.items()}


def test_parts_of_a_column_join_whether_coded_plain_or_left_out() -> None:
    first, second = pa.array(["b", None]).dictionary_encode(), pa.array(["a", "b"]).dictionary_encode()
    assert join([first, None, second], [2, 1, 2], pa.string()).to_pylist() == ["b", None, None, "a", "b"]
    assert join([pa.array(["x"]), second, None], [1, 2, 1], pa.string()).to_pylist() == ["x", "a", "b", None]
    assert join([None], [2], pa.int64()) == pa.nulls(2, pa.int64())


def test_a_column_is_settled_alike_however_it_came() -> None:
    came = pa.DictionaryArray.from_arrays(pa.array([2, 0, None], pa.int32()), pa.array(["b", "never", "a"]))
    one, two = settled(pa.chunked_array([came])), settled(pa.chunked_array([["a", "b", None]]))
    assert one.dictionary.to_pylist() == two.dictionary.to_pylist() == ["a", "b"]
    assert one.indices.to_pylist() == two.indices.to_pylist() == [0, 1, None]
    many = pa.chunked_array([[f"w{n}" for n in range(300)]])
    assert settled(many).type == settled(pa.chunked_array([many.combine_chunks().dictionary_encode()])).type


def test_a_part_with_too_many_values_is_staged_plain_beside_coded_ones(tmp_path: Path) -> None:
    many = [link(f"https://a.com/{n}", "https://x.net/", "2026-01-01", rel=f"r{n}") for n in range(1200)]
    few = [link(f"https://b.org/{n}", "https://x.net/", "2026-01-01", rel="ugc") for n in range(3)]
    staged = StagedInput(tmp_path, "one")
    for number, rows in enumerate((many, few)):
        batch = Batch(pa.Table.from_pylist(rows, schema=LINKS), None, None, None, None, [], 0, 0)
        staged.write(number, batch)
    parts = [read_bucket(staged.files("links"), STORED_LINKS, "target_domain", n, 4) for n in range(4)]
    (rows,) = [part for part in parts if part.num_rows]
    assert rows["rel"].to_pylist() == [f"r{n}" for n in range(1200)] + ["ugc"] * 3
    assert plain(rows).cast(STORED_LINKS).num_rows == 1203
