"""``kill -9`` at random instants of add, merge and compact: nothing is lost, nothing doubled.

A few instants in the ordinary tests; ``BACKLIT_KILLS=50`` (``make soak``) for the whole run.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from backlit.index import Index
from index_rows import link

KILLS = int(os.environ.get("BACKLIT_KILLS", "2"))
SETTINGS = "[storage]\nbatch_links = 2000\ndelta_min_rows = 1\ndelta_share = 1.0\nmedium_rows = 9000\n"


def table(path: Path, day: str, sources: range) -> Path:
    rows = [
        link(
            f"https://s{s % 97}.com/{s}",
            f"https://t{(s * 7 + k) % 53}.org/{k}",
            day,
            anchor=f"{s % 11} {day}",
        )
        for s in sources
        for k in range(3)
    ]
    import pyarrow as pa

    columns = ["source_url", "target_url", "anchor", "rel", "placement", "first_seen", "last_seen"]
    text = [{c: str(r[c]) if c.endswith("_seen") else r[c] for c in columns} for r in rows]
    pq.write_table(pa.Table.from_pylist(text), path)
    return path


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("inputs")
    (folder / "settings.toml").write_text(SETTINGS)
    return [
        table(folder / "one.parquet", "2026-01-01", range(2000)),
        table(folder / "two.parquet", "2026-01-02", range(1000, 2600)),
        table(folder / "three.parquet", "2026-02-01", range(500, 1500)),
    ]


def command(index: Path, settings: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "backlit", "--index", str(index), "--settings", str(settings), *words]


def steps(index: Path, inputs: list[Path]) -> list[list[str]]:
    settings = inputs[0].parent / "settings.toml"
    first, second, third = (str(p) for p in inputs)
    return [
        command(index, settings, "add", first, second, "--workers", "2", "--snapshot", "2026-01-02"),
        command(index, settings, "add", third, "--snapshot", "2026-02-01"),
        command(index, settings, "compact"),
    ]


def run(words: list[str]) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("step", [0, 1, 2], ids=["add", "merge", "compact"])
def test_a_killed_command_leaves_a_sound_index_and_a_rerun_ends_the_same(
    tmp_path: Path, inputs: list[Path], step: int
) -> None:
    calm = tmp_path / "calm"
    for words in steps(calm, inputs)[:step]:
        run(words)
    before = tmp_path / "before"
    if calm.exists():
        shutil.copytree(calm, before)
    began = time.monotonic()
    run(steps(calm, inputs)[step])
    seconds = time.monotonic() - began
    wanted = Index.open(calm).digest()
    held = Index.open(before).digest() if before.exists() else None
    dice = random.Random(step)
    killed = 0
    attempts = 0
    while killed < KILLS and attempts < 4 * KILLS:
        attempts += 1
        index = tmp_path / "index"
        shutil.rmtree(index, ignore_errors=True)
        if before.exists():
            shutil.copytree(before, index)
        words = steps(index, inputs)[step]
        process = subprocess.Popen(
            words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        time.sleep(dice.uniform(0.1, 0.9 * seconds))
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        if (index / "manifest.json").exists():
            assert Index.open(index).check() == []
            assert Index.open(index).digest() in (held, wanted)
        run(words)
        assert Index.open(index).check() == []
        assert Index.open(index).digest() == wanted
    assert killed >= KILLS // 2
