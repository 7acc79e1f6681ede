"""Adding inputs: many at once, twice, half-way, stopped, and with nothing to use in them."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from backlit.errors import BacklitError, IndexLocked
from backlit.index import Index
from backlit.index.layout import Layout
from backlit.index.staging import StagedInput
from backlit.work.add import AddSummary, Event, add
from backlit.work.compact import compact

HEAD = "source_url,target_url,anchor,rel\n"


def table(path: Path, rows: int, mark: str = "a") -> Path:
    lines = [
        f"https://{mark}{n % 50}.com/{n},https://t{n % 13}.org/{n % 7},word {n % 5},\n" for n in range(rows)
    ]
    path.write_text(HEAD + "".join(lines))
    return path


def states(summary: AddSummary) -> list[tuple[str, int, int]]:
    return [(i.state, i.links, i.problem_count) for i in summary.inputs]


def test_many_inputs_make_one_generation(tmp_path: Path) -> None:
    inputs = [table(tmp_path / "a.csv", 100), table(tmp_path / "b.csv", 60, "b")]
    summary = add(tmp_path / "i", inputs, workers=2)
    assert states(summary) == [("read", 100, 0), ("read", 60, 0)]
    assert (summary.generation, summary.links) == (1, 160)
    assert Index.open(tmp_path / "i").check() == []


def test_the_same_content_is_never_added_twice(tmp_path: Path) -> None:
    a = table(tmp_path / "a.csv", 10)
    copy = tmp_path / "copy.csv"
    copy.write_bytes(a.read_bytes())
    assert states(add(tmp_path / "i", [a, copy])) == [("read", 10, 0), ("skipped", 10, 0)]
    again = add(tmp_path / "i", [copy])
    assert (again.inputs[0].state, again.generation, again.links, again.used) == ("skipped", None, 10, 1)


def test_workers_do_not_change_a_byte(tmp_path: Path) -> None:
    inputs = [table(tmp_path / f"{n}.csv", 400, n) for n in "abc"]
    for name, workers in (("one", 1), ("two", 2)):
        add(tmp_path / name, inputs, workers=workers, snapshot="2026-01-01")
        compact(tmp_path / name)
    one, two = Index.open(tmp_path / "one"), Index.open(tmp_path / "two")
    assert one.digest() == two.digest()
    assert [f.digest for f in one.manifest.files] == [f.digest for f in two.manifest.files]
    assert [f.name for f in one.manifest.files] == [f.name for f in two.manifest.files]


def test_what_cannot_be_used_is_said_and_the_rest_is_added(tmp_path: Path) -> None:
    junk = tmp_path / "junk.warc.gz"
    junk.write_bytes(os.urandom(500))
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    summary = add(tmp_path / "i", [tmp_path / "nowhere.warc", junk, empty, table(tmp_path / "a.csv", 5)])
    assert [i.state for i in summary.inputs] == ["failed", "failed", "failed", "read"]
    assert all(i.error and str(i.file) in i.error for i in summary.inputs[:3])
    assert (summary.used, summary.links) == (1, 5)


def test_nothing_usable_changes_nothing(tmp_path: Path) -> None:
    add(tmp_path / "i", [table(tmp_path / "a.csv", 5)])
    before = Index.open(tmp_path / "i").digest()
    bad = tmp_path / "bad.csv"
    bad.write_text("colour,size\nred,5\n")
    summary = add(tmp_path / "i", [bad])
    assert (summary.used, summary.generation) == (0, None)
    assert "source_url" in (summary.inputs[0].error or "")
    assert Index.open(tmp_path / "i").digest() == before


def test_a_worker_that_fails_half_way_resumes_without_doubling(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = [table(tmp_path / "a.csv", 400), table(tmp_path / "b.csv", 300, "b")]
    written = StagedInput.write
    calls: list[int] = []

    def failing(self: StagedInput, number: int, batch: Any) -> Any:
        calls.append(number)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        return written(self, number, batch)

    monkeypatch.setattr(StagedInput, "write", failing)
    with pytest.raises(BacklitError, match=r"The disk that holds .* is full"):
        add(tmp_path / "i", inputs, workers=1)
    monkeypatch.setattr(StagedInput, "write", written)
    kept = list((tmp_path / "i" / "staging").rglob("done.json"))
    assert len(kept) == 1
    summary = add(tmp_path / "i", inputs, workers=1)
    whole = add(tmp_path / "whole", inputs)
    assert states(summary) == states(whole)
    assert Index.open(tmp_path / "i").digest() == Index.open(tmp_path / "whole").digest()


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    a = table(tmp_path / "a.csv", 5)
    with Layout(tmp_path / "i").writer(), pytest.raises(IndexLocked):
        add(tmp_path / "i", [a])


def test_progress_goes_from_waiting_to_done(tmp_path: Path) -> None:
    seen: list[Event] = []
    add(tmp_path / "i", [table(tmp_path / "a.csv", 5)], on_progress=seen.append)
    names = [e.state for e in seen]
    assert names[0] == "waiting"
    assert names[-1] == "done"
    assert {"reading", "read", "merging"} <= set(names)


def test_ctrl_c_leaves_the_index_as_it_was_and_the_rerun_ends_the_same(tmp_path: Path) -> None:
    inputs = [str(table(tmp_path / f"{n}.csv", 60_000, n)) for n in "ab"]
    words = [sys.executable, "-m", "backlit", "--index", str(tmp_path / "i"), "add", "--workers", "2"]
    process = subprocess.Popen([*words, *inputs], stderr=subprocess.PIPE, text=True, start_new_session=True)
    until = time.monotonic() + 30
    while time.monotonic() < until and not (tmp_path / "i" / "staging").exists():
        time.sleep(0.02)
    time.sleep(0.3)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=30)
    if process.returncode == 0:
        pytest.skip("the machine was quicker than the signal")
    assert process.returncode == 130
    assert "the same command goes on from there" in said
    assert "Traceback" not in said
    assert not (tmp_path / "i" / "manifest.json").exists()
    done = subprocess.run([*words, *inputs], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    calm = add(tmp_path / "calm", [Path(p) for p in inputs])
    assert calm.links == 120_000
    assert Index.open(tmp_path / "i").digest() == Index.open(tmp_path / "calm").digest()


def test_a_fault_of_ours_in_one_input_does_not_cost_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = [table(tmp_path / "a.csv", 4), table(tmp_path / "b.csv", 3, "b")]
    written = StagedInput.write

    def failing(self: StagedInput, number: int, batch: Any) -> Any:
        if batch.links.num_rows == 4:
            raise RuntimeError("a bug")
        return written(self, number, batch)

    monkeypatch.setattr(StagedInput, "write", failing)
    summary = add(tmp_path / "i", inputs, workers=1)
    assert states(summary) == [("failed", 0, 0), ("read", 3, 0)]
    assert "a fault in backlit (RuntimeError: a bug)" in (summary.inputs[0].error or "")
