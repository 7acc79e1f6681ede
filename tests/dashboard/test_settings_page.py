"""The page of settings: names that are kept, and weights that show what they would change."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from backlit.errors import SettingsError
from backlit.settings import default, load
from backlit.settings.difference import changed, difference
from chance_pages import cells, client, token, web_of_rivals, words


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with client(web_of_rivals(tmp_path_factory.mktemp("settings") / "index"), allow_writes=True) as found:
        yield found


def keep(ask: TestClient, **fields: str) -> Any:
    page = ask.get("/settings?target=shop.com")
    return ask.post("/settings?target=shop.com", data={"csrf": token(page), "target": "shop.com"} | fields)


def test_names_are_kept_and_shown_as_texts(ask: TestClient) -> None:
    answer = keep(
        ask, brands="Shop & Co\n<b>Shop</b>", keywords="chairs, tables", rivals="rival.com other.com"
    )
    assert "Kept." in words(answer)
    assert "Shop &amp; Co\n&lt;b&gt;Shop&lt;/b&gt;</textarea>" in answer.text
    assert ">chairs\ntables</textarea>" in answer.text
    offered = ask.get("/gap?target=shop.com")
    assert 'href="/gap?target=shop.com&amp;versus=rival.com,other.com"' in offered.text


def test_what_cannot_be_kept_is_told(ask: TestClient) -> None:
    answer = keep(ask, rivals="shop.com")
    assert (answer.status_code, "shop.com cannot be its own rival." in words(answer)) == (400, True)
    assert keep(ask, target="other.com").status_code == 400


def test_a_server_that_only_reads_keeps_nothing(tmp_path: Path) -> None:
    with client(web_of_rivals(tmp_path / "index")) as reading:
        assert "Start it with --allow-writes" in words(reading.get("/settings?target=shop.com"))
        assert keep(reading, brands="Shop").status_code == 403


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("q_authority=-1", "quality.authority is a weight from 0 to 1000, not -1."),
        ("q_authority=nan", "quality.authority is a weight from 0 to 1000"),
        ("q_authority=much", "$.quality.authority"),
        ("b_okay=90", "bands.okay and bands.excellent are edges from 0 to 100"),
        ("worthless=101", "quality.worthless is a quality from 0 to 100"),
        (
            "&".join(
                f"q_{name}=0"
                for name in ["authority", "relevance", "editorial", "trust", "dilution", "anchor", "page"]
            ),
            "all terms of quality weigh nothing",
        ),
    ],
)
def test_weights_that_make_no_score_are_told_in_the_words_of_the_loader(
    ask: TestClient, asked: str, told: str
) -> None:
    answer = ask.get(f"/settings?target=shop.com&{asked}")
    assert answer.status_code == 400
    assert told in words(answer)


def test_the_effect_is_what_a_judgement_under_these_weights_finds(ask: TestClient) -> None:
    url = "/settings?target=shop.com&r_okay=1&r_excellent=2"
    until = time.monotonic() + 120
    while "data-live=" in (answer := ask.get(url)).text and time.monotonic() < until:
        time.sleep(0.2)
    rows = {row[0]: row[1:] for row in cells(answer)[:4]}
    assert sum(int(row[0]) for row in rows.values()) == 3
    assert rows["excellent"][1] == "3"
    assert "[risk]\nexcellent = 2.0\nokay = 1.0\n" in answer.text
    file = ask.get(f"{url}&file=1")
    assert file.headers["content-disposition"] == 'attachment; filename="settings.toml"'
    assert file.text.endswith("[risk]\nexcellent = 2.0\nokay = 1.0\n")


def test_the_settings_of_the_server_change_nothing(ask: TestClient) -> None:
    answer = ask.get(f"/settings?target=shop.com&q_authority={default().quality.authority:g}")
    assert "These are the settings that the server has." in words(answer)


@given(
    st.floats(0, 1000),
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), max_size=3),
)
def test_the_difference_of_settings_makes_them_again(
    tmp_path_factory: pytest.TempPathFactory, weight: float, texts: list[str]
) -> None:
    then = changed(default(), {"quality": {"authority": weight}, "rivals": {"leave_out": texts}})
    path = tmp_path_factory.getbasetemp() / "again.toml"
    path.write_text(difference(then, default()), "utf-8")
    assert load(path) == then


def test_a_settings_file_with_wrong_weights_is_refused_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[quality]\ntrust = -3\n")
    with pytest.raises(
        SettingsError, match=r"mine\.toml is wrong: quality\.trust is a weight from 0 to 1000"
    ):
        load(path)
