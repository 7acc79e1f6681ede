"""One value as text: for a terminal, a spreadsheet or JSON.

Anchors, titles and addresses were written by strangers. On a terminal their control and
direction-changing characters are shown as escapes, so that a page cannot colour, move or
forge what is printed. In CSV a cell that a spreadsheet would take for a formula gets a
leading apostrophe (numbers keep theirs). JSON keeps every character, the dangerous ones as
``\\u`` escapes.
"""

from __future__ import annotations

import json
import math
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

# C0, DEL and C1 controls; Arabic letter mark; zero-width and direction marks; line and
# paragraph separators; embeddings, overrides and isolates; tags; half characters.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
#: Whether a text needs more than to be copied into a cell.
_CAREFUL = re.compile(r"[=+\-@\s＝＋－＠]|.*[,\"\r\n\ud800-\udfff]|.*\s\Z|\Z", re.DOTALL).match
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?\Z")


def simple(value: Any) -> Any:
    """``value`` as JSON knows it: times as ``2024-01-31T12:00:00Z``, bytes as hex, NaN as null."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, datetime):
        naive = value.replace(tzinfo=None) - (value.utcoffset() or timedelta())
        return naive.isoformat(timespec="microseconds" if naive.microsecond else "seconds") + "Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {str(key): simple(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [simple(item) for item in value]
    return str(value)


def as_text(value: Any) -> str:
    """``value`` as a person reads it; unknown is empty."""
    plain = simple(value)
    if plain is None:
        return ""
    if isinstance(plain, bool):
        return "true" if plain else "false"
    if isinstance(plain, str):
        return plain
    return json.dumps(plain, ensure_ascii=False) if isinstance(plain, dict | list) else str(plain)


def for_table(value: Any) -> str:
    """``value`` for a table: unknown is a dash, midnight a day, and other times are short."""
    if value is None:
        return "–"
    text = as_text(value)
    if isinstance(value, datetime):
        return text.removesuffix("T00:00:00Z").replace("T", " ").removesuffix("Z")
    return for_terminal(text)


def for_terminal(text: str) -> str:
    """``text`` with everything that could steer a terminal shown as an escape."""
    return _UNSAFE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if match[0] in "\t\n\r":
        return " "
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def for_csv(value: Any) -> str:
    """One CSV cell (RFC 4180): unknown is empty, the empty text ``""``, formulas disarmed."""
    if isinstance(value, str):
        return value if not _CAREFUL(value) else _careful_csv(value)
    if value is None:
        return ""
    text = as_text(value)
    return '"' + text.replace('"', '""') + '"' if '"' in text or "," in text else text


def _careful_csv(text: str) -> str:
    if text == "":
        return '""'
    if _FORMULA.match(text) and not _NUMBER.match(text):
        text = "'" + text
    text = text.encode("utf-8", "replace").decode()
    if any(c in text for c in ',"\r\n') or text != text.strip():
        return '"' + text.replace('"', '""') + '"'
    return text


def for_json(value: Any, indent: int | None = None) -> str:
    """``value`` as JSON that is safe to print: readable letters, unsafe ones escaped."""
    text = json.dumps(simple(value), ensure_ascii=False, allow_nan=False, indent=indent)
    return _UNSAFE.sub(_json_escape, text)


def json_safe(encoded: bytes) -> bytes:
    """JSON from another writer with the same letters escaped; most of it has none and is given back as it is."""
    if encoded.isascii() and b"\x7f" not in encoded:
        return encoded
    return _UNSAFE.sub(_json_escape, encoded.decode()).encode()


def _json_escape(match: re.Match[str]) -> str:
    # json.dumps has escaped the C0 controls inside texts; a newline here is its own layout.
    code = ord(match[0])
    if code < 0x20:
        return match[0]
    if code < 0x10000:
        return f"\\u{code:04x}"
    high, low = divmod(code - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"
