"""The pictures of the dashboard in docs/images/, made anew from the demo table that ships with backlit.

scripts/make_pictures.py [--out docs/images]

Wants the packages of the tests and Chromium (BACKLIT_CHROMIUM, else the one on the path). The index is made in a
temporary folder and served on this machine only. Pictures are WebP; one that is larger than it may be is an error.
"""

from __future__ import annotations

import argparse
import base64
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
LARGEST = 150_000
WAIT_SECONDS = 120
#: Of WebP, 0 to 100.
QUALITY = 80


class Picture(NamedTuple):
    """A picture: its file, what it shows, and how."""

    name: str
    path: str
    height: int
    scheme: str = "light"
    #: What is clicked before, and what is scrolled to the top, as selectors.
    click: str = ""
    top: str = ""


PICTURES = (
    Picture("overview", "/overview?target=python.org", 1400),
    Picture("audit", "/audit?target=stackexchange.com&tab=all", 800),
    Picture(
        "evidence",
        "/audit?target=stackexchange.com&tab=all",
        800,
        "dark",
        ".item.link a.open",
        "[aria-labelledby=points]",
    ),
    Picture("gap", "/gap?target=python.org&versus=wikipedia.org,gnu.org", 800),
)


def main() -> None:
    """Make all pictures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images")
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    program = shutil.which(os.environ.get("BACKLIT_CHROMIUM") or "chromium") or shutil.which("google-chrome")
    if program is None:
        sys.exit("There is no Chromium here: apt-get install chromium, or set BACKLIT_CHROMIUM.")
    with (
        tempfile.TemporaryDirectory() as place,
        served(Path(place)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"], chromium_sandbox=False
        )
        for picture in PICTURES:
            made = taken(browser, address, picture)
            if len(made) > LARGEST:
                sys.exit(f"{picture.name}.webp has {len(made):,} bytes, and {LARGEST:,} are the most.")
            (out / f"{picture.name}.webp").write_bytes(made)
            print(f"{out / picture.name}.webp  {len(made):,} bytes")
        browser.close()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The demo index behind a server of its own, as its address."""
    command = [sys.executable, "-m", "backlit"]
    subprocess.run([*command, "demo", "--out", str(folder / "demo")], check=True, capture_output=True)
    serve = [*command, "--index", str(folder / "demo" / "index"), "serve", "--port", "0", "--allow-writes"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(serve, stdout=subprocess.PIPE, stderr=quiet, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"http://\S+?:\d+", process.stdout.readline())
        try:
            if found is None:
                sys.exit("The server did not start.")
            yield found[0]
        finally:
            process.terminate()


def taken(browser: Browser, address: str, picture: Picture) -> bytes:
    """The page as WebP, once its verdicts are there."""
    context = browser.new_context(
        viewport={"width": 1280, "height": picture.height}, color_scheme=picture.scheme, locale="en-GB"
    )
    page = context.new_page()
    settled(page, address + picture.path)
    if picture.click:
        page.click(picture.click)
        settled(page, page.url)
    if picture.top:
        page.locator(picture.top).first.evaluate("node => node.scrollIntoView()")
    # Playwright itself writes PNG and JPEG only.
    asked = {"format": "webp", "quality": QUALITY}
    shot = context.new_cdp_session(page).send("Page.captureScreenshot", asked)["data"]
    context.close()
    return base64.b64decode(shot)


def settled(page: Any, url: str) -> None:
    """Open an address, again and again until nothing on it is still computed."""
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        page.goto(url)
        text = page.content()
        if "data-pending" not in text and "comes back by itself" not in text:
            return
        page.wait_for_timeout(500)
    sys.exit(f"The verdicts of {url} did not come within {WAIT_SECONDS} seconds.")


if __name__ == "__main__":
    main()
