"""No input below ``/api/v1`` is a fault, every answer is as described; the long form is in tests/soak."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from api_fuzz import fuzz
from live_server import Live, start


@pytest.mark.filterwarnings("ignore")
def test_no_generated_request_is_a_fault(folder: Path, tmp_path: Path) -> None:
    own = Path(shutil.copytree(folder, tmp_path / "index"))
    log = tmp_path / "server.log"
    process = start(
        "--port", "0", "--allow-writes", "--access-log", str(tmp_path / "access.log"), index=own, log=log,
        settings="[server]\njobs_waiting = 2\n",
    )  # fmt: skip
    try:
        live = Live(process, log)
        assert fuzz(f"http://127.0.0.1:{live.port}", examples=1) > 30
        assert live.get("/healthz")[0] == 200
    finally:
        process.kill()
        process.communicate()
    assert "Traceback" not in log.read_text()
