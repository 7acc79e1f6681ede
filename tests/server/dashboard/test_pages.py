"""Every page there is, found through the registry: valid, quiet, escaped, and alike in its frame."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from backlit.server.dashboard import registry, static
from backlit.server.dashboard.page import Page
from backlit.server.dashboard.site import POLICY
from backlit.web.target import Target
from dashboard_pages import HOSTILE, HTML, LONG_NAME, MIXED, check, parsed, told, words

PAGES = registry.found()
TARGETS = ["", "target=shop.com", "target=nobody.example", "target=xn--bcher-kva.com", f"target={LONG_NAME}"]


def address(see: TestClient, page: Page, query: str = "target=shop.com") -> str:
    """The address of a page about a target; what its example says besides is kept."""
    path = page.example if page.example.startswith("/") else page.path + page.example
    if "{link}" in path:
        found = see.get("/api/v1/links?target=shop.com&limit=1&columns=link_id", headers={"accept": "*/*"})
        path = path.replace("{link}", str(found.json()["data"][0]["link_id"]))
    path, _, given = path.partition("?")
    more = "&".join(part for part in given.split("&") if part and not part.startswith("target="))
    return f"{path}?{query}&{more}".rstrip("&").rstrip("?")


def found_or_absent(address: str) -> tuple[int, ...]:
    """What a page may answer: one about a thing that nobody named says so as soon as the verdicts are there."""
    return (200, 404) if "{" in address else (200,)


def judge(client: TestClient) -> None:
    """Wait until the verdicts on shop.com are there, so that pages show them and not that they are on their way."""
    state = client.app.state  # type: ignore[attr-defined]
    with state.serving.reader() as reader:
        assert state.judged.ask(reader, Target.parse("shop.com"), wait=60).state == "ready"


def test_there_are_pages_and_each_has_its_words() -> None:
    from backlit.server.dashboard.strings import all_texts

    names = [page.name for page in PAGES]
    assert set(names) >= {
        "overview",
        "domains",
        "links",
        "anchors",
        "pages",
        "history",
        "domain",
        "data",
        "first",
        "help",
    }
    assert len({page.path for page in PAGES}) == len(names)
    missing = [page.name for page in PAGES if f"{page.name}.title" not in all_texts()]
    assert missing == []
    assert [page.name for page in PAGES if page.nav and f"{page.name}.nav" not in all_texts()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_valid_and_quiet(see: TestClient, page: Page) -> None:
    at = address(see, page)
    answer = see.get(at)
    assert answer.status_code in found_or_absent(at), told(answer.text)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"] == POLICY
    check(answer.text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
@pytest.mark.parametrize("query", TARGETS)
def test_a_page_about_any_target_is_valid(see: TestClient, page: Page, query: str) -> None:
    answer = see.get(address(see, page, query))
    assert answer.status_code in (200, 404), told(answer.text)
    check(answer.text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
@pytest.mark.parametrize(
    "target", ["%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "a b", "*", "x" * 3000, "%00", "%ff"]
)
def test_a_target_that_cannot_be_read_is_told_and_kept(see: TestClient, page: Page, target: str) -> None:
    answer = see.get(address(see, page, f"target={target}"))
    assert answer.status_code in (200, 400, 404)
    check(answer.text)
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_hostile_texts_are_texts(hostile: TestClient, page: Page) -> None:
    judge(hostile)
    at = address(hostile, page)
    answer = hostile.get(at)
    assert answer.status_code == found_or_absent(at)[-1], told(answer.text)
    check(answer.text)
    assert "<script>alert" not in answer.text
    assert "spy.example" not in re.sub(r"&lt;img[^&]*", "", answer.text)
    for character in "\u202e\u202c\x1b\x00":
        assert character not in answer.text
    assert "49" not in re.findall(r"\{\{ 7 \* 7 \}\}", answer.text)
    assert len(answer.content) < 400_000


def test_evidence_is_shown_of_a_link_on_a_page_that_nobody_read(hostile: TestClient) -> None:
    judge(hostile)
    text = told(hostile.get(address(hostile, registry.named("evidence"))).text)
    assert "Where it stands" in text
    assert "title of the page" not in text


@pytest.mark.parametrize("name", ["anchors", "links"])
def test_anchors_are_shown_as_what_they_are(hostile: TestClient, name: str) -> None:
    text = told(hostile.get(f"/{name}?target=shop.com&limit=100").text)
    for shown in (
        HOSTILE[0],
        "⟨U+202E⟩esrever⟨U+202C⟩ ⟨U+001B⟩[31mred⟨U+0000⟩",
        HOSTILE[4],
        HOSTILE[5],
        HOSTILE[2],
    ):
        assert shown in text
    assert "w" * 159 + "…" in text
    assert "w" * 161 not in text


def test_foreign_texts_keep_their_direction(hostile: TestClient) -> None:
    tree = parsed(hostile.get("/anchors?target=shop.com").text)
    assert {node.get("dir") for node in tree.iter(f"{HTML}bdi") if words(node) == HOSTILE[4]} == {"auto"}


def test_international_names_are_shown_both_ways_and_look_alikes_marked(hostile: TestClient) -> None:
    tree = parsed(hostile.get("/domains?target=shop.com&status=all").text)
    names = {
        words(node): node.get("title")
        for node in tree.iter(f"{HTML}a")
        if "/domain/" in str(node.get("href"))
    }
    assert names["bücher.com"] == "xn--bcher-kva.com"
    assert names[MIXED] == "pаypal.com"
    assert "mixed scripts" in told(hostile.get(f"/domain/{MIXED}").text)
    long = next(shown for shown, title in names.items() if title == LONG_NAME)
    assert len(long) < 60


def test_long_addresses_lose_their_middle_and_keep_it_on_hover(hostile: TestClient) -> None:
    tree = parsed(hostile.get("/links?target=shop.com").text)
    [link] = [
        node for node in tree.iter(f"{HTML}a") if str(node.get("href")).startswith("https://s0.com/deep")
    ]
    cut, whole = list(link.iter(f"{HTML}bdi"))
    assert "…" in words(cut)
    assert len(words(cut)) <= 110
    start, end = (words(part) for part in cut.iter(f"{HTML}span"))
    assert start + end == words(cut)
    assert words(whole).endswith(end)
    assert words(whole) == link.get("title") == link.get("href")


def test_numbers_days_and_the_unknown(see: TestClient) -> None:
    from backlit.server.dashboard import format as shown

    assert shown.number(1234567) == "1\u202f234\u202f567"
    assert shown.number(None) == "–"
    assert shown.day("2026-10-02") == (
        '<time datetime="2026-10-02" title="2026-10-02">2\u00a0Oct\u00a02026</time>'
    )
    assert shown.day("2026-10") == '<time datetime="2026-10" title="2026-10">Oct\u00a02026</time>'
    assert shown.day(None) == '<span class="na" title="unknown">–</span>'
    assert shown.sentence("1,234 of 2,000,000 `x` <b>") == (
        "1\u202f234 of 2\u202f000\u202f000 <code>x</code> &lt;b&gt;"
    )
    assert shown.size(8_200_000) == "8.2\u202fMB"
    assert [shown.duration(s) for s in (0.2, 40, 180, 7200)] == [
        "1\u00a0s",
        "40\u00a0s",
        "3\u00a0min",
        "2\u00a0h",
    ]


def test_an_address_that_is_nowhere_is_a_page_for_people_only(see: TestClient) -> None:
    page = see.get("/nowhere")
    assert page.status_code == 404
    check(page.text)
    assert "There is no page at this address." in told(page.text)
    other = see.get("/nowhere", headers={"accept": "application/json"})
    assert (other.status_code, other.headers["content-type"]) == (404, "application/problem+json")
    assert see.get("/api/v1/nowhere").headers["content-type"] == "application/problem+json"


def test_files_are_fetched_once_and_small(see: TestClient) -> None:
    front = see.get("/overview?target=shop.com")
    assert front.headers["content-encoding"] == "gzip"
    found = set(re.findall(r"/static/[\w.-]+", front.text))
    assert found >= {static.url("dashboard.css"), static.url("dashboard.js"), static.url("mark.svg")}
    weight = len(front.content)
    for one in found:
        answer = see.get(one)
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-encoding"] == "gzip"
        weight += len(answer.content)
    assert weight < 500_000
    plain = see.get(static.url("dashboard.css"), headers={"accept-encoding": "identity"})
    assert plain.content == static.assets()["dashboard.css"].content
    assert "content-encoding" not in plain.headers
    assert see.get("/static/dashboard.0000000000000000.css").status_code == 404


def test_sheets_and_scripts_ask_nothing_of_strangers() -> None:
    for name, asset in static.assets().items():
        text = asset.content.decode()
        assert not re.search(r"https?://(?!www\.w3\.org/)", text), name
        assert "@import" not in text
        assert set(re.findall(r"url\(([^)]*)\)", text)) <= {"#hatch"}, name


def test_every_key_that_templates_name_has_its_text() -> None:
    from importlib import resources

    from backlit.server.dashboard.strings import all_texts

    keys = set()
    for entry in resources.files("backlit.server.dashboard").joinpath("templates").iterdir():
        keys |= {
            (entry.name, key)
            for key in re.findall(r"""\bt\("([a-z_]+\.[\w.\- ]*\w)"[,)]""", entry.read_text("utf-8"))
        }
    assert keys
    assert sorted(pair for pair in keys if pair[1] not in all_texts()) == []


def test_the_navigation_keeps_the_target_and_names_the_page(see: TestClient) -> None:
    tree = parsed(see.get("/links?target=shop.com&kind=domain&where=follow").text)
    nav = tree.find(f".//{HTML}nav[@class='side']")
    here = [node for node in nav.iter(f"{HTML}a") if node.get("aria-current") == "page"]
    assert [words(node) for node in here] == ["Backlinks"]
    assert {str(node.get("href")).partition("?")[2] for node in nav.iter(f"{HTML}a")} == {
        "target=shop.com&kind=domain"
    }
