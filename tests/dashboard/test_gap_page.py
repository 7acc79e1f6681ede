"""The pages of the link gap, of rivals and of the comparison, asked without a browser."""

from __future__ import annotations

import io
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

from backlit.server.dashboard.venn import circles, overlap, picture
from chance_pages import cells, client, web_of_rivals, words


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with client(web_of_rivals(tmp_path_factory.mktemp("rivals") / "index")) as found:
        yield found


def names(answer: object) -> list[str]:
    """The domains that the listing shows."""
    return [row[1] for row in cells(answer) if len(row) >= 6]


def test_a_gap_shows_each_cell_with_its_count(ask: TestClient) -> None:
    answer = ask.get("/gap?target=shop.com&versus=rival.com,other.com")
    assert answer.status_code == 200
    assert (
        "2 domains link to a rival and not to shop.com, 2 link to both, 1 link to shop.com and to no rival."
        in (answer.text)
    )
    assert cells(answer)[:4] == [
        ["rival.com", "4", "2", "2", "40%"],
        ["other.com", "2", "1", "1", "25%"],
        ["1", "1", "1"],
        ["2", "1", "1"],
    ]
    assert names(answer) == ["d.test", "e.test"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("mode=shared", ["c.test", "b.test"]),
        ("mode=only", ["a.test"]),
        ("at_least=2", ["d.test"]),
        ("at_least=all&mode=shared", ["c.test"]),
        ("where=source_domain+startswith+e", ["e.test"]),
        ("by=site", ["d.test", "e.test"]),
    ],
)
def test_a_cell_a_filter_and_a_number_of_rivals_choose_the_rows(
    ask: TestClient, asked: str, expected: list[str]
) -> None:
    answer = ask.get(f"/gap?target=shop.com&versus=rival.com,other.com&{asked}")
    assert answer.status_code == 200
    assert names(answer) == expected


def test_all_rows_of_a_gap_can_be_had_as_a_file_with_the_same_filter(ask: TestClient) -> None:
    answer = ask.get(
        "/gap?target=shop.com&versus=rival.com,other.com&where=source_domain+startswith+e&mode=missing"
    )
    [path] = {part for part in answer.text.split('"') if part.startswith("/api/v1/gap?") and "csv" in part}
    file = ask.get(path.replace("&amp;", "&"))
    assert file.status_code == 200
    lines = io.StringIO(file.text).read().splitlines()
    assert [line.split(",")[0] for line in lines] == ["source_domain", "e.test"]


def test_rivals_that_were_named_in_several_ways_have_one_address(ask: TestClient) -> None:
    answer = ask.get(
        "/gap?target=shop.com&versus=rival.com&versus=other.com+third.com&key=rival.com",
        follow_redirects=False,
    )
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/gap?target=shop.com&versus=rival.com,other.com,third.com",
    )


def test_without_rivals_those_of_the_graph_are_offered(ask: TestClient) -> None:
    answer = ask.get("/gap?target=shop.com")
    assert "No rival is named yet" in words(answer)
    assert [row[1] for row in cells(answer)] == ["rival.com"]
    taken = ask.get("/gap?target=shop.com&key=rival.com")
    assert names(taken) == ["d.test", "e.test"]


def test_rivals_found_go_into_the_gap_by_one_click(ask: TestClient) -> None:
    answer = ask.get("/rivals?target=shop.com")
    assert 'href="/gap?target=shop.com&amp;versus=rival.com"' in answer.text
    more = ask.get("/rivals?target=shop.com&versus=other.com")
    assert 'href="/gap?target=shop.com&amp;versus=other.com,rival.com"' in more.text


def test_the_files_of_rivals_are_there_whatever_was_chosen_before(ask: TestClient) -> None:
    answer = ask.get("/rivals?target=shop.com&versus=other.com")
    paths = {
        part.replace("&amp;", "&") for part in answer.text.split('"') if part.startswith("/api/v1/rivals?")
    }
    assert len(paths) == 3
    assert {ask.get(path).status_code for path in paths} == {200}


@pytest.mark.parametrize("page", ["gap", "compare"])
@pytest.mark.parametrize(
    ("versus", "told"),
    [
        (",".join(f"r{n}.com" for n in range(21)), "are too many: at most 20"),
        ("not%20a%5Bdomain", "cannot be read"),
        ("%3Cscript%3Ealert(1)%3C/script%3E", "cannot be read"),
    ],
)
def test_what_cannot_be_set_against_is_told_beside_the_box(
    ask: TestClient, page: str, versus: str, told: str
) -> None:
    answer = ask.get(f"/{page}?target=shop.com&versus={versus}")
    assert answer.status_code == 400
    assert told in words(answer)
    assert "<script>alert" not in answer.text
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize(
    ("page", "told"),
    [("gap", "shop.com cannot be its own rival"), ("compare", "Name at least one other target of shop.com.")],
)
def test_a_target_is_not_set_against_itself(ask: TestClient, page: str, told: str) -> None:
    answer = ask.get(f"/{page}?target=shop.com&versus=shop.com")
    assert answer.status_code == 400
    assert told in words(answer)


def test_twenty_rivals_stand_side_by_side(ask: TestClient) -> None:
    versus = ",".join(["rival.com", *(f"r{n}.com" for n in range(19))])
    assert ask.get(f"/gap?target=shop.com&versus={versus}").status_code == 200
    answer = ask.get(f"/compare?target=shop.com&versus={versus}")
    assert answer.status_code == 200
    [figures] = [row for row in cells(answer, "sides") if row[0] == "referring domains"]
    assert figures == ["referring domains", "3", "4", *["0"] * 19]


def test_a_comparison_shows_what_every_two_share(ask: TestClient) -> None:
    answer = ask.get("/compare?target=shop.com&versus=rival.com,other.com")
    assert cells(answer, "heat") == [
        ["shop.com", "–", "2 40%", "1 25%"],
        ["rival.com", "2 40%", "–", "2 50%"],
        ["other.com", "1 25%", "2 50%", "–"],
    ]
    assert "5 domains link to at least one of them, 1 to all." in words(answer)


def test_the_files_of_a_comparison_have_all_targets(ask: TestClient) -> None:
    answer = ask.get("/compare?target=shop.com&versus=rival.com")
    [path] = {
        part for part in answer.text.split('"') if part.startswith("/api/v1/compare?") and "csv" in part
    }
    rows = ask.get(path.replace("&amp;", "&")).text.splitlines()
    assert [row.split(",")[0] for row in rows] == ["target", "shop.com", "rival.com"]


def test_a_target_that_nobody_links_to_is_told_so(ask: TestClient) -> None:
    answer = ask.get("/gap?target=nobody.example&versus=alone.example")
    assert answer.status_code == 200
    assert "Nobody links to the target or to a rival in this index." in words(answer)


@pytest.mark.parametrize(
    "sizes", [(31, 3, 14), (5, 100, 2), (1, 1, 1000), (400, 50, 50), (7, 7, 0), (0, 7, 7)]
)
def test_circles_overlap_by_what_both_hold(sizes: tuple[int, int, int]) -> None:
    only, shared, other = sizes
    drawn = circles(only, shared, other)
    assert overlap(drawn.left, drawn.right, drawn.apart) == pytest.approx(shared, rel=1e-6)
    assert overlap(drawn.left, drawn.left, 0) == pytest.approx(only + shared)


@pytest.mark.parametrize("sizes", [(0, 0, 9), (9, 0, 0), (0, 9, 0), (4, 0, 4), (1, 0, 10**9), (10**9, 1, 1)])
@pytest.mark.parametrize("chosen", ["missing", "shared", "only"])
def test_a_picture_of_any_sizes_lies_within_its_frame(sizes: tuple[int, int, int], chosen: str) -> None:
    import re

    drawn = picture(
        *sizes, chosen=chosen, title="t", told="d", counts=dict.fromkeys(("only", "shared", "missing"), "1")
    )
    circles_drawn = re.findall(r'cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"', drawn)
    assert circles_drawn
    for x, y, radius in (map(float, found) for found in circles_drawn):
        assert x - radius >= 0
        assert x + radius <= 400.01
        assert y - radius >= 0
        assert y + radius <= 236.01
    assert "nan" not in drawn


def test_addresses_of_a_page_stay_on_the_server(ask: TestClient) -> None:
    answer = ask.get("/gap?target=shop.com&versus=rival.com,other.com")
    links = {part for part in answer.text.split('"') if part.startswith(("http://", "https://", "//"))}
    assert {urlsplit(link).hostname for link in links} == set()
