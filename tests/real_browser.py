"""The real browser of the tests: how it is found and started, and what it says of a page that is too wide."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

#: Elements that stick out of the page on the right and that no scrolling box holds.
STICKING_OUT = """() => Array.from(document.querySelectorAll('body *'))
    .filter((node) => node.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .filter((node) => {
        for (let up = node.parentElement; up; up = up.parentElement)
            if (getComputedStyle(up).overflowX !== 'visible') return false;
        return true;
    })
    .slice(0, 5)
    .map((node) => node.outerHTML.slice(0, 120))"""


def chromium() -> str:
    """A Chromium that starts, or a skip that says what to do."""
    for name in (os.environ.get("BACKLIT_CHROMIUM"), "chromium", "google-chrome"):
        found = shutil.which(name) if name else None
        if found and subprocess.run([found, "--version"], capture_output=True, timeout=60).returncode == 0:
            return found
    pytest.skip("there is no Chromium here (apt-get install chromium, or set BACKLIT_CHROMIUM)")
