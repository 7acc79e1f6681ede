"""Settings with some values changed, and the file that says in what settings differ from others."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from backlit.errors import SettingsError
from backlit.settings import Settings, check

_BARE = re.compile(r"[A-Za-z0-9_-]+\Z")


def changed(settings: Settings, values: Mapping[str, Mapping[str, Any]]) -> Settings:
    """``settings`` with values by table and key, as a settings file would say them.

    Raises ``SettingsError`` with the key that is wrong.
    """
    base = msgspec.to_builtins(settings)
    for table, keys in values.items():
        base[table] |= keys
    try:
        made = msgspec.convert(base, Settings)
    except msgspec.ValidationError as exc:
        raise SettingsError(f"These settings are wrong: {exc}.") from exc
    if wrong := check(made):
        raise SettingsError(f"These settings are wrong: {wrong}")
    return made


def difference(settings: Settings, base: Settings) -> str:
    """What a settings file must say so that ``base`` becomes ``settings``; empty where they are the same."""
    lines: list[str] = []
    _differ(msgspec.to_builtins(settings), msgspec.to_builtins(base), (), lines)
    return "".join(f"{line}\n" for line in lines)


def _differ(new: dict[str, Any], old: dict[str, Any], path: tuple[str, ...], lines: list[str]) -> None:
    below = [(key, value) for key, value in new.items() if isinstance(value, dict)]
    own = [
        (key, value)
        for key, value in new.items()
        if not isinstance(value, dict) and (key not in old or old[key] != value)
    ]
    if own:
        if path:
            lines += [*([""] if lines else []), f"[{'.'.join(map(_key, path))}]"]
        lines += [f"{_key(key)} = {_value(value)}" for key, value in own]
    for key, value in below:
        _differ(value, old.get(key, {}), (*path, key), lines)


def _key(name: str) -> str:
    return name if _BARE.match(name) else _text(name)


def _text(text: str) -> str:
    """A text as TOML writes it: as JSON does, but for pairs of halves and DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _text(value) if isinstance(value, str) else repr(value)
