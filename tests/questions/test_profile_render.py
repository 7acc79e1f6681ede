"""A profile on the terminal: within its width, aligned, harmless, and plain where it must be."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from backlit.cli.render_profile import render
from backlit.questions.profile import profile

Link = Callable[..., dict[str, Any]]
SHOP = "https://shop.example/"


def screen(reader: Any, width: int, target: str = "shop.example") -> list[str]:
    out = io.StringIO()
    render(profile(reader, target), Console(file=out, width=width, color_system=None, legacy_windows=False))
    return [line.rstrip() for line in out.getvalue().splitlines()]


@pytest.fixture
def mixed(link: Link, memory_reader: Any) -> Any:
    texts = [
        "Shop",
        "\x1b[31mred\u202e",
        "[bold]not markup[/bold]",
        "日本語のアンカー" * 30,
        "متجر أدوات",
        "x" * 10_000,
    ]
    links = [
        link(f"https://s{at}.test/", SHOP + "p/" * at * 40, anchor=text, rel="nofollow", follow=False,
             placement="content", hidden=at == 1, first_seen=f"2026-0{at + 1}-10", depth=1, origin="table")
        for at, text in enumerate(texts)
    ]  # fmt: skip
    long = ".".join(["a" * 63, "b" * 63, "c" * 63, "d" * 56, "test"])
    links.append(link(f"https://{long}/", SHOP, anchor=None, source_domain=long, depth=2, origin="wat"))
    return memory_reader(
        links, {"s0.test": 80.0, "s1.test": 50.0, long: 3.0}, None, [("2026-06-30", "table")],
        {"shop.example": (50.0, 1, 99.95)},
    )  # fmt: skip


@pytest.mark.parametrize("width", [40, 60, 79, 80, 81, 99, 100, 120, 132, 200])
def test_no_line_is_wider_than_the_screen(mixed: Any, width: int) -> None:
    for line in screen(mixed, width):
        assert cell_len(line) <= width, line


def test_it_is_no_wider_than_reads_well(mixed: Any) -> None:
    assert max(cell_len(line) for line in screen(mixed, 400)) <= 132


@pytest.mark.parametrize("width", [80, 120])
def test_figures_and_words_stand_beside_the_bars(mixed: Any, width: int) -> None:
    lines = screen(mixed, width)
    start = next(at for at, line in enumerate(lines) if line.startswith("Referring domains by"))
    bands = lines[start + 1 : start + 5]
    assert [line.split()[0] for line in bands] == ["excellent", "okay", "weak", "unknown"]
    assert len({len(line) for line in bands}) == 1
    assert bands[0].split()[-2:] == ["1", "33%"]
    assert bands[3].endswith("4    of 7")


def test_listings_are_aligned_and_foreign_text_comes_last(mixed: Any) -> None:
    lines = screen(mixed, 80)
    start = lines.index("Strongest referring domains")
    head = lines[start + 1]
    at = head.index("domain")
    for line in lines[start + 2 : start + 9]:
        assert line[at - 1] == " "
        assert line[at] != " "
    assert lines[start + 4].startswith("weak        3")
    assert re.search(r"aaa…d+\.test$", lines[start + 4])


def test_acting_characters_are_shown_not_obeyed(mixed: Any) -> None:
    text = "\n".join(screen(mixed, 120))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "⟨U+001B⟩[31mred⟨U+202E⟩" in text
    assert "[bold]not markup[/bold]" in text


def test_an_ascii_terminal_gets_ascii(mixed: Any) -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii")
    render(profile(mixed, "shop.example"), Console(file=out, width=80, color_system=None))
    out.flush()
    text = raw.getvalue().decode("ascii")
    assert "excellent 60-100   ####" in text
    assert all(len(line) <= 80 for line in text.splitlines())


def test_colour_changes_no_word(mixed: Any) -> None:
    out = io.StringIO()
    console = Console(file=out, width=80, force_terminal=True, color_system="truecolor", legacy_windows=False)
    render(profile(mixed, "shop.example"), console)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", out.getvalue())
    assert "\x1b" in out.getvalue()
    assert [line.rstrip() for line in plain.splitlines()] == screen(mixed, 80)


def test_an_absent_target_gets_a_short_answer(mixed: Any) -> None:
    lines = screen(mixed, 80, "shop.test")
    assert lines[2] == "No link to shop.test in this index. Known near names: shop.example."
    assert len(lines) < 12


def test_one_link_of_which_nothing_is_known(link: Link, memory_reader: Any) -> None:
    text = "\n".join(screen(memory_reader([link("https://a.test/", SHOP, depth=1, origin="table")]), 80))
    assert "The text of no link is known." in text
    assert "Too few to judge: 1 referring domain, of unknown authority." in text
    assert "1 page · 1 host · 1 site, linking to 1 page of the target" in text


def test_international_names_are_shown_both_ways(link: Link, memory_reader: Any) -> None:
    reader = memory_reader([link("https://xn--bcher-kva.test/", "https://xn--mgbab2bd.example/")])
    lines = screen(reader, 80, "xn--mgbab2bd.example")
    assert lines[0].startswith("بازار.example (xn--mgbab2bd.example)")
    assert any(line.endswith("bücher.test (xn--bcher-kva.test)") for line in lines)
