"""Audit, networks and disavow in a real browser: by keyboard, without JavaScript, on a phone, in light and dark."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import live_server
from backlit.index import Index
from backlit.questions.audit import audit
from backlit.questions.reviews import reviews
from backlit.work.add import add
from backlit.work.review import review
from backlit.worlds.tables import write_world
from real_browser import STICKING_OUT

SIZES = ((390, 844), (1280, 900), (1920, 1080))
SLOW = 240_000


class Served:
    """A running server over a small world, and the target with most to review."""

    def __init__(self, index: Path, live: live_server.Live, target: str) -> None:
        self.index = index
        self.live = live
        self.target = target
        self.root = f"http://127.0.0.1:{live.port}"

    def url(self, path: str) -> str:
        mark = "&" if "?" in path else "?"
        return f"{self.root}{path}{mark}target={self.target}"

    def decisions(self) -> dict[str, str]:
        return {row["key"]: row["decision"] for row in reviews(Index.open(self.index), self.target).rows()}

    def forget(self) -> None:
        """Take every decision back."""
        for row in reviews(Index.open(self.index), self.target).rows():
            named = {"link": "links", "domain": "domains", "network": "networks"}[row["scope"]]
            name = row["source_url"] if row["scope"] == "link" else row["key"]
            review(Index.open(self.index), self.target, None, to=row["target_url"], **{named: [name]})


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("world")
    write_world(folder / "tables", 3, sites=200)
    names = ("links.csv", "pages.csv", "hosts.csv", "trusted.txt")
    add(folder / "index", [folder / "tables" / name for name in names], workers=1)
    rows = audit(Index.open(folder / "index"), columns=["target_domain", "network", "severity"]).rows()
    doubtful = [row for row in rows if row["severity"] >= 2]
    of = {name: [row for row in doubtful if row["target_domain"] == name] for name in
          sorted({row["target_domain"] for row in doubtful})}  # fmt: skip
    target = max(of, key=lambda name: (any(row["network"] for row in of[name]), len(of[name])))
    process = live_server.start("--port", "0", "--allow-writes", index=folder / "index", log=folder / "log")
    try:
        yield Served(folder / "index", live_server.Live(process, folder / "log"), target)
    finally:
        process.terminate()
        process.wait(30)
        assert process.stdout is not None
        process.stdout.close()


def opened(
    browser: Any, served: Served, path: str, *, width: int = 1280, height: int = 900, **options: Any
) -> Any:
    """A page once its verdicts (or its plan) are there; faults of scripts and policy fail the test."""
    context = browser.new_context(viewport={"width": width, "height": height}, **options)
    page = context.new_page()
    page.faults = []
    page.on("console", lambda told: page.faults.append(told.text) if told.type == "error" else None)
    page.on("pageerror", lambda fault: page.faults.append(str(fault)))
    visit(page, served.url(path))
    return page


def visit(page: Any, url: str) -> None:
    page.goto(url)
    for _ in range(200):
        if "comes back by itself" not in page.locator("main").inner_text():
            return
        threading.Event().wait(0.3)
        page.goto(url)
    raise AssertionError("the verdicts never came")


def case_and_panel(browser: Any, served: Served) -> list[str]:
    """The addresses of a network and of the evidence of a link."""
    page = opened(browser, served, "/audit")
    panel = page.locator(".item.link a.open").first.get_attribute("href")
    visit(page, served.url("/networks"))
    case = page.locator('a[href^="/networks/net-"]').all()
    found = [panel.split("?")[0], *([case[0].get_attribute("href").split("?")[0]] if case else [])]
    page.context.close()
    return found


# -- the flow -----------------------------------------------------------------------------------------


def test_by_keyboard_from_the_queue_to_the_file(browser: Any, served: Served) -> None:
    served.forget()
    page = opened(browser, served, "/audit", accept_downloads=True)
    waiting = page.locator(".item.link").count()
    assert waiting > 1
    page.keyboard.press("j")
    page.keyboard.press("j")
    current = page.locator(".item.current")
    assert current.count() == 1
    key = current.get_attribute("data-key")
    source = current.locator("a.open").inner_text() if key.startswith("link:") else key.partition(":")[2]
    page.keyboard.press("n")
    page.keyboard.type("bought in 2023")
    page.keyboard.press("Enter")
    with page.expect_navigation(url=re.compile("said=")):
        page.keyboard.press("d")
    assert "disavow" in page.locator(".notice.decided").inner_text()
    assert source.split("/")[0] in page.locator(".notice.decided").inner_text()
    assert page.locator(".item.current").count() == 1  # The next one is marked, and review goes on.
    assert list(served.decisions().values()) == ["disavow"]
    visit(page, served.url("/disavow?force=1"))
    assert "bought in 2023" in page.locator("main").inner_text()
    visit(page, served.url("/disavow?force=1&part=cost"))
    assert "Authority in this index" in page.locator("main").inner_text()
    visit(page, served.url("/disavow?force=1"))
    with page.expect_download() as sent:
        page.get_by_role("link", name="Download the file").click()
    assert sent.value.suggested_filename.startswith(f"disavow-{served.target}-")
    assert "bought in 2023" in Path(sent.value.path()).read_text()
    assert page.faults == []
    page.context.close()


def test_without_javascript_forms_and_links_do_the_same(browser: Any, served: Served) -> None:
    served.forget()
    page = opened(browser, served, "/audit", java_script_enabled=False, accept_downloads=True)
    head = page.locator(".head-of input[type=checkbox]").first
    key = head.get_attribute("value")
    head.check()
    page.locator("#note").fill("a form")
    page.locator("button[value=disavow]").click()
    assert served.decisions() == {key.partition(":")[2]: "disavow"}
    assert "disavow" in page.locator(".notice.decided").inner_text()
    page.locator(".item.link a.open").first.click()
    assert "Sum = toxicity" in page.locator("main").inner_text()
    page.locator("button[value=keep]").click()
    assert "Decided: keep." in page.locator("main").inner_text()
    assert sorted(served.decisions().values()) == ["disavow", "keep"]
    visit(page, served.url("/disavow?force=1"))
    with page.expect_download() as sent:
        page.get_by_role("link", name="Download the file").click()
    assert Path(sent.value.path()).read_text().startswith("# Disavow file for ")
    visit(page, served.url("/networks"))
    assert page.locator("h1").inner_text() == "Networks"
    page.context.close()


def test_keys_tick_open_and_help_and_leave_typing_alone(browser: Any, served: Served) -> None:
    served.forget()
    page = opened(browser, served, "/audit")
    page.keyboard.press("j")
    page.keyboard.press("s")
    assert page.locator(".queue input:checked").count() == 1
    assert page.locator(".about-what").inner_text() == "1 ticked"
    page.keyboard.press("s")
    page.keyboard.press("?")
    assert page.locator(".keyhelp dl").is_visible()
    page.locator("#where").focus()
    page.keyboard.type("djx")
    assert page.locator("#where").input_value() == "djx"
    assert served.decisions() == {}
    page.locator("h1").click()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url(re.compile("/audit/links/|/networks/|/domain/"))
    assert page.faults == []
    page.context.close()


def test_two_tabs_that_decide_otherwise_are_told(browser: Any, served: Served) -> None:
    served.forget()
    first = opened(browser, served, "/audit")
    second = first.context.new_page()
    visit(second, served.url("/audit"))
    for page, button in ((second, "keep"), (first, "disavow")):
        page.locator(".head-of input[type=checkbox]").first.check()
        threading.Event().wait(1.1)  # The log keeps seconds.
        page.locator(f"button[value={button}]").click()
    told = first.locator(".notice.decided").inner_text()
    assert "disavow" in told
    assert "Before: keep" in told
    assert "in another tab or by somebody else" in told
    assert list(served.decisions().values()) == ["disavow"]
    first.context.close()


# -- for everybody ------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_breaks_a_rule_of_accessibility(browser: Any, served: Served, theme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="this test needs axe").Axe()
    served.forget()
    paths = ["/audit", "/audit?tab=all", "/audit/links", "/networks", "/disavow", "/disavow?part=check",
             "/disavow?part=cost", "/disavow?part=requests", "/disavow?part=dossier",
             *case_and_panel(browser, served)]  # fmt: skip
    wrong = []
    for width, height in SIZES:
        page = opened(browser, served, paths[0], width=width, height=height, color_scheme=theme)
        for path in paths:
            visit(page, served.url(path))
            for fault in axe.run(page).response["violations"]:
                wrong.append((width, path, fault["id"], fault["nodes"][0]["html"][:120]))
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                wrong.append((width, path, "sticks out", page.evaluate(STICKING_OUT)[0]))
        assert page.faults == []
        page.context.close()
    assert not wrong, "\n".join(str(one) for one in sorted(set(wrong)))
