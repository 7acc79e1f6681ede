"""The pictures of the dashboard in docs/images/, made anew from the demo table that ships with backlit.

scripts/make_pictures.py [--out docs/images]

Wants the packages of the tests and Chromium (BACKLIT_CHROMIUM, else the one on the path). The index is made in a
temporary folder and served on this machine only. Pictures are PNG with a palette, which a page of few colours needs
no more than; one that is larger than it may be is an error.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
LARGEST = 150_000
WAIT_SECONDS = 120
#: Pixels that a colour needs to be one of its own, not an edge.
_LEAST_PIXELS = 12


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
    Picture("audit", "/audit?target=stackexchange.com", 800),
    Picture(
        "evidence",
        "/audit?target=stackexchange.com",
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
            made = with_palette(taken(browser, address, picture))
            if len(made) > LARGEST:
                sys.exit(f"{picture.name}.png has {len(made):,} bytes, and {LARGEST:,} are the most.")
            (out / f"{picture.name}.png").write_bytes(made)
            print(f"{out / picture.name}.png  {len(made):,} bytes")
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
    """The page as PNG, once its verdicts are there."""
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
    shot = page.screenshot()
    context.close()
    return shot


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


def with_palette(png: bytes) -> bytes:
    """A PNG of at most 256 colours, from one of eight bits a channel.

    Most are the commonest ones; the others are those that are farthest from all that were taken before, so that a
    small mark keeps its colour. Edges of letters take the nearest.
    """
    pixels = read_png(png)
    flat = pixels.reshape(-1, 3).astype(np.int64)
    packed = flat[:, 0] << 16 | flat[:, 1] << 8 | flat[:, 2]
    colours, at, counts = np.unique(packed, return_inverse=True, return_counts=True)
    every = np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=1)
    common = np.argsort(-counts, kind="stable")
    kept = [int(one) for one in common[:192]]
    seen = counts >= _LEAST_PIXELS
    away = np.min([((every - every[one]) ** 2).sum(axis=1) for one in kept], axis=0) * seen
    while len(kept) < 256 and away.max() > 0:
        kept.append(int(away.argmax()))
        away = np.minimum(away, ((every - every[kept[-1]]) ** 2).sum(axis=1))
    palette = every[kept]
    nearest = np.array([np.argmin(((palette - one) ** 2).sum(axis=1)) for one in every], np.uint8)
    image = nearest[at.reshape(-1)].reshape(pixels.shape[:2])
    rows = np.concatenate([np.zeros((image.shape[0], 1), np.uint8), image], axis=1)
    head = struct.pack(">IIBBBBB", image.shape[1], image.shape[0], 8, 3, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"PLTE", palette.astype(np.uint8).tobytes())
        + chunk(b"IDAT", zlib.compress(rows.tobytes(), 9))
        + chunk(b"IEND", b"")
    )


def chunk(kind: bytes, data: bytes) -> bytes:
    """A part of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def read_png(png: bytes) -> npt.NDArray[np.uint8]:
    """The pixels of a PNG of eight bits a channel, without interlace, as Chromium writes them."""
    width, height, bits, colour, _, _, interlace = struct.unpack(">IIBBBBB", png[16:29])
    assert (bits, interlace) == (8, 0)
    assert colour in (2, 6)
    channels = 3 if colour == 2 else 4
    data, position = b"", 8
    while position < len(png):
        length = int.from_bytes(png[position : position + 4], "big")
        if png[position + 4 : position + 8] == b"IDAT":
            data += png[position + 8 : position + 8 + length]
        position += 12 + length
    rows = np.frombuffer(zlib.decompress(data), np.uint8).reshape(height, 1 + width * channels)
    pixels = np.zeros((height, width * channels), np.uint8)
    before = np.zeros(width * channels, np.uint8)
    for number in range(height):
        before = unfiltered(int(rows[number, 0]), rows[number, 1:], before, channels)
        pixels[number] = before
    return pixels.reshape(height, width, channels)[:, :, :3]


def unfiltered(
    kind: int, row: npt.NDArray[np.uint8], above: npt.NDArray[np.uint8], channels: int
) -> npt.NDArray[np.uint8]:
    """A line of a PNG without its filter."""
    if kind == 0:
        return row.copy()
    if kind == 2:
        return row + above
    if kind == 1:
        # Each channel is the running sum of its differences.
        return np.cumsum(row.reshape(-1, channels), axis=0, dtype=np.uint64).astype(np.uint8).reshape(-1)
    line, up, found = row.tolist(), above.tolist(), [0] * len(row)
    for at, value in enumerate(line):
        left = found[at - channels] if at >= channels else 0
        corner = up[at - channels] if at >= channels else 0
        if kind == 3:
            guess = (left + up[at]) // 2
        else:
            base = left + up[at] - corner
            guess = min((left, up[at], corner), key=lambda one, base=base: abs(base - one))
        found[at] = (value + guess) & 255
    return np.array(found, np.uint8)


if __name__ == "__main__":
    main()
