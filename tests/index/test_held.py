"""Row groups of pages that are held in memory."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from backlit.index.held import HELD, HeldPages
from backlit.records import PAGES

ROWS = [
    ("a.com", "https://a.com/", 200),
    ("a.com", "https://a.com/x", None),
    ("b.org", "https://b.org/", 404),
    ("c.net", "https://c.net/", 200),
    ("d.de", "https://d.de/", None),
]


def write(path: Path, rows: list[tuple[str, str, int | None]], group: int = 2) -> str:
    columns = {name: pa.nulls(len(rows), PAGES.field(name).type) for name in PAGES.names}
    domains, urls, statuses = zip(*rows, strict=True)
    columns |= {
        "domain": pa.array(domains),
        "url": pa.array(urls),
        "status": pa.array(statuses, pa.int16()),
    }
    parquet.write_table(pa.table(columns, schema=PAGES), path, row_group_size=group)
    return str(path)


def found(table: pa.Table | None) -> list[tuple[str, int | None]]:
    assert table is not None
    assert table.schema == HELD
    return list(zip(table["url"].to_pylist(), table["status"].to_pylist(), strict=True))


@pytest.mark.parametrize("group", [1, 2, 3, 100])
def test_pages_of_domains_are_found_wherever_row_groups_are_cut(tmp_path: Path, group: int) -> None:
    path = write(tmp_path / "pages.parquet", ROWS, group)
    held = HeldPages(1 << 20)
    for _ in range(2):  # read, and then held
        assert found(held.pages_of({path: ["d.de", "a.com", "b.com", "zz.com"]})) == [
            ("https://a.com/", 200),
            ("https://a.com/x", None),
            ("https://d.de/", None),
        ]
    assert found(held.pages_of({path: ["0.com"]})) == []
    assert found(held.pages_of({})) == []


def test_pages_of_several_files_stand_in_one_table(tmp_path: Path) -> None:
    one, two = write(tmp_path / "1.parquet", ROWS[:3]), write(tmp_path / "2.parquet", ROWS[3:])
    assert found(HeldPages(1 << 20).pages_of({one: ["b.org"], two: ["c.net"]})) == [
        ("https://b.org/", 404),
        ("https://c.net/", 200),
    ]


def test_a_file_that_takes_the_place_of_another_is_read_anew(tmp_path: Path) -> None:
    path = write(tmp_path / "pages.parquet", ROWS)
    held = HeldPages(1 << 20)
    assert found(held.pages_of({path: ["b.org"]})) == [("https://b.org/", 404)]
    Path(path).unlink()
    write(Path(path), [("b.org", "https://b.org/new", 200)])
    assert found(held.pages_of({path: ["b.org"]})) == [("https://b.org/new", 200)]


def test_more_than_the_limit_is_neither_read_nor_held(tmp_path: Path) -> None:
    path = write(tmp_path / "pages.parquet", ROWS, 1)
    assert HeldPages(10).pages_of({path: ["a.com"]}) is None
    names = [f"n{n:02}.com" for n in range(30)]
    many = write(tmp_path / "many.parquet", [(name, f"https://{name}/", 200) for name in names], 1)
    held = HeldPages(2000)
    for name in names:
        assert found(held.pages_of({many: [name]})) == [(f"https://{name}/", 200)]
        assert 0 < held.bytes <= 2000
    assert 0 < len(held._groups) < len(names)
