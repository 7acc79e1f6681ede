"""The page of broken addresses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from chance_pages import cells, client, web_of_rivals, words


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with client(web_of_rivals(tmp_path_factory.mktemp("broken") / "index")) as found:
        yield found


def test_what_is_unknown_counts_as_unknown(ask: TestClient) -> None:
    answer = ask.get("/broken?target=shop.com")
    assert answer.status_code == 200
    told = words(answer)
    assert (
        "broken 1 links lead to broken ones 1 from 1 domain were asked for 2 of 3 that are linked to" in told
    )
    assert "Broken 1 Redirects 1 Answers 0 Not asked for 1 All 3" in told


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("broken", ["shop.com/a", "404", "not found"]),
        ("redirect", ["shop.com/b", "301", "new.example/b"]),
        ("unknown", ["shop.com/c", "1", "1"]),
    ],
)
def test_each_state_lists_its_addresses(ask: TestClient, state: str, expected: list[str]) -> None:
    answer = ask.get(f"/broken?target=shop.com&state={state}")
    assert [row[:3] for row in cells(answer)] == [expected]


def test_the_files_are_of_the_state_that_is_shown(ask: TestClient) -> None:
    answer = ask.get("/broken?target=shop.com&state=redirect")
    [path] = {
        part for part in answer.text.split('"') if part.startswith("/api/v1/broken?") and "jsonl" in part
    }
    rows = ask.get(path.replace("&amp;", "&")).text.splitlines()
    assert len(rows) == 1
    assert '"state":"redirect"' in rows[0].replace(" ", "")


def test_a_state_that_is_none_is_told(ask: TestClient) -> None:
    answer = ask.get("/broken?target=shop.com&state=mended")
    assert answer.status_code == 400
    assert "state is one of broken, redirect, fine, unknown, all" in words(answer)


def test_of_a_target_without_links_nothing_is_said_to_be_fine(ask: TestClient) -> None:
    answer = ask.get("/broken?target=nobody.example")
    assert answer.status_code == 200
    assert "No linked address is known to be broken." in words(answer)


def test_a_filter_that_cannot_be_read_leaves_the_counts(ask: TestClient) -> None:
    answer = ask.get("/broken?target=shop.com&where=nothing+%3D")
    assert 'role="alert"' in answer.text
    assert "Broken 1 Redirects 1" in words(answer)
