"""The layout of the house: who may import whom, what no module may do, what every text leaves out."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

import backlit.errors

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src"

#: The floor of each room. A room imports from its own floor and from those below.
FLOORS = {
    "errors": 0, "compiled": 0, "records": 0, "settings": 0, "version": 0,
    "web": 1, "text": 1, "graph": 1,
    "extract": 2,
    "sources": 3, "index": 3, "release": 3, "state": 3,
    "authority": 4, "signals": 4,
    "verdicts": 5,
    "questions": 6, "work": 6, "worlds": 6,
    "cli": 7, "server": 7, "cluster": 7, "__main__": 7,
}  # fmt: skip

#: The library's root is everybody's door: it gives out names from floors up to this one.
ROOT_FLOOR = 6

#: What a face (floor 7) may take from below the questions and the work: the nouns of the
#: library, and the one way to make foreign text safe to show.
NOUNS = {
    "backlit.index": {"Index", "Reader"},
    "backlit.web.target": {"Target"},
    "backlit.text.visible": {"visible"},
}

LONGEST_MODULE = 500


class Import(NamedTuple):
    """One imported module of ours, with the names taken from it; none when it is taken whole."""

    module: str
    names: frozenset[str]
    line: int


def name_of(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules() -> dict[str, Path]:
    return {name_of(path): path for path in sorted((SOURCE / "backlit").rglob("*.py"))}


@cache
def tree(name: str) -> ast.Module:
    return ast.parse(modules()[name].read_text("utf-8"))


def imports_of(module: str, source: ast.Module, known: frozenset[str], package: bool) -> Iterator[Import]:
    """What a module imports of ours, wherever it says so: in functions and for the type checker too."""
    for node in ast.walk(source):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "backlit":
                    yield Import(alias.name, frozenset(), node.lineno)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                up = module.split(".")
                up = up[: len(up) - node.level + package]
                base = ".".join([*up, base] if base else up)
            if base.split(".")[0] != "backlit":
                continue
            names = {alias.name for alias in node.names}
            below = {name for name in names if f"{base}.{name}" in known}
            for name in sorted(below):
                yield Import(f"{base}.{name}", frozenset(), node.lineno)
            if names - below:
                yield Import(base, frozenset(names - below), node.lineno)


@cache
def imports(name: str) -> tuple[Import, ...]:
    known = frozenset(modules())
    return tuple(imports_of(name, tree(name), known, modules()[name].name == "__init__.py"))


def floor_of(module: str) -> int:
    parts = module.split(".")
    return ROOT_FLOOR if len(parts) == 1 else FLOORS[parts[1]]


def breaches(module: str, found: tuple[Import, ...]) -> list[str]:
    """The imports that go up the floors, or past the questions and the work from a face."""
    wrong = []
    own = floor_of(module)
    for entry in found:
        floor = floor_of(entry.module)
        allowed = NOUNS.get(entry.module, set())
        if floor > own:
            wrong.append(f"{module}:{entry.line} (floor {own}) imports {entry.module} (floor {floor})")
        elif own == 7 and 0 < floor < 6 and not (entry.names and entry.names <= allowed):
            wrong.append(f"{module}:{entry.line}, a face, imports {entry.module} past questions and work")
    return wrong


def circle(edges: dict[str, set[str]]) -> list[str] | None:
    """A way from a module back to itself, or None."""
    done: set[str] = set()
    for start in sorted(edges):
        way: list[str] = []
        stack = [(start, iter(sorted(edges[start])))] if start not in done else []
        way += [start] if stack else []
        while stack:
            here, following = stack[-1]
            for module in following:
                if module in way:
                    return [*way[way.index(module) :], module]
                if module not in done:
                    stack.append((module, iter(sorted(edges.get(module, ())))))
                    way.append(module)
                    break
            else:
                stack.pop()
                way.pop()
                done.add(here)
    return None


def test_every_room_has_a_floor() -> None:
    rooms = {module.split(".")[1] for module in modules() if "." in module}
    assert rooms - set(FLOORS) == set()


def test_imports_go_down_the_floors() -> None:
    assert [breach for module in modules() for breach in breaches(module, imports(module))] == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    edges = {module: {entry.module for entry in imports(module)} - {module} for module in modules()}
    # The version in the library's root is no import that could close a circle.
    for module, found in edges.items():
        if all(entry.names == {"__version__"} for entry in imports(module) if entry.module == "backlit"):
            found.discard("backlit")
    assert circle(edges) is None


@pytest.mark.parametrize(
    ("module", "code", "wrong"),
    [
        ("backlit.web.url", "from backlit.errors import URLError", 0),
        ("backlit.web.url", "from backlit.index import Index", 1),
        ("backlit.web.url", "def f():\n    import backlit.index.core", 1),
        ("backlit.web.url", "if TYPE_CHECKING:\n    from backlit.work import add", 1),
        ("backlit.web.url", "from ..work import add", 1),
        ("backlit.web.url", "from .domain import tld", 0),
        ("backlit.web.url", "import duckdb", 0),
        ("backlit.work.add", "from backlit import __version__", 0),
        ("backlit.cli.app", "from backlit.index import Index", 0),
        ("backlit.cli.app", "from backlit.index import Index, files", 1),
        ("backlit.cli.app", "import backlit.extract.html", 1),
    ],
)
def test_the_floors_are_really_read(module: str, code: str, wrong: int) -> None:
    known = frozenset(("backlit.index.files", "backlit.work.add", "backlit.web.domain"))
    assert len(breaches(module, tuple(imports_of(module, ast.parse(code), known, package=False)))) == wrong


def test_a_circle_is_found() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert circle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) is None


def test_the_library_prints_nothing() -> None:
    found = [
        f"{modules()[module].relative_to(ROOT)}:{node.lineno}"
        for module in modules()
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert found == []


def test_no_module_is_too_long_to_read() -> None:
    lengths = {module: len(path.read_text("utf-8").splitlines()) for module, path in modules().items()}
    assert {module: length for module, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_the_error_tree_is_drawn_as_it_is() -> None:
    drawn: dict[str, str] = {}
    above: list[str] = []
    for line in (backlit.errors.__doc__ or "").splitlines():
        match = re.match(r"^((?:[│├└─ ]{4})+)([A-Z]\w+)", line)
        if match is None:
            continue
        depth = len(match[1]) // 4 - 1
        above[depth:] = [match[2]]
        drawn[match[2]] = above[depth - 1] if depth else "Exception"
    real = {
        name: next(base.__name__ for base in cls.__bases__ if issubclass(base, Exception))
        for name, cls in inspect.getmembers(backlit.errors, inspect.isclass)
        if cls.__module__ == "backlit.errors"
    }
    assert drawn == real


def text_files() -> Iterator[tuple[str, str]]:
    """Each text file that is, or would be, under version control, with its text."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True
    )
    if listed.returncode != 0:
        pytest.skip("this is no git checkout, so there is no list of files to read")
    for name in filter(None, listed.stdout.decode().split("\0")):
        path = ROOT / name
        if path.is_file() and b"\0" not in (content := path.read_bytes())[:8192]:
            yield name, content.decode("utf-8", "replace")


def test_no_file_names_a_registry_or_a_place_on_a_developers_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    names_registry = importlib.import_module("registries").names_registry
    places = re.compile("|".join(("/wo" + "rk/", "/ro" + "ot/", r"(?<!\w)/(?:home|Users)/\w")))
    found = [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in text_files()
        for number, line in enumerate(text.splitlines(), 1)
        if places.search(line) or names_registry(line)
    ]
    assert found == []


def requirements() -> set[str]:
    """Every package that pyproject.toml and the lists in requirements/ ask for by name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [*project["dependencies"]]
    for extra in project["optional-dependencies"].values():
        asked += extra
    for path in sorted((ROOT / "requirements").glob("*.in")):
        asked += [line for line in path.read_text("utf-8").splitlines() if re.match(r"[a-z]", line)]
    return {re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in asked}


def test_every_dependency_has_its_reason() -> None:
    table = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    given = {
        name
        for row in re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE)
        for name in re.findall(r"`([^`]+)`", row)
    }
    assert requirements() - given == set()
    assert given - requirements() == set()


def test_every_dependency_is_locked_with_hashes() -> None:
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        entries = re.findall(r"^[a-z].*?(?=^[a-z]|\Z)", lock.read_text("utf-8"), re.MULTILINE | re.DOTALL)
        assert entries
        assert [
            entry.split()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry
        ] == []


def test_every_document_is_in_the_list_of_documents() -> None:
    page = (ROOT / "docs" / "README.md").read_text("utf-8")
    listed = set(re.findall(r"^\| \[[^]]+\]\(([^)]+)\)", page, re.MULTILINE))
    assert listed == {path.name for path in (ROOT / "docs").glob("*.md")} - {"README.md"}
