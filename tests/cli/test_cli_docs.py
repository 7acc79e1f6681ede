"""The pages written from the code are true and complete."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from backlit import records
from backlit.cli.app import COMMANDS, GROUPS
from backlit.index.filters import OPERATORS, read_filter
from backlit.questions import columns

ROOT = Path(__file__).resolve().parents[2]


def script(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["make_api_docs", "make_cli_docs", "make_schema_docs", "make_signal_docs"])
def test_the_written_page_is_not_stale(name):
    made = script(name)
    assert made.PAGE.read_text("utf-8") == made.page(), f"run python scripts/{name}.py"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda module: module.__name__.rsplit(".", 1)[-1])
def test_every_command_is_documented_with_an_example(command):
    name = command.__name__.rsplit(".", 1)[-1]
    page = (ROOT / "docs" / "cli.md").read_text("utf-8")
    assert f"\n## backlit {name}\n" in page
    example = command.command.__doc__.partition("Example:")[2].strip()
    assert example.startswith("backlit ")
    assert f" {name}" in example
    assert all(line.strip() in page for line in example.splitlines())


@pytest.mark.parametrize(
    ("group", "name"),
    [(g.__name__.rsplit(".", 1)[-1], name) for g in GROUPS for name in g.COMMANDS],
)
def test_every_command_of_a_group_is_documented_with_an_example(group, name):
    commands = {g.__name__.rsplit(".", 1)[-1]: g.COMMANDS for g in GROUPS}[group]
    page = (ROOT / "docs" / "cli.md").read_text("utf-8")
    assert f"\n## backlit {group} {name}\n" in page
    example = commands[name].__doc__.partition("Example:")[2].strip()
    assert example.startswith("backlit ")
    assert f" {group} {name}" in example
    assert all(line.strip() in page for line in example.splitlines())


def test_the_columns_of_the_views_are_those_of_the_records_in_order():
    names = {view: [name for name, _, _ in table] for view, table in columns.VIEWS.items()}
    assert names["links"] == [
        *records.LINKS.names,
        *("source_authority", "equity", "equity_score", "source_share"),
    ]
    assert names["pages"] == records.PAGES.names
    assert names["hosts"] == records.HOSTS.names
    assert names["snapshots"] == records.SNAPSHOTS.names


def test_kinds_of_columns_fit_the_types_of_the_records():
    made = script("make_schema_docs")
    fitting = {
        "VARCHAR": "text",
        "BOOLEAN": "boolean",
        "TIMESTAMP": "time",
        "BLOB": "bytes",
        "DOUBLE": "number",
        **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT"), "integer"),
    }
    for view, table in columns.VIEWS.items():
        for name, kind, _ in table:
            assert fitting[made.sql_type(view, name)] == kind, f"{view}.{name}"


def test_every_operator_is_in_the_filter_page():
    page = (ROOT / "docs" / "filters.md").read_text("utf-8")
    names = {op for ops in OPERATORS.values() for op in ops} - {"true", "null"}
    assert [op for op in names if f"`{op}" not in page] == []


def test_the_filters_of_the_filter_page_can_be_read():
    known = columns.columns(columns.LINKS)
    for text in (
        "follow and placement = content and source_authority >= 40 and not hidden",
        "rel has ugc",
        "not (follow or hidden)",
        "anchor not contains guide",
        "source_domain not in (a.com, b.org)",
        'anchor = "say ""hi"""',
        "first_seen = 2024-01",
        "placement != content or placement is null",
    ):
        read_filter(text, known)
