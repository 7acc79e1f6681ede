"""The page of what-ifs: the interval at once, the exact value by a job."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from backlit.server.dashboard.scale import WHOLE, Standing, close_up, picture
from backlit.settings import default
from chance_pages import client, token, web_of_rivals, words
from chance_release import web_with_release


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with client(web_with_release(tmp_path_factory.mktemp("whatif") / "index")) as found:
        yield found


def figures(answer: object) -> list[str]:
    """The key figures of the page."""
    text = getattr(answer, "text", "")
    return [re.sub(r"<[^>]+>", "", one) for one in re.findall(r'<span class="big[^"]*">(.*?)</span>', text)]


def test_the_interval_is_that_of_the_api(ask: TestClient) -> None:
    answer = ask.get("/whatif?target=linked.com&gain=school.edu,state.gov")
    found = ask.get("/api/v1/whatif?target=linked.com&gain=school.edu,state.gov").json()["data"]
    assert answer.status_code == 200
    now, between, _ = figures(answer)
    assert now == f"{found['authority_now']:.2f}"
    assert between == f"{found['authority_low']:.2f} to {found['authority_high']:.2f}"


def test_the_exact_value_comes_from_a_job(ask: TestClient) -> None:
    url = "/whatif?target=linked.com&gain=school.edu&lose=news.org"
    page = ask.get(url)
    assert len(figures(page)) == 3
    sent = ask.post(url, data={"csrf": token(page)}, follow_redirects=False)
    assert sent.status_code == 303
    there = sent.headers["location"]
    until = time.monotonic() + 60
    while 'data-live="' in (answer := ask.get(there)).text and time.monotonic() < until:
        assert '<noscript><meta http-equiv="refresh"' in answer.text
        time.sleep(0.2)
    exact = ask.get("/api/v1/whatif?target=linked.com&gain=school.edu&lose=news.org&exact=true").json()[
        "data"
    ]
    assert figures(answer)[3] == f"{exact['authority_exact']:.2f}"
    other = ask.get(there.replace("school.edu", "state.gov"))
    assert len(figures(other)) == 3, "the job was about other domains"


def test_domains_by_the_line_have_one_address(ask: TestClient) -> None:
    answer = ask.get(
        "/whatif?target=linked.com&gain=school.edu%0D%0Astate.gov&key=news.org", follow_redirects=False
    )
    assert answer.headers["location"] == "/whatif?target=linked.com&gain=school.edu,state.gov,news.org"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("gain=nowhere.example", "nowhere.example is not in the web graph"),
        ("gain=linked.com", "name other sites to gain or lose"),
        ("gain=%3Cb%3E", "such as python.org"),
        ("gain=" + ",".join(f"d{n}.com" for n in range(201)), "name at most 200"),
    ],
)
def test_what_cannot_be_asked_is_told_beside_the_form(ask: TestClient, asked: str, told: str) -> None:
    answer = ask.get(f"/whatif?target=linked.com&{asked}")
    assert answer.status_code == 400
    assert told in words(answer)
    assert "<b>" not in answer.text.partition('class="wish"')[2].partition("</form>")[0]


def test_without_a_ranked_web_graph_the_way_to_one_is_told(tmp_path: object) -> None:
    from pathlib import Path

    with client(web_of_rivals(Path(str(tmp_path)) / "index")) as found:
        answer = found.get("/whatif?target=shop.com&gain=a.test")
        assert answer.status_code == 200
        assert "There is no ranked web graph in this index" in words(answer)
        assert "<form" not in answer.text.partition("<main")[2]


@pytest.mark.parametrize(
    ("standing", "stretch"),
    [
        (Standing(24.1, 24.3, 24.6, None), (23, 26)),
        (Standing(1.0, 1.0, 1.2, None), (1, 2)),
        (Standing(99.9, 99.2, 100.0, 99.5), (98, 100)),
        (Standing(10, 40, 70, None), None),
    ],
)
def test_a_close_up_is_of_the_whole_numbers_around(
    standing: Standing, stretch: tuple[int, int] | None
) -> None:
    found = close_up(standing)
    assert (None if found is None else (found.begin, found.end)) == stretch
    drawn = picture(standing, default().bands, found or WHOLE, "x", "t", "d")
    assert drawn.count("scale-exact") == (standing.exact is not None)
