"""The pages about this API are true: tables, examples, the preload."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backlit.server.dataforseo.fields import NEVER_KNOWN

ROOT = Path(__file__).resolve().parents[2]
Ask = Callable[..., dict[str, Any]]


def test_the_page_of_fields_is_not_stale() -> None:
    spec = importlib.util.spec_from_file_location("made", ROOT / "scripts" / "make_dataforseo_docs.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    assert made.PAGE.read_text("utf-8") == made.page(), "run python scripts/make_dataforseo_docs.py"


def test_what_is_said_to_be_always_null_is_and_the_rest_is_known(result: Ask) -> None:
    known: dict[str, bool] = {}
    answers = [result("summary/live", target="shop.com")]
    for path in ("backlinks/live", "domain_pages/live"):
        answers += result(path, target="shop.com", limit=1000)["items"]
    for item in answers:
        for name, value in item.items():
            parts = (
                {f"{name}.{key}": each for key, each in value.items()}
                if isinstance(value, dict)
                else {name: value}
            )
            for key, each in parts.items():
                known[key] = known.get(key, False) or each not in (None, {})
    never = {name for name, found in known.items() if not found}
    # Links of the small web stand, so nothing is lost; and nothing is known of the shop's own host.
    assert never - NEVER_KNOWN == {
        *("lost_date", "page_summary.lost_date", "info.cms", "info.country", "info.platform_type"),
        *("meta.canonical", "meta.powered_by", "meta.platform_type"),
    }
    assert never >= NEVER_KNOWN


def test_the_preload_sends_requests_to_the_server(host: str, tmp_path: Path) -> None:
    if shutil.which("node") is None:
        pytest.skip("node is not installed, so the preload cannot be tried")
    page = (ROOT / "docs" / "dataforseo-mcp.md").read_text("utf-8")
    found = re.search(r"```javascript\n(.*?)```", page, re.DOTALL)
    assert found is not None
    (tmp_path / "redirect.mjs").write_text(found[1], "utf-8")
    (tmp_path / "ask.mjs").write_text(
        """
const login = "Basic " + Buffer.from("me@example.com:secret").toString("base64");
const options = { method: "POST", headers: { Authorization: login }, body: '[{"target": "shop.com"}]' };
const url = "https://api.dataforseo.com/v3/backlinks/summary/live.ai";
const answers = [await fetch(url, options), await fetch(new Request(url, options))];
console.log(JSON.stringify(await Promise.all(answers.map((answer) => answer.json()))));
""",
        "utf-8",
    )
    ran = subprocess.run(
        ["node", "--import", str(tmp_path / "redirect.mjs"), str(tmp_path / "ask.mjs")],
        env={"PATH": "/usr/bin:/bin", "BACKLIT_SERVER": host},
        capture_output=True,
        check=True,
        timeout=60,
    )
    answers = json.loads(ran.stdout)
    assert [answer["status_code"] for answer in answers] == [20000, 20000]
    assert answers[0]["items"] == answers[1]["items"] != []
