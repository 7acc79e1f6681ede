"""Every page of the dashboard in a real browser: no wider than the screen, quiet, and without a barrier that axe finds.

And a walk through them with JavaScript switched off.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backlit.server.dashboard import registry
from backlit.server.dashboard.page import Page
from index_rows import crawl, link, publish_batches
from live_server import Live, start

axe_api = pytest.importorskip(
    "axe_playwright_python.sync_playwright", reason="the tests of barriers need axe"
)

WIDTHS = (390, 1280, 1920)
PAGES = registry.found()
#: Elements that stick out of the page on the right and that no box of their own scrolls.
STICKING_OUT = """() => Array.from(document.querySelectorAll('body *'))
    .filter((node) => node.checkVisibility())
    .filter((node) => node.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .filter((node) => {
        for (let up = node; up; up = up.parentElement)
            if (up !== document.documentElement && up !== document.body
                && getComputedStyle(up).overflowX !== 'visible' && up !== node) return false;
        return true;
    })
    .slice(0, 5)
    .map((node) => node.outerHTML.slice(0, 120))"""
HOSTILE = ("<script>alert(1)</script>", "\u202eesrever", "متجر لبيع", "w" * 10_000, "👩‍👩‍👧", "a b c")


@pytest.fixture(scope="module")
def server(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over links of many domains to shop.com, in two looks a month apart, some of them hostile."""
    folder = tmp_path_factory.mktemp("dashboard")
    rows = [
        link(
            f"https://s{at:03}.com/{'deep/' * (at % 30)}page?q={at}",
            f"https://shop.com/{'x' * (at * 7 % 200)}",
            "2026-01-05",
            anchor=HOSTILE[at % len(HOSTILE)],
            follow=at % 3 > 0,
            rel="" if at % 3 else "nofollow ugc",
            placement=("content", "nav", "footer")[at % 3],
        )
        for at in range(130)
    ]
    long_name = ".".join(["a" * 63, "b" * 63, "c" * 63, "d" * 56, "test"])
    rows.append(link(f"https://{long_name}/", "https://shop.com/", "2026-01-05", source_domain=long_name))
    rows += [
        link(f"https://s{at:03}.com/rival", "https://other.com/", "2026-01-05") for at in range(0, 60, 2)
    ]
    rows.append(link("https://a.com/1", "https://shop.com/", "2026-01-05"))
    later = [link("https://late.com/1", "https://shop.com/", "2026-02-05")]
    publish_batches(
        folder / "index",
        [crawl(rows, "2026-01-05"), crawl(later, "2026-02-05", also=(rows[0]["source_url"],))],
    )
    live = Live(
        start("--port", "0", "--allow-writes", index=folder / "index", log=folder / "log"), folder / "log"
    )
    address = f"http://127.0.0.1:{live.port}"
    live.get("/overview?target=shop.com", accept="text/html")
    for _ in range(200):
        if b"data-pending" not in live.get("/overview?target=shop.com", accept="text/html")[1]:
            break
    yield address
    live.stop()
    assert live.process.stdout is not None
    live.process.stdout.close()


def path_of(page: Page, server: str, browser: Any) -> str:
    path = page.example if page.example.startswith("/") else page.path + page.example
    if "{link}" in path:
        context = browser.new_context()
        answer = context.request.get(f"{server}/api/v1/links?target=shop.com&limit=1&columns=link_id")
        path = path.replace("{link}", str(answer.json()["data"][0]["link_id"]))
        context.close()
    return path


class Visit:
    """One look at a page, and what the browser complained of."""

    def __init__(self, browser: Any, url: str, scheme: str, width: int, **more: Any) -> None:
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        self.context = browser.new_context(
            color_scheme=scheme, viewport={"width": width, "height": 900}, **more
        )
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._hear)
        host = url.split("/")[2]
        self.page.on("request", lambda one: one.url.split("/")[2] == host or self.strangers.append(one.url))
        self.answer = self.page.goto(url)

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def __enter__(self) -> Visit:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_fits_every_screen_and_has_no_barrier(
    browser: Any, server: str, page: Page, scheme: str
) -> None:
    path = path_of(page, server, browser)
    with Visit(browser, server + path, scheme, WIDTHS[0]) as visit:
        assert visit.answer.status == 200
        for width in WIDTHS:
            visit.page.set_viewport_size({"width": width, "height": 900})
            wide = visit.page.evaluate("() => document.documentElement.scrollWidth")
            assert (wide, visit.page.evaluate(STICKING_OUT)) == (width, []), width
            if width < WIDTHS[-1]:
                found = axe_api.Axe().run(visit.page)
                told = [
                    (one["id"], one["help"], [node["html"][:160] for node in one["nodes"]][:3])
                    for one in found.response["violations"]
                ]
                assert told == [], width
        assert visit.complaints == []
        assert visit.strangers == []


def test_the_walk_without_javascript(browser: Any, server: str) -> None:
    with Visit(
        browser, server + "/", "light", 1280, java_script_enabled=False, accept_downloads=True
    ) as visit:
        page = visit.page
        page.fill("#target", "shop.com")
        page.click("form.ask button")
        assert page.url == f"{server}/overview?target=shop.com"
        page.click("nav.side >> text=Referring domains")
        assert page.locator("h1").inner_text() == "Referring domains"
        page.fill("#where", "source_domain >= s010")
        page.click("form.filter >> text=Apply")
        assert page.locator(".bar .count").inner_text() == "1–50 of 120"
        page.click("thead >> text=domain")
        assert page.locator("th[aria-sort=ascending]").inner_text().startswith("domain")
        assert page.locator("tbody td").first.inner_text() == "s010.com"
        page.click(".bar >> text=Next")
        assert page.locator(".bar .count").inner_text() == "51–100 of 120"
        assert page.locator("tbody td").first.inner_text() == "s060.com"
        page.click("summary:has-text('All rows as a file')")
        with page.expect_download() as download:
            page.click("a:has-text('CSV')")
        rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text())))
        assert [row["source_domain"] for row in rows] == [f"s{at:03}.com" for at in range(10, 130)]
        page.go_back()
        assert page.locator(".bar .count").inner_text() == "1–50 of 120"
        page.go_back()
        page.go_back()
        assert page.locator("h1").inner_text() == "Referring domains"
        assert visit.complaints == []


def test_controls_and_theme_without_javascript(browser: Any, server: str) -> None:
    with Visit(browser, f"{server}/links?target=shop.com", "light", 1280, java_script_enabled=False) as visit:
        page = visit.page
        page.click("summary:has-text('Add a test')")
        page.select_option("#f_column", "placement")
        page.select_option("#f_operator", "=")
        page.fill("#f_value", "nav")
        page.click("text=Add >> nth=-1")
        assert page.input_value("#where") == 'placement = "nav"'
        page.click("summary:has-text('Columns')")
        page.check("input[value=rel]")
        page.uncheck("input[value=anchor]")
        page.click("form.choose button")
        heads = page.locator("thead th").all_inner_texts()
        assert "rel" in heads
        assert "anchor" not in heads
        page.click("form.theme button")
        assert page.get_attribute("html", "data-theme") == "dark"
        assert page.input_value("#where") == 'placement = "nav"'


def test_keys_lead_along_the_rows(browser: Any, server: str) -> None:
    with Visit(browser, f"{server}/domains?target=shop.com", "light", 1280) as visit:
        page = visit.page
        page.keyboard.press("f")
        assert page.evaluate("() => document.activeElement.id") == "where"
        page.keyboard.type("links > 0 j")
        assert page.input_value("#where") == "links > 0 j"
        page.evaluate("() => document.activeElement.blur()")
        page.keyboard.press("j")
        page.keyboard.press("j")
        assert page.evaluate("() => document.querySelectorAll('tr.here').length") == 1
        assert page.locator("tbody tr").nth(1).get_attribute("class") == "here"
        page.keyboard.press("n")
        page.wait_for_url("**offset=50**")


def test_the_first_thing_is_the_way_past_the_menu(browser: Any, server: str) -> None:
    with Visit(browser, f"{server}/links?target=shop.com", "light", 1280) as visit:
        visit.page.keyboard.press("Tab")
        assert visit.page.evaluate("() => document.activeElement.className") == "skip"
        visit.page.keyboard.press("Enter")
        assert visit.page.evaluate("() => document.activeElement.id") == "main"
