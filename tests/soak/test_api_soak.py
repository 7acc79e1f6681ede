"""The API under generated requests for as long as BACKLIT_API_SECONDS says; a round of them otherwise."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from api_fuzz import fuzz
from index_rows import crawl, link, publish_batches
from live_server import Live, start

SECONDS = float(os.environ.get("BACKLIT_API_SECONDS", "5"))


@pytest.mark.filterwarnings("ignore")
def test_no_generated_request_is_ever_a_fault(tmp_path: Path) -> None:
    rows = [
        link(
            f"https://s{n % 40}.com/{n}",
            f"https://shop.com/{n % 7}",
            f"2026-01-{n % 28 + 1:02d}",
            anchor=f"a{n}",
        )
        for n in range(400)
    ]
    publish_batches(tmp_path / "index", [crawl(rows, "2026-02-01")])
    log = tmp_path / "server.log"
    process = start(
        *("--port", "0", "--allow-writes", "--import-from", str(tmp_path / "index")),
        *("--access-log", str(tmp_path / "access.log")),
        index=tmp_path / "index",
        log=log,
        settings="[server]\njobs_waiting = 2\n",
    )
    try:
        live = Live(process, log)
        sent = fuzz(f"http://127.0.0.1:{live.port}", examples=5, seconds=SECONDS, seed=int(time.time()))
        assert sent > 0
        assert live.get("/healthz")[0] == 200
    finally:
        process.kill()
        process.communicate()
    assert "Traceback" not in log.read_text()
