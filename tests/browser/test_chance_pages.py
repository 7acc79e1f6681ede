"""Gap, comparison, broken pages, what if, jobs and settings in a real browser: flows, sizes, themes, accessibility."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import live_server
from chance_release import web_with_release
from real_browser import STICKING_OUT

SIZES = ((390, 844), (1280, 900), (1920, 1080))
RIVALS = "versus=rival.com,other.com"
#: A rival as long as a name may be.
LONG = ".".join(("a" * 63, "b" * 63, "c" * 63, "d" * 56, "test"))
PAGES = (
    "/gap?target=shop.com",
    f"/gap?target=shop.com&{RIVALS}",
    f"/gap?target=shop.com&{RIVALS}&mode=only&by=site",
    "/gap?target=shop.com&versus=not+a%5Bname",
    f"/gap?target=shop.com&versus={LONG}",
    f"/compare?target=shop.com&versus={LONG}",
    "/rivals?target=shop.com",
    f"/compare?target=shop.com&{RIVALS}",
    "/broken?target=shop.com&state=all",
    "/whatif?target=linked.com&gain=school.edu&lose=news.org",
    "/jobs",
    "/settings?target=shop.com&q_authority=70",
    "/settings?target=shop.com&b_okay=90",
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("chances")
    index = web_with_release(folder / "index")
    process = live_server.start("--port", "0", "--allow-writes", index=index, log=folder / "log")
    try:
        yield f"http://127.0.0.1:{live_server.Live(process, folder / 'log').port}"
    finally:
        process.terminate()
        process.wait(30)
        assert process.stdout is not None
        process.stdout.close()


def opened(browser: Any, url: str, *, width: int = 1280, height: int = 900, **options: Any) -> Any:
    """A page; what its scripts and the policy complain of is kept as ``faults``."""
    context = browser.new_context(viewport={"width": width, "height": height}, **options)
    page = context.new_page()
    page.faults = []
    page.on("console", lambda told: page.faults.append(told.text) if told.type == "error" else None)
    page.on("pageerror", lambda fault: page.faults.append(str(fault)))
    page.goto(url)
    return page


@pytest.mark.parametrize("path", PAGES)
def test_nothing_stands_in_the_way_of_anybody(browser: Any, root: str, path: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="this test needs axe").Axe()
    wrong: list[str] = []
    for width, height in SIZES:
        for scheme in ("light", "dark"):
            page = opened(browser, root + path, width=width, height=height, color_scheme=scheme)
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wrong.append(f"{width}: {page.evaluate(STICKING_OUT)}")
            for found in axe.run(page).response["violations"]:
                nodes = [node["html"][:120] for node in found["nodes"][:3]]
                wrong.append(f"{width} {scheme}: {found['id']}: {nodes}")
            wrong += [told for told in page.faults if "400" not in told]
            page.context.close()
    assert wrong == []


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_from_found_rivals_to_a_file_of_the_gap(browser: Any, root: str, scripts: bool) -> None:
    page = opened(browser, f"{root}/gap?target=shop.com", java_script_enabled=scripts, accept_downloads=True)
    page.get_by_role("button", name="Set against the chosen").click()
    page.get_by_label("Add rivals").fill("other.com")
    page.get_by_role("button", name="Set against").click()
    assert page.url.endswith("/gap?target=shop.com&versus=rival.com,other.com")
    assert page.locator("table.rows td:nth-child(2)").filter(has_text=".test").all_inner_texts() == [
        "d.test",
        "e.test",
    ]
    page.get_by_role("textbox", name="Filter").fill("rivals >= 2")
    page.locator(".where button").click()
    assert "rivals" in page.url
    page.get_by_text("All rows as a file").click()
    with page.expect_download() as given:
        page.get_by_role("link", name="CSV").click()
    lines = Path(given.value.path()).read_text("utf-8").splitlines()
    assert [line.split(",")[0] for line in lines] == ["source_domain", "d.test"]
    page.get_by_role("link", name=re.compile("^Shared")).click()
    assert "mode=shared" in page.url
    assert page.faults == []
    page.context.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_what_if_gets_its_exact_value_by_itself(browser: Any, root: str, scripts: bool) -> None:
    page = opened(browser, f"{root}/whatif?target=linked.com", java_script_enabled=scripts)
    page.get_by_label("Domains that would link here").fill("school.edu\nstate.gov")
    page.get_by_role("button", name="Work it out").click()
    assert "gain=school.edu,state.gov" in page.url
    page.get_by_role("button", name="Work out the exact value").click()
    page.get_by_text("from a new solution of the whole graph").wait_for(timeout=60_000)
    assert page.faults == []
    page.context.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_small_table_becomes_a_profile(browser: Any, root: str, scripts: bool, tmp_path: Path) -> None:
    target = f"fresh{int(scripts)}.example"
    table = tmp_path / "few.csv"
    table.write_text(
        f"source_url,target_url,anchor\nhttps://a{int(scripts)}.test/1,https://{target}/,hello\n"
    )
    page = opened(browser, f"{root}/jobs", java_script_enabled=scripts)
    page.get_by_label("A file of this computer").set_input_files(table)
    page.get_by_role("button", name="Import the file").click()
    done = page.locator(".job.here .state-done")
    done.wait_for(timeout=90_000)
    page.locator(".job.here").get_by_role("link", name="Look at the index").click()
    page.get_by_role("textbox", name="Target").fill(target)
    page.get_by_role("button", name="Show").click()
    assert target in page.locator("main").inner_text()
    page.goto(f"{root}/domains?target={target}")
    assert f"a{int(scripts)}.test" in page.locator("table.rows").inner_text()
    assert page.faults == []
    page.context.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_weights_show_what_they_would_change_and_become_a_file(
    browser: Any, root: str, scripts: bool
) -> None:
    page = opened(
        browser, f"{root}/settings?target=shop.com", java_script_enabled=scripts, accept_downloads=True
    )
    page.get_by_label("authority of the source").fill("70")
    page.get_by_role("button", name="See what they would change").click()
    page.get_by_text("live links were looked at").wait_for(timeout=90_000)
    with page.expect_download() as given:
        page.get_by_role("link", name="Download settings.toml").click()
    assert "[quality]\nauthority = 70.0\n" in Path(given.value.path()).read_text("utf-8")
    assert page.faults == []
    page.context.close()


def test_names_of_a_target_are_kept_and_offered_again(browser: Any, root: str) -> None:
    page = opened(browser, f"{root}/gap?target=linked.com&versus=rival.com")
    page.get_by_role("link", name="Keep these rivals").click()
    page.get_by_label("Brand names").fill("Linked & Sons\n<b>Linked</b>")
    page.get_by_role("button", name="Keep").click()
    assert page.get_by_role("status").inner_text() == "Kept."
    assert page.get_by_label("Brand names").input_value() == "Linked & Sons\n<b>Linked</b>"
    page.goto(f"{root}/gap?target=linked.com")
    page.get_by_role("link", name="Set against them").click()
    assert page.url.endswith("versus=rival.com")
    assert page.faults == []
    page.context.close()
