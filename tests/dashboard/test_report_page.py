"""The page of reports: what was chosen is in the address, files are whole, a logo is sent and kept nowhere."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator
from typing import Any

import html5lib
import pytest
from starlette.testclient import TestClient

from backlit.errors import BrowserMissing
from backlit.work import browser
from chance_pages import client, token, web_of_rivals, words

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
HTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with client(web_of_rivals(tmp_path_factory.mktemp("report") / "index")) as found:
        yield found


def made(ask: TestClient, url: str) -> Any:
    """The report at an address, when its verdicts are there."""
    until = time.monotonic() + 60
    while True:
        answer = ask.get(url)
        assert answer.status_code == 200, answer.text
        if "How far" not in answer.text and 'id="how-far"' not in answer.text:
            return answer
        assert time.monotonic() < until
        time.sleep(0.2)


def test_every_section_is_offered_and_chosen_at_first(ask: TestClient) -> None:
    page = ask.get("/report?target=shop.com").text
    assert page.count('name="sections" value=') - page.count('type="hidden" name="sections"') == 12
    chosen = page.count(" checked> <span>")
    assert chosen == 11, "all but the comparison, which needs dates"


def test_what_was_chosen_is_in_the_addresses_of_the_files(ask: TestClient) -> None:
    page = ask.get("/report?target=shop.com&sections=anchors&sections=pages&client=A%26B")
    assert page.text.count(" checked> <span>") == 2
    assert "/report?target=shop.com&amp;sections=anchors,pages&amp;client=A%26B&amp;make=html" in page.text
    found = ask.get("/report?target=shop.com&sections=anchors,pages&client=A%26B&make=preview")
    tree = html5lib.HTMLParser(strict=True).parse(found.text)
    assert [n.get("aria-labelledby") for n in tree.iter(f"{HTML}section")] == ["anchors", "pages"]
    assert "Backlink report for A&amp;B" in found.text


def test_a_preview_can_do_nothing(ask: TestClient) -> None:
    answer = ask.get("/report?target=shop.com&sections=portrait&make=preview")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "content-disposition" not in answer.headers


def test_a_report_with_verdicts_comes_when_they_are_there(ask: TestClient) -> None:
    answer = made(ask, "/report?target=shop.com&make=html")
    assert answer.headers["content-disposition"].startswith('attachment; filename="backlinks-shop.com-')
    assert 'id="risk"' in answer.text
    assert 'id="evidence"' in answer.text


def test_figures_and_charts_are_files(ask: TestClient) -> None:
    found = made(ask, "/report?target=shop.com&sections=domains,anchors&make=json").json()
    assert found["order"]["sections"] == ["domains", "anchors"]
    packed = made(ask, "/report?target=shop.com&sections=domains,anchors&make=charts").content
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        names = {name for name in archive.namelist() if name.endswith(".svg")}
    assert names == {"bands.svg", "anchors.svg"}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("before=2026-01-01", "name two dates"),
        ("before=2026-02-01&after=2026-01-01", "must be earlier"),
        ("sections=nope", "There is no section"),
        ("sections=changes", "needs two dates"),
    ],
)
def test_what_cannot_be_made_is_said_on_the_form(ask: TestClient, asked: str, said: str) -> None:
    page = ask.get(f"/report?target=shop.com&{asked}")
    assert page.status_code == 200
    assert said in words(page)
    assert "make=pdf" not in page.text
    assert ask.get(f"/report?target=shop.com&{asked}&make=html").status_code == 400


def test_two_dates_tell_what_changed(ask: TestClient) -> None:
    url = "/report?target=shop.com&sections=changes&before=2026-01-20&after=2026-02-05"
    assert 'id="changes"' in ask.get(f"{url}&make=preview").text
    assert 'value="2026-01-20"' in ask.get(url).text


def test_hostile_words_stay_words(ask: TestClient) -> None:
    url = (
        '/report?target=shop.com&sections=portrait&title=<script>alert(1)</script>&introduction="><img src=x>'
    )
    for answer in (ask.get(url), ask.get(f"{url}&make=preview")):
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text


def test_a_logo_is_sent_with_a_form(ask: TestClient) -> None:
    page = ask.get("/report?target=shop.com&sections=portrait&client=Acme")
    fields = {"csrf": token(page), "sections": "portrait", "client": "Acme", "make": "html"}
    sent = ask.post(
        "/report?target=shop.com", data=fields, files={"logo": ("logo.svg", SVG, "image/svg+xml")}
    )
    assert sent.status_code == 200, sent.text
    assert 'src="data:image/svg+xml;base64,' in sent.text
    assert 'alt="Acme"' in sent.text
    bad = {"logo": ("logo.svg", SVG.replace(b"<rect", b"<script/><rect"), "image/svg+xml")}
    refused = ask.post("/report?target=shop.com", data=fields, files=bad)
    assert refused.status_code == 400
    assert "A logo is shapes only" in words(refused)
    none = ask.post("/report?target=shop.com", data=fields)
    assert (none.status_code, "There is no logo" in words(none)) == (400, True)


def test_without_a_browser_there_is_a_sentence_instead_of_pdf(
    ask: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none() -> str:
        raise BrowserMissing("There is no Chromium on this machine.")

    monkeypatch.setattr(browser, "find_browser", none)
    page = ask.get("/report?target=shop.com")
    assert "There is no Chromium on this machine." in words(page)
    assert "make=pdf" not in page.text
    answer = ask.get("/report?target=shop.com&sections=portrait&make=pdf")
    assert answer.status_code == 501


def test_the_api_gives_the_page_unless_json_is_asked_for(ask: TestClient) -> None:
    answer = ask.get("/api/v1/report?target=shop.com&sections=portrait")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    read = ask.get("/api/v1/report?target=shop.com&sections=portrait&format=json").json()
    assert read["data"]["order"]["sections"] == ["portrait"]
    assert ask.get("/api/v1/report?target=shop.com&sections=nope").status_code == 400
