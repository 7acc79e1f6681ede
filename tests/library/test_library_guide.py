"""docs/library.md runs from top to bottom and gives what it shows; ``…`` stands for anything."""

from __future__ import annotations

import ast
import contextlib
import io
import re
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parents[2] / "docs" / "library.md"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks() -> list[tuple[str, str | None]]:
    """Each block of code, and what is shown under it."""
    found: list[tuple[str, str | None]] = []
    for kind, text in _BLOCK.findall(PAGE.read_text("utf-8")):
        if kind == "python":
            found.append((text, None))
        elif kind == "text":
            assert found[-1][1] is None, "an output without its code"
            found[-1] = (found[-1][0], text)
    return found


def run(code: str, names: dict[str, Any]) -> str:
    """What a notebook would show: what is printed, and the last expression."""
    tree = ast.parse(code)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        exec(compile(tree, PAGE.name, "exec"), names)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), PAGE.name, "eval"), names)
            if value is not None:
                shown.write(f"{value!r}\n")
    return shown.getvalue()


def fits(shown: str, given: str) -> bool:
    pattern = ".*?".join(re.escape(part) for part in shown.strip().split("…"))
    return re.fullmatch(pattern, given.strip(), re.DOTALL) is not None


def test_the_guide_gives_what_it_shows(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for code, shown in blocks():
        given = run(code, names)
        assert fits(shown or "", given), f"under\n{code}\nthe page shows\n{shown}\nand it gives\n{given}"
    assert len(blocks()) > 15


def test_a_wildcard_is_no_licence():
    assert fits("a … c\n", "a b c\n")
    assert not fits("a … c\n", "a b d\n")
    assert not fits("a\n", "a\nb\n")
