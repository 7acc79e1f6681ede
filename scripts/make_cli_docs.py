"""Write docs/cli.md from the commands' own help, or with --check say whether it is stale.

python scripts/make_cli_docs.py [--check]
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parent.parent / "docs" / "cli.md"

_INTRODUCTION = """# The command line

This page is written by `scripts/make_cli_docs.py` from the commands themselves; a test fails
when it is stale.

`--index` and `--settings` may stand before or after the command. Exit codes: 0 done; 1 an
error, said in one sentence on standard error (`BACKLIT_DEBUG=1` shows where it arose); 2 wrong
usage; 130 stopped with Ctrl-C, with everything finished kept.

## Output of the listings

* `--format table` is for people. On a terminal it is as wide as the terminal and cuts long
  texts; anywhere else columns are aligned and nothing is cut. Control and direction-changing
  characters in anchors and addresses are shown as escapes (`\\x1b`), so that no page can steer
  your terminal. The last line tells origin, data date and generation.
* `--format csv` follows RFC 4180. Unknown is an empty cell, the empty text is `""`. **A text
  that a spreadsheet would run as a formula** (it begins with `=`, `+`, `-`, `@`, a tab or a
  carriage return and is no number) **gets a leading apostrophe.** Use `jsonl` or `parquet`
  where every character must stay as it is.
* `--format json` is one document: `{"meta": {...}, "rows": [...]}`; `jsonl` one object a line.
  Unknown is `null`. Times are UTC (`2024-01-31T12:00:00Z`).
* `--format parquet` keeps the types; origin, data date and generation are in the file's
  metadata under `backlit`.
* `--out FILE` chooses the format by its ending if `--format` is not given. The file appears
  under its name only when it is complete.
* `--limit` is 100 in a table, and everything in the other formats; 0 means all. Rows stream,
  so an export of any size needs little memory.

`--where` and `--sort` are explained in [filters.md](filters.md), the columns in
[schema.md](schema.md).
"""


def page() -> str:
    """The page: an introduction, the program's help, then each command's."""
    os.environ["TERMINAL_WIDTH"] = "100"
    import typer
    from typer.main import get_command

    from backlit.cli.app import app

    program = get_command(app)
    root = typer.Context(program, info_name="backlit", terminal_width=96, help_option_names=["-h", "--help"])
    parts = [_INTRODUCTION, "## backlit\n\n" + _block(program.get_help(root))]
    for name, command in program.commands.items():  # type: ignore[attr-defined]
        parts += _help(name, command, root, "backlit")
    return "\n".join(parts)


def _help(name: str, command: Any, parent: Any, path: str) -> Iterator[str]:
    """The help of a command, and of those in it if it is a group."""
    import typer

    context = typer.Context(command, info_name=name, parent=parent, terminal_width=96)
    yield f"## {path} {name}\n\n{_block(command.get_help(context))}"
    for below, one in getattr(command, "commands", {}).items():
        yield from _help(below, one, context, f"{path} {name}")


def _block(text: str) -> str:
    lines = (line.rstrip() for line in text.strip().splitlines())
    return "```text\n" + "\n".join(lines) + "\n```\n"


def main() -> None:
    """Write the page, or check it."""
    text = page()
    if "--check" in sys.argv[1:]:
        if not PAGE.is_file() or PAGE.read_text("utf-8") != text:
            sys.exit(f"{PAGE.name} is stale: run python scripts/make_cli_docs.py")
    else:
        PAGE.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
