"""All sentences of the dashboard, from the files in ``strings/``, one a page: ``domains.title`` is in domains.toml.

A text may have places, ``{name}``; what is put there is escaped unless it is markup of ours. A table with ``one``
and ``other`` is chosen from by the number ``n``.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any

from markupsafe import Markup, escape

from backlit.server.dashboard.format import number

_FOLDER = "strings"
#: What is typed stands between backquotes.
_CODE = re.compile(r"`([^`]*)`")


@cache
def all_texts() -> dict[str, Any]:
    """Every text by its key; one with forms for numbers is a table."""
    texts: dict[str, Any] = {}
    for entry in resources.files("backlit.server.dashboard").joinpath(_FOLDER).iterdir():
        if entry.name.endswith(".toml"):
            texts |= _flat(entry.name.removesuffix(".toml"), tomllib.loads(entry.read_text("utf-8")))
    return texts


def _flat(prefix: str, table: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in table.items():
        name = f"{prefix}.{key}"
        if isinstance(value, dict) and set(value) != {"one", "other"}:
            found |= _flat(name, value)
        else:
            found[name] = value
    return found


def text(key: str, **values: Any) -> Markup:
    """The text of ``key``, filled in. Raises ``KeyError`` for a key that is in no file."""
    found = all_texts()[key]
    if isinstance(found, dict):
        found = found["one" if values.get("n") == 1 else "other"]
    shown = {name: number(value) if type(value) is int else value for name, value in values.items()}
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(found)))).format(**shown)


def text_or(key: str, otherwise: str, **values: Any) -> Markup:
    """The text of ``key``, or ``otherwise`` where there is none."""
    return text(key, **values) if key in all_texts() else escape(otherwise)
