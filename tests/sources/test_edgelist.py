"""Edge lists: whole files and pieces of them, bad lines by number, damage, against a plain reader."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import backlit.sources.edgelist as edgelist
from backlit.errors import SourceError
from backlit.records import Problem
from backlit.sources.edgelist import read_edges

Pairs = list[tuple[int, int]]


def read(path: Path, **more: int) -> tuple[Pairs, list[Problem], int]:
    pairs: Pairs = []
    problems: list[Problem] = []
    lines = 0
    for run in read_edges(path, **more):
        pairs += zip(run.source.tolist(), run.target.tolist(), strict=True)
        problems += run.problems
        lines = run.lines
    return pairs, problems, lines


def written(folder: Path, data: bytes, name: str = "edges.txt") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.compress])
def test_two_numbers_a_line_plain_or_compressed(tmp_path: Path, pack: object) -> None:
    data = b"# from\tto\n0\t1\n7\t4294967295\r\n\n12\t3"
    found = read(written(tmp_path, pack(data)))  # type: ignore[operator]
    assert found == ([(0, 1), (7, 4294967295), (12, 3)], [], 5)


def test_a_file_of_several_gzip_members_is_read_to_its_end(tmp_path: Path) -> None:
    path = written(tmp_path, gzip.compress(b"1\t2\n3") + gzip.compress(b"\t4\n"))
    assert read(path)[0] == [(1, 2), (3, 4)]


def test_an_empty_file_has_no_edges(tmp_path: Path) -> None:
    assert read(written(tmp_path, b"")) == ([], [], 0)
    assert read(written(tmp_path, gzip.compress(b""))) == ([], [], 0)


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        (b"1", "bad-line"),
        (b"1\t", "bad-line"),
        (b"\t1", "bad-line"),
        (b"1 2", "bad-line"),
        (b"1\t2\t3", "bad-line"),
        (b"-1\t2", "bad-line"),
        (b"1\t2 ", "bad-line"),
        (b"1\t2\r\r", "bad-line"),
        (b"1.0\t2", "bad-line"),
        (b" ", "bad-line"),
        (b"1\t4294967296", "number-too-large"),
        (b"99999999999999999999999999\t1", "number-too-large"),
        (b"18446744073709551617\t1", "number-too-large"),
    ],
)
def test_a_bad_line_is_located_and_costs_no_other(tmp_path: Path, line: bytes, cause: str) -> None:
    path = written(tmp_path, b"5\t6\n" + line + b"\n7\t8\n")
    pairs, problems, lines = read(path)
    assert pairs == [(5, 6), (7, 8)]
    assert [(p.file, p.place, p.cause) for p in problems] == [(str(path), "line 2", cause)]
    assert lines == 3


def test_the_sentence_shows_the_line(tmp_path: Path) -> None:
    _, problems, _ = read(written(tmp_path, b"1\t2\nfoo\tb\xffr\r\n"))
    assert problems[0].message == (
        "The line 'foo\\tb\ufffdr' is not two numbers with a tab between them; it was left out."
    )


def test_of_many_bad_lines_the_first_are_named_and_the_rest_counted(tmp_path: Path) -> None:
    path = written(tmp_path, b"1\t2\n" + b"x\n" * 5000 + b"3\t4\n")
    pairs, problems, lines = read(path, in_full=2)
    assert pairs == [(1, 2), (3, 4)]
    assert [p.place for p in problems[:2]] == ["line 2", "line 3"]
    counted = [int(p.message.split()[0].replace(",", "")) for p in problems[2:]]
    assert sum(counted) == 4998
    assert problems[-1].place.endswith("line 5001")
    assert lines == 5002


def test_a_cut_file_gives_what_came_before_and_not_half_a_number(tmp_path: Path) -> None:
    data = b"".join(b"%d\t%d\n" % (i * 7919 % 100003, i) for i in range(50_000))
    whole = gzip.compress(data)
    expected = [(i * 7919 % 100003, i) for i in range(50_000)]
    for size in (len(whole) - 9, len(whole) // 2, len(whole) // 3 + 1, 40):
        pairs, problems, _ = read(written(tmp_path, whole[:size]))
        assert pairs == expected[: len(pairs)]
        assert [p.cause for p in problems] == ["damaged"]
        assert "cut short" in problems[0].message
    assert len(pairs) < 50_000


def test_damage_in_the_middle_ends_the_edges_with_a_word(tmp_path: Path) -> None:
    data = b"".join(b"%d\t%d\n" % (i, i) for i in range(100_000))
    whole = bytearray(gzip.compress(data))
    whole[len(whole) // 2 :] = b"\xff" * (len(whole) - len(whole) // 2)
    pairs, problems, _ = read(written(tmp_path, bytes(whole)))
    assert pairs[:1000] == [(i, i) for i in range(1000)]
    assert [p.cause for p in problems][-1] == "damaged"


def test_a_line_longer_than_any_edge_is_passed_over(tmp_path: Path) -> None:
    path = written(tmp_path, b"1\t2\n" + b"9" * (3 << 20) + b"\n3\t4\n")
    pairs, problems, lines = read(path)
    assert (pairs, lines) == ([(1, 2), (3, 4)], 3)
    assert [p.place for p in problems] == ["line 2"]
    pairs, problems, lines = read(written(tmp_path, b"1\t2\n" + b"9" * (3 << 20)))
    assert (pairs, lines, len(problems)) == ([(1, 2)], 2, 1)


def test_runs_are_of_bounded_size_and_say_how_far_they_got(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edgelist, "RUN", 7)
    data = b"".join(b"%d\t%d\n" % (i, i + 1) for i in range(30))
    path = written(tmp_path, data)
    runs = list(read_edges(path))
    assert [len(run.source) for run in runs] == [7, 7, 7, 7, 2]
    assert [run.lines for run in runs] == [7, 14, 21, 28, 30]
    assert runs[-1].bytes_done == len(data)


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        list(read_edges(tmp_path / "none.txt"))


def plain(data: bytes) -> tuple[Pairs, list[int]]:
    """The edges and the numbers of the bad lines, the slow way."""
    pairs: Pairs = []
    bad = []
    for number, line in enumerate(data.split(b"\n"), 1):
        line = line.removesuffix(b"\r") if number <= data.count(b"\n") else line
        if not line or line.startswith(b"#"):
            continue
        parts = line.split(b"\t")
        if len(parts) == 2 and all(p.isdigit() for p in parts) and max(map(int, parts)) < 2**32:
            pairs.append((int(parts[0]), int(parts[1])))
        else:
            bad.append(number)
    return pairs, bad


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(
            st.tuples(st.integers(0, 2**33), st.integers(0, 2**33)).map(lambda p: b"%d\t%d" % p),
            st.text("0123456789\t #\r-", max_size=12).map(str.encode),
            st.binary(max_size=6).map(lambda b: b.replace(b"\n", b"")),
        ),
        max_size=12,
    ),
    st.sampled_from([b"\n", b"\r\n"]),
)
def test_any_lines_give_what_a_plain_reader_gives(tmp_path: Path, lines: list[bytes], end: bytes) -> None:
    data = b"".join(line + end for line in lines)
    pairs, problems, _ = read(written(tmp_path, gzip.compress(data, 1)), in_full=100)
    expected, bad = plain(data)
    assert pairs == expected
    assert [int(p.place.split()[1]) for p in problems] == bad
