"""Every format, to a file and to standard output."""

from __future__ import annotations

import csv
import io
import json
import os
from datetime import date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from backlit.cli.formats import Format
from backlit.cli.output import choose_format, first_rows, fit_widths, write_result, write_text
from backlit.errors import InputError
from backlit.questions.result import Provenance, Result

SCHEMA = pa.schema(
    [
        ("url", pa.string()),
        ("follow", pa.bool_()),
        ("links", pa.int64()),
        ("seen", pa.timestamp("us")),
        ("day", pa.date32()),
    ]
)
ROWS = [
    {
        "url": "https://a.com/ü?x=1,2",
        "follow": True,
        "links": 1234,
        "seen": datetime(2024, 1, 31, 12),
        "day": None,
    },
    {"url": '=cmd|"\x1b[31m', "follow": None, "links": None, "seen": None, "day": date(2024, 1, 31)},
    {"url": "", "follow": False, "links": 0, "seen": datetime(2024, 1, 1), "day": None},
]
PROVENANCE = Provenance(("table", "warc"), "2024-02-01", 7)
LINE = "Origin: table, warc · data of 2024-02-01 · generation 7"


def result(rows=ROWS, schema=SCHEMA, **more):
    return Result(pa.Table.from_pylist(rows, schema), PROVENANCE, **more)


def written(capsys, format_, *args, **more):
    write_result(result(**more), format_, None, *args)
    return capsys.readouterr()


def test_csv_follows_the_rfc_and_disarms_formulas(capsys):
    said = written(capsys, Format.csv)
    assert said.out == (
        "url,follow,links,seen,day\r\n"
        '"https://a.com/ü?x=1,2",true,1234,2024-01-31T12:00:00Z,\r\n'
        '"\'=cmd|""\x1b[31m",,,,2024-01-31\r\n'
        '"",false,0,2024-01-01T00:00:00Z,\r\n'
    )
    assert said.err == LINE + "\n"
    assert len(list(csv.reader(io.StringIO(said.out, newline=""), strict=True))) == 4


def test_a_single_unknown_cell_is_still_a_line(capsys):
    said = written(capsys, Format.csv, ["links"])
    assert said.out == "links\r\n1234\r\n\r\n0\r\n"


def test_json_has_meta_and_rows(capsys):
    said = written(capsys, Format.json, total=9, notes=["mind this"])
    document = json.loads(said.out)
    assert document["meta"] == {
        "origins": ["table", "warc"],
        "data_date": "2024-02-01",
        "generation": 7,
        "authority": None,
        "total": 9,
        "columns": SCHEMA.names,
        "notes": ["mind this"],
    }
    assert document["rows"][1] == {
        "url": '=cmd|"\x1b[31m',
        "follow": None,
        "links": None,
        "seen": None,
        "day": "2024-01-31",
    }
    assert "\x1b" not in said.out
    assert said.err == f"{LINE}\nmind this\n"


def test_json_lines_are_one_object_a_line(capsys):
    lines = written(capsys, Format.jsonl, ["links", "url"]).out.splitlines()
    assert [list(json.loads(line)) for line in lines] == [["links", "url"]] * 3


@pytest.mark.parametrize("format_", [Format.csv, Format.json, Format.jsonl, Format.table])
def test_no_rows_are_written_too(capsys, format_):
    said = written(capsys, format_, rows=[], total=0)
    expected = {
        Format.csv: "url,follow,links,seen,day\r\n",
        Format.jsonl: "",
        Format.table: f"url  follow  links  seen  day\n---  ------  -----  ----  ---\n0 of 0 rows · {LINE}\n",
    }
    if format_ is Format.json:
        assert json.loads(said.out)["rows"] == []
    else:
        assert said.out == expected[format_]


def test_a_table_that_is_no_screen_is_aligned_and_whole(capsys):
    said = written(capsys, Format.table, total=30)
    assert said.out == (
        "url                    follow  links  seen                 day\n"
        "---------------------  ------  -----  -------------------  ----------\n"
        "https://a.com/ü?x=1,2  true     1234  2024-01-31 12:00:00  –\n"
        '=cmd|"\\x1b[31m         –           –  –                    2024-01-31\n'
        "                       false       0  2024-01-01           –\n"
        f"3 of 30 rows · {LINE}\n"
    )
    assert said.err == ""


class Screen(io.StringIO):
    """A terminal, as far as writers can see."""

    def isatty(self):
        return True


def test_on_a_terminal_nothing_foreign_is_markup_or_an_escape(monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    rows = [{"url": "[red]x[/red] :smile: \x1b]0;title\x07 \u202e", "follow": True, "links": 1}]
    screens = {}
    for format_ in (Format.table, Format.csv, Format.json, Format.jsonl):
        screen = screens[format_] = Screen()
        monkeypatch.setattr("sys.stdout", screen)
        write_result(result(rows=rows), format_, None)
        assert "\x1b]" not in screen.getvalue()
        assert "\x07" not in screen.getvalue()
        assert "\u202e" not in screen.getvalue()
    assert "[red]x[/red] :smile: \\x1b]0;title\\x07 \\u202e" in screens[Format.table].getvalue()


def test_a_table_on_a_narrow_terminal_is_no_wider(monkeypatch):
    monkeypatch.setenv("COLUMNS", "47")
    screen = Screen()
    monkeypatch.setattr("sys.stdout", screen)
    write_result(result(rows=[{"url": "https://a.com/" + "long/" * 40, "links": 1}]), Format.table, None)
    assert screen.getvalue() == (
        "\x1b[1murl                    follow  links  seen  day\x1b[0m\n"
        "---------------------  ------  -----  ----  ---\n"
        "a.com/long/lo…g/long/  –           1  –     –\n"
        f"1 row · {LINE}\n"
    )


@pytest.mark.parametrize(
    ("widths", "room", "fitted"),
    [
        ([5, 5], 12, [5, 5]),
        ([50, 5], 30, [23, 5]),
        ([50, 60, 5], 54, [22, 23, 5]),
        ([12, 60, 5], 54, [12, 33, 5]),
        ([50, 60, 5], 20, [10, 10, 5]),
    ],
)
def test_long_texts_share_what_the_rest_leaves(widths, room, fitted):
    assert fit_widths(widths, [True] * (len(widths) - 1) + [False], room) == fitted


def test_parquet_keeps_types_and_where_it_came_from(tmp_path):
    out = tmp_path / "rows.parquet"
    write_result(result(), Format.parquet, out, ["links", "seen"])
    table = pq.read_table(out)
    assert table.schema.types == [pa.int64(), pa.timestamp("us")]
    assert table["links"].to_pylist() == [1234, None, 0]
    assert json.loads(table.schema.metadata[b"backlit"]) == {
        "origins": ["table", "warc"],
        "data_date": "2024-02-01",
        "generation": 7,
    }


def test_parquet_is_not_for_the_screen(monkeypatch):
    monkeypatch.setattr("sys.stdout", Screen())
    with pytest.raises(InputError, match="name a file with --out"):
        write_result(result(), Format.parquet, None)


@pytest.mark.parametrize("format_", list(Format))
def test_a_file_appears_only_when_it_is_whole(tmp_path, format_):
    out = tmp_path / "rows"
    out.write_text("before")

    def breaking():
        yield from pa.Table.from_pylist(ROWS, SCHEMA).to_batches()
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="disk is full"):
        write_result(Result(breaking, PROVENANCE, schema=SCHEMA), format_, out)
    assert os.listdir(tmp_path) == ["rows"]
    assert out.read_text() == "before"
    write_result(result(), format_, out)
    assert os.listdir(tmp_path) == ["rows"]
    assert out.read_bytes() != b"before"


def test_a_file_gets_the_usual_rights(tmp_path):
    out = tmp_path / "rows.csv"
    mask = os.umask(0o027)
    try:
        write_result(result(), Format.csv, out)
    finally:
        os.umask(mask)
    assert oct(out.stat().st_mode & 0o777) == "0o640"


def test_what_is_no_file_is_written_to_and_not_replaced(tmp_path):
    out = tmp_path / "null"
    out.symlink_to("/dev/null")
    write_result(result(), Format.csv, out)
    assert out.is_symlink()


def test_an_unwritable_place_is_said_in_a_sentence(tmp_path):
    with pytest.raises(InputError, match=r"cannot be written: No such file or directory\."):
        write_result(result(), Format.csv, tmp_path / "missing" / "rows.csv")
    with pytest.raises(InputError, match=r"cannot be written: Is a directory\."):
        write_text("x", tmp_path)


def test_an_unknown_column_is_refused(tmp_path):
    with pytest.raises(InputError, match="There is no column 'ur' here; the columns are url, follow"):
        write_result(result(), Format.csv, tmp_path / "x.csv", ["ur"])


def test_the_format_is_told_from_the_ending(tmp_path):
    names = ["x.csv", "x.JSON", "x.jsonl", "x.ndjson", "x.parquet", "x.txt", "x"]
    assert [choose_format(None, tmp_path / name).value for name in names] == [
        "csv",
        "json",
        "jsonl",
        "jsonl",
        "parquet",
        "table",
        "table",
    ]
    assert choose_format(Format.json, tmp_path / "x.csv") is Format.json
    assert choose_format(None, None) is Format.table


def test_first_rows_of_a_stream_say_that_there_are_more():
    table = pa.table({"a": list(range(10))})

    def stream():
        return Result(lambda: iter(table.to_batches(max_chunksize=3)), PROVENANCE, schema=table.schema)

    cut = first_rows(stream(), 4)
    assert cut.arrow()["a"].to_pylist() == [0, 1, 2, 3]
    assert cut.notes == ("There are more rows than 4: see them with --limit, or --format and --out.",)
    assert first_rows(stream(), 10).notes == ()
    assert len(first_rows(stream(), None)) == 10
