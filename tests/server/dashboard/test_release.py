"""Pages where a ranked web-graph release is there: beside an index, and alone."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from chance_release import web_with_release
from dashboard_pages import browser, check, told


@pytest.fixture(scope="module")
def both(make: Callable[..., TestClient], tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return browser(make(web_with_release(tmp_path_factory.mktemp("both") / "index")))


@pytest.fixture(scope="module")
def alone(make: Callable[..., TestClient], tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    folder = tmp_path_factory.mktemp("alone")
    whole = web_with_release(folder / "whole")
    (folder / "index").mkdir()
    shutil.copytree(whole / "web", folder / "index" / "web")
    return browser(make(folder / "index"))


@pytest.mark.parametrize("path", ["/overview?target=shop.com", "/domain/news.org?target=shop.com", "/data"])
def test_pages_name_the_release(both: TestClient, path: str) -> None:
    answer = both.get(path)
    assert answer.status_code == 200
    check(answer.text)
    assert "cc-main-2026-apr-may-jun" in told(answer.text)


def test_the_overview_takes_authority_to_pieces(both: TestClient) -> None:
    text = told(both.get("/overview?target=shop.com").text)
    assert "Who carries it, share of its rank news.org" in text
    assert "Comes from" in text


def test_a_release_alone_answers_about_domains(alone: TestClient) -> None:
    overview = alone.get("/overview?target=shop.com")
    assert overview.status_code == 200
    check(overview.text)
    text = told(overview.text)
    assert "a web graph knows domains, no links" in text
    assert "news.org" in text
    domains = alone.get("/domains?target=shop.com")
    check(domains.text)
    assert "news.org" in told(domains.text)


def test_what_needs_links_says_so_where_a_release_is_alone(alone: TestClient) -> None:
    answer = alone.get("/links?target=shop.com")
    check(answer.text)
    assert answer.status_code == 503
    assert "There is no index here yet." in told(answer.text)
