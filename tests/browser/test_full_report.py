"""The report to hand on in a real browser: offline and quiet, accessible, printed to pages, its charts painted."""

from __future__ import annotations

import os
import re
import struct
import time
import zlib
from pathlib import Path
from typing import Any

import pytest

from backlit.errors import BrowserFailed, BrowserMissing
from backlit.index import Index
from backlit.questions.report_data import Evidence, EvidenceLink
from backlit.questions.report_order import order
from backlit.questions.report_read import Report, report
from backlit.work import browser as browser_of
from backlit.work.printing import pdf
from index_rows import crawl, link, publish_batches

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 30"><rect width="30" height="30" fill="#c33"/></svg>'
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
#: Elements that stick out of the page on the right and that no scrolling box holds.
STICKING_OUT = """() => Array.from(document.querySelectorAll('body *'))
    .filter((node) => node.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .filter((node) => getComputedStyle(node).position !== 'absolute')
    .slice(0, 5).map((node) => node.outerHTML.slice(0, 160))"""


@pytest.fixture(scope="module")
def chromium() -> str:
    """A Chromium that the library finds, or a skip that says what to do."""
    try:
        return browser_of.find_browser()
    except BrowserMissing as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Links of long and hostile texts, before and after, with an appendix."""
    texts = ["<script>document.title='x'</script>", "w" * 200, "\u202eesrever", "متجر", "plain words", ""]

    def rows(day: str, numbers: range) -> list[dict[str, Any]]:
        return [
            link(f"https://source{at}.test/{'deep/' * 20}{at}", f"https://shop.example/{'x' * 90}/{at}", day,
                 anchor=texts[at % len(texts)])
            for at in numbers
        ]  # fmt: skip

    gone = tuple(row["source_url"] for row in rows("2026-03-01", range(3)))
    folder = tmp_path_factory.mktemp("full") / "index"
    publish_batches(folder, [crawl(rows("2026-03-01", range(12)), "2026-03-01")])
    index: Index = publish_batches(folder, [crawl(rows("2026-05-01", range(3, 16)), "2026-05-01", gone=gone)])
    asked = order(
        title="Links of the year, " + "with a title that goes on for a while " * 2,
        client="Acme & Sons",
        introduction="Words before it.\n\nMore of them.",
        logo=SVG,
        before="2026-03-15",
        after="2026-05-01",
    )
    made = report(index, "shop.example", asked)
    import msgspec

    return msgspec.structs.replace(made, evidence=_evidence())


def _evidence() -> Evidence:
    items = [
        {
            "id": "a",
            "sentence": "The text names a trade.",
            "value": 1.0,
            "usual": 0.0,
            "points": 81.5,
            "clause": "L1",
        },
        {"id": "b", "sentence": "w" * 120, "value": None, "usual": None, "points": -1.5, "clause": None},
    ]
    shown = [
        EvidenceLink(
            link_id=at, source_url=f"https://bad.test/{'long/' * 30}", source_domain="bad.test",
            target_url="https://shop.example/", anchor="buy <b>now</b>", rel="", placement="footer",
            first_seen="2026-03-01", last_seen="2026-05-01", verdict=("risky", "review")[at % 2], reason="a scheme",
            toxicity=80.0, quality=12.0, counts="counts", network="network-1", decision=None, items=items,
            archive_file="x" * 150, archive_offset=12,
        )
        for at in range(3)
    ]  # fmt: skip
    return Evidence(links=9, risky=6, review=3, domains=2, covered=1, per_domain=3, shown=shown)


@pytest.fixture(scope="module")
def file(found: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(found.to_html(), "utf-8")
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_opens_without_network_and_complains_of_nothing(browser: Any, file: Path, scheme: str) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    context = browser.new_context(color_scheme=scheme, viewport=DESK, offline=True)
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url[:60]))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda one: complaints.append(one.text) if one.type in ("error", "warning") else None)
    page.goto(file.as_uri())
    assert page.evaluate("document.images[0].naturalWidth") > 0
    assert [one for one in asked if not one.startswith(("data:image/svg+xml", file.as_uri()[:60]))] == []
    assert complaints == []
    assert page.title().startswith("Links of the year")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible(browser: Any, file: Path, scheme: str) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe-playwright-python is not here"
    )
    # The page's own policy lets no script in: for the test it stands in a page that has none.
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", file.read_text("utf-8"))
    context = browser.new_context(color_scheme=scheme, viewport=DESK, offline=True)
    page = context.new_page()
    page.set_content(text)
    broken = axe.Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]][:3]) for one in broken] == []
    context.close()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_it_is_no_wider_than_the_screen(browser: Any, file: Path, size: dict[str, int]) -> None:
    context = browser.new_context(viewport=size, offline=True)
    page = context.new_page()
    page.goto(file.as_uri())
    width = page.evaluate("() => document.documentElement.scrollWidth")
    assert (width, page.evaluate(STICKING_OUT)) == (size["width"], [])
    context.close()


def test_it_is_printed_to_pages(chromium: str, found: Report) -> None:
    printed = found.to_pdf()
    assert printed.startswith(b"%PDF-")
    assert printed.rstrip().endswith(b"%%EOF")
    pages = len(re.findall(rb"/Type\s*/Page\b", printed))
    assert pages >= 4
    assert b"/StructTreeRoot" in printed, "a screen reader finds its way in it"


def test_every_chart_is_painted_at_double_density(chromium: str, found: Report) -> None:
    drawn, painted = found.charts(), found.chart_pictures()
    assert set(painted) == set(drawn)
    for name, png in painted.items():
        width, height = struct.unpack(">II", png[16:24])
        [told] = re.findall(r'width="1280" height="(\d+)"', drawn[name].partition("<title>")[0])
        assert (width, height) == (2560, 2 * int(told))
        assert len(zlib.decompress(_body(png))) > 0


def _body(png: bytes) -> bytes:
    at, body = 8, b""
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        if kind == b"IDAT":
            body += png[at + 8 : at + 8 + length]
        at += 12 + length
    return body


def test_a_page_that_asks_for_others_gets_nothing(chromium: str, tmp_path: Path) -> None:
    """Even without the report's own policy: a server on this machine is not asked."""
    import socket
    import threading

    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        stop = threading.Event()

        def listen() -> None:
            while not stop.is_set():
                try:
                    one, _ = server.accept()
                except OSError:
                    continue
                heard.append(b"asked")
                one.close()

        thread = threading.Thread(target=listen)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/x.png"
        try:
            printed = pdf(f"<!doctype html><title>t</title><img src='{url}'><p>words", footer="<b>foot</b>")
        finally:
            stop.set()
            thread.join()
    assert printed.startswith(b"%PDF-")
    assert heard == []


def test_it_ends_in_time_and_leaves_nothing(chromium: str, monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    began = time.monotonic()
    with pytest.raises(BrowserFailed, match="took too long"):
        pdf("<!doctype html><title>t</title>", footer="", seconds=0.05)
    assert time.monotonic() - began < 20
    assert os.listdir(tmp_path) == []


def test_without_chromium_there_is_a_sentence(monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("BACKLIT_CHROMIUM", str(tmp_path / "none"))
    with pytest.raises(BrowserMissing, match=r"There is no Chromium on this machine.*BACKLIT_CHROMIUM"):
        pdf("<p>", footer="")
