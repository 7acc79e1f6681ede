"""One Chromium for the tests of a module."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from real_browser import FLAGS, chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A running Chromium; a skip that says what is missing."""
    playwright_api = pytest.importorskip("playwright.sync_api", reason="the browser tests need playwright")
    program = chromium()
    with playwright_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=program, headless=True, args=list(FLAGS), chromium_sandbox=False
        )
        yield running
        running.close()
