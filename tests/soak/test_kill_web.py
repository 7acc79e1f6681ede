"""``kill -9`` at random instants of an import of a web graph: what was there stays, and a rerun ends the same."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import release_files as made
from backlit.release.release import open_release, releases

KILLS = int(os.environ.get("BACKLIT_KILLS", "2"))
NAME = "cc-main-2026-apr-may-jun"


def command(index: Path, files: list[Path]) -> list[str]:
    return [
        *(sys.executable, "-m", "backlit", "--index", str(index), "web", "import"),
        *(*map(str, files), "--linked", "--memory", "1GB"),
    ]


def content(index: Path) -> dict[str, bytes]:
    folder = open_release(index).folder
    files = (p for p in folder.glob("data-*/**/*") if p.is_file() and p.name != "scores.json")
    return {str(p.relative_to(folder)).partition("/")[2]: p.read_bytes() for p in files}


def test_a_killed_import_leaves_what_was_there_and_a_rerun_ends_the_same(tmp_path: Path) -> None:
    names = [f"com.a{i:05d}" for i in range(20_000)]
    edges = [(i, (i * 7919 + k * k * 31) % 20_000) for i in range(0, 20_000, 2) for k in range(10)]
    ranks = {name: (float(i), 1.0 / (i + 1)) for i, name in enumerate(names)}
    old = made.files(tmp_path / "old", NAME)
    new = made.files(tmp_path / "new", NAME, names=names, edges=edges, ranks=ranks)
    before = tmp_path / "before"
    subprocess.run(command(before, old), check=True, capture_output=True)
    calm = tmp_path / "calm"
    shutil.copytree(before, calm)
    began = time.monotonic()
    subprocess.run(command(calm, new), check=True, capture_output=True)
    seconds = time.monotonic() - began
    wanted = content(calm)
    dice = random.Random(5)
    killed = attempts = 0
    while killed < KILLS and attempts < 4 * KILLS:
        attempts += 1
        index = tmp_path / "index"
        shutil.rmtree(index, ignore_errors=True)
        shutil.copytree(before, index)
        process = subprocess.Popen(command(index, new), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(dice.uniform(0.2, 0.95) * seconds)
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        assert len(releases(index)) == 1
        assert open_release(index).nodes in (5, len(names))
        subprocess.run(command(index, new), check=True, capture_output=True)
        assert content(index) == wanted
        assert not (open_release(index).folder / "importing").exists()
    assert killed >= KILLS // 2
