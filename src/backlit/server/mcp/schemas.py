"""JSON schemas made small: assistants are shown all of them before they ask anything."""

from __future__ import annotations

from typing import Any


def compact(schema: Any) -> Any:
    """``schema`` without the titles that only repeat names, and with ``["string", "null"]`` for a choice with null."""
    if isinstance(schema, list):
        return [compact(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    small: dict[str, Any] = {}
    for key, value in schema.items():
        if key in ("properties", "$defs"):
            # Names of ours: one may be "title".
            small[key] = {name: compact(one) for name, one in value.items()}
        elif key not in ("title", "default") or (key == "default" and value is not None):
            small[key] = compact(value)
    return _joined(small)


def _joined(schema: dict[str, Any]) -> dict[str, Any]:
    """A choice of one type and null as one type that may be null."""
    choices = schema.get("anyOf")
    if not isinstance(choices, list) or len(choices) != 2 or {"type": "null"} not in choices:
        return schema
    (other,) = [one for one in choices if one != {"type": "null"}] or [None]
    if not isinstance(other, dict) or not isinstance(other.get("type"), str):
        return schema
    joined = {key: value for key, value in schema.items() if key != "anyOf"}
    if "enum" in other:
        other = other | {"enum": [*other["enum"], None]}
    return other | {"type": [other["type"], "null"]} | joined
