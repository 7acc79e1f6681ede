"""The HTML report in a real browser: quiet, alone, readable in light and dark, and no wider than a phone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from backlit.index import Index
from backlit.questions.profile import profile
from backlit.work.demo import run_demo
from index_rows import crawl, link, publish_batches
from real_browser import STICKING_OUT

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}

#: Colours of the page and of its text, as red, green, blue from 0 to 255.
COLOURS = """() => {
    const brush = document.createElement('canvas').getContext('2d');
    const rgb = (colour) => {
        brush.fillStyle = colour;
        brush.fillRect(0, 0, 1, 1);
        return Array.from(brush.getImageData(0, 0, 1, 1).data).slice(0, 3);
    };
    const painted = [document.body, document.documentElement]
        .map((node) => getComputedStyle(node).backgroundColor)
        .find((colour) => colour !== 'rgba(0, 0, 0, 0)');
    return [rgb(painted || 'Canvas'), rgb(getComputedStyle(document.body).color)];
}"""


@pytest.fixture(scope="module")
def demo_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the shipped table's most linked target."""
    return run_demo(tmp_path_factory.mktemp("demo"), targets=("wikipedia.org",)).reports[0]


@pytest.fixture(scope="module")
def hostile_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of links whose texts and addresses try to break out of it."""
    texts = [
        "<script>document.title='broken'</script>",
        '"><img src=https://spy.example/pixel.png onerror=alert(1)>',
        "<style>@import url(https://spy.example/x.css);</style>",
        "\u202eesrever",
        "w" * 300,
        "متجر",
        "",
    ]
    long_name = ".".join(["a" * 63, "b" * 63, "c" * 63, "test"])
    sources = [f"https://source{at}.test/{'deep/' * 30}?q={at}" for at in range(len(texts))]
    rows = [
        link(source, f"https://shop.example/{'x' * 400}/{at}", "2026-03-01", anchor=text, rel="nofollow ugc")
        for at, (source, text) in enumerate(zip(sources, texts, strict=True))
    ]
    rows.append(link(f"https://{long_name}/", "https://shop.example/", "2026-03-01", anchor="a word"))
    folder = tmp_path_factory.mktemp("hostile")
    index: Index = publish_batches(folder / "index", [crawl(rows, "2026-03-01")])
    report = folder / "shop.example.html"
    report.write_text(profile(index, "shop.example", audit=True).to_html(), "utf-8")
    return report


class Visit:
    """One look at a page: what it asked for, and what it complained of."""

    def __init__(self, browser: Any, report: Path, *, scheme: str, size: dict[str, int]) -> None:
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.context = browser.new_context(color_scheme=scheme, viewport=size, offline=True)
        self.page = self.context.new_page()
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._hear)
        self.page.goto(report.as_uri())

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def __enter__(self) -> Visit:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()


@pytest.fixture(params=["demo", "hostile"])
def report(request: pytest.FixtureRequest) -> Path:
    found: Path = request.getfixturevalue(f"{request.param}_report")
    return found


def brightness(colour: list[int]) -> float:
    """Relative luminance as the accessibility guidelines define it."""
    parts = [part / 255 for part in colour]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: list[int], other: list[int]) -> float:
    low, high = sorted((brightness(one), brightness(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_asks_for_nothing_and_complains_of_nothing(
    browser: Any, report: Path, scheme: str
) -> None:
    with Visit(browser, report, scheme=scheme, size=DESK) as visit:
        assert visit.asked == [report.as_uri()]
        assert visit.complaints == []
        assert visit.page.locator("script").count() == 0
        assert visit.page.title().startswith("Backlink profile of ")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_can_be_read_in_light_and_in_dark(browser: Any, report: Path, scheme: str) -> None:
    with Visit(browser, report, scheme=scheme, size=DESK) as visit:
        ground, text = visit.page.evaluate(COLOURS)
        assert (brightness(ground) > 0.5) == (scheme == "light")
        assert contrast(ground, text) >= 7


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_report_is_no_wider_than_the_screen(browser: Any, report: Path, size: dict[str, int]) -> None:
    with Visit(browser, report, scheme="light", size=size) as visit:
        width = visit.page.evaluate("() => document.documentElement.scrollWidth")
        assert (width, visit.page.evaluate(STICKING_OUT)) == (size["width"], [])
