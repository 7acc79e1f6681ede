"""From the bytes of a request to its tasks.

What is no JSON, in whatever way, is one failure of the whole call: bytes that are no UTF-8, brackets ten thousand deep,
NaN. Numbers too great for a machine are kept as they are written, so that the field they stand in is refused
by name.
"""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from backlit.server.dataforseo.envelope import EMPTY, INVALID_DATA, TaskError

_BOM = b"\xef\xbb\xbf"
#: More digits than any field takes; Python refuses to read some thousands of them.
_LONGEST_NUMBER = 400


def read_tasks(body: bytes) -> list[dict[str, Any]]:
    """The task objects of a body.

    Raises ``TaskError`` when there is none (no body, ``[]``, ``[null]``), or when the body is not an array of objects.
    """
    body = body.removeprefix(_BOM)
    if not body.strip():
        raise TaskError(EMPTY)
    try:
        tasks = json.loads(
            body.decode("utf-8"), parse_constant=_refuse, parse_float=_number, parse_int=_whole
        )
    except (ValueError, RecursionError) as exc:
        raise TaskError(INVALID_DATA) from exc
    if not isinstance(tasks, list):
        raise TaskError(INVALID_DATA)
    if all(task is None for task in tasks):
        raise TaskError(EMPTY)
    if not all(isinstance(task, dict) for task in tasks):
        raise TaskError(INVALID_DATA)
    return tasks


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _number(text: str) -> float | str:
    value = float(text)
    return value if math.isfinite(value) else text


def _whole(text: str) -> int | str:
    return int(text) if len(text) <= _LONGEST_NUMBER else text
